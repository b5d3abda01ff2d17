"""A file that cannot be read has a digest of its bytes and a reason that names no value."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.capture.lakes.content import version_digest
from headwater.edges.sources.content.digest import digest_file, digest_rows, format_of
from headwater.model.content import FileDigest, Sha256
from headwater.model.errors import ContentFault
from tests.unit.edges.content.tables import KEY, digest_of_bytes, digest_of_table, parquet, row_sum

TABLE = pa.table({"patient": [f"secret {number}" for number in range(500)], "n": np.arange(500)})
WHOLE = parquet(TABLE, row_group_size=100)
FOOTER = len(WHOLE) - 8 - int.from_bytes(WHOLE[-8:-4], "little")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"PAR1", "truncated"),
        (b"no parquet at all", "corrupt"),
        (WHOLE[:-1], "truncated"),
        (WHOLE[: len(WHOLE) // 2], "truncated"),
        (WHOLE[:-8] + b"\xff\xff\xff\x7fPAR1", "corrupt"),
        (WHOLE[:FOOTER] + b"\xff" * 40 + WHOLE[FOOTER + 40 :], "corrupt"),
        (b"PARE" + WHOLE[4:-4] + b"PARE", "unsupported"),
    ],
)
def test_broken_parquet_is_told_by_its_bytes_and_a_reason(data: bytes, kind: str) -> None:
    file = digest_of_bytes(data)
    assert file.unread is not None and file.unread.kind == kind
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert file.rows is None and file.row_sum is None and not file.row_groups
    assert version_digest([file]).multiset is None


def test_no_damage_to_a_file_ends_in_anything_but_a_digest() -> None:
    chance = random.Random(5)
    kinds = set()
    for _ in range(300):
        data = bytearray(WHOLE)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        file = digest_of_bytes(bytes(data))
        kinds.add(file.unread.kind if file.unread is not None else "read")
        assert file.unread is None or "secret" not in file.unread.reason
    assert "corrupt" in kinds


def test_an_altered_page_names_its_column_and_row_group() -> None:
    whole = parquet(TABLE, row_group_size=100, compression="snappy", use_dictionary=False)
    start = pq.read_metadata(io.BytesIO(whole)).row_group(2).column(0).data_page_offset
    file = digest_of_bytes(whole[: start + 30] + b"\xff" * 60 + whole[start + 90 :])
    assert file.unread is not None
    assert file.unread.reason == "expected readable values, got none in column `patient` of row group 2"


def test_no_rows_and_no_columns_are_no_fault() -> None:
    nothing = digest_of_table(TABLE.slice(0, 0))
    assert nothing.unread is None and nothing.rows == 0
    assert nothing.row_sum is not None and int(nothing.row_sum.total, 16) == 0
    assert [column.name for column in nothing.columns] == ["patient", "n"]
    bare = digest_of_table(TABLE.select([]))
    assert bare.unread is None and bare.columns == ()


def test_ten_thousand_columns_are_read() -> None:
    table = pa.table({f"c{number}": [number, number + 1] for number in range(10_000)})
    file = digest_of_table(table)
    assert file.unread is None and len(file.columns) == 10_000
    assert file.row_sum == row_sum(table)


def test_a_stream_of_a_type_without_a_digest_is_a_fault_that_names_it() -> None:
    union = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array(["secret"])])
    batch = pa.record_batch([union], names=["u"])
    with pytest.raises(ContentFault, match="cannot read content `visits`: expected a type that lakes hold") as caught:
        digest_rows(batch.schema, [batch], key=KEY, name="visits")
    assert "secret" not in str(caught.value)


def test_a_time_that_microseconds_cannot_hold_is_a_reason() -> None:
    file = digest_of_table(pa.table({"t": pa.array([2**62], pa.timestamp("ms"))}))
    assert file.unread is not None and file.unread.kind == "unsupported"


def test_a_missing_file_is_a_fault_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ContentFault, match=r"cannot read content `day=1/a.parquet`: expected a file that can be read, got no such file"):
        digest_file(tmp_path / "a.parquet", path="day=1/a.parquet", key=KEY)


def test_a_file_that_changes_while_it_is_read_is_a_fault(tmp_path: Path) -> None:
    location = tmp_path / "a.csv"
    location.write_text("a\n" + "1\n" * 10)

    class Growing(Mapping[Sha256, FileDigest]):
        """Asked between the bytes and the values."""

        def __getitem__(self, _: Sha256) -> FileDigest:
            with location.open("a") as file:
                file.write("2\n")
            raise KeyError

        def __iter__(self) -> Iterator[Sha256]:
            return iter(())

        def __len__(self) -> int:
            return 0

    with pytest.raises(ContentFault, match="got one that changed while it was read"):
        digest_file(location, path="a.csv", key=KEY, holds="csv", known=Growing())


def test_values_of_known_bytes_are_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(WHOLE)
    first = digest_file(tmp_path / "a.parquet", path="a.parquet", key=KEY)
    recognised = msgspec.structs.replace(first, columns=())
    again = digest_file(tmp_path / "a.parquet", path="b.parquet", key=KEY, known={first.sha256: recognised})
    assert (again.path, again.columns, again.row_groups) == ("b.parquet", (), first.row_groups)


CSV = b'id,word\n1,a\n007,\n3,"two\nlines"\n'


def test_csv_is_text_line_by_line() -> None:
    file = digest_of_bytes(CSV, holds="csv")
    table = pa.table({"id": ["1", "007", "3"], "word": ["a", "", "two\nlines"]})
    assert file.unread is None and file.rows == 3
    assert file.row_sum == row_sum(table)


def test_compressed_text_has_the_values_of_what_it_holds() -> None:
    plain = digest_of_bytes(CSV, "a.csv", "csv")
    packed = digest_of_bytes(pa.compress(CSV, "gzip", asbytes=True), "a.csv.gz", "csv")
    assert (packed.row_sum, packed.row_groups) == (plain.row_sum, plain.row_groups)
    assert packed.sha256 != plain.sha256
    broken = digest_of_bytes(pa.compress(CSV * 900, "gzip", asbytes=True)[:80], "a.csv.gz", "csv")
    assert broken.unread is not None and broken.unread.kind == "corrupt"


def test_json_finds_the_types_that_all_lines_fit() -> None:
    lines = b'{"a": 1, "b": "x"}\n\n{"a": 2.5, "c": [1, null]}\n' + b'{"a": null}\n' * 400_000
    file = digest_of_bytes(lines, holds="json")
    assert file.unread is None and file.rows == 400_002
    assert [(column.name, column.type) for column in file.columns] == [("a", "float64"), ("b", "string"), ("c", "list<int64>")]
    assert file.row_sum == row_sum(
        pa.table({"a": [1, 2.5] + [None] * 400_000, "b": ["x"] + [None] * 400_001, "c": [None, [1, None]] + [None] * 400_000})
    )


@pytest.mark.parametrize(
    ("data", "holds", "kind"),
    [
        (b"a,b\n1\n", "csv", "corrupt"),
        (b"a\n\xff\xfe\n", "csv", "corrupt"),
        (b'{"a": 1}\nnonsense\n', "json", "corrupt"),
        (b'{"a": 1}\n' + b" " * (5 * 2**20) + b'\n{"a": "secret"}\n', "json", "mixed"),
        (b"[1, 2]\n", "json", "corrupt"),
    ],
)
def test_broken_text_is_told_by_a_reason(data: bytes, holds: str, kind: str) -> None:
    file = digest_of_bytes(data, holds=holds)
    assert file.unread is not None and file.unread.kind == kind
    assert "secret" not in file.unread.reason


@pytest.mark.parametrize("holds", ["csv", "json"])
def test_text_of_no_bytes_holds_no_rows(holds: str) -> None:
    file = digest_of_bytes(b"", holds=holds)
    assert file.unread is None and file.rows == 0 and file.columns == ()


def test_a_file_is_known_by_its_name() -> None:
    names = ["a.parquet", "b.CSV", "c.jsonl.gz", "d.json.zst", "_SUCCESS", "e.gz"]
    assert [format_of(name) for name in names] == ["parquet", "csv", "json", "json", None, None]
