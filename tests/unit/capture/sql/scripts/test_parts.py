from __future__ import annotations

import pytest

from headwater.capture.sql import analyse, analyse_script
from headwater.model.lineage import Script, ScriptPart, Statement
from tests.unit.capture.sql.reading import SCHEMAS, Catalog, told
from tests.unit.capture.sql.scripts.samples import SCRIPTS


def script(sql: str, dialect: str = "duckdb") -> Script:
    return analyse_script(Statement(sql, dialect), Catalog(SCHEMAS))


def parts(sql: str, dialect: str = "duckdb") -> tuple[ScriptPart, ...]:
    return script(sql, dialect).parts


def test_each_statement_has_its_span_and_its_own_lineage() -> None:
    sql = "INSERT INTO w SELECT a, b FROM t;\nSELECT FROM FROM;\nTRUNCATE TABLE w; INSERT INTO w SELECT a, b FROM t"
    found = parts(sql)
    assert [sql[part.start : part.end] for part in found] == [each.strip() for each in sql.split(";")]
    assert [part.lineage.status for part in found] == ["complete", "failed", "complete", "complete"]
    assert told(found[0].lineage) == told(found[3].lineage) == {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}
    assert (found[0].lineage.sources, found[2].lineage.sources, found[2].lineage.overwrites) == (("t",), (), ("w",))


def test_the_same_reason_is_told_of_each_statement_it_concerns() -> None:
    found = parts("SELECT k FROM t; SELECT 1; SELECT k FROM t")
    assert [len(part.lineage.reasons) for part in found] == [1, 0, 1]
    assert [part.lineage.reasons[0].column for part in found if part.lineage.reasons] == [8, 35]


def test_a_loop_is_told_once_and_with_what_steers_it() -> None:
    sql = "FOR r IN (SELECT a FROM t) DO INSERT INTO w (p) VALUES (r.a); END FOR"
    (part,) = parts(sql, "bigquery")
    assert sql[part.start : part.end] == "INSERT INTO w (p) VALUES (r.a)"
    assert told(part.lineage) == {"t.a -> w.p IDENTITY", "t.* -> w.* CONDITIONAL"}


def test_a_text_that_is_run_stands_beside_the_statement_that_runs_it() -> None:
    sql = "EXECUTE IMMEDIATE 'DELETE FROM w'"
    outer, inner = parts(sql, "bigquery")
    assert (sql[outer.start : outer.end], sql[inner.start : inner.end]) == (sql, "DELETE FROM w")
    assert outer.lineage.targets == inner.lineage.targets == ("w",)


def test_a_routine_is_a_statement_that_holds_others() -> None:
    sql = "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO w (p) SELECT a FROM t; END $$; CALL p();"
    outer, inner, call = parts(sql, "postgres")
    assert [each.kind for each in (outer, inner, call)] == ["CREATE PROCEDURE", "INSERT", "CALL"]
    assert outer.start < inner.start < inner.end < outer.end < call.start
    assert told(outer.lineage) == told(inner.lineage) == told(call.lineage) == {"t.a -> w.p IDENTITY"}


def test_a_function_that_is_read_where_it_is_called_is_a_statement_too() -> None:
    found = parts("CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS $$ SELECT x + 1 $$; SELECT f(a) AS n FROM t", "postgres")
    assert [(each.kind, told(each.lineage)) for each in found] == [("CREATE FUNCTION", set()), ("SELECT", {"t.a -> n TRANSFORMATION"})]


def test_reasons_that_no_statement_has_are_told_of_the_whole() -> None:
    found = script("BEGIN SELECT a FROM t", "tsql")
    assert [reason.code for reason in found.whole.reasons] == ["parse-error"]
    assert [part.lineage.status for part in found.parts] == ["complete"]


@pytest.mark.parametrize("text", ["", "SELECT a FROM t", "SELECT a FROM t;", "SELECT FROM FROM", "{{ x }}"])
def test_a_single_statement_has_no_parts(text: str) -> None:
    assert script(text).parts == ()


@pytest.mark.parametrize(("dialect", "sql"), SCRIPTS)
def test_telling_statements_apart_changes_nothing_of_the_whole(dialect: str, sql: str) -> None:
    assert script(sql, dialect).whole == analyse(Statement(sql, dialect), Catalog(SCHEMAS))
