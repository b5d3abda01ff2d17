"""Labels carried by the plainest means there are: every edge again and again until nothing is new. Slow, short, and of another mind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from headwater.answers.leaks.ways import Edge
from headwater.answers.moment import Moment
from headwater.model.lineage import DIRECT, Kind
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.labels import Label, Level, Transfer
from headwater.projections.lineage.kept import Kept
from headwater.projections.lineage.nodes import Link, Part
from headwater.projections.sensitivity.seeds import Place, Seed, Seeds
from headwater.projections.sensitivity.transfers import Left, Rules, told_edges
from headwater.projections.views import Views

Held = dict[int, dict[str, Level]]


@dataclass(slots=True)
class Naive:
    """What nodes hold, as `ways.Carried` asks for it."""

    views: Views
    moment: Moment
    seeds: Seeds
    into: dict[int, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    possible: Held = field(default_factory=dict)
    certain: Held = field(default_factory=dict)
    sure: dict[tuple[int, int, int, int], Transfer | None] = field(default_factory=dict)
    marked: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        derivations = self.views.derivations
        kept = Kept(derivations, self.moment)
        kept.ahead(range(len(derivations.nodes.incarnations)))
        edges = derivations.weave.column_graph.subgraph(list(range(len(derivations.nodes.nodes))), alive=kept.alive)
        rules = Rules.of(self.seeds)
        told: dict[tuple[int, int, int, int], Left] = {}
        for number in set(edges.derivations.tolist()):
            record = derivations.record(number)
            if record is not None:
                target = derivations.nodes.incarnations[record.key.target]
                for edge in told_edges(record, derivations.nodes):
                    told[(edge.source, edge.target, edge.kind, number)] = rules.left(record, target, edge.ways)
        every = []
        for row in zip(edges.sources.tolist(), edges.targets.tolist(), edges.kinds.tolist(), edges.derivations.tolist(), strict=True):
            is_direct = row[2] not in set(Kind) or Kind(row[2]) in DIRECT
            usual = Transfer.KEEP if is_direct else Transfer.INFER
            left = told.get(row, Left(usual, usual))
            every.append(Edge(*row, int(left.possible)))
            self.sure[row] = left.sure
        for each in every:
            self.into[each.target].append(each)
        self.possible, self.certain = self._fixpoint(every, sure=False), self._fixpoint(every, sure=True)

    def _fixpoint(self, edges: Sequence[Edge], *, sure: bool) -> Held:
        held: Held = defaultdict(dict)
        for node in range(len(self.views.derivations.nodes.nodes)):
            for info_type in INFO_TYPES:
                if (level := self.own(node, info_type, sure=sure)) > Level.NONE:
                    held[node][info_type] = level
        changed = True
        counted = [edge for edge in edges if not sure or self._is_sure(edge)]
        while changed:
            changed = False
            for edge in counted:
                for info_type, level in list(held.get(edge.source, {}).items()):
                    left = self.sure[_row(edge)]
                    transfer = left if sure and left is not None else Transfer(edge.code)
                    arrives = min(level, transfer.passes(guessable=INFO_TYPES[info_type].is_guessable))
                    if arrives > held[edge.target].get(info_type, Level.NONE):
                        held[edge.target][info_type] = arrives
                        changed = True
                    elif arrives == Level.NONE and info_type not in self.marked[edge.target]:
                        self.marked[edge.target].add(info_type)
                        changed = True
        return held

    def held(self, node: int, info_type: str, *, sure: bool) -> Level:
        return (self.certain if sure else self.possible).get(node, {}).get(info_type, Level.NONE)

    def own(self, node: int, info_type: str, *, sure: bool) -> Level:
        nodes = self.views.derivations.nodes
        found = nodes.nodes[node]
        incarnation = nodes.incarnations[found.owner]
        seeds: Sequence[Seed] = ()
        if found.part is Part.COLUMN:
            seeds = self.seeds.columns.get(Place(incarnation, found.column), ())
        elif found.part is Part.WHOLE:
            unspoken = [
                place for place in self.seeds.columns if place.incarnation == incarnation and place.column not in nodes.columns[found.owner]
            ]
            seeds = [seed for place in unspoken for seed in self.seeds.columns[place]]
        return max((seed.level for seed in seeds if seed.info_type == info_type and (seed.is_sure or not sure)), default=Level.NONE)

    def entering(self, node: int, *, sure: bool) -> Sequence[Edge]:
        return [edge for edge in self.into.get(node, ()) if not sure or self._is_sure(edge)]

    def passes(self, code: int, info_type: str, level: Level) -> Level | None:
        return level if level <= Transfer(code).passes(guessable=INFO_TYPES[info_type].is_guessable) else None

    def labels(self, node: int) -> tuple[Label, ...]:
        types = set(self.possible.get(node, {})) | self.marked.get(node, set())
        return tuple(
            Label(info_type=told, level=self.possible.get(node, {}).get(told, Level.NONE), inferred=told in self.marked.get(node, set()))
            for told in sorted(types)
        )

    def words(self, code: int, info_type: str) -> str:
        return f"{Transfer(code).name.lower()}"

    def _is_sure(self, edge: Edge) -> bool:
        confirmed = self.views.derivations.confirmed
        is_read = bool(confirmed[edge.derivation]) and edge.kind not in (Kind.UNKNOWN, Link.HUB_IN)
        return is_read and self.sure[_row(edge)] is not None


def _row(edge: Edge) -> tuple[int, int, int, int]:
    return edge.source, edge.target, edge.kind, edge.derivation
