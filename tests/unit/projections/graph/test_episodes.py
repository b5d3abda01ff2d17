"""Two times per derivation: what was true when, and what we knew of it when."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.model.times import BEGINNING, FOREVER
from headwater.projections.graph import BadEpisode, Episode, Episodes

times = st.integers(0, 8) | st.sampled_from([BEGINNING, FOREVER])
moments = st.none() | st.integers(-1, 9) | st.just(FOREVER - 1)


def test_a_derivation_lives_from_its_first_instant_up_to_its_last() -> None:
    episodes = Episodes()
    episodes.append(0, 10, 20, 1)
    assert [bool(episodes.alive(time)[0]) for time in (9, 10, 19, 20)] == [False, True, True, False]


def test_what_is_closed_in_the_world_is_not_alive_after_everything() -> None:
    episodes = Episodes()
    episodes.append(0, 10, 20, 1)
    episodes.append(1, 10, FOREVER, 1)
    assert episodes.alive().tolist() == [False, True]


def test_healing_closes_what_was_known_and_opens_anew() -> None:
    episodes = Episodes()
    poor = episodes.append(0, 10, FOREVER, 3)
    episodes.close_known(poor, 8)
    episodes.append(1, 10, FOREVER, 8)
    assert episodes.alive().tolist() == [False, True]
    assert episodes.alive(None, 7).tolist() == [True, False]
    assert episodes.alive(5, 9).tolist() == [False, False]


def test_a_derivation_lives_while_any_of_its_rows_does() -> None:
    episodes = Episodes()
    first = episodes.append(2, 0, FOREVER, 0)
    episodes.append(2, 5, FOREVER, 1)
    episodes.close_known(first, 4)
    assert episodes.alive().tolist() == [False, False, True]
    assert episodes.rows_of(2).tolist() == [0, 1]


def test_closing_again_can_only_bring_the_end_forward() -> None:
    episodes = Episodes()
    row = episodes.append(0, 0, FOREVER, 0)
    for known_to in (9, 12, 5, 5):
        episodes.close_known(row, known_to)
    assert episodes.row(row) == Episode(0, 0, FOREVER, 0, 5)
    assert episodes.alive().tolist() == [False]


def test_a_row_that_does_not_exist_is_refused() -> None:
    episodes = Episodes()
    for row in (-1, 0):
        with pytest.raises(BadEpisode):
            episodes.close_known(row, 3)
        with pytest.raises(BadEpisode):
            episodes.row(row)


def test_a_negative_derivation_or_uneven_columns_are_refused() -> None:
    episodes = Episodes()
    with pytest.raises(BadEpisode):
        episodes.append(-1, 0, 1, 0)
    with pytest.raises(BadEpisode):
        episodes.extend([0, -1], [0, 0], [1, 1], [0, 0], [1, 1])
    with pytest.raises(BadEpisode):
        episodes.extend([0, 1], [0], [1], [0], [1])
    assert len(episodes) == 0


def test_a_table_given_out_stays_as_it_was_and_cannot_be_written() -> None:
    episodes = Episodes()
    row = episodes.append(0, 0, FOREVER, 0)
    before = episodes.alive()
    assert episodes.alive() is before
    episodes.close_known(row, 3)
    assert (before.tolist(), episodes.alive().tolist()) == ([True], [False])
    with pytest.raises(ValueError, match="read-only"):
        before[0] = False


def test_a_pinned_table_is_remembered_until_something_it_could_know_changes() -> None:
    episodes = Episodes()
    row = episodes.append(0, 0, FOREVER, 0)
    pinned = episodes.alive(5, 10)
    episodes.append(0, 0, FOREVER, 11)
    assert episodes.alive(5, 10) is pinned
    episodes.append(1, 0, FOREVER, 12)
    assert episodes.alive(5, 10).tolist() == [True, False]
    episodes.close_known(row, 4)
    assert episodes.alive(5, 10).tolist() == [False, False]


def test_only_a_few_pinned_tables_are_remembered() -> None:
    episodes = Episodes()
    episodes.append(0, 0, FOREVER, 0)
    first = episodes.alive(1, 1)
    for known_at in range(2, 30):
        assert episodes.alive(1, known_at).tolist() == [True]
    assert episodes.alive(1, 1) is not first


def test_no_rows_are_no_derivations() -> None:
    assert Episodes().alive().tolist() == Episodes().alive(3, 4).tolist() == []
    assert Episodes().extend([], [], [], [], []) == 0


def test_many_rows_grow_the_tables() -> None:
    episodes = Episodes()
    for derivation in range(500):
        assert episodes.append(derivation, 0, FOREVER, derivation) == derivation
    assert (len(episodes), episodes.derivation_count) == (500, 500)
    assert int(episodes.alive(None, 99).sum()) == 100


@dataclass(frozen=True)
class Plain:
    """Rows as they were told, to be gone through one by one."""

    rows: tuple[Episode, ...] = ()

    def alive(self, as_of: int | None, known_at: int | None) -> list[bool]:
        valid = FOREVER - 1 if as_of is None else as_of
        known = FOREVER - 1 if known_at is None else known_at
        size = max((row.derivation + 1 for row in self.rows), default=0)
        living = {row.derivation for row in self.rows if row.valid_from <= valid < row.valid_to and row.known_from <= known < row.known_to}
        return [derivation in living for derivation in range(size)]


added = st.builds(Episode, derivation=st.integers(0, 5), valid_from=times, valid_to=times, known_from=times, known_to=times)
closed = st.tuples(st.integers(0, 30), times)
asked = st.tuples(moments, moments)


@given(st.lists(added | closed | st.builds(list, asked), max_size=40), st.lists(asked, max_size=4))
def test_episodes_equal_going_through_the_rows(
    steps: list[Episode | tuple[int, int] | list[int | None]], final: list[tuple[int | None, int | None]]
) -> None:
    episodes, plain = Episodes(), Plain()
    for step in steps:
        match step:
            case Episode():
                row = episodes.append(step.derivation, step.valid_from, step.valid_to, step.known_from, step.known_to)
                assert row == len(plain.rows)
                plain = Plain((*plain.rows, step))
            case (int(number), int(known_to)) if isinstance(step, tuple) and plain.rows:
                row = number % len(plain.rows)
                ended = replace(plain.rows[row], known_to=min(known_to, plain.rows[row].known_to))
                plain = Plain((*plain.rows[:row], ended, *plain.rows[row + 1 :]))
                episodes.close_known(row, known_to)
            case [as_of, known_at] if isinstance(step, list):
                assert episodes.alive(as_of, known_at).tolist() == plain.alive(as_of, known_at)
    again = Episodes.from_bytes(episodes.to_bytes())
    for as_of, known_at in [(None, None), *final]:
        assert episodes.alive(as_of, known_at).tolist() == plain.alive(as_of, known_at) == again.alive(as_of, known_at).tolist()


@given(st.lists(added, max_size=30), st.integers(0, 30), asked)
def test_rows_added_at_once_or_one_by_one_are_the_same(rows: list[Episode], cut: int, moment: tuple[int | None, int | None]) -> None:
    at_once, one_by_one = Episodes(), Episodes()
    for part in (rows[:cut], rows[cut:]):
        at_once.extend(*np.array([astuple(row) for row in part], dtype=np.int64).reshape(-1, 5).T)
    for row in rows:
        one_by_one.append(*astuple(row))
    assert at_once.to_bytes() == one_by_one.to_bytes()
    assert at_once.alive().tolist() == one_by_one.alive().tolist()
    assert at_once.alive(*moment).tolist() == one_by_one.alive(*moment).tolist()


def test_the_table_fits_the_graphs_way_of_asking() -> None:
    assert Episodes().alive().dtype == np.bool_
