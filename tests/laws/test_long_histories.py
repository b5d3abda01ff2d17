"""What happens every day costs the same every day: the same history twice as long takes about twice as long, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headwater.model.questions import LineageQuestion
from tests.unit.telling import Telling, copy


def overwrites(told: Telling, day: int) -> None:
    told.run("daily", run=f"r{day}", event="START", reads=["a"], writes=["t"], at=100 * day)
    told.run("daily", run=f"r{day}", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], change="OVERWRITE", at=100 * day + 50)


def drops(told: Telling, day: int) -> None:
    overwrites(told, day)
    told.drop("t", at=100 * day + 60)


def truncations(told: Telling, day: int) -> None:
    told.run("daily", run=f"r{day}", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=100 * day)
    told.run("clear", run=f"c{day}", event="START", at=100 * day + 40)
    told.run("clear", run=f"c{day}", writes=["t"], change="TRUNCATE", at=100 * day + 50)


def aliases(told: Telling, day: int) -> None:
    told.alias("t", "u", at=day)


@pytest.mark.parametrize(("day", "records"), [(overwrites, 2), (drops, 600), (truncations, 1), (aliases, 0)])
def test_beliefs_do_not_multiply_with_days(day: Callable[[Telling, int], None], records: int) -> None:
    told = Telling()
    for number in range(300):
        day(told, number)
    view = told.views.derivations
    assert len([record for record in view.records if record is not None]) == records
    assert len(view.episodes) <= 4 * 300 + 2


def test_daily_runs_that_arrive_backwards_end_up_the_same() -> None:
    one, other = Telling(), Telling()
    for number in range(60):
        truncations(one, number)
        truncations(other, 59 - number)
    spans = [[record.spans for record in told.views.derivations.records if record is not None] for told in (one, other)]
    assert spans[0] == spans[1]
    assert len(spans[0][0]) == 60


def test_a_source_with_five_thousand_readers_is_answered_in_full() -> None:
    told = Telling()
    facts = [copy("hub", "id", "id")]
    for number in range(5000):
        told.views.flush = lambda: None  # type: ignore[method-assign]  # because five thousand flushes are not what is looked at
        told.run(f"j{number}", reads=["hub"], writes=[f"o{number}"], flows=facts, at=number)
    told.views.derivations.flush()
    found = told.ask(LineageQuestion(node="hub", direction="down", columns=True, limit=10_000))
    assert found.total["nodes"] == 5001
    assert len(found.result.derivations) == 5000
    assert found.next_page is None


def test_an_event_of_the_far_future_leaves_today_answerable() -> None:
    told = Telling()
    told.run("load", run="r1", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    far = 253_402_300_799_000_000
    told.run("skewed", run="r2", reads=["b"], writes=["t"], flows=[copy("b", "x", "x")], change="OVERWRITE", at=far)
    now = told.ask(LineageQuestion(node="t.x", as_of="2026-11-23"))
    assert [node.name for node in now.result.nodes] == ["a"]
    assert [node.name for node in told.ask(LineageQuestion(node="t.x")).result.nodes] == ["b"]
