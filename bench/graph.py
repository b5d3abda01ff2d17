"""The column graph beside SQLite's recursive query, networkx and scipy, on one graph in one run.

    python bench/graph.py [--edges 1000000] [--rounds 9] [--skip-networkx]

Every peer gets its best form: SQLite an index that covers the query and a database in memory, networkx a built DiGraph,
scipy a matrix of the type that its search takes without a copy. Only answers of the same size are compared: each is checked.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from graph_shape import LineageGraph, Numbers, hub, lineage_graph
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from headwater.projections.graph import ColumnGraph, Episodes

SEED = 20_260_101
HOPS = 3
BATCH = 1_000
TARGET_RATIO, TARGET_HOPS, TARGET_ADDING = 3.0, 0.5e-3, 5e-3
_WIDTHS = (42, 14, 14, 14, 14)

_HUB_SQL = (
    "WITH RECURSIVE reached(node) AS (SELECT ? UNION SELECT target FROM edge JOIN reached ON source = node) SELECT count(*) FROM reached"
)
_HOPS_SQL = f"""
WITH RECURSIVE reached(node, hops) AS (
    SELECT ?, 0 UNION SELECT target, hops + 1 FROM edge JOIN reached ON source = node WHERE hops < {HOPS}
) SELECT count(DISTINCT node) FROM reached
"""


@dataclass(frozen=True)
class Peers:
    """One graph in each program's own form; networkx only where it was asked for."""

    ours: ColumnGraph
    sqlite: sqlite3.Connection
    scipy: csr_matrix
    networkx: nx.DiGraph | None


def main() -> int:
    """Measure and print one table; 1 when a target is missed."""
    options = _options()
    shape = lineage_graph(options.edges, SEED)
    peers = _build(shape, with_networkx=not options.skip_networkx)
    size = f"{peers.ours.node_count:,} nodes, {peers.ours.edge_count:,} edges, {shape.derivation_count:,} derivations"
    print(f"{size}; medians of {options.rounds}\n")
    _row("", "headwater", "scipy", "sqlite", "networkx")
    _row("", "---------", "-----", "------", "--------")
    ratio = _hub(peers, shape, options.rounds)
    p99 = _hops(peers, shape, options.starts)
    adding = _adding(peers, shape, options.rounds)
    _room_and_reading(peers, options.rounds)
    print()
    met = [
        _judge("hub closure, as of a time or not", ratio, TARGET_RATIO, f"{ratio:.2f} x scipy"),
        _judge(f"{HOPS} hops, worst p99", p99, TARGET_HOPS, _ms(p99)),
        _judge(f"{BATCH:,} edges until seen, worst median", adding, TARGET_ADDING, _ms(adding)),
    ]
    return 0 if all(met) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="measure the column graph beside its peers")
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--starts", type=int, default=2_000, help="nodes to ask three hops of")
    parser.add_argument("--skip-networkx", action="store_true", help="networkx takes about 1 GB for a million edges")
    return parser.parse_args()


def _build(shape: LineageGraph, *, with_networkx: bool) -> Peers:
    ours = ColumnGraph()
    ours.add_edges(shape.sources, shape.targets, shape.kinds, shape.derivations)
    pairs = np.unique(np.stack([shape.sources, shape.targets], axis=1), axis=0)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE edge (source INTEGER, target INTEGER, PRIMARY KEY (source, target)) WITHOUT ROWID")
    database.executemany("INSERT INTO edge VALUES (?, ?)", pairs.tolist())
    database.commit()
    weights = np.ones(len(pairs))
    matrix = csr_matrix((weights, (pairs[:, 0], pairs[:, 1])), shape=(ours.node_count, ours.node_count))
    return Peers(ours.rebuilt(), database, matrix, nx.DiGraph(pairs.tolist()) if with_networkx else None)


def _hub(peers: Peers, shape: LineageGraph, rounds: int) -> float:
    """Everything downstream of the most read column, with all of history and as of a time; the worse as a multiple of scipy's time."""
    start = hub(shape)
    asked: list[Callable[[], int]] = [
        lambda: len(peers.ours.closure([start], forward=True)),
        lambda: len(breadth_first_order(peers.scipy, start, return_predecessors=False)),
        lambda: int(peers.sqlite.execute(_HUB_SQL, (start,)).fetchone()[0]),
    ]
    if peers.networkx is not None:
        graph = peers.networkx
        asked.append(lambda: len(nx.descendants(graph, start)) + 1)
    sizes = {ask() for ask in asked}
    assert len(sizes) == 1, f"the answers differ: {sizes}"
    episodes = _episodes(shape)
    alive = episodes.alive(as_of=500)
    now, scipy, as_of = _medians([*asked[:2], lambda: len(peers.ours.closure([start], forward=True, alive=alive))], rounds)
    _row(f"hub closure, {sizes.pop():,} nodes", *map(_ms, (now, scipy, *_medians(asked[2:], 3))))
    _row("  times scipy's", f"{now / scipy:.2f}", "1.00")
    _row(f"hub closure as of a time, {len(peers.ours.closure([start], forward=True, alive=alive)):,} nodes", _ms(as_of), _ms(scipy))
    _row("  times scipy's, which knows no time", f"{as_of / scipy:.2f}", "1.00")
    first_asked = _each(lambda known: episodes.alive(500, 2**60 + known), range(rounds))
    _row("which derivations lived then, first asked", _ms(statistics.median(first_asked)))
    few = len(peers.ours.closure([start], forward=True, depth=HOPS))
    _row(f"{HOPS} hops from the hub, {few:,} nodes", _ms(_median(lambda: peers.ours.closure([start], forward=True, depth=HOPS), rounds)))
    return max(now, as_of) / scipy


def _hops(peers: Peers, shape: LineageGraph, starts: int) -> float:
    """Three hops downstream and upstream of nodes picked at random; the worst of our p99."""
    nodes = np.random.default_rng(SEED).integers(0, shape.node_count, starts).tolist()
    alive = _episodes(shape).alive(as_of=500)
    sizes = [len(peers.ours.closure([node], forward=True, depth=HOPS)) for node in nodes]
    asked: list[Callable[[int], object] | None] = [
        lambda node: peers.ours.closure([node], forward=True, depth=HOPS),
        None,
        lambda node: peers.sqlite.execute(_HOPS_SQL, (node,)).fetchone()[0],
    ]
    if peers.networkx is not None:
        graph = peers.networkx
        asked.append(lambda node: nx.single_source_shortest_path_length(graph, node, cutoff=HOPS) if node in graph else {node: 0})
    down = _hop_rows(f"{HOPS} hops down", [None if ask is None else _each(ask, nodes) for ask in asked])
    _row("  nodes in the answer, p50 / p99 / most", f"{np.median(sizes):.0f} / {np.percentile(sizes, 99):.0f} / {max(sizes)}")
    as_of = _hop_rows(
        f"{HOPS} hops down, as of a time", [_each(lambda node: peers.ours.closure([node], forward=True, depth=HOPS, alive=alive), nodes)]
    )
    up = _hop_rows(f"{HOPS} hops up", [_each(lambda node: peers.ours.closure([node], forward=False, depth=HOPS), nodes)])
    return max(down, as_of, up)


def _adding(peers: Peers, shape: LineageGraph, rounds: int) -> float:
    """A batch handed in until a walk gives its last edge, with a delta that is empty, and nearly full; the worse of our medians."""
    random = np.random.default_rng(SEED + 1)
    medians = []
    for waiting in (0, 95_000 - rounds * BATCH):
        graph = peers.ours.rebuilt()
        _add_random(graph, shape, waiting, random)
        times = []
        for _ in range(rounds):
            batch = _random_edges(shape, BATCH, random)
            began = time.perf_counter()
            graph.add_edges(*batch)
            seen = graph.closure([batch[0][-1]], forward=True, depth=1).nodes
            times.append(time.perf_counter() - began)
            assert batch[1][-1] in seen
        medians.append(statistics.median(times))
        sqlite = _sqlite_adding(peers, shape, rounds, random)
        _row(f"{BATCH:,} edges until seen, {waiting:,} waiting", _ms(medians[-1]), "", _ms(sqlite))
    start = hub(shape)
    _row(f"hub closure, {graph.delta_count:,} edges waiting", _ms(_median(lambda: graph.closure([start], forward=True), rounds)))
    _row("new base of base and delta", _ms(_median(graph.rebuilt, 3)))
    return max(medians)


def _sqlite_adding(peers: Peers, shape: LineageGraph, rounds: int, random: np.random.Generator) -> float:
    times = []
    for _ in range(rounds):
        sources, targets, _, _ = _random_edges(shape, BATCH, random)
        pairs = np.stack([sources, targets], axis=1).tolist()
        began = time.perf_counter()
        peers.sqlite.executemany("INSERT OR IGNORE INTO edge VALUES (?, ?)", pairs)
        times.append(time.perf_counter() - began)
        peers.sqlite.rollback()
    return statistics.median(times)


def _room_and_reading(peers: Peers, rounds: int) -> None:
    """Bytes in memory, and from a saved file to the first answer."""
    saved = peers.ours.to_bytes()
    pages, page = (peers.sqlite.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    matrix = peers.scipy
    one_way = matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes
    _row("bytes (headwater: both ways, all kinds)", _mb(peers.ours.nbytes), _mb(one_way), _mb(pages * page), "")
    _row("write to bytes", _ms(_median(peers.ours.to_bytes, rounds)))
    _row("start-up: read, check, answer", _ms(_median(lambda: ColumnGraph.from_bytes(saved).closure([0], forward=True, depth=1), rounds)))


def _episodes(shape: LineageGraph) -> Episodes:
    """Derivations that begin over a span of time, of which some ended."""
    random = np.random.default_rng(SEED + 2)
    count = shape.derivation_count
    began = random.integers(0, 500, count)
    ended = np.where(random.random(count) < 0.05, began + random.integers(1, 1000, count), 2**62)
    episodes = Episodes()
    episodes.extend(np.arange(count), began, ended, np.arange(count), np.full(count, 2**62))
    return episodes


def _random_edges(shape: LineageGraph, count: int, random: np.random.Generator) -> tuple[Numbers, Numbers, NDArray[np.uint8], Numbers]:
    picked = random.integers(0, len(shape.sources), count)
    targets = random.integers(0, shape.node_count, count)
    return shape.sources[picked], targets, shape.kinds[picked], shape.derivations[picked]


def _add_random(graph: ColumnGraph, shape: LineageGraph, count: int, random: np.random.Generator) -> None:
    graph.add_edges(*_random_edges(shape, count, random))


def _median(ask: Callable[[], object], rounds: int) -> float:
    return _medians([ask], rounds)[0]


def _medians(asked: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Median per question, asked in turn, so that a busy moment of the machine hits them all."""
    times = [_each(lambda place: asked[place](), range(len(asked))) for _ in range(rounds)]
    return [statistics.median(took) for took in zip(*times, strict=True)]


def _each(ask: Callable[[int], object], nodes: Sequence[int]) -> list[float]:
    times = []
    for node in nodes:
        began = time.perf_counter()
        ask(node)
        times.append(time.perf_counter() - began)
    return times


def _hop_rows(what: str, times: Sequence[list[float] | None]) -> float:
    """Rows for the median and the p99; gives our p99."""
    for name, share in (("p50", 50), ("p99", 99)):
        _row(f"{what}, {name}", *("" if took is None else _ms(float(np.percentile(took, share))) for took in times))
    return float(np.percentile(times[0], 99)) if times[0] is not None else 0.0


def _judge(what: str, figure: float, target: float, shown: str) -> bool:
    limit = f"{target:.0f} x" if target >= 1 else f"{target * 1e3:g} ms"
    print(f"{what:<42}{shown:>14}   at most {limit}: {'met' if figure <= target else 'MISSED'}")
    return figure <= target


def _row(*cells: str) -> None:
    print(
        "".join(
            f"{cell:<{width}}" if width == _WIDTHS[0] else f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=False)
        ).rstrip()
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:,.3f} ms"


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


if __name__ == "__main__":
    sys.exit(main())
