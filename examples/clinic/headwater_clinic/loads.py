"""Loading: what each of the five kinds of sources holds, brought into `lake.raw`, and reported as it was read.

Loaders are plain Python, so no SQL says which column became which: they report it in the column lineage facet.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from headwater_clinic.laboratory import CYTOLOGY, METABOLIC
from headwater_clinic.lake import Lake
from headwater_clinic.names import MESSAGES, NOTES_STREAM, PATIENTS, REGIONS, SUPPLIER, VISITS, VITALS_STREAM, Name, table
from headwater_clinic.portal import fetch_messages
from headwater_clinic.reporting import Columns, Origin, Read, Reporter, Written

HOSPITAL_TABLES = (PATIENTS, VISITS)
"""The operational tables the lake takes."""

_MICRO_BATCH = 2_000

MESSAGE_COLUMNS = {"message_id": "INTEGER", "sender_email": "VARCHAR", "topic": "VARCHAR", "text": "VARCHAR", "sent": "VARCHAR"}
VITAL_COLUMNS = {
    "visit_id": "INTEGER",
    "measured": "TIMESTAMP",
    "pulse": "INTEGER",
    "systolic": "INTEGER",
    "diastolic": "INTEGER",
    "temperature": "DOUBLE",
}
NOTE_COLUMNS = {"note_id": "INTEGER", "visit_id": "INTEGER", "author": "VARCHAR", "text": "VARCHAR", "written": "TIMESTAMP"}
METABOLIC_COLUMNS = {
    "batch_id": "VARCHAR",
    "sample_id": "VARCHAR",
    "record_no": "VARCHAR",
    **dict.fromkeys(("bmi", "total_cholesterol", "ldl", "hdl", "ltg", "glucose"), "DOUBLE"),
    "progression": "INTEGER",
}
CYTOLOGY_COLUMNS = {
    "batch_id": "VARCHAR",
    "sample_id": "VARCHAR",
    "record_no": "VARCHAR",
    **dict.fromkeys(("mean_radius", "mean_texture", "mean_concavity", "worst_area"), "DOUBLE"),
    "diagnosis": "VARCHAR",
}
REGION_COLUMNS = {"postcode": "VARCHAR", "region": "VARCHAR"}
REGION_ROWS = (
    ("10115", "east"), ("20095", "north"), ("30159", "north"), ("50667", "west"),
    ("60311", "west"), ("70173", "south"), ("80331", "south"), ("90402", "south"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One loading job: a source, the part of it to take, the table it lands in."""

    source: Name
    target: str
    columns: Columns
    doc: str
    part: str | None = None
    replaces: bool = True

    @property
    def name(self) -> str:
        return f"load_{self.target.rpartition('.')[2]}"


Row = Sequence[object]


def land(lake: Lake, reporter: Reporter, load: Load, rows: Sequence[Row]) -> int:
    """Write rows into the target table and report it; gives the number of rows."""
    source = Read(dataset=load.source, columns=load.columns, version=load.part, rows=len(rows))
    with reporter.step(load.name, doc=load.doc, reads=[source], writes=table(load.target)) as step:
        columns = ", ".join(f"{name} {kind}" for name, kind in load.columns.items())
        create = "CREATE OR REPLACE TABLE" if load.replaces else "CREATE TABLE IF NOT EXISTS"
        lake.run(f"{create} {load.target} ({columns})")
        places = ", ".join(f"unnest(?::{kind}[])" for kind in load.columns.values())
        lake.run(f"INSERT INTO {load.target} SELECT {places}", [list(values) for values in zip(*rows, strict=True)])
        origins = {column: (Origin(load.source, column),) for column in load.columns}
        step.wrote(
            Written(dataset=table(load.target), columns=lake.columns(load.target), rows=len(rows), replaced=load.replaces, origins=origins)
        )
    return len(rows)


def load_messages(lake: Lake, reporter: Reporter, address: str) -> int:
    """The portal's API, page by page."""
    rows = [[message[column] for column in MESSAGE_COLUMNS] for message in fetch_messages(address)]
    load = Load(source=MESSAGES, target="lake.raw.messages", columns=MESSAGE_COLUMNS, doc="Messages of the patient portal, over its API.")
    return land(lake, reporter, load, rows)


def load_hospital_table(lake: Lake, reporter: Reporter, hospital: Path, source: Name) -> int:
    """A table of the hospital's operational database, as it stands."""
    name = source.name.rpartition(".")[2]
    connection = sqlite3.connect(f"file:{hospital}?mode=ro", uri=True)
    try:
        cursor = connection.execute(f"SELECT * FROM {name}")
        rows, columns = cursor.fetchall(), [column[0] for column in cursor.description]
    finally:
        connection.close()
    types = {column: "INTEGER" if column == "visit_id" else "VARCHAR" for column in columns}
    load = Load(source=source, target=f"lake.raw.{name}", columns=types, doc=f"The operational database's {name}, copied daily.")
    return land(lake, reporter, load, rows)


def load_regions(lake: Lake, reporter: Reporter) -> int:
    """The reference table of postal codes."""
    load = Load(source=REGIONS, target="lake.reference.regions", columns=REGION_COLUMNS, doc="Postal codes and their regions.")
    return land(lake, reporter, load, REGION_ROWS)


def load_delivery(lake: Lake, reporter: Reporter, folder: Path) -> int:
    """One batch of the laboratory supplier; batches are appended, and the batch is the version that was read."""
    manifest = json.loads((folder / "manifest.json").read_text())
    product = manifest["product"]
    types: Mapping[str, str] = {METABOLIC: METABOLIC_COLUMNS, CYTOLOGY: CYTOLOGY_COLUMNS}[product]
    rows = lake.rows("SELECT * FROM read_csv(?, header = true, columns = ?)", (str(folder / "data.csv"), dict(types)))
    load = Load(
        source=Name(SUPPLIER, product),
        target=f"lake.raw.{product.replace('-', '_')}",
        columns=types,
        doc=f"Deliveries of the {product} by the laboratory supplier, batch by batch.",
        part=manifest["batch_id"],
        replaces=False,
    )
    return land(lake, reporter, load, rows)


def micro_batches(path: Path) -> list[tuple[int, int]]:
    """The offset ranges (first, past the last) in which a stream is consumed."""
    with path.open() as stream:
        end = sum(1 for _ in stream)
    return [(start, min(start + _MICRO_BATCH, end)) for start in range(0, end, _MICRO_BATCH)]


def load_micro_batch(lake: Lake, reporter: Reporter, path: Path, offsets: tuple[int, int]) -> int:
    """One range of offsets of a stream, appended."""
    source, types = (VITALS_STREAM, VITAL_COLUMNS) if path.stem == "vitals" else (NOTES_STREAM, NOTE_COLUMNS)
    start, stop = offsets
    with path.open() as stream:
        messages = [json.loads(line) for number, line in enumerate(stream) if start <= number < stop]
    load = Load(
        source=source,
        target=f"lake.raw.{path.stem}",
        columns=types,
        doc=f"Micro-batches of the {path.stem} stream.",
        part=f"offsets {start}-{stop - 1}",
        replaces=False,
    )
    return land(lake, reporter, load, [[message[column] for column in types] for message in messages])
