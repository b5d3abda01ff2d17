"""Keys are folded apart from the views, survive without them, and never come back from the dead."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.app.headwater import Headwater
from headwater.model.errors import UsageError
from headwater.model.keys import LOCAL, Scope


def opened(path: Path) -> Headwater:
    return Headwater.open(path / "home", environ={}, flags={"analysers": 0})


@pytest.fixture
def headwater(tmp_path: Path) -> Iterator[Headwater]:
    with opened(tmp_path) as made:
        yield made


def test_a_key_is_known_by_its_secret_alone(headwater: Headwater) -> None:
    made = headwater.create_key("airflow", [Scope("write", "lake*"), Scope("read")])
    principal = headwater.keyring.authenticate(made.secret)
    assert principal is not None
    assert (principal.key, principal.scopes) == (made.record.id, (Scope("read"), Scope("write", "lake*")))
    assert headwater.keyring.authenticate(made.secret + "x") is None
    assert headwater.keyring.authenticate(made.record.digest) is None
    assert made.secret not in repr(made)


@pytest.mark.parametrize("pattern", ["", "lake\n", "la\0ke", "\u2028", "a" * 201])
def test_a_scope_with_an_unusable_pattern_makes_no_key(headwater: Headwater, pattern: str) -> None:
    with pytest.raises(UsageError, match="namespace pattern of 1 to 200 printable characters"):
        headwater.create_key("reader", [Scope("read", pattern)])
    assert headwater.list_keys() == ()


@pytest.mark.parametrize("lost", [(), ("keys.view",), ("views.sqlite",), ("keys.view", "views.sqlite")])
def test_keys_and_revocations_are_there_after_opening_whatever_cache_was_lost(tmp_path: Path, lost: tuple[str, ...]) -> None:
    with opened(tmp_path) as headwater:
        kept, dead = (headwater.create_key(name, [Scope("read")]) for name in ("kept", "dead"))
        headwater.revoke_key(dead.record.id, "left the team")
    for name in lost:
        (tmp_path / "home" / name).unlink()
    with opened(tmp_path) as headwater:
        assert headwater.keyring.authenticate(kept.secret) is not None
        assert headwater.keyring.authenticate(dead.secret) is None
        assert [(key.name, key.revoked is None) for key in headwater.list_keys()] == [("kept", True), ("dead", False)]


def test_a_broken_cache_is_as_good_as_none(tmp_path: Path) -> None:
    with opened(tmp_path) as headwater:
        made = headwater.create_key("kept", [Scope("read")])
    (tmp_path / "home" / "keys.view").write_bytes(b"\xff\x00")
    with opened(tmp_path) as headwater:
        assert headwater.keyring.authenticate(made.secret) is not None


def test_revoking_twice_changes_nothing_and_an_unknown_key_is_refused(headwater: Headwater) -> None:
    made = headwater.create_key("kept", [Scope("read")])
    headwater.revoke_key(made.record.id)
    first = headwater.list_keys()
    headwater.revoke_key(made.record.id)
    assert headwater.list_keys() == first
    with pytest.raises(UsageError, match="no key has this id"):
        headwater.revoke_key("nobody")


@pytest.mark.parametrize(
    ("name", "scopes"), [("", [Scope("read")]), ("two\nlines", [Scope("read")]), ("x" * 121, [Scope("read")]), ("none", [])]
)
def test_a_key_needs_a_plain_name_and_a_scope(headwater: Headwater, name: str, scopes: list[Scope]) -> None:
    with pytest.raises(UsageError, match="cannot create key"):
        headwater.create_key(name, scopes, by=LOCAL)


def test_recognising_a_key_never_waits_for_views_that_are_being_folded(headwater: Headwater) -> None:
    made = headwater.create_key("busy", [Scope("write")])
    known: list[bool] = []
    headwater.keyring.forget()
    asking = threading.Thread(target=lambda: known.append(headwater.keyring.authenticate(made.secret) is not None))
    with headwater.follower.reading():
        asking.start()
        asking.join(5)
        assert known == [True]
