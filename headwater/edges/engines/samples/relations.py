"""Samples of distinct values of every column of a relation, taken by DuckDB.

Which values are taken is decided by their hash, so neither the order of rows nor how often a value occurs matters, a second run
takes the same, and memory holds the sample and no more. Two statements read a relation: one counts, one takes.
"""

# because names are quoted by quoted() and the rest of each statement is our own text

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from headwater.edges.engines.profile_dialects import literal, quoted
from headwater.edges.engines.profile_duckdb import kind_of
from headwater.model.sensitivity.classification import ColumnSample

VALUES = 400
CHARACTERS = 2_000
DOCUMENT_CHARACTERS = 100_000
COLUMNS_AT_ONCE = 40
MEMORY = "1GB"
FIRST_ROWS = 200_000
FIRST_ROWS_SECONDS = 120.0
"""How long the first rows may take where all took too long: a view may never end."""
_ALL_HASHES = 2**64 - 1
_READ = "headwater_read"


Run = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long reading one dataset may take, and how many of its rows are read where that is not enough."""

    seconds: float = 120.0
    values: int = VALUES


@dataclass(frozen=True, slots=True)
class Sampled:
    """The samples of one dataset's columns, its rows, and codes for what could not be read of which file."""

    columns: tuple[ColumnSample, ...]
    rows: int
    gaps: tuple[tuple[str, str], ...] = ()


@contextmanager
def opened() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with a bound on it; what does not fit goes to a folder that is removed."""
    with TemporaryDirectory(prefix="headwater-classify-") as spill, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = {literal(spill)}")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        yield connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Close every way out, because views are SQL of somebody else: from here on only what is attached can be read."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def sample_relation(connection: duckdb.DuckDBPyConnection, source: str, bounds: Bounds) -> Sampled:
    """The samples of a table or a subquery in brackets. `source` is our own SQL, never somebody else's."""
    return _within_time(connection, lambda statement: connection.execute(statement).fetchall(), source, bounds)


def sample_readers(connection: duckdb.DuckDBPyConnection, opened: Callable[[], pa.RecordBatchReader], bounds: Bounds) -> Sampled:
    """The samples of what a reader gives; `opened` makes a new one for each statement, because a reader can be read once."""

    def run(statement: str) -> list[tuple[Any, ...]]:
        connection.register(_READ, opened())
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.unregister(_READ)

    return _within_time(connection, run, _READ, bounds)


def _within_time(connection: duckdb.DuckDBPyConnection, run: Run, source: str, bounds: Bounds) -> Sampled:
    """All rows, or the first ones where all take too long."""
    columns = [(str(row[0]), str(row[1])) for row in run(f"DESCRIBE SELECT * FROM {source}")]
    try:
        with _deadline(connection, bounds.seconds):
            return _taken(run, source, columns, bounds)
    except duckdb.InterruptException:
        with _deadline(connection, max(bounds.seconds, FIRST_ROWS_SECONDS)):
            sampled = _taken(run, f"(SELECT * FROM {source} LIMIT {FIRST_ROWS})", columns, bounds)
        return Sampled(sampled.columns, sampled.rows, (("", "ROWS-NOT-ALL-READ"),))


def _taken(run: Run, source: str, columns: Sequence[tuple[str, str]], bounds: Bounds) -> Sampled:
    samples: list[ColumnSample] = []
    rows = 0
    for start in range(0, len(columns), COLUMNS_AT_ONCE):
        chunk = columns[start : start + COLUMNS_AT_ONCE]
        counts = run(f"SELECT count(*), {', '.join(_counts(*column) for column in chunk)} FROM {source} AS source")[0]
        rows = int(counts[0])
        figures = [counts[1 + 4 * place : 5 + 4 * place] for place in range(len(chunk))]
        values = _values(run, source, chunk, [int(figure[1] or 0) for figure in figures], bounds.values)
        for place, ((name, type_name), (filled, distinct, cut, texts)) in enumerate(zip(chunk, figures, strict=True)):
            held = values.get(place, [])
            samples.append(
                ColumnSample(
                    column=name,
                    type=type_name,
                    rows=rows,
                    nulls=rows - int(filled),
                    distinct=len(held) if len(held) < bounds.values else min(int(distinct or 0), int(filled)),
                    values=tuple(value for value, _ in held),
                    counts=tuple(count for _, count in held),
                    cut=int(cut or 0),
                    unreadable=int(filled) - int(texts),
                )
            )
    return Sampled(tuple(samples), rows)


def _counts(name: str, type_name: str) -> str:
    """Filled, distinct, too long to be read in full, and readable as text."""
    text = _text(name, type_name)
    most = DOCUMENT_CHARACTERS if kind_of(type_name) == "nested" else CHARACTERS
    distinct = f"approx_count_distinct({_bounded(text, type_name)})"
    return f"count({quoted(name)}), {distinct}, count(*) FILTER (length({text}) > {most}), count({text})"


def _values(
    run: Run, source: str, columns: Sequence[tuple[str, str]], distinct: Sequence[int], wanted: int
) -> dict[int, list[tuple[str, int]]]:
    """The values with the smallest hashes of each column, so many as are wanted, and how often each occurs."""
    entries = []
    for place, ((name, type_name), many) in enumerate(zip(columns, distinct, strict=True)):
        text = _bounded(_text(name, type_name), type_name)
        highest = _ALL_HASHES if many <= wanted * 2 else int(_ALL_HASHES * min(1.0, wanted * 1.5 / many))
        entries.append(f"{{'c': {place}, 'x': CASE WHEN hash({text}) <= {highest}::UBIGINT THEN {text} END}}")
    statement = (
        f"WITH taken AS (SELECT unnest([{', '.join(entries)}]) AS u FROM {source} AS source), "
        "grouped AS (SELECT u.c AS c, u.x AS x, count(*) AS n FROM taken WHERE u.x IS NOT NULL GROUP BY 1, 2) "
        f"SELECT c, x, n FROM grouped QUALIFY row_number() OVER (PARTITION BY c ORDER BY hash(x), x) <= {wanted}"
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for place, value, count in run(statement):
        found.setdefault(int(place), []).append((str(value), int(count)))
    return found


def _text(name: str, type_name: str) -> str:
    """A column as text: documents as JSON, bytes where they are UTF-8, numbers without the .0 of a float."""
    column, kind = quoted(name), kind_of(type_name)
    if kind == "nested":
        return f"CAST(to_json({column}) AS VARCHAR)"
    if kind == "binary":
        return f"try(decode({column}))" if type_name == "BLOB" else f"CAST({column} AS VARCHAR)"
    if type_name in ("FLOAT", "DOUBLE"):
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e18"
        return f"CASE WHEN {whole} THEN CAST(CAST({column} AS HUGEINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
    return f"CAST({column} AS VARCHAR)"


def _bounded(text: str, type_name: str) -> str:
    """Not more of a value than is read; a document that would be cut is left out, because half of one cannot be read."""
    if kind_of(type_name) == "nested":
        return f"CASE WHEN length({text}) <= {DOCUMENT_CHARACTERS} THEN {text} END"
    return f"left({text}, {CHARACTERS})"


@contextmanager
def _deadline(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
