"""Everything that happened to one dataset, from all views that know of it: versions, runs, batches, deliveries, findings, schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.answers.changes.explained import Judged, judge
from headwater.answers.changes.writings import writings
from headwater.answers.evidence import HIDDEN
from headwater.answers.findings.inbox import Inbox
from headwater.answers.findings.raised import Raised, Showing
from headwater.answers.findings.unexplained import finding_of
from headwater.answers.life.arriving import MAINTENANCE, ROLLBACK, SCHEMA
from headwater.answers.life.evolution import steps_of
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.deliveries import LOADED
from headwater.model.entries import Position
from headwater.model.findings import State
from headwater.model.ids import DatasetId, run_node
from headwater.model.life_answers import Happening, Lane
from headwater.model.times import Instant, format_instant
from headwater.model.words import counted
from headwater.projections.views import Views

Told = tuple[Instant, Happening]


@dataclass(frozen=True, slots=True)
class Happenings:
    """What happened to a dataset as one asker may see it."""

    views: Views
    sight: Sight
    moment: Moment
    dataset: DatasetId

    def all(self) -> list[Told]:
        """Everything, newest first; what happened at one instant by lane and words."""
        parts = (self._versions(), self._gone(), self._schemas(), self._runs(), self._batches(), self._deliveries(), self._findings())
        found = [told for part in parts for told in part if told[0] <= self.moment.until]
        return sorted(found, key=lambda told: (-told[0], told[1].lane, told[1].what, told[1].version, told[1].entries))

    def _versions(self) -> Iterator[Told]:
        if self.dataset not in self.views.lakes.datasets:
            return
        for change in judge(self.views, self.dataset, self.moment.until, self.moment.known_at):
            seen, verdict = change.commit.seen, change.verdict
            if seen.operation in SCHEMA and seen.schema:
                continue  # because a schema change is told as one
            writing = verdict.writing if change.is_explained else None
            yield _told(
                change.commit.at,
                lane="maintenance" if seen.operation in MAINTENANCE | ROLLBACK else "versions",
                what=_operation(change),
                detail=verdict.why if not change.is_explained and change.is_watched else "",
                version=seen.version,
                run=self._run(writing.run, writing.job.namespace) if writing is not None else "",
                job=self._job(str(writing.job), writing.job.namespace) if writing is not None else "",
                rows=seen.added_rows,
                removed=seen.removed_rows,
                finding=finding_of(change) if change.is_watched and not change.is_explained else "",
                entries=(change.commit.position,),
            )

    def _gone(self) -> Iterator[Told]:
        record = self.views.lakes.datasets.get(self.dataset)
        for look in record.looks if record is not None else ():
            if look.gone and look.position <= self.moment.known_at:
                what = f"{counted(len(look.gone), 'version')} no longer in the lake"
                yield _told(look.at, lane="maintenance", what=what, detail="expired or rolled back", entries=(look.position,))

    def _schemas(self) -> Iterator[Told]:
        for step in steps_of(self.views, self.dataset, self.moment):
            words = ", ".join(f"{change.kind} {change.was if change.kind == 'renamed' else change.column}" for change in step.changes)
            made = step.made
            writing = made.verdict.writing if made is not None and made.is_explained else None
            yield _told(
                step.at,
                lane="schema",
                what=words or counted(len(step.seen.columns), "column"),
                version=made.commit.version if made is not None else "",
                run=self._run(writing.run, writing.job.namespace) if writing is not None else "",
                job=self._job(str(writing.job), writing.job.namespace) if writing is not None else "",
                finding=finding_of(made) if made is not None and made.is_watched and not made.is_explained else "",
                entries=(step.position,),
            )

    def _runs(self) -> Iterator[Told]:
        for writing in writings(self.views, self.dataset, self.moment.known_at):
            told = self.views.catalog.runs[(writing.run, writing.job)]
            last = [event for event in told.seen(self.moment.until, self.moment.known_at) if writing.start <= event.at <= writing.end]
            if last:
                ends = {"COMPLETE": "ended", "FAIL": "failed", "ABORT": "aborted"}
                yield _told(
                    last[-1].at,
                    lane="runs",
                    what=ends.get(last[-1].type, "under way"),
                    began=format_instant(writing.start),
                    run=self._run(writing.run, writing.job.namespace),
                    job=self._job(str(writing.job), writing.job.namespace),
                    rows=writing.rows,
                    entries=tuple(sorted({event.position for event in (last[0], last[-1])})),
                )

    def _batches(self) -> Iterator[Told]:
        arrivals = self.views.batches.datasets.get(self.dataset)
        for batch in arrivals.until(self.moment.until, self.moment.known_at) if arrivals is not None else ():
            yield _told(
                batch.at,
                lane="batches",
                what="arrived",
                began=format_instant(batch.started),
                version=batch.loaded.version,
                batch=batch.id,
                source=batch.loaded.source,
                run=self._run(batch.run, batch.job.namespace),
                job=self._job(str(batch.job), batch.job.namespace),
                rows=batch.loaded.rows,
                removed=batch.loaded.deleted,
                entries=(batch.position,),
            )

    def _deliveries(self) -> Iterator[Told]:
        for told in self.views.deliveries.of_dataset(self.dataset, self.moment.known_at):
            is_seen, held = self.sight.sees(told.origin.namespace), told.seen.verdict not in LOADED
            if held or told.seen.verdict == "late":
                yield _told(
                    told.at,
                    lane="deliveries",
                    what=f"{told.seen.verdict}{', held back' if held else ''}",
                    detail=told.seen.why if is_seen else "",
                    batch=told.seen.batch,
                    source=told.source,
                    entries=(told.position,),
                )

    def _findings(self) -> Iterator[Told]:
        inbox = Inbox(self.views, self.sight, self.moment)
        raised, _ = inbox.raised(self.dataset)
        for cause in raised:
            decisions, state = sorted(inbox.decisions(cause), key=lambda told: told.position), inbox.state(cause)
            before: Position | None = None
            for showing in sorted(cause.showings, key=lambda told: (told.known, told.at)):
                last = max((told.position for told in decisions if told.position < showing.known), default=None)
                what = "raised" if showing == _first(cause) else "re-opened" if last is not None and last != before else "shown again"
                before = last if what == "re-opened" else before
                yield self._finding(cause, showing.at, what, showing.what, state, showing.entries, showing=showing)
            for decision in decisions:
                what = "resolved" if decision.action == "resolve" else "acknowledged"
                yield self._finding(cause, decision.at, what, decision.reason, state, (decision.position,))

    def _finding(
        self,
        cause: Raised,
        at: Instant,
        what: str,
        detail: str,
        state: State,
        entries: tuple[Position, ...],
        *,
        showing: Showing | None = None,
    ) -> Told:
        return _told(
            at,
            lane="findings",
            what=f"{what}: {cause.title}",
            detail=detail,
            version=showing.version if showing is not None else "",
            batch=showing.batch if showing is not None else "",
            finding=cause.id,
            state=state,
            entries=entries,
        )

    def _run(self, run: str, namespace: str) -> str:
        return run_node(run) if self.sight.sees(namespace) else HIDDEN  # type: ignore[arg-type]  # because ids are plain values

    def _job(self, job: str, namespace: str) -> str:
        return job if self.sight.sees(namespace) else HIDDEN


def _first(cause: Raised) -> Showing:
    return min(cause.showings, key=lambda told: (told.known, told.at))


def _operation(change: Judged) -> str:
    operation = change.commit.seen.operation
    words = {"replace": "compacted", "OPTIMIZE": "compacted", "set current version": "rolled back", "RESTORE": "rolled back"}
    branch = change.commit.seen.branch
    return f"{words.get(operation, operation)}{f' on branch {branch}' if branch else ''}"


def _told(
    at: Instant,
    *,
    lane: Lane,
    what: str,
    entries: tuple[int, ...],
    began: str = "",
    detail: str = "",
    version: str = "",
    batch: str = "",
    source: str = "",
    run: str = "",
    job: str = "",
    rows: int | None = None,
    removed: int | None = None,
    finding: str = "",
    state: State | None = None,
) -> Told:
    return at, Happening(
        at=format_instant(at),
        began=began or None,
        lane=lane,
        what=what,
        detail=detail,
        version=version or None,
        batch=batch or None,
        source=source or None,
        run=run or None,
        job=job or None,
        rows=rows,
        removed=removed,
        finding=finding or None,
        state=state,
        entries=entries,
    )
