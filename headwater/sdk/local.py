"""A client that works in this process, on a home directory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from headwater.app.headwater import Headwater
from headwater.app.listing import (
    ConsistencyProof,
    EntryPage,
    KeyList,
    NewKey,
    entry_page,
    list_keys,
    new_key,
    prove_consistency,
    read_scopes,
)
from headwater.ledger.tree.proofs import InclusionProof
from headwater.ledger.verify.verification import Verification
from headwater.model.answers import Answer, RecordReport
from headwater.model.entries import Position
from headwater.model.errors import ServerFault, UsageError
from headwater.model.keys import Scope
from headwater.model.questions import Question
from headwater.sdk.client import Client
from headwater.sdk.delivery import Progress, Source, pieces
from headwater.sdk.nouns import Checked, Keys, LedgerReader

PATIENCE_SECONDS = 3600.0


class LocalClient(Client):
    """Owns an opened home; every answer rests on everything that is in its ledger."""

    def __init__(self, headwater: Headwater) -> None:
        self._held: Headwater | None = headwater

    @classmethod
    def open(cls, home: Path, *, create: bool) -> LocalClient:
        """Open a home, making it first where that is allowed."""
        return cls(Headwater.open(home, create=create))

    @property
    def _headwater(self) -> Headwater:
        if self._held is None:
            raise UsageError("cannot use client: expected an open one, got one that was closed", next_step="headwater.open(HOME)")
        return self._held

    @property
    def keys(self) -> Keys:
        """API keys: create, list, revoke."""
        return _LocalKeys(self._headwater)

    @property
    def ledger(self) -> LedgerReader:
        """The ledger: checkpoint, proofs, verification, export, entries."""
        return _LocalLedger(self._headwater)

    def ask(self, question: Question) -> Answer[Any]:
        """Answer once the views have taken in the whole ledger."""
        if not self.wait(PATIENCE_SECONDS):
            raise ServerFault("cannot answer: the views do not follow the ledger", next_step="headwater rebuild")
        return self._headwater.ask(question)

    def record(self, events: Source | Iterable[Source], *, progress: Progress | None = None) -> RecordReport:
        """Take events in; what is counted as recorded is durable."""
        return self._headwater.record(pieces(events, self._headwater.bounds, progress))

    def wait(self, seconds: float = 5.0) -> bool:
        """Wait until answers rest on everything that is durable now."""
        last = Position(self._headwater.ledger.size - 1)
        return last < 0 or self._headwater.follower.wait_for(last, seconds)

    def close(self) -> None:
        """Save the views and let go of the home."""
        held, self._held = self._held, None
        if held is not None:
            held.close()


class _LocalKeys:
    """The keys of an opened home."""

    def __init__(self, headwater: Headwater) -> None:
        self._headwater = headwater

    def create(self, name: str, scopes: Sequence[Scope | str]) -> NewKey:
        return new_key(self._headwater.create_key(name, read_scopes(scopes)))

    def list(self) -> KeyList:
        return list_keys(self._headwater.list_keys())

    def revoke(self, key: str, reason: str = "") -> None:
        self._headwater.revoke_key(key, reason)


class _LocalLedger:
    """The ledger of an opened home."""

    def __init__(self, headwater: Headwater) -> None:
        self._ledger = headwater.ledger

    def checkpoint(self) -> bytes:
        return self._ledger.checkpoint()

    def verifiers(self) -> list[str]:
        return [str(verifier) for verifier in self._ledger.verifiers]

    def prove(self, position: int, size: int | None = None) -> InclusionProof:
        return self._ledger.prove(position, size)

    def consistency(self, old: int, new: int | None = None) -> ConsistencyProof:
        return prove_consistency(self._ledger, old, new)

    def verify(self, *, against: bytes | None = None, progress: Checked | None = None) -> Verification:
        return self._ledger.verify(against=against, progress=progress, clock=time.perf_counter)

    def export(self, sink: IO[bytes]) -> None:
        self._ledger.export(sink)

    def entries(self, start: int = 0, limit: int = 100) -> EntryPage:
        return entry_page(self._ledger, start, limit)
