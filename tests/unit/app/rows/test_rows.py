"""Rows are followed to the batches that they came from, through recorded statements that are run again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.capture.sql.provenance import BadCondition
from headwater.model.errors import UnknownNode, UsageError
from headwater.sdk.local import LocalClient
from tests.unit.app.rows.lake import SPACE, Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with LocalClient.open(tmp_path / "home", create=True) as client:
        made = Clinic(tmp_path, client)
        made.deliver("d1", "id,ward,code,value\n1,north,HBA1C,5\n2,south,HBA1C,6\n3,north,NA,140\n")
        made.deliver("d2", "id,ward,code,value\n4,north,HBA1C,9\n5,west,NA,138\n")
        client.lakes.scan("clinic", made.home)
        yield made


OUTSIDE = {
    "producer": "https://example.com/etl",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    "eventType": "COMPLETE",
    "eventTime": "2026-11-23T09:00:00Z",
    "run": {"runId": "01939a00-0000-7000-8000-00000000ffff"},
    "job": {"namespace": "etl", "name": "later"},
    "outputs": [{"namespace": SPACE, "name": "raw.later"}],
}
STAGE = "CREATE OR REPLACE TABLE stage.hba1c AS SELECT id, ward, value FROM raw.labs WHERE code = 'HBA1C'"
MART = "CREATE OR REPLACE TABLE mart.wards AS SELECT ward, count(*) AS n, avg(value) AS mean FROM stage.hba1c GROUP BY ward"


def test_a_row_of_a_source_names_its_batch(clinic: Clinic) -> None:
    told = clinic.rows("raw.labs", "id = 4")
    [batch] = told.result.batches
    assert (batch.batch, batch.rows, batch.tier, batch.source, batch.kind) == ("d2", 1, "confirmed", "labs", "feed")
    assert batch.origin == "dataset:feed://metabolic:labs" and batch.run and batch.at and batch.delivered_at
    assert told.complete and batch.position in told.entries
    assert clinic.batches("raw.labs") == {"d1": (3, "confirmed"), "d2": (2, "confirmed")}


def test_rows_of_an_older_version_are_asked_for_by_the_beginning_of_its_name(clinic: Clinic) -> None:
    history = clinic.client.lakes.history("raw.labs").result
    first = next(version.change.version for version in history.versions[::-1] if version.rows == 3)
    told = clinic.rows("raw.labs", as_of=f"version:{first[:-2]}")
    assert (told.result.version, told.result.rows) == (first, 3)
    assert [(batch.batch, batch.rows) for batch in told.result.batches] == [("d1", 3)]
    with pytest.raises(UsageError, match="cannot find version `version-x`"):
        clinic.rows("raw.labs", as_of="version-x")


def test_a_dataset_that_no_scan_has_seen_yet_is_found_by_a_scan_of_its_lake(clinic: Clinic) -> None:
    clinic.client.record([json.dumps(OUTSIDE).encode()])
    for ask in (clinic.rows, clinic.client.lakes.history):
        with pytest.raises(UsageError, match="expected a dataset that a scan of a lake has seen") as caught:
            ask("raw.later")
        assert caught.value.next_step == "headwater lake scan clinic"


def test_rows_are_followed_through_two_statements_whose_values_were_sealed(clinic: Clinic) -> None:
    clinic.run("stage.hba1c", STAGE, "raw.labs", versions=True)
    clinic.run("mart.wards", MART, "stage.hba1c")
    assert clinic.batches("stage.hba1c", "id = 2") == {"d1": (1, "confirmed")}
    assert clinic.batches("mart.wards", "ward = 'south'") == {"d1": (1, "confirmed")}
    assert clinic.batches("mart.wards", "ward = 'north'") == {"d1": (1, "confirmed"), "d2": (1, "confirmed")}
    told = clinic.rows("mart.wards").result
    assert [(step.dataset.rpartition(":")[2], step.how, step.rows, step.unmatched) for step in told.steps] == [
        ("mart.wards", "run again", 2, 0), ("stage.hba1c", "run again", 3, 0), ("raw.labs", "read", 5, 0),
    ]  # fmt: skip
    assert [told.steps[0].inputs[0].how, told.steps[1].inputs[0].how] == ["assumed", "recorded"]


def test_a_statement_is_run_again_on_the_version_that_it_read(clinic: Clinic) -> None:
    clinic.run("stage.hba1c", STAGE, "raw.labs")
    clinic.deliver("d3", "id,ward,code,value\n6,north,HBA1C,4\n")
    clinic.client.lakes.scan("clinic", clinic.home)
    assert clinic.batches("stage.hba1c") == {"d1": (2, "confirmed"), "d2": (1, "confirmed")}
    assert clinic.rows("stage.hba1c").result.steps[0].unmatched == 0


def test_what_was_added_by_several_runs_is_told_apart(clinic: Clinic) -> None:
    clinic.run("mart.ids", "CREATE OR REPLACE TABLE mart.ids AS SELECT id FROM raw.labs WHERE value > 100", "raw.labs")
    clinic.run("mart.ids", "INSERT INTO mart.ids SELECT id FROM raw.labs WHERE value = 9", "raw.labs", mode="append")
    assert clinic.batches("mart.ids", "id = 4") == {"d2": (1, "confirmed")}
    assert clinic.batches("mart.ids", "id = 3") == {"d1": (1, "confirmed")}


def test_what_may_only_have_decided_is_possible(clinic: Clinic) -> None:
    sql = "CREATE OR REPLACE TABLE mart.first AS SELECT id FROM raw.labs l WHERE NOT EXISTS (SELECT 1 FROM raw.labs m WHERE m.id < l.id)"
    clinic.run("mart.first", sql, "raw.labs")
    assert clinic.batches("mart.first") == {"d1": (1, "confirmed")}
    windowed = "CREATE OR REPLACE TABLE mart.ranks AS SELECT id, rank() OVER (ORDER BY value) AS place FROM raw.labs"
    clinic.run("mart.ranks", windowed, "raw.labs")
    assert clinic.batches("mart.ranks", "id = 1") == {"d1": (1, "confirmed"), "d2": (1, "possible")}


def test_a_view_that_no_lake_holds_is_followed_all_the_same(clinic: Clinic) -> None:
    clinic.run("mart.high", "CREATE VIEW mart.high AS SELECT id FROM raw.labs WHERE value > 8", "raw.labs", view=True)
    assert clinic.batches("mart.high", "id = 4") == {"d2": (1, "confirmed")}


def test_rows_written_by_hand_are_told_and_may_come_from_anywhere(clinic: Clinic) -> None:
    clinic.run("stage.hba1c", STAGE, "raw.labs")
    table = clinic.catalog.load_table("stage.hba1c")
    table.append(table.scan().to_arrow().slice(0, 1).set_column(0, "id", [[77]]).cast(table.schema().as_arrow()))
    clinic.client.lakes.scan("clinic", clinic.home)
    told = clinic.rows("stage.hba1c", "id = 77")
    assert not told.complete and "ROWS-UNMATCHED" in {gap.code for gap in told.gaps}
    tiers = {batch.batch or "by hand": batch.tier for batch in told.result.batches}
    assert tiers == {"by hand": "confirmed", "d1": "possible", "d2": "possible"}


def test_rows_without_a_load_are_of_the_version_that_held_them_first_also_after_a_rewriting(clinic: Clinic) -> None:
    import pyarrow as pa

    clinic._write("raw.wards", pa.table({"ward": ["north", "south"], "beds": [10, 20]}), "append")
    clinic._write("raw.wards", pa.table({"ward": ["west"], "beds": [30]}), "append")
    first, second = (str(snapshot.snapshot_id) for snapshot in clinic.catalog.load_table("raw.wards").snapshots())
    clinic.catalog.load_table("raw.wards").delete("ward = 'south'")
    clinic.client.lakes.scan("clinic", clinic.home)
    told = {condition: clinic.rows("raw.wards", condition).result.batches for condition in ("ward = 'north'", "ward = 'west'")}
    assert [(batch.version, batch.tier, batch.batch) for batch in told["ward = 'north'"]] == [(first, "confirmed", "")]
    assert [batch.version for batch in told["ward = 'west'"]] == [second]
    assert clinic.rows("raw.wards", "ward = 'south'").result.rows == 0


def test_without_sealing_a_statement_is_a_gap_and_the_answer_stops_there(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "headwater.toml").write_text("seal = false\n", encoding="utf-8")
    with LocalClient.open(tmp_path / "home", create=True) as client:
        clinic = Clinic(tmp_path, client)
        clinic.deliver("d1", "id,ward,code,value\n1,north,HBA1C,5\n")
        client.lakes.scan("clinic", clinic.home)
        clinic.run("stage.hba1c", STAGE, "raw.labs")
        told = clinic.rows("stage.hba1c")
    assert not told.complete and {gap.code for gap in told.gaps} == {"ROWS-SEALED"}
    assert [(batch.batch, batch.rows) for batch in told.result.batches] == [("", 1)]


@pytest.mark.parametrize(
    "condition",
    [
        "ward ==== 'north'",
        "diagnosis = 'x'",
        "id = 1; DROP TABLE raw.labs",
        "id IN (SELECT id FROM raw.labs)",
        "count(*) > 1",
        "random() < 1",
        "read_text('/etc/passwd') = 'x'",
        "getenv('HOME') = 'x'",
        "ward::DATE = 'tomorrow'",
        "'",
        "(" * 5000,
        "DELETE FROM raw.labs",
    ],
)
def test_a_condition_that_is_none_is_refused_without_a_value(clinic: Clinic, condition: str) -> None:
    with pytest.raises(BadCondition) as caught:
        clinic.rows("raw.labs", condition)
    for value in ("north", "tomorrow", "passwd"):
        assert value not in str(caught.value)


def test_a_dataset_that_nobody_knows_is_refused(clinic: Clinic) -> None:
    with pytest.raises(UnknownNode):
        clinic.rows("raw.nothing", "id = 1")


def test_a_condition_is_asked_of_what_is_stored_also_where_a_statement_gives_other_types(clinic: Clinic) -> None:
    import pyarrow as pa

    clinic._write("mart.ids", pa.table({"id": [4, 5], "value": [9, 138]}), "append")
    sql = "CREATE OR REPLACE TABLE mart.ids AS SELECT id, (value + 0.25)::VARCHAR::DECIMAL(9, 2) AS value FROM raw.labs WHERE id > 3"
    clinic.run("mart.ids", sql, "raw.labs", view=True)
    told = clinic.rows("mart.ids", "value = 138")
    assert told.complete and [(batch.batch, batch.rows) for batch in told.result.batches] == [("d2", 1)]
    assert [(step.rows, step.unmatched) for step in told.result.steps] == [(2, 0), (5, 0)]


def test_a_condition_that_fits_only_rows_that_are_stored_is_asked_of_them(clinic: Clinic) -> None:
    clinic.run("mart.codes", "CREATE OR REPLACE TABLE mart.codes AS SELECT code, id FROM raw.labs", "raw.labs")
    clinic.catalog.load_table("mart.codes").overwrite(
        clinic.catalog.load_table("mart.codes").scan("id = 1").to_arrow().set_column(0, "code", [["7"]])
    )
    clinic.client.lakes.scan("clinic", clinic.home)
    told = clinic.rows("mart.codes", "code::INTEGER = 7")
    assert told.result.rows == 1 and "ROWS-UNMATCHED" in {gap.code for gap in told.gaps}


def test_more_batches_than_a_word_holds_are_told_apart(clinic: Clinic) -> None:
    import pyarrow as pa

    for number in range(70):
        clinic._write("raw.days", pa.table({"ward": ["north" if number % 2 else "south"], "day": [number]}), "append")
    clinic.client.lakes.scan("clinic", clinic.home)
    clinic.run("stage.days", "CREATE OR REPLACE TABLE stage.days AS SELECT ward, day FROM raw.days WHERE day < 68", "raw.days")
    query = "SELECT s.ward, count(*) AS n FROM stage.days s JOIN raw.days r ON s.day = r.day GROUP BY s.ward"
    clinic.run("mart.days", f"CREATE OR REPLACE TABLE mart.days AS {query}", "stage.days", "raw.days")
    versions = [str(snapshot.snapshot_id) for snapshot in clinic.catalog.load_table("raw.days").snapshots()]
    for ward, first in (("north", 1), ("south", 0)):
        told = clinic.rows("mart.days", f"ward = '{ward}'")
        assert told.complete and {batch.tier for batch in told.result.batches} == {"confirmed"}
        assert {batch.version for batch in told.result.batches} == set(versions[first:68:2])
    assert {batch.version for batch in clinic.rows("raw.days", "day = 69").result.batches} == {versions[69]}
