"""The lists as sets of folded words, made once when they are first asked for."""

from __future__ import annotations

from functools import cache

from headwater.capture.classify.lexicons import conditions, given, places, sets, surnames
from headwater.capture.classify.reading import fold

_PARTICLES = frozenset("de van der den la da di le el los del dos du von do al ten y e".split())
_TITLES = frozenset(
    "mr mrs ms miss dr prof herr frau hr fr m mme mlle sr sra srta dipl ing mag jr ii iii iv phd md dds dvm univ bc mgr sir dott sig".split()
)


@cache
def given_names() -> frozenset[str]:
    lists = (given.GIVEN_NAMES, given.CYRILLIC_GIVEN, given.GREEK_GIVEN, given.ARABIC_GIVEN, given.HEBREW_GIVEN)
    return frozenset(fold(" ".join((*lists, given.DEVANAGARI_GIVEN, given.THAI_GIVEN, given.JAPANESE_GIVEN))).split())


@cache
def family_names() -> frozenset[str]:
    lists = (surnames.SURNAMES, surnames.CYRILLIC_SURNAMES, surnames.GREEK_SURNAMES, surnames.ARABIC_SURNAMES, surnames.HEBREW_SURNAMES)
    words = fold(" ".join((*lists, surnames.DEVANAGARI_SURNAMES, surnames.JAPANESE_SURNAMES))).split()
    return frozenset(words) - _PARTICLES


@cache
def japanese_family_names() -> tuple[str, ...]:
    return tuple(surnames.JAPANESE_SURNAMES.split())


CHINESE_FAMILY = frozenset(surnames.CHINESE_SURNAMES)
KOREAN_FAMILY = frozenset(surnames.KOREAN_SURNAMES)
TITLES = _TITLES


@cache
def cities() -> frozenset[str]:
    return _lines(places.CITIES)


@cache
def countries() -> frozenset[str]:
    return _lines(places.COUNTRIES)


@cache
def nationalities() -> frozenset[str]:
    return _lines(places.NATIONALITIES)


@cache
def street_words() -> frozenset[str]:
    return _lines(places.STREET_WORDS)


@cache
def diagnoses() -> frozenset[str]:
    return _lines(conditions.DIAGNOSES)


@cache
def medications() -> frozenset[str]:
    return _lines(conditions.MEDICATIONS)


@cache
def procedures() -> frozenset[str]:
    return _lines(conditions.PROCEDURES)


@cache
def tests() -> frozenset[str]:
    return _lines(conditions.TESTS)


@cache
def closed_sets() -> dict[str, frozenset[str]]:
    return {name: _lines(words) for name, words in sets.SETS.items()}


@cache
def plain_words() -> frozenset[str]:
    """What ordinary columns hold: levels, states, colours, days, sizes."""
    return _lines(sets.LEVELS)


def _lines(text: str) -> frozenset[str]:
    return frozenset(fold(word.strip()) for line in text.strip().splitlines() for word in line.split("|") if word.strip())
