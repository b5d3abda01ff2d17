"""Turns what is surprising into deviations: one for each cause, in words with numbers, and never with a value of the data."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from headwater.answers.batches.exchanges import exchanged_with
from headwater.answers.batches.measures import Surprise
from headwater.answers.batches.units import unit_switch
from headwater.model.batches import BatchProfile, ColumnProfile, TypeClass
from headwater.model.judgements import Deviation, DeviationKind

_POSITIONS = ("range", "level", "spread", "shape")
_SEVERE: tuple[DeviationKind, ...] = ("units", "redelivered", "truncated", "exchanged", "shuffled", "type")
_TIED = 0.7


def column_deviations(history: Sequence[BatchProfile], batch: BatchProfile) -> Iterator[Deviation]:
    """Columns that came, went, or changed their kind, where the history agreed about them."""
    if not history or not batch.columns:
        return
    recent = history[-1]
    for column in recent.columns:
        if batch.column(column.name) is None and all(profile.column(column.name) for profile in history):
            yield _certain("columns", column.name, "the column is missing; every batch before had it")
    for column in batch.columns:
        kinds = [past.kind for profile in history if (past := profile.column(column.name)) and past.kind != "none" and past.filled]
        if all(profile.column(column.name) is None for profile in history):
            yield _certain("columns", column.name, f"the column is new; none of the {len(history)} batches before had it")
        elif kinds and column.filled and _changed(column, kinds):
            yield _certain(
                "type",
                column.name,
                f"its values are of kind {column.kind} (`{column.type}`), those of all batches before of kind {kinds[-1]}",
            )


def tell(history: Sequence[BatchProfile], batch: BatchProfile, surprises: Sequence[Surprise]) -> list[Deviation]:
    """The deviations behind the surprises, the unlikeliest first."""
    by_cause: dict[tuple[str, str], list[Surprise]] = defaultdict(list)
    for surprise in surprises:
        family: str = "position" if surprise.measure.kind in _POSITIONS else surprise.measure.kind
        by_cause[family, surprise.measure.column].append(surprise)
    told = []
    for (cause, column), group in by_cause.items():
        group.sort(key=lambda surprise: (surprise.chance, -abs(surprise.deviations)))
        if cause == "position":
            told.append(_position(history, batch, column, group))
        elif cause != "shuffled":
            told.append(_plain(group[0], batch))
    told += _exchanges(history, batch, told)
    disturbed = {deviation.column for deviation in told}
    told += _shuffles(batch, [group[0] for (cause, _), group in by_cause.items() if cause == "shuffled"], disturbed)
    return sorted(told, key=lambda deviation: deviation.chance)


def _position(history: Sequence[BatchProfile], batch: BatchProfile, column: str, group: Sequence[Surprise]) -> Deviation:
    """Numbers lie elsewhere: in another unit, beyond all before, wider apart, or just elsewhere."""
    worst = group[0]
    lengths = worst.measure.what.startswith("lengths")
    switch = None if lengths or worst.measure.kind == "shape" else unit_switch_of(history, batch, column)
    if switch is not None:
        return _deviation("units", column, switch, worst)
    if any(surprise.measure.kind == "range" and not surprise.measure.what.startswith("lengths") for surprise in group):
        worst = next(surprise for surprise in group if surprise.measure.kind == "range")
        return _deviation("range", column, _shares(worst), worst)
    kind: DeviationKind = "shape" if worst.measure.kind == "shape" or lengths else _level_or_spread(group)
    return _deviation(kind, column, _shares(worst) if worst.measure.hits else _quantities(worst), worst)


def unit_switch_of(history: Sequence[BatchProfile], batch: BatchProfile, name: str) -> str | None:
    """A change of unit of a column of numbers in words, if there is one."""
    own = batch.column(name)
    if own is None or own.kind != "number" or own.values is None:
        return None
    earlier = [past.values for profile in history if (past := profile.column(name)) and past.kind == "number" and past.values is not None]
    switch = unit_switch(earlier, own.values) if earlier else None
    return str(switch) if switch is not None else None


def _level_or_spread(group: Sequence[Surprise]) -> DeviationKind:
    """What the worst says where it is a quantity; else both tails fuller, or both emptier, is spread, and one of each is level."""
    if not group[0].measure.hits and group[0].measure.kind in ("level", "spread"):
        return group[0].measure.kind
    below = [s.found - s.expected for s in group if " below " in s.measure.what and "50.0%" not in s.measure.what]
    above = [s.found - s.expected for s in group if " above " in s.measure.what]
    middle = any("50.0%" in s.measure.what for s in group)
    return "spread" if below and above and not middle and sum(below) * sum(above) > 0 else "level"


def _plain(surprise: Surprise, batch: BatchProfile) -> Deviation:
    measure = surprise.measure
    if measure.kind == "volume":
        usual, found = math.expm1(surprise.expected), math.expm1(surprise.found)
        return _deviation("volume", "", f"{found:,.0f} rows came, about {usual:,.0f} were expected", surprise)
    if measure.kind == "late":
        return _deviation(
            "late", "", f"it came {_hours(surprise.found)} after {_since(batch)}, usual are {_hours(surprise.expected)}", surprise
        )
    if measure.kind == "truncated":
        missing = 1.0 - math.exp(surprise.found - surprise.expected)
        return _deviation("truncated", measure.column, f"its times cover {missing:.1%} less than those of batches before", surprise)
    reason = _shares(surprise) if measure.hits else _quantities(surprise)
    return _deviation(measure.kind, measure.column, reason, surprise)


def _shuffles(batch: BatchProfile, surprises: Sequence[Surprise], disturbed: set[str]) -> Iterator[Deviation]:
    """Columns that no longer go with others; of columns that went with each other only the one that lost most is told."""
    blamed = set(disturbed)
    for surprise in sorted(surprises, key=lambda found: -found.deviations):
        column = batch.column(surprise.measure.column)
        assert column is not None  # or it had not been measured
        partners = {tie.column for tie in column.ties if tie.column and tie.unexplained < _TIED}
        if column.name in blamed or partners & blamed:
            continue
        blamed |= {column.name, *partners}
        others = f"; it went most with {', '.join(f'`{name}`' for name in sorted(partners))}" if partners else ""
        reason = f"{_parted(surprise)}: values may stand in wrong rows, or some be in another unit{others}"
        yield _deviation("shuffled", column.name, reason, surprise)


def _parted(surprise: Surprise) -> str:
    if surprise.measure.hits:
        return _shares(surprise)
    before, now = math.exp(surprise.expected), math.exp(surprise.found)
    return f"other columns leave {now:.1%} of its variance unexplained, {before:.1%} were expected"


def _exchanges(history: Sequence[BatchProfile], batch: BatchProfile, told: list[Deviation]) -> list[Deviation]:
    """Takes the deviations of two columns that look like each other's history together as one."""
    found = []
    names = [
        deviation.column
        for deviation in told
        if deviation.kind in ("range", "level", "units", "spread", "shares", "new-categories", "shape")
    ]
    for name in dict.fromkeys(names):
        other = exchanged_with(history, batch, name, [candidate for candidate in names if candidate > name])
        if other is None:
            continue
        taken = [deviation for deviation in told if deviation.column in (name, other)]
        for deviation in taken:
            told.remove(deviation)
        reason = f"it looks as `{other}` did in batches before, and `{other}` as it did: the two columns may be exchanged"
        found.append(Deviation(kind="exchanged", column=name, reason=reason, severity="high", chance=min(d.chance for d in taken)))
    return found


def _shares(surprise: Surprise) -> str:
    hits = surprise.measure.hits[-1]
    assert hits is not None  # or it could not surprise
    return f"{surprise.found:.2%} of {hits[1]:,} rows are {_are(surprise.measure.what)}, {surprise.expected:.2%} were expected"


def _are(what: str) -> str:
    for noun in ("values", "ages", "lengths"):
        if what.startswith(f"{noun} "):
            return {"values": "", "ages": "in age ", "lengths": "in length "}[noun] + what.removeprefix(f"{noun} ")
    return what


def _quantities(surprise: Surprise) -> str:
    if surprise.measure.kind == "level":
        away = abs(surprise.found - surprise.expected)
        return f"the middle of its {_noun(surprise)} lies {away:.2g} times their usual width from where it was expected"
    if surprise.measure.kind == "spread":
        return f"its {_noun(surprise)} spread {math.exp(surprise.found - surprise.expected):.2g} times as wide as was expected"
    return f"on average {surprise.found:.3g} {surprise.measure.what}, {surprise.expected:.3g} were expected"


def _noun(surprise: Surprise) -> str:
    return surprise.measure.what.rsplit(" ", 1)[-1]


def _hours(scaled: float) -> str:
    hours = max(math.sinh(scaled), 0.0) / 2
    return f"{hours:.1f} hours" if hours < 2 * 24 else f"{hours / 24:,.1f} days"


def _since(batch: BatchProfile) -> str:
    return "it was due" if batch.due is not None else "the batch before"


def _changed(column: ColumnProfile, kinds: Sequence[TypeClass]) -> bool:
    return column.kind not in ("none", *kinds)


def _certain(kind: DeviationKind, column: str, reason: str) -> Deviation:
    return Deviation(kind=kind, column=column, reason=reason, severity="high" if kind == "type" else "medium", tier="confirmed")


def _deviation(kind: DeviationKind, column: str, reason: str, surprise: Surprise) -> Deviation:
    return Deviation(
        kind=kind, column=column, reason=reason, severity="high" if kind in _SEVERE else "medium", chance=float(f"{surprise.chance:.2g}")
    )
