from __future__ import annotations

from headwater.model.questions import ImpactQuestion, LineageQuestion
from headwater.model.times import Instant, format_instant
from tests.unit.telling import Telling, copy, names


def emptied_after_use() -> Telling:
    """Raw rows go through a staging table, which is filled anew for the next load."""
    told = Telling()
    told.run("load", reads=["raw"], writes=["staging"], flows=[copy("raw", "x", "x")], at=10)
    told.run("merge", reads=["staging"], writes=["final"], flows=[copy("staging", "x", "y")], at=20)
    told.run("load_other", reads=["other"], writes=["staging"], flows=[copy("other", "x", "x")], change="OVERWRITE", at=30)
    return told


def test_what_filled_a_table_stands_behind_what_was_made_of_it() -> None:
    told = emptied_after_use()
    assert {"staging.x", "raw.x"} <= set(names(told.ask(LineageQuestion(node="final.y")).result.nodes))
    assert {"staging", "raw"} <= set(names(told.ask(LineageQuestion(node="final")).result.nodes))


def test_what_a_table_held_is_no_part_of_what_it_holds() -> None:
    assert names(emptied_after_use().ask(LineageQuestion(node="staging.x")).result.nodes) == ["other.x"]


def test_a_source_reaches_what_was_made_of_it_through_a_table_emptied_since() -> None:
    told = emptied_after_use()
    assert names(told.ask(LineageQuestion(node="raw.x", direction="down")).result.nodes) == ["staging.x", "final.y"]
    assert told.ask(ImpactQuestion(node="raw.x")).total["datasets"] == 2


def test_rows_that_nobody_read_before_they_were_gone_reach_nothing() -> None:
    told = Telling()
    told.run("load", reads=["raw"], writes=["staging"], flows=[copy("raw", "x", "x")], at=10)
    told.run("load_other", reads=["other"], writes=["staging"], flows=[copy("other", "x", "x")], change="OVERWRITE", at=20)
    told.run("merge", reads=["staging"], writes=["final"], flows=[copy("staging", "x", "y")], at=30)
    assert names(told.ask(LineageQuestion(node="raw.x", direction="down")).result.nodes) == []
    assert names(told.ask(LineageQuestion(node="final.y")).result.nodes) == ["staging.x", "other.x"]


def test_rows_live_on_through_several_tables_emptied_one_after_the_other() -> None:
    told = Telling()
    for at in range(5):
        told.run(f"step{at}", reads=[f"t{at}"], writes=[f"t{at + 1}"], flows=[copy(f"t{at}", "x", "x")], at=10 * at + 10)
    for at in range(1, 5):
        told.run(f"clean{at}", writes=[f"t{at}"], change="OVERWRITE", at=100 + at)
    assert names(told.ask(LineageQuestion(node="t5.x")).result.nodes) == ["t4.x", "t3.x", "t2.x", "t1.x", "t0.x"]
    assert names(told.ask(LineageQuestion(node="t0.x", direction="down")).result.nodes) == ["t1.x", "t2.x", "t3.x", "t4.x", "t5.x"]


def test_before_the_reading_nothing_was_made_of_it() -> None:
    told = emptied_after_use()
    before = format_instant(Instant(15))
    assert names(told.ask(LineageQuestion(node="raw.x", direction="down", as_of=before)).result.nodes) == ["staging.x"]


def test_known_before_the_reading_was_told_the_answer_was_another() -> None:
    told = emptied_after_use()
    assert names(told.ask(LineageQuestion(node="raw.x", direction="down", known_at=0)).result.nodes) == ["staging.x"]
