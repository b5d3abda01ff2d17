"""Columns that a table made anew surely no longer has are left out of answers about now, and of no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.model.sensitivity.documents import Allowance
from tests.leaks.telling import Lake

WIDE = "CREATE OR REPLACE TABLE mart.stats AS SELECT city, count(*) AS n, min(mail) AS first_mail FROM people GROUP BY city"
NARROW = "CREATE OR REPLACE TABLE mart.stats AS SELECT city, count(*) AS n FROM people GROUP BY city"
BEFORE = "2026-11-02T12:05:00Z"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """A table that was made with three columns and then with two."""
    with Lake(tmp_path) as made:
        made.found("people", city="CITY", mail="EMAIL")
        made.ran("make", WIDE, reads=["people"], writes=["mart.stats"])
        made.ran("make", NARROW, reads=["people"], writes=["mart.stats"], minutes=10)
        yield made


def labelled(lake: Lake, node: str | None = "mart.stats", as_of: str | None = None, known_at: int | None = None) -> set[str]:
    labels = lake.client.labels.show(node, as_of=as_of, known_at=known_at).result.labels
    return {label.column for label in labels if label.dataset.name == "mart.stats"}


def hit(lake: Lake, as_of: str | None = None) -> set[str | None]:
    return {node.column for node in lake.client.impact("people.city", as_of=as_of).result.columns if node.name == "mart.stats"}


def test_a_column_that_is_gone_is_neither_labelled_nor_hit(lake: Lake) -> None:
    assert labelled(lake) == labelled(lake, None) == hit(lake) == {"city", "n"}
    assert labelled(lake, "mart.stats.first_mail") == set()
    up = lake.client.lineage("mart.stats", columns=True).result
    assert "first_mail" not in {node.column for node in up.nodes}


def test_as_of_earlier_and_as_known_earlier_it_is_still_there(lake: Lake) -> None:
    assert labelled(lake, as_of=BEFORE) == labelled(lake, None, as_of=BEFORE) == hit(lake, BEFORE) == {"city", "n", "first_mail"}
    assert "first_mail" in labelled(lake, known_at=1)


def test_what_is_gone_leaks_nothing_by_an_influence(lake: Lake) -> None:
    lake.expects("mart.*", Allowance(level="quasi", inferred=False))
    assert {leak.column for leak in lake.leaks()} == {"city", "n"}
    assert {leak.column for leak in lake.leaks(as_of=BEFORE)} == {"city", "n", "first_mail"}


def insert(lake: Lake) -> None:
    sql = "INSERT INTO mart.stats (city, first_mail) SELECT city, mail FROM people"
    lake.ran("top up", sql, reads=["people"], writes=["mart.stats"], minutes=20)


def unread(lake: Lake) -> None:
    lake.ran("alter", "PICK <<~ mail FROM people", reads=["people"], writes=["mart.stats"], minutes=20)


def listed(lake: Lake) -> None:
    lake.ran("read", "SELECT 1", reads=["mart.stats"], minutes=20, columns={"mart.stats": ["city", "n", "first_mail"]})


def looked_at(lake: Lake) -> None:
    lake.found("mart.stats", minutes=20, first_mail="EMAIL")


def said(lake: Lake) -> None:
    lake.client.labels.set("mart.stats.first_mail", "EMAIL", "direct", "it is there")


def added(lake: Lake) -> None:
    lake.ran("alter", "ALTER TABLE mart.stats ADD COLUMN first_mail VARCHAR", writes=["mart.stats"], minutes=20)


@pytest.mark.parametrize("happened", [insert, unread, listed, looked_at, said, added], ids=lambda each: each.__name__)
def test_what_anything_speaks_for_is_not_gone(lake: Lake, happened: Callable[[Lake], None]) -> None:
    happened(lake)
    assert "first_mail" in labelled(lake)
    assert "first_mail" in labelled(lake, None)
    assert "first_mail" in hit(lake)


def test_a_table_made_anew_by_what_nobody_could_read_may_have_all_it_had(lake: Lake) -> None:
    lake.ran("make", "CREATE OR REPLACE TABLE mart.stats AS PICK <<~ people", reads=["people"], writes=["mart.stats"], minutes=20)
    assert "first_mail" in labelled(lake)


def test_what_lies_within_a_column_that_is_there_is_there(lake: Lake) -> None:
    within: dict[str, Any] = {"city.name": "CITY", "first_mail.host": "EMAIL"}
    lake.found("mart.stats", minutes=5, **within)
    assert {"city.name"} <= labelled(lake)
    assert "first_mail.host" not in labelled(lake)
    assert "first_mail.host" in labelled(lake, as_of="2026-11-02T12:06:00Z")


def test_a_column_that_alter_dropped_is_gone_until_what_filled_it_runs_again(lake: Lake) -> None:
    lake.ran("drop", "ALTER TABLE mart.stats DROP COLUMN n", writes=["mart.stats"], minutes=15)
    assert labelled(lake) == labelled(lake, None) == {"city"}
    assert labelled(lake, as_of=BEFORE.replace("12:05", "12:12")) == {"city", "n"}
    lake.ran("make", NARROW, reads=["people"], writes=["mart.stats"], minutes=20)
    assert labelled(lake) == {"city", "n"}
