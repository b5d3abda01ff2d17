"""Labels carried over one selection of a graph's edges: what the seeds are, which edges count and what they leave; kept up as these change.

Two of these make a map: one over all edges, and one over those that were parsed or observed in full, which says what is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph import Edges, Shape
from headwater.projections.sensitivity.bits import CLOSED, Types
from headwater.projections.sensitivity.fixpoint import Fixpoint
from headwater.projections.sensitivity.past import Key, PastHop
from headwater.projections.sensitivity.wiring import Hops, Table, Wiring, codes_by_kind, edges_from, joined

Bits = list[dict[int, int]]
"""By word, what nodes have of their own."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different: edges with the codes that they have now, edges of derivations that came to count or ceased to, and all hops at
    past nodes, or None where neither they nor the past nodes' numbers can have changed."""

    told: Mapping[Key, int] = field(default_factory=dict)
    turned: Sequence[Key] = ()
    past: Sequence[PastHop] | None = ()


@dataclass(frozen=True, slots=True)
class Planting:
    """The bits that nodes come to have of their own, and those that they have no longer."""

    more: Bits = field(default_factory=list)
    gone: Bits = field(default_factory=list)


class Carried:
    """A fixpoint with its wiring, brought from one state of the graph and of the seeds to the next.

    `trusted` is the table of derivations that count here, beside which none does; None where all do.
    """

    def __init__(self, types: Types, *, supposed: bool) -> None:
        self._types = types
        self.wiring = Wiring(codes_by_kind(supposed=supposed))
        self.fixpoint = Fixpoint(types, self.wiring)
        self._is_new = True

    def update(self, shape: Shape, counts: Table, trusted: Table | None, change: Change, planting: Planting) -> None:
        """Bring everything up to date.

        Law:     equals working everything out from the beginning (tests/laws/test_labels.py).
        """
        if trusted is not None:
            counts = counts & trusted[: len(counts)]
        told = edges_from(change.told)
        self.wiring.tell(told, np.array(list(change.told.values()), dtype=np.uint16))
        if self._is_new:
            self._is_new = False
            self.wiring.adopt(shape, counts)
            self._revisit(shape, change.past, trusted)
            self.fixpoint.own = [dict(bits) for bits in planting.more]
            self.fixpoint.settle()
            return
        self.wiring.count(counts)
        raised, weakened = self._recoded(told.joined(edges_from(change.turned)))
        new = self.wiring.adopt(shape, counts)
        raised_then, weakened_then = self._revisit(shape, change.past, trusted)
        weakened = np.concatenate((weakened, weakened_then))
        if len(weakened) or any(planting.gone):
            starts = [weakened, *(np.array(list(bits), dtype=np.int64) for bits in planting.gone if bits)]
            self.fixpoint.retract(np.concatenate(starts), planting.gone)
        self.fixpoint.push(joined([new, raised, raised_then]))
        self.fixpoint.plant(planting.more)

    def _revisit(self, shape: Shape, hops: Sequence[PastHop] | None, trusted: Table | None) -> tuple[Hops, NDArray[np.int64]]:
        if hops is None:
            return joined([]), np.empty(0, dtype=np.int64)
        moved = self.wiring.make_room(shape.node_count) if hops or self.wiring.past_nodes else None
        if moved is not None and self.wiring.past_nodes:
            self.fixpoint.shift(*moved)
        return self.wiring.revisit(hops, trusted)

    def _recoded(self, edges: Edges) -> tuple[Hops, NDArray[np.int64]]:
        """Code edges anew; gives the hops over which more may pass than before, and the nodes at which less may arrive."""
        hops, former = self.wiring.recode(edges)
        changed = hops.codes != former
        weaker = changed & (former != CLOSED)
        return hops.take(changed & (hops.codes != CLOSED)), np.unique(hops.targets[weaker]).astype(np.int64)
