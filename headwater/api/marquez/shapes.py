"""What Marquez's read paths return, field for field; what we cannot know is null or empty, never invented."""

from __future__ import annotations

from typing import Any

import msgspec


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Names in camel case, as Marquez writes them."""


class Name(Shape, frozen=True, kw_only=True):
    """A dataset or job."""

    namespace: str
    name: str


class Namespace(Shape, frozen=True, kw_only=True):
    """A namespace with the times of its first and last observation."""

    name: str
    created_at: str | None
    updated_at: str | None
    owner_name: str = ""
    description: str | None = None
    is_hidden: bool = False


class Namespaces(Shape, frozen=True, kw_only=True):
    """A page of namespaces."""

    namespaces: tuple[Namespace, ...]
    total_count: int


class Field(Shape, frozen=True, kw_only=True):
    """A column."""

    name: str
    type: str | None
    tags: tuple[str, ...] = ()
    description: str | None = None


class Dataset(Shape, frozen=True, kw_only=True):
    """A dataset with its newest schema."""

    id: Name
    type: str
    name: str
    physical_name: str
    namespace: str
    source_name: str
    created_at: str | None
    updated_at: str | None
    fields: tuple[Field, ...]
    tags: tuple[str, ...]
    description: str | None
    current_version: str | None
    last_modified_at: str | None
    deleted: bool
    facets: dict[str, Any] = {}


class Datasets(Shape, frozen=True, kw_only=True):
    """A page of datasets."""

    datasets: tuple[Dataset, ...]
    total_count: int


class DatasetVersion(Shape, frozen=True, kw_only=True):
    """A version that a producer named, with the schema in force then."""

    id: Name
    version: str
    name: str
    namespace: str
    created_at: str
    created_by_run: str | None
    fields: tuple[Field, ...]


class DatasetVersions(Shape, frozen=True, kw_only=True):
    """A dataset's versions, newest first."""

    versions: tuple[DatasetVersion, ...]
    total_count: int


class Run(Shape, frozen=True, kw_only=True):
    """A run. `state` is NEW, RUNNING, COMPLETED, FAILED or ABORTED."""

    id: str
    job: Name
    state: str
    created_at: str | None
    updated_at: str | None
    started_at: str | None
    ended_at: str | None
    duration_ms: int | None
    nominal_start_time: str | None = None
    nominal_end_time: str | None = None
    args: dict[str, str] = {}
    facets: dict[str, Any] = {}


class Runs(Shape, frozen=True, kw_only=True):
    """A job's runs, newest first."""

    runs: tuple[Run, ...]
    total_count: int


class Facets(Shape, frozen=True, kw_only=True):
    """The facets of a run, added up over its events, as recorded."""

    run_id: str
    facets: dict[str, msgspec.Raw]


class Job(Shape, frozen=True, kw_only=True):
    """A job with what it reads and writes, and its newest run."""

    id: Name
    type: str
    name: str
    simple_name: str
    namespace: str
    created_at: str | None
    updated_at: str | None
    inputs: tuple[Name, ...]
    outputs: tuple[Name, ...]
    location: str | None
    description: str | None
    tags: tuple[str, ...]
    latest_run: Run | None
    facets: dict[str, Any] = {}


class Jobs(Shape, frozen=True, kw_only=True):
    """A page of jobs."""

    jobs: tuple[Job, ...]
    total_count: int


class Edge(Shape, frozen=True, order=True, kw_only=True):
    """From one node to another, by id."""

    origin: str
    destination: str


class ColumnData(Shape, frozen=True, kw_only=True):
    """A column in a lineage graph; rows as such have no field."""

    namespace: str
    dataset: str
    field: str | None
    field_type: str | None = None


class GraphNode(Shape, frozen=True, kw_only=True):
    """A node with its edges; `type` is DATASET, JOB or DATASET_FIELD, and `data` a Dataset, Job or ColumnData accordingly."""

    id: str
    type: str
    data: Any
    in_edges: tuple[Edge, ...]
    out_edges: tuple[Edge, ...]


class Graph(Shape, frozen=True, kw_only=True):
    """Nodes by id."""

    graph: tuple[GraphNode, ...]


class Events(Shape, frozen=True, kw_only=True):
    """OpenLineage events as recorded (redacted), newest first."""

    events: tuple[msgspec.Raw, ...]
    total_count: int


class Result(Shape, frozen=True, kw_only=True):
    """A search result."""

    type: str
    name: str
    namespace: str
    node_id: str
    updated_at: str | None


class Results(Shape, frozen=True, kw_only=True):
    """Search results, best first."""

    total_count: int
    results: tuple[Result, ...]
