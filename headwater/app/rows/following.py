"""Follows rows from the sources to the dataset asked about: first all is read and numbered, then statements run, then rows are asked.

What cannot be followed further stops there, with a gap: rows are then told by the version that held them first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from headwater.answers.rows.plan import Making, Place, Planned, RowPlan
from headwater.app.rows.leaves import Leaves, Tag, Tags
from headwater.app.rows.unsealing import StillSealed
from headwater.capture.sql.provenance import BadCondition, Program, Refused, program
from headwater.edges.engines.provenance.base import Bounds, NotRunAgain, RowBase, Stored
from headwater.edges.engines.provenance.reruns import Reruns
from headwater.edges.engines.provenance.sets import MOST, Sets
from headwater.edges.sources.lakes.driver import LakeDriver
from headwater.model.answers import Gap
from headwater.model.errors import ContentFault, UsageError
from headwater.model.lineage import Statement
from headwater.model.row_answers import RowInput, RowStep
from headwater.model.words import counted

DriverOf = Callable[[str], LakeDriver]
Unseal = Callable[[Making], Statement]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that can be run: rewritten, with the places of the tables that it reads by their names."""

    making: Making
    program: Program
    places: dict[str, Place]


@dataclass(slots=True)
class Ready:
    """A dataset whose rows are read or can be made."""

    planned: Planned
    stored: Stored | None
    statements: list[Prepared] = field(default_factory=list)
    stays: Ready | None = None
    """The rows that were there before its statements, which only added to them."""
    view: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """What came out: rows asked about, how many of them draw on which tag surely and possibly, and how that was found."""

    rows: int
    sure: dict[Tag, int]
    possible: dict[Tag, int]
    steps: tuple[RowStep, ...]
    gaps: tuple[Gap, ...]


def follow(plan: RowPlan, text: str, driver_of: DriverOf, unseal: Unseal, bounds: Bounds | None = None) -> Followed:
    """Follow the rows of a dataset that satisfy a condition.

    Raises:  BadCondition, RowsTooCostly; UsageError: the dataset cannot be read at all. VersionGone, LakeUnreachable, ContentFault.
    """
    with ExitStack() as opened:
        folder = opened.enter_context(TemporaryDirectory(prefix="headwater-rows-"))
        base = RowBase(Path(folder), bounds or Bounds())
        opened.callback(base.close)
        return _Following(plan, base, driver_of, unseal).follow(text)


class _Following:
    """One question under way."""

    def __init__(self, plan: RowPlan, base: RowBase, driver_of: DriverOf, unseal: Unseal) -> None:
        self._plan, self._base, self._unseal = plan, base, unseal
        self._tags, self._gaps = Tags(), dict[Gap, None]()
        self._leaves = Leaves(base, driver_of, self._tags, self._tell)
        self._ready: dict[Place, Ready | None] = {}
        self._order: list[Ready] = []
        self._steps: list[RowStep] = []

    def follow(self, text: str) -> Followed:
        root = self._prepare(self._plan.root)
        if root is None:
            name = self._plan.root.dataset.name
            why = next((gap.detail for gap in self._gaps), "nothing of it can be read")
            raise UsageError(f"cannot follow rows of `{name}`: {why}", next_step=f"headwater lake history {name}")
        sets = Sets(max(1, len(self._tags.listed)))
        if sets.batches > MOST:
            problem = f"cannot tell batches apart: expected at most {MOST:,} behind these rows, got {sets.batches:,}"
            raise UsageError(problem, next_step="headwater lineage NODE --rows CONDITION --as-of TIME")
        self._base.lock()
        if root.stored is not None:
            with _condition():
                self._base.check(root.stored, text)
        reruns = Reruns(self._base, sets)
        for number, ready in enumerate(self._order):
            self._make(number, ready, reruns, text if ready is root else "")
        return self._asked(root, text, sets)

    def _prepare(self, place: Place) -> Ready | None:
        """Read a dataset and all that its statements read; None where nothing of it can be had."""
        if place in self._ready:
            return self._ready[place]
        self._ready[place] = None  # because a statement that reads what it makes, at the same version, cannot be run again
        planned = self._plan.datasets[place]
        statements = self._statements(planned)
        is_whole = len(statements) == len(planned.makings)
        stored = self._stored(planned, planned.begins.version if planned.begins is not None and is_whole else "")
        if stored is None and not statements:
            return None
        if stored is None and (not is_whole or planned.unread):
            return None
        stays = self._prepare(planned.stays) if planned.stays is not None and statements else None
        ready = Ready(planned, stored, statements, stays)
        self._ready[place] = ready
        self._order.append(ready)
        return ready

    def _stored(self, planned: Planned, since: str) -> Stored | None:
        if not planned.lake:
            return None
        try:
            return self._leaves.load(planned, since)
        except (UsageError, ContentFault) as fault:
            if planned.place == self._plan.root and not planned.makings:
                raise
            self._tell(Gap(fault.code, str(planned.place.dataset), fault.problem))
            return None

    def _statements(self, planned: Planned) -> list[Prepared]:
        """The statements that can be run again; of the others a gap says why not."""
        for run in planned.unread:
            self._tell(
                Gap(
                    "ROWS-NOT-CARRIED",
                    str(planned.place.dataset),
                    f"run `{run}` filled it by a statement that was not read in full, or beside others",
                )
            )
        if planned.is_cut:
            words = "more statements stand behind each other than are followed: what was there before them is not told"
            self._tell(Gap("ROWS-NOT-CARRIED", str(planned.place.dataset), words))
        found: list[Prepared] = []
        for making in planned.makings:
            try:
                told = program(self._unseal(making), making.names)
                means = {each.table: each.place for each in making.inputs}
                if not means.keys() >= set(told.needs):
                    raise Refused("a table that nobody knows")
                places = {name: means[name] for name in told.needs}
                for place in dict.fromkeys(places.values()):
                    if self._prepare(place) is None:
                        raise Refused(f"rows of `{place.dataset.name}`, which cannot be read")
                found.append(Prepared(making, told, places))
            except (Refused, StillSealed) as fault:
                self._tell(Gap(fault.code, str(planned.place.dataset), fault.problem))
        return found

    def _make(self, number: int, ready: Ready, reruns: Reruns, wanted: str) -> None:
        """Give a dataset's rows their sets, where a condition is wanted only those that satisfy it."""
        ready.view, sets = f"hw_rows_{number}", reruns.sets
        if not ready.statements:
            assert ready.stored is not None
            self._base.show_leaf(ready.view, ready.stored, sets)
            place = ready.planned.place
            self._steps.append(RowStep(dataset=str(place.dataset), version=place.version, how="read", rows=self._base.count(ready.view)))
            return
        made = f"hw_made_{number}"
        lent: set[int] = set()
        ran: list[Prepared] = []
        for each in ready.statements:
            views = {name: self._view(place) for name, place in each.places.items()}
            try:
                reruns.run(each.program, views, made, ready.stored if ready.stored and ready.stored.columns else None, wanted)
            except NotRunAgain as fault:
                self._tell(Gap(fault.code, str(ready.planned.place.dataset), fault.problem))
                continue
            ran.append(each)
            lent.update(*(self._base.batches_of(view, sets) for view in views.values())) if views else None
        if ran and ready.stays is not None:
            reruns.add(made, ready.stays.view, ready.stored)
        self._settle(ready, made, ran, sorted(lent), sets, wanted)
        reruns.stands_for(ready.view, made)

    def _settle(self, ready: Ready, made: str, ran: list[Prepared], lent: list[int], sets: Sets, wanted: str) -> None:
        place = ready.planned.place
        if ready.stored is None:
            if not ran:
                raise UsageError(
                    f"cannot follow rows of `{place.dataset.name}`: its statement does not run again", next_step="headwater gaps"
                )
            ready.view, lost = made, 0
        elif not ran:
            self._base.show_leaf(ready.view, ready.stored, sets)
            lost = 0
        else:
            lost = self._base.matched(ready.view, ready.stored, made, sets, lent, wanted)
            if lost:
                named = counted(lost, "row is", "rows are")
                words = f"{named} not what the recorded statements give: any batch that these read may be behind them"
                self._tell(Gap("ROWS-UNMATCHED", str(place.dataset), words))
        rows = self._base.count(ready.stored.table if ready.stored is not None else ready.view)
        for each in ran or (None,):
            self._steps.append(_step(ready.planned, each, rows, lost))

    def _view(self, place: Place) -> str:
        ready = self._ready[place]
        assert ready is not None and ready.view, "what is read is made before what reads it"
        return ready.view

    def _asked(self, root: Ready, text: str, sets: Sets) -> Followed:
        rows, sure, possible = 0, dict[int, int](), dict[int, int]()
        with _condition():
            for bits, count in self._base.asked(root.view, text, sets):
                rows += count
                for number in sets.sure_of(bits):
                    sure[number] = sure.get(number, 0) + count
                for number in sets.possible_of(bits):
                    possible[number] = possible.get(number, 0) + count
        listed = self._tags.listed
        return Followed(
            rows=rows,
            sure={listed[number]: count for number, count in sure.items()},
            possible={listed[number]: count for number, count in possible.items()},
            steps=tuple(reversed(self._steps)),
            gaps=tuple(self._gaps),
        )

    def _tell(self, gap: Gap) -> None:
        self._gaps[gap] = None


@contextmanager
def _condition() -> Iterator[None]:
    """What does not run is the condition's fault."""
    try:
        yield
    except NotRunAgain as fault:
        raise BadCondition("values of the columns' types and functions that there are", f"others ({fault.kind})") from None


def _step(planned: Planned, ran: Prepared | None, rows: int, lost: int) -> RowStep:
    place = planned.place
    if ran is None:
        return RowStep(dataset=str(place.dataset), version=place.version, how="read", rows=rows)
    making = ran.making
    return RowStep(
        dataset=str(place.dataset),
        version=place.version,
        how="run again",
        rows=rows,
        unmatched=lost,
        run=str(making.run),
        job=str(making.job),
        inputs=tuple(RowInput(str(each.place.dataset), each.place.version, each.how) for each in making.inputs),
        notes=ran.program.notes,
    )


__all__ = ["Followed", "follow"]
