from __future__ import annotations

import pytest

from headwater.answers.moment import Moment
from headwater.model.errors import UsageError
from headwater.model.questions import GapsQuestion
from headwater.projections.views import Views


def views(folded: int) -> Views:
    made = Views()
    made.folded = folded
    return made


def test_without_times_it_is_the_latest_of_everything() -> None:
    moment = Moment.of(GapsQuestion(), views(3))
    assert (moment.valid, moment.known_at, moment.is_latest, moment.as_of) == (None, 2, True, "latest")


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23T00:00:00Z", "2026-11-23T01:00:00+01:00", " 2026-11-23 "])
def test_times_are_read_in_any_zone_and_printed_in_utc(text: str) -> None:
    assert Moment.of(GapsQuestion(as_of=text), views(1)).as_of == "2026-11-23T00:00:00Z"


def test_latest_may_be_said_in_words() -> None:
    assert Moment.of(GapsQuestion(as_of="latest"), views(1)).valid is None


@pytest.mark.parametrize(
    "question",
    [
        GapsQuestion(as_of="soon"),
        GapsQuestion(as_of="2026-13-01"),
        GapsQuestion(as_of="x" * 70),
        GapsQuestion(known_at=3),
        GapsQuestion(known_at=-2),
        GapsQuestion(page="nonsense"),
        GapsQuestion(page="%%%"),
        GapsQuestion(page="é"),
    ],
)
def test_what_is_no_time_position_or_page_is_refused(question: GapsQuestion) -> None:
    with pytest.raises(UsageError) as caught:
        Moment.of(question, views(3))
    assert caught.value.next_step


def test_a_page_goes_on_at_the_position_it_began() -> None:
    first = Moment.of(GapsQuestion(limit=2), views(3))
    token = first.next_page(5)
    second = Moment.of(GapsQuestion(limit=2, page=token), views(9))
    assert (second.offset, second.known_at, second.is_latest) == (2, 2, False)
    third = Moment.of(GapsQuestion(limit=2, page=second.next_page(5)), views(9))
    assert third.offset == 4
    assert third.next_page(5) is None


def test_before_the_first_entry_nothing_was_known() -> None:
    moment = Moment.of(GapsQuestion(known_at=-1), views(3))
    assert (moment.known_at, moment.is_latest) == (-1, False)
