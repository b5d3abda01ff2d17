"""A target folder read by a client: in process and over HTTP the same report, the same lineage."""

from __future__ import annotations

from pathlib import Path

import pytest

import headwater
from headwater.model.dbt import DbtReport
from headwater.model.errors import UsageError
from headwater.model.keys import Scope
from headwater.sdk import Client
from tests.dbt.artifacts import BEFORE, SHOP
from tests.unit.api.running import running


def told(client: Client) -> tuple[DbtReport, list[str]]:
    """The report, and where a masked column comes from."""
    report = client.dbt(BEFORE, profiles_dir=SHOP)
    assert client.wait()
    answer = client.lineage("newsletter.email_hash", columns=True, direct=True)
    return report, [node.id for node in answer.result.nodes]


def test_both_clients_record_and_report_the_same(tmp_path: Path) -> None:
    with headwater.open(tmp_path / "local") as local:
        here, nodes_here = told(local)
    with running(tmp_path / "served") as server, headwater.connect(server.url, server.admin_key) as remote:
        there, nodes_there = told(remote)
    assert nodes_here == nodes_there
    assert any(node.endswith("raw.customers:email") for node in nodes_here)
    assert (here.models, here.consumers, here.namespace) == (there.models, there.consumers, there.namespace)
    assert (here.recorded.recorded, there.recorded.recorded) == (14, 14)


def test_a_key_that_may_not_write_there_is_refused_event_by_event(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        with headwater.connect(server.url, server.admin_key) as admin:
            narrow = admin.keys.create("narrow", [Scope("write", "other")])
        with headwater.connect(server.url, narrow.secret) as client:
            report = client.dbt(BEFORE, namespace="lake")
    assert (report.recorded.recorded, len(report.recorded.rejected)) == (0, 14)
    assert "dbt://shop" in report.recorded.rejected[0].reason


def test_a_folder_that_is_not_there_is_a_fault_with_a_next_step(tmp_path: Path) -> None:
    with headwater.open(tmp_path / "home") as client, pytest.raises(UsageError) as caught:
        client.dbt(tmp_path / "gone")
    assert (caught.value.code, caught.value.next_step) == ("DBT-ARTIFACT", "name dbt's target folder, such as `target`")
