"""The use case of running a source: fetch what is new, put it into the lake as one batch, and record what came from where.

What was fetched stays in a staging folder until it is in the lake and recorded, so a run that is cut short anywhere is made good by the
next one: nothing is lost, and nothing goes in twice. The run is reported as any job's would be, by OpenLineage events.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from headwater import __version__
from headwater.app.home import write_private
from headwater.app.lakes.places import LakePlace
from headwater.app.sources.fetch import Fetcher
from headwater.app.sources.nested import PARENT, parents, with_nested
from headwater.capture.documents import encode
from headwater.edges.engines.iceberg_writer import IcebergWriter, Move, Superseded, Written
from headwater.edges.engines.profile_duckdb import profile_files
from headwater.edges.engines.profiling import About
from headwater.edges.sources.loading.staging import BELOW, StagedBatch, StagedTable, Staging, with_load_id
from headwater.model.answers import RecordReport
from headwater.model.deliveries import DeliverySeen
from headwater.model.entries import BATCH_LOADED, BATCH_PROFILED
from headwater.model.errors import HeadwaterError
from headwater.model.lakes import BATCH_STAMP, JOB_STAMP, RUN_STAMP, DatasetName, ScanGap
from headwater.model.loads import JOBS, LoadedBatch, ProfiledBatch, SourceKind
from headwater.model.times import parse_instant

_PRODUCER = f"https://headwater.dev/sources/{__version__}"
_SCHEMA_URL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"

_ADDED = ("_dlt", "_kafka")
_CHANGED = "values of column `{0}` are of another type than before; they stand in `{0}__v_text`"

Record = Callable[[Iterable[bytes]], RecordReport]
Told = Callable[[str], None]
"""Told in words what is being done."""


class LoadUnrecorded(HeadwaterError):
    """The recorder refused what a load did; the batch stays in the staging folder, and the next run records it."""

    code = "LOAD-UNRECORDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedTable:
    """What came into one table. `is_new` is false where the lake had the batch already and only the record was missing."""

    table: str
    origin: str
    rows: int
    deleted: int
    version: str
    is_new: bool
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What running a source did: its batches with their tables, none where nothing was new; `held` are deliveries that were held back."""

    source: str
    batches: dict[str, tuple[LoadedTable, ...]]
    held: tuple[str, ...]
    position: int | None

    @property
    def rows(self) -> int:
        """Rows in all."""
        return sum(table.rows for tables in self.batches.values() for table in tables)

    @property
    def gaps(self) -> int:
        """Gaps in all: what could not be taken in as it was."""
        return sum(table.gaps for tables in self.batches.values() for table in tables)


@dataclass(frozen=True, slots=True)
class Destination:
    """A lake to write to: its place, an opened writer, and the namespace of tables in it."""

    place: LakePlace
    writer: IcebergWriter
    into: str

    def table(self, name: str) -> str:
        """A table's name in the lake."""
        return f"{self.into}.{name}"


class SourceRun:
    """One run of a source. `key` is the secret under which values of batches are turned into tokens."""

    def __init__(
        self, name: str, kind: SourceKind, fetcher: Fetcher, staging: Staging, destination: Destination, record: Record, *, key: bytes
    ) -> None:
        self._name, self._kind, self._fetcher = name, kind, fetcher
        self._staging, self._to, self._record = staging, destination, record
        self._key = key
        self._position: int | None = None
        self.was_superseded = False
        """Whether another run brought in a part of a stream before this one could."""
        self._held: list[str] = []

    def run(self, told: Told = lambda _: None) -> SourceReport:
        """Bring in what an earlier run left behind, then what is new.

        Raises:  SourceUnreachable, LakeUnwritable, LoadUnrecorded: what was fetched by then is kept for the next run.
        """
        done: dict[str, tuple[LoadedTable, ...]] = {}
        for batch in self._staging.whole():
            told("bringing in what an earlier run left behind")
            done[batch.batch] = self._bring_in(batch)
        run, started = str(uuid.uuid4()), _now()
        self._say("START", run, started)
        told("fetching")
        try:
            for batch in self._fetcher.fetch(run, started):
                self._staging.seal(batch)
        except HeadwaterError as fault:
            self._say("FAIL", run, _now(), fault)
            raise
        fetched = self._staging.whole()
        for batch in fetched:
            told(f"writing {len(batch.tables)} tables")
            done[batch.batch] = self._bring_in(batch)
        done = {batch: tables for batch, tables in done.items() if tables}
        if not any(batch.run == run for batch in fetched):
            self._say("COMPLETE", run, _now())
        return SourceReport(source=self._name, batches=done, held=tuple(self._held), position=self._position)

    def _bring_in(self, batch: StagedBatch) -> tuple[LoadedTable, ...]:
        """Write a batch to the lake, record it, and only then let go of it."""
        self._say("START", batch.run, batch.started_at)
        stamps = {RUN_STAMP: batch.run, JOB_STAMP: self._name, BATCH_STAMP: batch.batch}
        try:
            tables = with_nested(batch.tables, self._to.writer, self._to.into)
            written = [self._write(batch.batch, table, stamps) for table in tables]
        except Superseded:
            self.was_superseded = True
            self._say("ABORT", batch.run, _now())
            self._staging.done(batch.batch)
            return ()
        except HeadwaterError as fault:
            with suppress(HeadwaterError):  # because why the lake did not take it says more than that nobody could be told
                self._say("FAIL", batch.run, _now(), fault)
            raise
        ended = _now()
        written = [(table, done, schema) for table, done, schema in written if done.rows or done.deleted or table.gaps or table.after]
        documents = [encode(self._document(batch, table, done, ended)) for table, done, _ in written]
        profiles = [encode(self._profiled(batch, table, ended)) for table, done, _ in written if done.rows]
        notes = [bytes(note) for note in batch.notes]
        self._send([self._event("COMPLETE", batch.run, ended, written), *documents, *profiles, *notes])
        self._held += [note.delivery for note in _held(notes)]
        self._staging.done(batch.batch)
        return tuple(
            LoadedTable(
                table=self._to.table(table.name),
                origin=f"{table.origin.namespace}/{table.origin.name}",
                rows=done.rows,
                deleted=done.deleted,
                version=done.version,
                is_new=done.is_new,
                gaps=len(table.gaps),
            )
            for table, done, _ in written
        )

    def _write(self, batch: str, table: StagedTable, stamps: dict[str, str]) -> tuple[StagedTable, Written, Any]:
        """Put one table of a batch into the lake."""
        rows = with_load_id(self._staging.rows(batch, table), batch)
        keys, move = self._staging.keys(batch, table), None
        write, key = table.write, table.key
        if write == BELOW:
            write, key, keys = "append", (PARENT,), parents(table, self._to.writer, self._to.into)
        if table.after is not None:
            move = Move(before=table.before, after=table.after, gone=self._staging.gone(batch, table))
        done = self._to.writer.write(self._to.table(table.name), rows, write=write, key=key, stamps=stamps, keys=keys, move=move)
        changed = tuple(ScanGap("COLUMN-CHANGED-TYPE", _CHANGED.format(name)) for name in done.changed)
        return msgspec.structs.replace(table, gaps=(*table.gaps, *changed)), done, rows.schema

    def _document(self, batch: StagedBatch, table: StagedTable, done: Written, ended: str) -> LoadedBatch:
        return LoadedBatch(
            headwater=BATCH_LOADED,
            seen_at=ended,
            source=self._name,
            kind=self._kind,
            batch=batch.batch,
            dataset=DatasetName(self._to.place.namespace, self._to.table(table.name)),
            origin=table.origin,
            run=batch.run,
            job=DatasetName(JOBS, self._name),
            started_at=batch.started_at,
            ended_at=ended,
            delivered_at=table.delivered_at,
            due_at=table.due_at,
            version=done.version,
            schema=done.schema,
            rows=done.rows,
            deleted=done.deleted,
            size_bytes=sum(path.stat().st_size for path in self._staging.paths(batch.batch, table)),
            pieces=table.pieces,
            gaps=table.gaps,
        )

    def _profiled(self, batch: StagedBatch, table: StagedTable, ended: str) -> ProfiledBatch:
        """What is kept of the rows of a batch, taken from its files.

        Where rows replace others, or are merged by a key, the same ones may well come again, so that is not watched for.
        """
        dataset = DatasetName(self._to.place.namespace, self._to.table(table.name))
        about = About(
            batch=batch.batch,
            dataset=dataset.name,
            source=self._name,
            arrived=parse_instant(table.delivered_at or ended),
            due=parse_instant(table.due_at) if table.due_at else None,
        )
        profile = profile_files(self._staging.paths(batch.batch, table), about, key=self._key)
        if table.write != "append":
            profile = msgspec.structs.replace(profile, sample=None)
        return ProfiledBatch(headwater=BATCH_PROFILED, seen_at=ended, dataset=dataset, source=self._name, profile=profile)

    def _say(self, kind: str, run: str, at: str, fault: HeadwaterError | None = None) -> None:
        self._send([_event(self._name, self._kind, kind, run, at, fault=fault)])

    def _event(self, kind: str, run: str, at: str, written: Iterable[tuple[StagedTable, Written, Any]]) -> bytes:
        """An OpenLineage event of this run; columns of a table come from those of the same name at its origin."""
        parts = list(written)
        inputs = {(table.origin.namespace, table.origin.name): table.origin for table, _, _ in parts}
        outputs = [self._output(table, done, schema) for table, done, schema in parts]
        return _event(self._name, self._kind, kind, run, at, inputs.values(), outputs)

    def _output(self, table: StagedTable, done: Written, schema: Any) -> dict[str, Any]:
        """A table as an output; a batch that only took rows away says nothing of its columns but those of the key that decided."""
        facets = {"columnLineage": _facet(_columns(table, schema)), "version": _facet({"datasetVersion": done.version})}
        if table.files:
            facets["schema"] = _facet({"fields": [{"name": field.name, "type": str(field.type)} for field in schema]})
        return {
            "namespace": self._to.place.namespace,
            "name": self._to.table(table.name),
            "facets": facets,
            "outputFacets": {"outputStatistics": _facet({"rowCount": done.rows})},
        }

    def _send(self, documents: list[bytes]) -> None:
        report = self._record(documents)
        if report.rejected:
            refused = report.rejected[0]
            raise LoadUnrecorded(
                f"cannot record the load of `{self._name}`: {refused.reason}", next_step=refused.next or "headwater status"
            )
        self._position = report.position


def say_failed(name: str, kind: SourceKind, fault: HeadwaterError, record: Record) -> None:
    """Report a run that could not even begin: its source or its lake is not as set up."""
    run, at = str(uuid.uuid4()), _now()
    record([_event(name, kind, "START", run, at), _event(name, kind, "FAIL", run, at, fault=fault)])


def key_of(home: Path) -> bytes:
    """The secret of a home under which values of batches are turned into tokens, made when first needed."""
    path = home / "sources" / "profile.key"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, secrets.token_bytes(32))
    return path.read_bytes()


def _held(notes: Iterable[bytes]) -> Iterator[DeliverySeen]:
    """Deliveries that did not become a batch."""
    for note in notes:
        told = msgspec.json.decode(note, type=DeliverySeen)
        if not told.batch:
            yield told


def staging_of(home: Path, name: str) -> Staging:
    """Where a source's batches wait."""
    return Staging(home / "sources" / name / "staging")


def _columns(table: StagedTable, schema: Any) -> dict[str, Any]:
    """Columns copied from those of the same name at the origin; where keys decide which rows go, they filter all of them."""

    def taken(column: str, kind: str, subtype: str) -> dict[str, Any]:
        origin = {"namespace": table.origin.namespace, "name": table.origin.name, "field": column}
        return {**origin, "transformations": [{"type": kind, "subtype": subtype, "masking": False}]}

    names = [field.name for field in schema if not field.name.startswith(_ADDED)] if table.files else []
    fields = {name: {"inputFields": [taken(name, "DIRECT", "IDENTITY")]} for name in names}
    return {"fields": fields, "dataset": [taken(name, "INDIRECT", "FILTER") for name in table.key] if table.keys_file else []}


def _event(
    name: str,
    source: SourceKind,
    kind: str,
    run: str,
    at: str,
    inputs: Iterable[DatasetName] = (),
    outputs: Sequence[dict[str, Any]] = (),
    *,
    fault: HeadwaterError | None = None,
) -> bytes:
    """An OpenLineage event of a source's run; a fault is told with it, because its words hold no values."""
    facets = {"processing_engine": _facet({"name": "headwater", "version": __version__})}
    if fault is not None:
        facets["errorMessage"] = _facet({"message": fault.problem, "programmingLanguage": "python"})
    batch = "STREAMING" if source == "stream" else "BATCH"
    told = {
        "eventType": kind,
        "eventTime": at,
        "producer": _PRODUCER,
        "schemaURL": _SCHEMA_URL,
        "run": {"runId": run, "facets": facets},
        "job": {
            "namespace": JOBS,
            "name": name,
            "facets": {"jobType": _facet({"processingType": batch, "integration": "HEADWATER", "jobType": source.upper()})},
        },
        "inputs": [{"namespace": origin.namespace, "name": origin.name} for origin in inputs],
        "outputs": list(outputs),
    }
    return json.dumps(told).encode()


def _facet(told: dict[str, Any]) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunFacet", **told}


def _now() -> str:
    return datetime.now(UTC).isoformat()
