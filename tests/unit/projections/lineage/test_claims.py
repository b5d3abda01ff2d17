from __future__ import annotations

from typing import Any

import msgspec

from headwater.model.facts import ColumnsDerived, StatementAnalysed
from headwater.model.ids import DatasetId
from headwater.model.lineage import Evidence, Kind, Reason, Statement, StatementLineage, Status, TableEdge
from headwater.model.times import Instant
from headwater.projections.lineage.claims import Claim, claims_of, overwritten
from headwater.projections.lineage.runs import LineageRun
from tests.unit.telling import ZERO, copy, dataset, job

A, B, T = dataset("a"), dataset("b"), dataset("t")


def run(*, inputs: tuple[DatasetId, ...] = (), outputs: tuple[DatasetId, ...] = ()) -> LineageRun:
    return LineageRun(job=job("load"), inputs=inputs, outputs=outputs)


def told(target: DatasetId, *flows: Any, inputs: tuple[DatasetId, ...] = ()) -> ColumnsDerived:
    return ColumnsDerived(
        position=ZERO, at=Instant(1), target=target, job=job("load"), run=None, producer="p", origin="f", flows=flows, inputs=inputs
    )


def analysed(status: Status = "complete", *, targets: tuple[str, ...] = ("t",), overwrites: tuple[str, ...] = ()) -> StatementAnalysed:
    target = targets[0] if targets else None
    lineage = StatementLineage(
        status=status,
        reasons=() if status == "complete" else (Reason("odd", "a"),),
        sources=("a",),
        targets=targets,
        edges=(TableEdge("a", "x", target, "y", Kind.IDENTITY),) if status != "failed" else (),
        overwrites=overwrites,
        fingerprint="f",
        analyser="toy",
    )
    tables = (("a", A), ("t", T))
    return StatementAnalysed(
        position=ZERO, at=Instant(1), statement=Statement("sql"), job=job("load"), run=None, lineage=lineage, tables=tables
    )


def origins(found: tuple[Claim, ...]) -> list[tuple[str, str, str, bool]]:
    return [(claim.origin, claim.evidence.value, claim.status, claim.superseded) for claim in found]


def test_inputs_and_outputs_alone_are_inferred_and_never_complete() -> None:
    found = claims_of(run(inputs=(A, B), outputs=(T,)))
    assert origins(found) == [("inputs-outputs", "inferred", "partial", False)]
    assert found[0].sources == (A, B)
    assert found[0].granularity == "dataset"


def test_an_output_without_inputs_is_an_origin_not_a_claim() -> None:
    assert claims_of(run(outputs=(T,))) == ()


def test_a_facet_takes_the_place_of_inference_for_its_target_alone() -> None:
    made = run(inputs=(A,), outputs=(B, T))
    made.tell(told(T, copy("a", "x", "x")))
    assert [(claim.target, claim.evidence) for claim in claims_of(made)] == [(T, Evidence.DECLARED), (B, Evidence.INFERRED)]


def test_a_complete_reading_supersedes_the_facet_and_a_partial_one_does_not() -> None:
    for status, superseded in (("complete", True), ("partial", False)):
        made = run(inputs=(A,), outputs=(T,))
        made.tell(told(T, copy("a", "x", "x")))
        made.analyse(analysed(status))  # type: ignore[arg-type]  # because the loop's text is one of the statuses
        assert origins(claims_of(made)) == [("sql", "parsed", status, False), ("f", "declared", "complete", superseded)]


def test_a_failed_statement_lets_every_source_through_and_is_only_inferred() -> None:
    made = run(inputs=(B,), outputs=(T,))
    made.analyse(analysed("failed"))
    found = claims_of(made)
    assert origins(found) == [("sql", "inferred", "failed", False)]
    assert found[0].sources == (A, B)
    assert found[0].flows == ()


def test_a_bare_select_is_told_of_the_only_output() -> None:
    made = run(outputs=(T,))
    made.analyse(analysed(targets=()))
    assert [(claim.target, claim.flows[0].target_column) for claim in claims_of(made)] == [(T, "y")]


def test_what_a_statement_overwrites_is_wiped_under_its_datasets_name() -> None:
    made = run()
    made.analyse(msgspec.structs.replace(analysed(overwrites=("t", "unknown")), overwritten=(T,)))
    made.changes = ((Instant(1), B, "TRUNCATE"), (Instant(1), A, "CREATE"))
    assert overwritten(made) == {T, B}


def test_claims_do_not_depend_on_the_order_of_telling() -> None:
    one, other = run(inputs=(A,), outputs=(B, T)), run(inputs=(A,), outputs=(B, T))
    facts = [told(T, copy("a", "x", "x")), told(B, copy("a", "x", "x"), inputs=(A,))]
    for fact in facts:
        one.tell(fact)
    for fact in reversed(facts):
        other.tell(fact)
    assert claims_of(one) == claims_of(other)


def test_many_inputs_and_outputs_add_up_and_do_not_multiply() -> None:
    inputs, outputs = (tuple(sorted(dataset(f"{side}{number}") for number in range(300))) for side in ("i", "o"))
    claims = claims_of(run(inputs=inputs, outputs=outputs))
    assert sum(len(claim.sources) for claim in claims) == 600
    assert {claim.target for claim in claims} >= set(outputs)


def test_what_is_only_inferred_beside_sql_that_nobody_could_read_says_why_it_was_not_read() -> None:
    made = run(inputs=(A,), outputs=(B, T))
    made.analyse(analysed("failed", targets=()))
    assert [claim.reasons for claim in claims_of(made)] == [(Reason("odd", "a"),), (Reason("odd", "a"),)]


def test_flows_that_differ_in_their_measure_are_several_of_one_claim() -> None:
    kind = Kind.AGGREGATION
    edges = (TableEdge("a", "x", "t", "y", kind, measure="count"), TableEdge("a", "x", "t", "y", kind))
    lineage = msgspec.structs.replace(analysed().lineage, edges=edges)
    view = run(inputs=(A,), outputs=(T,))
    view.analyse(msgspec.structs.replace(analysed(), lineage=lineage))
    (claim,) = claims_of(view)
    assert [(flow.kind, flow.measure) for flow in claim.flows] == [(kind, None), (kind, "count")]
