"""Makers of values that both sets of templates use: digits that check, lists of words, dates.

Check digits are reckoned here from the published rules, not by the code under test.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Maker = Callable[[random.Random], str]


@dataclass(frozen=True)
class Template:
    """Columns of one kind: what they hold (None for a hard negative), whether values alone tell, how they are helpfully called, and how made."""

    key: str
    truth: str | None
    tells: bool
    helpful: tuple[str, ...]
    make: Maker
    locale: str = "en"
    distinct: int = 200


def digits(source: random.Random, many: int) -> str:
    return "".join(source.choices(string.digits, k=many))


def letters(source: random.Random, many: int, of: str = string.ascii_uppercase) -> str:
    return "".join(source.choices(of, k=many))


def one_of(words: str) -> Maker:
    listed = words.split("|") if "|" in words else words.split()
    return lambda source: source.choice(listed)


def luhn(body: str) -> str:
    total = sum(sum(divmod(int(c) * (2 if place % 2 == 0 else 1), 10)) for place, c in enumerate(reversed(body)))
    return body + str(-total % 10)


def weighted(body: str, weights: Sequence[int], modulus: int) -> int:
    return sum(int(c) * w for c, w in zip(body, weights, strict=True)) % modulus


def until(make: Callable[[random.Random], str | None]) -> Maker:
    def again(source: random.Random) -> str:
        while (value := make(source)) is None:
            pass
        return value

    return again


def date_of(source: random.Random, low: int, high: int, form: str = "{y:04}-{m:02}-{d:02}") -> str:
    return form.format(y=source.randint(low, high), m=source.randint(1, 12), d=source.randint(1, 28))


def iban(source: random.Random, country: str, form: str) -> str:
    body = "".join(source.choice(string.digits) if c == "n" else source.choice(string.ascii_uppercase) if c == "a" else c for c in form)
    number = int("".join(str(int(c, 36)) for c in body + country + "00"))
    return f"{country}{98 - number % 97:02}{body}"


def verhoeff(body: str) -> str:
    """Dihedral group of order ten, its permutation of period eight."""
    table = [
        [(i + j) % 5 if i < 5 and j < 5 else 5 + (i + j) % 5 if i < 5 else 5 + (i - j) % 5 if j < 5 else (i - j) % 5 for j in range(10)]
        for i in range(10)
    ]
    permuted = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    while len(permuted) < 8:
        permuted.append([permuted[-1][permuted[1][j]] for j in range(10)])
    check = 0
    for place, c in enumerate(reversed(body)):
        check = table[check][permuted[(place + 1) % 8][int(c)]]
    return body + str([0, 4, 3, 2, 1, 5, 6, 7, 8, 9][check])


def grouped(text: str, sizes: Sequence[int], joint: str) -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    return joint.join(parts)
