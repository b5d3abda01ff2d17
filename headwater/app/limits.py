"""Bounds on what comes in, enforced while it streams so that nothing large is ever held."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from headwater.model.errors import BadEvent, TooLarge

_GZIP = 16 + zlib.MAX_WBITS
_STEP_BYTES = 256 * 1024
_FREE_BYTES = 1024 * 1024
"""Below this much output the ratio is not looked at: small repetitive bodies compress very well."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest piece held at once, and how far decompression may blow it up."""

    max_bytes: int
    max_ratio: int


class Gunzip:
    """Incremental gzip decompression in small steps, several members allowed, stopped at the ratio."""

    def __init__(self, bounds: Bounds) -> None:
        self._max_ratio = bounds.max_ratio
        self._inflate = zlib.decompressobj(_GZIP)
        self._consumed = 0
        self._produced = 0

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk decompresses to, in steps small enough to stop between.

        Raises:  BadEvent: not gzip. TooLarge: the output passes the ratio.
        """
        self._consumed += len(chunk)
        while chunk:
            if self._inflate.eof:
                chunk = chunk.lstrip(b"\0")
                if not chunk:
                    return
                self._inflate = zlib.decompressobj(_GZIP)
            part = self._step(chunk)
            self._produced += len(part)
            if self._produced > _FREE_BYTES and self._produced > self._consumed * self._max_ratio:
                problem = f"cannot read body: it decompresses to more than {self._max_ratio} times its size"
                raise TooLarge(problem, next_step="send it uncompressed, or raise max_ratio")
            if part:
                yield part
            chunk = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def finish(self) -> None:
        """Check that the stream ended where its format says it does.

        Raises:  BadEvent: it was cut.
        """
        if not self._inflate.eof:
            raise BadEvent("cannot read body: gzip data ends too early", next_step="send the whole compressed body")

    def _step(self, chunk: bytes) -> bytes:
        try:
            return self._inflate.decompress(chunk, _STEP_BYTES)
        except zlib.error:
            raise BadEvent("cannot read body: expected gzip data", next_step="check the content encoding") from None


def too_large(max_bytes: int) -> TooLarge:
    """The refusal of a body or line past its limit."""
    problem = f"cannot read body: expected at most {max_bytes} bytes, got more"
    return TooLarge(problem, next_step="send smaller batches, or raise max_body_bytes")
