"""All findings as they stand: what detectors raise, with what people decided of it and who owns it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from headwater.answers.changes.explained import judge
from headwater.answers.findings.delivered import raise_deliveries
from headwater.answers.findings.deviating import raise_deviations
from headwater.answers.findings.overdue import raise_overdue
from headwater.answers.findings.raised import SEVERITIES, Raised, Showing
from headwater.answers.findings.unexplained import raise_unexplained
from headwater.answers.findings.vanished import raise_vanished
from headwater.answers.leaks.arrived import Leaked
from headwater.answers.leaks.blind import NO_EXPECTATIONS, blind_spots
from headwater.answers.leaks.raised import raise_leaks, scene_of
from headwater.answers.leaks.scene import Scene
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.answers.walk import Walked, Walker
from headwater.model.answers import Gap
from headwater.model.findings import DecisionView, Finding, Occurrence, State
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.lakes import DatasetName
from headwater.model.sensitivity.leaks import HIDDEN_INFLOW, LEAK, MASKED_OR_DEAD, SECRET_IN_DATA, TRAINING_UNAPPROVED
from headwater.model.times import format_instant
from headwater.projections.decisions import Decision
from headwater.projections.views import Views

SHOWN = 20
_OF_COLUMNS = frozenset({LEAK, SECRET_IN_DATA, TRAINING_UNAPPROVED, HIDDEN_INFLOW, MASKED_OR_DEAD})
WAITING: tuple[State, ...] = ("open", "re-opened")


@dataclass(frozen=True, slots=True)
class Inbox:
    """The findings that one asker may see at one moment."""

    views: Views
    sight: Sight
    moment: Moment

    def raised(self, dataset: DatasetId | None = None) -> tuple[list[Raised], int]:
        """Every cause that shows, of all datasets or of one, and how many datasets were kept from the asker."""
        delivered = {told.dataset for several in self.views.deliveries.by_source.values() for told in several}
        names = (
            [dataset] if dataset is not None else sorted(delivered | self.views.lakes.datasets.keys() | self.views.batches.datasets.keys())
        )
        seen = [name for name in names if self.sight.sees(name.namespace)]
        found = [cause for name in seen for cause in self._of_dataset(name)]
        found += [told.raised for told in self.leaks(dataset)]
        return found, len(names) - len(seen) if dataset is None else 0

    @property
    def scene(self) -> Scene:
        """What the detectors of leaks look at."""
        return scene_of(self.views, self.sight, self.moment)

    def leaks(self, dataset: DatasetId | None = None) -> list[Leaked]:
        """What is where it may not be, of all datasets or of one."""
        return raise_leaks(self.scene, dataset)

    def unseen_leaks(self, dataset: DatasetId | None = None) -> tuple[Gap, ...]:
        """What leaks could not be looked for, where anything is expected of any place."""
        return tuple(gap for gap in blind_spots(self.scene, dataset) if gap.code != NO_EXPECTATIONS)

    def _of_dataset(self, dataset: DatasetId) -> Iterator[Raised]:
        until, known_at = self.moment.until, self.moment.known_at
        if dataset in self.views.lakes.datasets:
            yield from raise_unexplained(judge(self.views, dataset, until, known_at))
            yield from raise_vanished(self.views, dataset, self.moment)
        arrivals = self.views.batches.datasets.get(dataset)
        if arrivals is not None:
            yield from raise_deviations(arrivals, until, known_at)
        yield from raise_overdue(self.views, dataset, self.moment)
        delivered = self.views.deliveries.of_dataset(dataset, known_at)
        yield from raise_deliveries(dataset, (told for told in delivered if told.at <= until))

    def state(self, raised: Raised) -> State:
        """Where a finding stands: a decision covers what was known when it was taken, and nothing after."""
        decisions = self.decisions(raised)
        return state_of(decisions, raised.showings)

    def decisions(self, raised: Raised) -> list[Decision]:
        """What people decided of a finding; who may not write its dataset decides nothing, and another's dataset does not count."""
        told = self.views.decisions.of(raised.id, self.moment.known_at)
        return [decision for decision in told if decision.dataset == raised.dataset and decision.at <= self.moment.until]

    def finding(self, raised: Raised, *, downstream: int | None = None) -> Finding:
        """A finding as it is shown; the newest occurrences are listed, all are counted."""
        showings = raised.showings
        return Finding(
            id=raised.id,
            kind=raised.kind,
            subject=raised.subject or str(raised.dataset),
            dataset=DatasetName(raised.dataset.namespace, raised.dataset.name),
            title=raised.title,
            severity=raised.severity,
            tier=raised.tier,
            state=self.state(raised),
            owner=raised.owner or self.owner(raised.dataset),
            cause=raised.shown if raised.shown is not None else raised.cause,
            first_seen=format_instant(showings[0].at),
            last_seen=format_instant(showings[-1].at),
            count=len(showings),
            occurrences=tuple(
                Occurrence(
                    at=format_instant(showing.at),
                    what=showing.what,
                    version=showing.version,
                    batch=showing.batch,
                    numbers=showing.numbers or None,
                    entries=showing.entries,
                )
                for showing in reversed(showings[-SHOWN:])
            ),
            downstream=self.downstream(raised.dataset, _column_of(raised)) if downstream is None else downstream,
            decisions=tuple(
                DecisionView(at=format_instant(told.at), action=told.action, reason=told.reason, by=told.by, position=told.position)
                for told in self.decisions(raised)
            ),
            next=raised.next,
        )

    def owner(self, dataset: DatasetId) -> str:
        """Who answers for a dataset, as far as anybody said."""
        record = self.views.catalog.datasets.get(dataset)
        owners = record.owners.latest(self.moment.until, self.moment.known_at) if record is not None else None
        return ", ".join(owner.name for owner in owners or ())

    def downstream(self, dataset: DatasetId, column: str = "") -> int:
        """How many datasets the rows of a dataset, or a column of it, may have reached, hidden ones counted too."""
        walked = Walked()
        walker = Walker(Resolver(self.views, self.sight, self.moment.known_at), self.moment, False, None)
        if column:
            walker.columns(ColumnId(dataset, column), forward=True, into=walked)
        else:
            walker.datasets(dataset, forward=True, into=walked)
        record = self.views.catalog.datasets.get(dataset)
        aliases = record.shown_aliases(self.moment.until, self.moment.known_at) if record is not None else ()
        return len(walked.datasets() - {str(dataset), *map(str, aliases)})


def _column_of(raised: Raised) -> str:
    """The column whose reach counts: of a leak what it leaked into, of anything else all of the dataset."""
    return raised.cause.get("column", "") if raised.kind in _OF_COLUMNS else ""


def state_of(decisions: Iterable[Decision], showings: Iterable[Showing]) -> State:
    """The state that decisions leave a finding in that showed so."""
    last = max(decisions, key=lambda decision: decision.position, default=None)
    if last is None:
        return "open"
    is_resolved = last.action == "resolve"
    if any(showing.known > last.position or (is_resolved and showing.again > last.position) for showing in showings):
        return "re-opened"
    return "resolved" if is_resolved else "acknowledged"


def worst_first(raised: Raised) -> tuple[int, int, int, str]:
    """The order of the inbox: confirmed before possible, worse before milder, newer before older."""
    return (raised.tier != "confirmed", -SEVERITIES.index(raised.severity), -raised.showings[-1].at, raised.id)
