"""Plays on folders of Parquet files in an object store, whose times of modification are set to the history's.

Files carry no author and no stamp, and a file that is gone leaves no time but those of two scans. So a folder is scanned
a quarter of an hour after every commit, or just before the next, and what is drawn is what files can tell: nobody could tell a file
that somebody else adds while a run that says nothing of its rows is under way.
A dataset without any file is told as one that vanished, which is not among changes; so one file at least stays.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.app.lakes import scan
from headwater.app.lakes.places import LakePlace
from headwater.edges.sources.lakes import folder as folder_driver
from tests.lakes.histories import BEGIN, Commit, Manner
from tests.lakes.object_store import BUCKET, ObjectStore, object_store
from tests.lakes.played.tables import Rows
from tests.lakes.played.telling import Made
from tests.lakes.telling import NAMESPACE

MANNER = Manner(
    writes=(("append", 8), ("overwrite", 2)),
    schemas=False,
    ways=("between runs", "as a compaction", "beside a run that counts"),
    most_rows=200,
)
AFTER = timedelta(minutes=15)


class FolderPlayer:
    """Datasets below a bucket, some of them in parts (`day=1/`)."""

    prefix = ""
    pace = 1

    def __init__(self, store: ObjectStore, seed: int = 0) -> None:
        self._root, self._random = store.folder / BUCKET / "lake", random.Random(seed)
        self._rows: dict[str, Rows] = {}
        self._files: dict[str, dict[str, list[int]]] = {}
        self._now, self._count = BEGIN, 0
        self.place = LakePlace(kind="folder", location=f"s3://{BUCKET}/lake", namespace=NAMESPACE, properties=store.references)

    @contextmanager
    def scanning(self, before: datetime | None) -> Iterator[None]:
        """The scan's clock is the history's."""
        now = min(self._now + AFTER, before - timedelta(seconds=1) if before is not None else self._now + AFTER)
        with patch.object(scan, "_now", lambda: now.isoformat()), patch.object(folder_driver, "_now", lambda: now):
            yield

    def play(self, commit: Commit) -> Made:
        """Write, replace and remove files."""
        self._now = commit.at
        rows = self._rows.setdefault(commit.table, Rows())
        files = self._files.setdefault(commit.table, {})
        made: set[str] = set()
        if commit.operation == "replace":
            made |= self._compact(commit, rows, files)
        elif commit.tampering and commit.operation != "append" and len(files) > 1:
            made |= self._tamper(commit, rows, files)
        else:
            if commit.operation == "overwrite":
                made |= self._remove(commit, files, list(files))
            made |= self._write(commit, rows, files, rows.fresh(commit.added))
        return {(commit.table, path) for path in made}

    def _write(self, commit: Commit, rows: Rows, files: dict[str, list[int]], new: pa.Table) -> set[str]:
        self._count += 1
        name = f"{commit.table}/day={self._count % 3}/" if commit.table in ("claims", "labs") else f"{commit.table}/"
        path = f"{name}part-{self._count:05}.parquet"
        self._put(path, new, commit.at)
        files[path] = new.column("id").to_pylist()
        return {path}

    def _put(self, path: str, content: pa.Table, at: datetime) -> None:
        place = self._root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(content, place)
        os.utime(place, (at.timestamp(), at.timestamp()))

    def _remove(self, commit: Commit, files: dict[str, list[int]], paths: list[str]) -> set[str]:
        for path in paths:
            (self._root / path).unlink()
            files.pop(path)
        return set(paths)

    def _compact(self, commit: Commit, rows: Rows, files: dict[str, list[int]]) -> set[str]:
        """One file with the rows of several; in the guise of it, one row has another amount."""
        paths = sorted(files)[:4]
        if not paths:
            return set()
        content = pa.concat_tables([pq.read_table(self._root / path, partitioning=None) for path in reversed(paths)])
        if commit.tampering:
            amounts = content.column("amount").to_pylist()
            amounts[0] += 1
            content = content.set_column(1, "amount", pa.array(amounts, pa.float64()))
        made = self._remove(commit, files, paths)
        return made | self._write(commit, rows, files, content)

    def _tamper(self, commit: Commit, rows: Rows, files: dict[str, list[int]]) -> set[str]:
        """Remove a file, or write another in its place under its name."""
        path = self._random.choice(sorted(files))
        if commit.operation == "delete":
            return self._remove(commit, files, [path])
        self._put(path, rows.fresh(commit.added), commit.at)
        return {path}


@contextmanager
def folder_player(folder: Path, seed: int = 0) -> Iterator[FolderPlayer]:
    """A player on a store of its own."""
    with object_store(folder) as store, patch.dict(os.environ, store.variables):
        yield FolderPlayer(store, seed)
