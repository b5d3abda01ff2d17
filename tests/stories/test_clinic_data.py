"""The clinic's data are what its table of incidents says: each incident is in them, and only where it should be."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from headwater_clinic import truth
from headwater_clinic.pipeline import prepare, run_pipeline
from headwater_clinic.planting import update_by_hand
from headwater_clinic.transforms import transforms
from openlineage.client import OpenLineageClient
from openlineage.client.transport.noop import NoopConfig, NoopTransport


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clinic")
    client = OpenLineageClient(transport=NoopTransport(NoopConfig()))
    run_pipeline(place, prepare(place), client, lambda done: None)
    return place


def test_every_public_case_code_is_a_record_number(folder: Path) -> None:
    assert truth.record_numbers_made_public(folder) == "861 of 861 case codes are record numbers"


def test_one_batch_of_the_supplier_is_in_other_units_than_its_manifest_says(folder: Path) -> None:
    assert truth.units_by_batch(folder) == "median glucose 5.0 in metabolic-panel-05, 88.0 to 93.0 in the others"


def test_one_employee_opened_a_colleagues_record_without_treatment(folder: Path) -> None:
    assert truth.records_opened_without_treatment(folder) == "1 of 1295 accesses: e014 opened the record of e007"


def test_one_request_of_an_agent_is_beyond_its_persons_rights(folder: Path) -> None:
    assert truth.requests_beyond_rights(folder) == "1 of 25 requests: triage-assistant read 912 rows of lake.staging.notes for e005"


def test_the_update_by_hand_is_all_that_differs_from_what_the_pipeline_wrote(folder: Path) -> None:
    assert truth.rows_changed_by_hand(folder) == "0 rows differ from what the pipeline wrote"
    update_by_hand(folder / "lake.duckdb")
    assert truth.rows_changed_by_hand(folder) == "186 rows differ from what the pipeline wrote"


def test_each_sql_step_reads_exactly_the_tables_its_header_names(folder: Path) -> None:
    with duckdb.connect(str(folder / "lake.duckdb"), read_only=True) as lake:
        for step in transforms():
            query = step.sql.partition(" AS\n")[2]
            named = {name.partition(" AS ")[0] for name in lake.get_table_names(query, qualified=True)}
            assert named == set(step.reads), step.name


def test_the_pipeline_transforms_at_least_a_dozen_times() -> None:
    assert len(transforms()) == 16
