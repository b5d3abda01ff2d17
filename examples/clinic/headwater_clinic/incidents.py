"""The six planted incidents: what was done, what is to catch it, and what Headwater is expected to say today."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from headwater_clinic.laboratory import SWITCHED_BATCH
from headwater_clinic.names import ACCESS_LOG, AGENT_LOG, JOBS, PROFILE
from headwater_clinic.planting import COLUMN

LEAKING_COLUMN = "case_code"
"""The column of the public table that holds the record number."""
LEAKING_TYPE = "MEDICAL_RECORD_NUMBER"
LEAKING_STEP = f"job:{JOBS}:clinic_pipeline.public_patient_features"
"""The step that puts it there."""


class Verdict(Enum):
    """What became of a planted incident."""

    CAUGHT = "caught"
    MISSED = "missed"
    NOT_YET_WATCHED = "not yet watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One planted incident.

    `catcher` is the question, or the part of Headwater, that is to catch it; `command` (after `headwater`) shows what can be
    shown today, and `shows` says what that is. `{auditor}` and `{edited}` in it stand for the auditor's file and the edited home;
    commands that name what only an answer tells come with the outcome.
    """

    number: int
    title: str
    planted: str
    catcher: str
    command: tuple[str, ...]
    shows: str
    expected: Verdict


RECORD_NUMBER, UNIT_SWITCH, STRAY_UPDATE, COLLEAGUES_RECORD, AGENT_BEYOND_RIGHTS, EDITED_LEDGER = range(1, 7)

INCIDENTS = (
    Incident(
        number=RECORD_NUMBER,
        title="The record number reaches the public features",
        planted=f"mrn becomes patient_no, then subject_ref, then `{LEAKING_COLUMN}` of a table declared free of identifiers",
        catcher="leaks",
        command=("leaks",),
        shows="what is where it may not be, by which statement it came there, and every hop from the hospital's record number to it",
        expected=Verdict.CAUGHT,
    ),
    Incident(
        number=UNIT_SWITCH,
        title="A supplier's batch switches units",
        planted=f"a third of the panels in delivery {SWITCHED_BATCH} are in mmol/L, its manifest says mg/dL; a model was trained on them",
        catcher="findings",
        command=("finding", "list", "--kind", "deviating-batch"),
        shows="each column of the batch that deviates, with the reason; then what it reached",
        expected=Verdict.CAUGHT,
    ),
    Incident(
        number=STRAY_UPDATE,
        title="An UPDATE outside any run",
        planted=f"somebody with the lake's credentials changed `{COLUMN}` of {PROFILE.name} by hand; no event tells of it",
        catcher="changes",
        command=("changes",),
        shows="every version that no run made, then the rows and columns it changed, then what they reached",
        expected=Verdict.CAUGHT,
    ),
    Incident(
        number=COLLEAGUES_RECORD,
        title="An employee opens a colleague's record",
        planted="one entry of the access log has no treatment behind it",
        catcher="who",
        command=("catalog", "show", ACCESS_LOG.name),
        shows="that the access log is known; its rows are not read yet",
        expected=Verdict.NOT_YET_WATCHED,
    ),
    Incident(
        number=AGENT_BEYOND_RIGHTS,
        title="An agent exceeds its person's rights",
        planted="one request reads clinical notes for a person who may only read visits and vitals",
        catcher="can",
        command=("catalog", "show", AGENT_LOG.name),
        shows="that the agents' log is known; rights are not decided yet",
        expected=Verdict.NOT_YET_WATCHED,
    ),
    Incident(
        number=EDITED_LEDGER,
        title="The ledger is edited by its administrator",
        planted="in a copy of the home, incident 1 is rewritten out of history and all of it signed again with the real key",
        catcher="ledger",
        command=("ledger", "verify", "--home", "{edited}", "--against", "{auditor}"),
        shows="that the edited ledger does not continue the checkpoint the auditor holds",
        expected=Verdict.CAUGHT,
    ),
)
