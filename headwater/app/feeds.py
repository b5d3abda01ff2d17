"""Where events to record come from: JSON documents, JSON arrays, lines of JSON, any of them compressed.

A feed is read as a stream: one event is in memory at a time, so a file may be larger than memory. A document that is no
line feed (an array, an object over several lines) must fit the bound of one body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from headwater.app.limits import Bounds, Gunzip, too_large
from headwater.model.errors import BadEvent, HeadwaterError, UsageError

_CHUNK = 256 * 1024
_LINE_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

_events = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])

Piece = bytes | HeadwaterError
"""An event's raw JSON, or why there is none at this place."""
Consumed = Callable[[int], None]
"""Told how many bytes of the source were read so far."""


def split_document(raw: bytes) -> list[bytes]:
    """The events of one JSON document: an array's items, or the document itself; none where there is only white space.

    Raises:  BadEvent: an array that is not well formed.
    """
    begin = raw.lstrip(b" \t\r\n")[:1]
    if begin != b"[":
        return [raw] if begin else []
    try:
        return [bytes(item) for item in _events.decode(raw)]
    except msgspec.DecodeError as error:
        raise malformed(error) from None


def split_feed(raw: bytes, bounds: Bounds) -> Iterator[Piece]:
    """The events in bytes that may be a document or lines of JSON."""
    return _pieces(iter((raw,)), bounds, lines=None)


def read_file(path: Path, bounds: Bounds, consumed: Consumed | None = None) -> Iterator[Piece]:
    """The events of a file; `.gz` is told by its first bytes, lines of JSON by the name or the content.

    Raises:  UsageError: the file cannot be opened.
    """
    try:
        source = path.open("rb")
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {error.strerror}", next_step="check the path") from None
    return read_stream(source, bounds, consumed, lines=True if path.name.endswith(_LINE_SUFFIXES) else None)


def read_stream(source: BinaryIO, bounds: Bounds, consumed: Consumed | None = None, *, lines: bool | None = None) -> Iterator[Piece]:
    """The events of an open stream, which is closed at the end. `lines` None means: look."""
    with source:
        yield from _pieces(_inflated(_chunks(source, consumed), bounds), bounds, lines=lines)


def malformed(error: msgspec.DecodeError | UnicodeDecodeError) -> BadEvent:
    """The refusal of bytes that are no JSON; msgspec's text names places, not values."""
    return BadEvent(f"cannot read event: malformed JSON ({error})", next_step="send valid JSON")


def _chunks(source: BinaryIO, consumed: Consumed | None) -> Iterator[bytes]:
    total = 0
    while chunk := _read(source):
        total += len(chunk)
        yield chunk
        if consumed is not None:
            consumed(total)


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        problem = f"cannot read on in the input: {(error.strerror or type(error).__name__).lower()}"
        raise UsageError(
            problem, next_step="check the file and its disk, then record it again: what stands in the ledger counts once"
        ) from None


def _inflated(chunks: Iterator[bytes], bounds: Bounds) -> Iterator[bytes]:
    """Decompress if the first bytes are gzip's; pass on otherwise."""
    first = next(chunks, b"")
    if first[:2] != b"\x1f\x8b":
        yield first
        yield from chunks
        return
    inflate = Gunzip(bounds)
    yield from inflate.pieces(first)
    for chunk in chunks:
        yield from inflate.pieces(chunk)
    inflate.finish()


def _pieces(chunks: Iterator[bytes], bounds: Bounds, *, lines: bool | None) -> Iterator[Piece]:
    """Split by format. A fault of the source itself ends the feed with the reason as its last piece."""
    try:
        head, is_lines = _look(chunks, bounds) if lines is None else (b"", lines)
        if is_lines:
            yield from _lines(head, chunks, bounds.max_bytes)
        else:
            yield from split_document(head)
    except HeadwaterError as fault:
        yield fault


def _look(chunks: Iterator[bytes], bounds: Bounds) -> tuple[bytes, bool]:
    """Tell lines of JSON from one document; what had to be read to know is handed back.

    The first line decides: a complete object means lines. Otherwise the whole must be one document; if it is not
    well formed either, it is taken as lines, so that the good ones are kept.
    """
    head = b""
    for chunk in chunks:
        head += chunk
        first, newline, _ = head.lstrip(b" \t\r\n").partition(b"\n")
        if newline and first[:1] != b"[" and _is_object(first):
            return head, True
        if len(head) > bounds.max_bytes:
            if first[:1] == b"[" or not newline:
                raise too_large(bounds.max_bytes)
            return head, True
    stripped = head.strip(b" \t\r\n")
    return head, bool(stripped) and stripped[:1] != b"[" and b"\n" in stripped and not _is_object(stripped)


def _is_object(text: bytes) -> bool:
    try:
        _object.decode(text)
    except msgspec.DecodeError:
        return False
    return True


def _lines(head: bytes, chunks: Iterator[bytes], max_bytes: int) -> Iterator[Piece]:
    """Lines that are not blank; one past the bound is skipped to its end and reported in its place."""
    rest, skipping = b"", False
    for chunk in _after(head, chunks):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            if skipping:
                skipping = False
            elif len(line) > max_bytes:
                yield too_large(max_bytes)
            elif not line.isspace() and line:
                yield line
        if len(rest) > max_bytes:
            if not skipping:
                yield too_large(max_bytes)
            rest, skipping = b"", True
    if rest and not rest.isspace() and not skipping:
        yield rest


def _after(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks
