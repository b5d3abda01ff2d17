"""A home is private, whole or refused, and held by one server."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from headwater.app.home import Home, write_private
from headwater.app.server_note import find_note, leave_note, remove_note
from headwater.model.errors import HomeFault


def test_a_new_home_is_private_and_opens_again_with_the_same_keys(tmp_path: Path) -> None:
    made = Home.create(tmp_path / "home")
    again = Home.open(tmp_path / "home")
    assert again.keys == made.keys
    assert again.identity == made.identity
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home").rglob("*") if path.is_file()} == {0o600}


def test_creating_twice_keeps_the_first(tmp_path: Path) -> None:
    assert Home.create(tmp_path / "home").keys == Home.create(tmp_path / "home").keys


def test_two_homes_share_no_key(tmp_path: Path) -> None:
    one, other = Home.create(tmp_path / "a").keys, Home.create(tmp_path / "b").keys
    keys = [one.signing, one.dedup, one.redaction, one.sealing, other.signing, other.dedup, other.redaction, other.sealing]
    assert len(set(keys)) == 8


def test_keys_do_not_show_in_a_repr(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    assert home.keys.signing.hex() not in repr(home)
    assert repr(home.keys.signing) not in repr(home)


def test_a_key_that_others_can_read_is_refused_with_the_command_that_closes_it(tmp_path: Path) -> None:
    Home.create(tmp_path / "home")
    key = tmp_path / "home" / "keys" / "signing"
    key.chmod(0o640)
    with pytest.raises(HomeFault) as caught:
        Home.open(tmp_path / "home")
    assert caught.value.next_step == f"chmod 600 {key}"


def test_a_home_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    Home.create(tmp_path / "home").path.chmod(0o755)
    with pytest.raises(HomeFault, match="expected mode 0700"):
        Home.open(tmp_path / "home")


@pytest.mark.parametrize(("name", "mode"), [("keys", 0o755), ("keys", 0o710), ("ledger.sqlite", 0o644), ("ledger.sqlite", 0o660)])
def test_keys_and_a_ledger_that_others_can_reach_are_refused(tmp_path: Path, name: str, mode: int) -> None:
    Home.create(tmp_path / "home")
    path = tmp_path / "home" / name
    if name != "keys":
        path.touch(0o600)
    path.chmod(mode)
    with pytest.raises(HomeFault, match=f"got 0{mode:o}") as caught:
        Home.open(tmp_path / "home")
    assert caught.value.next_step == f"chmod {'700' if name == 'keys' else '600'} {path}"


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_home_that_is_a_file_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("words")
    with pytest.raises(HomeFault, match="cannot create home"):
        Home.create(tmp_path / place)
    with pytest.raises(HomeFault, match="cannot open home"):
        Home.open(tmp_path / place)


def test_a_private_file_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        write_private(tmp_path / "taken", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_damaged_home_names_a_step_that_exists(tmp_path: Path) -> None:
    Home.create(tmp_path / "home")
    (tmp_path / "home" / "home.json").write_text("{")
    with pytest.raises(HomeFault) as caught:
        Home.open(tmp_path / "home")
    assert caught.value.next_step == "put it back from a copy of the home, then run `headwater ledger verify`"


def test_a_folder_with_other_things_in_it_does_not_become_a_home(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("words")
    with pytest.raises(HomeFault, match="expected an empty directory"):
        Home.create(tmp_path)


def test_a_creation_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    Home.create(tmp_path / "home")
    (tmp_path / "home" / "home.json").unlink()
    (tmp_path / "home" / "keys" / "sealing").unlink()
    assert len(Home.create(tmp_path / "home").keys.sealing) == 32


@pytest.mark.parametrize("damage", ["missing", "short", "no hex"])
def test_a_damaged_key_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    Home.create(tmp_path / "home")
    key = tmp_path / "home" / "keys" / "dedup"
    key.unlink() if damage == "missing" else key.write_text({"short": "00ff", "no hex": "zz"}[damage])
    if damage != "missing":
        key.chmod(0o600)
    with pytest.raises(HomeFault, match="keys/dedup"):
        Home.open(tmp_path / "home")


def test_only_one_server_holds_a_home(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    with home.lock(), pytest.raises(HomeFault, match="another server holds it"), home.lock():
        pass
    with home.lock():
        pass


def test_a_server_s_note_is_found_private_and_taken_away(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    leave_note(home, "http://127.0.0.1:1", "token")
    note = find_note(home)
    assert note is not None and (note.url, note.pid, note.token) == ("http://127.0.0.1:1", os.getpid(), "token")
    assert "token" not in repr(note)
    assert stat.S_IMODE(home.server_path.stat().st_mode) == 0o600
    remove_note(home)
    assert find_note(home) is None


@pytest.mark.parametrize("content", [b"", b"not json", b'{"url":"http://127.0.0.1:1","pid":4194399,"token":"t"}'])
def test_a_stale_or_broken_note_is_ignored(tmp_path: Path, content: bytes) -> None:
    home = Home.create(tmp_path / "home")
    home.server_path.write_bytes(content)
    assert find_note(home) is None
