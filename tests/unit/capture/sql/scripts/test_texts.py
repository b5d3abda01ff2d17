from __future__ import annotations

import pytest

from headwater.capture.sql import NoSchemas, analyse
from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts.texts import check_templating
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import read


@pytest.mark.parametrize("sql", ["SELECT {{ x }}", "{% x %}", "SELECT a FROM {{ref('t')}}"])
def test_templates_are_found(sql: str) -> None:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    with pytest.raises(Trouble) as caught:
        check_templating(grammar.tokens(sql), sql)
    assert caught.value.offset == sql.index("{")


def test_structs_and_strings_are_no_templates() -> None:
    assert read("SELECT {'a': {'b': a}} AS c, '{{ x }}' AS d FROM t").status == "complete"


@pytest.mark.parametrize(
    ("sql", "dialect", "source"),
    [
        ("USE s; SELECT k FROM z", "duckdb", "s.z"),
        ("USE c.s; SELECT k FROM z", "duckdb", "c.s.z"),
        ("USE SCHEMA s; SELECT k FROM z", "snowflake", "C.S.Z"),
        ("USE WAREHOUSE big; SELECT k FROM z", "snowflake", "C.D.Z"),
        ("SET search_path TO s, public; SELECT k FROM z", "postgres", "c.s.z"),
        ("SET LOCAL work_mem = '1'; SELECT k FROM z", "postgres", "c.d.z"),
    ],
)
def test_use_moves_the_default_schema(sql: str, dialect: str, source: str) -> None:
    catalog, schema = {"duckdb": (None, None), "snowflake": ("C", "D")}.get(dialect, ("c", "d"))
    lineage = analyse(Statement(sql, dialect, catalog, schema), NoSchemas())
    assert (lineage.status, lineage.sources) == ("complete", (source,))


def test_a_default_nobody_can_follow_is_said() -> None:
    lineage = read("SET search_path TO a, b; SELECT k FROM z", "postgres")
    assert [reason.code for reason in lineage.reasons] == ["default-schema-unknown"]


@pytest.mark.parametrize("dialect", [None, "mysql", "doris", "starrocks", "singlestore"])
@pytest.mark.parametrize("comment", ["/*!*/", "/*!50000 union select y from secrets */", "/*M! union select y from secrets */"])
def test_a_comment_that_the_engine_may_run_leaves_a_statement_partial(dialect: str | None, comment: str) -> None:
    found = analyse(Statement(f"insert into b (x) select x from a {comment}", dialect), NoSchemas())
    assert found.status == "partial"
    assert ("unsupported-clause", "executable comment") in [(reason.code, reason.subject) for reason in found.reasons]


def test_a_text_of_nothing_but_such_a_comment_fails_and_says_why() -> None:
    found = analyse(Statement(" /*!*/ ", "mysql"), NoSchemas())
    assert (found.status, [reason.subject for reason in found.reasons]) == ("failed", ["executable comment"])


def test_where_no_engine_runs_comments_they_are_comments() -> None:
    assert analyse(Statement("insert into b (x) select x from a /*!*/", "postgres"), NoSchemas()).status == "complete"
