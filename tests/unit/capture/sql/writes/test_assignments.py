from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgres", "UPDATE t SET (a, b) = (SELECT u.x, u.y FROM u)", {"u.x -> t.a IDENTITY", "u.y -> t.b IDENTITY"}),
        ("postgres", "UPDATE t SET (a, b) = (b, DEFAULT)", {"t.b -> t.a IDENTITY"}),
        ("postgres", "UPDATE t SET (a, b) = ROW(b, id)", {"t.b -> t.a IDENTITY", "t.id -> t.b IDENTITY"}),
        ("postgres", "UPDATE t SET a = DEFAULT", set()),
        ("bigquery", "UPDATE t SET a.f = b WHERE TRUE", {"t.b -> t.a TRANSFORMATION"}),
        ("postgres", "UPDATE t SET a[1] = b", {"t.b -> t.a TRANSFORMATION"}),
        (
            "mysql",
            "UPDATE t, u SET t.a = u.x, y = 1 WHERE t.id = u.id",
            {"u.x -> t.a IDENTITY", "t.id -> t.a FILTER", "u.id -> t.a FILTER", "t.id -> u.y FILTER", "u.id -> u.y FILTER"},
        ),
        ("mysql", "UPDATE t SET a = b ORDER BY id LIMIT 1", {"t.b -> t.a IDENTITY", "t.id -> t.a SORT"}),
    ],
)
def test_values_reach_the_columns_they_are_assigned_to(dialect: str, sql: str, expected: set[str]) -> None:
    assert edges(sql, dialect) == expected


def test_fields_that_the_schema_lists_are_columns_of_their_own() -> None:
    tables = {"t": ("s", "s.f", "s.g", "b")}
    assert edges("UPDATE t SET s.f = b WHERE TRUE", "bigquery", tables) == {"t.b -> t.s.f IDENTITY"}


def test_a_column_that_several_tables_may_have_is_said() -> None:
    assert codes("UPDATE t, u SET id = 1", "mysql") == ["ambiguous-column"]
