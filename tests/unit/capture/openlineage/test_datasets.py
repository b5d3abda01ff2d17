"""The facts of datasets."""

from __future__ import annotations

import pytest

from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    ClaimRefused,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    FacetsDeleted,
    FacetsKept,
    GapSeen,
    Owner,
    SchemaObserved,
    StatisticsObserved,
    Tag,
    VersionObserved,
)
from headwater.model.ids import DatasetId
from headwater.model.schemas import Column
from tests.unit.capture.observed import dataset_event, facts, only, run_event, table

OURS = DatasetId("postgres://h:5432", "db.t")


def test_a_run_names_its_datasets_with_their_roles() -> None:
    used = only(DatasetUsed, facts(run_event(inputs=[table("a")], outputs=[table("b")])))
    assert [(fact.dataset.name, fact.role) for fact in used] == [("a", "input"), ("b", "output")]


def test_nested_columns_are_flattened_with_their_parents() -> None:
    fields = [
        {"name": "id", "type": "int", "description": "key"},
        {"name": "address", "fields": [{"name": "zip", "type": "text"}, {"name": "zip"}]},
    ]
    fact = only(SchemaObserved, facts(run_event(outputs=[table("db.t", schema={"fields": fields})])))[0]
    assert fact.columns == (Column("id", "int", "key"), Column("address"), Column("address.zip"))
    assert fact.whole


@pytest.mark.parametrize(("types", "whole"), [(("int", "text"), True), (("int", None), False)])
def test_dbt_lists_all_columns_only_where_it_knows_their_types(types: tuple[str | None, ...], whole: bool) -> None:
    fields = [{"name": f"c{number}", "type": kind} for number, kind in enumerate(types)]
    event = run_event(
        producer="https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/dbt",
        outputs=[table("db.t", schema={"fields": fields})],
    )
    fact = only(SchemaObserved, facts(event))[0]
    assert fact.whole is whole
    assert fact.producer == "https://github.com/OpenLineage/OpenLineage/integration/dbt"


def test_an_empty_schema_says_nothing() -> None:
    assert only(SchemaObserved, facts(run_event(outputs=[table("db.t", schema={"fields": []}), table("db.u", schema={})]))) == []


def test_symlinks_are_aliases_except_of_itself() -> None:
    identifiers = [
        {"namespace": "s3://b", "name": "x/t", "type": "LOCATION"},
        {"namespace": OURS.namespace, "name": OURS.name, "type": "TABLE"},
    ]
    found = only(AliasDeclared, facts(run_event(outputs=[table("db.t", symlinks={"identifiers": identifiers})])))
    assert [(fact.dataset, fact.alias, fact.kind) for fact in found] == [(OURS, DatasetId("s3://b", "x/t"), "LOCATION")]


def test_withdrawn_symlinks_withdraw_the_producers_aliases() -> None:
    found = facts(dataset_event(table("db.t", symlinks={"_deleted": True})))
    assert [(fact.dataset, fact.alias) for fact in only(AliasWithdrawn, found)] == [(OURS, None)]
    assert [fact.facets for fact in only(FacetsDeleted, found)] == [("symlinks",)]


def test_a_facet_that_says_deleted_false_is_not_withdrawn() -> None:
    found = facts(dataset_event(table("db.t", documentation={"_deleted": False, "description": "d"})))
    assert only(FacetsDeleted, found) == []
    assert only(DatasetDescribed, found)[0].documentation == "d"


def test_a_rename_carries_its_old_name() -> None:
    facet = {"lifecycleStateChange": "RENAME", "previousIdentifier": {"namespace": OURS.namespace, "name": "db.old"}}
    fact = only(DatasetChanged, facts(run_event(outputs=[table("db.t", lifecycleStateChange=facet)])))[0]
    assert (fact.change, fact.previous) == ("RENAME", DatasetId(OURS.namespace, "db.old"))


def test_an_unknown_lifecycle_change_is_a_gap() -> None:
    found = facts(run_event(outputs=[table("db.t", lifecycleStateChange={"lifecycleStateChange": "EXPLODE"})]))
    assert [gap.code for gap in only(GapSeen, found)] == ["FACET-UNREADABLE"]


def test_claims_outside_the_grant_are_refused_and_the_rest_is_kept() -> None:
    foreign = table(
        "db.t",
        schema={"fields": [{"name": "a"}]},
        lifecycleStateChange={"lifecycleStateChange": "DROP"},
        symlinks={"identifiers": [{"namespace": "jobs", "name": "x", "type": ""}]},
        version={"datasetVersion": "7"},
    )
    found = facts(run_event(outputs=[foreign]), "jobs*")
    assert [(fact.claim, fact.subject, fact.producer_key) for fact in only(ClaimRefused, found)] == [
        ("alias", OURS, "key1"),
        ("lifecycle", OURS, "key1"),
        ("schema", OURS, "key1"),
        ("version", OURS, "key1"),
    ]
    assert only(DatasetUsed, found)
    assert not [fact for fact in found if isinstance(fact, (SchemaObserved, DatasetChanged, AliasDeclared, VersionObserved))]


def test_an_alias_needs_the_right_over_both_names() -> None:
    own = table("db.t", symlinks={"identifiers": [{"namespace": "s3://other", "name": "x", "type": ""}]})
    found = facts(run_event(outputs=[own]), "postgres://*")
    assert [fact.subject for fact in only(ClaimRefused, found)] == [DatasetId("s3://other", "x")]
    assert only(AliasDeclared, found) == []


def test_descriptions_are_gathered_in_one_fact() -> None:
    described = table(
        "db.t",
        documentation={"description": "All visits"},
        ownership={"owners": [{"name": "team:data", "type": "OWNER"}, {"name": "team:data", "type": "OWNER"}]},
        tags={"tags": [{"key": "pii", "value": "yes", "field": "name", "source": "USER"}]},
        datasetType={"datasetType": "TABLE", "subType": "EXTERNAL"},
        dataSource={"name": "pg", "uri": "postgres://h/db"},
        storage={"storageLayer": "iceberg", "fileFormat": "parquet"},
    )
    fact = only(DatasetDescribed, facts(dataset_event(described)))[0]
    assert fact.documentation == "All visits"
    assert fact.owners == (Owner("team:data", "OWNER"),)
    assert fact.tags == (Tag("pii", "yes", "name", "USER"),)
    assert (fact.dataset_type, fact.source_uri, fact.storage) == ("TABLE/EXTERNAL", "postgres://h/db", "iceberg/parquet")


def test_a_dataset_event_makes_its_dataset_known_even_if_it_says_nothing() -> None:
    assert [fact.dataset for fact in only(DatasetDescribed, facts(dataset_event(table("db.t"))))] == [OURS]
    assert only(DatasetDescribed, facts(run_event(outputs=[table("db.t")]))) == []


def test_long_documentation_is_cut() -> None:
    fact = only(DatasetDescribed, facts(dataset_event(table("db.t", documentation={"description": "x" * 30_000}))))[0]
    assert fact.documentation is not None and len(fact.documentation) == 20_000


def test_versions_and_statistics_belong_to_the_run() -> None:
    written = {
        **table("db.t", version={"datasetVersion": "42"}),
        "outputFacets": {"outputStatistics": {"rowCount": 5, "size": 10, "fileCount": 1}},
    }
    found = facts(run_event(outputs=[written]))
    assert [(fact.version, fact.role) for fact in only(VersionObserved, found)] == [("42", "output")]
    assert [(fact.rows, fact.size_bytes, fact.files, fact.role) for fact in only(StatisticsObserved, found)] == [(5, 10, 1, "output")]


def test_other_facets_are_kept_as_they_are() -> None:
    dataset = {**table("db.t", brandNew={"x": 1}, hierarchy={"hierarchy": []}), "inputFacets": {"odd": [1]}}
    kept = only(FacetsKept, facts(run_event(inputs=[dataset])))[0]
    assert kept.subject == str(OURS)
    assert {name: bytes(raw) for name, raw in kept.facets.items()} == {
        "brandNew": b'{"x":1}',
        "hierarchy": b'{"hierarchy":[]}',
        "odd": b"[1]",
    }
