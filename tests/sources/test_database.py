"""Real PostgreSQL, MariaDB and SQLite fill the lake: what is new, what changed, what went, and what breaks on the way."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from headwater.app.sources.places import DatabaseSource, DatabaseTable
from headwater.model.errors import HeadwaterError
from tests.sources.databases import Server, mariadb, postgres
from tests.sources.filled import Filled, filled

pytestmark = pytest.mark.service("module:dlt", "module:pyiceberg", "module:psycopg", "module:pymysql")

KINDS = ("postgres", "mariadb", "sqlite", "duckdb")
PATIENTS = "raw.patients"


@dataclass
class Ward:
    """A database with the table `patients`, and what it is called."""

    address: str
    schema: str
    named: str
    do: Callable[..., None]

    def source(self, *, key: tuple[str, ...] = ("mrn",), cursor: str = "seen", table: str = "patients", **more: Any) -> DatabaseSource:
        part = DatabaseTable(name=f"{self.schema}{table}", key=key, cursor=cursor, **more)
        return DatabaseSource(lake="clinic", url="env:WARD_URL", tables=(part,))


@pytest.fixture(scope="module")
def server_of() -> Iterator[Callable[[str], Server]]:
    """One server of each kind, started when first needed."""
    servers: dict[str, Server] = {}
    with ExitStack() as stack:

        def found(kind: str) -> Server:
            if kind not in servers:
                servers[kind] = stack.enter_context({"postgres": postgres, "mariadb": mariadb}[kind]())
            return servers[kind]

        yield found


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Filled]:
    with filled(tmp_path) as lake:
        yield lake


@pytest.fixture
def ward_of(server_of: Callable[[str], Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Ward]:
    def found(kind: str) -> Ward:
        ward = _ward(kind, server_of, tmp_path)
        monkeypatch.setenv("WARD_URL", ward.address)
        ward.do("CREATE TABLE patients (mrn INTEGER PRIMARY KEY, name VARCHAR(50), seen TIMESTAMP NOT NULL)")
        ward.do(*(f"INSERT INTO patients VALUES ({n}, 'p{n}', '2026-11-0{n} 10:00:00')" for n in range(1, 6)))
        return ward

    return found


def _ward(kind: str, server_of: Callable[[str], Server], folder: Path) -> Ward:
    if kind == "sqlite":
        path = folder / "ward.db"

        def do(*statements: str) -> None:
            with closing(sqlite3.connect(path)) as connection:
                for statement in statements:
                    connection.execute(statement)
                connection.commit()

        return Ward(f"sqlite:///{path}", "", f"sqlite:{path}.patients", do)
    if kind == "duckdb":
        file = folder / "ward.duckdb"

        def tell(*statements: str) -> None:
            with duckdb.connect(file) as connection:
                for statement in statements:
                    connection.execute(statement)

        return Ward(f"duckdb:///{file}", "", f"duckdb://{file}:ward.main.patients", tell)
    server = server_of(kind)
    if kind == "postgres":
        server.do("DROP SCHEMA IF EXISTS clinic CASCADE", "CREATE SCHEMA clinic")

        def run(*statements: str) -> None:
            server.do(*(f"SET search_path TO clinic; {statement}" for statement in statements))

        address = f"postgresql://ward@127.0.0.1:{server.port}/postgres"
        return Ward(address, "clinic.", f"postgres://127.0.0.1:{server.port}:postgres.clinic.patients", run)
    server.do("DROP DATABASE IF EXISTS ward", "CREATE DATABASE ward")

    def execute(*statements: str) -> None:
        server.do("CREATE DATABASE IF NOT EXISTS ward", *_used(statements))

    return Ward(f"mysql://root@127.0.0.1:{server.port}/ward", "", f"mysql://127.0.0.1:{server.port}:ward.patients", execute)


def _used(statements: tuple[str, ...]) -> Iterator[str]:
    for statement in statements:
        yield "USE ward"
        yield statement


@pytest.mark.parametrize("kind", KINDS)
def test_new_changed_and_gone_rows_are_brought_over_and_named(kind: str, ward_of: Callable[[str], Ward], lake: Filled) -> None:
    ward = ward_of(kind)
    lake.source(ward.source(deletions=True))
    assert lake.run() == {PATIENTS: 5}
    assert lake.run() == {}
    assert lake.origins(PATIENTS) == {f"dataset:{ward.named}"}
    ward.do(
        "INSERT INTO patients VALUES (6, 'late', '2026-11-05 10:00:00')",
        "UPDATE patients SET name = 'same moment' WHERE mrn = 5",
        "DELETE FROM patients WHERE mrn = 2",
    )
    assert lake.run() == {PATIENTS: 2, f"-{PATIENTS}": 1}
    assert {row["mrn"]: row["name"] for row in lake.rows(PATIENTS)} == {1: "p1", 3: "p3", 4: "p4", 5: "same moment", 6: "late"}
    ward.do("DELETE FROM patients WHERE mrn = 1")
    assert lake.run() == {PATIENTS: 0, f"-{PATIENTS}": 1}
    assert lake.run() == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_table_replaces_itself_and_may_become_empty(kind: str, ward_of: Callable[[str], Ward], lake: Filled) -> None:
    ward = ward_of(kind)
    lake.source(ward.source(key=(), cursor=""))
    assert lake.run() == {PATIENTS: 5}
    ward.do("DELETE FROM patients WHERE mrn > 2")
    assert lake.run() == {PATIENTS: 2}
    ward.do("DELETE FROM patients")
    lake.run()
    assert lake.rows(PATIENTS) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_goes_or_comes_is_followed_and_a_table_that_went_is_told(
    kind: str, ward_of: Callable[[str], Ward], lake: Filled
) -> None:
    ward = ward_of(kind)
    lake.source(ward.source())
    lake.run()
    ward.do("ALTER TABLE patients DROP COLUMN name", "ALTER TABLE patients ADD COLUMN room INTEGER")
    ward.do("INSERT INTO patients (mrn, seen, room) VALUES (7, '2026-11-09 10:00:00', 12)")
    assert lake.run() == {PATIENTS: 2}, "the new row, and that of the last moment, which looks another without its column"
    rows = {row["mrn"]: row for row in lake.rows(PATIENTS)}
    assert (rows[7]["name"], rows[7]["room"], rows[1]["name"]) == (None, 12, "p1")
    ward.do("DROP TABLE patients")
    with pytest.raises(HeadwaterError, match=r"`ward`.*patients`"):
        lake.run()


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_a_column_of_another_type_stands_beside(kind: str, ward_of: Callable[[str], Ward], lake: Filled) -> None:
    ward = ward_of(kind)
    ward.do("ALTER TABLE patients ADD COLUMN bed INTEGER", "UPDATE patients SET bed = mrn")
    lake.source(ward.source())
    lake.run()
    alter = "ALTER COLUMN bed TYPE VARCHAR(20)" if kind == "postgres" else "MODIFY bed VARCHAR(20)"
    ward.do(f"ALTER TABLE patients {alter}", "INSERT INTO patients VALUES (8, 'p8', '2026-11-09 10:00:00', 'eight-a')")
    assert lake.run() == {PATIENTS: 2}
    rows = {row["mrn"]: row for row in lake.rows(PATIENTS)}
    assert (rows[1]["bed"], rows[8]["bed"], rows[8]["bed__v_text"]) == (1, None, "eight-a")
    assert any(code == "COLUMN-CHANGED-TYPE" and "`bed`" in words for code, words in lake.gaps())


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_a_server_that_is_down_is_told_and_made_good(
    kind: str, ward_of: Callable[[str], Ward], lake: Filled, server_of: Callable[[str], Server]
) -> None:
    ward, server = ward_of(kind), server_of(kind)
    lake.source(ward.source())
    server.stop()
    try:
        with pytest.raises(HeadwaterError, match="database of source `ward`") as down:
            lake.run()
        assert str(server.port) not in str(down.value)
    finally:
        server.start()
    assert lake.run() == {PATIENTS: 5}


def test_a_server_that_goes_in_the_middle_loses_nothing(
    ward_of: Callable[[str], Ward], lake: Filled, server_of: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater.edges.sources.loading import database

    ward, server = ward_of("postgres"), server_of("postgres")
    ward.do("INSERT INTO patients SELECT n, 'p', timestamp '2026-12-01' + n * interval '1 minute' FROM generate_series(10, 4000) AS s(n)")
    broken = "BEGIN IF n = 3000 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN 'x'; END"
    ward.do(f"CREATE FUNCTION breaks(n int) RETURNS text LANGUAGE plpgsql AS $$ {broken} $$")
    ward.do("CREATE VIEW visits AS SELECT mrn, breaks(mrn) AS name, seen FROM patients")
    monkeypatch.setattr(database, "_ROWS", 500)
    lake.source(ward.source(table="visits"))
    with pytest.raises(HeadwaterError, match="source `ward`"):
        lake.run()
    ward.do("CREATE OR REPLACE FUNCTION breaks(n int) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$")
    assert lake.run() == {"raw.visits": 3996}
    assert len({row["mrn"] for row in lake.rows("raw.visits")}) == 3996
    assert server.port


def test_a_table_that_may_not_be_read_is_told_without_its_password(
    ward_of: Callable[[str], Ward], lake: Filled, server_of: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    ward, server = ward_of("postgres"), server_of("postgres")
    ward.do("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN PASSWORD 'guest-secret-17'", "GRANT USAGE ON SCHEMA clinic TO guest")
    monkeypatch.setenv("WARD_URL", f"postgresql://guest:guest-secret-17@127.0.0.1:{server.port}/postgres")
    lake.source(ward.source())
    with pytest.raises(HeadwaterError, match=r"`ward`.*may not read") as refused:
        lake.run()
    assert "guest-secret" not in str(refused.value)
    ward.do("DROP OWNED BY guest", "DROP ROLE guest")


def test_types_of_postgres_come_over(ward_of: Callable[[str], Ward], lake: Filled) -> None:
    ward = ward_of("postgres")
    ward.do(
        "CREATE TYPE triage AS ENUM ('red', 'green')",
        """CREATE TABLE odd (id INT PRIMARY KEY, n NUMERIC(12, 4), free NUMERIC, t TIMESTAMPTZ, d DATE, u UUID, j JSONB, a INT[], s TEXT[],
        b BYTEA, e triage, i INTERVAL, ip INET, ok BOOLEAN, f DOUBLE PRECISION, big BIGINT, c TIME)""",
        """INSERT INTO odd VALUES (1, 12345678.1234, 1.5, '2026-11-01T10:00:00+02:00', '2026-11-01', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
        '{"a": [1, 2]}', '{1,2}', '{x,y}', '\\x00ff', 'red', '1 day 02:00:00', '10.0.0.1', true, 0.1, 9007199254740993, '10:30')""",
        "INSERT INTO odd (id) VALUES (2)",
    )
    lake.source(ward.source(key=("id",), cursor="", table="odd"))
    assert lake.run() == {"raw.odd": 2}
    [full, empty] = sorted(lake.rows("raw.odd"), key=lambda row: row["id"])
    assert str(full["n"]) == "12345678.1234" and float(full["free"]) == 1.5 and full["t"].isoformat() == "2026-11-01T08:00:00+00:00"
    assert full["u"] == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" and full["b"] == b"\x00\xff" and full["big"] == 9007199254740993
    assert full["e"] == "red" and full["ip"] == "10.0.0.1" and full["ok"] is True and full["f"] == 0.1
    assert "1" in str(full["a"]) and "x" in str(full["s"]) and '"a"' in str(full["j"]).replace("'", '"')
    assert full["i"] is not None and str(full["c"]).startswith("10:30")
    assert all(value is None for name, value in empty.items() if name != "id")


def test_a_warehouse_file_that_is_none_or_held_is_told(lake: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ward = Ward("", "", "", lambda *_: None)
    monkeypatch.setenv("WARD_URL", f"duckdb:///{tmp_path}/none.duckdb")
    lake.source(ward.source())
    with pytest.raises(HeadwaterError, match=r"`ward`.*expected a DuckDB file there"):
        lake.run()
    (tmp_path / "none.duckdb").write_bytes(b"no database at all")
    with pytest.raises(HeadwaterError, match=r"`ward`.*DuckDB does not open it"):
        lake.run()


def test_types_of_duckdb_come_over(ward_of: Callable[[str], Ward], lake: Filled) -> None:
    ward = ward_of("duckdb")
    ward.do(
        """CREATE TABLE odd AS SELECT 1 AS id, 12.50::DECIMAL(10, 2) AS n, 170141183460469231731687303715884105727::HUGEINT AS huge,
        uuid() AS u, [1, 2] AS l, {'a': 1} AS s, INTERVAL 3 DAYS AS i, '\\x00'::BLOB AS b, TIMESTAMPTZ '2026-11-01 10:00:00+02' AS t"""
    )
    lake.source(ward.source(key=("id",), cursor="", table="odd"))
    assert lake.run() == {"raw.odd": 1}
    [row] = lake.rows("raw.odd")
    assert str(row["n"]) == "12.50" and row["huge"] == "170141183460469231731687303715884105727" and row["l"] == "[1, 2]"
    assert row["i"] == "3 days" and row["b"] == b"\x00" and row["t"].isoformat() == "2026-11-01T08:00:00+00:00"


def test_sqlite_columns_with_values_of_several_types_come_as_text(
    lake: Filled, ward_of: Callable[[str], Ward], capfd: pytest.CaptureFixture[str]
) -> None:
    ward = ward_of("sqlite")
    ward.do("CREATE TABLE odd (id INTEGER PRIMARY KEY, x, y INTEGER, born DATE, w REAL)")
    ward.do("INSERT INTO odd VALUES (1, 1, 1, '2026-01-01', 1.5), (2, 'quinine', 'q2', 'unknown', 2.5), (3, NULL, NULL, NULL, NULL)")
    lake.source(ward.source(table="odd", key=("id",), cursor=""))
    assert lake.run() == {"raw.odd": 3}
    found = [(row["x"], row["y"], row["born"], row["w"]) for row in sorted(lake.rows("raw.odd"), key=lambda row: row["id"])]
    assert found == [("1", "1", "2026-01-01", 1.5), ("quinine", "q2", "unknown", 2.5), (None, None, None, None)]
    assert {words.split("`")[1] for code, words in lake.gaps() if code == "COLUMN-CHANGED-TYPE"} == {"x", "y", "born"}
    told = capfd.readouterr()
    assert "quinine" not in told.out + told.err and "dlt" not in told.out + told.err


def test_a_sqlite_column_that_becomes_mixed_later_loads_too(lake: Filled, ward_of: Callable[[str], Ward]) -> None:
    ward = ward_of("sqlite")
    ward.do("CREATE TABLE odd (id INTEGER PRIMARY KEY, y INTEGER)", "INSERT INTO odd VALUES (1, 1)")
    lake.source(ward.source(table="odd", key=("id",), cursor=""))
    assert lake.run() == {"raw.odd": 1}
    ward.do("INSERT INTO odd VALUES (2, 'q')")
    assert lake.run() == {"raw.odd": 2}
    assert {row.get("y__v_text") or row["y"] for row in lake.rows("raw.odd")} >= {"q"}
    assert any("`y`" in words for _, words in lake.gaps())


def test_a_value_that_does_not_fit_is_told_by_its_table_and_never_printed(
    lake: Filled, ward_of: Callable[[str], Ward], capfd: pytest.CaptureFixture[str]
) -> None:
    ward = ward_of("sqlite")
    ward.do("CREATE TABLE odd (id INTEGER PRIMARY KEY, seen INTEGER)", "INSERT INTO odd VALUES (1, 1), (2, 'quinine')")
    lake.source(ward.source(table="odd", key=("id",), cursor="seen"))
    with pytest.raises(HeadwaterError, match="table `odd`") as refused:
        lake.run()
    told = capfd.readouterr()
    assert "quinine" not in str(refused.value) + told.out + told.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("duck:///ward", "PostgreSQL, MySQL, MariaDB, SQLite or DuckDB"),
        ("no address", "PostgreSQL, MySQL, MariaDB, SQLite or DuckDB"),
        ("postgresql+psycopg3of4://h/ward", "PostgreSQL, MySQL, MariaDB, SQLite or DuckDB"),
        ("postgresql+pg8000://h/ward", "pip install pg8000"),
        ("sqlite:////nowhere/at/all/ward.db", "a file there"),
        ("postgresql://127.0.0.1:1/ward", "nothing answers"),
        ("mysql://127.0.0.1:1/ward", "nothing answers"),
    ],
)
def test_what_cannot_be_reached_is_told_by_its_cause(lake: Filled, address: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD_URL", address)
    lake.source(DatabaseSource(lake="clinic", url="env:WARD_URL", tables=(DatabaseTable(name="patients", key=("mrn",)),)))
    with pytest.raises(HeadwaterError) as refused:
        lake.run()
    assert words in str(refused.value) and "`ward`" in str(refused.value)


def test_a_driver_that_is_not_installed_is_told_with_what_to_install(lake: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    lake.source(DatabaseSource(lake="clinic", url="postgresql://h/ward", tables=(DatabaseTable(name="patients"),)))
    with pytest.raises(HeadwaterError, match=r'psycopg[^\n]*\n[^\n]*pip install "headwater\[postgres\]"'):
        lake.run()
