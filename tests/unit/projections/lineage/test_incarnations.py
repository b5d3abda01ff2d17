from __future__ import annotations

from headwater.model.entries import Position
from headwater.model.times import BEGINNING, Instant
from headwater.projections.lineage.incarnations import Incarnation, Incarnations
from tests.unit.telling import dataset

A, B, C = dataset("a"), dataset("b"), dataset("c")


def at(moment: int) -> Instant:
    return Instant(moment)


def test_a_name_nothing_happened_to_means_one_thing_from_the_beginning() -> None:
    assert Incarnations().of(A, at(5)) == Incarnation(A, BEGINNING)


def test_a_drop_parts_what_was_from_what_comes() -> None:
    names = Incarnations()
    assert names.drop(A, at(10)) == (A,)
    assert names.of(A, at(9)) == Incarnation(A, BEGINNING)
    assert names.of(A, at(10)) == Incarnation(A, at(10))
    assert names.history(A) == (Incarnation(A, BEGINNING), Incarnation(A, at(10)))


def test_a_drop_told_twice_changes_nothing() -> None:
    names = Incarnations()
    names.drop(A, at(10))
    assert names.drop(A, at(10), Position(7)) == ()
    assert names.of(A, at(11), Position(0)) == Incarnation(A, at(10))


def test_a_rename_goes_on_as_what_the_old_name_meant() -> None:
    names = Incarnations()
    assert set(names.rename(A, B, at(10))) == {A, B}
    assert names.of(B, at(10)) == Incarnation(A, BEGINNING)
    assert names.of(B, at(9)) == Incarnation(B, BEGINNING)
    assert names.of(A, at(10)) == Incarnation(A, at(10))
    assert names.name_at(Incarnation(A, BEGINNING), at(9)) == A
    assert names.name_at(Incarnation(A, BEGINNING), at(10)) == B


def test_renames_are_followed_through_names() -> None:
    names = Incarnations()
    names.rename(A, B, at(10))
    names.rename(B, C, at(20))
    assert names.of(C, at(25)) == Incarnation(A, BEGINNING)
    assert names.name_at(Incarnation(A, BEGINNING), at(15)) == B
    assert names.name_at(Incarnation(A, BEGINNING), at(25)) == C


def test_there_and_back_again_ends() -> None:
    names = Incarnations()
    names.rename(A, B, at(10))
    names.rename(B, A, at(20))
    assert names.of(A, at(25)) == Incarnation(A, BEGINNING)
    assert names.name_at(Incarnation(A, BEGINNING), at(25)) == A


def test_swapping_two_names_at_one_instant_swaps_what_they_mean() -> None:
    names = Incarnations()
    names.rename(A, B, at(10))
    names.rename(B, A, at(10))
    assert names.of(A, at(10)) == Incarnation(B, BEGINNING)
    assert names.of(B, at(10)) == Incarnation(A, BEGINNING)


def test_a_name_renamed_to_itself_is_nothing_new() -> None:
    assert Incarnations().rename(A, A, at(10)) == ()


def test_a_late_drop_concerns_the_heirs_too() -> None:
    names = Incarnations()
    names.rename(A, B, at(20))
    assert set(names.drop(A, at(10))) == {A, B}
    assert names.of(B, at(25)) == Incarnation(A, at(10))


def test_what_was_not_known_yet_parts_nothing() -> None:
    names = Incarnations()
    names.rename(A, B, at(20), Position(4))
    names.drop(A, at(10), Position(9))
    assert names.of(B, at(25), Position(3)) == Incarnation(B, BEGINNING)
    assert names.of(B, at(25), Position(4)) == Incarnation(A, BEGINNING)
    assert names.of(B, at(25), Position(9)) == Incarnation(A, at(10))
    assert names.name_at(Incarnation(A, BEGINNING), at(25), Position(3)) == A
    assert names.history(A, Position(3)) == (Incarnation(A, BEGINNING),)
