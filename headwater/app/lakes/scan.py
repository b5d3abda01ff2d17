"""The use case scan: look at every dataset of a lake and record what is new.

What is recorded is durable piece by piece, and the next scan goes on from what is recorded: interrupting one loses nothing, and two at
the same time record the same versions once. One dataset that cannot be read is a gap, and the scan goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from headwater.app.lakes.places import LakePlace
from headwater.capture.documents import encode
from headwater.edges.sources.lakes.driver import DatasetUnreadable, LakeDriver, LakeUnreachable, Listed, Looked
from headwater.model.answers import Answer, RecordReport
from headwater.model.entries import LAKE_ADDED, LAKE_SCANNED, LAKE_VERSIONS
from headwater.model.errors import BadEvent, HeadwaterError, TooLarge
from headwater.model.lake_answers import DatasetState, LakeState
from headwater.model.lakes import AUDIT_KINDS, DatasetName, DatasetVersions, FileSeen, LakeScan, NewLake, ScanGap, VersionSeen
from headwater.model.questions import MAX_LIMIT, LakeStateQuestion, Question

BATCH = 64
LINES_AT_ONCE = 20_000
"""Files and columns in one document; a look that has more to tell is told in several."""
UNREAD = "unread"
"""The cursor of a dataset that no look has read yet: the next scan tries again."""

_OF_THE_DOCUMENT = frozenset({BadEvent.code, TooLarge.code})
"""Refusals for what one document holds; any other concerns them all."""

Ask = Callable[[Question], Answer[Any]]
Record = Callable[[Iterable[bytes]], RecordReport]
Progress = Callable[[int, int], None]
"""Told how many datasets were done, and how many there are."""


class Unrecorded(HeadwaterError):
    """The recorder refused what a scan saw, so the scan stopped; what was recorded before stands."""

    code = "SCAN-UNRECORDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What a scan did. `unreadable` are datasets that left a gap; `is_whole` is false where the lake went away in the middle."""

    lake: str
    datasets: int
    unchanged: int
    versions: int
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]
    gaps: int
    seconds: float
    is_whole: bool
    position: int | None


@dataclass(slots=True)
class _Counts:
    datasets: int = 0
    unchanged: int = 0
    versions: int = 0
    gaps: int = 0
    unreadable: list[str] = field(default_factory=list)
    position: int | None = None


def announce(name: str, place: LakePlace, record: Record) -> RecordReport:
    """Record that a lake is watched."""
    told = NewLake(headwater=LAKE_ADDED, seen_at=_now(), lake=name, kind=place.kind, namespace=place.namespace, location=place.location)
    report = record([encode(told)])
    _checked(report)
    return report


def unreached(name: str, place: LakePlace, fault: LakeUnreachable, record: Record) -> None:
    """Record that a scan could not even open a lake, so that nobody takes what was seen before for what is there now."""
    told = LakeScan(
        headwater=LAKE_SCANNED,
        seen_at=_now(),
        lake=name,
        namespace=place.namespace,
        started_at=_now(),
        whole=False,
        gaps=(ScanGap(fault.code, fault.problem[:2_000]),),
    )
    _checked(record([encode(told)]))


def scan(name: str, place: LakePlace, driver: LakeDriver, ask: Ask, record: Record, progress: Progress = lambda *_: None) -> ScanReport:
    """Look at a lake and record what is new of it; the lake is announced first where it is not watched yet.

    Raises:  LakeUnreachable: it cannot even be listed. Unrecorded, StoreFault, KeyboardInterrupt: what was recorded before stands.
    """
    return _Scan(name, place, driver, ask, record, progress).run()


class _Scan:
    """One scan under way."""

    def __init__(self, name: str, place: LakePlace, driver: LakeDriver, ask: Ask, record: Record, progress: Progress) -> None:
        self._name, self._place, self._driver = name, place, driver
        self._ask, self._record, self._progress = ask, record, progress
        self._waiting: list[tuple[str, bytes]] = []
        self._refused: dict[str, ScanGap] = {}
        self._counts = _Counts()
        self._began = time.monotonic()
        self._started = _now()

    def run(self) -> ScanReport:
        known = self._known()
        listed = self._listed(known)
        is_whole = True
        try:
            self._look_at_all(listed, known)
        except LakeUnreachable as fault:
            is_whole = False
            self._counts.gaps += 1
            self._finish(listed, known, gap=ScanGap(fault.code, fault.problem[:2_000]))
        finally:
            self._flush()
        if is_whole:
            self._finish(listed, known)
        counts = self._counts
        return ScanReport(
            lake=self._name,
            datasets=counts.datasets,
            unchanged=counts.unchanged,
            versions=counts.versions,
            missing=self._missing(listed, known) if is_whole else (),
            unreadable=tuple(counts.unreadable),
            gaps=counts.gaps,
            seconds=round(time.monotonic() - self._began, 3),
            is_whole=is_whole,
            position=counts.position,
        )

    def _listed(self, known: dict[str, DatasetState]) -> list[Listed]:
        try:
            return list(self._driver.listed())
        except LakeUnreachable as fault:
            self._finish([], known, gap=ScanGap(fault.code, fault.problem[:2_000]))
            raise

    def _known(self) -> dict[str, DatasetState]:
        """How far each dataset has been recorded; a lake that nobody added yet is announced."""
        found: dict[str, DatasetState] = {}
        page: str | None = None
        while True:
            answer: Answer[LakeState] = self._ask(LakeStateQuestion(lake=self._name, page=page, limit=MAX_LIMIT))
            if not answer.result.is_watched and page is None:
                announce(self._name, self._place, self._record)
            found.update({state.name: state for state in answer.result.datasets})
            page = answer.next_page
            if page is None:
                return found

    def _look_at_all(self, listed: list[Listed], known: dict[str, DatasetState]) -> None:
        for done, dataset in enumerate(listed):
            self._progress(done, len(listed))
            before = known.get(dataset.name)
            self._counts.datasets += 1
            if before is not None and dataset.cursor and before.cursor == dataset.cursor:
                self._counts.unchanged += 1
                continue
            self._look_at(dataset, before)
        self._progress(len(listed), len(listed))

    def _look_at(self, dataset: Listed, before: DatasetState | None) -> None:
        whole = self._whole(dataset.name) if before is not None else None
        try:
            looked = self._driver.look(dataset, whole)
        except DatasetUnreadable as fault:
            self._counts.unreadable.append(dataset.name)
            looked = self._unreadable(dataset, before, ScanGap(fault.code, fault.problem[:2_000]))
        except HeadwaterError:
            raise
        except Exception as fault:  # noqa: BLE001  # because this is the one loop over a lake, and no dataset may keep it from the others
            self._counts.unreadable.append(dataset.name)
            problem = f"cannot read dataset `{dataset.name}`: it holds what no such dataset can ({type(fault).__name__})"
            looked = self._unreadable(dataset, before, ScanGap(DatasetUnreadable.code, problem[:2_000]))
        if before is not None and looked.cursor == before.cursor and not looked.versions and not looked.gaps:
            self._counts.unchanged += 1
            return
        self._counts.versions += len(looked.versions)
        self._counts.gaps += len(looked.gaps)
        for part in _parts(looked):
            self._waiting.append((dataset.name, encode(self._document(dataset.name, part))))
        if len(self._waiting) >= BATCH:
            self._flush()

    def _whole(self, dataset: str) -> DatasetState | None:
        answer: Answer[LakeState] = self._ask(LakeStateQuestion(lake=self._name, node=dataset))
        return answer.result.datasets[0] if answer.result.datasets else None

    def _unreadable(self, dataset: Listed, before: DatasetState | None, gap: ScanGap) -> Looked:
        """A look that saw nothing but that nothing can be seen; the cursor stays, so that the next scan tries again."""
        return Looked(
            format=self._place.kind,
            location=dataset.place or self._place.location,
            cursor=before.cursor if before is not None else UNREAD,
            current=before.current if before is not None else "",
            gaps=(gap,),
        )

    def _document(self, dataset: str, looked: Looked) -> DatasetVersions:
        return DatasetVersions(
            headwater=LAKE_VERSIONS,
            seen_at=_now(),
            lake=self._name,
            dataset=DatasetName(self._place.namespace, dataset),
            format=looked.format,
            location=looked.location,
            cursor=looked.cursor,
            current=looked.current,
            schemas=looked.schemas,
            partitioning=looked.partitioning,
            owner=looked.owner,
            aliases=looked.aliases,
            versions=looked.versions,
            gone=looked.gone,
            gaps=looked.gaps,
        )

    def _finish(self, listed: list[Listed], known: dict[str, DatasetState], gap: ScanGap | None = None) -> None:
        self._flush()
        unseen = (*(seen.gap for seen in self._driver.unseen()), *self._refused.values())
        self._counts.gaps += len(unseen)
        told = LakeScan(
            headwater=LAKE_SCANNED,
            seen_at=_now(),
            lake=self._name,
            namespace=self._place.namespace,
            started_at=self._started,
            datasets=self._counts.datasets,
            whole=gap is None,
            missing=self._missing(listed, known) if gap is None else (),
            gaps=unseen if gap is None else (gap, *unseen),
        )
        self._waiting.append(("", encode(told)))
        self._flush()

    def _missing(self, listed: Iterable[Listed], known: dict[str, DatasetState]) -> tuple[str, ...]:
        if self._place.kind in AUDIT_KINDS or any(seen.hides for seen in self._driver.unseen()):
            return ()
        return tuple(sorted(set(known) - {dataset.name for dataset in listed}))

    def _flush(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        report = self._record([document for _, document in waiting])
        for refused in report.rejected:
            name = waiting[refused.index][0] if refused.index < len(waiting) else ""
            if not name or refused.code not in _OF_THE_DOCUMENT:
                _checked(report)
            readable = name.encode("unicode_escape").decode("ascii")[:200]
            problem = f"cannot record dataset `{readable}`: it holds a name or text that cannot be taken in, or too much of it"
            self._refused[name] = ScanGap("DATASET-UNRECORDABLE", problem)
            self._counts.unreadable.append(name)
        self._counts.position = report.position if report.position is not None else self._counts.position


def _parts(looked: Looked) -> Iterator[Looked]:
    """A look in documents of bounded size: schemas and gaps stand in the first; only the last says that all was told."""
    groups: list[list[VersionSeen]] = [[]]
    lines = 0
    for piece in (piece for version in looked.versions for piece in _pieces(version)):
        its = len(piece.files) + len(piece.columns)
        if lines + its > LINES_AT_ONCE and groups[-1]:
            groups.append([])
            lines = 0
        groups[-1].append(piece)
        lines += its
    for number, group in enumerate(groups):
        is_first, is_last = number == 0, number == len(groups) - 1
        yield replace(
            looked,
            cursor=looked.cursor if is_last else UNREAD,
            schemas=looked.schemas if is_first else (),
            gaps=looked.gaps if is_last else (),
            gone=looked.gone if is_last else (),
            versions=tuple(group),
        )


def _pieces(version: VersionSeen) -> Iterator[VersionSeen]:
    """A version with very many files as several, each with its own files and what these come to."""
    if len(version.files) <= LINES_AT_ONCE:
        yield version
        return
    starts = range(0, len(version.files), LINES_AT_ONCE)
    for number, start in enumerate(starts):
        files = version.files[start : start + LINES_AT_ONCE]
        is_last = number == len(starts) - 1
        yield msgspec.structs.replace(
            version,
            version=version.version if is_last else f"{version.version}-part-{number + 1}",
            files=files,
            added_files=_of(files, "added"),
            removed_files=_of(files, "removed"),
            changed_files=_of(files, "changed"),
            added_rows=_rows([file for file in files if file.change != "removed"]),
            removed_rows=None if _of(files, "changed") else _rows([file for file in files if file.change == "removed"]),
            rows=version.rows if is_last else None,
            files_total=version.files_total if is_last else None,
            size_bytes=version.size_bytes if is_last else None,
            columns=version.columns if is_last else (),
            digest=version.digest if is_last else "",
        )


def _of(files: tuple[FileSeen, ...], change: str) -> int:
    return sum(file.change == change for file in files)


def _rows(files: list[FileSeen]) -> int | None:
    return sum(file.rows or 0 for file in files) if all(file.rows is not None for file in files) else None


def _checked(report: RecordReport) -> None:
    if report.rejected:
        refused = report.rejected[0]
        raise Unrecorded(f"cannot record what the scan saw: {refused.reason}", next_step=refused.next or "headwater status")


def _now() -> str:
    return datetime.now(UTC).isoformat()
