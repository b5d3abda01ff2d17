"""Judges a delivery: is it what was promised, did it come before, is it late? The first reason that holds is the verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.capture.feeds.manifests import Manifest, Promise
from headwater.model.deliveries import DeliveryVerdict
from headwater.model.loads import BatchPiece
from headwater.model.times import Instant
from headwater.model.words import counted, lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A delivery as it came: its name, its files with what was counted in them, and when it was put there.

    `manifest` is None for a supplier who promises nothing, `fault` says in words why a manifest or file cannot be read.
    """

    delivery: str
    pieces: tuple[BatchPiece, ...]
    delivered: Instant
    due: Instant | None = None
    manifest: Manifest | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """A delivery that was recorded: its name, its digest, and whether it was loaded."""

    delivery: str
    digest: str
    is_loaded: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason in words; `like` is the earlier delivery it is about."""

    verdict: DeliveryVerdict
    why: str = ""
    like: str = ""


def digest_of(pieces: Iterable[BatchPiece]) -> str:
    """One digest over the content of all files of a delivery, whatever they are called and however they are ordered."""
    told = hashlib.sha256()
    for digest in sorted(piece.digest for piece in pieces):
        told.update(bytes.fromhex(digest))
    return told.hexdigest()


def judge(came: Came, before: Sequence[Before], grace: int = 0) -> Judgement:
    """The verdict on a delivery, given those that were recorded before it; `grace` in microseconds."""
    if came.fault:
        return Judgement("unreadable", came.fault)
    digest = digest_of(came.pieces)
    same_name = [known for known in before if known.delivery == came.delivery]
    if any(known.digest == digest and known.is_loaded for known in same_name):
        return Judgement("repeated", "it came before under the same name with the same content", came.delivery)
    broken = _broken(came)
    if broken is not None:
        return broken
    if any(known.is_loaded for known in same_name):
        return Judgement("altered", "it came before under the same name with other content, which was loaded", came.delivery)
    twin = next((known for known in reversed(before) if known.digest == digest and known.is_loaded), None)
    if twin is not None and came.pieces:
        return Judgement("repeated", f"its content came before as delivery `{twin.delivery}`", twin.delivery)
    if came.due is not None and came.delivered > came.due + grace:
        return Judgement("late", f"it came {lasting((came.delivered - came.due) // 1_000_000)} after it was due")
    return Judgement("good")


def _broken(came: Came) -> Judgement | None:
    """What of a promise was not kept."""
    if came.manifest is None:
        return None
    promised = {promise.name: promise for promise in came.manifest.files}
    there = {piece.name: piece for piece in came.pieces}
    missing = sorted(promised.keys() - there.keys())
    if missing:
        return Judgement("incomplete", f"{len(missing)} of {counted(len(promised), 'promised file')} did not come, such as `{missing[0]}`")
    extra = sorted(there.keys() - promised.keys())
    if extra:
        return Judgement("not as promised", f"{counted(len(extra), 'file')} came without a promise, such as `{extra[0]}`")
    for name, promise in sorted(promised.items()):
        lie = _lie(there[name], promise)
        if lie:
            return Judgement("not as promised", f"file `{name}` {lie}")
    return None


def _lie(piece: BatchPiece, promise: Promise) -> str:
    if promise.sha256 is not None and promise.sha256.lower() != piece.digest:
        return "does not have the promised checksum"
    if promise.size_bytes is not None and promise.size_bytes != piece.size_bytes:
        size = counted(piece.size_bytes, "byte") if piece.size_bytes is not None else "no known size"
        return f"has {size}, promised were {promise.size_bytes:,}"
    if promise.rows not in (None, piece.rows) and piece.rows is not None:
        return f"has {counted(piece.rows, 'row')}, promised were {promise.rows:,}"
    return ""
