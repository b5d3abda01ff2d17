"""What is known of the content of files and dataset versions: digests, sums over rows, and how two of them differ.

Digests are lower-case hexadecimal. How they are made is in `edges/sources/content`, how they are combined and compared in
`capture/lakes/content`, and why in docs/decisions/0015-content-identity.md.
"""

from __future__ import annotations

from typing import Literal, NewType

import msgspec

Sha256 = NewType("Sha256", str)
"""A SHA-256 in hexadecimal."""
FileFormat = Literal["parquet", "csv", "json"]
UnreadKind = Literal["empty", "truncated", "corrupt", "unsupported", "mixed", "not-text", "changing"]
Sameness = Literal["same", "different", "unknown"]
"""Whether two contents hold the same rows, where both are known under one key."""


class ContentColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a file: its name and logical type, the latter without anything that only says how it is stored."""

    name: str
    type: str


class ColumnDigest(msgspec.Struct, frozen=True, kw_only=True):
    """One column of one row group: a digest over its decoded values, and how many are null."""

    values: Sha256
    nulls: int


class RowGroupDigest(msgspec.Struct, frozen=True, kw_only=True):
    """One row group: a digest for each column of the file, in the file's order."""

    rows: int
    columns: tuple[ColumnDigest, ...]


class RowSum(msgspec.Struct, frozen=True, kw_only=True):
    """A sum over keyed hashes of rows, equal for the same rows in any order and any split; 256 bits, comparable under one key only."""

    rows: int
    total: str
    key: str


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """Why the values of a file could not be read though its bytes could; never quotes a value."""

    kind: UnreadKind
    reason: str


class FileDigest(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one file: its bytes always, its values where they could be read, else `unread` says why not.

    `path` is relative to the dataset, so that a copied dataset has equal digests.
    """

    path: str
    format: FileFormat
    size_bytes: int
    sha256: Sha256
    columns: tuple[ContentColumn, ...] = ()
    row_groups: tuple[RowGroupDigest, ...] = ()
    row_sum: RowSum | None = None
    unread: Unread | None = None

    @property
    def rows(self) -> int | None:
        """How many rows the file holds; None where they could not be read."""
        return sum(group.rows for group in self.row_groups) if self.unread is None else None


class VersionDigest(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one version of a dataset.

    `root` changes with any byte of any file; `multiset` only with the rows that are in it, and is None where some were not read.
    """

    files: int
    size_bytes: int
    root: Sha256
    row_sum: RowSum | None = None
    multiset: Sha256 | None = None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose bytes are the same under another path."""

    old: str
    new: str


class RowGroupDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A row group that is not the same in both files, and in which columns; it may be in one of them only."""

    index: int
    columns: tuple[str, ...]


class FileDifference(msgspec.Struct, frozen=True, kw_only=True):
    """How two files of one path differ; with nothing in any list and `values` the same, only the encoding does."""

    path: str
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_retyped: tuple[str, ...] = ()
    row_groups: tuple[RowGroupDifference, ...] = ()
    values: Sameness
    rows: Sameness


class ContentDifference(msgspec.Struct, frozen=True, kw_only=True):
    """How two versions differ, file by file; `rows` the same with files that differ is a rewrite, such as a compaction."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    changed: tuple[FileDifference, ...] = ()
    rows: Sameness

    @property
    def is_rewrite(self) -> bool:
        """Whether files differ and rows do not."""
        return self.rows == "same" and bool(self.added or self.removed or self.moved or self.changed)
