"""Gives stored rows their batches: the load that they name where the ledger knows it, else the first version that held them.

A row's first version is that which added its file. A commit that took files away and wrote others may only have written rows again, as
compactions and merges do: a row equal to one that it took away keeps that one's version. Where earlier versions are gone from the lake
this cannot be told, and what is told is only the first version that is known to hold the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from headwater.answers.rows.plan import Planned
from headwater.edges.engines.differences.parts import Part
from headwater.edges.engines.provenance.base import LOAD_COLUMN, RowBase, Stored
from headwater.edges.sources.lakes.driver import LakeDriver, VersionFile, VersionGone
from headwater.model.answers import Gap
from headwater.model.ids import DatasetId
from headwater.model.words import counted
from headwater.projections.batches import Batch

_MOST_VERSIONS = 2_000


@dataclass(frozen=True, slots=True)
class Tag:
    """What one number stands for: a batch of a dataset, or without one a version that held rows first."""

    dataset: DatasetId
    version: str
    batch: Batch | None = None
    is_certain: bool = True


@dataclass(slots=True)
class Tags:
    """All numbers of one question."""

    listed: list[Tag] = field(default_factory=list)
    _known: dict[Tag, int] = field(default_factory=dict)
    _of_batches: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, tag: Tag) -> int:
        """The number of a version."""
        if tag not in self._known:
            self._known[tag] = len(self.listed)
            self.listed.append(tag)
        return self._known[tag]

    def loads(self, planned: Planned) -> dict[str, int]:
        """The numbers of a dataset's batches by their ids."""
        found: dict[str, int] = {}
        for batch in planned.batches:
            key = (str(planned.place.dataset), batch.id)
            if key not in self._of_batches:
                self._of_batches[key] = len(self.listed)
                self.listed.append(Tag(planned.place.dataset, batch.loaded.version, batch))
            found[batch.id] = self._of_batches[key]
        return found


class Leaves:
    """Loads versions of datasets into a database, with the numbers of their batches."""

    def __init__(self, base: RowBase, driver_of: Callable[[str], LakeDriver], tags: Tags, gap: Callable[[Gap], None]) -> None:
        self._base, self._driver_of, self._tags, self._gap = base, driver_of, tags, gap
        self._tables = 0

    def load(self, planned: Planned, since: str = "") -> Stored:
        """The rows of a dataset at a version, each with a number.

        Where statements say what became of the rows of an earlier version, `since`, only what came after that is looked for.

        Raises:  VersionGone, DatasetUnreadable, LakeUnreachable, UnknownLake, ContentFault.
        """
        driver = self._driver_of(planned.lake)
        files = driver.files(planned.stored, planned.place.version)
        stored = self._load(files)
        carries = any(name.lower() == LOAD_COLUMN for name in stored.columns)
        if carries:
            self._base.tag_loads(stored, self._tags.loads(planned))
            if unknown := self._base.untagged(stored):
                self._tell(planned, "BATCH-UNRECORDED", f"{counted(unknown, 'row names', 'rows name')} a load that was never recorded")
        if not carries or self._base.untagged(stored):
            self._first_versions(planned, driver, files, stored, since)
        return stored

    def _load(self, files: list[VersionFile]) -> Stored:
        self._tables += 1
        return self._base.load(f"hw_stored_{self._tables}", [Part(file.path, file.identity, file.opened) for file in files])

    def _first_versions(self, planned: Planned, driver: LakeDriver, files: list[VersionFile], stored: Stored, since: str) -> None:
        """Number rows by the versions that added their files."""
        if planned.is_folder:
            self._base.tag_files(stored, [self._tags.number(_recorded(planned, file.path)) for file in files])
            return
        held: list[tuple[str, dict[str, VersionFile]]] = []
        versions = [earlier.version for earlier in planned.history]
        history = planned.history[versions.index(since) if since in versions else 0 :]
        gone = len(history) > _MOST_VERSIONS
        for earlier in history[-_MOST_VERSIONS:]:
            if earlier.version == planned.place.version:
                continue
            try:
                held.append((earlier.version, {file.path: file for file in driver.files(planned.stored, earlier.version)}))
            except VersionGone:
                held, gone = [], True
        held.append((planned.place.version, {file.path: file for file in files}))
        if gone:
            self._tell(planned, "ROWS-OLDER", "earlier versions are gone from the lake: rows may have been there before the version told")
        first = _Firsts(held, is_whole=not gone and len(history) == len(planned.history))
        numbers = [self._tags.number(Tag(planned.place.dataset, *first.of(file.path))) for file in files]
        self._base.tag_files(stored, numbers)
        self._written_again(planned, first, files, stored)

    def _written_again(self, planned: Planned, first: _Firsts, files: list[VersionFile], stored: Stored) -> None:
        """Rows of files that took the place of others, followed through as many rewritings as there are."""
        for version in first.rewriting(file.path for file in files):
            numbers = [number for number, file in enumerate(files) if first.of(file.path)[0] == version]
            taken = first.taken(version)
            before = self._load(taken)
            own = [self._tags.number(Tag(planned.place.dataset, *first.of(file.path))) for file in taken]
            self._base.tag_files(before, own)
            self._written_again(planned, first, taken, before)
            self._base.tag_kept(stored, numbers, before)

    def _tell(self, planned: Planned, code: str, words: str) -> None:
        self._gap(Gap(code, str(planned.place.dataset), words))


def _recorded(planned: Planned, path: str) -> Tag:
    """The version of a folder that brought a file as it is, as scans saw it; one that was there at the first look may be older."""
    for number, earlier in reversed(list(enumerate(planned.history))):
        if path in earlier.brought:
            return Tag(planned.place.dataset, earlier.version, None, number > 0)
    return Tag(planned.place.dataset, planned.place.version, None, is_certain=False)


class _Firsts:
    """By which version each file of a dataset came."""

    def __init__(self, held: list[tuple[str, dict[str, VersionFile]]], *, is_whole: bool) -> None:
        self._first: dict[str, tuple[str, bool]] = {}
        self._taken: dict[str, list[VersionFile]] = {}
        before: dict[str, VersionFile] = {}
        for number, (version, files) in enumerate(held):
            for path in files:
                self._first.setdefault(path, (version, is_whole or number > 0))
            self._taken[version] = [file for path, file in before.items() if path not in files]
            before = files

    def of(self, path: str) -> tuple[str, None, bool]:
        """The version that brought a file, no batch, and whether it is certain that none did before."""
        version, is_certain = self._first[path]
        return version, None, is_certain

    def rewriting(self, paths: Iterable[str]) -> list[str]:
        """Of the versions that brought these files those that took others away."""
        versions = dict.fromkeys(self._first[path][0] for path in paths)
        return [version for version in versions if self._taken.get(version)]

    def taken(self, version: str) -> list[VersionFile]:
        """The files that a version took away."""
        return self._taken[version]
