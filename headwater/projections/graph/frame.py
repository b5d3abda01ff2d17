"""Arrays in one file: a small header, the arrays as they lie in memory, and a checksum over both.

    magic      8 bytes   what the file holds, with the version of its layout
    count      8 bytes   number of arrays
    numbers    8 bytes   number of plain numbers
    lengths    16 bytes each: type of one array, its length
    numbers    8 bytes each
    arrays     each padded to 8 bytes
    checksum   32 bytes  SHA-256 of everything before

All numbers are little endian. A file that does not fit is refused as a whole: every view can be built again from the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from headwater.model.errors import HeadwaterError

Array = NDArray[Any]
_TYPES = (np.dtype("<i8"), np.dtype("<i4"), np.dtype("u1"))
_MAGIC, _WORD, _DIGEST = 8, 8, 32


class BrokenFrame(HeadwaterError):
    """A saved view cannot be read: cut, altered, or written by another version."""

    code: ClassVar[str] = "VIEW-BROKEN"


def write_frame(magic: bytes, numbers: Sequence[int], arrays: Sequence[Array]) -> bytes:
    """Lay numbers and arrays out as one file."""
    head = [magic, np.array([len(arrays), len(numbers)], dtype="<i8").tobytes()]
    head += [np.array([_TYPES.index(array.dtype), len(array)], dtype="<i8").tobytes() for array in arrays]
    body = b"".join([*head, np.array(numbers, dtype="<i8").tobytes(), *(_padded(array) for array in arrays)])
    return body + hashlib.sha256(body).digest()


def read_frame(magic: bytes, data: bytes) -> tuple[list[int], list[Array]]:
    """The numbers and arrays of a file; the arrays are views of `data`.

    Raises:  BrokenFrame: another kind or version of file, cut short, or altered.
    """
    if data[:_MAGIC] != magic:
        raise _broken("it is not a file of this version")
    body = memoryview(data)[:-_DIGEST]
    if len(data) < _MAGIC + 2 * _WORD + _DIGEST or hashlib.sha256(body).digest() != data[-_DIGEST:]:
        raise _broken("its checksum does not fit")
    try:
        return _parse(body)
    except (ValueError, IndexError) as wrong:
        raise _broken("its header does not fit") from wrong


def _parse(body: memoryview) -> tuple[list[int], list[Array]]:
    at = _MAGIC + 2 * _WORD
    array_count, number_count = _words(body, _MAGIC, 2)
    shapes = _words(body, at, 2 * array_count)
    at += 2 * array_count * _WORD
    numbers = _words(body, at, number_count)
    at += number_count * _WORD
    arrays: list[Array] = []
    for type_code, length in zip(shapes[::2], shapes[1::2], strict=True):
        dtype = _TYPES[type_code]
        arrays.append(np.frombuffer(body, dtype=dtype, count=length, offset=at))
        at += _padded_size(length * dtype.itemsize)
    return numbers, arrays


def _words(body: memoryview, at: int, count: int) -> list[int]:
    return [int(word) for word in np.frombuffer(body, dtype="<i8", count=count, offset=at)]


def _padded(array: Array) -> bytes:
    raw = array.tobytes()
    return raw + bytes(_padded_size(len(raw)) - len(raw))


def _padded_size(size: int) -> int:
    return -(-size // 8) * 8


def _broken(why: str) -> BrokenFrame:
    return BrokenFrame(f"cannot read a saved view: {why}", next_step="headwater rebuild")
