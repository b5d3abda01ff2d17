"""What waits for a person, how people judged, what a lowering is bound to, and what a classifier learns; for who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.answers.registry import answer
from headwater.answers.sight import Sight
from headwater.model.entries import Position
from headwater.model.errors import UnknownNode, UsageError
from headwater.model.ids import ColumnId
from headwater.model.lineage import Kind
from headwater.model.questions import ClassificationStateQuestion, LabelDecisionsQuestion, LabelReviewQuestion, MaskingQuestion
from headwater.model.sensitivity.classification import ColumnVerdict
from headwater.model.sensitivity.documents import LabelAction
from headwater.model.sensitivity.facts import DatasetClassified, LabelDecided, MaskingApproved
from headwater.model.sensitivity.labels import Level
from headwater.model.times import Instant
from tests.sensitivity.telling import evidence, further, verdict
from tests.unit.telling import LAKE, ZERO, Telling, copy, dataset

NOW = Instant(1_000)


def looked(told: Telling, name: str, *columns: ColumnVerdict, at: Instant = NOW, version: str = "1") -> int:
    return told.entry(DatasetClassified(position=ZERO, at=at, dataset=dataset(name), classifier="c-1", version=version, columns=columns))


def decided(told: Telling, column: str, action: LabelAction, info_type: str = "EMAIL", **more: Any) -> int:
    name, _, key = column.rpartition(".")
    fact = LabelDecided(
        position=ZERO, at=NOW, column=ColumnId(dataset(name), key), info_type=info_type, action=action, reason="asked", by="local", **more
    )
    return told.entry(fact)


@pytest.fixture
def told() -> Telling:
    made = Telling()
    made.schema("people", "mail", "nick", "code", "n")
    made.schema("staff", "mail", "code")
    weak = evidence(values=1.0, name=None)
    looked(
        made,
        "people",
        verdict("mail", also=(further("PHONE", "suspected"),)),
        verdict("nick", "USERNAME", "suspected", said=weak),
        ColumnVerdict(column="code", state="abstain", info_type=None, category=None, confidence=0.5, evidence=weak),
        verdict("n", None),
    )
    return made


def waiting(told: Telling, **asked: Any) -> list[tuple[str, str, str | None]]:
    found = told.ask(LabelReviewQuestion(**asked)).result
    return [(item.column, item.state, item.info_type) for item in found.waiting]


def test_what_is_suspected_waits_first_and_what_is_decided_no_longer(told: Telling) -> None:
    assert waiting(told) == [("nick", "suspected", "USERNAME"), ("mail", "suspected", "PHONE"), ("code", "abstain", None)]
    decided(told, "people.mail", "reject", "PHONE")
    decided(told, "people.code", "set", "EMPLOYEE_ID", level=Level.QUASI)
    assert waiting(told) == [("nick", "suspected", "USERNAME")]
    decided(told, "people.mail", "withdraw", "PHONE")
    assert waiting(told) == [("nick", "suspected", "USERNAME"), ("mail", "suspected", "PHONE")]
    assert waiting(told, info_type="PHONE") == [("mail", "suspected", "PHONE")]
    assert waiting(told, node="staff") == []
    assert len(waiting(told, known_at=2)) == 3


def test_a_lowering_leaves_what_was_found_waiting(told: Telling) -> None:
    decided(told, "people.mail", "lower", "PHONE", level=Level.NONE, fingerprints=("f",))
    assert ("mail", "suspected", "PHONE") in waiting(told)


def test_what_belongs_to_a_table_that_was_dropped_waits_no_longer(told: Telling) -> None:
    told.drop("people", at=2_000)
    assert waiting(told) == []


def test_agreement_counts_columns_by_their_last_decision(told: Telling) -> None:
    decided(told, "people.mail", "confirm")
    decided(told, "people.mail", "confirm")
    decided(told, "staff.mail", "confirm")
    decided(told, "staff.code", "confirm")
    decided(told, "staff.code", "reject")
    decided(told, "people.n", "set", level=Level.DIRECT)
    result = told.ask(LabelReviewQuestion()).result
    [email] = result.agreement
    assert (email.info_type, email.confirmed, email.rejected, email.ratio) == ("EMAIL", 2, 1, 0.6667)
    assert told.ask(LabelReviewQuestion(node="staff")).total == {"waiting": 0, "confirmed": 1, "rejected": 1}


def test_who_may_not_see_a_namespace_is_told_only_that_there_is_something(told: Telling) -> None:
    found = answer(told.views, LabelReviewQuestion(), Sight(("elsewhere",)), 0)
    assert (found.result.waiting, found.result.hidden, found.complete) == ((), 1, False)
    with pytest.raises(UnknownNode):
        answer(told.views, ClassificationStateQuestion(namespace=LAKE, classifier="c-1"), Sight(("elsewhere",)), 0)


def test_a_type_that_no_catalogue_has_is_refused(told: Telling) -> None:
    with pytest.raises(UsageError, match="info type of the catalogue"):
        told.ask(LabelReviewQuestion(info_type="SHOE_SIZE"))


def test_a_lowering_is_bound_to_what_leads_into_the_column_now(told: Telling) -> None:
    told.run("copy", reads=["people"], writes=["staff"], flows=[copy("people", "mail", "mail")], at=1_100)
    told.run("rows", reads=["people"], writes=["staff"], flows=[copy("people", "n", None, Kind.FILTER)], at=1_100)
    told.run("other", reads=["people"], writes=["staff"], flows=[copy("people", "code", "code")], at=1_100)
    told.run("blind", reads=["people"], writes=["staff"], at=1_100)
    result = told.ask(LabelDecisionsQuestion(node="staff.mail")).result
    assert sorted(each.job for each in result.derivations) == ["job:jobs:blind", "job:jobs:copy", "job:jobs:rows"]
    assert [each.job for each in result.derivations if each.lowers] == ["job:jobs:copy"]
    assert all(each.fingerprint and each.sources == (str(dataset("people")),) for each in result.derivations)
    told.run("replace", reads=["people"], writes=["staff"], flows=[copy("people", "nick", "mail")], change="OVERWRITE", at=1_200)
    result = told.ask(LabelDecisionsQuestion(node="staff.mail")).result
    assert [each.job for each in result.derivations] == ["job:jobs:replace"]


def test_what_can_be_confirmed_and_what_can_be_lowered_is_told(told: Telling) -> None:
    told.run("copy", reads=["people"], writes=["staff"], flows=[copy("people", "mail", "mail")], at=1_100)
    told.run("rows", reads=["people"], writes=["staff"], flows=[copy("people", "mail", "code", Kind.FILTER)], at=1_100)

    def of(column: str, **more: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        result = told.ask(LabelDecisionsQuestion(node=column, **more)).result
        return result.found, result.arriving

    assert of("people.mail") == (("EMAIL", "PHONE"), ())
    assert of("people.n") == of("people.code") == of("staff.code") == ((), ())
    assert of("staff.mail") == (("EMAIL", "PHONE"), ("EMAIL", "PHONE"))
    decided(told, "people.mail", "reject", "EMAIL")
    assert (of("people.mail"), of("staff.mail")) == ((("EMAIL", "PHONE"), ()), (("PHONE",), ("PHONE",)))
    assert of("staff.mail", known_at=told.views.folded - 2) == (("EMAIL", "PHONE"), ("EMAIL", "PHONE"))


def test_decisions_are_told_newest_first_with_their_end(told: Telling) -> None:
    decided(told, "people.mail", "confirm")
    decided(told, "people.mail", "lower", level=Level.QUASI, fingerprints=("f",), expires=Instant(900))
    decisions = told.ask(LabelDecisionsQuestion(node="people.mail")).result.decisions
    assert [(each.action, each.level, each.holds) for each in decisions["EMAIL"]] == [("lower", "quasi", False), ("confirm", None, True)]
    assert decisions["EMAIL"][0].expires == "1970-01-01T00:00:00.000900Z"


def test_a_dataset_has_no_labels_of_its_own(told: Telling) -> None:
    with pytest.raises(UsageError, match="expected a column"):
        told.ask(LabelDecisionsQuestion(node="people"))


def test_approvals_are_listed_by_function_and_namespace() -> None:
    told = Telling()
    for function, level, namespaces in (
        ("hmac", Level.PSEUDONYMOUS, ("b", "a")),
        ("aes", Level.NONE, ("*",)),
        ("aes", Level.DIRECT, ("*",)),
    ):
        told.entry(
            MaskingApproved(position=ZERO, at=NOW, function=function, level=level, namespaces=namespaces, reason="keyed", by="local")
        )
    listed = told.ask(MaskingQuestion()).result.approvals
    assert [(each.function, each.namespace, each.level) for each in listed] == [
        ("hmac", "a", "pseudonymous"),
        ("hmac", "b", "pseudonymous"),
    ]
    assert len(told.ask(MaskingQuestion(known_at=1)).result.approvals) == 3


def state(told: Telling, name: str) -> Any:
    answered = told.ask(ClassificationStateQuestion(namespace=LAKE, classifier="c-1", node=name))
    [found] = answered.result.datasets
    return found


def test_a_look_is_current_until_people_decide_on_a_like_named_column_elsewhere(told: Telling) -> None:
    looked(told, "staff", verdict("mail"), verdict("code", None))
    assert (state(told, "people").is_current, state(told, "staff").is_current) == (True, True)
    decided(told, "people.mail", "confirm")
    assert (state(told, "people").is_current, state(told, "staff").is_current) == (True, False)
    looked(told, "staff", verdict("mail"), verdict("code", None))
    assert state(told, "staff").is_current


def test_a_copy_under_another_name_learns_from_what_it_copies(told: Telling) -> None:
    told.schema("mart", "contact")
    told.run("copy", reads=["people"], writes=["mid"], flows=[copy("people", "mail", "address")], at=1_100)
    told.run("again", reads=["mid"], writes=["mart"], flows=[copy("mid", "address", "contact")], at=1_100)
    told.run("mask", reads=["people"], writes=["mart"], flows=[copy("people", "nick", "hidden", masking="sha256")], at=1_100)
    decided(told, "people.mail", "reject")
    decided(told, "people.nick", "confirm", "USERNAME")
    learned = state(told, "mart").copied
    assert {key: [(each.info_type, each.confirmed, each.rejected) for each in told] for key, told in learned.items()} == {
        "contact": [("EMAIL", 0, 1)]
    }


def test_what_was_said_of_an_older_table_of_the_name_is_not_said_of_this_one(told: Telling) -> None:
    assert state(told, "people").classified
    told.drop("people", at=2_000)
    assert not state(told, "people").classified
    assert told.ask(
        ClassificationStateQuestion(namespace=LAKE, classifier="c-1"),
    ).known_at == Position(told.views.folded - 1)


def brought(told: Telling, name: str) -> Any:
    answered = told.ask(ClassificationStateQuestion(namespace=LAKE, classifier="c-1"))
    return next(found.lineage for found in answered.result.datasets if found.name == name)


def test_lineage_is_a_witness_for_what_is_made_of_a_labelled_column_and_looks_like_it(told: Telling) -> None:
    told.run("copy", reads=["people"], writes=["mart"], flows=[copy("people", "mail", "contact")], at=1_100)
    told.run("more", reads=["people"], writes=["mart"], flows=[copy("people", "mail", "words", Kind.TRANSFORMATION)], at=1_100)
    told.run("rows", reads=["people"], writes=["mart"], flows=[copy("people", "mail", "n", Kind.FILTER)], at=1_100)
    told.run("again", reads=["mart"], writes=["mart"], flows=[copy("mart", "contact", "contact")], at=1_100)
    found = {key: [(each.info_type, each.weight) for each in told] for key, told in brought(told, "mart").items()}
    assert found == {"contact": [("EMAIL", 3.0), ("PHONE", 3.0)], "words": [("EMAIL", 1.5), ("PHONE", 1.5)]}
    decided(told, "people.mail", "reject")
    assert {each.info_type for each in brought(told, "mart")["contact"]} == {"PHONE"}
