"""What a person announces of a source's batches, checked and made a document of each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import get_args

from headwater.capture.documents import encode
from headwater.model.answers import RecordReport
from headwater.model.entries import HUMAN_EXPECTED
from headwater.model.errors import UsageError
from headwater.model.judgements import OF_BATCHES, DeviationKind, ExpectedChange
from headwater.model.lake_answers import SourceList
from headwater.model.lakes import DatasetName
from headwater.model.loads import ExpectedDeviation
from headwater.model.times import Instant, instant, parse_instant

_HELP = "headwater batch expect --help"
_LONGEST_REASON = 2_000

Moment = str | datetime | None
Span = tuple[Moment, Moment]


def announce(
    known: SourceList,
    source: str,
    changes: Iterable[str],
    reason: str,
    span: Span,
    dataset: str | None,
    record: Callable[[Iterable[bytes]], RecordReport],
    columns_of: Callable[[DatasetName], frozenset[str]],
) -> int | None:
    """Record an announcement for each change, all of them or none, and give the position from which on they hold.

    `columns_of` tells the columns that a dataset has or had, as far as they are known.

    Raises:  UsageError: names what does not fit. Forbidden, from a server.
    """
    words = " ".join(reason.split())
    if not words or len(words) > _LONGEST_REASON:
        raise _fault(source, f"a reason of 1 to {_LONGEST_REASON:,} characters", "none" if not words else f"{len(words):,}")
    start, end = _span(source, span)
    name = _dataset(known, source, dataset)
    told = [_change(source, text, start, end) for text in changes]
    if not told:
        raise _fault(source, "what will change", "nothing")
    _check_columns(source, told, columns_of(name))
    seen = datetime.now(UTC).isoformat()
    documents = [
        encode(ExpectedDeviation(headwater=HUMAN_EXPECTED, seen_at=seen, dataset=name, source=source, change=change, reason=words))
        for change in told
    ]
    report = record(documents)
    if report.rejected:
        refused = report.rejected[0]
        raise UsageError(refused.reason, next_step=refused.next or _HELP)
    return report.position


def _change(source: str, text: str, start: Instant, end: Instant) -> ExpectedChange:
    """One change: `KIND`, or `KIND:COLUMN`."""
    kind, _, column = text.partition(":")
    kinds: tuple[DeviationKind, ...] = get_args(DeviationKind)
    found = next((known for known in kinds if known == kind.strip()), None)
    if found is None:
        raise _fault(source, f"one of {', '.join(f'`{known}`' for known in kinds)}", f"`{kind[:80]}`")
    if column and found in OF_BATCHES and found != "truncated":
        raise _fault(source, f"`{found}` without a column: it concerns whole batches", f"`{text[:80]}`")
    if not column and found not in OF_BATCHES:
        raise _fault(source, f"`{found}:COLUMN`, the column that it concerns", f"`{found}`")
    return ExpectedChange(kind=found, column=column, start=start, end=end)


def _check_columns(source: str, told: Iterable[ExpectedChange], columns: frozenset[str]) -> None:
    """Refuse a column that was never there; one that is to come is announced as `columns`."""
    for change in told:
        if columns and change.column and change.kind != "columns" and change.column not in columns:
            near = get_close_matches(change.column, sorted(columns), 1)
            which = f"such as `{near[0]}`" if near else "one that it has"
            raise _fault(source, f"a column of its dataset, {which}", f"`{change.column[:80]}`")


def _span(source: str, span: Span) -> tuple[Instant, Instant]:
    start, end = (_instant(source, moment) for moment in span)
    if end <= start:
        raise _fault(source, "an end after its start", "one that is not")
    return start, end


def _instant(source: str, moment: Moment) -> Instant:
    """A time as told, now where none is."""
    if not isinstance(moment, str):
        return instant(moment if moment is not None else datetime.now(UTC))
    try:
        return parse_instant(moment)
    except (ValueError, OverflowError):
        raise _fault(source, "a time such as 2026-11-30 or 2026-11-30T12:00:00Z", f"`{moment[:80]}`") from None


def _dataset(known: SourceList, source: str, wanted: str | None) -> DatasetName:
    """The dataset of a source that is meant: its only one, or the one that is named, in full or by its end."""
    filled = [dataset for view in known.sources if view.name == source for dataset in view.datasets]
    if not filled:
        problem = f"cannot announce a change of source `{source}`: expected a source that brought a batch before, got none of this name"
        raise UsageError(problem, next_step="headwater source list")
    fitting = [dataset for dataset in filled if wanted is None or _is_named(dataset, wanted)]
    if len(fitting) != 1:
        several = ", ".join(f"`{dataset.name}`" for dataset in filled)
        raise _fault(source, f"one of its datasets with --dataset: {several}", f"`{wanted[:80]}`" if wanted else "none")
    return fitting[0]


def _is_named(dataset: DatasetName, wanted: str) -> bool:
    full = f"dataset:{dataset.namespace}:{dataset.name}"
    return wanted in (full, full.removeprefix("dataset:"), dataset.name) or dataset.name.endswith(f".{wanted}")


def _fault(source: str, expected: str, got: str) -> UsageError:
    return UsageError(f"cannot announce a change of source `{source}`: expected {expected}, got {got}", next_step=_HELP)
