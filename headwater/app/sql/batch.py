"""A stream of statements in, a stream of answers out: one line each, in order, at once, in bounded memory.

A line that is no request is answered too, as `failed` with the reason; nothing in the input ends the stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Generic, TypeVar

import msgspec

from headwater.app.sql.catalog import Catalog, asked, stored_catalog
from headwater.app.sql.lineage import SqlEdge, dialect_of, edges_in
from headwater.app.sql.requests import Id, Request, Unreadable, lines_of, request_of, schema_of
from headwater.app.sql.worker import Read
from headwater.model.lineage import Reason, Statement, StatementLineage, Status

K = TypeVar("K")
V = TypeVar("V")

UNREADABLE = "line-unreadable"
TOO_LONG = "text-too-long"
ANSWERS_BYTES = 32 * 1024 * 1024
SCHEMAS_BYTES = 8 * 1024 * 1024
_OVERHEAD_BYTES = 400
"""About what keeping one thing costs besides its bytes."""


class BatchAnswer(msgspec.Struct, frozen=True):
    """A line of the answer without its id, which is put before it."""

    status: Status
    reasons: tuple[Reason, ...]
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    edges: tuple[SqlEdge, ...] = ()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a request means that does not say."""

    dialect: str | None = None
    schemas: Catalog = field(default_factory=lambda: Catalog({}))
    catalog: str | None = None
    schema: str | None = None


class Batch:
    """Answers requests one after the other and remembers as many answers as fit into a fixed room."""

    def __init__(self, defaults: Defaults, read: Read) -> None:
        self._defaults = defaults
        self._analyse = read
        self._answers: Kept[tuple[Statement, Catalog], bytes] = Kept(ANSWERS_BYTES)
        self._schemas: Kept[tuple[bytes, str | None], Catalog] = Kept(SCHEMAS_BYTES)
        self.unreadable = 0
        """Lines that were no requests."""

    def answers(self, stream: BinaryIO) -> Iterator[bytes]:
        """The answer to each line, a line itself, as soon as its request is there."""
        for number, line in lines_of(stream):
            yield self._unread(TOO_LONG, "line", number) if line is None else self._answer(number, line)

    def _answer(self, number: int, line: bytes) -> bytes:
        request: Request | None = None
        try:
            request = request_of(line)
            return _line(request.id, self._read(request))
        except Unreadable as fault:
            return self._unread(UNREADABLE, fault.problem, number, fault.id if request is None else request.id)
        except Exception as error:  # noqa: BLE001  # because this is the rim of a stream: the next lines have a right to their answers
            return _refusal("analyser-fault", type(error).__name__, number, None if request is None else request.id)

    def _read(self, request: Request) -> bytes:
        dialect = dialect_of(request.dialect) if request.dialect is not None else self._defaults.dialect
        schemas = self._catalog(bytes(request.schema), dialect)
        catalog, schema = request.catalog or self._defaults.catalog, request.default_schema or self._defaults.schema
        statement = asked(request.sql, dialect, catalog, schema)
        return self._answers.get(
            (statement, schemas),
            lambda: msgspec.json.encode(_told(self._analyse(statement, schemas), request.sql)),
            lambda body: len(request.sql) + len(body),
        )

    def _catalog(self, raw: bytes, dialect: str | None) -> Catalog:
        """The catalog of a schema in JSON for a dialect; the same for the same bytes, as long as it is remembered."""
        before = self._schemas.emptied
        found = self._schemas.get(
            (raw, dialect), lambda: stored_catalog(schema_of(raw) or self._defaults.schemas, dialect), lambda _: len(raw)
        )
        if self._schemas.emptied != before:
            self._answers.clear()  # they hold on to the catalogs they were read with
        return found

    def _unread(self, code: str, subject: str, number: int, id: Id = None) -> bytes:  # noqa: A002  # because the wire calls it so
        self.unreadable += 1
        return _refusal(code, subject, number, id)


class Kept(Generic[K, V]):
    """What was worked out, by what it was worked out from. Emptied when full: simple, and never more than its room."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._kept: dict[K, V] = {}
        self.emptied = 0

    def get(self, key: K, make: Callable[[], V], size: Callable[[V], int]) -> V:
        """The value of a key, made where it is not kept."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            self._used += size(found) + _OVERHEAD_BYTES
            if self._used > self._room:
                self.clear()
                self._used = size(found) + _OVERHEAD_BYTES
            self._kept[key] = found
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._used = 0
        self.emptied += 1


def _told(lineage: StatementLineage, text: str) -> BatchAnswer:
    return BatchAnswer(lineage.status, lineage.reasons, lineage.sources, lineage.targets, edges_in(lineage, text))


def _refusal(code: str, subject: str, number: int, id: Id) -> bytes:  # noqa: A002  # because the wire calls it so
    """What is said to a line that cannot be answered: why, and which line of the stream it was."""
    return _line(id, msgspec.json.encode(BatchAnswer("failed", (Reason(code, subject, number),))))


def _line(id: Id, body: bytes) -> bytes:  # noqa: A002  # because the wire calls it so
    return b'{"id":%b,%b\n' % (msgspec.json.encode(id), body[1:])
