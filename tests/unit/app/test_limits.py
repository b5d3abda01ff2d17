"""Decompression is bounded while it happens."""

from __future__ import annotations

import gzip
import zlib

import pytest

from headwater.app.limits import Bounds, Gunzip
from headwater.model.errors import BadEvent, TooLarge

BOUNDS = Bounds(max_bytes=16 * 1024 * 1024, max_ratio=100)


def inflate(data: bytes, step: int, bounds: Bounds = BOUNDS) -> bytes:
    gunzip = Gunzip(bounds)
    out = b"".join(piece for start in range(0, len(data), step) for piece in gunzip.pieces(data[start : start + step]))
    gunzip.finish()
    return out


@pytest.mark.parametrize("step", [1, 7, 1000, 1_000_000])
def test_any_chunking_gives_the_same_bytes(step: int) -> None:
    text = bytes(range(256)) * 40
    assert inflate(gzip.compress(text), step) == text


def test_several_members_and_trailing_zeros_are_one_stream() -> None:
    assert inflate(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 20, 5) == b"one two"


@pytest.mark.parametrize("cut", [1, 5, 12, 30])
def test_cut_data_is_refused(cut: int) -> None:
    with pytest.raises(BadEvent, match="ends too early"):
        inflate(gzip.compress(b"something longer than a header")[:-cut], 10)


@pytest.mark.parametrize("data", [b"plain", zlib.compress(b"zlib"), gzip.compress(b"x", mtime=0) + b"garbage"])
def test_what_is_not_gzip_is_refused(data: bytes) -> None:
    with pytest.raises(BadEvent, match="expected gzip"):
        inflate(data, 100)


def test_a_bomb_is_stopped_at_the_ratio() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    produced: list[int] = []
    with pytest.raises(TooLarge, match="100 times"):
        produced.extend(map(len, Gunzip(BOUNDS).pieces(bomb)))
    assert sum(produced) <= len(bomb) * 100


def test_a_small_body_may_compress_as_well_as_it_likes() -> None:
    assert inflate(gzip.compress(b" " * 500_000), 1000) == b" " * 500_000
