"""The same values have the same digest however they are written, and other values have another."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from headwater.capture.lakes.content import file_root
from headwater.edges.sources.content.digest import digest_rows
from headwater.edges.sources.content.rows import LONG, RowKey
from tests.unit.edges.content.tables import KEY, digest_of_table, parquet, row_sum, tables, values

SOME = settings(deadline=None, max_examples=60)
NAN_OF_ANOTHER_KIND = struct.unpack("<d", struct.pack("<Q", 0xFFF8_0000_0000_0001))[0]


def column(array: pa.Array) -> tuple[str, str]:
    """The two digests of a column."""
    file = digest_of_table(pa.table({"c": array}))
    assert file.unread is None and file.row_sum is not None
    return file_root(file), file.row_sum.total


@SOME
@given(tables(), st.sampled_from(["none", "snappy", "zstd", "gzip"]), st.booleans(), st.sampled_from(["1.0", "2.0"]))
def test_compression_encoding_and_page_layout_change_no_digest(table: pa.Table, codec: str, coded: bool, pages: str) -> None:
    plain = digest_of_table(table)
    other = digest_of_table(table, compression=codec, use_dictionary=coded, data_page_version=pages, data_page_size=64, write_batch_size=3)
    assert file_root(plain) == file_root(other)
    assert plain.row_sum == other.row_sum
    assert plain.unread is None and plain.rows == table.num_rows


@SOME
@given(tables(), st.integers(1, 5))
def test_chunks_and_layouts_in_memory_change_no_sum(table: pa.Table, size: int) -> None:
    chunked = pa.Table.from_batches(table.to_batches(max_chunksize=size), schema=table.schema)
    assert row_sum(chunked) == row_sum(table) == digest_of_table(table).row_sum


@SOME
@given(tables(min_rows=1), st.randoms(use_true_random=False), st.integers(1, 6))
def test_shuffled_and_resplit_rows_are_the_same_multiset(table: pa.Table, chance: Any, size: int) -> None:
    order = list(range(table.num_rows))
    chance.shuffle(order)
    shuffled = digest_of_table(table.take(order), row_group_size=size)
    assert shuffled.row_sum == digest_of_table(table).row_sum


@SOME
@given(tables(min_rows=2), st.data())
def test_one_cell_of_another_row_in_its_place_alters_both(table: pa.Table, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(table.schema.names))
    cells = table[name].combine_chunks()
    into, out_of = data.draw(st.permutations(range(table.num_rows)))[:2]
    assume(str(cells[into]) != str(cells[out_of]) or repr(cells[into].as_py()) != repr(cells[out_of].as_py()))
    order = [out_of if row == into else row for row in range(table.num_rows)]
    altered = table.set_column(table.schema.names.index(name), table.schema.field(name), cells.take(pa.array(order)))
    before, after = digest_of_table(table), digest_of_table(altered)
    assert file_root(before) != file_root(after)
    assert before.row_sum != after.row_sum


@SOME
@given(st.lists(st.integers(-3, 3) | st.none(), min_size=2, max_size=9), st.data())
def test_swapping_two_values_of_a_column_alters_the_exact_digest(numbers: list[int | None], data: st.DataObject) -> None:
    left, right = data.draw(st.permutations(range(len(numbers))))[:2]
    assume(numbers[left] != numbers[right])
    swapped = list(numbers)
    swapped[left], swapped[right] = numbers[right], numbers[left]
    (exact, total), (other_exact, other_total) = column(pa.array(numbers, pa.int64())), column(pa.array(swapped, pa.int64()))
    assert exact != other_exact
    assert total == other_total


@SOME
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=6))
def test_swapping_the_values_of_two_columns_alters_both(pairs: list[tuple[int, int]]) -> None:
    left, right = (list(side) for side in zip(*pairs, strict=True))
    assume(sorted(pairs) != sorted((b, a) for a, b in pairs))
    one, other = digest_of_table(pa.table({"a": left, "b": right})), digest_of_table(pa.table({"a": right, "b": left}))
    assert file_root(one) != file_root(other)
    assert one.row_sum != other.row_sum


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": ["x", None], "b": [None, "y"]}, {"a": [None, None], "b": ["x", "y"]}),
        ({"a": ["ab", ""], "b": ["c", "d"]}, {"a": ["a", ""], "b": ["bc", "d"]}),
        ({"a": ["ab", "c"]}, {"a": ["a", "bc"]}),
        ({"a": ["", None]}, {"a": [None, None]}),
        ({"a": [[1], [2, 3]]}, {"a": [[1, 2], [3]]}),
        ({"a": [[None], [1]]}, {"a": [[0], [1]]}),
        ({"a": [[], None]}, {"a": [None, None]}),
        ({"a": [{"x": None}, {"x": 1}]}, {"a": [None, {"x": 1}]}),
        ({"a": [1.0, -1.0], "b": [1.0, 1.0]}, {"a": [-1.0, 1.0], "b": [-1.0, 1.0]}),
        ({"a": [0.0]}, {"a": [-0.0]}),
        ({"a": [1, 2, 2]}, {"a": [1, 1, 2]}),
        ({"a": [1, 1], "b": [2, 2]}, {"a": [1, 1], "b": [2, 3]}),
    ],
)
def test_a_moved_or_altered_value_alters_both(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> None:
    schema = pa.table(before).schema
    one, other = digest_of_table(pa.table(before)), digest_of_table(pa.table(after, schema=schema))
    assert file_root(one) != file_root(other)
    assert one.row_sum != other.row_sum


TEXT = ["", "a", None, "fifteen bytes..", "sixteen bytes...", "a longer text than sixteen bytes", "x" * (LONG + 1)]


@pytest.mark.parametrize(
    "kind",
    [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int64(), pa.large_string())],
    ids=str,
)
def test_text_has_one_digest_in_every_layout(kind: pa.DataType) -> None:
    plain = pa.array(TEXT, pa.string())
    assert column(plain.cast(kind)) == column(plain)
    assert row_sum(pa.table({"c": plain.cast(kind)})) == row_sum(pa.table({"c": plain}))
    assert column(plain.cast(pa.binary())) != column(plain)


def test_a_long_value_differs_from_one_with_another_end() -> None:
    texts = ["x" * LONG, "x" * (LONG - 1) + "y", "x" * (LONG + 1), "x" * LONG + "y"]
    assert len({row_sum(pa.table({"c": [text]})).total for text in texts}) == len(texts)


def test_times_are_known_by_what_they_mean_and_not_by_their_unit() -> None:
    seconds = pa.array([0, None, -5, 1_700_000_000], pa.timestamp("s"))
    for unit in ("ms", "us", "ns"):
        assert row_sum(pa.table({"c": seconds.cast(pa.timestamp(unit))})) == row_sum(pa.table({"c": seconds}))
    micros, nanos = seconds.cast(pa.timestamp("us")), seconds.cast(pa.timestamp("ns"))
    assert column(micros) == column(nanos)
    later = pa.array([1, None, -5_000_000_000, 1_700_000_000_000_000_000], pa.timestamp("ns"))
    assert len({column(later), column(nanos), column(micros.cast(pa.timestamp("us", "UTC")))}) == 3
    assert column(micros.cast(pa.timestamp("us", "UTC"))) == column(
        micros.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", "Asia/Tokyo"))
    )


def test_every_nan_is_the_same_and_none_is_null() -> None:
    one, other = (pa.array(np.array([1.0, nan]), pa.float64()) for nan in (math.nan, NAN_OF_ANOTHER_KIND))
    assert one.buffers()[1].to_pybytes() != other.buffers()[1].to_pybytes()
    assert column(one) == column(other)
    assert column(one) != column(pa.array([1.0, None]))


def test_what_lies_under_a_null_counts_for_nothing() -> None:
    holes = pa.array([False, True, False])
    hidden = pa.array([1, 77, 3]).buffers()[1]
    mask = pa.array([True, False, True]).buffers()[1]
    numbers = pa.Array.from_buffers(pa.int64(), 3, [mask, hidden])
    texts = pa.Array.from_buffers(pa.string(), 3, [mask, pa.array([0, 1, 3, 4], pa.int32()).buffers()[1], pa.py_buffer(b"abbc")])
    assert row_sum(pa.table({"c": numbers})) == row_sum(pa.table({"c": [1, None, 3]}))
    assert column(texts) == column(pa.array(["a", None, "c"]))
    assert row_sum(pa.table({"c": texts})) == row_sum(pa.table({"c": ["a", None, "c"]}))
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 3, 4], pa.int32()), pa.array([1, 2, 2, 3]), mask=holes)
    assert row_sum(pa.table({"c": lists})) == row_sum(pa.table({"c": [[1], None, [3]]}))


def test_widening_a_type_changes_the_exact_digest_and_no_row() -> None:
    narrow = pa.table(
        {
            "n": pa.array([1, None, -3], pa.int32()),
            "f": pa.array([0.1, math.nan, None], pa.float32()),
            "d": pa.array([1, 2, None], pa.decimal128(9, 2)),
        }
    )
    wide = narrow.cast(pa.schema([("n", pa.int64()), ("f", pa.float64()), ("d", pa.decimal128(30, 2))]))
    assert digest_of_table(narrow).row_sum == digest_of_table(wide).row_sum
    assert file_root(digest_of_table(narrow)) != file_root(digest_of_table(wide))


def test_a_new_column_of_nulls_or_another_order_of_columns_changes_no_row() -> None:
    table = pa.table({"a": [1, 2], "b": ["x", None]})
    grown = table.append_column("c", pa.nulls(2, pa.float64())).select(["c", "b", "a"])
    assert row_sum(grown) == row_sum(table)
    assert values(digest_of_table(grown)) != values(digest_of_table(table))


def test_two_columns_of_one_name_do_not_cancel_each_other_out() -> None:
    twice = pa.table([pa.array([1]), pa.array([1])], names=["a", "a"])
    other = pa.table([pa.array([2]), pa.array([2])], names=["a", "a"])
    assert row_sum(twice) != row_sum(other)
    assert digest_of_table(twice).row_sum == row_sum(twice)


def test_sums_under_two_keys_are_not_the_same() -> None:
    table = pa.table({"a": [1]})
    other = digest_rows(table.schema, table.to_batches(), key=RowKey(b"another key of the tests, 32 byte"), name="a table")
    assert (other.key, other.total) != (KEY.id, row_sum(table).total)
    assert "key of the tests" not in repr(KEY)


@pytest.mark.parametrize("rows", [1, 63, 64, 65, 40_000, 70_001])
def test_a_sum_is_the_sum_over_single_rows(rows: int) -> None:
    table = pa.table({"a": np.arange(rows), "b": [f"word {number % 977} {'x' * (number % 50)}" for number in range(rows)]})
    assert digest_of_table(table, row_group_size=30_000).row_sum == row_sum(table)
    halves = [row_sum(table.slice(0, rows // 3)), row_sum(table.slice(rows // 3))]
    lanes = [tuple(int(half.total[at : at + 32], 16) for half in halves) for at in (0, 32)]
    assert row_sum(table).total == "".join(f"{sum(lane) % 2**128:032x}" for lane in lanes)


def test_parquet_of_other_types_is_read() -> None:
    table = pa.table(
        {
            "id": pa.array([bytes(16), None], pa.uuid()),
            "half": pa.array(np.array([1.5, 2.5], np.float16)),
            "wide": pa.array([1, None], pa.decimal256(60, 2)),
            "fixed": pa.array([b"abc", None], pa.binary(3)),
            "nothing": pa.nulls(2),
            "big": pa.array([2**64 - 1, 0], pa.uint64()),
            "time": pa.array([1, None], pa.time64("ns")),
            "vector": pa.array([[1, 2], None], pa.list_(pa.float32(), 2)),
            "deep": pa.array([[[{"x": [1]}], None], []], pa.list_(pa.list_(pa.struct([("x", pa.list_(pa.int8()))])))),
        }
    )
    file = digest_of_table(table)
    assert file.unread is None
    assert file.row_sum == row_sum(table)
    assert len({found.values for found in file.row_groups[0].columns}) == len(table.schema)
    assert parquet(table) != parquet(table, compression="none")
