"""What people's decisions on columns say of other columns: those of the same name, and those that are copies of them.

A decision counts as evidence, not as a decision: how much it weighs is bounded, and it is told as a witness of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from headwater.capture.classify.names import name_words
from headwater.model.entries import Position
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.lineage import Kind
from headwater.model.naming import column_key
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.sensitivity.decided import DecidedRecords, LabelWord


@dataclass(frozen=True, slots=True)
class Taught:
    """The last word of a person on a column and a type: `holds` where they confirmed or set it, not where they rejected it."""

    column: ColumnId
    info_type: str
    holds: bool
    position: Position
    is_set: bool = False
    """Whether they set it, which judges nothing that was found."""


def taught(records: DecidedRecords, known_at: Position) -> list[Taught]:
    """What people last decided of each column and type, by dataset and column; what was withdrawn is not there."""
    found: list[Taught] = []
    for dataset in sorted(records.datasets):
        last = last_words(records.datasets[dataset].labels, dataset, known_at)
        found += [
            Taught(ColumnId(dataset, word.column), info_type, word.action != "reject", word.position, word.action == "set")
            for (_, info_type), word in sorted(last.items())
            if word.action != "withdraw"
        ]
    return found


def last_words(words: Iterable[LabelWord], dataset: DatasetId, known_at: Position) -> dict[tuple[str, str], LabelWord]:
    """By column key and type, what a person said last of what the column holds; a lowering says nothing of that."""
    known = (word for word in words if word.position <= known_at and word.action != "lower")
    return {(column_key(dataset.namespace, word.column), word.info_type): word for word in known}


def like_name(column: str) -> str:
    """A column's name as it is compared with others': its words, whatever joins them."""
    return " ".join(name_words(column))


def copied_from(derivations: Derivations, dataset: DatasetId, known_at: Position) -> dict[str, frozenset[ColumnId]]:
    """By column key of a dataset, the columns whose values it holds unchanged, near and far."""
    step = _Copies(derivations, known_at)
    found: dict[str, frozenset[ColumnId]] = {}
    for key, sources in step.of(dataset).items():
        reached: set[ColumnId] = set()
        frontier = list(sources)
        while frontier:
            source = frontier.pop()
            if source not in reached:
                reached.add(source)
                frontier.extend(step.of(source.dataset).get(column_key(source.dataset.namespace, source.column), ()))
        found[key] = frozenset(reached)
    return found


class _Copies:
    """One hop of unchanged values, by target; what was asked once is kept."""

    def __init__(self, derivations: Derivations, known_at: Position) -> None:
        self._derivations, self._known_at = derivations, known_at
        self._hops: dict[DatasetId, dict[str, set[ColumnId]]] = {}

    def of(self, dataset: DatasetId) -> dict[str, set[ColumnId]]:
        """The columns that each column of a dataset copies, by its key."""
        known = self._hops.get(dataset)
        if known is None:
            known = self._hops[dataset] = defaultdict(set)
            for source, column in self._flows(dataset):
                known[column].add(source)
        return known

    def _flows(self, dataset: DatasetId) -> Iterator[tuple[ColumnId, str]]:
        derivations = self._derivations
        for incarnation in derivations.incarnations.history(dataset, self._known_at)[-1:]:
            owner = derivations.nodes.known(incarnation, self._known_at)
            for number in sorted(derivations.by_target.get(owner, ())) if owner is not None else ():
                record = derivations.record(number)
                if record is None or not record.is_known(self._known_at) or record.claim.superseded:
                    continue
                for flow in record.claim.flows:
                    if flow.kind is Kind.IDENTITY and flow.masking is None and flow.source_column and flow.target_column:
                        yield ColumnId(flow.source, flow.source_column), column_key(dataset.namespace, flow.target_column)
