"""The lineage view: runs and their claims, derivations with both times, and the graphs woven from them.

A derivation is one statement, facet or inference of one job about one target. Runs support it; it is never deleted, only
closed: in valid time when no row it wrote can remain, in known time when nothing we know supports it any longer.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

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
from headwater.model.naming import column_key
from headwater.model.times import BEGINNING, FOREVER, Instant
from headwater.projections.graph import Episodes
from headwater.projections.lineage.claims import Claim, claims_of, overwritten
from headwater.projections.lineage.incarnations import Incarnations
from headwater.projections.lineage.nodes import NodeTable
from headwater.projections.lineage.runs import LineageRun
from headwater.projections.lineage.spans import Span, covers, held, merged
from headwater.projections.lineage.weave import Weave

ALIAS = "alias"


FlowKey = tuple[int, str, str, int]


class DerivationKey(msgspec.Struct, frozen=True, cache_hash=True):
    """What makes two runs' claims one derivation: the claim, and the incarnations its names meant."""

    claim: Claim
    target: int
    sources: tuple[int, ...]


class Derivation(msgspec.Struct):
    """One derivation's record. `spans` is when it is now believed to have held; `rows` are those spans' open rows in the episodes."""

    id: int
    key: DerivationKey
    known_from: Position
    known_to: Position | None = None
    runs: dict[str, Span] = {}
    former_runs: dict[str, tuple[Span, Position]] = {}
    """Runs that no longer support it, with the position from which we know."""
    positions: list[Position] = []
    spans: tuple[Span, ...] = ()
    rows: list[int] = []

    @property
    def claim(self) -> Claim:
        return self.key.claim

    @property
    def is_confirmed(self) -> bool:
        """Whether every hop of it is parsed or observed."""
        return self.claim.evidence in (Evidence.OBSERVED, Evidence.PARSED) and not self.claim.superseded

    def maskings(self, nodes: NodeTable) -> dict[FlowKey, str | None]:
        """The masking function on each masked edge: (source incarnation, source column key, target column key, kind) -> name.

        An edge that some flow takes unmasked counts as not masked.
        """
        if not any(flow.masking for flow in self.claim.flows):
            return {}
        owners = dict(zip(self.claim.datasets, self.key.sources, strict=True))
        target = nodes.origin(self.key.target).namespace
        used: dict[FlowKey, set[str | None]] = {}
        for flow in self.claim.flows:
            column = column_key(flow.source.namespace, flow.source_column or "")
            key = (owners[flow.source], column, column_key(target, flow.target_column or ""), int(flow.kind))
            used.setdefault(key, set()).add(flow.masking)
        return {key: names.pop() if len(names) == 1 else None for key, names in used.items()}


class AliasWords(msgspec.Struct):
    """What one producer said over time of one pair of names: (instant, declared); `pair` is the incarnations now tied."""

    derivation: int = 0
    pair: tuple[int, int] | None = None
    words: list[tuple[Instant, bool]] = []
    rows: list[int] = []
    spans: tuple[Span, ...] = ()


AliasKey = tuple[DatasetId, DatasetId, str]


class Derivations:
    """The fold's state."""

    def __init__(self) -> None:
        self.runs: dict[str, LineageRun] = {}
        self.records: list[Derivation | None] = [None]
        """By id; id 0 is the graphs' structure, and aliases have ids without a record."""
        self.confirmed = bytearray([1])
        """By id, whether every hop of it is parsed or observed; structure and aliases do not weaken a path."""
        self.open: dict[DerivationKey, int] = {}
        self.incarnations = Incarnations()
        self.weave = Weave()
        self.episodes = Episodes()
        self.episodes.append(0, BEGINNING, FOREVER, 0, FOREVER)
        self.by_target: dict[int, set[int]] = {}
        self.by_name: dict[DatasetId, set[str]] = {}
        self.wipes: dict[int, dict[str, Instant]] = {}
        self.aliases: dict[AliasKey, AliasWords] = {}
        self.withdrawals: set[tuple[Instant, DatasetId, DatasetId | None, str]] = set()
        self.changed_runs: set[str] = set()
        self.changed_records: set[int] = set()

    @property
    def nodes(self) -> NodeTable:
        return self.weave.columns

    def fold(self, position: Position, facts: Iterable[Fact]) -> None:
        """Take in one entry's facts (with the statements analysed on its behalf)."""
        touched: set[str] = set()
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                touched |= handler(self, position, fact)
        for key in sorted(touched):
            self._settle(key, position)

    def flush(self) -> None:
        """Make everything folded visible in the graphs."""
        self.weave.flush()

    def record(self, derivation: int) -> Derivation | None:
        """A derivation's record; None for structure and aliases."""
        return self.records[derivation] if derivation < len(self.records) else None

    def run_of(self, run: RunId | None, job: JobId | None, speaker: str = "") -> tuple[str, LineageRun]:
        """The record of a run, of a job without a run, or (job None) of whatever else speaks for itself."""
        key = f"{run or ''}\x00{job if job is not None else speaker}"
        found = self.runs.get(key)
        if found is None:
            found = self.runs[key] = LineageRun(job=job, run=run)
        self.changed_runs.add(key)
        return key, found

    def supports(self, run: RunId, job: JobId) -> list[int]:
        """The derivations that rest on a run."""
        record = self.runs.get(f"{run}\x00{job}")
        return [] if record is None else record.supports

    def _settle(self, key: str, position: Position) -> None:
        """Bring derivations in line with what a run's record now claims."""
        run = self.runs[key]
        if not run.events:
            return
        rewiped = self._settle_wipes(key, run)
        supported = []
        for claim in claims_of(run):
            self._index(key, claim)
            supported.append(self._support(key, run, claim, position))
        for derivation in set(run.supports) - set(supported):
            self._withdraw(derivation, key, position)
        run.supports = supported
        for target in sorted(rewiped):
            for derivation in sorted(self.by_target.get(target, ())):
                self._respan(derivation, position)

    def _index(self, key: str, claim: Claim) -> None:
        for dataset in (claim.target, *claim.datasets):
            self.by_name.setdefault(dataset, set()).add(key)

    def _settle_wipes(self, key: str, run: LineageRun) -> set[int]:
        """Put the run's overwrites and drops in their places; gives the incarnations whose wipes changed."""
        now: dict[int, Instant] = {}
        at = run.wiped_at
        if at is not None:
            for dataset in overwritten(run):
                self.by_name.setdefault(dataset, set()).add(key)
                now[self._number(dataset, run.ended)] = at
        for moment, dataset, change in run.changes:
            if change == "DROP":
                self.by_name.setdefault(dataset, set()).add(key)
                now[self._number(dataset, Instant(moment - 1))] = moment
        changed = set()
        for target in run.wiped:
            if target not in now:
                del self.wipes[target][key]
                changed.add(target)
        for target, wiped in now.items():
            known = self.wipes.setdefault(target, {})
            if known.get(key) != wiped:
                known[key] = wiped
                changed.add(target)
        run.wiped = sorted(now)
        return changed

    def _support(self, key: str, run: LineageRun, claim: Claim, position: Position) -> int:
        """Let a run support the derivation that its claim means; gives the derivation's id."""
        target = self._number(claim.target, run.ended)
        sources = {dataset: self._number(dataset, run.started) for dataset in claim.datasets}
        derivation_key = DerivationKey(claim, target, tuple(sources[dataset] for dataset in claim.datasets))
        number = self.open.get(derivation_key)
        if number is None:
            number = len(self.records)
            record = Derivation(id=number, key=derivation_key, known_from=position)
            self.records.append(record)
            self.confirmed.append(record.is_confirmed)
            self.open[derivation_key] = number
            self.by_target.setdefault(target, set()).add(number)
            self.weave.claim(number, claim, target, sources)
        record = self._record(number)
        for known in run.positions:
            index = bisect_left(record.positions, known)
            if index == len(record.positions) or record.positions[index] != known:
                record.positions.insert(index, known)
        span = (run.started, run.ended)
        if record.runs.get(key) != span:
            fresh = key not in record.runs
            record.runs[key] = span
            self._extend(record, span, position) if fresh else self._respan(number, position)
        self.changed_records.add(number)
        return number

    def _withdraw(self, derivation: int, key: str, position: Position) -> None:
        """Take a run's support away; a derivation that nothing supports is no longer known."""
        record = self._record(derivation)
        span = record.runs.pop(key, None)
        if span is not None:
            record.former_runs[key] = (span, position)
        if not record.runs:
            record.known_to = position
            self.open.pop(record.key, None)
            self.by_target.get(record.key.target, set()).discard(derivation)
        self._respan(derivation, position)

    def _extend(self, record: Derivation, run: Span, position: Position) -> None:
        """Add one run's span, the common case, without looking at the others."""
        added = held((run,), self._wipes_of(record.key.target))[0]
        if not covers(record.spans, added):
            self._believe(record, merged((*record.spans, added)), position)

    def _respan(self, derivation: int, position: Position) -> None:
        """Work out anew when a derivation held."""
        record = self._record(derivation)
        self._believe(record, held(record.runs.values(), self._wipes_of(record.key.target)), position)

    def _believe(self, record: Derivation, spans: tuple[Span, ...], position: Position) -> None:
        """Close what is no longer believed and open what now is, in the episodes. Superseded claims never hold."""
        self.changed_records.add(record.id)
        if record.claim.superseded:
            record.spans = spans
            return
        record.spans, record.rows = self._move(record.id, record.spans, record.rows, spans, position)

    def _move(
        self, derivation: int, old: tuple[Span, ...], rows: list[int], new: tuple[Span, ...], position: Position
    ) -> tuple[tuple[Span, ...], list[int]]:
        kept = {}
        for span, row in zip(old, rows, strict=True):
            if span in new:
                kept[span] = row
            else:
                self.episodes.close_known(row, position)
        for span in new:
            if span not in kept:
                kept[span] = self.episodes.append(derivation, span[0], span[1], position, FOREVER)
        return new, [kept[span] for span in new]

    def _wipes_of(self, target: int) -> list[Instant]:
        return sorted(self.wipes.get(target, {}).values())

    def _number(self, dataset: DatasetId, at: Instant) -> int:
        return self.nodes.incarnation(self.incarnations.of(dataset, at))

    def _record(self, derivation: int) -> Derivation:
        record = self.records[derivation]
        assert record is not None, "structure and aliases are never settled"
        return record

    def say_alias(self, key: AliasKey, at: Instant, declared: bool, position: Position) -> None:
        """Add a word about two names being one dataset and work out since when and until when they are."""
        words = self.aliases.get(key)
        if words is None:
            words = self.aliases[key] = AliasWords()
            words.words = sorted((said[0], False) for said in self.withdrawals if _concerns(key, said[1], said[2], said[3]))
        if (at, declared) not in words.words:
            insort(words.words, (at, declared))
        self._settle_alias(key, words, position)

    def resettle_aliases(self, names: Iterable[DatasetId], position: Position) -> None:
        """Tie aliases anew after names came to mean other incarnations."""
        moved = set(names)
        for key, words in self.aliases.items():
            if moved & {key[0], key[1]}:
                self._settle_alias(key, words, position)

    def _settle_alias(self, key: AliasKey, words: AliasWords, position: Position) -> None:
        """Tie what the two names meant when the alias was last declared, for as long as it is believed."""
        declared = [at for at, said in words.words if said]
        if not declared:
            return
        pair = (self._number(key[0], declared[-1]), self._number(key[1], declared[-1]))
        if pair != words.pair:
            self._move(words.derivation, words.spans, words.rows, (), position)
            words.derivation, words.pair, words.spans, words.rows = len(self.records), pair, (), []
            self.records.append(None)
            self.confirmed.append(1)
            self.weave.alias(words.derivation, *pair)
        words.spans, words.rows = self._move(words.derivation, words.spans, words.rows, _alias_spans(words.words), position)


def _alias_spans(words: list[tuple[Instant, bool]]) -> tuple[Span, ...]:
    """Two names are one from the beginning, if the first word declares it, until a withdrawal, and again from the next word on."""
    spans: list[Span] = []
    since: Instant | None = BEGINNING if words[0][1] else None
    for at, declared in words:
        if declared and since is None:
            since = at
        elif not declared and since is not None:
            spans.append((since, at))
            since = None
    if since is not None:
        spans.append((since, FOREVER))
    return tuple(span for span in spans if span[0] < span[1])


def _run_observed(view: Derivations, position: Position, fact: RunObserved) -> set[str]:
    key, run = view.run_of(fact.run, fact.job)
    run.happened(fact.at, fact.event_type)
    run.positions.add(position)
    return {key}


def _dataset_used(view: Derivations, position: Position, fact: DatasetUsed) -> set[str]:
    key, run = view.run_of(fact.run, fact.job)
    (run.inputs if fact.role == "input" else run.outputs).add(fact.dataset)
    if fact.run is None:
        run.happened(fact.at, "OTHER")
        run.positions.add(position)
    return {key}


def _columns_derived(view: Derivations, position: Position, fact: ColumnsDerived) -> set[str]:
    key, run = view.run_of(fact.run, fact.job, str(fact.target))
    run.tell(fact)
    if fact.run is None:
        run.happened(fact.at, "OTHER")
        run.positions.add(position)
    return {key}


def _statement_analysed(view: Derivations, position: Position, fact: StatementAnalysed) -> set[str]:
    key, run = view.run_of(fact.run, fact.job)
    run.analyse(fact)
    if fact.run is None:
        run.happened(fact.at, "OTHER")
    run.positions.add(position)
    return {key}


def _dataset_changed(view: Derivations, position: Position, fact: DatasetChanged) -> set[str]:
    speaker = f"{fact.dataset} {fact.change} {fact.at}"
    key, run = view.run_of(fact.run, fact.job if fact.run is not None else None, speaker)
    run.changes.add((fact.at, fact.dataset, fact.change))
    if fact.run is None:
        run.happened(fact.at, "COMPLETE" if fact.change in ("DROP", "TRUNCATE", "OVERWRITE") else "OTHER")
        run.positions.add(position)
    names: tuple[DatasetId, ...] = ()
    if fact.change == "DROP":
        names = view.incarnations.drop(fact.dataset, fact.at)
    elif fact.change == "RENAME" and fact.previous is not None:
        names = view.incarnations.rename(fact.previous, fact.dataset, fact.at)
    view.resettle_aliases(names, position)
    return {key} | {other for name in names for other in view.by_name.get(name, ())}


def _alias_declared(view: Derivations, position: Position, fact: AliasDeclared) -> set[str]:
    one, other = sorted((fact.dataset, fact.alias))
    if one != other:
        view.say_alias((one, other, fact.producer), fact.at, True, position)
    return set()


def _alias_withdrawn(view: Derivations, position: Position, fact: AliasWithdrawn) -> set[str]:
    view.withdrawals.add((fact.at, fact.dataset, fact.alias, fact.producer))
    for key in list(view.aliases):
        if _concerns(key, fact.dataset, fact.alias, fact.producer):
            view.say_alias(key, fact.at, False, position)
    return set()


def _concerns(key: AliasKey, dataset: DatasetId, alias: DatasetId | None, producer: str) -> bool:
    return key[2] == producer and dataset in key[:2] and (alias is None or alias in key[:2])


_HANDLERS: dict[type[Fact], Callable[[Derivations, Position, Any], set[str]]] = {
    RunObserved: _run_observed,
    DatasetUsed: _dataset_used,
    ColumnsDerived: _columns_derived,
    StatementAnalysed: _statement_analysed,
    DatasetChanged: _dataset_changed,
    AliasDeclared: _alias_declared,
    AliasWithdrawn: _alias_withdrawn,
}
