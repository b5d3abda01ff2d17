from __future__ import annotations

import pytest

from headwater.app.sql.catalog import BadSchema, Catalog, catalog_of, stored_catalog, stored_name

ONE = {"a": "INT"}
OTHER = {"b": "INT"}


@pytest.mark.parametrize(
    ("tables", "asked", "found"),
    [
        ({"orders": ONE}, "orders", ONE),
        ({"orders": ONE}, "ORDERS", ONE),
        ({"Orders": ONE, "orders": OTHER}, "orders", OTHER),
        ({"Orders": ONE, "orders": OTHER}, "ORDERS", None),
        ({"orders": ONE}, "shop.orders", ONE),
        ({"shop.orders": ONE}, "orders", ONE),
        ({"shop.orders": ONE, "lake.orders": OTHER}, "orders", None),
        ({"shop.orders": ONE, "lake.orders": OTHER}, "lake.orders", OTHER),
        ({"shop.orders": ONE, "orders": OTHER}, "main.shop.orders", ONE),
        ({"shop.orders": ONE, "orders": OTHER}, "lake.orders", OTHER),
        ({"shop.orders": ONE}, "lake.orders", None),
        ({'"shop"."orders"': ONE}, "shop.orders", ONE),
        ({"/data/orders.parquet": ONE}, "/data/orders.parquet", ONE),
        ({"orders.parquet": ONE}, "/data/orders.parquet", None),
        ({}, "orders", None),
    ],
)
def test_a_table_is_found_by_the_one_name_that_agrees_best(
    tables: dict[str, dict[str, str]], asked: str, found: dict[str, str] | None
) -> None:
    assert Catalog(tables).columns(asked) == found


def test_columns_keep_their_order_and_a_type_may_be_unknown() -> None:
    columns = catalog_of({"t": {"z": "INT", "a": None, "a.b": "TEXT"}}, "`schema`").columns("t")
    assert columns is not None and list(columns.items()) == [("z", "INT"), ("a", ""), ("a.b", "TEXT")]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([], "cannot read it: expected an object of tables, got a list"),
        (None, "cannot read it: expected an object of tables, got nothing"),
        ({"t": ["a"]}, "cannot read it: expected an object of columns for table `t`, got a list"),
        ({"t": {"a": 5}}, "cannot read it: expected a type as text for column `t.a`, got a number"),
        ({"t": {"a": True}}, "cannot read it: expected a type as text for column `t.a`, got true or false"),
    ],
)
def test_what_names_no_columns_is_refused_by_its_place(value: object, problem: str) -> None:
    with pytest.raises(BadSchema) as caught:
        catalog_of(value, "it")
    assert caught.value.problem == problem


def test_nested_fields_are_told_how_to_be_written() -> None:
    with pytest.raises(BadSchema) as caught:
        catalog_of({"t": {"address": {"zip": "TEXT"}}}, "it")
    assert "`address.zip`" in caught.value.next_step


@pytest.mark.parametrize(
    ("tables", "dialect", "expected"),
    [
        ({"sc.t": {"id": "INT"}}, "snowflake", {"SC.T": {"ID": "INT"}}),
        ({"sc.t": {"id": "INT"}}, "oracle", {"SC.T": {"ID": "INT"}}),
        ({"sc.t": {"id": "INT"}}, "postgres", {"sc.t": {"id": "INT"}}),
        ({"SC.T": {"id": "INT"}, "u": {"a": ""}}, "snowflake", {"SC.T": {"id": "INT"}, "U": {"A": ""}}),
        ({'"t"': {"id": "INT"}}, "snowflake", {'"t"': {"id": "INT"}}),
    ],
)
def test_tables_without_a_capital_are_read_as_statements_write_them(
    tables: dict[str, dict[str, str]], dialect: str, expected: dict[str, dict[str, str]]
) -> None:
    assert stored_catalog(Catalog(tables), dialect).tables == expected


def test_defaults_are_stored_as_their_dialect_stores_names() -> None:
    names = [stored_name(name, "snowflake") for name in ("sc", '"sc"', None)]
    assert (names, stored_name("sc", "duckdb")) == (["SC", "sc", None], "sc")
