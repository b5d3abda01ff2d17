"""How fast the ledger appends and verifies, beside a raw file on the same disk.

    python bench/ledger.py [--entries 25600] [--rounds 9] [--folder DIR]

Durable append: events of about 3 KB, 256 per commit, with dedup, tree, signature and compression. Three rows, which time different work:
everything, framing and the hash of every body included; the commit alone, bodies framed and hashed before the clock starts, as intake does;
and the same with the next batch begun before the present one is committed, as the writer does while full batches wait. The last is judged.
The peer writes the same events' bytes to a plain file, one write and one fdatasync per 256. Rounds alternate so that all meet the same
disk; medians are compared.
Verification: everything that is stored, in one process and one thread, per second of its CPU time.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec

from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.sequencing import Prepared, framed
from headwater.model.entries import OPENLINEAGE_RUN, Payload, Pending
from headwater.model.times import Instant

COMMIT = 256
WHOLE, ALONE, STAGED = "ledger, bodies hashed in it", "ledger, hashed at intake", "the same, looking ahead"
Batch = Sequence[Pending] | Prepared
TARGET_RATIO = 0.50
TARGET_VERIFY = 300.0
SEALED_BYTES = 400
"""Random, as encrypted parts are: what redaction took out of the event's texts."""
FACET = {"_producer": "https://example.com/pipeline/3.2", "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/Facet.json"}
SOURCE = "postgres://db:5432"
WORDS = "order customer patient visit claim amount region status created code note batch model score value source total flag"
COPY = [{"type": "DIRECT", "subtype": "IDENTITY"}]


def event(number: int, chance: random.Random) -> bytes:
    """A run event as a pipeline sends it: two inputs with a schema, one output with column lineage, a SQL text; about 3 KB."""
    words = WORDS.split()
    columns = [f"{chance.choice(words)}_{chance.choice(words)}_{chance.randrange(10**4)}" for _ in range(8)]
    left, right, target = (f"lake.{chance.choice(words)}.{chance.choice(words)}_{chance.randrange(10**4)}" for _ in range(3))
    schema = {**FACET, "fields": [{"name": name, "type": chance.choice(("bigint", "varchar", "double"))} for name in columns]}
    flows = [{"namespace": SOURCE, "name": left, "field": name, "transformations": COPY} for name in columns[:5]]
    lineage = {**FACET, "fields": {flow["field"]: {"inputFields": [flow]} for flow in flows}}
    sql = f"INSERT INTO {target} SELECT {', '.join(columns)} FROM {left} JOIN {right} USING ({columns[0]}) WHERE {columns[1]} > 17"
    body = {
        "eventType": "COMPLETE",
        "eventTime": f"2026-11-03T12:{number % 60:02d}:{number // 60 % 60:02d}.{chance.randrange(10**6):06d}Z",
        "run": {
            "runId": f"{chance.getrandbits(128):032x}",
            "facets": {"nominalTime": {**FACET, "nominalStartTime": "2026-11-03T00:00:00Z"}},
        },
        "job": {"namespace": "airflow", "name": f"dag_{number % 500}.task_{number % 7}", "facets": {"sql": {**FACET, "query": sql}}},
        "inputs": [{"namespace": SOURCE, "name": name, "facets": {"schema": schema}} for name in (left, right)],
        "outputs": [{"namespace": SOURCE, "name": target, "facets": {"columnLineage": lineage}}],
        "producer": "https://example.com/pipeline/3.2",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }
    return msgspec.json.encode(body)


def observe(data: bytes, chance: random.Random) -> Pending:
    """The event as intake hands it on."""
    key = blake2b(data, digest_size=16, key=b"bench").digest()
    payload = Payload(data, chance.randbytes(SEALED_BYTES))
    return framed(Pending(Instant(1_790_000_000_000_000), "key-9f3c51ab", OPENLINEAGE_RUN, key, chance.randbytes(16), payload))


def main() -> int:
    """Run, print the table, and fail if a target is missed."""
    arguments = _arguments()
    chance = random.Random(7)
    pending = [observe(event(number, chance), chance) for number in range(arguments.entries)]
    batches = [pending[at : at + COMMIT] for at in range(0, len(pending), COMMIT)]
    size = sum(len(item.payload.public) + len(item.payload.sealed) for item in pending)
    unframed = [[replace(item, framed=b"", commitment=b"") for item in batch] for batch in batches]
    raw, whole, alone, staged = list[float](), list[float](), list[float](), list[float]()
    with TemporaryDirectory(dir=arguments.folder) as folder:
        for number in range(arguments.rounds):
            raw.append(_time_raw(Path(folder) / f"raw-{number}", batches))
            path = Path(folder) / "alone.db"
            whole.append(_time_append(path, lambda _: unframed))
            path.unlink()
            alone.append(_time_append(path, lambda _: batches))
            path.unlink()
            path = Path(folder) / f"ledger-{number}.db"
            staged.append(_time_append(path, lambda ledger: _prepared(ledger, batches)))
            if number < arguments.rounds - 1:
                path.unlink()
        speeds = [_time_verify(path) for _ in range(3)]
        stored = path.stat().st_size
    times = {"raw file, write + fdatasync": raw, WHOLE: whole, ALONE: alone, STAGED: staged}
    return _report(len(pending), size, times, speeds, stored)


def _time_raw(path: Path, batches: list[list[Pending]]) -> float:
    started = time.perf_counter()
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    for batch in batches:
        os.write(file, b"".join([part for item in batch for part in (item.payload.public, item.payload.sealed)]))
        os.fdatasync(file)
    os.close(file)
    seconds = time.perf_counter() - started
    path.unlink()
    return seconds


def _time_append(path: Path, feed: Callable[[Ledger], Iterable[Batch]]) -> float:
    """Time of all appends; making the observations is intake's work and done before."""
    store = SqliteEntryStore(path)
    ledger = Ledger(store, Signer.from_seed("bench.headwater", bytes(32)))
    started = time.perf_counter()
    for batch in feed(ledger):
        ledger.append(batch)
    seconds = time.perf_counter() - started
    store.close()
    return seconds


def _prepared(ledger: Ledger, batches: list[list[Pending]]) -> Iterator[Prepared]:
    """Batches as a busy writer takes them: the next one is prepared, and begins to be compressed, before the present one is committed."""
    following = ledger.prepare(batches[0])
    for batch in batches[1:]:
        present, following = following, ledger.prepare(batch)
        yield present
    yield following


def _time_verify(path: Path) -> float:
    """Megabytes checked per second of this process's CPU time, which counts all of its threads."""
    signer = Signer.from_seed("bench.headwater", bytes(32))
    store = SqliteEntryStore(path)
    result = Ledger(store, None, trusted=[signer.verifier]).verify(clock=time.process_time)
    store.close()
    if not result.ok or not result.bytes_per_second:
        raise SystemExit("the ledger that was just written does not verify")
    return result.bytes_per_second / 1e6


def _report(count: int, size: int, times: dict[str, list[float]], speeds: list[float], stored: int) -> int:
    raw, *_ = times.values()
    ratios = {name: median(peer / own for peer, own in zip(raw, seconds, strict=True)) for name, seconds in times.items()}
    speed = median(speeds)
    print(f"{count} events of {size / count:.0f} bytes, {COMMIT} per commit, {len(raw)} rounds, medians\n")
    print(f"{'':34}{'events/s':>12}{'MB/s':>10}{'ratio':>8}{'target':>9}{'seconds':>14}")
    for name, seconds in times.items():
        row = f"{name:34}{count / median(seconds):12,.0f}{size / median(seconds) / 1e6:10.0f}{ratios[name]:8.2f}"
        print(f"{row}{'>= 0.50' if name == STAGED else '':>9}{min(seconds):8.2f}-{max(seconds):.2f}")
    print(f"{'full verification, one core':34}{'':12}{speed:10.0f}{'':8}{'>= 300':>9}")
    print(f"\nstored: {stored / size:.2f} of the events' bytes")
    return 0 if ratios[STAGED] >= TARGET_RATIO and speed >= TARGET_VERIFY else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=25_600)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", default=".", help="where to write; must be on the disk to be measured")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
