from __future__ import annotations

from headwater.model.entries import Position
from headwater.model.lineage import Evidence
from headwater.model.times import Instant
from headwater.projections.lineage.claims import Claim
from headwater.projections.lineage.derivation import Derivation, DerivationKey
from tests.unit.telling import dataset


def derivation() -> Derivation:
    claim = Claim(job=None, target=dataset("t"), origin="o", evidence=Evidence.PARSED, status="complete", fingerprint="f")
    return Derivation(id=1, key=DerivationKey(claim, 0, ()))


def test_it_is_known_between_its_turns() -> None:
    record = derivation()
    record.known = [Position(position) for position in (2, 5, 8)]
    assert [record.is_known(Position(position)) for position in (1, 2, 4, 5, 7, 8, 99)] == [False, True, True, False, False, True, True]
    assert record.known_interval(Position(4)) == (2, None)
    assert record.known_interval(Position(6)) == (2, 5)
    assert record.known_interval(Position(9)) == (2, None)


def test_entries_count_from_when_they_spoke_for_it() -> None:
    record = derivation()
    record.rests_on(Position(3), Position(3))
    record.rests_on(Position(1), Position(6))
    record.rests_on(Position(3), Position(6))
    assert record.positions_at(Position(2)) == []
    assert record.positions_at(Position(5)) == [3]
    assert record.positions_at(Position(6)) == [1, 3]


def test_runs_are_listed_as_they_came_and_as_long_as_they_supported() -> None:
    record = derivation()
    record.runs = {"b": (Instant(0), Instant(1), Position(4)), "a": (Instant(5), Instant(9), Position(2))}
    record.former_runs = [("c", Position(1), Position(3))]
    assert record.runs_at(Position(2)) == ["c", "a"]
    assert record.runs_at(Position(9)) == ["a", "b"]


def test_superseded_and_declared_ones_confirm_nothing() -> None:
    claim = derivation().claim
    assert derivation().is_confirmed
    for weaker in (
        Claim(job=None, target=claim.target, origin="o", evidence=Evidence.DECLARED, status="complete", fingerprint="f"),
        Claim(job=None, target=claim.target, origin="o", evidence=Evidence.PARSED, status="complete", fingerprint="f", superseded=True),
    ):
        assert not Derivation(id=1, key=DerivationKey(weaker, 0, ())).is_confirmed
