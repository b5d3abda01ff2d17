"""Where a topic is read on: nothing passed over untold, nothing read twice, whatever brokers did meanwhile."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.streams.offsets import LOST, REWOUND, Held, batch_name, in_words, left_out, plan, reached
from headwater.model.loads import StreamPosition


def seen(identity: str = "one", **more: object) -> StreamPosition:
    return StreamPosition(source="s", topic="t", cluster="c", identity=identity, **more)  # type: ignore[arg-type]  # because tests say which


def known(identity: str = "one", **more: object) -> StreamPosition:
    return seen(identity, **more)


def test_a_topic_never_read_begins_where_its_messages_do_and_nothing_is_lost() -> None:
    told = plan(None, seen(), {0: Held(5, 9), 1: Held(0, 0)})
    assert (told.start.next, told.until, told.gaps, told.is_idle) == ({0: 5, 1: 0}, {0: 9, 1: 0}, (), False)


def test_a_topic_read_to_its_end_is_idle_until_more_comes() -> None:
    assert plan(known(next={0: 9}), seen(), {0: Held(0, 9)}).is_idle
    assert not plan(known(next={0: 9}), seen(), {0: Held(0, 10)}).is_idle
    assert not plan(known(next={0: 9}), seen(), {0: Held(0, 9), 1: Held(0, 1)}).is_idle


def test_what_was_removed_before_it_was_read_is_counted_also_of_a_new_partition() -> None:
    told = plan(known(next={0: 4}), seen(), {0: Held(7, 9), 1: Held(2, 2)})
    assert told.start.next == {0: 7, 1: 2}
    assert [(gap.code, gap.detail.partition(": ")[2]) for gap in told.gaps] == [
        (LOST, "offsets 4 to 6 were removed before they were read, 3 messages at most"),
        (LOST, "offsets 0 to 1 were removed before they were read, 2 messages at most"),
    ]


def test_a_topic_made_anew_is_read_whole_even_where_it_has_grown_past_the_earlier_one() -> None:
    told = plan(known(next={0: 4, 1: 0}), seen("two"), {0: Held(0, 9)})
    assert (told.start.next, told.start.generation, told.start.again, told.start.identity) == ({0: 0}, 1, {0: 4}, "two")
    assert [gap.code for gap in told.gaps] == [REWOUND]


def test_brokers_that_name_no_topic_are_believed_to_have_made_it_anew_where_it_ends_before() -> None:
    told = plan(known("", next={0: 4}), seen(""), {0: Held(0, 3)})
    assert (told.start.next, told.start.generation, told.start.again) == ({0: 0}, 1, {0: 4})
    assert plan(known("", next={0: 4}), seen(""), {0: Held(0, 4)}).is_idle


def test_brokers_that_lost_the_end_of_a_topic_are_read_on_from_there() -> None:
    told = plan(known(next={0: 9, 1: 3}), seen(), {0: Held(0, 5), 1: Held(0, 3)})
    assert (told.start.next, told.start.generation) == ({0: 5, 1: 3}, 0)
    assert "brokers lost 4 messages" in told.gaps[0].detail


def test_made_anew_twice_compares_with_all_that_the_lake_has() -> None:
    told = plan(known("two", next={0: 2}, again={0: 9}), seen("three"), {0: Held(0, 3)})
    assert told.start.again == {0: 9}
    assert reached(told.start, {0: 3}).again == {0: 9}
    assert reached(told.start, {0: 9}).again == {}


def test_a_batch_is_named_by_its_offsets_alone() -> None:
    start = known(next={0: 4, 1: 7})
    after = reached(start, {0: 6, 1: 7})
    assert (after.next, after.first) == ({0: 6, 1: 7}, {0: 4})
    assert batch_name(after) == batch_name(reached(known(next={1: 7, 0: 4}), {0: 6}))
    assert batch_name(after) != batch_name(reached(known("two", next={0: 4, 1: 7}), {0: 6}))


def test_offsets_are_told_as_ranges() -> None:
    assert in_words([3, 1, 2, 9]) == "1 to 3, 9"
    assert in_words(range(0, 100, 2)).endswith("38 and 30 more ranges")
    assert left_out([4], "{are} no JSON") == "1 message is no JSON and was left out, offset 4"


@given(
    st.dictionaries(st.integers(0, 4), st.integers(0, 20), max_size=5),
    st.dictionaries(st.integers(0, 4), st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=5),
    st.sampled_from(["", "one", "two"]),
    st.sampled_from(["", "one"]),
)
def test_no_offset_is_passed_over_untold_and_none_is_read_twice(
    had: dict[int, int], held: dict[int, tuple[int, int]], identity: str, before: str
) -> None:
    ends = {partition: Held(min(both), max(both)) for partition, both in held.items()}
    told = plan(known(before, next=had), seen(identity), ends)
    anew = told.start.generation == 1
    for partition, end in ends.items():
        stood, start = (0 if anew else had.get(partition, 0)), told.start.next[partition]
        assert end.low <= start <= max(end.high, start)
        if start != stood:
            assert any(f"partition {partition} " in gap.detail for gap in told.gaps)
        if not anew and start < stood:
            assert start == end.high
    assert anew <= any(gap.code == REWOUND for gap in told.gaps)
    assert msgspec.json.decode(msgspec.json.encode(told.start), type=StreamPosition) == told.start
