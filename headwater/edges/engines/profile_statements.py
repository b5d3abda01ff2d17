"""The statements of a profile: each reads its source once and gives back few rows, whatever the source's size."""

# because names are quoted by quoted() and the rest of each statement is our own text

from __future__ import annotations

from collections.abc import Sequence

from headwater.edges.engines.profile_dialects import ColumnType, Dialect, bucket, near_zero, quoted
from headwater.model.sketches import CATEGORIES, DISTINCT_HASHES, ROW_HASHES

SHAPES = ("[:digit:]", "[:alpha:]", "[:upper:]", "[:space:]", "[:digit:][:alpha:][:space:]")
"""Digits, letters, capitals, blanks; of the last class what is left is counted, not what is taken away."""
MEASURED = ("number", "time", "boolean")
SIZED = ("text", "binary", "nested")
_PLACE = '"headwater: place"'
"""A name that no column of theirs has."""
COUNTED = ("number", "time", "text", "binary", "nested")


def counts(source: str, columns: Sequence[ColumnType], dialect: Dialect, arrived_seconds: float) -> str:
    """One row: the number of rows, then of each column its row of `COUNT_FIELDS`, those that its kind lacks as null."""
    selected = ["count(*)"]
    for column in columns:
        selected += _column_counts(column, dialect, arrived_seconds)
    return f"SELECT {', '.join(selected)} FROM {source} AS source"


COUNT_FIELDS = (
    *("filled", "empties", "ordinary", "mean", "deviation", "low", "high", "varies"),
    *(f"{name}_{part}" for name in ("digits", "letters", "capitals", "blanks", "others") for part in ("mean", "deviation")),
)


def _column_counts(column: ColumnType, dialect: Dialect, arrived_seconds: float) -> list[str]:
    name = quoted(column.name)
    found = [f"count({name})", "0", f"count({name})", *["NULL"] * 4, _varies(column, dialect)]
    if column.kind in MEASURED:
        number = dialect.number(column, arrived_seconds)
        found[2:7] = [f"count({number})", f"avg({number})", f"stddev_pop({number})", f"min({number})", f"max({number})"]
    if column.kind != "text":
        return found + ["NULL"] * (2 * len(SHAPES))
    text = dialect.text(column)
    found[1] = f"sum(CASE WHEN trim({text}) = '' THEN 1 ELSE 0 END)"
    for place, characters in enumerate(SHAPES):
        left = f"CAST(length({dialect.without(text, characters)}) AS DOUBLE PRECISION) / nullif(length({text}), 0)"
        share = left if place == len(SHAPES) - 1 else f"1.0 - {left}"
        found += [f"avg({share})", f"stddev_pop({share})"]
    return found


def _varies(column: ColumnType, dialect: Dialect) -> str:
    """Whether a column holds two values, or a value and a null; a constant one tells nothing about whether rows are equal."""
    value = dialect.text(column)
    return f"CASE WHEN min({value}) <> max({value}) OR (count({value}) > 0 AND count({value}) < count(*)) THEN 1 ELSE 0 END"


def buckets(source: str, numbers: Sequence[str], dialect: Dialect) -> str:
    """Rows of (number of the expression, sign, bucket, count)."""
    sign = f"CASE WHEN {near_zero('x')} THEN 0 WHEN x > 0 THEN 1 ELSE -1 END"
    place = f"CASE WHEN {near_zero('x')} THEN 0 ELSE {bucket('x')} END"
    wide = tuple(f"CAST({number} AS DOUBLE PRECISION)" for number in numbers)
    told = dialect.unpivoted(source, wide)
    return f"SELECT c, {sign} AS sign, {place} AS place, count(*) FROM ({told}) AS numbers WHERE x IS NOT NULL GROUP BY 1, 2, 3"


def values(source: str, columns: Sequence[ColumnType], dialect: Dialect) -> str:
    """Rows of (number of the column, 1, value, count) for the most frequent values and of (…, 2, hash, 0) for the smallest hashes."""
    told = dialect.unpivoted(source, tuple(dialect.text(column) for column in columns))
    keyed = f"SELECT c, {dialect.keyed_hash('x')} AS h FROM grouped"
    hashed = f"SELECT c, h, row_number() OVER (PARTITION BY c ORDER BY h) AS place FROM ({keyed}) AS keyed"
    ranked = "SELECT c, x, n, row_number() OVER (PARTITION BY c ORDER BY n DESC, x) AS place FROM grouped"
    return (
        f"WITH grouped AS MATERIALIZED (SELECT c, x, count(*) AS n FROM ({told}) AS told_all WHERE x IS NOT NULL GROUP BY 1, 2) "
        f"SELECT c, 1, x, n FROM ({ranked}) AS ranked WHERE place <= {CATEGORIES} UNION ALL "
        f"SELECT c, 2, CAST(h AS VARCHAR), 0 FROM ({hashed}) AS hashed WHERE place <= {DISTINCT_HASHES}"
    )


def rows(source: str, columns: Sequence[ColumnType], dialect: Dialect) -> str:
    """Rows of (1, distinct rows, sum of hashes) and of (2, hash, null) for the smallest hashes of distinct rows."""
    hashed = dialect.keyed_hash(dialect.row_text(tuple(columns)))
    grouped = f"SELECT {hashed} AS h, count(*) AS n FROM {source} AS source GROUP BY 1"
    total = "CAST(sum(CAST(h AS DECIMAL(20, 0)) * n) AS VARCHAR)"
    return (
        f"WITH grouped AS MATERIALIZED ({grouped}) "
        f"SELECT 1, CAST(count(*) AS VARCHAR), {total} FROM grouped UNION ALL "
        f"(SELECT 2, CAST(h AS VARCHAR), NULL FROM grouped ORDER BY h LIMIT {ROW_HASHES})"
    )


def sample(source: str, size: int, columns: Sequence[ColumnType], dialect: Dialect, *, rows: int, arrived_seconds: float) -> str:
    """At most about `size` rows of numbers and short texts, with the place of each row first, to measure which columns move together."""
    placed = f"(SELECT {dialect.place or 'NULL'} AS {_PLACE}, * FROM {source} AS source)"
    selected = [dialect.number(c, arrived_seconds) if c.kind in MEASURED else dialect.text(c) for c in columns]
    return f"SELECT {_PLACE}, {', '.join(selected)} FROM {dialect.sampled(placed, rows, size)} AS taken"
