"""The incident that happens after the pipeline ran and that nobody reports: an UPDATE by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb

UPDATE = "UPDATE lake.features.patient_profile SET paid = 0 WHERE region = 'north' AND paid > 500"
"""No run, no event: only the data tell."""


def update_by_hand(lake: Path) -> None:
    """Change the lake's file directly, telling nobody."""
    with duckdb.connect(str(lake)) as connection:
        connection.execute(UPDATE)
