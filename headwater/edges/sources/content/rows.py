"""Hashes rows regardless of their order: a keyed hash of 256 bits per row, added up.

Each cell becomes 16 bytes by AES under a secret key, with a secret mask per column; a null becomes nothing. The cells of a row are combined
by exclusive or, so neither the order of columns nor a new column that is all null changes a row. Two further keys make two words of
128 bits of each row, and each word is added up modulo 2^128.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pyarrow import types

from headwater.edges.sources.content.logical import Named, logical_type, row_type
from headwater.edges.sources.content.plain import Coded, Fixed, Listed, Numbers, Plain, Record, Text
from headwater.model.content import RowSum

_BLOCK = 16
LONG = 4096
"""Bytes from which a value is hashed on its own instead of block by block with the others."""
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_FOLD = 128


@dataclass(frozen=True, slots=True)
class RowKey:
    """The secret under which rows are hashed; whoever has it can make other rows of equal sum."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("a row key has at least 32 bytes")

    @property
    def id(self) -> str:
        """Tells keys apart and says nothing of them."""
        return self.part("id")[:4].hex()

    def part(self, purpose: str, *names: str) -> bytes:
        """A secret of 32 bytes derived for a purpose."""
        text = b"".join([len(name.encode()).to_bytes(4, "big") + name.encode() for name in ("headwater-rows/1", purpose, *names)])
        return hmac.digest(self.secret, text, "sha256")


class Blocks:
    """Encrypts blocks of 16 bytes in place; fixed-length input under a secret key, where equal blocks shall be equal."""

    def __init__(self, key: bytes) -> None:
        self._aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  # a random function, not a way to hide text

    def encrypt(self, blocks: Numbers) -> Numbers:
        """The encrypted blocks, as many pairs of words."""
        sealed = np.empty(blocks.nbytes + _BLOCK, np.uint8)
        self._aes.update_into(np.ascontiguousarray(blocks).reshape(-1).view(np.uint8).data, sealed.data)
        return sealed[: blocks.nbytes].view(np.uint64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class Masks:
    """The secret masks of a column and of what is nested in it."""

    own: Numbers
    long: Numbers
    gaps: Numbers
    within: tuple[Masks, ...]


class RowHash:
    """Hashes cells under one key."""

    def __init__(self, key: RowKey) -> None:
        self.key = key
        self._cells = Blocks(key.part("cells")[:16])
        self._words = Blocks(key.part("first word")[:16]), Blocks(key.part("second word")[:16])
        self._long = key.part("long values")

    def masks(self, schema: pa.Schema) -> tuple[Masks, ...]:
        """The masks of each column; a column of one name and type has the same in every file."""
        return tuple(self._masks(names, kind, row_type) for names, kind in _numbered(schema))

    def _masks(self, names: tuple[str, ...], kind: pa.DataType, named: Named) -> Masks:
        if isinstance(kind, pa.BaseExtensionType):
            names, kind = (*names, kind.extension_name), kind.storage_type
        own, long, gaps = (np.frombuffer(self.key.part(use, *names, named(kind))[:16], np.uint64) for use in ("own", "long", "gaps"))
        return Masks(own, long, gaps, tuple(self._masks((*names, *more), inner, how) for more, inner, how in _inner(kind, named)))

    def cells(self, values: Plain, masks: Masks) -> Numbers:
        """A pair of words for each value; zero for a null."""
        if isinstance(values, Coded):
            found, nulls = self._text(values.distinct, masks).take(values.codes, axis=0), values.spelled.nulls
        else:
            found, nulls = self._present(values, masks), values.nulls
        if nulls is not None:
            found[nulls] = 0
        return found

    def _present(self, values: Fixed | Text | Listed | Record, masks: Masks) -> Numbers:
        if isinstance(values, Fixed):
            return self._fixed(values, masks)
        if isinstance(values, Text):
            return self._text(values, masks)
        if isinstance(values, Record):
            joined = np.tile(masks.own, (len(values), 1))
            for inner, mask in zip(values.fields, masks.within, strict=True):
                joined ^= self.cells(inner, mask)
            return self._cells.encrypt(joined)
        return self._listed(values, masks)

    def _fixed(self, values: Fixed, masks: Masks) -> Numbers:
        if values.values.ndim == 2 and values.values.shape[1] > 2:
            return self._text(_as_text(values.values), masks)
        blocks = np.empty((len(values), 2), np.uint64)
        if values.values.ndim == 2:
            np.bitwise_xor(values.values, masks.own, out=blocks)
        else:
            np.bitwise_xor(_word(values.values), masks.own[0], out=blocks[:, 0])
            blocks[:, 1] = masks.own[1] if values.rest is None else masks.own[1] ^ values.rest.astype(np.uint64)
        return self._cells.encrypt(blocks)

    def _listed(self, values: Listed, masks: Masks) -> Numbers:
        """Elements of one width are taken as they lie, with the places of nulls apart; others as their cells, one after another."""
        elements = values.elements
        ends = np.concatenate(([0], np.cumsum(values.lengths)))
        if not isinstance(elements, Fixed) or elements.rest is not None or elements.values.ndim == 2 or elements.values.dtype.itemsize < 4:
            inner = self.cells(elements, masks.within[0])
            return self._text(Text(inner.reshape(-1).view(np.uint8), ends * _BLOCK, None), masks)
        width = elements.values.dtype.itemsize
        data = np.ascontiguousarray(elements.values).view(np.uint8)
        found = self._text(Text(data, ends * width, None), masks)
        if elements.nulls is not None:
            before = np.concatenate(([0], np.cumsum(elements.nulls)))
            holed = np.flatnonzero(before[ends[1:]] != before[ends[:-1]])
            gaps = self._text(Text(elements.nulls.view(np.uint8), ends, None), Masks(masks.gaps, masks.gaps, masks.gaps, ()))
            found[holed] ^= gaps[holed]
        return found

    def _text(self, text: Text, masks: Masks) -> Numbers:
        """CMAC over each value, block by block over all values at once; what is long is hashed by itself first."""
        starts, lengths = text.starts[:-1], np.diff(text.starts)
        long = np.flatnonzero(lengths > LONG)
        if len(long):
            lengths[long] = 0
        windows = _windows(text.data)
        blocks = lengths >> 4
        chain = self._chain(windows, starts, blocks)
        rest = lengths & 15
        last = windows[starts + (blocks << 4)].view(np.uint64).reshape(-1, 2)
        last &= _KEPT.take(rest, axis=0)
        last ^= (_END ^ masks.own).take(rest, axis=0)
        if chain is not None:
            last ^= chain
        for at in long.tolist():
            value = text.data[text.starts[at] : text.starts[at + 1]]
            last[at] = np.frombuffer(blake2b(value.data, digest_size=_BLOCK, key=self._long).digest(), np.uint64) ^ masks.long
        return self._cells.encrypt(last)

    def _chain(self, windows: Numbers, starts: Numbers, blocks: Numbers) -> Numbers | None:
        most = int(blocks.max()) if len(blocks) else 0
        if not most:
            return None
        fewest = int(blocks.min())
        chain = self._cells.encrypt(windows[starts].view(np.uint64)) if fewest else np.zeros((len(blocks), 2), np.uint64)
        for number in range(min(1, fewest), most):
            which = slice(None) if number < fewest else np.flatnonzero(blocks > number)
            following = windows[starts[which] + (number << 4)].view(np.uint64).reshape(-1, 2)
            following ^= chain[which]
            chain[which] = self._cells.encrypt(following)
        return chain

    def words(self, rows: Numbers) -> Iterator[int]:
        """The sum of each of the two words of rows, which are given as their cells combined."""
        for word in self._words:
            yield _sum(word.encrypt(rows))


class RowTotal:
    """A sum over rows that grows."""

    def __init__(self, key: RowKey) -> None:
        self._key, self._rows, self._sums = key, 0, [0, 0]

    def add(self, hashed: RowHash, rows: Numbers) -> None:
        """Count rows in, given as their cells combined."""
        self._rows += len(rows)
        for number, value in enumerate(hashed.words(rows)):
            self._sums[number] = (self._sums[number] + value) % (1 << 128)

    def row_sum(self) -> RowSum:
        """The sum so far."""
        return RowSum(rows=self._rows, total="".join(f"{value:032x}" for value in self._sums), key=self._key.id)


def _kept() -> tuple[Numbers, Numbers]:
    kept, end = np.zeros((16, 16), np.uint8), np.zeros((16, 16), np.uint8)
    for rest in range(16):
        kept[rest, :rest] = 0xFF
        end[rest, rest] = 0x80
    return kept.view(np.uint64), end.view(np.uint64)


_KEPT, _END = _kept()
"""By the number of bytes in a last block: what is kept of it, and the mark behind it."""


def _inner(kind: pa.DataType, named: Named) -> Iterator[tuple[tuple[str, ...], pa.DataType, Named]]:
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        yield from _inner(kind.value_type, named)
    elif types.is_struct(kind):
        for names, inner in _numbered(kind):
            yield ("field", *names), inner, named
    elif types.is_map(kind):
        yield ("entry",), pa.struct([("key", kind.key_type), ("value", kind.item_type)]), logical_type
    elif types.is_nested(kind):
        yield ("item",), kind.value_type, logical_type


def _numbered(fields: Iterable[pa.Field]) -> Iterator[tuple[tuple[str, str], pa.DataType]]:
    """Each field's name with how often it came before, so that two of one name do not cancel each other out."""
    seen = Counter[str]()
    for found in fields:
        yield (found.name, str(seen[found.name])), found.type
        seen[found.name] += 1


def _word(values: Numbers) -> Numbers:
    """Each number as 64 bits, the same for every width."""
    if values.dtype.kind == "f":
        return values.astype(np.float64).view(np.uint64)
    return values.view(np.uint64) if values.dtype.itemsize == 8 else values.astype(np.int64).view(np.uint64)


def _as_text(values: Numbers) -> Text:
    width = values.dtype.itemsize * values.shape[1]
    return Text(np.ascontiguousarray(values).reshape(-1).view(np.uint8), np.arange(len(values) + 1) * width, None)


def _windows(data: Numbers) -> Numbers:
    """Sixteen bytes from every place on, zeros behind the end."""
    padded = np.empty(len(data) + _BLOCK, np.uint8)
    padded[: len(data)] = data
    padded[len(data) :] = 0
    return np.ndarray((len(data) + 1,), np.dtype("V16"), buffer=padded.data, strides=(1,))


def _sum(words: Numbers) -> int:
    """The sum of 128-bit words, exact; halves of 32 bits are added where they cannot overflow."""
    flat = words.reshape(-1)
    short = -len(flat) % _FOLD
    folded = (np.concatenate((flat, np.zeros(short, np.uint64))) if short else flat).reshape(-1, _FOLD)
    low, high = (folded & _LOW).sum(axis=0).reshape(-1, 2), (folded >> _HALF).sum(axis=0).reshape(-1, 2)
    lows, highs = low.sum(axis=0).tolist(), high.sum(axis=0).tolist()
    return int(sum((lows[at] + (highs[at] << 32)) << (64 * at) for at in range(2)))
