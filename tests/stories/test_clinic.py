"""The clinic beside a running Headwater: what the demo promises is so, asked from outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from headwater_clinic.asking import Scene, ask_record_number, settle, trace_public_columns
from headwater_clinic.forging import edit_ledger
from headwater_clinic.incidents import INCIDENTS, Verdict
from headwater_clinic.names import PATIENTS, PUBLIC_FEATURES
from headwater_clinic.pipeline import prepare, run_pipeline
from headwater_clinic.service import running
from headwater_clinic.story import environment
from openlineage.client import OpenLineageClient

from headwater.sdk import Client, connect, open_home

pytestmark = [pytest.mark.service, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clinic")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with running(folder / "home", folder / "server.log", 0) as service:
        with environment({"OPENLINEAGE_URL": service.url, "OPENLINEAGE_API_KEY": service.token}):
            run_pipeline(folder, prepare(folder), OpenLineageClient(), lambda done: None)
        with connect(service.url, service.token) as owner:
            settle(owner)
            yield owner


def test_record_number_in_public_features_is_traced_to_its_source(client: Client) -> None:
    traces = {trace.column: trace for trace in trace_public_columns(client)}
    assert [name for name, trace in traces.items() if trace.identifier is not None] == ["case_code"]
    assert len(traces) == 7 and all(trace.complete for trace in traces.values())
    answer = client.lineage(PUBLIC_FEATURES.column("case_code"), "up", columns=True, direct=True)
    names = {(node.name, node.column) for node in answer.result.nodes}
    assert {("lake.features.patient_profile", "subject_ref"), ("lake.staging.patients", "patient_no"), (PATIENTS.name, "mrn")} <= names
    assert answer.entries


def test_edited_ledger_is_caught_by_an_outside_checkpoint(client: Client, folder: Path) -> None:
    held = client.ledger.checkpoint()
    edit = edit_ledger(folder / "home", folder / "edited")
    assert edit.positions
    with open_home(edit.home, create=False) as edited:
        assert edited.ledger.verify().ok, "who holds every key can make a ledger that is sound in itself"
        assert not edited.ledger.verify(against=held).ok
        fooled = ask_record_number(INCIDENTS[0], Scene(edited, "", "", folder, edit.home))
        assert fooled.verdict is Verdict.MISSED, "the edited history hides the leak, and the verdict follows the answer"
    assert client.ledger.verify(against=held).ok
