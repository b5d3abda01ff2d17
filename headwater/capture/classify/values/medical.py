"""Codes of health care: classifications, prescribers, drugs, laboratory."""

from __future__ import annotations

from headwater.capture.classify.values import checks
from headwater.capture.classify.values.formats import Form
from headwater.capture.classify.values.national import stdnum

MEDICAL = (
    Form("NPI", r"[12]\d{9}", 0.0, checks.npi, 0.1),
    Form("DEA_NUMBER", r"[ABFGMPR][A-Z9]\d{7}", 2.5, checks.dea, 0.1),
    Form("ICD_CODE", r"[A-TV-Z]\d[0-9AB]\.[0-9A-TV-Z]{1,4}", 5.5),
    Form("ICD_CODE", r"[A-TV-Z]\d[0-9AB](?:\.?[0-9A-TV-Z]{1,4})?", 1.8),
    Form("NDC", r"\d{5}-\d{4}-\d{2}|\d{4}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d", 5.0),
    Form("LOINC", r"\d{1,5}-\d", 1.5, checks.loinc, 0.1),
    Form(
        "US_MEDICARE_ID", r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}", 8.5
    ),
    Form("AU_MEDICARE", r"[2-6]\d{3}[ ]?\d{5}[ ]?\d(?:[/ ]?\d)?", 0.5, lambda v: checks.medicare_au(v.replace(" ", "")), 0.1),
    Form("SNOMED_CODE", r"[1-9]\d{5,17}", -1.0, stdnum("verhoeff"), 0.1),
    Form("BLOOD_TYPE", r"(?:A|B|AB|O|0)\s?(?:Rh ?)?(?:\+|-|pos(?:itive|itiv)?|neg(?:ative|ativ)?)", 6.5),
    Form(
        "GENETIC_DATA",
        r"rs\d{3,9}(?:\s?[\[(]?[ACGT][;/|]?[ACGT][\])]?)?|[ACGTN]{30,}|NM_\d{6}\.\d+(?:\(\w+\))?:c\.\S+|chr[\dXY]{1,2}:g?\.?\d+[ACGT]>[ACGT]",
        6.5,
    ),
)
