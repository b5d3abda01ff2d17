"""Rows as JSON and CSV hold them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def plain(row: Mapping[str, object]) -> dict[str, object]:
    """A row whose days and times are text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
