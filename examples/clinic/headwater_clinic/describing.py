"""What the clinic tells of its datasets outside any run: what they are, who owns them, which columns name a person."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from headwater_clinic import names
from headwater_clinic.names import Name
from headwater_clinic.reporting import Reporter

_OWNERS: tuple[tuple[Name, str, str], ...] = (
    (names.MESSAGES, "Messages patients send through the portal.", "team:portal"),
    (names.VITALS_STREAM, "Readings of the bedside monitors.", "team:ward-systems"),
    (names.NOTES_STREAM, "Clinical notes as they are written.", "team:ward-systems"),
    (Name(names.SUPPLIER, "metabolic-panel"), "Metabolic panels of the laboratory supplier, by batch.", "team:laboratory"),
    (Name(names.SUPPLIER, "cytology"), "Cytology results of the laboratory supplier, by batch.", "team:laboratory"),
    (names.CLAIMS, "Claims as billed.", "team:billing"),
    (names.PROFILE, "One row per patient.", "team:data-science"),
    (names.PUBLIC_FEATURES, "Features handed to research partners; declared free of identifiers.", "team:data-science"),
    (names.PROGRESSION_MODEL, "Predicts how diabetes will progress within a year.", "team:data-science"),
    (names.MALIGNANCY_MODEL, "Tells malignant from benign tumours.", "team:data-science"),
)
_HOSPITAL: tuple[tuple[Name, str, dict[str, str]], ...] = (
    (
        names.PATIENTS,
        "Patients of the hospital, with the medical record number.",
        {"mrn": "direct identifier", "given_name": "direct identifier", "family_name": "direct identifier", "email": "direct identifier"},
    ),
    (names.VISITS, "Visits, cancelled ones included.", {"mrn": "direct identifier"}),
    (names.ACCESS_LOG, "Which employee opened whose record.", {"mrn": "direct identifier"}),
    (names.AGENT_LOG, "What software agents read on behalf of a person.", {}),
)


def describe_sources(reporter: Reporter, hospital: Path) -> None:
    """Report words, owners, columns and tags of the datasets worth knowing."""
    for dataset, doc, owner in _OWNERS:
        reporter.describe(dataset, doc=doc, owner=owner)
    connection = sqlite3.connect(f"file:{hospital}?mode=ro", uri=True)
    try:
        for dataset, doc, tags in _HOSPITAL:
            rows = connection.execute("SELECT name, type FROM pragma_table_info(?)", (dataset.name.rpartition(".")[2],))
            reporter.describe(dataset, doc=doc, owner="team:hospital-it", columns=dict(rows), tags=tags)
    finally:
        connection.close()
