"""Intake keeps the acknowledgement contract: durable before 201, a replay is 201, one bad event costs only itself."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from headwater.api.intake import BATCH_PATHS, SINGLE_PATHS
from headwater.model.keys import Scope
from tests.unit.api.running import Running, encoded, run_event, running


def test_an_event_is_in_the_ledger_when_201_arrives(server: Running) -> None:
    event = run_event()
    answer = server.client.post("/api/v1/lineage", json=event)
    assert answer.status_code == 201
    entry = next(server.headwater.ledger.read(answer.json()["position"]))
    assert entry.payload is not None and event["run"]["runId"].encode() in entry.payload.public


def test_a_replay_is_acknowledged_and_stored_once(server: Running) -> None:
    event = run_event()
    first = server.client.post("/api/v1/lineage", json=event)
    size = server.headwater.ledger.size
    reformatted = server.client.post("/api/v1/lineage", content=json.dumps(event, indent=3, sort_keys=True))
    assert (first.status_code, reformatted.status_code) == (201, 201)
    assert reformatted.json() == first.json() | {"duplicate": True}
    assert server.headwater.ledger.size == size


@pytest.mark.parametrize("path", SINGLE_PATHS)
def test_every_alias_takes_a_single_event(server: Running, path: str) -> None:
    assert server.client.post(path, json=run_event()).status_code == 201


@pytest.mark.parametrize("path", BATCH_PATHS)
def test_every_alias_takes_a_batch(server: Running, path: str) -> None:
    assert server.client.post(path, json=[run_event()]).json()["summary"]["successful"] == 1


def test_a_gzip_body_is_the_same_event(server: Running) -> None:
    event = run_event()
    plain = server.client.post("/api/v1/lineage", json=event).json()
    zipped = server.client.post("/api/v1/lineage", content=gzip.compress(encoded(event)), headers={"Content-Encoding": "gzip"})
    assert zipped.status_code == 201
    assert zipped.json()["position"] == plain["position"]


def test_job_and_dataset_events_are_taken(server: Running) -> None:
    base = {"eventTime": "2026-03-01T12:00:00Z", "producer": "https://example.org"}
    schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
    job = {**base, "schemaURL": f"{schema}JobEvent", "job": {"namespace": "lake", "name": "nightly"}}
    dataset = {**base, "schemaURL": f"{schema}DatasetEvent", "dataset": {"namespace": "lake", "name": "visits"}}
    assert [server.client.post("/api/v1/lineage", json=event).status_code for event in (job, dataset)] == [201, 201]


def test_a_batch_keeps_the_good_events_and_names_the_bad_ones(server: Running) -> None:
    replay = run_event()
    server.client.post("/api/v1/lineage", json=replay)
    events: list[Any] = [run_event(), 42, run_event(job={"namespace": "lake"}), replay, run_event(eventTime="yesterday"), run_event()]
    answer = server.client.post("/api/v1/lineage/batch", json=events)
    body = answer.json()
    assert answer.status_code == 200
    assert body["status"] == "partial_success"
    assert body["summary"] == {"received": 6, "successful": 3, "failed": 3, "duplicate": 1}
    assert [(item["index"], item["retriable"]) for item in body["failed_events"]] == [(1, False), (2, False), (4, False)]
    assert "job" in body["failed_events"][1]["reason"]
    assert "yesterday" not in answer.text


def test_a_batch_of_nothing_succeeds_with_nothing(server: Running) -> None:
    body = server.client.post("/api/v1/lineage/batch", json=[]).json()
    assert body["status"] == "success" and body["summary"]["received"] == 0


def test_a_long_batch_is_taken_whole(server: Running) -> None:
    events = [run_event(f"job-{number}") for number in range(1500)]
    body = server.client.post("/api/v1/lineage/batch", json=events).json()
    assert body["summary"]["successful"] == 1500
    assert body["position"] == server.headwater.ledger.size - 1


NESTED = b'{"a":' * 100 + b"1" + b"}" * 100


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"\xff\xfe{}", 400),
        (b'{"eventTime": NaN}', 400),
        (encoded(run_event(run=7)), 400),
        (encoded(run_event(run={"runId": 7})), 400),
        (encoded(run_event(job={"namespace": "", "name": "x"})), 400),
        (encoded(run_event(job={"namespace": "lake", "name": "x" * 5000})), 400),
        (encoded(run_event(inputs={"not": "a list"})), 400),
        (encoded(run_event(inputs=[{"namespace": "lake"}])), 400),
        (encoded(run_event())[:-1] + b',"deep":' + NESTED + b"}", 413),
    ],
    ids=[
        "empty", "cut", "null", "array", "text", "not utf-8", "NaN", "run is a number", "run id is a number", "empty namespace",
        "absurd name", "inputs is an object", "input without a name", "nested a hundred deep",
    ],
)  # fmt: skip
def test_a_bad_event_is_refused_in_words(server: Running, body: bytes, status: int) -> None:
    size = server.headwater.ledger.size
    answer = server.client.post("/api/v1/lineage", content=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"problem", "next", "code"}
    assert server.headwater.ledger.size == size


@pytest.mark.parametrize(
    "event",
    [
        run_event(eventType="TELEPORTED"),
        run_event(schemaURL="https://example.org/unknown#/$defs/MysteryEvent"),
        run_event(run={"runId": "not-a-uuid"}),
        run_event(producer="no uri"),
        run_event(eventTime="2199-01-01T00:00:00Z"),
        run_event(eventTime="1970-01-01T00:00:00Z"),
        run_event(outputs=[{"namespace": "lake", "name": "raw.visits"}]),
        run_event(namespace="näme spaces 🏥", name="ü/../%2e%2e'\";--"),
    ],
    ids=["unknown type", "unknown kind", "odd run id", "odd producer", "far future", "far past", "feeds itself", "odd names"],
)
def test_an_odd_event_is_taken(server: Running, event: dict[str, Any]) -> None:
    assert server.client.post("/api/v1/lineage", json=event).status_code == 201


def test_ten_thousand_columns_in_one_dataset_are_taken(server: Running) -> None:
    fields = [{"name": f"column_{number}", "type": "VARCHAR"} for number in range(10_000)]
    schema = {"_producer": "https://example.org", "_schemaURL": "https://example.org/schema", "fields": fields}
    wide = {"namespace": "lake", "name": "wide", "facets": {"schema": schema}}
    answer = server.client.post("/api/v1/lineage", json=run_event(outputs=[wide]))
    assert answer.status_code == 201


def test_a_key_writes_only_where_its_scope_says(server: Running) -> None:
    headers = server.key(Scope("write", "lake*"))
    mixed = [run_event(namespace="lakeside"), run_event(namespace="vault")]
    refused = server.client.post("/api/v1/lineage", json=mixed[1], headers=headers)
    assert refused.status_code == 403
    assert refused.json()["code"] == "KEY-SCOPE"
    body = server.client.post("/api/v1/lineage/batch", json=mixed, headers=headers).json()
    assert [item["index"] for item in body["failed_events"]] == [1]
    assert server.client.post("/api/v1/lineage", json=mixed[0], headers=server.key(Scope("read"))).status_code == 403


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer hw_0_nothing"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}]
)
def test_without_a_valid_key_nothing_is_taken(server: Running, header: dict[str, str]) -> None:
    answer = httpx.post(f"{server.url}/api/v1/lineage", json=run_event(), headers=header)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "KEY-MISSING"


def test_what_redaction_took_out_is_sealed_and_opens_again(server: Running) -> None:
    sql = {"_producer": "https://example.org", "_schemaURL": "https://example.org", "query": "SELECT * FROM t WHERE name = 'Ada Lovelace'"}
    event = run_event(job={"namespace": "lake", "name": "ask", "facets": {"sql": sql}})
    position = server.client.post("/api/v1/lineage", json=event).json()["position"]
    entry = next(server.headwater.ledger.read(position))
    assert entry.payload is not None
    assert b"Lovelace" not in entry.payload.public + entry.payload.sealed
    opened = server.headwater.sealer.open(entry)
    assert opened is not None and b"Lovelace" in opened


def test_without_sealing_what_redaction_took_out_is_gone(tmp_path: Any) -> None:
    sql = {"_producer": "https://example.org", "_schemaURL": "https://example.org", "query": "SELECT * FROM t WHERE name = 'Ada Lovelace'"}
    with running(tmp_path / "home", seal=False) as server:
        event = run_event(job={"namespace": "lake", "name": "ask", "facets": {"sql": sql}})
        entry = next(server.headwater.ledger.read(server.client.post("/api/v1/lineage", json=event).json()["position"]))
    assert entry.payload is not None and entry.payload.sealed == b""


def test_a_key_says_nothing_of_a_job_that_it_may_not_write(server: Running) -> None:
    source = {"type": "DATASET", "namespace": "teamA", "name": "POISON"}
    entries = [{"type": "JOB", "namespace": "teamB", "name": "vjob", "inputs": [source]}]
    lineage = {"_producer": "p", "_schemaURL": "s", "entries": entries}
    server.client.post("/api/v1/lineage", json=run_event("vjob", "teamB"))
    event = run_event("x15", "teamA")
    event["job"]["facets"] = {"lineage": lineage}
    taken = server.client.post("/api/v1/lineage", json=event, headers=server.key(Scope("write", "teamA")))
    position = taken.json()["position"]
    shown = server.client.get("/api/v1/ask/catalog-show", params={"node": "job:teamB:vjob", "min_position": position}).json()
    assert shown["result"]["inputs"] == ["dataset:teamB:raw.visits"]
    gaps = server.client.get("/api/v1/ask/gaps", params={"node": "job:teamB:vjob"}).json()["result"]["gaps"]
    assert [gap["positions"] for gap in gaps if gap["code"] == "CLAIM-REFUSED"] == [[position]]
