"""Samples of distinct values of every column, taken by DuckDB where the data is.

Which values are taken is decided by their hash, so neither the order of rows nor how often a value occurs matters, a second run
takes the same, and memory holds the sample and no more. Two statements read a file: one counts, one takes.
"""

# because names are quoted by quoted() and the rest of each statement is our own text

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from headwater.edges.engines.profile_dialects import literal, quoted
from headwater.edges.engines.profile_duckdb import kind_of
from headwater.model.classification import ColumnSample

VALUES = 400
CHARACTERS = 2_000
DOCUMENT_CHARACTERS = 100_000
COLUMNS_AT_ONCE = 40
MEMORY = "1GB"
FIRST_ROWS = 200_000
_ALL_HASHES = 2**64 - 1
_READERS = {".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}
_PACKED = (".gz", ".zst")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PROBED_BYTES = 1 << 20


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


class CannotRead(Exception):
    """A file holds nothing that can be read as what its name says; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of_file(path: Path) -> str | None:
    """Parquet, CSV or JSON by the name, compressed or not; None for anything else."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] in _PACKED
    named = suffixes[:-1] if packed else suffixes
    kind = _READERS.get(named[-1]) if named else None
    return None if kind == "parquet" and packed else kind


@contextmanager
def opened() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with a bound on it; what does not fit goes to a folder that is removed."""
    with TemporaryDirectory(prefix="headwater-classify-") as spill, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = {literal(spill)}")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        yield connection


def column_names(connection: duckdb.DuckDBPyConnection, path: Path, kind: str) -> tuple[str, ...]:
    """The columns of a file, without reading it.

    Raises:  CannotRead: it is not what its name says.
    """
    for source, _ in _sources([path], kind):
        try:
            return tuple(row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall())
        except duckdb.Error:
            continue
    raise CannotRead("FILE-UNREADABLE")


def sample_files(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], kind: str, bounds: Bounds) -> Sampled:
    """The samples of files that together are one dataset.

    Raises:  CannotRead: nothing of them can be read.
    """
    if not any(path.stat().st_size for path in paths):
        raise CannotRead("FILE-EMPTY")
    reason = "FILE-UNREADABLE"
    for source, told in _sources(paths, kind):
        try:
            sampled = sample_relation(connection, source, bounds)
        except duckdb.OutOfMemoryException:
            reason = "VALUES-TOO-LARGE"
        except duckdb.Error:
            continue
        else:
            rejected = _rejected(connection) if kind == "csv" else 0
            lost = ([told] if told else []) + (["ROWS-MALFORMED"] if rejected else [])
            return Sampled(sampled.columns, sampled.rows, (*sampled.gaps, *((paths[0].name, code) for code in lost)))
    raise CannotRead(reason)


def sample_relation(connection: duckdb.DuckDBPyConnection, source: str, bounds: Bounds) -> Sampled:
    """The samples of a table or a subquery in brackets. `source` is our own SQL, never somebody else's."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    columns = [(str(row[0]), str(row[1])) for row in described]
    try:
        with _deadline(connection, bounds.seconds):
            return _taken(connection, source, columns, bounds)
    except duckdb.InterruptException:
        first = f"(SELECT * FROM {source} LIMIT {FIRST_ROWS})"
        sampled = _taken(connection, first, columns, bounds)
        return Sampled(sampled.columns, sampled.rows, (("", "ROWS-NOT-ALL-READ"),))


def _taken(connection: duckdb.DuckDBPyConnection, source: str, columns: Sequence[tuple[str, str]], bounds: Bounds) -> Sampled:
    samples: list[ColumnSample] = []
    rows = 0
    for start in range(0, len(columns), COLUMNS_AT_ONCE):
        chunk = columns[start : start + COLUMNS_AT_ONCE]
        counts = connection.execute(
            f"SELECT count(*), {', '.join(_counts(*column) for column in chunk)} FROM {source} AS source"
        ).fetchone()
        assert counts is not None
        rows = int(counts[0])
        figures = [counts[1 + 4 * place : 5 + 4 * place] for place in range(len(chunk))]
        values = _values(connection, source, chunk, [int(figure[1] or 0) for figure in figures], bounds.values)
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
    connection: duckdb.DuckDBPyConnection, source: str, columns: Sequence[tuple[str, str]], distinct: Sequence[int], wanted: int
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
    for place, value, count in connection.execute(statement).fetchall():
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


def _sources(paths: Sequence[Path], kind: str) -> Iterator[tuple[str, str | None]]:
    """Ways to read the files, the plainest first, each with the gap that it leaves."""
    listed = "[" + ", ".join(literal(_no_pattern(str(path))) for path in paths) + "]"
    if kind == "parquet":
        yield f"read_parquet({listed}, union_by_name = true)", None
        return
    if kind == "json":
        common = "union_by_name = true, maximum_object_size = 67108864, map_inference_threshold = -1"
        yield f"read_json({listed}, {common})", None
        yield f"read_json({listed}, {common}, format = 'newline_delimited', ignore_errors = true)", "ROWS-MALFORMED"
        return
    common = "all_varchar = true, max_line_size = 12582912, store_rejects = true"
    encoding = _encoding(paths)
    if encoding != "utf-8":
        yield f"read_csv({listed}, {common}, encoding = '{encoding}')", "ENCODING-GUESSED"
    else:
        yield f"read_csv({listed}, {common})", None
        yield f"read_csv({listed}, {common}, encoding = 'latin-1')", "ENCODING-GUESSED"
    yield f"read_csv({listed}, {common}, strict_mode = false, null_padding = true, header = true)", "ROWS-MALFORMED"


def _encoding(paths: Sequence[Path]) -> str:
    """The encoding that the beginning of the first file speaks for; a compressed one is taken for UTF-8."""
    if paths[0].suffix.lower() in _PACKED:
        return "utf-8"
    with paths[0].open("rb") as file:
        start = file.read(_PROBED_BYTES)
    if start.startswith(_UTF16):
        return "utf-16"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as fault:
        return "utf-8" if fault.start > len(start) - 4 else "latin-1"
    return "utf-8"


def _no_pattern(path: str) -> str:
    """A path that stands for itself where patterns are understood."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)


def _rejected(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows of a CSV were left out."""
    try:
        found = connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()
        connection.execute("DELETE FROM reject_errors")
    except duckdb.Error:
        return 0
    return int(found[0]) if found else 0


@contextmanager
def _deadline(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
