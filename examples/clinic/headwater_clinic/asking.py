"""Asking Headwater about the incidents. A verdict is computed from its answers; nothing here knows what they ought to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx

from headwater.model.answers import Answer, Lineage, NodeView
from headwater.model.errors import Overloaded
from headwater.model.findings import DEVIATING_BATCH
from headwater.model.questions import StatusQuestion
from headwater.model.sensitivity.leaks import LEAK
from headwater.sdk import Client, open_home
from headwater_clinic.incidents import (
    EDITED_LEDGER,
    INCIDENTS,
    LEAKING_COLUMN,
    LEAKING_STEP,
    LEAKING_TYPE,
    RECORD_NUMBER,
    STRAY_UPDATE,
    UNIT_SWITCH,
    Incident,
    Verdict,
)
from headwater_clinic.laboratory import SWITCHED_BATCH, SWITCHED_COLUMNS
from headwater_clinic.names import LAKE, MODELS, PANELS, PATIENTS, PROFILE, PUBLIC_FEATURES, Name
from headwater_clinic.planting import COLUMN

_TELLING = "glucose"
_KEY = "subject_ref"
_UNWATCHED = "LAKE-UNWATCHED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An incident, what became of it, what Headwater said, in words, and commands that show it where they differ from the incident's."""

    incident: Incident
    verdict: Verdict
    said: str
    commands: tuple[tuple[str, ...], ...] = ()

    @property
    def shown_by(self) -> tuple[tuple[str, ...], ...]:
        """The commands that show it, each after `headwater`."""
        return self.commands or (self.incident.command,)


@dataclass(frozen=True, slots=True)
class Trace:
    """One public column asked for its sources: the record number if it is among them, and the evidence of every hop on the way."""

    column: str
    identifier: NodeView | None
    evidence: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to ask: the running server, its home, the auditor's file and the home that was edited."""

    client: Client
    url: str
    key: str = field(repr=False)
    home: Path
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
    asked = {
        RECORD_NUMBER: ask_record_number,
        UNIT_SWITCH: ask_switched_batch,
        STRAY_UPDATE: ask_stray_update,
        EDITED_LEDGER: _ask_ledger,
    }
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
    """Caught only if the one leak there is, is the record number in that column, told of the step that put it there."""
    answer = scene.client.leaks()
    told = [f"{leak.info_type} in {leak.dataset.rpartition(':')[2]}.{leak.column}" for leak in answer.result.leaks]
    surely = [leak for leak in answer.result.leaks if leak.kind == LEAK and leak.tier == "confirmed" and leak.first is not None]
    if len(surely) != 1 or len(answer.result.leaks) != 1:
        return Outcome(incident, Verdict.MISSED, f"leaks told: {', '.join(told) or 'none'}")
    leak = surely[0]
    hop = leak.path[leak.first or 0]
    place = (leak.dataset, leak.column, leak.info_type, hop.job, hop.target)
    if place != (PUBLIC_FEATURES.node, LEAKING_COLUMN, LEAKING_TYPE, LEAKING_STEP, PUBLIC_FEATURES.column(LEAKING_COLUMN)):
        return Outcome(incident, Verdict.MISSED, f"leaks told: {', '.join(told)}, by {hop.job}")
    said = (
        f"{leak.info_type} in `{leak.column}` of {PUBLIC_FEATURES.name}, put there by {hop.job.rpartition(':')[2]} in statement"
        f" {hop.fingerprint[:12]}, {_count(len(leak.path), 'hop')} from {leak.path[0].source.rpartition(':')[0].rpartition(':')[2]}."
        f"{leak.path[0].source.rpartition(':')[2]}; {_count(leak.rows or 0, 'row')}; {leak.why}; nothing else is where it may not be"
    )
    commands = (incident.command, ("lineage", f"{PUBLIC_FEATURES.name}.{LEAKING_COLUMN}", "--columns", "--direct"))
    return Outcome(incident, Verdict.CAUGHT, said, commands)


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


def ask_switched_batch(incident: Incident, scene: Scene) -> Outcome:
    """Caught only if the switched delivery, no other of its source, is found in other units, in every switched column."""
    found = scene.client.findings.list(kind=DEVIATING_BATCH, node=PANELS.node, state="all").result.findings
    batches = {occurrence.batch for finding in found for occurrence in finding.occurrences}
    switched = {finding.cause["column"]: finding for finding in found if finding.cause.get("deviation") == "units"}
    if batches != {SWITCHED_BATCH} or set(switched) != set(SWITCHED_COLUMNS):
        said = f"batches said to deviate: {', '.join(sorted(batches)) or 'none'}; in other units: {', '.join(sorted(switched)) or 'none'}"
        return Outcome(incident, Verdict.MISSED, said)
    worst = switched[_TELLING]
    columns = ", ".join(f"`{column}`" for column in SWITCHED_COLUMNS)
    said = (
        f"batch `{SWITCHED_BATCH}` of `{worst.cause['source']}` deviates in {columns}; of `{_TELLING}`: {worst.occurrences[0].what};"
        f" {_reach(scene.client, PANELS, _TELLING)}"
    )
    commands = (incident.command, ("finding", "show", worst.id), ("impact", f"{PANELS.name}.{_TELLING}"))
    return Outcome(incident, Verdict.CAUGHT, said, commands)


def ask_stray_update(incident: Incident, scene: Scene) -> Outcome:
    """Caught only if the table changed by hand, and no other, has versions that no run explains, and they differ in that column only."""
    changes = scene.client.changes()
    if any(gap.code == _UNWATCHED for gap in changes.gaps):
        return Outcome(incident, Verdict.NOT_YET_WATCHED, "it says itself that no lake is watched here")
    stray = sorted(changes.result.changes, key=lambda change: change.at)
    tables = sorted({change.dataset for change in stray})
    if tables != [PROFILE.node]:
        return Outcome(incident, Verdict.MISSED, f"tables said to be changed by no run: {', '.join(tables) or 'none'}")
    versions = {told.change.version: told for told in scene.client.lakes.history(PROFILE.node).result.versions}
    old, new = versions[stray[0].version].parent, stray[-1].version
    rows = scene.client.lakes.diff(PROFILE.node, old, new, keys=(_KEY,), home=scene.home).rows
    columns = [change.name for change in rows.columns if change.rows]
    if rows.added or rows.removed or columns != [COLUMN]:
        return Outcome(incident, Verdict.MISSED, f"columns said to be changed: {', '.join(columns) or 'none'}")
    before = next(told for told in versions.values() if told.change.version == old)
    said = (
        f"{PROFILE.name}, by {stray[-1].author} with {stray[-1].engine} at {stray[-1].at[:19].replace('T', ' ')}: {stray[-1].why};"
        f" {rows.changed} of {before.rows} rows changed, in column {', '.join(f'`{column}`' for column in columns)};"
        f" {_reach(scene.client, PROFILE, COLUMN)}"
    )
    commands = (incident.command, ("lake", "diff", PROFILE.name, old, new, "--key", _KEY), ("impact", PROFILE.name))
    return Outcome(incident, Verdict.CAUGHT, said, commands)


def _reach(client: Client, dataset: Name, column: str) -> str:
    """How far the values of a column reach: tables, models, predictions; where nothing takes them, how far the table does."""
    what, reached = "they reach", client.impact(dataset.column(column)).result.datasets
    if not reached:
        what, reached = f"nothing takes `{column}` further, the table reaches", client.impact(dataset.node).result.datasets
    tables = [told.name for told in reached if told.namespace == LAKE]
    models = [told.name for told in reached if told.namespace == MODELS]
    learnt = f" and {_count(len(models), 'model')} ({', '.join(models)})" if models else ""
    return f"{what} {_count(len(tables), 'table')} ({', '.join(tables)}){learnt}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _ask_whether_watched(incident: Incident, scene: Scene) -> Outcome:
    """Not yet watched while the server has no such question; missed once it does and does not tell."""
    response = httpx.get(f"{scene.url}/api/v1/ask/{incident.catcher}", headers={"Authorization": f"Bearer {scene.key}"}, timeout=10)
    if response.status_code == 404:
        return Outcome(incident, Verdict.NOT_YET_WATCHED, f"this Headwater has no question `{incident.catcher}` yet")
    return Outcome(incident, Verdict.MISSED, f"this Headwater has the question `{incident.catcher}`, and it did not tell")
