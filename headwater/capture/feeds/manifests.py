"""Reads what a supplier promises: a manifest in JSON, or a list of checksums as `sha256sum` writes it.

    {"delivery": "2026-11-01", "due_at": "2026-11-01T06:00:00Z",
     "files": [{"name": "labs.csv", "sha256": "9f3c…", "rows": 1200, "size_bytes": 51234}]}

Members that are not named here are a supplier's own and are left alone.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

import msgspec

from headwater.model.times import parse_instant

FILES_AT_MOST = 10_000
_SUM = re.compile(r"([0-9a-fA-F]{64})[ \t]+[* ]?(.+)")
_Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-fA-F]{64}$")]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """One file as promised."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
    sha256: _Digest | None = None
    rows: _Count | None = None
    size_bytes: _Count | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as promised. `delivery` may be missing; then it is called after the manifest's place."""

    files: Annotated[tuple[Promise, ...], msgspec.Meta(max_length=FILES_AT_MOST)]
    delivery: Annotated[str, msgspec.Meta(max_length=500)] = ""
    due_at: str = ""


def read_manifest(raw: bytes, name: str) -> Manifest:
    """The promise in a manifest file, by its name: `.json`, or a list of checksums.

    Raises:  ValueError: it is none; says in words what is wrong, and shows nothing of it.
    """
    manifest = _json(raw) if PurePosixPath(name).suffix == ".json" else _sums(raw)
    for promise in manifest.files:
        path = PurePosixPath(promise.name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError("it names a file outside of its delivery")
    if len({promise.name for promise in manifest.files}) != len(manifest.files):
        raise ValueError("it names a file twice")
    if manifest.due_at:
        try:
            parse_instant(manifest.due_at)
        except (ValueError, OverflowError):
            raise ValueError("its `due_at` is not a time") from None
    return manifest


def _json(raw: bytes) -> Manifest:
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        place = str(fault).partition(" - at `$.")[2].rstrip("`")
        raise ValueError(f"it is not built as a manifest{f' at `{place}`' if place else ''}") from None


def _sums(raw: bytes) -> Manifest:
    try:
        lines = [line for line in raw.decode("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    except UnicodeDecodeError:
        raise ValueError("it is not text") from None
    found = [_SUM.fullmatch(line.strip()) for line in lines]
    if not found or any(match is None for match in found) or len(found) > FILES_AT_MOST:
        raise ValueError("it is not a list of SHA-256 checksums and file names")
    return Manifest(files=tuple(Promise(name=match.group(2), sha256=match.group(1)) for match in found if match is not None))
