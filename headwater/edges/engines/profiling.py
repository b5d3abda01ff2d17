"""Takes the profile of a batch in SQL, where the data is: few statements, each one scan, answers of bounded size.

What differs between engines is in `profile_dialects.py`, what they are asked in `profile_statements.py`. Values pass through this
module only to be turned into keyed tokens; none is kept.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import numpy

from headwater.edges.engines import profile_statements as statements
from headwater.edges.engines import profile_ties as ties
from headwater.edges.engines.profile_dialects import ColumnType, Dialect
from headwater.model.batches import BatchProfile, ColumnProfile, Shapes
from headwater.model.sketches import (
    DISTINCT_HASHES,
    ROW_HASHES,
    Histogram,
    Moments,
    Smallest,
    Tally,
    histogram_of,
    significant,
    smallest,
    tally,
)
from headwater.model.times import Instant

_T = TypeVar("_T")
Rows = Sequence[tuple[Any, ...]]
SALT_PURPOSE, TOKEN_PURPOSE = b"headwater/profile/salt", b"headwater/profile/token"
COLUMNS_COUNTED_AT_ONCE = 60
SAMPLED_ROWS = 50_000
TIED_NUMBERS, TIED_CATEGORIES, TIED_VALUES = 24, 12, 32
"""Among so many columns ties are looked for, the first ones of each sort; a category has at most so many values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a batch besides its rows."""

    batch: str
    dataset: str
    source: str
    arrived: Instant
    due: Instant | None = None
    announced: int | None = None
    closed: bool | None = None

    @property
    def arrived_seconds(self) -> float:
        return self.arrived / 1_000_000


@dataclass(frozen=True, slots=True)
class Scanned:
    """What is profiled: its columns, its name or subquery in SQL, how to run a statement, in which words and for which engine."""

    columns: tuple[ColumnType, ...]
    source: str
    run: Callable[[str], Rows]
    dialect: Dialect
    engine: str


def salt_of(key: bytes) -> str:
    """What the hashes that an engine takes are salted with."""
    return hmac.new(key, SALT_PURPOSE, hashlib.sha256).hexdigest()[:32]


def token_of(key: bytes, value: str) -> str:
    """The keyed token of a value: equal for equal values of all columns, so that exchanged columns are recognised."""
    return hmac.new(key, TOKEN_PURPOSE + value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]


def take_profile(scanned: Scanned, about: About, *, key: bytes) -> BatchProfile:
    """The profile of what is scanned."""
    total, counted = _counts(scanned, about)
    told = tuple(column for column in scanned.columns if not _is_stamp(column, counted[column.name]))
    distinct, fingerprint, sample = _rows(scanned, told, total)
    profile = BatchProfile(
        batch=about.batch,
        dataset=about.dataset,
        source=about.source,
        arrived=about.arrived,
        due=about.due,
        rows=total,
        announced=about.announced,
        closed=about.closed,
        duplicates=total - distinct,
        hashed=_hashed(scanned, told),
        fingerprint=fingerprint,
        sample=sample,
    )
    return msgspec.structs.replace(profile, columns=_columns(scanned, about, key, total, counted))


def _is_stamp(column: ColumnType, counted: dict[str, Any]) -> bool:
    """Whether a column seems to tell of the load and not of the row: it would make rows that came twice look different."""
    return column.name.startswith("_dlt_") or (column.kind in ("time", "text") and not counted["varies"])


def _columns(scanned: Scanned, about: About, key: bytes, total: int, counted: dict[str, dict[str, Any]]) -> tuple[ColumnProfile, ...]:
    filled = [column for column in scanned.columns if counted[column.name]["filled"]]
    numbers = {c.name: scanned.dialect.number(c, about.arrived_seconds) for c in filled if c.kind in ("number", "time")}
    lengths = {c.name: scanned.dialect.length(c) for c in filled if c.kind in statements.SIZED}
    values, sizes = _histograms(scanned, numbers), _histograms(scanned, lengths)
    tallies, hashes, frequent = _values(scanned, [c for c in filled if c.kind in statements.COUNTED], key, counted)
    tied = _ties(scanned, about, total, [c for c in filled if counted[c.name]["varies"]], frequent)
    return tuple(
        msgspec.structs.replace(
            _counted(column, total, counted[column.name]),
            distinct=hashes.get(column.name),
            values=values.get(column.name),
            lengths=sizes.get(column.name),
            categories=tallies.get(column.name),
            **(tied[column.name].fields() if column.name in tied else {}),
        )
        for column in scanned.columns
    )


def _counts(scanned: Scanned, about: About) -> tuple[int, dict[str, dict[str, Any]]]:
    total = 0
    found: dict[str, dict[str, Any]] = {}
    width = len(statements.COUNT_FIELDS)
    for chunk in _chunks(scanned.columns, COLUMNS_COUNTED_AT_ONCE):
        row = scanned.run(statements.counts(scanned.source, chunk, scanned.dialect, about.arrived_seconds))[0]
        total = int(row[0])
        for place, column in enumerate(chunk):
            told = row[1 + place * width : 1 + (place + 1) * width]
            found[column.name] = dict(zip(statements.COUNT_FIELDS, told, strict=True))
    return total, found


def _counted(column: ColumnType, total: int, told: dict[str, Any]) -> ColumnProfile:
    filled = int(told["filled"])
    ordinary = int(told["ordinary"] or 0)
    measured = column.kind in statements.MEASURED and ordinary > 0
    return ColumnProfile(
        name=column.name,
        kind=column.kind,
        type=column.type,
        rows=total,
        nulls=total - filled,
        empties=int(told["empties"] or 0),
        unusual=filled - ordinary,
        moments=_moments(ordinary, told["mean"], told["deviation"]) if measured else Moments(),
        low=significant(float(told["low"])) if measured else None,
        high=significant(float(told["high"])) if measured else None,
        shapes=_shapes(filled - int(told["empties"] or 0), told) if column.kind == "text" and filled else None,
    )


def _moments(count: int, mean: Any, deviation: Any) -> Moments:
    return Moments(count=count, mean=significant(float(mean or 0)), deviation=significant(float(deviation or 0)))


def _shapes(count: int, told: dict[str, Any]) -> Shapes:
    parts = {name: _moments(count, told[f"{name}_mean"], told[f"{name}_deviation"]) for name in Shapes.__struct_fields__}
    return Shapes(**parts)


def _histograms(scanned: Scanned, numbers: dict[str, str]) -> dict[str, Histogram]:
    found: dict[str, Histogram] = {}
    for names in _chunks(tuple(numbers), scanned.dialect.columns_at_once):
        sides = {name: (Counter[int](), Counter[int](), Counter[int]()) for name in names}
        for place, sign, index, count in scanned.run(statements.buckets(scanned.source, [numbers[n] for n in names], scanned.dialect)):
            sides[names[place]][sign + 1][index] += count
        found |= {name: histogram_of(negative, zero.total(), positive) for name, (negative, zero, positive) in sides.items()}
    return {name: histogram for name, histogram in found.items() if histogram.count}


def _values(
    scanned: Scanned, columns: Sequence[ColumnType], key: bytes, counted: dict[str, dict[str, Any]]
) -> tuple[dict[str, Tally], dict[str, Smallest], dict[str, dict[str, int]]]:
    """The tally and the sample of distinct values of each column, and the values themselves, which stay in this module."""
    frequent: dict[str, dict[str, int]] = {column.name: {} for column in columns}
    hashes: dict[str, list[int]] = {column.name: [] for column in columns}
    for chunk in _chunks(tuple(columns), scanned.dialect.columns_at_once):
        for place, part, text, count in scanned.run(statements.values(scanned.source, chunk, scanned.dialect)):
            if part == 1:
                frequent[chunk[place].name][text] = int(count)
            else:
                hashes[chunk[place].name].append(int(text))
    tallies = {}
    for name, counts in frequent.items():
        others = int(counted[name]["filled"]) - sum(counts.values())
        told = {value: count for value, count in counts.items() if count > 1 or not others}
        dropped = sum(counts.values()) - sum(told.values())
        tallies[name] = tally({token_of(key, value): count for value, count in told.items()}, others=others + dropped)
    samples = {name: smallest(found, DISTINCT_HASHES) for name, found in hashes.items()}
    return tallies, samples, frequent


def _rows(scanned: Scanned, told: Sequence[ColumnType], total: int) -> tuple[int, str, Smallest]:
    """How many distinct rows there are, the sum of all rows' hashes, and the sample of them; rows of stamps only say nothing."""
    if not total or not told:
        return total, "", smallest((), ROW_HASHES)
    distinct, fingerprint, hashes = 0, "", []
    for part, text, summed in scanned.run(statements.rows(scanned.source, told, scanned.dialect)):
        if part == 1:
            distinct, fingerprint = int(text), f"{int(summed) % 2**64:016x}"
        else:
            hashes.append(int(text))
    return distinct, fingerprint, smallest(hashes, ROW_HASHES)


def _hashed(scanned: Scanned, columns: Iterable[ColumnType]) -> str:
    """By which engine over which columns rows were hashed."""
    told = "\n".join(f"{column.name}\t{column.type}" for column in columns)
    return f"{scanned.engine}:{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _ties(
    scanned: Scanned, about: About, total: int, columns: Sequence[ColumnType], frequent: dict[str, dict[str, int]]
) -> dict[str, ties.Unexplained]:
    numbers = [column for column in columns if column.kind in statements.MEASURED][:TIED_NUMBERS]
    texts = [column for column in columns if column.kind == "text" and 2 <= len(frequent[column.name]) <= TIED_VALUES][:TIED_CATEGORIES]
    taken = numbers + texts
    if not taken:
        return {}
    told = statements.sample(scanned.source, SAMPLED_ROWS, taken, scanned.dialect, rows=total, arrived_seconds=about.arrived_seconds)
    fetched = list(zip(*scanned.run(told), strict=True))
    variables = {ties.PLACE: ties.numeric(numpy.array(fetched[0], dtype=float), logarithmic=False)}
    for column, values in zip(taken, fetched[1:], strict=True):
        if column.kind in statements.MEASURED:
            variables[column.name] = ties.numeric(numpy.array(values, dtype=float), logarithmic=column.kind == "number")
        else:
            codes = {value: place for place, value in enumerate(sorted(frequent[column.name]))}
            variables[column.name] = ties.categorical(numpy.array([codes.get(value, -1) for value in values]), len(codes))
    return ties.unexplained(variables)


def _chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
