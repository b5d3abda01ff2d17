"""The witness of names: which types the words of a column's name suggest, in log-odds; never more than a suspicion by itself."""

from __future__ import annotations

import re

from headwater.capture.classify.naming import DEFLECTING, FLAGS, NOT_OF_A_PERSON, OF_PLACES_AND_NAMES, PHRASES, STRONG, WEAK
from headwater.capture.classify.reading import fold
from headwater.model.sensitivity.classification import NameEvidence
from headwater.model.sensitivity.info_types import INFO_TYPES

_BREAK = re.compile(r"[^\w]+|_+|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_STEP = re.compile(r"\[\]|[.{}]+")
_TRAILING = re.compile(r"\d+$")
LONGEST_PHRASE = 4
DEFLECTED, NOBODY = -3.0, -4.0
_GLUED_SHORTEST = 5
OPEN_NAMES = frozenset("name title description label text value code id key data info field column col val attr attribute".split())


def name_words(column: str) -> tuple[str, ...]:
    """The words of a column's name, folded; of a path, those of its last step and of the one before."""
    steps = [step for step in _STEP.split(column) if step]
    return tuple(fold(word) for step in steps[-2:] for word in _BREAK.split(step) if word)


def names_say(column: str) -> dict[str, NameEvidence]:
    """The evidence of a name by type; types that a name speaks against have a negative weight."""
    words = name_words(column)
    if not words:
        return {}
    found = _phrases(words) or _glued(words)
    return {info_type: _weighed(info_type, said, weight, words) for info_type, (said, weight) in found.items()}


def _phrases(words: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], float]]:
    """The longest phrases first: a word that a longer one has taken says nothing more by itself."""
    found: dict[str, tuple[tuple[str, ...], float]] = {}
    taken: set[int] = set()
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            places = set(range(start, start + length))
            joined = "".join(words[start : start + length])
            types = PHRASES.get(joined) or PHRASES.get(_TRAILING.sub("", joined))
            if not types or places & taken:
                continue
            taken |= places
            for info_type, weight in types.items():
                if info_type not in found or found[info_type][1] < weight:
                    found[info_type] = (words[start : start + length], weight)
    return found


def _glued(words: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], float]]:
    """A phrase at the end or the beginning of words written as one, such as `custemail`."""
    word = _TRAILING.sub("", words[-1])
    for length in range(len(word) - 1, _GLUED_SHORTEST - 1, -1):
        for part in (word[-length:], word[:length]):
            if part in PHRASES:
                return {info_type: ((part,), weight - 1.2) for info_type, weight in PHRASES[part].items() if weight == STRONG}
    return {}


def _weighed(info_type: str, said: tuple[str, ...], weight: float, words: tuple[str, ...]) -> NameEvidence:
    others = [word for word in words if word not in said]
    if info_type in OF_PLACES_AND_NAMES and any(word in NOT_OF_A_PERSON for word in others):
        weight = NOBODY
    elif any(word in DEFLECTING for word in others) and info_type not in FLAGS and not _after_all(said, others):
        weight = DEFLECTED
    elif weight <= WEAK and len(others) > 1:
        weight /= 2
    return NameEvidence(words=said, weight=weight)


def _after_all(said: tuple[str, ...], others: list[str]) -> bool:
    return len("".join(said)) > 9 and not {"is", "has", "count", "flag", "verified", "hash"} & set(others)


KNOWN = frozenset(INFO_TYPES)
