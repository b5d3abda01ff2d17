"""The ledger: append, read, prove. Storage is a port (`ports.py`), verification a module of its own (`verify/`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from headwater.ledger.bundle import Sink, write_bundle
from headwater.ledger.checkpoint import Checkpoint, open_checkpoint, peek_checkpoint
from headwater.ledger.framing import BODY_LENGTH, ENVELOPE_LENGTH, entries_of, split_frames
from headwater.ledger.note import Signer, Verifier
from headwater.ledger.ports import EMPTY_HEAD, EntryStore, Head, Segment, StoreReader, StoreTransaction
from headwater.ledger.sequencing import Prepared, arrange, draft_segments, place_segment
from headwater.ledger.tree.merkle import EMPTY_ROOT, consistency_path, inclusion_path, leaf_hash
from headwater.ledger.tree.proofs import InclusionProof
from headwater.ledger.tree.tiles import Edge, TileId, TileTree
from headwater.ledger.verify.verification import Verification, verify_store
from headwater.model.entries import Entry, Pending, Receipt
from headwater.model.errors import BadCheckpoint, StoreFault, Tampered, UsageError


class Ledger:
    """One ledger over one store. Without a signer it reads, proves and verifies but does not append.

    `trusted` are further keys whose signatures count: those used before a rotation, or all keys where there is no signer.
    Appending is for one thread at a time; everything else may be called from any thread.
    """

    def __init__(self, store: EntryStore, signer: Signer | None, *, trusted: Sequence[Verifier] = ()) -> None:
        self._store = store
        self._signer = signer
        self.verifiers = (*((signer.verifier,) if signer else ()), *trusted)
        self._edge_head, self._edge = EMPTY_HEAD, Edge()

    @property
    def size(self) -> int:
        """Number of entries, as of now, by whichever process."""
        return self._store.head().size

    def prepare(self, pending: Sequence[Pending]) -> Prepared:
        """Do what an append can do before it has its turn: frame, hash, begin to compress. Any thread may, while another appends.

        Raises:  UsageError: a salt has a wrong size.  TooLarge: a payload passes the limit.
        """
        drafts = draft_segments(pending)
        self._store.expect([draft.bodies for draft in drafts])
        return Prepared(pending, drafts, [draft.commitments() for draft in drafts])

    def append(self, pending: Sequence[Pending] | Prepared) -> list[Receipt]:
        """Record observations in one durable transaction; a repeated one gets the receipt of its first recording.

        Returns once everything is durable, receipts in the order given.
        Raises:  StoreFault: nothing was recorded.  Tampered: the stored tree is not the signed one, so nothing may be added to it.
        """
        signer = self._require_signer()
        items = pending.items if isinstance(pending, Prepared) else pending
        with self._store.begin() as transaction:
            head = transaction.head()
            receipts, fresh = arrange(items, transaction.positions([item.dedup for item in items]), head.size)
            if fresh:
                batch = pending if isinstance(pending, Prepared) and len(fresh) == len(items) else self.prepare(fresh)
                self._add(batch, head, transaction, signer)
        return receipts

    def read(self, start: int, stop: int | None = None) -> Iterator[Entry]:
        """Entries from `start` up to `stop` or the present end, in order, without holes.

        Raises:  Tampered: an entry is missing or cannot be read.
        """
        size = self.size
        return self._read(max(start, 0), size if stop is None else min(stop, size))

    def checkpoint(self) -> bytes:
        """The signed checkpoint of the present size.

        Raises:  UsageError: the ledger is empty and this process may not sign.
        """
        head = self._store.head()
        return head.note or Checkpoint(self._require_signer().origin, 0, EMPTY_ROOT).signed(self._require_signer())

    def prove(self, position: int, size: int | None = None, *, show_body: bool = False) -> InclusionProof:
        """Proof that the entry at a position is in the ledger of a size (by default the present one).

        Raises:  UsageError: there is no such entry at that size.
        """
        head = self._store.head()
        size = head.size if size is None else size
        if not 0 <= position < size <= head.size:
            raise UsageError(
                f"cannot prove entry {position}: expected a position below {min(size, head.size)} in a ledger of {head.size}",
                next_step="headwater ledger prove POSITION",
            )
        tree = self._tree()
        envelope, body = self._framed(position)
        return InclusionProof(
            position=position,
            size=size,
            envelope=envelope.hex(),
            leaf=leaf_hash(envelope).hex(),
            path=tuple(part.hex() for part in inclusion_path(position, size, tree.range_hash)),
            root=tree.root(size).hex(),
            checkpoint=self._note_at(size, head, tree).decode(),
            body=body.hex() if show_body else None,
        )

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Proof that the ledger of size `new` (by default the present one) continues the one of size `old`.

        Raises:  UsageError: the sizes are not 0 <= old <= new <= present size.
        """
        size = self.size
        new = size if new is None else new
        if not 0 <= old <= new <= size:
            raise UsageError(
                f"cannot prove consistency of sizes {old} and {new}: expected them in order and at most {size}",
                next_step="headwater ledger consistency OLD",
            )
        return consistency_path(old, new, self._tree().range_hash)

    def verify(
        self,
        *,
        against: bytes | None = None,
        progress: Callable[[int, int], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> Verification:
        """Check every byte that is stored, and that the ledger continues a checkpoint held elsewhere.

        Tampering is reported, never raised. `progress` is called with (entries checked, all entries).
        A checkpoint that no key of this ledger signed is a problem found.
        Raises:  BadCheckpoint: `against` is no checkpoint at all.
        """
        held, foreign = (None, "") if against is None else self._held(against)
        return verify_store(self._store, self.verifiers, held, foreign=foreign, progress=progress, clock=clock)

    def _held(self, note: bytes) -> tuple[Checkpoint | None, str]:
        """A checkpoint held elsewhere, or why this ledger cannot have given it."""
        peek_checkpoint(note)
        try:
            return open_checkpoint(note, self.verifiers), ""
        except BadCheckpoint as fault:
            return None, f"the checkpoint held elsewhere is not one of this ledger's: {fault.problem}"

    def export(self, sink: Sink) -> None:
        """Write the whole ledger as a bundle that `offline.py` verifies without Headwater; the verifier's text goes with it.

        Raises:  Tampered: the store cannot be read through.
        """
        with self._store.inspect() as view:
            write_bundle(sink, view, self.verifiers)

    def _read(self, start: int, stop: int) -> Iterator[Entry]:
        expected = start
        for segment in self._store.segments(start, stop) if start < stop else ():
            if not segment.first <= expected < segment.first + segment.count:
                break
            for entry in entries_of(segment):
                if expected <= entry.position < stop:
                    yield entry
            expected = segment.first + segment.count
        if expected < stop:
            raise Tampered(f"cannot read entry {expected}: it is missing from the store", next_step="headwater ledger verify")

    def _add(self, batch: Prepared, head: Head, transaction: StoreTransaction, signer: Signer) -> None:
        """Write and commit observations behind a head; what this process remembers moves only once they are durable."""
        edge = self._edge_at(head, transaction).copy()
        tiles, segments = dict[TileId, bytes](), list[Segment]()
        for draft, commitments in zip(batch.drafts, batch.commitments, strict=True):
            segment, leaves = place_segment(draft, commitments, edge.size)
            tiles.update(edge.extend(leaves))
            note = Checkpoint(signer.origin, edge.size, edge.root()).signed(signer)
            segments.append(replace(segment, note=note))
        transaction.write(segments, tiles, Head(edge.size, note))
        transaction.commit()
        self._edge_head, self._edge = Head(edge.size, note), edge

    def _edge_at(self, head: Head, reader: StoreReader) -> Edge:
        """The right edge that the head signs; loaded and checked when another process has moved it."""
        if head != self._edge_head:
            edge = Edge.load(head.size, _tile_of(reader))
            checkpoint = open_checkpoint(head.note, self.verifiers)
            if (checkpoint.size, checkpoint.root) != (head.size, edge.root()):
                raise Tampered(
                    f"cannot append to the ledger: its tree of {head.size} entries does not hash to its checkpoint",
                    next_step="headwater ledger verify",
                )
            self._edge_head, self._edge = head, edge
        return self._edge

    def _note_at(self, size: int, head: Head, tree: TileTree) -> bytes:
        """A checkpoint of a size: the one on record, else a new signature, else none."""
        if size == head.size:
            return head.note
        for segment in self._store.segments(size - 1, size):
            if segment.note and peek_checkpoint(segment.note).size == size:
                return segment.note
        return Checkpoint(self._signer.origin, size, tree.root(size)).signed(self._signer) if self._signer else b""

    def _framed(self, position: int) -> tuple[bytes, bytes]:
        """Envelope and body of one entry as stored."""
        for segment in self._store.segments(position, position + 1):
            place = position - segment.first
            envelopes = split_frames(segment.envelopes, ENVELOPE_LENGTH, segment.count)
            bodies = [] if segment.fault else split_frames(segment.bodies, BODY_LENGTH, segment.count)
            if 0 <= place < segment.count:
                return bytes(envelopes[place]), bytes(bodies[place]) if bodies else b""
        raise Tampered(f"cannot read entry {position}: it is missing from the store", next_step="headwater ledger verify")

    def _tree(self) -> TileTree:
        return TileTree(_tile_of(self._store))

    def _require_signer(self) -> Signer:
        if self._signer is None:
            raise StoreFault(
                "cannot append to the ledger: it was opened for reading, without a signing key", next_step="open the home itself"
            )
        return self._signer


def _tile_of(reader: StoreReader) -> Callable[[TileId], bytes | None]:
    return lambda tile: reader.tiles([tile])[0]
