from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


def test_set_operations_drop_rows_by_what_they_compare() -> None:
    assert edges("SELECT a FROM t UNION ALL SELECT x FROM u") == {"t.a -> a IDENTITY", "u.x -> a IDENTITY"}
    assert {"t.a -> * GROUP_BY", "u.x -> * GROUP_BY"} <= edges("SELECT a FROM t UNION SELECT x FROM u")
    assert edges("SELECT a FROM t EXCEPT SELECT x FROM u") == {"t.a -> a IDENTITY", "t.a -> * FILTER", "u.x -> * FILTER"}


def test_union_by_name_matches_names() -> None:
    found = edges("SELECT a, b FROM t UNION ALL BY NAME SELECT x AS b, y AS c FROM u")
    assert found == {"t.a -> a IDENTITY", "t.b -> b IDENTITY", "u.x -> b IDENTITY", "u.y -> c IDENTITY"}


def test_a_common_table_expression_shadows_a_table() -> None:
    assert edges("WITH t AS (SELECT x AS a FROM u) SELECT a FROM t") == {"u.x -> a IDENTITY"}


def test_nested_expressions_see_the_ones_before() -> None:
    found = edges("WITH c AS (SELECT a FROM t), d(e) AS (WITH f AS (SELECT a FROM c) SELECT a FROM f) SELECT e FROM d")
    assert found == {"t.a -> e IDENTITY"}


def test_a_star_of_an_unknown_table_lets_later_names_through() -> None:
    assert edges("WITH c AS (SELECT * FROM z) SELECT d FROM c WHERE e = 1") == {"z.d -> d IDENTITY", "z.e -> * FILTER"}


def test_a_recursive_query_settles() -> None:
    found = edges("WITH RECURSIVE r(n, v) AS (SELECT id, a FROM t UNION ALL SELECT r.v, u.x FROM r JOIN u ON r.n = u.id) SELECT n FROM r")
    assert {"t.id -> n IDENTITY", "t.a -> n IDENTITY", "u.x -> n IDENTITY", "u.id -> * JOIN"} <= found


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT a FROM t UNION ALL SELECT x, y FROM u", "column-count-mismatch"),
        ("WITH c(k, l) AS (SELECT a FROM t) SELECT k FROM c", "column-count-mismatch"),
        ("WITH c(k) AS (SELECT * FROM z) SELECT k FROM c", "star-without-schema"),
        ("SELECT * FROM y UNION ALL SELECT * FROM z", "star-without-schema"),
        ("SELECT a FROM t, u MATCH_RECOGNIZE (PATTERN (x) DEFINE x AS a > 1)", "unsupported-clause"),
    ],
)
def test_what_a_query_leaves_open_is_said(sql: str, code: str) -> None:
    assert code in codes(sql, "oracle" if "MATCH" in sql else "duckdb")


def test_a_common_table_expression_that_writes_names_its_target() -> None:
    lineage = read("WITH c AS (DELETE FROM t RETURNING a) SELECT a FROM c", "postgres")
    assert (lineage.status, lineage.targets) == ("complete", ("t",))


def test_sides_of_a_union_by_name_choose_the_columns() -> None:
    assert edges("SELECT a, b FROM t INNER UNION ALL BY NAME SELECT x AS b FROM u", "bigquery") == {
        "t.b -> b IDENTITY",
        "u.x -> b IDENTITY",
    }
    left = edges("SELECT a, b FROM t LEFT UNION ALL BY NAME SELECT x AS b, y AS k FROM u", "bigquery")
    assert left == {"t.a -> a IDENTITY", "t.b -> b IDENTITY", "u.x -> b IDENTITY"}


def test_search_and_cycle_add_columns() -> None:
    sql = (
        "WITH RECURSIVE r(n) AS (SELECT id FROM t UNION ALL SELECT x FROM r JOIN u ON r.n = u.id) "
        "SEARCH DEPTH FIRST BY n SET ord CYCLE n SET cyc USING pth SELECT ord, cyc FROM r"
    )
    assert {"t.id -> ord TRANSFORMATION", "u.x -> cyc TRANSFORMATION", "t.id -> * FILTER"} <= edges(sql, "postgres")


def test_the_key_of_a_recursive_query_decides_which_rows_stay() -> None:
    found = edges("WITH RECURSIVE r(n, v) USING KEY (n) AS (SELECT id, a FROM t UNION ALL SELECT n + 1, v FROM r) SELECT v FROM r")
    assert "t.id -> * GROUP_BY" in found


def test_an_expression_that_reads_a_later_one_is_said() -> None:
    sql = "WITH RECURSIVE c AS (SELECT id FROM t UNION ALL SELECT id FROM d), d AS (SELECT id FROM c) SELECT id FROM d"
    assert "unsupported-clause" in codes(sql)


@pytest.mark.parametrize("dialect", ["tsql", "oracle", "snowflake"])
def test_some_dialects_write_no_word_before_a_query_that_reads_itself(dialect: str) -> None:
    sql = "WITH r (k, p) AS (SELECT id, a FROM t WHERE a = 0 UNION ALL SELECT t.id, t.a FROM t JOIN r ON r.k = t.a) SELECT k FROM r"
    upper = {"T": ("ID", "A")}
    lineage = read(sql, dialect, upper if dialect != "tsql" else None)
    assert lineage.status == "complete", lineage.reasons
    assert [each.lower() for each in lineage.sources] == ["t"]


def test_long_chains_of_unions_leave_what_they_are_made_of_as_it_was() -> None:
    first = "WITH c AS (SELECT a FROM t UNION ALL SELECT x FROM u) "
    assert edges(first + "SELECT a FROM c UNION ALL SELECT p FROM w UNION ALL SELECT q FROM w EXCEPT SELECT a FROM c") >= {
        "t.a -> a IDENTITY",
        "u.x -> a IDENTITY",
        "w.p -> a IDENTITY",
        "w.q -> a IDENTITY",
    }
    both = edges(first + "SELECT a FROM c UNION ALL SELECT p FROM w UNION ALL SELECT q FROM w", "duckdb")
    alone = edges(first + "SELECT c.a, d.a AS b FROM c, (SELECT a FROM c UNION ALL SELECT p FROM w UNION ALL SELECT q FROM w) d")
    assert {each for each in alone if each.endswith("-> b IDENTITY")} == {each.replace("-> a", "-> b") for each in both}
    assert {each for each in alone if each.endswith("-> a IDENTITY")} == {"t.a -> a IDENTITY", "u.x -> a IDENTITY"}


def test_except_after_unions_gives_the_first_side_only() -> None:
    found = edges("SELECT a FROM t UNION ALL SELECT x FROM u EXCEPT SELECT p FROM w EXCEPT SELECT q FROM w")
    assert {each for each in found if each.endswith("IDENTITY")} == {"t.a -> a IDENTITY", "u.x -> a IDENTITY"}
