"""Takes a dbt document in: checked once, redacted, made canonical, as OpenLineage events are."""

from __future__ import annotations

import re

import msgspec

from headwater.capture.dbt.documents import DOCUMENT_VERSION, FIRST_BYTES, Document
from headwater.capture.openlineage.accept import Accepted
from headwater.capture.openlineage.dialects import dialect_named
from headwater.capture.openlineage.structure import decode
from headwater.capture.redaction import Redactor
from headwater.model.entries import DBT_NODE
from headwater.model.errors import BadEvent
from headwater.model.observations import DbtObserved
from headwater.model.times import parse_instant

MAX_NAME = 2_000
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_NEXT = "headwater dbt TARGET_DIR"


def is_document(raw: bytes | memoryview) -> bool:
    """Whether a text is a dbt document, told by its first bytes."""
    return bytes(raw[: len(FIRST_BYTES)]) == FIRST_BYTES


def accept(raw: bytes | memoryview, *, redactor: Redactor, grant: tuple[str, ...]) -> Accepted:
    """Check and redact one document.

    Raises:  BadEvent: it is none; says where and what was expected. TooLarge: nested too deep.
    """
    read = decode(bytes(raw))
    document = _checked(read.value)
    header = document.header
    redacted = redactor.redact_dbt(read.value, dialect_named(header.adapter) if header.adapter else None)
    observed = DbtObserved(grant=grant, document=msgspec.Raw(msgspec.json.encode(redacted.event)), warnings=redacted.warnings)
    return Accepted(DBT_NODE, read.canonical, msgspec.json.encode(observed), redacted.sealed, (header.job_namespace,), redacted.warnings)


def _checked(value: object) -> Document:
    try:
        document = msgspec.convert(value, Document)
    except msgspec.ValidationError as fault:
        place = str(fault).partition(" - at `")[2].rstrip("`") or "$"
        raise _bad(place, "what a dbt document holds there", "something else") from None
    if document.dbt != DOCUMENT_VERSION:
        raise _bad("dbt", f"version {DOCUMENT_VERSION}", "another one")
    for path, held in (("header.project", document.header.project), ("header.job_namespace", document.header.job_namespace)):
        _check_name(path, held)
    _check_name("node.unique_id", document.node["unique_id"])
    try:
        parse_instant(document.header.generated_at)
    except (ValueError, OverflowError):
        raise _bad("header.generated_at", "a time such as 2026-01-31T12:00:00Z", "a text that is none") from None
    return document


def _check_name(path: str, name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME or _CONTROL.search(name) is not None:
        raise _bad(path, f"a name of 1 to {MAX_NAME} characters without control characters", "another text")


def _bad(path: str, expected: str, got: str) -> BadEvent:
    return BadEvent(f"cannot take in the dbt document at `{path}`: expected {expected}, got {got}", next_step=_NEXT)
