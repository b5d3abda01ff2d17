from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read, told


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("WHERE b > 1", "t.b -> * FILTER"),
        ("GROUP BY a, b", "t.b -> * GROUP_BY"),
        ("GROUP BY ROLLUP (a, b)", "t.b -> * GROUP_BY"),
        ("GROUP BY GROUPING SETS ((a), (b))", "t.b -> * GROUP_BY"),
        ("GROUP BY ALL", "t.a -> * GROUP_BY"),
        ("GROUP BY 1", "t.a -> * GROUP_BY"),
        ("GROUP BY a HAVING max(b) > 1", "t.b -> * FILTER"),
        ("QUALIFY row_number() OVER (ORDER BY b) = 1", "t.b -> * FILTER"),
        ("ORDER BY b LIMIT 1", "t.b -> * SORT"),
        ("ORDER BY 1", "t.a -> * SORT"),
        ("ORDER BY ALL", "t.a -> * SORT"),
        ("LIMIT (SELECT max(x) FROM u)", "u.x -> * FILTER"),
        ("WHERE id IN (SELECT x FROM u WHERE y = 2)", "u.y -> * FILTER"),
        ("WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)", "u.* -> * FILTER"),
    ],
)
def test_a_clause_steers_every_row(clause: str, expected: str) -> None:
    assert expected in edges(f"SELECT a FROM t {clause}")


def test_distinct_compares_what_is_selected() -> None:
    assert "t.a -> * GROUP_BY" in edges("SELECT DISTINCT a FROM t")
    assert "t.b -> * GROUP_BY" in edges("SELECT DISTINCT ON (b) a FROM t")


def test_influences_on_all_rows_are_stated_once() -> None:
    found = edges("SELECT a, b, id FROM t WHERE b > 1")
    assert [each for each in found if "FILTER" in each] == ["t.b -> * FILTER"]


def test_constants_still_tell_which_rows_they_stand_for() -> None:
    assert edges("SELECT 1 AS c FROM t") == {"t.* -> * FILTER"}


def test_a_star_of_an_unknown_table_at_the_end_is_partial() -> None:
    lineage = read("SELECT *, a AS k FROM t, z")
    assert [(reason.code, reason.subject) for reason in lineage.reasons] == [("star-without-schema", "z")]
    assert "t.b -> b IDENTITY" in told(lineage)


def test_star_leaves_out_replaces_and_renames() -> None:
    assert edges("SELECT * EXCLUDE (id) REPLACE (a + id AS a) FROM t") == {
        "t.a -> a TRANSFORMATION",
        "t.id -> a TRANSFORMATION",
        "t.b -> b IDENTITY",
    }
    assert "t.a -> k IDENTITY" in edges("SELECT * RENAME (a AS k) FROM t")


def test_a_window_named_after_another_takes_both_frames() -> None:
    found = edges("SELECT sum(a) OVER w2 AS c FROM t WINDOW w1 AS (PARTITION BY b), w2 AS (w1 ORDER BY id)")
    assert found == {"t.a -> c AGGREGATION", "t.b -> c WINDOW", "t.id -> c WINDOW"}


@pytest.mark.parametrize(("sql", "kind"), [("FOR JSON PATH, ROOT('r')", "for json"), ("FOR XML PATH(''), TYPE", "for xml")])
def test_a_document_holds_all_columns_of_all_rows(sql: str, kind: str) -> None:
    lineage = read(f"SELECT (SELECT a, b FROM t WHERE t.id = u.id ORDER BY a {sql}) AS c FROM u", "tsql")
    assert lineage.status == "complete", lineage.reasons
    assert told(lineage) == {
        "t.a -> c AGGREGATION",
        "t.b -> c AGGREGATION",
        "t.a -> c SORT",
        "t.id -> c FILTER",
        "u.id -> c FILTER",
    }
    assert {edge.functions for edge in lineage.edges if edge.kind.name == "AGGREGATION"} == {(kind,)}


def test_a_document_of_two_queries_holds_both_and_one_of_an_unknown_table_is_open() -> None:
    assert edges("SELECT a FROM t UNION ALL SELECT x FROM u FOR JSON PATH", "tsql") == {
        "t.a -> _col_0 AGGREGATION",
        "u.x -> _col_0 AGGREGATION",
    }
    assert codes("SELECT * FROM z FOR JSON PATH", "tsql") == ["star-without-schema"]


def test_a_list_made_by_way_of_a_document_is_followed() -> None:
    sql = (
        "SELECT STUFF((SELECT ',' + a FROM t WHERE t.id = u.id FOR XML PATH(''), TYPE).value('.', N'nvarchar(max)'), 1, 1, '') AS c FROM u"
    )
    assert edges(sql, "tsql") == {"t.a -> c AGGREGATION", "t.id -> c FILTER", "u.id -> c FILTER"}


@pytest.mark.parametrize("dialect", ["spark", "databricks"])
def test_windows_of_time_go_by_the_name_of_their_function(dialect: str) -> None:
    sql = "SELECT window.start, window.end AS e, count(*) AS n FROM t GROUP BY window(a, '5 minutes')"
    assert edges(sql, dialect) == {
        "t.a -> start TRANSFORMATION",
        "t.a -> e TRANSFORMATION",
        "t.* -> n AGGREGATION",
        "t.a -> * GROUP_BY",
        "t.a -> * JOIN",
    }


def test_a_window_of_time_has_two_fields_outside_too() -> None:
    inner = "SELECT window(a, '5 minutes'), sum(b) AS s FROM t GROUP BY window(a, '5 minutes')"
    assert {"t.a -> start TRANSFORMATION", "t.a -> end TRANSFORMATION"} <= edges(f"SELECT window.* FROM ({inner})", "spark")
    assert "t.a -> c TRANSFORMATION" in edges(f"SELECT q.window.end AS c FROM ({inner}) q", "spark")
    assert edges("SELECT window FROM z", "spark", tables={"z": ("window",)}) == {"z.window -> window IDENTITY"}
    assert "t.b -> c WINDOW" in edges("SELECT sum(a) OVER w AS c FROM t WINDOW w AS (PARTITION BY b)", "spark")


def test_rows_know_by_which_keys_they_were_grouped() -> None:
    found = edges("SELECT a, GROUPING__ID AS g FROM t GROUP BY a, b GROUPING SETS ((a, b), a)", "hive")
    assert found == {"t.a -> a IDENTITY", "t.* -> g TRANSFORMATION", "t.a -> * GROUP_BY", "t.b -> * GROUP_BY"}


def test_a_marked_number_is_the_outputs_where_it_sorts_and_the_tables_everywhere_else() -> None:
    assert edges("SELECT id, b FROM t ORDER BY #2") == {"t.id -> id IDENTITY", "t.b -> b IDENTITY", "t.b -> * SORT"}
    assert "t.b -> * GROUP_BY" in edges("SELECT DISTINCT ON (#2) id, b FROM t")
    assert "t.a -> * FILTER" in edges("SELECT id, b FROM t WHERE #2 = 1")
    assert "t.a -> * SORT" in edges("SELECT id, b FROM t ORDER BY #2 + 0")
