"""Labels carried over one selection of a graph's edges: what the seeds are, which edges count and what they leave; kept up as these change.

Two of these make a map: one over all edges, and one over those that were parsed or observed in full, which says what is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph import Edges, Shape
from headwater.projections.sensitivity.bits import CLOSED, Types
from headwater.projections.sensitivity.fixpoint import Fixpoint
from headwater.projections.sensitivity.wiring import Hops, Table, Wiring, codes_by_kind, joined

Key = tuple[int, int, int, int]
"""An edge: source, target, kind, derivation."""
Bits = list[dict[int, int]]
"""By word, what nodes have of their own."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different: edges with the codes that they have now, and edges of derivations that came to count or ceased to."""

    told: Mapping[Key, int] = field(default_factory=dict)
    turned: Sequence[Key] = ()


@dataclass(frozen=True, slots=True)
class Planting:
    """The bits that nodes come to have of their own, and those that they have no longer."""

    more: Bits = field(default_factory=list)
    gone: Bits = field(default_factory=list)


class Carried:
    """A fixpoint with its wiring, brought from one state of the graph and of the seeds to the next."""

    def __init__(self, types: Types, *, supposed: bool) -> None:
        self._types = types
        self.wiring = Wiring(codes_by_kind(supposed=supposed))
        self.fixpoint = Fixpoint(types, self.wiring)
        self._is_new = True

    def update(self, shape: Shape, counts: Table, change: Change, planting: Planting) -> None:
        """Bring everything up to date.

        Law:     equals working everything out from the beginning (tests/laws/test_labels.py).
        """
        told = edges_from(change.told)
        self.wiring.tell(told, np.array(list(change.told.values()), dtype=np.uint16))
        if self._is_new:
            self._is_new = False
            self.wiring.adopt(shape, counts)
            self.fixpoint.own = [dict(bits) for bits in planting.more]
            self.fixpoint.settle()
            return
        self.wiring.count(counts)
        raised, weakened = self._recoded(told.joined(edges_from(change.turned)))
        new = self.wiring.adopt(shape, counts)
        if len(weakened) or any(planting.gone):
            starts = [weakened, *(np.array(list(bits), dtype=np.int64) for bits in planting.gone if bits)]
            self.fixpoint.retract(np.concatenate(starts), planting.gone)
        if len(new) or len(raised):
            self.fixpoint.push(joined([new, raised]))
        if any(planting.more):
            self.fixpoint.plant(planting.more)

    def _recoded(self, edges: Edges) -> tuple[Hops, NDArray[np.int64]]:
        """Code edges anew; gives the hops over which more may pass than before, and the nodes at which less may arrive."""
        hops, former = self.wiring.recode(edges)
        changed = hops.codes != former
        weaker = changed & (former != CLOSED)
        return hops.take(changed & (hops.codes != CLOSED)), np.unique(hops.targets[weaker]).astype(np.int64)


def edges_from(keys: Iterable[Key]) -> Edges:
    """Edges as arrays."""
    rows = np.array(list(keys), dtype=np.int64).reshape(-1, 4)
    return Edges.of(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])
