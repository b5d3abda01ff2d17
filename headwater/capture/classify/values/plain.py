"""What speaks against: identifiers, sequences, times, versions, digests and prices, which look like what people are known by.

Each finding names types it speaks against and how much; nothing here speaks for a type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from headwater.capture.classify.reading import Look

_UUID = re.compile(r"(?i)[{]?[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}[}]?")
_HEX = re.compile(r"(?i)(?:sha\d*:|md5:|0x)?(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{56}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128})")
_EPOCH = re.compile(r"1[0-9]\d{8}|1[0-9]\d{11}|1[0-9]\d{14}")
_VERSION = re.compile(r"v?\d{1,3}(?:\.\d{1,4}){1,3}(?:[-+.]\w+)*")
_DECIMAL = re.compile(
    r"[-+]?(?:[$€£¥]\s?)?\d{1,3}(?:[,.' ]?\d{3})*[.,]\d{1,12}(?:\s?(?:[$€£¥%]|USD|EUR|GBP))?|[-+]?\d+(?:\.\d+)?[eE][-+]?\d+"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s?(?:Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_CODE = re.compile(r"[A-Z]{1,6}[-_/#]\d[\w-]*|[A-Z]{2,6}\d{2,}[A-Z]*\d*|[A-Z0-9]{2,8}(?:-[A-Z0-9]{1,8}){1,4}")
_PATH = re.compile(r"(?:/[\w.~%+-]+){2,}/?|[A-Za-z]:\\[^<>|]+|(?:s3|gs|abfss?|hdfs|file)://\S+|https?://\S+")


@dataclass(frozen=True, slots=True)
class Against:
    """A harmless kind that a column's values are of, and the weight against types told by their form, list or spread."""

    kind: str
    weight: float


def against(look: Look) -> tuple[Against, ...]:
    """The harmless kinds that most values of a column are of, strongest first."""
    if not look.size:
        return ()
    found = []
    for kind, pattern, weight in (
        ("uuid", _UUID, 9.0), ("digest", _HEX, 7.0), ("timestamp", _TIME, 8.0), ("path", _PATH, 4.0),
        ("decimal", _DECIMAL, 4.0), ("version", _VERSION, 3.0), ("code", _CODE, 0.8),
    ):  # fmt: skip
        share = sum(pattern.fullmatch(value) is not None for value in look.values) / look.size
        if share > 0.85:
            found.append(Against(kind, weight))
    if look.numeric_share > 0.95:
        found += _numbers(look)
    return tuple(sorted(found, key=lambda each: -each.weight))


def _numbers(look: Look) -> list[Against]:
    numbers = sorted({int(value) for value in look.values if len(value) <= 20 and value.isascii() and value.isdigit()})
    if len(numbers) < 5:
        return []
    span, distinct = numbers[-1] - numbers[0] + 1, max(look.distinct, len(numbers))
    found = []
    if sum(_EPOCH.fullmatch(value) is not None for value in look.values) > 0.95 * look.size and span < 0.45 * numbers[-1]:
        found.append(Against("epoch", 3.0))
    if distinct >= 8 and span <= 12 * distinct:
        found.append(Against("sequence", 3.5 if span > 3 * distinct else 5.0))
    elif len(numbers) >= 8 and _steady(numbers):
        found.append(Against("sequence", 4.0))
    return found


def _steady(numbers: list[int]) -> bool:
    """Whether the steps between numbers are all alike, as of a sampled counter."""
    steps = [after - before for before, after in pairwise(numbers)]
    mean = sum(steps) / len(steps)
    deviation = (sum((step - mean) ** 2 for step in steps) / len(steps)) ** 0.5
    return bool(deviation < 0.35 * mean)
