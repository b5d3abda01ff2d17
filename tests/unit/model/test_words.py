"""Numbers and durations read as words."""

from __future__ import annotations

import pytest

from headwater.model.words import counted, lasting


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 minutes"), (60, "1 minute"), (5_400, "90 minutes"), (7_200, "2 hours"), (172_799, "47 hours"), (37_252 * 60, "25 days")],
)
def test_a_duration_is_told_in_the_largest_unit_of_which_it_has_two(seconds: int, words: str) -> None:
    assert lasting(seconds) == words


def test_one_is_told_in_the_singular() -> None:
    assert [counted(1, "file"), counted(1_200, "row"), counted(1, "row is", "rows are")] == ["1 file", "1,200 rows", "1 row is"]
