"""Random statements over small tables whose rows came in batches, and what each row owes to which batch by taking batches away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import reject
from hypothesis import strategies as st

from headwater.capture.sql.provenance import SET, Lending, program, rewritten
from headwater.edges.engines.provenance.base import BATCH, FILE, Bounds, NotRunAgain, RowBase, Stored
from headwater.edges.engines.provenance.reruns import Reruns
from headwater.edges.engines.provenance.sets import Sets
from headwater.model.lineage import Statement

BATCHES = 5
TABLES = ("a", "b", "c")

Outcome = Callable[["Lake", str, int | None], Counter[tuple[Any, ...]]]
"""How often each row comes of a text, without the rows of one batch."""
Row = tuple[int, int | None, int | None]
"""Batch, k, v."""


@dataclass(frozen=True, slots=True)
class Lake:
    """Three tables with the columns k and v."""

    tables: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a statement gives: how often each row, and the batches it claims, surely and possibly."""

    rows: Counter[tuple[Any, ...]]
    sure: dict[tuple[Any, ...], set[int]]
    possible: dict[tuple[Any, ...], set[int]]


values = st.one_of(st.none(), st.integers(0, 3))
rows = st.tuples(st.integers(0, BATCHES - 1), values, values)
lakes = st.builds(Lake, st.tuples(*[st.lists(rows, max_size=5).map(tuple) for _ in TABLES]))


@st.composite
def conditions(draw: st.DrawFn, alias: str, depth: int, *, monotone: bool) -> str:
    """A condition on one relation's columns."""
    number = draw(st.integers(0, 3))
    plain = [f"{alias}.k = {number}", f"{alias}.v >= {number}", f"{alias}.v IS NOT NULL", f"{alias}.k <> {alias}.v OR {alias}.v = {number}"]
    if depth <= 0:
        return draw(st.sampled_from(plain))
    inner = draw(queries(depth - 1, monotone=monotone))
    inside = [
        f"EXISTS (SELECT * FROM ({inner}) i WHERE i.k = {alias}.k)",
        f"{alias}.v IN (SELECT i.v FROM ({inner}) i)",
        f"({alias}.k, {alias}.v) IN ({inner})",
    ]
    others = [
        f"NOT EXISTS (SELECT 1 FROM ({inner}) i WHERE i.v = {alias}.v)",
        f"{alias}.k NOT IN (SELECT i.k FROM ({inner}) i WHERE i.k IS NOT NULL)",
        f"{alias}.v >= (SELECT count(*) FROM ({inner}) i WHERE i.k = {alias}.k)",
        f"{alias}.v > ALL (SELECT i.v FROM ({inner}) i)",
        f"({alias}.k = {number} OR {alias}.v IN (SELECT i.k FROM ({inner}) i))",
    ]
    first = draw(st.sampled_from(plain + inside + ([] if monotone else others)))
    return draw(st.sampled_from([first, f"{first} AND {plain[0]}", f"{plain[1]} AND {first}"]))


@st.composite
def queries(draw: st.DrawFn, depth: int, *, monotone: bool) -> str:
    """A query with the columns k and v, whose rows do not depend on any order that the engine chooses."""
    if depth <= 0:
        return f"SELECT k, v FROM {draw(st.sampled_from(TABLES))}"
    one, two = (draw(queries(depth - 1, monotone=monotone)) for _ in range(2))
    table = draw(st.sampled_from(TABLES))
    condition = draw(conditions("x", depth - 1, monotone=monotone))
    found = [
        f"SELECT x.k, x.v FROM ({one}) x WHERE {condition}",
        f"SELECT * FROM ({one}) x WHERE {condition}",
        f"SELECT x.k, y.v FROM ({one}) x JOIN ({two}) y ON x.v = y.k",
        f"SELECT x.k, y.v FROM {table} x, ({two}) y WHERE x.k = y.k AND {condition}",
        f"SELECT k, x.v + y.v AS v FROM ({one}) x JOIN {table} y USING (k)",
        f"SELECT DISTINCT k, v FROM ({one}) x",
        f"SELECT k, 1 AS v FROM ({one}) x GROUP BY k",
        f"({one}) UNION ALL ({two})",
        f"({one}) UNION ({two})",
        f"({one}) INTERSECT ({two})",
        f"WITH q AS ({one}), r(k, v) AS (SELECT v, k FROM q) SELECT q.k, r.v FROM q JOIN r ON q.k = r.k",
        f"SELECT x.k, l.v FROM ({one}) x, LATERAL (SELECT y.v FROM {table} y WHERE y.k = x.k) l",
        f"SELECT x.* FROM ({one}) x SEMI JOIN ({two}) y ON x.k = y.k",
        f"WITH RECURSIVE r(k, v) AS (SELECT k, v FROM ({one}) o UNION SELECT t.k, t.v FROM {table} t JOIN r ON t.k = r.v) SELECT * FROM r",
    ]
    if not monotone:
        found += [
            f"SELECT k, sum(v) AS v FROM ({one}) x GROUP BY k",
            f"SELECT k, count(*) AS v FROM ({one}) x GROUP BY 1 HAVING count(*) < 3",
            f"SELECT count(*) AS k, max(v) AS v FROM ({one}) x",
            f"SELECT k, count(DISTINCT v) AS v FROM ({one}) x GROUP BY ROLLUP (k)",
            f"SELECT x.k, y.v FROM ({one}) x LEFT JOIN ({two}) y ON x.k = y.k",
            f"SELECT k, x.v FROM ({one}) x FULL JOIN ({two}) y USING (k)",
            f"SELECT y.k, x.v FROM ({one}) x RIGHT JOIN ({two}) y ON x.v = y.v AND x.k = 1",
            f"SELECT x.* FROM ({one}) x ANTI JOIN ({two}) y ON x.k = y.k",
            f"({one}) EXCEPT ({two})",
            f"SELECT k, sum(v) OVER (PARTITION BY k) AS v FROM ({one}) x",
            f"SELECT k, rank() OVER (ORDER BY v) AS v FROM ({one}) x",
            f"SELECT k, v FROM ({one}) x QUALIFY rank() OVER (PARTITION BY k ORDER BY v) = 1",
            f"SELECT k, sum(count(*)) OVER (ORDER BY k) AS v FROM ({one}) x GROUP BY k",
            f"SELECT k, v FROM ({one}) x ORDER BY k NULLS FIRST, v NULLS FIRST LIMIT 2",
            f"SELECT k, v FROM ({one}) x ORDER BY 1 NULLS FIRST, 2 NULLS FIRST LIMIT 2 OFFSET 1",
            f"SELECT DISTINCT k, v FROM ({one}) x ORDER BY k NULLS LAST, v NULLS LAST LIMIT 2",
            f"SELECT DISTINCT ON (k) k, v FROM ({one}) x ORDER BY k, v NULLS FIRST",
            f"SELECT x.k, (SELECT count(*) FROM ({two}) y WHERE y.k = x.k) AS v FROM ({one}) x",
            f"SELECT x.k, CASE WHEN EXISTS (SELECT 1 FROM ({two}) y WHERE y.v = x.v) THEN 1 ELSE 0 END AS v FROM ({one}) x",
            f"SELECT (SELECT max(k) FROM ({one}) y) AS k, (SELECT count(*) FROM ({two}) y) AS v",
            f"SELECT count(*) AS k, (SELECT count(*) FROM ({two}) y) AS v FROM ({one}) x WHERE k > 5",
        ]
    return draw(st.sampled_from(found))


def filled(lake: Lake, without: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database with the tables, without the rows of one batch."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for name, told in zip(TABLES, lake.tables, strict=True):
        connection.execute(f"CREATE TABLE {name} (batch INTEGER, k INTEGER, v INTEGER)")
        kept = [row for row in told if row[0] != without]
        if kept:
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", kept)
    return connection


def given(lake: Lake, sql: str, without: int | None) -> Counter[tuple[Any, ...]]:
    """How often a statement gives each row."""
    with filled(lake, without) as connection:
        for name in TABLES:
            connection.execute(f"ALTER TABLE {name} DROP COLUMN batch")
        return Counter(connection.execute(sql).fetchall())


def claimed(lake: Lake, sql: str, batches: int = BATCHES) -> Claimed:
    """What the rewritten statement says; `batches` may be more than there are, for wider sets."""
    sets = Sets(batches)
    lending = Lending(frozenset(TABLES[:2]), sets.last) if sets.are_wide else Lending()
    [step] = program(Statement(sql, "duckdb"), ()).steps
    told = rewritten(step.told.filling, lending)
    found = Claimed(Counter(), {}, {})
    with filled(lake) as connection:
        sets.prepare(connection, {number: _batches(lake, name) for number, name in enumerate(told.inputs)})
        for number, name in enumerate(told.inputs):
            cases = " ".join(f"WHEN {batch} THEN {sets.literal(sets.one(batch))}" for batch in range(BATCHES))
            shown = f"{sets.last} - batch" if name in lending.numbered else f"CASE batch {cases} END"
            connection.execute(f"CREATE VIEW hw_input_{number} AS SELECT {shown} AS s, k, v FROM {name}")
        with _working():
            given_rows = connection.execute(told.sql).fetchall()
        for bits, *row in given_rows:
            key = tuple(row)
            found.rows[key] += 1
            found.sure.setdefault(key, set()).update(sets.sure_of(sets.read(bits)))
            found.possible.setdefault(key, set()).update(sets.possible_of(sets.read(bits)))
    return found


@contextmanager
def _working() -> Iterator[None]:
    """Pass over what the engine itself cannot do: some correlated queries with WITH RECURSIVE inside end in a fault of its own."""
    try:
        yield
    except duckdb.InternalException:
        reject()
    except NotRunAgain as fault:
        if fault.kind != duckdb.InternalException.__name__:
            raise
        reject()


def needed(lake: Lake, sql: str, outcome: Outcome | None = None) -> dict[tuple[Any, ...], set[int]]:
    """For every row, the batches without which there are fewer of it."""
    outcome = outcome or given
    whole = outcome(lake, sql, None)
    without = {batch: outcome(lake, sql, batch) for batch in range(BATCHES)}
    return {row: {batch for batch, left in without.items() if left[row] < count} for row, count in whole.items()}


def _batches(lake: Lake, name: str) -> Sequence[int]:
    return sorted({row[0] for row in lake.tables[TABLES.index(name)]})


_KEYED = "(SELECT k, max(v) AS v FROM b WHERE k IS NOT NULL GROUP BY k)"
"""A source of at most one row by key, as engines ask for."""


@st.composite
def changes(draw: st.DrawFn) -> str:
    """A text that changes the table `a`, alone or after others, whose outcome does not depend on what an engine chooses."""
    number, other = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    inner = draw(queries(1, monotone=draw(st.booleans())))
    source = draw(st.sampled_from([_KEYED, "(SELECT DISTINCT k, 1 AS v FROM c)"]))
    matched = draw(st.sampled_from(["UPDATE SET v = s.v", f"UPDATE SET k = a.k + 1, v = {number}", "DELETE", "DO NOTHING"]))
    further = draw(st.sampled_from(["", "WHEN MATCHED THEN DELETE", f"WHEN MATCHED AND a.v = {other} THEN UPDATE SET v = s.v + 1"]))
    new = draw(
        st.sampled_from(
            ["", "WHEN NOT MATCHED THEN INSERT (v, k) VALUES (s.v, s.k)", "WHEN NOT MATCHED AND s.v > 1 THEN INSERT VALUES (s.k, 7)"]
        )
    )
    missing = draw(
        st.sampled_from(
            ["", "WHEN NOT MATCHED BY SOURCE THEN DELETE", f"WHEN NOT MATCHED BY SOURCE AND a.v > {other} THEN UPDATE SET v = 5"]
        )
    )
    single = [
        f"UPDATE a SET v = v + 1 WHERE k = {number}",
        f"UPDATE a AS x SET (k, v) = (x.v, x.k) WHERE {draw(conditions('x', 1, monotone=False))}",
        f"UPDATE a SET v = {number} FROM b WHERE a.k = b.k AND b.v >= {other}",
        f"UPDATE a AS x SET v = s.v FROM {source} s WHERE x.k = s.k",
        f"UPDATE a SET v = (SELECT count(*) FROM ({inner}) i WHERE i.k = a.k)",
        f"DELETE FROM a WHERE k >= {number} OR v IS NULL",
        f"DELETE FROM a AS x WHERE {draw(conditions('x', 1, monotone=False))}",
        f"DELETE FROM a USING b WHERE a.k = b.k AND b.v = {number}",
        "TRUNCATE a",
        f"MERGE INTO a USING {source} s ON a.k = s.k WHEN MATCHED AND s.v >= {other} THEN {matched} {further} {new} {missing}",
        f"WITH s AS ({inner}) DELETE FROM a WHERE v IN (SELECT v FROM s)",
    ]
    scripts = [
        f"CREATE TEMP TABLE q AS {inner}; DELETE FROM a WHERE k IN (SELECT k FROM q); INSERT INTO a SELECT * FROM q; DROP TABLE q",
        f"BEGIN; INSERT INTO a SELECT * FROM ({inner}); {draw(st.sampled_from(single))}; COMMIT",
        f"CREATE TABLE n (k INTEGER, v INTEGER); INSERT INTO n {inner}; INSERT INTO n SELECT v, k FROM n; INSERT INTO a (v, k) FROM n",
        f"INSERT INTO b SELECT * FROM c; UPDATE c SET v = 0; {draw(st.sampled_from(single))}",
        f"CREATE OR REPLACE TABLE a AS {inner}; {draw(st.sampled_from(single))}",
    ]
    return draw(st.sampled_from([*single, *scripts]))


@st.composite
def chains(draw: st.DrawFn) -> str:
    """Two statements, of which the second counts or compares rows that the first may give for want of others."""
    first = draw(queries(1, monotone=False))
    second = draw(
        st.sampled_from(
            [
                "SELECT count(*) AS k, max(v) AS v FROM q",
                "SELECT k, sum(v) AS v FROM q GROUP BY k",
                "SELECT x.k, y.v FROM c x LEFT JOIN q y ON x.k = y.k",
                "SELECT k, v FROM c x WHERE NOT EXISTS (SELECT 1 FROM q WHERE q.k = x.k)",
                "SELECT k, rank() OVER (ORDER BY v) AS v FROM q",
            ]
        )
    )
    return f"CREATE TEMP TABLE q AS {first}; CREATE OR REPLACE TABLE a AS {second}"


def held_after(lake: Lake, sql: str, without: int | None) -> Counter[tuple[Any, ...]]:
    """How often each row is in the table `a` after a text."""
    with filled(lake, without) as connection:
        for name in TABLES:
            connection.execute(f"ALTER TABLE {name} DROP COLUMN batch")
        connection.execute(sql)
        return Counter(connection.execute("SELECT k, v FROM a").fetchall())


def claimed_after(lake: Lake, sql: str, batches: int = BATCHES) -> Claimed:
    """What the program of a text says of the rows that are in the table `a` afterwards."""
    sets = Sets(batches)
    found = Claimed(Counter(), {}, {})
    told = program(Statement(sql, "duckdb"), {"a"})
    with TemporaryDirectory() as folder:
        base = RowBase(Path(folder), Bounds())
        try:
            lent = {}
            for name, listed in zip(TABLES, lake.tables, strict=True):
                base.run(f"CREATE TABLE stored_{name} ({FILE} INTEGER, {BATCH} INTEGER, k INTEGER, v INTEGER)")
                for batch, k, v in listed:
                    base.run(f"INSERT INTO stored_{name} VALUES (0, {batch}, {'NULL' if k is None else k}, {'NULL' if v is None else v})")
                lent[name] = f"leaf_{name}"
                base.show_leaf(lent[name], Stored(f"stored_{name}", ("k", "v")), sets)
            assert set(told.needs) <= set(TABLES)
            with _working():
                Reruns(base, sets).run(told, lent, "made", Stored("stored_a", ("k", "v")))
            added = "" if told.holds else f" UNION ALL SELECT * FROM {lent['a']}"
            for bits, *row in base.run(f"SELECT {SET}, k, v FROM made{added}"):
                key = tuple(row)
                found.rows[key] += 1
                found.sure.setdefault(key, set()).update(sets.sure_of(sets.read(bits)))
                found.possible.setdefault(key, set()).update(sets.possible_of(sets.read(bits)))
        finally:
            base.close()
    return found
