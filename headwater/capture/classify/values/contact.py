"""How people and their devices are reached: mail, telephone, network and hardware addresses, coordinates."""

from __future__ import annotations

import re
from functools import cache

from headwater.capture.classify.reading import Look, spread
from headwater.capture.classify.values import checks
from headwater.capture.classify.values.formats import Form
from headwater.capture.classify.values.people import year_of
from headwater.capture.classify.weighing import check_weight, ratio_weight
from headwater.model.sensitivity.classification import ValueEvidence

CONTACT = (
    Form("EMAIL", r"(?i)(?:mailto:)?(?:\"?[^@\"<>]{0,60}\"? ?<)?[^\s@<>\"/:;,|]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_][\w-]{1,62}>?", 9.0),
    Form(
        "IP_ADDRESS",
        r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?::\d{1,5}|/\d{1,2})?",
        1.5,
        checks.spread_ip,
        0.12,
        dealt=False,
        expected=0.9,
    ),
    Form("IP_ADDRESS", r"(?i)(?=.*::|(?:[\da-f]+:){7})(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?:%\w+)?(?:/\d{1,3})?", 7.5),
    Form("MAC_ADDRESS", r"(?i)(?:[\da-f]{2}[:-]){5}[\da-f]{2}|(?:[\da-f]{4}\.){2}[\da-f]{4}", 8.0),
    Form("IMEI", r"\d{15}|\d{2}-\d{6}-\d{6}-\d", 0.3, lambda v: checks.luhn(v.replace("-", "")), 0.1),
    Form("ICCID", r"89\d{17,18}", 4.0, checks.luhn, 0.1),
    Form("VEHICLE_VIN", r"[A-HJ-NPR-Z\d]{17}", 3.0, lambda v: any(c.isalpha() for c in v) and checks.vin(v), 0.09, cap=6.0, expected=0.9),
    Form(
        "COORDINATES",
        r"[-+]?(?:[0-8]?\d|90)\.\d{3,},\s*[-+]?(?:1[0-7]\d|\d?\d|180)\.\d{3,}|(?i:POINT ?\(\s*-?\d+\.\d+ -?\d+\.\d+\s*\))",
        5.0,
    ),
    Form("SOCIAL_HANDLE", r"@[A-Za-z_][\w.]{2,29}", 5.5),
    Form(
        "SOCIAL_HANDLE",
        r"https?://(?:www\.|[a-z]{2}\.)?(?:twitter|x|facebook|instagram|linkedin|tiktok|github|t)\.(?:com|me)/(?:in/|@)?[\w.%-]+/?",
        6.0,
    ),
    Form("CRYPTO_ADDRESS", r"0x[0-9a-fA-F]{40}|(?:bc1)[02-9ac-hj-np-z]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34}", 6.5),
)
_INTERNATIONAL = re.compile(r"(?:\+|00)[1-9][\d\s().\-/]{6,20}(?:\s?(?:x|ext\.?)\s?\d{1,6})?")
_SEPARATED = re.compile(r"\(?0?\d{1,5}\)?[\s.\-/]{1,2}\d[\d\s.\-/]{4,14}(?:\s?(?:x|ext\.?)\s?\d{1,6})?")
_BARE = re.compile(r"0\d{8,10}|[2-9]\d{9}|1[3-9]\d{9}|[6-9]\d{8}")
_WITH_TRUNK = "GB DE FR IN BR JP AU CN NL SE CH AT BE TR KR ZA FI UA".split()
_WITHOUT_TRUNK = "US ES IT PL DK NO CZ PT MX CN IN BR".split()
"""Regions in which a national number begins with 0, and in which it does not."""
_TRIED_PHONES, _PROBED_PHONES = 40, 8
REGION_COST = 1.5
"""Trying many regions finds one by chance more easily than trying one."""


@cache
def _is_phone(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def phones(look: Look) -> ValueEvidence | None:
    """Telephone numbers: those with a country by their plan, others by the plan of the region that fits best."""
    if sum(year_of(value) is not None for value in look.values) > look.size / 2:
        return None
    trunk = sum(value.lstrip("(").startswith("0") for value in look.values) > look.size / 2
    regions_of_plan = _WITH_TRUNK if trunk else _WITHOUT_TRUNK
    for pattern, regions, chance, worth, cap in (
        (_INTERNATIONAL, (None,), 0.35, 4.0, 5.0),
        (_SEPARATED, regions_of_plan, 0.6, 1.5, 6.0),
        (_BARE, regions_of_plan, 0.65, -2.0, 4.0),
    ):
        having = [value for value in look.values if pattern.fullmatch(value)]
        share = len(having) / look.size
        if share < 0.4:
            continue
        tried = spread(having, _TRIED_PHONES)
        region = max(
            regions, key=lambda region: sum(_is_phone(_dialled(v), region) for v in tried[:: max(len(tried) // _PROBED_PHONES, 1)])
        )
        passed = sum(_is_phone(_dialled(value), region) for value in tried)
        weight = ratio_weight(len(having), look.size, expected=0.9, chance=0.03, cap=max(worth, 0.0)) + min(worth, 0.0)
        weight += check_weight(passed, len(tried), expected=0.96, chance=chance, cap=cap) - (REGION_COST if region else 0.0)
        return ValueEvidence(
            method="check", tested=look.size, matched=len(having), passed=round(passed * len(having) / len(tried)),
            chance_ratio=chance, weight=round(weight, 2), provider=region,
        )  # fmt: skip
    return None


def _dialled(text: str) -> str:
    return "+" + text[2:] if text.startswith("00") else text
