"""Combines digests of files into those of versions, and says how two versions differ. Pure; reading is in `edges/sources/content`.

Hashing is the ledger's, RFC 6962: leaves and nodes are kept apart by a prefix. What a leaf holds begins with its kind and has every part
preceded by its length, so no two kinds or splits of parts can be taken for each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import zip_longest

from headwater.ledger.tree.merkle import fold, leaf_hash
from headwater.model.content import (
    ContentDifference,
    FileDifference,
    FileDigest,
    Moved,
    RowGroupDifference,
    RowGroupDigest,
    RowSum,
    Sameness,
    Sha256,
    VersionDigest,
)
from headwater.model.errors import UsageError

_LANE_BITS = 128
_LANE = 1 << _LANE_BITS
_VERSION = b"headwater-content/1"


def file_root(file: FileDigest) -> Sha256:
    """Merkle root over a file's columns and row groups; equal for equal values in equal row groups, however they are encoded."""
    schema = _leaf(b"schema", *(text.encode() for column in file.columns for text in (column.name, column.type)))
    return Sha256(fold([schema, *(_leaf(b"row-group", _group_root(group)) for group in file.row_groups)]).hex())


def _group_root(group: RowGroupDigest) -> bytes:
    leaves = [_leaf(b"column", bytes.fromhex(column.values)) for column in group.columns]
    return fold([_leaf(b"rows", _number(group.rows)), *leaves])


def version_digest(files: Iterable[FileDigest], *, effective: RowSum | None = None) -> VersionDigest:
    """Combine the files of a version, in the order of their paths.

    `effective` is the sum over the rows that a reader sees, for versions in which delete files take rows away; without it the files' sums
    are added up, and there is no multiset where one of them is missing or under another key.
    """
    ordered = sorted(files, key=lambda file: (file.path, file.sha256))
    leaves = [_file_leaf(file) for file in ordered]
    rows = effective if effective is not None else _added_up(ordered)
    return VersionDigest(
        files=len(ordered),
        size_bytes=sum(file.size_bytes for file in ordered),
        root=Sha256(fold([_leaf(b"version", _number(len(leaves))), *leaves]).hex()),
        row_sum=rows,
        multiset=multiset_root(rows) if rows is not None else None,
    )


def _file_leaf(file: FileDigest) -> bytes:
    content = b"unread" if file.unread is not None else bytes.fromhex(file_root(file))
    return _leaf(b"file", file.path.encode("utf-8", "surrogateescape"), bytes.fromhex(file.sha256), content)


def multiset_root(rows: RowSum) -> Sha256:
    """One-way digest of a sum: what may be shown where the sum itself should not be."""
    return Sha256(_leaf(b"multiset", rows.key.encode(), _number(rows.rows), bytes.fromhex(rows.total)).hex())


def no_rows(key: str) -> RowSum:
    """The sum over nothing."""
    return RowSum(rows=0, total="0" * (_LANE_BITS // 2), key=key)


def plus(left: RowSum, right: RowSum) -> RowSum:
    """The sum over the rows of both.

    Raises:  UsageError: they were made under different keys.
    """
    return _combined(left, right, 1)


def minus(left: RowSum, right: RowSum) -> RowSum:
    """The sum over the rows of one without those of the other, which must be among them; so deleted rows are taken away.

    Raises:  UsageError: they were made under different keys, or the second has more rows.
    """
    return _combined(left, right, -1)


def _combined(left: RowSum, right: RowSum, sign: int) -> RowSum:
    if left.key != right.key:
        raise UsageError(
            f"cannot combine sums of rows: expected key `{left.key}`, got `{right.key}`", next_step="read the files again under one key"
        )
    rows = left.rows + sign * right.rows
    if rows < 0:
        raise UsageError(
            f"cannot take rows away: expected at most {left.rows}, got {right.rows}", next_step="take away only rows that are there"
        )
    lanes = zip(_lanes(left.total), _lanes(right.total), strict=True)
    total = "".join(f"{(ours + sign * theirs) % _LANE:0{_LANE_BITS // 4}x}" for ours, theirs in lanes)
    return RowSum(rows=rows, total=total, key=left.key)


def _lanes(total: str) -> tuple[int, int]:
    half = _LANE_BITS // 4
    return int(total[:half], 16), int(total[half:], 16)


def _added_up(files: Sequence[FileDigest]) -> RowSum | None:
    sums = [file.row_sum for file in files]
    known = [rows for rows in sums if rows is not None]
    if not known or len(known) < len(sums) or len({rows.key for rows in known}) > 1:
        return None
    total = known[0]
    for rows in known[1:]:
        total = plus(total, rows)
    return total


def content_difference(
    old: Sequence[FileDigest], new: Sequence[FileDigest], *, old_rows: RowSum | None = None, new_rows: RowSum | None = None
) -> ContentDifference:
    """Which files, row groups and columns differ between two versions, and whether the rows do.

    The sums are those of the whole versions, where delete files take rows away; without them the files' own are added up, and files that
    both versions hold do not count, so they may be unread.
    """
    before, after = {file.path: file for file in old}, {file.path: file for file in new}
    removed = sorted(path for path in before if path not in after)
    added = sorted(path for path in after if path not in before)
    moved = _moves([before[path] for path in removed], [after[path] for path in added])
    changed = [path for path in sorted(before) if path in after and not _is_equal(before[path], after[path])]
    gone, come = {move.old for move in moved}, {move.new for move in moved}
    return ContentDifference(
        added=tuple(path for path in added if path not in come),
        removed=tuple(path for path in removed if path not in gone),
        moved=tuple(moved),
        changed=tuple(file_difference(before[path], after[path]) for path in changed),
        rows=same_rows(old_rows, new_rows) if old_rows is not None or new_rows is not None else _same_unshared(old, new),
    )


def _same_unshared(old: Sequence[FileDigest], new: Sequence[FileDigest]) -> Sameness:
    shared = Counter(file.sha256 for file in old) & Counter(file.sha256 for file in new)
    left, right = _without(old, shared), _without(new, shared)
    if not left and not right:
        return "same"
    rows = [_added_up(files) for files in (left, right)]
    keys = [found.key for found in rows if found is not None]
    ours, theirs = (no_rows(keys[0]) if keys and not files else found for files, found in zip((left, right), rows, strict=True))
    return same_rows(ours, theirs)


def _without(files: Sequence[FileDigest], shared: Counter[Sha256]) -> list[FileDigest]:
    left, rest = Counter(shared), list[FileDigest]()
    for file in files:
        if left[file.sha256]:
            left[file.sha256] -= 1
        else:
            rest.append(file)
    return rest


def same_rows(left: RowSum | None, right: RowSum | None) -> Sameness:
    """Whether two contents hold the same rows, each as often."""
    if left is not None and right is not None and left.rows != right.rows:
        return "different"
    if left is None or right is None or left.key != right.key:
        return "unknown"
    return "same" if left == right else "different"


def _is_equal(old: FileDigest, new: FileDigest) -> bool:
    return old.sha256 == new.sha256 and old.size_bytes == new.size_bytes


def _moves(removed: Sequence[FileDigest], added: Sequence[FileDigest]) -> list[Moved]:
    """Pair files of equal bytes, in the order of their paths."""
    waiting = defaultdict[Sha256, list[str]](list)
    for file in reversed(removed):
        waiting[file.sha256].append(file.path)
    return [Moved(old=waiting[file.sha256].pop(), new=file.path) for file in added if waiting[file.sha256]]


def file_difference(old: FileDigest, new: FileDigest) -> FileDifference:
    """Where two files differ: columns, and row groups one by one; nothing is said of values that were not read."""
    rows = "same" if _is_equal(old, new) else same_rows(old.row_sum, new.row_sum)
    if old.unread is not None or new.unread is not None:
        return FileDifference(path=new.path, values="same" if _is_equal(old, new) else "unknown", rows=rows)
    before, after = ({column.name: column.type for column in file.columns} for file in (old, new))
    return FileDifference(
        path=new.path,
        columns_added=tuple(name for name in after if name not in before),
        columns_removed=tuple(name for name in before if name not in after),
        columns_retyped=tuple(name for name in before if name in after and before[name] != after[name]),
        row_groups=tuple(_group_differences(old, new)),
        values="same" if file_root(old) == file_root(new) else "different",
        rows=rows,
    )


def _group_differences(old: FileDigest, new: FileDigest) -> Iterable[RowGroupDifference]:
    for index, (left, right) in enumerate(zip_longest(old.row_groups, new.row_groups)):
        before, after = _by_name(old, left), _by_name(new, right)
        names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
        if names or left is None or right is None or left.rows != right.rows:
            yield RowGroupDifference(index=index, columns=tuple(dict.fromkeys(name for name, _ in names)))


def _by_name(file: FileDigest, group: RowGroupDigest | None) -> dict[tuple[str, int], Sha256]:
    """Digests under a column's name and which of that name it is, for files that have a name twice."""
    if group is None:
        return {}
    seen, digests = Counter[str](), dict[tuple[str, int], Sha256]()
    for column, digest in zip(file.columns, group.columns, strict=True):
        digests[column.name, seen[column.name]] = digest.values
        seen[column.name] += 1
    return digests


def _leaf(kind: bytes, *parts: bytes) -> bytes:
    return leaf_hash(b"".join([_number(len(part)) + part for part in (_VERSION, kind, *parts)]))


def _number(number: int) -> bytes:
    return number.to_bytes(8, "big")


def digest_of(domain: str, *parts: bytes) -> Sha256:
    """A digest over parts under a domain's name, each preceded by its length; for whoever makes the digests that are combined here."""
    framed = [_number(len(part)) + part for part in (_VERSION, domain.encode(), *parts)]
    return Sha256(sha256(b"".join(framed)).hexdigest())
