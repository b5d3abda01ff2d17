from __future__ import annotations

from tests.unit.capture.sql.reading import edges


def test_update_reaches_the_assigned_columns_only() -> None:
    found = edges("UPDATE t SET a = u.x FROM u WHERE t.id = u.id AND u.y > 1")
    assert found == {"u.x -> t.a IDENTITY", "t.id -> t.a FILTER", "u.id -> t.a FILTER", "u.y -> t.a FILTER"}


def test_update_through_an_alias_of_its_from() -> None:
    found = edges("UPDATE k SET k.a = u.x FROM t AS k JOIN u ON k.id = u.id", "tsql")
    assert found == {"u.x -> t.a IDENTITY", "t.id -> t.a JOIN", "u.id -> t.a JOIN"}


def test_update_with_a_joined_target() -> None:
    found = edges("UPDATE t JOIN u ON t.id = u.id SET t.a = u.x WHERE u.y = 1", "mysql")
    assert {"u.x -> t.a IDENTITY", "t.id -> t.a JOIN", "u.y -> t.a FILTER"} <= found


def test_delete_is_steered_by_what_it_compares() -> None:
    assert edges("DELETE FROM t USING u WHERE t.id = u.id") == {"t.id -> t.* FILTER", "u.id -> t.* FILTER"}


def test_delete_names_its_targets_before_or_after_from() -> None:
    both = {"t.id -> t.* JOIN", "u.id -> t.* JOIN", "t.id -> u.* JOIN", "u.id -> u.* JOIN"}
    assert edges("DELETE t, u FROM t JOIN u ON t.id = u.id", "mysql") == both
    assert edges("DELETE FROM t USING t JOIN u ON t.id = u.id", "mysql") == {"t.id -> t.* JOIN", "u.id -> t.* JOIN"}
    assert edges("DELETE k FROM t AS k JOIN u ON k.id = u.id", "tsql") == {"t.id -> t.* JOIN", "u.id -> t.* JOIN"}


def test_a_write_through_a_common_table_expression_reaches_its_table() -> None:
    sql = "WITH c AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS n FROM t) DELETE FROM c WHERE n > 1"
    assert edges(sql, "tsql") == {"t.a -> t.* FILTER", "t.b -> t.* FILTER"}
