"""Check digits and validity rules of our own, where no library has them or where speed matters."""

from __future__ import annotations

import re
from datetime import date

_LUHN = {str(n): (n, n * 2 - 9 if n > 4 else n * 2) for n in range(10)}
_CARD = re.compile(
    r"(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5018|5020|5038|6304|6759|676[1-3])\d{8,15}|220[0-4]\d{12}|(?:60|65|81|82|508)\d{13,14})"
)
_CENTURY = 1900


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    return sum(_LUHN[c][place % 2] for place, c in enumerate(reversed(digits))) % 10 == 0


def card(digits: str) -> bool:
    """A payment card's number: an issuer's range and length, then the check digit."""
    return _CARD.fullmatch(digits) is not None and luhn(digits)


def iban(text: str) -> bool:
    """ISO 13616: mod 97 of the rearranged number is 1."""
    text = text.upper()
    return len(text) >= 15 and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def routing(digits: str) -> bool:
    """ABA routing number: a Federal Reserve prefix, then weights 3, 7, 1."""
    prefix = int(digits[:2])
    ranged = prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80
    return ranged and sum(int(c) * w for c, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


def npi(digits: str) -> bool:
    """45 CFR 162.406: Luhn over 80840 and the number; begins with 1 or 2."""
    return digits[0] in "12" and luhn("80840" + digits)


def dea(text: str) -> bool:
    """DEA registration: two letters, six digits and (d1+d3+d5) + 2*(d2+d4+d6) modulo 10."""
    d = [int(c) for c in text[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def loinc(text: str) -> bool:
    """LOINC: a number and, after the dash, its mod 10 check digit."""
    return luhn(text.replace("-", ""))


def us_ssn(text: str) -> bool:
    """SSA: no area 000, 666 or 900 to 999, no group 00, no serial 0000."""
    digits = text.replace("-", "").replace(" ", "")
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def us_itin(text: str) -> bool:
    """IRS: begins with 9; the group is 50 to 65, 70 to 88, 90 to 92 or 94 to 99."""
    group = int(text.replace("-", "")[3:5])
    return text[0] == "9" and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94)


def mbi(text: str) -> bool:
    """CMS Medicare beneficiary identifier: the letters S, L, O, I, B and Z are never used."""
    return not set("SLOIBZ") & set(text)


def medicare_au(digits: str) -> bool:
    """Services Australia: weights 1, 3, 7, 9, 1, 3, 7, 9 over eight digits modulo 10 give the ninth."""
    return digits[0] in "23456" and sum(int(c) * w for c, w in zip(digits[:8], (1, 3, 7, 9, 1, 3, 7, 9), strict=True)) % 10 == int(
        digits[8]
    )


def taiwan(text: str) -> bool:
    """National identification card of Taiwan: the letter as two digits, weights 1, 9, 8 to 1, 1, modulo 10."""
    number = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    digits = [number // 10, number % 10, *map(int, text[1:])]
    return sum(d * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


def singapore(text: str) -> bool:
    """NRIC and FIN: weights 2, 7, 6, 5, 4, 3, 2 modulo 11 choose the letter of the series."""
    total = sum(int(c) * w for c, w in zip(text[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True)) + (4 if text[0] in "TG" else 0)
    return text[8] == ("JZIHGFEDCBA" if text[0] in "ST" else "XWUTRQPNMLK")[total % 11]


def utr(digits: str) -> bool:
    """Unique taxpayer reference of the UK: the first digit checks the other nine, weights 6, 7, 8, 9, 10, 5, 4, 3, 2."""
    total = sum(int(c) * w for c, w in zip(digits[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2), strict=True))
    return "21987654321"[total % 11] == digits[0]


def nhs(digits: str) -> bool:
    """NHS number: weights 10 to 2 modulo 11."""
    check = 11 - sum(int(c) * w for c, w in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return check != 10 and check % 11 == int(digits[9])


def bsn(digits: str) -> bool:
    """Dutch burgerservicenummer: weights 9 to 2 and -1 modulo 11."""
    return int(digits) > 0 and sum(int(c) * w for c, w in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def snils(digits: str) -> bool:
    """Russian pension insurance number: weights 9 to 1 modulo 101."""
    total = sum(int(c) * w for c, w in zip(digits[:9], range(9, 0, -1), strict=True)) % 101
    return (total if total < 100 else 0) == int(digits[9:])


def taj(digits: str) -> bool:
    """Hungarian social security number: weights 3 and 7 modulo 10."""
    return sum(int(c) * (3, 7)[place % 2] for place, c in enumerate(digits[:8])) % 10 == int(digits[8])


def vin(text: str) -> bool:
    """49 CFR 565.15: transliterated, weighted and modulo 11; North America only, other makers keep the form."""
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum((values[c] if c in values else int(c)) * w for c, w in zip(text, weights, strict=True)) % 11
    return text[8] == ("X" if total == 10 else str(total))


def spread_ip(text: str) -> bool:
    """An IPv4 address, as against a version of four parts: some octet is above what versions count to."""
    parts = [int(part) for part in text.split(":")[0].split("/")[0].split(".")]
    return max(parts) > 60 and max(parts) < 256


def dated(text: str, year: int, month: int, day: int) -> bool:
    """Whether the six digits of a number at these places are a date, in either century."""
    try:
        date(_CENTURY + int(text[year : year + 2]), int(text[month : month + 2]), int(text[day : day + 2]))
    except ValueError:
        return False
    return True


def nik(digits: str) -> bool:
    """Indonesian identity number: region, then day (plus 40 for women), month, year."""
    day = int(digits[6:8])
    return 11 <= int(digits[:2]) <= 94 and dated(f"{digits[10:12]}{digits[8:10]}{day - 40 if day > 40 else day:02}", 0, 2, 4)


def danish(digits: str) -> bool:
    """Danish CPR: day, month, year; check digits are no longer given out everywhere."""
    return dated(digits, 4, 2, 0)


def malaysian(digits: str) -> bool:
    """Malaysian NRIC: year, month, day, place of birth."""
    return dated(digits, 0, 2, 4) and digits[6:8] not in (
        "00",
        "17",
        "18",
        "19",
        "20",
        "69",
        "70",
        "73",
        "80",
        "81",
        "94",
        "95",
        "96",
        "97",
    )


def isin_date(digits: str) -> bool:
    """South African identity number: date, then Luhn."""
    return dated(digits, 0, 2, 4) and digits[10] in "012" and luhn(digits)


def korean(digits: str) -> bool:
    """Korean resident registration number: date, then weights 2 to 9, 2 to 5 modulo 11."""
    total = sum(int(c) * w for c, w in zip(digits[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
    return dated(digits, 0, 2, 4) and digits[6] in "12345678" and (11 - total % 11) % 10 == int(digits[12])
