from __future__ import annotations

from tests.unit.capture.sql.reading import codes, edges


def test_every_branch_writes_and_every_condition_steers() -> None:
    found = edges(
        "MERGE INTO w USING u ON w.p = u.id WHEN MATCHED AND u.y = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET q = u.x "
        "WHEN NOT MATCHED THEN INSERT (p, q) VALUES (u.id, md5(u.y))"
    )
    assert found == {
        "w.p -> w.* JOIN",
        "u.id -> w.* JOIN",
        "u.y -> w.* FILTER",
        "u.x -> w.q IDENTITY",
        "u.id -> w.p IDENTITY",
        "u.y -> w.q TRANSFORMATION md5",
    }


def test_the_condition_of_an_update_steers_what_it_assigns() -> None:
    head = "MERGE INTO w USING u ON w.p = u.id "
    joined = {"w.p -> w.* JOIN", "u.id -> w.* JOIN"}
    update = "WHEN MATCHED AND u.y > 1 THEN UPDATE SET q = u.x "
    assert edges(head + update) == joined | {"u.x -> w.q IDENTITY", "u.y -> w.q FILTER"}
    assert edges(head + update + "WHEN NOT MATCHED THEN INSERT (p) VALUES (u.id)") == joined | {
        "u.x -> w.q IDENTITY",
        "u.y -> w.q FILTER",
        "u.id -> w.p IDENTITY",
    }
    assert "u.y -> w.* FILTER" in edges(head + update + "WHEN MATCHED THEN DELETE")
    assert "u.y -> w.q FILTER" in edges(head + "WHEN MATCHED AND u.y > 1 THEN DO NOTHING WHEN MATCHED THEN UPDATE SET q = 1")
    assert edges(head + "WHEN MATCHED AND u.y > 1 THEN DO NOTHING") == joined


def test_insert_without_a_list_goes_by_position() -> None:
    merge = "MERGE INTO {} USING u ON false WHEN NOT MATCHED THEN INSERT VALUES (u.x, u.y)"
    assert {"u.x -> w.p IDENTITY", "u.y -> w.q IDENTITY"} <= edges(merge.format("w"))
    assert "target-columns-unknown" in codes(merge.format("z"))
    assert "column-count-mismatch" in codes(merge.format("t"))


def test_stars_go_by_name() -> None:
    merge = "MERGE INTO {} USING {} AS s ON k.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    tables = {"k": ("id", "a"), "s1": ("id", "a", "z")}
    found = edges(merge.format("k", "s1"), "databricks", tables)
    assert {"s1.id -> k.id IDENTITY", "s1.a -> k.a IDENTITY"} <= found
    assert "target-columns-unknown" in codes(merge.format("k", "s2"), "databricks", {})


def test_a_source_query_brings_its_filters() -> None:
    found = edges("MERGE INTO w USING (SELECT x FROM u WHERE y > 1) AS s ON w.p = s.x WHEN MATCHED THEN UPDATE SET q = s.x")
    assert "u.y -> w.* FILTER" in found


def test_every_dialects_branches_are_followed() -> None:
    head = "MERGE INTO w USING (SELECT a AS p, b AS q FROM t) AS s ON w.p = s.p WHEN NOT MATCHED THEN "
    joined = {"w.p -> w.* JOIN", "t.a -> w.* JOIN"}
    values = {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}
    assert edges(head + "INSERT ROW", "bigquery") == joined | values
    assert edges(head + "INSERT BY NAME", "duckdb") == joined | values
    assert edges(head + "INSERT", "duckdb") == joined | values
    assert edges(head + "INSERT DEFAULT VALUES", "postgres") == joined
    assert edges(head + "DO NOTHING", "postgres") == joined
    assert edges(head.replace("WHEN NOT MATCHED", "WHEN NOT MATCHED BY SOURCE AND w.q > 1") + "DELETE", "tsql") == joined | {
        "w.q -> w.* FILTER"
    }


def test_using_compares_columns_of_both_sides() -> None:
    sql = "MERGE INTO t USING u USING (id) WHEN MATCHED THEN DELETE"
    assert edges(sql) == {"t.id -> t.* JOIN", "u.id -> t.* JOIN"}


def test_the_source_sees_nothing_of_the_target() -> None:
    sql = "MERGE INTO z USING (SELECT k, m FROM y WHERE n > 1) AS s ON z.k = s.k WHEN MATCHED THEN UPDATE SET m = s.m"
    assert edges(sql, None, {}) == {"z.k -> z.* JOIN", "y.k -> z.* JOIN", "y.n -> z.* FILTER", "y.m -> z.m IDENTITY"}
