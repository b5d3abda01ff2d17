"""Versions are combined from files and compared file by file, row group by row group, column by column."""

from __future__ import annotations

import hashlib
from itertools import permutations

import msgspec
import pytest

from headwater.capture.lakes.content import content_difference, file_root, minus, no_rows, plus, same_rows, version_digest
from headwater.model.content import ColumnDigest, ContentColumn, FileDigest, RowGroupDifference, RowGroupDigest, RowSum, Sha256, Unread
from headwater.model.errors import UsageError


def digest(text: str) -> Sha256:
    return Sha256(hashlib.sha256(text.encode()).hexdigest())


def file(path: str, *groups: tuple[str, ...], rows: int = 10, key: str = "k", **parts: object) -> FileDigest:
    """A file with columns a, b, … whose values are named by words."""
    columns = tuple(ContentColumn(name=chr(97 + number), type="int64") for number in range(len(groups[0]) if groups else 0))
    found = tuple(
        RowGroupDigest(rows=rows, columns=tuple(ColumnDigest(values=digest(word), nulls=0) for word in group)) for group in groups
    )
    total = f"{sum(int(digest(str(group)), 16) for group in groups) % 2**128:064x}"
    whole = FileDigest(
        path=path,
        format="parquet",
        size_bytes=100,
        sha256=digest(str(groups)),
        columns=columns,
        row_groups=found,
        row_sum=RowSum(rows=rows * len(groups), total=total, key=key),
    )
    return msgspec.structs.replace(whole, **parts)


A, B, C = file("a", ("1", "2"), ("3", "4")), file("b", ("5", "6")), file("c", ("7", "8"))


def test_the_order_in_which_files_are_listed_means_nothing() -> None:
    assert len({version_digest(order) for order in permutations([A, B, C])}) == 1


@pytest.mark.parametrize(
    "other",
    [
        [A, B],
        [A, B, C, C],
        [A, B, msgspec.structs.replace(C, path="d")],
        [A, B, msgspec.structs.replace(C, sha256=digest("other bytes"))],
        [A, B, msgspec.structs.replace(C, row_groups=())],
        [A, B, msgspec.structs.replace(C, columns=(ContentColumn(name="a", type="string"), C.columns[1]))],
        [A, B, msgspec.structs.replace(C, unread=Unread(kind="corrupt", reason="expected a footer, got none"))],
    ],
)
def test_any_other_file_is_another_root(other: list[FileDigest]) -> None:
    assert version_digest(other).root != version_digest([A, B, C]).root


def test_a_version_without_files_has_a_root_and_says_nothing_of_rows() -> None:
    nothing = version_digest([])
    assert (nothing.files, nothing.size_bytes, nothing.multiset) == (0, 0, None)
    assert version_digest([], effective=no_rows("k")).multiset is not None


def test_sums_are_added_and_taken_away() -> None:
    assert A.row_sum is not None and B.row_sum is not None
    both = plus(A.row_sum, B.row_sum)
    assert both == plus(B.row_sum, A.row_sum) == version_digest([A, B]).row_sum
    assert minus(both, B.row_sum) == A.row_sum
    assert minus(A.row_sum, A.row_sum) == no_rows("k")
    full = RowSum(rows=1, total="f" * 64, key="k")
    assert plus(full, RowSum(rows=1, total=f"{1:032x}{1:032x}", key="k")).total == "0" * 64


def test_sums_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="expected key `k`, got `other`"):
        plus(no_rows("k"), no_rows("other"))
    with pytest.raises(UsageError, match="expected at most 0, got 20"):
        minus(no_rows("k"), RowSum(rows=20, total="0" * 64, key="k"))


def test_one_unread_file_leaves_the_multiset_open() -> None:
    unread = msgspec.structs.replace(B, row_sum=None, unread=Unread(kind="truncated", reason="expected an end, got none"))
    assert version_digest([A, unread]).multiset is None
    assert content_difference([A, unread], [A, C]).rows == "unknown"
    assert content_difference([A, unread], [C, unread]).rows == "different"
    assert content_difference([A, unread], [A, unread]).rows == "same"


def test_equal_versions_do_not_differ() -> None:
    same = content_difference([A, B], [B, A])
    assert (same.added, same.removed, same.moved, same.changed, same.rows) == ((), (), (), (), "same")
    assert not same.is_rewrite


def test_what_differs_is_named_by_file_row_group_and_column() -> None:
    altered = file("a", ("1", "2"), ("3", "other"))
    found = content_difference([A, B], [altered, C])
    assert (found.added, found.removed) == (("c",), ("b",))
    (change,) = found.changed
    assert (change.path, change.values, change.row_groups) == ("a", "different", (RowGroupDifference(index=1, columns=("b",)),))
    assert found.rows == "different"


def test_a_row_group_more_differs_in_every_column() -> None:
    (change,) = content_difference([A], [file("a", ("1", "2"), ("3", "4"), ("9", "9"))]).changed
    assert change.row_groups == (RowGroupDifference(index=2, columns=("a", "b")),)


def test_other_columns_are_named() -> None:
    columns = (ContentColumn(name="a", type="string"), ContentColumn(name="z", type="int64"))
    (change,) = content_difference([B], [msgspec.structs.replace(B, columns=columns, sha256=digest("z"))]).changed
    assert (change.columns_added, change.columns_removed, change.columns_retyped) == (("z",), ("b",), ("a",))


def test_other_bytes_of_the_same_values_are_an_encoding() -> None:
    (change,) = content_difference([A], [msgspec.structs.replace(A, sha256=digest("packed otherwise"))]).changed
    assert (change.values, change.rows, change.row_groups) == ("same", "same", ())


def test_nothing_is_said_of_values_that_were_not_read() -> None:
    broken = msgspec.structs.replace(A, sha256=digest("broken"), row_sum=None, unread=Unread(kind="corrupt", reason="expected a footer"))
    (change,) = content_difference([A], [broken]).changed
    assert (change.values, change.rows, change.row_groups) == ("unknown", "unknown", ())


def test_a_file_under_another_path_has_moved() -> None:
    found = content_difference([A, B], [A, msgspec.structs.replace(B, path="z/b")])
    assert [(move.old, move.new) for move in found.moved] == [("b", "z/b")]
    assert (found.added, found.removed, found.rows, found.is_rewrite) == ((), (), "same", True)


def test_a_rewrite_of_all_files_into_one_is_no_change_of_rows() -> None:
    assert A.row_sum is not None and B.row_sum is not None
    merged = file("m", ("1", "2"), row_sum=plus(A.row_sum, B.row_sum))
    found = content_difference([A, B, C], [merged, C])
    assert (found.added, found.removed, found.is_rewrite) == (("m",), ("a", "b"), True)


def test_sums_under_two_keys_say_nothing_unless_counts_differ() -> None:
    assert same_rows(no_rows("k"), no_rows("other")) == "unknown"
    assert same_rows(no_rows("k"), RowSum(rows=1, total="0" * 64, key="other")) == "different"
    assert same_rows(None, no_rows("k")) == "unknown"


def test_digests_travel_as_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(A), type=FileDigest) == A
    assert file_root(msgspec.json.decode(msgspec.json.encode(A), type=FileDigest)) == file_root(A)
    difference = content_difference([A], [B])
    assert msgspec.json.decode(msgspec.json.encode(difference), type=type(difference)) == difference
