from __future__ import annotations

import msgspec
import pytest

from headwater.app.sql.catalog import Catalog
from headwater.app.sql.lineage import End, Places, SqlEdge, SqlLineage, dialect_of, shaped
from headwater.capture.sql import analyse_script
from headwater.capture.sql.reasons import place
from headwater.model.lineage import Statement


def read(sql: str, dialect: str | None = None) -> SqlLineage:
    """A text's lineage."""
    return shaped(analyse_script(Statement(sql, dialect), Catalog({})), sql)


@pytest.mark.parametrize("text", ["", "a", "a\nb", "\n\na\n", "a\r\nb\n\nc"])
def test_places_agree_with_those_of_reasons(text: str) -> None:
    places = Places(text)
    assert [places.of(offset) for offset in range(len(text) + 1)] == [place(text, offset) for offset in range(len(text) + 1)]


def test_an_edge_tells_kind_masking_functions_and_place() -> None:
    found = read("insert into mailing (contact)\nselect md5(lower(email)) from people", "duckdb")
    assert found.edges == (
        SqlEdge(
            source=End("people", "email"),
            target=End("mailing", "contact"),
            type="DIRECT",
            subtype="TRANSFORMATION",
            masking=True,
            masked_by="md5",
            functions=("lower", "md5"),
            line=2,
            column=18,
        ),
    )


def test_the_json_of_a_lineage_reads_back() -> None:
    found = read("select a from t where b = 1")
    data = msgspec.json.encode(found)
    assert b'"from":{"table":"t","column":"a"},"to":{"table":null,"column":"a"}' in data
    assert msgspec.json.decode(data, type=SqlLineage) == found


def test_rows_as_such_have_no_column() -> None:
    (edge,) = read("select count(*) as n from t").edges
    assert (edge.source, edge.target.column) == (End("t", None), "n")


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        (None, None),
        ("", None),
        ("ansi", None),
        ("PostgreSQL", "postgres"),
        ("mssql", "tsql"),
        ("duckdb", "duckdb"),
        ("Nonesuch", "nonesuch"),
    ],
)
def test_a_dialect_is_known_by_what_people_call_it(name: str | None, dialect: str | None) -> None:
    assert dialect_of(name) == dialect


def test_the_statements_of_a_script_are_placed_and_numbered() -> None:
    text = "begin;\nEXECUTE IMMEDIATE 'DELETE FROM w';\nselect a from t"
    told = read(text, "bigquery").statements
    lines = text.split("\n")
    cut = [lines[each.line - 1][each.column - 1 : each.end_column] for each in told]
    assert cut == ["begin", "EXECUTE IMMEDIATE 'DELETE FROM w'", "DELETE FROM w", "select a from t"]
    assert [(each.number, each.within) for each in told] == [(1, None), (2, None), (3, 2), (4, None)]


def test_each_query_of_a_script_gives_a_result_of_its_own() -> None:
    found = read("select a from t where x = 1; insert into w (q) select 1 from z; select a from u", "postgres")
    assert {(edge.source.column, edge.target) for edge in found.edges if edge.source.column} == {
        ("a", End(None, "a", 1)),
        ("x", End(None, None, 1)),
        ("a", End(None, "a", 3)),
    }
    assert {edge.target for edge in read("select a from t where x = 1; delete from u", "postgres").edges} == {
        End(None, "a"),
        End(None, None),
    }


def test_the_number_of_a_statement_is_written_only_where_there_are_several_results() -> None:
    assert msgspec.json.encode(End(None, "a")) == b'{"table":null,"column":"a"}'
    assert msgspec.json.encode(End(None, "a", 2)) == b'{"table":null,"column":"a","statement":2}'
