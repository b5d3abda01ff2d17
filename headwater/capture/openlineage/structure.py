"""Reads JSON text strictly: bounded depth, each key once, no half characters. Gives Python values or says where it broke."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from headwater.model.errors import BadEvent, TooLarge

MAX_DEPTH = 100
_USUAL_DEPTH = 12
"""Closing pairs from the inside this often leaves nothing of ordinary events; twice this is still far below the limit."""
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_NOT_MARKS = bytes(set(range(256)) - set(b'{}[]"'))
_BYTE = re.compile(r"\(byte (\d+)\)")
_NEXT = "send one OpenLineage event as JSON, see https://openlineage.io/spec"


def bad_event(path: str, expected: str, got: str) -> BadEvent:
    """The error for one place of an event; names things, never values."""
    return BadEvent(f"cannot take in the event at `{path}`: expected {expected}, got {got}", next_step=_NEXT)


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON value with its canonical form: one byte form for all ways of writing the same value (sorted keys, no white space)."""

    value: Any
    canonical: bytes


def decode(raw: bytes) -> Json:
    """The JSON value in a text.

    Raises:  BadEvent: not JSON, a key twice in one object, numbers or characters nobody can keep.
             TooLarge: nested deeper than 100.
    """
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(_brackets(raw)) > MAX_DEPTH:
        raise TooLarge(
            f"cannot take in the event: expected at most {MAX_DEPTH} levels of nesting, got more",
            next_step="flatten the facet that nests so deep",
        )
    value = _decoded(raw)
    canonical = _encoded(value)
    if not _same_keys(raw, canonical):
        raise bad_event(_first_repeated(raw), "each key once", "a key twice")
    return Json(value, canonical)


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError as fault:
        place = _BYTE.search(str(fault))
        raise bad_event("$", "JSON", f"malformed text at byte {place.group(1)}" if place else "malformed or truncated text") from None
    except UnicodeDecodeError as fault:
        raise bad_event("$", "UTF-8", f"a broken character at byte {fault.start}") from None
    except RecursionError:
        raise bad_event("$", "JSON", "malformed text") from None


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value, order="sorted")
    except UnicodeEncodeError:
        raise bad_event("$", "complete characters", "half of a surrogate pair") from None


def _same_keys(raw: bytes, canonical: bytes) -> bool:
    """Whether decoding lost no key, and with it its colon; texts hold the same colons in both unless some are written as escapes."""
    if b"\\u00" not in raw:
        return raw.count(b":") == canonical.count(b":")
    return _outside_strings(raw).count(b":") == _outside_strings(canonical).count(b":")


def _outside_strings(raw: bytes) -> bytes:
    """The text without its strings. Right for every valid JSON text; others fail in decoding anyway."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(raw.split(b'"')[::2])


def _brackets(raw: bytes) -> bytes:
    """The brackets outside of strings; strings that hold neither brackets nor quotes leave a pair of quotes each."""
    if b'\\"' not in raw:
        marks = raw.translate(None, _NOT_MARKS).replace(b'""', b"")
        if b'"' not in marks:
            return marks
    return _outside_strings(raw).translate(None, _NOT_BRACKETS)


def _depth(brackets: bytes) -> int:
    """How deep brackets nest; for ordinary events an upper bound, found faster."""
    shallow = brackets
    for rounds in range(_USUAL_DEPTH):
        if not shallow:
            return 2 * rounds
        shallow = shallow.replace(b"{}", b"").replace(b"[]", b"")
    depth = deepest = 0
    for bracket in brackets:
        depth += 1 if bracket in b"{[" else -1
        deepest = max(deepest, depth)
    return deepest


def _first_repeated(raw: bytes) -> str:
    """Which key stands twice; only its name is known, objects are read from the inside."""
    repeated: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, member in pairs:
            if key in seen:
                repeated.append(key)
            seen[key] = member
        return seen

    json.loads(raw, object_pairs_hook=look)
    key = repeated[0] if repeated else ""
    return key if re.fullmatch(r"[\w.-]{1,64}", key) else "$"
