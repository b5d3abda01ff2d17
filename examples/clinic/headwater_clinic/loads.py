"""Loading what no source of Headwater brings: a reference file and the bedside stream, reported by the pipeline itself.

Loaders are plain Python, so no SQL says which column became which: they report it in the column lineage facet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from headwater_clinic.lake import Lake
from headwater_clinic.names import NOTES_STREAM, REGIONS, VITALS_STREAM, Name, table
from headwater_clinic.reporting import Origin, Read, Reporter

_MICRO_BATCH = 2_000

VITAL_COLUMNS = {
    "visit_id": pa.int64(),
    "measured": pa.timestamp("us"),
    "pulse": pa.int64(),
    "systolic": pa.int64(),
    "diastolic": pa.int64(),
    "temperature": pa.float64(),
}
NOTE_COLUMNS = {
    "note_id": pa.int64(),
    "visit_id": pa.int64(),
    "author": pa.string(),
    "text": pa.string(),
    "written": pa.timestamp("us"),
}
REGION_COLUMNS = {"postcode": pa.string(), "region": pa.string()}
REGION_ROWS = (
    ("10115", "east"), ("20095", "north"), ("30159", "north"), ("50667", "west"),
    ("60311", "west"), ("70173", "south"), ("80331", "south"), ("90402", "south"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One loading job: a source, the part of it to take, the table it lands in."""

    source: Name
    target: str
    columns: Mapping[str, pa.DataType]
    doc: str
    part: str | None = None
    replaces: bool = True

    @property
    def name(self) -> str:
        return f"load_{self.target.rpartition('.')[2]}"


def land(lake: Lake, reporter: Reporter, load: Load, rows: Sequence[Sequence[object]]) -> int:
    """Write rows into the target table and report it; gives the number of rows."""
    kinds = {name: str(kind) for name, kind in load.columns.items()}
    source = Read(dataset=load.source, columns=kinds, version=load.part, rows=len(rows))
    with reporter.step(load.name, doc=load.doc, reads=[source], writes=table(load.target)) as step:
        columns = [pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), load.columns.values(), strict=True)]
        written = lake.write(load.target, pa.table(columns, names=list(load.columns)), step.stamps, replaces=load.replaces)
        step.wrote(replace(written, origins={column: (Origin(load.source, column),) for column in load.columns}))
    return len(rows)


def load_regions(lake: Lake, reporter: Reporter) -> int:
    """The reference table of postal codes."""
    load = Load(source=REGIONS, target="reference.regions", columns=REGION_COLUMNS, doc="Postal codes and their regions.")
    return land(lake, reporter, load, REGION_ROWS)


def micro_batches(path: Path) -> list[tuple[int, int]]:
    """The offset ranges (first, past the last) in which a stream is consumed."""
    with path.open() as stream:
        end = sum(1 for _ in stream)
    return [(start, min(start + _MICRO_BATCH, end)) for start in range(0, end, _MICRO_BATCH)]


def load_micro_batch(lake: Lake, reporter: Reporter, path: Path, offsets: tuple[int, int]) -> int:
    """One range of offsets of a stream, appended."""
    source, columns = (VITALS_STREAM, VITAL_COLUMNS) if path.stem == "vitals" else (NOTES_STREAM, NOTE_COLUMNS)
    start, stop = offsets
    with path.open() as stream:
        messages = [json.loads(line) for number, line in enumerate(stream) if start <= number < stop]
    load = Load(
        source=source,
        target=f"raw.{path.stem}",
        columns=columns,
        doc=f"Micro-batches of the {path.stem} stream.",
        part=f"offsets {start}-{stop - 1}",
        replaces=False,
    )
    return land(lake, reporter, load, [[_value(message[name], kind) for name, kind in columns.items()] for message in messages])


def _value(told: object, kind: pa.DataType) -> object:
    return datetime.fromisoformat(str(told)) if pa.types.is_timestamp(kind) else told
