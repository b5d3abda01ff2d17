"""Answers: a result with the evidence it rests on. Surfaces render these; `msgspec.json.encode` of one is the public JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from headwater.model.lakes import Examined

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something an answer could not see: a stable code, the node it concerns, and words for a person."""

    code: str
    subject: str
    detail: str
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """What every question gives back.

    `as_of` is valid time (RFC 3339), `known_at` the ledger position up to which we knew; the same question for the same
    positions, analysers and erasures gives the same bytes. `complete` false means: read `gaps`. `total` counts before paging.
    """

    question: str
    asked: dict[str, str]
    result: T
    as_of: str
    known_at: int
    complete: bool
    gaps: tuple[Gap, ...] = ()
    total: dict[str, int] = field(default_factory=dict)
    entries: tuple[int, ...] = ()
    analysers: dict[str, str] = field(default_factory=dict)
    next_page: str | None = None

    @property
    def found(self) -> bool:
        """Whether anything at all came out."""
        return any(count for count in self.total.values())


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node in a lineage answer. `tier`: `confirmed` (every hop complete) or `possible` (some hop is a gap or inferred)."""

    id: str
    type: str
    namespace: str
    name: str
    column: str | None = None
    distance: int | None = None
    tier: str = "confirmed"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EdgeView:
    """An influence in a lineage answer; `derivation` points into the answer's derivations.

    A `from` or `to` that names a dataset in a column graph means all its rows.
    """

    source: str
    target: str
    kind: str
    derivation: int
    masking: str | None = None


@dataclass(frozen=True, slots=True)
class DerivationView:
    """One statement, plan or facet of one job: who said so, how sure, when it held, in which entries it stands."""

    id: int
    job: str
    evidence: str
    granularity: str
    status: str
    origin: str
    fingerprint: str
    reasons: tuple[str, ...]
    valid: tuple[tuple[str, str], ...]
    known: tuple[int, int | None]
    runs: tuple[str, ...]
    run_count: int
    entries: tuple[int, ...]
    superseded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenVersion:
    """The version of a dataset that an answer is as of: when it was written, by which run, and which batches came in with it.

    `rule` says how it is known which run that was; where it is None, nobody's run is known, and `why` says so.
    """

    version: str
    at: str
    operation: str
    rule: str | None
    run: str | None
    job: str | None
    why: str
    batches: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Where a node came from or goes to: the subgraph of every edge on any path."""

    root: NodeView
    direction: str
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    derivations: tuple[DerivationView, ...]
    claims: tuple[DerivationView, ...] = ()
    hidden: int = 0
    """Nodes that exist on these paths but that the asker may not see."""
    version: WrittenVersion | None = None
    """The version that was asked about, where `as_of` named one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What is hit when a node changes or turns out bad, nearest first."""

    root: NodeView
    datasets: tuple[NodeView, ...]
    columns: tuple[NodeView, ...]
    jobs: tuple[str, ...]
    owners: tuple[str, ...]
    hidden: int = 0
    version: WrittenVersion | None = None
    """The version that was asked about, where `as_of` named one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; `where` says what matched (name, column, documentation, tag, owner)."""

    id: str
    type: str
    where: str
    snippet: str
    score: float


@dataclass(frozen=True, slots=True)
class GapList:
    """Open gaps, newest first."""

    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """Matches, best first."""

    hits: tuple[Hit, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a dataset's schema."""

    name: str
    type: str
    description: str
    has_lineage: bool


@dataclass(frozen=True, slots=True)
class SchemaView:
    """A dataset's columns over an interval; `producer` said so in entry `position`.

    `origin` is `derived` where nobody said so, but a statement that was read in full made them; `producer` is its job then.
    """

    valid_from: str
    valid_to: str
    producer: str
    whole: bool
    position: int
    columns: tuple[ColumnView, ...]
    origin: Literal["reported", "derived"] = "reported"


@dataclass(frozen=True, slots=True)
class RunView:
    """One run: state, times, error, the entries that spoke of it."""

    id: str
    job: str
    state: str
    started: str | None
    ended: str | None
    parent: str | None
    error: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LifecycleView:
    """A step in a dataset's life."""

    at: str
    change: str
    previous: str | None
    run: str | None
    position: int


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a dataset that a run or producer named."""

    version: str
    at: str
    run: str | None
    role: str | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDetail:
    """All that is known of one node; parts that do not apply to its type are empty."""

    node: NodeView
    documentation: str | None = None
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    schemas: tuple[SchemaView, ...] = ()
    lifecycle: tuple[LifecycleView, ...] = ()
    versions: tuple[VersionView, ...] = ()
    written_by: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    runs: tuple[RunView, ...] = ()
    facets: tuple[str, ...] = ()
    first_seen: str | None = None
    last_seen: str | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """A share, with its parts: `having` of `of`."""

    what: str
    having: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How much is seen and how fresh: counts, coverage shares, positions."""

    ledger_size: int
    views_position: int
    datasets: int
    columns: int
    jobs: int
    runs: int
    derivations: int
    edges: int
    open_gaps: int
    coverage: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """One event that was not taken: its index in the input, the reason, whether trying again can help, the fault's code and next step."""

    index: int
    reason: str
    retriable: bool = False
    code: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """What became of a delivery. `position` is the highest position acknowledged: pass it as `min_position` to read it back."""

    received: int
    recorded: int
    duplicate: int
    rejected: tuple[Rejected, ...] = ()
    position: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A version of a dataset, and which run made it or why none is known to have.

    `rule` says how it is explained: by its `stamp`, by the `version` a run named, by a `run` under way, or as `same content`; where it
    is None, `why` says so in words. `files` are those of a folder that nothing explains, `downstream` counts the datasets it may have
    reached. `examined` says how many rows differ from the version before it, in which columns and range, where a scan compared them.
    `branch` names the one on which it was written, where that is not what readers get; `columns` tells what a change of the schema did,
    and `next` is the command that says more of a change that waits.
    """

    dataset: str
    version: str
    at: str
    not_before: str | None
    operation: str
    author: str
    engine: str
    added_rows: int | None
    removed_rows: int | None
    files: tuple[str, ...]
    rule: str | None
    run: str | None
    job: str | None
    why: str
    tier: str
    finding: str | None
    state: str | None
    downstream: int
    entries: tuple[int, ...]
    examined: Examined | None = None
    branch: str = ""
    columns: tuple[str, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeList:
    """Changes that no recorded run explains, newest first; or all of them, where that was asked."""

    changes: tuple[ChangeView, ...]
    hidden: int = 0
