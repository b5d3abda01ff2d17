"""What nodes reach: hand-made pictures, then the law that the fast walk equals the plain one."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.projections.graph import BadEdges, ColumnGraph
from tests.unit.projections.graph.plain import Edge, Table, alive_tables, edge_lists, graph_of, kind_tables, node_sets, reached, usable

few_or_many = st.sampled_from([0, 9000])
"""Nodes beside those with edges: in a graph of many a small answer is gathered by sorting, in one of few by sweeping."""
CHAIN: list[Edge] = [(0, 1, 0, 0), (1, 2, 0, 1), (2, 3, 1, 2)]


def walked(graph: ColumnGraph, starts: list[int], *, forward: bool = True, depth: int | None = None, free: Table = None) -> dict[int, int]:
    closure = graph.closure(starts, forward=forward, depth=depth, free=free)
    return dict(zip(closure.nodes.tolist(), closure.distance.tolist(), strict=True))


def test_a_chain_is_walked_both_ways() -> None:
    graph = graph_of(CHAIN)
    assert walked(graph, [0]) == {0: 0, 1: 1, 2: 2, 3: 3}
    assert walked(graph, [3], forward=False) == {0: 3, 1: 2, 2: 1, 3: 0}


def test_depth_stops_the_walk_and_zero_stays_at_the_start() -> None:
    graph = graph_of(CHAIN)
    assert walked(graph, [0], depth=2) == {0: 0, 1: 1, 2: 2}
    assert walked(graph, [0], depth=0) == {0: 0}


def test_the_shortest_way_gives_the_distance() -> None:
    assert walked(graph_of(CHAIN, [(0, 3, 0, 3)]), [0])[3] == 1


def test_cycles_and_loops_end_the_walk() -> None:
    assert walked(graph_of([(0, 1, 0, 0), (1, 2, 0, 0), (2, 0, 0, 0), (1, 1, 0, 0)]), [1]) == {0: 2, 1: 0, 2: 1}


def test_a_dead_derivation_carries_nothing() -> None:
    closure = graph_of(CHAIN).closure([0], forward=True, alive=np.array([True, False, True]))
    assert closure.nodes.tolist() == [0, 1]


def test_a_derivation_past_the_table_is_dead() -> None:
    assert graph_of(CHAIN).closure([0], forward=True, alive=np.array([True])).nodes.tolist() == [0, 1]


def test_a_kind_that_is_not_asked_for_carries_nothing() -> None:
    assert graph_of(CHAIN).closure([0], forward=True, kinds=np.array([True])).nodes.tolist() == [0, 1, 2]


def test_free_hops_cost_no_depth() -> None:
    edges: list[Edge] = [(0, 1, 3, 0), (1, 2, 0, 0), (2, 3, 3, 0), (3, 4, 0, 0), (0, 3, 0, 0)]
    free = np.array([False, False, False, True])
    assert walked(graph_of(edges), [0], depth=1, free=free) == {0: 0, 1: 0, 2: 1, 3: 1}
    assert walked(graph_of(edges), [0], depth=0, free=free) == {0: 0, 1: 0}


def test_without_a_depth_free_means_nothing() -> None:
    assert walked(graph_of(CHAIN), [0], free=np.array([True, True])) == {0: 0, 1: 1, 2: 2, 3: 3}


def test_a_node_that_no_edge_names_reaches_itself() -> None:
    assert walked(graph_of(CHAIN), [99]) == {99: 0}
    assert walked(ColumnGraph(), [3], forward=False) == {3: 0}


def test_no_starts_reach_nothing() -> None:
    closure = graph_of(CHAIN).closure([], forward=True)
    assert len(closure) == 0
    assert (closure.nodes.dtype.name, closure.distance.dtype.name) == ("int64", "int32")


def test_starts_may_be_a_mask_or_repeat() -> None:
    graph = graph_of(CHAIN)
    assert graph.closure(np.array([False, False, True]), forward=True).nodes.tolist() == [2, 3]
    assert walked(graph, [2, 1, 2]) == {1: 0, 2: 0, 3: 1}


def test_a_negative_start_is_refused() -> None:
    with pytest.raises(BadEdges, match="nodes"):
        graph_of(CHAIN).closure([-1], forward=True)


def test_a_walk_leaves_no_marks_for_the_next() -> None:
    graph = graph_of(CHAIN)
    assert [walked(graph, [start]) for start in (3, 0, 3)] == [{3: 0}, {0: 0, 1: 1, 2: 2, 3: 3}, {3: 0}]


def test_a_long_chain_is_walked_to_its_end() -> None:
    length = 3000
    graph = graph_of((node, node + 1, 0, 0) for node in range(length))
    closure = graph.closure([0], forward=True)
    assert closure.distance.tolist() == list(range(length + 1))


@given(
    edge_lists, node_sets, st.booleans(), alive_tables, kind_tables, st.none() | st.integers(0, 5), kind_tables, st.sampled_from([0, 9000])
)
def test_the_walk_equals_a_plain_search(
    edges: list[Edge], starts: list[int], forward: bool, alive: Table, kinds: Table, depth: int | None, free: Table, room: int
) -> None:
    graph = graph_of(edges)
    graph.add_nodes(room)
    closure = graph.closure(starts, forward=forward, alive=alive, kinds=kinds, depth=depth, free=free)
    expected = reached(usable(edges, alive, kinds), starts, forward=forward, depth=depth, free=free)
    assert closure.nodes.tolist() == list(expected)
    assert closure.distance.tolist() == list(expected.values())


@pytest.mark.parametrize(("nodes", "edges"), [(400, 300), (400, 1600), (20_000, 24_000)])
@pytest.mark.parametrize("delta", [0, 200])
def test_larger_graphs_agree_with_networkx(nodes: int, edges: int, delta: int) -> None:
    random = np.random.default_rng(nodes + edges)
    cells = np.stack([random.integers(0, nodes, edges), random.integers(0, nodes, edges), random.integers(0, 4, edges), np.arange(edges)])
    graph = ColumnGraph()
    graph.add_edges(*cells[:, : edges - delta])
    graph.adopt(graph.rebuilt())
    graph.add_edges(*cells[:, edges - delta :])
    assert graph.delta_count == delta
    peer = nx.DiGraph(list(zip(cells[0].tolist(), cells[1].tolist(), strict=True)))
    peer.add_nodes_from(range(nodes))
    for start in random.integers(0, nodes, 20).tolist():
        for depth in (None, 3):
            assert walked(graph, [start], depth=depth) == nx.single_source_shortest_path_length(peer, start, cutoff=depth)
            up = nx.single_source_shortest_path_length(peer.reverse(copy=False), start, cutoff=depth)
            assert walked(graph, [start], forward=False, depth=depth) == up


def test_free_hops_agree_with_weighted_paths_in_larger_graphs() -> None:
    random = np.random.default_rng(5)
    nodes, edges = 2000, 3600
    cells = np.stack(
        [random.integers(0, nodes, edges), random.integers(0, nodes, edges), random.integers(0, 4, edges), np.zeros(edges, int)]
    )
    graph = ColumnGraph()
    graph.add_edges(*cells)
    peer = nx.MultiDiGraph()
    peer.add_nodes_from(range(nodes))
    for source, target, kind, _ in cells.T.tolist():
        peer.add_edge(source, target, weight=int(kind != 2))
    for start in random.integers(0, nodes, 15).tolist():
        expected = nx.single_source_dijkstra_path_length(peer, start, cutoff=4)
        assert walked(graph, [start], depth=4, free=np.array([False, False, True])) == expected
