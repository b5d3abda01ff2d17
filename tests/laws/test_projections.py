"""Views are a function of the set of entries: order, repetition, batching and restarts leave no mark on what is now believed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    Change,
    ColumnsDerived,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    EventType,
    Fact,
    Owner,
    RunObserved,
    SchemaObserved,
    StatementSeen,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Flow, Kind, Reason, Statement, StatementLineage, TableEdge
from headwater.model.schemas import Column
from headwater.model.times import Instant
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.nodes import Link
from headwater.projections.records import Since
from headwater.projections.saved import capture, restore
from headwater.projections.statements import AnalysisRequest, Statements
from headwater.projections.views import Views
from tests.unit.telling import Toy

DATASETS = [DatasetId("duckdb://lake", name) for name in ("a", "b", "c", "d")]
JOBS = [JobId("jobs", name) for name in ("load", "clean")]
RUNS = [RunId(name) for name in ("r1", "r2", "r3")]
ZERO = Position(0)

datasets = st.sampled_from(DATASETS)
instants = st.integers(0, 6).map(lambda n: Instant(n * 10))
names = st.lists(st.sampled_from(["x", "y", "z"]), unique=True, min_size=1, max_size=3)
columns = names.map(lambda chosen: tuple(Column(name, "int") for name in chosen))
EVENT_TYPES: list[EventType] = ["START", "RUNNING", "COMPLETE", "FAIL"]
CHANGES: list[Change] = ["OVERWRITE", "TRUNCATE", "DROP", "CREATE"]
flows = st.builds(
    Flow,
    source=datasets,
    source_column=st.sampled_from([None, "x", "y"]),
    target_column=st.sampled_from([None, "x", "y"]),
    kind=st.sampled_from([Kind.IDENTITY, Kind.FILTER]),
)


@st.composite
def run_events(draw: st.DrawFn) -> list[Fact]:
    """One event of a run with some of what producers put into it."""
    at, run, job = draw(instants), draw(st.sampled_from(RUNS)), draw(st.sampled_from(JOBS))
    event_type = draw(st.sampled_from(EVENT_TYPES))
    facts: list[Fact] = [RunObserved(position=ZERO, at=at, run=run, job=job, event_type=event_type, producer="p")]
    for role in ("input", "output"):
        for dataset in draw(st.lists(datasets, max_size=2, unique=True)):
            facts.append(DatasetUsed(position=ZERO, at=at, dataset=dataset, job=job, run=run, role=role))
            if draw(st.booleans()):
                facts.append(SchemaObserved(position=ZERO, at=at, dataset=dataset, producer="p", columns=draw(columns)))
    if draw(st.booleans()):
        told = tuple(draw(st.lists(flows, max_size=2, unique=True)))
        facts.append(ColumnsDerived(position=ZERO, at=at, target=draw(datasets), job=job, run=run, producer="p", origin="f", flows=told))
    if draw(st.booleans()):
        statement = Statement(sql=f"{draw(st.sampled_from('abcd'))}{draw(st.sampled_from(['<-', '=']))}{draw(st.sampled_from('abcd'))}")
        facts.append(StatementSeen(position=ZERO, at=at, statement=statement, job=job, run=run))
    if draw(st.integers(0, 3)) == 0:
        change = draw(st.sampled_from(CHANGES))
        facts.append(DatasetChanged(position=ZERO, at=at, dataset=draw(datasets), change=change, job=job, run=run))
    return facts


@st.composite
def dataset_events(draw: st.DrawFn) -> list[Fact]:
    """What a dataset says of itself."""
    at, dataset = draw(instants), draw(datasets)
    other = draw(datasets)
    kind = draw(st.sampled_from(["drop", "rename", "alias", "withdraw", "describe"]))
    if kind == "drop":
        return [DatasetChanged(position=ZERO, at=at, dataset=dataset, change="DROP")]
    if kind == "rename":
        return [DatasetChanged(position=ZERO, at=at, dataset=dataset, change="RENAME", previous=other)]
    if kind == "alias":
        return [AliasDeclared(position=ZERO, at=at, dataset=dataset, alias=other, producer="p")]
    if kind == "withdraw":
        return [AliasWithdrawn(position=ZERO, at=at, dataset=dataset, alias=draw(st.sampled_from([None, other])), producer="p")]
    return [DatasetDescribed(position=ZERO, at=at, dataset=dataset, producer="p", owners=(Owner("ann"),), documentation="words")]


@st.composite
def chain_events(draw: st.DrawFn) -> list[Fact]:
    """A table made of all columns of another, now and then by a run that fails; or a schema, a rename, a drop, a change at some time."""
    at, run = draw(instants), draw(st.sampled_from(RUNS))
    one, other = draw(datasets), draw(datasets)
    match draw(st.sampled_from(["make", "make", "make", "copy", "schema", "rename", "drop", "change"])):
        case "schema":
            return [SchemaObserved(position=ZERO, at=at, dataset=one, producer="p", columns=draw(columns), whole=draw(st.booleans()))]
        case "rename":
            return [DatasetChanged(position=ZERO, at=at, dataset=one, change="RENAME", previous=other)]
        case "drop":
            return [DatasetChanged(position=ZERO, at=at, dataset=one, change="DROP")]
        case "change":
            change = draw(st.sampled_from(CHANGES))
            return [
                RunObserved(position=ZERO, at=at, run=run, job=JOBS[0], event_type=draw(st.sampled_from(EVENT_TYPES)), producer="p"),
                DatasetChanged(position=ZERO, at=at, dataset=one, change=change, job=JOBS[0], run=run),
            ]
        case verb:
            mark = "=" if verb == "make" else "<-"
            statement = Statement(sql=f"{one.name}{mark}{other.name}")
            event_type = draw(st.sampled_from(EVENT_TYPES))
            return [
                RunObserved(position=ZERO, at=at, run=run, job=JOBS[0], event_type=event_type, producer="p"),
                DatasetUsed(position=ZERO, at=at, dataset=other, job=JOBS[0], run=run, role="input"),
                DatasetUsed(position=ZERO, at=at, dataset=one, job=JOBS[0], run=run, role="output"),
                StatementSeen(position=ZERO, at=at, statement=statement, job=JOBS[0], run=run),
            ]


entries = st.lists(st.one_of(run_events(), run_events(), dataset_events()), max_size=7)


def referenced(sql: str) -> tuple[str, ...]:
    """A toy statement `t<-s` or `t=s` names its target and its source."""
    return sql[0], sql[-1]


def read(request: AnalysisRequest) -> StatementLineage:
    """A toy analyser: `t<-s` copies every column of s, if its schema is known; `t=s` makes t anew of them."""
    target, source = (table.table for table in request.tables)
    listed = tuple(name for name, _ in request.tables[1].columns or ())
    known = request.tables[1].columns
    edges = tuple(TableEdge(source, name, target, name, Kind.IDENTITY) for name, _ in known or ())
    return StatementLineage(
        status="complete" if known is not None else "partial",
        reasons=() if known is not None else (Reason("star-without-schema", source),),
        sources=(source,),
        targets=(target,),
        edges=edges,
        made=((target, listed or None),) if "=" in request.statement.sql else (),
        fingerprint=request.statement.sql,
        analyser="toy",
    )


TOY = Toy(read, referenced)


def folded(told: Sequence[Sequence[Fact]], state: tuple[Views, Statements] | None = None, start: int = 0) -> tuple[Views, Statements]:
    """Fold entries one after the other, positions given by their order."""
    views, statements = state or (Views(), Statements())
    for position, facts in enumerate(told[start:], start):
        here = [msgspec.structs.replace(fact, position=Position(position)) for fact in facts]
        requests = statements.fold(Position(position), here, TOY)
        views.fold(Position(position), [*here, *(request.answered(read(request)) for request in requests)])
    views.flush()
    return views, statements


def believed(views: Views) -> Any:
    """All that is now believed, positions and numbers set aside."""
    nodes, derivations = views.derivations.nodes, views.derivations
    records = [record for record in derivations.records if record is not None and record.is_open]
    alive = derivations.episodes.alive()

    def is_alive(number: int) -> bool:
        return number < len(alive) and bool(alive[number])

    return {
        "derivations": sorted(
            repr(
                (
                    record.claim,
                    nodes.incarnations[record.key.target],
                    record.spans,
                    sorted((key, run[:2]) for key, run in record.runs.items()),
                    is_alive(record.id),
                )
            )
            for record in records
        ),
        "aliases": sorted(repr((key, words.spans)) for key, words in derivations.aliases.said.items() if words.spans),
        "edges": edge_names(views),
        "catalog": sorted(strip(record) for record in views.catalog.datasets.values()),
        "columns by statements": derived(views),
        "jobs": sorted(strip(record) for record in views.catalog.jobs.values()),
    }


def derived(views: Views) -> list[str]:
    """Which statements are now believed to have given which columns to which datasets, and when."""
    told = [
        (str(dataset), who, word.at, word.columns)
        for dataset, by_statement in views.catalog.derived.items()
        for who, words in by_statement.items()
        for word in words
        if word.until is None
    ]
    return sorted(map(repr, told))


def spans_of(record: Derivation) -> list[tuple[str, int, int]]:
    """The runs that support a derivation, each with its first and last moment."""
    return sorted((key, started, ended) for key, (started, ended, _) in record.runs.items())


def edge_names(views: Views) -> list[str]:
    """Edges of the column graph that count now, by name; columns that only an earlier belief spoke of may be aliased too."""
    derivations = views.derivations
    graph, alive = derivations.weave.column_graph, derivations.episodes.alive()
    edges = graph.subgraph(list(range(graph.node_count)), alive=alive)
    rows = zip(edges.sources.tolist(), edges.targets.tolist(), edges.kinds.tolist(), edges.derivations.tolist(), strict=True)
    told = {f"{node_name(views, a)} {node_name(views, b)} {kind}" for a, b, kind, derivation in rows if derivation}
    return sorted(name for name in told if not (name.startswith("COLUMN") and name.endswith(str(int(Link.ALIAS)))))


def node_name(views: Views, number: int) -> str:
    """A node by what it stands for, not by its number."""
    node = views.derivations.nodes.nodes[number]
    if node.part.name == "HUB":
        record = views.derivations.records[node.owner]
        return f"hub {record.claim if record is not None else ''}"
    return f"{node.part.name} {views.derivations.nodes.incarnations[node.owner]} {node.column}"


def strip(value: Any) -> str:
    """A record without its positions, as text."""

    def without(item: Any) -> Any:
        if isinstance(item, Since):
            return item.moments[-1][0]
        if isinstance(item, msgspec.Struct):
            return [(name, without(getattr(item, name))) for name in item.__struct_fields__ if name not in ("position", "runs")]
        if isinstance(item, dict):
            return sorted((repr(without(key)), without(inner)) for key, inner in item.items())
        return [without(inner) for inner in item] if isinstance(item, list | tuple) else item

    return repr(without(value))


@settings(max_examples=60)
@given(entries, st.randoms(use_true_random=False))
def test_the_order_of_arrival_leaves_no_mark(told: list[list[Fact]], order: random.Random) -> None:
    shuffled = list(told)
    order.shuffle(shuffled)
    assert believed(folded(told)[0]) == believed(folded(shuffled)[0])


def test_a_schema_told_before_a_rename_or_after_it_leaves_the_same_lineage() -> None:
    load, clean, at = JOBS[0], JOBS[1], Instant(0)
    a, d, run = DATASETS[0], DATASETS[3], RUNS[0]
    told: list[list[Fact]] = [
        [DatasetChanged(position=ZERO, at=at, dataset=a, change="DROP")],
        [DatasetChanged(position=ZERO, at=at, dataset=a, change="RENAME", previous=d)],
        [
            RunObserved(position=ZERO, at=at, run=run, job=load, event_type="START", producer="p"),
            DatasetUsed(position=ZERO, at=at, dataset=a, job=load, run=run, role="output"),
            DatasetUsed(position=ZERO, at=at, dataset=d, job=load, run=run, role="output"),
            SchemaObserved(position=ZERO, at=at, dataset=d, producer="p", columns=(Column("x", "int"),)),
            DatasetChanged(position=ZERO, at=at, dataset=a, change="OVERWRITE", job=load, run=run),
        ],
        [
            RunObserved(position=ZERO, at=at, run=run, job=clean, event_type="START", producer="p"),
            DatasetUsed(position=ZERO, at=at, dataset=a, job=clean, run=run, role="output"),
            StatementSeen(position=ZERO, at=at, statement=Statement("a<-a"), job=clean, run=run),
        ],
    ]
    first, *others = [believed(folded(order)[0]) for order in itertools.permutations(told)]
    assert first["edges"] and all(other == first for other in others)


@settings(max_examples=60)
@given(st.lists(chain_events(), min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_chains_of_statements_that_make_tables_of_one_another_may_come_in_any_order(told: list[list[Fact]], order: random.Random) -> None:
    shuffled = list(told)
    order.shuffle(shuffled)
    assert believed(folded(told)[0]) == believed(folded(shuffled)[0])


@settings(max_examples=60)
@given(entries)
def test_an_entry_told_twice_changes_nothing(told: list[list[Fact]]) -> None:
    assert believed(folded([*told, *told])[0]) == believed(folded(told)[0])


@settings(max_examples=60)
@given(entries, st.integers(0, 7))
def test_a_restart_from_a_save_goes_on_as_if_nothing_happened(told: list[list[Fact]], cut: int) -> None:
    cut = min(cut, len(told))
    views, statements = folded(told[:cut])
    resumed = folded(told, restore(capture(views, statements, "v")), cut)[0]
    whole = folded(told)[0]
    assert believed(resumed) == believed(whole)
    assert known_history(resumed) == known_history(whole)


@settings(max_examples=60)
@given(entries, st.integers(0, 6))
def test_what_was_known_at_a_position_stays_what_was_known(told: list[list[Fact]], cut: int) -> None:
    cut = min(cut, len(told))
    early, late = folded(told[:cut])[0], folded(told)[0]
    for instant in range(0, 70, 5):
        then = alive_claims(early, instant, cut - 1)
        assert then == alive_claims(late, instant, cut - 1)


def alive_claims(views: Views, as_of: int, known_at: int) -> list[str]:
    alive = views.derivations.episodes.alive(as_of, known_at)
    records = [record for record in views.derivations.records if record is not None and record.id < len(alive) and alive[record.id]]
    return sorted(repr((record.claim, record.known[0])) for record in records)


def known_history(views: Views) -> Iterable[str]:
    records = [record for record in views.derivations.records if record is not None]
    return [
        repr((record.key, record.known, record.runs, record.former_runs, record.positions, record.late, record.spans)) for record in records
    ]
