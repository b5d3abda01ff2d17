"""The worked example of `docs/ledger-format.md`, recomputed from its words alone, and then found to be what the code writes."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from struct import pack

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headwater.edges.stores.memory import MemoryEntryStore
from headwater.edges.stores.sqlite_schema import _TABLES, APPLICATION_ID, FORMAT_VERSION
from headwater.ledger.framing import BODY_LENGTH, ENVELOPE_LENGTH, split_frames
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.sealing import SealingKey, seal
from headwater.ledger.tree.tiles import TileId
from headwater.model.entries import OPENLINEAGE_RUN, Payload, Pending
from headwater.model.times import Instant

PAGE = (Path(__file__).parents[3] / "docs" / "ledger-format.md").read_text(encoding="utf-8")
EXAMPLE = {
    name.strip(): bytes.fromhex(value)
    for block in re.findall(r"```example\n(.*?)```", PAGE, re.DOTALL)
    for name, value in (line.split(" = ") for line in block.splitlines())
}
((KEY, NOTE),) = re.findall(r"```checkpoint\n(.*?)\n\n(.*?)```", PAGE, re.DOTALL)
RECEIVED = 1_767_225_600_000_000
SEALED = {2: b"\x01\x02"}


def body(number: int) -> bytes:
    public = b'{"n":%d}' % number
    return bytes([0xA0 + number]) * 16 + pack(">I", len(public)) + public + SEALED.get(number, b"")


def envelope(number: int) -> bytes:
    fixed = b"\x01" + pack(">Qq", number, RECEIVED + number) + bytes([0xD0 + number]) * 16 + sha256(body(number)).digest()
    return fixed + b"\x05key-1" + b"\x0fopenlineage/run"


def test_the_example_follows_from_the_words_of_the_document() -> None:
    leaves = [sha256(b"\x00" + envelope(number)).digest() for number in range(3)]
    node = sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    root = sha256(b"\x01" + node + leaves[2]).digest()
    sealed = EXAMPLE.pop("sealed")
    assert {
        "body 2": body(2),
        **{f"commitment {number}": sha256(body(number)).digest() for number in range(3)},
        "envelope 2": envelope(2),
        **{f"leaf {number}": leaf for number, leaf in enumerate(leaves)},
        "node 0-1": node,
        "root": root,
        "public key": EXAMPLE["public key"],
    } == EXAMPLE
    EXAMPLE["sealed"] = sealed


def test_the_example_s_checkpoint_is_signed_as_described() -> None:
    name, key_id, encoded = KEY.split("+", 2)
    data = b64decode(encoded)
    assert data == b"\x01" + EXAMPLE["public key"]
    assert sha256(name.encode() + b"\n" + data).digest()[:4].hex() == key_id
    text, _, line = NOTE.rpartition("\n\n")
    assert text + "\n" == f"{name}\n3\n{b64encode(EXAMPLE['root']).decode()}\n"
    dash, signer, signature = line.split(" ")
    assert (dash, signer) == ("—", name)
    assert b64decode(signature)[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(EXAMPLE["public key"]).verify(b64decode(signature)[4:], f"{text}\n".encode())


def test_the_example_s_sealed_part_opens_as_described() -> None:
    sealed, header = EXAMPLE["sealed"], 14 + len("seal-1")
    assert sealed[:header] == b"\x01\x06seal-1" + b"\x22" * 12
    authenticated = sealed[:header] + b"\x44" * 16
    entry_key = AESGCM(b"\x33" * 32).decrypt(b"\x22" * 12, sealed[header : header + 48], authenticated)
    assert entry_key == b"\x11" * 32
    assert AESGCM(entry_key).decrypt(b"\x22" * 12, sealed[header + 48 :], authenticated) == b"SELECT 1"
    written = seal(b"SELECT 1", entry_key=entry_key, nonce=b"\x22" * 12, home_key=SealingKey("seal-1", b"\x33" * 32), context=b"\x44" * 16)
    assert written == sealed


def test_the_code_writes_the_example() -> None:
    signer = Signer.from_seed("example.org/ledger", bytes(range(32)))
    store = MemoryEntryStore()
    ledger = Ledger(store, signer)
    ledger.append(
        [
            Pending(
                Instant(RECEIVED + number),
                "key-1",
                OPENLINEAGE_RUN,
                bytes([0xD0 + number]) * 16,
                bytes([0xA0 + number]) * 16,
                Payload(b'{"n":%d}' % number, SEALED.get(number, b"")),
            )
            for number in range(3)
        ]
    )
    (segment,) = store.segments(0, 3)
    assert [bytes(part) for part in split_frames(segment.envelopes, ENVELOPE_LENGTH, 3)] == [envelope(number) for number in range(3)]
    assert [bytes(part) for part in split_frames(segment.bodies, BODY_LENGTH, 3)] == [body(number) for number in range(3)]
    assert store.tiles([TileId(0, 0)]) == [EXAMPLE["leaf 0"] + EXAMPLE["leaf 1"] + EXAMPLE["leaf 2"]]
    assert (str(signer.verifier), ledger.checkpoint().decode()) == (KEY, NOTE)
    assert ledger.prove(1).path == (EXAMPLE["leaf 0"].hex(), EXAMPLE["leaf 2"].hex())
    assert ledger.prove(2).path == (EXAMPLE["node 0-1"].hex(),)
    assert ledger.consistency(2) == [EXAMPLE["leaf 2"]]


def test_the_tables_are_the_described_ones() -> None:
    described = {name: re.findall(r"`(\w+)`", columns) for name, columns in re.findall(r"^\| `(\w+)` \| (`.*?) \| ", PAGE, re.MULTILINE)}
    for name, statement in _TABLES.items():
        columns = re.findall(r"[(,] ?(\w+) (?:INTEGER|BLOB)", statement)
        assert described[name] == columns
    assert f"application id `{APPLICATION_ID:08x}`, user version {FORMAT_VERSION}," in PAGE
