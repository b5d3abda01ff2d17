"""Compares the rows of two versions: equal rows cancel each other out, what is left is paired by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from headwater.edges.engines.differences.parts import Part, Unshared, unshared
from headwater.edges.engines.differences.statistics import statistics
from headwater.edges.engines.differences.tables import Column, connect, load
from headwater.edges.engines.differences.touched import ranges, touched
from headwater.model.content import Unread
from headwater.model.differences import ColumnChange, RowDifference, RowPlace, RowSample, Side
from headwater.model.errors import ContentFault, UsageError

Token = Callable[[str, str], str]
"""A keyed token for a value of a kind, as `capture.redaction.tokens` makes them."""
_MEMORY_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a comparison: the key columns, how many samples of each side, and the memory to stay within."""

    keys: tuple[str, ...] = ()
    samples: int = 20
    memory_bytes: int = _MEMORY_BYTES


def row_difference(old: Sequence[Part], new: Sequence[Part], asked: Asked, *, token: Token, scratch: Path | None = None) -> RowDifference:
    """Which rows two versions do not share, reading only the files they do not share.

    A row that stands in a file of its own in both versions and is equal in all columns that both have is no difference, wherever it stands.
    Rows that are left on both sides under one key have changed; where a key occurs several times they are paired in their order.
    `scratch` is where rows that do not fit into memory go; they are gone from it when this returns.

    Raises:  ContentFault: a file cannot be read or rows cannot be compared. UsageError: a key is no column of both versions.
    """
    parts = unshared(old, new)
    with TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as folder, connect(Path(folder), asked.memory_bytes) as connection:
        columns = load(connection, parts)
        try:
            return _Comparison(connection, parts, columns, asked).difference(token)
        except duckdb.Error:
            raise ContentFault(Unread(kind="unsupported", reason="expected rows that can be compared, got others")) from None


class _Comparison:
    """One comparison: the two tables of rows become `left_old`, `left_new` and then `matched`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, parts: Unshared, columns: Sequence[Column], asked: Asked) -> None:
        self._connection, self._old, self._new, self._columns, self._asked = connection, parts.old, parts.new, columns, asked
        self._shared = [column for column in columns if column.is_shared]
        self._keys = [self._key(name) for name in asked.keys]

    def _key(self, name: str) -> Column:
        for column in self._shared:
            if column.name == name:
                return column
        problem = f"cannot compare by key `{name}`: expected a column that both versions have"
        raise UsageError(problem, next_step="name a column of both versions")

    def difference(self, token: Token) -> RowDifference:
        """Run the steps and collect what they found."""
        self._cancel()
        self._match()
        (counts,) = self._rows(f"SELECT {', '.join(f'count(*) FILTER ({where})' for where in _WHERE.values())} FROM matched")
        added, removed, changed = (int(count) for count in counts)
        return RowDifference(
            added=added,
            removed=removed,
            changed=changed,
            keys=self._asked.keys,
            columns=self._column_changes(),
            columns_added=tuple(column.name for column in self._columns if not column.in_old),
            columns_removed=tuple(column.name for column in self._columns if not column.in_new),
            samples=tuple(sample for side in _WHERE for sample in self._samples(side, token)),
            read_old=tuple(part.path for part in self._old),
            read_new=tuple(part.path for part in self._new),
            touched=touched(self._connection, self._columns) if added or removed or changed else (),
            ranges=ranges(self._connection, self._columns) if added or removed or changed else (),
        )

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def _cancel(self) -> None:
        """Keep of each distinct row, on each side, as many as the other side has not."""
        parts = {side: [text for column in self._shared for text in column.compared(side)] or ["0"] for side in ("old_rows", "new_rows")}
        names = [f"v{number}" for number in range(len(parts["old_rows"]))]
        sides = " UNION ALL ".join(
            f"SELECT {', '.join(f'{text} AS {name}' for text, name in zip(parts[table], names, strict=True))}, {new} AS is_new FROM {table}"
            for table, new in (("old_rows", "false"), ("new_rows", "true"))
        )
        self._connection.execute(
            f"CREATE TABLE surplus AS SELECT *, row_number() OVER () AS id FROM (SELECT {', '.join(names)},"
            f" count(*) FILTER (NOT is_new) AS was, count(*) FILTER (is_new) AS now FROM ({sides})"
            f" GROUP BY {', '.join(names)} HAVING was <> now)"
        )
        for table, target, more in (("old_rows", "left_old", "was > now"), ("new_rows", "left_new", "now > was")):
            equal = " AND ".join(f"{text} IS NOT DISTINCT FROM surplus.{name}" for text, name in zip(parts[table], names, strict=True))
            nth = "row_number() OVER (PARTITION BY id ORDER BY _part, _row)"
            places = f"SELECT _part, _row FROM {table} JOIN surplus ON {equal} WHERE {more} QUALIFY {nth} > least(was, now)"
            self._connection.execute(f"CREATE TABLE {target} AS SELECT {table}.* FROM {table} SEMI JOIN ({places}) USING (_part, _row)")
        self._connection.execute("DROP TABLE surplus")

    def _match(self) -> None:
        """Pair what is left by key; without keys nothing is paired."""
        differs = [f"({_differs(column)}) AS d{number}" for number, column in enumerate(self._shared)]
        keys = [f"coalesce(o.{key.sql}, n.{key.sql})::VARCHAR AS k{number}" for number, key in enumerate(self._keys)]
        found = ["o._part AS old_part", "o._row AS old_row", "n._part AS new_part", "n._row AS new_row", *keys, *differs]
        if self._keys:
            names = ", ".join(key.sql for key in self._keys)
            sides = [
                f"(SELECT *, row_number() OVER (PARTITION BY {names} ORDER BY _part, _row) AS nth FROM {table})"
                for table in ("left_old", "left_new")
            ]
            equal = " AND ".join([f"o.{key.sql} IS NOT DISTINCT FROM n.{key.sql}" for key in self._keys] + ["o.nth = n.nth"])
        else:
            sides, equal = ["left_old", "left_new"], "o._row = n._row AND o._part = n._part AND o._row < 0"
        self._connection.execute(f"CREATE TABLE matched AS SELECT {', '.join(found)} FROM {sides[0]} o FULL JOIN {sides[1]} n ON {equal}")

    def _column_changes(self) -> tuple[ColumnChange, ...]:
        wanted = [f"count(*) FILTER (d{number} AND {_WHERE['changed']})" for number in range(len(self._shared))]
        (counts,) = self._rows(f"SELECT {', '.join(wanted)} FROM matched") if wanted else ((),)
        changed = {column.sql: int(count) for column, count in zip(self._shared, counts, strict=True)}
        before = statistics(self._connection, "old_rows", [column for column in self._columns if column.in_old])
        after = statistics(self._connection, "new_rows", [column for column in self._columns if column.in_new])
        return tuple(
            ColumnChange(name=column.name, rows=changed.get(column.sql, 0), before=before.get(column.sql), after=after.get(column.sql))
            for column in self._columns
        )

    def _samples(self, side: Side, token: Token) -> list[RowSample]:
        keys, flags = [f"k{number}" for number in range(len(self._keys))], [f"d{number}" for number in range(len(self._shared))]
        wanted = ", ".join(["old_part", "old_row", "new_part", "new_row", *keys, *flags])
        order = "old_part, old_row" if side == "removed" else "new_part, new_row"
        found = self._rows(f"SELECT {wanted} FROM matched WHERE {_WHERE[side]} ORDER BY {order} LIMIT {int(self._asked.samples)}")
        return [self._sample(side, row, token) for row in found]

    def _sample(self, side: Side, row: tuple[Any, ...], token: Token) -> RowSample:
        keys, flags = row[4 : 4 + len(self._keys)], row[4 + len(self._keys) :]
        return RowSample(
            side=side,
            old=_place(self._old, row[0], row[1]),
            new=_place(self._new, row[2], row[3]),
            key=tuple(token("key", "" if value is None else f"={value}") for value in keys),
            columns=tuple(column.name for column, differs in zip(self._shared, flags, strict=True) if differs) if side == "changed" else (),
        )


_WHERE: dict[Side, str] = {
    "added": "old_row IS NULL",
    "removed": "new_row IS NULL",
    "changed": "old_row IS NOT NULL AND new_row IS NOT NULL",
}


def _differs(column: Column) -> str:
    return " OR ".join(f"{old} IS DISTINCT FROM {new}" for old, new in zip(column.compared("o"), column.compared("n"), strict=True))


def _place(parts: Sequence[Part], part: int | None, row: int | None) -> RowPlace | None:
    return RowPlace(path=parts[part].path, row=row) if part is not None and row is not None else None
