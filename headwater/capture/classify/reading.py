"""A sample as the witnesses read it: cleaned of disguises, told apart from words for nothing, and measured once for all.

Disguises are what makes a value look the same to people and different to programs: zero-width characters, full-width and other
digits, letters that stand for digits within a number. They are taken off before anything is tested, and counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from headwater.model.sensitivity.classification import ColumnSample

_T = TypeVar("_T")
READ_VALUES = 200
READ_CHARACTERS = 2_000
NOTHING = frozenset(
    "null none nil nan n/a na - -- . ? unknown unk undefined missing (null) #n/a tbd nicht angegeben s/o ninguno <na>".split()
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_OTHER_DIGIT = re.compile(r"[^\W0-9_a-zA-Z]")
_DASHES = {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"} | {0xA0: " ", 0x202F: " ", 0x2009: " "}
_LETTERS_FOR_DIGITS = str.maketrans(
    {"O": "0", "o": "0", "l": "1", "I": "1", "\u041e": "0", "\u043e": "0", "\u039f": "0", "\u0417": "3", "\u04c0": "1"}
)
_MIXED_NUMBER = re.compile("[0-9OolI\u041e\u043e\u039f\u0417\u04c0 ().+-]{7,}")
_JOINTS = re.compile(r"[\s.\-/\u00b7]+")
_MASK = str.maketrans({**dict.fromkeys("0123456789", "9"), **{chr(c): "A" for c in range(65, 91)}, **{chr(c): "a" for c in range(97, 123)}})


@dataclass(frozen=True)
class Look:
    """A column's distinct values, cleaned, and what is measured of them."""

    column: str
    type: str
    values: tuple[str, ...]
    counts: tuple[int, ...]
    rows: int
    nulls: int
    distinct: int
    disguised: int
    empty: int

    @property
    def size(self) -> int:
        return len(self.values)

    @cached_property
    def compact(self) -> tuple[str, ...]:
        """Values without the joints that people write into numbers."""
        return tuple(_JOINTS.sub("", value) for value in self.values)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(fold(value) for value in self.values)

    @cached_property
    def masks(self) -> tuple[str, ...]:
        return tuple(value.translate(_MASK) for value in self.values)

    @cached_property
    def numeric_share(self) -> float:
        return self._share(lambda value: value.isdigit())

    @cached_property
    def digit_share(self) -> float:
        """The share of values that hold a digit."""
        return self._share(lambda value: any(c.isdigit() for c in value))

    @cached_property
    def mean_words(self) -> float:
        return sum(value.count(" ") + 1 for value in self.values) / self.size if self.size else 0.0

    @cached_property
    def mean_length(self) -> float:
        return sum(map(len, self.values)) / self.size if self.size else 0.0

    @cached_property
    def uniqueness(self) -> float:
        filled = self.rows - self.nulls
        return min(self.distinct / filled, 1.0) if filled > 0 else 0.0

    def _share(self, test: Callable[[str], bool]) -> float:
        return sum(map(test, self.values)) / self.size if self.size else 0.0


def look_at(sample: ColumnSample) -> Look:
    """Clean and measure a sample; at most `READ_VALUES` values are read, whichever they are, in one fixed order."""
    counts = sample.counts or (1,) * len(sample.values)
    kept: dict[str, int] = {}
    disguised = empty = 0
    for value, count in sorted(zip(sample.values, counts, strict=True)):
        plain = clean(value)
        if not plain or plain.casefold() in NOTHING:
            empty += count
            continue
        disguised += plain != value.strip()
        kept[plain] = kept.get(plain, 0) + count
    chosen = spread(sorted(kept), READ_VALUES)
    return Look(
        column=sample.column,
        type=sample.type,
        values=tuple(chosen),
        counts=tuple(kept[value] for value in chosen),
        rows=sample.rows,
        nulls=sample.nulls + empty,
        distinct=max(sample.distinct, len(kept)) if len(kept) > 1 else len(kept),
        disguised=disguised,
        empty=empty,
    )


def clean(value: str) -> str:
    """A value without disguises."""
    text = value[:READ_CHARACTERS].strip()
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES).strip()
        text = _OTHER_DIGIT.sub(_as_digit, text)
    if _MIXED_NUMBER.fullmatch(text) and sum(c.isdigit() for c in text) >= 6:
        text = text.translate(_LETTERS_FOR_DIGITS)
    return text


def fold(value: str) -> str:
    """A value without case and without marks on its letters."""
    if value.isascii():
        return value.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", value.casefold()) if not unicodedata.combining(c))


def _as_digit(match: re.Match[str]) -> str:
    found = unicodedata.digit(match.group(), None)
    return match.group() if found is None else str(found)


def spread(values: Sequence[_T], most: int) -> Sequence[_T]:
    """At most so many of a sorted list, evenly from all of it."""
    if len(values) <= most:
        return values
    return [values[place * len(values) // most] for place in range(most)]
