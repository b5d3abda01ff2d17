"""A lineage-like graph to measure with: many datasets of columns, a few hubs that everything reads, a few tables that feed themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.model.lineage import Kind

NODES_PER_DATASET = 25
"""Node 0 of a dataset is its row node, the others are columns."""
_SOURCES = 20
_EDGES_PER_NODE = 2.9
_DIRECT = np.array([Kind.IDENTITY, Kind.TRANSFORMATION, Kind.AGGREGATION], dtype=np.uint8)
_INDIRECT = np.array([Kind.JOIN, Kind.FILTER, Kind.GROUP_BY, Kind.CONDITIONAL], dtype=np.uint8)

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Edges in no particular order; derivation `d` is the job that writes dataset `d`."""

    node_count: int
    sources: Numbers
    targets: Numbers
    kinds: NDArray[np.uint8]
    derivations: Numbers

    @property
    def derivation_count(self) -> int:
        """One derivation per dataset."""
        return self.node_count // NODES_PER_DATASET


def lineage_graph(edge_count: int, seed: int) -> LineageGraph:
    """About `edge_count` edges, the same for the same seed.

    Each dataset reads up to four others, half of them recent, half old and popular; of a dataset the first columns are read most.
    Nine in ten edges carry values, one in ten decides over rows; one table in fifty also reads a later one, so there are cycles.
    """
    random = np.random.default_rng(seed)
    datasets = int(edge_count / _EDGES_PER_NODE / NODES_PER_DATASET)
    per_dataset = edge_count // datasets
    of = np.repeat(np.arange(datasets), per_dataset)
    read = _read_by(of, datasets, random)
    columns = 1 + ((NODES_PER_DATASET - 1) * random.random(len(of)) ** 2).astype(np.int64)
    decides = random.random(len(of)) < 0.1
    written = np.where(decides, 0, random.integers(1, NODES_PER_DATASET, len(of)))
    kinds = np.where(decides, random.choice(_INDIRECT, len(of)), random.choice(_DIRECT, len(of), p=[0.6, 0.3, 0.1]))
    return LineageGraph(
        datasets * NODES_PER_DATASET,
        read * NODES_PER_DATASET + columns,
        of * NODES_PER_DATASET + written,
        kinds.astype(np.uint8),
        of,
    )


def hub(graph: LineageGraph) -> int:
    """The column of an early dataset that is read the most."""
    early = graph.sources < _SOURCES * NODES_PER_DATASET
    return int(np.bincount(graph.sources[early]).argmax())


def _read_by(of: Numbers, datasets: int, random: np.random.Generator) -> Numbers:
    """Per edge, the dataset it reads: one of the up to four that its dataset chose."""
    dataset = np.arange(datasets)[:, None]
    popular = dataset * random.random((datasets, 4)) ** 3
    recent = dataset - 1 - np.minimum(dataset, 400) * random.random((datasets, 4)) ** 2
    choices = np.where(random.random((datasets, 4)) < 0.5, popular, recent).astype(np.int64).clip(0)
    back = random.random(datasets) < 0.02
    choices[back, 3] = random.integers(0, datasets, int(back.sum()))
    width = random.integers(1, 5, datasets)
    width[back] = 4
    chosen: Numbers = choices[of, random.integers(0, width[of])]
    return chosen
