"""How a graph lies in a file: both directions, base and delta, so that reading it builds nothing."""

from __future__ import annotations

from headwater.projections.graph.csr import Csr
from headwater.projections.graph.delta import Delta
from headwater.projections.graph.direction import Direction
from headwater.projections.graph.frame import Array, BrokenFrame, read_frame, write_frame
from headwater.projections.graph.spokes import Spokes

_MAGIC = b"hwgraph1"
_ARRAYS = 8


def pack(forward: Direction, reverse: Direction, node_count: int, derivation_count: int) -> bytes:
    """A graph as a file."""
    return write_frame(_MAGIC, [node_count, derivation_count], [*_arrays(forward), *_arrays(reverse)])


def unpack(data: bytes) -> tuple[Direction, Direction, int, int]:
    """What `pack` was given.

    Raises:  BrokenFrame: the file is not one of this version, cut or altered.
    """
    numbers, arrays = read_frame(_MAGIC, data)
    if len(numbers) != 2 or len(arrays) != 2 * _ARRAYS:
        raise _broken("two directions")
    return _direction(arrays[:_ARRAYS]), _direction(arrays[_ARRAYS:]), numbers[0], numbers[1]


def _broken(expected: str) -> BrokenFrame:
    return BrokenFrame(f"cannot read a saved graph: expected {expected}", next_step="headwater rebuild")


def _arrays(direction: Direction) -> list[Array]:
    base, delta = direction.base, direction.delta
    return [base.offsets, *_spoke_arrays(base.spokes), delta.rows, *_spoke_arrays(delta.spokes)]


def _spoke_arrays(spokes: Spokes) -> list[Array]:
    return [spokes.neighbours, spokes.kinds, spokes.derivations]


def _direction(arrays: list[Array]) -> Direction:
    offsets, neighbours, kinds, derivations, rows, *delta = arrays
    base_lengths = {len(neighbours), len(kinds), len(derivations), int(offsets[-1]) if len(offsets) else -1}
    if len(base_lengths) != 1 or len({len(part) for part in (rows, *delta)}) != 1:
        raise _broken("columns of one length")
    return Direction(Csr(offsets, Spokes(neighbours, kinds, derivations)), Delta.of(rows, Spokes(*delta)))
