"""An allowance for some purposes is for places that are used for these and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.model.sensitivity.documents import Allowance, Expectation
from tests.leaks.telling import NAMESPACE, Lake

COPY = "CREATE OR REPLACE TABLE train.notes AS SELECT mail FROM people"
FOR_CARE = (Allowance(level="direct", purposes=("care", "billing")), Allowance(level="aggregate"))


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """A training set that holds addresses, which may be there for some purposes."""
    with Lake(tmp_path) as made:
        made.found("people", mail="EMAIL")
        made.ran("copy", COPY, reads=["people"], writes=["train.notes"])
        made.expects("*", *FOR_CARE, name="what addresses are for", origin="owner.toml")
        yield made


def used_for(lake: Lake, *purposes: str, origin: str = "users.toml") -> None:
    lake.expects("train.*", name="what the models are for", origin=origin, used_for=purposes)


def allowed(lake: Lake) -> set[tuple[str, str | None]]:
    return {(leak.dataset.rpartition(":")[2], leak.allowed) for leak in lake.leaks()}


def test_a_place_of_which_nobody_says_what_it_is_used_for_has_what_is_allowed_for_any_purpose(lake: Lake) -> None:
    assert allowed(lake) == {("people", "aggregate"), ("train.notes", "aggregate")}
    why = next(leak.why for leak in lake.leaks() if leak.dataset.endswith("train.notes"))
    assert "allows PII up to aggregate, more only for care, billing; this place is not said to be used for anything, and" in why


def test_a_place_that_is_used_for_the_purposes_alone_has_what_is_allowed_for_them(lake: Lake) -> None:
    used_for(lake, "billing")
    assert allowed(lake) == {("people", "aggregate")}


def test_one_purpose_besides_is_too_many_whoever_says_it(lake: Lake) -> None:
    used_for(lake, "care")
    used_for(lake, "advertising", origin="others.toml")
    [leak] = [leak for leak in lake.leaks() if leak.dataset.endswith("train.notes")]
    assert "this place is used for advertising, care, and" in leak.why
    used_for(lake, "billing", origin="others.toml")
    assert allowed(lake) == {("people", "aggregate")}


def test_to_say_what_a_place_is_used_for_allows_and_forbids_nothing_by_itself(lake: Lake) -> None:
    lake.expects("*", Allowance(level="direct"), name="what addresses are for", origin="owner.toml")
    used_for(lake, "research")
    assert allowed(lake) == set()


def test_purposes_for_which_no_place_is_used_are_told_where_they_are_declared(lake: Lake) -> None:
    used_for(lake, "care")
    lake.expects("*", *FOR_CARE, name="again", origin="owner.toml")
    told = lake.client.expectations.declare(
        [Expectation(name="again", namespace=NAMESPACE, allow=FOR_CARE)], namespace=NAMESPACE, origin="owner.toml"
    )
    assert told.unserved == ("billing",)
