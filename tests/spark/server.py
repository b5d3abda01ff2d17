"""A real Spark Connect server on a loopback port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which

PROGRAM = "spark-submit"
_SECONDS_TO_START = 120


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """The address of a server whose tables lie in a folder."""
    port = _free_port()
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.catalog.bad": "no.such.Catalog",
    }
    command = [PROGRAM, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", "local[2]"]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "spark-internal"],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "SPARK_HOME": str(_home())},
            start_new_session=True,
        )
    try:
        _await(server, port)
        yield f"sc://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _home() -> Path:
    """Where Spark lies in the environment that its programs are from."""
    program = which(PROGRAM)
    assert program is not None
    [home] = (Path(program).parent.parent / "lib").glob("python*/site-packages/pyspark")
    return home


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("the Spark Connect server ended as it began; its log is in server.log")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise RuntimeError("the Spark Connect server does not listen in time")
