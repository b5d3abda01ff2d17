"""Messages as rows: fields as columns of one type, what does not fit beside them, what cannot be read counted."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.streams.messages import OWN, Message, Rows, read_messages


def read(
    *values: bytes | None, schema: pa.Schema | None = None, key: bytes | None = None, form: Any = "json", needs_key: bool = False
) -> Rows:
    told = [Message(0, offset, 1_700_000_000_123, key, value) for offset, value in enumerate(values)]
    return read_messages(told, form, "t", schema, needs_key=needs_key)


def column(rows: Rows, name: str) -> list[Any]:
    values: list[Any] = rows.table.column(name).to_pylist()
    return values


def test_a_new_column_has_the_type_of_its_first_value() -> None:
    rows = read(b'{"a": 1, "b": 1, "c": true, "d": "x", "e": null}', b'{"a": 2, "b": 1.5, "c": 0, "d": 7}')
    assert {name: str(rows.table.schema.field(name).type) for name in "abcd"} == {"a": "int64", "b": "double", "c": "bool", "d": "string"}
    assert "e" not in rows.table.column_names
    assert (column(rows, "b"), column(rows, "c"), column(rows, "c__v_text"), column(rows, "d")) == (
        [1, 1.5],
        [True, None],
        [None, "0"],
        ["x", "7"],
    )
    assert [gap.code for gap in rows.gaps] == ["COLUMN-CHANGED-TYPE"]


def test_the_type_of_the_table_holds() -> None:
    schema = pa.schema([("a", pa.int32()), ("b", pa.float64()), ("c", pa.string()), ("gone", pa.bool_()), ("_kafka_key", pa.string())])
    rows = read(b'{"a": 3000000000, "b": 9007199254740993, "c": 5}', b'{"a": 2.0, "b": 2, "c": "x"}', schema=schema)
    assert (column(rows, "a"), column(rows, "a__v_text")) == ([None, 2], ["3000000000", None])
    assert (column(rows, "b"), column(rows, "b__v_text")) == ([None, 2.0], ["9007199254740993", None])
    assert (column(rows, "c"), column(rows, "gone")) == (["5", "x"], [None, None])
    assert str(rows.table.schema.field("gone").type) == "bool"


def test_numbers_too_large_for_any_column_stand_as_text() -> None:
    rows = read(b'{"a": 1}', b'{"a": 123456789012345678901234567890}')
    assert (column(rows, "a"), column(rows, "a__v_text")) == ([1, None], [None, "123456789012345678901234567890"])


def test_objects_within_become_columns_and_lists_json() -> None:
    rows = read(b'{"a": {"b": {"c": 1}, "d": [1, {"e": 2}], "f": {}}}')
    assert (column(rows, "a__b__c"), column(rows, "a__d"), column(rows, "a__f")) == ([1], ['[1,{"e":2}]'], ["{}"])


def test_fields_never_stand_where_our_own_columns_do() -> None:
    rows = read(b'{"_kafka_offset": 99, "_dlt_load_id": "x", "": 1, "a__v_text": "y"}')
    assert column(rows, "_kafka_offset") == [0]
    assert [column(rows, name)[0] for name in ("field__kafka_offset", "field__dlt_load_id", "field_", "field_a__v_text")] == [
        99,
        "x",
        1,
        "y",
    ]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"nope", "is no JSON"),
        (b"", "is no JSON"),
        (b"[1]", "is JSON and no object"),
        (b'"x"', "is JSON and no object"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"a": "\xff"}', "is no JSON"),
        (b'{"a": "\\ud800"}', "is no JSON"),
        (b'{"a": NaN}', "is no JSON"),
        (b"\x00\x00\x00\x00\x07\x02avro", "is packed with a schema"),
        (b'{"a": {"b": 1}, "a__b": 2}', "would make two columns of one name"),
        (b'{"' + b"n" * 256 + b'": 1}', "would make a column whose name has more than 255 characters"),
        (msgspec.json.encode({f"n{number}": 1 for number in range(501)}), "would bring the table beyond 500 columns"),
    ],
)
def test_a_message_that_cannot_be_read_is_told_by_its_offset_and_the_others_come_in(value: bytes, why: str) -> None:
    rows = read(b'{"id": 1}', value, b'{"id": 3}')
    assert column(rows, "id") == [1, 3]
    assert rows.counts == {0: 2}
    assert rows.gaps[0].detail.startswith(f"partition 0 of topic `t`: 1 message {why}")
    assert rows.gaps[0].detail.endswith("offset 1")


def test_json_behind_five_bytes_of_a_registry_is_read() -> None:
    assert column(read(b'\x00\x00\x00\x00\x07{"id": 1}'), "id") == [1]


def test_a_message_without_a_key_cannot_be_merged() -> None:
    assert read(b'{"id": 1}', needs_key=True).table.num_rows == 0
    assert read(b'{"id": 1}', key=b"k", needs_key=True).table.num_rows == 1


def test_keys_that_are_no_text_stand_as_base64_and_times_to_the_millisecond() -> None:
    rows = read(b"{}", key=b"\xff\x00")
    assert column(rows, "_kafka_key") == ["base64:/wA="]
    assert column(rows, "_kafka_timestamp")[0].isoformat() == "2023-11-14T22:13:20.123000+00:00"


def test_no_message_at_all_gives_our_own_columns() -> None:
    rows = read(b"nope")
    assert {field.name: field.type for field in rows.table.schema} == OWN


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "_kafka_key", "a__v_text"]), JSON) | st.none(), max_size=6))
def test_any_json_is_a_row_or_a_gap_and_no_value_disappears(told: list[dict[str, Any] | None]) -> None:
    rows = read(*[msgspec.json.encode(one) if one is not None else None for one in told])
    missing = sum(int(gap.detail.partition("`t`: ")[2].split()[0]) for gap in rows.gaps if gap.code == "STREAM-UNREADABLE")
    assert rows.table.num_rows + missing == len(told)
    again = read(*[msgspec.json.encode(one) if one is not None else None for one in told], schema=rows.table.schema)
    assert set(again.table.column_names) == set(rows.table.column_names)
    if not missing:
        full = [sum(value is not None for value in row.values()) for row in rows.table.drop_columns(list(OWN)).to_pylist()]
        assert full == [_leaves(one) for one in told]


def _leaves(told: Any, depth: int = 7) -> int:
    """How many values a message has that are not null."""
    if isinstance(told, dict) and (told or depth == 7) and depth:
        return sum(_leaves(value, depth - 1) for value in told.values())
    return 0 if told is None else 1
