"""Questions over HTTP: parameters are exact, answers are the bytes the value encodes to, waiting is bounded."""

from __future__ import annotations

import msgspec
import pytest

from headwater.answers.registry import QUESTIONS
from headwater.api.asking import decode_question
from headwater.model.errors import UsageError
from headwater.model.keys import LOCAL, Scope
from headwater.model.questions import LineageQuestion, StatusQuestion
from tests.unit.api.running import Running, run_event


def recorded(server: Running) -> int:
    return int(server.client.post("/api/v1/lineage", json=run_event()).json()["position"])


def test_every_question_has_a_path(server: Running) -> None:
    paths = server.client.get("/openapi.json").json()["paths"]
    assert {f"/api/v1/ask/{name}" for name in QUESTIONS} <= set(paths)
    assert {"lineage", "impact", "gaps", "changes", "finding-list", "catalog-search", "status"} <= set(QUESTIONS)


def test_the_body_is_the_answer_s_own_json(server: Running) -> None:
    position = recorded(server)
    answer = server.client.get("/api/v1/ask/lineage", params={"node": "staged.visits", "direction": "up", "min_position": position})
    assert answer.status_code == 200
    asked = LineageQuestion(node="staged.visits", direction="up", min_position=position)
    assert answer.content == msgspec.json.encode(server.headwater.ask(asked, LOCAL))
    assert "raw.visits" in answer.text


def test_an_answer_includes_what_was_acknowledged_before_it(server: Running) -> None:
    for _ in range(5):
        position = recorded(server)
        body = server.client.get("/api/v1/ask/status", params={"min_position": position}).json()
        assert body["known_at"] >= position


def test_waiting_for_what_never_comes_ends_in_503(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.headwater, "config", msgspec.structs.replace(server.headwater.config, wait_seconds=0.2))
    answer = server.client.get("/api/v1/ask/status", params={"min_position": 10_000_000})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["code"] == "NOT-READY"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("node=a&dept=3", "dept"),
        ("node=a&depth=three", "depth"),
        ("node=a&node=b", "twice"),
        ("direction=up", "node"),
        ("node=a&direction=sideways", "direction"),
        ("node=a&direct=maybe", "direct"),
        ("node", "name=value"),
        ("node=%ff", "name=value"),
    ],
)
def test_a_wrong_parameter_is_400_and_named(server: Running, query: str, named: str) -> None:
    answer = server.client.get(f"/api/v1/ask/lineage?{query}")
    assert answer.status_code == 400
    assert named in answer.json()["problem"]
    assert answer.json()["code"] == "USAGE"


def test_an_unknown_parameter_offers_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        decode_question(LineageQuestion, "node=a&dept=3")
    assert caught.value.next_step == "did you mean `depth`?"


@pytest.mark.parametrize(("question", "query"), [("finding-list", "kind=leek"), ("finding-list", "state=closed"), ("leaks", "kind=leek")])
def test_a_word_that_is_none_is_400_with_the_choices(server: Running, question: str, query: str) -> None:
    answer = server.client.get(f"/api/v1/ask/{question}?{query}")
    assert answer.status_code == 400
    name = query.partition("=")[0]
    assert answer.json()["problem"].startswith(f"cannot ask `{question}`: parameter `{name}`: expected one of `")
    assert "typing" not in answer.json()["problem"]


def test_parameters_become_the_question_s_types() -> None:
    asked = decode_question(LineageQuestion, "node=dataset%3Aa%3Ab&columns=true&direct=0&depth=2&known_at=7&as_of=2026-01-01")
    assert asked == LineageQuestion(node="dataset:a:b", columns=True, direct=False, depth=2, known_at=7, as_of="2026-01-01")
    assert decode_question(StatusQuestion, "") == StatusQuestion()


def test_an_unknown_node_is_404(server: Running) -> None:
    answer = server.client.get("/api/v1/ask/lineage", params={"node": "never.seen"})
    assert (answer.status_code, answer.json()["code"]) == (404, "NODE-UNKNOWN")


def test_asking_needs_the_read_scope(server: Running) -> None:
    assert server.client.get("/api/v1/ask/status", headers=server.key(Scope("write"))).status_code == 403
    assert server.client.get("/api/v1/ask/status", headers={"Authorization": "Bearer hw_no_no"}).status_code == 401
