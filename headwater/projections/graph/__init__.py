"""The column graph: which node feeds which, how, and by which derivation; walked in numpy, no process or database behind it.

Nodes are small integers that the catalog gives out; names, datasets and evidence live elsewhere.
An edge is (source, target, kind, derivation) and is never taken away: what ends is its derivation, and `Episodes` says when.
Read `graph.py` for what callers use, `traverse.py` for the walk itself, `csr.py` and `delta.py` for how edges lie in memory.
"""

from headwater.projections.graph.edges import BadEdges, Edges
from headwater.projections.graph.episodes import BadEpisode, Episode, Episodes
from headwater.projections.graph.frame import BrokenFrame
from headwater.projections.graph.graph import DELTA_LIMIT, ColumnGraph, Shape
from headwater.projections.graph.traverse import Closure

__all__ = ["BadEdges", "BadEpisode", "BrokenFrame", "Closure", "ColumnGraph", "DELTA_LIMIT", "Edges", "Episode", "Episodes", "Shape"]
