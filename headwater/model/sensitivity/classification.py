"""What is said of the sensitivity of a column: a sample goes in, a verdict with its three witnesses comes out.

A `ColumnSample` holds values and stays in memory; a `ColumnVerdict` holds none and is what is printed and, later, recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

Category = Literal["PII", "PHI", "PCI", "SECRET", "SPECIAL"]
State = Literal["labelled", "suspected", "clear", "abstain"]
Found = Literal["column", "text", "json"]
"""Where in a column it was found: each value as a whole, within longer texts, or at a path of documents."""
Word = Annotated[str, msgspec.Meta(max_length=200)]
"""What a recorded verdict may say in words of its own: a method, a kind, a word of a column's name; too short for a row."""
Ratio = Annotated[float, msgspec.Meta(ge=0, le=1)]
Number = Annotated[int, msgspec.Meta(ge=0)]
LongName = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


_STATE = "state-"


def state_of(signs: Iterable[object]) -> str:
    """A word in place of a version for what has none: the same as long as nothing shows that it changed."""
    told = "\0".join(map(str, signs))
    return _STATE + hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def is_state(version: str) -> bool:
    """Whether it is such a word, and no version that anybody else knows."""
    return version.startswith(_STATE)


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """Distinct values of a column as text, each with how often it occurred in what was read.

    `distinct` is of all that was read, estimated where there are many; `cut` counts values that were longer than is read of one.
    """

    column: str
    type: str
    rows: int
    nulls: int
    distinct: int
    values: tuple[str, ...]
    counts: tuple[int, ...] = ()
    cut: int = 0
    unreadable: int = 0


class ValueEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the values say for a type: how many of those looked at have its form, pass its check, and how many would by chance."""

    method: Word
    tested: Number
    matched: Number
    passed: Number | None = None
    chance_ratio: float | None = None
    weight: float
    provider: Word | None = None


class NameEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the column's name says for a type: the words that count, never a value."""

    words: tuple[Word, ...]
    weight: float


class LineageEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the lineage says: the type that reached the column, from where, and the log-odds it carries."""

    info_type: Word
    source: LongName
    weight: float


class LearnedEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people decided of this type on columns of the same name elsewhere: in how many they confirmed and rejected it."""

    info_type: Word
    confirmed: Number
    rejected: Number
    weight: float


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The witnesses for a verdict, apart, in log-odds; their sum with the prior is the confidence's."""

    prior: float
    values: ValueEvidence | None = None
    name: NameEvidence | None = None
    lineage: LineageEvidence | None = None
    learned: LearnedEvidence | None = None
    against: tuple[Word, ...] = ()
    found_in: Found = "column"


class Further(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another type that a column holds or may hold, beside the first."""

    info_type: Word
    category: Category
    state: State
    confidence: Ratio
    evidence: Evidence


class ColumnGap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something of a column that could not be seen, as a code of `headwater explain` and how much it concerns."""

    code: Word
    count: Number | None = None


class ColumnVerdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a column holds, how sure that is and why; holds no value of it."""

    column: LongName
    state: State
    info_type: Word | None
    category: Category | None
    confidence: Ratio
    evidence: Evidence
    also: tuple[Further, ...] = ()
    type: Annotated[str, msgspec.Meta(max_length=100_000)] = ""
    rows: Number = 0
    nulls: Number = 0
    distinct: Number = 0
    gaps: tuple[ColumnGap, ...] = ()


class FileGap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file or a part of one that could not be read."""

    dataset: str
    file: str
    code: str


class Classified(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The verdicts of one dataset's columns."""

    dataset: str
    files: int
    rows: int
    columns: tuple[ColumnVerdict, ...]


class Classification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that was classified at once; `complete` where nothing stayed unseen.

    Where a home is there, `unchanged` are datasets that were not looked at again, as what is recorded of them still stands; `recorded`
    are those that were recorded now, and `unknown` those of a lake that the home has not seen yet.
    """

    columns: tuple[DatasetColumn, ...]
    gaps: tuple[FileGap, ...] = ()
    complete: bool = True
    classifier: str = ""
    unchanged: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class DatasetColumn(ColumnVerdict, frozen=True, kw_only=True):
    """A verdict with the dataset that the column is of."""

    dataset: str
