"""The checkpoints beside the segments: each signed, of the size where its segment ends, over the entries up to there.

A note that does not fit while everything else does was itself altered. Where entries were altered, every later note differs too:
then only the first one is kept, and told only where nothing else has told the place.
"""

from __future__ import annotations

from collections.abc import Sequence

from headwater.ledger.checkpoint import open_checkpoint
from headwater.ledger.note import Verifier
from headwater.ledger.ports import Segment
from headwater.ledger.tree.merkle import EMPTY_ROOT, node_hash, pair_up
from headwater.ledger.verify.problems import Problems
from headwater.model.errors import BadCheckpoint


class Frontier:
    """Roots of the complete subtrees that a tree is made of, by height: its root at any size for a logarithm of hashes."""

    def __init__(self) -> None:
        self._peaks: list[bytes | None] = []

    def add(self, leaves: Sequence[bytes]) -> None:
        """The next leaf hashes."""
        row, height = list(leaves), 0
        while row:
            if height == len(self._peaks):
                self._peaks.append(None)
            peak = self._peaks[height]
            if peak is not None:
                row.insert(0, peak)
            self._peaks[height] = row.pop() if len(row) & 1 else None
            row, height = pair_up(row), height + 1

    def root(self) -> bytes:
        """The root of the tree so far."""
        root: bytes | None = None
        for peak in self._peaks:
            if peak is not None:
                root = peak if root is None else node_hash(peak, root)
        return EMPTY_ROOT if root is None else root


class NoteCheck:
    """Takes segments in order with their leaf hashes."""

    def __init__(self, verifiers: Sequence[Verifier], problems: Problems) -> None:
        self._verifiers, self._problems = verifiers, problems
        self._frontier: Frontier | None = Frontier()
        self._differs: tuple[int, int] | None = None

    def skip(self) -> None:
        """Entries are missing: no later root is known."""
        self._frontier = None

    def add(self, segment: Segment, leaves: Sequence[bytes]) -> None:
        """The next segment; its note is checked at once, all but the place of a root that differs."""
        if self._frontier is not None:
            self._frontier.add(leaves)
        if not self._verifiers:
            return
        stop = segment.first + segment.count
        if not segment.note:
            self._tell(segment.first, stop, "it is missing")
            return
        try:
            checkpoint = open_checkpoint(segment.note, self._verifiers)
        except BadCheckpoint as fault:
            self._tell(segment.first, stop, fault.problem)
            return
        if checkpoint.size != stop:
            self._tell(segment.first, stop, f"it is of size {checkpoint.size}")
        elif self._frontier is not None and self._differs is None and checkpoint.root != self._frontier.root():
            self._differs = segment.first, stop

    def finish(self) -> None:
        """Tell of the first root that differed, unless an altered entry before it already explains that."""
        if self._differs is not None:
            first, stop = self._differs
            if self._problems.first is None or self._problems.first >= stop:
                self._tell(first, stop, "the entries up to its end do not hash to it")

    def _tell(self, first: int, stop: int, what: str) -> None:
        self._problems.add(first, f"the checkpoint beside entries {first} to {stop - 1}: {what}")
