"""What was really planted, measured in the data themselves; Headwater has no part in this.

The story prints these sentences beside the verdicts, and the tests hold that none of them is empty talk.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from statistics import median

from headwater_clinic.incidents import AGENT_BEYOND_RIGHTS, COLLEAGUES_RECORD, RECORD_NUMBER, STRAY_UPDATE, UNIT_SWITCH
from headwater_clinic.laboratory import METABOLIC, SWITCHED_BATCH
from headwater_clinic.lake import Lake
from headwater_clinic.names import PROFILE, PUBLIC_FEATURES
from headwater_clinic.pipeline import lake_of
from headwater_clinic.transforms import transforms


def planted_facts(folder: Path) -> dict[int, str]:
    """For each incident in the data (all but the edited ledger), what can be measured of it."""
    return {
        RECORD_NUMBER: record_numbers_made_public(folder),
        UNIT_SWITCH: units_by_batch(folder),
        STRAY_UPDATE: rows_changed_by_hand(folder),
        COLLEAGUES_RECORD: records_opened_without_treatment(folder),
        AGENT_BEYOND_RIGHTS: requests_beyond_rights(folder),
    }


def record_numbers_made_public(folder: Path) -> str:
    """How many rows of the public table hold a hospital record number in disguise."""
    with closing(sqlite3.connect(folder / "sources" / "hospital.db")) as hospital:
        known = {"C" + mrn.zfill(9) for (mrn,) in hospital.execute("SELECT mrn FROM patients")}
    with closing(Lake(lake_of(folder))) as lake:
        lake.read(PUBLIC_FEATURES.name)
        codes = [code for (code,) in lake.rows(f"SELECT case_code FROM {PUBLIC_FEATURES.name}")]
    return f"{sum(code in known for code in codes)} of {len(codes)} case codes are record numbers"


def units_by_batch(folder: Path) -> str:
    """The lowest glucose of the switched batch beside that of all others, and how many of its values are as low as no other's."""
    values: dict[str, list[float]] = {}
    for batch in (folder / "sources" / "feed" / METABOLIC).iterdir():
        assert json.loads((batch / "manifest.json").read_text())["units"]["glucose"] == "mg/dL"
        with (batch / "data.csv").open(newline="") as rows:
            values[batch.name] = [float(row["glucose"]) for row in csv.DictReader(rows)]
    switched = values.pop(SWITCHED_BATCH)
    usual = [value for others in values.values() for value in others]
    low = [value for value in switched if value < min(usual)]
    around = f"around {median(low):.1f}" if low else "none"
    found = f"{len(low)} of {len(switched)} glucose values in {SWITCHED_BATCH} are {around}"
    return f"{found}, the {len(usual)} of other days start at {min(usual):.0f}"


def rows_changed_by_hand(folder: Path) -> str:
    """How many rows of the profile differ from what its step makes of its inputs."""
    step = next(transform for transform in transforms() if transform.writes == PROFILE.name)
    query = step.sql.partition(" AS\n")[2]
    with closing(Lake(lake_of(folder))) as lake:
        for dotted in (*step.reads, step.writes):
            lake.read(dotted)
        [(found,)] = lake.rows(
            f"SELECT count(*) FROM {PROFILE.name} AS now JOIN ({query}) AS made USING (subject_ref) WHERE abs(now.paid - made.paid) > 0.005"
        )
    return f"{found} rows differ from what the pipeline wrote"


def records_opened_without_treatment(folder: Path) -> str:
    """Accesses to employees' records by colleagues who wrote no note on any of their visits."""
    with closing(Lake(lake_of(folder))) as lake:
        lake.read("raw.notes")
        notes = lake.rows("SELECT author, visit_id FROM raw.notes")
    with closing(sqlite3.connect(folder / "sources" / "hospital.db")) as hospital:
        owner = dict(hospital.execute("SELECT visit_id, mrn FROM visits"))
        treating = {(author, owner[visit]) for author, visit in notes if visit in owner}
        opened = hospital.execute("SELECT a.employee, a.mrn, p.employee FROM access_log a JOIN patients p ON p.mrn = a.mrn").fetchall()
    found = [(who, whose) for who, mrn, whose in opened if whose is not None and (who, mrn) not in treating]
    return f"{len(found)} of {len(opened)} accesses: " + ", ".join(f"{who} opened the record of {whose}" for who, whose in found)


def requests_beyond_rights(folder: Path) -> str:
    """Requests of agents for a dataset that their person has no right to."""
    with closing(sqlite3.connect(folder / "sources" / "hospital.db")) as hospital:
        found = hospital.execute(
            "SELECT agent, on_behalf_of, dataset, row_count FROM agent_requests AS q WHERE NOT EXISTS"
            " (SELECT 1 FROM person_rights AS r WHERE r.employee = q.on_behalf_of AND r.dataset = q.dataset)"
        ).fetchall()
        (total,) = hospital.execute("SELECT count(*) FROM agent_requests").fetchone()
    return f"{len(found)} of {total} requests: " + ", ".join(
        f"{agent} read {rows} rows of {dataset} for {person}" for agent, person, dataset, rows in found
    )
