"""Rows of tables that UPDATE, DELETE, MERGE and scripts change are followed to the batches that they came from before and through these."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.model.errors import UsageError
from headwater.sdk.local import LocalClient
from tests.unit.app.rows.lake import Clinic

MADE = "CREATE OR REPLACE TABLE mart.latest AS SELECT id, ward, value FROM raw.labs WHERE id <= 2"
MERGED = (
    "MERGE INTO mart.latest AS t USING (SELECT id, ward, value + 1 AS value FROM raw.labs WHERE value > 8) AS s ON t.id = s.id "
    "WHEN MATCHED THEN UPDATE SET value = s.value WHEN NOT MATCHED THEN INSERT (value, id, ward) VALUES (s.value, s.id, s.ward)"
)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with LocalClient.open(tmp_path / "home", create=True) as client:
        made = Clinic(tmp_path, client)
        made.deliver("d1", "id,ward,code,value\n1,north,HBA1C,5\n2,south,HBA1C,6\n")
        client.lakes.scan("clinic", made.home)
        made.run("mart.latest", MADE, "raw.labs")
        made.deliver("d2", "id,ward,code,value\n4,north,HBA1C,9\n2,south,NA,138\n")
        client.lakes.scan("clinic", made.home)
        yield made


def test_a_merged_row_names_the_batches_before_and_those_merged_in(clinic: Clinic) -> None:
    clinic.change("mart.latest", MERGED, "raw.labs")
    assert clinic.batches("mart.latest", "id = 1") == {"d1": (1, "confirmed")}
    assert clinic.batches("mart.latest", "id = 2") == {"d1": (1, "confirmed"), "d2": (1, "confirmed")}
    assert clinic.batches("mart.latest", "id = 4") == {"d2": (1, "confirmed")}
    told = clinic.rows("mart.latest").result
    assert [(step.dataset.rpartition(":")[2], step.how, step.unmatched) for step in told.steps] == [
        ("mart.latest", "run again", 0), ("mart.latest", "run again", 0), ("raw.labs", "read", 0), ("raw.labs", "read", 0),
    ]  # fmt: skip
    assert {each.dataset.rpartition(":")[2]: each.how for each in told.steps[0].inputs} == {"mart.latest": "before", "raw.labs": "assumed"}


def test_changes_after_changes_are_followed_one_by_one(clinic: Clinic) -> None:
    clinic.change("mart.latest", "UPDATE mart.latest SET value = value * 10 WHERE ward = 'north'")
    clinic.change("mart.latest", "DELETE FROM mart.latest WHERE id IN (SELECT id FROM raw.labs WHERE value > 100)", "raw.labs")
    clinic.run("mart.latest", "INSERT INTO mart.latest SELECT id, ward, value FROM raw.labs WHERE id = 4", "raw.labs", mode="append")
    clinic.change("mart.latest", "UPDATE mart.latest SET ward = 'all'")
    assert clinic.batches("mart.latest", "value = 50") == {"d1": (1, "confirmed")}
    assert clinic.batches("mart.latest", "id = 4") == {"d2": (1, "confirmed")}
    assert clinic.rows("mart.latest", "id = 2").result.rows == 0
    assert len(clinic.rows("mart.latest").result.steps) == 7


def test_a_script_is_followed_through_its_own_tables(clinic: Clinic) -> None:
    script = (
        "BEGIN; CREATE TEMP TABLE fresh AS SELECT id, ward, value FROM raw.labs WHERE value > 8; "
        "DELETE FROM mart.latest WHERE id IN (SELECT id FROM fresh); INSERT INTO mart.latest SELECT * FROM fresh; DROP TABLE fresh; COMMIT"
    )
    clinic.change("mart.latest", script, "raw.labs")
    assert clinic.batches("mart.latest", "id = 1") == {"d1": (1, "confirmed")}
    assert clinic.batches("mart.latest", "id > 1") == {"d2": (2, "confirmed")}


def test_rows_that_a_hand_put_beside_a_change_are_told_and_are_of_that_version(clinic: Clinic) -> None:
    clinic.change("mart.latest", "UPDATE mart.latest SET value = value + 1", spoilt="INSERT INTO mart.latest VALUES (99, 'east', 1)")
    told = clinic.rows("mart.latest", "id = 99")
    assert "ROWS-UNMATCHED" in {gap.code for gap in told.gaps}
    current = clinic.version("mart.latest")
    assert {(batch.batch, batch.version if not batch.batch else ""): batch.tier for batch in told.result.batches} == {
        ("", current): "confirmed", ("d1", ""): "possible",
    }  # fmt: skip
    assert [batch.batch for batch in clinic.rows("mart.latest", "id = 1").result.batches] == ["d1"]


def test_a_run_that_reads_what_an_earlier_one_changed_reads_it_as_it_was_then(clinic: Clinic) -> None:
    clinic.change("mart.latest", "UPDATE mart.latest SET value = 77 WHERE id = 1")
    clinic.run("mart.latest", "INSERT INTO mart.latest SELECT id + 100 AS id, ward, value FROM mart.latest", "mart.latest", mode="append")
    assert clinic.batches("mart.latest", "id = 101 AND value = 77") == {"d1": (1, "confirmed")}


def test_rows_that_were_there_before_runs_that_only_added_are_of_their_own_version(clinic: Clinic) -> None:
    clinic._write("mart.seen", pa.table({"id": pa.array([70], pa.int64())}), "append")
    first = clinic.version("mart.seen")
    clinic.client.lakes.scan("clinic", clinic.home)
    clinic.run("mart.seen", "INSERT INTO mart.seen SELECT id FROM raw.labs WHERE id = 1", "raw.labs", mode="append")
    clinic.run("mart.seen", "INSERT INTO mart.seen SELECT id FROM raw.labs WHERE id = 4", "raw.labs", mode="append")
    told = clinic.rows("mart.seen", "id = 70")
    assert told.complete and [(batch.version, batch.tier) for batch in told.result.batches] == [(first, "confirmed")]
    assert clinic.batches("mart.seen", "id = 1") == {"d1": (1, "confirmed")}


def test_a_table_that_no_lake_holds_is_followed_through_its_changes(clinic: Clinic) -> None:
    clinic.tell("tmp.seen", "CREATE TABLE tmp.seen AS SELECT id, value FROM raw.labs WHERE id < 4", "raw.labs")
    clinic.tell("tmp.seen", "UPDATE tmp.seen SET value = 0 WHERE value < 100")
    clinic.tell(
        "tmp.seen", "MERGE INTO tmp.seen USING raw.labs AS l ON seen.id = l.id WHEN NOT MATCHED THEN INSERT VALUES (l.id, 7)", "raw.labs"
    )
    assert clinic.batches("tmp.seen", "id = 1") == {"d1": (1, "confirmed")}
    assert clinic.batches("tmp.seen", "value = 7") == {"d2": (1, "confirmed")}
    assert clinic.rows("tmp.seen", "value = 0").result.rows == 2


def test_a_table_that_was_emptied_has_no_rows_and_is_filled_again(clinic: Clinic) -> None:
    clinic.change("mart.latest", "DELETE FROM mart.latest WHERE id > 0")
    assert clinic.rows("mart.latest", "id = 1").result.rows == 0
    clinic.change(
        "mart.latest", "TRUNCATE mart.latest; INSERT INTO mart.latest SELECT id, ward, value FROM raw.labs WHERE id = 4", "raw.labs"
    )
    assert clinic.batches("mart.latest") == {"d2": (1, "confirmed")}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "WITH x AS (SELECT * FROM raw.labs) DELETE FROM x WHERE id = 1"),
        ("tsql", "UPDATE tmp.seen SET value = 0 FROM tmp.seen AS w WHERE w.id = 1"),
        ("mysql", "UPDATE tmp.seen SET id = value, value = id"),
        ("duckdb", "DELETE FROM tmp.seen WHERE EXISTS (SELECT 1 FROM raw.seen WHERE raw.seen.id = tmp.seen.id)"),
        ("postgres", "WITH u AS (DELETE FROM tmp.seen WHERE id = 1 RETURNING *) INSERT INTO tmp.seen SELECT id, 9 FROM u"),
        ("duckdb", "UPDATE tmp.seen SET value = l.value FROM raw.labs AS l WHERE seen.value < l.value"),
        ("duckdb", "CREATE TEMP TABLE b AS SELECT * FROM raw.labs; DROP TABLE b; INSERT INTO tmp.seen SELECT id, value FROM b; SELECT 1"),
        ("duckdb", "CREATE TEMP VIEW w AS SELECT id, value FROM tmp.seen; DELETE FROM tmp.seen WHERE id = 1; INSERT INTO tmp.seen FROM w"),
        ("duckdb", "MERGE INTO tmp.seen USING raw.labs AS l ON seen.id = l.id " + "WHEN MATCHED AND l.id = 1 THEN DELETE " * 30),
    ],
)
def test_what_is_not_certain_is_a_fault_told_plainly_and_never_other_rows(clinic: Clinic, dialect: str, sql: str) -> None:
    clinic.tell("tmp.seen", "CREATE TABLE tmp.seen AS SELECT id, value FROM raw.labs", "raw.labs")
    clinic.tell("tmp.seen", sql, "raw.labs", dialect=dialect)
    told = None
    with suppress(UsageError):
        told = clinic.rows("tmp.seen")
    assert told is None or not told.complete
