"""Reads JSON text strictly: bounded depth, each key once, no half characters. Gives Python values or says where it broke."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from headwater.model.errors import BadEvent, TooLarge

MAX_DEPTH = 100
_USUAL_DEPTH = 12
"""Closing pairs from the inside this often leaves nothing of ordinary events; twice this is still far below the limit."""
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_BYTE = re.compile(r"\(byte (\d+)\)")
_NEXT = "send one OpenLineage event as JSON, see https://openlineage.io/spec"


def bad_event(path: str, expected: str, got: str) -> BadEvent:
    """The error for one place of an event; names things, never values."""
    return BadEvent(f"cannot take in the event at `{path}`: expected {expected}, got {got}", next_step=_NEXT)


def decode(raw: bytes) -> Any:
    """The JSON value in a text.

    Raises:  BadEvent: not JSON, a key twice in one object, numbers or characters nobody can keep.
             TooLarge: nested deeper than 100.
    """
    outside = _outside_strings(raw)
    if _too_deep(outside):
        raise TooLarge(
            f"cannot take in the event: expected at most {MAX_DEPTH} levels of nesting, got more",
            next_step="flatten the facet that nests so deep",
        )
    try:
        value = msgspec.json.decode(raw)
    except msgspec.DecodeError as fault:
        place = _BYTE.search(str(fault))
        raise bad_event("$", "JSON", f"malformed text at byte {place.group(1)}" if place else "malformed or truncated text") from None
    except UnicodeDecodeError as fault:
        raise bad_event("$", "UTF-8", f"a broken character at byte {fault.start}") from None
    except RecursionError:
        raise TooLarge("cannot take in the event: nested too deep", next_step="flatten the facet that nests so deep") from None
    if outside.count(b":") != _count_keys(value):
        raise bad_event(_first_repeated(raw), "each key once", "a key twice")
    return value


def canonical(value: Any) -> bytes:
    """One byte form for all ways of writing the same JSON value: sorted keys, no white space.

    Raises:  BadEvent: a text holds half of a surrogate pair.
    """
    try:
        return msgspec.json.encode(value, order="sorted")
    except UnicodeEncodeError:
        raise bad_event("$", "complete characters", "half of a surrogate pair") from None


def _outside_strings(raw: bytes) -> bytes:
    """The text without its strings. Right for every valid JSON text; others fail in decoding anyway."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(raw.split(b'"')[::2])


def _too_deep(outside: bytes) -> bool:
    if outside.count(b"{") + outside.count(b"[") <= MAX_DEPTH:
        return False
    brackets = outside.translate(None, _NOT_BRACKETS)
    shallow = brackets
    for _ in range(_USUAL_DEPTH):
        shallow = shallow.replace(b"{}", b"").replace(b"[]", b"")
        if not shallow:
            return False
    depth = deepest = 0
    for bracket in brackets:
        depth += 1 if bracket in b"{[" else -1
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def _count_keys(value: Any) -> int:
    total = 0
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if type(current) is dict:
            total += len(current)
            members: Any = current.values()
        elif type(current) is list:
            members = current
        else:
            continue
        waiting += [member for member in members if type(member) is dict or type(member) is list]
    return total


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
