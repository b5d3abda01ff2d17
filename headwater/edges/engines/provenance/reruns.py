"""Runs programs of rewritten statements over the relations of a database for rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from headwater.capture.sql.provenance import SET, Lending, Program, Rewritten, condition, grown, input_name, rewritten
from headwater.edges.engines.profile_dialects import quoted
from headwater.edges.engines.provenance.base import BATCH, OWN, NotRunAgain, RowBase, Stored
from headwater.edges.engines.provenance.sets import Sets

Columns = Mapping[str, str]
"""Types by column."""


class Reruns:
    """Statements that run again, each table with its sets first.

    Beside the rows of a relation it is known which batches keep others from it: losing these may add rows. Statements that count or compare
    the rows of a relation owe their result to them too, and say so in what is only possible.
    """

    def __init__(self, base: RowBase, sets: Sets) -> None:
        self._base, self.sets = base, sets
        self._keeping: dict[str, frozenset[int]] = {}
        self._tables = 0

    def stands_for(self, view: str, made: str) -> None:
        """Say that a relation holds the rows that were made."""
        self._keeping[view] = self._keeping.get(made, frozenset())

    def run(self, program: Program, lent: Mapping[str, str], made: str, like: Stored | None = None, wanted: str = "") -> None:
        """Run a program over relations, by the names of the tables that they stand for, and add what it gives to the table `made`.

        `like` gives that the columns of what is stored. `wanted` is a condition on what is stored: where it can be asked of the last
        statement's rows, only those are made that satisfy it, and the engine reads less of the inputs.

        Raises:  NotRunAgain: a statement does not run on them.
        """
        held = dict(lent)
        target = program.steps[-1].told.target
        for step in program.steps:
            told = step.told
            is_own = told.target == target
            is_last = step is program.steps[-1]
            if is_own and (is_last or not program.holds):
                if is_last and program.holds and told.how == "adds":
                    self.add(made, held[target], like)
                self._make(made, told, held, like, wanted)
                continue
            table = held.get(told.target, "") if told.how == "adds" and not step.begins else ""
            if not table:
                table = self._fresh()
                if step.begins:
                    self.add(table, held[told.target], like if is_own else None)
            self._make(table, told, held, like if is_own else None)
            held[told.target] = table

    def _fresh(self) -> str:
        self._tables += 1
        return f"hw_step_{self._tables}"

    def _make(self, table: str, told: Rewritten, held: Mapping[str, str], like: Stored | None, wanted: str = "") -> None:
        """Run one rewritten statement into a table."""
        told = self._lend(table, told, [held[name] for name in told.inputs])
        exists = self._exists(table)
        before = input_name(told.inputs.index(told.target)) if told.how == "changes" else ""
        if like is not None:
            shape = self._columns(like.table)
        elif exists or before:
            shape = self._columns(table if exists else before)
        else:
            names = "".join(f", {quoted(name)}" for name in told.columns)
            self._base.run(f"CREATE TABLE {table} AS SELECT * FROM ({told.sql}) AS made({SET}{names})")
            return
        if not exists:
            self._create(table, shape)
        if wanted and like is not None:
            with suppress(NotRunAgain):  # because a condition that fits all that is stored may not fit all that a statement gives
                only = f"SELECT * FROM ({self._shaped(told, shape)}) WHERE {condition(wanted, shape)}"
                self._base.run(f"INSERT INTO {table} {only}")
                return
        self._base.run(f"INSERT INTO {table} {self._shaped(told, shape)}")
        if like is None and before and told.filling.keeps_rows and self._base.count(table) != self._base.count(before):
            raise NotRunAgain("one row that several others change")

    def _lend(self, table: str, told: Rewritten, views: Sequence[str]) -> Rewritten:
        """Have a statement find its inputs, in the way that is quickest for sets of this width."""
        base, sets = self._base, self.sets
        behind: dict[int, Collection[int]] = {number: base.batches_of(view, sets) for number, view in enumerate(views)}
        behind |= {grown(number): self._keeping.get(view, ()) for number, view in enumerate(views)}
        base.prepare(sets, behind)
        names = dict(zip(told.inputs, views, strict=True))
        numbered = [name for name, view in names.items() if sets.are_wide and base.leaf(view) is not None]
        growing = [name for name, view in names.items() if self._keeping.get(view)]
        if numbered or growing:
            told = rewritten(told.filling, Lending(frozenset(numbered), sets.last, frozenset(growing)))
        for number, view in enumerate(views):
            leaf = base.leaf(view) if sets.are_wide else None
            rows = (
                f"SELECT {sets.last} - {BATCH} AS {SET}, {leaf.listed} FROM {leaf.table}" if leaf is not None else f"SELECT * FROM {view}"
            )
            base.run(f"CREATE OR REPLACE TEMP VIEW {input_name(number)} AS {rows}")
        self._keeping[table] = self._keeping.get(table, frozenset()).union(*(behind[number] for number in told.adds))
        return told

    def _shaped(self, told: Rewritten, shape: Columns) -> str:
        """The rows of a rewritten statement with the columns and types of a table."""
        gives = self._columns(f"SELECT * FROM ({told.sql})")
        if told.how == "changes":
            given = {name.lower(): quoted(name) for name in gives}
            source = f"({told.sql})"
        else:
            columns = told.columns or tuple(shape)
            if len(columns) != len(gives):
                raise NotRunAgain("another number of columns")
            given = {name.lower(): quoted(name) for name in columns}
            source = f"({told.sql}) AS made({SET}, {', '.join(given.values())})"
        cast = ", ".join(f"CAST({given.get(name.lower(), 'NULL')} AS {kind}) AS {quoted(name)}" for name, kind in shape.items())
        return f"SELECT {SET}, {cast} FROM {source}"

    def add(self, table: str, relation: str, like: Stored | None) -> None:
        """Add the rows of a relation to a table."""
        self._keeping[table] = self._keeping.get(table, frozenset()) | self._keeping.get(relation, frozenset())
        shape = self._columns(like.table) if like is not None else self._columns(relation)
        if not self._exists(table):
            self._create(table, shape)
        there = {name.lower() for name in self._columns(relation)}
        shared = ", ".join(quoted(name) for name in shape if name.lower() in there)
        self._base.run(f"INSERT INTO {table} BY NAME SELECT {SET}, {shared} FROM {relation}")

    def _create(self, table: str, shape: Columns) -> None:
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in shape.items())
        self._base.run(f"CREATE TABLE {table} ({SET} {self.sets.kind}, {columns})")

    def _exists(self, table: str) -> bool:
        return self._base.number(f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{table}'") > 0

    def _columns(self, relation: str) -> dict[str, str]:
        """The columns of a relation or query with their types, those of our own apart."""
        found = self._base.run(f"SELECT column_name, column_type FROM (DESCRIBE {relation})")
        return {str(name): str(kind) for name, kind in found if not name.startswith(OWN)}
