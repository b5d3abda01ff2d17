"""Random stories for laws about answers: two namespaces, runs that come and go, drops, renames, aliases, gaps, late words."""

from __future__ import annotations

from hypothesis import strategies as st

from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    Change,
    ClaimRefused,
    ColumnsDerived,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    EventType,
    FacetsKept,
    Fact,
    GapSeen,
    JobDescribed,
    Owner,
    RunObserved,
    SchemaObserved,
    StatementSeen,
    StatisticsObserved,
    Tag,
    VersionObserved,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Flow, Kind, Reason, Statement, StatementLineage, TableEdge
from headwater.model.schemas import Column
from headwater.model.times import Instant
from headwater.projections.statements import AnalysisRequest
from tests.unit.telling import Telling

OPEN, SECRET = "duckdb://open", "vault://zzhidden"
"""Everything in the secret namespaces has `zzhid` in its name, and nothing else has."""
ZERO = Position(0)
DATASETS = [*(DatasetId(OPEN, name) for name in ("a", "b", "c")), *(DatasetId(SECRET, f"zzhid_{name}") for name in ("d", "e"))]
JOBS = [JobId("open-jobs", "load"), JobId("open-jobs", "clean"), JobId("zzhidden-jobs", "zzhid_work")]
READABLE = (OPEN, "open-jobs")

datasets = st.sampled_from(DATASETS)
named = st.lists(datasets, max_size=2, unique=True)
instants = st.integers(0, 6).map(lambda number: Instant(number * 10))
column_names = st.lists(st.sampled_from(["x", "X", "y", "z"]), unique=True, min_size=1, max_size=3)
columns = column_names.map(lambda chosen: tuple(Column(name, "int") for name in chosen))
EVENTS: list[EventType] = ["START", "RUNNING", "COMPLETE", "FAIL"]
CHANGES: list[Change] = ["OVERWRITE", "TRUNCATE", "DROP", "CREATE"]
flows = st.builds(
    Flow,
    source=datasets,
    source_column=st.sampled_from([None, "x", "y"]),
    target_column=st.sampled_from([None, "x", "X", "y"]),
    kind=st.sampled_from([Kind.IDENTITY, Kind.FILTER]),
    masking=st.sampled_from([None, "md5"]),
)


def run_of(job: JobId, number: int) -> RunId:
    """A run id: secret jobs have secret ones, and `both` is shared by all."""
    return RunId("both" if number == 0 else f"zzhid-{number}" if "zzhid" in job.namespace else f"r{number}")


@st.composite
def run_events(draw: st.DrawFn) -> list[Fact]:
    """One event of a run with some of what producers put into it."""
    at, job = draw(instants), draw(st.sampled_from(JOBS))
    run, parent = run_of(job, draw(st.integers(0, 3))), draw(st.sampled_from([None, *JOBS]))
    facts: list[Fact] = [
        RunObserved(
            position=ZERO,
            at=at,
            run=run,
            job=job,
            event_type=draw(st.sampled_from(EVENTS)),
            producer="p",
            parent_run=run_of(parent, 1) if parent is not None else None,
            parent_job=draw(st.sampled_from([None, parent])),
        )
    ]
    used: dict[str, list[DatasetId]] = {role: draw(named) for role in ("input", "output")}
    facts.extend(DatasetUsed(position=ZERO, at=at, dataset=dataset, job=job, run=run, role="input") for dataset in used["input"])
    for dataset in used["output"]:
        facts.append(DatasetUsed(position=ZERO, at=at, dataset=dataset, job=job, run=run, role="output"))
        facts.append(VersionObserved(position=ZERO, at=at, dataset=dataset, version="v1", run=run, role="output"))
        facts.append(StatisticsObserved(position=ZERO, at=at, dataset=dataset, run=run, role="output", rows=3))
        if draw(st.booleans()):
            facts.append(SchemaObserved(position=ZERO, at=at, dataset=dataset, producer="p", columns=draw(columns)))
    if draw(st.booleans()):
        told = tuple(draw(st.lists(flows, max_size=2, unique=True)))
        facts.append(ColumnsDerived(position=ZERO, at=at, target=draw(datasets), job=job, run=run, producer="p", origin="f", flows=told))
    if draw(st.booleans()) and used["input"] and used["output"]:
        mark = draw(st.sampled_from(["<-", "="]))
        statement = Statement(sql=f"{used['output'][0].name}{mark}{used['input'][0].name}")
        facts.append(StatementSeen(position=ZERO, at=at, statement=statement, job=job, run=run))
    if draw(st.integers(0, 3)) == 0:
        change = draw(st.sampled_from(CHANGES))
        facts.append(DatasetChanged(position=ZERO, at=at, dataset=draw(datasets), change=change, job=job, run=run))
    if draw(st.integers(0, 3)) == 0:
        subject = draw(st.sampled_from([str(job), f"run:{run}", *(str(dataset) for dataset in (*used["input"], *used["output"]))]))
        facts.append(GapSeen(position=ZERO, at=at, code="FACET-UNREADABLE", subject=subject, detail="words", job=job, run=run))
    return facts


@st.composite
def other_events(draw: st.DrawFn) -> list[Fact]:
    """What datasets and jobs say of themselves."""
    at, dataset, other, job = draw(instants), draw(datasets), draw(datasets), draw(st.sampled_from(JOBS))
    kind = draw(st.sampled_from(["drop", "rename", "alias", "withdraw", "describe", "job", "refused", "use"]))
    match kind:
        case "drop":
            return [DatasetChanged(position=ZERO, at=at, dataset=dataset, change="DROP")]
        case "rename":
            return [DatasetChanged(position=ZERO, at=at, dataset=dataset, change="RENAME", previous=other)]
        case "alias":
            return [AliasDeclared(position=ZERO, at=at, dataset=dataset, alias=other, producer="p")]
        case "withdraw":
            return [AliasWithdrawn(position=ZERO, at=at, dataset=dataset, alias=draw(st.sampled_from([None, other])), producer="p")]
        case "describe":
            owner = "zzhid-ann" if dataset.namespace == SECRET else "ann"
            return [
                DatasetDescribed(
                    position=ZERO, at=at, dataset=dataset, producer="p", owners=(Owner(owner),), tags=(Tag("pii", "yes", "x"),)
                ),
                FacetsKept(position=ZERO, at=at, subject=str(dataset), facets={}),
            ]
        case "job":
            return [
                JobDescribed(position=ZERO, at=at, job=job, producer="p", documentation="zzhid" if "zzhid" in job.namespace else "words")
            ]
        case "use":
            return [
                DatasetUsed(position=ZERO, at=at, dataset=dataset, job=job, run=None, role="output"),
                DatasetUsed(position=ZERO, at=at, dataset=other, job=job, run=None, role="input"),
            ]
    return [ClaimRefused(position=ZERO, at=at, claim="alias", subject=dataset, producer_key="k1")]


stories = st.lists(st.one_of(run_events(), run_events(), other_events()), min_size=1, max_size=8)


def read(request: AnalysisRequest) -> StatementLineage:
    """A toy analyser: `t<-s` copies every column of s, if its schema is known; `t=s` makes t anew of them."""
    target, source = (table.table for table in request.tables)
    known = request.tables[1].columns
    return StatementLineage(
        status="complete" if known is not None else "partial",
        reasons=() if known is not None else (Reason("star-without-schema", source),),
        sources=(source,),
        targets=(target,),
        edges=tuple(TableEdge(source, name, target, name, Kind.IDENTITY) for name, _ in known or ()),
        made=((target, tuple(name for name, _ in known) if known else None),) if "=" in request.statement.sql else (),
        fingerprint=f"of {request.statement.sql}",
        analyser="toy",
    )


def telling() -> Telling:
    """An empty story that understands the toy statements."""
    tables: dict[str, tuple[str, ...]] = {
        f"{one.name}{mark}{other.name}": (one.name, other.name) for one in DATASETS for other in DATASETS for mark in ("<-", "=")
    }
    return Telling(read, tables)
