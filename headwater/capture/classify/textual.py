"""Looks into what is no single value: sentences, and documents of JSON whose parts are columns of their own."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from headwater.capture.classify.lexicons import words
from headwater.capture.classify.reading import Look, clean, fold
from headwater.capture.classify.values import accounts, checks
from headwater.model.sensitivity.classification import ColumnSample, ValueEvidence

MOST_PATHS, MOST_KEYS, DEEPEST, MOST_PARTS = 200, 40, 12, 20_000
TEXT_WORDS = 3.5
_SPANS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool] | None], ...] = (
    ("EMAIL", re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[a-zA-Z]{2,24}\b"), None),
    ("US_SSN", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), checks.us_ssn),
    ("CREDIT_CARD", re.compile(r"(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])"), lambda text: checks.card(re.sub("[ -]", "", text))),
    ("IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), lambda text: checks.iban(text.replace(" ", ""))),
    ("PHONE", re.compile(r"(?<![\w.])(?:\+\d{1,3}[\s.-]?(?:\(?\d{1,4}\)?[\s.-]?){2,5}\d{2,4}|\(\d{3}\) ?\d{3}-\d{4}|[2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4}|0\d{2,4}[ /-]\d{5,9})(?![\w-])"), None),
    ("API_TOKEN", re.compile(rf"(?<![\w-])(?:{accounts.TOKEN})(?![\w])"), None),
    ("PRIVATE_KEY", re.compile(accounts.PRIVATE_KEY), None),
    ("JWT", re.compile(rf"\b{accounts.JWT}"), None),
    ("CONNECTION_STRING", re.compile(rf"\b{accounts.CONNECTION}"), None),
    ("PASSWORD", re.compile(r"(?i)\b(?:password|passwort|pwd|mot de passe|contraseña|senha)\s*(?:is|=|:|ist)\s*\S{4,}"), None),
    ("IP_ADDRESS", re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), checks.spread_ip),
    ("MEDICAL_RECORD_NUMBER", re.compile(r"(?i)\bMRN[:# ]{0,3}\d{5,12}\b"), None),
    ("BIRTH_DATE", re.compile(r"(?i)\b(?:dob|date of birth|born(?: on)?|geboren am|né(?:e)? le|nacid[oa] el)[: ]{1,3}\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}"), None),
    ("STREET_ADDRESS", re.compile(r"\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Way)\b|\b[A-ZÄÖÜ][a-zäöüß]+(?:straße|strasse|weg|platz|gasse) \d{1,4}"), None),
)  # fmt: skip
_PAIR = re.compile(r"\b([^\W\d_a-z][^\W\d_]+)\s([^\W\d_a-z][^\W\d_]+(?:-[^\W\d_]+)?)\b")
_TERM = re.compile(r"[^\W\d_]{4,}")
SURE = frozenset(
    "EMAIL US_SSN CREDIT_CARD IBAN API_TOKEN PRIVATE_KEY JWT CONNECTION_STRING MEDICAL_RECORD_NUMBER BIRTH_DATE PASSWORD".split()
)


def is_text(look: Look) -> bool:
    """Whether values are sentences rather than names of things."""
    return look.size > 0 and (look.mean_words > TEXT_WORDS or look.mean_length > 80)


def text_says(look: Look) -> dict[str, ValueEvidence]:
    """What stands within texts: types by how many of the texts hold one."""
    hits: Counter[str] = Counter()
    for value in look.values:
        hits.update(_types_within(value))
    found = {}
    for info_type, count in hits.items():
        each = 3.4 if info_type in SURE else 1.3
        floor = 1 if info_type in SURE else max(2, look.size * 0.04)
        if count >= floor:
            weight = min(each * count + 1.5, 7.5 if info_type in SURE else 6.0)
            found[info_type] = ValueEvidence(method="within texts", tested=look.size, matched=count, weight=round(weight, 2))
    return found


def _types_within(text: str) -> set[str]:
    found = set()
    for info_type, pattern, check in _SPANS:
        if _holds(pattern, check, text):
            found.add(info_type)
    if any(_is_person(first, last) for first, last in _PAIR.findall(text)):
        found.add("PERSON_NAME")
    folded = fold(text)
    singles = set(_TERM.findall(folded))
    if singles & _single_words("diagnoses") or any(term in folded for term in _several_words()):
        found.add("DIAGNOSIS")
    if singles & _single_words("medications"):
        found.add("MEDICATION")
    return found


def _is_person(first: str, last: str) -> bool:
    return fold(first) in words.given_names() and fold(last) in words.family_names() and fold(last) not in words.street_words()


_AMBIGUOUS = frozenset(
    "depression angina fracture stroke hernia grippe insulin lithium testosterone aspirin concussion acne obesity fraude anxiety insomnia".split()
)


def _single_words(name: str) -> frozenset[str]:
    return frozenset(word for word in getattr(words, name)() if " " not in word and len(word) > 4 and word not in _AMBIGUOUS)


def _several_words() -> tuple[str, ...]:
    return tuple(word for word in words.diagnoses() if " " in word)


@dataclass(frozen=True, slots=True)
class Parts:
    """The columns that documents consist of, and how many documents could not be read or were not read in full."""

    samples: tuple[ColumnSample, ...]
    malformed: int
    unfollowed: int


def is_json(sample: ColumnSample) -> bool:
    """Whether most values are objects or arrays."""
    probed = sample.values[:60]
    return bool(probed) and sum(value.lstrip()[:1] in ("{", "[") and len(value) > 2 for value in probed) > 0.6 * len(probed)


def parts_of(sample: ColumnSample) -> Parts:
    """The values at each path of a column of documents: `column.key`, `column[]`, `column{}` for the keys of a map."""
    documents, malformed = _documents(sample.values)
    maps = _maps(documents, sample.column)
    at: dict[str, Counter[str]] = defaultdict(Counter)
    unfollowed = taken = 0
    for document in documents:
        for path, leaf in _leaves(document, sample.column, maps, 0):
            taken += 1
            if taken > MOST_PARTS or (path not in at and len(at) >= MOST_PATHS):
                unfollowed += 1
                break
            at[path][leaf] += 1
    samples = tuple(_part(sample, path, leaves) for path, leaves in sorted(at.items()))
    return Parts(samples, malformed, unfollowed)


def _documents(values: Sequence[str]) -> tuple[list[object], int]:
    """Those values that are documents, and how many are not."""
    documents: list[object] = []
    malformed = 0
    for value in sorted(values):
        try:
            documents.append(json.loads(value))
        except (ValueError, RecursionError):
            malformed += 1
    return documents, malformed


def _part(sample: ColumnSample, path: str, leaves: Counter[str]) -> ColumnSample:
    found = {"column": path, "type": "json", "values": tuple(leaves), "counts": tuple(leaves.values()), "rows": leaves.total()}
    return replace(sample, **found, nulls=0, distinct=len(leaves), cut=0, unreadable=0)  # type: ignore[arg-type]  # because each field has its own type


def _maps(documents: Sequence[object], column: str) -> frozenset[str]:
    """The paths at which objects have more keys, taken together, than a record would: their keys are data."""
    keys: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        _note_keys(document, column, keys, 0)
    return frozenset(path for path, found in keys.items() if len(found) > MOST_KEYS)


def _note_keys(node: object, path: str, keys: dict[str, set[str]], depth: int) -> None:
    if depth > DEEPEST or len(keys) > MOST_PATHS * 4:
        return
    if isinstance(node, dict):
        if len(keys[path]) <= MOST_KEYS:
            keys[path].update(node)
        for key, child in node.items():
            _note_keys(child, f"{path}.{key}", keys, depth + 1)
    elif isinstance(node, list):
        for child in node:
            _note_keys(child, f"{path}[]", keys, depth + 1)


def _leaves(node: object, path: str, maps: frozenset[str], depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        yield path, json.dumps(node)
    elif isinstance(node, dict):
        for key, child in node.items():
            if path in maps or key_is_data(key):
                yield f"{path}{{}}", key
                yield from _leaves(child, f"{path}{{}}.value", maps, depth + 1)
            else:
                yield from _leaves(child, f"{path}.{key}", maps, depth + 1)
    elif isinstance(node, list):
        for child in node:
            yield from _leaves(child, f"{path}[]", maps, depth + 1)
    elif node is not None:
        yield path, str(node).lower() if isinstance(node, bool) else str(node)


def key_is_data(key: str) -> bool:
    """Whether a name is itself what should not be shown: an address, a number of a person or card, a token."""
    text = clean(key)
    return any(_holds(pattern, check, text) for name, pattern, check in _SPANS if name in SURE)


def _holds(pattern: re.Pattern[str], check: Callable[[str], bool] | None, text: str) -> bool:
    return any(check is None or check(match.group()) for match in pattern.finditer(text))
