"""The ledger edited by its administrator.

The administrator does the worst that somebody with every key can do: not flip bytes in a file, but write the whole ledger
anew with one story changed, and sign it with the home's own key. It is done to a copy, so that the running server stays honest.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from headwater.app.home import Home
from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.model.entries import Payload, Pending
from headwater_clinic.transforms import HARMLESS, LEAKING


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited copy of a home: where it is and which entries say something else than they did."""

    home: Path
    positions: tuple[int, ...]


def edit_ledger(home: Path, edited: Path) -> Edit:
    """Copy a home, rewrite its history so that the public table never saw a record number, and sign it all again."""
    shutil.rmtree(edited, ignore_errors=True)
    shutil.copytree(home, edited, ignore=shutil.ignore_patterns("views*", "*.view", "sources", "server.json", "lock", "ledger.sqlite*"))
    administered = Home.open(edited)
    honest = edited / "honest.sqlite"
    _copy_database(Home.open(home).ledger_path, honest)
    positions: list[int] = []
    with closing(SqliteEntryStore(honest)) as before, closing(SqliteEntryStore(administered.ledger_path)) as after:
        forged = Ledger(after, Signer.from_seed(administered.identity.origin, administered.keys.signing))
        history = _rewritten(Ledger(before, None), positions)
        while batch := list(islice(history, 256)):
            forged.append(batch)
    for left in edited.glob("honest.sqlite*"):
        left.unlink()
    return Edit(edited, tuple(positions))


def _rewritten(ledger: Ledger, positions: list[int]) -> Iterator[Pending]:
    """Every entry as it was, save those that name the leak; their positions are noted."""
    for entry in ledger.read(0):
        assert entry.salt is not None and entry.payload is not None, "nothing was erased in the clinic's ledger"
        payload = _without_the_leak(entry.payload)
        if payload != entry.payload:
            positions.append(int(entry.position))
        envelope = entry.envelope
        yield Pending(envelope.received, envelope.producer, envelope.media_type, envelope.dedup, entry.salt, payload)


def _without_the_leak(payload: Payload) -> Payload:
    observed = json.loads(payload.public)
    sql = observed.get("event", {}).get("job", {}).get("facets", {}).get("sql", {})
    if LEAKING not in sql.get("query", ""):
        return payload
    sql["query"] = sql["query"].replace(LEAKING, HARMLESS)
    return Payload(json.dumps(observed).encode(), payload.sealed)


def _copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database that a server may have open."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
