"""The words in which the engines differ when a batch is profiled; everything else of the statements is common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from headwater.model.batches import TypeClass
from headwater.model.sketches import BUCKETS_PER_OCTAVE, SMALLEST_EXPONENT

WIDEST = 1e300
"""Numbers further from zero than this count as unusual, as infinities do: their squares have no place in a double."""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A column of what is profiled: its name, its type in the engine's words, and what kind of sketch that type takes."""

    name: str
    type: str
    kind: TypeClass


class Dialect(Protocol):
    """What a profile's statements are made of. Every method gives the text of an SQL expression; names come in quoted."""

    def number(self, column: ColumnType, arrived_seconds: float) -> str:
        """The column as a double that is null where it is no ordinary number; times as seconds before the arrival."""
        ...

    def length(self, column: ColumnType) -> str:
        """Characters of a text, bytes of a binary, elements of a list; null for other nested values."""
        ...

    def text(self, column: ColumnType) -> str:
        """The value as text, the same for equal values."""
        ...

    def without(self, text: str, characters: str) -> str:
        """A text without these characters: a POSIX class such as `[:alpha:]`."""
        ...

    def keyed_hash(self, text: str) -> str:
        """64 bits of MD5 over the salt and a text, as an unsigned integer or its decimal digits."""
        ...

    def row_text(self, columns: tuple[ColumnType, ...]) -> str:
        """A text that is the same for rows that are equal in these columns."""
        ...

    def unpivoted(self, source: str, expressions: tuple[str, ...]) -> str:
        """A source of (c, x): for every row and expression, the expression's number and its value."""
        ...

    def sampled(self, source: str, rows: int, wanted: int) -> str:
        """About as many rows of a source as wanted, taken evenly."""
        ...

    @property
    def columns_at_once(self) -> int:
        """Of how many columns one statement may group the values."""
        ...

    @property
    def place(self) -> str | None:
        """The number of a row in the order of delivery, null where the engine has no such order."""
        ...


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal; only for what we made ourselves, such as a salt in hex."""
    return "'" + text.replace("'", "''") + "'"


def bucket(number: str) -> str:
    """The finest bucket of a number that is not near zero, as an integer."""
    return f"CAST(floor(ln(abs({number})) * {BUCKETS_PER_OCTAVE / 0.6931471805599453!r}) AS INTEGER)"


def near_zero(number: str) -> str:
    """Whether a number counts as zero."""
    return f"abs({number}) < {2.0**SMALLEST_EXPONENT!r}"


@dataclass(frozen=True, slots=True)
class DuckDialect:
    """DuckDB's words."""

    salt: str

    def number(self, column: ColumnType, arrived_seconds: float) -> str:
        name = quoted(column.name)
        if column.kind == "boolean":
            return f"CAST({name} AS DOUBLE)"
        if column.kind == "time":
            value = f"epoch(CAST({name} AS TIMESTAMP))" if "TIME ZONE" not in column.type else f"epoch({name})"
            value = f"epoch({name})" if column.type.startswith(("TIME", "INTERVAL")) and not column.type.startswith("TIMESTAMP") else value
            finite = "TRUE" if not column.type.startswith(("DATE", "TIMESTAMP")) else f"isfinite({name})"
            offset = "" if not column.type.startswith(("DATE", "TIMESTAMP")) else f"{arrived_seconds!r} - "
            return f"CASE WHEN {finite} THEN {offset}{value} END"
        value = f"CAST({name} AS DOUBLE)"
        return f"CASE WHEN abs({value}) < {WIDEST!r} THEN {value} END"

    def length(self, column: ColumnType) -> str:
        name = quoted(column.name)
        if column.kind == "binary":
            return f"octet_length({name})"
        return f"length({name})" if column.kind == "text" or column.type.endswith("]") else "CAST(NULL AS BIGINT)"

    def text(self, column: ColumnType) -> str:
        return f"CAST({quoted(column.name)} AS VARCHAR)"

    def without(self, text: str, characters: str) -> str:
        return f"regexp_replace({text}, '[{characters}]', '', 'g')"

    def keyed_hash(self, text: str) -> str:
        return f"md5_number_lower({literal(self.salt)} || {text})"

    def row_text(self, columns: tuple[ColumnType, ...]) -> str:
        return f"CAST(hash({', '.join(quoted(column.name) for column in columns)}) AS VARCHAR)"

    def unpivoted(self, source: str, expressions: tuple[str, ...]) -> str:
        return " UNION ALL ".join(f"SELECT {place} AS c, {x} AS x FROM {source} AS source" for place, x in enumerate(expressions))

    def sampled(self, source: str, rows: int, wanted: int) -> str:
        return source if rows <= wanted else f"(SELECT * FROM {source} USING SAMPLE reservoir({wanted} ROWS) REPEATABLE (1))"

    @property
    def columns_at_once(self) -> int:
        return 4

    @property
    def place(self) -> str | None:
        return "row_number() OVER ()"


@dataclass(frozen=True, slots=True)
class PostgresDialect:
    """PostgreSQL's words."""

    salt: str

    def number(self, column: ColumnType, arrived_seconds: float) -> str:
        name = quoted(column.name)
        if column.kind == "boolean":
            return f"CAST(CAST({name} AS INTEGER) AS DOUBLE PRECISION)"
        if column.kind == "time":
            dated = column.type in ("date", "timestamp", "timestamptz")
            seconds = f"CAST(extract(epoch FROM {name}) AS DOUBLE PRECISION)"
            return f"CASE WHEN isfinite({name}) THEN {arrived_seconds!r} - {seconds} END" if dated else seconds
        if column.type == "numeric":
            inside = f"{name} <> 'NaN' AND abs({name}) < 1e300"
        else:
            inside = f"{name} = {name} AND abs(CAST({name} AS DOUBLE PRECISION)) < 1e300"
        return f"CASE WHEN {inside} THEN CAST({name} AS DOUBLE PRECISION) END"

    def length(self, column: ColumnType) -> str:
        name = quoted(column.name)
        if column.kind == "nested":
            return f"cardinality({name})" if column.type.endswith("[]") else "CAST(NULL AS INTEGER)"
        return f"octet_length({name})" if column.kind == "binary" else f"length(CAST({name} AS TEXT))"

    def text(self, column: ColumnType) -> str:
        return f"CAST({quoted(column.name)} AS TEXT)"

    def without(self, text: str, characters: str) -> str:
        return f"regexp_replace({text}, '[{characters}]', '', 'g')"

    def keyed_hash(self, text: str) -> str:
        signed = f"CAST(CAST('x' || substr(md5({literal(self.salt)} || {text}), 1, 16) AS BIT(64)) AS BIGINT)"
        return f"(CAST({signed} AS NUMERIC) + 9223372036854775808)"

    def row_text(self, columns: tuple[ColumnType, ...]) -> str:
        return f"CAST(ROW({', '.join(quoted(column.name) for column in columns)}) AS TEXT)"

    def unpivoted(self, source: str, expressions: tuple[str, ...]) -> str:
        pairs = ", ".join(f"({place}, {x})" for place, x in enumerate(expressions))
        return f"SELECT told.c, told.x FROM {source} AS source CROSS JOIN LATERAL (VALUES {pairs}) AS told(c, x)"

    def sampled(self, source: str, rows: int, wanted: int) -> str:
        return source if rows <= wanted else f"(SELECT * FROM {source} AS s WHERE random() < {wanted / rows!r})"

    @property
    def columns_at_once(self) -> int:
        return 100

    @property
    def place(self) -> str | None:
        return None
