"""Profiles of batches by DuckDB: over Parquet, CSV and JSON files, Arrow tables and readers, and tables of a DuckDB database."""

# because names are quoted by quoted() and the rest of each statement is our own text

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from headwater.edges.engines.profile_dialects import ColumnType, DuckDialect, literal, quoted
from headwater.edges.engines.profiling import About, Scanned, salt_of, take_profile
from headwater.model.batches import BatchProfile, TypeClass
from headwater.model.errors import UsageError

_READERS = {
    ".parquet": "read_parquet",
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".ndjson": "read_json",
}
_COMPRESSED = (".gz", ".zst")
_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
    "FLOAT",
    "DOUBLE",
)
_TIMES = ("DATE", "TIME", "TIMESTAMP", "INTERVAL")
_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")


def profile_files(paths: Sequence[Path], about: About, *, key: bytes) -> BatchProfile:
    """The profile of a batch that came as files of one kind.

    Raises:  UsageError: no files, of different kinds, of a kind that is not known, or not readable as what their name says.
    """
    readers = {_reader(path) for path in paths}
    if len(readers) != 1:
        raise UsageError(
            f"cannot profile batch `{about.batch}`: expected files of one kind, got {len(readers)}", next_step="headwater lake --help"
        )
    reader = readers.pop()
    listed = ", ".join(literal(str(path)) for path in paths)
    options = ", union_by_name = true" + (", sample_size = -1" if reader == "read_csv" else "")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            return profile_relation(connection, f"(SELECT * FROM {reader}([{listed}]{options}))", about, key=key)
        except duckdb.Error as fault:
            kind = reader.removeprefix("read_")
            problem = f"cannot profile batch `{about.batch}`: expected whole {kind} files, got a damaged one"
            raise UsageError(problem, next_step="headwater lake scan") from fault


def profile_arrow(data: Any, about: About, *, key: bytes) -> BatchProfile:
    """The profile of an Arrow table, dataset or reader; a reader is read once, into a table that may spill to disk."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("delivered", data)
        connection.execute("CREATE TEMP TABLE batch AS SELECT * FROM delivered")
        return profile_relation(connection, "batch", about, key=key)


def profile_relation(connection: duckdb.DuckDBPyConnection, source: str, about: About, *, key: bytes) -> BatchProfile:
    """The profile of a table or of a subquery in brackets. `source` is our own SQL, never somebody else's."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    columns = tuple(ColumnType(row[0], row[1], kind_of(row[1])) for row in described)
    scanned = Scanned(
        columns,
        source,
        lambda statement: connection.execute(statement).fetchall(),
        DuckDialect(salt_of(key)),
        f"duckdb-{duckdb.__version__}",
    )
    return take_profile(scanned, about, key=key)


def table_source(*names: str) -> str:
    """A table by the parts of its name, as a source."""
    return ".".join(quoted(name) for name in names)


def kind_of(type_name: str) -> TypeClass:
    """What kind of sketch a type of DuckDB takes."""
    if type_name.endswith("]") or type_name.startswith(_NESTED):
        return "nested"
    if type_name.startswith("DECIMAL") or type_name in _NUMBERS:
        return "number"
    if type_name.startswith(_TIMES):
        return "time"
    return {"BOOLEAN": "boolean", "BLOB": "binary", "BIT": "binary", '"NULL"': "none"}.get(type_name, "text")  # type: ignore[return-value]  # because all are kinds


def _reader(path: Path) -> str:
    suffixes = [suffix for suffix in path.suffixes if suffix not in _COMPRESSED]
    return _READERS.get(suffixes[-1].lower() if suffixes else "", "unknown") if suffixes else "unknown"
