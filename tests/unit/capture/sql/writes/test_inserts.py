from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read, told


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("INSERT INTO w SELECT a, b FROM t", {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}),
        ("INSERT INTO w (q, p) SELECT a, b FROM t", {"t.a -> w.q IDENTITY", "t.b -> w.p IDENTITY"}),
        ("INSERT INTO z (k) SELECT a FROM t", {"t.a -> z.k IDENTITY"}),
        ("INSERT INTO w BY NAME SELECT a AS q FROM t", {"t.a -> w.q IDENTITY"}),
        ("INSERT INTO w VALUES (1, 2)", set()),
        ("WITH c AS (SELECT a, b FROM t) INSERT INTO w SELECT * FROM c", {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}),
    ],
)
def test_insert_maps_by_position_list_or_name(sql: str, expected: set[str]) -> None:
    lineage = read(sql)
    assert (lineage.status, told(lineage), lineage.overwrites) == ("complete", expected, ())


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("INSERT INTO z SELECT a FROM t", "target-columns-unknown"),
        ("INSERT INTO w SELECT a FROM t", "column-count-mismatch"),
        ("INSERT INTO w SELECT * FROM z", "star-without-schema"),
        ("CREATE TABLE n AS SELECT sum(a) FROM t", "unnamed-column"),
        ("CREATE VIEW n (k, l) AS SELECT a FROM t", "column-count-mismatch"),
        ("COPY z FROM 'x.csv'", "target-columns-unknown"),
        ("UPDATE t SET (a, b) = (1, 2, 3)", "column-count-mismatch"),
        ("DROP SCHEMA s CASCADE", "unsupported-statement"),
    ],
)
def test_a_target_that_cannot_be_placed_is_partial(sql: str, code: str) -> None:
    assert code in codes(sql)


def test_insert_overwrite_replaces_all_or_one_partition() -> None:
    assert read("INSERT OVERWRITE TABLE w SELECT a, b FROM t", "spark").overwrites == ("w",)
    partition = read("INSERT OVERWRITE TABLE w PARTITION (q = 1) SELECT a FROM t", "spark")
    assert (partition.overwrites, told(partition)) == ((), {"t.a -> w.p IDENTITY"})


def test_upserts_write_and_compare() -> None:
    found = edges("INSERT INTO w (p, q) SELECT a, b FROM t ON CONFLICT (p) DO UPDATE SET q = excluded.q + w.q WHERE w.p > 1")
    assert {
        "t.b -> w.q IDENTITY",
        "t.b -> w.q TRANSFORMATION",
        "w.q -> w.q TRANSFORMATION",
        "t.a -> w.* FILTER",
        "w.p -> w.* FILTER",
    } <= found


def test_mysql_writes_what_was_there_or_what_is_new() -> None:
    found = edges("INSERT INTO w (p, q) SELECT a, b FROM t ON DUPLICATE KEY UPDATE q = VALUES(q) + w.q", "mysql")
    assert {"t.b -> w.q TRANSFORMATION", "w.q -> w.q TRANSFORMATION", "t.a -> w.* FILTER", "w.p -> w.* FILTER"} <= found
    sql = "INSERT INTO w (p, q) VALUES ((SELECT max(a) FROM t), 2) AS n (m, o) ON DUPLICATE KEY UPDATE q = m"
    assert "t.a -> w.q AGGREGATION" in edges(sql, "mysql")
    assert "u.y -> w.q IDENTITY" in edges("INSERT INTO w SELECT x, id FROM u ON DUPLICATE KEY UPDATE q = u.y", "mysql")
    assert edges("INSERT INTO w SET p = 1, q = (SELECT max(a) FROM t)", "mysql") == {"t.a -> w.q AGGREGATION"}
    assert {"t.a -> w.p IDENTITY", "w.p -> w.* FILTER"} <= edges("REPLACE INTO w (p) SELECT a FROM t", "mysql")


def test_what_is_replaced_is_picked_by_a_condition() -> None:
    sql = "INSERT INTO w REPLACE WHERE p = 1 SELECT a, b FROM t"
    assert edges(sql, "databricks") == {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY", "w.p -> w.* FILTER"}
    assert read(sql, "databricks").overwrites == ()


def test_files_are_targets_too() -> None:
    assert edges("INSERT INTO FUNCTION file('x.csv') SELECT a FROM t", "clickhouse") == {"t.a -> x.csv.a IDENTITY"}
    assert read("INSERT OVERWRITE DIRECTORY '/x' SELECT a FROM t", "hive").overwrites == ("/x",)


def test_names_that_are_assigned_are_the_targets_own() -> None:
    sql = "INSERT INTO w (p, q) SELECT k, n FROM z ON DUPLICATE KEY UPDATE q = q + VALUES(q), r = COALESCE(VALUES(q), r)"
    lineage = read(sql, "mysql", {})
    assert lineage.status == "complete", lineage.reasons
    assert {edge for edge in told(lineage) if "w.q " in edge or "w.r " in edge} >= {
        "z.n -> w.q IDENTITY",
        "z.n -> w.q TRANSFORMATION",
        "w.q -> w.q TRANSFORMATION",
        "z.n -> w.r TRANSFORMATION",
        "w.r -> w.r TRANSFORMATION",
    }


def test_a_name_inside_a_subquery_of_an_assignment_is_the_subquerys() -> None:
    sql = "INSERT INTO w (p, q) SELECT k, n FROM z ON DUPLICATE KEY UPDATE q = (SELECT max(q) FROM v)"
    assert "v.q -> w.q AGGREGATION" in told(read(sql, "mysql", {}))
    assert "w.q -> w.q AGGREGATION" not in told(read(sql, "mysql", {"w": ("p", "q"), "v": ("q",)}))


def test_a_new_row_of_a_target_nobody_knows_is_made_of_all_that_is_selected() -> None:
    lineage = read("INSERT INTO w SELECT k, n FROM z ON DUPLICATE KEY UPDATE q = VALUES(q)", "mysql", {})
    assert [reason.code for reason in lineage.reasons] == ["target-columns-unknown"]
    assert {"z.k -> w.q TRANSFORMATION", "z.n -> w.q TRANSFORMATION"} <= told(lineage)


def test_a_column_that_is_written_is_one_that_the_target_has() -> None:
    sql = "INSERT INTO z (k) SELECT y.n FROM y WHERE y.n NOT IN (SELECT k FROM z)"
    assert edges(sql, tables={}) == {"y.n -> z.k IDENTITY", "y.n -> z.* FILTER", "z.k -> z.* FILTER"}
    assert codes(sql.replace("SELECT k FROM", "SELECT m FROM"), tables={}) == ["ambiguous-column"]


def test_bare_values_are_complete_whichever_columns_they_go_into() -> None:
    assert edges("INSERT INTO z VALUES (1, 2)") == set()
    assert edges("INSERT INTO z SELECT 1, 2 FROM t") == {"t.* -> z.* FILTER"}
    assert codes("INSERT INTO z VALUES (1, 2) ON CONFLICT DO NOTHING") == ["target-columns-unknown"]
    assert codes("INSERT INTO z SELECT a, 2 FROM t") == ["target-columns-unknown"]
