"""Documents of what arrives day by day: versions of a lake, batches of sources, and the runs that bring them."""

from __future__ import annotations

import json
from typing import Any

from headwater.capture.documents import encode
from headwater.model.entries import BATCH_LOADED
from headwater.model.lakes import DatasetName, VersionSeen
from headwater.model.loads import LoadedBatch
from tests.lakes.telling import NAMESPACE, at, scanned, version, versions

DAY = 24 * 60
JOBS = "headwater://sources"


def daily(days: int, name: str = "visits", first: int = 0) -> bytes:
    """A version each noon, so many days long."""
    return versions(name, *(day_version(day) for day in range(first, days)), minutes=days * DAY)


def day_version(day: int, **more: Any) -> VersionSeen:
    """The version of one day."""
    return version(str(100 + day), day * DAY + day % 5, added_rows=10, **more)


def scan_at(minutes: float) -> bytes:
    """A whole scan that ended then."""
    return scanned(minutes=minutes)


def loaded(day: int, source: str = "labs", name: str = "visits", rows: int = 5, namespace: str = NAMESPACE) -> bytes:
    """The batch that a source brought on one day."""
    ended = at(day * DAY)
    return encode(
        LoadedBatch(
            headwater=BATCH_LOADED,
            seen_at=ended,
            source=source,
            kind="feed",
            batch=f"{source}-{day}",
            dataset=DatasetName(namespace, name),
            origin=DatasetName(f"feed://{source}", "results"),
            run=f"0198c0de-0000-7000-8000-{day:012}",
            job=DatasetName(JOBS, source),
            started_at=at(day * DAY - 1),
            ended_at=ended,
            version=str(100 + day),
            rows=rows,
        )
    )


def source_run(day: float, source: str = "labs", table: str = "") -> bytes:
    """A run of a source that ended well, whether or not it brought anything."""
    outputs = [{"namespace": NAMESPACE, "name": table}] if table else []
    event = {
        "eventType": "COMPLETE",
        "eventTime": at(day * DAY),
        "producer": "https://etl.example",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": f"0198c0de-0000-7000-8000-{int(day):012}"},
        "job": {"namespace": JOBS, "name": source},
        "outputs": outputs,
    }
    return json.dumps(event).encode()
