"""Facts: what translators derive from observations. Subject + past participle; the wire tag never changes meaning.

`position` is the entry the fact rests on; `at` is event time (valid time). Facts of one entry share both.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from headwater.model.batches import BatchProfile
from headwater.model.deliveries import DeliverySeen
from headwater.model.entries import Position
from headwater.model.findings import Action
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.judgements import ExpectedChange
from headwater.model.keys import Scope
from headwater.model.lakes import Examined, LakeKind, SchemaSeen, VersionSeen
from headwater.model.lineage import Flow, Reason, Statement, StatementLineage
from headwater.model.loads import LoadedBatch
from headwater.model.schemas import Column
from headwater.model.times import Instant

EventType = Literal["START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER"]
Change = Literal["ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE"]
Role = Literal["input", "output"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", gc=False):
    """What every fact carries. Facts hold no cycles, and one event may make very many: the garbage collector leaves them alone."""

    position: Position
    at: Instant


class Owner(msgspec.Struct, frozen=True, order=True):
    """Who answers for a dataset or job."""

    name: str
    type: str = ""


class Tag(msgspec.Struct, frozen=True, order=True):
    """A key with a value; `column` where it concerns one column."""

    key: str
    value: str = ""
    column: str = ""
    source: str = ""


class RunObserved(Fact, frozen=True, kw_only=True, tag="run-observed"):
    """A run changed state. Runs are never ordered by id: ids repeat when a logical date is run again."""

    run: RunId
    job: JobId
    event_type: EventType
    producer: str
    parent_run: RunId | None = None
    parent_job: JobId | None = None
    root_run: RunId | None = None
    root_job: JobId | None = None
    nominal_start: Instant | None = None
    nominal_end: Instant | None = None
    engine: str = ""
    error: str = ""
    """First line of the error's message, redacted at intake."""


class JobDescribed(Fact, frozen=True, kw_only=True, tag="job-described"):
    """What a producer says of a job. None means not said; an empty tuple means said to be none."""

    job: JobId
    producer: str
    documentation: str | None = None
    owners: tuple[Owner, ...] | None = None
    tags: tuple[Tag, ...] | None = None
    job_type: str | None = None
    source_location: str | None = None
    source_language: str | None = None


class DatasetDescribed(Fact, frozen=True, kw_only=True, tag="dataset-described"):
    """What a producer says of a dataset. None means not said."""

    dataset: DatasetId
    producer: str
    documentation: str | None = None
    owners: tuple[Owner, ...] | None = None
    tags: tuple[Tag, ...] | None = None
    dataset_type: str | None = None
    source_uri: str | None = None
    storage: str | None = None


class FacetsKept(Fact, frozen=True, kw_only=True, tag="facets-kept"):
    """Facets that have no fact of their own, by name, raw JSON; `subject` is a node id."""

    subject: str
    facets: dict[str, msgspec.Raw]


class FacetsDeleted(Fact, frozen=True, kw_only=True, tag="facets-deleted"):
    """A producer withdrew facets (`_deleted: true`) of a dataset or job."""

    subject: str
    producer: str
    facets: tuple[str, ...]


class SchemaObserved(Fact, frozen=True, kw_only=True, tag="schema-observed"):
    """A dataset's columns. `whole` is false where the producer is known to list only some (dbt without a catalog)."""

    dataset: DatasetId
    producer: str
    columns: tuple[Column, ...]
    whole: bool = True


class AliasDeclared(Fact, frozen=True, kw_only=True, tag="alias-declared"):
    """Two names mean one dataset, a producer says."""

    dataset: DatasetId
    alias: DatasetId
    producer: str
    kind: str = ""


class AliasWithdrawn(Fact, frozen=True, kw_only=True, tag="alias-withdrawn"):
    """The producer no longer says so; `alias` None withdraws all that this producer declared of the dataset."""

    dataset: DatasetId
    producer: str
    alias: DatasetId | None = None


class DatasetUsed(Fact, frozen=True, kw_only=True, tag="dataset-used"):
    """A run or a job (run None) names a dataset as input or output."""

    dataset: DatasetId
    job: JobId
    run: RunId | None
    role: Role


class DatasetChanged(Fact, frozen=True, kw_only=True, tag="dataset-changed"):
    """A dataset's lifecycle moved. `previous` is the old name of a rename."""

    dataset: DatasetId
    change: Change
    job: JobId | None = None
    run: RunId | None = None
    previous: DatasetId | None = None


class VersionObserved(Fact, frozen=True, kw_only=True, tag="version-observed"):
    """A run or a producer named a version of a dataset."""

    dataset: DatasetId
    version: str
    run: RunId | None = None
    role: Role | None = None


class StatisticsObserved(Fact, frozen=True, kw_only=True, tag="statistics-observed"):
    """How much a run read or wrote; None where not said."""

    dataset: DatasetId
    run: RunId
    role: Role
    rows: int | None = None
    size_bytes: int | None = None
    files: int | None = None


class ColumnsDerived(Fact, frozen=True, kw_only=True, tag="columns-derived"):
    """A producer's lineage facet for one target dataset: a declared claim.

    `inputs` are sources named for the dataset as a whole; with `flows` empty and `inputs` empty it says "no tracked source".
    `origin` is the facet: `columnLineage`, or `lineage` on a dataset or job.
    `adds` says that it stands beside the job's statements, of which it tells nothing: no statement supersedes it, and it is none.
    `reasons` are why it cannot be all, such as that no SQL makes the target.
    """

    target: DatasetId
    job: JobId | None
    run: RunId | None
    producer: str
    origin: str
    flows: tuple[Flow, ...]
    inputs: tuple[DatasetId, ...] = ()
    adds: bool = False
    reasons: tuple[Reason, ...] = ()


class StatementSeen(Fact, frozen=True, kw_only=True, tag="statement-seen"):
    """A job runs this SQL text. `grant` are the namespaces its producer may write: elsewhere it can add lineage, not end any."""

    statement: Statement
    job: JobId
    run: RunId | None
    grant: tuple[str, ...] = ("*",)
    producer_key: str = ""


class StatementAnalysed(Fact, frozen=True, kw_only=True, tag="statement-analysed"):
    """The analyser's reading of a statement, resolved against the schemas known at `position` and valid at `at`.

    Made by the follower, not by a translator. `tables` says which dataset each table name of the statement means.
    """

    statement: Statement
    job: JobId
    run: RunId | None
    lineage: StatementLineage
    tables: tuple[tuple[str, DatasetId], ...] = ()
    overwritten: tuple[DatasetId, ...] = ()
    """Datasets of which no earlier row can remain, as far as the producer may write them."""
    made: tuple[tuple[DatasetId, tuple[str, ...] | None], ...] = ()
    """Datasets whose columns the statement decided, as far as the producer may write them, and those columns where they are certain."""
    unmade: tuple[DatasetId, ...] = ()
    """Datasets of which an earlier reading of the statement said so, and this one does not."""


class ClaimRefused(Fact, frozen=True, kw_only=True, tag="claim-refused"):
    """A claim about a dataset, or about what another job reads or writes, outside the producer's write scope: a finding, not applied."""

    claim: str
    subject: DatasetId | JobId
    producer_key: str


JOBS_OF = "jobs:{}"
"""The subject of a gap that concerns whatever jobs of a namespace read or write."""


class GapSeen(Fact, frozen=True, kw_only=True, tag="gap-seen"):
    """Something could not be seen: an extraction error, an unreadable facet, an unknown kind of event."""

    code: str
    subject: str
    detail: str
    job: JobId | None = None
    run: RunId | None = None


class LakeAdded(Fact, frozen=True, kw_only=True, tag="lake-added"):
    """A lake is watched: its datasets stand under `namespace`."""

    lake: str
    kind: LakeKind
    namespace: str
    location: str


class DatasetScanned(Fact, frozen=True, kw_only=True, tag="dataset-scanned"):
    """A scan looked at a dataset of a lake: which version is current, which are there no more, and what tells that nothing is new.

    `aliases` are names by which engines may call it after the place where it is stored; they tie nothing in lineage.
    """

    dataset: DatasetId
    lake: str
    format: str
    location: str
    cursor: str
    current: str
    partitioning: tuple[str, ...]
    gone: tuple[str, ...]
    aliases: tuple[DatasetId, ...] = ()


class VersionCommitted(Fact, frozen=True, kw_only=True, tag="version-committed"):
    """The lake itself holds a version of a dataset; `at` is when it was committed, as the lake says."""

    dataset: DatasetId
    lake: str
    format: str
    not_before: Instant | None
    seen: VersionSeen


class SchemaCommitted(Fact, frozen=True, kw_only=True, tag="schema-committed"):
    """The lake itself holds a schema of a dataset; `at` is when it came to be, as far as the lake says."""

    dataset: DatasetId
    lake: str
    seen: SchemaSeen


class VersionExamined(Fact, frozen=True, kw_only=True, tag="version-examined"):
    """A version of a dataset was compared with its parent: how many rows differ, in which columns, in which range."""

    dataset: DatasetId
    lake: str
    version: str
    found: Examined


class LakeScanned(Fact, frozen=True, kw_only=True, tag="lake-scanned"):
    """A scan of a lake ended, `whole` or before it had looked at everything; `missing` are datasets that are there no more."""

    lake: str
    started: Instant
    datasets: int
    missing: tuple[DatasetId, ...]
    whole: bool = True


class BatchLoaded(Fact, frozen=True, kw_only=True, tag="batch-loaded"):
    """A delivery came in as one batch of a dataset; `at` is when its load ended."""

    dataset: DatasetId
    origin: DatasetId
    run: RunId
    job: JobId
    started: Instant
    delivered: Instant | None
    due: Instant | None
    loaded: LoadedBatch


class BatchProfiled(Fact, frozen=True, kw_only=True, tag="batch-profiled"):
    """A batch was profiled as it arrived, at `at`."""

    dataset: DatasetId
    source: str
    profile: BatchProfile


class DeviationExpected(Fact, frozen=True, kw_only=True, tag="deviation-expected"):
    """Somebody announced how batches of a source will deviate for a while, and why."""

    dataset: DatasetId
    source: str
    change: ExpectedChange
    reason: str
    by: str


class DeliveryJudged(Fact, frozen=True, kw_only=True, tag="delivery-judged"):
    """A supplier's delivery was judged; `at` is when it was put there."""

    source: str
    origin: DatasetId
    dataset: DatasetId
    seen: DeliverySeen


class FindingDecided(Fact, frozen=True, kw_only=True, tag="finding-decided"):
    """A person acknowledged or resolved a finding about a dataset."""

    finding: str
    dataset: DatasetId
    action: Action
    reason: str
    by: str


class KeyCreatedFact(Fact, frozen=True, kw_only=True, tag="key-created"):
    """An API key is accepted from here on."""

    key: str
    name: str
    digest: str
    scopes: tuple[Scope, ...]


class KeyRevokedFact(Fact, frozen=True, kw_only=True, tag="key-revoked"):
    """An API key is refused from here on."""

    key: str
