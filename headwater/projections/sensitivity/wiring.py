"""The column graph's edges, each with the code of what it leaves of a label.

Most codes follow from the kind and from whether the derivation counts; the others (masks, counts, numbers of rows, lowerings) are told
edge by edge and lie in a sorted table. Codes lie beside the graph's own arrays, in their order, and are worked out anew with a new base.
An edge is new if its derivation or one of its ends is: a derivation's edges are woven when it is first told, structure with its node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.model.lineage import DIRECT, Kind
from headwater.model.sensitivity.labels import Transfer
from headwater.projections.graph.csr import Csr
from headwater.projections.graph.delta import Delta
from headwater.projections.graph.direction import Direction
from headwater.projections.graph.edges import Edges
from headwater.projections.graph.graph import Shape
from headwater.projections.graph.spokes import Places, Spokes, kept_after_insert, lower_bounds, present
from headwater.projections.lineage.nodes import KIND_COUNT, Link
from headwater.projections.sensitivity.bits import CLOSED, Codes

Table = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hops:
    """Parallel arrays: which node hands on to which, and by which code."""

    sources: NDArray[np.int64]
    targets: NDArray[np.int32]
    codes: Codes

    def __len__(self) -> int:
        return len(self.sources)

    def take(self, places: Places | Table) -> Hops:
        """The hops at some places, or where a mask holds."""
        return Hops(self.sources[places], self.targets[places], self.codes[places])


def codes_by_kind(*, supposed: bool) -> Codes:
    """What each kind leaves by itself; without `supposed`, what nobody read in full is closed."""
    codes = np.full(256, CLOSED, dtype=np.uint16)
    codes[:KIND_COUNT] = Transfer.KEEP
    codes[[kind for kind in Kind if kind not in DIRECT]] = Transfer.INFER
    if not supposed:
        codes[[Kind.UNKNOWN, Link.HUB_IN]] = CLOSED
    return codes


class Wiring:
    """Codes of all edges of a graph. `by_kind` says what a kind leaves, `counts` which derivations do at all."""

    def __init__(self, by_kind: Codes) -> None:
        self._by_kind = by_kind
        self._shape = Shape(Direction.empty(), Direction.empty(), 0, 0)
        self._counts: Table = np.zeros(1, dtype=np.bool_)
        self._told = Delta.empty()
        self._told_codes: Codes = np.empty(0, dtype=np.uint16)
        self._is_told: Table = np.zeros(1, dtype=np.bool_)
        self._base: Codes = np.empty(0, dtype=np.uint16)
        self._delta: Codes = np.empty(0, dtype=np.uint16)

    @property
    def node_count(self) -> int:
        """One more than the largest node known."""
        return self._shape.node_count

    @property
    def base(self) -> tuple[Csr, Codes]:
        """The part of the edges that lies in order by source, with their codes."""
        return self._shape.forward.base, self._base

    @property
    def nbytes(self) -> int:
        """Bytes that the codes hold, beside the graph's own."""
        return self._base.nbytes + self._delta.nbytes + self._told.nbytes + self._told_codes.nbytes

    def tell(self, edges: Edges, codes: Codes) -> None:
        """Say what single edges leave, whatever their kind; those told before take the new code. To be followed by `recode` or `adopt`."""
        if len(edges) == 0:
            return
        ends = (edges.sources.astype(np.int64) << 32) | edges.targets
        order = np.lexsort(((edges.kinds.astype(np.int64) << 32) | edges.derivations, ends))
        edges, codes = edges.take(order), codes[order]
        places, here = self._places_told(edges)
        self._told_codes[places[here]] = codes[here]
        rows, new = edges.take(~here), codes[~here]
        places, _ = self._places_told(rows)
        kept = kept_after_insert(len(self._told), places)
        merged = np.empty(len(kept), dtype=np.uint16)
        merged[kept], merged[~kept] = self._told_codes, new
        self._told_codes = merged
        self._told = self._told.merged(rows.sources, Spokes(rows.targets, rows.kinds, rows.derivations))
        self._is_told = _marked(self._is_told, edges.derivations)

    def adopt(self, shape: Shape, counts: Table) -> Hops:
        """Take a graph as it is now, and which derivations count; gives the hops that are new, none where there was no graph before."""
        before, self._shape = self._shape, shape
        self.count(counts)
        fresh = []
        if shape.forward.base is not before.forward.base:
            edges = _edges_of(shape.forward.base)
            self._base = self._codes_of_base(edges)
            fresh.append(self._new_hops(edges, self._base, before))
        if shape.forward.delta is not before.forward.delta or len(fresh):
            edges = shape.forward.delta_edges()
            self._delta = self._codes_of(edges)
            fresh.append(self._new_hops(edges, self._delta, before))
        return joined(fresh)

    def recode(self, edges: Edges) -> tuple[Hops, Codes]:
        """Work out the codes of edges anew, as what was told of them or whether they count has changed; gives them and the former codes.

        Edges that are not here yet were closed.
        """
        base, delta = self._shape.forward.base, self._shape.forward.delta
        codes = self._codes_of(edges)
        former = np.full(len(edges), CLOSED, dtype=np.uint16)
        spokes = Spokes(edges.targets, edges.kinds, edges.derivations)
        for part, kept in ((base, self._base), (delta, self._delta)):
            places, here = _places(part, edges.sources, spokes)
            former[here] = kept[places[here]]
            kept[places[here]] = codes[here]
        return Hops(edges.sources.astype(np.int64), edges.targets, codes), former

    def count(self, counts: Table) -> None:
        """Say which derivations count from here on; the edges of those that changed are to be recoded."""
        self._counts = _wide(counts, self._shape.derivation_count)

    def leaving(self, nodes: Places) -> tuple[Hops, Places]:
        """The hops that leave nodes (ascending, distinct), and for each the place of its source among them."""
        spans = self._shape.forward.base.spans(nodes)
        places = spans.places()
        hops = Hops(spans.owners(), self._shape.forward.base.spokes.neighbours.take(places), self._base.take(places))
        owners = np.repeat(np.arange(len(nodes)), spans.counts)
        since, owners_since = self.waiting(nodes)
        return (joined([hops, since]), np.concatenate((owners, owners_since))) if len(since) else (hops, owners)

    def waiting(self, nodes: Places) -> tuple[Hops, Places]:
        """The same of those edges alone that came since the base was built."""
        spans = self._shape.forward.delta.spans(nodes)
        places, owners = spans.places(), spans.owners()
        hops = Hops(owners, self._shape.forward.delta.spokes.neighbours.take(places), self._delta.take(places))
        return hops, nodes.searchsorted(owners)

    def entering(self, nodes: Places) -> tuple[Hops, Edges]:
        """The hops that arrive at nodes (ascending, distinct), and the edges that they are; closed ones too."""
        found = []
        for part in self._shape.reverse.parts():
            spans = part.spans(nodes)
            spokes = part.spokes.take(spans.places())
            found.append(Edges(spokes.neighbours, spans.owners().astype(np.int32), spokes.kinds, spokes.derivations))
        edges = found[0].joined(found[1]) if len(found) > 1 else found[0]
        return Hops(edges.sources.astype(np.int64), edges.targets, self._codes_of(edges)), edges

    def _codes_of(self, edges: Edges) -> Codes:
        codes = self._by_kind.take(edges.kinds)
        told = np.flatnonzero(self._is_told.take(edges.derivations, mode="clip"))
        if len(told):
            some = edges.take(told)
            places, here = self._places_told(some)
            codes[told[here]] = self._told_codes[places[here]]
        codes[~self._counts.take(edges.derivations, mode="clip")] = CLOSED
        return codes

    def _codes_of_base(self, edges: Edges) -> Codes:
        """The same of all edges of the base, into which what was told is put rather than looked up for each."""
        codes = self._by_kind.take(edges.kinds)
        places, here = _places(self._shape.forward.base, self._told.rows, self._told.spokes)
        codes[places[here]] = self._told_codes[here]
        codes[~self._counts.take(edges.derivations, mode="clip")] = CLOSED
        return codes

    def _places_told(self, edges: Edges) -> tuple[Places, Table]:
        return _places(self._told, edges.sources, Spokes(edges.targets, edges.kinds, edges.derivations))

    def _new_hops(self, edges: Edges, codes: Codes, before: Shape) -> Hops:
        if before.node_count == 0:
            return joined([])
        new = edges.derivations >= before.derivation_count
        new |= (edges.sources >= before.node_count) | (edges.targets >= before.node_count)
        new &= codes != CLOSED
        return Hops(edges.sources[new].astype(np.int64), edges.targets[new], codes[new])


def joined(parts: list[Hops]) -> Hops:
    """Hops of several arrays in one."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Hops(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint16))
    return Hops(
        np.concatenate([part.sources for part in parts]),
        np.concatenate([part.targets for part in parts]),
        np.concatenate([part.codes for part in parts]),
    )


def _edges_of(base: Csr) -> Edges:
    sources = np.repeat(np.arange(len(base.offsets) - 1, dtype=np.int32), np.diff(base.offsets))
    return Edges(sources, base.spokes.neighbours, base.spokes.kinds, base.spokes.derivations)


def _places(part: Csr | Delta, rows: NDArray[np.int32], wanted: Spokes) -> tuple[Places, Table]:
    """Where edges lie in a part or would, and which are there."""
    if isinstance(part, Csr):
        spans = part.spans(rows.astype(np.int64))
        first, end = spans.first, spans.first + spans.counts
    else:
        first, end = part.rows.searchsorted(rows, side="left"), part.rows.searchsorted(rows, side="right")
    places = lower_bounds(part.spokes, first, end, wanted)
    return places, present(part.spokes, places, end, wanted)


def _wide(table: Table, size: int) -> Table:
    """A table that reaches every number below a size, and says no of what it did not reach; its last cell is always no."""
    if len(table) > size and not table[-1]:
        return table
    wide = np.zeros(max(size, len(table)) + 1, dtype=np.bool_)
    wide[: len(table)] = table
    return wide


def _marked(table: Table, numbers: NDArray[np.int32]) -> Table:
    table = _wide(table, int(numbers.max()) + 1)
    table[numbers] = True
    return table
