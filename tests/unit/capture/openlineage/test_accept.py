"""Taking events in: strict on structure, lenient on format."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
import pytest

from headwater.capture.openlineage import accept
from headwater.capture.openlineage.accept import MAX_NAME, Accepted
from headwater.capture.redaction import Redactor, restore
from headwater.model.entries import OPENLINEAGE_DATASET, OPENLINEAGE_JOB, OPENLINEAGE_RUN
from headwater.model.errors import BadEvent
from headwater.model.observations import OpenLineageObserved
from headwater.model.times import parse_instant

REDACTOR = Redactor(b"k" * 32)
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
RUN: dict[str, Any] = {
    "eventTime": "2026-01-01T00:00:00Z",
    "eventType": "COMPLETE",
    "producer": "https://example.org/producer",
    "schemaURL": SPEC + "RunEvent",
    "run": {"runId": "0190f0f0-0000-7000-8000-000000000001"},
    "job": {"namespace": "jobs", "name": "load"},
    "inputs": [{"namespace": "lake", "name": "raw"}],
    "outputs": [{"namespace": "lake", "name": "stage"}],
}


def taken(event: Any, **options: Any) -> Accepted:
    return accept(json.dumps(event).encode(), redactor=REDACTOR, grant=("*",), **options)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The run event with one place changed; `...` deletes it."""
    event: Any = copy.deepcopy(RUN)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    holder = event
    for step in way:
        holder = holder[step]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return dict(event)


def test_an_event_is_wrapped_with_the_grant_and_without_warnings() -> None:
    accepted = accept(memoryview(json.dumps(RUN).encode()), redactor=REDACTOR, grant=("lake*",))
    observed = msgspec.json.decode(accepted.public, type=OpenLineageObserved)
    assert (accepted.media_type, accepted.namespaces, accepted.warnings) == (OPENLINEAGE_RUN, ("jobs",), ())
    assert observed.grant == ("lake*",)
    assert json.loads(bytes(observed.event)) == RUN


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        (SPEC + "RunEvent", OPENLINEAGE_RUN),
        ("https://openlineage.io/spec/1-0-5/OpenLineage.json#/definitions/RunEvent", OPENLINEAGE_RUN),
        (SPEC + "JobEvent", OPENLINEAGE_JOB),
        (SPEC + "DatasetEvent", OPENLINEAGE_DATASET),
        ("https://example.org/else", OPENLINEAGE_RUN),
    ],
)
def test_events_are_told_apart_by_the_end_of_their_schema(url: str, media_type: str) -> None:
    accepted = taken({**RUN, "schemaURL": url, "dataset": {"namespace": "lake", "name": "d"}})
    assert accepted.media_type == media_type
    assert accepted.namespaces == (("lake",) if media_type == OPENLINEAGE_DATASET else ("jobs",))


def test_an_event_of_unknown_kind_without_a_run_is_refused() -> None:
    with pytest.raises(BadEvent, match="schemaURL"):
        taken({**changed("run", ...), "schemaURL": "https://example.org/else"})


@pytest.mark.parametrize(
    ("path", "value", "warning"),
    [
        ("producer", "no uri at all", "`producer` is not a URI"),
        ("producer", ..., "`producer` is missing"),
        ("run.runId", "run-1", "`run.runId` is not a UUID"),
        ("schemaURL", ..., "`schemaURL` does not say which kind of event this is; taken as a run event"),
        ("eventType", "DONE", "`eventType` is unknown"),
        ("eventType", ..., "`eventType` is missing; taken as OTHER"),
        ("eventTime", "2026-01-01T00:00:00", "`eventTime` has no zone; taken as UTC"),
        ("eventTime", "2026-01-01", "`eventTime` has no zone; taken as UTC"),
    ],
)
def test_wrong_formats_are_taken_with_a_warning(path: str, value: Any, warning: str) -> None:
    accepted = taken(changed(path, value))
    assert accepted.warnings == (warning,)
    assert msgspec.json.decode(accepted.public, type=OpenLineageObserved).warnings == (warning,)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("eventTime", ...),
        ("eventTime", 5),
        ("eventTime", "yesterday"),
        ("eventTime", "9" * 80),
        ("eventTime", "0001-01-01T00:00:00+23:59:60"),
        ("eventType", 5),
        ("producer", {}),
        ("schemaURL", []),
        ("run", ...),
        ("run", "x"),
        ("run.runId", ...),
        ("run.runId", ""),
        ("run.runId", "x" * (MAX_NAME + 1)),
        ("run.runId", "a\nb"),
        ("run.runId", "a\x00b"),
        ("run.facets", []),
        ("job", None),
        ("job.name", " "),
        ("job.namespace", 1),
        ("job.facets", "x"),
        ("inputs", {}),
        ("inputs.0", "x"),
        ("inputs.0.name", ...),
        ("inputs.0.namespace", "a\x7f"),
        ("inputs.0.facets", 1),
        ("inputs.0.inputFacets", []),
        ("outputs.0.outputFacets", []),
    ],
)
def test_wrong_structure_is_refused_with_its_place(path: str, value: Any) -> None:
    with pytest.raises(BadEvent) as refused:
        taken(changed(path, value))
    parts = path.split(".")
    told = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts).lstrip(".")
    assert f"at `{told}`" in refused.value.problem
    assert "x" * 50 not in str(refused.value)


@pytest.mark.parametrize("path", ["run.facets", "job.facets", "inputs", "outputs", "inputs.0.facets"])
def test_null_stands_for_absent(path: str) -> None:
    assert taken(changed(path, None)).warnings == ()


def test_a_dataset_event_needs_its_dataset() -> None:
    with pytest.raises(BadEvent, match="`dataset`"):
        taken({**RUN, "schemaURL": SPEC + "DatasetEvent"})


@pytest.mark.parametrize("raw", [b"[]", b"5", b"null", b'"x"', b"", b"{"])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(BadEvent):
        accept(raw, redactor=REDACTOR, grant=("*",))


def test_a_clock_ahead_of_ours_is_a_warning() -> None:
    received = parse_instant("2025-12-01T00:00:00Z")
    assert taken(RUN, received=received).warnings == ("`eventTime` is more than a day ahead of our clock",)
    assert taken(RUN, received=parse_instant("2026-01-02T00:00:00Z")).warnings == ()


def test_reformatting_is_the_same_event_and_another_value_is_not() -> None:
    first = taken(RUN)
    again = accept(json.dumps(RUN, indent=3, sort_keys=True).encode(), redactor=REDACTOR, grant=("x",))
    assert again.dedup_material == first.dedup_material
    assert taken(changed("job.name", "other")).dedup_material != first.dedup_material


def test_redaction_does_not_make_different_events_the_same() -> None:
    one, other = (taken(changed("producer", f"https://bob:{secret}@host/x")) for secret in ("a", "b"))
    assert one.public == other.public
    assert one.dedup_material != other.dedup_material


def test_unknown_parts_and_facets_are_kept() -> None:
    event = {**RUN, "somethingNew": {"a": [1, 2]}, "run": {**RUN["run"], "facets": {"brandNew": {"x": "y"}}}}
    observed = msgspec.json.decode(taken(event).public, type=OpenLineageObserved)
    assert json.loads(bytes(observed.event)) == event


def test_what_is_sealed_restores_the_event() -> None:
    event = changed("job.facets", {"sql": {"query": "SELECT a FROM t WHERE b = 'Maria' -- why"}})
    accepted = taken(event)
    observed = msgspec.json.decode(accepted.public, type=OpenLineageObserved)
    assert b"Maria" not in accepted.public
    assert json.loads(restore(bytes(observed.event), accepted.sealed)) == event
