from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read

UPPER = {"T": ("ID", "A", "B")}


def pivot(*names: str, table: str = "t", group: str = "id", value: str = "a", key: str = "b") -> set[str]:
    """What `sum(a)` per value of b gives, the rest grouping."""
    made = {f"{table}.{value} -> {name} AGGREGATION" for name in names} | {f"{table}.{key} -> {name} CONDITIONAL" for name in names}
    return made | {f"{table}.{group} -> {group} IDENTITY", f"{table}.{group} -> * GROUP_BY"}


@pytest.mark.parametrize(
    ("dialect", "sql", "names"),
    [
        ("duckdb", "SELECT * FROM t PIVOT (sum(a) FOR b IN (1, 2))", ("1", "2")),
        ("duckdb", "SELECT * FROM t PIVOT (sum(a) AS s FOR b IN (1 AS one, 2))", ("one_s", "2_s")),
        ("duckdb", "PIVOT t ON b IN (1, 2) USING sum(a)", ("1", "2")),
        ("duckdb", "PIVOT t ON b IN (1, 2) USING sum(a) AS s, max(a) AS m", ("1_s", "1_m", "2_s", "2_m")),
        ("duckdb", "PIVOT t ON b IN (1, NULL) USING sum(a) GROUP BY id", ("1", "NULL")),
        ("bigquery", "SELECT * FROM t PIVOT(SUM(a) AS s FOR b IN ('q1', 'q2' AS two))", ("s_q1", "s_two")),
        ("spark", "SELECT * FROM t PIVOT (SUM(a) AS s, MAX(a) AS m FOR b IN (1 AS j, 2 AS k))", ("j_s", "j_m", "k_s", "k_m")),
        ("tsql", "SELECT id, [1], [2] FROM (SELECT id, a, b FROM t) AS s PIVOT (SUM(a) FOR b IN ([1], [2])) AS p", ("1", "2")),
        ("redshift", "SELECT * FROM (SELECT id, a, b FROM t) PIVOT (SUM(a) FOR b IN ('x', 'y'))", ("x", "y")),
    ],
)
def test_a_pivot_gives_a_column_per_value_and_aggregate(dialect: str, sql: str, names: tuple[str, ...]) -> None:
    assert edges(sql, dialect) == pivot(*names)


def test_names_of_pivoted_columns_keep_quotes_where_the_dialect_does() -> None:
    found = edges("SELECT * FROM t PIVOT (SUM(a) FOR b IN ('x'))", "snowflake", UPPER)
    assert "T.A -> 'x' AGGREGATION" in found
    assert "T.A -> 'x'_S AGGREGATION" in edges("SELECT * FROM t PIVOT (SUM(a) AS s FOR b IN ('x', 2 AS two))", "oracle", UPPER)


def test_an_alias_of_a_pivot_renames_all_its_columns() -> None:
    found = edges("SELECT k, l FROM t PIVOT (sum(a) FOR b IN (1)) AS p(k, l)")
    assert found == {"t.id -> k IDENTITY", "t.id -> * GROUP_BY", "t.a -> l AGGREGATION", "t.b -> l CONDITIONAL"}


def test_a_pivot_without_aggregates_counts_rows() -> None:
    assert {"t.* -> 1 AGGREGATION", "t.b -> 1 CONDITIONAL"} <= edges("PIVOT t ON b IN (1) GROUP BY id")


def test_columns_named_by_values_are_made_of_what_is_aggregated() -> None:
    assert edges('SELECT z."x" FROM (PIVOT t ON b USING sum(a)) AS z') == {
        "t.a -> x AGGREGATION",
        "t.b -> x CONDITIONAL",
        "t.id -> * GROUP_BY",
    }


def test_a_query_of_values_steers_too() -> None:
    found = edges('SELECT "1" FROM (PIVOT t ON b IN (SELECT x FROM u WHERE y > 1) USING sum(a))')
    assert {"u.x -> 1 CONDITIONAL", "u.y -> 1 CONDITIONAL", "t.a -> 1 AGGREGATION"} <= found


def test_a_pivot_after_a_join_takes_the_join() -> None:
    found = edges("FROM t JOIN u USING (id) PIVOT (sum(a) FOR b IN (1))")
    assert {"t.a -> 1 AGGREGATION", "u.x -> x IDENTITY", "u.x -> * GROUP_BY", "t.id -> * JOIN"} <= found


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "PIVOT t ON b USING sum(a)"),
        ("duckdb", "SELECT * FROM z PIVOT (sum(a) FOR b IN (1))"),
        ("duckdb", "SELECT id FROM z PIVOT (sum(a) FOR b IN (1))"),
        ("duckdb", "SELECT * FROM u, t JOIN u AS k USING (id) PIVOT (sum(a) FOR b IN (1))"),
        ("snowflake", "SELECT * FROM t JOIN u ON t.id = u.id PIVOT (sum(a) FOR b IN (1))"),
        ("snowflake", "SELECT * FROM t PIVOT(SUM(a) FOR b IN (ANY ORDER BY b))"),
        ("duckdb", "SELECT * FROM t PIVOT (sum(a) FOR b IN (1)) AS p(k, l, m)"),
        ("duckdb", "SELECT * FROM z UNPIVOT (v FOR n IN (a, b))"),
        ("duckdb", "UNPIVOT z ON COLUMNS(*) INTO NAME n VALUE v"),
        ("duckdb", "UNPIVOT t ON (a, b) INTO NAME n VALUE v"),
    ],
)
def test_what_nobody_can_name_is_partial(dialect: str, sql: str) -> None:
    lineage = read(sql, dialect)
    assert lineage.status == "partial" and lineage.sources


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "UNPIVOT t ON a, b INTO NAME n VALUE v"),
        ("duckdb", "UNPIVOT t ON COLUMNS(* EXCLUDE id) INTO NAME n VALUE v"),
        ("duckdb", "SELECT * FROM t UNPIVOT (v FOR n IN (a, b AS bee))"),
        ("duckdb", "SELECT id, v, n FROM (SELECT * FROM t) UNPIVOT (v FOR n IN (a, b))"),
        ("bigquery", "SELECT * FROM t UNPIVOT(v FOR n IN (a, b))"),
        ("tsql", "SELECT id, n, v FROM t UNPIVOT (v FOR n IN (a, b)) AS p"),
    ],
)
def test_an_unpivot_stacks_its_columns_and_drops_rows_without_value(dialect: str, sql: str) -> None:
    assert edges(sql, dialect) == {"t.id -> id IDENTITY", "t.a -> v IDENTITY", "t.b -> v IDENTITY", "t.a -> * FILTER", "t.b -> * FILTER"}


def test_nulls_included_filter_nothing_and_several_values_go_side_by_side() -> None:
    assert edges("SELECT v FROM t UNPIVOT INCLUDE NULLS (v FOR n IN (a, b))") == {"t.a -> v IDENTITY", "t.b -> v IDENTITY"}
    found = edges("UNPIVOT t ON (a, b) AS one, (b, id) AS two INTO NAME n VALUE v, w")
    assert {each for each in found if "IDENTITY" in each} == {
        "t.a -> v IDENTITY",
        "t.b -> v IDENTITY",
        "t.b -> w IDENTITY",
        "t.id -> w IDENTITY",
    }


@pytest.mark.parametrize(
    ("dialect", "order"),
    [("duckdb", ("id", "n", "v")), ("snowflake", ("id", "n", "v")), ("bigquery", ("id", "v", "n")), ("tsql", ("id", "v", "n"))],
)
def test_name_and_value_stand_in_the_dialects_order(dialect: str, order: tuple[str, ...]) -> None:
    tables = {"t": ("id", "a"), "T": ("ID", "A"), "k": ("one", "two", "three"), "K": ("ONE", "TWO", "THREE")}
    found = {each.lower() for each in edges("INSERT INTO k SELECT * FROM t UNPIVOT (v FOR n IN (a)) AS p", dialect, tables)}
    assert f"t.a -> k.{('one', 'two', 'three')[order.index('v')]} identity" in found


def test_a_pivot_of_an_unknown_table_with_groups_is_followed() -> None:
    assert codes("SELECT * FROM z PIVOT (sum(a) FOR b IN (1) GROUP BY id)") == []


def test_columns_named_by_values_are_a_reason_of_their_own_even_with_a_schema() -> None:
    assert codes("SELECT * FROM t PIVOT (sum(b) FOR a IN (SELECT x FROM u))") == ["columns-known-when-run"]
    assert codes("SELECT * FROM t PIVOT (sum(b) FOR a IN (ANY))", "snowflake", {"T": ("ID", "A", "B")}) == ["columns-known-when-run"]
