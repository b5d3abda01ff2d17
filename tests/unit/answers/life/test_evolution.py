"""How schemas of real tables changed: by the ids of columns where there are any, with whoever uses what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("pyiceberg", reason="needs the extra `iceberg`")
pytest.importorskip("deltalake", reason="needs the extra `delta`")

from deltalake import write_deltalake
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DoubleType, FloatType, IntegerType, LongType, NestedField, StringType

from headwater.answers.life.differences import differences
from headwater.answers.life.evolution import ask
from headwater.answers.sight import Sight
from headwater.model.errors import UsageError
from headwater.model.lakes import SchemaSeen
from headwater.model.life_answers import ColumnChange
from headwater.model.questions import SchemaQuestion
from headwater.model.schemas import Column
from headwater.sdk.local import LocalClient
from tests.lakes.telling import at
from tests.lakes.watching import watch

SCHEMA = Schema(
    NestedField(1, "id", IntegerType(), required=True),
    NestedField(2, "ward", StringType()),
    NestedField(3, "weight", FloatType()),
)


def told(change: ColumnChange) -> tuple[str, ...]:
    return tuple(part for part in (change.kind, change.column, change.was, change.to) if part)


def reading(client: LocalClient, sql: str, namespace: str = "headwater://lake", target: str = "report") -> None:
    """A run of a statement that reads the table."""
    event = {
        "eventType": "COMPLETE",
        "eventTime": at(0),
        "producer": "https://etl.example",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0198c0de-0000-7000-8000-000000000009"},
        "job": {"namespace": "jobs", "name": "weigh", "facets": {"sql": {"query": sql, "dialect": "spark"}}},
        "inputs": [{"namespace": namespace, "name": "raw.visits"}],
        "outputs": [{"namespace": "mart", "name": target}],
    }
    assert not client.record([json.dumps(event).encode()]).rejected
    client.wait(30)


def test_an_iceberg_table_tells_renames_widening_order_and_partitioning(tmp_path: Path) -> None:
    catalog = SqlCatalog("clinic", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/warehouse")
    catalog.create_namespace("raw")
    table = catalog.create_table("raw.visits", SCHEMA)
    watched = watch(tmp_path / "home", "iceberg", f"sqlite:///{tmp_path}/catalog.db")
    with watched.client as client:
        watched.scan()
        for change in range(5):
            with table.update_schema() as update:
                match change:
                    case 0:
                        update.rename_column("ward", "station")
                    case 1:
                        update.update_column("id", LongType())
                        update.update_column("weight", DoubleType())
                    case 2:
                        update.make_column_optional("id")
                        update.add_column("note", StringType())
                    case 3:
                        update.move_first("note")
                    case _:
                        update.delete_column("weight")
            watched.scan()
        with table.update_spec() as spec:
            spec.add_field("station", IdentityTransform(), "station")
        watched.scan()
        reading(client, "CREATE TABLE report AS SELECT weight AS kilos FROM raw.visits")
        answer = client.lakes.schema("visits")
        catalog.close()
        steps = answer.result.steps[::-1]
        assert [[told(change) for change in step.changes] for step in steps] == [
            [],
            [("renamed", "ward", "ward", "station")],
            [("widened", "id", "int", "long"), ("widened", "weight", "float", "double")],
            [("nullable", "id"), ("added", "note", "string")],
            [("reordered", "note, id, station, weight")],
            [("dropped", "weight", "double")],
            [("partitioned", "identity(station)", "identity(station)")],
        ]
        assert answer.result.by_id and [column.name for column in answer.result.columns] == ["note", "id", "station"]
        assert {column.name: column.id for column in answer.result.columns} == {"note": 4, "id": 1, "station": 2}
        dropped = steps[5].changes[0].use
        assert dropped is not None and steps[1].changes[0].use is None
        assert "datasetField:mart:report:kilos" in dropped.columns and dropped.jobs == ("job:jobs:weigh",)
        assert steps[1].version == "schema-1" and steps[1].finding is not None and steps[1].run is None
        with client._headwater.follower.reading() as views:
            kept = ask(views, SchemaQuestion(node="visits"), Sight(("headwater://lake",)))
        use = kept.result.steps[1].changes[0].use
        assert use is not None and use.hidden and not use.jobs and "mart" not in str(use) and not kept.complete


def test_a_delta_table_without_ids_tells_columns_by_name(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    visits = tmp_path / "lake/visits"
    write_deltalake(visits, pa.table({"id": pa.array([1], pa.int64()), "ward": ["a"]}))
    watched = watch(tmp_path / "home", "delta", tmp_path / "lake")
    with watched.client as client:
        watched.scan()
        write_deltalake(visits, pa.table({"id": [2], "note": ["x"]}), mode="overwrite", schema_mode="overwrite")
        watched.scan()
        result = client.lakes.schema("visits").result
        assert [[told(change) for change in step.changes] for step in result.steps] == [
            [("dropped", "ward", "string"), ("added", "note", "string")],
            [],
        ]
        assert not result.by_id and result.steps[0].version == "1"


def test_a_dataset_of_no_lake_has_what_producers_told(tmp_path: Path) -> None:
    with LocalClient.open(tmp_path / "home", create=True) as client:
        for day, kind in ((1, "INT"), (2, "INT"), (3, "BIGINT")):
            fields = [{"name": "id", "type": kind}]
            event = {
                "eventTime": at(day),
                "producer": "p",
                "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
                "dataset": {
                    "namespace": "db",
                    "name": "t",
                    "facets": {
                        "schema": {
                            "_producer": "p",
                            "_schemaURL": "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json",
                            "fields": fields,
                        }
                    },
                },
            }
            assert not client.record([json.dumps(event).encode()]).rejected
        client.wait()
        steps = client.lakes.schema("t").result.steps
        assert [[told(change) for change in step.changes] for step in steps] == [[("widened", "id", "INT", "BIGINT")], []]
        reading(client, "INSERT INTO report SELECT 1", namespace="db")
        client.wait()
        with pytest.raises(UsageError, match="cannot show the schemas"):
            client.lakes.schema("report")


def seen(*columns: tuple[str, str], ids: tuple[int, ...] = ()) -> SchemaSeen:
    return SchemaSeen(id="x", columns=tuple(Column(*column) for column in columns), ids=ids)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("int", "long", "widened"),
        ("double", "float", "narrowed"),
        ("decimal(10, 2)", "decimal(12,2)", "widened"),
        ("decimal(10,2)", "decimal(8,2)", "narrowed"),
        ("decimal(10,2)", "decimal(10,4)", "retyped"),
        ("string", "long", "retyped"),
        ("date", "timestamp", "widened"),
    ],
)
def test_a_type_is_widened_narrowed_or_another(old: str, new: str, kind: str) -> None:
    assert [change.kind for change in differences(seen(("a", old)), seen(("a", new)))] == [kind]


def test_a_struct_that_is_renamed_takes_its_columns_along_and_a_recreated_name_is_new() -> None:
    old = seen(("p", "struct"), ("p.age", "int"), ("q", "int"), ids=(1, 2, 3))
    new = seen(("r", "struct"), ("r.age", "int"), ("q", "int"), ids=(1, 2, 4))
    assert [told(change) for change in differences(old, new)] == [
        ("renamed", "p", "p", "r"),
        ("dropped", "q", "int"),
        ("added", "q", "int"),
    ]
    assert differences(old, old) == []
