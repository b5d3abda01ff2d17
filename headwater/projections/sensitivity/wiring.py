"""The column graph's edges, each with the code of what it leaves of a label.

Most codes follow from the kind and from whether the derivation counts; the others (masks, counts, numbers of rows, lowerings) are told
edge by edge and lie in a sorted table. Codes lie beside the graph's own arrays, in their order, and are worked out anew with a new base.
An edge is new if its derivation or one of its ends is: a derivation's edges are woven when it is first told, structure with its node.
Hops at past nodes (`past.py`) lie apart; past nodes have the numbers from `offset` on, which leaves the graph room to grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from headwater.projections.sensitivity.past import Key, PastHop

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
        self._past = Direction.empty()
        self._past_back = Direction.empty()
        self._past_codes: Codes = np.empty(0, dtype=np.uint16)
        self._past_numbers: dict[int, int] = {}
        self.past_nodes: list[int] = []
        """The nodes that have a past, in the order of their past nodes' numbers."""
        self.offset = 0
        self._shape = Shape(Direction.empty(), Direction.empty(), 0, 0)
        self._counts: Table = np.zeros(1, dtype=np.bool_)
        self._told = Delta.empty()
        self._told_codes: Codes = np.empty(0, dtype=np.uint16)
        self._is_told: Table = np.zeros(1, dtype=np.bool_)
        self._base: Codes = np.empty(0, dtype=np.uint16)
        self._delta: Codes = np.empty(0, dtype=np.uint16)

    @property
    def node_count(self) -> int:
        """One more than the largest node known, past ones included."""
        return self.offset + len(self.past_nodes) if self.past_nodes else self._shape.node_count

    def node(self, number: int) -> int:
        """The graph's node that a number stands for, as it is or was."""
        return self.past_nodes[number - self.offset] if self.past_nodes and number >= self.offset else number

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

    def make_room(self, node_count: int) -> tuple[int, int] | None:
        """Have numbers for so many nodes of the graph; gives the former and the present offset of past nodes where they move."""
        if node_count <= self.offset:
            return None
        before, self.offset = self.offset, node_count + node_count // 8 + 64
        self._put(self._past_edges(before))
        return before, self.offset

    def revisit(self, hops: Sequence[PastHop], trusted: Table | None) -> tuple[Hops, NDArray[np.int64]]:
        """Say which hops there are at past nodes, of which only those of `trusted` derivations count; gives those over which more may
        pass than before, and the nodes at which less may arrive."""
        for node in sorted({node for hop in hops for node in _past_ends(hop)} - self._past_numbers.keys()):
            self._past_numbers[node] = len(self.past_nodes)
            self.past_nodes.append(node)
        before, codes_before = self._past.delta, self._past_codes
        now = edges_from([self._renumbered(hop) for hop in hops]).ordered().distinct()
        codes = self._codes_of_past(now, trusted)
        former, still = self._former(now)
        lost = np.ones(len(before), dtype=np.bool_)
        lost[still] = False
        weaker = (former != codes) & (former != CLOSED)
        weakened = np.concatenate((before.spokes.neighbours[lost & (codes_before != CLOSED)], now.targets[weaker])).astype(np.int64)
        self._put(now)
        self._past_codes = codes
        raised = (former != codes) & (codes != CLOSED)
        return Hops(now.sources.astype(np.int64), now.targets, codes).take(raised), np.unique(weakened)

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
        """The same of those hops alone that are at past nodes, or came since the base was built."""
        found = []
        for part, codes in ((self._shape.forward.delta, self._delta), (self._past.delta, self._past_codes)):
            if len(part) == 0:
                continue
            spans = part.spans(nodes)
            places = spans.places()
            found.append(Hops(spans.owners(), part.spokes.neighbours.take(places), codes.take(places)))
        hops = joined(found)
        return hops, nodes.searchsorted(hops.sources)

    def entering(self, nodes: Places) -> tuple[Hops, Edges]:
        """The hops that arrive at nodes (ascending, distinct), and the edges that they are; closed ones too."""
        found = []
        for part in self._shape.reverse.parts():
            spans = part.spans(nodes)
            spokes = part.spokes.take(spans.places())
            found.append(Edges(spokes.neighbours, spans.owners().astype(np.int32), spokes.kinds, spokes.derivations))
        edges = found[0].joined(found[1]) if len(found) > 1 else found[0]
        spans = self._past_back.delta.spans(nodes)
        spokes = self._past_back.delta.spokes.take(spans.places())
        past = Edges(spokes.neighbours, spans.owners().astype(np.int32), spokes.kinds, spokes.derivations)
        codes = np.concatenate((self._codes_of(edges), self._former(past)[0]))
        edges = edges.joined(past)
        return Hops(edges.sources.astype(np.int64), edges.targets, codes), edges

    def _renumbered(self, hop: PastHop) -> Key:
        source, target, kind, derivation = hop.key
        start = self.offset + self._past_numbers[source] if hop.from_past else source
        return start, self.offset + self._past_numbers[target] if hop.to_past else target, kind, derivation

    def _past_edges(self, before: int) -> Edges:
        """The hops at past nodes, with these at the present offset instead of a former one."""
        edges = self._past.delta_edges()
        return Edges(self._moved(edges.sources, before), self._moved(edges.targets, before), edges.kinds, edges.derivations)

    def _moved(self, numbers: NDArray[np.int32], before: int) -> NDArray[np.int32]:
        return np.where(numbers >= before, numbers + (self.offset - before), numbers).astype(np.int32)

    def _put(self, edges: Edges) -> None:
        """Keep hops at past nodes, ordered, to be found from either end."""
        self._past = Direction.empty().with_delta(edges)
        self._past_back = Direction.empty().with_delta(edges.flipped().ordered())

    def _former(self, edges: Edges) -> tuple[Codes, Places]:
        """The codes of hops at past nodes as they are kept, CLOSED for others; and where those lie that are kept."""
        places, here = _places(self._past.delta, edges.sources, Spokes(edges.targets, edges.kinds, edges.derivations))
        codes = np.full(len(edges), CLOSED, dtype=np.uint16)
        codes[here] = self._past_codes[places[here]]
        return codes, places[here]

    def _codes_of_past(self, edges: Edges, trusted: Table | None) -> Codes:
        """What hops at past nodes leave: what the edges leave that they were, whether or not these count."""
        nodes = np.array(self.past_nodes, dtype=np.int32)
        sources, targets = edges.sources.copy(), edges.targets.copy()
        for ends in (sources, targets):
            past = ends >= self.offset
            ends[past] = nodes[ends[past] - self.offset]
        codes = self._uncounted(Edges(sources, targets, edges.kinds, edges.derivations))
        if trusted is not None:
            codes[~_wide(trusted, int(edges.derivations.max(initial=0)) + 1).take(edges.derivations)] = CLOSED
        return codes

    def _codes_of(self, edges: Edges) -> Codes:
        codes = self._uncounted(edges)
        codes[~self._counts.take(edges.derivations, mode="clip")] = CLOSED
        return codes

    def _uncounted(self, edges: Edges) -> Codes:
        """What edges leave, whether or not their derivations count."""
        codes = self._by_kind.take(edges.kinds)
        told = np.flatnonzero(self._is_told.take(edges.derivations, mode="clip"))
        if len(told):
            some = edges.take(told)
            places, here = self._places_told(some)
            codes[told[here]] = self._told_codes[places[here]]
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


def edges_from(keys: Iterable[Key]) -> Edges:
    """Edges as arrays."""
    rows = np.array(list(keys), dtype=np.int64).reshape(-1, 4)
    return Edges.of(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])


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


def _past_ends(hop: PastHop) -> list[int]:
    """The nodes that a hop takes as they were."""
    return [*([hop.key[0]] if hop.from_past else []), *([hop.key[1]] if hop.to_past else [])]


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
