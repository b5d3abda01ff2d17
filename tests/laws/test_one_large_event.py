"""One event costs about as much as it is large: whatever it has very many of, folding it neither takes for ever nor eats the memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from headwater.model.facts import GapSeen, RunObserved
from headwater.model.lineage import Kind, StatementLineage, TableEdge
from headwater.projections.statements import AnalysisRequest
from tests.unit.capture.observed import facts, only, run_event, table
from tests.unit.telling import Telling

MANY = 8_000
SECONDS = 8.0
"""A square of this many takes minutes."""


def facet(**members: Any) -> dict[str, Any]:
    return {"_producer": "https://example.org/p", "_schemaURL": "https://example.org/s", **members}


def change(kind: str, previous: str | None = None) -> dict[str, Any]:
    named = {"previousIdentifier": {"namespace": "postgres://h:5432", "name": previous}} if previous else {}
    return {"lifecycleStateChange": facet(lifecycleStateChange=kind, **named)}


def symlink(name: str) -> dict[str, Any]:
    return {"symlinks": facet(identifiers=[{"namespace": "postgres://h:5432", "name": name, "type": "TABLE"}])}


def copied(columns: int) -> dict[str, Any]:
    source = {"namespace": "postgres://h:5432", "name": "raw"}
    fields = {f"c{number}": {"inputFields": [{**source, "field": f"c{number}"}]} for number in range(columns)}
    return {"columnLineage": facet(fields=fields)}


def entry_of_job(number: int) -> dict[str, Any]:
    source = {"type": "DATASET", "namespace": "postgres://h:5432", "name": "raw"}
    return {"type": "JOB", "namespace": "jobs", "name": f"j{number}", "runId": "r", "inputs": [source]}


def each(made: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
    return [made(number) for number in range(MANY)]


SHAPES: dict[str, Callable[[], dict[str, Any]]] = {
    "inputs": lambda: run_event(inputs=each(lambda i: table(f"t{i}")), outputs=[table("out")]),
    "inputs and outputs": lambda: run_event(inputs=each(lambda i: table(f"t{i}")), outputs=each(lambda i: table(f"o{i}"))),
    "facets": lambda: run_event(inputs=[table("t", **dict[str, Any]((f"f{i}", facet(a=i)) for i in range(MANY)))]),
    "versions of one dataset": lambda: run_event(inputs=each(lambda i: table("t", version=facet(datasetVersion=str(i))))),
    "schemas of one dataset": lambda: run_event(inputs=each(lambda i: table("t", schema=facet(fields=[{"name": f"c{i}"}])))),
    "statistics": lambda: run_event(inputs=each(lambda i: {**table(f"t{i}"), "inputFacets": {"inputStatistics": facet(rowCount=i)}})),
    "drops": lambda: run_event(outputs=each(lambda i: table(f"t{i}", **change("DROP")))),
    "overwrites": lambda: run_event(outputs=each(lambda i: table(f"t{i}", **change("OVERWRITE")))),
    "a chain of renames": lambda: run_event(outputs=each(lambda i: table(f"t{i}", **change("RENAME", f"t{i + 1}")))),
    "a chain of renames, told from its end": lambda: run_event(outputs=each(lambda i: table(f"t{i + 1}", **change("RENAME", f"t{i}")))),
    "renames into one name": lambda: run_event(outputs=each(lambda i: table("t", **change("RENAME", f"old{i}")))),
    "renames of one name": lambda: run_event(outputs=each(lambda i: table(f"t{i}", **change("RENAME", "old")))),
    "a chain of aliases under columns": lambda: run_event(
        inputs=each(lambda i: table(f"t{i}", **symlink(f"t{i + 1}"))), outputs=[table("t0", **copied(2))]
    ),
    "aliases of one dataset with columns": lambda: run_event(
        inputs=each(lambda i: table(f"t{i}", **symlink("out"))), outputs=[table("out", **copied(50))]
    ),
    "jobs with one run id": lambda: run_event(job={"lineage": facet(entries=each(entry_of_job))}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_event_that_has_very_many_of_something_is_folded_in_bounded_time(shape: str) -> None:
    told = facts(SHAPES[shape]())
    telling = Telling()
    began = time.process_time()
    telling.entry(*told)
    assert time.process_time() - began < SECONDS


def test_inputs_take_memory_in_proportion() -> None:
    told = facts(SHAPES["inputs"]())
    telling = Telling()
    tracemalloc.start()
    try:
        telling.entry(*told)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MANY * 6_000


def test_names_tied_to_very_many_others_are_a_gap() -> None:
    told = facts(run_event(inputs=[table(f"t{number}", **symlink("out")) for number in range(60)]))
    assert {gap.code for gap in only(GapSeen, told)} == {"ALIASES-TOO-MANY"}


def script(request: AnalysisRequest) -> StatementLineage:
    """A script of many statements that was read in part."""
    tables = tuple(table.table for table in request.tables)
    sources, targets = tables[: len(tables) // 2], tables[len(tables) // 2 :]
    edges = tuple(TableEdge(source, "x", target, "x", Kind.IDENTITY) for source, target in zip(sources, targets, strict=True))
    return StatementLineage(status="partial", sources=sources, targets=targets, edges=edges, fingerprint="f1:0", analyser="a")


def test_a_script_read_in_part_does_not_multiply_its_sources_by_its_targets() -> None:
    tables = tuple(f"s{number}" for number in range(2_000)) + tuple(f"t{number}" for number in range(2_000))
    telling = Telling(script, {"many": tables})
    began = time.process_time()
    telling.run("load", reads=[f"r{number}" for number in range(4_000)], writes=["t0"], sql="many")
    assert time.process_time() - began < SECONDS
    records = [record for record in telling.views.derivations.records if record is not None]
    assert sum(len(record.claim.datasets) for record in records) < 5 * (len(tables) + 4_000)


def test_an_event_that_names_more_datasets_than_any_run_can_mean_is_a_gap() -> None:
    told = facts(run_event(inputs=[table(f"t{number}") for number in range(100_001)]))
    assert {type(fact) for fact in told} == {RunObserved, GapSeen}
    assert [(gap.code, gap.subject) for gap in only(GapSeen, told)] == [("EVENT-TOO-WIDE", "job:jobs:load")]
