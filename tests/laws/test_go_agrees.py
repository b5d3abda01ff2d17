"""Notes, proofs and tiles are checked by Go's `sumdb/note` and `sumdb/tlog`: a third party's code, which knows nothing of us."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from headwater.edges.stores.memory import MemoryEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.tree.tiles import TileTree, tile_ids
from tests.ledgers import SIGNER, filled

SOURCE = Path(__file__).parent / "go"

pytestmark = pytest.mark.service("go")


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built; its one module comes through the Go module proxy, held to `go.sum`."""
    program = tmp_path_factory.mktemp("go") / "transparency"
    built = subprocess.run(["go", "build", "-o", str(program), "."], cwd=SOURCE, capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stderr
    return program


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_go_accepts_everything_a_ledger_says(checker: Path, size: int) -> None:
    assert judged(checker, told(size)) == "ok"


def test_go_refuses_what_is_altered(checker: Path) -> None:
    whole = told(300)
    assert "note: " in judged(checker, {**whole, "note": whole["note"].replace("\n300\n", "\n299\n")})
    assert "note: " in judged(checker, {**whole, "key": str(type(SIGNER).from_seed(SIGNER.origin, bytes(32)).verifier)})
    assert "tiles: " in judged(checker, {**whole, "tiles": {**whole["tiles"], "0/1": whole["tiles"]["0/0"]}})
    (first, *others) = whole["inclusions"]
    swapped = {**first, "envelope": others[0]["envelope"]}
    assert "entry 0 at size 300" in judged(checker, {**whole, "inclusions": [swapped, *others]})
    changed = [{**proof, "old_root": whole["consistency"][0]["new_root"]} for proof in whole["consistency"] if proof["old"] != proof["new"]]
    assert "consistency of" in judged(checker, {**whole, "consistency": changed})


def told(size: int) -> dict[str, Any]:
    """All that a third party would be shown of a ledger."""
    store = MemoryEntryStore()
    ledger = filled(store, [size // 2, size - size // 2])
    tiles = {f"{tile.level}/{tile.number}": (store.tiles([tile])[0] or b"").hex() for tile in tile_ids(size)}
    positions = {position for position in (0, 1, 127, 128, 254, 255, 256, size // 2, size - 1) if position < size}
    return {
        "key": str(SIGNER.verifier),
        "note": ledger.checkpoint().decode(),
        "size": size,
        "tiles": tiles,
        "inclusions": [asdict(ledger.prove(position)) for position in sorted(positions)],
        "consistency": list(consistency(ledger, TileTree(lambda tile: store.tiles([tile])[0]))),
    }


def consistency(ledger: Ledger, tree: TileTree) -> Iterator[dict[str, Any]]:
    """Proofs between many pairs of sizes; Go has none for an empty tree."""
    sizes = {size for size in (1, 2, 3, 64, 127, 128, 255, 256, 257, 300, ledger.size - 1, ledger.size) if 0 < size <= ledger.size}
    for old in sorted(sizes):
        for new in sorted(size for size in sizes if size >= old):
            path = [part.hex() for part in ledger.consistency(old, new)]
            yield {"old": old, "new": new, "old_root": tree.root(old).hex(), "new_root": tree.root(new).hex(), "path": path}


def judged(checker: Path, document: dict[str, Any]) -> str:
    """What the Go program says."""
    return subprocess.run([str(checker)], input=json.dumps(document), capture_output=True, text=True, timeout=60).stdout.strip()
