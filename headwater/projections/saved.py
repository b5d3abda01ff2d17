"""Views and statements to a saved state and back: records row by row, graphs and small maps as blobs."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from headwater.model.entries import Position
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.times import Instant
from headwater.projections.batches import Arrivals
from headwater.projections.catalog import CLAIM_REFUSED
from headwater.projections.decisions import Decisions
from headwater.projections.deliveries import Deliveries
from headwater.projections.derived import Derived
from headwater.projections.graph import ColumnGraph, Episodes
from headwater.projections.keys import Keys
from headwater.projections.lakes import LakeDataset, LakeRecord, Scan
from headwater.projections.lineage.aliases import AliasKey, AliasWords, Withdrawal
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.incarnations import Incarnation, Incarnations
from headwater.projections.lineage.nodes import Node, NodeTable
from headwater.projections.lineage.runs import LineageRun
from headwater.projections.records import Amount, DatasetRecord, DerivedSchema, GapRecord, JobRecord, RunRecord, Timeline
from headwater.projections.schemas import SchemaTimeline
from headwater.projections.sensitivity.decided import DecidedRecords, DecidedRest, SensitivityRecord
from headwater.projections.statements import RunTables, Statements
from headwater.projections.views import SavedState, Views, encode, rows_of

T = TypeVar("T")


class CatalogRest(msgspec.Struct):
    """What of the catalog is saved whole."""

    gaps: list[GapRecord]
    facets: dict[str, Timeline[str]]
    statistics: dict[RunId, Timeline[Amount]]


class LakesRest(msgspec.Struct):
    """What of the lakes is saved whole."""

    lakes: dict[str, LakeRecord]
    early_scans: dict[str, list[Scan]]


class DerivationsRest(msgspec.Struct):
    """What of the derivations is saved whole."""

    count: int
    incarnations: Incarnations
    by_name: dict[DatasetId, list[str]]
    wipes: dict[int, dict[str, Instant]]
    aliases: dict[AliasKey, AliasWords]
    withdrawals: list[Withdrawal]
    nodes: list[Node]
    born: list[Position]
    incarnations_born: list[Position]
    respelled: dict[tuple[int, str], list[tuple[Position, str]]]
    node_incarnations: list[Incarnation]
    spellings: list[dict[str, str]]
    twins: dict[int, list[tuple[int, int]]]


class StatementsRest(msgspec.Struct):
    """What of the statements is saved whole."""

    schemas: SchemaTimeline
    incarnations: Incarnations
    derived: Derived


def capture(views: Views, statements: Statements, version: str) -> SavedState:
    """The state to save: rows changed since the last capture, and every blob."""
    derivations, catalog = views.derivations, views.catalog
    changed = catalog.changed
    records = {record.id: record for record in derivations.records if record is not None}
    rows = {
        "dataset": rows_of(catalog.datasets, sorted(key for key in changed if isinstance(key, DatasetId))),
        "job": rows_of(catalog.jobs, sorted(key for key in changed if isinstance(key, JobId))),
        "derived-schema": rows_of(catalog.derived, sorted(catalog.changed_derived)),
        "run": rows_of(catalog.runs, sorted(key for key in changed if isinstance(key, tuple))),
        "lineage-run": rows_of(derivations.runs, sorted(derivations.changed_runs)),
        "derivation": rows_of(records, sorted(derivations.changed_records)),
        "statement-run": rows_of(statements.runs, sorted(statements.changed)),
        "batches": rows_of(views.batches.datasets, sorted(views.batches.changed)),
        "lake-dataset": rows_of(views.lakes.datasets, sorted(views.lakes.changed)),
        "decided": rows_of(views.decided.datasets, sorted(views.decided.changed)),
    }
    catalog.changed_derived = set()
    catalog.changed, derivations.changed_runs, derivations.changed_records, statements.changed = set(), set(), set(), set()
    views.lakes.changed, views.batches.changed, views.decided.changed = set(), set(), set()
    blobs = {
        "catalog": encode(CatalogRest(catalog.gaps, catalog.facets, catalog.statistics)),
        "keys": encode(views.keys),
        "lakes": encode(LakesRest(views.lakes.lakes, views.lakes.early_scans)),
        "decisions": encode(views.decisions),
        "deliveries": encode(views.deliveries),
        "decided": encode(views.decided.rest),
        "derivations": encode(_derivations_rest(derivations)),
        "statements": encode(StatementsRest(statements.schemas, statements.incarnations, statements.derived)),
        "episodes": derivations.episodes.to_bytes(),
        "claimed-episodes": derivations.claimed.to_bytes(),
        "column-graph": derivations.weave.column_graph.to_bytes(),
        "dataset-graph": derivations.weave.dataset_graph.to_bytes(),
    }
    return SavedState(version=version, position=views.folded, rows=rows, blobs=blobs)


def restore(state: SavedState) -> tuple[Views, Statements]:
    """The views and statements that a state was captured from.

    Raises:  msgspec.DecodeError, BrokenFrame, KeyError: the state is damaged; fold again from the ledger.
    """
    views = Views()
    views.folded = state.position
    _restore_catalog(views, state)
    views.keys = _decode(state.blobs["keys"], Keys)
    views.decisions = _decode(state.blobs["decisions"], Decisions)
    views.deliveries = _decode(state.blobs["deliveries"], Deliveries)
    views.batches.datasets = _records(state, "batches", DatasetId, Arrivals)
    _restore_lakes(views, state)
    _restore_decided(views.decided, state)
    _restore_derivations(views.derivations, state)
    return views, _restore_statements(state)


def _derivations_rest(derivations: Derivations) -> DerivationsRest:
    nodes = derivations.nodes
    withdrawals = {said for told in derivations.aliases.withdrawals.values() for said in told}
    return DerivationsRest(
        count=len(derivations.records),
        incarnations=derivations.incarnations,
        by_name={name: sorted(keys) for name, keys in derivations.by_name.items()},
        wipes=derivations.wipes.by_run,
        aliases=derivations.aliases.said,
        withdrawals=sorted(withdrawals, key=encode),
        nodes=nodes.nodes,
        born=nodes.born,
        incarnations_born=nodes.incarnations_born,
        respelled=nodes.respelled,
        node_incarnations=nodes.incarnations,
        spellings=nodes.columns,
        twins=derivations.weave.twins,
    )


def _restore_catalog(views: Views, state: SavedState) -> None:
    catalog = views.catalog
    catalog.datasets = _records(state, "dataset", DatasetId, DatasetRecord)
    catalog.jobs = _records(state, "job", JobId, JobRecord)
    catalog.runs = _records(state, "run", tuple[RunId, JobId], RunRecord)
    for run, job in catalog.runs:
        catalog.run_jobs.setdefault(run, []).append(job)
    catalog.derived = _records(state, "derived-schema", DatasetId, dict[str, list[DerivedSchema]])
    rest = _decode(state.blobs["catalog"], CatalogRest)
    catalog.gaps, catalog.facets, catalog.statistics = rest.gaps, rest.facets, rest.statistics
    catalog.refused = {(gap.subject, gap.detail) for gap in rest.gaps if gap.code == CLAIM_REFUSED}


def _restore_lakes(views: Views, state: SavedState) -> None:
    lakes = views.lakes
    rest = _decode(state.blobs["lakes"], LakesRest)
    lakes.lakes, lakes.early_scans = rest.lakes, rest.early_scans
    lakes.datasets = _records(state, "lake-dataset", DatasetId, LakeDataset)


def _restore_decided(decided: DecidedRecords, state: SavedState) -> None:
    decided.datasets = _records(state, "decided", DatasetId, SensitivityRecord)
    decided.rest = _decode(state.blobs["decided"], DecidedRest)
    decided.has_measured = any(record.measured for record in decided.datasets.values())


def _restore_derivations(derivations: Derivations, state: SavedState) -> None:
    rest = _decode(state.blobs["derivations"], DerivationsRest)
    derivations.runs = _records(state, "lineage-run", str, LineageRun)
    derivations.records = [None] * rest.count
    derivations.confirmed = bytearray(b"\x01") * rest.count
    for record in _records(state, "derivation", int, Derivation).values():
        derivations.records[record.id] = record
        derivations.confirmed[record.id] = record.is_confirmed
        derivations.numbers[record.key] = record.id
        derivations.index(record)
    derivations.incarnations = rest.incarnations
    derivations.by_name = {name: set(keys) for name, keys in rest.by_name.items()}
    for target, wiped in rest.wipes.items():
        for run, at in wiped.items():
            derivations.wipes.set(target, run, at)
    _restore_aliases(derivations, rest)
    derivations.episodes = Episodes.from_bytes(state.blobs["episodes"])
    derivations.claimed = Episodes.from_bytes(state.blobs["claimed-episodes"])
    weave = derivations.weave
    weave.columns = NodeTable(
        nodes=rest.nodes,
        numbers={node: number for number, node in enumerate(rest.nodes)},
        incarnations=rest.node_incarnations,
        incarnation_numbers={incarnation: number for number, incarnation in enumerate(rest.node_incarnations)},
        columns=rest.spellings,
        born=rest.born,
        incarnations_born=rest.incarnations_born,
        respelled=rest.respelled,
    )
    weave.twins = rest.twins
    weave.column_graph = ColumnGraph.from_bytes(state.blobs["column-graph"])
    weave.dataset_graph = ColumnGraph.from_bytes(state.blobs["dataset-graph"])


def _restore_aliases(derivations: Derivations, rest: DerivationsRest) -> None:
    aliases = derivations.aliases
    aliases.said = rest.aliases
    for key in rest.aliases:
        for name in key[:2]:
            aliases.by_name.setdefault(name, []).append(key)
    for withdrawal in rest.withdrawals:
        aliases.withdrawals.setdefault(withdrawal[1], set()).add(withdrawal)


def _restore_statements(state: SavedState) -> Statements:
    rest = _decode(state.blobs["statements"], StatementsRest)
    statements = Statements(
        runs=_records(state, "statement-run", str, RunTables),
        schemas=rest.schemas,
        incarnations=rest.incarnations,
        derived=rest.derived,
    )
    for key, run in statements.runs.items():
        for reading in (run.statements or {}).values():
            if reading.read_with is not None:
                statements.depend(key, reading.read_with[2], reading.at)
    return statements


def _records(state: SavedState, table: str, key_type: Any, record_type: type[T]) -> dict[Any, T]:
    keys, values = msgspec.msgpack.Decoder(key_type), msgspec.msgpack.Decoder(record_type)
    return {keys.decode(key): values.decode(value) for key, value in state.rows.get(table, {}).items()}


def _decode(data: bytes, kind: type[T]) -> T:
    return msgspec.msgpack.decode(data, type=kind)
