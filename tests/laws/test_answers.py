"""Answers are exact in what was known, complete over their pages, and name nothing that the asker may not see."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from headwater.model.answers import Answer
from headwater.model.errors import UsageError
from headwater.model.facts import Fact
from headwater.model.questions import (
    GapsQuestion,
    ImpactQuestion,
    LineageQuestion,
    Question,
    SearchQuestion,
    ShowQuestion,
    StatusQuestion,
)
from headwater.model.times import Instant, format_instant
from tests.laws.stories import DATASETS, JOBS, READABLE, stories, telling
from tests.unit.telling import Telling

NODES = [*map(str, DATASETS), *map(str, JOBS), "run:both", "run:r1", "a.x", "datasetField:duckdb://open:a:y"]
WHEN = (None, *(format_instant(Instant(at)) for at in (15, 40)))


def questions(nodes: list[str]) -> list[Question]:
    """Every kind of question about every node."""
    asked: list[Question] = [StatusQuestion(), GapsQuestion(), *(SearchQuestion(text=text) for text in ("a", "ann", "duckdb open"))]
    for node in nodes:
        asked += [
            LineageQuestion(node=node, direction="both"),
            LineageQuestion(node=node, direction="both", columns=True),
            LineageQuestion(node=node, direction="up", columns=True, direct=True, depth=1),
            ImpactQuestion(node=node),
            ShowQuestion(node=node),
            GapsQuestion(node=node),
        ]
    return [msgspec.structs.replace(question, as_of=moment) for question in asked for moment in WHEN]


def said(told: Telling, question: Question, *patterns: str) -> str:
    """The answer's JSON, or the fault's text. How fresh the views are is not a matter of what was known."""
    try:
        answer = told.ask(question, *patterns)
    except UsageError as fault:
        return f"{type(fault).__name__}: {fault}"
    plain: dict[str, Any] = msgspec.to_builtins(answer)
    if isinstance(question, StatusQuestion):
        plain["result"] |= {"ledger_size": 0, "views_position": 0}
    return msgspec.json.encode(plain).decode()


def answered(told: Telling, question: Question, *patterns: str) -> Answer[Any] | None:
    try:
        return told.ask(question, *patterns)
    except UsageError:
        return None


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(stories)
def test_asked_as_known_then_every_answer_is_the_one_given_then(story: list[list[Fact]]) -> None:
    told, asked = telling(), questions(NODES)
    then: list[list[str]] = []
    for entry in story:
        told.entry(*entry)
        then.append([said(told, question, *READABLE) for question in asked])
    for known_at, answers in enumerate(then):
        again = [said(told, msgspec.structs.replace(question, known_at=known_at), *READABLE) for question in asked]
        for question, before, after in zip(asked, answers, again, strict=True):
            assert after == before, (known_at, question)


@settings(max_examples=25, deadline=None)
@given(stories)
def test_no_answer_names_what_the_asker_may_not_see(story: list[list[Fact]]) -> None:
    told = telling()
    for entry in story:
        told.entry(*entry)
    for question in questions([node for node in NODES if "zzhid" not in node]):
        assert "zzhid" not in said(told, question, *READABLE), question


@settings(max_examples=15, deadline=None)
@given(stories)
def test_a_key_sees_what_all_seeing_eyes_see_less_what_is_hidden_which_is_counted(story: list[list[Fact]]) -> None:
    told = telling()
    for entry in story:
        told.entry(*entry)
    for question in questions([node for node in NODES if "zzhid" not in node and not node.startswith("run:")]):
        some, everything = answered(told, question, *READABLE), answered(told, question)
        if some is None or everything is None:
            assert some is everything
        elif isinstance(question, LineageQuestion):
            hidden = [node for node in everything.result.nodes if "zzhid" in node.id]
            assert some.result.hidden == len(hidden)
            assert [node.id for node in some.result.nodes] == [node.id for node in everything.result.nodes if node not in hidden]
            assert [node.tier for node in some.result.nodes] == [node.tier for node in everything.result.nodes if node not in hidden]
            kept = {(edge.source, edge.target, edge.kind) for edge in everything.result.edges if "zzhid" not in edge.source + edge.target}
            assert {(edge.source, edge.target, edge.kind) for edge in some.result.edges} == kept
            assert some.complete == (everything.complete and not some.result.hidden)
        elif isinstance(question, GapsQuestion):
            assert some.total["gaps"] + some.total["hidden"] == everything.total["gaps"]
        elif isinstance(question, ShowQuestion):
            named = (*everything.result.written_by, *everything.result.read_by, *everything.result.aliases)
            named += (*everything.result.inputs, *everything.result.outputs)
            assert some.result.hidden == len([name for name in named if "zzhid" in name])


@settings(max_examples=25, deadline=None)
@given(stories)
def test_pages_put_together_are_the_whole(story: list[list[Fact]]) -> None:
    told = telling()
    for entry in story:
        told.entry(*entry)
    parts = {"lineage": ("nodes", "edges"), "impact": ("columns",), "gaps": ("gaps",), "catalog-search": ("hits",)}
    asked = [question for question in questions(["dataset:duckdb://open:a", "job:open-jobs:load"]) if question.name in parts]
    for question in asked:
        whole = answered(told, question)
        if whole is None:
            continue
        pages = [msgspec.structs.replace(question, limit=2)]
        found: dict[str, list[Any]] = {part: [] for part in parts[question.name]}
        while pages:
            answer = told.ask(pages.pop())
            assert answer.total == whole.total
            for part, items in found.items():
                items.extend(getattr(answer.result, part))
            if answer.next_page is not None:
                pages.append(msgspec.structs.replace(question, limit=2, page=answer.next_page))
        for part, items in found.items():
            assert sorted(map(repr, items)) == sorted(map(repr, getattr(whole.result, part)))
