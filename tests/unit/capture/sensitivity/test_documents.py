"""Documents of sensitivity are checked with the place of the fault, kept as they are, and taken only from who may write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headwater.capture.documents import accept
from headwater.capture.redaction import Redactor
from headwater.model.errors import BadEvent
from headwater.model.sensitivity.documents import Allowance, Expectation
from tests.lakes.telling import NAMESPACE
from tests.sensitivity.telling import approved, changed, classified, expected, further, grouped, labelled, passed, verdict

REDACTOR = Redactor(b"k" * 32)
EXPECTATION = Expectation(name="marketing", namespace=NAMESPACE, allow=(Allowance(level="quasi", info_types=("EMAIL",)),))
KINDS = {
    "classified": classified("t", verdict("mail", also=(further("PHONE"),)), verdict("n", None)),
    "grouped": grouped("t", 7),
    "set": labelled("t", "mail", "set", level="quasi"),
    "lower": labelled("t", "mail", "lower", level="none", fingerprints=("f1",), expires="2026-12-01"),
    "confirm": labelled("t", "mail", "confirm"),
    "reject": labelled("t", "mail", "reject"),
    "withdraw": labelled("t", "mail", "withdraw"),
    "approved": approved("hmac", namespaces=("bank-*",)),
    "expected": expected(EXPECTATION),
    "passed": passed(3),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_kept_as_it_is(kind: str) -> None:
    taken = accept(KINDS[kind], redactor=REDACTOR, grant=("*",))
    assert json.loads(taken.public)["document"] == json.loads(KINDS[kind])
    assert not taken.sealed


def test_a_document_names_what_its_producer_must_be_allowed_to_write() -> None:
    taken = {kind: accept(document, redactor=REDACTOR, grant=("*",)) for kind, document in KINDS.items()}
    assert {kind: (told.namespaces, told.patterns) for kind, told in taken.items()} == {
        **dict.fromkeys(("classified", "grouped", "set", "lower", "confirm", "reject", "withdraw"), ((NAMESPACE,), ())),
        "approved": ((), ("bank-*",)),
        "expected": ((), (NAMESPACE,)),
        "passed": ((), ()),
    }


VERDICT: dict[str, Any] = json.loads(KINDS["classified"])["columns"][0]


def columns(**members: Any) -> bytes:
    return changed(KINDS["classified"], columns=[{**VERDICT, **members}])


def evidence(witness: str, **members: Any) -> bytes:
    return columns(evidence={**VERDICT["evidence"], witness: {**(VERDICT["evidence"][witness] or {}), **members}})


FAULTS: dict[str, tuple[bytes, str]] = {
    "a type that no catalogue has": (columns(info_type="SHOE_SIZE"), "columns[0].info_type"),
    "a label without a type": (columns(info_type=None, category=None), "columns[0].info_type"),
    "a category of another type": (columns(category="PHI"), "columns[0].category"),
    "another type that no catalogue has": (columns(also=[{**VERDICT["also"][0], "info_type": "X_X"}]), "columns[0].also[0].info_type"),
    "more matches than tests": (evidence("values", matched=101), "columns[0].evidence.values.matched"),
    "a member that is no part of a verdict": (columns(examples=["ann@example.org"]), "columns[0]"),
    "a member that is no part of a witness": (evidence("values", seen="ann@example.org"), "columns[0].evidence.values"),
    "a confidence that is none": (columns(confidence=2), "columns[0].confidence"),
    "a group of minus one": (changed(KINDS["grouped"], smallest=-1), "smallest"),
    "a decision on an unknown type": (changed(KINDS["confirm"], info_type="SHOE_SIZE"), "info_type"),
    "a decision without a reason": (changed(KINDS["confirm"], reason=""), "reason"),
    "a decision nobody knows": (changed(KINDS["confirm"], action="ignore"), "action"),
    "a label set without a level": (changed(KINDS["set"], level=...), "level"),
    "a label set to nothing": (changed(KINDS["set"], level="none"), "level"),
    "a label lowered to the highest": (changed(KINDS["lower"], level="direct"), "level"),
    "a lowering bound to nothing": (changed(KINDS["lower"], fingerprints=...), "fingerprints"),
    "a confirmation with a level": (changed(KINDS["confirm"], level="quasi"), "level"),
    "a rejection bound to a derivation": (changed(KINDS["reject"], fingerprints=["f"]), "fingerprints"),
    "a label set for a time": (changed(KINDS["set"], expires="2027-01-01"), "expires"),
    "an end that is no time": (changed(KINDS["lower"], expires="soon"), "expires"),
    "an approval for nobody": (changed(KINDS["approved"], namespaces=[]), "namespaces"),
    "an approval at no level": (changed(KINDS["approved"], level="some"), "level"),
    "a withdrawal that ends": (changed(KINDS["approved"], level="direct", expires="2027-01-01"), "expires"),
    "an expectation twice": (expected(EXPECTATION, EXPECTATION), "expectations[1].name"),
    "an expectation of an unknown type": (
        expected(Expectation(name="e", allow=(Allowance(level="none", info_types=("SHOE_SIZE",)),))),
        "expectations[0].allow[0].info_types[0]",
    ),
    "secrets allowed as they are": (
        expected(Expectation(name="e", allow=(Allowance(level="direct", categories=("PII", "SECRET")),))),
        "expectations[0].allow[0].level",
    ),
    "a deadline before all entries": (changed(KINDS["passed"], entry=-1), "entry"),
    "a deadline at no time": (changed(KINDS["passed"], passed_at="now"), "passed_at"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_misfit_is_refused_with_its_place_and_no_value(fault: str) -> None:
    document, place = FAULTS[fault]
    with pytest.raises(BadEvent) as refused:
        accept(document, redactor=REDACTOR, grant=("*",))
    assert f"`{place}`" in refused.value.problem
    assert not any(value in refused.value.problem for value in ("SHOE_SIZE", "ann@example.org"))


def test_names_and_types_of_secrets_stay_readable() -> None:
    document = classified("t", verdict("password", "PASSWORD"), verdict("api_key", "API_TOKEN"))
    told = json.loads(accept(document, redactor=REDACTOR, grant=("*",)).public)["document"]
    assert told == json.loads(document)


def test_a_value_in_a_reason_is_taken_out() -> None:
    taken = accept(labelled("t", "mail", "reject", reason="ann.lee@example.org is made up"), redactor=REDACTOR, grant=("*",))
    assert b"ann.lee" not in taken.public
