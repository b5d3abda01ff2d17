"""Small tables for a statement: few rows, few values, drawn so that its conditions hold now and then."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tests.oracle.cases import Schema
from tests.oracle.domains import Names

Rows = list[tuple[str, ...]]
"""Values as SQL literals."""

ROWS = 10
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PATH = re.compile(r"\w+")
_PLEASING = 0.75
"""How many rows are made to please the statement."""


class Maker:
    """Draws values for the columns of one statement."""

    def __init__(self, schema: Schema, names: Names, chance: random.Random) -> None:
        self.schema, self._names, self._chance = schema, names, chance
        self._domains: dict[tuple[str, str], list[str]] = {}
        self._pleasing: dict[tuple[str, str], list[str]] = {}

    def table(self, table: str) -> Rows:
        """Rows of a table, most of them such that each column meets the conditions on it."""
        rows = []
        for _ in range(ROWS):
            draw = self._wanted if self._chance.random() < _PLEASING else self.value
            rows.append(tuple(draw(column, kind) for column, kind in self.schema[table].items()))
        return rows

    def value(self, column: str, kind: str) -> str:
        """One value, now and then none at all."""
        if self._chance.random() < 0.06:
            return "NULL"
        return self._chance.choice(self._domain(column, kind))

    def _wanted(self, column: str, kind: str) -> str:
        known = self._pleasing.get((column, kind))
        if known is None:
            pleasing = self._names.pleasing(column)
            domain = self._domain(column, kind)
            exact = [text for text in (_exact(value, kind.upper()) for value in pleasing) if text]
            known = self._pleasing[column, kind] = exact or (domain[:3] if self._names.is_compared(column) else domain)
        return self._chance.choice(known)

    def _domain(self, column: str, kind: str) -> list[str]:
        known = self._domains.get((column, kind))
        if known is None:
            wanted = self._names.values_of(column)
            self._chance.shuffle(wanted)
            known = self._domains[column, kind] = _values(kind.upper(), wanted, self._names.loose, self._chance)
        return known


def _values(kind: str, wanted: Sequence[str], loose: Sequence[str], chance: random.Random) -> list[str]:
    """The values a column of a type may hold; those the statement wants come first."""
    if kind.endswith("[]"):
        inner = _values(kind[:-2], wanted, loose, chance)
        return [f"[{', '.join(chance.choices(inner, k=size))}]" for size in (2, 1, 3, 2)] + ["[]"]
    if kind.startswith("STRUCT"):
        return [_struct(kind, wanted, loose, chance) for _ in range(5)]
    if kind.startswith("MAP"):
        first, _, second = kind[4:-1].partition(",")
        keys, values = _values(first.strip(), loose, loose, chance), _values(second.strip(), wanted, loose, chance)
        return [f"MAP {{{chance.choice(keys)}: {chance.choice(values)}}}" for _ in range(5)]
    if kind == "JSON":
        keys = [key for text in loose for key in _PATH.findall(text)] or ["a"]
        return ["'{" + ", ".join(f'"{key}": {chance.randrange(5)}' for key in dict.fromkeys(keys)) + "}'" for _ in range(4)]
    if kind == "BOOLEAN":
        return ["true", "false"]
    if kind in ("DATE", "TIMESTAMP", "DATETIME") or kind.startswith("TIMESTAMP"):
        return _dates(wanted, loose)
    if kind.startswith(("VARCHAR", "TEXT", "CHAR", "STRING")):
        texts = [text.replace("%", "b").replace("_", "c") for text in wanted if not text.replace(".", "").isdigit()]
        return [f"'{text.replace(chr(39), chr(39) * 2)}'" for text in dict.fromkeys([*texts, "a", "b", "ab", "c"])]
    return _numbers(wanted, whole=not kind.startswith(("DOUBLE", "DECIMAL", "FLOAT", "REAL", "NUMERIC")))


def _exact(value: str, kind: str) -> str | None:
    """A value as the literal of a type; None where it is none of that type."""
    if kind.startswith(("VARCHAR", "TEXT", "CHAR", "STRING")):
        text = value.replace("%", "b").replace("_", "c").replace("'", "''")
        return f"'{text}'"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return f"DATE '{value[:10]}'" if _DATE.match(value[:10]) else None
    if kind.startswith(("INT", "BIGINT", "SMALLINT", "TINYINT", "DOUBLE", "DECIMAL", "FLOAT", "REAL", "NUMERIC")):
        if not re.fullmatch(r"-?\d+(\.\d+)?", value) or len(value) > 9:
            return None
        return str(int(float(value))) if "INT" in kind else f"{float(value):.2f}"
    return None


def _struct(kind: str, wanted: Sequence[str], loose: Sequence[str], chance: random.Random) -> str:
    fields = [part.split(None, 1) for part in _split(kind[kind.index("(") + 1 : kind.rindex(")")])]
    return (
        "{" + ", ".join(f"'{name.lower()}': {chance.choice(_values(inner.strip(), wanted, loose, chance))}" for name, inner in fields) + "}"
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
    found = [float(text) for text in wanted if re.fullmatch(r"\d+(\.\d+)?", text) and len(text) < 9]
    near = [value + step for value in found for step in (0, 1, -1)]
    values = near if near else [0.0, 1.0, 2.0, 3.0, 4.0]
    texts = [str(int(value)) if whole else f"{value:.2f}" for value in values]
    return list(dict.fromkeys(texts if near else [*texts, *(() if whole else ("1.50", "2.25"))]))


def _dates(wanted: Sequence[str], loose: Sequence[str]) -> list[str]:
    texts = [text[:10] for text in (*wanted, *loose) if _DATE.match(text[:10])] or ["2001-01-01", "2001-02-01", "2001-02-15", "2002-01-01"]
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


def kinds_of(schema: Schema, table: str) -> Mapping[str, str]:
    """The columns of a table with their types."""
    return schema[table]
