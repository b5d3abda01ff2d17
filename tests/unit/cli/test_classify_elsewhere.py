"""The command `classify` over lakes that a home watches and over databases by their address; on real ones."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from headwater.app.lakes.places import LakePlace, write_place
from headwater.edges.engines.samples.relations import Bounds
from tests.unit.cli.calling import Ended, headwater
from tests.unit.edges.engines.test_profile_postgres import connection  # noqa: F401  # because pytest finds the server by this name

PEOPLE = pa.table(
    {
        "id": list(range(300)),
        "mail": [f"u{n}@example.org" for n in range(300)],
        "who": [{"ip": f"{n % 200 + 20}.{n % 250}.7.{n % 99}"} for n in range(300)],
    }
)


def states(answer: Ended) -> dict[str, tuple[str, str | None]]:
    assert answer.err == ""
    return {f"{each['dataset']}:{each['column']}": (each["state"], each["info_type"]) for each in answer.json["columns"]}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that watches a Delta lake of two datasets and an Iceberg lake of one."""
    from deltalake import write_deltalake
    from pyiceberg.catalog.sql import SqlCatalog

    write_deltalake(tmp_path / "delta" / "people", PEOPLE)
    write_deltalake(tmp_path / "delta" / "orders", pa.table({"order_no": list(range(300))}))
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "home").mkdir()
    catalog = SqlCatalog("ice", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/warehouse")
    catalog.create_namespace("crm")
    made = catalog.create_table("crm.members", schema=PEOPLE.schema)
    made.append(PEOPLE)
    made.delete("id >= 100")
    catalog.close()
    write_place(tmp_path / "home", "drift", LakePlace(kind="delta", location=str(tmp_path / "delta"), namespace="drift"))
    location = f"sqlite:///{tmp_path}/catalog.db"
    properties = {"warehouse": f"file://{tmp_path}/warehouse"}
    write_place(tmp_path / "home", "ice", LakePlace(kind="iceberg", location=location, namespace="ice", properties=properties))
    return tmp_path / "home"


def test_every_dataset_of_a_lake_is_classified(home: Path) -> None:
    answer = headwater("classify", "--lake", "drift", "--home", home, "--json")
    assert states(answer) == {
        "people:id": ("clear", None),
        "people:mail": ("labelled", "EMAIL"),
        "people:who": ("labelled", "IP_ADDRESS"),
        "people:who.ip": ("labelled", "IP_ADDRESS"),
        "orders:order_no": ("clear", None),
    }
    assert answer.code == 0


def test_a_dataset_is_found_by_the_end_of_its_name_and_read_as_it_is_now(home: Path) -> None:
    answer = headwater("classify", "members", "--home", home, "--json")
    assert states(answer)["crm.members:mail"] == ("labelled", "EMAIL")
    assert {each["rows"] for each in answer.json["columns"] if each["column"] == "mail"} == {100}


def test_a_dataset_is_found_by_its_id(home: Path) -> None:
    answer = headwater("classify", "dataset:ice:crm.members", "--home", home, "--json")
    assert states(answer)["crm.members:mail"] == ("labelled", "EMAIL")
    assert headwater("classify", "dataset:drift:crm.members", "--home", home).fault[2] == "NODE-UNKNOWN"


@pytest.mark.parametrize("place", ["shop.sqlite", "shop.db", "sqlite:///shop.db", "mysql://app:hunter2@host/shop", "s3://bucket/people"])
def test_what_is_not_read_here_is_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect("shop.db")) as made, made:
        made.execute("CREATE TABLE orders (id INTEGER)")
    answer = headwater("classify", place)
    assert answer.code == 2
    assert (
        "expected a file of Parquet, CSV or JSON, a dataset of a lake, PostgreSQL, a file of DuckDB or Spark (sc://HOST), got "
        in answer.fault[0]
    )
    assert "hunter2" not in answer.err


@pytest.mark.parametrize("name", ["shop.duckdb", "memory.duckdb", "shop-2026.v1.duckdb"])
def test_views_of_a_duckdb_file_are_classified_and_read_nothing_else(tmp_path: Path, name: str) -> None:
    (tmp_path / "more.csv").write_text("mail\n" + "".join(f"u{n}@example.org\n" for n in range(50)))
    with duckdb.connect(str(tmp_path / "made.duckdb")) as made:
        made.register("people", PEOPLE)
        made.execute("CREATE SCHEMA crm; CREATE TABLE crm.members AS SELECT * FROM people")
        made.execute("CREATE VIEW crm.mails AS SELECT mail FROM crm.members")
        made.execute(f"CREATE VIEW outside AS SELECT * FROM read_csv('{tmp_path}/more.csv')")
    (tmp_path / "made.duckdb").rename(tmp_path / name)
    answer = headwater("classify", tmp_path / name, "--json")
    assert states(answer)["crm.mails:mail"] == ("labelled", "EMAIL")
    assert [(gap["dataset"], gap["code"]) for gap in answer.json["gaps"]] == [("main.outside", "DATASET-UNREADABLE")]
    assert answer.code == 4


def test_a_view_that_names_its_own_file_is_classified(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as made:
        made.register("people", PEOPLE)
        made.execute("CREATE TABLE members AS SELECT * FROM people; CREATE VIEW mails AS SELECT mail FROM shop.main.members")
    answer = headwater("classify", tmp_path / "shop.duckdb", "--json")
    assert states(answer)["main.mails:mail"] == ("labelled", "EMAIL")


def test_a_name_that_nothing_has_says_what_to_do(home: Path) -> None:
    answer = headwater("classify", "nobody", "--home", home)
    assert answer.code == 2
    assert answer.fault[1:] == ("headwater lake list", "NODE-UNKNOWN")


def test_tables_of_a_duckdb_file_are_classified(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as made:
        made.register("people", PEOPLE)
        made.execute("CREATE TABLE members AS SELECT * FROM people; CREATE TABLE other AS SELECT 1 AS x")
    answer = headwater("classify", tmp_path / "crm.duckdb", "--table", "members", "--json")
    assert states(answer)["main.members:mail"] == ("labelled", "EMAIL")
    assert headwater("classify", tmp_path / "crm.duckdb", "--table", "absent").code == 2


@pytest.mark.service
def test_tables_of_postgresql_are_classified_there(connection: Any) -> None:  # noqa: F811  # because this is that server
    connection.execute("CREATE SCHEMA IF NOT EXISTS crm")
    connection.execute("CREATE TABLE crm.members (id int, mail text, extra jsonb, tags text[])")
    connection.execute(
        """INSERT INTO crm.members SELECT n, 'u' || n || '@example.org', jsonb_build_object('ip', (n % 200 + 20) || '.1.2.' || n % 99),
           ARRAY['a', 'b'] FROM generate_series(1, 300) n"""
    )
    info = connection.info
    address = f"postgresql://postgres@127.0.0.1:{info.port}/postgres"
    answer = headwater("classify", address, "--table", "members", "--json")
    found = states(answer)
    assert found["crm.members:id"] == ("clear", None)
    assert found["crm.members:mail"] == ("labelled", "EMAIL")
    assert found["crm.members:extra.ip"] == ("labelled", "IP_ADDRESS")


@pytest.mark.service
def test_a_table_of_postgresql_has_a_state_that_changes_with_its_rows(connection: Any) -> None:  # noqa: F811  # because this is that server
    from headwater.edges.engines.samples.postgres import database

    connection.execute("CREATE TABLE stately (id int)")
    connection.execute("CREATE VIEW stately_view AS SELECT id FROM stately")
    states = []
    for statement in ("INSERT INTO stately VALUES (1)", "UPDATE stately SET id = 2", "SELECT 1", "TRUNCATE stately", "SELECT 1"):
        connection.execute(statement)
        connection.execute("SELECT pg_stat_force_next_flush()")
        with database(f"postgresql://postgres@127.0.0.1:{connection.info.port}/postgres", Bounds()) as opened:
            states.append(opened.state("public.stately"))
            assert opened.state("public.stately_view") == ""
    assert all(state.startswith("state-") for state in states)
    assert [before == after for before, after in pairwise(states)] == [False, True, False, True]


def test_a_database_that_is_not_there_does_not_repeat_its_address() -> None:
    answer = headwater("classify", "postgresql://app:hunter2@127.0.0.1:1/none")
    assert answer.code == 3
    assert answer.fault[2] == "DATABASE-UNREACHABLE"
    assert "hunter2" not in answer.err
