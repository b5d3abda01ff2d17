"""Where values of source columns end up, masked or as they are: the part of a change that a reviewer must not miss.

Only value flow counts here (copies, computations, aggregates). A path is masked where some step on it is, and a column counts as
reached unmasked where any path to it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headwater.answers.dbt.reading import ModelReading
from headwater.capture.dbt.project import Project
from headwater.model.dbt import MaskLost, NewPath
from headwater.model.ids import DatasetId

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

    @classmethod
    def of(cls, project: Project, readings: Readings) -> Ways:
        """Follow a project's value flows from its sources on."""
        return cls(project, readings, _origins(readings))


def masks_lost(old: Ways, new: Ways, names: Names) -> tuple[MaskLost, ...]:
    """Source columns that a column had only masked and now has as they are, or that a model had only masked and now has plain anywhere.

    In the order of building, so that the model where it happened stands before those that it reaches.
    """
    return tuple(lost for unique_id, reading in new.readings.items() for lost in sorted(_lost(old, new, unique_id, reading, names)))


def new_paths(old: Ways, new: Ways, names: Names) -> tuple[NewPath, ...]:
    """Source columns that now reach an exposure or metric, or reach it unmasked, and did not before."""
    before, found = _consumed(old), list[NewPath]()
    for consumer, origins in _consumed(new).items():
        for origin, (masking, via) in origins.items():
            known = before.get(consumer, {}).get(origin)
            was_masked = known is not None and known[0] is not None
            if known is None or (was_masked and masking is None):
                found.append(NewPath(_named(origin, names), consumer, via, masking is not None, was_masked))
    return tuple(sorted(found))


def _lost(old: Ways, new: Ways, unique_id: str, reading: ModelReading, names: Names) -> Iterator[MaskLost]:
    before = old.readings.get(unique_id)
    columns_before = old.reached.get(before.dataset, {}) if before is not None else {}
    masked_before = _masked_throughout(columns_before)
    for column, origins in new.reached.get(reading.dataset, {}).items():
        for origin, masking in origins.items():
            lost = columns_before.get(column, {}).get(origin) or masked_before.get(origin)
            if masking is None and lost is not None:
                yield MaskLost(_named(origin, names), reading.node.name, column, lost)


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


def _origins(readings: Readings) -> dict[DatasetId, dict[str, Reached]]:
    """By dataset and column, the columns outside of the project whose values reach it. Readings come in the order of building.

    What a model gives that nobody could read comes from nobody knows where: it is no origin, and the model is told as not read.
    """
    made = {reading.dataset for reading in readings.values() if reading.node.is_made_by_sql}
    reached: dict[DatasetId, dict[str, Reached]] = {}
    for reading in readings.values():
        columns: dict[str, Reached] = {}
        for flow in reading.flows:
            if not flow.kind.is_direct or flow.source_column is None or flow.target_column is None or flow.source == reading.dataset:
                continue
            known = reached.get(flow.source, {}).get(flow.source_column, {})
            before = known if flow.source in made else _itself(flow.source, flow.source_column)
            origins = columns.setdefault(flow.target_column, {})
            for origin, masking in before.items():
                _add(origins, origin, masking or flow.masking)
        reached[reading.dataset] = columns
    return reached


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
