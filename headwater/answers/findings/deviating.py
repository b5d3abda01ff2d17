"""Raises batches that deviate from what their source sent before; the same deviation of the same column is one cause."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from shlex import quote

from headwater.answers.batches.judge import REMEMBERED, judge
from headwater.answers.findings.raised import Raised, Showing
from headwater.model.batches import BatchProfile
from headwater.model.entries import Position
from headwater.model.findings import DEVIATING_BATCH
from headwater.model.ids import DatasetId
from headwater.model.judgements import Deviation, ExpectedChange, Judgement
from headwater.model.times import Instant
from headwater.projections.batches import Arrivals, Profiled

_REMEMBERED_JUDGEMENTS = 50_000
_judgements: OrderedDict[tuple[object, ...], Judgement] = OrderedDict()
"""Judgements by everything they depend on: the same arguments give the same one, so remembering them changes no answer."""


def raise_deviations(arrivals: Arrivals, as_of: Instant, known_at: Position) -> list[Raised]:
    """A cause per source, column and kind of deviation, each with the batches that show it."""
    causes: dict[tuple[str, str, str], list[tuple[Profiled, Deviation]]] = {}
    for told, judgement in judged(arrivals, as_of, known_at):
        for deviation in judgement.deviations:
            causes.setdefault((told.source, deviation.column, deviation.kind), []).append((told, deviation))
    return [_raised(arrivals.dataset, *cause, several) for cause, several in causes.items()]


def judged(arrivals: Arrivals, as_of: Instant, known_at: Position) -> list[tuple[Profiled, Judgement]]:
    """Every profiled batch with its judgement, held against the batches of its own source that arrived before it."""
    known = [told for told in arrivals.profiles if told.position <= known_at and told.profile.arrived <= as_of]
    found: list[tuple[Profiled, Judgement]] = []
    for source in sorted({told.source for told in known}):
        history: list[BatchProfile] = []
        expected = [told.change for told in arrivals.expected if told.source == source and told.position <= known_at]
        for told in known:
            if told.source == source:
                found.append((told, _judgement(told.profile, history[-REMEMBERED * 2 :], expected)))
                history.append(told.profile)
    return found


def _judgement(batch: BatchProfile, history: Sequence[BatchProfile], expected: Sequence[ExpectedChange]) -> Judgement:
    key = (_mark(batch), tuple(map(_mark, history)), tuple((told.kind, told.column, told.start, told.end) for told in expected))
    known = _judgements.get(key)
    if known is None:
        known = _judgements[key] = judge(batch, history, expected)
        if len(_judgements) > _REMEMBERED_JUDGEMENTS:
            _judgements.popitem(last=False)
    return known


def _mark(profile: BatchProfile) -> tuple[object, ...]:
    """What tells a profile from all others."""
    return profile.dataset, profile.source, profile.batch, profile.arrived, profile.rows, profile.hashed, profile.fingerprint


def _raised(dataset: DatasetId, source: str, column: str, kind: str, several: list[tuple[Profiled, Deviation]]) -> Raised:
    where = f" in `{column}`" if column else ""
    return Raised(
        kind=DEVIATING_BATCH,
        dataset=dataset,
        cause={"source": source, "deviation": kind, **({"column": column} if column else {})},
        title=f"batch of {source} deviates: {kind}{where}",
        showings=tuple(
            Showing(
                at=told.profile.arrived,
                known=told.position,
                what=deviation.reason,
                severity=deviation.severity,
                tier=deviation.tier,
                batch=told.profile.batch,
                numbers={"rows": told.profile.rows},
                entries=(told.position,),
            )
            for told, deviation in several
        ),
        next=f"headwater batch list {quote(str(dataset))}",
    )
