from __future__ import annotations

from shlex import split

import pytest

from headwater.answers.resolve import Resolver, node_id
from headwater.answers.sight import Sight
from headwater.model.entries import Position
from headwater.model.errors import AmbiguousNode, UnknownNode
from headwater.model.facts import SchemaObserved
from headwater.model.ids import ColumnId, DatasetId, JobId
from headwater.model.questions import LineageQuestion
from headwater.model.schemas import Column
from headwater.model.times import Instant
from tests.unit.telling import ZERO, Telling, copy

ODD = ["*", "", "a:b", "a.b", "a/b", ".", ":", "with space", "ünïcode", "run:x", "datasetField:x", "`x`", "%", "a::b", "x" * 500]


def told_of(*datasets: DatasetId, columns: tuple[str, ...] = ("id",)) -> Telling:
    told = Telling()
    for dataset in datasets:
        listed = tuple(Column(column) for column in columns)
        told.entry(SchemaObserved(position=ZERO, at=Instant(1), dataset=dataset, producer="p", columns=listed))
    return told


def resolver(told: Telling, *patterns: str, known_at: int = 99) -> Resolver:
    return Resolver(told.views, Sight(patterns or ("*",)), Position(known_at))


@pytest.mark.parametrize("namespace", ["file", "postgres://db:5432", "", "a:b"])
@pytest.mark.parametrize("name", ODD)
def test_the_id_of_any_dataset_leads_back_to_it(namespace: str, name: str) -> None:
    dataset = DatasetId(namespace, name)
    assert resolver(told_of(dataset)).resolve(node_id(dataset)) == dataset


@pytest.mark.parametrize("column", ODD)
def test_the_id_of_any_column_leads_back_to_it(column: str) -> None:
    dataset = DatasetId("postgres://db:5432", "public.t")
    told = told_of(dataset, columns=tuple(ODD))
    assert resolver(told).resolve(node_id(ColumnId(dataset, column))) == ColumnId(dataset, column)


def test_any_unique_ending_of_a_name_is_enough() -> None:
    told = told_of(DatasetId("pg://db", "shop.public.orders"), DatasetId("s3://lake", "raw/clicks"))
    for text, node in {
        "orders": "dataset:pg://db:shop.public.orders",
        "public.orders": "dataset:pg://db:shop.public.orders",
        "clicks": "dataset:s3://lake:raw/clicks",
        "orders.id": "datasetField:pg://db:shop.public.orders:id",
        "raw/clicks:id": "datasetField:s3://lake:raw/clicks:id",
    }.items():
        assert node_id(resolver(told).resolve(text)) == node


def test_an_exact_name_beats_endings_and_a_column_by_any_case_where_the_platform_folds_it() -> None:
    told = told_of(DatasetId("duckdb://l", "orders"), DatasetId("duckdb://l", "old.orders"), columns=("Id",))
    assert resolver(told).resolve("orders") == DatasetId("duckdb://l", "orders")
    assert resolver(told).resolve("orders.ID") == ColumnId(DatasetId("duckdb://l", "orders"), "Id")


def test_a_column_only_lineage_speaks_of_is_found() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["t"], flows=[copy("a", "x", "made")])
    assert node_id(resolver(told).resolve("t.made")) == "datasetField:postgres://lake:t:made"


def test_jobs_and_runs_are_nodes() -> None:
    told = Telling()
    told.run("etl.load", run="r1", writes=["t"])
    assert resolver(told).resolve("load") == JobId("jobs", "etl.load")
    assert resolver(told).resolve("r1") == resolver(told).resolve("run:r1") == "r1"


def test_hidden_and_unknown_look_the_same() -> None:
    told = told_of(DatasetId("secret", "people"))
    told.run("load", run="r1", writes=["t"])
    for text in ("people", "dataset:secret:people", "people.id", "run:r1", "job:jobs:load"):
        with pytest.raises(UnknownNode) as hidden:
            resolver(told, "other").resolve(text)
        with pytest.raises(UnknownNode) as unknown:
            resolver(Telling(), "other").resolve(text)
        assert str(hidden.value) == str(unknown.value)


def test_candidates_that_may_not_be_seen_are_not_listed() -> None:
    told = told_of(DatasetId("a", "orders"), DatasetId("b", "orders"), DatasetId("c", "orders"))
    with pytest.raises(AmbiguousNode) as caught:
        resolver(told, "a", "b").resolve("orders")
    assert "dataset:c" not in str(caught.value)
    assert resolver(told, "c").resolve("orders") == DatasetId("c", "orders")


def test_many_candidates_are_counted_and_not_all_listed() -> None:
    told = told_of(*(DatasetId(f"n{number:02}", "orders") for number in range(14)))
    with pytest.raises(AmbiguousNode, match=r"got 14.* and 4 more"):
        resolver(told).resolve("orders")


def test_what_was_not_known_yet_is_unknown_and_does_not_make_a_name_ambiguous() -> None:
    told = told_of(DatasetId("a", "orders"), DatasetId("b", "orders"))
    assert resolver(told, known_at=0).resolve("orders") == DatasetId("a", "orders")
    with pytest.raises(UnknownNode):
        resolver(told, known_at=0).resolve("dataset:b:orders")


def test_case_is_set_aside_only_where_nothing_fits_with_it() -> None:
    told = Telling()
    told.run("load", reads=["CRM.Orders"], writes=["shop.orders"])
    assert told.ask(LineageQuestion(node="orders")).result.root.name == "shop.orders"
    assert told.ask(LineageQuestion(node="crm.orders")).result.root.name == "CRM.Orders"
    with pytest.raises(AmbiguousNode):
        told.ask(LineageQuestion(node="ORDERS"))


@pytest.mark.parametrize("text", ["customers.emial", "crm:customers.emial", "datasetField:postgres://db:shop.customers:emial"])
def test_a_column_that_a_dataset_does_not_have_is_told_of_the_dataset(text: str) -> None:
    told = told_of(DatasetId("postgres://db", "shop.customers"), DatasetId("x", "crm:customers"), columns=("id", "email"))
    with pytest.raises(UnknownNode) as unknown:
        resolver(told, "postgres://*" if "crm" not in text else "x").resolve(text)
    assert "got none of this name; perhaps `email`" in unknown.value.problem
    assert unknown.value.next_step.startswith("headwater catalog show dataset:")


def test_a_command_that_names_a_dataset_is_one_word_to_a_shell_whatever_the_name() -> None:
    name = "it's; touch /tmp/here $(id) `id`"
    told = told_of(DatasetId("lake", name), columns=("email",))
    with pytest.raises(UnknownNode) as unknown:
        resolver(told).resolve(f"datasetField:lake:{name}:emial")
    assert split(unknown.value.next_step) == ["headwater", "catalog", "show", f"dataset:lake:{name}"]


def test_of_a_hidden_dataset_no_column_is_offered() -> None:
    told = told_of(DatasetId("hidden", "customers"), columns=("email",))
    with pytest.raises(UnknownNode) as unknown:
        resolver(told, "postgres://*").resolve("customers.emial")
    assert "email`" not in unknown.value.problem and unknown.value.next_step.startswith("headwater catalog search")
