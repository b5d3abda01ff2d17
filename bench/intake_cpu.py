"""Taking in one event: check, canonical form, redaction, encoding; beside decoding alone and, where installed, jsonschema.

    python bench/intake_cpu.py [--events 500]

Every event has a run id of its own; texts repeat from event to event, as a producer's do. In the row `new texts` each event also brings
an error message and a statement that were never seen before, so nothing is remembered.
Times are processor time of one core. jsonschema checks the same envelope that we check, as a schema of a dozen lines, facets left alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import msgspec

from headwater.capture.openlineage import accept
from headwater.capture.redaction import Redactor
from headwater.capture.translate import translate
from headwater.model.entries import Entry, Envelope, Payload, Position
from headwater.model.times import Instant

TARGETS = {"3 KB": 150e-6, "66 KB": 3e-3}
PRODUCER = "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/spark"
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
LAKE = "s3://clinic-lake"
NAMED = {"type": "object", "required": ["namespace", "name"], "properties": {"namespace": {"type": "string"}, "name": {"type": "string"}}}
ENVELOPE = {
    "type": "object",
    "required": ["eventTime", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventTime": {"type": "string", "format": "date-time"},
        "producer": {"type": "string", "format": "uri"},
        "run": {"type": "object", "required": ["runId"], "properties": {"runId": {"type": "string", "format": "uuid"}}},
        "job": NAMED,
        "inputs": {"type": "array", "items": NAMED},
        "outputs": {"type": "array", "items": NAMED},
    },
}


def main() -> int:
    """Measure and print one table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=500)
    count = parser.parse_args().events
    print(f"{'':10}{'bytes':>9}{'accept':>12}{'translate':>12}{'json.loads':>12}{'msgspec':>12}{'jsonschema':>12}")
    missed = False
    for label, columns, sources, new in (("3 KB", 5, 1, False), ("new texts", 5, 1, True), ("66 KB", 32, 9, False)):
        events = [_event(number, columns, sources, number if new else 0) for number in range(count // 5 if sources > 1 else count)]
        figures = _measure(events)
        print(f"{label:10}{len(events[0]):9,}" + "".join(f"{_shown(figure):>12}" for figure in figures))
        missed |= (figures[0] or 0.0) > TARGETS.get(label, 1.0)
    print(
        f"\nmedians of one core's time; targets for accept: {', '.join(f'{name} {limit * 1e6:,.0f} µs' for name, limit in TARGETS.items())}"
    )
    return 1 if missed else 0


def _measure(events: list[bytes]) -> list[float | None]:
    redactor = Redactor(b"the key of the benchmark")
    warm, cold = events[: len(events) // 10 + 1], events[len(events) // 10 + 1 :]
    for raw in warm:
        accept(raw, redactor=redactor, grant=("*",))
    taken = accept(events[0], redactor=redactor, grant=("*",))
    entry = Entry(Envelope(Position(0), Instant(0), "key", taken.media_type, b"", b""), b"", Payload(taken.public))
    return [
        _median(lambda raw: accept(raw, redactor=redactor, grant=("*",)), cold),
        _median(lambda _: translate(entry), cold),
        _median(json.loads, cold),
        _median(msgspec.json.decode, cold),
        _jsonschema(cold),
    ]


def _jsonschema(events: list[bytes]) -> float | None:
    if find_spec("jsonschema") is None:
        return None
    validator = import_module("jsonschema").Draft202012Validator(ENVELOPE)
    return _median(lambda raw: validator.validate(json.loads(raw)), events)


def _median(work: Callable[[Any], object], events: Iterable[bytes]) -> float:
    times = []
    for raw in events:
        started = time.process_time_ns()
        work(raw)
        times.append(time.process_time_ns() - started)
    return statistics.median(times) / 1e9


def _shown(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1e6:,.0f} µs"


def _event(number: int, columns: int, sources: int, text: int) -> bytes:
    """A Spark job's event, `text` in its texts; every target column has one source and, repeated as Spark does, `sources` indirect ones."""
    names = [f"measured_value_{index}" for index in range(columns)]
    schema = {"fields": [{"name": name, "type": "decimal(18,4)"} for name in names]}
    indirect = [_input(name, "INDIRECT", "JOIN") for name in names[:sources]]
    lineage = {"fields": {name: {"inputFields": [_input(name, "DIRECT", "IDENTITY"), *indirect]} for name in names}}
    event = {
        "eventTime": "2026-03-01T04:00:00.123Z",
        "eventType": "FAIL",
        "producer": PRODUCER,
        "schemaURL": SPEC,
        "run": {
            "runId": f"0197a1b2-0000-7000-8000-{number:012d}",
            "facets": {"errorMessage": {"message": f"task failed on value: {text}", "programmingLanguage": "JAVA"}},
        },
        "job": {
            "namespace": "clinic",
            "name": "nightly_features",
            "facets": {"sql": {"query": f"INSERT INTO features SELECT * FROM visits WHERE day = '{text}' AND ward IN ('e', 'w')"}},
        },
        "inputs": [{"namespace": LAKE, "name": "warehouse/visits", "facets": {"schema": schema}}],
        "outputs": [{"namespace": LAKE, "name": "warehouse/features", "facets": {"columnLineage": lineage}}],
    }
    return json.dumps(event).encode()


def _input(name: str, kind: str, subtype: str) -> dict[str, object]:
    transformation = {"type": kind, "subtype": subtype, "description": "", "masking": False}
    return {"namespace": LAKE, "name": "warehouse/visits", "field": name, "transformations": [transformation]}


if __name__ == "__main__":
    sys.exit(main())
