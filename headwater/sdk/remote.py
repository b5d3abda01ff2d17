"""A client that asks a server over HTTP and gives the same values and the same faults as one in process."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import cache
from typing import IO, Any
from urllib.parse import quote

import msgspec

from headwater.app.limits import Bounds
from headwater.app.listing import ConsistencyProof, EntryPage, KeyList, NewKey, read_scopes
from headwater.ledger.tree.proofs import InclusionProof
from headwater.ledger.verify.verification import Verification
from headwater.model.answers import Answer, RecordReport, Rejected
from headwater.model.errors import HeadwaterError
from headwater.model.keys import Scope
from headwater.model.questions import Question, StatusQuestion
from headwater.model.results import RESULTS
from headwater.sdk.client import Client
from headwater.sdk.delivery import Progress, Source, deliver, pieces
from headwater.sdk.nouns import Checked, Keys, LedgerReader
from headwater.sdk.wire import LONG_SECONDS, Wire, decode

BOUNDS = Bounds(max_bytes=16 * 1024 * 1024, max_ratio=200)
"""What a file's event may hold here; the server has limits of its own."""


class _Summary(msgspec.Struct):
    """The part of a batch's summary that a report is made of."""

    received: int
    successful: int
    duplicate: int


class _BatchReply(msgspec.Struct):
    """The body of a batch's answer."""

    summary: _Summary
    failed_events: tuple[Rejected, ...]
    position: int | None = None
    warnings: tuple[str, ...] = ()


class RemoteClient(Client):
    """Holds one connection pool. Answers rest at least on what this client itself recorded."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._recorded: int | None = None

    @classmethod
    def connect(cls, url: str, key: str | None, *, timeout_seconds: float = 60.0) -> RemoteClient:
        """A client of the server at an address. Nothing is sent yet.

        Raises:  UsageError: not an address.
        """
        return cls(Wire.to(url, key, timeout_seconds))

    @property
    def keys(self) -> Keys:
        """API keys: create, list, revoke."""
        return _RemoteKeys(self._wire)

    @property
    def ledger(self) -> LedgerReader:
        """The ledger: checkpoint, proofs, verification, export, entries."""
        return _RemoteLedger(self._wire)

    def ask(self, question: Question) -> Answer[Any]:
        """Ask the server; its answer as the value it is."""
        fields = msgspec.structs.asdict(question)
        if fields["min_position"] is None:
            fields["min_position"] = self._recorded
        defaults = _defaults(type(question))
        asked = {name: _parameter(value) for name, value in fields.items() if value is not None and value != defaults.get(name)}
        response = self._wire.send("GET", f"/api/v1/ask/{question.name}", params=asked)
        answer: Answer[Any] = decode(response, RESULTS[question.name])
        return answer

    def record(self, events: Source | Iterable[Source], *, progress: Progress | None = None) -> RecordReport:
        """Send events in batches; what is counted as recorded is durable on the server."""
        report = deliver(pieces(events, BOUNDS, progress), self._send)
        if report.position is not None:
            self._recorded = max(report.position, self._recorded or 0)
        return report

    def wait(self, seconds: float = 5.0) -> bool:
        """Wait until answers rest on everything that is durable now."""
        size = int(self.ledger.checkpoint().split(b"\n")[1])
        deadline = time.monotonic() + seconds
        while size:
            try:
                self.ask(StatusQuestion(min_position=size - 1))
            except HeadwaterError as fault:
                if fault.code != "NOT-READY":
                    raise
                if time.monotonic() > deadline:
                    return False
            else:
                break
        return True

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def _send(self, events: Sequence[bytes]) -> RecordReport:
        body = b"[" + b",".join(events) + b"]"
        reply = decode(self._wire.send("POST", "/api/v1/lineage/batch", content=body), _BatchReply)
        return RecordReport(
            received=reply.summary.received,
            recorded=reply.summary.successful - reply.summary.duplicate,
            duplicate=reply.summary.duplicate,
            rejected=reply.failed_events,
            position=reply.position,
            warnings=reply.warnings,
        )


class _RemoteKeys:
    """The keys of a server."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def create(self, name: str, scopes: Sequence[Scope | str]) -> NewKey:
        body = msgspec.json.encode({"name": name, "scopes": [str(scope) for scope in read_scopes(scopes)]})
        return decode(self._wire.send("POST", "/api/v1/keys", content=body), NewKey)

    def list(self) -> KeyList:
        return decode(self._wire.send("GET", "/api/v1/keys"), KeyList)

    def revoke(self, key: str, reason: str = "") -> None:
        self._wire.send("DELETE", f"/api/v1/keys/{_segment(key)}", params={"reason": reason} if reason else None)


class _RemoteLedger:
    """The ledger of a server."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def checkpoint(self) -> bytes:
        return self._wire.send("GET", "/api/v1/ledger/checkpoint").content

    def verifiers(self) -> list[str]:
        return self._wire.send("GET", "/api/v1/ledger/key").text.split("\n")[:-1]

    def prove(self, position: int, size: int | None = None) -> InclusionProof:
        return decode(self._wire.send("GET", f"/api/v1/ledger/prove/{position}", params=_given(size=size)), InclusionProof)

    def consistency(self, old: int, new: int | None = None) -> ConsistencyProof:
        return decode(self._wire.send("GET", "/api/v1/ledger/consistency", params=_given(old=old, new=new)), ConsistencyProof)

    def verify(self, *, against: bytes | None = None, progress: Checked | None = None) -> Verification:
        return decode(self._wire.send("POST", "/api/v1/ledger/verify", content=against or b"", seconds=LONG_SECONDS), Verification)

    def export(self, sink: IO[bytes]) -> None:
        self._wire.download("/api/v1/ledger/export", sink)

    def entries(self, start: int = 0, limit: int = 100) -> EntryPage:
        return decode(self._wire.send("GET", "/api/v1/ledger/entries", params=_given(start=start, limit=limit)), EntryPage)


@cache
def _defaults(kind: type[Question]) -> dict[str, Any]:
    return {field.name: field.default for field in msgspec.structs.fields(kind)}


def _parameter(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _given(**parameters: int | None) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items() if value is not None}


def _segment(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe="")
