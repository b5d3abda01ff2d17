from __future__ import annotations

from headwater.model.times import BEGINNING, FOREVER, Instant
from headwater.projections.lineage.aliases import Aliases, AliasWords
from tests.unit.telling import dataset

A, B, C = dataset("a"), dataset("b"), dataset("c")


def words(*told: tuple[int, bool]) -> AliasWords:
    made = AliasWords()
    for at, declared in told:
        made.say(Instant(at), declared)
    return made


def test_two_names_declared_one_always_were() -> None:
    assert words((10, True), (20, True)).believed() == ((BEGINNING, FOREVER),)


def test_a_withdrawal_ends_it_until_the_next_declaration() -> None:
    told = words((10, True), (30, False), (50, True))
    assert told.believed() == ((BEGINNING, 30), (50, FOREVER))
    assert told.last_declared == 50


def test_the_order_of_words_leaves_no_mark() -> None:
    assert words((50, True), (30, False), (10, True)) == words((10, True), (50, True), (30, False))


def test_only_a_word_unlike_the_one_before_can_change_the_spans() -> None:
    told = words((10, True))
    assert not told.say(Instant(20), True)
    assert not told.say(Instant(20), True)
    assert told.say(Instant(15), False)
    assert told.believed() == ((BEGINNING, 15), (20, FOREVER))


def test_a_withdrawal_that_came_first_counts_for_what_is_declared_later() -> None:
    aliases = Aliases()
    assert aliases.withdraw((Instant(30), A, None, "p")) == []
    told = aliases.words((A, B, "p"))
    told.say(Instant(10), True)
    assert told.believed() == ((BEGINNING, 30),)
    assert aliases.words((A, B, "other")).words == []


def test_a_withdrawal_concerns_its_producer_and_its_pair_alone() -> None:
    aliases = Aliases()
    for key in ((A, B, "p"), (A, C, "p"), (A, B, "other")):
        aliases.words(key)
    assert aliases.withdraw((Instant(30), A, B, "p")) == [(A, B, "p")]
    assert aliases.withdraw((Instant(40), A, None, "p")) == [(A, B, "p"), (A, C, "p")]
    assert aliases.naming([C]) == [(A, C, "p")]
