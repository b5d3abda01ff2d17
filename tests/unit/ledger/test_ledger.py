from __future__ import annotations

from dataclasses import replace

import pytest

from headwater.edges.stores.memory import MemoryEntryStore
from headwater.ledger.checkpoint import open_checkpoint
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.ports import Head
from headwater.ledger.tree.merkle import EMPTY_ROOT, consistency_holds
from headwater.ledger.tree.proofs import check_consistency, check_proof
from headwater.model.entries import Receipt
from headwater.model.errors import BadCheckpoint, StoreFault, Tampered, UsageError
from tests.ledgers import ORIGIN, SIGNER, all_observed, filled, observed


def test_entries_are_read_back_in_order_as_they_were_observed() -> None:
    ledger = filled(MemoryEntryStore(), [3, 300])
    entries = list(ledger.read(0))
    assert [entry.position for entry in entries] == list(range(303))
    for number, entry in enumerate(entries):
        wanted = observed(number)
        assert (entry.payload, entry.salt, entry.envelope.dedup) == (wanted.payload, wanted.salt, wanted.dedup)
        assert (entry.envelope.received, entry.envelope.producer, entry.envelope.media_type) == (
            wanted.received,
            "key-1",
            "openlineage/run",
        )
    assert [entry.position for entry in ledger.read(2, 5)] == [2, 3, 4]
    assert list(ledger.read(303)) == list(ledger.read(5, 5)) == list(ledger.read(900)) == []
    assert next(ledger.read(-4)).position == 0


def test_a_replay_is_acknowledged_with_its_first_place_and_stored_once() -> None:
    ledger = filled(MemoryEntryStore(), [10])
    before = ledger.checkpoint()
    assert ledger.append(all_observed([3, 10, 3, 10])) == [Receipt(3, True), Receipt(10, False), Receipt(3, True), Receipt(10, True)]  # type: ignore[arg-type]  # because positions are plain here
    assert ledger.size == 11
    ledger.append(all_observed(range(11)))
    assert ledger.size == 11
    assert ledger.checkpoint() != before
    assert ledger.append([]) == []


def test_a_batch_prepared_beforehand_is_recorded_like_any_other() -> None:
    plain, staged = filled(MemoryEntryStore(), [3, 600]), Ledger(MemoryEntryStore(), SIGNER)
    following = staged.prepare(all_observed(range(3, 603)))
    staged.append(staged.prepare(all_observed(range(3))))
    staged.append(following)
    assert staged.checkpoint() == plain.checkpoint()
    assert list(staged.read(0)) == list(plain.read(0))


def test_a_prepared_batch_that_was_overtaken_by_a_replay_is_stored_once() -> None:
    ledger = Ledger(MemoryEntryStore(), SIGNER)
    prepared = ledger.prepare(all_observed(range(10)))
    ledger.append(all_observed([4, 5]))
    assert [receipt.duplicate for receipt in ledger.append(prepared)] == [False] * 4 + [True] * 2 + [False] * 4
    assert all(receipt.duplicate for receipt in ledger.append(prepared))
    assert (ledger.size, ledger.verify().ok) == (10, True)
    assert ledger.append(ledger.prepare([])) == []


def test_the_checkpoint_is_signed_and_of_the_present_size() -> None:
    ledger = Ledger(MemoryEntryStore(), SIGNER)
    empty = open_checkpoint(ledger.checkpoint(), [SIGNER.verifier])
    assert (empty.origin, empty.size, empty.root) == (ORIGIN, 0, EMPTY_ROOT)
    ledger.append(all_observed(range(5)))
    assert open_checkpoint(ledger.checkpoint(), [SIGNER.verifier]).size == 5


def test_without_a_signer_a_ledger_reads_and_proves_but_does_not_append() -> None:
    store = MemoryEntryStore()
    filled(store, [4])
    reader = Ledger(store, None, trusted=[SIGNER.verifier])
    assert reader.size == 4
    assert check_proof(reader.prove(2), reader.verifiers) == []
    assert reader.verify().ok
    with pytest.raises(StoreFault, match="without a signing key"):
        reader.append([observed(9)])
    with pytest.raises(StoreFault):
        Ledger(MemoryEntryStore(), None).checkpoint()


@pytest.mark.parametrize("size", [1, 2, 256, 257, 700])
def test_every_entry_is_proved_at_every_size_that_has_it(size: int) -> None:
    ledger = filled(MemoryEntryStore(), [size])
    for position in {0, size // 3, size - 1}:
        for at in {position + 1, (position + 1 + size) // 2, size}:
            assert check_proof(ledger.prove(position, at), ledger.verifiers) == []
    shown = ledger.prove(0, show_body=True)
    assert shown.body is not None
    assert check_proof(shown, ledger.verifiers) == []


def test_a_proof_of_a_size_that_was_signed_carries_that_very_checkpoint() -> None:
    ledger = Ledger(MemoryEntryStore(), SIGNER)
    ledger.append(all_observed(range(5)))
    held = ledger.checkpoint()
    ledger.append(all_observed(range(9)))
    reader = Ledger(ledger._store, None, trusted=[SIGNER.verifier])
    assert reader.prove(3, 5).checkpoint.encode() == held
    assert reader.prove(3, 6).checkpoint == ""
    assert ledger.prove(3, 6).checkpoint != ""


def test_an_altered_proof_does_not_hold() -> None:
    ledger = filled(MemoryEntryStore(), [20])
    proof, other = ledger.prove(7, show_body=True), ledger.prove(8, show_body=True)
    stranger = Signer.from_seed(ORIGIN, bytes(32)).verifier
    for changed, problem in (
        (replace(proof, position=8), "the envelope is of another position"),
        (replace(proof, size=21), "the checkpoint is of another tree"),
        (replace(proof, envelope=other.envelope), "the envelope is of another position"),
        (replace(proof, envelope="00"), "cannot read an envelope: expected at least 67 bytes, got 1"),
        (replace(proof, leaf=other.leaf), "the envelope does not hash to the leaf"),
        (replace(proof, path=other.path), "the path does not lead to the root"),
        (replace(proof, path=proof.path[:-1]), "the path does not lead to the root"),
        (replace(proof, root=proof.leaf), "the path does not lead to the root"),
        (replace(proof, body=other.body), "the payload is not the one committed to"),
        (replace(proof, body="zz"), "a part of the proof is not hex"),
        (replace(proof, checkpoint=""), "cannot read a checkpoint: expected a signed note with text, a blank line and signatures"),
    ):
        assert problem in check_proof(changed, ledger.verifiers), problem
    assert check_proof(proof, [stranger]) == ["cannot trust a checkpoint: none of its signatures is by a known key"]


def test_consistency_is_proved_between_any_two_sizes() -> None:
    ledger = Ledger(MemoryEntryStore(), SIGNER)
    notes = []
    for size in (1, 5, 256, 300):
        ledger.append(all_observed(range(size)))
        notes.append(ledger.checkpoint())
    for at, old in enumerate(notes):
        for new in notes[at:]:
            sizes = [open_checkpoint(note, ledger.verifiers).size for note in (old, new)]
            path = ledger.consistency(*sizes)
            assert check_consistency(old, new, path, ledger.verifiers) == []
            assert old == new or check_consistency(old, new, [*path, bytes(32)], ledger.verifiers)
    assert consistency_holds(0, 300, EMPTY_ROOT, b"", ledger.consistency(0))


@pytest.mark.parametrize(("position", "size"), [(-1, None), (5, None), (4, 4), (0, 6), (0, 0)])
def test_there_is_no_proof_of_what_is_not_there(position: int, size: int | None) -> None:
    with pytest.raises(UsageError, match=f"cannot prove entry {position}"):
        filled(MemoryEntryStore(), [5]).prove(position, size)


@pytest.mark.parametrize(("old", "new"), [(6, None), (3, 2), (-1, 3), (0, 6)])
def test_there_is_no_consistency_of_sizes_out_of_order(old: int, new: int | None) -> None:
    with pytest.raises(UsageError, match="cannot prove consistency"):
        filled(MemoryEntryStore(), [5]).consistency(old, new)


def test_two_ledgers_over_one_store_see_each_other_s_entries() -> None:
    store = MemoryEntryStore()
    one, other = Ledger(store, SIGNER), Ledger(store, SIGNER)
    for number in range(0, 40, 2):
        assert one.append([observed(number)])[0].position == number
        assert other.append([observed(number), observed(number + 1)])[1].position == number + 1
    assert other.size == 40
    assert one.verify().ok


def test_after_a_rotation_of_keys_the_old_one_still_counts() -> None:
    store = MemoryEntryStore()
    filled(store, [5])
    following = Signer.from_seed(ORIGIN, b"n" * 32)
    rotated = Ledger(store, following, trusted=[SIGNER.verifier])
    rotated.append(all_observed(range(9)))
    assert open_checkpoint(rotated.checkpoint(), [following.verifier]).size == 9
    assert rotated.verify().ok


def test_nothing_is_appended_to_a_tree_that_is_not_the_signed_one() -> None:
    store = MemoryEntryStore()
    filled(store, [5])
    store._tiles = {tile: bytes(len(hashes)) for tile, hashes in store._tiles.items()}
    with pytest.raises(Tampered, match="does not hash to its checkpoint"):
        Ledger(store, SIGNER).append([observed(9)])
    store._tiles = {}
    with pytest.raises(Tampered, match="expected 5 hashes, got none"):
        Ledger(store, SIGNER).append([observed(9)])
    assert store.head().size == 5


def test_nothing_is_appended_behind_a_checkpoint_of_a_stranger() -> None:
    store = MemoryEntryStore()
    filled(store, [5])
    with pytest.raises(BadCheckpoint):
        Ledger(store, Signer.from_seed(ORIGIN, bytes(32))).append([observed(9)])


def test_a_hole_is_not_read_over() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [5, 5, 5])
    del store._segments[1]
    seen = list[int]()
    with pytest.raises(Tampered, match="cannot read entry 5: it is missing"):
        seen.extend(entry.position for entry in ledger.read(0))
    with pytest.raises(Tampered, match="cannot read entry 7: it is missing"):
        ledger.prove(7)
    store._segments.clear()
    store._head = Head(15, store.head().note)
    with pytest.raises(Tampered, match="cannot read entry 3: it is missing"):
        list(ledger.read(3, 4))


def test_a_checkpoint_of_another_ledger_is_a_problem_found_and_text_that_is_none_is_refused() -> None:
    ledger, other = Ledger(MemoryEntryStore(), SIGNER), Ledger(MemoryEntryStore(), Signer.from_seed(ORIGIN, bytes(32)))
    for one in (ledger, other):
        one.append([observed(1)])
    found = ledger.verify(against=other.checkpoint())
    assert not found.ok and "not one of this ledger's" in found.problems[0].what
    with pytest.raises(BadCheckpoint):
        ledger.verify(against=b"buy milk")
