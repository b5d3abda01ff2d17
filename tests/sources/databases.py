"""Real PostgreSQL and MariaDB servers on loopback ports, each in a temporary folder and as an account that they accept."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwnam
from typing import Any

import pytest

PROGRAMS = {"postgres": ("initdb", "postgres"), "mariadb": ("mariadb-install-db", "mariadbd", "my_print_defaults")}
_PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/sbin"), Path("/usr/local/sbin"))


def program(name: str) -> str | None:
    """Where a program is, also where a distribution keeps servers apart from the path."""
    return shutil.which(name) or next((str(place / name) for place in _PLACES if (place / name).is_file()), None)


def needed(kind: str) -> list[str]:
    """The programs of a kind of server; a skip where one is missing, a failure where `CI` is set."""
    found = [program(name) for name in PROGRAMS[kind]]
    missing = [name for name, path in zip(PROGRAMS[kind], found, strict=True) if path is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"needs {', '.join(missing)}: not on this build machine, and nothing may be skipped here", pytrace=False)
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: not on this machine")
    return [path for path in found if path is not None]


class Server:
    """A database server that can be stopped and started again on its port."""

    def __init__(self, words: Sequence[str], home: Path, port: int, connect: Callable[[int], Any]) -> None:
        self._words, self._home, self.port, self._connect = list(words), home, port, connect
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(self._words, stdout=log, stderr=log, cwd=self._home)
        for _ in range(300):
            assert self._process.poll() is None, (self._home / "log").read_text(errors="replace")[-2000:]
            try:
                self._connect(self.port).close()
                return
            except Exception:  # noqa: BLE001  # because each driver has faults of its own
                time.sleep(0.1)
        raise AssertionError((self._home / "log").read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """Stop at once, as a machine that fails."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def do(self, *statements: str) -> None:
        """Run statements as the owner of everything."""
        connection = self._connect(self.port)
        try:
            for statement in statements:
                connection.cursor().execute(statement)
            connection.commit()
        finally:
            connection.close()


@contextmanager
def postgres() -> Iterator[Server]:
    """A PostgreSQL with the database `ward`."""
    import psycopg

    initdb, server = needed("postgres")
    with _home("postgres") as (home, account):
        data = str(home / "data")
        subprocess.run([*account, initdb, "-D", data, "-A", "trust", "-U", "ward", "-N"], check=True, capture_output=True, cwd=home)
        port = _free_port()
        settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]

        def connect(port: int) -> Any:
            return psycopg.connect(f"host=127.0.0.1 port={port} user=ward dbname=postgres", autocommit=True)

        yield from _running(Server([*account, server, "-D", data, "-p", str(port), *settings], home, port, connect))


@contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB with the database `ward`, which `ward` owns."""
    import pymysql

    install, server, _ = needed("mariadb")
    with _home("mysql") as (home, account):
        data = str(home / "data")
        made = ["--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run([*account, install, *made], check=True, capture_output=True, cwd=home)
        port = _free_port()
        settings = [f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1", f"--socket={home}/s", f"--pid-file={home}/pid"]
        quick = ["--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=32M", "--skip-name-resolve"]

        def connect(port: int) -> Any:
            return pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True)

        yield from _running(Server([*account, server, "--no-defaults", *settings, *quick], home, port, connect))


def _running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def _home(account: str) -> Iterator[tuple[Path, list[str]]]:
    """A folder of a server, and the words that run it as another account where we are root, which servers refuse."""
    home = Path(tempfile.mkdtemp(prefix=f"headwater-{account}-"))  # because the tests' own folders are closed to the server's user
    try:
        if os.geteuid() != 0:
            yield home, []
            return
        user = account if _exists(account) else "nobody"
        shutil.chown(home, user)
        yield home, ["setpriv", f"--reuid={user}", f"--regid={getpwnam(user).pw_gid}", "--clear-groups", "--"]
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _exists(account: str) -> bool:
    try:
        getpwnam(account)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
