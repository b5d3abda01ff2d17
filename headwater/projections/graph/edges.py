"""Edges as four parallel arrays, the form in which they come in and go out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.model.errors import HeadwaterError

_LARGEST = 2**31 - 1
_KINDS = 256


class BadEdges(HeadwaterError):
    """Nodes, kinds or derivations handed to the graph are not numbers it can hold: a bug in the caller."""

    code: ClassVar[str] = "GRAPH-EDGES-INVALID"


@dataclass(frozen=True, slots=True)
class Edges:
    """Parallel arrays: edge `i` leads from `sources[i]` to `targets[i]` by `derivations[i]`, in the manner `kinds[i]`."""

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    derivations: NDArray[np.int32]

    @classmethod
    def of(cls, sources: ArrayLike, targets: ArrayLike, kinds: ArrayLike, derivations: ArrayLike) -> Edges:
        """Check what a caller hands in and bring it to the graph's number types.

        Raises:  BadEdges: lengths differ, or a number is negative or too large.
        """
        wide = [np.atleast_1d(np.asarray(part)) for part in (sources, targets, kinds, derivations)]
        if any(part.ndim != 1 or len(part) != len(wide[0]) for part in wide):
            raise BadEdges("cannot add edges: expected four sequences of one length", next_step="report this as a bug")
        return cls(
            bounded(wide[0], "sources").astype(np.int32),
            bounded(wide[1], "targets").astype(np.int32),
            bounded(wide[2], "kinds", below=_KINDS).astype(np.uint8),
            bounded(wide[3], "derivations").astype(np.int32),
        )

    @classmethod
    def none(cls) -> Edges:
        """No edges at all."""
        nothing = np.empty(0, dtype=np.int32)
        return cls(nothing, nothing, np.empty(0, dtype=np.uint8), nothing)

    def __len__(self) -> int:
        return len(self.sources)

    def take(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Edges:
        """The edges at some places, or where a mask holds."""
        return Edges(self.sources[places], self.targets[places], self.kinds[places], self.derivations[places])

    def flipped(self) -> Edges:
        """The same edges walked against the stream."""
        return Edges(self.targets, self.sources, self.kinds, self.derivations)

    def joined(self, other: Edges) -> Edges:
        """These edges and then the others."""
        return Edges(
            np.concatenate((self.sources, other.sources)),
            np.concatenate((self.targets, other.targets)),
            np.concatenate((self.kinds, other.kinds)),
            np.concatenate((self.derivations, other.derivations)),
        )

    def ordered(self) -> Edges:
        """Sorted by source, target, kind, derivation."""
        ends = (self.sources.astype(np.int64) << 32) | self.targets
        manner = (self.kinds.astype(np.int64) << 32) | self.derivations
        return self.take(np.lexsort((manner, ends)))

    def distinct(self) -> Edges:
        """Each edge once; expects them ordered."""
        if len(self) < 2:
            return self
        new = np.ones(len(self), dtype=np.bool_)
        new[1:] = self.sources[1:] != self.sources[:-1]
        new[1:] |= self.targets[1:] != self.targets[:-1]
        new[1:] |= self.kinds[1:] != self.kinds[:-1]
        new[1:] |= self.derivations[1:] != self.derivations[:-1]
        return self if bool(new.all()) else self.take(new)


def bounded(numbers: NDArray[np.generic], what: str, *, below: int = _LARGEST) -> NDArray[np.int64]:
    """Whole numbers from nought up to a bound, as 64 bits.

    Raises:  BadEdges: some number is outside, or is no whole number.
    """
    if len(numbers) == 0:
        return np.empty(0, dtype=np.int64)
    if numbers.dtype.kind not in "iu":
        raise BadEdges(f"cannot use `{what}`: expected whole numbers", next_step="report this as a bug")
    if int(numbers.min()) < 0 or int(numbers.max()) >= below:
        raise BadEdges(f"cannot use `{what}`: expected numbers from 0 to {below - 1}", next_step="report this as a bug")
    return numbers.astype(np.int64, copy=False)
