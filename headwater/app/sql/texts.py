"""SQL texts and schema files from disk or standard input, read up to a bound; faults name the file, never its content."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

import msgspec

from headwater.app.sql.catalog import BadSchema, Catalog, catalog_of
from headwater.app.sql.lineage import dialect_of
from headwater.model.errors import HeadwaterError, TooLarge, UsageError
from headwater.model.lineage import Reason

MAX_SCHEMA_BYTES = 256 * 1024 * 1024
STDIN = "-"
# fmt: off
DIALECTS = (
    "athena", "bigquery", "clickhouse", "databricks", "dax", "doris", "dremio", "drill", "druid", "duckdb", "dune", "exasol",
    "fabric", "hive", "materialize", "mysql", "oracle", "postgres", "presto", "prql", "redshift", "risingwave", "snowflake", "solr",
    "spark", "spark2", "sqlite", "starrocks", "tableau", "teradata", "trino", "tsql",
)
# fmt: on
"""All that the parser knows, named here so that it need not be loaded to tell."""


class StatementFailed(HeadwaterError):
    """Nothing could be understood of an SQL text."""

    code = "STATEMENT-FAILED"

    @classmethod
    def of(cls, reasons: Sequence[Reason], name: str) -> StatementFailed:
        """The fault that the first reason makes; `name` says which text."""
        from headwater.capture.sql.reasons import CODES

        first = reasons[0]
        place = "" if first.line is None else f" at line {first.line}" + ("" if first.column is None else f", column {first.column}")
        subject = f", `{first.subject}`" if first.subject else ""
        words = CODES.get(first.code, "reading it ended the process that did")
        return cls(f"cannot follow SQL `{name}`: {words}{subject}{place}", next_step=f"headwater explain {first.code}")


def open_input(name: str, what: str = "SQL") -> BinaryIO:
    """A file, or standard input for `-`.

    Raises:  UsageError: there is none to read.
    """
    if name == STDIN:
        if sys.stdin is None:
            raise UsageError("cannot read SQL: standard input is closed", next_step="name a file")
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(what, name, error) from None


def read_text(name: str) -> str:
    """A whole SQL text.

    Raises:  UsageError: it cannot be read, or is not UTF-8. TooLarge: it is longer than any text that is followed.
    """
    from headwater.capture.sql.budget import MAX_TEXT_BYTES

    return _decoded(_bytes(name, "SQL", MAX_TEXT_BYTES), "SQL", name)


def read_catalog(path: Path) -> Catalog:
    """The tables that a schema file names.

    Raises:  BadSchema: it is not JSON of the right form. UsageError, TooLarge: it cannot be read.
    """
    what = f"schema `{path}`"
    data = _bytes(str(path), "schema", MAX_SCHEMA_BYTES)
    try:
        value = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise BadSchema(f"cannot read {what}: expected tables of columns, got JSON nested too deep", next_step=_FORM) from None
    except ValueError:
        raise BadSchema(f"cannot read {what}: expected JSON", next_step=_FORM) from None
    return catalog_of(value, what)


def known_dialect(name: str | None) -> str | None:
    """The parser's name for a dialect that somebody asked for.

    Raises:  UsageError: nobody knows it; the next step names the nearest.
    """
    dialect = dialect_of(name)
    if dialect is not None and dialect not in DIALECTS:
        near = get_close_matches(dialect, DIALECTS, n=1, cutoff=0.5)
        next_step = f"did you mean --dialect {near[0]}?" if near else f"use one of {', '.join(DIALECTS)}"
        raise UsageError(f"cannot read SQL: expected a dialect, got `{name}`", next_step=next_step)
    return dialect


_FORM = 'write it as {"table": {"column": "type"}}'


def _bytes(name: str, what: str, limit: int) -> bytes:
    try:
        with open_input(name, what) as source:
            data = source.read(limit + 1)
    except OSError as error:
        raise _unreadable(what, name, error) from None
    if len(data) > limit:
        raise TooLarge(f"cannot read {what} `{name}`: expected at most {limit:,} bytes, got more", next_step="split the file")
    return data


def _decoded(data: bytes, what: str, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"cannot read {what} `{name}`: expected UTF-8, got something else at byte {error.start + 1:,}"
        raise UsageError(problem, next_step="save the file as UTF-8") from None


def _unreadable(what: str, name: str, error: OSError | ValueError) -> UsageError:
    reason = (error.strerror or "unreadable").lower() if isinstance(error, OSError) else "no such name"
    next_step = "check the path; `-` is standard input" if what == "SQL" else f"check the path of the {what}"
    return UsageError(f"cannot read {what} `{name}`: {reason}", next_step=next_step)
