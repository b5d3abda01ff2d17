"""What is measured of batches as wholes: how many rows, how much of time they cover, when they come, what came before already."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from headwater.answers.batches.measures import Measure
from headwater.model.batches import BatchProfile, ColumnProfile
from headwater.model.judgements import Deviation
from headwater.model.sketches import shared_ratio
from headwater.model.words import counted

_VOLUME_LEAST = 0.03
_LATE_LEAST = 0.25
_LATE_SCALE_SECONDS = 1_800.0
_COVERAGE_LEAST = 0.02
_COVERAGE_NOISE = 2.0
_LOOKED_BACK = 3
_SHARED_LEAST, _SHARED_ROWS = 0.01, 3
_USUAL_MARGIN = 2.0
_REPEATED_LEAST = 0.004


def whole_measures(history: Sequence[BatchProfile], batch: BatchProfile) -> Iterator[Measure]:
    """Volume, duplicates, lateness and the time that each column of times covers."""
    batches = (*history, batch)
    volumes = tuple((math.log1p(profile.rows), 0.0) for profile in batches)
    yield Measure(kind="volume", column="", what="rows", quantities=volumes, least=_VOLUME_LEAST, weight=10.0)
    repeated = tuple((profile.duplicates, profile.rows) if profile.rows else None for profile in batches)
    yield Measure(
        kind="duplicates", column="", what="rows that repeat another", hits=repeated, side="more", least=_REPEATED_LEAST, weight=10.0
    )
    lateness = tuple(_lateness(batches[place - 1] if place else None, profile) for place, profile in enumerate(batches))
    yield Measure(kind="late", column="", what="delay", quantities=lateness, side="more", least=_LATE_LEAST, weight=5.0)
    for column in batch.columns:
        if column.kind == "time":
            covered = tuple(_covered(profile.column(column.name)) for profile in batches)
            yield Measure(
                kind="truncated",
                column=column.name,
                what="time covered",
                quantities=covered,
                side="less",
                least=_COVERAGE_LEAST,
                weight=10.0,
            )


def _lateness(previous: BatchProfile | None, batch: BatchProfile) -> tuple[float, float] | None:
    """The delay after the due time, or the time since the batch before, on a scale that is logarithmic beyond half an hour."""
    start = batch.due if batch.due is not None else previous.arrived if previous is not None else None
    if start is None:
        return None
    return math.asinh((batch.arrived - start) / 1e6 / _LATE_SCALE_SECONDS), 0.0


def _covered(column: ColumnProfile | None) -> tuple[float, float] | None:
    """The logarithm of the time from the first to the last, short of the period by about two rows' distance.

    Source:  the range of n uniform values falls short by Beta(2, n - 1), whose variance is about two over n squared.
    """
    if column is None or column.low is None or column.high is None or column.filled < 20 or column.high <= column.low:
        return None
    return math.log(column.high - column.low), _COVERAGE_NOISE / column.filled**2


def chance_of_shortfall(share: float, rows: int) -> float:
    """The chance that rows spread evenly over a period leave so much of its ends empty; its tail is exponential, not normal."""
    empty = share * rows
    return math.exp(-empty) * (1.0 + empty)


def certain_deviations(history: Sequence[BatchProfile], batch: BatchProfile) -> Iterator[Deviation]:
    """What needs no statistics: the supplier's own count not met, a record cut short, a delivery that came before."""
    if batch.announced is not None and batch.announced != batch.rows:
        kind = "truncated" if batch.rows < batch.announced else "volume"
        reason = f"{counted(batch.rows, 'row')} came, the supplier announced {batch.announced:,}"
        yield Deviation(kind="truncated" if kind == "truncated" else "volume", reason=reason, severity="high", tier="confirmed")
    if batch.closed is False and all(profile.closed is not False for profile in history):
        yield Deviation(
            kind="truncated", reason="the last record ends in its middle, as none before did", severity="high", tier="confirmed"
        )
    redelivered = _redelivered(history, batch)
    if redelivered is not None:
        yield redelivered


def _redelivered(history: Sequence[BatchProfile], batch: BatchProfile) -> Deviation | None:
    """A batch that is, or holds much of, an earlier one, where batches do not usually share rows.

    Law:     the samples are the smallest hashes of both, so the share of common ones is that of all distinct rows, within sampling.
    """
    comparable = [profile for profile in history if profile.hashed and profile.hashed == batch.hashed and profile.sample is not None]
    if batch.sample is None or not batch.rows or not comparable:
        return None
    usual = _usually_shared(comparable)
    for profile in reversed(comparable):
        whole = profile.fingerprint == batch.fingerprint and profile.rows == batch.rows and batch.fingerprint != ""
        assert profile.sample is not None  # or it were not comparable
        common, of = shared_ratio(batch.sample, profile.sample)
        share = common / max(of, 1)
        if (whole and usual < 0.9) or (common >= _SHARED_ROWS and share >= _SHARED_LEAST + _USUAL_MARGIN * usual):
            told = f"all {batch.rows:,} rows" if whole else f"about {share:.1%} of {counted(batch.rows, 'row')}"
            reason = f"{told} came already in batch `{profile.batch}`; batches here share {usual:.1%} at most"
            return Deviation(kind="redelivered", reason=reason, severity="high", tier="confirmed")
    return None


def _usually_shared(history: Sequence[BatchProfile]) -> float:
    """The largest share of rows that a batch of the history had in common with one of the few before it, but for one such batch in ten."""
    shares = []
    for place, profile in enumerate(history):
        earlier = [past.sample for past in history[max(0, place - _LOOKED_BACK) : place] if past.sample is not None]
        assert profile.sample is not None  # or it were not comparable
        ratios = [shared_ratio(profile.sample, sample) for sample in earlier]
        shares.append(max((common / max(of, 1) for common, of in ratios), default=0.0))
    shares.sort()
    return shares[max(0, len(shares) - 1 - len(shares) // 10)] if shares else 0.0
