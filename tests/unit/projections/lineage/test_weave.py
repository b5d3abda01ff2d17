from __future__ import annotations

from headwater.model.ids import DatasetId
from headwater.model.lineage import Evidence, Flow, Kind
from headwater.model.times import BEGINNING
from headwater.projections.lineage.claims import Claim
from headwater.projections.lineage.incarnations import Incarnation
from headwater.projections.lineage.nodes import Link, Node
from headwater.projections.lineage.weave import STRUCTURE, Weave, dataset_node, hub_node
from tests.unit.telling import copy, dataset


def claim(*flows: Flow, sources: tuple[DatasetId, ...] = ()) -> Claim:
    target = dataset("t")
    declared = Evidence.DECLARED
    return Claim(job=None, target=target, origin="o", evidence=declared, status="complete", flows=flows, sources=sources, fingerprint="f")


def woven(told: Claim) -> Weave:
    weave = Weave()
    owners = {name: weave.columns.incarnation(Incarnation(name, BEGINNING)) for name in (*told.datasets, told.target)}
    weave.claim(1, told, owners[told.target], owners)
    weave.flush()
    return weave


def column_edges(weave: Weave) -> set[tuple[str, str, int]]:
    """Edges that are not structure, by part and column."""
    graph, nodes = weave.column_graph, weave.columns.nodes
    found = graph.subgraph(list(range(graph.node_count)))
    rows = zip(found.sources.tolist(), found.targets.tolist(), found.kinds.tolist(), found.derivations.tolist(), strict=True)
    return {(_name(nodes[a]), _name(nodes[b]), kind) for a, b, kind, derivation in rows if derivation != STRUCTURE}


def _name(node: Node) -> str:
    return f"{node.part.name} {node.owner} {node.column}".strip()


def test_a_flow_to_every_row_is_woven_once() -> None:
    weave = woven(claim(copy("a", "day", None, Kind.FILTER), copy("a", "x", "x")))
    assert column_edges(weave) == {("COLUMN 0 day", "ROWS 1", Kind.FILTER), ("COLUMN 0 x", "COLUMN 1 x", Kind.IDENTITY)}


def test_whole_sources_go_through_one_hub_and_are_not_multiplied() -> None:
    weave = woven(claim(sources=(dataset("a"), dataset("b"))))
    assert column_edges(weave) == {
        ("WHOLE 0", "HUB 1", Link.HUB_IN),
        ("WHOLE 1", "HUB 1", Link.HUB_IN),
        ("HUB 1", "ROWS 2", Kind.UNKNOWN),
    }


def test_between_datasets_the_most_direct_kind_is_kept() -> None:
    weave = woven(claim(copy("a", "day", None, Kind.FILTER), copy("a", "x", "x", Kind.TRANSFORMATION)))
    edges = weave.dataset_graph.edges_from([dataset_node(0)])
    assert (edges.targets.tolist(), edges.kinds.tolist()) == ([hub_node(1)], [Kind.TRANSFORMATION])


def test_aliased_datasets_share_columns_known_before_and_after() -> None:
    weave = Weave()
    one, other = (weave.columns.incarnation(Incarnation(dataset(name), BEGINNING)) for name in ("a", "b"))
    weave.column(one, "before")
    weave.alias(7, one, other)
    weave.column(other, "after")
    weave.flush()
    tied = {(a, b) for a, b, kind in column_edges(weave) if kind == Link.ALIAS}
    for column in ("before", "after"):
        assert (f"COLUMN {one} {column}", f"COLUMN {other} {column}") in tied
        assert (f"COLUMN {other} {column}", f"COLUMN {one} {column}") in tied
