"""The lines of a batch: each is a request in JSON, or says why it is none. A line is read up to a bound and never more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from headwater.app.sql.catalog import BadSchema, Catalog, catalog_of

MAX_LINE_BYTES = 32 * 1024 * 1024
_SKIPPED_BYTES = 1024 * 1024
_NULL = b"null"

Id = str | int | float | None


class Request(msgspec.Struct):
    """A statement to read; `schema` stays in JSON, because most lines repeat the one before."""

    sql: str
    id: Id = None
    dialect: str | None = None
    schema: msgspec.Raw = msgspec.Raw(_NULL)
    catalog: str | None = None
    default_schema: str | None = None


class _Named(msgspec.Struct):
    """As much of a bad line as tells whose it is."""

    id: Id = None


class Unreadable(Exception):
    """A line that is no request; caught in `batch` and answered there. `problem` names places, never values."""

    def __init__(self, problem: str, id: Id = None) -> None:  # noqa: A002  # because the wire calls it so
        super().__init__(problem)
        self.problem = problem
        self.id = id


_REQUESTS = msgspec.json.Decoder(Request)
_NAMED = msgspec.json.Decoder(_Named)
_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`(?: - at `\$\.?([^`]*)`)?")
_MISSING = re.compile(r"missing required field `(\w+)`")
_WORDS = {"str": "text", "int": "a number", "float": "a number", "bool": "true or false", "object": "an object", "array": "a list"}


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines that hold anything; None for one beyond the bound, of which only the bound is ever in memory."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(_SKIPPED_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif stripped := line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").strip():
            yield number, stripped


def request_of(line: bytes) -> Request:
    """A line's request.

    Raises:  Unreadable: it is none.
    """
    try:
        return _REQUESTS.decode(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_told(error), _id(line)) from None


def schema_of(raw: bytes) -> Catalog | None:
    """The catalog that a line brings along; None where it brings none.

    Raises:  Unreadable: not an object of tables.
    """
    if raw == _NULL:
        return None
    try:
        return catalog_of(msgspec.json.decode(raw), "`schema`")
    except BadSchema as error:
        raise Unreadable(error.problem.partition(": ")[2] + " in `schema`") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(_told(error)) from None


def _id(line: bytes) -> Id:
    try:
        return _NAMED.decode(line).id
    except (ValueError, RecursionError):
        return None


def _told(error: Exception) -> str:
    """msgspec's words without its names of types."""
    if isinstance(error, RecursionError):
        return "JSON is nested too deep"
    if isinstance(error, UnicodeDecodeError):
        return "expected UTF-8"
    if found := _MISSING.search(str(error)):
        return f"expected `{found[1]}`"
    if found := _EXPECTED.search(str(error)):
        at = f" at `{found[3]}`" if found[3] else ""
        return f"expected {_kind(found[1])}{at}, got {_kind(found[2])}"
    return "expected JSON on one line"


def _kind(names: str) -> str:
    return " or ".join(dict.fromkeys(_WORDS.get(name, name) for name in names.split(" | ")))
