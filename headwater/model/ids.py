"""Names of things, written as OpenLineage and Marquez write them.

Ids are msgspec structs because they sit inside facts and because their hash is cached: they are keys of every view.
An id is a *name as observed*; which incarnation a name meant at a time is decided by `projections/lineage/incarnations.py`.
"""

from __future__ import annotations

from typing import NewType

import msgspec

RunId = NewType("RunId", str)


class DatasetId(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A dataset's namespace and name."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"dataset:{self.namespace}:{self.name}"


class ColumnId(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A column (OpenLineage: field) of a dataset."""

    dataset: DatasetId
    column: str

    def __str__(self) -> str:
        return f"datasetField:{self.dataset.namespace}:{self.dataset.name}:{self.column}"


class JobId(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A job's namespace and name."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"job:{self.namespace}:{self.name}"


def run_node(run: RunId) -> str:
    """The node id of a run."""
    return f"run:{run}"
