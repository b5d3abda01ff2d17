"""Artefacts are read, or said in one line why not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headwater.capture.dbt.artifacts import BadArtifact, read_catalog, read_manifest, read_run_results
from tests.dbt.projects import SCHEMAS, catalog, manifest, model, run_results


def refusal(raw: bytes, read: Any = read_manifest) -> str:
    with pytest.raises(BadArtifact) as caught:
        read(raw, "target/manifest.json")
    assert caught.value.next_step
    assert "\n" not in caught.value.problem
    return caught.value.problem


@pytest.mark.parametrize("version", [4, 7, 12])
def test_manifests_since_dbt_1_0_are_read(version: int) -> None:
    raw = json.dumps(manifest(model("a", "select 1"), version=version)).encode()
    assert read_manifest(raw, "m").metadata.project_name == "shop"


@pytest.mark.parametrize("version", [1, 3, 13, 99])
def test_another_version_is_named(version: int) -> None:
    problem = refusal(json.dumps(manifest(version=version)).encode())
    assert problem == f"cannot read `target/manifest.json`: expected a manifest of version 4 to 12, got version {version}"


@pytest.mark.parametrize("raw", [b"", b"{", b'{"metadata": {"dbt_schema', b"\xff\xfe"])
def test_what_is_no_json_is_said_to_be_none(raw: bytes) -> None:
    assert "expected JSON" in refusal(raw)


@pytest.mark.parametrize("raw", [b"[]", b"{}", b"[" * 100_000, b'{"metadata": 3}', b'{"metadata": {"dbt_schema_version": 7}}'])
def test_json_of_another_build_is_said_to_be_such(raw: bytes) -> None:
    assert "expected what dbt writes at `$" in refusal(raw)


def test_the_place_of_what_is_wrong_is_named_without_its_value() -> None:
    told = manifest(model("a", "select 'secret'"))
    told["nodes"]["model.shop.a"] = "secret"
    problem = refusal(json.dumps(told).encode())
    assert "$.nodes" in problem and "secret" not in problem


def test_a_file_of_another_kind_is_told_from_a_manifest() -> None:
    assert "to name a manifest" in refusal(json.dumps(catalog()).encode())
    assert "to name a catalog" in refusal(json.dumps(manifest()).encode(), read_catalog)
    assert "to name a run-results" in refusal(json.dumps(manifest()).encode(), read_run_results)


def test_run_results_of_older_dbt_need_not_say_how_it_was_called() -> None:
    told = run_results()
    del told["args"]
    assert read_run_results(json.dumps(told).encode(), "r").args.which is None


def test_what_nobody_reads_may_be_anything() -> None:
    told = manifest(macros={"macro.a": [1, 2]}, docs=None, future={"x": {"y": []}})
    assert read_manifest(json.dumps(told).encode(), "m").nodes == {}
    assert told["metadata"]["dbt_schema_version"].startswith(SCHEMAS)


def test_a_broken_artefact_names_the_command_that_writes_it_and_spoils_no_other() -> None:
    for read, command in (
        (read_manifest, "dbt compile"),
        (read_catalog, "dbt docs generate --no-compile"),
        (read_run_results, "dbt build"),
    ):
        with pytest.raises(BadArtifact) as raised:
            read(b"{", "x.json")
        assert raised.value.next_step == f"write it again: {command}"
