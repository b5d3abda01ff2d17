from __future__ import annotations

import doctest
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

import headwater
from headwater.app.sql.catalog import BadSchema
from headwater.app.sql.lineage import End
from headwater.capture.sql.adapter import COMPILED
from headwater.model.errors import UsageError
from headwater.sdk import sql
from tests.unit.app.sql.processes import printed


def test_the_example_in_the_docstring_is_true() -> None:
    results = doctest.testmod(sql, raise_on_error=False)
    assert results.attempted >= 4 and results.failed == 0


class Recorded:
    """A catalog of one's own that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def columns(self, table: str) -> Mapping[str, str] | None:
        self.asked.append(table)
        return {"a": "INT"} if table == "lake.shop.t" else None


def test_a_catalog_of_ones_own_is_asked_by_completed_names() -> None:
    catalog = Recorded()
    found = headwater.sql_lineage("select * from t", "duckdb", catalog, catalog="lake", default_schema="shop")
    assert set(catalog.asked) == {"lake.shop.t"}
    assert found.status == "complete" and [edge.target.column for edge in found.edges] == ["a"]


@pytest.mark.parametrize("is_apart", [True, False])
@pytest.mark.parametrize("text", ["", "\0", "select (", "\ud800", "select " + "(" * 5000, "{% x %}"])
def test_no_text_makes_it_raise(text: str, is_apart: bool) -> None:
    found = headwater.sql_lineage(text, "postgres", apart=is_apart)
    assert found.status != "complete" and found.reasons


def test_an_unknown_dialect_is_a_reason() -> None:
    assert headwater.sql_lineage("select 1", "klingon").reasons[0].code == "unknown-dialect"


def test_what_is_no_text_or_no_schema_is_refused() -> None:
    anything: Any = b"select 1"
    with pytest.raises(UsageError):
        headwater.sql_lineage(anything)
    wrong: Any = {"t": ["a"]}
    with pytest.raises(BadSchema, match="cannot read `schema`: expected an object of columns for table `t`, got a list"):
        headwater.sql_lineage("select 1", schema=wrong)


def test_texts_are_read_apart_where_they_could_bring_this_process_down() -> None:
    told = "import headwater; headwater.sql_lineage('select 1'); from headwater.app.sql.kept import KEPT; print(KEPT.process is not None)"
    assert printed(told) == [str(COMPILED)]


@pytest.mark.parametrize("is_apart", [True, False])
def test_half_a_surrogate_pair_is_read_as_a_broken_character_in_its_place(is_apart: bool) -> None:
    (edge,) = headwater.sql_lineage("select '\ud800', \"a\udfff\" from t", "postgres", apart=is_apart).edges
    assert (edge.source.column, edge.column) == ("a\N{REPLACEMENT CHARACTER}", 13)
    msgspec.json.encode(edge)


def test_a_schema_that_cannot_be_written_down_is_refused() -> None:
    with pytest.raises(BadSchema, match="expected names that UTF-8 can write"):
        headwater.sql_lineage("select * from t", schema={"t": {"\ud800": "INT"}}, apart=True)


def test_a_script_is_told_by_statement() -> None:
    found = headwater.sql_lineage("create temp table s as select a from t; insert into u (b) select a from s", "postgres")
    assert [(each.number, each.kind, each.sources, each.targets) for each in found.statements] == [
        (1, "CREATE TABLE", ("t",), ("s",)),
        (2, "INSERT", ("s",), ("u",)),
    ]
    assert headwater.sql_lineage("select a from t").statements == ()


@pytest.mark.parametrize("schema", [[1], "t", 5])
def test_a_schema_that_is_none_is_refused_in_words(schema: object) -> None:
    with pytest.raises(BadSchema, match="expected an object of tables, got "):
        headwater.sql_lineage("select * from t", schema=schema)  # type: ignore[arg-type]  # because this is the mistake itself


def test_defaults_and_schemas_in_small_letters_agree_with_what_snowflake_stores() -> None:
    found = headwater.sql_lineage("create table x as select id from sc.t", "snowflake", {"t": {"id": "INT"}}, default_schema="sc")
    assert [(edge.source, edge.target) for edge in found.edges] == [(End("SC.T", "ID"), End("SC.X", "ID"))]
