"""No checkpoint beside a segment can change unseen, and an altered entry is not told once per checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from headwater.edges.stores.memory import MemoryEntryStore
from headwater.ledger.checkpoint import Checkpoint
from headwater.ledger.note import Signer
from headwater.ledger.tree.merkle import EMPTY_ROOT, fold, leaf_hash
from headwater.ledger.verify.notecheck import Frontier
from tests.ledgers import ORIGIN, SIGNER, filled

STRANGER = Signer.from_seed(ORIGIN, bytes(32))


def with_note(change: Callable[[bytes], bytes], at: int, *batches: int) -> MemoryEntryStore:
    """A store in which the note of one segment was changed."""
    store = MemoryEntryStore()
    assert filled(store, batches).verify().ok
    store._segments[at] = replace(store._segments[at], note=change(store._segments[at].note))
    return store


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda note: b"", "it is missing"),
        (lambda note: note[:-1], "expected a signed note"),
        (lambda note: note + b"x", "expected a signed note"),
        (lambda note: note.replace(b"\n8\n", b"\n7\n"), "does not verify"),
        (lambda note: Checkpoint(ORIGIN, 8, EMPTY_ROOT).signed(STRANGER), "none of its signatures is by a known key"),
        (lambda note: Checkpoint(ORIGIN, 7, EMPTY_ROOT).signed(SIGNER), "it is of size 7"),
        (lambda note: Checkpoint(ORIGIN, 8, EMPTY_ROOT).signed(SIGNER), "do not hash to it"),
    ],
)
def test_a_changed_note_is_found_and_its_segment_named(change: Callable[[bytes], bytes], what: str) -> None:
    found = filled(with_note(change, 1, 5, 3, 4), []).verify()
    (problem,) = found.problems
    assert (found.ok, problem.position) == (False, 5)
    assert problem.what.startswith("the checkpoint beside entries 5 to 7:") and what in problem.what


def test_every_byte_of_a_note_counts() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [5, 3, 4])
    kept = store._segments[1]
    for at in range(len(kept.note)):
        store._segments[1] = replace(kept, note=kept.note[:at] + bytes([kept.note[at] ^ 1]) + kept.note[at + 1 :])
        assert ledger.verify().first_bad == 5


def test_no_segment_may_stand_without_a_note() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [600])
    assert [bool(segment.note) for segment in store._segments] == [True, True, True]
    assert ledger.verify().ok
    for at, first in ((0, 0), (1, 256), (2, 512)):
        assert filled(with_note(lambda note: b"", at, 600), []).verify().first_bad == first
    assert filled(with_note(lambda note: b"", 0, 256), []).verify().first_bad == 0


def test_an_altered_entry_is_told_once_however_many_notes_follow() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [5, 3, 4, 2])
    segment = store._segments[1]
    store._segments[1] = replace(segment, envelopes=segment.envelopes.replace(b"key-1", b"key-2", 1))
    found = ledger.verify()
    assert (found.first_bad, found.problem_count) == (5, 1)


def test_the_frontier_gives_the_root_at_every_size_however_leaves_come() -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(70)]
    assert Frontier().root() == EMPTY_ROOT
    for stride in (1, 2, 3, 7, 16, 33):
        frontier = Frontier()
        for start in range(0, len(leaves), stride):
            frontier.add(leaves[start : start + stride])
            assert frontier.root() == fold(leaves[: start + stride])
