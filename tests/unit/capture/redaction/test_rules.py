"""Which part of an event is what."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headwater.capture.redaction import RedactedEvent, Redactor, restore
from headwater.capture.redaction.facets import FACETS

REDACTOR = Redactor(b"k" * 32)


def redacted(event: dict[str, Any], dialect: str | None = None) -> RedactedEvent:
    """Redact a copy."""
    return REDACTOR.redact_event(msgspec.json.decode(msgspec.json.encode(event)), dialect)


def with_facet(name: str, facet: dict[str, Any], part: str = "run") -> dict[str, Any]:
    holder = {"facets": {name: facet}}
    return {"outputs": [{"namespace": "n", "name": "d", **holder}]} if part == "dataset" else {part: holder}


VALUES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("run", "errorMessage", {"message": "bad value: zebra", "programmingLanguage": "JAVA", "stackTrace": "x: 'zebra'\n\tat a.b(C.java:1)"}),
    (
        "run",
        "extractionError",
        {"totalTasks": 1, "failedTasks": 1, "errors": [{"errorMessage": "near 'zebra'", "task": "SELECT 1 FROM t WHERE a = 'zebra'"}]},
    ),
    ("run", "environmentVariables", {"environmentVariables": [{"name": "HOME", "value": "zebra"}]}),
    ("run", "executionParameters", {"parameters": [{"key": "k", "name": "n", "value": "zebra"}]}),
    (
        "run",
        "test",
        {
            "tests": [
                {
                    "name": "t",
                    "status": "fail",
                    "expected": "zebra",
                    "actual": "zebra",
                    "content": "SELECT 1 WHERE a = 'zebra'",
                    "params": {"v": ["zebra"]},
                }
            ]
        },
    ),
    (
        "run",
        "spark.logicalPlan",
        {"plan": [{"class": "org.apache.spark.sql.catalyst.expressions.Literal", "value": "zebra", "dataType": "string"}]},
    ),
    (
        "run",
        "spark.logicalPlan",
        {"plan": [{"class": "org.apache.spark.sql.catalyst.plans.logical.LocalRelation", "data": [["zebra", 1]]}]},
    ),
    ("run", "spark_unknown", {"output": {"simpleString": "Filter (ward#12 = zebra crossing)"}, "plan": "Project zebra"}),
    ("dataset", "profile", {"sampleRows": [{"a": "zebra"}], "note": "of zebra@example.org"}),
    ("run", "airflow", {"task": {"args": {"sql": "INSERT INTO t VALUES ('zebra')", "op_kwargs": {"note": "to zebra@example.org"}}}}),
    ("run", "unknown_to_us", {"statement": "SELECT 1 FROM t WHERE a = 'zebra'", "text": "UPDATE t SET a = 'zebra'", "error": "got: zebra"}),
    ("job", "sql", {"query": "SELECT a FROM t WHERE b = 'zebra'"}),
    ("job", "sourceCode", {"language": "python", "sourceCode": "load('zebra')"}),
    ("job", "sourceCode", {"language": "SQL", "sourceCode": "SELECT a FROM t WHERE b = 'zebra'"}),
    ("job", "documentation", {"description": "ask zebra@example.org"}),
    (
        "dataset",
        "dataQualityMetrics",
        {"rowCount": 3, "columnMetrics": {"c": {"min": "zebra", "max": "zebra", "quantiles": {"0.5": "zebra"}, "nullCount": 0}}},
    ),
    (
        "dataset",
        "dataQualityAssertions",
        {
            "assertions": [
                {"assertion": "accepted_values", "success": False, "column": "c", "expected": "zebra", "params": {"values": ["zebra"]}}
            ]
        },
    ),
    (
        "dataset",
        "subset",
        {
            "inputCondition": {
                "type": "binary",
                "operator": "AND",
                "left": {
                    "type": "compare",
                    "comparison": "EQUAL",
                    "left": {"type": "field", "field": "f"},
                    "right": {"type": "literal", "value": "zebra"},
                },
                "right": {"type": "partition", "partitions": [{"identifier": "zebra", "dimensions": {"ds": "zebra"}}]},
            }
        },
    ),
    (
        "dataset",
        "columnLineage",
        {
            "fields": {
                "c": {
                    "transformationDescription": "x = 'zebra'",
                    "inputFields": [
                        {
                            "namespace": "n",
                            "name": "d",
                            "field": "f",
                            "transformations": [{"type": "DIRECT", "description": "CASE WHEN a = 'zebra' THEN b END"}],
                        }
                    ],
                }
            }
        },
    ),
    (
        "dataset",
        "schema",
        {
            "fields": [
                {"name": "c", "description": "such as zebra@example.org", "fields": [{"name": "d", "description": "zebra@example.org"}]}
            ]
        },
    ),
)


@pytest.mark.parametrize(("part", "name", "facet"), VALUES)
def test_data_values_leave_every_facet_and_come_back(part: str, name: str, facet: dict[str, Any]) -> None:
    event = with_facet(name, facet, part)
    done = redacted(event)
    public = msgspec.json.encode(done.event)
    assert b"zebra" not in public
    assert msgspec.json.decode(restore(public, done.sealed)) == event


SECRETS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("run", "environmentVariables", {"environmentVariables": [{"name": "DB_PASSWORD", "value": "zebra"}]}),
    ("run", "spark_properties", {"properties": {"spark.hadoop.fs.s3a.secret.key": "zebra", "spark.url": "jdbc:x://h?password=zebra"}}),
    ("run", "airflow", {"conn": {"password": {"nested": "zebra"}, "extra": "token=zebra"}}),
    ("dataset", "dataSource", {"name": "x", "uri": "postgres://bob:zebra@host/db"}),
    ("dataset", "symlinks", {"identifiers": [{"namespace": "postgres://bob:zebra@host", "name": "t", "type": "TABLE"}]}),
    (
        "dataset",
        "catalog",
        {
            "framework": "iceberg",
            "type": "rest",
            "name": "c",
            "metadataUri": "https://h?sig=zebra",
            "catalogProperties": {"token": "zebra"},
        },
    ),
    ("job", "sourceCodeLocation", {"type": "git", "url": "https://zebra@github.com/x"}),
    ("job", "sourceCode", {"language": "bash", "sourceCode": "psql postgres://bob:zebra@host"}),
)


@pytest.mark.parametrize(("part", "name", "facet"), SECRETS)
def test_secrets_leave_every_facet_and_are_sealed_nowhere(part: str, name: str, facet: dict[str, Any]) -> None:
    done = redacted(with_facet(name, facet, part))
    assert b"zebra" not in msgspec.json.encode(done.event)
    assert b"zebra" not in done.sealed


def test_names_numbers_booleans_and_structure_stay() -> None:
    event = {
        "eventTime": "2026-01-01T00:00:00Z",
        "producer": "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/spark",
        "run": {"runId": "0190f0f0-0000-7000-8000-000000000001", "facets": {"nominalTime": {"nominalStartTime": "2026-01-01T00:00:00Z"}}},
        "job": {
            "namespace": "team 12345678",
            "name": "jane@example.org.load",
            "facets": {"ownership": {"owners": [{"name": "user:jane@example.org"}]}},
        },
        "inputs": [
            {
                "namespace": "abfss://c@a.dfs.core.windows.net",
                "name": "/x/12345678",
                "inputFacets": {"inputStatistics": {"rowCount": 12345678, "size": 1.5}},
                "facets": {
                    "schema": {"fields": [{"name": "123-45-6789", "type": "decimal(10,2)"}]},
                    "odd": {"n": 1234567890, "b": True, "x": None},
                },
            }
        ],
    }
    done = redacted(event)
    assert done.event == event
    assert done.sealed == b""


def test_a_facet_of_the_wrong_shape_is_still_redacted() -> None:
    done = redacted(
        {
            "run": {"facets": {"errorMessage": ["zebra"], "environmentVariables": "mail zebra@example.org"}},
            "job": {"facets": {"sql": {"query": {"q": "zebra"}}}},
        }
    )
    assert b"zebra" not in msgspec.json.encode(done.event)


def test_sql_in_an_event_is_read_in_its_dialect() -> None:
    event = with_facet("sql", {"query": 'SELECT a FROM t WHERE b = "zebra"'}, "job")
    assert b"zebra" not in msgspec.json.encode(redacted(event, "mysql").event)
    assert b"zebra" in msgspec.json.encode(redacted(event, "postgres").event)


def test_a_statement_sealed_whole_is_warned_of_by_place_only() -> None:
    done = redacted(with_facet("sql", {"query": "SELECT 'zebra"}, "job"))
    assert done.warnings == ("SQL text could not be read and was sealed whole at `job.facets.sql.query`",)


def test_what_was_read_once_is_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.capture.redaction.redactor._REMEMBERED", 2)
    redactor = Redactor(b"k")
    texts = [redactor.prose(f"mail a{number}@example.org").text for number in range(5)]
    assert [redactor.prose(f"mail a{number}@example.org").text for number in range(5)] == texts


def test_an_event_full_of_sql_is_read_up_to_a_limit_and_sealed_beyond() -> None:
    statement = "SELECT a FROM t WHERE b = c AND d = e; " * 20_000
    done = redacted({"run": {"facets": {"x": [{"sql": statement} for _ in range(4)]}}})
    assert [warning.partition(" at ")[2] for warning in done.warnings] == ["`run.facets.x[2].sql`", "`run.facets.x[3].sql`"]


_META = {"_producer": "https://x", "_schemaURL": "https://x"}


@pytest.mark.parametrize("name", FACETS)
@pytest.mark.parametrize("key", ["password", "apiKey", "secretKey", "token", "privateKey", "connectionString", "accessToken"])
def test_a_secret_beside_the_described_fields_of_a_facet_is_dropped(name: str, key: str) -> None:
    done = redacted(with_facet(name, {**_META, key: "zebra", "deep": [{key: {"a": "zebra"}}]}))
    assert b"zebra" not in msgspec.json.encode(done.event) + done.sealed


@pytest.mark.parametrize("name", ["jobType", "nominalTime", "processing_engine", "externalQuery", "inputStatistics", "sourceCodeLocation"])
def test_other_texts_beside_the_structure_of_a_facet_are_read_as_free_texts(name: str) -> None:
    done = redacted(with_facet(name, {**_META, "note": "912-45-1234 of zebra@example.org with AKIAIOSFODNN7EXAMPLE"}))
    public = msgspec.json.encode(done.event)
    assert b"912-45" not in public
    assert b"zebra" not in public
    assert b"AKIA" not in public


def test_secrets_directly_under_event_run_job_and_dataset_are_dropped() -> None:
    extra = {"password": "zebra", "credentials": {"a": ["zebra"]}}
    dataset = {"namespace": "n", "name": "d", **extra}
    done = redacted({"run": {"runId": "r", **extra}, "job": {"name": "j", **extra}, "outputs": [dataset], **extra})
    assert b"zebra" not in msgspec.json.encode(done.event) + done.sealed
    assert done.event["outputs"][0]["name"] == "d"


PAIRS: tuple[Any, ...] = (
    {"key": "db.password", "value": "zebra"},
    [{"name": "API_KEY", "value": "zebra"}],
    ["load", "--password", "zebra"],
    [["spark.password", "zebra"]],
    {"https://bob:zebra@host/x": 1},
)


@pytest.mark.parametrize("value", PAIRS)
def test_pairs_and_keys_that_carry_secrets_lose_them(value: Any) -> None:
    done = redacted(with_facet("odd", {"value": value}))
    assert b"zebra" not in msgspec.json.encode(done.event) + done.sealed


def test_columns_that_are_called_like_secrets_keep_their_lineage() -> None:
    column = {"inputFields": [{"namespace": "n", "name": "d", "field": "password"}]}
    event = with_facet("columnLineage", {**_META, "fields": {"password": column}}, "dataset")
    assert redacted(event).event == event


def test_a_facet_that_is_called_like_a_secret_keeps_nothing() -> None:
    done = redacted(with_facet("credentials", {"user": "zebra", "more": ["zebra"]}))
    assert b"zebra" not in msgspec.json.encode(done.event) + done.sealed


def test_a_tag_that_only_says_yes_stays() -> None:
    event = with_facet("tags", {"tags": [{"key": "secret", "value": "true"}]})
    assert redacted(event).event == event


def test_sql_whose_parts_are_no_statements_is_sealed_whole() -> None:
    for text in ("SELECT a FROM t; zebra 912", "zebra", "SELECT a FROM t WHERE b = “zebra”", "SELECT a FROM t WHERE b = ＇zebra＇"):
        done = redacted(with_facet("sql", {"query": text}, "job"))
        assert b"zebra" not in msgspec.json.encode(done.event)
        assert done.warnings
    event = with_facet("sql", {"query": "BEGIN x := y; END; SELECT a FROM t;;"}, "job")
    assert redacted(event).event == event


COMMANDS = (
    "jdbc:oracle:thin:user/zebra@h:1521:x",
    "jdbc:oracle:thin:user/zebra@//h:1521/x",
    "postgres://u:ze#zebra@host/db",
    "postgres://u:ze?zebra@host/db",
    "psql --password zebra -h x",
    "sqoop --db-password 'zebra x' --table t",
    "mysql -u root -pzebra db",
    "mysqldump -h x -p zebra db",
    "curl -u bob:zebra https://x",
    "<db.password>zebra</db.password>",
    '{"key": "db.password", "value": "zebra"}',
    '["--password", "zebra"]',
    "connect scott/zebra@orcl",
)


@pytest.mark.parametrize("text", COMMANDS)
def test_secrets_told_by_the_form_around_them_leave_free_texts_and_errors(text: str) -> None:
    for facet in ({"note": text}, {"message": text}):
        done = redacted(with_facet("odd", dict(facet)))
        assert b"zebra" not in msgspec.json.encode(done.event) + done.sealed


@pytest.mark.parametrize("text", COMMANDS[:4])
def test_names_that_are_addresses_lose_their_userinfo_only(text: str) -> None:
    done = redacted({"inputs": [{"namespace": text, "name": "a --password keep"}]})
    assert b"zebra" not in msgspec.json.encode(done.event)
    assert done.event["inputs"][0]["name"] == "a --password keep"


@pytest.mark.parametrize("text", ["docker run -u 1000:1000 -p 80:80", "mkdir -p a/b", "https://h/a?x=1#b@c", "a non-token thing"])
def test_forms_that_carry_no_secret_stay(text: str) -> None:
    event = with_facet("odd", {"note": text})
    assert redacted(event).event == event


def test_a_text_that_is_too_long_is_sealed_whole_with_a_warning() -> None:
    event = with_facet("odd", {"note": "zebra " * 50_000})
    done = redacted(event)
    public = msgspec.json.encode(done.event)
    assert b"zebra" not in public
    assert done.warnings == ("Text was too long to be read and was sealed whole at `run.facets.odd.note`",)
    assert msgspec.json.decode(restore(public, done.sealed)) == event


def test_too_much_text_in_an_event_is_replaced_with_one_warning() -> None:
    done = redacted(with_facet("odd", {"notes": [f"zebra {number} password=zebra" * 400 for number in range(600)]}))
    public = msgspec.json.encode(done.event)
    assert done.event["run"]["facets"]["odd"]["notes"][-1].startswith("hw:txt:")
    assert len(done.warnings) == 1
    assert b"password=zebra" not in public + done.sealed


def test_a_key_that_is_too_long_is_dropped() -> None:
    done = redacted(with_facet("odd", {"://a:zebra@" * 30_000: 1}))
    assert b"zebra" not in msgspec.json.encode(done.event)
