from __future__ import annotations

import msgspec
import pytest

from headwater.model.questions import GapsQuestion, ImpactQuestion, LineageQuestion, Question, ShowQuestion, StatusQuestion
from headwater.projections.saved import capture, restore
from headwater.projections.views import SavedState
from tests.laws.stories import telling
from tests.unit.telling import Telling, copy

QUESTIONS: list[Question] = [
    LineageQuestion(node="t", columns=True, direction="both"),
    LineageQuestion(node="t", columns=True, direction="both", known_at=2),
    ImpactQuestion(node="a"),
    ShowQuestion(node="t"),
    GapsQuestion(),
    StatusQuestion(),
]


def story() -> Telling:
    told = telling()
    told.run("load", run="r1", event="START", reads=["a"], writes=["t"], at=10)
    told.run("load", run="r1", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], change="OVERWRITE", at=20)
    told.run("load", run="r2", reads=["a"], writes=["t"], flows=[copy("a", "y", "x")], change="OVERWRITE", at=40)
    told.alias("t", "s3|files")
    told.schema("t", "x", "y")
    told.rename("a", "b", at=50)
    told.drop("t", at=60)
    return told


def answers(told: Telling) -> list[bytes]:
    return [msgspec.json.encode(told.ask(question)) for question in QUESTIONS]


def resumed(state: SavedState) -> Telling:
    told = telling()
    told.views, told.statements = restore(state)
    return told


def test_what_was_captured_is_restored_with_every_answer() -> None:
    told = story()
    assert answers(resumed(capture(told.views, told.statements, "v"))) == answers(told)


def test_a_second_capture_holds_only_what_changed_since() -> None:
    told = story()
    first = capture(told.views, told.statements, "v")
    told.run("other", run="r9", reads=["m"], writes=["n"], at=70)
    second = capture(told.views, told.statements, "v")
    assert {kind: len(rows) for kind, rows in second.rows.items()} == {
        "dataset": 2,
        "job": 1,
        "run": 1,
        "lineage-run": 1,
        "derivation": 1,
        "statement-run": 1,
        "batches": 0,
        "lake-dataset": 0,
        "derived-schema": 0,
        "decided": 0,
    }
    for kind, rows in first.rows.items():
        second.rows[kind] = rows | second.rows[kind]
    assert answers(resumed(second)) == answers(told)


def test_what_goes_on_from_a_restored_state_is_the_same() -> None:
    told = story()
    again = resumed(capture(told.views, told.statements, "v"))
    for one in (told, again):
        one.run("load", run="r3", reads=["b"], writes=["t"], flows=[copy("b", "x", "x")], change="OVERWRITE", at=30)
        one.unalias("t", at=55)
    assert answers(again) == answers(told)


@pytest.mark.parametrize("name", ["catalog", "derivations", "statements", "episodes", "column-graph", "keys"])
def test_a_damaged_part_is_refused(name: str) -> None:
    told = story()
    state = capture(told.views, told.statements, "v")
    state.blobs[name] = state.blobs[name][:-3]
    with pytest.raises(Exception, match=r".") as caught:
        restore(state)
    assert isinstance(caught.value, msgspec.DecodeError | KeyError) or caught.value.__class__.__name__ == "BrokenFrame"
