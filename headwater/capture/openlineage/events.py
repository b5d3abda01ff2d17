"""What a recorded event and its facets look like on the read side; whatever is not named here is ignored by the decoder."""

from __future__ import annotations

from typing import Any

import msgspec

from headwater.model.ids import DatasetId, JobId, RunId

Facets = dict[str, msgspec.Raw]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What events and facets are made of."""


class Run(Part, frozen=True, kw_only=True):
    """The run of a run event."""

    runId: str  # noqa: N815  # because the wire says so
    facets: Facets | None = None


class Job(Part, frozen=True, kw_only=True):
    """The job of a run or job event."""

    namespace: str
    name: str
    facets: Facets | None = None

    @property
    def id(self) -> JobId:
        return JobId(self.namespace, self.name)


class Dataset(Part, frozen=True, kw_only=True):
    """A dataset with all its facets, those of its role included."""

    namespace: str
    name: str
    facets: Facets | None = None
    inputFacets: Facets | None = None  # noqa: N815  # because the wire says so
    outputFacets: Facets | None = None  # noqa: N815  # because the wire says so

    @property
    def id(self) -> DatasetId:
        return DatasetId(self.namespace, self.name)

    @property
    def all_facets(self) -> Facets:
        return {**(self.facets or {}), **(self.inputFacets or {}), **(self.outputFacets or {})}


class Event(Part, frozen=True, kw_only=True):
    """Any of the three events."""

    eventTime: str  # noqa: N815  # because the wire says so
    eventType: str | None = None  # noqa: N815  # because the wire says so
    producer: str | None = None
    run: Run | None = None
    job: Job | None = None
    dataset: Dataset | None = None
    inputs: tuple[Dataset, ...] | None = None
    outputs: tuple[Dataset, ...] | None = None


class RunRef(Part, frozen=True, kw_only=True):
    """A run named in a facet."""

    runId: str  # noqa: N815  # because the wire says so

    @property
    def id(self) -> RunId:
        return RunId(self.runId)


class JobRef(Part, frozen=True, kw_only=True):
    """A job named in a facet."""

    namespace: str
    name: str

    @property
    def id(self) -> JobId:
        return JobId(self.namespace, self.name)


class RootRef(Part, frozen=True, kw_only=True):
    """The run that started everything."""

    run: RunRef
    job: JobRef | None = None


class ParentFacet(Part, frozen=True, kw_only=True):
    """`parent`."""

    run: RunRef
    job: JobRef | None = None
    root: RootRef | None = None


class NominalTimeFacet(Part, frozen=True, kw_only=True):
    """`nominalTime`."""

    nominalStartTime: str  # noqa: N815  # because the wire says so
    nominalEndTime: str | None = None  # noqa: N815  # because the wire says so


class ErrorMessageFacet(Part, frozen=True, kw_only=True):
    """`errorMessage`."""

    message: str


class EngineFacet(Part, frozen=True, kw_only=True):
    """`processing_engine`."""

    version: str = ""
    name: str | None = None


class ExtractionFailure(Part, frozen=True, kw_only=True):
    """One statement the producer could not read."""

    errorMessage: str | None = None  # noqa: N815  # because the wire says so
    taskNumber: int | None = None  # noqa: N815  # because the wire says so


class ExtractionErrorFacet(Part, frozen=True, kw_only=True):
    """`extractionError`."""

    totalTasks: int | None = None  # noqa: N815  # because the wire says so
    failedTasks: int | None = None  # noqa: N815  # because the wire says so
    errors: tuple[ExtractionFailure, ...] | None = None


class DocumentationFacet(Part, frozen=True, kw_only=True):
    """`documentation`."""

    description: str | None = None


class OwnerEntry(Part, frozen=True, kw_only=True):
    """One owner."""

    name: str
    type: str | None = None


class OwnershipFacet(Part, frozen=True, kw_only=True):
    """`ownership`."""

    owners: tuple[OwnerEntry, ...] | None = None


class TagEntry(Part, frozen=True, kw_only=True):
    """One tag."""

    key: str
    value: str | None = None
    source: str | None = None
    field: str | None = None


class TagsFacet(Part, frozen=True, kw_only=True):
    """`tags`."""

    tags: tuple[TagEntry, ...] | None = None


class JobTypeFacet(Part, frozen=True, kw_only=True):
    """`jobType`."""

    processingType: str = ""  # noqa: N815  # because the wire says so
    integration: str = ""
    jobType: str | None = None  # noqa: N815  # because the wire says so


class SourceLocationFacet(Part, frozen=True, kw_only=True):
    """`sourceCodeLocation`."""

    url: str


class SourceCodeFacet(Part, frozen=True, kw_only=True):
    """`sourceCode`; its text is sealed."""

    language: str


class SqlFacet(Part, frozen=True, kw_only=True):
    """`sql`."""

    query: str
    dialect: str | None = None


class SchemaField(Part, frozen=True, kw_only=True):
    """One column, with its nested ones."""

    name: str
    type: str | None = None
    description: str | None = None
    fields: tuple[SchemaField, ...] | None = None


class SchemaFacet(Part, frozen=True, kw_only=True):
    """`schema`."""

    fields: tuple[SchemaField, ...] | None = None


class Symlink(Part, frozen=True, kw_only=True):
    """Another name."""

    namespace: str
    name: str
    type: str = ""

    @property
    def id(self) -> DatasetId:
        return DatasetId(self.namespace, self.name)


class SymlinksFacet(Part, frozen=True, kw_only=True):
    """`symlinks`."""

    identifiers: tuple[Symlink, ...] | None = None


class PreviousIdentifier(Part, frozen=True, kw_only=True):
    """The name before a rename."""

    namespace: str
    name: str

    @property
    def id(self) -> DatasetId:
        return DatasetId(self.namespace, self.name)


class LifecycleFacet(Part, frozen=True, kw_only=True):
    """`lifecycleStateChange`."""

    lifecycleStateChange: str  # noqa: N815  # because the wire says so
    previousIdentifier: PreviousIdentifier | None = None  # noqa: N815  # because the wire says so


class DatasetTypeFacet(Part, frozen=True, kw_only=True):
    """`datasetType`."""

    datasetType: str  # noqa: N815  # because the wire says so
    subType: str | None = None  # noqa: N815  # because the wire says so


class DataSourceFacet(Part, frozen=True, kw_only=True):
    """`dataSource`."""

    name: str | None = None
    uri: str | None = None


class StorageFacet(Part, frozen=True, kw_only=True):
    """`storage`."""

    storageLayer: str = ""  # noqa: N815  # because the wire says so
    fileFormat: str | None = None  # noqa: N815  # because the wire says so


class VersionFacet(Part, frozen=True, kw_only=True):
    """`version`."""

    datasetVersion: str  # noqa: N815  # because the wire says so


class StatisticsFacet(Part, frozen=True, kw_only=True):
    """`inputStatistics` and `outputStatistics`."""

    rowCount: int | None = None  # noqa: N815  # because the wire says so
    size: int | None = None
    fileCount: int | None = None  # noqa: N815  # because the wire says so


class Transformation(Part, frozen=True, kw_only=True):
    """How a source reaches a target."""

    type: str = ""
    subtype: str | None = None
    masking: bool | None = None


class InputField(Part, frozen=True, kw_only=True):
    """A source column."""

    namespace: str
    name: str
    field: str
    transformations: tuple[Transformation, ...] | None = None

    @property
    def dataset(self) -> DatasetId:
        return DatasetId(self.namespace, self.name)


class OutputField(Part, frozen=True, kw_only=True):
    """What a target column is made of."""

    inputFields: tuple[InputField, ...] | None = None  # noqa: N815  # because the wire says so
    transformationType: str | None = None  # noqa: N815  # because the wire says so


class ColumnLineageFacet(Part, frozen=True, kw_only=True):
    """`columnLineage`."""

    fields: dict[str, OutputField] | None = None
    dataset: tuple[InputField, ...] | None = None


class LineageInput(Part, frozen=True, kw_only=True):
    """A source dataset or job in a `lineage` facet."""

    type: str = "DATASET"
    namespace: str | None = None
    name: str | None = None
    field: str | None = None
    runId: str | None = None  # noqa: N815  # because the wire says so
    transformations: tuple[Transformation, ...] | None = None


class LineageField(Part, frozen=True, kw_only=True):
    """What a target column is made of in a `lineage` facet."""

    inputs: tuple[LineageInput, ...] = ()


class LineageFacet(Part, frozen=True, kw_only=True):
    """`lineage` of a dataset, and an entry of a job's that has a dataset as target."""

    inputs: tuple[LineageInput, ...] | None = None
    fields: dict[str, LineageField] | None = None


class LineageEntry(LineageFacet, frozen=True, kw_only=True):
    """An entry of a job's `lineage` facet."""

    type: str = "DATASET"
    namespace: str | None = None
    name: str | None = None
    runId: str | None = None  # noqa: N815  # because the wire says so


class JobLineageFacet(Part, frozen=True, kw_only=True):
    """`lineage` of a job."""

    entries: tuple[LineageEntry, ...] = ()


class Withdrawn(Part, frozen=True, kw_only=True):
    """What tells a withdrawn facet from one that says something."""

    deleted: Any = msgspec.field(default=None, name="_deleted")
