"""The lineage view: runs and their claims, derivations with both times, and the graphs woven from them.

A derivation is one statement, facet or inference of one job about one target (`derivation.py`). Runs support it; it is never
deleted, only closed: in valid time when no row it wrote can remain, in known time when nothing we know supports it any longer.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal

from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    ColumnsDerived,
    DatasetChanged,
    DatasetUsed,
    Fact,
    RunObserved,
    StatementAnalysed,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Evidence
from headwater.model.times import BEGINNING, FOREVER, Instant
from headwater.projections.graph import Episodes
from headwater.projections.lineage.aliases import Aliases, AliasKey, AliasWords
from headwater.projections.lineage.claims import Claim, claims_of, overwritten
from headwater.projections.lineage.derivation import Derivation, DerivationKey, Support
from headwater.projections.lineage.incarnations import Incarnations
from headwater.projections.lineage.nodes import NodeTable
from headwater.projections.lineage.runs import LineageRun
from headwater.projections.lineage.spans import Span, held_within, next_wipe, retold
from headwater.projections.lineage.weave import Weave
from headwater.projections.lineage.wipes import Wipes

_Part = Literal["inputs", "outputs", "changes"]


class Derivations:
    """The fold's state."""

    def __init__(self) -> None:
        self.runs: dict[str, LineageRun] = {}
        self.records: list[Derivation | None] = [None]
        """By id; id 0 is the graphs' structure, and aliases have ids without a record."""
        self.confirmed = bytearray([1])
        """By id, whether every hop of it is parsed or observed; structure and aliases do not weaken a path."""
        self.numbers: dict[DerivationKey, int] = {}
        self.incarnations = Incarnations()
        self.weave = Weave()
        self.episodes = Episodes()
        self.episodes.append(0, BEGINNING, FOREVER, 0, FOREVER)
        self.claimed = Episodes()
        """When superseded claims would have held: kept apart, as they never count."""
        self.by_target: dict[int, set[int]] = {}
        self.by_source: dict[int, set[int]] = {}
        self.by_name: dict[DatasetId, set[str]] = {}
        self.wipes = Wipes()
        self.aliases = Aliases()
        self.changed_runs: set[str] = set()
        self.changed_records: set[int] = set()
        self.moved: set[int] = set()
        """Derivations of which runs or spans changed since whoever keeps count of them looked last (`sensitivity/counting.py`)."""
        self._ends: dict[int, list[Span]] = {}
        """By derivation, its runs' (end, start), sorted; made when first needed."""
        self._lasting: dict[int, set[int]] = {}
        """By target, the derivations that hold to the end of time: an overwrite in order of time concerns no other."""
        self._latest: dict[DatasetId, Instant] = {}
        """By name, the last moment of any run that names it: a drop after that settles nothing anew."""
        self._same: dict[Any, Any] = {}
        """One of each equal id and tuple: a thousand runs of a job share theirs."""
        self._gathered: dict[tuple[str, _Part], set[Any]] = {}

    @property
    def nodes(self) -> NodeTable:
        return self.weave.columns

    def fold(self, position: Position, facts: Iterable[Fact]) -> None:
        """Take in one entry's facts (with the statements analysed on its behalf)."""
        self.nodes.position = position
        touched: set[str] = set()
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                touched |= handler(self, position, fact)
        self._take_up()
        for key in sorted(touched):
            self._settle(key, position)

    def flush(self) -> None:
        """Make everything folded visible in the graphs."""
        self.weave.flush()

    def record(self, derivation: int) -> Derivation | None:
        """A derivation's record; None for structure and aliases."""
        return self.records[derivation] if derivation < len(self.records) else None

    def spans_at(self, record: Derivation, known_at: Position) -> tuple[Span, ...]:
        """When a derivation held, as known at a position."""
        table = self._episodes_of(record)
        rows = (table.row(row) for row in (*record.closed_rows, *record.rows))
        return tuple(sorted((Instant(row.valid_from), Instant(row.valid_to)) for row in rows if row.known_from <= known_at < row.known_to))

    def run_of(self, run: RunId | None, job: JobId | None, speaker: str = "") -> tuple[str, LineageRun]:
        """The record of a run, of a job without a run, or (job None) of whatever else speaks for itself."""
        key = f"{run or ''}\x00{job if job is not None else speaker}"
        found = self.runs.get(key)
        if found is None:
            found = self.runs[key] = LineageRun(job=self.same(job), run=run)
        self.changed_runs.add(key)
        return key, found

    def supported(self, run: RunId, job: JobId, known_at: Position) -> list[int]:
        """The derivations that rested on a run, as known at a position."""
        key = f"{run}\x00{job}"
        told = self.runs.get(key)
        records = (self._record(number) for number in (told.supported if told is not None else ()))
        return [record.id for record in records if record.is_known(known_at) and key in record.runs_at(known_at)]

    def same(self, value: Any) -> Any:
        """An equal value seen before, or this one."""
        return self._same.setdefault(value, value)

    def gather(self, key: str, part: _Part, item: Any) -> None:
        """Keep what an entry adds to one of a run's sets until all of it is known: an entry may add very much."""
        self._gathered.setdefault((key, part), set()).add(item)

    def _take_up(self) -> None:
        """Add what was gathered to the runs' sets, each of them sorted and shared with every run that has the same."""
        gathered, self._gathered = self._gathered, {}
        for (key, part), items in gathered.items():
            run = self.runs[key]
            known = getattr(run, part)
            new = items.difference(known)
            if new:
                self._same.pop(known, None)
                setattr(run, part, self.same(tuple(sorted({*known, *new}))))

    def _settle(self, key: str, position: Position) -> None:
        """Bring derivations in line with what a run's record now claims."""
        run = self.runs[key]
        if not run.events:
            return
        self.changed_runs.add(key)
        regions = self._settle_wipes(key, run)
        supported: list[int] = []
        for claim in claims_of(run, partial(self._shown, key, run)):
            for dataset in (claim.target, *claim.datasets):
                self._names(dataset, key, run)
            supported.append(self._support(key, run, claim, position))
        for target, told in regions.items():
            self._wiped(target, told, position)
        for derivation in sorted(set(run.supports) - set(supported)):
            self._withdraw(derivation, key, position)
        if run.supports != tuple(supported):
            run.supports = self.same(tuple(supported))
            run.supported = self.same(tuple(sorted({*run.supported, *supported})))
            self._settle_declared(run, position)

    def _settle_declared(self, run: LineageRun, position: Position) -> None:
        """What a run shows may leave nothing to infer from what its job declares without one."""
        declared = f"\x00{run.job}"
        if run.run is not None and run.job is not None and declared in self.runs:
            self._settle(declared, position)

    def _shown(self, key: str, run: LineageRun, target: DatasetId) -> frozenset[DatasetId]:
        """The sources that SQL which ran for a job names for a target, by what is known and what the name means now."""
        self._names(target, key, run)
        records = (self._record(number) for number in self.by_target.get(self._number(target, run.ended), ()))
        by_sql = (record for record in records if record.claim.job == run.job and record.claim.evidence is Evidence.PARSED)
        ran = (record for record in by_sql if any(not key.startswith("\x00") for key in record.runs))
        return frozenset(dataset for record in ran for dataset in record.claim.datasets)

    def _names(self, dataset: DatasetId, key: str, run: LineageRun) -> None:
        """Remember that a run names a dataset: should the name come to mean another, the run is settled again."""
        self.by_name.setdefault(dataset, set()).add(key)
        self._latest[dataset] = max(run.ended, self._latest_of(dataset))

    def _latest_of(self, dataset: DatasetId) -> Instant:
        known = self._latest.get(dataset)
        if known is None:
            runs = (self.runs[key] for key in self.by_name.get(dataset, ()))
            known = self._latest[dataset] = max((run.ended for run in runs if run.events), default=BEGINNING)
        return known

    def _settle_wipes(self, key: str, run: LineageRun) -> dict[int, list[Span]]:
        """Put the run's overwrites and drops in their places; gives the incarnations and regions of time that this concerns."""
        now: dict[int, Instant] = {}
        at = run.wiped_at
        if at is not None:
            for dataset in sorted(overwritten(run)):
                self._names(dataset, key, run)
                now[self._number(dataset, run.ended)] = at
        for moment, dataset, change in run.changes:
            if change == "DROP":
                self._names(dataset, key, run)
                now[self._number(dataset, Instant(moment - 1))] = moment
        regions = {target: self.wipes.set(target, key, now.get(target)) for target in sorted({*run.wiped, *now})}
        if run.wiped != tuple(sorted(now)):
            run.wiped = self.same(tuple(sorted(now)))
        return regions

    def _wiped(self, target: int, regions: list[Span], position: Position) -> None:
        """Tell anew what remained of an incarnation within regions of time."""
        wipes = self.wipes.of(target)
        in_order = len(regions) == 1 and regions[0][1] == FOREVER and wipes[-1:] == [regions[0][0]]
        for derivation in sorted(self._lasting_of(target) if in_order else self.by_target.get(target, ())) if regions else ():
            record = self._record(derivation)
            for region in regions:
                self._believe(record, region, held_within(region, self._ends_of(record), wipes), position)

    def _support(self, key: str, run: LineageRun, claim: Claim, position: Position) -> int:
        """Let a run support the derivation that its claim means; gives the derivation's id."""
        target = self._number(claim.target, run.ended)
        sources = {dataset: self._number(dataset, run.started) for dataset in claim.datasets}
        derivation_key = DerivationKey(claim, target, tuple(sources[dataset] for dataset in claim.datasets))
        number = self.numbers.get(derivation_key)
        record = self._record(number) if number is not None else self._derive(derivation_key, sources)
        if not record.runs:
            record.known.append(position)
        known = record.runs.get(key)
        for told in run.positions if known is None else run.positions[-1:]:
            record.rests_on(told, position)
        if known is None or known[:2] != (run.started, run.ended):
            self._move_run(record, key, known, (run.started, run.ended), position)
        self.changed_records.add(record.id)
        return record.id

    def _derive(self, key: DerivationKey, sources: dict[DatasetId, int]) -> Derivation:
        """A derivation told for the first time."""
        record = Derivation(id=len(self.records), key=key)
        self.records.append(record)
        self.confirmed.append(record.is_confirmed)
        self.numbers[key] = record.id
        self.index(record)
        self.weave.claim(record.id, key.claim, key.target, sources)
        return record

    def index(self, record: Derivation) -> None:
        """Let a derivation be found by what it wrote and by what it read."""
        self.by_target.setdefault(record.key.target, set()).add(record.id)
        for source in record.key.sources:
            self.by_source.setdefault(source, set()).add(record.id)

    def _move_run(self, record: Derivation, key: str, known: Support | None, span: Span, position: Position) -> None:
        """Give a supporting run its span. A run's span only ever grows, so what it makes hold does too."""
        ends = self._ends_of(record)
        if known is not None:
            del ends[bisect_left(ends, (known[1], known[0]))]
        insort(ends, (span[1], span[0]))
        record.runs[key] = (*span, position if known is None else known[2])
        self.moved.add(record.id)
        added = (span[0], next_wipe(span[1], self.wipes.of(record.key.target)))
        self._believe(record, added, [added], position)

    def _withdraw(self, derivation: int, key: str, position: Position) -> None:
        """Take a run's support away; a derivation that nothing supports is no longer known."""
        record = self._record(derivation)
        ends, wipes = self._ends_of(record), self.wipes.of(record.key.target)
        started, ended, since = record.runs.pop(key)
        record.former_runs.append((key, since, position))
        self.moved.add(record.id)
        if not record.runs:
            record.known.append(position)
        del ends[bisect_left(ends, (ended, started))]
        region = (started, next_wipe(ended, wipes))
        self._believe(record, region, held_within(region, ends, wipes), position)

    def _believe(self, record: Derivation, region: Span, inside: list[Span], position: Position) -> None:
        """Within a region of time, close what is no longer believed and open what now is, in the episodes."""
        table = self._episodes_of(record)
        first, last, spans = retold(record.spans, region, inside)
        before = record.spans[first:last]
        if tuple(before) == spans:
            return
        self.changed_records.add(record.id)
        self.moved.add(record.id)
        kept = dict(zip(before, record.rows[first:last], strict=True))
        for span, row in kept.items():
            if span not in spans:
                table.close_known(row, position)
                record.closed_rows.append(row)
        rows = [kept[span] if span in kept else table.append(record.id, span[0], span[1], position, FOREVER) for span in spans]
        record.spans[first:last], record.rows[first:last] = spans, rows
        self._note_lasting(record)

    def _note_lasting(self, record: Derivation) -> None:
        lasting = self._lasting.get(record.key.target)
        if lasting is not None and record.spans and record.spans[-1][1] == FOREVER:
            lasting.add(record.id)
        elif lasting is not None:
            lasting.discard(record.id)

    def _lasting_of(self, target: int) -> set[int]:
        known = self._lasting.get(target)
        if known is None:
            records = (self._record(number) for number in self.by_target.get(target, ()))
            known = self._lasting[target] = {record.id for record in records if record.spans and record.spans[-1][1] == FOREVER}
        return known

    def _ends_of(self, record: Derivation) -> list[Span]:
        known = self._ends.get(record.id)
        if known is None:
            known = self._ends[record.id] = sorted((ended, started) for started, ended, _ in record.runs.values())
        return known

    def _episodes_of(self, record: Derivation) -> Episodes:
        return self.claimed if record.claim.superseded else self.episodes

    def _number(self, dataset: DatasetId, at: Instant) -> int:
        return self.nodes.incarnation(self.incarnations.of(dataset, at))

    def _record(self, derivation: int) -> Derivation:
        record = self.records[derivation]
        assert record is not None, "structure and aliases are never settled"
        return record

    def say_alias(self, key: AliasKey, at: Instant, declared: bool, position: Position) -> None:
        """Add a word about two names being one dataset and work out since when and until when they are."""
        words = self.aliases.words(key)
        if words.say(at, declared) or at == words.last_declared:
            self._settle_alias(key, words, position)

    def resettle_aliases(self, names: Iterable[DatasetId], position: Position) -> None:
        """Tie aliases anew after names came to mean other incarnations."""
        for key in self.aliases.naming(names):
            self._settle_alias(key, self.aliases.said[key], position)

    def _settle_alias(self, key: AliasKey, words: AliasWords, position: Position) -> None:
        """Tie what the two names meant when the alias was last declared, for as long as it is believed."""
        declared = words.last_declared
        if declared is None:
            return
        pair = (self._number(key[0], declared), self._number(key[1], declared))
        if pair != words.pair:
            self._close(words.rows, position)
            words.derivation, words.pair, words.spans, words.rows = len(self.records), pair, [], []
            self.records.append(None)
            self.confirmed.append(1)
            self.weave.alias(words.derivation, *pair)
        believed = words.believed()
        if list(believed) != words.spans:
            self._close(words.rows, position)
            words.rows = [self.episodes.append(words.derivation, span[0], span[1], position, FOREVER) for span in believed]
            words.spans = list(believed)

    def _close(self, rows: list[int], position: Position) -> None:
        for row in rows:
            self.episodes.close_known(row, position)

    def renamed(self, names: Iterable[DatasetId], at: Instant) -> set[str]:
        """Runs whose datasets may mean other incarnations, now that names changed their meaning from an instant on."""
        keys = {key for name in names if self._latest_of(name) >= at for key in self.by_name.get(name, ())}
        return {key for key in keys if self.runs[key].events and self.runs[key].ended >= at}


def _run_observed(view: Derivations, position: Position, fact: RunObserved) -> set[str]:
    key, run = view.run_of(fact.run, fact.job)
    run.happened(fact.at, fact.event_type)
    run.stands_in(position)
    return {key}


def _dataset_used(view: Derivations, position: Position, fact: DatasetUsed) -> set[str]:
    key, run = view.run_of(fact.run, fact.job)
    view.gather(key, "inputs" if fact.role == "input" else "outputs", view.same(fact.dataset))
    if fact.run is None:
        run.happened(fact.at, "OTHER")
        run.stands_in(position)
    return {key}


def _columns_derived(view: Derivations, position: Position, fact: ColumnsDerived) -> set[str]:
    key, run = view.run_of(fact.run, fact.job, str(fact.target))
    run.tell(fact)
    if fact.run is None:
        run.happened(fact.at, "OTHER")
        run.stands_in(position)
    return {key}


def _statement_analysed(view: Derivations, position: Position, fact: StatementAnalysed) -> set[str]:
    key, run = view.run_of(fact.run, fact.job)
    run.analyse(fact)
    if fact.run is None:
        run.happened(fact.at, "OTHER")
    run.stands_in(position)
    return {key}


def _dataset_changed(view: Derivations, position: Position, fact: DatasetChanged) -> set[str]:
    speaker = f"{fact.dataset} {fact.change} {fact.at}"
    key, run = view.run_of(fact.run, fact.job if fact.run is not None else None, speaker)
    view.gather(key, "changes", (fact.at, fact.dataset, fact.change))
    if fact.run is None:
        run.happened(fact.at, "COMPLETE" if fact.change in ("DROP", "TRUNCATE", "OVERWRITE") else "OTHER")
        run.stands_in(position)
    names: tuple[DatasetId, ...] = ()
    if fact.change == "DROP":
        names = view.incarnations.drop(fact.dataset, fact.at, position)
    elif fact.change == "RENAME" and fact.previous is not None:
        names = view.incarnations.rename(fact.previous, fact.dataset, fact.at, position)
    view.resettle_aliases(names, position)
    return {key} | view.renamed(names, fact.at)


def _alias_declared(view: Derivations, position: Position, fact: AliasDeclared) -> set[str]:
    one, other = sorted((fact.dataset, fact.alias))
    if one != other:
        view.say_alias((one, other, fact.producer), fact.at, True, position)
    return set()


def _alias_withdrawn(view: Derivations, position: Position, fact: AliasWithdrawn) -> set[str]:
    for key in view.aliases.withdraw((fact.at, fact.dataset, fact.alias, fact.producer)):
        view.say_alias(key, fact.at, False, position)
    return set()


_HANDLERS: dict[type[Fact], Callable[[Derivations, Position, Any], set[str]]] = {
    RunObserved: _run_observed,
    DatasetUsed: _dataset_used,
    ColumnsDerived: _columns_derived,
    StatementAnalysed: _statement_analysed,
    DatasetChanged: _dataset_changed,
    AliasDeclared: _alias_declared,
    AliasWithdrawn: _alias_withdrawn,
}
