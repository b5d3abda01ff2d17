"""What has to be read and run again to follow the rows of a dataset to batches: versions, loads, statements, and what those read.

The plan goes back in time: a statement's inputs are planned as of the versions that its run recorded, else as of its start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from headwater.answers.changes.explained import FOLDER, Judged, judge
from headwater.answers.changes.watching import blind_spots, scan_step
from headwater.answers.changes.writings import TOLERANCE
from headwater.answers.findings.questions import dataset_of
from headwater.answers.life.versions import at_version
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.capture.sql.provenance import changed_tables
from headwater.model.answers import Gap
from headwater.model.entries import Position
from headwater.model.errors import UsageError
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Statement
from headwater.model.questions import GroupsQuestion, RowsQuestion
from headwater.model.times import Instant
from headwater.projections.batches import Batch
from headwater.projections.lakes import Commit, LakeDataset
from headwater.projections.lineage.runs import LineageRun, Read
from headwater.projections.records import RunRecord
from headwater.projections.views import Views

_SETTING = "set-"
_SCHEMA = "schema"
_DEEPEST = 50
"""Statements behind each other that are followed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A dataset at a version; the version is empty where no lake holds it, and `at` says then as of when.

    `before` where nothing counts that began at that moment: it is what a statement found that changes the dataset itself.
    """

    dataset: DatasetId
    version: str
    at: Instant
    before: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """What a table name of a statement means, and how the version is known."""

    table: str
    place: Place
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A statement that a run ran to fill a dataset; its text is the redacted one, and `entries` hold what undoes that."""

    run: RunId
    job: JobId
    at: Instant
    statement: Statement
    entries: tuple[Position, ...]
    inputs: tuple[Input, ...]
    names: frozenset[str]
    """What the text calls the dataset that it fills."""
    fingerprint: str
    """That of the derivation that the statement is."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version of a dataset up to the one that is read, oldest first."""

    version: str
    at: Instant
    same_content: bool
    position: Position
    brought: frozenset[str] = frozenset()
    """Files of a folder that it added or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One dataset at one version. `unexplained` counts versions that no run with a statement and no load made."""

    place: Place
    lake: str = ""
    stored: str = ""
    is_folder: bool = False
    history: tuple[Earlier, ...] = ()
    batches: tuple[Batch, ...] = ()
    makings: tuple[Making, ...] = ()
    unread: tuple[str, ...] = ()
    """Runs that filled it by statements that were not read in full."""
    begins: Place | None = None
    """What it was before the first of its statements, where that changes rows which were there; all others came since."""
    stays: Place | None = None
    """What it was before them, where they only added to it."""
    is_cut: bool = False
    """Whether more statements stand behind each other than are followed."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """Everything to read and run, from the dataset asked about backwards; `gaps` are what nobody looks at of its lake."""

    root: Place
    datasets: dict[Place, Planned]
    moment: Moment
    gaps: tuple[Gap, ...] = ()


def plan(views: Views, question: RowsQuestion | GroupsQuestion, sight: Sight) -> RowPlan:
    """Plan how to follow the rows of a dataset; where `as_of` names a version, those of just that one.

    Raises:  UnknownNode, AmbiguousNode; UsageError: neither a lake holds it nor does a statement make it.
    """
    question, written = at_version(views, question, sight)
    moment = Moment.of(question, views)
    dataset = dataset_of(views, sight, moment, question.node)
    assert dataset is not None, "a question about rows names a dataset"
    told = _Planning(views, moment).plan(dataset, written.version if written is not None else "")
    gaps = blind_spots(views, sight, moment, told.root.dataset) if told.root.version else ()
    return replace(told, gaps=gaps)


class _Planning:
    """One plan being made."""

    def __init__(self, views: Views, moment: Moment) -> None:
        self._views, self._moment, self._known_at = views, moment, moment.known_at
        self._datasets: dict[Place, Planned] = {}
        self._held = dict[DatasetId, LakeDataset]()
        for record in views.lakes.datasets.values():
            if record.look_at(self._known_at) is not None:
                for name in (record.id, *record.aliases):
                    self._held.setdefault(name, record)
        self._judged: dict[DatasetId, list[Judged]] = {}

    def plan(self, dataset: DatasetId, version: str = "") -> RowPlan:
        root = self._place(dataset, self._moment.until, is_latest=self._moment.valid is None)
        if version.startswith(_SETTING):
            version = version.rpartition("-")[2]
        record = self._record(dataset) if version else None
        for commit in record.commits if record is not None else ():
            if commit.version == version and commit.seen.operation != _SCHEMA:
                root = Place(root.dataset, version, commit.at)
        self._add(root, 0)
        told = self._datasets[root]
        if not told.lake and not told.makings:
            otherwise = f": run `{told.unread[-1]}` filled it in a way that cannot be run again" if told.unread else ""
            expected = "expected a dataset that a scan of a lake has seen, or that a statement makes"
            raise UsageError(f"cannot follow rows of `{dataset.name}`: {expected}{otherwise}", next_step=scan_step(self._views, dataset))
        return RowPlan(root, self._datasets, self._moment)

    def _place(self, dataset: DatasetId, at: Instant, *, is_latest: bool = False) -> Place:
        """A dataset as it was at an instant."""
        record = self._record(dataset)
        if record is None:
            return Place(dataset, "", at)
        commits = [commit for commit in record.commits_at(at, self._known_at) if commit.seen.operation != _SCHEMA]
        look = record.look_at(self._known_at)
        if is_latest and look is not None and look.current:
            commits = [commit for commit in commits if commit.version == look.current] or commits
        if not commits:
            return Place(record.id, "", at)
        last = commits[-1]
        version = last.version.rpartition("-")[2] if last.version.startswith(_SETTING) else last.version
        return Place(record.id, version, last.at)

    def _record(self, dataset: DatasetId) -> LakeDataset | None:
        held = self._held.get(dataset)
        if held is None:
            told = self._views.catalog.datasets.get(dataset)
            aliases = told.shown_aliases(self._moment.until, self._known_at) if told is not None else ()
            held = next((self._held[alias] for alias in aliases if alias in self._held), None)
        return held

    def _add(self, place: Place, depth: int) -> None:
        """Plan a dataset at a version, then what its statements read."""
        if place in self._datasets:
            return
        record = self._held.get(place.dataset) if place.version else None
        arrivals = self._views.batches.datasets.get(place.dataset)
        batches = tuple(arrivals.until(self._moment.until, self._known_at)) if arrivals is not None else ()
        is_cut = depth >= _DEEPEST
        makings, unread, begins, stays = ((), (), None, None) if is_cut else self._makings(place, record)
        self._datasets[place] = Planned(
            place=place,
            lake=record.lake if record is not None else "",
            stored=record.id.name if record is not None else "",
            is_folder=record is not None and record.format == FOLDER,
            history=self._history(record, place) if record is not None else (),
            batches=batches,
            makings=makings,
            unread=unread,
            begins=begins,
            stays=stays,
            is_cut=is_cut,
        )
        if stays is not None:
            self._add(stays, depth + 1)
        for making in makings:
            for told in making.inputs:
                self._add(told.place, depth + 1)

    def _history(self, record: LakeDataset, place: Place) -> tuple[Earlier, ...]:
        commits = [commit for commit in record.commits_at(place.at, self._known_at) if commit.seen.operation != _SCHEMA]
        return tuple(
            Earlier(commit.version, commit.at, commit.seen.same_content is True, commit.position, _brought(commit))
            for commit in commits
            if not commit.version.startswith(_SETTING)
        )

    def _makings(self, place: Place, record: LakeDataset | None) -> tuple[tuple[Making, ...], tuple[str, ...], Place | None, Place | None]:
        """The statements whose rows may be in a version, oldest first, and what the dataset was before them.

        They are those since the last run that left no earlier row as it found it.
        """
        found: list[Making] = []
        unread: list[str] = []
        begins: Place | None = None
        stays: Place | None = None
        is_whole = False
        for told, run, at in self._writers(place, record):
            statements = [(statement, read) for statement, read in (run.read or {}).items() if self._fills(read, place.dataset)]
            if not statements:
                if run.job is not None and (run.inputs or record is None) and not self._loads(told):
                    unread.append(str(told.id))
                continue
            is_change = any(self._changes(statement, read, place.dataset) for statement, read in statements)
            if not found and not is_whole and not is_change and record is not None:
                before = self._before(told, place, record)
                stays = before if before.version else None
            if is_change:
                found, begins, stays, is_whole = [], self._before(told, place, record), None, True
                unread = self._beside(told, place) if record is None else []
            if is_change and len(statements) > 1:
                unread.append(str(told.id))
                continue  # because nobody knows which of them came first
            for statement, read in statements:
                if not is_change and any(self._means(dataset, place.dataset) for dataset in read.overwritten):
                    found, unread, begins, stays, is_whole = [], [], None, None, True
                if read.lineage.status != "complete":
                    unread.append(str(told.id))
                    continue
                found.append(
                    Making(
                        run=told.id,
                        job=told.job,
                        at=at,
                        statement=statement,
                        entries=tuple(run.positions),
                        inputs=tuple(self._inputs(told, read, place.dataset, begins if is_change else None)),
                        names=frozenset(table for table, dataset in read.tables if self._means(dataset, place.dataset)),
                        fingerprint=read.lineage.fingerprint,
                    )
                )
        return tuple(found), tuple(unread), begins, stays if found else None

    def _beside(self, told: RunRecord, place: Place) -> list[str]:
        """Other runs that wrote a dataset while one changed it, so that nobody knows which came first."""
        began, ended = told.events[0].at, told.events[-1].at
        found: list[str] = []
        for name in self._names(place.dataset):
            record = self._views.catalog.datasets.get(name)
            for job in record.writers if record is not None else ():
                for run in self._views.catalog.jobs[job].runs:
                    other = self._views.catalog.runs[(run, job)]
                    events = other.seen(self._moment.until, self._known_at)
                    if other.id != told.id and events and events[0].at <= ended and began <= events[-1].at:
                        found.append(str(other.id))
        return found

    def _changes(self, statement: Statement, read: Read, dataset: DatasetId) -> bool:
        """Whether a statement changes rows of a dataset that were there before it."""
        means = dict(read.tables)
        return any(table in means and self._means(means[table], dataset) for table in changed_tables(statement))

    def _before(self, told: RunRecord, place: Place, record: LakeDataset | None) -> Place:
        """A dataset as a run found it that changed it: the version before the first that the run made, else what was there as it began."""
        started = Instant(told.events[0].at)
        if record is None:
            return Place(place.dataset, "", started, before=True)
        judged = [each for each in self._judge(record) if each.commit.at <= place.at and each.commit.seen.operation != _SCHEMA]
        versions = [each.commit for each in judged]
        first = next((number for number, each in enumerate(judged) if _run_of(each) == told.id), None)
        earlier = versions[:first] if first is not None else [commit for commit in versions if commit.at <= started]
        if first is not None:
            parent = [commit for commit in earlier if commit.version == versions[first].seen.parent]
            earlier = parent or earlier
        if not earlier:
            return Place(record.id, "", started, before=True)
        return Place(record.id, earlier[-1].version, earlier[-1].at)

    def _writers(self, place: Place, record: LakeDataset | None) -> Iterator[tuple[RunRecord, LineageRun, Instant]]:
        """Runs that completed and wrote a dataset up to a version, by their end.

        One too many does no harm: what it gives is only looked for among the rows that are there.
        """
        made, later = self._explained(record, place) if record is not None else (set(), set())
        found: list[tuple[Instant, RunRecord, LineageRun]] = []
        for name in self._names(place.dataset):
            told = self._views.catalog.datasets.get(name)
            for job in told.writers if told is not None else ():
                for run in self._views.catalog.jobs[job].runs:
                    events = self._views.catalog.runs[(run, job)].seen(self._moment.until, self._known_at)
                    ended = next((event.at for event in reversed(events) if event.type == "COMPLETE"), None)
                    lineage = self._views.derivations.runs.get(f"{run}\x00{job}")
                    if ended is None or lineage is None or run in later:
                        continue
                    if run in made or _was_in_time(place, events[0].at, ended):
                        found.append((ended, self._views.catalog.runs[(run, job)], lineage))
        for ended, record_, lineage in sorted(found, key=lambda one: (one[0], one[1].id)):
            yield record_, lineage, ended

    def _explained(self, record: LakeDataset, place: Place) -> tuple[set[RunId], set[RunId]]:
        """The runs that made the versions up to one, and those that made only later ones."""
        made, later = set[RunId](), set[RunId]()
        for judged in self._judge(record):
            run = _run_of(judged)
            if run is not None:
                (made if judged.commit.at <= place.at else later).add(run)
        return made, later - made

    def _judge(self, record: LakeDataset) -> list[Judged]:
        if record.id not in self._judged:
            self._judged[record.id] = judge(self._views, record.id, self._moment.until, self._known_at)
        return self._judged[record.id]

    def _names(self, dataset: DatasetId) -> Iterable[DatasetId]:
        record, held = self._views.catalog.datasets.get(dataset), self._held.get(dataset)
        aliases = record.shown_aliases(self._moment.until, self._known_at) if record is not None else ()
        return dict.fromkeys((dataset, *aliases, *(held.aliases if held is not None else ())))

    def _means(self, name: DatasetId, dataset: DatasetId) -> bool:
        record = self._record(name)
        return name == dataset or (record is not None and record.id == dataset)

    def _fills(self, read: Read, dataset: DatasetId) -> bool:
        means = dict(read.tables)
        return any(table in means and self._means(means[table], dataset) for table in read.lineage.targets)

    def _loads(self, told: RunRecord) -> bool:
        """Whether a run brought batches in."""
        outputs = {dataset for dataset, _ in told.outputs}
        arrivals = (self._views.batches.datasets.get(dataset) for dataset in outputs)
        return any(batch.run == told.id for arrived in arrivals if arrived is not None for batch in arrived.batches)

    def _inputs(self, told: RunRecord, read: Read, target: DatasetId, begins: Place | None) -> Iterator[Input]:
        """What a statement read, at the version that the run named, else at the one that was current when it began.

        What it changes itself is read as it was before the run.
        """
        started = told.events[0].at
        for table, dataset in read.tables:
            if begins is not None and self._means(dataset, target):
                yield Input(table, begins, "before" if begins.version else "")
                continue
            if table in read.lineage.targets and table not in read.lineage.sources:
                continue
            named = self._named_version(told, dataset)
            place = self._place(dataset, Instant(started))
            how = "assumed" if place.version else ""
            record = self._record(dataset)
            if named and record is not None:
                commit = next((commit for commit in record.commits if commit.version == named), None)
                if commit is not None:
                    place, how = Place(record.id, named, commit.at), "recorded"
            yield Input(table, place, how)

    def _named_version(self, told: RunRecord, dataset: DatasetId) -> str:
        record = self._views.catalog.datasets.get(dataset)
        words = record.versions.until(self._moment.until, self._known_at) if record is not None else ()
        return next((word.value[0] for word in words if word.value[1] == told.id and word.value[2] == "input"), "")


def _run_of(judged: Judged) -> RunId | None:
    """The run that made a version."""
    writing = judged.verdict.writing
    return writing.run if judged.verdict.rule is not None and writing is not None else None


def _was_in_time(place: Place, began: Instant, ended: Instant) -> bool:
    """Whether what a run wrote may be in a dataset as it was."""
    if place.before:
        return began < place.at and ended <= place.at
    return began <= place.at and ended <= place.at + TOLERANCE


def _brought(commit: Commit) -> frozenset[str]:
    return frozenset(file.path for file in commit.seen.files if file.change != "removed") if commit.format == FOLDER else frozenset()


__all__ = ["Earlier", "Input", "Making", "Place", "Planned", "RowPlan", "plan"]
