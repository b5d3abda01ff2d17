"""Storing edges: once each, in the base or beside it, wherever they came from; and what lies among and between nodes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.projections.graph import BadEdges, ColumnGraph
from headwater.projections.graph import graph as graph_module
from tests.unit.projections.graph.plain import (
    NODES,
    Edge,
    Table,
    add,
    alive_tables,
    edge_lists,
    graph_of,
    kind_tables,
    listed,
    node_sets,
    reached,
    usable,
)

EVERY_NODE = list(range(NODES))
DIAMOND: list[Edge] = [(0, 1, 0, 0), (0, 2, 0, 0), (1, 3, 0, 1), (2, 3, 0, 2), (3, 4, 1, 3), (5, 3, 0, 4), (1, 6, 0, 1)]


def test_an_edge_is_stored_once_wherever_it_lies() -> None:
    graph = graph_of(DIAMOND, DIAMOND)
    assert graph.edge_count == len(DIAMOND)
    graph.adopt(graph.rebuilt())
    add(graph, DIAMOND + DIAMOND)
    assert (graph.edge_count, graph.delta_count) == (len(DIAMOND), 0)


def test_edges_that_differ_in_kind_or_derivation_alone_are_different() -> None:
    graph = graph_of([(0, 1, 0, 0), (0, 1, 1, 0), (0, 1, 0, 1)])
    assert listed(graph.edges_of(0)) == [(0, 1, 0, 0), (0, 1, 0, 1), (0, 1, 1, 0)]


def test_nodes_grow_with_edges_and_on_request() -> None:
    graph = graph_of([(0, 7, 0, 0)])
    assert graph.node_count == 8
    graph.add_nodes(20)
    graph.add_nodes(3)
    assert graph.node_count == 20
    add(graph, [(25, 0, 0, 0)])
    assert graph.node_count == 26
    assert graph.rebuilt().closure([25], forward=True).nodes.tolist() == [0, 7, 25]


def test_no_edges_change_nothing() -> None:
    graph = graph_of(DIAMOND)
    graph.add_edges([], [], [], [])
    assert graph.edge_count == len(DIAMOND)


@pytest.mark.parametrize(
    "batch",
    [([0], [1, 2], [0], [0]), ([-1], [1], [0], [0]), ([0], [2**31], [0], [0]), ([0], [1], [256], [0]), ([0.5], [1], [0], [0])],
    ids=["lengths differ", "negative", "too large", "no kind", "no whole number"],
)
def test_edges_that_cannot_be_held_are_refused(batch: tuple[list[float], list[float], list[float], list[float]]) -> None:
    graph = graph_of(DIAMOND)
    with pytest.raises(BadEdges) as caught:
        graph.add_edges(*batch)
    assert caught.value.code == "GRAPH-EDGES-INVALID"
    assert graph.edge_count == len(DIAMOND)


def test_the_subgraph_is_every_edge_among_nodes_and_no_other() -> None:
    graph = graph_of(DIAMOND)
    assert listed(graph.subgraph([0, 1, 3])) == [(0, 1, 0, 0), (1, 3, 0, 1)]
    assert listed(graph.subgraph(np.array([True, True, False, True]))) == [(0, 1, 0, 0), (1, 3, 0, 1)]
    assert listed(graph.subgraph([99, 0])) == []


def test_the_subgraph_upstream_of_a_leaf_does_not_drown_in_a_hubs_readers() -> None:
    readers = [(0, target, 0, 0) for target in range(10, 500)]
    graph = graph_of(readers, [(0, 1, 2, 1), (0, 1, 0, 1), (5, 1, 0, 1), (1, 2, 0, 2)])
    assert listed(graph.subgraph([0, 1, 2])) == [(0, 1, 0, 1), (0, 1, 2, 1), (1, 2, 0, 2)]


def test_between_holds_every_path_and_nothing_beside() -> None:
    nodes, edges = graph_of(DIAMOND).between([0], [4])
    assert nodes.tolist() == [0, 1, 2, 3, 4]
    assert listed(edges) == [(0, 1, 0, 0), (0, 2, 0, 0), (1, 3, 0, 1), (2, 3, 0, 2), (3, 4, 1, 3)]


def test_between_nodes_without_a_path_lies_nothing() -> None:
    nodes, edges = graph_of(DIAMOND).between([4], [0])
    assert (len(nodes), len(edges)) == (0, 0)


def test_edges_at_a_node_come_from_both_sides_and_a_loop_once() -> None:
    graph = graph_of(DIAMOND, [(3, 3, 0, 9)])
    assert listed(graph.edges_of(3)) == [(1, 3, 0, 1), (2, 3, 0, 2), (3, 3, 0, 9), (3, 4, 1, 3), (5, 3, 0, 4)]
    assert listed(graph.edges_into([3, 4], kinds=np.array([False, True]))) == [(3, 4, 1, 3)]
    assert listed(graph.edges_from([1])) == [(1, 3, 0, 1), (1, 6, 0, 1)]


def test_a_batch_past_the_deltas_limit_goes_to_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_module, "DELTA_LIMIT", 4)
    graph = graph_of(DIAMOND[:3])
    assert (graph.delta_count, graph.needs_rebuild) == (3, True)
    add(graph, DIAMOND[3:])
    assert (graph.delta_count, graph.needs_rebuild, graph.edge_count) == (0, False, len(DIAMOND))
    assert listed(graph.edges_from(EVERY_NODE)) == sorted(DIAMOND)


def test_edges_that_come_during_a_rebuild_are_kept() -> None:
    graph = graph_of(DIAMOND[:4])
    rebuilt = graph.rebuilt()
    add(graph, DIAMOND[4:])
    graph.adopt(rebuilt)
    assert (graph.edge_count, graph.delta_count) == (len(DIAMOND), len(DIAMOND) - 4)
    assert listed(graph.edges_from(EVERY_NODE)) == sorted(DIAMOND)


def test_a_rebuild_leaves_the_live_graph_alone() -> None:
    graph = graph_of(DIAMOND)
    assert (graph.rebuilt().delta_count, graph.delta_count) == (0, len(DIAMOND))


def test_readers_beside_a_writer_see_one_whole_graph_each_time() -> None:
    graph, length = ColumnGraph(), 400
    done = Event()

    def read() -> list[list[int]]:
        seen = []
        while not done.is_set():
            seen.append(graph.closure([0], forward=True).nodes.tolist())
        return seen

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for node in range(length):
            add(graph, [(node, node + 1, 0, node)])
            if node % 100 == 50:
                graph.adopt(graph.rebuilt())
        done.set()
        walks = [walk for reader in readers for walk in reader.result(timeout=60)]
    assert all(walk == list(range(len(walk))) for walk in walks)
    assert graph.closure([0], forward=True).nodes.tolist() == list(range(length + 1))


def test_memory_counts_both_ways() -> None:
    graph = graph_of([(node, node + 1, 0, 0) for node in range(1000)]).rebuilt()
    assert 2 * (1000 * 9 + 1001 * 8) <= graph.nbytes <= 2 * (1000 * 9 + 1001 * 8) + 64


@given(st.lists(st.tuples(edge_lists, st.booleans()), max_size=4), node_sets, alive_tables, kind_tables)
def test_any_split_between_base_and_delta_is_the_same_graph(
    batches: list[tuple[list[Edge], bool]], nodes: list[int], alive: Table, kinds: Table
) -> None:
    split = ColumnGraph()
    for batch, rebuild in batches:
        add(split, batch)
        if rebuild:
            split.adopt(split.rebuilt())
    edges = [edge for batch, _ in batches for edge in batch]
    whole = graph_of(edges).rebuilt()
    assert split.edge_count == whole.edge_count == len(set(edges))
    assert split.node_count == whole.node_count
    assert split.rebuilt().to_bytes() == whole.to_bytes()
    for graph in (split, whole):
        allowed = usable(edges, alive, kinds)
        assert listed(graph.subgraph(nodes, alive=alive, kinds=kinds)) == [e for e in allowed if e[0] in nodes and e[1] in nodes]
        assert listed(graph.edges_from(nodes, alive=alive, kinds=kinds)) == [e for e in allowed if e[0] in nodes]
        assert listed(graph.edges_into(nodes, alive=alive, kinds=kinds)) == [e for e in allowed if e[1] in nodes]


@given(edge_lists, node_sets, node_sets, alive_tables, kind_tables)
def test_between_equals_the_meeting_of_two_plain_searches(
    edges: list[Edge], starts: list[int], ends: list[int], alive: Table, kinds: Table
) -> None:
    allowed = usable(edges, alive, kinds)
    meeting = reached(allowed, starts, forward=True).keys() & reached(allowed, ends, forward=False).keys()
    nodes, found = graph_of(edges).between(starts, ends, alive=alive, kinds=kinds)
    assert nodes.tolist() == sorted(meeting)
    assert listed(found) == [edge for edge in allowed if edge[0] in meeting and edge[1] in meeting]
