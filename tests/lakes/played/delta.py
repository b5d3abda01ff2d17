"""Plays on Delta tables by deltalake; the time in each commit is rewritten to the history's as soon as it is made."""

from __future__ import annotations

import json
import random
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field, write_deltalake
from deltalake.schema import PrimitiveType

from headwater.app.lakes.places import LakePlace
from tests.lakes.histories import WAYS, Commit, Manner
from tests.lakes.played.tables import Rows
from tests.lakes.played.telling import Made
from tests.lakes.telling import NAMESPACE

MANNER = Manner(keeping=("compact", "z-order", "vacuum", "checkpoint"), restores=True, ways=(*WAYS, "by a restore"), most_rows=200)


class DeltaPlayer:
    """Tables below a folder; partitioned ones among them, and some with deletion vectors switched on."""

    prefix = ""

    def __init__(self, folder: Path, seed: int = 0, pace: int = 40) -> None:
        self._folder, self._random, self.pace = folder / "lake", random.Random(seed), pace
        self._folder.mkdir(parents=True)
        self._rows: dict[str, Rows] = {}
        self.place = LakePlace(kind="delta", location=str(self._folder), namespace=NAMESPACE)

    def scanning(self, before: datetime | None) -> AbstractContextManager[None]:
        """Nothing is to be done."""
        return nullcontext()

    def play(self, commit: Commit) -> Made:
        """Make the commit, in one of the ways in which it may be made."""
        place = self._folder / commit.table
        rows = self._rows.setdefault(commit.table, Rows())
        before = DeltaTable(place).version() if (place / "_delta_log").exists() else -1
        told = {key: value for key, value in (*commit.stamps, ("userName", commit.author)) if value}
        self._do(place, rows, commit, before, CommitProperties(custom_metadata=told))
        after = DeltaTable(place).version()
        for version in range(before + 1, after + 1):
            _set_time(place, version, commit)
        return {(commit.table, str(version)) for version in range(before + 1, after + 1)}

    def _do(self, place: Path, rows: Rows, commit: Commit, before: int, told: CommitProperties) -> None:
        if before < 0:
            self._create(place, rows, commit, told)
            return
        table = DeltaTable(place)
        match commit.operation:
            case "append":
                write_deltalake(table, rows.moved(str(before), commit.added, []), mode="append", commit_properties=told)
            case "delete":
                gone = rows.some(commit.removed, self._random)
                table.delete(_between(gone), commit_properties=told)
                rows.moved(str(before), 0, gone)
            case "overwrite":
                self._overwrite(table, rows, commit, told)
            case "schema":
                table.alter.add_columns(Field(f"extra_{rows.columns}", PrimitiveType("long")), commit_properties=told)
                rows.columns += 1
            case "restore":
                version, live = rows.past.pop()
                table.restore(int(version), commit_properties=told)
                rows.live, rows.columns = live, sum(field.name.startswith("extra_") for field in table.schema().fields)
            case "replace":
                table.update({"amount": "amount + 1"}, predicate=_between(rows.some(1, self._random)), commit_properties=told)
            case "vacuum":
                table.vacuum(100_000, dry_run=False, enforce_retention_duration=False, commit_properties=told)
            case "checkpoint":
                table.create_checkpoint()
            case "z-order":
                table.optimize.z_order(["amount"], commit_properties=told)
            case _:
                table.optimize.compact(commit_properties=told)

    def _create(self, place: Path, rows: Rows, commit: Commit, told: CommitProperties) -> None:
        place.mkdir()
        new = rows.moved("-1", commit.added, []) if commit.added else rows.table([])
        kept = {"delta.enableDeletionVectors": "true"} if commit.table in ("vitals", "labs") else None
        by = ["day"] if commit.table in ("claims", "labs") else None
        write_deltalake(place, new, partition_by=by, configuration=kept, commit_properties=told)

    def _overwrite(self, table: DeltaTable, rows: Rows, commit: Commit, told: CommitProperties) -> None:
        """By a filter, which rewrites the files it cuts, or by a merge, which rewrites those it touches."""
        gone, before = rows.some(commit.removed, self._random), str(table.version())
        new = rows.moved(before, commit.added, gone)
        if self._random.random() < 0.5:
            fits = f"({_between(gone)}) OR id >= {rows.next_id - commit.added}"  # because new rows must be of the part that is replaced
            write_deltalake(table, new, mode="overwrite", predicate=fits, commit_properties=told)
            return
        source: Any = pa.concat_tables([new, rows.table(gone)])
        merge = table.merge(source, "target.id = source.id", source_alias="source", target_alias="target", commit_properties=told)
        merge.when_matched_delete().when_not_matched_insert_all().execute()


def _between(ids: list[int]) -> str:
    return f"id >= {ids[0]} AND id <= {ids[-1]}"


def _set_time(place: Path, version: int, commit: Commit) -> None:
    """The time of a commit; tampering in the guise of a compaction says that it is one."""
    file = place / "_delta_log" / f"{version:020}.json"
    actions = [json.loads(line) for line in file.read_text().splitlines()]
    for action in actions:
        if "commitInfo" in action:
            action["commitInfo"]["timestamp"] = int(commit.at.timestamp() * 1000)
            if commit.tampering and commit.operation == "replace":
                action["commitInfo"]["operation"] = "OPTIMIZE"
    file.write_text("\n".join(json.dumps(action) for action in actions))
