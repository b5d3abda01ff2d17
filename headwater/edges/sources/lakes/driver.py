"""The port of lakes: list datasets cheaply, look at one closely."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import pyarrow as pa

from headwater.model.errors import HeadwaterError, UsageError
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import DatasetName, ScanGap, SchemaSeen, VersionSeen


class LakeUnreachable(HeadwaterError):
    """A lake's catalog or storage cannot be reached or does not answer as one; nothing of what was recorded is touched."""

    code: ClassVar[str] = "LAKE-UNREACHABLE"


class DatasetUnreadable(HeadwaterError):
    """One dataset of a lake cannot be read; the scan records a gap and goes on."""

    code: ClassVar[str] = "DATASET-UNREADABLE"


@dataclass(frozen=True, slots=True)
class Listed:
    """A dataset in a lake, and what changes whenever it does; an empty cursor says that only a look can tell."""

    name: str
    cursor: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a listing could not see; where `hides`, datasets may lie behind it, and none can be said to be missing."""

    gap: ScanGap
    hides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look at a dataset saw that was not known before. `cursor` is what to compare with the next time."""

    format: str
    location: str
    cursor: str
    current: str
    schemas: tuple[SchemaSeen, ...] = ()
    partitioning: tuple[str, ...] = ()
    owner: str = ""
    aliases: tuple[DatasetName, ...] = ()
    versions: tuple[VersionSeen, ...] = ()
    gone: tuple[str, ...] = ()
    gaps: tuple[ScanGap, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A file of a version as a reader sees it: `identity` is equal only for equal rows, deletions that concern the file included.

    `ids` are the ids of its columns by their names, by which a renamed one is known; empty where the format has none.
    """

    path: str
    identity: str
    opened: Callable[[], pa.RecordBatchReader]
    ids: Mapping[str, int] = field(default_factory=dict)


class VersionGone(UsageError):
    """A version was recorded, but the lake no longer holds its files."""

    code: ClassVar[str] = "VERSION-GONE"


class LakeDriver(Protocol):
    """Reads one lake.

    Guarantees: a dataset whose listed cursor is the one it was last recorded with holds nothing new. A look tells every version that
    `known` does not have, oldest first, with nothing of any row's values but ranges at four significant digits. Never writes.
    Drivers may differ in how much they know of a version's author, counts and columns; what they do not know is None or empty.
    """

    def listed(self) -> Iterator[Listed]:
        """Every dataset there is.

        Raises:  LakeUnreachable: also in the middle.
        """

    def unseen(self) -> tuple[Unseen, ...]:
        """What the last listing could not see."""

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """What is new of one dataset.

        Raises:  DatasetUnreadable: this one cannot be read. LakeUnreachable: no other can either.
        """

    def files(self, name: str, version: str) -> list[VersionFile]:
        """The files of one version of a dataset.

        Raises:  VersionGone; DatasetUnreadable, LakeUnreachable.
        """

    def close(self) -> None:
        """Let go of connections."""
