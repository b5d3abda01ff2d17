"""Columns made for tests, always the same."""

from __future__ import annotations

import random
from collections.abc import Callable

from headwater.capture.classify import classify
from headwater.model.sensitivity.classification import ColumnSample, ColumnVerdict

MANY = 120


def column(values: list[str], name: str = "c", rows: int | None = None, nulls: int = 0) -> ColumnSample:
    distinct = tuple(dict.fromkeys(values))
    counts = tuple(values.count(value) for value in distinct) if len(values) < 500 else ()
    return ColumnSample(name, "VARCHAR", (rows or len(values)) + nulls, nulls, len(distinct), distinct, counts)


def drawn(make: Callable[[random.Random], str], many: int = MANY, seed: int = 5) -> list[str]:
    source = random.Random(seed)
    return [make(source) for _ in range(many)]


def verdict(values: list[str], name: str = "c") -> ColumnVerdict:
    return classify(column(values, name))[0]


def told(values: list[str], name: str = "c") -> tuple[str, str | None]:
    found = verdict(values, name)
    return found.state, found.info_type


def ssn(source: random.Random) -> str:
    return f"{source.randint(1, 665):03}-{source.randint(1, 99):02}-{source.randint(1, 9999):04}"


def part_number(source: random.Random) -> str:
    return f"{source.randint(100, 999):03}-{source.randint(0, 99):02}-{source.randint(0, 9999):04}"


def digits(length: int) -> Callable[[random.Random], str]:
    return lambda source: str(source.randint(1, 9)) + "".join(str(source.randint(0, 9)) for _ in range(length - 1))


def with_luhn(prefix: str, length: int) -> Callable[[random.Random], str]:
    """Numbers whose last digit makes the sum right, reckoned here once more and not with the code under test."""

    def make(source: random.Random) -> str:
        body = prefix + "".join(str(source.randint(0, 9)) for _ in range(length - len(prefix) - 1))
        total = 0
        for place, digit in enumerate(reversed(body)):
            doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
            total += doubled - 9 if doubled > 9 else doubled
        return body + str(-total % 10)

    return make


def nhs_number(source: random.Random) -> str:
    while True:
        body = [source.randint(0, 9) for _ in range(9)]
        check = 11 - sum(digit * (10 - place) for place, digit in enumerate(body)) % 11
        if check != 10:
            return "".join(map(str, body)) + str(check % 11)
