"""The incident that happens after the pipeline ran and that nobody reports: somebody with the lake's credentials changes rows by hand."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from headwater_clinic.lake import open_catalog
from headwater_clinic.names import PROFILE

WHO = "e011"
"""As whom a notebook of the clinic signs its commits."""
COLUMN = "paid"
ROWS = f"region = 'north' AND {COLUMN} > 500"
UPDATE = f"UPDATE {PROFILE.name} SET {COLUMN} = 0 WHERE {ROWS}"
"""What is done, in SQL; it is done with PyIceberg. No run, no event: only the lake tells."""


def update_by_hand(lake: Path) -> int:
    """Rewrite rows of the lake directly, telling nobody; gives how many."""
    catalog = open_catalog(lake)
    table = catalog.load_table(PROFILE.name)
    rows = table.scan(row_filter=ROWS).to_arrow()
    place = rows.schema.get_field_index(COLUMN)
    changed = rows.set_column(place, rows.schema.field(place), pa.array([0.0] * rows.num_rows, rows.schema.field(place).type))
    table.overwrite(changed, overwrite_filter=ROWS, snapshot_properties={"user": WHO, "app-name": "notebook"})
    catalog.close()
    return int(rows.num_rows)
