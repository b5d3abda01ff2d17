"""Holds the rows of both versions in DuckDB, on disk where memory is short; columns are numbered, so no name becomes a part of SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from headwater.edges.engines.differences.parts import Opened, Unshared, open_part, unreadable
from headwater.model.content import Unread
from headwater.model.errors import ContentFault

_FLOATING = ("FLOAT", "DOUBLE")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of either version: its name in SQL, its own name, its type in DuckDB, and which versions have it."""

    sql: str
    name: str
    kind: str
    in_old: bool
    in_new: bool

    @property
    def is_shared(self) -> bool:
        """Whether both versions have it, so that it can be compared."""
        return self.in_old and self.in_new

    def compared(self, table: str) -> tuple[str, ...]:
        """What must be equal in equal rows; to SQL the two zeros are one, to a digest they are not, so their sign is compared too."""
        value = f"{table}.{self.sql}"
        return (value, f"({value} = 0 AND signbit({value}))") if self.kind in _FLOATING else (value,)


def connect(folder: Path, memory_bytes: int) -> duckdb.DuckDBPyConnection:
    """A database of its own in a folder, which must go when it is done with."""
    connection = duckdb.connect(str(folder / "rows.duckdb"))
    connection.execute(f"SET memory_limit = '{memory_bytes // 2**20}MiB'")
    connection.execute("SET temp_directory = $folder", {"folder": str(folder / "spilled")})
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    return connection


def load(connection: duckdb.DuckDBPyConnection, parts: Unshared) -> list[Column]:
    """Fill the tables `old_rows` and `new_rows`, each row with the number of its part and its own, and tell the columns.

    Each part is opened twice, for its columns and for its rows, so that only one is open at a time.

    Raises:  ContentFault: a part cannot be read, or holds a type that cannot be compared.
    """
    sides = (parts.old, parts.new)
    fields = [together([open_part(part).fields for part in side]) for side in sides]
    if parts.shared is not None and not all(sides):
        lent = open_part(parts.shared).fields
        fields = [found or lent for found in fields]
    whole = together(fields)
    columns = [(f"c{number}", name) for number, name in enumerate(whole)]
    for table, side in zip(("old_rows", "new_rows"), sides, strict=True):
        empty = pa.schema([("_part", pa.int32()), ("_row", pa.int64()), *((sql, whole[name]) for sql, name in columns)]).empty_table()
        _create(connection, table, empty)
        for number, part in enumerate(side):
            _insert(connection, table, open_part(part), number, columns)
    described = connection.execute("SELECT column_name, column_type FROM (DESCRIBE old_rows)").fetchall()
    kinds = {str(name): str(kind) for name, kind in described}
    in_old, in_new = fields if all(fields) else (whole, whole)
    return [Column(sql, name, kinds[sql], name in in_old, name in in_new) for sql, name in columns]


def together(found: Sequence[dict[str, pa.DataType]]) -> dict[str, pa.DataType]:
    """One type per name that all fit; text where there is none."""
    whole = dict[str, pa.DataType]()
    for name, kind in chain.from_iterable(fields.items() for fields in found):
        try:
            both = [pa.schema([(name, whole.get(name, kind))]), pa.schema([(name, kind)])]
            whole[name] = pa.unify_schemas(both, promote_options="permissive").field(0).type
        except pa.ArrowException:
            whole[name] = pa.string()
    return whole


def _create(connection: duckdb.DuckDBPyConnection, table: str, empty: pa.Table) -> None:
    connection.register("incoming", empty)
    try:
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
    except duckdb.Error:
        raise ContentFault(Unread(kind="unsupported", reason="expected types that can be compared, got another")) from None
    finally:
        connection.unregister("incoming")


def _insert(connection: duckdb.DuckDBPyConnection, table: str, opened: Opened, number: int, columns: Sequence[tuple[str, str]]) -> None:
    own = opened.fields
    present = [(sql, name) for sql, name in columns if name in own]
    schema = pa.schema([("_part", pa.int32()), ("_row", pa.int64()), *((sql, own[name]) for sql, name in present)])
    reader = pa.RecordBatchReader.from_batches(schema, _numbered(opened, number, schema, [name for _, name in present]))
    connection.register("incoming", reader)
    try:
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    except duckdb.OutOfMemoryException:
        raise ContentFault(
            Unread(kind="unsupported", reason="expected rows that fit into memory, got larger ones"), opened.part.path
        ) from None
    except (duckdb.Error, pa.ArrowException):
        raise unreadable(opened.part.path) from None
    finally:
        connection.unregister("incoming")


def _numbered(opened: Opened, number: int, schema: pa.Schema, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in opened.batches():
        rows = np.arange(start, start + batch.num_rows)
        part = np.full(batch.num_rows, number, np.int32)
        yield pa.record_batch([pa.array(part), pa.array(rows), *(batch.column(name) for name in names)], schema=schema)
        start += batch.num_rows
