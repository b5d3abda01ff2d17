"""Sorted runs of dedup records: pages, fences to find the page of a key, a filter that says quickly that a key is not there.

Records are 24 bytes, key and position; see `headwater/ledger/ports.py`. Keys are keyed hashes, so their own bits serve the filter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.ledger.ports import RECORD_BYTES

KEY_BYTES = 16
PAGE_RECORDS = 256
_PAGE_BYTES = PAGE_RECORDS * RECORD_BYTES
_FILTER_BITS_PER_KEY = 10
_PROBES = 7
_RECORD = np.dtype([("high", ">u8"), ("low", ">u8"), ("position", ">u8")])


@dataclass(frozen=True, slots=True)
class RunIndex:
    """What is held in memory of a run over the entries [first, stop)."""

    first: int
    stop: int
    fences: tuple[bytes, ...]
    filter: NDArray[np.uint8]

    def may_hold(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """For each key (one row of two halves) whether it may be in the run; false is certain."""
        held = np.ones(len(keys), dtype=np.bool_)
        for bits in _probes(keys, len(self.filter) * 8):
            held &= (self.filter[bits >> np.uint64(3)] >> (bits & np.uint64(7)).astype(np.uint8)) & 1 == 1
        return held

    def page_of(self, key: bytes) -> int:
        """The only page that can hold a key; -1 if it is below all of them."""
        return bisect_right(self.fences, key) - 1


def halves(keys: Sequence[bytes]) -> NDArray[np.uint64]:
    """Keys of 16 bytes as rows of two integers."""
    return np.frombuffer(b"".join(keys), dtype=">u8").reshape(-1, 2).astype(np.uint64)


def sort_records(records: bytes) -> bytes:
    """Records in order of their bytes."""
    rows = np.frombuffer(records, dtype=_RECORD)
    return rows[np.lexsort((rows["position"], rows["low"], rows["high"]))].tobytes()


def join_records(keyed: Iterable[tuple[bytes, int]]) -> bytes:
    """Unsorted records from keys and positions."""
    return b"".join(key + position.to_bytes(8, "big") for key, position in keyed)


def cut_pages(records: bytes) -> list[bytes]:
    """Sorted records cut into pages."""
    return [records[at : at + _PAGE_BYTES] for at in range(0, len(records), _PAGE_BYTES)]


def build_fences(records: bytes) -> bytes:
    """The first key of every page."""
    return b"".join(records[at : at + KEY_BYTES] for at in range(0, len(records), _PAGE_BYTES))


def build_filter(records: bytes) -> bytes:
    """A Bloom filter over the records' keys: 10 bits a key, 7 probes, under one false hit in a hundred."""
    rows = np.frombuffer(records, dtype=_RECORD)
    keys = np.stack((rows["high"], rows["low"]), axis=1).astype(np.uint64)
    size = max(-(-len(keys) * _FILTER_BITS_PER_KEY // 8), 8)
    bits = np.zeros(size * 8, dtype=np.bool_)
    for probe in _probes(keys, size * 8):
        bits[probe] = True
    return np.packbits(bits, bitorder="little").tobytes()


def read_index(first: int, stop: int, fences: bytes, filter_bytes: bytes) -> RunIndex:
    """The in-memory part of a stored run."""
    cut = tuple(fences[at : at + KEY_BYTES] for at in range(0, len(fences), KEY_BYTES))
    return RunIndex(first, stop, cut, np.frombuffer(filter_bytes, dtype=np.uint8))


def find_in_page(page: bytes, key: bytes) -> int | None:
    """Position recorded for a key in a page."""
    count = len(page) // RECORD_BYTES
    at = bisect_left(range(count), key, key=lambda row: page[row * RECORD_BYTES : row * RECORD_BYTES + KEY_BYTES])
    record = page[at * RECORD_BYTES : (at + 1) * RECORD_BYTES]
    return int.from_bytes(record[KEY_BYTES:], "big") if record[:KEY_BYTES] == key else None


def _probes(keys: NDArray[np.uint64], bits: int) -> Iterable[NDArray[np.uint64]]:
    """Bit numbers by double hashing; both halves are hashes already."""
    high, low = keys[:, 0], keys[:, 1] | np.uint64(1)
    for step in range(_PROBES):
        yield (high + np.uint64(step) * low) % np.uint64(bits)
