"""Opens what redaction took out of a recorded statement, so that it can be run again. What comes out is never shown or kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from headwater.answers.rows.plan import Making
from headwater.capture.redaction.edits import restore
from headwater.capture.redaction.tokens import DROPPED, apart
from headwater.ledger.ledger import Ledger
from headwater.model.entries import Entry
from headwater.model.errors import HeadwaterError
from headwater.model.lineage import Statement

Open = Callable[[Entry], bytes | None]


class StillSealed(HeadwaterError):
    """A statement's values are not there: sealing was switched off when it came in, the entry is erased, or a secret was dropped."""

    code = "ROWS-SEALED"


def unsealed(making: Making, ledger: Ledger, opened: Open) -> Statement:
    """The statement as it was run.

    Raises:  StillSealed: what redaction took out of it is not there. Tampered: it was altered.
    """
    public = making.statement.sql
    if DROPPED not in public and len(apart(public).pieces) == 1:
        return making.statement
    for position in making.entries:
        for entry in ledger.read(position, position + 1):
            sealed = opened(entry) if entry.payload is not None else None
            if entry.payload is None or sealed is None:
                continue
            for found in _restored(public, entry.payload.public, sealed):
                if DROPPED in found:
                    break
                return msgspec.structs.replace(making.statement, sql=found)
    raise StillSealed(
        f"cannot run a statement of run `{making.run}` again: the values in it were not kept", next_step="headwater explain ROWS-SEALED"
    )


def _restored(sql: str, public: bytes, sealed: bytes) -> Iterator[str]:
    """What a text of an entry was before redaction."""
    recorded = msgspec.json.decode(public, type=dict[str, msgspec.Raw])
    event = bytes(recorded.get("event") or recorded.get("document") or public)
    before, after = msgspec.json.decode(event), msgspec.json.decode(restore(event, sealed))
    for path in _places(before, sql, ()):
        told: Any = after
        for step in path:
            told = told[step]
        if isinstance(told, str):
            yield told


def _places(value: Any, text: str, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if value == text:
        yield path
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from _places(inner, text, (*path, key))
