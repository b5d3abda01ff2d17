"""The use case diff: which rows two versions of a dataset do not share, read from the lake itself and only where the two differ."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from headwater.edges.engines.differences.parts import Part
from headwater.edges.engines.differences.rows import Asked, row_difference
from headwater.edges.sources.lakes.driver import LakeDriver
from headwater.model.differences import RowDifference


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeDiff:
    """How two versions of a dataset differ. `files_*` count files of each kind; tokens of keys are comparable within one answer only."""

    dataset: str
    old: str
    new: str
    files_shared: int
    files_removed: tuple[str, ...]
    files_added: tuple[str, ...]
    rows: RowDifference

    @property
    def is_same(self) -> bool:
        """Whether a reader sees the same rows in both."""
        return not (self.rows.added or self.rows.removed or self.rows.changed or self.rows.columns_added or self.rows.columns_removed)


def diff(driver: LakeDriver, dataset: str, old: str, new: str, keys: tuple[str, ...] = ()) -> LakeDiff:
    """Compare two versions of a dataset, reading only files that they do not share.

    Raises:  VersionGone, DatasetUnreadable, LakeUnreachable, ContentFault; UsageError: a key is no column of both.
    """
    before, after = ([Part(file.path, file.identity, file.opened) for file in driver.files(dataset, version)] for version in (old, new))
    shared = {part.identity for part in before} & {part.identity for part in after}
    secret = secrets.token_bytes(32)

    def token(kind: str, value: str) -> str:
        """A name for a value that tells it from others and says nothing of it."""
        return f"hw:{kind}:{hmac.new(secret, value.encode(), 'sha256').hexdigest()[:12]}"

    return LakeDiff(
        dataset=dataset,
        old=old,
        new=new,
        files_shared=sum(part.identity in shared for part in after),
        files_removed=tuple(part.path for part in before if part.identity not in shared),
        files_added=tuple(part.path for part in after if part.identity not in shared),
        rows=row_difference(before, after, Asked(keys=keys), token=token),
    )
