"""Sources that are files, written into a folder as the outside world would hold them.

A database (SQLite), a data warehouse (a DuckDB file) and a third-party feed (CSV drops with a manifest). The API is served by
`portal.py`, the stream by `bedside.py`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa

from headwater_clinic.cohort import SEED, Cohort, Visit
from headwater_clinic.laboratory import Delivery
from headwater_clinic.plain import plain

SNOOPER, COLLEAGUE = "e014", "e007"
"""Incident 4: the first opens the record of the second, whom they never treated."""
AGENT, PERSON, FORBIDDEN = "triage-assistant", "e005", "staging.notes"
"""Incident 5: the agent reads for a person what that person may not read."""

_RIGHTS = ("staging.visits", "staging.vitals")
_OPENED = datetime(2025, 1, 1)
_PURGED = 3


@dataclass(frozen=True, slots=True)
class Sources:
    """Where each of them lies."""

    hospital: Path
    warehouse: Path
    feed: Path


def write_sources(folder: Path, cohort: Cohort, deliveries: Sequence[Delivery]) -> Sources:
    """Write them under `folder`, which must be empty of earlier ones."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = Sources(folder / "hospital.db", folder / "warehouse.duckdb", folder / "feed")
    _write_hospital(sources.hospital, cohort)
    _write_warehouse(sources.warehouse, cohort)
    for delivery in deliveries:
        _write_delivery(sources.feed, delivery)
    return sources


def purge_cancelled_visits(hospital: Path) -> int:
    """The ward deletes its oldest cancelled visits for good; gives how many."""
    with closing(sqlite3.connect(hospital)) as connection, connection:
        oldest = "SELECT visit_id FROM visits WHERE status = 'cancelled' ORDER BY admitted LIMIT ?"
        return connection.execute(f"DELETE FROM visits WHERE visit_id IN ({oldest})", (_PURGED,)).rowcount


def _write_hospital(path: Path, cohort: Cohort) -> None:
    with sqlite3.connect(path) as hospital:
        hospital.executescript(
            """
            CREATE TABLE patients (mrn TEXT PRIMARY KEY, given_name TEXT, family_name TEXT, sex TEXT, birth_date TEXT, postcode TEXT,
                                   email TEXT, phone TEXT, employee TEXT, changed TEXT);
            CREATE TABLE visits (visit_id INTEGER PRIMARY KEY, mrn TEXT, department TEXT, reason TEXT, admitted TEXT, discharged TEXT,
                                 status TEXT, changed TEXT);
            CREATE TABLE access_log (at TEXT, employee TEXT, mrn TEXT, action TEXT);
            CREATE TABLE person_rights (employee TEXT, dataset TEXT);
            CREATE TABLE agent_requests (at TEXT, agent TEXT, on_behalf_of TEXT, dataset TEXT, row_count INTEGER);
            """
        )
        hospital.executemany(
            "INSERT INTO patients VALUES (?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    p.mrn,
                    p.given_name,
                    p.family_name,
                    p.sex,
                    p.birth_date.isoformat(),
                    p.postcode,
                    p.email,
                    p.phone,
                    p.employee,
                    (_OPENED + timedelta(minutes=number)).isoformat(),
                )
                for number, p in enumerate(cohort.patients)
            ],
        )
        hospital.executemany(
            "INSERT INTO visits VALUES (?,?,?,?,?,?,?,?)",
            [
                (
                    v.visit_id,
                    v.mrn,
                    v.department,
                    v.reason,
                    v.admitted.isoformat(),
                    v.discharged.isoformat(),
                    v.status,
                    v.discharged.isoformat(),
                )
                for v in cohort.visits
            ],
        )
        hospital.executemany("INSERT INTO access_log VALUES (?,?,?,?)", _accesses(cohort))
        hospital.executemany("INSERT INTO person_rights VALUES (?,?)", [(PERSON, dataset) for dataset in _RIGHTS])
        hospital.executemany("INSERT INTO agent_requests VALUES (?,?,?,?,?)", _agent_requests())
    hospital.close()


def _accesses(cohort: Cohort) -> list[tuple[str, str, str, str]]:
    """Who opened which record: authors of notes the records of their own patients, and once a colleague's."""
    visits: dict[int, Visit] = {visit.visit_id: visit for visit in cohort.visits}
    rows = [(note.written.isoformat(), note.author, visits[note.visit_id].mrn, "open") for note in cohort.notes]
    colleague = next(patient.mrn for patient in cohort.patients if patient.employee == COLLEAGUE)
    treating = {author for _, author, mrn, _ in rows if mrn == colleague}
    assert SNOOPER not in treating, "the planted access must have no treatment behind it"
    rows.append((datetime(2025, 9, 13, 22, 41).isoformat(), SNOOPER, colleague, "open"))
    return sorted(rows)


def _agent_requests() -> list[tuple[str, str, str, str, int]]:
    dice = Random(SEED + 1)
    start = datetime(2025, 11, 3, 8)
    rows = [
        ((start + timedelta(minutes=17 * step)).isoformat(), AGENT, PERSON, _RIGHTS[step % 2], dice.randrange(1, 40)) for step in range(24)
    ]
    rows.append((datetime(2025, 11, 4, 3, 12).isoformat(), AGENT, PERSON, FORBIDDEN, 912))
    return rows


def _write_warehouse(path: Path, cohort: Cohort) -> None:
    claims = pa.Table.from_pylist([plain(asdict(claim)) for claim in cohort.claims])
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute(
            "CREATE TABLE claims (claim_id BIGINT PRIMARY KEY, member_no VARCHAR, visit_id BIGINT, code VARCHAR, amount_cents BIGINT,"
            " status VARCHAR, booked VARCHAR)"
        )
        warehouse.from_arrow(claims).insert_into("claims")


def _write_delivery(feed: Path, delivery: Delivery) -> None:
    """A delivery's folder: its rows and the manifest that promises them. It comes now, whatever day it is named after."""
    folder = feed / delivery.product / delivery.batch_id
    folder.mkdir(parents=True)
    rows, manifest = folder / "data.csv", folder / "manifest.json"
    with rows.open("w", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(delivery.columns)
        writer.writerows(delivery.rows)
    promised = {"name": rows.name, "rows": len(delivery.rows), "sha256": hashlib.sha256(rows.read_bytes()).hexdigest()}
    manifest.write_text(json.dumps({"delivery": delivery.batch_id, "units": delivery.units, "files": [promised]}, indent=2) + "\n")
