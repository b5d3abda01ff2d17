"""Statements made up: constructs put inside one another at random over the small tables, each valid on DuckDB and without chance in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

import duckdb
import sqlglot
from sqlglot import exp

from tests.oracle.cases import Case
from tests.oracle.small import SCHEMA

_TABLES = {"t": ("id", "a", "b", "g"), "u": ("id", "x", "y"), "v": ("k", "z")}
"""The integer columns of the small tables."""
_CLAUSES = ("where", "having", "group", "order", "limit", "distinct", "qualify", "joins", "with_")


class Fuzzer:
    """Makes queries whose outputs are all integers, so that any expression fits anywhere."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._names = 0

    def statement(self) -> str:
        """A query, or a statement that writes one's rows."""
        sql, columns = self._query(3)
        if self._chance.random() < 0.2 and len(columns) >= 2:
            wanted = self._chance.sample(("p", "q", "r"), 2)
            return f"INSERT INTO w ({', '.join(wanted)}) SELECT {columns[0]}, {columns[1]} FROM ({sql}) AS made"
        return sql

    def _name(self, stem: str) -> str:
        self._names += 1
        return f"{stem}{self._names}"

    def _query(self, depth: int) -> tuple[str, list[str]]:
        roll = self._chance.random()
        if depth > 1 and roll < 0.15:
            return self._set_operation(depth)
        if depth > 1 and roll < 0.35:
            return self._with(depth)
        if depth > 1 and roll < 0.42:
            return self._pivoted(depth)
        return self._select(depth)

    def _with(self, depth: int) -> tuple[str, list[str]]:
        name = self._name("c")
        inner, columns = self._query(depth - 1)
        renamed = [self._name("m") for _ in columns] if self._chance.random() < 0.4 else columns
        listed = f"({', '.join(renamed)})" if renamed is not columns else ""
        sql, outputs = self._select(depth - 1, (f"{name} AS {name}", [f"{name}.{column}" for column in renamed]))
        return f"WITH {name}{listed} AS ({inner}) {sql}", outputs

    def _set_operation(self, depth: int) -> tuple[str, list[str]]:
        left, columns = self._select(depth - 1)
        right, others = self._select(depth - 1)
        width = min(len(columns), len(others))
        word = self._chance.choice(("UNION", "UNION ALL", "INTERSECT", "EXCEPT"))
        first, second = self._name("l"), self._name("r")
        chosen = ", ".join(columns[:width])
        return f"SELECT {chosen} FROM ({left}) {first} {word} SELECT {', '.join(others[:width])} FROM ({right}) {second}", columns[:width]

    def _pivoted(self, depth: int) -> tuple[str, list[str]]:
        inner, columns = self._select(depth - 1)
        if len(columns) < 2:
            return inner, columns
        key, value = columns[:2]
        name = self._name("e")
        return f"SELECT {key}, {name} FROM ({inner}) UNPIVOT ({name} FOR kind IN ({value}))", [key, name]

    def _select(self, depth: int, given: tuple[str, list[str]] | None = None) -> tuple[str, list[str]]:
        source, scope = given or self._item(depth)
        while self._chance.random() < 0.4 and depth > 1:
            source, scope = self._joined(source, scope, depth)
        where = f" WHERE {self._condition(scope, depth)}" if self._chance.random() < 0.5 else ""
        if self._chance.random() < 0.35:
            return self._grouped(source, scope, where, depth)
        outputs, parts = [], []
        for _ in range(self._chance.randint(1, 3)):
            name = self._name("o")
            parts.append(f"{self._value(scope, depth, windows=True)} AS {name}")
            outputs.append(name)
        distinct = "DISTINCT " if self._chance.random() < 0.15 else ""
        order = " ORDER BY ALL LIMIT 4" if self._chance.random() < 0.15 else ""
        return f"SELECT {distinct}{', '.join(parts)} FROM {source}{where}{order}", outputs

    def _grouped(self, source: str, scope: Sequence[str], where: str, depth: int) -> tuple[str, list[str]]:
        keys = self._chance.sample(list(scope), min(len(scope), self._chance.randint(1, 2)))
        outputs = [self._name("k") for _ in keys]
        parts = [f"{key} AS {name}" for key, name in zip(keys, outputs, strict=True)]
        for _ in range(self._chance.randint(1, 2)):
            name = self._name("s")
            function = self._chance.choice(("sum", "min", "max", "count"))
            only = f" FILTER (WHERE {self._condition(scope, 0)})" if self._chance.random() < 0.25 else ""
            parts.append(f"{function}({self._value(scope, 0)}){only} AS {name}")
            outputs.append(name)
        having = (
            f" HAVING {self._chance.choice(('count(*) > 1', f'max({self._chance.choice(list(scope))}) > 1'))}"
            if self._chance.random() < 0.3
            else ""
        )
        grouping = f"ROLLUP ({', '.join(keys)})" if self._chance.random() < 0.2 else ", ".join(keys)
        return f"SELECT {', '.join(parts)} FROM {source}{where} GROUP BY {grouping}{having}", outputs

    def _item(self, depth: int) -> tuple[str, list[str]]:
        name = self._name("f")
        roll = self._chance.random()
        if depth > 1 and roll < 0.35:
            inner, columns = self._query(depth - 1)
            return f"({inner}) AS {name}", [f"{name}.{column}" for column in columns]
        if roll < 0.42:
            return f"(VALUES (0, 1), (2, 3), (1, 4)) AS {name}(n, m)", [f"{name}.n", f"{name}.m"]
        table = self._chance.choice(list(_TABLES))
        return f"{table} AS {name}", [f"{name}.{column}" for column in _TABLES[table]]

    def _joined(self, source: str, scope: Sequence[str], depth: int) -> tuple[str, list[str]]:
        roll = self._chance.random()
        if roll < 0.15:
            name = self._name("n")
            return f"{source}, UNNEST([{self._value(scope, 0)}, {self._value(scope, 0)}]) AS {name}(e)", [*scope, f"{name}.e"]
        if roll < 0.3:
            name = self._name("j")
            inner = f"SELECT max(x) AS best, count(*) AS many FROM u WHERE u.id = {self._chance.choice(list(scope))}"
            return f"{source}, LATERAL ({inner}) AS {name}", [*scope, f"{name}.best", f"{name}.many"]
        other, columns = self._item(depth - 1)
        kind = self._chance.choice(("JOIN", "LEFT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN"))
        condition = f"{self._chance.choice(list(scope))} = {self._chance.choice(columns)}"
        kept = list(scope) if kind in ("SEMI JOIN", "ANTI JOIN") else [*scope, *columns]
        return f"{source} {kind} {other} ON {condition}", kept

    def _value(self, scope: Sequence[str], depth: int, *, windows: bool = False) -> str:
        column = self._chance.choice(list(scope))
        other = self._chance.choice(list(scope))
        made: list[Callable[[], str]] = [
            lambda: column,
            lambda: column,
            lambda: f"{column} + {other}",
            lambda: f"coalesce({column}, {other}, 0)",
            lambda: f"CASE WHEN {self._condition(scope, 0)} THEN {column} ELSE {other} END",
            lambda: f"greatest({column}, {other})",
            lambda: f"[{column}, {other}][1]",
            lambda: f"{{'f': {column}, 'h': {other}}}.f",
        ]
        if depth > 1:
            made.append(lambda: f"(SELECT sum(y) FROM u AS deep WHERE deep.x = {column})")
        if windows:
            made.append(lambda: f"sum({column}) OVER (PARTITION BY {other})")
            made.append(lambda: f"rank() OVER (PARTITION BY {other} ORDER BY {column})")
        return self._chance.choice(made)()

    def _condition(self, scope: Sequence[str], depth: int) -> str:
        column, other = self._chance.choice(list(scope)), self._chance.choice(list(scope))
        made = [
            f"{column} > {self._chance.randrange(3)}",
            f"{column} <= {other}",
            f"{column} IN (1, 2, 3)",
            f"{column} IS NOT NULL",
            f"({column} = 1 OR {other} = 2)",
        ]
        if depth > 1:
            made.append(f"EXISTS (SELECT 1 FROM v AS far WHERE far.k = {column})")
            made.append(f"{column} IN (SELECT near.x FROM u AS near WHERE near.y >= {other})")
            made.append(f"{column} >= ANY (SELECT lots.z FROM v AS lots)")
        return self._chance.choice(made)


def made_up(seed: int) -> Case:
    """The statement of a seed."""
    return Case("fuzzed", str(seed), Fuzzer(random.Random(seed)).statement(), SCHEMA)


def runs(sql: str) -> bool:
    """Whether DuckDB takes it."""
    connection = duckdb.connect()
    try:
        for table, columns in SCHEMA.items():
            connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        connection.execute(sql)
    except duckdb.Error:
        return False
    finally:
        connection.close()
    return True


def shrunk(sql: str, fails: Callable[[str], bool]) -> str:
    """A smaller statement that still fails: clauses, outputs and operands are taken away while that is so."""
    smaller: str | None = sql
    while smaller is not None:
        sql = smaller
        smaller = next((each for each in _smaller(sql) if len(each) < len(sql) and runs(each) and fails(each)), None)
    return sql


def _smaller(sql: str) -> list[str]:
    tree = sqlglot.parse_one(sql, read="duckdb")
    found: list[str] = []
    for number, node in enumerate(tree.walk()):
        present = [clause for clause in _CLAUSES if isinstance(node, exp.Query) and node.args.get(clause)]
        found += [_without(tree, number, partial(_drop_clause, clause)) for clause in present]
        if isinstance(node, exp.Select) and len(node.selects) > 1:
            found += [_without(tree, number, partial(_drop_output, at)) for at in range(len(node.selects))]
        if isinstance(node, (exp.Binary, exp.Case, exp.Func, exp.Window)) and node.parent is not None and node.find(exp.Column):
            found.append(_without(tree, number, _leave_a_column))
    return found


def _drop_clause(clause: str, query: exp.Expr) -> None:
    query.set(clause, None)


def _drop_output(at: int, query: exp.Expr) -> None:
    assert isinstance(query, exp.Select)
    query.selects[at].pop()


def _leave_a_column(node: exp.Expr) -> None:
    column = node.find(exp.Column)
    assert column is not None
    node.replace(column.copy())


def _without(tree: exp.Expr, number: int, change: Callable[[exp.Expr], object]) -> str:
    twin = tree.copy()
    change(next(node for at, node in enumerate(twin.walk()) if at == number))
    return twin.sql(dialect="duckdb")
