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
