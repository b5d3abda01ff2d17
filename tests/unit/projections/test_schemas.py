from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from headwater.model.schemas import Column
from headwater.model.times import BEGINNING, Instant
from headwater.projections.schemas import SchemaTimeline, SchemaWord
from tests.unit.telling import dataset

T = dataset("t")


def word(*columns: str, whole: bool = True) -> SchemaWord:
    return SchemaWord(tuple(Column(name) for name in columns), whole)


def names(found: SchemaWord | None) -> list[str] | None:
    return None if found is None else [column.name for column in found.columns]


def test_a_word_holds_until_the_next_and_the_first_reaches_back() -> None:
    told = SchemaTimeline()
    told.add(T, "p", Instant(10), word("a"))
    told.add(T, "p", Instant(20), word("a", "b"))
    assert [names(told.at(T, Instant(at), since=BEGINNING)) for at in (0, 10, 19, 20, 99)] == [["a"], ["a"], ["a"], ["a", "b"], ["a", "b"]]


def test_words_of_an_earlier_incarnation_do_not_count() -> None:
    told = SchemaTimeline()
    told.add(T, "p", Instant(10), word("a"))
    assert told.at(T, Instant(30), since=Instant(20)) is None
    told.add(T, "p", Instant(40), word("b"))
    assert names(told.at(T, Instant(30), since=Instant(20))) == ["b"]


def test_producers_are_put_together_whole_lists_first() -> None:
    told = SchemaTimeline()
    told.add(T, "dbt", Instant(10), word("b", "z", whole=False))
    told.add(T, "spark", Instant(10), word("a", "b"))
    found = told.at(T, Instant(15), since=BEGINNING)
    assert names(found) == ["a", "b", "z"]
    assert found is not None and found.whole


def test_only_a_change_is_told_as_one() -> None:
    told = SchemaTimeline()
    assert told.add(T, "p", Instant(10), word("a"))
    assert not told.add(T, "p", Instant(10), word("a"))
    assert not told.add(T, "p", Instant(20), word("a"))
    assert told.add(T, "p", Instant(15), word("b"))


@given(st.lists(st.tuples(st.sampled_from("pq"), st.integers(0, 4), st.sampled_from("abc")), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_arrival_leaves_no_mark(said: list[tuple[str, int, str]], order: random.Random) -> None:
    shuffled = list(said)
    order.shuffle(shuffled)
    one, other = SchemaTimeline(), SchemaTimeline()
    for told, words in ((one, said), (other, shuffled)):
        for producer, at, column in words:
            told.add(T, producer, Instant(at), word(column))
    for at in range(5):
        assert one.at(T, Instant(at), since=BEGINNING) == other.at(T, Instant(at), since=BEGINNING)
