from __future__ import annotations

from collections.abc import Mapping

import pytest

from headwater.capture.sql import analyse
from headwater.model.lineage import Statement, StatementLineage
from tests.unit.capture.sql.reading import told


class Typed:
    """One table whose columns have types."""

    def columns(self, table: str) -> Mapping[str, str] | None:
        """Of `t` alone."""
        typed = {"id": "INT", "l": "ARRAY<STRING>", "m": "MAP<STRING, INT>", "s": "ARRAY<STRUCT<a: INT, b: STRING>>", "j": "STRING"}
        return typed if table == "t" else None


def lineage(sql: str, dialect: str) -> StatementLineage:
    return analyse(Statement(sql, dialect), Typed())


@pytest.mark.parametrize(
    ("dialect", "call", "column", "names"),
    [
        ("spark", "explode(l)", "l", {"col"}),
        ("databricks", "explode_outer(m)", "m", {"key", "value"}),
        ("spark", "posexplode(l)", "l", {"col"}),
        ("hive", "posexplode(l)", "l", {"val"}),
        ("spark", "posexplode_outer(m)", "m", {"key", "value"}),
        ("spark", "inline(s)", "s", {"a", "b"}),
        ("spark", "inline_outer(from_json(j, 'array<struct<x: int, y: int>>'))", "j", {"x", "y"}),
        ("spark", "explode(from_json(j, 'map<string, int>'))", "j", {"key", "value"}),
        ("hive", "explode(split(j, ','))", "j", {"col"}),
        ("spark", "explode(CAST(j AS ARRAY<INT>))", "j", {"col"}),
        ("spark", "explode((str_to_map(j)))", "j", {"key", "value"}),
    ],
)
def test_what_nobody_names_has_the_names_of_its_kind(dialect: str, call: str, column: str, names: set[str]) -> None:
    found = lineage(f"SELECT {call} FROM t", dialect)
    assert found.status == "complete", found.reasons
    assert told(found) == {f"t.{column} -> * JOIN", *(f"t.{column} -> {name} TRANSFORMATION" for name in names)}


@pytest.mark.parametrize(
    "call", ["explode(z)", "explode(from_json(j, schema_of_json(j)))", "inline(z)", "explode(from_json(j, 'no <type'))"]
)
def test_where_the_kind_is_not_known_neither_are_the_names(call: str) -> None:
    found = lineage(f"SELECT {call} FROM u", "spark")
    assert found.status == "partial"
    assert [reason.code for reason in found.reasons] == ["columns-known-when-run"]


def test_the_position_of_a_member_tells_of_no_value() -> None:
    expected = {"t.l -> * JOIN", "t.l -> v TRANSFORMATION"}
    assert told(lineage("SELECT posexplode(l) AS (p, v) FROM t", "spark")) == expected
    assert told(lineage("SELECT p, v FROM t LATERAL VIEW posexplode(l) e AS p, v", "spark")) == expected


def test_members_are_inserted_by_position() -> None:
    found = lineage("INSERT INTO t (id, l) SELECT posexplode(x) AS (p, v) FROM z", "spark")
    assert "z.x -> t.l TRANSFORMATION" in told(found)
    found = lineage("INSERT INTO w (k, v) SELECT id, explode(l) FROM t", "databricks")
    assert {"t.id -> w.k IDENTITY", "t.l -> w.v TRANSFORMATION"} <= told(found)
