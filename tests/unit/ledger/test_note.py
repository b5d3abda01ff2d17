from __future__ import annotations

import pytest

from headwater.ledger.note import Signer, Verifier, open_note, split_note
from headwater.model.errors import BadCheckpoint, UsageError
from tests.ledgers import SIGNER

TEXT = "one line\nanother\n"
NOTE = SIGNER.sign(TEXT)


def test_a_note_opens_with_the_key_that_signed_it() -> None:
    assert open_note(NOTE, [SIGNER.verifier]) == TEXT
    assert NOTE.decode().startswith(f"{TEXT}\n— {SIGNER.origin} ")


def test_the_verifier_key_of_the_go_documentation_is_read() -> None:
    published = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    signed = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert str(Verifier.parse(published)) == published
    assert open_note(signed.encode(), [Verifier.parse(published)]).startswith("If you think")


def test_any_changed_letter_of_a_note_is_refused() -> None:
    for at in range(len(NOTE)):
        changed = bytearray(NOTE)
        changed[at] ^= 1
        with pytest.raises(BadCheckpoint):
            open_note(bytes(changed), [SIGNER.verifier])


def test_unknown_signatures_are_passed_over_and_one_known_suffices() -> None:
    other = Signer.from_seed("witness.test/w", bytes(32))
    both = NOTE + other.sign(TEXT).rpartition(b"\n\n")[2]
    assert open_note(both, [SIGNER.verifier]) == open_note(both, [other.verifier]) == TEXT


def test_a_note_of_nobody_known_is_refused() -> None:
    with pytest.raises(BadCheckpoint, match="none of its signatures is by a known key"):
        open_note(NOTE, [Signer.from_seed(SIGNER.origin, bytes(32)).verifier])


@pytest.mark.parametrize(
    "note", [b"", b"text", b"text\n\n", b"text\n\nno signature\n", b"\xff\n\n", b"a\tb\n" + NOTE, NOTE[:-1], b"x" * 2_000_000]
)
def test_what_is_no_note_is_refused(note: bytes) -> None:
    with pytest.raises(BadCheckpoint):
        split_note(note)


@pytest.mark.parametrize("name", ["", "two words", "plus+sign", "line\nbreak", "tab\tbed"])
def test_a_name_that_cannot_stand_in_a_note_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot use an origin"):
        Signer.from_seed(name, bytes(32))


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+", "name+00000000+AAAA", str(SIGNER.verifier)[:-4], "x" + str(SIGNER.verifier)]
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="cannot read a verifier key"):
        Verifier.parse(text)
