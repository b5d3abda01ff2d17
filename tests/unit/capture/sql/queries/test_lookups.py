from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read, told


def test_a_dictionary_gives_its_attribute_and_the_key_only_chooses() -> None:
    assert edges("SELECT dictGet('db.d', 'name', a) AS c FROM t", "clickhouse") == {
        "db.d.name -> c IDENTITY",
        "db.d.* -> c JOIN",
        "t.a -> c JOIN",
    }


def test_what_stands_in_for_a_missing_value_reaches_it_too() -> None:
    found = edges(
        "SELECT dictGetOrDefault('d', 'name', a, lower(b)) AS c FROM t", "clickhouse", schema="shop", tables={"shop.t": ("a", "b")}
    )
    assert found == {"shop.d.name -> c IDENTITY", "shop.d.* -> c JOIN", "shop.t.a -> c JOIN", "shop.t.b -> c TRANSFORMATION"}


def test_several_attributes_come_as_one_value() -> None:
    found = edges("SELECT dictGet('d', ('x', 'y'), tuple(a, b)) AS c FROM t", "clickhouse")
    assert {"d.x -> c IDENTITY", "d.y -> c IDENTITY", "t.a -> c JOIN", "t.b -> c JOIN"} <= found


def test_asking_for_a_key_looks_at_no_attribute() -> None:
    assert edges("SELECT a FROM t WHERE dictHas('d', b)", "clickhouse") == {"t.a -> a IDENTITY", "t.b -> * FILTER", "d.* -> * FILTER"}


@pytest.mark.parametrize("call", ["dictGet(b, 'name', a)", "dictGet('d', b, a)", "dictGet('a.b.c', 'name', a)", "dictGet()"])
def test_a_dictionary_nobody_names_is_a_gap(call: str) -> None:
    assert codes(f"SELECT {call} AS c FROM t", "clickhouse") == ["unknown-function"]
    if "a)" in call:
        assert "t.a -> c TRANSFORMATION" in told(read(f"SELECT {call} AS c FROM t", "clickhouse"))


def test_elsewhere_the_name_is_anybodys() -> None:
    assert codes("SELECT dictGet('d', 'name', a) AS c FROM t", "duckdb") == ["unknown-function"]
