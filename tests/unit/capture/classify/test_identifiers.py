"""Identifiers within names: those that are one are found, those that only look so are not, and what is shown holds none."""

from __future__ import annotations

import pytest

from headwater.capture.classify.identifiers import identifiers_in, without_identifiers


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("exports/anna.meier@mail.example/2026.parquet", "exports/[EMAIL]/2026.parquet"),
        ("raw.visits_MRN-0012345", "raw.visits_[MEDICAL_RECORD_NUMBER]"),
        ("scan_mrn00412345.csv", "scan_[MEDICAL_RECORD_NUMBER].csv"),
        ("acct_GB82WEST12345698765432.json", "acct_[IBAN].json"),
        ("card/4111-1111-1111-1111.csv", "card/[CREDIT_CARD].csv"),
        ("ssn_219-09-9999.txt", "ssn_[US_SSN].txt"),
        ("call_+4930123456789", "call_[PHONE]"),
        ("a@mail.example/b@mail.example", "[EMAIL]/[EMAIL]"),
    ],
)
def test_an_identifier_is_found_and_not_shown(name: str, shown: str) -> None:
    assert without_identifiers(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "public.patient_features",
        "lake.events_20261127060305",
        "snap-4829175310482917531",
        "abfss://raw@account.dfs.core.windows.net/x",
        "part@v1.parquet",
        "runner@project.iam.gserviceaccount.com",
        "orders_2026-11-27",
        "part-00000-9f3c51ab-4829-1753-1048-291753104829.snappy.parquet",
        "part 000-12-3456",
        "GB00WEST12345698765432",
        "4111-1111-1111-1112",
        "https://ada@mail.example/x",
        "version 10.20.30.40",
        "",
    ],
)
def test_what_only_looks_like_one_is_none(name: str) -> None:
    assert identifiers_in(name) == ()


def test_what_chance_may_make_is_found_but_not_surely() -> None:
    assert [found.is_sure for found in identifiers_in("4111111111111111")] == [False]
    assert [found.is_sure for found in identifiers_in("anna@mail.example")] == [True]


def test_a_very_long_name_is_looked_at_only_so_far() -> None:
    assert identifiers_in("x" * 5000 + "anna@mail.example") == ()
