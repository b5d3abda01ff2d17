"""What is recorded of a lake, as documents of our own: a lake that was added, the versions of one dataset, the end of a scan.

A document's first member is `headwater`, its media type. Counts are None where the format does not say. No value of any row stands
here: bounds of texts are left out, numbers and times (seconds since 1970) are kept to four significant digits.
"""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import Annotated, Literal, get_args

import msgspec

from headwater.model.schemas import Column

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Count = Annotated[int, msgspec.Meta(ge=0)]
AuditKind = Literal["bigquery", "postgres", "redshift", "snowflake"]
"""Databases and warehouses that are seen through exports of their audit logs."""
AUDIT_KINDS = get_args(AuditKind)
LakeKind = Literal["iceberg", "delta", "folder", "bigquery", "postgres", "redshift", "snowflake"]
FileChange = Literal["added", "removed", "changed"]

RUN_STAMP = "lineage.run-id"
JOB_STAMP = "lineage.job"
POSITION_STAMP = "lineage.ledger-position"
BATCH_STAMP = "lineage.batch"
OFFSETS_STAMP = "lineage.offsets"
"""How far a table has a topic after this commit, as JSON."""
STAMPS = (RUN_STAMP, JOB_STAMP, POSITION_STAMP, BATCH_STAMP)
"""Properties by which a commit says which run made it."""
_DIGITS = 4
_COLUMNS_SHOWN, _RANGES_SHOWN = 8, 4
_LARGEST = 1e300


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every document carries: its media type and when what it tells was seen (RFC 3339)."""

    headwater: str
    seen_at: str


class DatasetName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dataset by its two names."""

    namespace: Name
    name: Name


class ScanGap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something a scan could not see: a stable code and words that name things and no values."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9-]{2,60}$")]
    detail: Annotated[str, msgspec.Meta(max_length=2_000)]


class SchemaSeen(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A schema of a dataset; `id` is the format's own, `at` when it came to be where that is known (RFC 3339).

    `ids` are the ids of its columns, by which a renamed one is known, and `required` says which may not be null; each in the order of the
    columns, and empty where the format does not say.
    """

    id: str
    columns: tuple[Column, ...]
    at: str = ""
    ids: tuple[Count, ...] = ()
    required: tuple[bool, ...] = ()


class ColumnStatistics(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the files of one version say of a column."""

    column: Name
    values: Count | None = None
    nulls: Count | None = None
    size_bytes: Count | None = None
    low: float | None = None
    high: float | None = None


class FileSeen(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A file that a version added, removed or changed; `digest` is SHA-256 in hex where the file was read.

    `at` is when the file came to be as it is, as the storage says (of a local file its change time, which nobody sets at will).
    """

    path: Name
    change: FileChange
    at: str = ""
    rows: Count | None = None
    size_bytes: Count | None = None
    digest: str = ""


class Executed(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The statement that made a version, in a dialect, and what completes the names in it."""

    sql: str
    dialect: str = ""
    catalog: str = ""
    schema: str = ""


class VersionSeen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One version of a dataset: an Iceberg snapshot, a Delta commit, the state of a folder between two scans, a statement in an audit log.

    `operation` is the format's word (`append`, `overwrite`, `delete`, `replace`, `WRITE`, `MERGE`, `files` …). `author` is who wrote as far
    as the format says, `engine` by what. `stamps` are those of `STAMPS` that the commit carries. `content` is a digest of the rows
    whatever their order and files, `digest` of the exact files; both hex, empty where not made. `listed` is false where not all files
    stand in `files`. `not_before` is, for a folder, when it was last seen without this change; for a statement, when it began; for a
    schema, when it cannot have been there yet. `copied_rows` are those among the added and the removed that were only put into other
    files, as the commit itself says. Versions that were made by one commit of the catalog carry the same mark in `together`. `branch` is
    the one on which a version was written where that is not the line that readers get.
    """

    version: Name
    at: str
    operation: str
    parent: str = ""
    not_before: str = ""
    author: str = ""
    engine: str = ""
    schema: str = ""
    stamps: dict[str, str] = {}
    together: str = ""
    branch: str = ""
    added_rows: Count | None = None
    removed_rows: Count | None = None
    copied_rows: Count | None = None
    rows: Count | None = None
    added_files: Count | None = None
    removed_files: Count | None = None
    changed_files: Count | None = None
    files_total: Count | None = None
    size_bytes: Count | None = None
    columns: tuple[ColumnStatistics, ...] = ()
    files: tuple[FileSeen, ...] = ()
    listed: bool = True
    digest: str = ""
    content: str = ""
    same_content: bool | None = None
    executed: Executed | None = None


class NewLake(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`lake/added`: where a lake is, under which name and namespace its datasets are known. Holds no secret."""

    lake: Name
    kind: LakeKind
    namespace: Name
    location: Name


class DatasetVersions(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`lake/versions`: what a scan saw of one dataset that was not recorded before.

    `cursor` is what the next scan compares to know that nothing is new; `current` the version that readers get; `gone` are versions
    once recorded that are there no more (expired, or rolled back where they were not ancestors of `current`). `aliases` are names that
    engines give the dataset by where it is stored.
    """

    lake: Name
    dataset: DatasetName
    format: str
    location: Name
    cursor: str
    current: str = ""
    schemas: tuple[SchemaSeen, ...] = ()
    partitioning: tuple[str, ...] = ()
    owner: str = ""
    aliases: tuple[DatasetName, ...] = ()
    versions: tuple[VersionSeen, ...] = ()
    gone: tuple[str, ...] = ()
    gaps: tuple[ScanGap, ...] = ()


class RangeSeen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Between which bounds rows lie in a column: numbers to four significant digits, times to the day."""

    column: Name
    low: Annotated[str, msgspec.Meta(max_length=40)]
    high: Annotated[str, msgspec.Meta(max_length=40)]


class Examined(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was found when a version was compared with the one before it. No value of any row stands here.

    `changed` are rows that went and came again with other values in the columns `touched`; `added` and `removed` are those besides.
    """

    added: Count
    removed: Count
    changed: Count
    touched: tuple[Name, ...] = ()
    columns_added: tuple[Name, ...] = ()
    columns_removed: tuple[Name, ...] = ()
    ranges: tuple[RangeSeen, ...] = ()


class VersionExamination(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`lake/examined`: a version that no run explained was compared with its parent, while the lake still held both."""

    lake: Name
    dataset: DatasetName
    version: Name
    parent: Name
    found: Examined


class LakeScan(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`lake/scanned`: a scan of a lake ended; `missing` are datasets once recorded that are there no more.

    `whole` is false where it ended before it had looked at everything; then nothing is said to be missing.
    """

    lake: Name
    namespace: Name
    started_at: str
    datasets: Count = 0
    whole: bool = True
    missing: tuple[str, ...] = ()
    gaps: tuple[ScanGap, ...] = ()


def examined_words(found: Examined) -> str:
    """What was found in a version, in words: rows, columns, and between which bounds."""
    counts = [
        f"{number:,} {word}" for number, word in ((found.added, "added"), (found.removed, "removed"), (found.changed, "changed")) if number
    ]
    rows = f"rows {', '.join(counts)}" if counts else "no row differs"
    columns = [*found.touched, *(f"+{name}" for name in found.columns_added), *(f"-{name}" for name in found.columns_removed)]
    where = [f"{told.column} {told.low} to {told.high}" for told in found.ranges[:_RANGES_SHOWN]]
    return "".join(
        [
            rows,
            f" in {', '.join(columns[:_COLUMNS_SHOWN])}{' …' if len(columns) > _COLUMNS_SHOWN else ''}" if columns else "",
            f", where {', '.join(where)}" if where else "",
        ]
    )


def rounded(number: float | None) -> float | None:
    """A number as it may be kept: four significant digits, so that it tells a range and hardly ever a person's own number."""
    if number is None or not isfinite(number) or abs(number) > _LARGEST:
        return None
    if number == 0:
        return 0.0
    return round(number, _DIGITS - 1 - floor(log10(abs(number))))


def count(told: object) -> int | None:
    """A count as metadata tells it, whole and not negative; None for anything else that may stand there."""
    if isinstance(told, str) and len(told) < 20 and told.isascii() and told.isdigit():
        return int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 2**63 else None
