"""Facts of sensitivity: decisions hold from when they were taken in, looks from when they were; nobody decides beyond their scope."""

from __future__ import annotations

import pytest

from headwater.capture.documents import accept
from headwater.capture.redaction import Redactor
from headwater.capture.translate import translate
from headwater.model.entries import Position
from headwater.model.facts import ClaimRefused, Fact, GapSeen
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.lakes import ScanGap
from headwater.model.sensitivity.documents import Allowance, Expectation
from headwater.model.sensitivity.facts import (
    DatasetClassified,
    DeadlineReached,
    ExpectationsDeclared,
    GroupsMeasured,
    LabelDecided,
    MaskingApproved,
)
from headwater.model.sensitivity.labels import Level
from headwater.model.times import FOREVER, parse_instant
from tests.lakes.telling import NAMESPACE, at
from tests.sensitivity.telling import approved, classified, expected, grouped, labelled, passed, verdict
from tests.unit.capture.observed import entry

REDACTOR = Redactor(b"k" * 32)
RECEIVED = 2_000_000_000_000_000
TABLE = DatasetId(NAMESPACE, "t")


def facts(document: bytes, *grant: str) -> list[Fact]:
    taken = accept(document, redactor=REDACTOR, grant=grant or ("*",))
    return translate(entry(taken.media_type, taken.public))


def test_a_look_is_as_of_when_it_was() -> None:
    (fact,) = facts(classified("t", verdict("mail"), version="7", whole=False))
    assert isinstance(fact, DatasetClassified)
    assert (fact.dataset, fact.version, fact.whole, fact.columns) == (TABLE, "7", False, (verdict("mail"),))
    assert fact.at == parse_instant(at(100))


def test_what_a_look_could_not_see_is_a_gap() -> None:
    told = facts(classified("t", whole=False, gaps=(ScanGap("DATASET-UNREADABLE", "a file is gone"),)))
    assert [(gap.code, gap.subject) for gap in told if isinstance(gap, GapSeen)] == [("DATASET-UNREADABLE", str(TABLE))]


def test_a_measurement_is_as_of_when_it_was() -> None:
    (fact,) = facts(grouped("t", 12, fingerprint="f", version="7"))
    assert fact == GroupsMeasured(position=Position(7), at=parse_instant(at(100)), dataset=TABLE, fingerprint="f", smallest=12, version="7")


def test_a_decision_holds_from_when_it_was_taken_in() -> None:
    (fact,) = facts(labelled("t", "mail", "lower", level="quasi", fingerprints=("a", "b"), expires="2040-01-01"))
    assert isinstance(fact, LabelDecided)
    assert (fact.at, fact.by, fact.column) == (RECEIVED, "key1", ColumnId(TABLE, "mail"))
    assert (fact.action, fact.level, fact.fingerprints, fact.expires) == ("lower", Level.QUASI, ("a", "b"), parse_instant("2040-01-01"))
    (fact,) = facts(labelled("t", "mail", "confirm"))
    assert isinstance(fact, LabelDecided)
    assert (fact.level, fact.expires) == (None, FOREVER)


@pytest.mark.parametrize("function", ["hmac_sha256", "crypto.HMAC_SHA256", "Our.Own_Function"])
def test_a_masking_function_is_named_as_flows_name_it(function: str) -> None:
    (fact,) = facts(approved(function, "none"))
    assert isinstance(fact, MaskingApproved)
    assert (fact.function, fact.level, fact.namespaces) == (function.rpartition(".")[2].lower(), Level.NONE, ("*",))


def test_expectations_and_deadlines_are_told() -> None:
    told = Expectation(name="e", namespace=NAMESPACE, allow=(Allowance(level="none"),))
    (fact,) = facts(expected(told, origin="policy.toml"))
    assert isinstance(fact, ExpectationsDeclared)
    assert (fact.namespace, fact.origin, fact.expectations) == (NAMESPACE, "policy.toml", (told,))
    assert facts(passed(3)) == [DeadlineReached(position=Position(7), at=RECEIVED, entry=Position(3))]  # type: ignore[arg-type]  # because the test's time is a plain number


@pytest.mark.parametrize(
    "made", [classified("t", verdict("mail")), grouped("t", 3), labelled("t", "mail", "reject")], ids=["look", "groups", "label"]
)
def test_a_claim_about_another_s_dataset_is_refused(made: bytes) -> None:
    (fact,) = facts(made, "elsewhere")
    assert isinstance(fact, ClaimRefused)


def test_who_may_write_a_part_approves_and_expects_for_that_part_alone() -> None:
    (fact,) = facts(approved("hmac", namespaces=("bank-1", "shop")), "bank-*")
    assert isinstance(fact, MaskingApproved)
    assert fact.namespaces == ("bank-1",)
    assert facts(approved("hmac", namespaces=("*",)), "bank-*") == []
    ours, theirs = Expectation(name="a", namespace=NAMESPACE), Expectation(name="b")
    (fact,) = facts(expected(ours, theirs), NAMESPACE)
    assert isinstance(fact, ExpectationsDeclared)
    assert fact.expectations == (ours,)
