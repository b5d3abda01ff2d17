"""What lists of words and the shape of a whole column say: names of people, places, dates of birth, health and convictions.

A list holds part of what there is, so a column is judged by the share of its values that are in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from headwater.capture.classify.lexicons import words
from headwater.capture.classify.reading import Look
from headwater.capture.classify.weighing import ratio_weight
from headwater.model.sensitivity.classification import ValueEvidence

_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*\.?")
_COMPANY = frozenset(
    "inc ltd llc gmbh group sons plc ag co kg corp company and & sa sarl srl spa bv nv oy ab as limited holdings partners associates hospital clinic school".split()
)
_COMPANY |= frozenset("university bank labs systems solutions services industries foods software pro plus max mini set kit edition".split())
_HAN = re.compile(r"[\u4e00-\u9fff\u3005]{2,4}(?:[ \u3000][\u4e00-\u9fff\u3040-\u30ff]{1,4})?")
_JAPANESE = re.compile(r"[\u4e00-\u9fff\u3005\u3040-\u30ff]{1,4}[ \u3000]?[\u4e00-\u9fff\u3005\u3040-\u30ff]{1,4}")
_HANGUL = re.compile(r"[\uac00-\ud7a3]{2,4}")
_YEAR_FIRST = re.compile(r"(1[89]\d\d|20\d\d)[-/.年]?(\d\d?)[-/.月]?(\d\d?)日?(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00(?::?00)?)?)?")
_YEAR_LAST = re.compile(r"\d\d?[-/. ](?:\d\d?|[A-Za-zéûä]{3,9}\.?)[-/., ]{1,2}(1[89]\d\d|20\d\d)")
_NUMBERED = re.compile(r"(?:^|[\s,])(?:#|no\.?|n°|nr\.?)?\s?\d{1,5}(?:[-/]?\d{0,4})[a-z]?(?=[\s,]|$)|\d+(?=号|番|丁目|弄|길|로)|^\d")
_STREET_END = re.compile(
    r"(?:strasse|straße|str\.?|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|gatan|vagen|veien|gade|katu|tie|vej|utca|steenweg|dreef|berg|路|街|号|巷|丁目|番地|길|로)$"
)
NONE_IN_LIST = -2.5


def people(look: Look) -> dict[str, ValueEvidence]:
    """What the lists and the shape of the column say, by type; types of which nothing is found are left out."""
    found: dict[str, ValueEvidence] = {}
    if look.digit_share < 0.3:
        found |= _names(look)
    if look.digit_share < 0.7:
        found |= _lists(look)
    if look.digit_share > 0.4 or look.mean_words > 1.5:
        _add(found, "STREET_ADDRESS", look, _is_address, expected=0.8, chance=0.04, cap=7.0)
    return found


def birth_dates(look: Look) -> ValueEvidence | None:
    """Dates without a time of day: births spread over decades, orders do not."""
    years = sorted(year for value in look.values if (year := year_of(value)) is not None)
    if not years or len(years) < 0.8 * look.size:
        return None
    low, high = years[len(years) // 10], years[-1 - len(years) // 10]
    spread = high - low
    if look.size < 5:
        weight = 0.5
    elif years[0] < 1890 or years[-1] > 2035:
        weight = -4.0
    elif spread >= 25 and low >= 1915 and len(set(years)) >= min(12, look.size // 3):
        weight = 2.8
    elif spread >= 12:
        weight = 0.8
    else:
        weight = -1.5 if low > 1990 and high < 2022 else -2.2
    return ValueEvidence(method="distribution", tested=look.size, matched=len(years), weight=weight)


def year_of(value: str) -> int | None:
    """The year of a date that is written with one, and without a time of day."""
    if match := _YEAR_FIRST.fullmatch(value):
        return int(match.group(1)) if 1 <= int(match.group(2)) <= 12 and 1 <= int(match.group(3)) <= 31 else None
    match = _YEAR_LAST.fullmatch(value)
    return int(match.group(1)) if match else None


def _names(look: Look) -> dict[str, ValueEvidence]:
    found: dict[str, ValueEvidence] = {}
    if look.mean_words < 1.25:
        plain = ratio_weight(_count(look.folded, words.plain_words()), look.size, expected=0.5, chance=0.05, cap=4.0)
        given, family = words.given_names(), words.family_names()
        firsts = [value.replace(".", "") for value in look.folded]
        parts = [re.split("[-']", value)[0] for value in firsts]
        both = sum(value in given and value in family for value in firsts) / 2
        in_given = sum(value in given or part in given for value, part in zip(firsts, parts, strict=True))
        in_family = sum(value in family for value in firsts)
        for info_type, hits, rival in (("GIVEN_NAME", in_given, in_family), ("FAMILY_NAME", in_family, in_given)):
            net = max(hits - both * (rival > hits), 0)
            weight = ratio_weight(round(net), look.size, expected=0.5, chance=0.07, cap=7.0) - max(plain, 0.0)
            if hits < rival:
                weight = min(weight, 2.5)
            if hits and weight > NONE_IN_LIST and look.size >= 4:
                found[info_type] = ValueEvidence(method="list", tested=look.size, matched=hits, weight=round(weight, 2))
        found |= _eastern(look)
    elif look.mean_words <= 4.5:
        scores = [person(value) for value in look.values]
        weight = ratio_weight(round(sum(scores)), look.size, expected=0.62, chance=0.07, cap=8.0)
        if any(scores) and weight > NONE_IN_LIST and look.size >= 3:
            found["PERSON_NAME"] = ValueEvidence(
                method="list", tested=look.size, matched=sum(score > 0 for score in scores), weight=round(weight, 2)
            )
        if "PERSON_NAME" not in found:
            found |= _eastern(look)
    return found


def person(value: str) -> float:
    """How much a value is a person's name: 1 where given and family name are known, a half where one of them is."""
    from headwater.capture.classify.reading import fold

    tokens = [token.strip(".") for token in fold(value.replace(",", " ")).split()]
    if not 2 <= len(tokens) <= 6 or any(token in _COMPANY or any(c.isdigit() for c in token) for token in tokens):
        return 0.0
    named = [token for token in tokens if token not in words.TITLES]
    if len(named) < 2 or (named[-1] in words.street_words() and len(named[-1]) > 3):
        return 0.0
    given, family = words.given_names(), words.family_names()
    first = [token in given or token.split("-")[0] in given for token in named]
    last = [token in family or token.split("-")[-1] in family for token in named]
    if any(a and b for i, a in enumerate(first) for j, b in enumerate(last) if i != j):
        return 1.0
    return 0.6 if first[0] or first[-1] or last[-1] or last[0] else 0.0


def _eastern(look: Look) -> dict[str, ValueEvidence]:
    """Names of languages that write the family name first and without a blank."""
    if look.values[0].isascii() and look.values[-1].isascii():
        return {}
    hits, chance = 0, 0.15
    for value in look.values:
        if _HANGUL.fullmatch(value):
            hits, chance = hits + (len(value) == 3 and value[0] in words.KOREAN_FAMILY), 0.22
        elif value.startswith(words.japanese_family_names()) and _JAPANESE.fullmatch(value):
            hits += 1 if len(value) > 2 else 0
        elif _HAN.fullmatch(value):
            hits += value[0] in words.CHINESE_FAMILY and not value.endswith(("市", "省", "区", "县", "州", "路", "街"))
    weight = ratio_weight(hits, look.size, expected=0.85, chance=chance, cap=7.0)
    return {"PERSON_NAME": ValueEvidence(method="list", tested=look.size, matched=hits, weight=round(weight, 2))} if weight > 0 else {}


def _lists(look: Look) -> dict[str, ValueEvidence]:
    found: dict[str, ValueEvidence] = {}
    _share(found, "CITY", look, words.cities(), expected=0.5, chance=0.04, cap=6.5)
    _share(found, "COUNTRY", look, words.countries(), expected=0.8, chance=0.03, cap=7.0)
    _share(found, "NATIONALITY", look, words.nationalities(), expected=0.8, chance=0.03, cap=6.0)
    _share(found, "DIAGNOSIS", look, words.diagnoses(), expected=0.4, chance=0.01, cap=8.0)
    _share(found, "MEDICATION", look, words.medications(), expected=0.5, chance=0.01, cap=8.0, first_word=True)
    _share(found, "PROCEDURE", look, words.procedures(), expected=0.4, chance=0.01, cap=7.0)
    _share(found, "LAB_RESULT", look, words.tests(), expected=0.5, chance=0.02, cap=5.0)
    if look.distinct <= 60:
        for info_type, closed in words.closed_sets().items():
            single = sum(len(value) <= 2 for value in look.folded) / look.size
            cap = 2.0 if single > 0.5 else 7.0
            _share(found, info_type, look, closed, expected=0.85, chance=0.08 if info_type == "OCCUPATION" else 0.05, cap=cap, least=2)
            if info_type == "GENDER" and set(look.folded) <= {"m", "f", "x", "u", "o", "d", "w", "h"} and {"m", "f"} <= set(look.folded):
                found["GENDER"] = ValueEvidence(method="list", tested=look.size, matched=look.size, weight=5.6)
    return found


def _share(
    found: dict[str, ValueEvidence], info_type: str, look: Look, listed: frozenset[str], *,
    expected: float, chance: float, cap: float, least: int = 2, first_word: bool = False,
) -> None:  # fmt: skip
    hits = _count(look.folded, listed)
    if first_word and hits < look.size:
        hits = sum(value in listed or value.split(" ")[0] in listed for value in look.folded)
    if hits < min(least, look.size):
        return
    weight = ratio_weight(hits, look.size, expected=expected, chance=chance, cap=cap)
    if info_type in words.closed_sets() and look.size <= 10:
        known_plain = _count(look.folded, words.plain_words())
        weight -= 1.2 * known_plain if known_plain > hits / 2 else 0.0
    if weight > NONE_IN_LIST:
        found[info_type] = ValueEvidence(method="list", tested=look.size, matched=hits, weight=round(weight, 2))


def _add(
    found: dict[str, ValueEvidence], info_type: str, look: Look, test: Callable[[str], bool], *, expected: float, chance: float, cap: float
) -> None:
    hits = sum(map(test, look.values))
    if hits:
        weight = ratio_weight(hits, look.size, expected=expected, chance=chance, cap=cap)
        if weight > NONE_IN_LIST:
            found[info_type] = ValueEvidence(method="shape", tested=look.size, matched=hits, weight=round(weight, 2))


def _is_address(value: str) -> bool:
    """A number and a word that streets are named with."""
    from headwater.capture.classify.reading import fold

    folded = fold(value)
    if not 6 <= len(folded) <= 160 or not _NUMBERED.search(folded):
        return False
    tokens = [token.strip(".,#") for token in re.split(r"[\s,]+", folded)]
    return any(token in words.street_words() or _STREET_END.search(token.rstrip("0123456789")) for token in tokens if token)


def _count(values: Iterable[str], listed: frozenset[str]) -> int:
    return sum(value in listed for value in values)
