from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from headwater.app.sql import batch
from headwater.app.sql.batch import Batch, Defaults, Kept
from headwater.app.sql.catalog import Catalog
from headwater.app.sql.worker import Read
from headwater.capture.sql import analyse
from headwater.capture.sql.budget import MAX_TEXT_BYTES
from headwater.model.lineage import Statement, StatementLineage


def answered(*lines: object, defaults: Defaults | None = None, read: Read = analyse) -> list[dict[str, Any]]:
    """The answers to lines, written as JSON unless they are bytes."""
    stream = io.BytesIO(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return [json.loads(line) for line in Batch(defaults or Defaults(), read).answers(stream)]


def test_an_answer_has_the_promised_form_and_nothing_else() -> None:
    schema = {"t": {"a": "INT", "b": "INT"}}
    (answer,) = answered({"id": "x", "sql": "insert into u (c) select md5(a) from t where b > 1", "dialect": "duckdb", "schema": schema})
    assert answer == {
        "id": "x",
        "status": "complete",
        "reasons": [],
        "sources": ["t"],
        "targets": ["u"],
        "edges": [
            {
                "from": {"table": "t", "column": "b"},
                "to": {"table": "u", "column": None},
                "type": "INDIRECT",
                "subtype": "FILTER",
                "masking": False,
                "masked_by": None,
                "functions": [],
                "line": 1,
                "column": 46,
            },
            {
                "from": {"table": "t", "column": "a"},
                "to": {"table": "u", "column": "c"},
                "type": "DIRECT",
                "subtype": "TRANSFORMATION",
                "masking": True,
                "masked_by": "md5",
                "functions": ["md5"],
                "line": 1,
                "column": 30,
            },
        ],
    }


def test_ways_that_only_measure_a_value_are_not_told_twice() -> None:
    (answer,) = answered({"id": 1, "sql": "select count(a) + min(a) as c from t", "schema": {"t": {"a": "INT"}}})
    assert [(edge["from"]["column"], edge["subtype"], edge["functions"]) for edge in answer["edges"]] == [("a", "AGGREGATION", ["min"])]


def test_a_bare_select_has_no_target_table() -> None:
    (answer,) = answered({"id": 1, "sql": "select a from t", "schema": None})
    assert answer["edges"][0]["to"] == {"table": None, "column": "a"}


def test_answers_come_in_order_and_ids_come_back_as_they_were() -> None:
    ids = [3, "three", None, 1.5, 10**30, "\u202e\0"]
    assert [answer["id"] for answer in answered(*({"id": each, "sql": "select 1"} for each in ids))] == ids


def test_reasons_tell_code_subject_and_place() -> None:
    (answer,) = answered({"id": 1, "sql": "select\n * from t"})
    assert answer["status"] == "partial"
    assert answer["reasons"] == [{"code": "star-without-schema", "subject": "t", "line": 2, "column": 9}]


def test_a_bad_line_is_answered_and_the_next_ones_too() -> None:
    good = {"id": 1, "sql": "select a from t"}
    answers = answered(b"\xff\x00", {"id": 2, "sql": 5}, good, b"[" * 10_000, {"id": 3, "sql": "select 1", "schema": {"t": 5}}, good)
    assert [(answer["id"], answer["status"]) for answer in answers] == [
        (None, "failed"),
        (2, "failed"),
        (1, "complete"),
        (None, "failed"),
        (3, "failed"),
        (1, "complete"),
    ]
    assert [answer["reasons"][0]["line"] for answer in answers if answer["reasons"]] == [1, 2, 4, 5]
    assert {answer["reasons"][0]["code"] for answer in answers if answer["reasons"]} == {"line-unreadable"}


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("", "no-statement"),
        ("  -- nothing\n", "no-statement"),
        ("select \0", "nul-character"),
        ("select " + "(" * 1000 + "1" + ")" * 1000, "nesting-too-deep"),
        ("select " + "case when a then " * 1000 + "1" + " end" * 1000 + " from t", "nesting-too-deep"),
        ("select '" + "x" * MAX_TEXT_BYTES + "'", "text-too-long"),
        ("select {{ column }} from t", "templating-left-in"),
        ("select 'never ends", "parse-error"),
    ],
    ids=["empty", "comment", "nul", "brackets", "cases", "long", "template", "string"],
)
def test_hostile_texts_fail_with_a_reason(sql: str, code: str) -> None:
    (answer,) = answered({"id": 1, "sql": sql, "dialect": "duckdb"})
    assert (answer["status"], answer["reasons"][0]["code"]) == ("failed", code)


def test_an_unknown_dialect_fails_that_line_only() -> None:
    first, second = answered({"id": 1, "sql": "select 1", "dialect": "klingon"}, {"id": 2, "sql": "select 1", "dialect": "PostgreSQL"})
    assert (first["status"], first["reasons"][0]["code"], second["status"]) == ("failed", "unknown-dialect", "complete")


def test_what_a_line_leaves_open_is_taken_from_the_command_line() -> None:
    defaults = Defaults("snowflake", Catalog({"shop.t": {"A": "INT"}}), None, "SHOP")
    own = {"t": {"b": "INT"}}
    ours, theirs = answered({"id": 1, "sql": "select * from t"}, {"id": 2, "sql": "select * from t", "schema": own}, defaults=defaults)
    assert (ours["sources"], ours["edges"][0]["from"]["column"]) == (["SHOP.T"], "A")
    assert theirs["edges"][0]["from"]["column"] == "B"


def test_the_same_statement_with_other_columns_is_another_question() -> None:
    first, second, third = answered(*({"id": 1, "sql": "select * from t", "schema": {"t": {name: "INT"}}} for name in ("a", "b", "a")))
    assert [each["edges"][0]["to"]["column"] for each in (first, second, third)] == ["a", "b", "a"]


def test_repeated_statements_are_read_once() -> None:
    read: list[str] = []

    def noting(statement: Statement, schemas: Catalog) -> StatementLineage:
        read.append(statement.sql)
        return analyse(statement, schemas)

    schema = {"t": {"a": "INT"}}
    answers = answered(*({"id": number, "sql": "select * from t", "schema": schema} for number in range(5)), read=noting)
    assert read == ["select * from t"] and [answer["id"] for answer in answers] == [0, 1, 2, 3, 4]


def test_what_is_remembered_never_outgrows_its_room() -> None:
    kept: Kept[int, bytes] = Kept(10_000)
    made = 0

    def make() -> bytes:
        nonlocal made
        made += 1
        return b"x" * 600

    for number in range(100):
        kept.get(number, make, len)
        kept.get(number, make, len)
        assert len(kept._kept) * 1000 <= 10_000
    assert made == 100 and kept.emptied > 0


def test_answers_stay_right_when_schemas_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "SCHEMAS_BYTES", 1000)
    lines: list[Mapping[str, object]] = [
        {"id": number, "sql": "select * from t", "schema": {"t": {f"c{number % 7}": "INT"}}} for number in range(50)
    ]
    assert [answer["edges"][0]["from"]["column"] for answer in answered(*lines)] == [f"c{number % 7}" for number in range(50)]


def test_a_fault_of_ours_is_an_answer_and_does_not_end_the_stream() -> None:
    def stumbling(statement: Statement, schemas: Catalog) -> StatementLineage:
        if "stumble" in statement.sql:
            raise KeyError("secret")
        return analyse(statement, schemas)

    first, second = answered({"id": 1, "sql": "select stumble"}, {"id": 2, "sql": "select 1"}, read=stumbling)
    assert (first["id"], first["status"], first["reasons"][0]["code"]) == (1, "failed", "analyser-fault")
    assert second["status"] == "complete" and "secret" not in json.dumps(first)
