"""The five kinds of sources, written into a folder as the outside world would hold them.

A database (SQLite), a data warehouse (a DuckDB file of its own), a third-party feed (CSV drops with a manifest), a stream (JSON
lines with offsets: it stands in for Kafka here, nothing more is claimed) and an API (pages of JSON, served by `portal.py`).
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import duckdb

from headwater_clinic.cohort import SEED, Cohort, Message, Visit
from headwater_clinic.laboratory import Delivery

SNOOPER, COLLEAGUE = "e014", "e007"
"""Incident 4: the first opens the record of the second, whom they never treated."""
AGENT, PERSON, FORBIDDEN = "triage-assistant", "e005", "lake.staging.notes"
"""Incident 5: the agent reads for a person what that person may not read."""

_RIGHTS = ("lake.staging.visits", "lake.staging.vitals")
_PORTAL_PAGE = 100


@dataclass(frozen=True, slots=True)
class Sources:
    """Where each source lies; `messages` is what the portal's API serves."""

    hospital: Path
    warehouse: Path
    feed: Path
    streams: Path
    messages: tuple[Message, ...]


def write_sources(folder: Path, cohort: Cohort, deliveries: Sequence[Delivery]) -> Sources:
    """Lay the outside world out under `folder`, which must be empty of earlier ones."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = Sources(folder / "hospital.db", folder / "warehouse.duckdb", folder / "feed", folder / "streams", cohort.messages)
    _write_hospital(sources.hospital, cohort)
    _write_warehouse(sources.warehouse, cohort)
    for delivery in deliveries:
        _write_delivery(sources.feed, delivery)
    _write_stream(sources.streams / "vitals.jsonl", (asdict(vital) for vital in cohort.vitals))
    _write_stream(sources.streams / "notes.jsonl", (asdict(note) for note in cohort.notes))
    return sources


def portal_page(messages: Sequence[Message], page: int) -> dict[str, object]:
    """One page of the patient portal's API; `next` is null on the last."""
    part = messages[page * _PORTAL_PAGE : (page + 1) * _PORTAL_PAGE]
    more = len(messages) > (page + 1) * _PORTAL_PAGE
    return {"messages": [_plain(asdict(message)) for message in part], "next": page + 1 if more else None}


def _write_hospital(path: Path, cohort: Cohort) -> None:
    with sqlite3.connect(path) as hospital:
        hospital.executescript(
            """
            CREATE TABLE patients (mrn TEXT PRIMARY KEY, given_name TEXT, family_name TEXT, sex TEXT, birth_date TEXT, postcode TEXT,
                                   email TEXT, phone TEXT, employee TEXT);
            CREATE TABLE visits (visit_id INTEGER PRIMARY KEY, mrn TEXT, department TEXT, reason TEXT, admitted TEXT, discharged TEXT,
                                 status TEXT);
            CREATE TABLE access_log (at TEXT, employee TEXT, mrn TEXT, action TEXT);
            CREATE TABLE person_rights (employee TEXT, dataset TEXT);
            CREATE TABLE agent_requests (at TEXT, agent TEXT, on_behalf_of TEXT, dataset TEXT, row_count INTEGER);
            """
        )
        hospital.executemany(
            "INSERT INTO patients VALUES (?,?,?,?,?,?,?,?,?)",
            [
                (p.mrn, p.given_name, p.family_name, p.sex, p.birth_date.isoformat(), p.postcode, p.email, p.phone, p.employee)
                for p in cohort.patients
            ],
        )
        hospital.executemany(
            "INSERT INTO visits VALUES (?,?,?,?,?,?,?)",
            [
                (v.visit_id, v.mrn, v.department, v.reason, v.admitted.isoformat(), v.discharged.isoformat(), v.status)
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
    columns = list(zip(*(_plain(asdict(claim)).values() for claim in cohort.claims), strict=True))
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute("CREATE SCHEMA billing")
        warehouse.execute(
            "CREATE TABLE billing.claims (claim_id INTEGER, member_no VARCHAR, visit_id INTEGER, code VARCHAR, amount_cents INTEGER,"
            " status VARCHAR, booked DATE)"
        )
        places = ", ".join("unnest(?)" for _ in columns)
        warehouse.execute(f"INSERT INTO billing.claims SELECT {places}", [list(column) for column in columns])


def _write_delivery(feed: Path, delivery: Delivery) -> None:
    folder = feed / delivery.product / delivery.batch_id
    folder.mkdir(parents=True)
    with (folder / "data.csv").open("w", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(delivery.columns)
        writer.writerows(delivery.rows)
    manifest = {"product": delivery.product, "batch_id": delivery.batch_id, "rows": len(delivery.rows), "units": delivery.units}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _write_stream(path: Path, messages: Iterable[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as sink:
        for offset, message in enumerate(messages):
            sink.write(json.dumps({"offset": offset, **_plain(message)}) + "\n")


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
