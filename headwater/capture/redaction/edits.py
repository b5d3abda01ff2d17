"""Replacements in a text, and the sealed list that undoes them.

A text is edited in its own coordinates; what was replaced is sealed in the coordinates of the public text, so that restoring is
splicing. An edit without an original drops a secret: nothing undoes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec


class Edit(NamedTuple):
    """Replace `start:end`; `original` is what is sealed, None for a dropped secret."""

    start: int
    end: int
    replacement: str
    original: str | None


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of the public text and what stood there."""

    start: int
    length: int
    original: str


class Replaced(msgspec.Struct, frozen=True, array_like=True):
    """What was replaced at one place of an event: spans of a text, or a whole value that was no text."""

    at: tuple[str | int, ...]
    spans: tuple[Span, ...] = ()
    whole: Any = None


@dataclass(frozen=True, slots=True)
class Redacted:
    """A public text and what undoes its replacements."""

    text: str
    spans: tuple[Span, ...] = ()


_DECODER = msgspec.json.Decoder(list[Replaced])


def apply(text: str, edits: Iterable[Edit]) -> Redacted:
    """Make the edits, which must be sorted and must not overlap."""
    pieces: list[str] = []
    spans: list[Span] = []
    done = length = 0
    for edit in edits:
        kept = text[done : edit.start]
        pieces += (kept, edit.replacement)
        length += len(kept)
        if edit.original is not None:
            spans.append(Span(length, len(edit.replacement), edit.original))
        length += len(edit.replacement)
        done = edit.end
    pieces.append(text[done:])
    return Redacted("".join(pieces), tuple(spans))


def undo(public: str, spans: Iterable[Span]) -> str:
    """The text before its edits, dropped secrets apart."""
    pieces: list[str] = []
    done = 0
    for span in spans:
        pieces += (public[done : span.start], span.original)
        done = span.start + span.length
    pieces.append(public[done:])
    return "".join(pieces)


def encode_sealed(replaced: list[Replaced]) -> bytes:
    """The sealed part's plaintext; empty when nothing was replaced."""
    return msgspec.json.encode(replaced) if replaced else b""


def restore(public: bytes, sealed: bytes) -> bytes:
    """The event as it was received, dropped secrets apart, from its public JSON and the opened sealed part.

    Raises:  msgspec.DecodeError: one of the two is not what was written.
    """
    event = msgspec.json.decode(public)
    for replaced in _DECODER.decode(sealed) if sealed else ():
        event = _put_back(event, replaced)
    return msgspec.json.encode(event)


def _put_back(event: Any, replaced: Replaced) -> Any:
    *way, last = replaced.at
    holder = event
    for step in way:
        holder = holder[step]
    if replaced.whole is not None:
        holder[last] = replaced.whole
    else:
        holder[last] = undo(holder[last], replaced.spans)
    return event
