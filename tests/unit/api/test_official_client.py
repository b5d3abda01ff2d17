"""The unmodified OpenLineage client, pointed here by two environment variables, delivers and is answered."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.api.running import Running

pytestmark = pytest.mark.service("module:openlineage")

PRODUCER = """
import uuid
from datetime import datetime, timezone
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import sql_job

client = OpenLineageClient()
run = Run(runId=str(uuid.uuid4()))
sql = sql_job.SQLJobFacet(query="INSERT INTO staged.visits SELECT id FROM raw.visits")
job = Job(namespace="clinic", name="stage_visits", facets={"sql": sql})
for state in (RunState.START, RunState.COMPLETE):
    client.emit(
        RunEvent(
            eventType=state,
            eventTime=datetime.now(timezone.utc).isoformat(),
            run=run,
            job=job,
            producer="https://example.org/clinic",
            inputs=[InputDataset("duckdb://clinic", "raw.visits")],
            outputs=[OutputDataset("duckdb://clinic", "staged.visits")],
        )
    )
print(client.transport.kind)
"""


@pytest.mark.parametrize("extra", [{}, {"OPENLINEAGE__TRANSPORT__COMPRESSION": "gzip"}], ids=["plain", "gzip"])
def test_the_official_client_delivers_and_is_answered(server: Running, extra: dict[str, str]) -> None:
    size = server.headwater.ledger.size
    environ = {"OPENLINEAGE_URL": server.url, "OPENLINEAGE_API_KEY": server.admin_key, "PATH": "/usr/bin:/bin"}
    if extra:
        environ = {
            "OPENLINEAGE__TRANSPORT__TYPE": "http",
            "OPENLINEAGE__TRANSPORT__URL": server.url,
            "OPENLINEAGE__TRANSPORT__AUTH": f'{{"type": "api_key", "apiKey": "{server.admin_key}"}}',
            **extra,
        }
    done = subprocess.run([sys.executable, "-c", PRODUCER], env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "http"), done.stderr
    assert server.headwater.ledger.size == size + 2
    answer = server.client.get("/api/v1/ask/lineage", params={"node": "staged.visits", "min_position": size + 1}).json()
    assert any(node["name"] == "raw.visits" for node in answer["result"]["nodes"])


def test_the_official_client_is_told_when_its_key_is_wrong(server: Running) -> None:
    environ = {"OPENLINEAGE_URL": server.url, "OPENLINEAGE_API_KEY": "hw_wrong_key", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", PRODUCER], env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "401" in done.stderr
