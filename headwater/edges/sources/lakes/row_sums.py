"""Sums over the rows of a folder's files, kept beside a home: a folder keeps no older files, so what a compaction replaced must be known.

The sums are made under a key that stands in the same file and nowhere else, and never go into the ledger: whoever has sums of single rows
could look for other rows of equal sum. The file may be deleted at any time; then what was replaced before cannot be compared.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import BinaryIO

from headwater.capture.lakes.content import plus, same_rows
from headwater.edges.sources.content.digest import digest_opened
from headwater.edges.sources.content.rows import RowKey
from headwater.model.content import RowSum
from headwater.model.errors import ContentFault
from headwater.model.lakes import FileSeen

FILE_NAME = "row-sums.sqlite"
SECONDS_AT_FIRST, SECONDS = 8.0, 300.0
"""How long one scan may make sums, of datasets that nobody has looked at before and of all; what comes later goes without."""
_LARGEST_BYTES = 1024**3
_MOST_FILES = 10
_TABLES = "CREATE TABLE IF NOT EXISTS key (secret BLOB); CREATE TABLE IF NOT EXISTS sums (digest TEXT PRIMARY KEY, rows INT, total TEXT)"


class RowSums:
    """Sums by the SHA-256 of a file's bytes. Where the file cannot be used, there are none, and nothing is taken for a compaction."""

    def __init__(self, path: Path) -> None:
        self._spent = 0.0
        self._database: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):  # because without sums a scan sees all that it saw before
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            database = sqlite3.connect(path, timeout=5, isolation_level=None)
            database.executescript(_TABLES)
            database.execute("INSERT INTO key SELECT ? WHERE NOT EXISTS (SELECT 1 FROM key)", (os.urandom(32),))
            (secret,) = database.execute("SELECT secret FROM key").fetchone()
            self._key, self._database = RowKey(secret), database

    def keep(self, digest: str, size_bytes: int, opened: Callable[[], BinaryIO], *, at_first: bool) -> None:
        """Make and keep the sum of a Parquet file, as far as there is time for it."""
        allowed = SECONDS_AT_FIRST if at_first else SECONDS
        if self._database is None or self._spent > allowed or size_bytes > _LARGEST_BYTES:
            return
        begun = time.monotonic()
        with suppress(OSError, ContentFault, sqlite3.Error):  # because a file without a sum is only one that cannot be compared
            with opened() as stream:
                told = digest_opened(stream, path="", key=self._key).row_sum
            if told is not None:
                self._database.execute("INSERT OR IGNORE INTO sums VALUES (?, ?, ?)", (digest, told.rows, told.total))
        self._spent += time.monotonic() - begun

    def rewriting(self, replaced: Sequence[FileSeen], fresh: Sequence[FileSeen]) -> list[FileSeen] | None:
        """Those of the new files that hold just the rows of the replaced ones; None where no one set of them is known to.

        Files without rows neither need a sum nor hinder one.
        """
        empty = [file for file in fresh if file.rows == 0]
        replaced, fresh = ([file for file in files if file.rows != 0] for files in (replaced, fresh))
        before = self._together(replaced)
        known = {file.path: total for file in fresh if file.rows and (total := self._together([file])) is not None}
        candidates = [file for file in fresh if file.path in known]
        if before is None or not before.rows or not candidates:
            return None
        if len(candidates) == len(fresh) and same_rows(before, _sum(list(known.values()))) == "same":
            return [*fresh, *empty]
        if len(candidates) > _MOST_FILES:
            return None
        found = [
            chosen
            for size in range(1, len(candidates))
            for chosen in combinations(candidates, size)
            if sum(file.rows or 0 for file in chosen) == before.rows
            and same_rows(before, _sum([known[file.path] for file in chosen])) == "same"
        ]
        return [*found[0], *empty] if found else None

    def _together(self, files: Sequence[FileSeen]) -> RowSum | None:
        found: list[RowSum] = []
        for file in files:
            told = (
                self._database.execute("SELECT rows, total FROM sums WHERE digest = ?", (file.digest,)).fetchone()
                if self._database
                else None
            )
            if told is None:
                return None
            found.append(RowSum(rows=told[0], total=told[1], key=self._key.id))
        return _sum(found) if found else None

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()


def _sum(sums: Sequence[RowSum]) -> RowSum:
    total = sums[0]
    for more in sums[1:]:
        total = plus(total, more)
    return total
