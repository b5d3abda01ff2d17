"""Truth by experiment: change one source column (or drop one row) in DuckDB and see which outputs move.

Every movement must be covered by an edge: of the moved column itself, or of all rows. It says nothing about edges too many.
The data is small and its values few, so that filters and joins of the statements here let some rows through and keep others out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from headwater.capture.sql import analyse
from headwater.model.lineage import Statement, StatementLineage

Row = tuple[object, ...]

TABLES: dict[str, dict[str, str]] = {
    "t": {"id": "INTEGER", "a": "INTEGER", "b": "INTEGER", "g": "INTEGER", "s": "VARCHAR"},
    "u": {"id": "INTEGER", "x": "INTEGER", "y": "INTEGER", "s": "VARCHAR"},
    "v": {"k": "INTEGER", "z": "INTEGER", "d": "DATE"},
}
TARGET = "w"
TARGET_COLUMNS = {"p": "INTEGER", "q": "INTEGER", "r": "INTEGER"}

_VALUES: dict[str, Sequence[str]] = {
    "INTEGER": ("0", "1", "2", "3", "4"),
    "VARCHAR": ("'a'", "'b'", "'ab'", "'c'"),
    "DATE": ("'2024-01-01'", "'2024-02-01'", "'2024-02-15'"),
}
_ROWS = 7


class Catalog:
    """The schemas of the experiment."""

    def columns(self, table: str) -> Mapping[str, str] | None:
        """All are known."""
        return {**TABLES, TARGET: TARGET_COLUMNS}.get(table)


@dataclass(frozen=True)
class Moved:
    """What an experiment on one source showed."""

    table: str
    column: str | None
    """None: a row was taken away."""
    outputs: frozenset[str | None]
    """Output columns whose values moved; None: the number of rows, or how values stand together."""


@dataclass
class Findings:
    """All movements of one statement."""

    lineage: StatementLineage
    moved: set[Moved] = field(default_factory=set)

    def uncovered(self) -> list[Moved]:
        """Movements that no edge explains."""
        return sorted((each for each in self.moved if not self._covers(each)), key=repr)

    def _covers(self, moved: Moved) -> bool:
        edges = [edge for edge in self.lineage.edges if edge.source_table == moved.table]
        if moved.column is not None:
            edges = [edge for edge in edges if edge.source_column == moved.column]
        reached = {edge.target_column for edge in edges}
        return None in reached or all(output in reached if output is not None else bool(reached) for output in moved.outputs)


def experiment(statements: Sequence[str], *, seeds: int = 4) -> dict[str, Findings]:
    """Run every statement over every change and collect what moved."""
    findings = {sql: Findings(analyse(Statement(sql, "duckdb"), Catalog())) for sql in statements}
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for seed in range(seeds):
        chance = random.Random(seed)
        data = {table: _rows(columns, chance) for table, columns in {**TABLES, TARGET: TARGET_COLUMNS}.items()}
        _fill(connection, data)
        base = {sql: _outcome(connection, sql, findings[sql].lineage) for sql in statements}
        for table, column, changed in _changes(data, chance):
            _fill(connection, {table: changed})
            for sql in statements:
                outputs = _difference(base[sql], _outcome(connection, sql, findings[sql].lineage))
                own = {column} if table in findings[sql].lineage.targets else set()
                if outputs - own:
                    findings[sql].moved.add(Moved(table, column, frozenset(outputs - own)))
            _fill(connection, {table: data[table]})
    connection.close()
    return findings


def _rows(columns: Mapping[str, str], chance: random.Random) -> list[tuple[str, ...]]:
    return [tuple("NULL" if chance.random() < 0.08 else chance.choice(_VALUES[kind]) for kind in columns.values()) for _ in range(_ROWS)]


def _changes(data: Mapping[str, list[tuple[str, ...]]], chance: random.Random) -> Iterator[tuple[str, str | None, list[tuple[str, ...]]]]:
    """Each column of each table drawn anew, then each table short of a row; the target's own columns too."""
    for table, columns in {**TABLES, TARGET: TARGET_COLUMNS}.items():
        for at, (column, kind) in enumerate(columns.items()):
            yield table, column, [(*row[:at], chance.choice(_VALUES[kind]), *row[at + 1 :]) for row in data[table]]
        if table != TARGET:
            gone = chance.randrange(_ROWS)
            yield table, None, [row for at, row in enumerate(data[table]) if at != gone]


def _fill(connection: duckdb.DuckDBPyConnection, data: Mapping[str, list[tuple[str, ...]]]) -> None:
    for table, rows in data.items():
        columns = {**TABLES, TARGET: TARGET_COLUMNS}[table]
        connection.execute(f"CREATE OR REPLACE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        connection.execute(f"INSERT INTO {table} VALUES {', '.join('(' + ', '.join(row) + ')' for row in rows)}")


def _outcome(connection: duckdb.DuckDBPyConnection, sql: str, lineage: StatementLineage) -> dict[str, list[object]]:
    """The output columns by name: of the query, or of the target after the statement, which is then undone."""
    target = lineage.targets[0] if lineage.targets else None
    connection.execute("BEGIN")
    try:
        connection.execute(sql)
        if target is not None:
            connection.execute(f"SELECT * FROM {target} ORDER BY ALL")
        names = [column[0] for column in connection.description or ()]
        rows = connection.fetchall()
        ordered = rows if " order by " in sql.lower() and target is None else sorted(rows, key=repr)
        named = [name.lower() if name.isidentifier() else f"_col_{at}" for at, name in enumerate(names)]
        return {"": ordered, **{name: [row[at] for row in ordered] for at, name in enumerate(named)}}
    finally:
        connection.execute("ROLLBACK")


def _difference(before: Mapping[str, list[object]], after: Mapping[str, list[object]]) -> set[str | None]:
    if len(before[""]) != len(after[""]):
        return {None}
    moved = {name for name in before if name and Counter(map(repr, before[name])) != Counter(map(repr, after[name]))}
    return set(moved) if moved or before[""] == after[""] else {None}
