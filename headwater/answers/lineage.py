"""Where did this come from, where does it go? The subgraph of every edge on any path, with the derivations that say so."""

from __future__ import annotations

from headwater.answers.evidence import Witness, kept_from
from headwater.answers.life.versions import at_version
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver, Target, node_id, own_nodes
from headwater.answers.sight import Sight
from headwater.answers.walk import Edge, Walked, Walker
from headwater.answers.writers import writers
from headwater.model.answers import Answer, EdgeView, Lineage, NodeView, WrittenVersion
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.questions import LineageQuestion
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.views import Views

NO_DERIVATION = -1


def ask(views: Views, question: LineageQuestion, sight: Sight) -> Answer[Lineage]:
    """Walk up, down or both from a node; pages cut the nodes, never the counts.

    Raises:  UnknownNode, AmbiguousNode, UsageError.
    Cost:    O(edges of the closure), whatever the size of the graph.
    """
    question, version = at_version(views, question, sight)
    moment = Moment.of(question, views)
    resolver = Resolver(views, sight, moment.known_at)
    target = resolver.resolve(question.node)
    walker = Walker(resolver, moment, question.direct, question.depth)
    return _answer(question, walker, Witness(views, sight, moment), target, walk(walker, target, question), version)


def walk(walker: Walker, target: Target, question: LineageQuestion) -> Walked:
    """Walk as the question says; a column is always walked by columns."""
    walked = Walked()
    step = walker.columns if question.columns or isinstance(target, ColumnId) else walker.datasets
    for forward, direction in ((False, "up"), (True, "down")):
        if question.direction in (direction, "both"):
            step(target, forward=forward, into=walked)
            if not isinstance(target, DatasetId | ColumnId):
                walker.tie(target, forward=forward, into=walked)
    return walked


def _answer(
    question: LineageQuestion, walker: Walker, witness: Witness, target: Target, walked: Walked, version: WrittenVersion | None
) -> Answer[Lineage]:
    views, moment, root = witness.views, witness.moment, walker.root(target)
    nodes = [node for node in walked.ordered_nodes() if node.id != root.id]
    page = nodes[moment.offset : moment.offset + moment.limit]
    edges = _page_edges(walked.edges, root, nodes[: moment.offset], page)
    records = _records(views, walked.derivations)
    shown = _records(views, {edge[3] for edge in edges})
    numbers = {record.id for record in shown}
    hidden = len(walked.hidden.keys() - {walker.own(target).id})
    wrote = _wrote(walker, target) if question.direction != "down" else []
    gaps = (*witness.gaps([*records, *wrote], {*walked.datasets(), *own_nodes(target)}), *kept_from(hidden, root.id))
    return Answer(
        question=question.name,
        asked=asked(question, node_id(target)),
        result=Lineage(
            root=root,
            direction=question.direction,
            nodes=tuple(_named(views, moment, witness.sight, node) for node in page),
            edges=tuple(_edge(edge, numbers) for edge in edges),
            derivations=tuple(witness.shown(record) for record in shown),
            claims=tuple(witness.shown(record) for record in _claims(views, walked, witness)),
            hidden=hidden,
            version=version,
        ),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={
            "nodes": len(nodes),
            "edges": len(walked.edges),
            "derivations": len(records),
            "entries": len({position for record in records for position in witness.positions(record)}),
            "gaps": len(gaps),
            "possible": sum(node.tier != "confirmed" for node in nodes),
        },
        entries=tuple(sorted({position for record in shown for position in witness.positions(record)[:20]})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(nodes)),
    )


def _wrote(walker: Walker, target: Target) -> list[Derivation]:
    """What wrote the dataset asked about at that time, also where nothing is known to have reached it by that."""
    if not isinstance(target, DatasetId | ColumnId):
        return []
    return writers(walker.views, walker.moment, walker.current(target.dataset if isinstance(target, ColumnId) else target))


def asked(question: LineageQuestion, root: str) -> dict[str, str]:
    """The question as understood."""
    return {
        "node": root,
        "direction": question.direction,
        "columns": str(question.columns).lower(),
        "direct": str(question.direct).lower(),
        "depth": "all" if question.depth is None else str(question.depth),
    }


def _page_edges(edges: set[Edge], root: NodeView, before: list[NodeView], page: list[NodeView]) -> list[Edge]:
    """Edges whose later end is on this page: over all pages each edge comes once. Edges of the root to itself are on the first."""
    here = {node.id for node in page} | ({root.id} if not before else set())
    known = here | {node.id for node in before} | {root.id}
    chosen = [edge for edge in edges if (edge[0] in here or edge[1] in here) and edge[0] in known and edge[1] in known]
    return sorted(chosen, key=lambda edge: (edge[0], edge[1], edge[2], edge[3], edge[4] or ""))


def _edge(edge: Edge, shown: set[int]) -> EdgeView:
    source, target, kind, derivation, masking = edge
    return EdgeView(source, target, kind, derivation if derivation in shown else NO_DERIVATION, masking)


def _records(views: Views, derivations: set[int]) -> list[Derivation]:
    found = (views.derivations.record(number) for number in sorted(derivations))
    return [record for record in found if record is not None]


def _claims(views: Views, walked: Walked, witness: Witness) -> list[Derivation]:
    """What producers declared about the targets walked over, as far as they may be seen, that a complete reading superseded."""
    numbers = {number for target in walked.targets for number in views.derivations.by_target.get(target, ())}
    found = (record for record in _records(views, numbers) if record.claim.superseded)
    return [record for record in found if record.is_known(witness.moment.known_at) and witness.sight.sees(record.claim.target.namespace)]


def _named(views: Views, moment: Moment, sight: Sight, node: NodeView) -> NodeView:
    """A dataset node with those of its other names that may be seen."""
    record = views.catalog.datasets.get(DatasetId(node.namespace, node.name))
    if record is None or node.type != "dataset":
        return node
    aliases = tuple(str(alias) for alias in record.shown_aliases(moment.until, moment.known_at) if sight.sees(alias.namespace))
    return NodeView(node.id, node.type, node.namespace, node.name, node.column, node.distance, node.tier, aliases)
