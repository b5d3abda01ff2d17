"""What a change reaches: columns downstream of what is different, and the consumers that read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from headwater.answers.dbt.reading import ModelReading
from headwater.capture.dbt.project import Project
from headwater.model.dbt import ModelChange
from headwater.model.ids import DatasetId

Readings = Mapping[str, ModelReading]


@dataclass(slots=True)
class Reach:
    """What of one dataset is touched."""

    columns: set[str] = field(default_factory=set)
    all_rows: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is."""
        return not self.columns and not self.all_rows


@dataclass(frozen=True, slots=True)
class Touched:
    """By node id: what of a model is touched, and by which models a consumer is."""

    models: dict[str, Reach]
    consumers: dict[str, tuple[str, ...]]


def touched_by(
    changes: Mapping[str, ModelChange], before: Readings, after: Readings, head: Project, hooked: Mapping[DatasetId, Reach]
) -> Touched:
    """Follow changes downstream by the lineage of both projects; a model that was not read in full is touched as a whole.

    `hooked` is what changed hooks touch of what they write.
    """
    reached: dict[DatasetId, Reach] = dict(hooked)
    models: dict[str, Reach] = {}
    gone = [reading for unique_id, reading in before.items() if unique_id not in after]
    for reading in (*gone, *after.values()):
        unique_id = reading.node.id
        reach = _own(changes.get(unique_id))
        if (by_hooks := hooked.get(reading.dataset)) is not None:
            reach.columns |= by_hooks.columns
            reach.all_rows |= by_hooks.all_rows
        _follow(reach, (each for each in (before.get(unique_id), after.get(unique_id)) if each is not None), reached)
        if not reach.is_empty or unique_id in changes:
            reached[reading.dataset] = models[unique_id] = reach
    consumers: dict[str, tuple[str, ...]] = {}
    for node in head.of_role("consumer"):
        through = tuple(sorted(parent.name for parent in head.parents(node) if parent.id in models and not models[parent.id].is_empty))
        if through:
            consumers[node.id] = through
    return Touched({unique_id: reach for unique_id, reach in models.items() if _is_told(unique_id, before, after)}, consumers)


def _is_told(unique_id: str, before: Readings, after: Readings) -> bool:
    reading = after.get(unique_id) or before.get(unique_id)
    return reading is not None and reading.node.role == "dataset"


def _own(change: ModelChange | None) -> Reach:
    """What a node's own change reaches in it."""
    if change is None:
        return Reach()
    edges = (*change.edges_added, *change.edges_removed)
    named = {edge.column for edge in edges if edge.column is not None}
    return Reach(
        columns={*change.columns_added, *change.columns_removed, *named},
        all_rows=change.logic or change.change in ("added", "removed") or any(edge.column is None for edge in edges) or bool(change.notes),
    )


def _follow(reach: Reach, readings: Iterable[ModelReading], reached: Mapping[DatasetId, Reach]) -> None:
    for reading in readings:
        if not reading.is_whole and any(source in reached and not reached[source].is_empty for source in reading.sources):
            reach.all_rows = True
        for flow in reading.flows:
            source = reached.get(flow.source)
            if source is None or not (source.all_rows or (flow.source_column is not None and flow.source_column in source.columns)):
                continue
            if flow.target_column is None:
                reach.all_rows = True
            else:
                reach.columns.add(flow.target_column)
