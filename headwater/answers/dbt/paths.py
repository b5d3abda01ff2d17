"""Where values of source columns end up, masked or as they are: the part of a change that a reviewer must not miss.

Only value flow counts here (copies, computations, aggregates). A path is masked where some step on it is, and a column counts as
reached unmasked where any path to it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from headwater.answers.dbt.hooks import HookReading
from headwater.answers.dbt.reading import ModelReading
from headwater.capture.dbt.project import Project
from headwater.model.dbt import MaskLost, NewPath
from headwater.model.ids import DatasetId
from headwater.model.lineage import Flow

Readings = Mapping[str, ModelReading]
Names = Mapping[DatasetId, str]
Origin = tuple[DatasetId, str]
Reached = dict[Origin, str | None]
"""By source column, the masking function that its values passed; None where they came as they are."""


@dataclass(frozen=True, slots=True)
class Ways:
    """A project with the source columns that reach every column of it."""

    project: Project
    readings: Readings
    reached: Mapping[DatasetId, Mapping[str, Reached]]
    hooked: Mapping[DatasetId, Mapping[str, str]]
    """Of what only hooks write, by column, the first hook that does."""

    @classmethod
    def of(cls, project: Project, readings: Readings, hooks: Iterable[HookReading]) -> Ways:
        """Follow a project's value flows from its sources on, by its models and their hooks."""
        held = list(hooks)
        own = {reading.dataset for reading in readings.values()}
        hooked: dict[DatasetId, dict[str, str]] = {}
        for hook in held:
            for dataset, flow in sorted(hook.flows):
                if dataset not in own and flow.target_column is not None:
                    hooked.setdefault(dataset, {}).setdefault(flow.target_column, hook.id)
        return cls(project, readings, _origins(readings, held), hooked)


def masks_lost(old: Ways, new: Ways, names: Names) -> tuple[MaskLost, ...]:
    """Source columns that a column had only masked and now has as they are, or that a model had only masked and now has plain anywhere.

    In the order of building, so that the model where it happened stands before those that it reaches.
    """
    befores = {unique_id: reading.dataset for unique_id, reading in old.readings.items()}
    made = [(reading.node.name, reading.dataset, befores.get(unique_id)) for unique_id, reading in new.readings.items()]
    written = [(dataset.name, dataset, dataset) for dataset in sorted(new.hooked)]
    return tuple(lost for place in (*made, *written) for lost in sorted(_lost(old, new, *place, names)))


def new_paths(old: Ways, new: Ways, names: Names) -> tuple[NewPath, ...]:
    """Source columns that now reach an exposure or metric, or reach it unmasked, and did not before."""
    before, found = _consumed(old), list[NewPath]()
    for consumer, origins in _consumed(new).items():
        for origin, (masking, via) in origins.items():
            known = before.get(consumer, {}).get(origin)
            was_masked = known is not None and known[0] is not None
            if known is None or (was_masked and masking is None):
                found.append(NewPath(_named(origin, names), consumer, via, masking is not None, was_masked))
    return tuple(sorted((*found, *_written(old, new, names))))


def _written(old: Ways, new: Ways, names: Names) -> Iterator[NewPath]:
    """Source columns that a table which only hooks write has now and had not; a mask that it lost is told as such."""
    for dataset, columns in new.hooked.items():
        known = {origin for origins in old.reached.get(dataset, {}).values() for origin in origins}
        told: dict[Origin, tuple[str | None, str]] = {}
        for column, hook in sorted(columns.items()):
            for origin, masking in new.reached[dataset].get(column, {}).items():
                if origin not in known and (origin not in told or masking is None):
                    told[origin] = (masking, hook)
        for origin, (masking, hook) in told.items():
            yield NewPath(_named(origin, names), dataset.name, hook, masking is not None)


def _lost(old: Ways, new: Ways, name: str, dataset: DatasetId, before: DatasetId | None, names: Names) -> Iterator[MaskLost]:
    columns_before = old.reached.get(before, {}) if before is not None else {}
    masked_before = _masked_throughout(columns_before)
    for column, origins in new.reached.get(dataset, {}).items():
        for origin, masking in origins.items():
            lost = columns_before.get(column, {}).get(origin) or masked_before.get(origin)
            if masking is None and lost is not None:
                yield MaskLost(_named(origin, names), name, column, lost)


def _masked_throughout(columns: Mapping[str, Reached]) -> dict[Origin, str]:
    """The source columns that reach a model, and none of its columns unmasked."""
    masked: dict[Origin, str] = {}
    plain: set[Origin] = set()
    for origins in columns.values():
        for origin, masking in origins.items():
            if masking is None:
                plain.add(origin)
            else:
                masked.setdefault(origin, masking)
    return {origin: masking for origin, masking in masked.items() if origin not in plain}


def _origins(readings: Readings, hooks: Iterable[HookReading]) -> dict[DatasetId, dict[str, Reached]]:
    """By dataset and column, the columns outside of the project whose values reach it. Readings come in the order of building.

    A model's hooks count right after it, those of a run last.
    What a model gives that nobody could read comes from nobody knows where: it is no origin, and the model is told as not read.
    """
    held = list(hooks)
    by_node: dict[str, list[HookReading]] = {}
    for hook in held:
        by_node.setdefault(hook.node.id, []).append(hook)
    own = {reading.dataset for reading in readings.values()}
    made = {reading.dataset for reading in readings.values() if reading.node.is_made_by_sql}
    made |= {dataset for hook in held for dataset, _ in hook.flows} - own
    reached: dict[DatasetId, dict[str, Reached]] = {}
    for unique_id, reading in readings.items():
        reached.setdefault(reading.dataset, {})
        for flow in reading.flows:
            _carry(reading.dataset, flow, made, reached)
        for hook in by_node.pop(unique_id, ()):
            _write(hook, made, reached)
    for hook in (each for hooks_of_run in by_node.values() for each in hooks_of_run):
        _write(hook, made, reached)
    return reached


def _write(hook: HookReading, made: set[DatasetId], reached: dict[DatasetId, dict[str, Reached]]) -> None:
    for dataset, flow in sorted(hook.flows):
        _carry(dataset, flow, made, reached)


def _carry(dataset: DatasetId, flow: Flow, made: set[DatasetId], reached: dict[DatasetId, dict[str, Reached]]) -> None:
    """What one flow of values brings to a dataset."""
    if not flow.kind.is_direct or flow.source_column is None or flow.target_column is None or flow.source == dataset:
        return
    before = reached.get(flow.source, {}).get(flow.source_column, {})
    if flow.source not in made:
        before = {**before, **_itself(flow.source, flow.source_column)}
    origins = reached.setdefault(dataset, {}).setdefault(flow.target_column, {})
    for origin, masking in before.items():
        _add(origins, origin, masking or flow.masking)


def _itself(dataset: DatasetId, column: str) -> Reached:
    return {(dataset, column): None}


def _add(origins: Reached, origin: Origin, masking: str | None) -> None:
    """Of several paths the unmasked one counts; of masked ones the first by name, so that order leaves no mark."""
    if origin not in origins:
        origins[origin] = masking
        return
    known = origins[origin]
    origins[origin] = None if known is None or masking is None else min(known, masking)


def _consumed(ways: Ways) -> dict[str, dict[Origin, tuple[str | None, str]]]:
    """By consumer, the source columns that reach any column of what it reads, and through which model."""
    found: dict[str, dict[Origin, tuple[str | None, str]]] = {}
    for node in ways.project.of_role("consumer"):
        told = found.setdefault(node.id, {})
        for parent in ways.project.parents(node):
            reading = ways.readings[parent.id]
            columns = ways.reached[reading.dataset] if parent.is_made_by_sql else _all_of(reading)
            for column, origins in sorted(columns.items()):
                for origin, masking in origins.items():
                    known = told.get(origin)
                    if known is None or (known[0] is not None and masking is None):
                        told[origin] = (masking, f"{reading.node.name}.{column}")
    return found


def _all_of(reading: ModelReading) -> dict[str, Reached]:
    """A source or seed that a consumer reads itself."""
    return {column: _itself(reading.dataset, column) for column in reading.known_columns}


def _named(origin: Origin, names: Names) -> str:
    return f"{names.get(origin[0], origin[0].name)}.{origin[1]}"
