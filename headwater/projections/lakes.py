"""What the lakes themselves hold: which lakes are watched, and every version of their datasets with the entry that told of it.

A version is known by the dataset and its own name; seen again, what is said first stays. Order of arrival leaves no mark but positions.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import DatasetScanned, Fact, LakeAdded, LakeScanned, SchemaCommitted, VersionCommitted, VersionExamined
from headwater.model.ids import DatasetId
from headwater.model.lakes import Examined, LakeKind, SchemaSeen, VersionSeen
from headwater.model.times import Instant


class Commit(msgspec.Struct, frozen=True, gc=False):
    """A version of a dataset as the lake holds it, and the entry that told of it."""

    at: Instant
    position: Position
    format: str
    not_before: Instant | None
    seen: VersionSeen

    @property
    def version(self) -> str:
        return self.seen.version


class HeldSchema(msgspec.Struct, frozen=True, gc=False):
    """A schema of a dataset as the lake holds it, and the entry that told of it."""

    at: Instant
    position: Position
    seen: SchemaSeen


class Look(msgspec.Struct, frozen=True, gc=False):
    """A scan's look at a dataset; `gone` are versions that were there before."""

    at: Instant
    position: Position
    cursor: str
    current: str
    gone: tuple[str, ...] = ()
    partitioning: tuple[str, ...] = ()


class LakeDataset(msgspec.Struct, kw_only=True, gc=False):
    """One dataset of a lake: its versions, oldest first, and every look at it."""

    id: DatasetId
    lake: str
    format: str = ""
    location: str = ""
    partitioning: tuple[str, ...] = ()
    aliases: tuple[DatasetId, ...] = ()
    """Names by which engines may call it after the place where it is stored."""
    commits: list[Commit] = []
    versions: dict[str, Position] = {}
    looks: list[Look] = []
    schemas: dict[str, HeldSchema] = {}
    """By the format's own id; one told again keeps its first word."""
    examined: dict[str, tuple[Position, Examined]] = {}
    """What was found in versions that were compared with their parents, first word first."""

    def commits_at(self, as_of: Instant, known_at: Position) -> list[Commit]:
        """Its versions up to an instant, as known at a position."""
        return [commit for commit in self.commits if commit.at <= as_of and commit.position <= known_at]

    def look_at(self, known_at: Position) -> Look | None:
        """The newest look as known at a position."""
        return next((look for look in reversed(self.looks) if look.position <= known_at), None)

    def gone_at(self, known_at: Position) -> set[str]:
        """Versions that were recorded and are no longer in the lake."""
        return {version for look in self.looks if look.position <= known_at for version in look.gone}


class Scan(msgspec.Struct, frozen=True, gc=False):
    """A scan of a lake that ended, `whole` or before it had looked at everything."""

    started: Instant
    ended: Instant
    position: Position
    datasets: int
    missing: tuple[DatasetId, ...] = ()
    whole: bool = True


class LakeRecord(msgspec.Struct, kw_only=True, gc=False):
    """One watched lake. It may be added again elsewhere; the last word holds."""

    name: str
    kind: LakeKind
    namespace: str
    location: str
    added: Instant
    position: Position
    scans: list[Scan] = []


class Lakes(msgspec.Struct):
    """The fold's state. `changed` holds the datasets touched since the last save."""

    lakes: dict[str, LakeRecord] = {}
    datasets: dict[DatasetId, LakeDataset] = {}
    early_scans: dict[str, list[Scan]] = {}
    changed: set[DatasetId] = set()

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts."""
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                handler(self, fact)

    def dataset(self, dataset: DatasetId, lake: str) -> LakeDataset:
        """The record of a dataset, made when first spoken of."""
        record = self.datasets.get(dataset)
        if record is None:
            record = self.datasets[dataset] = LakeDataset(id=dataset, lake=lake)
        self.changed.add(record.id)
        return record

    def of_lake(self, lake: str) -> list[LakeDataset]:
        """The datasets of one lake, by name."""
        return sorted((record for record in self.datasets.values() if record.lake == lake), key=lambda record: record.id)


def _lake_added(lakes: Lakes, fact: LakeAdded) -> None:
    known = lakes.lakes.get(fact.lake)
    scans = known.scans if known is not None else lakes.early_scans.pop(fact.lake, [])
    lakes.lakes[fact.lake] = LakeRecord(
        name=fact.lake,
        kind=fact.kind,
        namespace=fact.namespace,
        location=fact.location,
        added=fact.at,
        position=fact.position,
        scans=scans,
    )


def _dataset_scanned(lakes: Lakes, fact: DatasetScanned) -> None:
    record = lakes.dataset(fact.dataset, fact.lake)
    record.lake, record.format, record.location, record.partitioning = fact.lake, fact.format, fact.location, fact.partitioning
    record.aliases = fact.aliases or record.aliases
    record.looks.append(Look(fact.at, fact.position, fact.cursor, fact.current, fact.gone, fact.partitioning))


def _version_committed(lakes: Lakes, fact: VersionCommitted) -> None:
    record = lakes.dataset(fact.dataset, fact.lake)
    if fact.seen.version in record.versions:
        return
    record.versions[fact.seen.version] = fact.position
    commit = Commit(fact.at, fact.position, fact.format, fact.not_before, fact.seen)
    insort(record.commits, commit, key=lambda known: (known.at, known.position, known.version))


def _schema_committed(lakes: Lakes, fact: SchemaCommitted) -> None:
    record = lakes.dataset(fact.dataset, fact.lake)
    record.schemas.setdefault(fact.seen.id, HeldSchema(fact.at, fact.position, fact.seen))


def _version_examined(lakes: Lakes, fact: VersionExamined) -> None:
    record = lakes.dataset(fact.dataset, fact.lake)
    record.examined.setdefault(fact.version, (fact.position, fact.found))


def _lake_scanned(lakes: Lakes, fact: LakeScanned) -> None:
    scan = Scan(fact.started, fact.at, fact.position, fact.datasets, fact.missing, fact.whole)
    known = lakes.lakes.get(fact.lake)
    (known.scans if known is not None else lakes.early_scans.setdefault(fact.lake, [])).append(scan)


_HANDLERS: dict[type[Fact], Callable[[Lakes, Any], None]] = {
    LakeAdded: _lake_added,
    DatasetScanned: _dataset_scanned,
    VersionCommitted: _version_committed,
    SchemaCommitted: _schema_committed,
    VersionExamined: _version_examined,
    LakeScanned: _lake_scanned,
}
