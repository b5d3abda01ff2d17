"""How columns flow, as producers declare it: the `columnLineage` facet and the `lineage` facet of datasets and jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from headwater.capture.openlineage.events import (
    ColumnLineageFacet,
    Dataset,
    InputField,
    JobLineageFacet,
    LineageEntry,
    LineageFacet,
    LineageInput,
    OutputField,
    Transformation,
)
from headwater.capture.openlineage.reading import FacetReader, Reading
from headwater.model.facts import ColumnsDerived, DatasetUsed
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Flow, Kind

COLUMN_LINEAGE = "columnLineage"
LINEAGE = "lineage"
DECLARED_MASKING = "declared"

_KINDS = {
    "IDENTITY": Kind.IDENTITY,
    "TRANSFORMATION": Kind.TRANSFORMATION,
    "AGGREGATION": Kind.AGGREGATION,
    "MASKED": Kind.TRANSFORMATION,
    "JOIN": Kind.JOIN,
    "FILTER": Kind.FILTER,
    "GROUP_BY": Kind.GROUP_BY,
    "SORT": Kind.SORT,
    "WINDOW": Kind.WINDOW,
    "CONDITIONAL": Kind.CONDITIONAL,
}
_ON_ROWS = frozenset({Kind.JOIN, Kind.FILTER, Kind.GROUP_BY, Kind.SORT})
"""Kinds that act on rows as wholes even where only one column is known."""


def tell_column_lineage(reading: Reading, dataset: Dataset, facets: FacetReader) -> None:
    """Say what a dataset's `columnLineage` facet declares."""
    facet = facets.read(COLUMN_LINEAGE, ColumnLineageFacet)
    if facet is None or not (facet.fields or facet.dataset):
        return
    fields = facet.fields or {}
    flows = {*_stated_once(fields), *_of_rows(facet.dataset or ())}
    _tell(reading, dataset.id, COLUMN_LINEAGE, flows, ())


def tell_lineage(reading: Reading, dataset: Dataset, facets: FacetReader) -> None:
    """Say what a dataset's `lineage` facet declares."""
    facet = facets.read(LINEAGE, LineageFacet)
    if facet is not None:
        _tell_lineage_of(reading, dataset.id, facet)


def tell_job_lineage(reading: Reading, job: JobId, facets: FacetReader) -> None:
    """Say what a job's `lineage` facet declares; what it reads and writes is told as use."""
    facet = facets.read(LINEAGE, JobLineageFacet)
    for entry in facet.entries if facet else ():
        target = _dataset(entry) if entry.type.upper() == "DATASET" else None
        if target is not None:
            reading.say(DatasetUsed, dataset=target, job=job, run=reading.run, role="output")
            for source in sorted({source for source in map(_dataset, _all_inputs(entry)) if source is not None}):
                reading.say(DatasetUsed, dataset=source, job=job, run=reading.run, role="input")
            _tell_lineage_of(reading, target, entry)
        elif entry.type.upper() == "JOB":
            _tell_fed_job(reading, entry, job)
        else:
            facets.unreadable(LINEAGE, ": an entry names no target")


def _tell_fed_job(reading: Reading, entry: LineageEntry, own: JobId) -> None:
    """Datasets that feed a job are its inputs, if the producer may speak for that job."""
    target = JobId(entry.namespace, entry.name) if entry.namespace and entry.name else own
    if target != own and not reading.granted(LINEAGE, target):
        return
    run = RunId(entry.runId) if entry.runId else reading.run if target == own else None
    for source in entry.inputs or ():
        dataset = _dataset(source)
        if dataset is not None:
            reading.say(DatasetUsed, dataset=dataset, job=target, run=run, role="input")


def _tell_lineage_of(reading: Reading, target: DatasetId, facet: LineageFacet) -> None:
    if facet.inputs is None and not facet.fields:
        return
    for source in _all_inputs(facet):
        job = _job(reading, source)
        if job is not None and (job == reading.job or reading.granted(LINEAGE, job)):
            run = RunId(source.runId) if source.runId else reading.run if job == reading.job else None
            reading.say(DatasetUsed, dataset=target, job=job, run=run, role="output")
    fields = {name: OutputField(inputFields=tuple(_column_inputs(field.inputs))) for name, field in (facet.fields or {}).items()}
    flows = {*_stated_once(fields), *_of_rows(_column_inputs(facet.inputs or ()))}
    inputs = {dataset for source in _all_inputs(facet) if source.field is None and (dataset := _dataset(source)) is not None}
    only_jobs = not flows and not inputs and any(True for _ in _all_inputs(facet))
    if not only_jobs:
        _tell(reading, target, LINEAGE, flows, inputs)


def _tell(reading: Reading, target: DatasetId, origin: str, flows: set[Flow], inputs: Iterable[DatasetId]) -> None:
    reading.say(
        ColumnsDerived,
        target=target,
        job=reading.job,
        run=reading.run,
        producer=reading.producer,
        origin=origin,
        flows=tuple(sorted(flows, key=_order)),
        inputs=tuple(sorted(inputs)),
    )


def _stated_once(fields: Mapping[str, OutputField]) -> set[Flow]:
    """The flows into columns; an indirect influence repeated under every column is one on all rows."""
    flows: set[Flow] = set()
    reached: dict[Flow, set[str]] = {}
    for column, field in fields.items():
        for flow in _of_column(column, field):
            if flow.kind.is_direct:
                flows.add(flow)
            else:
                on_rows = Flow(flow.source, flow.source_column, None, flow.kind, flow.masking)
                reached.setdefault(on_rows, set()).add(column)
    for on_rows, columns in reached.items():
        if len(columns) == len(fields) and (len(fields) > 1 or on_rows.kind in _ON_ROWS):
            flows.add(on_rows)
        else:
            flows |= {Flow(on_rows.source, on_rows.source_column, column, on_rows.kind, on_rows.masking) for column in columns}
    return flows


def _of_column(column: str, field: OutputField) -> Iterator[Flow]:
    for source in field.inputFields or ():
        for kind, masking in _kinds(source.transformations, field.transformationType, unsaid=Kind.TRANSFORMATION):
            yield Flow(source.dataset, source.field, column, kind, masking)


def _of_rows(sources: Iterable[InputField]) -> Iterator[Flow]:
    for source in sources:
        for kind, masking in _kinds(source.transformations, None, unsaid=Kind.FILTER):
            yield Flow(source.dataset, source.field, None, kind, masking)


def _kinds(transformations: tuple[Transformation, ...] | None, old_type: str | None, *, unsaid: Kind) -> Iterator[tuple[Kind, str | None]]:
    """The kinds that are told. An empty list tells nothing: a value may flow, but not that it is a mere copy."""
    if not transformations:
        old = (old_type or "").upper()
        yield _KINDS.get(old, unsaid), DECLARED_MASKING if old == "MASKED" else None
    for transformation in transformations or ():
        yield _kind(transformation, unsaid), DECLARED_MASKING if transformation.masking else None


def _kind(transformation: Transformation, unsaid: Kind) -> Kind:
    told = _KINDS.get((transformation.subtype or transformation.type).upper().replace(" ", "_"))
    if told is not None:
        return told
    if transformation.type.upper() == "INDIRECT":
        return Kind.FILTER if unsaid is Kind.FILTER else Kind.CONDITIONAL
    return Kind.TRANSFORMATION if transformation.type.upper() == "DIRECT" else unsaid


def _all_inputs(facet: LineageFacet) -> Iterator[LineageInput]:
    yield from facet.inputs or ()
    for field in (facet.fields or {}).values():
        yield from field.inputs


def _column_inputs(inputs: Iterable[LineageInput]) -> Iterator[InputField]:
    """The inputs that name a column."""
    for source in inputs:
        if _dataset(source) is not None and source.field is not None:
            yield InputField(
                namespace=source.namespace or "", name=source.name or "", field=source.field, transformations=source.transformations
            )


def _dataset(source: LineageInput | LineageEntry) -> DatasetId | None:
    if source.type.upper() != "DATASET" or not source.namespace or not source.name:
        return None
    return DatasetId(source.namespace, source.name)


def _job(reading: Reading, source: LineageInput) -> JobId | None:
    if source.type.upper() != "JOB":
        return None
    return JobId(source.namespace, source.name) if source.namespace and source.name else reading.job


def _order(flow: Flow) -> tuple[DatasetId, str, bool, str, Kind, str]:
    return (flow.source, flow.source_column or "", flow.target_column is None, flow.target_column or "", flow.kind, flow.masking or "")
