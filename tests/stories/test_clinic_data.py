"""The clinic's data are what its table of incidents says: each incident is in them, and only where it should be."""

from __future__ import annotations

from pathlib import Path

import duckdb
import httpx
import pytest
from headwater_clinic import truth
from headwater_clinic.outside import opened
from headwater_clinic.pipeline import Ground, lake_of, run_pipeline
from headwater_clinic.planting import update_by_hand
from headwater_clinic.transforms import transforms
from openlineage.client import OpenLineageClient
from openlineage.client.transport.noop import NoopConfig, NoopTransport

from headwater.sdk import open_home


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clinic")
    client = OpenLineageClient(transport=NoopTransport(NoopConfig()))
    with opened(place / "sources") as outside, open_home(place / "home") as headwater:
        run_pipeline(Ground(place, outside, headwater, place / "home"), client, lambda done: None)
    return place


def test_every_public_case_code_is_a_record_number(folder: Path) -> None:
    assert truth.record_numbers_made_public(folder) == "861 of 861 case codes are record numbers"


def test_one_batch_of_the_supplier_is_in_other_units_than_its_manifest_says(folder: Path) -> None:
    told = "9 of 25 glucose values in 2025-12-27 are around 5.2, the 417 of other days start at 58"
    assert truth.units_by_batch(folder) == told


def test_one_employee_opened_a_colleagues_record_without_treatment(folder: Path) -> None:
    assert truth.records_opened_without_treatment(folder) == "1 of 1295 accesses: e014 opened the record of e007"


def test_without_the_switch_no_value_is_out_of_the_ordinary(tmp_path: Path) -> None:
    with opened(tmp_path / "sources", with_switch=False):
        pass
    assert truth.units_by_batch(tmp_path).startswith("0 of 25 glucose values in 2025-12-27")


def test_the_portal_answers_nobody_without_its_token(tmp_path: Path) -> None:
    with opened(tmp_path) as outside:
        portal = outside.portal
        token = portal.token.read_text()
        assert portal.token.stat().st_mode & 0o777 == 0o600
        bare, shown = (httpx.get(f"{portal.address}/messages", headers=told) for told in ({}, {"Authorization": f"Bearer {token}"}))
    assert (bare.status_code, shown.status_code, shown.json()["next"]) == (401, 200, "/v1/messages?page=1")


def test_one_request_of_an_agent_is_beyond_its_persons_rights(folder: Path) -> None:
    assert truth.requests_beyond_rights(folder) == "1 of 25 requests: triage-assistant read 912 rows of staging.notes for e005"


def test_the_update_by_hand_is_all_that_differs_from_what_the_pipeline_wrote(folder: Path) -> None:
    assert truth.rows_changed_by_hand(folder) == "0 rows differ from what the pipeline wrote"
    assert update_by_hand(lake_of(folder)) == 186
    assert truth.rows_changed_by_hand(folder) == "186 rows differ from what the pipeline wrote"


def test_each_sql_step_reads_exactly_the_tables_its_header_names() -> None:
    with duckdb.connect() as parser:
        for step in transforms():
            query = step.sql.partition(" AS\n")[2]
            named = {name.partition(" AS ")[0] for name in parser.get_table_names(query, qualified=True)}
            assert named == set(step.reads), step.name


def test_the_pipeline_transforms_at_least_a_dozen_times() -> None:
    assert len(transforms()) == 15
