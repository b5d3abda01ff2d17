from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headwater.model.times import FOREVER, Instant
from headwater.projections.lineage.spans import Span, held, held_within, merged, next_wipe, retold

instants = st.integers(0, 12).map(Instant)
spans = st.lists(st.tuples(instants, instants).filter(lambda span: span[0] <= span[1]), max_size=6)
wipes = st.lists(instants, max_size=4).map(sorted)


def at(*pairs: tuple[int, int]) -> list[Span]:
    return [(Instant(start), Instant(stop)) for start, stop in pairs]


def cut(told: tuple[Span, ...], region: Span) -> tuple[Span, ...]:
    return merged((max(start, region[0]), min(stop, region[1])) for start, stop in told if max(start, region[0]) < min(stop, region[1]))


def test_what_a_run_wrote_holds_until_the_first_wipe_after_its_end() -> None:
    assert held(at((1, 3)), [Instant(2), Instant(5), Instant(9)]) == ((1, 5),)


def test_a_wipe_at_the_instant_of_the_end_leaves_what_was_written() -> None:
    assert held(at((1, 3)), [Instant(3)]) == ((1, FOREVER),)


def test_spans_that_touch_are_one() -> None:
    assert merged(at((5, 7), (1, 3), (3, 5), (8, 9))) == ((1, 7), (8, 9))


def test_without_a_later_wipe_the_next_is_never() -> None:
    assert next_wipe(Instant(4), [Instant(1), Instant(4)]) == FOREVER


@given(spans, wipes, st.tuples(instants, instants).filter(lambda region: region[0] < region[1]))
def test_what_holds_within_a_region_is_all_that_holds_cut_to_it(runs: list[Span], wiped: list[Instant], region: Span) -> None:
    ends = sorted((ended, started) for started, ended in runs)
    assert merged(held_within(region, ends, wiped)) == cut(held(runs, wiped), region)


@given(spans, spans, st.tuples(instants, instants).filter(lambda region: region[0] < region[1]))
def test_retelling_a_region_changes_nothing_outside_it(told: list[Span], inside: list[Span], region: Span) -> None:
    before = [span for span in merged(told) if span[0] < span[1]]
    wanted = cut(merged(inside), region)
    first, last, new = retold(before, region, wanted)
    after = list(before)
    after[first:last] = new
    assert tuple(after) == merged(after)
    for moment in range(13):
        instant = (Instant(moment), Instant(moment + 1))
        expected = wanted if region[0] <= moment < region[1] else tuple(before)
        assert bool(cut(tuple(after), instant)) == bool(cut(expected, instant))
