"""From a run's record to claims: who says which columns of a target come from where, by name.

One claim per target and origin. A complete reading of a statement supersedes what facets declare about the same target in
the same run; the facet stays as a superseded claim. Where nobody says anything about columns, inputs × outputs is inferred
and kept as sources -> derivation -> target, never multiplied out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from hashlib import sha256

import msgspec

from headwater.model.ids import DatasetId, JobId
from headwater.model.lineage import Evidence, Flow, Kind, Reason, Statement, Status
from headwater.projections.lineage.runs import LineageRun, Read, Told

IN_OUT = "inputs-outputs"
MULTIPLIED_AT_MOST = 400
"""Pairs of inputs and outputs that a run of which nobody told columns may make before they meet in a passage."""
SQL = "sql"


class Claim(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True, gc=False):
    """A derivation by name, before incarnations. `sources` reach the target as wholes, in a way nobody could tell."""

    job: JobId | None
    target: DatasetId
    origin: str
    evidence: Evidence
    status: Status
    flows: tuple[Flow, ...] = ()
    sources: tuple[DatasetId, ...] = ()
    reasons: tuple[Reason, ...] = ()
    fingerprint: str
    superseded: bool = False

    @property
    def granularity(self) -> str:
        """`column` where columns are told, `dataset` where only whole sources are."""
        return "column" if self.flows else "dataset"

    @property
    def datasets(self) -> tuple[DatasetId, ...]:
        """Every source dataset, sorted."""
        return tuple(sorted({flow.source for flow in self.flows} | set(self.sources)))


Shown = Callable[[DatasetId], frozenset[DatasetId]]
"""Gives the sources of a target that SQL which ran for the same job names."""


def claims_of(run: LineageRun, shown: Shown = lambda target: frozenset()) -> tuple[Claim, ...]:
    """What a run's record claims, in a fixed order.

    A job that only declares what it reads and writes has nothing to add about a target for which its runs showed SQL that reads it all.
    """
    made = list(_from_statements(run))
    settled = {claim.target for claim in made if claim.status == "complete"}
    described = {claim.target for claim in made}
    for (target, origin), (_, told) in sorted((run.told or {}).items(), key=lambda item: item[0]):
        made.append(_declared(run.job, target, origin, told, superseded=target in settled and not told.adds))
        if not told.adds:
            described.add(target)
    if run.inputs:
        untold = [target for target in run.outputs if target not in described]
        if run.run is None:
            untold = [target for target in untold if not shown(target).issuperset(run.inputs)]
        made.extend(_all_inferred(run, untold))
    return tuple(dict.fromkeys(made))


def overwritten(run: LineageRun) -> set[DatasetId]:
    """Targets whose earlier rows cannot remain after this run, by lifecycle facet or by its SQL, where its producer may write."""
    wiped = {dataset for _, dataset, change in run.changes if change in ("OVERWRITE", "TRUNCATE")}
    return wiped.union(*(read.overwritten for read in (run.read or {}).values()))


def _from_statements(run: LineageRun) -> Iterator[Claim]:
    for _, read in sorted((run.read or {}).items(), key=lambda item: _statement_order(item[0])):
        names = dict(read.tables)
        targets = [(table, names[table]) for table in read.lineage.targets if table in names]
        flows = _flows_by_table(read, names)
        sources = _all_sources(run, read, names)
        if _would_multiply(sources, targets):
            passage = _passage(run.job, sources)
            yield _inferred(run.job, passage, sources, read.lineage.reasons)
            sources = (passage,)
        for table, target in targets:
            yield _parsed(run.job, read, target, flows.get(table, set()), sources)
        if not targets and len(run.outputs) == 1 and (read.lineage.edges or read.lineage.status != "complete"):
            yield _parsed(run.job, read, run.outputs[0], flows.get(None, set()), sources)


def _flows_by_table(read: Read, names: dict[str, DatasetId]) -> dict[str | None, set[Flow]]:
    """What flows into each table of a statement, None for what it only selects."""
    flows: dict[str | None, set[Flow]] = {}
    for edge in read.lineage.edges:
        if edge.source_table in names:
            flow = Flow(names[edge.source_table], edge.source_column, edge.target_column, edge.kind, edge.masking, edge.measure)
            flows.setdefault(edge.target_table, set()).add(flow)
    return flows


def _all_sources(run: LineageRun, read: Read, names: dict[str, DatasetId]) -> tuple[DatasetId, ...]:
    """What may reach every column of every target, as the statement was not read in full."""
    if read.lineage.status == "complete":
        return ()
    return tuple(sorted({names[table] for table in read.lineage.sources if table in names} | set(run.inputs if run.outputs else ())))


def _parsed(job: JobId | None, read: Read, target: DatasetId, flows: set[Flow], sources: tuple[DatasetId, ...]) -> Claim:
    """One statement's claim about one target; what is not complete lets every source reach every column."""
    lineage = read.lineage
    evidence = Evidence.INFERRED if lineage.status == "failed" else Evidence.PARSED
    return Claim(
        job=job,
        target=target,
        origin=SQL,
        evidence=evidence,
        status=lineage.status,
        flows=tuple(sorted(flows, key=_flow_order)),
        sources=sources,
        reasons=lineage.reasons,
        fingerprint=lineage.fingerprint,
    )


def _declared(job: JobId | None, target: DatasetId, origin: str, told: Told, *, superseded: bool) -> Claim:
    return Claim(
        job=job,
        target=target,
        origin=origin,
        evidence=Evidence.DECLARED,
        status="partial" if told.reasons else "complete",
        flows=tuple(sorted(told.flows, key=_flow_order)),
        sources=tuple(sorted(told.inputs)),
        reasons=told.reasons,
        fingerprint=_digest(told),
        superseded=superseded,
    )


def _all_inferred(run: LineageRun, targets: list[DatasetId]) -> Iterator[Claim]:
    """Every input may reach every target. Many by many meet in a passage, so that they add up and do not multiply."""
    sources, reasons = run.inputs, _unread(run) or (Reason("no-column-information"),)
    if _would_multiply(sources, targets):
        passage = _passage(run.job, sources)
        yield _inferred(run.job, passage, sources, reasons)
        sources = (passage,)
    for target in targets:
        yield _inferred(run.job, target, sources, reasons)


def _unread(run: LineageRun) -> tuple[Reason, ...]:
    """Why the SQL that was seen of a run tells nothing of what it wrote."""
    read = (run.read or {}).items()
    unread = (each.lineage for _, each in sorted(read, key=lambda item: _statement_order(item[0])) if each.lineage.status != "complete")
    return tuple(dict.fromkeys(reason for lineage in unread for reason in lineage.reasons))


def _would_multiply(sources: Sized, targets: Sized) -> bool:
    return len(targets) > 1 and len(sources) * len(targets) > MULTIPLIED_AT_MOST


def _passage(job: JobId | None, sources: tuple[DatasetId, ...]) -> DatasetId:
    """A dataset that stands for many sources of a job taken together; nobody ever reads or writes it."""
    namespace, name = (job.namespace, job.name) if job is not None else ("", "")
    return DatasetId(namespace, f"{name}/any of {len(sources)} inputs/{_digest(sources)[3:15]}")


def _inferred(job: JobId | None, target: DatasetId, sources: tuple[DatasetId, ...], reasons: tuple[Reason, ...]) -> Claim:
    return Claim(
        job=job,
        target=target,
        origin=IN_OUT,
        evidence=Evidence.INFERRED,
        status="partial",
        sources=sources,
        reasons=reasons,
        fingerprint=_digest(sources),
    )


def _statement_order(statement: Statement) -> tuple[str, str, str, str, str]:
    return statement.sql, statement.dialect or "", statement.catalog or "", statement.schema or "", statement.misnamed or ""


def _flow_order(flow: Flow) -> tuple[DatasetId, bool, str, bool, str, Kind, str, str]:
    return (
        flow.source,
        flow.source_column is None,
        flow.source_column or "",
        flow.target_column is None,
        flow.target_column or "",
        flow.kind,
        flow.masking or "",
        flow.measure or "",
    )


def _digest(value: object) -> str:
    return "f1:" + sha256(msgspec.msgpack.encode(value)).hexdigest()[:32]
