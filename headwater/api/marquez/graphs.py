"""Marquez's two graphs: jobs and datasets as they name each other, and columns as derivations join them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from headwater.answers import lineage
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.api.marquez.reads import Marquez
from headwater.api.marquez.shapes import ColumnData, Edge, Graph, GraphNode
from headwater.model.answers import NodeView
from headwater.model.errors import UsageError
from headwater.model.ids import ColumnId, DatasetId, JobId
from headwater.model.questions import LineageQuestion
from headwater.projections.views import Views

PAGE = 10_000


def job_graph(views: Views, sight: Sight, node: str, depth: int) -> Graph:
    """Datasets and jobs within so many hops of a node, both ways.

    Raises:  UnknownNode, AmbiguousNode, UsageError: not a dataset or job.
    """
    target = Resolver(views, sight, views.known_at).resolve(node)
    start = target.dataset if isinstance(target, ColumnId) else target
    if not isinstance(start, DatasetId | JobId):
        raise UsageError("cannot draw lineage of a run: expected a dataset or job", next_step="pass nodeId=job:NAMESPACE:NAME")
    marquez = Marquez(views, sight)
    reached: set[DatasetId | JobId] = {start}
    edges: set[Edge] = set()
    ring: set[DatasetId | JobId] = {start}
    for _ in range(depth):
        ring = {near for known in ring for near in _neighbours(views, marquez, known, edges)} - reached
        reached |= ring
    kept = {str(known) for known in reached}
    nodes = [
        (str(known), "JOB", marquez.job(known)) if isinstance(known, JobId) else (str(known), "DATASET", marquez.dataset(known))
        for known in reached
    ]
    into, out = _ends(edge for edge in edges if edge.origin in kept and edge.destination in kept)
    told = [GraphNode(id=name, type=kind, data=data, in_edges=into(name), out_edges=out(name)) for name, kind, data in nodes]
    return Graph(graph=tuple(sorted(told, key=lambda known: known.id)))


def column_graph(views: Views, sight: Sight, node: str, depth: int, *, downstream: bool) -> Graph:
    """Columns that a column, or any column of a dataset, comes from, and with `downstream` those it goes to."""
    question = LineageQuestion(node=node, direction="both" if downstream else "up", columns=True, depth=depth, limit=PAGE)
    nodes: dict[str, NodeView] = {}
    edges: set[Edge] = set()
    while True:
        answer = lineage.ask(views, question, sight)
        nodes |= {known.id: known for known in (answer.result.root, *answer.result.nodes)}
        edges |= {Edge(origin=edge.source, destination=edge.target) for edge in answer.result.edges}
        if answer.next_page is None:
            break
        question = msgspec.structs.replace(question, page=answer.next_page)
    into, out = _ends(edges)
    told = [_column(known, into(known.id), out(known.id)) for known in nodes.values()]
    return Graph(graph=tuple(sorted(told, key=lambda known: known.id)))


def _neighbours(views: Views, marquez: Marquez, known: DatasetId | JobId, edges: set[Edge]) -> list[DatasetId | JobId]:
    """What a node touches; the edges are added."""
    if isinstance(known, JobId):
        record = views.catalog.jobs[known]
        before: list[DatasetId] | list[JobId] = marquez.reads(record)
        after: list[DatasetId] | list[JobId] = marquez.writes(record)
    else:
        before, after = marquez.jobs_of(known)
    edges |= {Edge(origin=str(near), destination=str(known)) for near in before}
    edges |= {Edge(origin=str(known), destination=str(near)) for near in after}
    return [*before, *after]


class _Sorted:
    """Edges by one of their ends."""

    def __init__(self) -> None:
        self._edges: defaultdict[str, list[Edge]] = defaultdict(list)

    def add(self, name: str, edge: Edge) -> None:
        self._edges[name].append(edge)

    def __call__(self, name: str) -> tuple[Edge, ...]:
        return tuple(sorted(self._edges.get(name, ())))


def _ends(edges: Iterable[Edge]) -> tuple[_Sorted, _Sorted]:
    """Edges by where they lead, and by where they begin."""
    into, out = _Sorted(), _Sorted()
    for edge in edges:
        into.add(edge.destination, edge)
        out.add(edge.origin, edge)
    return into, out


def _column(known: NodeView, into: tuple[Edge, ...], out: tuple[Edge, ...]) -> GraphNode:
    return GraphNode(
        id=known.id,
        type="DATASET_FIELD" if known.type == "column" else known.type.upper(),
        data=ColumnData(namespace=known.namespace, dataset=known.name, field=known.column),
        in_edges=into,
        out_edges=out,
    )
