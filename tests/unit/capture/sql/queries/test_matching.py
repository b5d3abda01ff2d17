from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges

UPPER = {"T": ("ID", "A", "B")}
STEERING = {"t.id -> * GROUP_BY", "t.b -> * SORT", "t.a -> * FILTER"}
MATCH = "PARTITION BY id ORDER BY b MEASURES LAST(y.a) AS f {} PATTERN (x y+) DEFINE y AS y.a > PREV(y.a)"


def lower(found: set[str]) -> set[str]:
    return {" ".join([*each.lower().split(" ")[:-1], each.split(" ")[-1]]) for each in found}


@pytest.mark.parametrize("dialect", ["snowflake", "trino", "oracle"])
def test_one_row_per_match_gives_the_partition_and_the_measures(dialect: str) -> None:
    tables = UPPER if dialect != "trino" else None
    found = edges(f"SELECT * FROM t MATCH_RECOGNIZE ({MATCH.format('ONE ROW PER MATCH')}) m", dialect, tables)
    assert lower(found) == STEERING | {"t.id -> id IDENTITY", "t.a -> f AGGREGATION"}


def test_all_rows_keep_their_columns() -> None:
    found = edges(f"SELECT * FROM t MATCH_RECOGNIZE ({MATCH.format('ALL ROWS PER MATCH')})", "trino")
    assert found == STEERING | {"t.id -> id IDENTITY", "t.a -> a IDENTITY", "t.b -> b IDENTITY", "t.a -> f AGGREGATION"}


def test_a_match_has_a_name_and_knows_its_number() -> None:
    match = "ORDER BY b MEASURES FIRST(x.a) AS f, MATCH_NUMBER() AS n PATTERN (x) DEFINE x AS x.id > 1"
    assert edges(f"SELECT m.f, m.n FROM t MATCH_RECOGNIZE ({match}) m", "trino") == {
        "t.a -> f AGGREGATION",
        "t.b -> * SORT",
        "t.id -> * FILTER",
    }


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (f"SELECT f FROM t, u MATCH_RECOGNIZE ({MATCH.format('')})", "unsupported-clause"),
        (f"SELECT * FROM z MATCH_RECOGNIZE ({MATCH.format('ALL ROWS PER MATCH')})", "star-without-schema"),
        ("SELECT f FROM t MATCH_RECOGNIZE (MEASURES mine(x.a) AS f PATTERN (x) DEFINE x AS x.a > 1)", "unknown-function"),
        ("SELECT f FROM t MATCH_RECOGNIZE (MEASURES q.a AS f PATTERN (x) DEFINE x AS x.a > 1)", "unknown-column"),
    ],
)
def test_what_a_match_hides_is_said(sql: str, code: str) -> None:
    assert code in codes(sql, "trino")


def test_a_hierarchy_is_steered_by_both_conditions() -> None:
    sql = "SELECT LEVEL, CONNECT_BY_ROOT a AS r, PRIOR a AS q FROM t START WITH b IS NULL CONNECT BY NOCYCLE PRIOR id = b"
    assert edges(sql, "oracle", UPPER) == {
        "T.* -> LEVEL TRANSFORMATION",
        "T.A -> R TRANSFORMATION",
        "T.A -> Q TRANSFORMATION",
        "T.B -> * FILTER",
        "T.B -> * JOIN",
        "T.ID -> * JOIN",
    }
    assert "unknown-column" in codes("SELECT LEVEL FROM t", "oracle", UPPER)
