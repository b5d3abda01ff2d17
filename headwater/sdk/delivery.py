"""What a caller wants recorded, as one stream of events; and, for a server, that stream in batches of bounded size."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from headwater.app.feeds import Piece, malformed, read_file, read_stream, split_feed
from headwater.app.limits import Bounds
from headwater.app.record import Interrupted, rejection
from headwater.model.answers import RecordReport, Rejected
from headwater.model.errors import HeadwaterError

STANDARD_INPUT = "-"
BATCH_EVENTS = 500
BATCH_BYTES = 4 * 1024 * 1024

Source = str | Path | dict[str, Any] | bytes
"""A file (`-` is standard input), an event as a dict, or JSON bytes: an event, an array of events, or one per line."""

Progress = Callable[[int, int | None], None]
"""Told how many bytes of the files were read, and of how many where that is known."""


def pieces(sources: Source | Iterable[Source], bounds: Bounds, progress: Progress | None = None) -> Iterator[Piece]:
    """Every event of the sources in order, or the reason why there is none at a place.

    Raises:  UsageError: a file cannot be opened.
    """
    wanted = [sources] if isinstance(sources, str | Path | dict | bytes) else list(sources)
    total = _bytes_in(wanted)
    before = 0
    for source in wanted:
        consumed = _consumed(progress, before, total)
        if isinstance(source, dict):
            yield msgspec.json.encode(source)
        elif isinstance(source, bytes):
            yield from split_feed(source, bounds)
        elif str(source) == STANDARD_INPUT:
            yield from read_stream(_standard_input(), bounds, consumed)
        else:
            yield from read_file(Path(source), bounds, consumed)
            before += _bytes_in([source]) or 0


def deliver(events: Iterable[Piece], send: Callable[[Sequence[bytes]], RecordReport]) -> RecordReport:
    """Send events in batches and report on the whole as if it had been one; indexes count from the first event of all.

    Raises:  Interrupted: from the keyboard; a batch that was under way is not in its report.
    """
    report = RecordReport(received=0, recorded=0, duplicate=0)
    try:
        for batch in _batches(events):
            report = _joined(report, _sent(batch, send))
    except KeyboardInterrupt:
        raise Interrupted(report) from None
    return report


def _standard_input() -> BinaryIO:
    """Standard input as bytes; closing it leaves the process's own open."""
    return FileIO(sys.stdin.fileno(), closefd=False)


def _bytes_in(sources: Iterable[Source]) -> int | None:
    """What the files among the sources hold on disk; None when one of them cannot tell."""
    files = [source for source in sources if isinstance(source, str | Path)]
    try:
        return sum(Path(path).stat().st_size for path in files)
    except OSError:
        return None


def _consumed(progress: Progress | None, before: int, total: int | None) -> Callable[[int], None] | None:
    if progress is None:
        return None
    tell = progress
    return lambda read: tell(before + read, total)


def _batches(events: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    held = 0
    for event in events:
        batch.append(event)
        held += len(event) if isinstance(event, bytes) else 0
        if len(batch) >= BATCH_EVENTS or held >= BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _sent(batch: Sequence[Piece], send: Callable[[Sequence[bytes]], RecordReport]) -> RecordReport:
    """Send what is JSON and reject the rest here, since one broken event would make the whole body unreadable."""
    places: list[int] = []
    events: list[bytes] = []
    rejected: list[Rejected] = []
    for index, piece in enumerate(batch):
        fault = piece if isinstance(piece, HeadwaterError) else _malformed(piece)
        if fault is not None:
            rejected.append(rejection(index, fault))
        elif isinstance(piece, bytes):
            places.append(index)
            events.append(piece)
    report = send(events) if events else RecordReport(received=0, recorded=0, duplicate=0)
    rejected += [replace(item, index=places[item.index]) for item in report.rejected]
    return RecordReport(
        received=len(batch),
        recorded=report.recorded,
        duplicate=report.duplicate,
        rejected=tuple(sorted(rejected, key=lambda item: item.index)),
        position=report.position,
        warnings=report.warnings,
    )


def _malformed(event: bytes) -> HeadwaterError | None:
    try:
        msgspec.json.decode(event, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return malformed(error)
    return None


def _joined(first: RecordReport, then: RecordReport) -> RecordReport:
    positions = [report.position for report in (first, then) if report.position is not None]
    return RecordReport(
        received=first.received + then.received,
        recorded=first.recorded + then.recorded,
        duplicate=first.duplicate + then.duplicate,
        rejected=first.rejected + tuple(replace(item, index=first.received + item.index) for item in then.rejected),
        position=max(positions, default=None),
        warnings=tuple(dict.fromkeys(first.warnings + then.warnings)),
    )
