"""Marquez's read paths give what Marquez's clients expect, within what the key may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from headwater.model.keys import Scope
from tests.unit.api.running import Running, run_event, running

LAKE = "postgres://db:5432"
FACET = {"_producer": "https://example.org", "_schemaURL": "https://example.org/facet"}
RUN = "01890000-0000-7000-8000-000000000001"


def dataset(name: str, **facets: Any) -> dict[str, Any]:
    return {"namespace": LAKE, "name": name, "facets": {key: FACET | value for key, value in facets.items()}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    schema = {"fields": [{"name": "total", "type": "BIGINT", "description": "all of it"}]}
    lineage = {"fields": {"total": {"inputFields": [{"namespace": LAKE, "name": "raw/visits", "field": "id", "transformations": []}]}}}
    facets = {
        "nominalTime": FACET | {"nominalStartTime": "2026-03-01T00:00:00Z"},
        "parent": FACET | {"job": {"namespace": "vault", "name": "nightly"}, "run": {"runId": RUN}},
        "custom": FACET | {"reads": [{"at": [{"jobNamespace": "vault"}]}]},
        "plan": FACET | {"nodes": [f"dataset:{LAKE}:raw/visits", "scan of postgres"]},
        "table": FACET | {"reads": "lake.STAGED.visits"},
        "by key": FACET | {"raw.visits": 3},
        "own": FACET | {"job": {"namespace": "airflow", "name": "stage"}},
    }
    run = {"runId": RUN, "facets": facets}
    outputs = [dataset("staged.visits", schema=schema, columnLineage=lineage, version={"datasetVersion": "v7"})]
    inputs = [dataset("raw/visits")]
    events = [
        run_event("stage", "airflow", eventType="START", eventTime="2026-03-01T12:00:00Z", run=run, inputs=inputs, outputs=outputs),
        run_event("stage", "airflow", eventTime="2026-03-01T12:00:05Z", run={"runId": RUN}, inputs=inputs, outputs=outputs),
        run_event("report", "vault", eventTime="2026-03-02T00:00:00Z", inputs=[dataset("staged.visits")], outputs=[dataset("mart.visits")]),
    ]
    with running(tmp_path_factory.mktemp("marquez") / "home") as server:
        body = server.client.post("/api/v1/lineage/batch", json=events).json()
        assert body["summary"]["successful"] == 3
        assert server.headwater.follower.wait_for(body["position"], 20)
        yield server


def get(server: Running, path: str, **options: Any) -> Any:
    answer = server.client.get(f"/api/v1{path}", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def below(namespace: str, *parts: str) -> str:
    return "/namespaces/" + "/".join(quote(part, safe="") for part in (namespace, *parts))


def test_namespaces_are_listed_and_found(served: Running) -> None:
    listed = get(served, "/namespaces")
    assert [item["name"] for item in listed["namespaces"]] == ["airflow", LAKE, "vault"]
    assert get(served, below(LAKE))["createdAt"] == "2026-03-01T12:00:00Z"


def test_a_namespace_s_datasets_are_paged(served: Running) -> None:
    page = get(served, below(LAKE, "datasets"), params={"limit": 1, "offset": 1})
    assert page["totalCount"] == 3
    assert [item["name"] for item in page["datasets"]] == ["raw/visits"]


def test_a_dataset_has_its_fields(served: Running) -> None:
    found = get(served, below(LAKE, "datasets", "staged.visits"))
    assert found["id"] == {"namespace": LAKE, "name": "staged.visits"}
    assert found["fields"] == [{"name": "total", "type": "BIGINT", "tags": [], "description": "all of it"}]
    assert found["currentVersion"] == "v7"
    assert found["deleted"] is False


def test_names_with_slashes_are_found(served: Running) -> None:
    assert get(served, below(LAKE, "datasets", "raw/visits"))["name"] == "raw/visits"


def test_versions_carry_their_run(served: Running) -> None:
    versions = get(served, below(LAKE, "datasets", "staged.visits", "versions"))["versions"]
    assert {(version["version"], version["createdByRun"]) for version in versions} == {("v7", RUN)}


def test_a_job_has_its_datasets_and_its_latest_run(served: Running) -> None:
    job = get(served, below("airflow", "jobs", "stage"))
    assert job["inputs"] == [{"namespace": LAKE, "name": "raw/visits"}]
    assert job["outputs"] == [{"namespace": LAKE, "name": "staged.visits"}]
    assert job["latestRun"]["id"] == RUN
    assert [item["name"] for item in get(served, below("airflow", "jobs"))["jobs"]] == ["stage"]


def test_a_run_has_state_and_duration(served: Running) -> None:
    run = get(served, f"/jobs/runs/{RUN}")
    assert (run["state"], run["durationMs"], run["nominalStartTime"]) == ("COMPLETED", 5000, "2026-03-01T00:00:00Z")
    assert get(served, below("airflow", "jobs", "stage", "runs"))["runs"] == [run]


def test_a_run_s_facets_are_given_back_as_recorded(served: Running) -> None:
    found = get(served, f"/jobs/runs/{RUN}/facets")
    assert found["runId"] == RUN
    assert found["facets"]["nominalTime"]["nominalStartTime"] == "2026-03-01T00:00:00Z"


def test_a_run_s_facets_name_no_namespace_that_the_key_does_not_read(served: Running) -> None:
    limited = get(served, f"/jobs/runs/{RUN}/facets", headers=served.key(Scope("read", "airflow")))
    assert {"nominalTime", "own"} <= set(limited["facets"])
    named = {"parent", "custom", "plan", "table", "by key"}
    assert not named & set(limited["facets"])
    assert named <= set(get(served, f"/jobs/runs/{RUN}/facets")["facets"])


def test_the_lineage_graph_alternates_jobs_and_datasets(served: Running) -> None:
    graph = get(served, "/lineage", params={"nodeId": f"dataset:{LAKE}:staged.visits"})["graph"]
    assert [node["id"] for node in graph] == sorted(node["id"] for node in graph)
    nodes = {node["id"]: node for node in graph}
    assert {node["type"] for node in graph} == {"JOB", "DATASET"}
    middle = nodes[f"dataset:{LAKE}:staged.visits"]
    assert middle["inEdges"] == [{"origin": "job:airflow:stage", "destination": middle["id"]}]
    assert middle["outEdges"] == [{"origin": middle["id"], "destination": "job:vault:report"}]
    assert f"dataset:{LAKE}:mart.visits" in nodes


def test_depth_bounds_the_graph(served: Running) -> None:
    graph = get(served, "/lineage", params={"nodeId": "job:airflow:stage", "depth": 1})["graph"]
    assert len(graph) == 3


def test_the_column_graph_follows_fields(served: Running) -> None:
    graph = get(served, "/column-lineage", params={"nodeId": f"datasetField:{LAKE}:staged.visits:total"})["graph"]
    nodes = {node["id"]: node for node in graph}
    source = nodes[f"datasetField:{LAKE}:raw/visits:id"]
    assert source["type"] == "DATASET_FIELD"
    assert source["data"]["field"] == "id"
    assert source["outEdges"] == [{"origin": source["id"], "destination": f"datasetField:{LAKE}:staged.visits:total"}]


def test_events_come_back_newest_first_and_by_time(served: Running) -> None:
    told = get(served, "/events/lineage", params={"limit": 2})
    assert told["totalCount"] == 3
    assert [event["job"]["name"] for event in told["events"]] == ["report", "stage"]
    early = get(served, "/events/lineage", params={"before": "2026-03-01T12:00:05Z"})
    assert [event["eventType"] for event in early["events"]] == ["START"]


def test_search_finds_datasets_and_jobs(served: Running) -> None:
    found = get(served, "/search", params={"q": "visits"})
    assert found["totalCount"] == 3
    assert {item["nodeId"] for item in found["results"]} == {
        f"dataset:{LAKE}:{name}" for name in ("raw/visits", "staged.visits", "mart.visits")
    }


def test_what_a_key_may_not_see_does_not_appear(served: Running) -> None:
    headers = served.key(Scope("read", "airflow"), Scope("read", "postgres*"))
    assert [item["name"] for item in get(served, "/namespaces", headers=headers)["namespaces"]] == ["airflow", LAKE]
    graph = get(served, "/lineage", params={"nodeId": f"dataset:{LAKE}:staged.visits"}, headers=headers)["graph"]
    assert not any("vault" in str(node) for node in graph)
    assert served.client.get(f"/api/v1{below('vault', 'jobs', 'report')}", headers=headers).status_code == 404
    assert served.client.get("/api/v1/events/lineage", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (below("nowhere"), 404),
        (below(LAKE, "datasets", "none"), 404),
        (below(LAKE, "tables"), 404),
        (below("airflow", "jobs", "none", "runs"), 404),
        ("/jobs/runs/none", 404),
        ("/jobs/runs/none/facets", 404),
        ("/lineage", 400),
        ("/lineage?nodeId=none", 404),
        ("/lineage?nodeId=job:airflow:stage&depth=-1", 400),
        ("/events/lineage?before=never", 400),
        ("/namespaces?limit=0", 400),
        ("/search", 400),
    ],
)
def test_what_is_not_there_or_not_understood_is_refused(served: Running, path: str, status: int) -> None:
    answer = served.client.get(f"/api/v1{path}")
    assert (answer.status_code, set(answer.json())) == (status, {"problem", "next", "code"})
