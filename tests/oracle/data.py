"""Small tables for a statement: few rows, few values, drawn so that its conditions hold now and then."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.oracle.cases import Case
from tests.oracle.domains import Documents, Names

Rows = list[tuple[str, ...]]
"""Values as SQL literals."""

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_YEAR = re.compile(r"^(19|20)\d\d$")
_PRESENT = 0.85


@dataclass(frozen=True)
class Manner:
    """How tables are drawn."""

    rows: int = 10
    pleasing: float = 0.75
    """How many rows are made to please the statement."""
    values: int = 0
    """How many values a column may hold; 0: those that the statement suggests."""
    keys: int = 3
    """How many values a pleasing row has for a column that is compared with others."""
    empty: float = 0.0
    """How often a pleasing row holds nothing in a column."""

    def eased(self, attempt: int) -> Manner:
        """A manner under which joins meet the more easily the more often nothing came of it; in the end one under which some do not."""
        if attempt < 4:
            return self
        if attempt < 10:
            return replace(self, pleasing=1.0, empty=0.0, keys=2 if attempt < 7 else 1)
        return replace(self, pleasing=0.6, values=25)


PLAIN = Manner()
MANNERS = (
    Manner(values=25),
    Manner(rows=8, pleasing=1.0, keys=1),
    Manner(rows=8, pleasing=1.0, values=3, keys=2),
    Manner(pleasing=0.9, empty=0.25),
    Manner(rows=6, pleasing=0.95, keys=1, empty=0.05),
    Manner(rows=14, pleasing=0.95, values=25),
    Manner(rows=5, pleasing=1.0, values=2, empty=0.1),
    Manner(rows=12, pleasing=0.95, keys=1),
    Manner(rows=12, pleasing=0.5, values=2),
)
"""What is tried where the plain manner does not show enough."""


class Maker:
    """Draws values for the columns of one statement."""

    def __init__(self, case: Case, names: Names, chance: random.Random, manner: Manner = PLAIN) -> None:
        self._case, self._names, self._chance, self._manner = case, names, chance, manner
        self._domains: dict[tuple[str, str], list[str]] = {}
        self._pleasing: dict[tuple[str, str], list[str]] = {}

    def table(self, table: str) -> Rows:
        """Rows of a table, most of them such that each column meets the conditions on it, no two with one unique key."""
        rows: Rows = []
        places = self._case.places(table)
        for _ in range(self._manner.rows * (3 if places else 1)):
            draw = self._wanted if self._chance.random() < self._manner.pleasing else self.value
            row = tuple(draw(column, kind) for column, kind in self._case.schema[table].items())
            if unlike(row, rows, places) and len(rows) < self._manner.rows:
                rows.append(row)
        return rows

    def value(self, column: str, kind: str) -> str:
        """One value, now and then none at all."""
        if self._chance.random() < 0.06:
            return "NULL"
        return self._chance.choice(self._domain(column, kind))

    def _wanted(self, column: str, kind: str) -> str:
        if self._chance.random() < self._manner.empty:
            return "NULL"
        known = self._pleasing.get((column, kind))
        if known is None:
            pleasing = self._names.pleasing(column)
            domain = self._domain(column, kind)
            exact = [text for text in (_exact(value, kind.upper()) for value in pleasing) if text]
            known = self._pleasing[column, kind] = exact or (domain[: self._manner.keys] if self._names.is_compared(column) else domain)
        return self._chance.choice(known)

    def _domain(self, column: str, kind: str) -> list[str]:
        known = self._domains.get((column, kind))
        if known is None:
            wanted = self._names.values_of(column)
            self._chance.shuffle(wanted)
            known = _values(kind.upper(), wanted, self._names, self._chance)
            count = self._manner.values
            self._domains[column, kind] = known = [*known, *_further(kind.upper())][:count] if count else known
        return known


def unlike(row: tuple[str, ...], others: Rows, places: Sequence[Sequence[int]]) -> bool:
    """Whether a row repeats no unique key of the others; an empty part makes a key unlike any other."""
    for places_of_key in places:
        key = [row[at] for at in places_of_key]
        if "NULL" not in key and any([other[at] for at in places_of_key] == key for other in others):
            return False
    return True


def _further(kind: str) -> list[str]:
    """More values of a type, all different."""
    if kind.endswith("]"):
        return []
    if kind.startswith(("INT", "BIGINT", "DOUBLE", "DECIMAL", "NUMERIC")):
        return [str(number) for number in range(5, 25)]
    if kind.startswith(("DATE", "TIMESTAMP")):
        return [f"DATE '2001-03-{day:02}'" for day in range(1, 20)]
    if kind.startswith(("VARCHAR", "TEXT", "CHAR", "STRING")):
        return ["'7'", "'12'", *(f"'{letter}{letter}'" for letter in "defghijklmnopqr")]
    return []


def _values(kind: str, wanted: Sequence[str], names: Names, chance: random.Random) -> list[str]:
    """The values a column of a type may hold; those the statement wants come first."""
    if kind.endswith("[]"):
        inner = _values(kind[:-2], wanted, names, chance)
        return [f"[{', '.join(chance.choices(inner, k=size))}]" for size in (2, 1, 3, 2)] + ["[]"]
    if kind.startswith("STRUCT"):
        return [_struct(kind, wanted, names, chance) for _ in range(5)]
    if kind.startswith("MAP"):
        first, _, second = kind[4:-1].partition(",")
        keys, values = _values(first.strip(), names.loose, names, chance), _values(second.strip(), wanted, names, chance)
        return [f"MAP {{{chance.choice(keys)}: {chance.choice(values)}}}" for _ in range(5)]
    if kind == "JSON":
        return [f"'{_document(wanted, names.documents, chance)}'" for _ in range(12)]
    if kind == "BOOLEAN":
        return ["true", "false"]
    if kind in ("DATE", "TIMESTAMP", "DATETIME") or kind.startswith("TIMESTAMP"):
        return _dates(wanted, names.loose)
    if kind.startswith(("VARCHAR", "TEXT", "CHAR", "STRING")):
        texts = [text.replace("%", "b").replace("_", "c") for text in wanted if not text.replace(".", "").isdigit()]
        numbers = ("1", "2") if names.documents.are_read else ()
        return [f"'{text.replace(chr(39), chr(39) * 2)}'" for text in dict.fromkeys([*texts, *numbers, "a", "b", "ab", "c"])]
    return _numbers(wanted, whole=not kind.startswith(("DOUBLE", "DECIMAL", "FLOAT", "REAL", "NUMERIC")))


def _document(wanted: Sequence[str], asked: Documents, chance: random.Random) -> str:
    """A document that has most of the keys a text asks for: an object where they lead on, else a number or what it is compared with."""
    texts = [text for text in wanted if len(text) < 9]
    values: list[object] = [
        0,
        1,
        2,
        3,
        *(int(text) if text.isdigit() else text for text in texts),
        *([[1, 2], [], [3]] if asked.have_lists else []),
    ]
    below = {key: chance.choice(values) for key in asked.keys}
    keys = [key for key in asked.keys if chance.random() < _PRESENT]
    made = {key: {**below, key: chance.choice(values)} if key in asked.folders else chance.choice(values) for key in keys}
    return json.dumps(made).replace("'", "''")


def _exact(value: str, kind: str) -> str | None:
    """A value as the literal of a type; None where it is none of that type."""
    if kind.startswith(("VARCHAR", "TEXT", "CHAR", "STRING")):
        text = value.replace("%", "b").replace("_", "c").replace("'", "''")
        return f"'{text}'"
    if kind.startswith(("DATE", "TIMESTAMP")):
        value = f"{value}-05-15" if _YEAR.match(value) else value[:10]
        return f"DATE '{value}'" if _DATE.match(value) else None
    if kind.startswith(("INT", "BIGINT", "SMALLINT", "TINYINT", "DOUBLE", "DECIMAL", "FLOAT", "REAL", "NUMERIC")):
        if not re.fullmatch(r"-?\d+(\.\d+)?", value) or len(value) > 9:
            return None
        return str(int(float(value))) if "INT" in kind else f"{float(value):.2f}"
    return None


def _struct(kind: str, wanted: Sequence[str], names: Names, chance: random.Random) -> str:
    fields = [part.split(None, 1) for part in _split(kind[kind.index("(") + 1 : kind.rindex(")")])]
    return (
        "{" + ", ".join(f"'{name.lower()}': {chance.choice(_values(inner.strip(), wanted, names, chance))}" for name, inner in fields) + "}"
    )


def _split(text: str) -> list[str]:
    """Cut at commas outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _numbers(wanted: Sequence[str], *, whole: bool) -> list[str]:
    found = [float(text) for text in wanted if re.fullmatch(r"-?\d+(\.\d+)?", text) and len(text) < 9]
    near = [value + step for value in found for step in (0, 1, -1)]
    values = near if near else [0.0, 1.0, 2.0, 3.0, 4.0]
    texts = [str(int(value)) if whole else f"{value:.2f}" for value in values]
    return list(dict.fromkeys(texts if near else [*texts, *(() if whole else ("1.50", "2.25"))]))


def _dates(wanted: Sequence[str], loose: Sequence[str]) -> list[str]:
    years = [f"{text}-05-15" for text in wanted if _YEAR.match(text)]
    texts = [text[:10] for text in (*years, *wanted, *loose) if _DATE.match(text[:10])] or [
        "2001-01-01",
        "2001-02-01",
        "2001-02-15",
        "2002-01-01",
    ]
    near = [date.fromisoformat(text) + timedelta(days) for text in texts for days in (0, 1, -1)]
    return [f"DATE '{day.isoformat()}'" for day in dict.fromkeys(near)]


def shifted(value: str, kind: str, amount: int) -> str | None:
    """A number, text or date moved by an amount, keeping order and equality; None for types that cannot be."""
    kind = kind.upper()
    if kind.endswith("[]"):
        return None
    if value == "NULL":
        return value
    if kind in ("DATE", "TIMESTAMP"):
        return f"({value} + INTERVAL {amount} DAY)"
    if kind.startswith(("VARCHAR", "TEXT")):
        return f"'z' || {value}"
    if kind.startswith(("INT", "BIGINT", "DOUBLE", "DECIMAL", "FLOAT", "SMALLINT")):
        return f"({value} + {amount})"
    return None
