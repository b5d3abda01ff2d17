"""Which transfer each edge of the column graph has: the rules of docs/decisions/0023-labels-and-transfers.md, and nothing else.

Only what was parsed or observed in full lowers anything. An edge over which several flows of one derivation go has the transfer of the
flow that lets most pass. Of most edges the kind says it all; `ToldEdge` are the others, found once per derivation as claims never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import NamedTuple

import msgspec

from headwater.capture.sql.words.masking import DIGEST, FUNCTIONS, REPLACEMENT, TRUNCATION
from headwater.model.keys import matches
from headwater.model.lineage import DIRECT, Flow, Kind
from headwater.model.sensitivity.labels import SMALLEST_GROUP, Level, Transfer
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.incarnations import Incarnation
from headwater.projections.lineage.nodes import Link, Node, NodeTable, Part
from headwater.projections.sensitivity.seeds import Approval, Seeds

DECLARED = "declared"
_ORDER = (
    Transfer.INFER,
    Transfer.AGGREGATED,
    Transfer.GENERALISED,
    Transfer.PSEUDONYMISED,
    Transfer.DIGESTED,
    Transfer.KEEP,
)
"""From what lets least pass to what lets most: of every type, each lets at least as much pass as the one before."""
_RANK = {transfer: rank for rank, transfer in enumerate(_ORDER)}
_BY_LEVEL = {
    Level.NONE: Transfer.INFER,
    Level.AGGREGATE: Transfer.AGGREGATED,
    Level.QUASI: Transfer.GENERALISED,
    Level.PSEUDONYMOUS: Transfer.PSEUDONYMISED,
    Level.DIRECT: Transfer.KEEP,
}


class Way(msgspec.Struct, frozen=True, order=True, gc=False):
    """How one flow of a confirmed derivation takes a value along: through which masking function and measure, or only as rows."""

    masking: str | None = None
    measure: str | None = None
    of_rows: bool = False


class ToldEdge(msgspec.Struct, frozen=True, gc=False):
    """An edge whose transfer its kind does not say, with every way that its flows take."""

    source: int
    target: int
    kind: int
    ways: tuple[Way, ...]


class Left(NamedTuple):
    """What an edge leaves of a label, and what of that is sure: None where each way takes a member, which may be one without it."""

    possible: Transfer
    sure: Transfer | None


PLAIN = Way()


@dataclass(frozen=True, slots=True)
class Rules:
    """What people approved and measurements showed, as far as transfers depend on it, and how large a group must be."""

    approvals: tuple[Approval, ...] = ()
    smallest: Mapping[tuple[Incarnation, str], int] = field(default_factory=dict)
    enough: int = SMALLEST_GROUP

    @classmethod
    def of(cls, seeds: Seeds, enough: int = SMALLEST_GROUP) -> Rules:
        """The rules as of the seeds' moment; of several measurements of one thing the smallest counts."""
        smallest: dict[tuple[Incarnation, str], int] = {}
        for told in seeds.groupings:
            key = (told.target, told.fingerprint)
            smallest[key] = min(told.smallest, smallest.get(key, told.smallest))
        return cls(seeds.approvals, smallest, enough)

    def left(self, record: Derivation, target: Incarnation, ways: Iterable[Way]) -> Left:
        """What flows of a confirmed derivation leave together."""
        group = self.smallest.get((target, record.claim.fingerprint), 0)
        namespace = record.claim.job.namespace if record.claim.job is not None else ""
        each = [(way, self._way(way, namespace, group >= self.enough)) for way in ways]
        sure = [transfer for way, transfer in each if way.measure != "member"]
        return Left(strongest(transfer for _, transfer in each), strongest(sure) if sure else None)

    def approved(self, masking: str, namespace: str) -> Level | None:
        """The highest level that a function was approved for in jobs of a namespace; of several approvals the lowest level counts."""
        fitting = (told.level for told in self.approvals if told.function == masking and matches(told.namespaces, namespace))
        return min(fitting, default=None)

    def _way(self, way: Way, namespace: str, large: bool) -> Transfer:
        if way.of_rows:
            return Transfer.INFER
        approved = self.approved(way.masking, namespace) if way.masking is not None else None
        return composed(masked(way.masking, approved), measured(way.measure, large=large))


def masked(masking: str | None, approved: Level | None) -> Transfer:
    """What a masking function leaves: what people approved it for, else what is known of it; what is only declared counts for nothing."""
    if masking is None or masking == DECLARED:
        return Transfer.KEEP
    if approved is not None:
        return _BY_LEVEL[approved]
    rank = FUNCTIONS.get(masking, REPLACEMENT)
    if rank == DIGEST:
        return Transfer.DIGESTED
    return Transfer.GENERALISED if rank == TRUNCATION else Transfer.KEEP


def measured(measure: str | None, *, large: bool) -> Transfer:
    """What a measure leaves, where every group is large enough and where not."""
    if measure in ("count", "total") and large:
        return Transfer.AGGREGATED
    return Transfer.GENERALISED if measure in ("count", "test") else Transfer.KEEP


def composed(*hops: Transfer) -> Transfer:
    """What hops one after the other leave."""
    return reduce(_weaker, hops, Transfer.KEEP)


def strongest(ways: Iterable[Transfer]) -> Transfer:
    """What ways side by side leave."""
    return max(ways, key=_RANK.__getitem__)


def of_flow(flow: Flow) -> Way:
    """The way that a flow takes."""
    return _way_of(flow.masking, getattr(flow, "measure", None), flow.source_column is None)


def told_edges(record: Derivation, nodes: NodeTable) -> tuple[ToldEdge, ...]:
    """The edges of a derivation whose transfer its kind does not say, in a fixed order."""
    if not record.is_confirmed:
        return ()
    ways: dict[tuple[int, int, int], set[Way]] = {}
    special: set[tuple[int, int, int]] = set()
    for key, flow in edges_of(record, nodes):
        if flow is not None and flow.kind in DIRECT:
            way = of_flow(flow)
            ways.setdefault(key, set()).add(way)
            if way != PLAIN:
                special.add(key)
    return tuple(ToldEdge(*key, tuple(sorted(ways[key], key=_way_order))) for key in sorted(special) if PLAIN not in ways[key])


def edges_of(record: Derivation, nodes: NodeTable) -> list[tuple[tuple[int, int, int], Flow | None]]:
    """A derivation's edges (source, target, kind), as they were woven, each with the flow that it is; None for those at its hub."""
    claim, target = record.claim, record.key.target
    owners = dict(zip(claim.datasets, record.key.sources, strict=True))
    found: list[tuple[tuple[int, int, int], Flow | None]] = []
    for flow in claim.flows:
        start = _end(nodes, owners[flow.source], flow.source_column)
        end = _end(nodes, target, flow.target_column)
        if start is not None and end is not None:
            found.append(((start, end, int(flow.kind)), flow))
    if claim.sources:
        found += [(edge, None) for edge in _hub_edges(record, nodes, [owners[source] for source in claim.sources])]
    return found


def _hub_edges(record: Derivation, nodes: NodeTable, owners: list[int]) -> list[tuple[int, int, int]]:
    hub, rows = nodes.find(Node(Part.HUB, record.id)), nodes.find(Node(Part.ROWS, record.key.target))
    wholes = [nodes.find(Node(Part.WHOLE, owner)) for owner in owners]
    if hub is None or rows is None:
        return []
    return [*((whole, hub, int(Link.HUB_IN)) for whole in wholes if whole is not None), (hub, rows, int(Kind.UNKNOWN))]


def _end(nodes: NodeTable, owner: int, column: str | None) -> int | None:
    return nodes.find(Node(Part.ROWS, owner)) if column is None else nodes.existing_column(owner, column)


def _weaker(first: Transfer, second: Transfer) -> Transfer:
    return min(first, second, key=_RANK.__getitem__)


def _way_order(way: Way) -> tuple[str, str, bool]:
    return way.masking or "", way.measure or "", way.of_rows


@lru_cache(maxsize=4_096)
def _way_of(masking: str | None, measure: str | None, of_rows: bool) -> Way:
    """One of each: most flows take one of a few ways."""
    return Way(masking, measure, of_rows)
