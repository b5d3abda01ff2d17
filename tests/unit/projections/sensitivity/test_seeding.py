"""What labels start from: the last look of a classifier, people's decisions over it, and what ends when; as of any position."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.app.headwater import Headwater
from headwater.model.entries import Position
from headwater.model.ids import DatasetId
from headwater.model.sensitivity.labels import Level
from headwater.model.times import BEGINNING, Instant, parse_instant
from headwater.projections.lineage.incarnations import Incarnation
from headwater.projections.saved import capture, restore
from headwater.projections.sensitivity.seeds import Place, Seeds
from headwater.projections.views import Views
from tests.lakes.telling import NAMESPACE, version, versions
from tests.sensitivity.telling import approved, classified, evidence, further, grouped, labelled, passed, verdict

TABLE = DatasetId(NAMESPACE, "people")
WHOLE = Incarnation(TABLE, BEGINNING)


@pytest.fixture
def headwater(tmp_path: Path) -> Iterator[Headwater]:
    with Headwater.open(tmp_path / "home", environ={}, flags={"analysers": 0}) as made:
        yield made


def told(headwater: Headwater, *documents: bytes) -> int:
    report = headwater.record(b"\n".join(documents))
    assert not report.rejected
    headwater.follower.wait_for(headwater.ledger.size - 1)
    return headwater.ledger.size - 1


def seeds(headwater: Headwater, valid: Instant | None = None, known_at: int | None = None) -> Seeds:
    with headwater.follower.reading() as views:
        return views.seeding.seeds(valid, Position(known_at) if known_at is not None else None)


def levels(found: Seeds, column: str = "mail") -> dict[str, tuple[Level, bool, tuple[str, ...]]]:
    return {seed.info_type: (seed.level, seed.is_sure, seed.witnesses) for seed in found.columns.get(Place(WHOLE, column), ())}


EMAIL = {"EMAIL": (Level.DIRECT, True, ("values", "names"))}
BY_PERSON = {"EMAIL": (Level.DIRECT, True, ("person",))}


def test_a_labelled_verdict_seeds_its_types_and_a_suspected_one_does_so_unsurely(headwater: Headwater) -> None:
    told(
        headwater,
        classified(
            "people",
            verdict("mail", also=(further("DIAGNOSIS"), further("PHONE", "suspected"))),
            verdict("nick", "USERNAME", "suspected", said=evidence(values=None)),
            verdict("n", None),
        ),
    )
    found = seeds(headwater)
    both = ("values", "names")
    assert levels(found) == {**EMAIL, "DIAGNOSIS": (Level.QUASI, True, both), "PHONE": (Level.DIRECT, False, both)}
    assert levels(found, "nick") == {"USERNAME": (Level.DIRECT, False, ("names",))}
    assert levels(found, "n") == {}


def test_a_later_look_replaces_what_the_same_classifier_said(headwater: Headwater) -> None:
    first = told(headwater, classified("people", verdict("mail"), verdict("phone", "PHONE")))
    told(headwater, classified("people", verdict("mail", None), classifier="headwater-classify-2", minutes=200))
    told(headwater, classified("people", verdict("mail", "USERNAME"), classifier="another", minutes=201))
    assert levels(seeds(headwater)) == {"USERNAME": (Level.DIRECT, True, ("values", "names"))}
    assert levels(seeds(headwater), "phone") == {}
    assert levels(seeds(headwater, known_at=first)) == EMAIL


def test_a_look_at_some_columns_leaves_the_others(headwater: Headwater) -> None:
    told(headwater, classified("people", verdict("mail"), verdict("phone", "PHONE")))
    told(headwater, classified("people", verdict("mail", None), whole=False, minutes=200))
    assert (levels(seeds(headwater)), list(levels(seeds(headwater), "phone"))) == ({}, ["PHONE"])


def test_what_stands_within_documents_stands_with_their_column_too(headwater: Headwater) -> None:
    told(headwater, classified("people", verdict("doc", None), verdict("doc.mail"), verdict("doc[].ssn", "US_SSN"), verdict("docs", None)))
    found = seeds(headwater)
    assert sorted(levels(found, "doc")) == ["EMAIL", "US_SSN"]
    assert (list(levels(found, "doc.mail")), levels(found, "docs")) == (["EMAIL"], {})


def test_what_a_verdict_owes_to_lineage_seeds_nothing(headwater: Headwater) -> None:
    told(
        headwater,
        classified(
            "people",
            verdict("by_lineage", said=evidence(values=None, name=None, lineage=6.0)),
            verdict("named_too", said=evidence(values=None, name=4.2, lineage=6.0)),
            verdict("by_itself", said=evidence(lineage=6.0)),
        ),
    )
    found = seeds(headwater)
    assert levels(found, "by_lineage") == {}
    assert levels(found, "named_too") == {"EMAIL": (Level.DIRECT, False, ("names",))}
    assert levels(found, "by_itself") == EMAIL


def test_the_last_decision_counts_until_it_is_withdrawn(headwater: Headwater) -> None:
    told(headwater, classified("people", verdict("mail", also=(further("PHONE"),))))
    rejected = told(headwater, labelled("people", "mail", "reject"))
    assert list(levels(seeds(headwater))) == ["PHONE"]
    told(headwater, classified("people", verdict("mail"), version="2", minutes=300))
    assert levels(seeds(headwater)) == {}
    confirmed = told(headwater, labelled("people", "mail", "confirm", minutes=2001))
    assert len(seeds(headwater).columns[Place(WHOLE, "mail")]) == 2
    told(headwater, labelled("people", "mail", "withdraw", minutes=2002))
    assert levels(seeds(headwater)) == EMAIL
    assert list(levels(seeds(headwater, known_at=rejected))) == ["PHONE"]
    assert (
        BY_PERSON.items()
        <= {
            seed.info_type: (seed.level, seed.is_sure, seed.witnesses)
            for seed in seeds(headwater, known_at=confirmed).columns[Place(WHOLE, "mail")]
            if seed.witnesses == ("person",)
        }.items()
    )


def test_what_a_person_set_stands_at_its_level_beside_what_was_found(headwater: Headwater) -> None:
    told(headwater, labelled("people", "Code", "set", "EMPLOYEE_ID", level="quasi"))
    found = seeds(headwater)
    assert levels(found, "code") == {"EMPLOYEE_ID": (Level.QUASI, True, ("person",))}
    assert found.spellings[Place(WHOLE, "code")] == "Code"


def test_a_lowering_is_bound_to_derivations_and_the_last_one_of_each_counts(headwater: Headwater) -> None:
    first = told(headwater, labelled("people", "mail", "lower", level="quasi", fingerprints=("a", "b")))
    second = told(headwater, labelled("people", "mail", "lower", level="none", fingerprints=("b",), minutes=2001))
    found = {low.fingerprints: (low.level, low.signed_at, low.entries) for low in seeds(headwater).lowerings}
    assert found == {("a",): (Level.QUASI, first - 1, (first,)), ("b",): (Level.NONE, second - 1, (second,))}
    told(headwater, labelled("people", "mail", "withdraw", "PHONE", minutes=2002))
    assert len(seeds(headwater).lowerings) == 2
    told(headwater, labelled("people", "mail", "withdraw", minutes=2003))
    assert seeds(headwater).lowerings == ()
    assert len(seeds(headwater, known_at=second).lowerings) == 2


def test_an_approval_is_replaced_by_function_and_namespace_and_withdrawn(headwater: Headwater) -> None:
    told(headwater, approved("hmac", namespaces=("*",)), approved("hmac", "none", namespaces=("bank-*",), minutes=2001))
    assert {(word.function, word.namespaces, word.level) for word in seeds(headwater).approvals} == {
        ("hmac", ("*",), Level.PSEUDONYMOUS),
        ("hmac", ("bank-*",), Level.NONE),
    }
    told(headwater, approved("hmac", "direct", namespaces=("*",), minutes=2002))
    assert [word.namespaces for word in seeds(headwater).approvals] == [("bank-*",)]


def test_a_decision_ends_when_its_moment_has_come_and_not_when_somebody_says_so(headwater: Headwater) -> None:
    lowered = told(headwater, labelled("people", "mail", "lower", level="none", fingerprints=("a",), expires="2100-01-01"))
    told(headwater, approved("hmac", expires="2100-01-01"), passed(lowered), passed(lowered + 1))
    found = seeds(headwater)
    assert (len(found.lowerings), len(found.approvals)) == (1, 1)
    assert seeds(headwater, valid=parse_instant("2100-01-01")).lowerings == ()
    assert seeds(headwater, valid=parse_instant("2099-12-31")).lowerings == found.lowerings
    assert seeds(headwater, valid=parse_instant("2001-01-01")).lowerings == ()


def test_a_decision_whose_end_had_come_before_it_was_taken_in_never_held(headwater: Headwater) -> None:
    told(headwater, labelled("people", "mail", "lower", level="none", fingerprints=("a",), expires="2001-01-01"))
    assert seeds(headwater).lowerings == ()


def test_groups_count_as_long_as_their_version_is_the_current_one(headwater: Headwater) -> None:
    first = told(headwater, versions("people", version("1", 10)), grouped("people", 30, version="1"), grouped("people", 5, fingerprint="g"))
    assert {(group.fingerprint, group.smallest, group.target) for group in seeds(headwater).groupings} == {
        ("f1", 30, WHOLE),
        ("g", 5, WHOLE),
    }
    told(headwater, versions("people", version("1", 10), version("2", 20), minutes=1500))
    assert seeds(headwater).groupings == ()
    assert len(seeds(headwater, known_at=first).groupings) == 2
    told(headwater, grouped("people", 20, version="2", minutes=1600))
    assert [group.smallest for group in seeds(headwater).groupings] == [20]
    assert [group.smallest for group in seeds(headwater, valid=parse_instant("2026-11-01T12:15:00Z")).groupings] == [30, 5]


def test_the_latest_seeds_are_the_same_object_until_something_matters(headwater: Headwater) -> None:
    told(headwater, classified("people", verdict("mail")))
    before = seeds(headwater)
    told(headwater, versions("other", version("1", 10)))
    assert seeds(headwater) is before
    told(headwater, labelled("people", "mail", "reject"))
    assert seeds(headwater) is not before


def test_what_a_dropped_name_held_stays_with_what_it_meant(headwater: Headwater) -> None:
    told(headwater, classified("people", verdict("mail")))
    before = seeds(headwater).columns
    dropped = {
        "eventTime": "2026-11-01T14:00:00Z",
        "producer": "https://example.org",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": {"namespace": NAMESPACE, "name": "people", "facets": {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}},
    }
    told(headwater, json.dumps(dropped).encode())
    assert seeds(headwater).columns == before
    told(headwater, classified("people", verdict("phone", "PHONE"), minutes=200))
    assert len({place.incarnation for place in seeds(headwater).columns}) == 2


def test_what_was_saved_is_restored_with_the_same_seeds_at_every_position(headwater: Headwater) -> None:
    last = told(
        headwater,
        classified("people", verdict("mail"), verdict("phone", "PHONE")),
        labelled("people", "mail", "reject"),
        labelled("people", "phone", "lower", "PHONE", level="none", fingerprints=("a",), expires="2100-01-01"),
        approved("hmac"),
        grouped("people", 3, version=""),
    )
    with headwater.follower.reading() as views:
        again: Views = restore(capture(views, headwater.follower._statements, "v"))[0]
        for known_at in (*map(Position, range(last + 1)), None):
            assert again.seeding.seeds(None, known_at) == views.seeding.seeds(None, known_at)
