"""A home with an Iceberg lake that a supplier fills with laboratory values, and jobs that make tables of them by SQL."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NoSuchTableError

from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.sources.places import FeedSource, write_source
from headwater.model.answers import Answer
from headwater.model.row_answers import RowOrigins
from headwater.sdk.local import LocalClient

SPACE = "headwater://clinic"


class Clinic:
    """The lake, and what happens in it."""

    def __init__(self, folder: Path, client: LocalClient) -> None:
        self.home, self.drop, self.client = folder / "home", folder / "drop", client
        self.catalog_uri, self.warehouse = f"sqlite:///{folder}/catalog.db", f"file://{folder}/warehouse"
        place = LakePlace(kind="iceberg", location=self.catalog_uri, namespace=SPACE, properties={"warehouse": self.warehouse})
        write_place(self.home, "clinic", place)
        self.drop.mkdir()
        told = FeedSource(lake="clinic", provider="metabolic", product="labs", location=str(self.drop))
        write_source(self.home, "labs", told)
        self._runs = 0

    @property
    def catalog(self) -> SqlCatalog:
        """The lake's catalog, opened anew."""
        return SqlCatalog("clinic", uri=self.catalog_uri, warehouse=self.warehouse)

    def deliver(self, name: str, text: str) -> None:
        """A delivery of the supplier, brought in as a batch."""
        folder, content = self.drop / name, text.encode()
        folder.mkdir()
        (folder / "labs.csv").write_bytes(content)
        files = [{"name": "labs.csv", "sha256": hashlib.sha256(content).hexdigest()}]
        (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
        assert list(self.client.sources.run("labs", self.home).batches) == [name]

    def version(self, table: str) -> str:
        """The current version of a table."""
        snapshot = self.catalog.load_table(table).current_snapshot()
        assert snapshot is not None
        return str(snapshot.snapshot_id)

    def run(self, target: str, sql: str, *inputs: str, mode: str = "overwrite", versions: bool = False, view: bool = False) -> None:
        """Run a statement of DuckDB over tables of the lake, write what its query gives, and report the run."""
        began = _now()
        read = {name: self.version(name) for name in inputs if versions}
        query = sql[sql.upper().index("SELECT") if "WITH" not in sql.upper() else sql.upper().index("WITH") :]
        if not view:
            self._write(target, self._rows(query, inputs), mode)
        self._report(target, sql, inputs, read, began)

    def change(self, target: str, sql: str, *inputs: str, spoilt: str = "") -> None:
        """Run a text of DuckDB that changes a table of the lake, write what the table holds afterwards, and report the run.

        `spoilt` is what a hand does to it besides, of which the report knows nothing.
        """
        began = _now()
        self._write(target, self._rows(f"SELECT * FROM {target}", (target, *inputs), f"{sql}; {spoilt}"), "overwrite")
        self._report(target, sql, inputs, {}, began)

    def tell(self, target: str, sql: str, *inputs: str, dialect: str = "duckdb") -> None:
        """Report a run of a statement that the lake shows nothing of."""
        self._report(target, sql, inputs, {}, _now(), dialect)

    def _report(self, target: str, sql: str, inputs: tuple[str, ...], read: dict[str, str], began: str, dialect: str = "duckdb") -> None:
        self._runs += 1
        facets = {name: {"version": _facet({"datasetVersion": version})} for name, version in read.items()}
        told = {
            "producer": "https://example.com/etl",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": f"01939a00-0000-7000-8000-{self._runs:012}"},
            "job": {"namespace": "etl", "name": target, "facets": {"sql": _facet({"query": sql, "dialect": dialect})}},
            "inputs": [{"namespace": SPACE, "name": name, "facets": facets.get(name, {})} for name in inputs],
            "outputs": [{"namespace": SPACE, "name": target}],
        }
        events = [{**told, "eventType": "START", "eventTime": began}, {**told, "eventType": "COMPLETE", "eventTime": _now()}]
        report = self.client.record([json.dumps(event).encode() for event in events])
        assert report.recorded == 2
        self.client.lakes.scan("clinic", self.home)

    def _rows(self, query: str, inputs: tuple[str, ...], before: str = "") -> pa.Table:
        with duckdb.connect() as connection:
            for name in inputs:
                schema, _, table = name.partition(".")
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
                connection.register("incoming", self.catalog.load_table(name).scan().to_arrow())
                connection.execute(f"CREATE TABLE {schema}.{table} AS SELECT * FROM incoming")
            connection.execute(before) if before else None
            rows: pa.Table = connection.sql(query).to_arrow_table()
            return rows

    def _write(self, target: str, rows: pa.Table, mode: str) -> None:
        catalog = self.catalog
        catalog.create_namespace_if_not_exists(target.partition(".")[0])
        try:
            table = catalog.load_table(target)
        except NoSuchTableError:
            table, mode = catalog.create_table(target, rows.schema), "append"
        table.append(rows) if mode == "append" or not table.scan().count() else table.overwrite(rows)

    def rows(self, node: str, condition: str = "", **more: Any) -> Answer[RowOrigins]:
        """Which batches rows came from."""
        return self.client.rows(node, condition, **more)

    def batches(self, node: str, condition: str = "", **more: Any) -> dict[str, tuple[int, str]]:
        """The batches of rows, each with how many rows draw on it and how surely."""
        told = self.rows(node, condition, **more)
        assert told.complete, told.gaps
        return {batch.batch or f"version of {batch.dataset}": (batch.rows, batch.tier) for batch in told.result.batches}


def _facet(told: dict[str, Any]) -> dict[str, Any]:
    return {"_producer": "https://example.com/etl", "_schemaURL": "https://example.com/facet.json", **told}


def _now() -> str:
    return datetime.now(UTC).isoformat()
