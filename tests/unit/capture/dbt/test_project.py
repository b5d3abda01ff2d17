"""Nodes, what they read by way of others, and projects that cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headwater.capture.dbt.artifacts import BadArtifact
from tests.dbt.projects import exposure, manifest, model, project, run_results, source

EPHEMERAL: dict[str, Any] = {"config": {"materialized": "ephemeral"}}


def read_by(unique_id: str, *nodes: dict[str, Any]) -> list[str]:
    told = project(manifest(*nodes))
    return [parent.id for parent in told.parents(told.nodes[unique_id])]


def test_what_is_inlined_is_replaced_by_what_it_reads() -> None:
    inner = model("inner", "select 1", "source.shop.raw.t", **EPHEMERAL)
    outer = model("outer", "select 1", "inner", "a", **EPHEMERAL)
    nodes = (source("t"), inner, outer, model("a", "select 1"), model("b", "select 1", "outer", "a"))
    assert read_by("model.shop.b", *nodes) == ["source.shop.raw.t", "model.shop.a"]


def test_a_metric_stands_between_a_model_and_an_exposure() -> None:
    metric = {"unique_id": "metric.shop.m", "resource_type": "metric", "name": "m", "depends_on": {"nodes": ["model.shop.a"]}}
    board = exposure("board") | {"depends_on": {"nodes": ["metric.shop.m"]}}
    assert read_by("exposure.shop.board", model("a", "select 1"), metric, board) == ["model.shop.a"]


def test_nodes_are_ordered_so_that_each_comes_after_what_it_reads() -> None:
    told = project(manifest(model("c", None, "b"), model("b", None, "a"), model("a", None)))
    assert [node.name for node in told.in_order()] == ["a", "b", "c"]


def test_a_very_long_chain_is_no_trouble() -> None:
    nodes = [model(f"m{number}", None, *([f"m{number + 1}"] if number < 4999 else [])) for number in range(5000)]
    assert [node.name for node in project(manifest(*nodes)).in_order()][:2] == ["m4999", "m4998"]


def test_models_that_read_each_other_are_named() -> None:
    with pytest.raises(BadArtifact) as caught:
        project(manifest(model("a", None, "b"), model("b", None, "c"), model("c", None, "b")))
    assert caught.value.problem == (
        "cannot read `manifest.json`: expected no model to read itself, got `model.shop.b` -> `model.shop.c` -> `model.shop.b`"
    )
    assert caught.value.next_step == "dbt compile"


def test_a_model_that_reads_what_is_not_there_is_named() -> None:
    with pytest.raises(BadArtifact) as caught:
        project(manifest(model("a", None, "gone")))
    assert caught.value.problem == "cannot read `manifest.json`: `model.shop.a` reads `model.shop.gone`, which the manifest does not hold"


def test_what_is_disabled_may_be_read() -> None:
    told = project(manifest(model("a", None, "off"), disabled={"model.shop.off": [{}]}))
    assert told.parents(told.nodes["model.shop.a"]) == []


def test_only_a_command_that_writes_is_a_run() -> None:
    result = {"unique_id": "model.shop.a", "status": "success"}
    told = manifest(model("a", "select 1"))
    assert list(project(told, results=run_results(result, which="build")).executed) == ["model.shop.a"]
    assert list(project(told, results=run_results(result, which="generate")).executed) == []


def test_a_project_without_a_name_is_called_as_most_of_its_nodes() -> None:
    told = json.loads(json.dumps(manifest(model("a", None), model("b", None))))
    told["metadata"]["project_name"] = None
    assert project(told).name == "shop"
