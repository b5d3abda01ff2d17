"""How fast the server acknowledges durable events, beside a no-op endpoint of the same server.

    python bench/http_intake.py [--seconds 4] [--rounds 5] [--connections 32]

One server process with everything on: authentication, redaction, sealing, ledger, and the follower folding all the while. One client
process sends distinct events of about 3 KB, each connection waiting for its acknowledgement before the next. Three endpoints take turns
in every round: durable intake, the server's `/healthz`, and nothing at all (`/noop`, the same body, read and thrown away). Medians count.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import uvloop

TARGET = 0.4
FACET = {"_producer": "https://example.org/pipeline/3.2", "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/Facet.json"}
FIELDS = [{"name": f"{word}_{number}", "type": "bigint"} for number in range(5) for word in ("patient", "visit", "amount")]


def event(number: int) -> bytes:
    """A run event as a pipeline sends it: two inputs and an output with schemas, column lineage, a SQL text; about 3 KB."""
    job = number % 500
    columns = [field["name"] for field in FIELDS]
    flows = {name: {"inputFields": [{"namespace": "postgres://db:5432", "name": f"raw.left_{job}", "field": name}]} for name in columns[:6]}
    sources = f"raw.left_{job} JOIN raw.right_{job} USING (patient_0)"
    sql = f"INSERT INTO staged.t_{job} SELECT {', '.join(columns)} FROM {sources} WHERE amount_1 > 17"

    def dataset(name: str, **facets: object) -> dict[str, object]:
        return {"namespace": "postgres://db:5432", "name": name, "facets": facets}

    schema = {**FACET, "fields": FIELDS}
    body = {
        "eventType": "COMPLETE" if number % 2 else "START",
        "eventTime": f"2026-11-03T12:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z",
        "producer": "https://example.org/pipeline/3.2",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.uuid4()), "facets": {"nominalTime": {**FACET, "nominalStartTime": "2026-11-03T00:00:00Z"}}},
        "job": {"namespace": "airflow", "name": f"dag.task_{job}", "facets": {"sql": {**FACET, "query": sql}}},
        "inputs": [dataset(f"raw.left_{job}", schema=schema), dataset(f"raw.right_{job}")],
        "outputs": [dataset(f"staged.t_{job}", columnLineage={**FACET, "fields": flows})],
    }
    return json.dumps(body).encode()


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """A whole HTTP/1.1 request."""
    fields = ("Host: bench", f"Authorization: Bearer {key}", "Content-Type: application/json", f"Content-Length: {len(body)}")
    return "\r\n".join((f"{method} {path} HTTP/1.1", *fields, "\r\n")).encode() + body


class Caller(asyncio.Protocol):
    """One connection that sends a request, waits for its response, and goes on until time is up."""

    def __init__(self, requests: Iterator[bytes], tally: list[float], until: float) -> None:
        self._requests = requests
        self._tally = tally
        self._until = until
        self._buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        start = head.lower().find(b"content-length:")
        length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(rest) < length:
            return
        if head[9:10] != b"2":
            raise SystemExit(f"unexpected answer: {head!r} {rest!r}")
        self._buffer = rest[length:]
        self._tally.append(time.perf_counter() - self._sent)
        self._next()

    def _next(self) -> None:
        if time.perf_counter() >= self._until:
            self._transport.close()
            self.done.set_result(None)
            return
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))  # type: ignore[attr-defined]  # because the transport is a stream's


async def drive(host: str, port: int, requests: Iterator[bytes], connections: int, seconds: float) -> tuple[float, list[float]]:
    """Requests per second, and every latency."""
    tally: list[float] = []
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    callers = [(await loop.create_connection(lambda: Caller(requests, tally, began + seconds), host, port))[1] for _ in range(connections)]
    await asyncio.gather(*(caller.done for caller in callers))
    return len(tally) / (time.perf_counter() - began), tally


SERVER = """
import json, sys
from pathlib import Path
import headwater.api.serve as serve
from starlette.requests import Request
from starlette.responses import Response
create_app = serve.create_app
def with_noop(*arguments, **options):
    app = create_app(*arguments, **options)
    @app.post("/noop")
    async def noop(request: Request) -> Response:
        await request.body()
        return Response(status_code=204)
    return app
serve.create_app = with_noop
serve.up(Path(sys.argv[1]), {"port": 0, "log_level": "error"}, lambda s: print(json.dumps([s.url, s.admin_key]), flush=True))
"""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """A server process with a no-op endpoint added; its address and key."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(folder / "home")], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        url, key = json.loads(process.stdout.readline())
        yield url, key
    finally:
        process.terminate()
        process.wait(60)


def main() -> int:
    """Measure, print a table, and exit 1 below the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    rates: dict[str, list[float]] = {"durable": [], "healthz": [], "noop": []}
    latencies: list[float] = []
    with TemporaryDirectory(dir=options.folder) as folder, serving(Path(folder)) as (url, key):
        address = httpx.URL(url)
        number = 0
        for _ in range(options.rounds):
            for name in rates:
                ahead = int(options.seconds * 12_000) if name == "durable" else 256
                bodies = [
                    request("POST", "/api/v1/lineage" if name == "durable" else "/noop", key, event(number + n)) for n in range(ahead)
                ]
                number += ahead
                if name == "healthz":
                    bodies = [request("GET", "/healthz", key)]
                stream = iter(bodies) if name == "durable" else (body for _ in iter(int, 1) for body in bodies)
                rate, taken = uvloop.run(drive(address.host, address.port or 80, stream, options.connections, options.seconds))
                rates[name].append(rate)
                latencies += taken if name == "durable" else []
        metrics = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {key}"}).text
    report(rates, latencies, metrics)
    return 0 if median(rates["durable"]) / median(rates["noop"]) >= TARGET else 1


def report(rates: dict[str, list[float]], latencies: list[float], metrics: str) -> None:
    """Print medians, the ratios and where the follower stood at the end."""
    for name, each in rates.items():
        print(f"{name:8} {median(each):8.0f} requests/s   ({', '.join(f'{rate:.0f}' for rate in each)})")
    latencies.sort()
    durable = median(rates["durable"])
    print(f"ratio to noop {durable / median(rates['noop']):.2f}, to healthz {durable / median(rates['healthz']):.2f}; target {TARGET}")
    print(f"latency p50 {latencies[len(latencies) // 2] * 1000:.1f} ms, p99 {latencies[len(latencies) * 99 // 100] * 1000:.1f} ms")
    shown = ("headwater_ledger_size ", "headwater_views_position ", "headwater_commits_total ")
    print("; ".join(line for line in metrics.splitlines() if line.startswith(shown)))


if __name__ == "__main__":
    sys.exit(main())
