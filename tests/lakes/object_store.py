"""A real S3-compatible server on a loopback port: versitygw over a folder, from the Go module github.com/versity/versitygw."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

BUCKET = "clinic"
PROGRAM = "versitygw"


@dataclass(frozen=True)
class ObjectStore:
    """A server under test, and where it keeps its objects."""

    endpoint: str
    access_key: str
    secret_key: str
    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """What a person exports, to name it by reference."""
        return {"CLINIC_S3_KEY": self.access_key, "CLINIC_S3_SECRET": self.secret_key}

    @property
    def references(self) -> dict[str, str]:
        """Options of obstore and deltalake, secrets by reference."""
        return {
            "aws_endpoint": self.endpoint,
            "aws_region": "us-east-1",
            "aws_access_key_id": "env:CLINIC_S3_KEY",
            "aws_secret_access_key": "env:CLINIC_S3_SECRET",
            "allow_http": "true",
        }

    @property
    def iceberg_references(self) -> dict[str, str]:
        """Properties of PyIceberg, secrets by reference."""
        return {
            "s3.endpoint": self.endpoint,
            "s3.region": "us-east-1",
            "s3.access-key-id": "env:CLINIC_S3_KEY",
            "s3.secret-access-key": "env:CLINIC_S3_SECRET",
        }

    def plain(self, references: dict[str, str]) -> dict[str, str]:
        """The same with references followed, for the library that writes."""
        return {key: self.variables.get(value.removeprefix("env:"), value) for key, value in references.items()}


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    """Serve one empty bucket until the block ends."""
    objects = folder / "objects"
    (objects / BUCKET).mkdir(parents=True)
    (folder / "sidecar").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = ObjectStore(f"http://127.0.0.1:{port}", "clinic-access", "clinic-secret-4711", objects)
    words = ["--port", f"127.0.0.1:{port}", "--access", store.access_key, "--secret", store.secret_key, "--health", "/health", "--quiet"]
    process = subprocess.Popen([PROGRAM, *words, "posix", "--sidecar", str(folder / "sidecar"), str(objects)], stdout=subprocess.DEVNULL)
    try:
        _await(f"{store.endpoint}/health", process)
        yield store
    finally:
        process.terminate()
        process.wait(30)


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "the object store did not start"
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the object store does not answer")
