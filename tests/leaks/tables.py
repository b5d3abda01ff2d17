"""In which forms a statement writes a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.leaks.dialects import Dialect

Item = tuple[str, str]
"""An expression and the name it is given."""
BODIES = ("plain", "plain", "common table", "chain", "newest row", "star", "halves")
WRITINGS = ("create", "create", "replace", "view", "by name", "by position", "merge")


@dataclass(frozen=True, slots=True)
class Select:
    """One SELECT."""

    items: tuple[Item, ...]
    source: str
    where: str = ""
    group: str = ""

    def text(self, *more: Item, where: str = "") -> str:
        """As SQL, with further items and a further condition."""
        listed = ", ".join(f"{expression} AS {name}" for expression, name in (*self.items, *more))
        conditions = " AND ".join(part for part in (self.where, where) if part)
        told = f"SELECT {listed} FROM {self.source}"
        told += f" WHERE {conditions}" if conditions else ""
        return told + (f" GROUP BY {self.group}" if self.group else "")

    @property
    def names(self) -> tuple[str, ...]:
        """What its columns are called."""
        return tuple(name for _, name in self.items)


def body(form: str, selects: Sequence[Select], *, has_id: bool) -> str:
    """A query that gives these rows, in one of several shapes; with several selects they are united."""
    first, names = selects[0], ", ".join(f"q.{name} AS {name}" for name in selects[0].names)
    if len(selects) > 1:
        return " UNION ALL ".join(select.text() for select in selects)
    if form == "common table":
        return f"WITH q AS ({first.text()}) SELECT {names} FROM q"
    if form == "chain":
        return f"WITH a AS ({first.text()}), q AS (SELECT * FROM a) SELECT {names} FROM q"
    if form == "star":
        return f"SELECT * FROM ({first.text()}) AS q"
    if form == "newest row" and has_id and not first.group:
        rank = ("ROW_NUMBER() OVER (PARTITION BY p.id ORDER BY p.id DESC)", "rn")
        return f"SELECT {names} FROM ({first.text(rank)}) AS q WHERE q.rn = 1"
    if form == "halves" and has_id and not first.group:
        return f"{first.text(where='MOD(p.id, 2) = 0')} UNION ALL {first.text(where='MOD(p.id, 2) = 1')}"
    return first.text()


def written(writing: str, dialect: Dialect, target: str, query: str, names: Sequence[str], misnamed: str = "") -> tuple[str, str]:
    """A statement that writes the rows of a query, and one that makes the empty table where that has to be there before.

    By position the query may call its columns what it likes: `misnamed` is such a query.
    """
    listed = ", ".join(names)
    empty = f"CREATE TABLE {target} AS SELECT * FROM ({query}) AS e LIMIT 0"
    if writing == "view":
        return f"CREATE VIEW {target} AS {query}", ""
    if writing == "replace" and dialect.replaces:
        return f"CREATE OR REPLACE TABLE {target} AS {query}", ""
    if writing == "by name":
        return f"INSERT INTO {target} ({listed}) {query}", empty
    if writing == "by position":
        return f"INSERT INTO {target} {misnamed or query}", empty
    if writing == "merge" and "id" in names:
        sets = ", ".join(f"{name} = s.{name}" for name in names if name != "id")
        values = ", ".join(f"s.{name}" for name in names)
        merge = f"MERGE INTO {target} AS t USING ({query}) AS s ON t.id = s.id"
        return f"{merge} WHEN MATCHED THEN UPDATE SET {sets} WHEN NOT MATCHED THEN INSERT ({listed}) VALUES ({values})", empty
    return f"CREATE TABLE {target} AS {query}", ""
