"""Columns of a dataset as a producer reported them."""

from __future__ import annotations

import msgspec


class Column(msgspec.Struct, frozen=True, cache_hash=True):
    """A column; nested fields are flattened with dots (`address.zip`), their parent listed too."""

    name: str
    type: str = ""
    description: str = ""
