"""Tells Headwater of pipelines: sources as a classifier found them, runs as producers report them, and what people decide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from headwater.capture.documents import encode
from headwater.model.entries import DATASET_CLASSIFIED, DATASET_GROUPED, HUMAN_EXPECTATIONS, HUMAN_MASKING
from headwater.model.lakes import DatasetName
from headwater.model.sensitivity.classification import ColumnVerdict, Evidence, ValueEvidence
from headwater.model.sensitivity.documents import ClassifiedDataset, DeclaredExpectations, LevelWord, MaskingApproval, MeasuredGroups
from headwater.sdk import Client
from tests.leaks.holding import BY_TYPE, ROWS, Held
from tests.leaks.passing import APPROVED, APPROVED_ELSEWHERE, REDACTION
from tests.leaks.pipelines import Pipeline, Step

_START = datetime(2026, 11, 2, 6, tzinfo=UTC)
_LOOKED = "2026-11-01T00:00:00+00:00"
_LATER = "2026-11-20T00:00:00+00:00"
_PRODUCER = "https://example.com/leaks"
_RUN = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def record(client: Client, pipelines: Sequence[Pipeline]) -> None:
    """Record all of it, then what was counted of groups, which takes the fingerprints of what was read."""
    _sent(client, [told for one in pipelines for told in documents(one)])
    _sent(client, [*approvals(), *(told for one in pipelines for told in groups(client, one))])


def documents(told: Pipeline) -> Iterator[bytes]:
    """Everything of a pipeline but the measurements, in the order in which it happens."""
    for dataset, columns in told.sources.items():
        yield encode(_classified(told, dataset, columns))
    expectations = tuple(place.expectation(told.namespace) for place in told.places)
    yield encode(
        DeclaredExpectations(
            headwater=HUMAN_EXPECTATIONS,
            seen_at=_LOOKED,
            namespace=told.namespace,
            origin=f"p{told.seed}.toml",
            expectations=tuple(_stored(told, each) for each in expectations),
        )
    )
    known = dict(told.sources)
    for number, step in enumerate(told.steps):
        yield from (json.dumps(event).encode() for event in _events(told, number, step, known))
        known[step.writes] = step.columns


def approvals() -> list[bytes]:
    """What people approved: a keyed function everywhere, another for jobs of elsewhere, and one that leaves nothing."""
    told: tuple[tuple[str, LevelWord, tuple[str, ...]], ...] = (
        (APPROVED, "pseudonymous", ("*",)),
        (APPROVED_ELSEWHERE, "pseudonymous", ("jobs-elsewhere",)),
        (REDACTION, "none", ("*",)),
    )
    return [
        encode(
            MaskingApproval(
                headwater=HUMAN_MASKING, seen_at=_LOOKED, function=function, level=level, reason="looked at its code", namespaces=namespaces
            )
        )
        for function, level, namespaces in told
    ]


def groups(client: Client, told: Pipeline) -> Iterator[bytes]:
    """What was counted of the groups of steps that aggregate."""
    for step in told.steps:
        if step.smallest is not None and step.readable:
            dataset = name(told, step.writes)
            answer = client.lineage(f"dataset:{told.namespace}:{dataset}", "up", columns=True, depth=1)
            made = [derivation for derivation in answer.result.derivations if derivation.job == f"job:{told.jobs}:{step.job}"]
            for fingerprint in sorted({derivation.fingerprint for derivation in made if derivation.evidence == "parsed"}):
                yield encode(
                    MeasuredGroups(
                        headwater=DATASET_GROUPED,
                        seen_at=_LATER,
                        dataset=DatasetName(told.namespace, dataset),
                        fingerprint=fingerprint,
                        smallest=step.smallest,
                    )
                )


def name(told: Pipeline, table: str) -> str:
    """What a table is called by those who report it."""
    return told.dialect.stored(f"lake.{table}")


def _stored(told: Pipeline, expectation: Any) -> Any:
    from msgspec.structs import replace

    return replace(expectation, dataset=name(told, expectation.dataset))


def _classified(told: Pipeline, dataset: str, columns: Iterable[Held]) -> ClassifiedDataset:
    return ClassifiedDataset(
        headwater=DATASET_CLASSIFIED,
        seen_at=_LOOKED,
        dataset=DatasetName(told.namespace, name(told, dataset)),
        classifier="headwater-1",
        columns=tuple(_verdict(told, column) for column in columns),
        rows=ROWS,
    )


def _verdict(told: Pipeline, column: Held) -> ColumnVerdict:
    values = ValueEvidence(method="form", tested=ROWS, matched=ROWS, weight=8.0)
    known = BY_TYPE.get(column.thread)
    return ColumnVerdict(
        column=told.dialect.stored(column.name),
        state="labelled" if known is not None else "clear",
        info_type=known.info_type if known is not None else None,
        category=known.category if known is not None else None,  # type: ignore[arg-type]  # because the made-up types are of the catalogue
        confidence=0.98 if known is not None else 0.01,
        evidence=Evidence(prior=-4.6, values=values if known is not None else None),
        rows=ROWS,
        distinct=ROWS,
    )


def _events(told: Pipeline, number: int, step: Step, known: dict[str, tuple[Held, ...]]) -> Iterator[dict[str, Any]]:
    run = str(uuid5(NAMESPACE_URL, f"{told.seed} {number}"))
    started = _START + timedelta(hours=number)
    for event_type, minutes in (("START", 0), ("COMPLETE", 5)):
        yield {
            "eventType": event_type,
            "eventTime": (started + timedelta(minutes=minutes)).isoformat(),
            "producer": _PRODUCER,
            "schemaURL": _RUN,
            "run": {"runId": run},
            "job": {
                "namespace": told.jobs,
                "name": step.job,
                "facets": {"sql": _facet("SQLJobFacet", query=step.sent, dialect=told.dialect.name)},
            },
            "inputs": [_dataset(told, table, known.get(table) if table in told.sources else None) for table in step.reads],
            "outputs": [_dataset(told, step.writes, step.columns if step.schema_told else None, written=event_type == "COMPLETE")],
        }


def _dataset(told: Pipeline, table: str, columns: tuple[Held, ...] | None, *, written: bool = False) -> dict[str, Any]:
    facets = {}
    if columns is not None:
        fields = [{"name": told.dialect.stored(column.name), "type": "bigint" if column.number else "text"} for column in columns]
        facets["schema"] = _facet("SchemaDatasetFacet", fields=fields)
    output = {"outputFacets": {"outputStatistics": _facet("OutputStatisticsOutputDatasetFacet", rowCount=ROWS)}} if written else {}
    return {"namespace": told.namespace, "name": name(told, table), "facets": facets, **output}


def _facet(kind: str, **fields: Any) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": f"https://openlineage.io/spec/facets/1-0-0/{kind}.json#/$defs/{kind}", **fields}


def _sent(client: Client, told: list[bytes]) -> None:
    report = client.record(told)
    assert not report.rejected, report.rejected[:3]
