from __future__ import annotations

import pytest

from headwater.model.errors import UsageError
from headwater.model.facts import DatasetDescribed, JobDescribed, Owner, Tag
from headwater.model.questions import SearchQuestion
from headwater.model.times import Instant, format_instant
from tests.unit.telling import ZERO, Telling, dataset, job


def lake() -> Telling:
    told = Telling()
    told.schema("patients", "mrn", "birth_date", at=10)
    told.schema("visits", "mrn", at=10)
    told.entry(
        DatasetDescribed(
            position=ZERO,
            at=Instant(20),
            dataset=dataset("visits"),
            producer="p",
            documentation="One row per visit of one of our patients, cleaned of doubles and joined to wards for the quarterly report",
            owners=(Owner("ann"),),
            tags=(Tag("pii", "yes"),),
        )
    )
    told.entry(JobDescribed(position=ZERO, at=Instant(30), job=job("load_visits"), producer="p", documentation="loads"))
    return told


def hits(told: Telling, text: str, *patterns: str) -> list[tuple[str, str]]:
    return [(hit.id.rpartition(":")[2], hit.where) for hit in told.ask(SearchQuestion(text=text), *patterns).result.hits]


def test_a_name_counts_more_than_words_about_it() -> None:
    assert hits(lake(), "patients") == [("patients", "name"), ("visits", "documentation")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ANN", [("visits", "owner")]),
        ("pii", [("visits", "tag")]),
        ("birth", [("birth_date", "column")]),
        ("visits ann", [("visits", "name")]),
        ("visits nobody", []),
        ("quarter", [("visits", "documentation")]),
    ],
)
def test_every_word_must_occur_somewhere(text: str, found: list[tuple[str, str]]) -> None:
    assert hits(lake(), text) == found


def test_the_words_found_are_in_the_snippet() -> None:
    (hit,) = lake().ask(SearchQuestion(text="quarterly")).result.hits
    assert "quarterly" in hit.snippet
    assert hit.snippet.startswith("…")


def test_what_may_not_be_searched_is_counted_whatever_the_text() -> None:
    told = lake()
    told.schema("secret://x|people", "name")
    for text in ("people", "peo", "nothing like it"):
        found = told.ask(SearchQuestion(text=text), "postgres://*")
        assert (found.result.hits, found.result.hidden) == ((), 2)


def test_what_was_not_known_or_not_there_yet_is_not_found() -> None:
    told = lake()
    assert hits(told, "ann")
    assert told.ask(SearchQuestion(text="ann", known_at=1)).result.hits == ()
    assert told.ask(SearchQuestion(text="ann", as_of=format_instant(Instant(15)))).result.hits == ()


@pytest.mark.parametrize("text", ["", "   ", "x" * 201])
def test_a_search_for_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="cannot search"):
        lake().ask(SearchQuestion(text=text))
