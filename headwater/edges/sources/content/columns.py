"""Hashes columns value by value, in order, whatever pieces they come in.

A column is fed into lanes, one SHA-256 each: the places of nulls, the values, the lengths, what of a time is below a microsecond, and for
nested types the same again for each field and element. A lane sees the same bytes however the column is cut, and the column's digest
commits to its type, its number of rows and every lane that has seen a byte.
"""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np

from headwater.capture.lakes.content import digest_of
from headwater.edges.sources.content.plain import Coded, Fixed, Listed, Numbers, Plain, Record
from headwater.model.content import ColumnDigest


class ColumnHash:
    """The running digest of one column."""

    def __init__(self, logical: str) -> None:
        self._logical = logical
        self._lanes: dict[str, hashlib._Hash] = {}
        self._seen = Counter[str]()
        self._nulls = 0

    @property
    def rows(self) -> int:
        """How many rows were fed."""
        return self._seen[""]

    def feed(self, values: Plain) -> None:
        """Take the column's next values."""
        nulls = values.spelled.nulls if isinstance(values, Coded) else values.nulls
        if nulls is not None:
            self._nulls += int(np.count_nonzero(nulls))
        self._feed(values, "")

    def digest(self) -> ColumnDigest:
        """The digest over everything fed so far."""
        lanes = [part for path in sorted(self._lanes) for part in (path.encode(), self._lanes[path].digest())]
        values = digest_of("column", self._logical.encode(), self.rows.to_bytes(8, "big"), *lanes)
        return ColumnDigest(values=values, nulls=self._nulls)

    def _feed(self, values: Plain, path: str) -> None:
        if isinstance(values, Coded):
            values = values.spelled
        start = self._seen[path]
        self._seen[path] += len(values)
        if values.nulls is not None:
            self._lane(f"{path}null", np.flatnonzero(values.nulls) + start)
        if isinstance(values, Fixed):
            self._fixed(values, path, start)
        elif isinstance(values, Record):
            for number, field in enumerate(values.fields):
                self._feed(field, f"{path}{number}.")
        elif isinstance(values, Listed):
            self._lane(f"{path}length", values.lengths.astype("<u4"))
            self._feed(values.elements, f"{path}item.")
        else:
            self._lane(f"{path}length", np.diff(values.starts).astype("<u4"))
            self._lane(f"{path}value", values.data)

    def _fixed(self, values: Fixed, path: str, start: int) -> None:
        self._lane(f"{path}value", values.values)
        if values.rest is not None:
            places = np.flatnonzero(values.rest)
            self._lane(f"{path}rest-place", places + start)
            self._lane(f"{path}rest", values.rest[places])

    def _lane(self, path: str, numbers: Numbers) -> None:
        if not numbers.size:
            return
        if path not in self._lanes:
            self._lanes[path] = hashlib.sha256()
        self._lanes[path].update(np.ascontiguousarray(numbers).reshape(-1).view(np.uint8).data)
