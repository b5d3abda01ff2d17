"""PostgreSQL profiles a table in its own SQL and tells what DuckDB tells of the same rows; on a real server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from headwater.edges.engines.profile_duckdb import profile_relation
from headwater.model.batches import BatchProfile
from tests.unit.edges.engines.batch import ABOUT, COLUMNS, KEY, ROWS, SECRETS

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    """A connection to a server of our own, or a skip where none can be started."""
    initdb, postgres = shutil.which("initdb"), shutil.which("postgres")
    if initdb is None or postgres is None:
        pytest.skip("no PostgreSQL server is installed")
    home = Path(tempfile.mkdtemp(prefix="headwater-postgres-"))  # because the tests' own folders are closed to the server's user
    as_server = _as_server(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(home / "data")
    subprocess.run([*as_server, initdb, "-D", data, "-A", "trust", "-U", "postgres", "-N"], check=True, capture_output=True, cwd=home)
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
    with (
        (home / "log").open("w") as log,
        subprocess.Popen([*as_server, postgres, "-D", data, "-p", str(port), *settings], stdout=log, stderr=log, cwd=home) as server,
    ):
        try:
            with _connected(port) as opened:
                yield opened
        finally:
            server.terminate()
            server.wait(30)
            shutil.rmtree(home, ignore_errors=True)


def _connected(port: int) -> Any:
    """A connection as soon as the server takes one."""
    for attempt in range(100):
        try:
            return psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True)
        except psycopg.OperationalError:
            if attempt == 99:
                raise
            time.sleep(0.1)
    return None


def _as_server(home: Path) -> list[str]:
    """The server refuses to run as root: give its folder to the account that is there for it."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None or shutil.which("chown") is None:
        pytest.skip("the server cannot run as root and there is no way to another account")
    subprocess.run(["chown", "postgres", str(home)], check=True)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@pytest.fixture(scope="module")
def both(connection: Any) -> tuple[BatchProfile, BatchProfile]:
    """The same rows profiled by PostgreSQL and by DuckDB."""
    from headwater.edges.engines.profile_postgres import profile_postgres

    connection.execute(f'CREATE TABLE "the batch" AS SELECT {COLUMNS} FROM generate_series(0, {ROWS - 1}) AS r(i)')
    with duckdb.connect() as engine:
        there = profile_relation(engine, f"(SELECT {COLUMNS} FROM range({ROWS}) AS r(i))", ABOUT, key=KEY)
    return profile_postgres(connection, ("public", "the batch"), ABOUT, key=KEY), there


def test_both_engines_tell_the_same_of_the_same_rows(both: tuple[BatchProfile, BatchProfile]) -> None:
    ours, theirs = both
    assert (ours.rows, ours.duplicates) == (theirs.rows, theirs.duplicates)
    for mine, other in zip(ours.columns, theirs.columns, strict=True):
        told = [(c.name, c.kind, c.nulls, c.empties, c.low, c.high, c.moments, c.lengths, c.categories, c.shapes) for c in (mine, other)]
        assert told[0] == told[1]
        if mine.kind == "number" and mine.values is not None and other.values is not None:
            assert abs(mine.values.quantile(0.5) - other.values.quantile(0.5)) <= 0.02 * abs(other.values.quantile(0.5))


def test_no_value_is_kept(both: tuple[BatchProfile, BatchProfile]) -> None:
    assert not [secret for secret in SECRETS if secret in repr(both[0])]


def test_a_condition_limits_the_batch_and_types_of_its_own_are_profiled(connection: Any) -> None:
    from headwater.edges.engines.profile_postgres import profile_postgres

    connection.execute(
        """CREATE TABLE odd AS SELECT i AS "_dlt_load_id", ARRAY[i, i] AS l, jsonb_build_object('a', i) AS j, 'ab'::bytea AS b,
        md5(i::text)::uuid AS u, interval '1 hour' * i AS h, 'NaN'::numeric AS n, 'infinity'::timestamptz AS t, time '10:00' AS c
        FROM generate_series(1, 50) AS r(i)"""
    )
    profile = profile_postgres(connection, ("odd",), ABOUT, key=KEY, where='"_dlt_load_id" > 20')
    assert profile.rows == 30
    kinds = {column.name: column.kind for column in profile.columns}
    assert [kinds[name] for name in "ljbuhntc"] == ["nested", "nested", "binary", "text", "time", "number", "time", "time"]
    unusual = {column.name: column.unusual for column in profile.columns}
    assert (unusual["n"], unusual["t"]) == (30, 30)


def test_an_empty_table_is_profiled(connection: Any) -> None:
    from headwater.edges.engines.profile_postgres import profile_postgres

    connection.execute("CREATE TABLE nothing (a INTEGER, b TEXT, c TIMESTAMP)")
    profile = profile_postgres(connection, ("nothing",), ABOUT, key=KEY)
    assert (profile.rows, [column.kind for column in profile.columns]) == (0, ["number", "text", "time"])
