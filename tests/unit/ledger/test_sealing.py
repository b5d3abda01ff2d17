from __future__ import annotations

import pytest

from headwater.ledger.sealing import SealingKey, open_sealed, seal, sealing_key_id
from headwater.model.errors import HomeFault, Tampered, UsageError

HOME = SealingKey("seal-1", b"h" * 32)
NEXT = SealingKey("seal-2", b"i" * 32)
KEYRING = {"seal-1": HOME.key, "seal-2": NEXT.key}


def sealed(plaintext: bytes = b"SELECT 'secret'", home_key: SealingKey = HOME, context: bytes = b"entry") -> bytes:
    return seal(plaintext, entry_key=b"e" * 32, nonce=b"n" * 12, home_key=home_key, context=context)


def test_what_was_sealed_opens_with_the_home_s_key() -> None:
    assert open_sealed(sealed(), KEYRING, context=b"entry") == b"SELECT 'secret'"
    assert open_sealed(sealed(b""), KEYRING, context=b"entry") == b""
    assert b"secret" not in sealed()


def test_after_a_rotation_both_generations_open() -> None:
    for key in (HOME, NEXT):
        assert sealing_key_id(sealed(home_key=key)) == key.id
        assert open_sealed(sealed(home_key=key), KEYRING, context=b"entry") == b"SELECT 'secret'"


def test_a_home_without_the_key_says_so() -> None:
    with pytest.raises(HomeFault, match="its sealing key is not in this home"):
        open_sealed(sealed(), {"seal-2": NEXT.key}, context=b"entry")


def test_a_wrong_key_or_another_entry_does_not_open_it() -> None:
    with pytest.raises(Tampered):
        open_sealed(sealed(), {"seal-1": NEXT.key}, context=b"entry")
    with pytest.raises(Tampered):
        open_sealed(sealed(), KEYRING, context=b"another entry")


def test_any_changed_or_missing_byte_is_found() -> None:
    whole = sealed()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises((Tampered, HomeFault)):
            open_sealed(bytes(changed), KEYRING, context=b"entry")
        with pytest.raises((Tampered, HomeFault)):
            open_sealed(whole[:at], KEYRING, context=b"entry")


@pytest.mark.parametrize(
    ("entry_key", "nonce", "key"), [(b"e", b"n" * 12, HOME), (b"e" * 32, b"n", HOME), (b"e" * 32, b"n" * 12, SealingKey("x", b""))]
)
def test_keys_and_nonces_of_other_sizes_are_refused(entry_key: bytes, nonce: bytes, key: SealingKey) -> None:
    with pytest.raises(UsageError, match="cannot seal"):
        seal(b"", entry_key=entry_key, nonce=nonce, home_key=key)


def test_a_key_does_not_show_itself() -> None:
    assert "h" * 4 not in repr(HOME)
