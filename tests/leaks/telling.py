"""A small lake in few words: what was found in columns, which statements ran, what is expected, what people decide.

lake = Lake(tmp_path)
lake.found("raw.people", mrn="MEDICAL_RECORD_NUMBER")
lake.ran("publish", "CREATE TABLE share.people AS SELECT mrn AS code FROM raw.people")
lake.expects("share.*")
lake.client.leaks()
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from headwater.capture.documents import encode
from headwater.model.entries import DATASET_CLASSIFIED
from headwater.model.lakes import DatasetName
from headwater.model.sensitivity.classification import ColumnVerdict, Evidence, ValueEvidence
from headwater.model.sensitivity.documents import Allowance, ClassifiedDataset, Expectation
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.leaks import LeakView
from headwater.sdk import Client
from headwater.sdk.local import LocalClient

NAMESPACE = "duckdb://lake"
JOBS = "jobs"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
_FACET = {"_producer": "https://example.com/lake", "_schemaURL": "https://openlineage.io/spec/facets/1-0-0/F.json#/$defs/F"}


class Lake:
    """A home and what is told to it; times are minutes after a fixed noon."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.client: Client = LocalClient.open(self.home, create=True)

    def __enter__(self) -> Lake:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.client.close()

    def found(self, table: str, *, minutes: int = -60, clear: Sequence[str] = (), suspected: bool = False, **columns: str) -> int:
        """A classifier looked at a table: the type of each column, and those in which it found nothing."""
        verdicts = [verdict(column, info_type, suspected=suspected) for column, info_type in columns.items()]
        verdicts += [verdict(column, None) for column in clear]
        return self.record(
            encode(
                ClassifiedDataset(
                    headwater=DATASET_CLASSIFIED,
                    seen_at=_at(minutes),
                    dataset=DatasetName(NAMESPACE, table),
                    classifier="headwater-1",
                    columns=tuple(verdicts),
                    rows=100,
                )
            )
        )

    def ran(
        self,
        job: str,
        sql: str,
        *,
        reads: Sequence[str] = (),
        writes: Sequence[str] = (),
        minutes: int = 0,
        run: str = "",
        rows: int | None = None,
        jobs: str = JOBS,
        error: str = "",
        columns: dict[str, Sequence[str]] | None = None,
    ) -> int:
        """A run of a job completed; `columns` are schemas that it tells of."""
        output = {"outputFacets": {"outputStatistics": {**_FACET, "rowCount": rows}}} if rows is not None else {}
        facets = {"errorMessage": {**_FACET, "message": error, "programmingLanguage": "SQL"}} if error else {}
        return self.record(
            json.dumps(
                {
                    "eventType": "FAIL" if error else "COMPLETE",
                    "eventTime": _at(minutes),
                    "producer": "https://example.com/lake",
                    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                    "run": {"runId": str(uuid5(NAMESPACE_URL, run or f"{job} {minutes}")), "facets": facets},
                    "job": {"namespace": jobs, "name": job, "facets": {"sql": {**_FACET, "query": sql, "dialect": "duckdb"}}},
                    "inputs": [{"namespace": NAMESPACE, "name": name, **_schema(columns, name)} for name in reads],
                    "outputs": [{"namespace": NAMESPACE, "name": name, **_schema(columns, name), **output} for name in writes],
                }
            ).encode()
        )

    def expects(self, dataset: str, *allow: Allowance, name: str = "harmless", origin: str = "expect.toml", **more: Any) -> int | None:
        """Somebody declares what datasets may hold."""
        told = Expectation(name=name, namespace=NAMESPACE, dataset=dataset, allow=allow, **more)
        return self.client.expectations.declare([told], namespace=NAMESPACE, origin=origin).position

    def record(self, piece: bytes) -> int:
        """Record one piece; gives its position."""
        report = self.client.record([piece])
        assert not report.rejected, report.rejected
        assert report.position is not None
        return report.position

    def leaks(self, node: str | None = None, **more: Any) -> list[LeakView]:
        """What `headwater leaks` tells."""
        return list(self.client.leaks(node, **more).result.leaks)


def verdict(column: str, info_type: str | None, *, suspected: bool = False) -> ColumnVerdict:
    """What a classifier says of a column: a type, or that there is none."""
    values = ValueEvidence(method="form", tested=100, matched=100, weight=8.0 if not suspected else 2.0)
    return ColumnVerdict(
        column=column,
        state="clear" if info_type is None else "suspected" if suspected else "labelled",
        info_type=info_type,
        category=INFO_TYPES[info_type].category if info_type is not None else None,
        confidence=0.01 if info_type is None else 0.5 if suspected else 0.98,
        evidence=Evidence(prior=-4.6, values=values if info_type is not None else None),
        rows=100,
        distinct=100,
    )


def node(table: str) -> str:
    """The node id of a table."""
    return f"dataset:{NAMESPACE}:{table}"


def _at(minutes: int) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


def _schema(columns: dict[str, Sequence[str]] | None, name: str) -> dict[str, Any]:
    if columns is None or name not in columns:
        return {}
    return {"facets": {"schema": {**_FACET, "fields": [{"name": column, "type": "text"} for column in columns[name]]}}}
