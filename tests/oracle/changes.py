"""Changes of one source: a column drawn anew, emptied or changed in a single row; rows taken away or doubled. Unique keys stay unique."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from tests.oracle.cases import Case
from tests.oracle.data import Maker, Rows, unlike

Change = tuple[str, str | None, Rows]
"""A table, the column that changed (None: its rows), and what the table holds then."""

_SINGLE = 5
"""How many rows are changed one by one where a source is pursued."""


class Changer:
    """Makes the changes of the tables of one drawing."""

    def __init__(self, case: Case, data: Mapping[str, Rows], maker: Maker, chance: random.Random) -> None:
        self._case, self._data, self._maker, self._chance = case, data, maker, chance

    def all(self, columns: Mapping[str, Sequence[str]], known: set[tuple[str, str | None]]) -> Iterator[Change]:
        """Each column of each table, then its rows. A column that is known to matter is only drawn anew."""
        for table, rows in self._data.items():
            for column in (each for each in self._case.schema[table] if each in columns[table]):
                yield table, column, self._redrawn(table, column)
                if (table, column) not in known:
                    yield table, column, self._with(table, column, ["NULL"] * len(rows))
                    yield table, column, self._one(table, column, self._chance.randrange(len(rows)))
            yield from self._rows(table, self._chance.randrange(len(rows)))

    def of(self, table: str, column: str | None) -> Iterator[Change]:
        """Many changes of one source, the broad ones first."""
        rows = self._data[table]
        if column is None:
            yield table, None, []
            yield table, None, rows[: len(rows) // 2]
            for at in self._some(rows):
                yield from self._rows(table, at)
            return
        for _ in range(2):
            yield table, column, self._redrawn(table, column)
        place = list(self._case.schema[table]).index(column)
        held = [row[place] for row in rows]
        yield table, column, self._with(table, column, self._chance.sample(held, len(held)))
        yield table, column, self._with(table, column, ["NULL"] * len(rows))
        for at in self._some(rows):
            yield table, column, self._one(table, column, at)

    def _some(self, rows: Rows) -> list[int]:
        return self._chance.sample(range(len(rows)), min(len(rows), _SINGLE))

    def _rows(self, table: str, at: int) -> Iterator[Change]:
        rows = self._data[table]
        yield table, None, [row for number, row in enumerate(rows) if number != at]
        if not self._case.keys.get(table):
            yield table, None, [*rows, rows[at]]

    def _redrawn(self, table: str, column: str) -> Rows:
        kind = self._case.schema[table][column]
        return self._with(table, column, [self._maker.value(column, kind) for _ in self._data[table]])

    def _one(self, table: str, column: str, at: int) -> Rows:
        place = list(self._case.schema[table]).index(column)
        held = [row[place] for row in self._data[table]]
        return self._with(table, column, [*held[:at], self._maker.value(column, self._case.schema[table][column]), *held[at + 1 :]])

    def _with(self, table: str, column: str, values: Sequence[str]) -> Rows:
        """The rows with other values in one column; a row that would repeat a unique key stays as it was."""
        place = list(self._case.schema[table]).index(column)
        held = list(self._data[table])
        for at, (row, value) in enumerate(zip(list(held), values, strict=True)):
            changed = (*row[:place], value, *row[place + 1 :])
            if unlike(changed, [*held[:at], *held[at + 1 :]], self._case.places(table)):
                held[at] = changed
        return held
