"""Identifiers within names of things: of datasets and files, of columns, of jobs, and in short texts such as errors.

A name is a single value, so only forms count that little else has: a check digit over a long number, an address, a word before a number.
What a form leaves to chance (a card's number, a number grouped as social security numbers are) is found, but not surely.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from headwater.capture.classify.values import accounts, checks

LONGEST = 4_000
"""Characters of a name that are looked at."""
_FILE_ENDINGS = frozenset("csv tsv json jsonl parquet avro orc txt gz zip zst log sql py xml xlsx pdf md yaml yml toml html".split())
_MACHINES = (".gserviceaccount.com", ".windows.net", ".amazonaws.com", ".googleusercontent.com", ".local", ".internal")


_HINT = re.compile(r"@|\d[\d -]{4}|PRIVATE|eyJ|[A-Za-z0-9_-]{20}|[A-Za-z]\d")
"""What every form has something of; most names have nothing of it."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier's type and where in the name it stands; `is_sure` where hardly anything else looks so."""

    info_type: str
    start: int
    end: int
    is_sure: bool


@dataclass(frozen=True, slots=True)
class _Form:
    info_type: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool]
    is_sure: bool


def _address(text: str) -> bool:
    """Whether a text with an at sign is a person's address: no machine's, and no file of a version."""
    domain = text.rpartition("@")[2].lower()
    labels = domain.split(".")
    return not domain.endswith(_MACHINES) and not (len(labels) == 2 and labels[-1] in _FILE_ENDINGS)


def _always(text: str) -> bool:
    return True


def _digits(text: str) -> str:
    return re.sub(r"[ -]", "", text)


_FORMS: tuple[_Form, ...] = (
    _Form("PRIVATE_KEY", re.compile(accounts.PRIVATE_KEY), _always, True),
    _Form("JWT", re.compile(rf"(?<![A-Za-z0-9]){accounts.JWT}"), _always, True),
    _Form("API_TOKEN", re.compile(rf"(?<![A-Za-z0-9])(?:{accounts.TOKEN})(?![A-Za-z0-9])"), _always, True),
    _Form(
        "EMAIL",
        re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![A-Za-z0-9])"),
        _address,
        True,
    ),
    _Form("IBAN", re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}[A-Z0-9]{11,30}(?![A-Za-z0-9])"), checks.iban, True),
    _Form("MEDICAL_RECORD_NUMBER", re.compile(r"(?i)(?<![a-z0-9])mrn[-_:#= ]{0,3}\d{5,12}(?!\d)"), _always, True),
    _Form("US_SSN", re.compile(r"(?<![A-Za-z0-9-])\d{3}-\d{2}-\d{4}(?![A-Za-z0-9-])"), checks.us_ssn, False),
    _Form(
        "CREDIT_CARD",
        re.compile(r"(?<![A-Za-z0-9-])\d(?:[ -]?\d){12,18}(?![A-Za-z0-9-])"),
        lambda text: checks.card(_digits(text)),
        False,
    ),
    _Form("PHONE", re.compile(r"(?<![A-Za-z0-9+])\+[1-9]\d{9,14}(?!\d)"), _always, False),
)


@lru_cache(maxsize=100_000)
def identifiers_in(name: str) -> tuple[Identifier, ...]:
    """The identifiers that a name holds, from left to right, none overlapping."""
    text = name[:LONGEST]
    if _HINT.search(text) is None:
        return ()
    found: list[Identifier] = []
    for form in _FORMS:
        for match in form.pattern.finditer(text):
            here = Identifier(form.info_type, match.start(), match.end(), form.is_sure)
            free = all(here.end <= other.start or other.end <= here.start for other in found)
            if free and not text.endswith("://", 0, match.start()) and form.check(match.group()):
                found.append(here)
    return tuple(sorted(found, key=lambda each: each.start))


def without_identifiers(name: str) -> str:
    """The name with the type of each identifier in its place."""
    shown, last = [], 0
    for found in identifiers_in(name):
        shown += [name[last : found.start], f"[{found.info_type}]"]
        last = found.end
    return "".join([*shown, name[last:]])
