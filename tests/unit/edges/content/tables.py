"""Tables for tests of content, and their digests from memory."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from headwater.edges.sources.content.digest import digest_opened, digest_rows
from headwater.edges.sources.content.rows import RowKey
from headwater.model.content import FileDigest, RowSum

KEY = RowKey(b"a key of the tests, 32 bytes long")
PLACE = pa.struct([("city", pa.string()), ("at", pa.list_(pa.int64()))])
SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("small", pa.int8()),
        ("ratio", pa.float64()),
        ("word", pa.string()),
        ("raw", pa.binary()),
        ("flag", pa.bool_()),
        ("price", pa.decimal128(20, 3)),
        ("day", pa.date32()),
        ("moment", pa.timestamp("us", tz="UTC")),
        ("tags", pa.list_(pa.string())),
        ("curve", pa.list_(pa.float64())),
        ("place", PLACE),
        ("counts", pa.map_(pa.string(), pa.int32())),
    ]
)
_words = st.text(alphabet="ab\u00e9\x00", max_size=40)
_floats = st.floats(allow_nan=True)
_decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-(2**63), 2**63 - 1),
    "small": st.integers(-128, 127),
    "ratio": _floats,
    "word": _words,
    "raw": st.binary(max_size=70),
    "flag": st.booleans(),
    "price": _decimals,
    "day": st.dates(),
    "moment": st.datetimes(timezones=st.just(__import__("datetime").UTC)),
    "tags": st.lists(st.none() | _words, max_size=3),
    "curve": st.lists(st.none() | _floats, max_size=4),
    "place": st.fixed_dictionaries({"city": st.none() | _words, "at": st.none() | st.lists(st.none() | st.integers(-9, 9), max_size=3)}),
    "counts": st.dictionaries(_words, st.none() | st.integers(-5, 5), max_size=3).map(lambda found: list(found.items())),
}


@st.composite
def tables(draw: st.DrawFn, min_rows: int = 0, max_rows: int = 12) -> pa.Table:
    """A table with a column of every kind, nulls among them."""
    rows = draw(st.integers(min_rows, max_rows))
    columns = [draw(st.lists(st.none() | _VALUES[name], min_size=rows, max_size=rows)) for name in SCHEMA.names]
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, SCHEMA.types, strict=True)], schema=SCHEMA)


def parquet(table: pa.Table, **options: Any) -> bytes:
    """A table as a Parquet file."""
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def digest_of_bytes(data: bytes, path: str = "part-0.parquet", holds: Any = "parquet") -> FileDigest:
    """The digest of a file that is in memory."""
    return digest_opened(io.BytesIO(data), path=path, key=KEY, holds=holds)


def digest_of_table(table: pa.Table, **options: Any) -> FileDigest:
    """The digest of a table once it was written, in one row group unless options say otherwise."""
    return digest_of_bytes(parquet(table, **options))


def row_sum(table: pa.Table) -> RowSum:
    """The sum over a table's rows."""
    return digest_rows(table.schema, table.to_batches(), key=KEY, name="a table")


def values(file: FileDigest) -> Sequence[str]:
    """What a file's columns hold, group by group."""
    return [column.values for group in file.row_groups for column in group.columns]
