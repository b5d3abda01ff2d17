from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from headwater.edges.stores.memory import MemoryEntryStore
from headwater.ledger.bundle import tile_path
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.tree.tiles import TileId
from headwater.model.errors import Tampered
from tests.ledgers import ORIGIN, SIGNER, all_observed, filled

KEY = str(SIGNER.verifier)
Members = dict[str, bytes]


def exported(ledger: Ledger, path: Path) -> Path:
    with path.open("wb") as sink:
        ledger.export(sink)
    return path


def run(verifier: Path, *arguments: str) -> tuple[int, str]:
    """The verifier as a program: isolated, so that nothing of Headwater can be imported from the working folder."""
    done = subprocess.run([sys.executable, "-I", str(verifier), *arguments], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(filled(MemoryEntryStore(), [256, 300, 3]), tmp_path_factory.mktemp("bundle") / "ledger.zip")


@pytest.fixture(scope="module")
def verifier(bundle: Path) -> Path:
    """The copy that travels in the bundle."""
    path = bundle.with_name("verifier.py")
    with zipfile.ZipFile(bundle) as archive:
        path.write_bytes(archive.read("verifier.py"))
    return path


def changed(bundle: Path, change: Callable[[Members], None]) -> str:
    """The bundle with some members changed."""
    with zipfile.ZipFile(bundle) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    path = bundle.with_name("changed.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return str(path)


def flip(name: str, at: int) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        data = bytearray(members[name])
        data[at] ^= 1
        members[name] = bytes(data)

    return change


def test_a_whole_bundle_verifies(bundle: Path, verifier: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "key.txt"
    key_file.write_text(f"{KEY}\n")
    assert run(verifier, str(bundle), "--key", KEY) == (0, "ok\n")
    assert run(verifier, str(bundle), "--key", str(key_file)) == (0, "ok\n")


def test_the_same_ledger_gives_the_same_bundle(tmp_path: Path) -> None:
    ledger = filled(MemoryEntryStore(), [5])
    assert exported(ledger, tmp_path / "a.zip").read_bytes() == exported(ledger, tmp_path / "b.zip").read_bytes()


def test_an_empty_ledger_and_one_entry_verify(verifier: Path, tmp_path: Path) -> None:
    for count in (0, 1):
        path = exported(filled(MemoryEntryStore(), [count]), tmp_path / f"{count}.zip")
        assert run(verifier, str(path), "--key", KEY) == (0, "ok\n")


def test_an_earlier_checkpoint_is_held_against_the_bundle(verifier: Path, tmp_path: Path) -> None:
    ledger = filled(MemoryEntryStore(), [300])
    held = tmp_path / "held"
    held.write_bytes(ledger.checkpoint())
    short = exported(ledger, tmp_path / "short.zip")
    ledger.append(all_observed(range(300, 400)))
    whole = exported(ledger, tmp_path / "whole.zip")
    assert run(verifier, str(whole), "--key", KEY, "--checkpoint", str(held)) == (0, "ok\n")
    held.write_bytes(ledger.checkpoint())
    code, words = run(verifier, str(short), "--key", KEY, "--checkpoint", str(held))
    assert (code, words.splitlines()[0]) == (1, "entry 300: the bundle ends here, the checkpoint kept from earlier covers 400 entries")
    rewritten = exported(filled(MemoryEntryStore(), [7, 400]), tmp_path / "rewritten.zip")
    other = Ledger(MemoryEntryStore(), SIGNER)
    other.append(all_observed(range(1, 400)))
    held.write_bytes(other.checkpoint())
    code, words = run(verifier, str(rewritten), "--key", KEY, "--checkpoint", str(held))
    assert (code, words.splitlines()[0]) == (1, "the first 399 entries are not those of the checkpoint kept from earlier")


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (flip("payload/000", 100), "entry 1: its payload is not the one committed to"),
        (flip("payload/000", 0), "entry 0: payload/000 does not hold 256 parts"),
        (flip("tile/entries/001", 12), "entry 256: its envelope does not hash to what the tree holds"),
        (flip("tile/entries/002.p/47", 12), "entry 512: its envelope does not hash to what the tree holds"),
        (flip("tile/0/001", 32 * 5), "entry 261: its envelope does not hash to what the tree holds"),
        (flip("tile/1/000.p/2", 40), "entry 256: tile/1/000.p/2 does not hold the hashes of the tiles below"),
        (flip("checkpoint", 20), "the bundle's checkpoint cannot be trusted: "),
        (lambda members: members.pop("payload/001"), "entry 256: payload/001 is missing"),
        (lambda members: members.pop("tile/0/000"), "entry 0: tile/0/000 is missing"),
        (lambda members: members.pop("checkpoint"), "the bundle's checkpoint cannot be trusted: "),
        (lambda members: members.update(extra=b""), "extra does not belong in a bundle"),
    ],
)
def test_each_change_is_found_and_placed(bundle: Path, verifier: Path, change: Callable[[Members], None], first: str) -> None:
    code, words = run(verifier, changed(bundle, change), "--key", KEY)
    assert code == 1
    assert words.startswith(first), words


def test_a_stranger_s_key_verifies_nothing(bundle: Path, verifier: Path) -> None:
    code, words = run(verifier, str(bundle), "--key", str(Signer.from_seed(ORIGIN, bytes(32)).verifier))
    assert (code, words.splitlines()[0]) == (
        1,
        "the bundle's checkpoint cannot be trusted: a checkpoint is not signed by a key that was given",
    )


def test_bad_input_is_told_without_a_traceback(bundle: Path, verifier: Path, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\xff\x00")
    proof = tmp_path / "proof.json"
    proof.write_text("{}")
    for arguments in (
        [str(bundle), "--key", "nonsense"],
        [str(bundle), "--key", KEY[:-2]],
        [str(garbage), "--key", KEY],
        [str(proof), "--key", KEY],
        [str(tmp_path / "absent"), "--key", KEY],
        [str(bundle), "--key", KEY, "--checkpoint", str(garbage)],
    ):
        code, words = run(verifier, *arguments)
        assert code == 2, arguments
        assert words.startswith("cannot verify ")
        assert "Traceback" not in words


def test_a_damaged_archive_is_told_without_a_traceback(bundle: Path, verifier: Path, tmp_path: Path) -> None:
    data = bundle.read_bytes()
    path = tmp_path / "damaged.zip"
    for at in range(0, len(data), len(data) // 12):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        code, words = run(verifier, str(path), "--key", KEY)
        assert code in (0, 1, 2)
        assert "Traceback" not in words, at


def test_a_single_proof_is_checked_by_the_same_program(verifier: Path, tmp_path: Path) -> None:
    ledger = filled(MemoryEntryStore(), [300])
    path = tmp_path / "proof.json"
    for position in (0, 255, 256, 299):
        proof = asdict(ledger.prove(position, show_body=True))
        path.write_text(json.dumps(proof))
        assert run(verifier, str(path), "--key", KEY) == (0, "ok\n")
        path.write_text(json.dumps({**proof, "position": position ^ 1}))
        code, words = run(verifier, str(path), "--key", KEY)
        assert code == 1
        assert "its envelope is of another position" in words


def test_a_store_that_cannot_be_read_through_is_not_exported() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [5, 5])
    kept = store._segments.pop(1)
    with pytest.raises(Tampered, match="cannot export entry 5"):
        ledger.export(io.BytesIO())
    store._segments.append(kept)
    del store._tiles[TileId(0, 0)]
    with pytest.raises(Tampered, match="cannot export tile 0/0"):
        ledger.export(io.BytesIO())


def test_paths_are_those_of_tlog_tiles() -> None:
    assert tile_path(TileId(0, 0), 5) == "tile/0/000.p/5"
    assert tile_path(TileId(0, 1234067), 1234067 * 256 + 7) == "tile/0/x001/x234/067.p/7"
    assert tile_path(TileId(1, 3), 256 * 256 * 4) == "tile/1/003"
