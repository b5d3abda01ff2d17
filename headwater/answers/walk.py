"""One walk over a graph, turned from integers into nodes, edges and derivations that can be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver, Target, node_id, node_view
from headwater.model.answers import NodeView
from headwater.model.ids import ColumnId, DatasetId, JobId, RunId
from headwater.model.lineage import DIRECT, Kind
from headwater.projections.graph import ColumnGraph
from headwater.projections.lineage.derivation import Derivation, FlowKey
from headwater.projections.lineage.kept import Kept
from headwater.projections.lineage.nodes import KIND_COUNT, Link, Node, Part
from headwater.projections.lineage.weave import STRUCTURE, dataset_node, hub_node
from headwater.projections.views import Views

_ENDLESS = 2**30
_NOTHING = NodeView("", "", "", "")
Edge = tuple[str, str, str, int, str | None]


@dataclass(slots=True)
class Walked:
    """What a walk reached: nodes by id, edges as (source id, target id, kind, derivation, masking), derivations, hidden count."""

    nodes: dict[str, NodeView] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)
    derivations: set[int] = field(default_factory=set)
    targets: set[int] = field(default_factory=set)
    rows: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Incarnations of which all rows were reached, with distance and tier: whatever their columns are, they are concerned."""
    hidden: dict[str, DatasetId] = field(default_factory=dict)

    def datasets(self) -> set[str]:
        """The datasets reached, hidden ones too: what is not known of them counts though they are not named."""
        shown = (DatasetId(node.namespace, node.name) for node in self.nodes.values() if node.type in ("dataset", "column"))
        return {str(dataset) for dataset in (*shown, *self.hidden.values())}

    def ordered_nodes(self) -> list[NodeView]:
        """Nearest first, then by id."""
        return sorted(self.nodes.values(), key=lambda node: (node.distance or 0, node.id))


@dataclass(frozen=True, slots=True)
class Walker:
    """Walks a view's graphs for one question."""

    resolver: Resolver
    moment: Moment
    direct: bool
    depth: int | None

    @property
    def views(self) -> Views:
        return self.resolver.views

    def columns(self, target: Target, *, forward: bool, into: Walked) -> None:
        """Walk the column graph from a dataset, a column, a job or a run."""
        weave = self.views.derivations.weave
        starts = self._column_starts(target, forward)
        self._walk(weave.column_graph, starts, forward, self._column_shower(), into)

    def datasets(self, target: Target, *, forward: bool, into: Walked) -> None:
        """Walk the dataset graph from a dataset, a job or a run."""
        starts = self._dataset_starts(target, forward)
        self._walk(self.views.derivations.weave.dataset_graph, starts, forward, self._dataset_shower(), into)

    def current(self, dataset: DatasetId) -> tuple[int, ...]:
        """The incarnations a name stands for in this question.

        That is the one at the time asked about; for "now" after a drop, when nothing is known of the present one, all before.
        """
        incarnations, nodes, known_at = self.views.derivations.incarnations, self.views.derivations.nodes, self.moment.known_at
        now = nodes.known(incarnations.of(dataset, self.moment.until, known_at), known_at)
        if now is not None:
            return (now,)
        if self.moment.valid is not None:
            return ()
        history = (nodes.known(incarnation, known_at) for incarnation in incarnations.history(dataset, known_at))
        return tuple(number for number in history if number is not None)

    def root(self, target: Target) -> NodeView:
        """The node asked about, under the name it goes by if that may be seen: an old name means what it was renamed to."""
        own = self.own(target)
        return own if self.resolver.sight.sees(own.namespace) else node_view(target)

    def own(self, target: Target) -> NodeView:
        """The node asked about under the name it goes by, whoever asks."""
        dataset = target.dataset if isinstance(target, ColumnId) else target
        owners = self.current(dataset) if isinstance(dataset, DatasetId) else ()
        if len(owners) != 1:
            return node_view(target)
        name = self.dataset_name(owners[0])
        return node_view(ColumnId(name, target.column) if isinstance(target, ColumnId) else name)

    def tie(self, target: JobId | RunId, *, forward: bool, into: Walked) -> None:
        """Tie a job or run to what it reads or writes, so that it stands in the picture it was asked for."""
        _, inputs, outputs = self._work(target)
        for dataset in outputs if forward else inputs:
            owners = self.current(dataset)
            name = self.dataset_name(owners[0]) if len(owners) == 1 else dataset
            if not self.resolver.sight.sees(name.namespace):
                into.hidden[str(name)] = name
                continue
            known = into.nodes.get(str(name))
            into.nodes[str(name)] = known or NodeView(str(name), "dataset", name.namespace, name.name, None, 0)
            ends = (node_id(target), str(name)) if forward else (str(name), node_id(target))
            into.edges.add((*ends, "WRITTEN" if forward else "READ", STRUCTURE, None))

    def dataset_name(self, owner: int) -> DatasetId:
        """The name an incarnation goes by at the time asked about."""
        incarnation = self.views.derivations.nodes.incarnations[owner]
        return self.views.derivations.incarnations.name_at(incarnation, self.moment.until, self.moment.known_at)

    def record(self, derivation: int) -> Derivation | None:
        """The record of a derivation; None for structure and aliases."""
        return self.views.derivations.record(derivation)

    def _walk(self, graph: ColumnGraph, starts: list[int], forward: bool, shower: _Shower, into: Walked) -> None:
        if not starts:
            return
        first = np.array(sorted(set(starts)), dtype=np.int64)
        depth = _ENDLESS if self.depth is None else self.depth
        kinds, free = _kinds(direct=self.direct), _free()
        kept = Kept(self.views.derivations, self.moment)
        while True:
            alive = kept.alive
            reached = graph.closure(first, forward=forward, alive=alive, kinds=kinds, depth=depth, free=free)
            edges = graph.subgraph(reached.nodes, alive=alive, kinds=kinds)
            if not (kept.ahead(shower.owners(reached.nodes)) if forward else kept.behind(set(edges.derivations.tolist()))):
                break
        sure = graph.closure(
            first, forward=forward, alive=alive & self._confirmed(len(alive)), kinds=kinds & _readable(), depth=depth, free=free
        )
        confirmed = set(sure.nodes.tolist())
        for number, distance in zip(reached.nodes.tolist(), reached.distance.tolist(), strict=True):
            shower.show(number, distance, number in confirmed, into)
        for row in zip(edges.sources.tolist(), edges.targets.tolist(), edges.kinds.tolist(), edges.derivations.tolist(), strict=True):
            shower.connect(*row, into)

    def _confirmed(self, count: int) -> NDArray[np.bool_]:
        known = np.frombuffer(bytes(self.views.derivations.confirmed[:count]), dtype=np.bool_)
        return known if len(known) == count else np.append(known, np.zeros(count - len(known), dtype=np.bool_))

    def _column_starts(self, target: Target, forward: bool) -> list[int]:
        weave = self.views.derivations.weave
        side = Part.WHOLE if forward else Part.ROWS
        if isinstance(target, ColumnId):
            starts = []
            for owner in self.current(target.dataset):
                number = weave.columns.existing_column(owner, target.column)
                if number is None or weave.columns.born[number] > self.moment.known_at:
                    number = weave.columns.find(Node(side, owner))
                if number is not None:
                    starts.append(number)
            return starts
        if isinstance(target, DatasetId):
            return self._all_columns(self.current(target))
        derivations, inputs, outputs = self._work(target)
        hubs = [weave.columns.find(Node(Part.HUB, derivation)) for derivation in derivations]
        datasets = outputs if forward else inputs
        owners = [owner for dataset in datasets for owner in self.current(dataset)]
        return [hub for hub in hubs if hub is not None] + self._all_columns(tuple(owners))

    def _all_columns(self, owners: tuple[int, ...]) -> list[int]:
        nodes = self.views.derivations.nodes
        wanted = [
            Node(part, owner, column)
            for owner in owners
            for part, column in [(Part.ROWS, ""), (Part.WHOLE, ""), *((Part.COLUMN, key) for key in nodes.columns[owner])]
        ]
        return [number for number in map(nodes.find, wanted) if number is not None and nodes.born[number] <= self.moment.known_at]

    def _dataset_starts(self, target: Target, forward: bool) -> list[int]:
        if isinstance(target, ColumnId):
            target = target.dataset
        if isinstance(target, DatasetId):
            return [dataset_node(owner) for owner in self.current(target)]
        derivations, inputs, outputs = self._work(target)
        datasets = outputs if forward else inputs
        return [hub_node(number) for number in derivations] + [dataset_node(owner) for name in datasets for owner in self.current(name)]

    def _work(self, target: Target) -> tuple[list[int], list[DatasetId], list[DatasetId]]:
        """What a job or run derived, read and wrote."""
        derivations, catalog, moment = self.views.derivations, self.views.catalog, self.moment
        if isinstance(target, JobId):
            job = catalog.jobs[target]
            records = [record.id for record in derivations.records if record is not None and record.claim.job == target]
            inputs, outputs = (
                sorted(name for name, use in uses.items() if use.was(moment.until, moment.known_at)) for uses in (job.inputs, job.outputs)
            )
            return records, inputs, outputs
        assert isinstance(target, str), "datasets and columns are told apart before"
        runs = [catalog.runs[(target, job)] for job in self.resolver.jobs_of(target)]
        supports = [number for run in runs for number in derivations.supported(run.id, run.job, moment.known_at)]
        inputs, outputs = (
            sorted({name for named in told for name, position in named if position <= moment.known_at})
            for told in ([run.inputs for run in runs], [run.outputs for run in runs])
        )
        return supports, inputs, outputs

    def _column_shower(self) -> _ColumnShower:
        return _ColumnShower(self)

    def _dataset_shower(self) -> _DatasetShower:
        return _DatasetShower(self)


@dataclass(slots=True)
class _Shower:
    """Turns a graph's integers into views; hidden things are only counted."""

    walker: Walker
    names: dict[int, DatasetId] = field(default_factory=dict)

    def show(self, number: int, distance: int, confirmed: bool, into: Walked) -> None:
        """Add a reached node."""
        raise AssertionError("each graph shows its own nodes")

    def connect(self, source: int, target: int, kind: int, derivation: int, into: Walked) -> None:
        """Add an edge between reached nodes."""
        raise AssertionError("each graph shows its own edges")

    def owners(self, nodes: NDArray[np.int64]) -> set[int]:
        """The incarnations that nodes belong to."""
        raise AssertionError("each graph numbers its own nodes")

    def name(self, owner: int) -> DatasetId:
        known = self.names.get(owner)
        if known is None:
            known = self.names[owner] = self.walker.dataset_name(owner)
        return known

    def put(self, node: NodeView, owner: int, into: Walked) -> None:
        """Add a node if it may be seen; of several ways to it the nearest and surest is shown."""
        into.targets.add(owner)
        if not self.walker.resolver.sight.sees(node.namespace):
            into.hidden[node.id] = DatasetId(node.namespace, node.name)
            return
        known = into.nodes.get(node.id, _NOTHING)
        if known is not _NOTHING:
            tier = "confirmed" if "confirmed" in (known.tier, node.tier) else "possible"
            distance = min(known.distance or 0, node.distance or 0)
            node = NodeView(node.id, node.type, node.namespace, node.name, node.column, distance, tier)
        into.nodes[node.id] = node

    def link(self, source: str, target: str, kind: int, derivation: int, masking: str | None, into: Walked) -> None:
        """Add an edge unless one of its ends is hidden."""
        into.derivations.add(derivation)
        if source in into.nodes and target in into.nodes:
            name = "ALIAS" if kind == Link.ALIAS else Kind(kind).name
            into.edges.add((source, target, name, derivation, masking))


@dataclass(slots=True)
class _ColumnShower(_Shower):
    """Columns, and datasets standing for all their rows; shown where an edge begins or ends at them. Hubs are passages."""

    maskings: dict[int, dict[FlowKey, str | None]] = field(default_factory=dict)
    passed: dict[int, tuple[int, str]] = field(default_factory=dict)

    def show(self, number: int, distance: int, confirmed: bool, into: Walked) -> None:
        nodes = self.walker.views.derivations.nodes
        node = nodes.nodes[number]
        if node.part is not Part.HUB and nodes.born[number] <= self.walker.moment.known_at:
            self.passed[number] = (distance, "confirmed" if confirmed else "possible")
            into.targets.add(node.owner)
            if node.part is Part.ROWS:
                into.rows[node.owner] = self.passed[number]

    def connect(self, source: int, target: int, kind: int, derivation: int, into: Walked) -> None:
        born, known_at = self.walker.views.derivations.nodes.born, self.walker.moment.known_at
        if derivation == STRUCTURE or kind == Kind.UNKNOWN or max(born[source], born[target]) > known_at:
            return
        if kind == Link.HUB_IN:
            self._connect_hub(source, derivation, into)
            return
        start, end = self._id(source, into), self._id(target, into)
        self.link(start, end, kind, derivation, self._masking(source, target, kind, derivation), into)

    def owners(self, nodes: NDArray[np.int64]) -> set[int]:
        known = self.walker.views.derivations.nodes.nodes
        return {known[number].owner for number in nodes.tolist() if known[number].part is not Part.HUB}

    def _connect_hub(self, source: int, derivation: int, into: Walked) -> None:
        """A hub has one target, so its spokes are shown as edges to it without multiplying."""
        record = self.walker.record(derivation)
        if record is None:
            return
        rows = self.walker.views.derivations.nodes.find(Node(Part.ROWS, record.key.target))
        end = self._id(rows, into) if rows is not None else str(self.name(record.key.target))
        self.link(self._id(source, into), end, Kind.UNKNOWN, derivation, None, into)

    def _id(self, number: int, into: Walked) -> str:
        """The id of an edge's end, which becomes a place in the answer by being one."""
        nodes = self.walker.views.derivations.nodes
        node = nodes.nodes[number]
        name = self.name(node.owner)
        column = nodes.spelling(node, self.walker.moment.known_at) if node.part is Part.COLUMN else None
        identity = str(name) if column is None else str(ColumnId(name, column))
        passed = self.passed.pop(number, None)
        if passed is not None:
            kind = "dataset" if column is None else "column"
            self.put(NodeView(identity, kind, name.namespace, name.name, column, *passed), node.owner, into)
        return identity

    def _masking(self, source: int, target: int, kind: int, derivation: int) -> str | None:
        nodes = self.walker.views.derivations.nodes
        maskings = self.maskings.get(derivation)
        if maskings is None:
            record = self.walker.record(derivation)
            maskings = self.maskings[derivation] = record.maskings(nodes) if record is not None else {}
        start, end = nodes.nodes[source], nodes.nodes[target]
        return maskings.get((start.owner, start.column, end.column, kind))


@dataclass(slots=True)
class _DatasetShower(_Shower):
    """Datasets, with derivations on the edges between them."""

    def show(self, number: int, distance: int, confirmed: bool, into: Walked) -> None:
        if number % 2:
            return
        name = self.name(number // 2)
        view = NodeView(str(name), "dataset", name.namespace, name.name, None, distance, "confirmed" if confirmed else "possible")
        self.put(view, number // 2, into)

    def owners(self, nodes: NDArray[np.int64]) -> set[int]:
        return {number // 2 for number in nodes.tolist() if number % 2 == 0}

    def connect(self, source: int, target: int, kind: int, derivation: int, into: Walked) -> None:
        if kind == Link.ALIAS:
            self.link(str(self.name(source // 2)), str(self.name(target // 2)), kind, derivation, None, into)
        elif kind != Link.HUB_OUT:
            record = self.walker.record(derivation)
            if record is not None:
                self.link(str(self.name(source // 2)), str(self.name(record.key.target)), kind, derivation, None, into)


def _kinds(*, direct: bool) -> NDArray[np.bool_]:
    allowed = np.ones(KIND_COUNT, dtype=np.bool_)
    if direct:
        allowed[[kind for kind in Kind if kind not in DIRECT]] = False
    return allowed


def _readable() -> NDArray[np.bool_]:
    """Kinds over which every hop is told, not supposed."""
    allowed = np.ones(KIND_COUNT, dtype=np.bool_)
    allowed[[Kind.UNKNOWN, Link.HUB_IN]] = False
    return allowed


def _free() -> NDArray[np.bool_]:
    free = np.zeros(KIND_COUNT, dtype=np.bool_)
    free[list(Link)] = True
    return free
