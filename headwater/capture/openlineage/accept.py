"""Takes an OpenLineage event in: checked once, redacted, made canonical. Strict on structure, lenient on format.

Structure is what translation cannot do without: objects where objects belong, names, a time. Everything else (a producer that is no
URI, a run id that is no UUID, an unknown event type) is a warning that is kept with the event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from headwater.capture.openlineage.dialects import dialect_of_event
from headwater.capture.openlineage.kinds import REQUIRED, json_type, media_type_of
from headwater.capture.openlineage.structure import bad_event, decode
from headwater.capture.redaction import Redactor
from headwater.model.entries import OPENLINEAGE_DATASET, OPENLINEAGE_RUN
from headwater.model.observations import OpenLineageObserved
from headwater.model.times import Instant, parse_instant

MAX_NAME = 2_000
_SKEW = 24 * 3600 * 1_000_000
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_ZONE = re.compile(r"(?:[zZ]|[+-]\d\d:?\d\d(?::?\d\d)?)$")
_EVENT_TYPES = frozenset({"START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER"})


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event ready for the ledger.

    `dedup_material` is the event as received in canonical form, so that reformatting is the same event; `public` the encoded
    payload; `sealed` the plaintext to seal, empty when nothing was replaced; `namespaces` what the key must be allowed to write, and
    `patterns` globs of which it must be allowed to write all that they match.
    """

    media_type: str
    dedup_material: bytes
    public: bytes
    sealed: bytes
    namespaces: tuple[str, ...]
    warnings: tuple[str, ...]
    patterns: tuple[str, ...] = ()


def accept(raw: bytes | memoryview, *, redactor: Redactor, grant: tuple[str, ...], received: Instant | None = None) -> Accepted:
    """Check and redact one event; `grant` are the namespace patterns its key may write, `received` serves a warning on clock skew.

    Raises:  BadEvent: the event cannot be taken in; says where and what was expected.
             TooLarge: nested too deep.
    """
    read = decode(bytes(raw))
    event = read.value
    if type(event) is not dict:
        raise bad_event("$", "an object", json_type(event))
    warnings: list[str] = []
    media_type = media_type_of(event, warnings)
    _check(event, media_type, received, warnings)
    namespace = event["dataset" if media_type == OPENLINEAGE_DATASET else "job"]["namespace"]
    redacted = redactor.redact_event(event, dialect_of_event(event))
    told = (*warnings, *redacted.warnings)
    observed = OpenLineageObserved(grant=grant, event=msgspec.Raw(msgspec.json.encode(redacted.event)), warnings=told)
    return Accepted(media_type, read.canonical, msgspec.json.encode(observed), redacted.sealed, (namespace,), told)


def _check(event: dict[str, Any], media_type: str, received: Instant | None, warnings: list[str]) -> None:
    _check_time(event, received, warnings)
    _check_producer(event, warnings)
    for part in REQUIRED[media_type]:
        if type(event.get(part)) is not dict:
            raise bad_event(part, "an object", json_type(event[part]) if part in event else "nothing")
    if media_type == OPENLINEAGE_RUN:
        _check_run(event, warnings)
    if media_type == OPENLINEAGE_DATASET:
        _check_dataset(event["dataset"], "dataset", ("facets",))
        return
    _check_named(event["job"], "job")
    _check_facets(event["job"], "job", "facets")
    for role, facets in (("inputs", "inputFacets"), ("outputs", "outputFacets")):
        _check_datasets(event, role, facets)


def _check_time(event: Mapping[str, Any], received: Instant | None, warnings: list[str]) -> None:
    text = event.get("eventTime")
    if type(text) is not str:
        raise bad_event("eventTime", "a time", json_type(text) if "eventTime" in event else "nothing")
    try:
        at = parse_instant(text)
    except (ValueError, OverflowError):
        raise bad_event("eventTime", "a time such as 2026-01-31T12:00:00Z", "a text that is none") from None
    if _ZONE.search(text.strip()) is None:
        warnings.append("`eventTime` has no zone; taken as UTC")
    if received is not None and at - received > _SKEW:
        warnings.append("`eventTime` is more than a day ahead of our clock")


def _check_producer(event: Mapping[str, Any], warnings: list[str]) -> None:
    producer = event.get("producer")
    if producer is None:
        warnings.append("`producer` is missing")
    elif type(producer) is not str:
        raise bad_event("producer", "a text", json_type(producer))
    elif _URI.fullmatch(producer) is None:
        warnings.append("`producer` is not a URI")


def _check_run(event: Mapping[str, Any], warnings: list[str]) -> None:
    run = event["run"]
    _check_name(run, "run", "runId")
    _check_facets(run, "run", "facets")
    if _UUID.fullmatch(run["runId"]) is None:
        warnings.append("`run.runId` is not a UUID")
    kind = event.get("eventType")
    if kind is None:
        warnings.append("`eventType` is missing; taken as OTHER")
    elif type(kind) is not str:
        raise bad_event("eventType", "a text", json_type(kind))
    elif kind not in _EVENT_TYPES:
        warnings.append("`eventType` is unknown")


def _check_datasets(event: Mapping[str, Any], role: str, facets: str) -> None:
    datasets = event.get(role)
    if datasets is None:
        return
    if type(datasets) is not list:
        raise bad_event(role, "a list", json_type(datasets))
    for index, dataset in enumerate(datasets):
        if type(dataset) is not dict:
            raise bad_event(f"{role}[{index}]", "an object", json_type(dataset))
        _check_dataset(dataset, f"{role}[{index}]", ("facets", facets))


def _check_dataset(dataset: Mapping[str, Any], path: str, facets: tuple[str, ...]) -> None:
    _check_named(dataset, path)
    for part in facets:
        _check_facets(dataset, path, part)


def _check_named(holder: Mapping[str, Any], path: str) -> None:
    _check_name(holder, path, "namespace")
    _check_name(holder, path, "name")


def _check_name(holder: Mapping[str, Any], path: str, key: str) -> None:
    value = holder.get(key)
    if type(value) is not str:
        raise bad_event(f"{path}.{key}", "a text", json_type(value) if key in holder else "nothing")
    if not value.strip():
        raise bad_event(f"{path}.{key}", "at least one character", "an empty text")
    if len(value) > MAX_NAME:
        raise bad_event(f"{path}.{key}", f"at most {MAX_NAME} characters", f"{len(value)}")
    if _CONTROL.search(value) is not None:
        raise bad_event(f"{path}.{key}", "a text without control characters", "one with")


def _check_facets(holder: Mapping[str, Any], path: str, key: str) -> None:
    facets = holder.get(key)
    if facets is not None and type(facets) is not dict:
        raise bad_event(f"{path}.{key}", "an object", json_type(facets))
