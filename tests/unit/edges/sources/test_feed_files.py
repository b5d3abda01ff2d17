"""Files of a delivery: what is small and would fill the memory, or end the process, is refused in words."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.edges.sources.feeds import files
from headwater.edges.sources.feeds.files import Form, read_rows

MANY = 200_000


def read(raw: bytes, name: str) -> pa.Table:
    return read_rows(lambda: io.BytesIO(raw), name, Form())


def parquet(rows: pa.Table, **options: object) -> bytes:
    made = io.BytesIO()
    pq.write_table(rows, made, **options)
    return made.getvalue()


def long_text() -> bytes:
    """A text of a thousand letters in each of very many rows, which take one byte together."""
    note = pa.DictionaryArray.from_arrays(pa.nulls(MANY, pa.int8()).fill_null(0), pa.array(["x" * 1000]))
    return parquet(pa.table({"note": note}), row_group_size=MANY, store_schema=False)


def many_numbers() -> bytes:
    numbers = pa.nulls(MANY, pa.int64()).fill_null(0)
    return parquet(pa.table({f"c{each}": numbers for each in range(100)}), row_group_size=MANY)


@pytest.mark.parametrize("make", [long_text, many_numbers])
def test_a_small_parquet_file_of_very_much_is_refused_before_it_is_unpacked(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_BYTES", 100 * 1024**2)
    raw = make()
    assert len(raw) < 300_000
    with pytest.raises(ValueError, match="unpacked it is larger than"):
        read(raw, "a.parquet")


def test_a_packed_file_that_unpacks_to_hundreds_of_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_UNPACKED_BYTES", 10 * 1024**2)
    raw = gzip.compress(b"a,b\n" + b"1,2\n" * (4 * 1024**2), compresslevel=6)
    with pytest.raises(ValueError, match="it unpacks to more than 200 times its size"):
        read(raw, "a.csv.gz")


@pytest.mark.parametrize("options", [{}, {"store_schema": False}, {"use_dictionary": False}])
@pytest.mark.parametrize("groups", [1, 3, 1_000])
def test_parquet_comes_with_its_values_however_it_was_written(options: dict[str, object], groups: int) -> None:
    rows = pa.table(
        {
            "id": [1, 2, 3, None],
            "word": ["a", None, "a", "b"],
            "tags": [["x"], [], None, ["y", "x"]],
            "place": [{"ward": "A"}, None, {"ward": None}, {"ward": "A"}],
        }
    )
    assert read(parquet(rows, row_group_size=groups, **options), "a.parquet").equals(rows)
    assert read(parquet(rows.slice(0, 0), **options), "a.parquet").equals(rows.slice(0, 0))


@pytest.mark.parametrize("levels", [500, 100_000])
@pytest.mark.parametrize("signs", [("[", "1", "]"), ('{"a":', "1", "}")])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.jsonl.gz"])
def test_json_nested_too_deep_is_refused(levels: int, signs: tuple[str, str, str], name: str) -> None:
    first, middle, last = signs
    raw = f'{{"a": {first * levels}{middle}{last * levels}}}\n'.encode()
    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        read(gzip.compress(raw) if name.endswith(".gz") else raw, name)


def test_json_of_fifty_levels_comes_in() -> None:
    told: object = 1
    for _ in range(50):
        told = {"a": told}
    assert read(json.dumps(told).encode(), "a.jsonl").to_pylist() == [told]


def test_a_csv_file_of_very_many_columns_comes_in_with_its_zeros() -> None:
    names = [f"c{each}" for each in range(5_000)]
    rows = read(f"{','.join(names)}\n{','.join('007' for _ in names)}\n".encode(), "a.csv")
    assert rows.column_names == names and rows.column("c4999").to_pylist() == ["007"]
