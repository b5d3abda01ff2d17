from __future__ import annotations

import pytest

from headwater.model.ids import DatasetId
from headwater.projections.matching import Matcher

DECLARED = [DatasetId("pg://db", "shop.public.orders"), DatasetId("pg://db", "shop.public.lines"), DatasetId("s3://lake", "raw/orders")]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("orders", "shop.public.orders"),
        ("public.orders", "shop.public.orders"),
        ("PUBLIC.Orders", "shop.public.orders"),
        ('"public"."orders"', "shop.public.orders"),
        ("cluster.shop.public.orders", "shop.public.orders"),
        ("raw/orders", "raw/orders"),
    ],
)
def test_a_table_is_the_declared_dataset_whose_name_ends_like_it(table: str, name: str) -> None:
    assert Matcher(DECLARED, "home").match(table).name == name


def test_names_that_agree_only_in_part_are_not_the_same() -> None:
    assert Matcher(DECLARED, "home").match("other.orders") == DatasetId("home", "other.orders")


def test_an_unknown_table_lives_where_all_declared_datasets_do() -> None:
    assert Matcher(DECLARED[:2], "home").match("stage") == DatasetId("pg://db", "stage")
    assert Matcher(DECLARED, "home").match("stage") == DatasetId("home", "stage")
    assert Matcher([], "home").match("stage") == DatasetId("home", "stage")


def test_paths_and_addresses_are_datasets_of_their_own() -> None:
    assert Matcher([], "home").match("s3://bucket/a/b.parquet") == DatasetId("s3://bucket", "a/b.parquet")
    assert Matcher([], "home").match("data/b.csv") == DatasetId("file", "data/b.csv")
    assert Matcher([], "home").match("s3://bucket") == DatasetId("s3://bucket", "/")


def test_the_longest_agreement_wins_and_order_does_not_matter() -> None:
    declared = [DatasetId("pg://db", "orders"), DatasetId("pg://db", "public.orders")]
    for order in (declared, declared[::-1]):
        assert Matcher(order, "home").match("public.orders").name == "public.orders"
        assert Matcher(order, "home").match("x.orders").name == "orders"
