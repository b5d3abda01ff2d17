"""Forms that too much has to be evidence alone: beside a name that says what it is they support it, or contradict it."""

from __future__ import annotations

import re
from collections.abc import Callable

from headwater.capture.classify.reading import Look
from headwater.capture.classify.values.people import year_of
from headwater.model.sensitivity.classification import ValueEvidence

CONTRADICTED = -6.0
_FITS = {
    "PASSPORT": (r"(?i)[A-Z]{0,3}\s?\d{5,9}[A-Z]?|[CFGHJKLMNPRTVWXYZ\d]{9}\d?", 2.2),
    "DRIVER_LICENSE": (r"(?i)(?=.*\d{3})[A-Z0-9][A-Z0-9 \-]{4,20}", 2.0),
    "LICENSE_PLATE": (r"(?=.*\d)(?=.*[A-ZÄÖÜА-Я])[A-ZÄÖÜА-Я0-9][A-ZÄÖÜА-Я0-9 ·\-]{3,9}", 2.2),
    "MEDICAL_RECORD_NUMBER": (r"(?i)(?:MRN|MR|PAT|PT|P|H|MED)?[-:# ]{0,2}\d{5,12}|[A-Z]{1,4}-?\d{4,12}(?:-\d{1,6})?", 2.2),
    "HEALTH_INSURANCE_ID": (r"(?i)(?=.*\d{3})[A-Z0-9][A-Z0-9\- ]{5,20}", 2.2),
    "EMPLOYEE_ID": (r"(?i)[A-Z]{0,4}[-_]?\d{3,10}", 1.5),
    "NATIONAL_ID": (r"(?i)(?=.*\d{3})[A-Z0-9][A-Z0-9.\-/ ]{5,20}", 2.0),
    "TAX_ID": (r"(?i)(?=.*\d{3})[A-Z0-9][A-Z0-9.\-/ ]{6,20}", 2.0),
    "BANK_ACCOUNT": (r"(?!\d{4}-\d\d-\d\d)(?:[A-Z]{0,4})?[\d\- ]{6,24}", 2.2),
    "CARD_CVV": (r"\d{3,4}", 2.2),
    "CARD_EXPIRY": (r"(?:0?[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d\d|20\d\d-(?:0[1-9]|1[0-2])", 2.6),
    "US_ROUTING_NUMBER": (r"\d{9}", 0.0),
    "USERNAME": (r"(?=.*[^\W\d_])[\w.@+-]{3,40}", 2.0),
    "SOCIAL_HANDLE": (r"@?[A-Za-z_][\w.]{2,29}", 1.8),
    "DEVICE_ID": (r"(?i)[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|[\da-f]{16,64}|[\w:-]{8,64}", 2.0),
    "SESSION_ID": (r"[\w:.=+/-]{12,}", 2.2),
    "IMSI": (r"[2-7]\d{13,14}", 2.5),
    "IMEI": (r"\d{14,16}", 0.5),
    "POSTAL_CODE": (
        r"(?i)\d{4,6}|\d{5}-\d{4}|\d{2}-\d{3}|\d{3} ?\d{2}|\d{3}-\d{4}|\d{5}-\d{3}|[A-Z]{1,2}-?\d{4,5}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|[A-Z]\d{2} ?[A-Z\d]{4}|[A-Z]\d{4}[A-Z]{3}|\d{3}|\d{7}",
        2.4,
    ),
    "AGE": (r"1[01]\d|\d{1,2}(?:\.0)?", 2.0),
    "SALARY": (r"(?i)(?:[$€£¥]|[A-Z]{3})?\s?(?:\d{3,8}|\d{1,3}(?:[,.\' ]\d{3}){1,2})(?:[.,]\d{1,2})?k?(?:\s?(?:[$€£¥]|[A-Z]{3}))?", 2.0),
    "COORDINATES": (r"-?1?\d{1,2}\.\d{2,}", 2.0),
    "PASSWORD": (r"(?!.*://)(?!\d+$)\S{4,64}", 2.2),
    "PASSWORD_HASH": (r"(?i)[\da-f]{32,128}|[A-Za-z0-9+/]{22,128}={0,2}", 3.2),
    "API_TOKEN": (r"(?=.*\d)(?=.*[A-Za-z])[\w.=+/~-]{16,}", 2.6),
    "CONNECTION_STRING": (r"(?s).*[=:/].*", 1.0),
    "BIOMETRIC_DATA": (r"(?s)[A-Za-z0-9+/=]{32,}|[\da-fA-F]{32,}|\[?(?:-?\d+\.\d+[,; ]*){4,}\]?.*", 2.6),
    "GENETIC_DATA": (r"(?s)[ACGTN]{2,}|[ACGT][/|]?[ACGT]|rs\d+.*|\d/\d|.*\d.*", 2.0),
    "LAB_RESULT": (
        r"(?i)[<>]?\s?\d+(?:\.\d+)?\s?(?:mg/dl|mmol/l|g/dl|%|u/l|iu/l|ng/ml|mmhg)?|positive|negative|detected|not detected|reactive|non-reactive|\d{2,3}/\d{2,3}",
        2.2,
    ),
    "UNION_MEMBERSHIP": (r"(?i)true|false|yes|no|y|n|0|1|t|f|ja|nein|oui|non|si|member|.*union.*|.{2,40}", 2.0),
    "CRIMINAL_RECORD": (r"(?i)true|false|yes|no|y|n|0|1|none|.{2,60}", 1.8),
    "DISABILITY": (r"(?i)true|false|yes|no|y|n|0|1|none|.{2,60}", 1.6),
    "HEALTH_CONDITION": (r"(?i)true|false|yes|no|y|n|0|1|none|.{2,80}", 1.6),
    "GENDER": (r"(?i)[012349]|.{1,20}", 0.3),
    "PROCEDURE": (r"(?i)[\dA-Z]\d{3}[\dTFUA]|[\dA-Z]{7}|[^\d]{4,60}", 1.6),
    "ICD_CODE": (r"(?i)[VE]?\d{2,3}\.\d{1,2}", 2.0),
    "SNOMED_CODE": (r"\d{6,18}", 1.0),
    "NDC": (r"\d{10,11}", 2.0),
    "OCCUPATION": (r"(?i)[^\d@]{3,60}", 1.6),
    "MOTHERS_MAIDEN_NAME": (r"(?i)[^\d@_]{2,40}", 2.0),
    "GIVEN_NAME": (r"[^\d@_#/:]{2,25}", 0.9),
    "FAMILY_NAME": (r"[^\d@_#/:]{2,30}", 0.9),
    "PERSON_NAME": (r"[^\d@_#/:]{3,60}", 0.6),
    "CITY": (r"[^\d@_#:]{2,40}", 1.1),
    "COUNTRY": (r"(?i)[a-z]{2,3}|[^\d@_#:]{3,40}", 1.6),
    "NATIONALITY": (r"(?i)[^\d@_#:]{2,40}", 1.6),
    "MEDICATION": (r"(?i)[^@_]{3,80}", 0.9),
    "DIAGNOSIS": (r"(?i)[^@_]{3,120}", 0.9),
    "RELIGION": (r"(?i)[^\d@_]{2,40}", 1.0),
    "ETHNICITY": (r"(?i)[^\d@_]{2,60}", 1.0),
    "POLITICAL_OPINION": (r"(?i)[^\d@_]{2,60}", 1.0),
    "SEXUAL_ORIENTATION": (r"(?i)[^\d@_]{2,40}", 1.0),
    "MARITAL_STATUS": (r"(?i)[^\d@_]{1,30}", 0.8),
    "STREET_ADDRESS": (r"(?s).{5,160}", 0.6),
    "BLOOD_TYPE": (r"(?i)(?:A|B|AB|0|O)", 1.5),
    "PHONE": (r"(?!\d{4}-\d\d-\d\d)[+(]?\d[\d\s().\-/x+]{5,24}", 1.2),
}
_COMPILED = {name: (re.compile(expression), worth) for name, (expression, worth) in _FITS.items()}
NUMERIC_LOOK: dict[str, Callable[[Look], bool]] = {
    "AGE": lambda look: look.distinct >= 3 or look.size < 3,
    "PASSWORD": lambda look: look.size < 5 or (look.distinct >= 8 and _mixed(look) > 0.6),
    "USERNAME": lambda look: look.size < 5 or (look.distinct >= 12 and _capitals(look) < 0.5),
}


def fit(info_type: str, look: Look) -> ValueEvidence | None:
    """How the values fit a type that something else suggests; None where a type has no form of its own here."""
    if info_type not in _COMPILED or not look.size:
        return None
    pattern, worth = _COMPILED[info_type]
    matched = sum(pattern.fullmatch(value) is not None for value in look.values)
    share = matched / look.size
    holds = info_type not in NUMERIC_LOOK or NUMERIC_LOOK[info_type](look)
    weight = worth if share > 0.8 and holds else 0.0 if share > 0.5 and holds else CONTRADICTED
    if look.size < 3:
        weight = min(weight, 0.8)
    return ValueEvidence(method="fit", tested=look.size, matched=matched, weight=weight)


def _capitals(look: Look) -> float:
    return sum(value.isupper() for value in look.values) / look.size


def _mixed(look: Look) -> float:
    """The share of values that hold characters of several kinds, as passwords do and words do not."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(sum(any(kind(c) for c in value) for kind in kinds) >= 2 and year_of(value) is None for value in look.values) / look.size


def _plain_number(value: str) -> bool:
    return re.fullmatch(r"-?\d+\.\d+", value) is not None
