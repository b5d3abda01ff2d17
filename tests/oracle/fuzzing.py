"""Statements made up: constructs put inside one another at random over the small tables, each valid on DuckDB and without chance in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

import duckdb
import sqlglot
from sqlglot import exp

from tests.oracle.cases import Case, Keys
from tests.oracle.small import SCHEMA

_TABLES = {"t": ("id", "a", "b", "g"), "u": ("id", "x", "y"), "v": ("k", "z")}
"""The integer columns of the small tables."""
_CONFLICT = "ON CONFLICT"
_KEYS: Keys = {"w": [["p"]]}
"""What is unique where a statement says what to do about rows that are there already."""
_CLAUSES = ("where", "having", "group", "order", "limit", "distinct", "qualify", "joins", "with_")


class Fuzzer:
    """Makes queries whose outputs are all integers, so that any expression fits anywhere."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._names = 0

    def statement(self) -> str:
        """A query, or a statement that writes one's rows."""
        sql, columns = self._query(3)
        roll = self._chance.random()
        if roll < 0.06:
            return f"CREATE TABLE m AS {self._pivot_statement(sql, columns)[0]}"
        if roll < 0.3 and len(columns) >= 2:
            return self._write(sql, *columns[:2])
        return sql

    def _write(self, sql: str, key: str, value: str) -> str:
        """A statement that brings the rows of a query into a table; one row for each key where rows are matched."""
        first, second = self._chance.sample(("p", "q", "r"), 2)
        once = f"SELECT {key} AS k, max({value}) AS m FROM ({sql}) AS made WHERE {key} IS NOT NULL GROUP BY {key}"
        condition = self._condition(["w.p", "w.q", "n.m"], 0)
        return self._chance.choice(
            (
                f"INSERT INTO w ({first}, {second}) SELECT {key}, {value} FROM ({sql}) AS made",
                f"INSERT INTO w BY NAME SELECT {key} AS {first}, {value} AS {second} FROM ({sql}) AS made",
                f"CREATE TABLE m AS SELECT {key} AS one, {value} AS two FROM ({sql}) AS made",
                f"UPDATE w SET {first} = n.m, {second} = w.p FROM ({once}) AS n WHERE n.k = w.r AND {condition}",
                f"UPDATE w SET {first} = (SELECT max({value}) FROM ({sql}) AS made WHERE made.{key} = w.p) WHERE {second} > 1",
                f"DELETE FROM w WHERE {first} IN (SELECT {key} FROM ({sql}) AS made WHERE made.{value} >= w.{second})",
                f"MERGE INTO w USING ({once}) AS n ON w.p = n.k WHEN MATCHED AND {condition} THEN UPDATE SET q = n.m "
                f"WHEN NOT MATCHED THEN INSERT (p, r) VALUES (n.k, n.m)",
                f"MERGE INTO w USING ({once}) AS n ON w.p = n.k WHEN MATCHED AND {condition} THEN DELETE "
                f"WHEN MATCHED THEN UPDATE SET r = n.m",
                f"INSERT INTO w (p, q) {once} {_CONFLICT} (p) DO NOTHING",
                f"INSERT INTO w (p, q) {once} {_CONFLICT} (p) DO UPDATE SET q = excluded.q, r = w.q WHERE w.r > 1",
            )
        )

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
        if depth > 1 and roll < 0.48:
            return self._recursive(depth)
        if depth > 1 and roll < 0.56:
            return self._starred(depth)
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
        if self._chance.random() < 0.5:
            sql, outputs = self._pivot_statement(inner, columns)
            names = [self._name("e") for _ in outputs]
            return f"SELECT {', '.join(f'{old} AS {new}' for old, new in zip(outputs, names, strict=True))} FROM ({sql})", names
        key, value = columns[:2]
        name = self._name("e")
        return f"SELECT {key}, {name} FROM ({inner}) UNPIVOT ({name} FOR kind IN ({value}))", [key, name]

    def _pivot_statement(self, inner: str, columns: Sequence[str]) -> tuple[str, list[str]]:
        """DuckDB's statement, its outputs quoted."""
        key, value = columns[0], columns[-1]
        if self._chance.random() < 0.3 and len(columns) > 1:
            kind, amount = self._name("d"), self._name("e")
            return f"UNPIVOT ({inner}) ON {key}, {value} INTO NAME {kind} VALUE {amount}", [amount]
        group = columns[1] if len(columns) > 2 else key
        return f"PIVOT ({inner}) ON {key} IN (1, 2) USING max({value}) GROUP BY {group}", ['"1"', '"2"', group]

    def _recursive(self, depth: int) -> tuple[str, list[str]]:
        inner, columns = self._select(depth - 1)
        name, n, m = self._name("r"), self._name("n"), self._name("m")
        start = f"SELECT {columns[0]}, {columns[-1]} FROM ({inner}) AS {name}_start"
        step = self._chance.choice((f"{name}.{m} FROM {name} WHERE", f"u.y FROM {name} JOIN u ON u.id = {name}.{m} WHERE"))
        sql = f"WITH RECURSIVE {name}({n}, {m}) AS ({start} UNION SELECT {name}.{n} + 1, {step} {name}.{n} BETWEEN 0 AND 2)"
        return f"{sql} SELECT {n}, {m} FROM {name}", [n, m]

    def _starred(self, depth: int) -> tuple[str, list[str]]:
        inner, columns = self._query(depth - 1)
        name, other = self._name("x"), self._chance.choice(columns)
        if len(columns) < 2:
            return f"SELECT COLUMNS(*) + 1 FROM ({inner}) AS {name}", columns
        rest = [column for column in columns if column != other]
        renamed = self._name("o")
        return self._chance.choice(
            (
                (f"SELECT * EXCLUDE ({other}) FROM ({inner}) AS {name}", rest),
                (f"SELECT * REPLACE ({other} + {rest[0]} AS {other}) FROM ({inner}) AS {name}", columns),
                (
                    f"SELECT * RENAME ({other} AS {renamed}) FROM ({inner}) AS {name}",
                    [renamed if column == other else column for column in columns],
                ),
                (f"SELECT COLUMNS(* EXCLUDE ({other})) FROM ({inner}) AS {name} WHERE {other} > 1", rest),
                (f"SELECT {name}.{other} FROM ({inner}) AS {name}", [other]),
            )
        )

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
        roll = self._chance.random()
        distinct = "DISTINCT " if roll < 0.12 else f"DISTINCT ON ({outputs[0]}) " if roll < 0.18 else ""
        named, qualify = "", ""
        if self._chance.random() < 0.15:
            window = self._name("w")
            named = f" WINDOW {window} AS (PARTITION BY {self._one(scope)} ORDER BY {self._one(scope)})"
            qualify = f" QUALIFY rank() OVER {window} = 1"
        order = " ORDER BY ALL LIMIT 4" if self._chance.random() < 0.15 else " ORDER BY ALL" if distinct.startswith("DISTINCT ON") else ""
        return f"SELECT {distinct}{', '.join(parts)} FROM {source}{where}{named}{qualify}{order}", outputs

    def _one(self, scope: Sequence[str]) -> str:
        return self._chance.choice(list(scope))

    def _grouped(self, source: str, scope: Sequence[str], where: str, depth: int) -> tuple[str, list[str]]:
        keys = self._chance.sample(list(scope), min(len(scope), self._chance.randint(1, 2)))
        outputs = [self._name("k") for _ in keys]
        parts = [f"{key} AS {name}" for key, name in zip(keys, outputs, strict=True)]
        for _ in range(self._chance.randint(1, 2)):
            name = self._name("s")
            function = self._chance.choice(("sum", "min", "max", "count", "count_if", "ordered"))
            only = f" FILTER (WHERE {self._condition(scope, 0)})" if self._chance.random() < 0.25 else ""
            if function == "ordered":
                first, second = self._one(scope), self._one(scope)
                parts.append(f"first({first} ORDER BY {second} DESC, {first}){only} AS {name}")
            else:
                value = self._condition(scope, 0) if function == "count_if" else self._value(scope, 0)
                parts.append(f"{function}({value}){only} AS {name}")
            outputs.append(name)
        having = (
            f" HAVING {self._chance.choice(('count(*) > 1', f'max({self._chance.choice(list(scope))}) > 1'))}"
            if self._chance.random() < 0.3
            else ""
        )
        listed = ", ".join(keys)
        grouping = self._chance.choice(
            (listed, listed, listed, "ALL", f"ROLLUP ({listed})", f"CUBE ({listed})", f"GROUPING SETS (({listed}), ({keys[0]}), ())")
        )
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
        condition = f"ON {self._one(scope)} = {self._one(columns)}"
        bare = [name.rpartition(".")[2] for name in scope]
        shared = [name for name in (each.rpartition(".")[2] for each in columns) if bare.count(name) == 1]
        if shared and "UNNEST(" not in source and "LATERAL" not in source and self._chance.random() < 0.5:
            condition = f"USING ({shared[0]})"
        kept = list(scope) if kind in ("SEMI JOIN", "ANTI JOIN") else [*scope, *columns]
        return f"{source} {kind} {other} {condition}", kept

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
            lambda: f"nullif({column}, {other})",
            lambda: f"list_max([part + {column} FOR part IN [{other}, 2] IF part > 1])",
            lambda: f"list_min(list_filter([{column}, {other}, 3], lambda part: part > {other}))",
            lambda: f"MAP {{1: {column}, 2: {other}}}[2]",
            lambda: f"if({self._condition(scope, 0)}, {column}, {other})",
        ]
        if depth > 1:
            made.append(lambda: f"(SELECT sum(y) FROM u AS deep WHERE deep.x = {column})")
            made.append(lambda: f"(SELECT deep.y FROM u AS deep WHERE deep.id = {column} ORDER BY deep.x, deep.y LIMIT 1)")
            made.append(lambda: f"(EXISTS (SELECT 1 FROM v AS deep WHERE deep.k = {column} AND deep.z > {other}))::INTEGER")
        if windows:
            made.append(lambda: f"sum({column}) OVER (PARTITION BY {other})")
            made.append(lambda: f"rank() OVER (PARTITION BY {other} ORDER BY {column})")
            made.append(lambda: f"lag({column} IGNORE NULLS) OVER (PARTITION BY {other} ORDER BY {column})")
            made.append(lambda: f"max({column}) FILTER (WHERE {self._condition(scope, 0)}) OVER (PARTITION BY {other})")
            made.append(lambda: f"sum({column}) OVER (ORDER BY {other} RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)")
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
    sql = Fuzzer(random.Random(seed)).statement()
    return Case("fuzzed", str(seed), sql, SCHEMA, _KEYS if _CONFLICT in sql else {})


def runs(sql: str) -> bool:
    """Whether DuckDB takes it."""
    connection = duckdb.connect()
    try:
        for table, columns in SCHEMA.items():
            keys = [f"UNIQUE ({', '.join(key)})" for key in _KEYS.get(table, ()) if _CONFLICT in sql]
            connection.execute(f"CREATE TABLE {table} ({', '.join([*(f'{name} {kind}' for name, kind in columns.items()), *keys])})")
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
