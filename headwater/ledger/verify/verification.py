"""Full verification: every stored byte against every other, up to the signed head. Reports, never raises, on tampering.

One pass in position order: bodies against commitments, envelopes against their place, leaf hashes against tiles (`tilecheck.py`),
tiles against each other and the root, the root against the signed note, the notes beside the segments against the entries up to
them (`notecheck.py`), the dedup index against the envelopes (`dedupcheck.py`).
The first bad position is the lowest one among the problems.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from headwater.ledger.body import LENGTH, SALT_BYTES
from headwater.ledger.checkpoint import Checkpoint, open_checkpoint
from headwater.ledger.envelope import FIXED, VERSION, envelope_fault
from headwater.ledger.framing import BODY_LENGTH, ENVELOPE_LENGTH, split_frames
from headwater.ledger.note import Verifier
from headwater.ledger.ports import EMPTY_HEAD, EntryStore, Segment, StoreView
from headwater.ledger.tree.tiles import TileTree
from headwater.ledger.verify.dedupcheck import DedupCheck
from headwater.ledger.verify.notecheck import NoteCheck
from headwater.ledger.verify.placement import first_unsigned
from headwater.ledger.verify.problems import Problem, Problems
from headwater.ledger.verify.tilecheck import TileCheck
from headwater.model.errors import BadCheckpoint, HeadwaterError, Tampered

Progress = Callable[[int, int], None]

HOLE_LIMIT = 2**24
"""More missing entries than this in one place end a verification, so that a forged size cannot keep it busy for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a full verification found. `problems` holds the first thousand of `problem_count`, lowest position first.

    `root` and `size` are what the checked entries amount to; `checked_bytes` counts salts, payloads and envelopes that were hashed.
    """

    ok: bool
    origin: str
    size: int
    root: str
    problems: tuple[Problem, ...]
    problem_count: int
    first_bad: int | None
    checked_bytes: int
    seconds: float | None = None
    against: int | None = None
    """Size of the externally held checkpoint that the ledger was checked against."""

    @property
    def bytes_per_second(self) -> float | None:
        """Speed, where a clock was given."""
        return self.checked_bytes / self.seconds if self.seconds else None


def verify_store(
    store: EntryStore,
    verifiers: Sequence[Verifier],
    held: Checkpoint | None,
    *,
    foreign: str = "",
    progress: Progress | None = None,
    clock: Callable[[], float] | None = None,
) -> Verification:
    """Verify a store at one moment. `foreign` says why a checkpoint held elsewhere is of another ledger."""
    started = clock() if clock else 0.0
    run = _Run(verifiers, held, progress)
    if foreign:
        run.problems.add(None, foreign)
    try:
        with store.inspect() as view:
            run.check(view)
    except HeadwaterError as fault:
        run.problems.add(run.position, fault.problem)
    return run.result(clock() - started if clock else None)


class _Run:
    """One verification under way."""

    def __init__(self, verifiers: Sequence[Verifier], held: Checkpoint | None, progress: Progress | None) -> None:
        self.problems = Problems()
        self.position = 0
        self._verifiers, self._held, self._progress = verifiers, held, progress
        self._signed: Checkpoint | None = None
        self._bytes = 0
        self._root = ""

    def check(self, view: StoreView) -> None:
        """All checks, in order; later ones run whatever earlier ones found."""
        size = self._check_head(view)
        self._tiles, self._dedup = TileCheck(view, size, self.problems), DedupCheck(view, size, self.problems)
        self._notes = NoteCheck(self._verifiers, self.problems)
        self._check_segments(view, size)
        root = self._tiles.finish()
        self._dedup.finish()
        self._check_root(view, size, root)
        self._check_held(view, size)
        self._notes.finish()

    def result(self, seconds: float | None) -> Verification:
        found = self.problems
        return Verification(
            ok=not found.count,
            origin=self._signed.origin if self._signed else "",
            size=self.position,
            root=self._root,
            problems=found.sorted(),
            problem_count=found.count,
            first_bad=found.first,
            checked_bytes=self._bytes,
            seconds=seconds,
            against=self._held.size if self._held else None,
        )

    def _check_head(self, view: StoreView) -> int:
        """Check the signed note; returns how many entries to expect."""
        head, extent = view.head(), view.extent()
        if extent > head.size:
            self.problems.add(head.size, "entries stand beyond the head: they were inserted, or the head was set back")
        if head == EMPTY_HEAD:
            return 0
        try:
            self._signed = open_checkpoint(head.note, self._verifiers)
        except BadCheckpoint as fault:
            self.problems.add(None, f"head: {fault.problem}")
            return min(head.size, extent)
        if self._signed.size != head.size:
            low, high = sorted((self._signed.size, head.size))
            self.problems.add(low, f"the signed checkpoint and the head differ in size: {low} and {high} entries")
        return self._signed.size

    def _check_segments(self, view: StoreView, size: int) -> None:
        for segment in view.segments(0, size):
            if segment.first < self.position:
                self.problems.add(segment.first, "entries stand twice: a segment overlaps the one before it")
                continue
            if segment.first > self.position:
                self._skip(segment.first, "missing from the store")
            self._check_segment(segment, size)
            if self._progress:
                self._progress(self.position, size)
        if self.position < size:
            self._skip(size, "missing from the store")

    def _skip(self, stop: int, what: str) -> None:
        self.problems.add(self.position, f"entries {self.position} to {stop - 1}: {what}")
        if stop - self.position > HOLE_LIMIT:
            raise Tampered(f"gave up at a hole of {stop - self.position} entries", next_step="restore the store from a backup")
        self._tiles.skip(stop - self.position)
        self._dedup.skip(stop - self.position)
        self._notes.skip()
        self.position = stop

    def _check_segment(self, segment: Segment, size: int) -> None:
        if segment.count < 1 or segment.first + segment.count > size:
            self.problems.add(segment.first, f"a segment claims {segment.count} entries, which does not fit its place")
            return
        try:
            envelopes = split_frames(segment.envelopes, ENVELOPE_LENGTH, segment.count)
        except Tampered as fault:
            self._skip(segment.first + segment.count, fault.problem)
            return
        commitments = self._check_envelopes([bytes(part) for part in envelopes], segment)
        self._bytes += len(segment.envelopes)
        self._check_bodies(segment, commitments)
        self.position += segment.count

    def _check_envelopes(self, envelopes: list[bytes], segment: Segment) -> list[bytes]:
        """Check form and place of each envelope; hand leaves and dedup keys on; return the commitments."""
        unpack, fixed, commitments, keys = FIXED.unpack_from, FIXED.size, [], []
        for position, data in enumerate(envelopes, segment.first):
            length = len(data)
            if length <= fixed:
                self.problems.add(position, f"its envelope is cut short: {length} bytes")
                commitments.append(b"")
                keys.append(b"")
                continue
            version, claimed, _, key, commitment, names = unpack(data)
            end = fixed + names
            if version != VERSION or claimed != position or end >= length or end + 1 + data[end] != length:
                what = f"it says it is entry {claimed}" if claimed != position else envelope_fault(data)
                self.problems.add(position, f"its envelope is not in its place: {what}")
            commitments.append(commitment)
            keys.append(key)
        leaves = [sha256(b"\x00" + data).digest() for data in envelopes]
        self._tiles.add(leaves)
        self._notes.add(segment, leaves)
        self._dedup.add(keys)
        return commitments

    def _check_bodies(self, segment: Segment, commitments: list[bytes]) -> None:
        if segment.fault:
            self.problems.add(segment.first, f"payloads of entries {segment.first} to {segment.first + segment.count - 1}: {segment.fault}")
            return
        try:
            bodies = split_frames(segment.bodies, BODY_LENGTH, segment.count)
        except Tampered as fault:
            self.problems.add(segment.first, f"payloads of entries {segment.first} to {segment.first + segment.count - 1}: {fault.problem}")
            return
        self._bytes += len(segment.bodies)
        for position, (body, commitment) in enumerate(zip(bodies, commitments, strict=True), segment.first):
            if sha256(body).digest() != commitment:
                self.problems.add(
                    position, "its payload is not the one committed to" if body else "its payload is gone and no erasure is on record"
                )
            elif len(body) < SALT_BYTES + 4 or LENGTH.unpack_from(body, SALT_BYTES)[0] > len(body) - SALT_BYTES - 4:
                self.problems.add(position, "its payload is not framed as one")

    def _check_root(self, view: StoreView, size: int, root: bytes | None) -> None:
        self._root = root.hex() if root else ""
        if root is None or self._signed is None or self._signed.root == root:
            return
        place = first_unsigned(view, size, self._verifiers) if self.problems.first is None else None
        what = f"the tree hashes to {root.hex()[:12]}.., the signed checkpoint says {self._signed.root.hex()[:12]}.."
        self.problems.add(place, what + ("" if place is None else "; the first altered entry stands here or soon after"))

    def _check_held(self, view: StoreView, size: int) -> None:
        held = self._held
        if held is None:
            return
        if held.size > size:
            self.problems.add(size, f"the ledger was cut: the checkpoint held elsewhere covers {held.size} entries, here are {size}")
            return
        if TileTree(lambda tile: view.tiles([tile])[0]).root(held.size) != held.root:
            place = first_unsigned(view, held.size, self._verifiers) if self.problems.first is None else None
            self.problems.add(place, f"one of the first {held.size} entries differs from the checkpoint held elsewhere")
