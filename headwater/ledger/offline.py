#!/usr/bin/env python3
"""Verify an exported Headwater ledger, or a single proof, with nothing of Headwater installed.

    python verifier.py BUNDLE.zip --key KEY [--checkpoint FILE]
    python verifier.py PROOF.json --key KEY

KEY is a verifier key, name+hash+base64, or a file that holds one; give it again for every key that counts.
FILE is a checkpoint kept from earlier: everything it covers must be in the bundle, unchanged.

Prints `ok` and exits 0, or names what is wrong, first bad entry first, and exits 1; exit code 2 means that it could not even begin.
Needs Python 3.9 or newer and the package `cryptography`. It shares no code with Headwater, so that a fault in one shows in the other;
the format is described in docs/ledger-format.md.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
import zipfile
import zlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TILE = 256
SHOWN = 100
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, MemoryError, struct.error)
"""What damaged members make of `zipfile`."""


class Unreadable(Exception):
    """An input that cannot be understood."""


def sha256(data: bytes) -> bytes:
    """The only hash in use."""
    return hashlib.sha256(data).digest()


# --- keys, notes, checkpoints ------------------------------------------------------------------------------------------------------


def read_key(text: str) -> tuple[str, bytes, bytes]:
    """A verifier key as (name, key id, public key)."""
    if "+" not in text or Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8")
    try:
        name, key_id, encoded = text.strip().split("+", 2)
        data = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise Unreadable("the key is not of the form name+hash+base64") from None
    if len(data) != 33 or data[0] != 1 or sha256(name.encode() + b"\n" + data)[:4].hex() != key_id:
        raise Unreadable("the key's hash does not fit its name and bytes, or it is no Ed25519 key")
    return name, bytes.fromhex(key_id), data[1:]


def open_checkpoint(note: bytes, keys: list[tuple[str, bytes, bytes]]) -> tuple[int, bytes]:
    """Size and root of a checkpoint that one of the keys signed and whose origin is that key's name."""
    try:
        text, _, signatures = note.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise Unreadable("a checkpoint is not UTF-8") from None
    text += "\n"
    lines = text.split("\n")
    if len(lines) < 4:
        raise Unreadable("a checkpoint does not have three lines and a signature")
    signers = signers_of(text.encode(), signatures, keys)
    if lines[0] not in signers:
        raise Unreadable("a checkpoint is not signed by a key that was given")
    try:
        size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    except ValueError:
        raise Unreadable("a checkpoint's size or root cannot be read") from None
    return size, root


def signers_of(text: bytes, signatures: str, keys: list[tuple[str, bytes, bytes]]) -> set[str]:
    """Names of the given keys whose signatures verify; a wrong signature under a given key's name is refused."""
    found = set()
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            data = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Unreadable("a signature line of a checkpoint cannot be read") from None
        for known, key_id, public in keys:
            if dash == "\u2014" and (known, key_id) == (name, data[:4]):
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(data[4:], text)
                except InvalidSignature:
                    raise Unreadable("a checkpoint's signature does not verify") from None
                found.add(name)
    return found


# --- the tree ----------------------------------------------------------------------------------------------------------------------


def tree_hash(row: list[bytes]) -> bytes:
    """Merkle tree hash of RFC 6962 over hashes that are leaves, or roots of complete subtrees of one size and a last smaller one."""
    if not row:
        return sha256(b"")
    if len(row) == 1:
        return row[0]
    half = 1 << ((len(row) - 1).bit_length() - 1)
    return sha256(b"\x01" + tree_hash(row[:half]) + tree_hash(row[half:]))


class Tree:
    """Takes leaf hashes in order; knows the root at every size asked for before."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Append, merging complete subtrees of one height."""
        height = 0
        while self.peaks and self.peaks[-1][0] == height:
            leaf, height = sha256(b"\x01" + self.peaks.pop()[1] + leaf), height + 1
        self.peaks.append((height, leaf))
        self.size += 1

    def root(self) -> bytes:
        """Root over what was added so far."""
        if not self.peaks:
            return sha256(b"")
        result = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            result = sha256(b"\x01" + peak + result)
        return result


def path_root(leaf: bytes, position: int, size: int, path: list[bytes]) -> bytes:
    """The root to which an audit path leads; empty if it has the wrong length."""
    if size == 1:
        return leaf if not path else b""
    if not path:
        return b""
    half = 1 << ((size - 1).bit_length() - 1)
    if position < half:
        below = path_root(leaf, position, half, path[:-1])
        return sha256(b"\x01" + below + path[-1]) if below else b""
    below = path_root(leaf, position - half, size - half, path[:-1])
    return sha256(b"\x01" + path[-1] + below) if below else b""


# --- entries -----------------------------------------------------------------------------------------------------------------------


def frames(data: bytes, length: struct.Struct) -> list[bytes]:
    """Parts behind their lengths."""
    parts, at = [], 0
    while at < len(data):
        if at + length.size > len(data):
            raise Unreadable("lengths do not fit")
        (size,) = length.unpack_from(data, at)
        at += length.size + size
        if at > len(data):
            raise Unreadable("lengths do not fit")
        parts.append(data[at - size : at])
    return parts


def envelope_problem(data: bytes, position: int) -> str:
    """What is wrong with an envelope's form or place."""
    if len(data) < 67 or data[0] != 1:
        return "its envelope cannot be read"
    if struct.unpack_from(">Q", data, 1)[0] != position:
        return "its envelope is of another position"
    end = 66 + data[65]
    if end >= len(data) or end + 1 + data[end] != len(data):
        return "its envelope's names do not fill it"
    return ""


def body_problem(body: bytes, envelope: bytes) -> str:
    """What is wrong with a payload, measured against its envelope's commitment."""
    if not body:
        return "its payload is gone"
    if sha256(body) != envelope[33:65]:
        return "its payload is not the one committed to"
    if len(body) < 20 or struct.unpack_from(">I", body, 16)[0] > len(body) - 20:
        return "its payload is not framed as one"
    return ""


# --- bundles -----------------------------------------------------------------------------------------------------------------------


def numbered(number: int, width: int) -> str:
    """Path of a tile or bundle by number, as C2SP tlog-tiles writes it."""
    text = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        text = f"x{number % 1000:03d}/{text}"
    return text if width == TILE else f"{text}.p/{width}"


class Bundle:
    """One verification of a bundle."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self.archive, self.size = archive, size
        self.problems: list[tuple[int, str]] = []
        self.expected = {"README.txt", "about.json", "verifier.py", "checkpoint"}
        self.roots: list[bytes] = []

    def read(self, path: str, position: int) -> bytes | None:
        """A member; a missing or damaged one is a problem at a position."""
        self.expected.add(path)
        try:
            return self.archive.read(path)
        except KeyError:
            self.problems.append((position, f"{path} is missing"))
        except DAMAGE:
            self.problems.append((position, f"{path} is damaged"))
        return None

    def check(self, held: tuple[int, bytes] | None) -> bytes:
        """Check all entries and tiles; returns the root."""
        tree, held_root = Tree(), b""
        if held and held[0] == 0:
            held_root = tree.root()
        for first in range(0, self.size, TILE):
            leaves = self.check_row(first, min(TILE, self.size - first))
            for leaf in leaves:
                tree.add(leaf)
                if held and tree.size == held[0]:
                    held_root = tree.root()
        self.check_upper()
        if held and held[1] != held_root:
            self.problems.append((self.size, f"the first {held[0]} entries are not those of the checkpoint kept from earlier"))
        for name in sorted(set(self.archive.namelist()) - self.expected):
            self.problems.append((self.size, f"{name} does not belong in a bundle"))
        return tree.root()

    def check_row(self, first: int, width: int) -> list[bytes]:
        """Check up to 256 entries; returns their leaf hashes, from the tile where an entry cannot be read."""
        suffix = numbered(first // TILE, width)
        envelopes = self.parts(f"tile/entries/{suffix}", first, width, struct.Struct(">H"))
        bodies = self.parts(f"payload/{suffix}", first, width, struct.Struct(">I"))
        stored = self.stored_leaves(f"tile/0/{suffix}", first, width)
        leaves = []
        for place in range(width):
            envelope, body = envelopes[place] if envelopes else None, bodies[place] if bodies else None
            leaves.append(self.check_entry(first + place, envelope, body, stored[place]))
        if width == TILE:
            self.roots.append(self.on_record(first // TILE, leaves, stored))
        return leaves

    def stored_leaves(self, path: str, first: int, width: int) -> list[bytes]:
        """Leaf hashes as a tile holds them; empty ones where it does not."""
        tile = self.read(path, first)
        if tile is not None and len(tile) == width * 32:
            return [tile[at : at + 32] for at in range(0, len(tile), 32)]
        if tile is not None:
            self.problems.append((first, f"{path} does not hold {width} hashes"))
        return [b""] * width

    def on_record(self, number: int, leaves: list[bytes], stored: list[bytes]) -> bytes:
        """Root of a full tile as the level above should have it, so that one altered entry or tile is not reported twice."""
        if leaves == stored or b"" in stored:
            return tree_hash(leaves)
        try:
            above = self.archive.read(f"tile/1/{numbered(number // TILE, min(TILE, self.size // TILE - number // TILE * TILE))}")
        except (KeyError, *DAMAGE):
            above = b""
        intact = above[number % TILE * 32 :][:32] == tree_hash(leaves)
        return tree_hash(leaves if intact else stored)

    def parts(self, path: str, first: int, width: int, length: struct.Struct) -> list[bytes] | None:
        """Framed parts of a member, if they can be told apart."""
        data = self.read(path, first)
        if data is None:
            return None
        try:
            found = frames(data, length)
        except Unreadable:
            found = []
        if len(found) != width:
            self.problems.append((first, f"{path} does not hold {width} parts"))
            return None
        return found

    def check_entry(self, position: int, envelope: bytes | None, body: bytes | None, stored: bytes) -> bytes:
        """Check one entry; returns its leaf hash."""
        if envelope is None:
            return stored
        problem = envelope_problem(envelope, position)
        if problem:
            self.problems.append((position, problem))
        elif body is not None and body_problem(body, envelope):
            self.problems.append((position, body_problem(body, envelope)))
        leaf = sha256(b"\x00" + envelope)
        if stored and leaf != stored:
            self.problems.append((position, "its envelope does not hash to what the tree holds"))
        return leaf

    def check_upper(self) -> None:
        """Check the tiles above the leaves against the roots of those below."""
        row, level = self.roots, 1
        while row:
            carried = []
            for first in range(0, len(row), TILE):
                part = row[first : first + TILE]
                position = first * TILE**level
                path = f"tile/{level}/{numbered(first // TILE, len(part))}"
                data = self.read(path, position)
                if data is not None and data != b"".join(part):
                    bad = next((at for at, have in enumerate(part) if data[at * 32 : at * 32 + 32] != have), 0)
                    self.problems.append((position + bad * TILE**level, f"{path} does not hold the hashes of the tiles below"))
                if len(part) == TILE:
                    carried.append(tree_hash(part))
            row, level = carried, level + 1


def verify_bundle(path: str, keys: list[tuple[str, bytes, bytes]], held_note: bytes | None) -> list[str]:
    """Everything that is wrong with a bundle, first bad entry first."""
    held = open_checkpoint(held_note, keys) if held_note is not None else None
    with zipfile.ZipFile(path) as archive:
        if len(set(archive.namelist())) != len(archive.namelist()):
            return ["the bundle holds two files of one name"]
        try:
            note = archive.read("checkpoint")
            size, root = open_checkpoint(note, keys) if note else (0, sha256(b""))
        except (Unreadable, KeyError, *DAMAGE) as fault:
            return [f"the bundle's checkpoint cannot be trusted: {fault}"]
        if held and held[0] > size:
            return [f"entry {size}: the bundle ends here, the checkpoint kept from earlier covers {held[0]} entries"]
        bundle = Bundle(archive, size)
        found = bundle.check(held)
    if found != root:
        bundle.problems.append((size, "the entries do not hash to the signed root"))
    bundle.problems.sort()
    return [what if position == size else f"entry {position}: {what}" for position, what in bundle.problems]


# --- single proofs -----------------------------------------------------------------------------------------------------------------


def verify_proof(proof: dict[str, object], keys: list[tuple[str, bytes, bytes]]) -> list[str]:
    """Everything that is wrong with a single inclusion proof."""
    try:
        envelope, root = bytes.fromhex(str(proof["envelope"])), bytes.fromhex(str(proof["root"]))
        path = [bytes.fromhex(part) for part in proof["path"]]  # type: ignore[attr-defined]
        position, size = int(str(proof["position"])), int(str(proof["size"]))
        body = bytes.fromhex(str(proof["body"])) if proof.get("body") else None
        signed = open_checkpoint(str(proof["checkpoint"]).encode(), keys)
    except (KeyError, ValueError, TypeError):
        raise Unreadable("the proof lacks a part, or one of its parts is of a wrong kind") from None
    checks = [
        envelope_problem(envelope, position),
        body_problem(body, envelope) if body is not None else "",
        ""
        if 0 <= position < size and path_root(sha256(b"\x00" + envelope), position, size, path) == root
        else "the path does not lead to the root",
        "" if signed == (size, root) else "the checkpoint is of another tree",
    ]
    return [problem for problem in checks if problem]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="a bundle (.zip) or a proof (.json)")
    parser.add_argument("--key", action="append", required=True, help="verifier key, or a file that holds it")
    parser.add_argument("--checkpoint", help="a checkpoint kept from earlier")
    arguments = parser.parse_args()
    try:
        keys = [read_key(text) for text in arguments.key]
        held = Path(arguments.checkpoint).read_bytes() if arguments.checkpoint else None
        if zipfile.is_zipfile(arguments.file):
            problems = verify_bundle(arguments.file, keys, held)
        else:
            problems = verify_proof(json.loads(Path(arguments.file).read_text(encoding="utf-8")), keys)
    except (Unreadable, OSError, ValueError, KeyError, zipfile.BadZipFile) as fault:
        print(f"cannot verify {arguments.file}: {fault}", file=sys.stderr)
        return 2
    for problem in problems[:SHOWN]:
        print(problem)
    print(f"{len(problems)} problems" if problems else "ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
