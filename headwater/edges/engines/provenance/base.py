"""A database of its own for one question about rows: filled with the rows of versions, then locked, then asked.

Statements of others run here, so the database has no way out: no files, no network, no extension, no variable of the process, and its
settings cannot be changed once rows are in. Faults of the engine are told by their kind only, as their words may hold values.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa

from headwater.capture.sql.provenance import SET, condition, input_name
from headwater.edges.engines.differences.parts import Part, open_part, unreadable
from headwater.edges.engines.differences.tables import together
from headwater.edges.engines.profile_dialects import quoted
from headwater.edges.engines.provenance.sets import Sets
from headwater.model.content import Unread
from headwater.model.errors import ContentFault, HeadwaterError

FILE, BATCH = "__hw_file", "__hw_batch"
OWN = "__hw_"
"""How the names of our own columns begin."""
LOAD_COLUMN = "_dlt_load_id"
"""Where rows carry the id of the batch that brought them."""


class RowsTooCostly(HeadwaterError):
    """Following rows took more memory, time or room than it may; nothing was changed anywhere."""

    code: ClassVar[str] = "ROWS-TOO-COSTLY"


class NotRunAgain(HeadwaterError):
    """A rewritten statement does not run on what was lent to it; a step of an answer then says so."""

    code: ClassVar[str] = "ROWS-NOT-RUN"

    def __init__(self, kind: str) -> None:
        super().__init__(f"cannot run a statement again: it does not fit what is there ({kind})", next_step="headwater gaps")
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one question may take."""

    memory_bytes: int = 2 * 2**30
    disk_bytes: int = 64 * 2**30
    seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Stored:
    """A version's rows in the database: the table, and the columns that are the version's own."""

    table: str
    columns: tuple[str, ...]

    @property
    def listed(self) -> str:
        """The columns as SQL."""
        return ", ".join(quoted(column) for column in self.columns)


class RowBase:
    """The database. It lives in a folder that must go when it is done with."""

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self._bounds = bounds
        self._db = duckdb.connect(str(folder / "rows.duckdb"))
        for setting, value in (
            ("memory_limit", f"'{bounds.memory_bytes // 2**20}MiB'"),
            ("temp_directory", f"'{str(folder / 'spilled').replace(chr(39), chr(39) * 2)}'"),
            ("max_temp_directory_size", f"'{bounds.disk_bytes // 2**20}MiB'"),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
            ("python_enable_replacements", "false"),
            ("preserve_insertion_order", "false"),
            ("TimeZone", "'UTC'"),
        ):
            self._db.execute(f"SET {setting} = {value}")
        self._leaves: dict[str, Stored] = {}
        self._clock = threading.Timer(bounds.seconds, self._db.interrupt)
        self._clock.daemon = True
        self._clock.start()

    def close(self) -> None:
        """Let go of it."""
        self._clock.cancel()
        self._db.close()

    def load(self, table: str, parts: Sequence[Part]) -> Stored:
        """Fill a table with the rows of files, each with the number of its file and none yet of its batch.

        Raises:  ContentFault: a file cannot be read, or has columns that no table can have beside ours.
        """
        fields = together([open_part(part).fields for part in parts])
        lowered = {name.lower() for name in fields}
        if len(lowered) < len(fields) or any(name.startswith(OWN) for name in lowered):
            raise ContentFault(Unread(kind="unsupported", reason="expected columns whose names differ in more than case, got others"))
        empty = pa.schema([(FILE, pa.int32()), (BATCH, pa.int32()), *fields.items()]).empty_table()
        with self._guarded(), self._incoming(empty):
            self._db.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
        for number, part in enumerate(parts):
            opened = open_part(part)
            reader = pa.RecordBatchReader.from_batches(pa.schema(list(opened.fields.items())), opened.batches())
            try:
                with self._guarded(), self._incoming(reader):
                    self._db.execute(f"INSERT INTO {table} BY NAME SELECT {number} AS {FILE}, * FROM incoming")
            except NotRunAgain:
                raise unreadable(part.path) from None
        return Stored(table, tuple(fields))

    def tag_loads(self, stored: Stored, numbers: Mapping[str, int]) -> None:
        """Give rows the number of the batch whose id they carry."""
        column = next((name for name in stored.columns if name.lower() == LOAD_COLUMN), None)
        if column is None or not numbers:
            return
        known = pa.table({"load": list(numbers), "number": pa.array(numbers.values(), pa.int32())})
        with self._guarded(), self._incoming(known):
            self._db.execute(
                f"UPDATE {stored.table} SET {BATCH} = k.number FROM incoming k WHERE k.load = CAST({quoted(column)} AS VARCHAR)"
            )

    def tag_files(self, stored: Stored, numbers: Sequence[int]) -> None:
        """Give rows without a batch the number of their file's."""
        known = pa.table({"file": pa.array(range(len(numbers)), pa.int32()), "number": pa.array(numbers, pa.int32())})
        with self._guarded(), self._incoming(known):
            self._db.execute(
                f"UPDATE {stored.table} SET {BATCH} = k.number FROM incoming k WHERE {BATCH} IS NULL AND k.file = {stored.table}.{FILE}"
            )

    def tag_kept(self, stored: Stored, files: Sequence[int], before: Stored) -> None:
        """Give rows of some files the numbers of equal rows that the same commit took away: they were only written again."""
        shared = [column for column in stored.columns if column in before.columns]
        if not shared or not files:
            return
        same = " AND ".join(f"b.{quoted(column)} IS NOT DISTINCT FROM {stored.table}.{quoted(column)}" for column in shared)
        listed = ", ".join(quoted(column) for column in shared)
        with self._guarded():
            self._db.execute(
                f"UPDATE {stored.table} SET {BATCH} = b.number FROM "
                f"(SELECT {listed}, min({BATCH}) AS number FROM {before.table} GROUP BY ALL) b "
                f"WHERE {stored.table}.{FILE} IN ({', '.join(map(str, files))}) AND {same}"
            )

    def untagged(self, stored: Stored) -> int:
        """How many rows have no batch."""
        return self.number(f"SELECT count(*) FROM {stored.table} WHERE {BATCH} IS NULL")

    def lock(self) -> None:
        """Close every way out; from here on only what is in the database can be read."""
        self._db.execute("SET enable_external_access = false")
        self._db.execute("SET lock_configuration = true")

    def show_leaf(self, view: str, stored: Stored, sets: Sets) -> None:
        """Rows as they are stored, each with the set of its one batch."""
        kind = "INTEGER" if sets.kind == "BIT" else sets.kind
        one = f"{sets.literal(1)} << {BATCH}::{kind}"
        self._db.execute(f"CREATE VIEW {view} AS SELECT {one} AS {SET}, {stored.listed} FROM {stored.table}")
        self._leaves[view] = stored

    def leaf(self, view: str) -> Stored | None:
        """The rows that a view shows as they are stored; None where it shows others."""
        return self._leaves.get(view)

    def batches_of(self, view: str, sets: Sets) -> list[int]:
        """Every batch that any row of a relation names."""
        if view in self._leaves:
            return [number for (number,) in self.run(f"SELECT DISTINCT {BATCH} FROM {self._leaves[view].table} ORDER BY ALL")]
        [(value,)] = self.run(f"SELECT bit_or({SET}) FROM {view}")
        bits = sets.read(value) if value is not None else 0
        return sorted({*sets.sure_of(bits), *sets.possible_of(bits)})

    def prepare(self, sets: Sets, behind: Mapping[int, Collection[int]]) -> None:
        """Set what a rewritten statement needs to know: the batches behind each number of an input."""
        sets.prepare(self._db, behind)

    def matched(self, view: str, stored: Stored, made: str, sets: Sets, doubts: Sequence[int], wanted: str = "") -> int:
        """Stored rows with the sets of equal rows that statements made; the rest keep their own batch, and may owe to any of `doubts`.

        Only of rows that satisfy a condition, where one is `wanted`. Gives how many rows nothing made.
        """
        if not stored.columns:  # a version without files
            self.run(f"CREATE TABLE {view} AS SELECT {sets.literal(0)} AS {SET} WHERE false")
            return 0
        same = " AND ".join(f"s.{quoted(column)} IS NOT DISTINCT FROM m.{quoted(column)}" for column in stored.columns)
        merged = f"SELECT bit_or({SET}) AS {SET}, {stored.listed} FROM {made} GROUP BY ALL"
        kind = "INTEGER" if sets.kind == "BIT" else sets.kind
        own = f"({sets.literal(1)} << s.{BATCH}::{kind}) | {sets.literal(sets.possible(doubts))}"
        listed = ", ".join(f"s.{quoted(column)}" for column in stored.columns)
        self.run(
            f"CREATE TABLE {view} AS SELECT coalesce(m.{SET}, {own}) AS {SET}, {listed}, m.{SET} IS NULL AS {OWN}lost "
            f"FROM (SELECT * FROM {stored.table} WHERE {condition(wanted, stored.columns)}) s LEFT JOIN ({merged}) m ON {same}"
        )
        lost = self.number(f"SELECT count(*) FROM {view} WHERE {OWN}lost")
        self.run(f"ALTER TABLE {view} DROP COLUMN {OWN}lost")
        return lost

    def keep(self, table: str, sql: str, lent: Sequence[Stored], columns: Sequence[str] = ()) -> Stored:
        """Run a query over stored rows, by number, and keep what it gives.

        Raises:  NotRunAgain.
        """
        self._lend(lent)
        names = f"({', '.join(quoted(name) for name in columns)})" if columns else ""
        self.run(f"CREATE TABLE {table} AS SELECT * FROM ({sql}) AS made{names}")
        return Stored(table, self.columns(table))

    def pair(self, sql: str, lent: Sequence[Stored]) -> tuple[int | None, int]:
        """The two numbers that a query over stored rows gives.

        Raises:  NotRunAgain.
        """
        self._lend(lent)
        [(first, second)] = self.run(sql)
        return (int(first) if first is not None else None), int(second)

    def missing(self, stored: Stored, made: Sequence[Stored]) -> int:
        """How many stored rows are in none of some results, whose columns are taken by name, or by place where they have other names.

        Raises:  NotRunAgain.
        """
        same = " AND ".join(f"s.{quoted(column)} IS NOT DISTINCT FROM m.{quoted(column)}" for column in stored.columns)
        kinds = dict(self.run(f"SELECT column_name, column_type FROM (DESCRIBE {stored.table})"))
        parts = []
        for each in made:
            by_name = {name.lower(): name for name in each.columns}
            taken = [by_name.get(name.lower()) for name in stored.columns]
            if not all(taken) and len(each.columns) == len(stored.columns):
                taken = list(each.columns)
            cast = ", ".join(
                f"CAST({quoted(own) if own is not None else 'NULL'} AS {kinds[name]}) AS {quoted(name)}"
                for own, name in zip(taken, stored.columns, strict=True)
            )
            parts.append(f"SELECT {cast} FROM {each.table}")
        given = " UNION ALL ".join(parts)
        return self.number(f"SELECT count(*) FROM {stored.table} s WHERE NOT EXISTS (SELECT 1 FROM ({given}) m WHERE {same})")

    def _lend(self, lent: Sequence[Stored]) -> None:
        for number, stored in enumerate(lent):
            self.run(f"CREATE OR REPLACE TEMP VIEW {input_name(number)} AS SELECT {stored.listed} FROM {stored.table}")

    def check(self, stored: Stored, text: str) -> None:
        """See that a condition can be asked of every row of a version.

        Raises:  BadCondition; NotRunAgain: it does not fit the types of the columns.
        """
        if stored.columns:
            self.run(f"SELECT count(*) FROM {stored.table} WHERE {condition(text, stored.columns)}")

    def count(self, relation: str) -> int:
        """How many rows."""
        return self.number(f"SELECT count(*) FROM {relation}")

    def columns(self, relation: str) -> tuple[str, ...]:
        """The columns of a relation, sets apart."""
        return tuple(str(name) for (name,) in self.run(f"SELECT column_name FROM (DESCRIBE {relation})") if not name.startswith(OWN))

    def asked(self, relation: str, text: str, sets: Sets) -> Iterator[tuple[int, int]]:
        """The sets of rows that satisfy a condition, each with how many rows have it.

        Raises:  BadCondition; NotRunAgain: it does not fit the types of the columns.
        """
        columns = self.columns(relation)
        if not columns:  # a version without files has no rows to ask
            return
        where = condition(text, columns)
        for value, count in self.run(f"SELECT {SET}, count(*) FROM {relation} WHERE {where} GROUP BY 1"):
            yield sets.read(value), int(count)

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Whatever a statement of our own gives.

        Raises:  NotRunAgain, RowsTooCostly.
        """
        with self._guarded():
            rows: list[tuple[Any, ...]] = self._db.execute(sql).fetchall()
            return rows

    def number(self, sql: str) -> int:
        """The one number that a query gives."""
        [(number,)] = self.run(sql)
        return int(number)

    @contextmanager
    def _incoming(self, rows: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        self._db.register("incoming", rows)
        try:
            yield
        finally:
            with suppress(duckdb.Error):
                self._db.unregister("incoming")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except duckdb.InterruptException:
            raise self._costly(f"{self._bounds.seconds:,.0f} seconds") from None
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise self._costly(f"{self._bounds.memory_bytes // 2**20:,} MiB of memory or the room on disk") from None
        except duckdb.Error as fault:
            raise NotRunAgain(type(fault).__name__) from None

    def _costly(self, what: str) -> RowsTooCostly:
        return RowsTooCostly(
            f"cannot follow rows: expected to need at most {what}, got more", next_step="headwater lineage NODE --rows CONDITION"
        )
