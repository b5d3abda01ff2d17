"""Random stories of labels, and a second, naive way to work labels out: sets, a worklist, and the rules written down once more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from hypothesis import strategies as st

from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    ColumnsDerived,
    DatasetChanged,
    DatasetUsed,
    Fact,
    RunObserved,
    StatementAnalysed,
)
from headwater.model.ids import ColumnId, DatasetId, JobId, RunId
from headwater.model.lineage import Flow, Kind, Measure, Reason, Statement, StatementLineage, Status, TableEdge
from headwater.model.sensitivity.documents import LabelAction
from headwater.model.sensitivity.facts import GroupsMeasured, LabelDecided, MaskingApproved
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.labels import Level
from headwater.model.times import Instant
from headwater.projections.lineage.kept import AsOf, Kept
from headwater.projections.lineage.nodes import Link, Part
from headwater.projections.sensitivity.seeds import Place, Seeds
from headwater.projections.views import Views

ZERO = Position(0)
NAMES = ("a", "b", "c")
COLUMNS = ("x", "y")
TYPES = ("EMAIL", "API_TOKEN")
MASKS = (None, None, "sha256", "hmac", "left", "mask", "declared")
MEASURES: tuple[Measure | None, ...] = (None, None, "count", "total", "test")
DIRECT_KINDS = (Kind.IDENTITY, Kind.TRANSFORMATION, Kind.AGGREGATION)
KINDS = (*DIRECT_KINDS, *DIRECT_KINDS, Kind.FILTER, Kind.GROUP_BY)
ENOUGH = 11

names = st.sampled_from(NAMES)
instants = st.integers(1, 9).map(lambda number: Instant(number * 10))
Story = list[list[Fact]]


def dataset(name: str) -> DatasetId:
    """A dataset of the stories."""
    return DatasetId("duckdb://lake", name)


def fingerprint(name: str, number: int) -> str:
    """That of the statement by which a job writes a dataset."""
    return f"{name}{number}"


edges = st.builds(
    TableEdge,
    source_table=names,
    source_column=st.sampled_from([None, *COLUMNS, *COLUMNS]),
    target_table=st.just(""),
    target_column=st.sampled_from([*COLUMNS, *COLUMNS, None]),
    kind=st.sampled_from(KINDS),
    masking=st.sampled_from(MASKS),
    measure=st.sampled_from(MEASURES),
)


@st.composite
def statements(draw: st.DrawFn, target: str | None = None, surely: tuple[TableEdge, ...] = ()) -> list[Fact]:
    """A run of one of a few statements, read in full or in part; what a statement says is drawn anew, so that readings differ."""
    target = draw(names) if target is None else target
    number, at = draw(st.integers(0, 1)), draw(instants)
    status: Status = draw(st.sampled_from(["complete", "complete", "complete", "partial"]))
    drawn = draw(st.lists(edges, min_size=0 if surely else 1, max_size=4, unique=True))
    told = tuple(msgspec.structs.replace(edge, target_table=target) for edge in dict.fromkeys((*surely, *drawn)))
    sources = tuple(sorted({edge.source_table for edge in told}))
    job, run = JobId("jobs", f"make-{target}"), RunId(f"run-{draw(st.integers(0, 3))}")
    lineage = StatementLineage(
        status=status,
        reasons=(Reason("star-without-schema", "s"),) if status == "partial" else (),
        sources=sources,
        targets=(target,),
        edges=told,
        overwrites=(target,) if draw(st.booleans()) else (),
        fingerprint=fingerprint(target, number),
        analyser="law",
    )
    tables = tuple((name, dataset(name)) for name in sorted({target, *sources}))
    overwritten = tuple(dataset(name) for name in lineage.overwrites)
    statement = Statement(sql=lineage.fingerprint)
    return [
        RunObserved(position=ZERO, at=at, run=run, job=job, event_type="COMPLETE", producer="p"),
        *(DatasetUsed(position=ZERO, at=at, dataset=dataset(name), job=job, run=run, role="input") for name in sources),
        DatasetUsed(position=ZERO, at=at, dataset=dataset(target), job=job, run=run, role="output"),
        StatementAnalysed(
            position=ZERO, at=at, statement=statement, job=job, run=run, lineage=lineage, tables=tables, overwritten=overwritten
        ),
    ]


@st.composite
def declared(draw: st.DrawFn) -> list[Fact]:
    """A run that only says what it reads and writes, perhaps by column."""
    target, source, at = draw(names), draw(names), draw(instants)
    job, run = JobId("jobs", f"move-{target}"), RunId(f"moved-{draw(st.integers(0, 2))}")
    facts: list[Fact] = [
        RunObserved(position=ZERO, at=at, run=run, job=job, event_type="COMPLETE", producer="p"),
        DatasetUsed(position=ZERO, at=at, dataset=dataset(source), job=job, run=run, role="input"),
        DatasetUsed(position=ZERO, at=at, dataset=dataset(target), job=job, run=run, role="output"),
    ]
    if draw(st.booleans()):
        masking = draw(st.sampled_from([None, "sha256", "declared"]))
        flow = Flow(dataset(source), draw(st.sampled_from(COLUMNS)), draw(st.sampled_from(COLUMNS)), draw(st.sampled_from(KINDS)), masking)
        facts.append(
            ColumnsDerived(position=ZERO, at=at, target=dataset(target), job=job, run=run, producer="p", origin="f", flows=(flow,))
        )
    return facts


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """What befalls datasets and their names."""
    one, other, at = draw(names), draw(names), draw(instants)
    match draw(st.sampled_from(["drop", "rename", "alias", "withdraw", "truncate"])):
        case "drop":
            return [DatasetChanged(position=ZERO, at=at, dataset=dataset(one), change="DROP")]
        case "truncate":
            return [DatasetChanged(position=ZERO, at=at, dataset=dataset(one), change="TRUNCATE")]
        case "rename":
            return [DatasetChanged(position=ZERO, at=at, dataset=dataset(one), change="RENAME", previous=dataset(other))]
        case "alias":
            return [AliasDeclared(position=ZERO, at=at, dataset=dataset(one), alias=dataset(other), producer="p")]
    return [AliasWithdrawn(position=ZERO, at=at, dataset=dataset(one), alias=None, producer="p")]


@st.composite
def decisions(draw: st.DrawFn) -> list[Fact]:
    """What people decide and measurements show."""
    name, at = draw(names), draw(instants)
    match draw(st.sampled_from(["label", "label", "label", "masking", "groups"])):
        case "masking":
            level = draw(st.sampled_from([Level.NONE, Level.PSEUDONYMOUS, Level.DIRECT]))
            function = draw(st.sampled_from(["sha256", "hmac", "mask"]))
            return [MaskingApproved(position=ZERO, at=at, function=function, level=level, namespaces=("*",), reason="r", by="p")]
        case "groups":
            print_ = fingerprint(name, draw(st.integers(0, 1)))
            return [
                GroupsMeasured(position=ZERO, at=at, dataset=dataset(name), fingerprint=print_, smallest=draw(st.sampled_from([3, 11, 40])))
            ]
    info_type, column = draw(st.sampled_from(TYPES)), draw(st.sampled_from(COLUMNS))
    actions: list[LabelAction] = ["set", "set", "confirm", "lower", "lower", "withdraw"]
    action = draw(st.sampled_from(actions))
    level = draw(st.sampled_from(list(Level)))
    if action == "lower":
        return lowered(name, column, info_type, level)
    where = ColumnId(dataset(name), column)
    set_to = level if action == "set" and level > Level.NONE else None
    return [LabelDecided(position=ZERO, at=at, column=where, info_type=info_type, action=action, reason="r", by="p", level=set_to)]


def labelled(name: str, column: str, info_type: str) -> list[Fact]:
    """A label that a person sets at the highest level."""
    column_id = ColumnId(dataset(name), column)
    return [
        LabelDecided(
            position=ZERO, at=Instant(10), column=column_id, info_type=info_type, action="set", reason="r", by="p", level=Level.DIRECT
        )
    ]


def lowered(name: str, column: str, info_type: str, level: Level) -> list[Fact]:
    """A person lowers what arrives at a column by the statements of its dataset's job."""
    column_id, prints = ColumnId(dataset(name), column), (fingerprint(name, 0), fingerprint(name, 1))
    return [
        LabelDecided(
            position=ZERO,
            at=Instant(10),
            column=column_id,
            info_type=info_type,
            action="lower",
            reason="r",
            by="p",
            level=level,
            fingerprints=prints,
        )
    ]


@st.composite
def stories_of(draw: st.DrawFn) -> Story:
    """A label, a statement that may carry it on, perhaps a lowering of what it carries, and whatever comes then."""
    name, column, info_type = draw(names), draw(st.sampled_from(COLUMNS)), draw(st.sampled_from(TYPES))
    begun = [labelled(name, column, info_type)]
    if draw(st.booleans()):
        begun.append(draw(statements()))
    else:
        target, end = draw(names), draw(st.sampled_from(COLUMNS))
        begun.append(draw(statements(target, (TableEdge(name, column, "", end, draw(st.sampled_from(DIRECT_KINDS))),))))
        begun.append(lowered(target, end, info_type, draw(st.sampled_from(list(Level)))))
    return [*begun, *draw(st.lists(entries, max_size=9))]


entries = st.one_of(statements(), statements(), decisions(), decisions(), declared(), lives())
stories = stories_of()


def tell(views: Views, entry: Iterable[Fact]) -> None:
    """Fold one entry at the next position."""
    position = Position(views.folded)
    views.fold(position, [msgspec.structs.replace(fact, position=position) for fact in entry])
    views.flush()


def told(story: Sequence[Iterable[Fact]]) -> Views:
    """Views of a whole story."""
    views = Views()
    for entry in story:
        tell(views, entry)
    return views


Found = dict[tuple[int, str], tuple[Level, bool]]
"""By node and type: the level, and whether it carries the mark."""
When = tuple[int, bool]
"""A node as it is, or (True) as it was."""


def naive(views: Views, known_at: Position | None = None, *, confirmed: bool = False) -> Found:
    """Labels by a worklist over single facts; lowerings by working out what was known when they were signed, in the same way."""
    times = AsOf(None, known_at)
    seeds = views.seeding.seeds(None, known_at)
    hops = _hops(views, times, seeds, confirmed=confirmed)
    found: dict[tuple[When, str], tuple[Level, bool]] = {}
    for place, own in seeds.columns.items():
        node = _node(views, place)
        for seed in own:
            if node is not None and (seed.is_sure or not confirmed):
                key = ((node, False), seed.info_type)
                found[key] = (max(seed.level, found.get(key, (Level.NONE, False))[0]), False)
    waiting = list(found)
    while waiting:
        node_then, info_type = waiting.pop()
        level, mark = found[(node_then, info_type)]
        for target, limit, caps in hops.get(node_then, ()):
            passed = min(level, _limit(limit, info_type))
            for cap_type, lowered, held in caps:
                if cap_type == info_type and level <= held:
                    passed = min(passed, lowered)
            marked = mark or (level > Level.NONE and (limit == "none" or any(cap[:2] == (info_type, Level.NONE) for cap in caps)))
            before = found.get((target, info_type), (Level.NONE, False))
            after = (max(before[0], passed), before[1] or marked)
            if after != before:
                found[(target, info_type)] = after
                waiting.append((target, info_type))
    return {(node, info_type): said for ((node, was), info_type), said in found.items() if not was}


Hop = tuple[When, str, list[tuple[str, Level, Level]]]


def _hops(views: Views, times: AsOf, seeds: Seeds, *, confirmed: bool) -> dict[When, list[Hop]]:
    derivations, graph = views.derivations, views.derivations.weave.column_graph
    look = Kept(derivations, times)
    kept = _living_on(views, look)
    lowered = _lowered(views, seeds)
    every = graph.subgraph(list(range(graph.node_count)))
    hops: dict[When, list[Hop]] = {}
    for source, target, kind, number in zip(
        every.sources.tolist(), every.targets.tolist(), every.kinds.tolist(), every.derivations.tolist(), strict=True
    ):
        record = derivations.record(number)
        told_in_full = record is None or record.is_confirmed
        if not (look.counts(number) or number in kept):
            continue
        if confirmed and (not told_in_full or kind in (Kind.UNKNOWN, Link.HUB_IN)):
            continue
        limit = "all"
        if kind in list(Kind) and Kind(kind) not in (*DIRECT_KINDS, Kind.UNKNOWN):
            limit = "none"
        elif record is not None and told_in_full and kind != Kind.UNKNOWN:
            ways = [flow for flow in record.claim.flows if _is_edge(views, number, flow, source, target, kind)]
            limit = max((_way(views, seeds, number, flow) for flow in ways), key=_RANKS.index)
        caps = lowered.get((source, target, kind, number), []) if kind in DIRECT_KINDS else []
        for start, end in _ends(views, look, kept, source, target, number, kind):
            hops.setdefault(start, []).append((end, limit, caps))
    return hops


def _ends(views: Views, look: Kept, kept: set[int], source: int, target: int, number: int, kind: int) -> list[tuple[When, When]]:
    """An edge as it is now, as it was, or from what was to what is."""
    record, nodes = views.derivations.record(number), views.derivations.nodes.nodes
    if record is None:
        return [((source, was), (target, was)) for was in ((False, True) if kind != Link.ALIAS else (False,))]
    from_hub, to_hub = (nodes[node].part is Part.HUB for node in (source, target))
    end = (target, number in kept and not to_hub)
    ended = [one for one in kept if views.derivations.records[one].key.target == nodes[source].owner]  # type: ignore[union-attr]  # because what lives on has a record
    saw = not from_hub and any(look.saw(record, one) for one in ended)
    return [((source, False), end), *([((source, True), end)] if saw else [])]


def _living_on(views: Views, look: Kept) -> set[int]:
    """What has ended and was read while it stood by what holds or lives on."""
    records = [record for record in views.derivations.records if record is not None]
    kept: set[int] = set()
    while True:
        readers = [record for record in records if look.counts(record.id) or record.id in kept]
        more = {
            ended.id
            for ended in records
            for reader in readers
            if ended.key.target in reader.key.sources
            and not look.counts(ended.id)
            and not ended.claim.superseded
            and look.saw(reader, ended.id)
        }
        if more <= kept:
            return kept
        kept |= more


_RANKS = ["none", "aggregate", "quasi", "pseudonymous", "digest", "all"]


def _limit(limit: str, info_type: str) -> Level:
    if limit == "digest":
        return Level.DIRECT if INFO_TYPES[info_type].is_guessable else Level.PSEUDONYMOUS
    return Level(min(_RANKS.index(limit), 4))


def _way(views: Views, seeds: Seeds, number: int, flow: Flow) -> str:
    record = views.derivations.records[number]
    assert record is not None
    if flow.source_column is None:
        return "none"
    target = views.derivations.nodes.incarnations[record.key.target]
    large = [told.smallest for told in seeds.groupings if (told.target, told.fingerprint) == (target, record.claim.fingerprint)]
    ways = []
    approved = [told.level for told in seeds.approvals if told.function == flow.masking]
    if flow.masking not in (None, "declared") and approved:
        ways.append("all" if min(approved) == Level.DIRECT else _RANKS[min(approved)])
    elif flow.masking == "sha256":
        ways.append("digest")
    elif flow.masking == "left":
        ways.append("quasi")
    if flow.measure in ("count", "total") and large and min(large) >= ENOUGH:
        ways.append("aggregate")
    elif flow.measure in ("count", "test"):
        ways.append("quasi")
    return min(ways, key=_RANKS.index, default="all")


def _is_edge(views: Views, number: int, flow: Flow, source: int, target: int, kind: int) -> bool:
    nodes, record = views.derivations.nodes, views.derivations.records[number]
    assert record is not None
    owner = dict(zip(record.claim.datasets, record.key.sources, strict=True))[flow.source]
    ends = ((source, owner, flow.source_column), (target, record.key.target, flow.target_column))
    return flow.kind == kind and all(
        nodes.nodes[node].owner == owns and (nodes.nodes[node].part, nodes.nodes[node].column) == _part(column)
        for node, owns, column in ends
    )


def _part(column: str | None) -> tuple[Part, str]:
    return (Part.ROWS, "") if column is None else (Part.COLUMN, column)


def _lowered(views: Views, seeds: Seeds) -> dict[tuple[int, int, int, int], list[tuple[str, Level, Level]]]:
    found: dict[tuple[int, int, int, int], dict[str, tuple[str, Level, Level]]] = {}
    nodes, graph = views.derivations.nodes, views.derivations.weave.column_graph
    for lowering in sorted(seeds.lowerings, key=lambda told: told.signed_at):
        owner = nodes.incarnation_numbers.get(lowering.place.incarnation)
        then = naive(views, lowering.signed_at)
        every = graph.subgraph(list(range(graph.node_count)))
        for key in zip(every.sources.tolist(), every.targets.tolist(), every.kinds.tolist(), every.derivations.tolist(), strict=True):
            record, end = views.derivations.record(key[3]), nodes.nodes[key[1]]
            if record is None or record.claim.fingerprint not in lowering.fingerprints or record.key.target != owner:
                continue
            if (end.part, end.owner, end.column) == (Part.COLUMN, owner, lowering.place.column) and key[2] in DIRECT_KINDS:
                held = then.get((key[0], lowering.info_type), (Level.NONE, False))[0]
                if held > lowering.level:
                    found.setdefault(key, {})[lowering.info_type] = (lowering.info_type, lowering.level, held)
                else:
                    found.get(key, {}).pop(lowering.info_type, None)
    return {key: list(caps.values()) for key, caps in found.items()}


def _node(views: Views, place: Place) -> int | None:
    nodes = views.derivations.nodes
    owners = [number for number, known in enumerate(nodes.incarnations) if known == place.incarnation]
    columns = [number for number, node in enumerate(nodes.nodes) if node.owner in owners and node.part is Part.COLUMN]
    wholes = [number for number, node in enumerate(nodes.nodes) if node.owner in owners and node.part is Part.WHOLE]
    return next((number for number in (*columns, *wholes) if nodes.nodes[number].column in (place.column, "")), None)


def carried(views: Views, *, fresh: bool = False, known_at: Position | None = None, confirmed: bool = False) -> Found:
    """The same from the map: that of now, or one made afresh."""
    made = views.sensitivity.at(AsOf(None, known_at)) if fresh or known_at is not None else views.sensitivity.now()
    found: Found = {}
    for node in range(len(views.derivations.nodes.nodes)):
        for label in made.types.labels(made.carried(confirmed=confirmed).fixpoint.held(node)):
            found[(node, label.info_type)] = (label.level, label.inferred)
    return found
