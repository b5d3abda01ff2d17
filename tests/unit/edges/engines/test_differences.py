"""Two versions are compared row by row, reading only what they do not share, and telling no value."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.capture.redaction.tokens import Tokens
from headwater.edges.engines.differences import Asked, Part, parquet_part, row_difference
from headwater.model.differences import RowDifference, RowPlace
from headwater.model.errors import ContentFault, UsageError

TOKENS = Tokens(b"a key of the tests")


class Read:
    """Counts the rows that were read, by path."""

    def __init__(self) -> None:
        self.rows = Counter[str]()

    def part(self, path: str, table: pa.Table, identity: str | None = None) -> Part:
        """A part that counts."""

        def batches() -> Any:
            for batch in table.to_batches(max_chunksize=100_000):
                self.rows[path] += batch.num_rows
                yield batch

        def opened() -> pa.RecordBatchReader:
            self.rows[path] += 0
            return pa.RecordBatchReader.from_batches(table.schema, batches())

        return Part(path, identity if identity is not None else path, opened)


def compare(old: Sequence[pa.Table], new: Sequence[pa.Table], *keys: str, samples: int = 20) -> RowDifference:
    read = Read()
    parts = [[read.part(f"{side}-{number}", table) for number, table in enumerate(tables)] for side, tables in (("old", old), ("new", new))]
    return row_difference(parts[0], parts[1], Asked(keys=keys, samples=samples), token=TOKENS.token)


def counts(found: RowDifference) -> tuple[int, int, int]:
    return found.added, found.removed, found.changed


OLD = pa.table({"id": [1, 2, 3, 4], "word": ["a", "b", None, "d"], "n": [1.0, 2.0, math.nan, 0.0]})
NEW = pa.table({"id": [5, 4, 2, 3], "word": ["e", "d", "changed", None], "n": [5.0, -0.0, 2.0, math.nan]})


def test_rows_are_added_removed_and_changed_by_key() -> None:
    found = compare([OLD], [NEW], "id")
    assert counts(found) == (1, 1, 2)
    assert {change.name: change.rows for change in found.columns} == {"id": 0, "word": 1, "n": 1}
    samples = {(sample.side, sample.old, sample.new, sample.columns) for sample in found.samples}
    assert samples == {
        ("added", None, RowPlace(path="new-0", row=0), ()),
        ("removed", RowPlace(path="old-0", row=0), None, ()),
        ("changed", RowPlace(path="old-0", row=3), RowPlace(path="new-0", row=1), ("n",)),
        ("changed", RowPlace(path="old-0", row=1), RowPlace(path="new-0", row=2), ("word",)),
    }


def test_without_keys_a_changed_row_is_one_removed_and_one_added() -> None:
    found = compare([OLD], [NEW])
    assert counts(found) == (3, 3, 0)
    assert all(sample.key == () and sample.columns == () for sample in found.samples)


def test_a_key_is_told_as_a_token_and_no_value_is_told() -> None:
    secret = OLD.set_column(1, "word", pa.array(["secret one", "secret two", "secret three", "secret four"]))
    found = compare([secret], [secret.slice(2)], "word")
    assert [sample.key for sample in found.samples] == [(TOKENS.token("key", f"=secret {number}"),) for number in ("one", "two")]
    assert b"secret" not in msgspec.json.encode(found)


def test_statistics_tell_before_and_after_coarsely() -> None:
    found = compare([OLD], [pa.table({"id": [123456789, 2], "word": ["longer", None], "n": [None, 1.23456]})])
    numbers, words, ratios = found.columns
    assert numbers.before is not None and numbers.after is not None and words.after is not None and ratios.after is not None
    assert (numbers.before.rows, numbers.before.low, numbers.before.high, numbers.before.mean) == (4, "1", "4", "2.5")
    assert (numbers.after.rows, numbers.after.high) == (2, "1.235e+08")
    assert (words.after.nulls, words.after.low, words.after.shortest, words.after.longest) == (1, None, 6, 6)
    assert (ratios.after.nulls, ratios.after.mean) == (1, "1.235")


def test_times_are_bounded_to_the_day() -> None:
    moments = pa.array([0, None, 1_700_000_000_123_456], pa.timestamp("us", "UTC"))
    table = pa.table({"at": moments, "day": moments.cast(pa.date32()), "nano": moments.cast(pa.timestamp("ns"))})
    for change in compare([table], []).columns:
        assert change.before is not None
        assert (change.before.low, change.before.high) == ("1970-01-01", "2023-11-14")


def test_rows_that_only_moved_between_files_do_not_differ() -> None:
    found = compare([OLD], [OLD.slice(2), OLD.slice(0, 2)], "id")
    assert counts(found) == (0, 0, 0)
    assert found.samples == ()


def test_how_often_a_row_occurs_counts() -> None:
    twice = pa.table({"a": [1, 1, 1, 2]})
    assert counts(compare([twice], [pa.table({"a": [1, 2, 2]})])) == (1, 2, 0)
    assert counts(compare([twice], [pa.table({"a": [1, 2, 2]})], "a")) == (1, 2, 0)


def test_columns_of_one_version_are_named_and_not_compared() -> None:
    found = compare([OLD], [OLD.drop_columns(["n"]).append_column("new", pa.array(["x"] * 4))], "id")
    assert counts(found) == (0, 0, 0)
    assert (found.columns_added, found.columns_removed) == (("new",), ("n",))
    (added,) = [change for change in found.columns if change.name == "new"]
    assert added.before is None and added.after is not None and added.after.rows == 4


def test_a_column_of_another_type_is_compared_as_text() -> None:
    assert counts(compare([pa.table({"id": [1, 2], "v": [7, 8]})], [pa.table({"id": [1, 2], "v": ["7", "nine"]})], "id")) == (0, 0, 1)


def test_every_kind_of_column_is_compared() -> None:
    table = pa.table(
        {
            "tags": pa.array([["a"], None, []]),
            "place": pa.array([{"x": 1, "y": None}, None, {"x": 2, "y": "z"}]),
            "price": pa.array([1, None, 3], pa.decimal128(20, 2)),
            "wide": pa.array([1, None, 3], pa.decimal256(60, 2)),
            "half": pa.array(np.array([1, 2, 3], np.float16)),
            "raw": pa.array([b"a", None, b"\x00"]),
            "code": pa.array(["a", "b", None]).dictionary_encode(),
            "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
            "id": pa.array([bytes(16), None, bytes(15) + b"1"], pa.uuid()),
            "none": pa.nulls(3),
        }
    )
    assert counts(compare([table], [table.take([2, 0, 1])])) == (0, 0, 0)
    assert counts(compare([table], [table.slice(1)])) == (0, 1, 0)


def test_versions_without_files_are_compared() -> None:
    assert counts(compare([], [])) == (0, 0, 0)
    assert counts(compare([], [OLD], "id")) == (4, 0, 0)


def test_a_key_that_is_no_column_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot compare by key `key`: expected a column that both versions have"):
        compare([OLD], [NEW], "key")


def test_names_are_never_taken_for_sql() -> None:
    odd = ['"; DROP TABLE old_rows; --', "select", "a'b", "c0", ""]
    table = pa.table([pa.array([number]) for number in range(5)], names=odd)
    assert counts(compare([table], [table, table], *odd)) == (1, 0, 0)


def test_samples_are_bounded_and_counts_are_not() -> None:
    found = compare([pa.table({"a": range(1000)})], [pa.table({"a": range(500, 2000)})], "a", samples=3)
    assert counts(found) == (1000, 500, 0)
    assert Counter(sample.side for sample in found.samples) == {"added": 3, "removed": 3}


def test_ten_million_rows_that_share_all_but_one_file_read_that_file_only() -> None:
    size, read = 1_000_000, Read()
    numbers = np.arange(10 * size)
    tables = [
        pa.table({"id": numbers[start : start + size], "v": numbers[start : start + size] % 97}) for start in range(0, 10 * size, size)
    ]
    old = [read.part(f"part-{number}", table) for number, table in enumerate(tables)]
    values = tables[3]["v"].to_numpy().copy()
    values[17] += 1
    altered = tables[3].set_column(1, "v", pa.array(values)).slice(1)
    found = row_difference(old, [*old[:3], read.part("part-3b", altered), *old[4:]], Asked(keys=("id",)), token=TOKENS.token)
    assert dict(read.rows) == {"part-3": size, "part-3b": size - 1}
    assert counts(found) == (0, 1, 1)
    assert (found.read_old, found.read_new) == (("part-3",), ("part-3b",))
    assert found.samples[1].new == RowPlace(path="part-3b", row=16)


def test_equal_versions_read_no_rows_at_all() -> None:
    read = Read()
    parts = [read.part(str(number), OLD) for number in range(3)]
    assert counts(row_difference(parts, parts[::-1], Asked(), token=TOKENS.token)) == (0, 0, 0)
    assert sum(read.rows.values()) == 0


def test_a_file_that_is_there_twice_counts_twice() -> None:
    read = Read()
    part = read.part("a", OLD)
    assert counts(row_difference([part], [part, part], Asked(), token=TOKENS.token)) == (4, 0, 0)


def test_more_rows_than_memory_holds_are_spilled(tmp_path: Path) -> None:
    count = 400_000
    words = pa.array([f"{number:0200d}" for number in range(count)])
    old, new = pa.table({"id": range(count), "w": words}), pa.table({"id": range(1, count + 1), "w": words})
    read = Read()
    asked = Asked(keys=("id",), memory_bytes=160 * 2**20)
    found = row_difference([read.part("a", old)], [read.part("b", new)], asked, token=TOKENS.token, scratch=tmp_path)
    assert counts(found) == (1, 1, count - 1)
    assert list(tmp_path.iterdir()) == []


def _file(folder: Path, change: Callable[[bytes], bytes]) -> Part:
    written = io.BytesIO()
    pq.write_table(pa.table({"w": [f"secret {number}" for number in range(1000)]}), written, use_dictionary=False)
    (folder / "a.parquet").write_bytes(change(written.getvalue()))
    return parquet_part(folder / "a.parquet", path="day=1/a.parquet", identity="a")


@pytest.mark.parametrize("change", [lambda data: data[:-5], lambda data: data[:40] + b"\xff" * 90 + data[130:], lambda _: b""])
def test_a_broken_file_is_a_fault_that_names_it(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ContentFault, match=r"cannot read content `day=1/a.parquet`") as caught:
        row_difference([_file(tmp_path, change)], [], Asked(), token=TOKENS.token)
    assert "secret" not in str(caught.value)


def test_parquet_files_are_compared(tmp_path: Path) -> None:
    assert counts(row_difference([_file(tmp_path, lambda data: data)], [], Asked(), token=TOKENS.token)) == (0, 1000, 0)
    (tmp_path / "a.parquet").unlink()
    missing = parquet_part(tmp_path / "a.parquet", path="a.parquet", identity="a")
    with pytest.raises(ContentFault, match=r"cannot read content `a.parquet`"):
        row_difference([missing], [], Asked(), token=TOKENS.token)


@settings(deadline=None, max_examples=25)
@given(*[st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["", "x", None])), max_size=8)] * 2)
def test_counts_agree_with_a_plain_comparison(old: list[Any], new: list[Any]) -> None:
    schema = pa.schema([("k", pa.int64()), ("v", pa.string())])
    tables = [pa.table([list(side) for side in zip(*rows, strict=True)] if rows else [[], []], schema=schema) for rows in (old, new)]
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    assert counts(compare([tables[0]], [tables[1]])) == (come.total(), gone.total(), 0)
    keys = Counter(key for key, _ in gone.elements()) & Counter(key for key, _ in come.elements())
    assert counts(compare([tables[0]], [tables[1]], "k")) == (come.total() - keys.total(), gone.total() - keys.total(), keys.total())
