"""Counts the groups of the aggregations that made a version of a dataset, by running their recorded statements again.

Inputs are read at the versions that the runs recorded; what only a statement makes, such as a view, is made first. The database is locked
before any statement runs, and only sizes come out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from headwater.answers.rows.plan import Making, Place, Planned, RowPlan
from headwater.app.rows.unsealing import StillSealed
from headwater.capture.sql.groups import GroupsNothing, Lent, NotCounted, query_of, sizes_of, source_of
from headwater.edges.engines.differences.parts import Part
from headwater.edges.engines.provenance.base import Bounds, NotRunAgain, RowBase, Stored
from headwater.edges.sources.lakes.driver import LakeDriver
from headwater.model.answers import Gap
from headwater.model.errors import ContentFault, UsageError
from headwater.model.lineage import Statement
from headwater.model.row_answers import GroupSize
from headwater.model.words import counted

_LISTED = 20
"""Columns that a message names."""
DriverOf = Callable[[str], LakeDriver]
Unseal = Callable[[Making], Statement]


@dataclass(frozen=True, slots=True)
class Counted:
    """What came out: the smallest group of each aggregation, and what could not be counted."""

    sizes: tuple[GroupSize, ...]
    gaps: tuple[Gap, ...]


def count_groups(plan: RowPlan, person: str, driver_of: DriverOf, unseal: Unseal, bounds: Bounds | None = None) -> Counted:
    """Count the groups of every aggregation behind a version.

    Raises:  UsageError: the dataset is at no version that a scan saw. VersionGone, LakeUnreachable, ContentFault, RowsTooCostly.
    """
    root = plan.datasets[plan.root]
    if not root.lake or not plan.root.version:
        problem = f"cannot count groups of `{plan.root.dataset.name}`: expected a dataset that a scan of a lake has seen"
        raise UsageError(problem, next_step="headwater lake scan")
    with ExitStack() as opened:
        folder = opened.enter_context(TemporaryDirectory(prefix="headwater-groups-"))
        base = RowBase(Path(folder), bounds or Bounds())
        opened.callback(base.close)
        return _Counting(plan, person, base, driver_of, unseal).count(root)


@dataclass(frozen=True, slots=True)
class _Rerun:
    """One statement that filled the dataset, as it was run; and with the sizes of its groups, unless it makes none."""

    making: Making
    sizes: Lent | None
    query: Lent
    places: tuple[Place, ...]


class _Counting:
    """One count under way."""

    def __init__(self, plan: RowPlan, person: str, base: RowBase, driver_of: DriverOf, unseal: Unseal) -> None:
        self._plan, self._person, self._base = plan, person, base
        self._driver_of, self._unseal = driver_of, unseal
        self._gaps: dict[Gap, None] = {}
        self._rows: dict[Place, Stored] = {}
        self._views: dict[Place, tuple[Lent, tuple[Place, ...]]] = {}
        self._waiting: set[Place] = set()
        self._tables = 0

    def count(self, root: Planned) -> Counted:
        """Read everything, then lock, then run."""
        name = str(root.place.dataset)
        for run in root.unread:
            self._tell("GROUPS-NOT-COUNTED", name, f"run `{run}` filled it by a statement that was not read in full")
        told = list(self._reruns(root))
        if not any(each.sizes for each in told):
            return Counted((), tuple(self._gaps))
        stored = self._load(root)
        self._base.lock()
        sizes = list(self._sizes(told, stored, name))
        return Counted(tuple(sizes), tuple(self._gaps))

    def _reruns(self, root: Planned) -> Iterator[_Rerun]:
        """The statements that group; and, where there are any, those that do not, since their rows stand beside."""
        plain: list[tuple[Making, Statement]] = []
        groups = False
        for making in root.makings:
            with self._refusals(root):
                statement = self._unseal(making)
                try:
                    sizes = sizes_of(statement, self._person)
                except GroupsNothing:
                    plain.append((making, statement))
                    continue
                groups = True
                yield self._rerun(making, statement, sizes)
        for making, statement in plain if groups else ():
            with self._refusals(root):
                yield self._rerun(making, statement, None)

    def _rerun(self, making: Making, statement: Statement, sizes: Lent | None) -> _Rerun:
        query = query_of(statement)
        places = self._places(making, query)
        for place in places:
            self._read(place)
        if sizes is not None and sizes.counted:
            self._check_once(making, sizes.counted)
        return _Rerun(making, sizes, query, places)

    @contextmanager
    def _refusals(self, root: Planned) -> Iterator[None]:
        """Tell of a statement that cannot be run again, and go on with the next."""
        try:
            yield
        except (NotCounted, StillSealed) as fault:
            self._tell(fault.code, str(root.place.dataset), fault.problem)

    def _places(self, making: Making, lent: Lent) -> tuple[Place, ...]:
        means = {each.table: each.place for each in making.inputs}
        if not means.keys() >= set(lent.inputs):
            raise NotCounted("tables that are known", "one that nobody knows")
        return tuple(means[name] for name in lent.inputs)

    def _check_once(self, making: Making, counted: str) -> None:
        """See that no view on the way gives a row of the table behind it twice."""
        while True:
            planned = self._plan.datasets[{each.table: each.place for each in making.inputs}[counted]]
            if planned.lake:
                return
            [making] = planned.makings
            counted = source_of(self._unseal(making))

    def _read(self, place: Place) -> None:
        """Read the rows of an input, or plan how they are made."""
        if place in self._rows or place in self._views:
            return
        planned, name = self._plan.datasets[place], place.dataset.name
        if planned.lake:
            try:
                self._rows[place] = self._load(planned)
            except (UsageError, ContentFault) as fault:
                raise NotCounted(f"rows of `{name}`", fault.problem) from None
            return
        if place in self._waiting or len(planned.makings) != 1 or planned.unread:
            raise NotCounted(f"rows of `{name}`", "a dataset that no lake holds and no one statement makes")
        self._waiting.add(place)
        [making] = planned.makings
        query = query_of(self._unseal(making))
        places = self._places(making, query)
        for each in places:
            self._read(each)
        self._views[place] = query, places

    def _load(self, planned: Planned) -> Stored:
        files = self._driver_of(planned.lake).files(planned.stored, planned.place.version)
        return self._base.load(self._table(), [Part(file.path, file.identity, file.opened) for file in files])

    def _sizes(self, told: list[_Rerun], stored: Stored, name: str) -> Iterator[GroupSize]:
        """The smallest group by statement, over all times that it ran; none where rows are stored that nothing which ran again explains."""
        found: dict[str, GroupSize] = {}
        made: list[Stored] = []
        for each in told:
            lent: list[Stored] = []
            try:
                lent = [self._made(place) for place in each.places]
                smallest, groups = self._base.pair(each.sizes.sql, lent) if each.sizes is not None else (None, 0)
                made.append(self._base.keep(self._table(), each.query.sql, lent, each.query.columns))
            except NotRunAgain as fault:
                self._tell("GROUPS-NOT-COUNTED", name, self._why(fault, lent))
                continue
            if smallest is not None:
                fingerprint = each.making.fingerprint
                found[fingerprint] = _with(found.get(fingerprint), each.making, smallest, groups)
        if not found:
            return
        if len(made) < len(self._plan.datasets[self._plan.root].makings):
            self._tell(
                "ROWS-UNMATCHED", name, "its rows were held against nothing, since not all that filled it ran again: no size is told"
            )
        elif self._is_explained(stored, made, name):
            yield from (size for _, size in sorted(found.items()))

    def _why(self, fault: NotRunAgain, lent: list[Stored]) -> str:
        """Why a statement did not run: most often the column of persons is misspelt."""
        there = dict.fromkeys(column for each in lent for column in each.columns)
        if not self._person or not there or self._person.rpartition(".")[2].lower() in {column.lower() for column in there}:
            return f"a statement does not run on what is there ({fault.kind})"
        listed = ", ".join(f"`{column}`" for column in list(there)[:_LISTED])
        listed += ", …" if len(there) > _LISTED else ""
        return f"what a statement reads has no column `{self._person}` to tell persons apart; it has {listed}"

    def _is_explained(self, stored: Stored, made: list[Stored], name: str) -> bool:
        """Whether what is stored is what the statements gave: else its groups are not those that were counted."""
        try:
            lost = self._base.missing(stored, made)
        except NotRunAgain as fault:
            self._tell("ROWS-UNMATCHED", name, f"its rows cannot be held against those that the statements give ({fault.kind})")
            return False
        if lost:
            words = f"{counted(lost, 'row is', 'rows are')} not what the recorded statements give, so that nothing is known of their groups"
            self._tell("ROWS-UNMATCHED", name, words)
        return not lost

    def _made(self, place: Place) -> Stored:
        if place not in self._rows:
            query, places = self._views[place]
            self._rows[place] = self._base.keep(self._table(), query.sql, [self._made(each) for each in places], query.columns)
        return self._rows[place]

    def _table(self) -> str:
        self._tables += 1
        return f"hw_rows_{self._tables}"

    def _tell(self, code: str, subject: str, words: str) -> None:
        self._gaps[Gap(code, subject, words)] = None


def _with(before: GroupSize | None, making: Making, smallest: int, groups: int) -> GroupSize:
    return GroupSize(
        fingerprint=making.fingerprint,
        job=str(making.job),
        run=str(making.run),
        smallest=smallest if before is None else min(before.smallest, smallest),
        groups=groups + (before.groups if before is not None else 0),
        inputs=tuple(f"{each.place.dataset}@{each.place.version}" for each in making.inputs),
    )


__all__ = ["Counted", "count_groups"]
