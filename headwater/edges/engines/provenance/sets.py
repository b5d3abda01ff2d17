"""Sets of batches as DuckDB holds them: one bit per batch in each half, in the narrowest type that has room for both halves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from headwater.capture.sql.provenance import NONE, ONES, SURE, UPPER, WIDTH, mask_name

MOST = 4096
"""Batches that one question may tell apart: beyond that a row's set is wider than most rows."""
_WORDS = (("UTINYINT", 8), ("USMALLINT", 16), ("UINTEGER", 32), ("UBIGINT", 64), ("UHUGEINT", 128))


@dataclass(frozen=True, slots=True)
class Sets:
    """How sets of up to `batches` batches are held."""

    batches: int

    @property
    def kind(self) -> str:
        """The type."""
        return next((kind for kind, bits in _WORDS if 2 * self.batches <= bits), "BIT")

    @property
    def are_wide(self) -> bool:
        """Whether no word holds a set, so that rows of one batch are better lent with its number."""
        return self.kind == "BIT"

    @property
    def last(self) -> int:
        """The place of the last bit from the left, which is that of the first batch."""
        return 2 * self.batches - 1

    def literal(self, bits: int) -> str:
        """A set as SQL."""
        if self.kind == "BIT":
            return f"'{bits:0{2 * self.batches}b}'::BIT"
        return f"{bits}::{self.kind}"

    def one(self, batch: int) -> int:
        """The set of one batch whose rows took part."""
        return 1 << batch

    def possible(self, batches: Collection[int]) -> int:
        """The set of batches that may have decided."""
        return sum(1 << (self.batches + batch) for batch in batches)

    def read(self, value: Any) -> int:
        """A set that a query gave."""
        return int(value, 2) if isinstance(value, str) else int(value)

    def sure_of(self, bits: int) -> Iterator[int]:
        """The batches in the lower half."""
        return (batch for batch in range(self.batches) if bits >> batch & 1)

    def possible_of(self, bits: int) -> Iterator[int]:
        """The batches in the upper half that are not in the lower."""
        return (batch for batch in range(self.batches) if bits >> (self.batches + batch) & 1 and not bits >> batch & 1)

    def prepare(self, connection: duckdb.DuckDBPyConnection, inputs: Mapping[int, Collection[int]]) -> None:
        """Set the variables that a rewritten statement reads; `inputs` are the batches behind each number of an input."""
        shift = f"{self.batches}::{'INTEGER' if self.kind == 'BIT' else self.kind}"
        low = (1 << self.batches) - 1
        values = {NONE: self.literal(0), SURE: self.literal(low), UPPER: self.literal(low << self.batches), WIDTH: shift}
        values |= {mask_name(number): self.literal(self.possible(batches)) for number, batches in inputs.items()}
        if self.are_wide:
            places = f"range({self.batches}, {2 * self.batches})"
            values[ONES] = f"list_transform({places}, lambda place: set_bit({self.literal(0)}, place::INTEGER, 1))"
        for name, value in values.items():
            connection.execute(f"SET VARIABLE {name} = {value}")
