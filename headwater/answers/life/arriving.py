"""What came into a dataset and when: as batches of sources, as versions of a lake that brought rows, or else by runs that wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from headwater.answers.life.cadence import Cadence, learn
from headwater.answers.moment import Moment
from headwater.model.entries import Position
from headwater.model.findings import OVERDUE_DATASET, finding_id
from headwater.model.ids import DatasetId, JobId
from headwater.model.times import Instant
from headwater.projections.lakes import Commit, LakeDataset
from headwater.projections.views import Views

MAINTENANCE = frozenset({"replace", "OPTIMIZE", "VACUUM START", "VACUUM END", "VACUUM", "REORG", "FSCK", "COMPUTE STATS"})
"""Operations that change how rows are stored and not which there are."""
SCHEMA = frozenset({"schema", "ADD COLUMNS", "RENAME COLUMN", "CHANGE COLUMN", "DROP COLUMNS", "SET TBLPROPERTIES", "ADD CONSTRAINT"})
ROLLBACK = frozenset({"set current version", "RESTORE"})

Seen = tuple[Instant, Position]
"""When something was so, and the entry that says it."""


@dataclass(frozen=True)
class Feed:
    """What comes into a dataset from one source, by its times. `looks` are times at which a new arrival would have been seen.

    `needs_look` is false where an arrival tells of itself.
    """

    dataset: DatasetId
    source: str
    evidence: str
    arrivals: tuple[Seen, ...]
    looks: tuple[Seen, ...]
    needs_look: bool

    @cached_property
    def cadence(self) -> Cadence:
        """What was learned of it."""
        return learn([at for at, _ in self.arrivals])

    @property
    def cause(self) -> dict[str, str]:
        """What tells its being overdue from that of others."""
        return {"source": self.source} if self.source else {}

    @property
    def finding(self) -> str:
        """The id of the finding that it is overdue."""
        return finding_id(OVERDUE_DATASET, str(self.dataset), self.cause)

    @property
    def looked(self) -> Instant | None:
        """The newest look."""
        return max((at for at, _ in self.looks), default=None)


def feeds_of(views: Views, dataset: DatasetId, moment: Moment) -> list[Feed]:
    """What comes into a dataset, source by source; of a dataset into which nothing ever came, one feed without arrivals."""
    looks = tuple(_scans(views, dataset, moment))
    arrivals = views.batches.datasets.get(dataset)
    batches = arrivals.until(moment.until, moment.known_at) if arrivals is not None else []
    if batches:
        found = []
        for source in sorted({batch.loaded.source for batch in batches}):
            own = [batch for batch in batches if batch.loaded.source == source]
            runs = {batch.job for batch in own}
            ended = [told for job in sorted(runs) for told in _ended(views, job, moment)]
            told = tuple((batch.at, batch.position) for batch in own)
            found.append(Feed(dataset, source, "batches", told, tuple(sorted({*looks, *ended})), needs_look=False))
        return found
    record = views.lakes.datasets.get(dataset)
    if record is not None and record.look_at(moment.known_at) is not None:
        return [Feed(dataset, "", "versions", tuple(sorted(set(_versions(record, moment)))), looks, needs_look=True)]
    return [Feed(dataset, "", "runs", tuple(sorted(_written(views, dataset, moment))), (), needs_look=False)]


def newest(feeds: Iterable[Feed]) -> Instant:
    """The newest instant at which anything was looked at or arrived: all that can be said of the present without a clock."""
    return max((at for feed in feeds for at, _ in (*feed.looks[-1:], *feed.arrivals[-1:])), default=Instant(0))


def overdue(views: Views, dataset: DatasetId, moment: Moment) -> list[tuple[Feed, Position]]:
    """Feeds of which somebody looked after the next arrival was overdue and did not see it, each with the first such look."""
    found = []
    for feed in feeds_of(views, dataset, moment):
        after = [look for look in feed.looks if feed.cadence.is_overdue(look[0])] if feed.looks and feed.arrivals else []
        if after:
            found.append((feed, min(after)[1]))
    return found


def _versions(record: LakeDataset, moment: Moment) -> Iterator[Seen]:
    """Versions that brought rows; one that was written on a branch, only once readers got it, as the first look at that says."""
    commits = record.commits_at(moment.until, moment.known_at)
    published = _published(record, commits, moment)
    for commit in commits:
        if brings_rows(commit):
            if not commit.seen.branch:
                yield commit.at, commit.position
            elif commit.version in published:
                yield published[commit.version]


def _published(record: LakeDataset, commits: Iterable[Commit], moment: Moment) -> dict[str, Seen]:
    """Of versions written on a branch, the first look at which they lay on the line that readers get."""
    parents = {commit.version: commit.seen.parent for commit in commits if commit.seen.branch}
    found: dict[str, Seen] = {}
    for look in record.looks if parents else ():
        if look.position <= moment.known_at and look.at <= moment.until:
            version = look.current
            while version in parents and version not in found:
                found[version] = (look.at, look.position)
                version = parents[version]
    return found


def brings_rows(commit: Commit) -> bool:
    """Whether a version put rows into its dataset; one that only rewrites or removes what was there does not."""
    seen = commit.seen
    if seen.operation in MAINTENANCE | SCHEMA | ROLLBACK or seen.same_content is True:
        return False
    counts = (seen.added_rows, seen.added_files, seen.changed_files)
    return any(counts) if any(count is not None for count in counts) else not seen.removed_rows


def _scans(views: Views, dataset: DatasetId, moment: Moment) -> Iterator[Seen]:
    """Whole scans of the lake that holds a dataset."""
    record = views.lakes.datasets.get(dataset)
    lake = views.lakes.lakes.get(record.lake) if record is not None else None
    for scan in lake.scans if lake is not None else ():
        if scan.whole and scan.position <= moment.known_at and scan.started <= moment.until:
            yield scan.started, scan.position


def _ended(views: Views, job: JobId, moment: Moment) -> Iterator[Seen]:
    """When runs of a source ended well: each would have brought what was there."""
    record = views.catalog.jobs.get(job)
    for run in record.runs if record is not None else ():
        for event in views.catalog.runs[(run, job)].seen(moment.until, moment.known_at):
            if event.type == "COMPLETE":
                yield event.at, event.position


def _written(views: Views, dataset: DatasetId, moment: Moment) -> Iterator[Seen]:
    """When runs that wrote a dataset ended well."""
    record = views.catalog.datasets.get(dataset)
    for job in record.writers if record is not None else ():
        for run in views.catalog.jobs[job].runs:
            told = views.catalog.runs[(run, job)]
            if any(name == dataset and position <= moment.known_at for name, position in told.outputs):
                yield from ((event.at, event.position) for event in told.seen(moment.until, moment.known_at) if event.type == "COMPLETE")
