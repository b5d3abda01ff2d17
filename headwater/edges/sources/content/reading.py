"""Follows a file's or a stream's values through both hashes: column by column within a group of rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from headwater.edges.sources.content.columns import ColumnHash
from headwater.edges.sources.content.faults import fault
from headwater.edges.sources.content.logical import logical_type
from headwater.edges.sources.content.plain import Numbers, plain
from headwater.edges.sources.content.rows import Masks, RowHash, RowKey, RowTotal
from headwater.model.content import ColumnDigest, ContentColumn, RowGroupDigest, RowSum

BATCH_ROWS = 32_768
"""Rows that are held at once: their hashes stay in the processor's cache."""


class Reading:
    """What has been hashed so far of values under one schema; without a key, rows are not hashed."""

    def __init__(self, schema: pa.Schema, key: RowKey | None) -> None:
        self.columns = tuple(ContentColumn(name=found.name, type=logical_type(found.type)) for found in schema)
        self._hash = RowHash(key) if key is not None else None
        self._masks: tuple[Masks, ...] = self._hash.masks(schema) if self._hash is not None else ()
        self._total = RowTotal(key) if key is not None else None

    def group(self, rows: int, columns: Iterable[Iterable[pa.Array]]) -> RowGroupDigest:
        """Hash a group of rows, given column by column, each in pieces that are cut alike."""
        pieces = list[Numbers]()
        digests = [self._column(number, column, pieces, rows) for number, column in enumerate(columns)]
        if not digests:
            pieces = [np.zeros((min(BATCH_ROWS, rows - start), 2), np.uint64) for start in range(0, rows, BATCH_ROWS)]
        self._count(pieces)
        return RowGroupDigest(rows=rows, columns=tuple(digests))

    def _column(self, number: int, column: Iterable[pa.Array], pieces: list[Numbers], rows: int) -> ColumnDigest:
        running = ColumnHash(self.columns[number].type)
        for place, array in enumerate(column):
            values = plain(array)
            running.feed(values)
            if self._hash is None:
                continue
            cells = self._hash.cells(values, self._masks[number])
            if number == 0:
                pieces.append(cells)
            elif place < len(pieces) and len(pieces[place]) == len(cells):
                pieces[place] ^= cells
            else:
                raise fault("corrupt", f"expected {rows} rows in column `{self.columns[number].name}`, got another number")
        if running.rows != rows:
            raise fault("corrupt", f"expected {rows} rows in column `{self.columns[number].name}`, got {running.rows}")
        return running.digest()

    def stream(self, batches: Iterable[pa.RecordBatch]) -> RowGroupDigest:
        """Hash rows that come in batches, as one group."""
        running, rows = [ColumnHash(column.type) for column in self.columns], 0
        for large in batches:
            for start in range(0, large.num_rows, BATCH_ROWS):
                batch = large.slice(start, BATCH_ROWS)
                rows += batch.num_rows
                self._batch(batch, running)
        return RowGroupDigest(rows=rows, columns=tuple(column.digest() for column in running))

    def _batch(self, batch: pa.RecordBatch, running: list[ColumnHash]) -> None:
        together = np.zeros((batch.num_rows, 2), np.uint64)
        for number, column in enumerate(running):
            values = plain(batch.column(number))
            column.feed(values)
            if self._hash is not None:
                together ^= self._hash.cells(values, self._masks[number])
        self._count([together])

    def _count(self, pieces: Iterable[Numbers]) -> None:
        if self._hash is not None and self._total is not None:
            for piece in pieces:
                self._total.add(self._hash, piece)

    def row_sum(self) -> RowSum | None:
        """The sum over all rows so far; None without a key."""
        return self._total.row_sum() if self._total is not None else None


def sum_rows(schema: pa.Schema, batches: Iterable[pa.RecordBatch], key: RowKey) -> RowSum:
    """The sum over rows that come in batches, without a digest of their columns."""
    hashed, total = RowHash(key), RowTotal(key)
    columns = hashed.masks(schema)
    for large in batches:
        for start in range(0, large.num_rows, BATCH_ROWS):
            batch = large.slice(start, BATCH_ROWS)
            together = np.zeros((batch.num_rows, 2), np.uint64)
            for number, masks in enumerate(columns):
                together ^= hashed.cells(plain(batch.column(number)), masks)
            total.add(hashed, together)
    return total.row_sum()
