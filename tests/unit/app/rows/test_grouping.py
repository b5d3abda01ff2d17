"""Groups are counted on a version by running recorded statements again, and what is counted lets aggregates pass on that version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.capture.documents import encode
from headwater.model.entries import DATASET_CLASSIFIED
from headwater.model.errors import UsageError
from headwater.model.keys import Scope
from headwater.model.lakes import DatasetName
from headwater.model.sensitivity.documents import ClassifiedDataset
from headwater.sdk.local import LocalClient
from tests.leaks.telling import verdict
from tests.unit.api.running import running
from tests.unit.app.rows.lake import SPACE, Clinic
from tests.unit.cli.calling import headwater

BY_WARD = "CREATE OR REPLACE TABLE mart.pay AS SELECT ward, sum(salary) AS total FROM raw.staff GROUP BY ward"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with LocalClient.open(tmp_path / "home", create=True) as client:
        made = Clinic(tmp_path, client)
        people = range(40)
        rows = pa.table(
            {"id": list(people), "ward": ["north" if i % 2 else "south" for i in people], "salary": [1000 + i * 1000 for i in people]}
        )
        made._write("raw.staff", rows, "append")
        client.lakes.scan("clinic", made.home)
        classified = ClassifiedDataset(
            headwater=DATASET_CLASSIFIED,
            seen_at="2026-01-01T00:00:00Z",
            dataset=DatasetName(SPACE, "raw.staff"),
            classifier="headwater-1",
            columns=(verdict("salary", "SALARY"), verdict("ward", None), verdict("id", None)),
            rows=40,
        )
        client.record([encode(classified)])
        yield made


def level(clinic: Clinic, column: str = "mart.pay.total") -> str:
    """The level at which a column holds salaries."""
    [label] = clinic.client.labels.show(column).result.labels
    return label.level


def test_a_total_of_groups_that_are_large_enough_is_an_aggregate_on_that_version(clinic: Clinic) -> None:
    clinic.run("mart.pay", BY_WARD, "raw.staff", versions=True)
    assert level(clinic) == "quasi"
    told = clinic.client.labels.measure("mart.pay")
    assert told.complete, told.gaps
    assert [(size.smallest, size.groups) for size in told.result.sizes] == [(20, 2)]
    assert level(clinic) == "aggregate"
    clinic.run("mart.pay", BY_WARD, "raw.staff", versions=True)
    assert level(clinic) == "quasi"


def test_groups_that_are_small_or_of_few_persons_stay(clinic: Clinic) -> None:
    clinic.run("mart.pay", BY_WARD.replace("GROUP BY", "WHERE id < 12 GROUP BY"), "raw.staff")
    assert [size.smallest for size in clinic.client.labels.measure("mart.pay").result.sizes] == [6]
    assert level(clinic) == "quasi"
    clinic.run("mart.pay", BY_WARD, "raw.staff")
    assert [size.smallest for size in clinic.client.labels.measure("mart.pay", person="ward").result.sizes] == [1]
    assert level(clinic) == "quasi"


def test_a_view_between_is_made_first(clinic: Clinic) -> None:
    clinic.run("stage.staff", "CREATE VIEW stage.staff AS SELECT ward, salary FROM raw.staff WHERE salary > 3000", "raw.staff", view=True)
    clinic._write(
        "mart.pay",
        clinic._rows("SELECT ward, sum(salary) AS total FROM raw.staff WHERE salary > 3000 GROUP BY ward", ("raw.staff",)),
        "append",
    )
    clinic.run("mart.pay", BY_WARD.replace("raw.staff", "stage.staff"), "stage.staff", view=True)
    told = clinic.client.labels.measure("mart.pay")
    assert [(size.smallest, size.groups) for size in told.result.sizes] == [(18, 2)], told.gaps
    assert level(clinic) == "aggregate"


def test_a_view_that_gives_rows_twice_is_not_counted(clinic: Clinic) -> None:
    twice = "SELECT a.ward, a.salary FROM raw.staff a JOIN raw.staff b ON a.ward = b.ward WHERE a.id < 4"
    clinic.run("stage.staff", f"CREATE VIEW stage.staff AS {twice}", "raw.staff", view=True)
    clinic._write("mart.pay", clinic._rows(f"SELECT ward, sum(salary) AS total FROM ({twice}) GROUP BY ward", ("raw.staff",)), "append")
    clinic.run("mart.pay", BY_WARD.replace("raw.staff", "stage.staff"), "stage.staff", view=True)
    told = clinic.client.labels.measure("mart.pay")
    assert told.result.sizes == () and [gap.code for gap in told.gaps] == ["GROUPS-NOT-COUNTED"]
    assert "joins" in told.gaps[0].detail and level(clinic) == "quasi"


def test_a_total_of_one_among_empty_ones_is_no_aggregate(clinic: Clinic) -> None:
    clinic.run("mart.pay", BY_WARD.replace("salary)", "CASE WHEN id < 2 THEN salary END)"), "raw.staff")
    assert [size.smallest for size in clinic.client.labels.measure("mart.pay").result.sizes] == [1]
    clinic.run("mart.pay", BY_WARD.replace("salary)", "salary * (id < 2)::INTEGER)"), "raw.staff")
    assert [size.smallest for size in clinic.client.labels.measure("mart.pay").result.sizes] == [1]
    assert level(clinic) == "quasi"


def test_rows_that_the_statement_does_not_give_are_told_and_nothing_is_recorded(clinic: Clinic) -> None:
    clinic.run("mart.pay", BY_WARD, "raw.staff")
    clinic._write("mart.pay", pa.table({"ward": ["roof"], "total": pa.array([7], pa.decimal128(38, 0))}), "append")
    clinic.client.lakes.scan("clinic", clinic.home)
    told = clinic.client.labels.measure("mart.pay")
    assert (told.result.sizes, told.complete) == ((), False)
    assert "ROWS-UNMATCHED" in {gap.code for gap in told.gaps}
    assert level(clinic) == "quasi"


def test_rows_of_a_statement_that_groups_nothing_stand_beside_those_of_groups(clinic: Clinic) -> None:
    clinic.run("mart.pay", BY_WARD, "raw.staff")
    one = "INSERT INTO mart.pay SELECT ward, salary::DECIMAL(38, 0) AS total FROM raw.staff WHERE id = 3"
    clinic.run("mart.pay", one, "raw.staff", mode="append")
    told = clinic.client.labels.measure("mart.pay")
    assert [size.smallest for size in told.result.sizes] == [20], told.gaps
    assert level(clinic) == level(clinic, "raw.staff.salary") == "quasi"


def test_beside_a_statement_that_cannot_run_again_no_size_is_told(clinic: Clinic) -> None:
    clinic.run("mart.pay", BY_WARD, "raw.staff")
    joined = "INSERT INTO mart.pay SELECT a.ward, sum(a.salary) AS total FROM raw.staff a JOIN raw.staff b ON a.id = b.id GROUP BY a.ward"
    clinic.run("mart.pay", joined, "raw.staff", mode="append")
    told = clinic.client.labels.measure("mart.pay")
    assert (told.result.sizes, told.complete) == ((), False)
    assert [gap.code for gap in told.gaps] == ["GROUPS-NOT-COUNTED", "ROWS-UNMATCHED"]
    counted = clinic.client.labels.measure("mart.pay", person="id")
    assert [gap.code for gap in counted.gaps] == ["GROUPS-NOT-COUNTED", "ROWS-UNMATCHED"] and counted.result.sizes == ()


def test_what_cannot_be_counted_is_a_gap_and_what_groups_nothing_is_none(clinic: Clinic) -> None:
    both = "CREATE OR REPLACE TABLE mart.pay AS SELECT a.ward, sum(a.salary) AS total FROM raw.staff a JOIN raw.staff b ON a.ward = b.ward"
    clinic.run("mart.pay", f"{both} GROUP BY a.ward", "raw.staff")
    told = clinic.client.labels.measure("mart.pay")
    assert [gap.code for gap in told.gaps] == ["GROUPS-NOT-COUNTED"] and "a join" in told.gaps[0].detail
    assert [size.smallest for size in clinic.client.labels.measure("mart.pay", person="a.id").result.sizes] == [20]
    told = clinic.client.labels.measure("raw.staff")
    assert (told.result.sizes, told.complete) == ((), True)
    clinic.run("stage.none", "CREATE VIEW stage.none AS SELECT ward FROM raw.staff", "raw.staff", view=True)
    with pytest.raises(UsageError, match=r"cannot count groups of `stage\.none`"):
        clinic.client.labels.measure("stage.none")


def test_the_command_counts_and_says_so(clinic: Clinic) -> None:
    clinic.run("mart.pay", BY_WARD, "raw.staff")
    clinic.client.close()
    ended = headwater("label", "measure", "mart.pay", "--home", clinic.home)
    assert ended.code == 0, ended.err
    for word in ("smallest group (rows)", "20", "yes", "mart.pay"):
        assert word in ended.out
    misspelt = headwater("label", "measure", "mart.pay", "--person", "idd", "--home", clinic.home, "--json")
    assert misspelt.code == 4
    [gap] = misspelt.json["gaps"]
    said = "what a statement reads has no column `idd` to tell persons apart; it has `id`, `ward`, `salary`"
    assert (gap["code"], gap["detail"]) == ("GROUPS-NOT-COUNTED", said)
    assert headwater("label", "measure", "nowhere", "--home", clinic.home).code == 2


def test_over_http_it_takes_an_admin_key(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server:
        narrow = server.client.get("/api/v1/ask/label-groups", params={"node": "x"}, headers=server.key(Scope("read")))
        assert narrow.status_code == 403 and "admin" in narrow.text
