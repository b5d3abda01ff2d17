"""Tells whether files put in the place of others hold the same rows: a compaction changes no content, and is proved by reading."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import BinaryIO

from headwater.capture.lakes.content import plus, same_rows
from headwater.edges.sources.content.digest import digest_opened
from headwater.edges.sources.content.rows import RowKey
from headwater.model.content import RowSum
from headwater.model.errors import ContentFault
from headwater.model.lakes import RUN_STAMP, VersionSeen

LARGEST_BYTES = 8 * 1024**3
"""Above this much, what a commit replaced is not read for a proof; then a run has to explain it."""
Opener = Callable[[], BinaryIO]


def may_be_rewriting(seen: VersionSeen) -> bool:
    """Whether a commit without a run's stamp put as many rows back as it took away, so that a look at them may explain it."""
    return bool(seen.added_rows) and seen.added_rows == seen.removed_rows and RUN_STAMP not in seen.stamps


def same_content(removed: Iterable[Opener], added: Iterable[Opener]) -> bool | None:
    """Whether two sets of Parquet files hold the same rows, however they are ordered and split; None where that cannot be read.

    Sums are made under a key that nobody knows and that is forgotten, so nobody can have prepared other rows of equal sum.
    """
    key = RowKey(os.urandom(32))
    before, after = _summed(removed, key), _summed(added, key)
    if before is None or after is None:
        return None
    return same_rows(before, after) == "same"


def _summed(files: Iterable[Opener], key: RowKey) -> RowSum | None:
    total: RowSum | None = None
    for opened in files:
        try:
            with opened() as file:
                found = digest_opened(file, path="", key=key).row_sum
        except (ContentFault, OSError):
            return None
        if found is None:
            return None
        total = found if total is None else plus(total, found)
    return total
