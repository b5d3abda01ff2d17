"""Audit logs as lakes: the log of a real PostgreSQL, and exports of warehouses, scanned; what no run explains is found."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from headwater.app.lakes.places import LakePlace
from headwater.model.lakes import RUN_STAMP, LakeKind
from tests.lakes.watching import Watched

NAMESPACE = "snowflake://clinic-eu"
VISITS = "CLINIC.PUBLIC.VISITS"


def query(number: int, **more: Any) -> dict[str, Any]:
    return {
        "QUERY_ID": f"q{number}",
        "QUERY_TEXT": "insert into visits select id, upper(name) from staged where id > 10",
        "QUERY_TYPE": "INSERT",
        "USER_NAME": "LOADER",
        "DATABASE_NAME": "CLINIC",
        "SCHEMA_NAME": "PUBLIC",
        "EXECUTION_STATUS": "SUCCESS",
        "START_TIME": f"2026-11-01 06:{number:02}:00.000 Z",
        "END_TIME": f"2026-11-01 06:{number:02}:02.000 Z",
        "ROWS_INSERTED": 10,
        "OBJECTS_MODIFIED": [{"objectDomain": "Table", "objectName": VISITS}],
        **more,
    }


def exported(folder: Path, name: str, *records: Any) -> None:
    folder.mkdir(exist_ok=True)
    lines = "".join(f"{json.dumps(record)}\n" for record in records).encode()
    (folder / name).write_bytes(gzip.compress(lines) if name.endswith(".gz") else lines)


Watching = Callable[..., Watched]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watching]:
    """Watches the folder of exports as a lake of a kind."""
    opened: list[Watched] = []

    def watch(kind: LakeKind = "snowflake", namespace: str = NAMESPACE) -> Watched:
        opened.append(Watched(tmp_path / "home", LakePlace(kind=kind, location=str(tmp_path / "exports"), namespace=namespace)))
        return opened[-1]

    yield watch
    for lake in opened:
        lake.client.close()


def run_event(kind: str, run: str, at: str, rows: int | None = None) -> bytes:
    facets = (
        {"outputFacets": {"outputStatistics": {"_producer": "https://etl", "_schemaURL": "https://s", "rowCount": rows}}} if rows else {}
    )
    return json.dumps(
        {
            "eventType": kind,
            "eventTime": at,
            "producer": "https://etl",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": run},
            "job": {"namespace": "etl", "name": "load_visits"},
            "outputs": [{"namespace": NAMESPACE, "name": VISITS, **facets}],
        }
    ).encode()


def test_a_statement_outside_any_run_is_found_with_who_and_how_much(tmp_path: Path, watched: Watching) -> None:
    run = str(uuid.uuid4())
    stray = query(5, QUERY_TYPE="UPDATE", QUERY_TEXT="update visits set name = 'x'", USER_NAME="MALLORY", ROWS_INSERTED=0, ROWS_UPDATED=7)
    exported(tmp_path / "exports", "day1.jsonl.gz", query(1), stray)
    lake = watched()
    lake.client.record([run_event("START", run, "2026-11-01T06:00:50Z"), run_event("COMPLETE", run, "2026-11-01T06:01:10Z", 10)])
    lake.scan()
    assert lake.moved(VISITS) == [(10, 0), (7, 7)]
    found = lake.client.changes().result
    [change] = found.changes
    assert change.version == "q5" and change.author == "MALLORY"
    assert lake.client.changes().total["explained"] == 1


def test_a_tag_explains_a_statement(tmp_path: Path, watched: Watching) -> None:
    run = str(uuid.uuid4())
    exported(tmp_path / "exports", "day1.jsonl", query(1, QUERY_TAG=json.dumps({RUN_STAMP: run})), query(2))
    lake = watched()
    lake.client.record([run_event("START", run, "2026-11-01T06:00:50Z"), run_event("COMPLETE", run, "2026-11-01T06:01:10Z", 10)])
    lake.scan()
    assert [change.version for change in lake.client.changes().result.changes] == ["q2"]


def test_the_text_of_a_statement_gives_lineage_and_shows_no_value(tmp_path: Path, watched: Watching) -> None:
    exported(tmp_path / "exports", "day1.jsonl", query(1, QUERY_TEXT="insert into visits(id, name) select id, 'Mallory Oak' from staged"))
    lake = watched()
    lake.scan()
    answer = lake.client.lineage("VISITS.ID", columns=True)
    assert [edge.source for edge in answer.result.edges] == [f"datasetField:{NAMESPACE}:CLINIC.PUBLIC.STAGED:ID"]
    assert all(b"Mallory Oak" not in path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())


def test_more_records_are_told_once_and_old_exports_may_go(tmp_path: Path, watched: Watching) -> None:
    folder = tmp_path / "exports"
    exported(folder, "day1.jsonl", query(1))
    lake = watched()
    lake.scan()
    exported(folder, "day2.jsonl", query(1), query(2))
    assert lake.scan().versions == 1
    (folder / "day1.jsonl").unlink()
    (folder / "day2.jsonl").unlink()
    exported(folder, "day3.jsonl", query(3, OBJECTS_MODIFIED=[{"objectDomain": "Table", "objectName": "CLINIC.PUBLIC.WARDS"}]))
    report = lake.scan()
    assert report.missing == () and len(lake.versions(VISITS)) == 2


def test_what_cannot_be_read_is_told_and_the_rest_counts(tmp_path: Path, watched: Watching) -> None:
    folder = tmp_path / "exports"
    exported(folder, "day1.jsonl", query(1), {"QUERY_ID": "q9", "QUERY_TYPE": "INSERT"})
    with (folder / "day1.jsonl").open("a") as file:
        file.write('{"QUERY_ID": "half\n')
    (folder / "torn.jsonl.gz").write_bytes(gzip.compress(b'{"QUERY_ID": "1"}\n')[:-6])
    (folder / "torn.parquet").write_bytes(b"PAR1")
    (folder / "readme.txt").write_text("hello")
    lake = watched()
    report = lake.scan()
    assert len(lake.versions(VISITS)) == 1
    details = [gap.detail for gap in lake.client.changes().gaps if gap.code == "AUDIT-LOG-UNREADABLE"]
    assert report.gaps == len(details) == 5
    assert any("1 record is left out: it has no `start_time`" in detail for detail in details)


def test_a_write_without_its_text_is_told_as_unknown_lineage(tmp_path: Path, watched: Watching) -> None:
    exported(tmp_path / "exports", "day1.jsonl", query(1, QUERY_TEXT=None), query(2))
    lake = watched()
    assert lake.scan().gaps == 1
    assert len(lake.versions(VISITS)) == 2
    assert ("AUDIT-STATEMENT-UNKNOWN", f"dataset:{NAMESPACE}:{VISITS}") in {gap[:2] for gap in lake.gaps()}


def test_a_dropped_table_is_placed_by_its_text(tmp_path: Path, watched: Watching) -> None:
    dropped = query(1, QUERY_TYPE="DROP", QUERY_TEXT="drop table clinic.public.bills", ROWS_INSERTED=None, OBJECTS_MODIFIED=None)
    exported(tmp_path / "exports", "day1.jsonl", dropped)
    lake = watched()
    lake.scan()
    assert lake.operations("CLINIC.PUBLIC.BILLS") == ["DROP"]


def test_a_statement_that_names_no_table_is_told(tmp_path: Path, watched: Watching) -> None:
    exported(tmp_path / "exports", "day1.jsonl", query(1, OBJECTS_MODIFIED=None, QUERY_TEXT="call load_all()"))
    lake = watched()
    lake.scan()
    assert "AUDIT-TARGET-UNKNOWN" in {gap.code for gap in lake.client.changes().gaps}


def test_redshift_without_steps_is_placed_by_its_text(tmp_path: Path, watched: Watching) -> None:
    record = {
        "query_id": 1,
        "query_type": "INSERT",
        "query_text": "insert into marts.visits select * from staged",
        "username": "anna",
        "database_name": "clinic",
        "start_time": "2026-11-01 06:00:00",
        "end_time": "2026-11-01 06:00:01",
        "status": "success",
    }
    exported(tmp_path / "exports", "day1.json", record)
    lake = watched("redshift", "redshift://c1.eu:5439")
    lake.scan()
    assert [version.change.version for version in lake.versions("clinic.marts.visits")] == ["1"]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, Path]]:
    """A PostgreSQL of our own that logs what it runs; its port and the folder of its log."""
    initdb, postgres = shutil.which("initdb"), shutil.which("postgres")
    if initdb is None or postgres is None:
        pytest.skip("no PostgreSQL server is installed")
    home = Path(tempfile.mkdtemp(prefix="headwater-postgres-"))  # because the tests' own folders are closed to the server's user
    as_server: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None or shutil.which("chown") is None:
            pytest.skip("the server cannot run as root and there is no way to another account")
        subprocess.run(["chown", "postgres", str(home)], check=True)
        as_server = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(home / "data")
    subprocess.run([*as_server, initdb, "-D", data, "-A", "trust", "-U", "postgres", "-N"], check=True, capture_output=True, cwd=home)
    told = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "logging_collector": "on",
        "log_destination": "jsonlog,csvlog",
        "log_directory": str(home / "log"),
        "log_filename": "server.log",
        "log_statement": "all",
        "log_timezone": "UTC",
    }
    settings = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
    with subprocess.Popen(
        [*as_server, postgres, "-D", data, "-p", str(port), *settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home
    ) as process:
        try:
            yield port, home / "log"
        finally:
            process.terminate()
            process.wait(30)
            shutil.rmtree(home, ignore_errors=True)


def connected(port: int) -> Any:
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    for _ in range(200):
        try:
            return psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise TimeoutError("PostgreSQL does not come up")


@pytest.mark.service
@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_real_postgres_tells_who_wrote_outside_any_run(server: tuple[int, Path], tmp_path: Path, watched: Watching, ending: str) -> None:
    port, log = server
    table, run = f"visits_{ending}", str(uuid.uuid4())
    with connected(port) as connection:
        connection.execute(f"create table {table} (id int primary key, cost int, name text)")
        connection.execute(f"/* {RUN_STAMP}={run} */ insert into {table} select i, i, 'n' from generate_series(1, 5) i")
        connection.execute(f"update {table} set cost = %s where id = %s", (0, 3))
        with pytest.raises(Exception, match="duplicate key"):
            connection.execute(f"insert into {table} values (1, 1, 'again')")
        connection.execute("begin")
        connection.execute(f"delete from {table}")
        connection.execute("rollback")
        with connection.cursor().copy(f"copy {table} to stdout") as copied:
            list(copied)
    time.sleep(0.3)
    exports = tmp_path / "exports"
    exports.mkdir()
    shutil.copy(log / f"server.{ending}", exports / f"server.{ending}")
    place = f"postgres://127.0.0.1:{port}"
    lake = watched("postgres", place)
    now = datetime.now(UTC).isoformat()
    event = json.loads(run_event("COMPLETE", run, now))
    event["outputs"] = [{"namespace": place, "name": f"postgres.public.{table}"}]
    lake.client.record([json.dumps({**event, "eventType": "START"}).encode(), json.dumps(event).encode()])
    lake.scan()
    assert lake.operations(f"postgres.public.{table}") == ["INSERT", "UPDATE"]
    authors = {version.change.author for version in lake.versions(f"postgres.public.{table}")}
    assert authors == {"postgres"}
