"""What is recorded of a batch: the rows that one delivery brought in, from where, into which version of which dataset."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from headwater.model.batches import BatchProfile
from headwater.model.judgements import ExpectedChange
from headwater.model.lakes import Count, DatasetName, Document, Name, ScanGap

SourceKind = Literal["api", "database", "feed", "warehouse", "stream"]
JOBS = "headwater://sources"
"""The namespace of the jobs that sources are."""
Digest = Annotated[str, msgspec.Meta(max_length=200)]


class BatchPiece(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of a delivery: a file, a page range, or the offsets of one partition (`first` to `last`, both included).

    `digest` is SHA-256 in hex of what was delivered, `promised` what the supplier's manifest says it should be.
    """

    name: Name
    rows: Count | None = None
    size_bytes: Count | None = None
    digest: Digest = ""
    promised: Digest = ""
    first: Count | None = None
    last: Count | None = None


class StreamPosition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a table has a topic, as the snapshot of each batch says: what lies before `next` of a partition is in or was told lost.

    `identity` is the id that the brokers gave the topic, new when it is made anew under its name; `generation` counts how often that was.
    `first` is where the batch began, of partitions that it moved. Messages of a topic made anew that lie below `again` may be ones that the
    table has already.
    """

    source: Name
    topic: Name
    cluster: str = ""
    identity: str = ""
    generation: Count = 0
    next: dict[int, int] = {}
    first: dict[int, int] = {}
    again: dict[int, int] = {}

    def is_about(self, other: StreamPosition) -> bool:
        """Whether both speak of the same topic: by the source's name, or by its cluster where the source was named anew."""
        is_same_cluster = bool(self.cluster) and self.cluster == other.cluster
        return self.topic == other.topic and (self.source == other.source or is_same_cluster)

    def is_at(self, other: StreamPosition | None) -> bool:
        """Whether both stand at the same place of the same topic."""
        return other is not None and (self.identity, self.generation, self.next) == (other.identity, other.generation, other.next)


class LoadedBatch(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`batch/loaded`: a delivery came in as one batch.

    `batch` is its id, which the rows carry where their format lets them (`_dlt_load_id`). `origin` is where it came from, `dataset` and
    `version` where it went; `run` and `job` are those of the load. `content` is a digest of its rows whatever their order, `due_at` when it
    was expected, `delivered_at` when its supplier put it there. Times are RFC 3339.
    """

    source: Name
    kind: SourceKind
    batch: Name
    dataset: DatasetName
    origin: DatasetName
    run: Name
    job: DatasetName
    started_at: str
    ended_at: str
    delivered_at: str = ""
    due_at: str = ""
    version: str = ""
    schema: str = ""
    rows: Count | None = None
    deleted: Count | None = None
    size_bytes: Count | None = None
    content: Digest = ""
    pieces: tuple[BatchPiece, ...] = ()
    gaps: tuple[ScanGap, ...] = ()


class ProfiledBatch(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`batch/profiled`: what is kept of a batch's rows, taken when it arrived."""

    dataset: DatasetName
    source: Name
    profile: BatchProfile


class ExpectedDeviation(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`human/expected`: somebody announces how batches of a source will deviate for a while; exactly that is then no finding."""

    dataset: DatasetName
    source: Name
    change: ExpectedChange
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
