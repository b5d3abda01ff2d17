"""Records of each platform's log, made by us in the documented forms: which writes they tell."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from headwater.capture.audit import AuditedWrite, Changed, Unfit, log_of
from headwater.capture.audit.postgres import CSV_COLUMNS
from headwater.model.lakes import JOB_STAMP, RUN_STAMP, AuditKind

RUN = "6f1d2c1e-0000-4000-8000-000000000001"


def told(kind: AuditKind, *records: Any) -> list[AuditedWrite]:
    log = log_of(kind)
    for record in records:
        log.take(record)
    return list(log.writes())


def snowflake(**more: Any) -> dict[str, Any]:
    return {
        "QUERY_ID": "01b2",
        "QUERY_TEXT": "update visits set cost = 0",
        "QUERY_TYPE": "UPDATE",
        "USER_NAME": "ANNA",
        "DATABASE_NAME": "CLINIC",
        "SCHEMA_NAME": "PUBLIC",
        "EXECUTION_STATUS": "SUCCESS",
        "START_TIME": "2026-11-01 06:00:00.000 -0800",
        "END_TIME": "2026-11-01 06:00:02.500 -0800",
        "ROWS_UPDATED": 12,
        "OBJECTS_MODIFIED": json.dumps([{"objectDomain": "Table", "objectName": "CLINIC.PUBLIC.VISITS", "columns": []}]),
        **more,
    }


def test_snowflake_tells_the_table_its_rows_and_who() -> None:
    [write] = told("snowflake", snowflake())
    assert write.changed == (Changed("CLINIC.PUBLIC.VISITS", 12, 12),)
    assert (write.author, write.operation, write.catalog, write.schema) == ("ANNA", "UPDATE", "CLINIC", "PUBLIC")
    assert write.started.isoformat() == "2026-11-01T06:00:00-08:00"
    assert write.ended.timestamp() - write.started.timestamp() == 2.5


def test_snowflake_reads_stages_and_failed_queries_are_no_writes() -> None:
    stage = json.dumps([{"objectDomain": "Stage", "objectName": "CLINIC.PUBLIC.OUT"}])
    read = snowflake(QUERY_ID="1", QUERY_TYPE="SELECT", ROWS_UPDATED=0, OBJECTS_MODIFIED="[]")
    unloaded = snowflake(QUERY_ID="2", QUERY_TYPE="UNLOAD", ROWS_UPDATED=None, OBJECTS_MODIFIED=stage)
    failed = snowflake(QUERY_ID="3", EXECUTION_STATUS="FAIL")
    assert told("snowflake", read, unloaded, failed) == []


def test_snowflake_without_access_history_leaves_the_table_to_the_text() -> None:
    [write] = told("snowflake", snowflake(OBJECTS_MODIFIED=None))
    assert write.changed == ()


def test_snowflake_a_dropped_table_is_a_write() -> None:
    [write] = told("snowflake", snowflake(QUERY_TYPE="DROP", QUERY_TEXT="drop table visits", ROWS_UPDATED=None, OBJECTS_MODIFIED=None))
    assert write.operation == "DROP"


def test_snowflake_a_query_tag_names_the_run() -> None:
    [write] = told("snowflake", snowflake(QUERY_TAG=json.dumps({RUN_STAMP: RUN, JOB_STAMP: "nightly"})))
    assert write.stamps == {RUN_STAMP: RUN, JOB_STAMP: "nightly"}


def bigquery_change(**more: Any) -> dict[str, Any]:
    event = {"insertedRowsCount": "3", "deletedRowsCount": "1", "jobName": "projects/clinic/jobs/job_7", "reason": "QUERY", **more}
    payload = {
        "authenticationInfo": {"principalEmail": "anna@clinic.example"},
        "resourceName": "projects/clinic/datasets/marts/tables/visits",
        "metadata": {"@type": "type.googleapis.com/google.cloud.audit.BigQueryAuditMetadata", "tableDataChange": event},
    }
    return {"protoPayload": payload, "timestamp": "2026-11-01T14:00:03.123456Z", "insertId": "a1"}


def bigquery_job(**query: Any) -> dict[str, Any]:
    config = {
        "query": "merge into visits using staged on true when matched then delete",
        "statementType": "MERGE",
        "destinationTable": "projects/clinic/datasets/marts/tables/visits",
        "defaultDataset": "projects/clinic/datasets/marts",
        **query,
    }
    job = {
        "jobName": "projects/clinic/jobs/job_7",
        "jobConfig": {"type": "QUERY", "queryConfig": config, "labels": {"lineage_run-id": RUN}},
        "jobStatus": {"jobState": "DONE"},
        "jobStats": {"startTime": "2026-11-01T14:00:00Z", "endTime": "2026-11-01T14:00:03Z"},
    }
    return {"protoPayload": {"metadata": {"jobChange": {"job": job}}}, "timestamp": "2026-11-01T14:00:04Z", "insertId": "a2"}


@pytest.mark.parametrize("order", [1, -1])
def test_bigquery_joins_the_change_with_its_job_in_any_order(order: int) -> None:
    [write] = told("bigquery", *[bigquery_change(), bigquery_job(), bigquery_job()][::order])
    assert write.id == "job_7" and write.changed == (Changed("clinic.marts.visits", 3, 1),)
    assert write.operation == "MERGE" and write.schema == "marts" and write.author == "anna@clinic.example"
    assert write.stamps == {RUN_STAMP: RUN}
    assert write.started < write.ended


def test_bigquery_a_job_alone_tells_its_table_and_no_rows() -> None:
    [write] = told("bigquery", bigquery_job())
    assert write.changed == (Changed("clinic.marts.visits"),)


def test_bigquery_results_of_queries_are_no_writes() -> None:
    assert told("bigquery", bigquery_job(statementType="SELECT", destinationTable="projects/clinic/datasets/_a1/tables/anon2")) == []


def test_bigquery_exported_to_a_table_is_read_too() -> None:
    record = bigquery_change()
    payload = record.pop("protoPayload")
    payload["metadataJson"] = json.dumps(payload.pop("metadata"))
    [write] = told("bigquery", {**record, "protopayload_auditlog": payload})
    assert write.changed == (Changed("clinic.marts.visits", 3, 1),)


def redshift(**more: Any) -> dict[str, Any]:
    return {
        "query_id": 101,
        "query_type": "UPDATE",
        "query_text": "update visits set cost = 0",
        "username": "anna      ",
        "database_name": "clinic",
        "start_time": "2026-11-01 14:00:00.5",
        "end_time": "2026-11-01 14:00:01.5",
        "status": "success   ".strip(),
        **more,
    }


def test_redshift_adds_up_the_steps_of_a_query() -> None:
    steps = [("insert", 5, 0), ("insert", 7, 1), ("delete", 12, 0)]
    records = [
        redshift(step_name=step, table_name="clinic.public.visits", output_rows=rows, slice_id=slice_id) for step, rows, slice_id in steps
    ]
    [write] = told("redshift", *records, *records)
    assert write.changed == (Changed("clinic.public.visits", 12, 12),)
    assert write.author == "anna"


def test_redshift_reads_and_failures_are_no_writes() -> None:
    assert told("redshift", redshift(query_type="SELECT"), redshift(status="failed"), redshift(query_type="UNLOAD")) == []


def test_redshift_a_shortened_text_is_not_taken_for_the_whole() -> None:
    [write] = told("redshift", redshift(query_text="insert into t select 1 " + "x" * 4_000))
    assert write.statement == ""


def postgres(line: int, message: str, severity: str = "LOG", **more: Any) -> dict[str, Any]:
    return {
        "timestamp": "2026-11-01 14:00:00.123 UTC",
        "user": "anna",
        "dbname": "clinic",
        "session_id": "6543.1",
        "line_num": line,
        "error_severity": severity,
        "message": message,
        **more,
    }


def statements(*messages: str) -> list[str]:
    return [write.statement for write in told("postgres", *(postgres(line, text) for line, text in enumerate(messages, 1)))]


def test_postgres_statements_of_both_protocols_are_told() -> None:
    assert statements("statement: delete from visits", "execute s1: insert into visits values ($1)", "statement: select 1") == [
        "delete from visits",
        "insert into visits values ($1)",
    ]


def test_postgres_what_was_rolled_back_is_not_told() -> None:
    assert statements("statement: BEGIN", "statement: delete from visits", "statement: ROLLBACK", "statement: delete from wards") == [
        "delete from wards"
    ]
    assert statements("statement: begin", "statement: delete from visits", "statement: commit") == ["delete from visits"]


def test_postgres_what_failed_is_not_told() -> None:
    failed = postgres(2, "permission denied", "ERROR", statement="delete from visits")
    assert told("postgres", postgres(1, "statement: delete from visits"), failed) == []


def test_postgres_audit_records_stand_for_all() -> None:
    audited = 'AUDIT: SESSION,4,1,WRITE,UPDATE,TABLE,public.visits,"update visits set cost = 0, paid = true",<none>'
    [write] = told("postgres", postgres(1, "statement: update visits set cost = 0"), postgres(2, audited))
    assert write.changed == (Changed("clinic.public.visits"),)
    assert write.statement == "update visits set cost = 0, paid = true"


def test_postgres_a_log_in_csv_has_the_same_members() -> None:
    row = dict(zip(CSV_COLUMNS, ["2026-11-01 14:00:00.123 UTC", "anna", "clinic", "1", "", "6543.1", "3"], strict=False))
    [write] = told("postgres", {**row, "error_severity": "LOG", "message": "statement: truncate visits"})
    assert write.operation == "TRUNCATE"


def test_a_comment_names_the_run() -> None:
    [write] = told("postgres", postgres(1, f"statement: /* {RUN_STAMP}={RUN} */ delete from visits"))
    assert write.stamps == {RUN_STAMP: RUN}


@pytest.mark.parametrize("kind", ["bigquery", "postgres", "redshift", "snowflake"])
@pytest.mark.parametrize("record", [None, 7, [], {}, {"a": 1}, {"query_id": {}}, {"message": 1, "error_severity": 2}])
def test_what_is_no_record_of_a_log_is_refused_or_left_out(kind: AuditKind, record: Any) -> None:
    log = log_of(kind)
    with suppress(Unfit):
        log.take(record)
    assert list(log.writes()) == []


def test_a_time_in_a_zone_with_a_name_of_its_own_is_refused() -> None:
    with pytest.raises(Unfit, match="timestamp"):
        log_of("postgres").take({**postgres(1, "statement: delete from visits"), "timestamp": "2026-11-01 14:00:00 CET"})
