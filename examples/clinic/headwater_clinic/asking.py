"""Asking Headwater about the incidents. A verdict is computed from its answers; nothing here knows what they ought to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx

from headwater.model.answers import Answer, Lineage, NodeView
from headwater.model.errors import Overloaded
from headwater.model.questions import StatusQuestion
from headwater.sdk import Client, open_home
from headwater_clinic.incidents import EDITED_LEDGER, INCIDENTS, LEAKING_COLUMN, RECORD_NUMBER, STRAY_UPDATE, Incident, Verdict
from headwater_clinic.names import PATIENTS, PUBLIC_FEATURES


@dataclass(frozen=True, slots=True)
class Outcome:
    """An incident, what became of it, and what Headwater said, in words."""

    incident: Incident
    verdict: Verdict
    said: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One public column asked for its sources: the record number if it is among them, and the evidence of every hop on the way."""

    column: str
    identifier: NodeView | None
    evidence: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to ask: the running server, the auditor's file and the home that was edited."""

    client: Client
    url: str
    key: str = field(repr=False)
    auditor: Path
    edited: Path


def settle(client: Client, patience_seconds: float = 60.0) -> None:
    """Wait until the views hold everything that stands in the ledger now.

    Raises:  Overloaded: they did not within the time.
    """
    size = client.status().result.ledger_size
    deadline = monotonic() + patience_seconds
    while True:
        try:
            client.ask(StatusQuestion(min_position=size - 1))
        except Overloaded:
            if monotonic() > deadline:
                raise
        else:
            return


def investigate(scene: Scene) -> list[Outcome]:
    """Every incident's outcome, in order."""
    asked = {RECORD_NUMBER: ask_record_number, EDITED_LEDGER: _ask_ledger}
    return [asked.get(incident.number, _ask_whether_watched)(incident, scene) for incident in INCIDENTS]


def trace_public_columns(client: Client) -> list[Trace]:
    """For each column of the public table: does the hospital's record number reach it by value?"""
    schemas = client.show(PUBLIC_FEATURES.node).result.schemas
    columns = [column.name for column in schemas[-1].columns] if schemas else []
    return [_trace(client, column) for column in columns]


def _trace(client: Client, column: str) -> Trace:
    answer: Answer[Lineage] = client.lineage(PUBLIC_FEATURES.column(column), "up", columns=True, direct=True)
    found = next((node for node in answer.result.nodes if node.id == PATIENTS.column("mrn")), None)
    return Trace(column, found, tuple(derivation.evidence for derivation in answer.result.derivations), answer.complete)


def ask_record_number(incident: Incident, scene: Scene) -> Outcome:
    """Caught only if the leaking column, and no other, leads back to the record number."""
    traces = trace_public_columns(scene.client)
    flagged = {trace.column: trace for trace in traces if trace.identifier is not None}
    clean = [trace for trace in traces if trace.identifier is None]
    if set(flagged) == {LEAKING_COLUMN} and clean:
        said = f"`{LEAKING_COLUMN}` holds {_describe(flagged[LEAKING_COLUMN])}; the {len(clean)} other columns do not"
        return Outcome(incident, Verdict.CAUGHT, said)
    said = f"columns said to hold the record number: {', '.join(sorted(flagged)) or 'none'} of {len(traces)}"
    return Outcome(incident, Verdict.MISSED, said)


def _describe(trace: Trace) -> str:
    """The record number as a column's source, with what each hop rests on."""
    node = trace.identifier
    assert node is not None
    kinds = ", ".join(f"{trace.evidence.count(kind)} {kind}" for kind in dict.fromkeys(trace.evidence))
    return f"{node.name}.{node.column}, {node.distance} hops up ({kinds})"


def _ask_ledger(incident: Incident, scene: Scene) -> Outcome:
    """Caught only if the edited ledger fails against the auditor's checkpoint and the honest one does not."""
    held = scene.auditor.read_bytes()
    with open_home(scene.edited, create=False) as edited:
        alone, against = edited.ledger.verify(), edited.ledger.verify(against=held)
    honest = scene.client.ledger.verify(against=held)
    verdict = Verdict.CAUGHT if honest.ok and not against.ok else Verdict.MISSED
    by_itself = "passes its own check" if alone.ok else "fails its own check"
    beside = "continues the auditor's checkpoint" if against.ok else "does not continue the auditor's checkpoint"
    ours = "the honest ledger does" if honest.ok else "the honest ledger fails as well"
    return Outcome(incident, verdict, f"the edited ledger {by_itself} and {beside}; {ours}")


def _ask_whether_watched(incident: Incident, scene: Scene) -> Outcome:
    """Not yet watched while the server has no such question, or says that it looks at no lake; missed once it does and does not tell."""
    response = httpx.get(f"{scene.url}/api/v1/ask/{incident.catcher}", headers={"Authorization": f"Bearer {scene.key}"}, timeout=10)
    if response.status_code == 404:
        return Outcome(incident, Verdict.NOT_YET_WATCHED, f"this Headwater has no question `{incident.catcher}` yet")
    if incident.number == STRAY_UPDATE and response.is_success:
        codes = {gap["code"] for gap in response.json()["gaps"]}
        if "LAKE-UNWATCHED" in codes:
            return Outcome(incident, Verdict.NOT_YET_WATCHED, "it says itself that no lake is watched here: this one is a database's file")
    return Outcome(incident, Verdict.MISSED, f"this Headwater has the question `{incident.catcher}`, and it did not tell")
