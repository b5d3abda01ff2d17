"""The way of a label as people see it: one hop per statement, with what it leaves of the label in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.answers.evidence import HIDDEN, Witness
from headwater.answers.walk import Walker
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.lineage import DIRECT, Flow, Kind
from headwater.model.sensitivity.labels import Level, Transfer
from headwater.model.sensitivity.shown import LabelHop
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.nodes import Link, Part
from headwater.projections.lineage.weave import STRUCTURE
from headwater.projections.sensitivity.bits import Cap
from headwater.projections.sensitivity.map import SensitivityMap
from headwater.projections.sensitivity.paths import Step, chain
from headwater.projections.sensitivity.transfers import edges_of

_SHOWN_ENTRIES = 5
_INDIRECT = {
    Kind.JOIN: "decides by a join which rows there are",
    Kind.FILTER: "decides by a filter which rows there are",
    Kind.GROUP_BY: "rows are grouped by it",
    Kind.SORT: "rows are sorted by it",
    Kind.WINDOW: "decides over which rows a value is worked out",
    Kind.CONDITIONAL: "decides by a condition which value is taken",
}
_MEASURES = {
    "count": "counted, and nobody measured how small the groups are",
    "total": "totalled, and a group may be of one",
    "member": "a member of it, which may hold it or not",
    "test": "tested for a property",
}


@dataclass(frozen=True, slots=True)
class Ways:
    """Shows ways over one map to one asker."""

    map: SensitivityMap
    walker: Walker
    witness: Witness

    def of(self, node: int, info_type: str, level: Level, *, confirmed: bool) -> tuple[LabelHop, ...]:
        """The shortest way to a label at a level (NONE: to its mark)."""
        steps = chain(self.map.carried(confirmed=confirmed), self.map.types, node, info_type, level)
        return tuple(self._hops(steps, info_type))

    def _hops(self, steps: list[Step], info_type: str) -> Iterator[LabelHop]:
        """One hop per derivation: what the graph ties by itself belongs to the hop before or after."""
        start = steps[0].key[0] if steps else -1
        index = 0
        while index < len(steps):
            step = steps[index]
            index += 1
            if step.key[3] == STRUCTURE or step.key[2] == Link.HUB_IN:
                continue
            end = step.key[1]
            while index < len(steps) and steps[index].key[3] == STRUCTURE and self._is_passage(end):
                end = steps[index].key[1]
                index += 1
            yield self._hop(step, start, end, info_type)
            start = end

    def _is_passage(self, node: int) -> bool:
        return self.map.nodes.nodes[node].part is not Part.COLUMN

    def _hop(self, step: Step, start: int, end: int, info_type: str) -> LabelHop:
        record = self.walker.record(step.key[3])
        source, target = self._id(start), self._id(end)
        open_to_all = record is None or self.witness.sees_all_of(record)
        return LabelHop(
            source=source,
            target=target,
            kind="ALIAS" if step.key[2] == Link.ALIAS else Kind(step.key[2]).name,
            transfer=self.map.types.transfer_of(step.code).name.lower(),
            rule=self._rule(step, record, info_type) if open_to_all else HIDDEN,
            confirmed=record is None or (record.is_confirmed and step.key[2] != Kind.UNKNOWN),
            job=self.witness.job(record.claim.job) if record is not None else "",
            derivation=step.key[3] if open_to_all else -1,
            fingerprint="" if record is None else record.claim.fingerprint if open_to_all else HIDDEN,
            entries=tuple(self.witness.positions(record)[:_SHOWN_ENTRIES]) if record is not None and open_to_all else (),
        )

    def _id(self, number: int) -> str:
        node = self.map.nodes.nodes[number]
        if node.part is Part.HUB:
            return HIDDEN
        name = self.walker.dataset_name(node.owner)
        if not self.witness.sight.sees(name.namespace):
            return HIDDEN
        return str(_named(name, self.map.nodes.spelling(node, self.witness.moment.known_at) if node.part is Part.COLUMN else None))

    def _rule(self, step: Step, record: Derivation | None, info_type: str) -> str:
        words = _without_lowering(step, record, self._flows(step, record), self.map.types.transfer_of(step.code))
        caps = [cap for cap in self.map.types.caps_of(step.code) if cap.info_type == info_type]
        lowered = f"; {_lowered(caps[0])}" if caps else ""
        past = "; of rows that the table no longer holds" if step.from_past else ""
        return f"{words}{lowered}{past}"

    def _flows(self, step: Step, record: Derivation | None) -> list[Flow]:
        if record is None:
            return []
        return [flow for edge, flow in edges_of(record, self.map.nodes) if edge == step.key[:3] and flow is not None]


def _named(name: DatasetId, column: str | None) -> DatasetId | ColumnId:
    return name if column is None else ColumnId(name, column)


def _lowered(cap: Cap) -> str:
    """What a person decided of a hop; of what its source comes to hold beyond that moment they decided nothing."""
    most = f"at most {cap.level.word} of it passes" if cap.level > Level.NONE else "nothing of it passes"
    until = f", as long as its source holds no more than {cap.held.word}" if cap.held < Level.DIRECT else ""
    return f"a person decided that {most}{until}"


def _without_lowering(step: Step, record: Derivation | None, flows: list[Flow], transfer: Transfer) -> str:
    """What a hop does, in words."""
    kind = step.key[2]
    if record is None or kind == Link.ALIAS:
        return "is another name of the same"
    if kind == Kind.UNKNOWN:
        return "was not read in full, so anything may arrive"
    if Kind(kind) not in DIRECT:
        return _INDIRECT[Kind(kind)]
    if transfer is Transfer.INFER and any(flow.source_column is None for flow in flows):
        return "tells how many rows there are"
    if not record.is_confirmed:
        read = "was not read in full" if record.claim.status != "complete" else f"is {record.claim.evidence.value} only"
        return f"{read}, so everything may arrive"
    if any(flow.masking is None and flow.measure is None for flow in flows):
        return "is copied" if kind == Kind.IDENTITY else "is worked into a value"
    return _hiding(flows, transfer)


def _hiding(flows: list[Flow], transfer: Transfer) -> str:
    told = sorted({(flow.masking or "", flow.measure or "") for flow in flows})
    masking, measure = told[-1]
    parts = []
    if masking:
        parts.append("is declared to be masked, which counts for nothing" if masking == "declared" else f"goes through `{masking}`")
    if measure:
        large = transfer is Transfer.AGGREGATED and measure != "test"
        parts.append("is told of groups that were measured to be large enough" if large else f"is {_MEASURES[measure]}")
    return " and ".join(parts) + f", which lets {_LEAVES[transfer]} pass"


_LEAVES = {
    Transfer.INFER: "nothing but the mark",
    Transfer.AGGREGATED: "at most aggregate",
    Transfer.GENERALISED: "at most quasi",
    Transfer.PSEUDONYMISED: "at most pseudonymous",
    Transfer.KEEP: "everything",
    Transfer.DIGESTED: "what can be guessed as it is, and else at most pseudonymous",
}
