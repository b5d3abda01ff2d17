"""The graph again, as slow and as plain as it can be: what the fast one is measured against."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from headwater.projections.graph import ColumnGraph, Edges

Edge = tuple[int, int, int, int]
NODES, KINDS, DERIVATIONS = 12, 4, 5

edges_of_any_kind = st.tuples(
    st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(0, KINDS - 1), st.integers(0, DERIVATIONS - 1)
)
edge_lists = st.lists(edges_of_any_kind, max_size=40)
node_sets = st.lists(st.integers(0, NODES + 1), max_size=4)
alive_tables = st.none() | st.lists(st.booleans(), max_size=DERIVATIONS).map(lambda cells: np.array(cells, dtype=np.bool_))
kind_tables = st.none() | st.lists(st.booleans(), max_size=KINDS).map(lambda cells: np.array(cells, dtype=np.bool_))
Table = NDArray[np.bool_] | None


def graph_of(*batches: Iterable[Edge]) -> ColumnGraph:
    """A graph that took the batches in one after the other."""
    graph = ColumnGraph()
    for batch in batches:
        add(graph, batch)
    return graph


def add(graph: ColumnGraph, batch: Iterable[Edge]) -> None:
    """Hand one batch to a graph."""
    cells = np.array(list(batch), dtype=np.int64).reshape(-1, 4)
    graph.add_edges(cells[:, 0], cells[:, 1], cells[:, 2], cells[:, 3])


def listed(edges: Edges) -> list[Edge]:
    """Edges as tuples, in their order."""
    columns = (edges.sources.tolist(), edges.targets.tolist(), edges.kinds.tolist(), edges.derivations.tolist())
    return list(zip(*columns, strict=True))


def usable(edges: Iterable[Edge], alive: Table, kinds: Table) -> list[Edge]:
    """The edges that both tables allow; what a table does not reach is not allowed."""
    return sorted({edge for edge in edges if _holds(alive, edge[3]) and _holds(kinds, edge[2])})


def reached(
    edges: Collection[Edge], starts: Sequence[int], *, forward: bool, depth: int | None = None, free: Table = None
) -> dict[int, int]:
    """Distance by node, with one queue and one dictionary."""
    free = free if depth is not None else None
    distance: dict[int, int] = dict.fromkeys(starts, 0)
    queue = deque(distance)
    while queue:
        node = queue.popleft()
        for source, target, kind, _ in edges:
            here, there = (source, target) if forward else (target, source)
            hops = distance[node] + (0 if free is not None and _holds(free, kind) else 1)
            if here == node and hops < distance.get(there, 1 << 30) and (depth is None or hops <= depth):
                distance[there] = hops
                queue.append(there)
    return dict(sorted(distance.items()))


def _holds(table: Table, cell: int) -> bool:
    return table is None or (cell < len(table) and bool(table[cell]))
