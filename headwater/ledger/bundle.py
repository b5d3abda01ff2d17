"""The export: one ZIP in the layout of C2SP tlog-tiles, with the payloads beside it and the offline verifier inside.

Deterministic: the same ledger gives the same bytes. Layout in `docs/ledger-format.md`, section "Bundle".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from json import dumps
from pkgutil import get_data
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from headwater.ledger.framing import BODY_LENGTH, ENVELOPE_LENGTH, frame_bodies, frame_envelopes, split_frames
from headwater.ledger.note import Verifier
from headwater.ledger.ports import Segment, StoreView
from headwater.ledger.tree.tiles import WIDTH, TileId, tile_ids, widths
from headwater.model.errors import Tampered

FORMAT = "headwater-bundle/1"
Sink = IO[bytes]

_README = """\
A Headwater ledger, exported whole.

    python verifier.py BUNDLE.zip --key KEY [--checkpoint FILE]

KEY is the ledger's verifier key (name+hash+base64). Take it, and the verifier, from someone you trust, not from this file.
FILE is a checkpoint that you kept from earlier. The verifier needs Python 3.9 or newer and the package `cryptography`.
The layout is described in docs/ledger-format.md of Headwater.
"""


def write_bundle(sink: Sink, view: StoreView, verifiers: Sequence[Verifier]) -> None:
    """Write everything that stands below the view's head.

    Raises:  Tampered: part of it cannot be read.
    """
    head = view.head()
    about = {"format": FORMAT, "size": head.size, "keys": [str(verifier) for verifier in verifiers]}
    with ZipFile(sink, "w", ZIP_DEFLATED) as bundle:
        _put(bundle, "README.txt", _README.encode())
        _put(bundle, "about.json", (dumps(about, indent=2) + "\n").encode())
        _put(bundle, "verifier.py", get_data("headwater.ledger", "offline.py") or b"")
        _put(bundle, "checkpoint", head.note)
        for tile in tile_ids(head.size):
            _put(bundle, tile_path(tile, head.size), _tile(view, tile))
        for number, rows in enumerate(_rows(view, head.size)):
            suffix = _numbered(number, len(rows))
            _put(bundle, f"tile/entries/{suffix}", frame_envelopes(envelope for envelope, _ in rows))
            _put(bundle, f"payload/{suffix}", frame_bodies(body for _, body in rows))


def tile_path(tile: TileId, size: int) -> str:
    """Where C2SP tlog-tiles puts a tile in a tree of a size."""
    width = min(WIDTH, widths(size)[tile.level] - tile.number * WIDTH)
    return f"tile/{tile.level}/{_numbered(tile.number, width)}"


def _numbered(number: int, width: int) -> str:
    """Three digits per path element, all but the last behind an x; partial tiles carry their width."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups)) + ("" if width == WIDTH else f".p/{width}")


def _tile(view: StoreView, tile: TileId) -> bytes:
    data = view.tiles([tile])[0]
    if data is None:
        raise Tampered(f"cannot export tile {tile.level}/{tile.number}: it is missing", next_step="headwater ledger verify")
    return data


def _rows(view: StoreView, size: int) -> Iterator[list[tuple[bytes, bytes]]]:
    """Envelopes with their bodies, 256 at a time."""
    framed = _framed(view, size)
    while rows := list(islice(framed, WIDTH)):
        yield rows


def _framed(view: StoreView, size: int) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    for segment in view.segments(0, size):
        if segment.first != position or segment.fault:
            break
        yield from _split(segment)
        position += segment.count
    if position < size:
        raise Tampered(f"cannot export entry {position}: it cannot be read", next_step="headwater ledger verify")


def _split(segment: Segment) -> Iterator[tuple[bytes, bytes]]:
    envelopes = split_frames(segment.envelopes, ENVELOPE_LENGTH, segment.count)
    bodies = split_frames(segment.bodies, BODY_LENGTH, segment.count)
    for envelope, body in zip(envelopes, bodies, strict=True):
        yield bytes(envelope), bytes(body)


def _put(bundle: ZipFile, path: str, data: bytes) -> None:
    """Add a file with a fixed date, so that bundles compare."""
    info = ZipInfo(path)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    bundle.writestr(info, data)
