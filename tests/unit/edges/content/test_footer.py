"""The footer of a Parquet file, decoded here: as pyarrow has it where it is sound, and a fault in words where it is not."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from headwater.edges.sources.content.footer import Footer
from headwater.edges.sources.lakes.inside import look_inside
from tests.unit.edges.content.tables import parquet

MOMENT = datetime(2026, 11, 1, 12, 30, 15, 250_000)
VARIED = pa.table(
    {
        "small": pa.array([-5, None, 7], pa.int8()),
        "large": pa.array([2**63 + 9, 3, 2**64 - 1], pa.uint64()),
        "ratio": pa.array([0.5, float("nan"), -2.25]),
        "half": pa.array([1.5, 2.5, None], pa.float32()),
        "word": ["Quillfeather", "b", None],
        "flag": [True, None, False],
        "price": pa.array([Decimal("1.25"), None, Decimal("3.50")], pa.decimal128(9, 2)),
        "at": pa.array([MOMENT, MOMENT, None], pa.timestamp("us", tz="UTC")),
        "local": pa.array([MOMENT, MOMENT, None], pa.timestamp("ns")),
        "tags": pa.array([[1, None], [], [40]], pa.list_(pa.int64())),
        "place": pa.array([{"ward": "A", "bed": 4}, None, {"ward": None, "bed": 9}]),
        "counts": pa.array([[("x", 2)], [], None], pa.map_(pa.string(), pa.int32())),
        "coded": pa.array(["a", "a", "b"]).dictionary_encode(),
    }
)


def test_a_sound_footer_says_what_pyarrow_says() -> None:
    raw = parquet(VARIED, row_group_size=2)
    told = Footer(io.BytesIO(raw)).groups()
    metadata = pq.read_metadata(io.BytesIO(raw))
    assert len(told) == metadata.num_row_groups == 2
    for number, group in enumerate(told):
        for index, chunk in enumerate(group):
            known = metadata.row_group(number).column(index)
            assert chunk is not None
            assert (chunk.path, chunk.values) == (known.path_in_schema, known.num_values)
            assert (chunk.packed_bytes, chunk.unpacked_bytes) == (known.total_compressed_size, known.total_uncompressed_size)
            assert (chunk.has_dictionary, chunk.nulls) == (known.has_dictionary_page, known.statistics.null_count)
            assert chunk.is_text == (known.physical_type == "BYTE_ARRAY")


def test_bounds_are_those_of_numbers_and_times_as_they_are_meant() -> None:
    told = {column.column: (column.low, column.high) for column in look_inside("a.parquet", io.BytesIO(parquet(VARIED))).columns}
    moment = float(f"{MOMENT.replace(tzinfo=UTC).timestamp():.4g}")
    assert told == {
        "small": (-5, 7),
        "large": (3, 1.845e19),
        "ratio": (-2.25, 0.5),
        "half": (1.5, 2.5),
        "word": (None, None),
        "flag": (None, None),
        "price": (None, None),
        "at": (moment, moment),
        "local": (moment, moment),
        "tags.list.element": (1, 40),
        "place.ward": (None, None),
        "place.bed": (4, 9),
        "counts.key_value.key": (None, None),
        "counts.key_value.value": (2, 2),
        "coded": (None, None),
    }


def test_a_footer_longer_than_what_is_read_at_first_is_read_whole(tmp_path: Path) -> None:
    wide = pa.table({f"column_{each:04}": [each] for each in range(2_000)})
    pq.write_table(wide, tmp_path / "wide.parquet")
    with (tmp_path / "wide.parquet").open("rb") as stream:
        told = Footer(stream).groups()
    assert [chunk.high for chunk in told[0] if chunk is not None] == list(range(2_000))


SWEEP = """
import io, sys
import pyarrow as pa
from headwater.edges.sources.content.digest import digest_opened
from headwater.edges.sources.content.rows import RowKey
from headwater.edges.sources.lakes.inside import look_inside
raw = sys.stdin.buffer.read()
length, kinds = int.from_bytes(raw[-8:-4], "little"), set()
for place in range(len(raw) - 8 - length, len(raw)):
    for change in (255, 1, 16):
        damaged = bytearray(raw)
        damaged[place] ^= change
        try:
            look_inside("a.parquet", io.BytesIO(damaged))
            kinds.add("sound")
        except (OSError, ValueError, EOFError, OverflowError, RecursionError, pa.ArrowException):
            kinds.add("refused")
        digest_opened(io.BytesIO(damaged), path="", key=RowKey(b"k" * 32))
print(*sorted(kinds))
"""


def test_no_damage_to_a_footer_ends_the_process() -> None:
    raw = parquet(pa.table({"a": [1, 2], "b": ["x", None]}))
    done = subprocess.run([sys.executable, "-c", SWEEP], input=raw, capture_output=True, env=dict(os.environ), check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [b"refused", b"sound"], b"")


class _Keys(pe.KmsClient):  # type: ignore[misc]  # because pyarrow has no types for it
    def wrap_key(self, key: bytes, name: str) -> bytes:
        return base64.b64encode(key)

    def unwrap_key(self, wrapped: bytes, name: str) -> bytes:
        return base64.b64decode(wrapped)


def test_columns_under_keys_of_their_own_are_counted_and_their_bounds_stay_unknown() -> None:
    factory = pe.CryptoFactory(lambda _: _Keys())
    wanted = pe.EncryptionConfiguration(footer_key="f", column_keys={"c": ["secret"]}, plaintext_footer=True)
    properties: Any = factory.file_encryption_properties(pe.KmsConnectionConfig(), wanted)
    rows, made = pa.table({"open": [1, 2], "secret": [3, 4]}), io.BytesIO()
    with pq.ParquetWriter(made, rows.schema, encryption_properties=properties) as writer:
        writer.write_table(rows)
    inside = look_inside("a.parquet", io.BytesIO(made.getvalue()))
    assert inside.rows == 2 and inside.schema is not None
    assert {column.column: (column.low, column.high) for column in inside.columns} == {"open": (1, 2), "secret": (None, None)}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: b"",
        lambda raw: raw[:-1],
        lambda raw: raw[:6],
        lambda raw: raw[:-8] + b"\xff\xff\xff\x7fPAR1",
        lambda raw: raw[:-8] + b"\0\0\0\0PAR1",
    ],
    ids=["empty", "cut", "short", "longer than the file", "none"],
)
def test_a_file_that_ends_with_no_footer_is_refused_in_words(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    raw = spoil(parquet(pa.table({"a": [1]})))
    (tmp_path / "a.parquet").write_bytes(raw)
    with pytest.raises(ValueError, match="does not end as a Parquet file does"):
        Footer(io.BytesIO(raw))
    with (tmp_path / "a.parquet").open("rb") as stream, pytest.raises(ValueError, match="does not end as a Parquet file does"):
        Footer(stream)
