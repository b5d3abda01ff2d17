"""The clinic beside a running Headwater: what the demo promises is so, asked from outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from headwater_clinic.asking import Scene, ask_record_number, ask_stray_update, ask_switched_batch, settle, trace_public_columns
from headwater_clinic.filling import SOURCES, run_source, scan_lake
from headwater_clinic.forging import edit_ledger
from headwater_clinic.guarding import guard
from headwater_clinic.incidents import INCIDENTS, STRAY_UPDATE, UNIT_SWITCH, Verdict
from headwater_clinic.names import LAKE, MESSAGES, PANELS, PATIENTS, PROFILE, PUBLIC_FEATURES
from headwater_clinic.pipeline import Ground
from headwater_clinic.planting import update_by_hand

from headwater.sdk import Client, open_home
from tests.stories.clinics import clinic

pytestmark = [pytest.mark.service, pytest.mark.slow]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with clinic(tmp_path_factory.mktemp("clinic")) as made:
        yield made


@pytest.fixture(scope="module")
def client(ground: Ground) -> Client:
    return ground.headwater


@pytest.fixture(scope="module")
def scene(ground: Ground) -> Scene:
    return Scene(ground.headwater, "", "", ground.home, ground.folder, ground.folder)


def test_record_number_in_public_features_is_traced_to_its_source(client: Client) -> None:
    traces = {trace.column: trace for trace in trace_public_columns(client)}
    assert [name for name, trace in traces.items() if trace.identifier is not None] == ["case_code"]
    assert len(traces) == 7 and all(trace.complete for trace in traces.values())
    answer = client.lineage(PUBLIC_FEATURES.column("case_code"), "up", columns=True, direct=True)
    names = {(node.name, node.column) for node in answer.result.nodes}
    assert {("features.patient_profile", "subject_ref"), ("staging.patients", "patient_no"), (PATIENTS.name, "mrn")} <= names
    assert answer.entries


def test_the_record_number_is_the_one_leak_told_of_the_step_that_put_it_there(client: Client, scene: Scene) -> None:
    outcome = ask_record_number(INCIDENTS[0], scene)
    assert outcome.verdict is Verdict.CAUGHT, outcome.said
    assert "put there by clinic_pipeline.public_patient_features" in outcome.said and "861 rows" in outcome.said
    answer = client.leaks()
    assert (answer.total["leaks"], answer.complete, answer.result.leaks[0].owner) == (1, True, "data protection office")
    labelled = {hop.source.rpartition(":")[2] for hop in answer.result.leaks[0].path}
    assert labelled == {"mrn", "patient_no", "subject_ref"}


def test_every_source_fills_the_lake_and_what_runs_tell_is_what_the_lake_holds(client: Client) -> None:
    tables = {"portal": "messages", "ward": "patients", "billing": "claims", "cytology": "cytology", "bedside": "vitals"}
    assert {source: {batch.source for batch in _batches(client, table)} for source, table in tables.items()} == {
        source: {source} for source in tables
    }
    assert sum(batch.rows for batch in _batches(client, "vitals")) == 4764 and len(_batches(client, "vitals")) == 3
    assert len(_batches(client, "metabolic_panel")) == 20
    assert [batch.deleted for batch in _batches(client, "visits")] == [3, 0]
    messages = client.lineage(f"datasetField:{LAKE}:raw.messages:text", "up", columns=True, direct=True)
    assert MESSAGES.column("text") in {node.id for node in messages.result.nodes}
    for dataset in (PROFILE, PANELS, PUBLIC_FEATURES):
        versions = client.lakes.history(dataset.node).result.versions
        assert {told.change.rule for told in versions} == {"stamp"}, dataset


def test_a_batch_in_other_units_is_found_with_its_columns_and_no_other_batch(client: Client, scene: Scene) -> None:
    outcome = ask_switched_batch(INCIDENTS[UNIT_SWITCH - 1], scene)
    assert outcome.verdict is Verdict.CAUGHT, outcome.said
    assert "mmol/L of glucose" in outcome.said and "diabetes-progression" in outcome.said


def test_an_update_by_hand_is_the_only_change_that_no_run_explains(client: Client, scene: Scene, ground: Ground) -> None:
    incident = INCIDENTS[STRAY_UPDATE - 1]
    assert client.changes().total["changes"] == 0
    assert ask_stray_update(incident, scene).verdict is Verdict.MISSED, "nothing was done yet, and the verdict follows the answer"
    assert update_by_hand(ground.lake) == 186
    scan_lake(client, ground.home)
    settle(client)
    outcome = ask_stray_update(incident, scene)
    assert outcome.verdict is Verdict.CAUGHT, outcome.said
    assert "186 of 861 rows changed, in column `paid`" in outcome.said and "by e011" in outcome.said


def test_edited_ledger_is_caught_by_an_outside_checkpoint(client: Client, ground: Ground) -> None:
    held = client.ledger.checkpoint()
    edit = edit_ledger(ground.home, ground.folder / "edited")
    assert edit.positions
    with open_home(edit.home, create=False) as edited:
        assert edited.ledger.verify().ok, "who holds every key can make a ledger that is sound in itself"
        assert not edited.ledger.verify(against=held).ok
        fooled = ask_record_number(INCIDENTS[0], Scene(edited, "", "", ground.home, ground.folder, edit.home))
        assert fooled.verdict is Verdict.MISSED, "the edited history hides the leak, and the verdict follows the answer"
    assert client.ledger.verify(against=held).ok


def test_a_clinic_where_nothing_happened_has_no_finding_and_no_gap(tmp_path: Path) -> None:
    with clinic(tmp_path, with_switch=False, with_leak=False) as calm:
        again = {name: run_source(calm.headwater, calm.home, name) for name in SOURCES}
        assert [name for name, rows in again.items() if rows] == ["portal", "billing"], "which are fetched whole each time"
        scan_lake(calm.headwater, calm.home)
        settle(calm.headwater)
        found = calm.headwater.findings.list(state="all")
        assert (found.total["findings"], {gap.code for gap in found.gaps}) == (0, {"DATASET-NOT-CLASSIFIED"}), (
            "as nobody looked at what came"
        )
        assert calm.headwater.changes().total["changes"] == 0
        assert calm.headwater.gaps().result.gaps == ()
        leaks = calm.headwater.leaks()
        assert (leaks.result.leaks, {gap.code for gap in leaks.gaps}) == ((), {"DATASET-NOT-CLASSIFIED"})
        guard(calm.headwater, calm.home)
        leaks, found = calm.headwater.leaks(), calm.headwater.findings.list(state="all")
        assert (leaks.result.leaks, leaks.gaps, leaks.complete) == ((), (), True)
        assert (found.total["findings"], found.gaps, found.complete) == (0, (), True)


def _batches(client: Client, table: str):  # type: ignore[no-untyped-def]  # because it is a page of the answer
    return client.sources.batches(f"dataset:{LAKE}:raw.{table}").result.batches
