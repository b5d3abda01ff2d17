"""What fills the lake through Headwater: the file that names the lake and its sources, and a step for each run of a source."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from string import Template

from headwater.sdk import Client
from headwater_clinic.laboratory import CYTOLOGY, METABOLIC
from headwater_clinic.lake import catalog_address, open_catalog, warehouse_address
from headwater_clinic.names import LAKE_NAME
from headwater_clinic.outside import Outside

SOURCES = ("portal", "ward", "billing", "panels", "cytology", "bedside")
"""In the order in which they are run; what each is stands in `lake.toml`."""


def watch_lake(client: Client, home: Path, lake: Path, outside: Outside) -> None:
    """Name the lake and its sources in the home, and have Headwater look at the lake before anybody writes to it."""
    places = {
        "catalog": catalog_address(lake),
        "warehouse": warehouse_address(lake),
        "portal": outside.portal.address,
        "token": f"file:{outside.portal.token.absolute()}",
        "brokers": outside.brokers,
        "hospital": f"sqlite:///{outside.sources.hospital.absolute()}",
        "claims": f"duckdb:///{outside.sources.warehouse.absolute()}",
        "panels": str((outside.sources.feed / METABOLIC).absolute()),
        "cytology": str((outside.sources.feed / CYTOLOGY).absolute()),
    }
    text = (files("headwater_clinic") / "lake.toml").read_text()
    written = Template(text).substitute({name: json.dumps(place) for name, place in places.items()})
    (home / "lake.toml").write_text(written)
    (home / "lake.toml").chmod(0o600)
    open_catalog(lake).close()
    scan_lake(client, home)


def run_source(client: Client, home: Path, name: str) -> int:
    """Run a source as `headwater source run NAME` does; gives the number of rows that came or went."""
    report = client.sources.run(name, home)
    return sum(table.rows + table.deleted for tables in report.batches.values() for table in tables)


def scan_lake(client: Client, home: Path) -> int:
    """Look at the lake as `headwater lake scan` does; gives the number of new versions."""
    client.wait()
    return client.lakes.scan(LAKE_NAME, home).versions
