"""Loading what no source of Headwater brings: a reference file, which the pipeline reads and reports by itself.

A loader is plain Python, so no SQL says which column became which: it reports that in the column lineage facet.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from headwater_clinic.lake import Lake
from headwater_clinic.names import REGIONS, table
from headwater_clinic.reporting import Origin, Read, Reporter

REGION_ROWS = (
    ("10115", "east"), ("20095", "north"), ("30159", "north"), ("50667", "west"),
    ("60311", "west"), ("70173", "south"), ("80331", "south"), ("90402", "south"),
)  # fmt: skip
_TARGET = "reference.regions"


def load_regions(lake: Lake, reporter: Reporter) -> int:
    """The reference table of postal codes; gives the number of rows."""
    columns = [pa.array(values, pa.string()) for values in zip(*REGION_ROWS, strict=True)]
    rows = pa.table(columns, names=["postcode", "region"])
    source = Read(dataset=REGIONS, columns=dict.fromkeys(rows.column_names, "string"), rows=rows.num_rows)
    with reporter.step("load_regions", doc="Postal codes and their regions.", reads=[source], writes=table(_TARGET)) as step:
        written = lake.write(_TARGET, rows, step.stamps, replaces=True)
        step.wrote(replace(written, origins={column: (Origin(REGIONS, column),) for column in rows.column_names}))
    return int(rows.num_rows)
