"""Plays on Iceberg tables by PyIceberg in a catalog of its own; PyIceberg asks the history's clock for the time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import _dataframe_to_data_files
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table, update
from pyiceberg.table import snapshots as snapshots_module
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DoubleType, IntegerType, LongType, NestedField, StringType

from headwater.app.lakes.places import LakePlace
from tests.lakes.histories import WAYS, Commit, Manner
from tests.lakes.played.tables import Rows
from tests.lakes.played.telling import Made
from tests.lakes.telling import NAMESPACE

MANNER = Manner(keeping=("compact", "compact", "expire", "tag", "branch"), restores=True, ways=(*WAYS, "by a restore"), most_rows=200)
KEPT = 12
"""Snapshots that expiring leaves."""


class IcebergPlayer:
    """Tables of one namespace, some of them partitioned; older snapshots expire now and then, after they were scanned."""

    prefix = "raw."

    def __init__(self, folder: Path, seed: int = 0, pace: int = 40) -> None:
        uri = f"sqlite:///{folder}/catalog.db"
        self._catalog = SqlCatalog("lake", uri=uri, warehouse=f"file://{folder}/warehouse")
        self._catalog.create_namespace("raw")
        self._random, self.pace = random.Random(seed), pace
        self._rows: dict[str, Rows] = {}
        self._scanned: dict[str, set[int]] = {}
        self.place = LakePlace(kind="iceberg", location=uri, namespace=NAMESPACE)

    @contextmanager
    def scanning(self, before: datetime | None) -> Iterator[None]:
        """Remember what the scan sees, since only that may expire."""
        self._scanned = {
            name: {snapshot.snapshot_id for snapshot in self._catalog.load_table(f"raw.{name}").snapshots()} for name in self._rows
        }
        yield

    def play(self, commit: Commit) -> Made:
        """Make the commit, in one of the ways in which it may be made."""
        rows = self._rows.get(commit.table)
        with _clock(commit.at):
            if rows is None:
                rows = self._rows[commit.table] = Rows()
                self._create(commit.table)
            table = self._catalog.load_table(f"raw.{commit.table}")
            before = _versions(table)
            self._do(table, rows, commit)
            after = _versions(self._catalog.load_table(f"raw.{commit.table}"))
        return {(f"raw.{commit.table}", version) for version in after - before}

    def _create(self, name: str) -> None:
        kinds = (("id", LongType()), ("amount", DoubleType()), ("who", StringType()), ("day", IntegerType()))
        schema = Schema(*(NestedField(number, column, kind, required=False) for number, (column, kind) in enumerate(kinds, 1)))
        by = [PartitionField(4, 1000, IdentityTransform(), "day")] if name in ("claims", "labs") else []
        self._catalog.create_table(f"raw.{name}", schema, partition_spec=PartitionSpec(*by))

    def _do(self, table: Table, rows: Rows, commit: Commit) -> None:
        told = {key: value for key, value in (*commit.stamps, ("user", commit.author)) if value}
        current = table.current_snapshot()
        before = str(current.snapshot_id) if current is not None else ""
        match commit.operation:
            case "append":
                table.append(rows.moved(before, commit.added, []), snapshot_properties=told)
            case "delete":
                gone = rows.some(commit.removed, self._random)
                rows.moved(before, 0, gone)
                table.delete(_between(gone), snapshot_properties=told)
            case "overwrite":
                gone = rows.some(commit.removed, self._random)
                table.overwrite(rows.moved(before, commit.added, gone), _between(gone), snapshot_properties=told)
            case "schema":
                with table.update_schema() as change:
                    change.add_column(f"extra_{rows.columns}", LongType())
                rows.columns += 1
            case "restore":
                self._restore(table, rows)
            case "expire":
                self._expire(table, commit.table)
            case "tag" | "branch" if current is not None:
                refs = table.manage_snapshots()
                make = refs.create_tag if commit.operation == "tag" else refs.create_branch
                make(current.snapshot_id, f"kept-{int(commit.at.timestamp())}").commit()
            case "compact" | "replace" if rows.live:
                _rewrite(table, told, is_changed=bool(commit.tampering))

    def _restore(self, table: Table, rows: Rows) -> None:
        """Back to the state before the last change of content, where that snapshot is still there."""
        version, live = rows.past.pop()
        if version and table.snapshot_by_id(int(version)) is not None:
            table.manage_snapshots().set_current_snapshot(int(version)).commit()
            rows.live = live

    def _expire(self, table: Table, name: str) -> None:
        snapshots = table.snapshots()[:-KEPT]
        ids = [one.snapshot_id for one in snapshots if one.snapshot_id in self._scanned.get(name, set())]
        kept = {ref.snapshot_id for ref in table.refs().values()}
        if ids := [one for one in ids if one not in kept]:
            table.maintenance.expire_snapshots().by_ids(ids).commit()


def _rewrite(table: Table, told: dict[str, str], *, is_changed: bool) -> None:
    """Put the rows of some files into one, as a compaction does; in its guise one row may get another amount."""
    tasks = list(table.scan().plan_files())[:6]
    if not tasks:
        return
    from pyiceberg.expressions import AlwaysTrue
    from pyiceberg.io.pyarrow import ArrowScan

    content = ArrowScan(table.metadata, table.io, table.schema(), AlwaysTrue()).to_table(tasks)
    if is_changed:
        amounts = content.column("amount").to_pylist()
        amounts[0] += 1
        content = content.set_column(content.schema.get_field_index("amount"), "amount", pa.array(amounts, pa.float64()))
    with table.transaction() as transaction, transaction.update_snapshot(snapshot_properties=told).overwrite() as snapshot:
        for task in tasks:
            snapshot.delete_data_file(task.file)
        for file in _dataframe_to_data_files(table.metadata, content.sort_by("id"), table.io):
            snapshot.append_data_file(file)


def _between(ids: list[int]) -> str:
    return f"id >= {ids[0]} AND id <= {ids[-1]}"


def _versions(table: Table) -> set[str]:
    """Every version that a scan may tell of a table: snapshots, later schemas, and settings to older snapshots."""
    snapshots = {str(snapshot.snapshot_id) for snapshot in table.snapshots()}
    schemas = {f"schema-{number}" for number in table.schemas() if number > 0}
    return snapshots | schemas | {f"set-{entry.timestamp_ms}-{entry.snapshot_id}" for entry in table.history()}


@contextmanager
def _clock(at: datetime) -> Iterator[None]:
    """Set PyIceberg's clock; it goes on by a millisecond each time it is asked."""
    asked = 0

    def now(*_: Any) -> datetime:
        nonlocal asked
        asked += 1
        return at.astimezone(UTC) + timedelta(milliseconds=asked)

    with (
        patch.object(update, "datetime", SimpleNamespace(now=now)),
        patch.object(snapshots_module, "time", SimpleNamespace(time=lambda: now().timestamp())),
    ):
        yield
