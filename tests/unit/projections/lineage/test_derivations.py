from __future__ import annotations

from typing import Any

from headwater.model.entries import Position
from headwater.model.facts import DatasetUsed, Role
from headwater.model.lineage import Kind, StatementLineage, Status, TableEdge
from headwater.model.times import BEGINNING, FOREVER, Instant
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.spans import held
from tests.unit.telling import ZERO, Telling, copy, dataset, job


def records(told: Telling, name: str = "t") -> list[Derivation]:
    found = (record for record in told.views.derivations.records if record is not None)
    return [record for record in found if record.claim.target.name == name]


def overwrite(told: Telling, number: int, **more: Any) -> None:
    """A run that starts, and completes with an overwrite of t."""
    run = f"r{number}"
    told.run("load", run=run, event="START", reads=["a"], writes=["t"], at=100 * number)
    told.run("load", run=run, reads=["a"], writes=["t"], change="OVERWRITE", at=100 * number + 50, **more)


def test_what_is_told_again_and_again_is_one_derivation() -> None:
    told = Telling()
    for number in range(20):
        overwrite(told, number, flows=[copy("a", "x", "x")])
    inferred, declared = records(told)
    assert (inferred.claim.origin, inferred.is_open, len(inferred.known)) == ("inputs-outputs", False, 40)
    assert (declared.claim.origin, declared.is_open, len(declared.runs)) == ("columnLineage", True, 20)
    assert declared.spans == [(0, FOREVER)]


def test_spans_are_those_worked_out_from_all_runs_and_wipes_at_once() -> None:
    told = Telling()
    for number in (5, 1, 3, 2, 4):
        overwrite(told, number, flows=[copy("a", f"c{number % 2}", "x")])
    told.drop("t", at=260)
    wipes = told.views.derivations.wipes
    for record in records(told):
        runs = [(started, ended) for started, ended, _ in record.runs.values()]
        assert tuple(record.spans) == held(runs, wipes.of(record.key.target))


def test_a_belief_given_up_is_kept_as_what_was_known() -> None:
    told = Telling()
    told.run("load", run="r1", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    (record,) = records(told)
    told.run("other", run="r2", writes=["t"], change="TRUNCATE", at=30)
    view = told.views.derivations
    assert view.spans_at(record, Position(0)) == ((10, FOREVER),)
    assert view.spans_at(record, Position(1)) == tuple(record.spans) == ((10, 30),)


def test_a_failed_run_wipes_nothing() -> None:
    told = Telling()
    told.run("load", run="r1", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    told.run("load", run="r2", event="FAIL", reads=["b"], writes=["t"], flows=[copy("b", "x", "x")], change="OVERWRITE", at=30)
    assert [record.spans for record in records(told)] == [[(10, FOREVER)], [(30, FOREVER)]]


def test_three_attempts_under_one_id_in_any_order_wipe_before_the_last() -> None:
    events = [("START", 10), ("FAIL", 20), ("START", 30), ("COMPLETE", 40)]
    for order in (events, events[::-1], [events[2], events[0], events[3], events[1]]):
        told = Telling()
        told.run("before", run="r0", reads=["b"], writes=["t"], flows=[copy("b", "x", "x")], at=5)
        told.run("between", run="r1", reads=["c"], writes=["t"], flows=[copy("c", "x", "x")], at=25)
        for event, at in order:
            told.run("load", run="same", event=event, reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], change="OVERWRITE", at=at)  # type: ignore[arg-type]  # because the table's text is event types
        spans = {record.claim.datasets[0].name: record.spans for record in records(told)}
        assert spans == {"b": [(5, 30)], "c": [(25, 30)], "a": [(10, FOREVER)]}


def test_superseded_claims_have_their_times_but_never_count() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    view = told.views.derivations
    assert len(view.claimed) == 0
    assert view.episodes.alive().tolist() == [True, True]


def test_an_alias_ties_from_the_beginning_until_withdrawn() -> None:
    told = Telling()
    told.alias("t", "u", at=10)
    told.unalias("t", at=30)
    (words,) = told.views.derivations.aliases.said.values()
    assert words.spans == [(BEGINNING, 30)]
    assert told.views.derivations.record(words.derivation) is None


def test_equal_runs_share_what_they_name() -> None:
    told = Telling()
    for number in range(3):
        told.run("load", run=f"r{number}", reads=["a", "b"], writes=["t"], at=number)
    runs = list(told.views.derivations.runs.values())
    assert len({id(run.inputs) for run in runs}) == 1
    assert len({id(run.supports) for run in runs}) == 1


def declared_use(told: Telling, *reads: str, at: int = 20) -> None:
    """A job says, without a run, what it reads and that it writes t."""
    roles: list[tuple[Role, str]] = [*(("input", name) for name in reads), ("output", "t")]
    told.entry(
        *(DatasetUsed(position=ZERO, at=Instant(at), dataset=dataset(name), job=job("load"), run=None, role=role) for role, name in roles)
    )


def read(status: Status = "complete") -> Telling:
    """Views whose analyser reads every statement as a copy from a to t."""
    edges = (TableEdge("a", "x", "t", "x", Kind.IDENTITY),)
    lineage = StatementLineage(status=status, sources=("a",), targets=("t",), edges=edges, fingerprint="f", analyser="toy")
    return Telling(lambda request: lineage, {"sql": ("a", "t")})


def origins(told: Telling) -> list[str]:
    return [record.claim.origin for record in records(told) if record.is_open]


def ran(told: Telling) -> None:
    told.run("load", reads=["a"], writes=["t"], sql="sql")


def test_a_job_that_only_declares_adds_nothing_to_sql_that_its_runs_showed_in_any_order() -> None:
    for steps in ((ran, lambda told: declared_use(told, "a")), (lambda told: declared_use(told, "a"), ran)):
        told = read()
        for step in steps:
            step(told)
        assert origins(told) == ["sql"]


def test_a_declared_input_that_no_sql_reads_may_still_reach_everything() -> None:
    told = read()
    ran(told)
    declared_use(told, "a", "b")
    assert sorted(origins(told)) == ["inputs-outputs", "sql"]


def test_sql_that_nobody_could_read_settles_nothing() -> None:
    told = read("failed")
    declared_use(told, "a")
    ran(told)
    assert sorted(origins(told)) == ["inputs-outputs", "sql"]
