"""Documents of our own: checked once at intake, redacted, made canonical, and read again when they are translated.

One table says of each kind how it is built, which namespaces its producer must be allowed to write, and how it is redacted.
A new kind of document is a new line here and a translator in `translate.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from headwater.capture.openlineage.accept import Accepted
from headwater.capture.openlineage.structure import decode
from headwater.capture.redaction import Redactor
from headwater.capture.redaction.documents import RULES
from headwater.capture.sensitivity.checks import misfit_of
from headwater.model.deliveries import DeliverySeen
from headwater.model.entries import (
    BATCH_LOADED,
    BATCH_PROFILED,
    CLOCK_PASSED,
    DATASET_CLASSIFIED,
    DATASET_GROUPED,
    FEED_DELIVERY,
    HUMAN_EXPECTATIONS,
    HUMAN_EXPECTED,
    HUMAN_FINDING,
    HUMAN_LABEL,
    HUMAN_MASKING,
    LAKE_ADDED,
    LAKE_EXAMINED,
    LAKE_SCANNED,
    LAKE_VERSIONS,
)
from headwater.model.errors import BadEvent
from headwater.model.findings import FindingDecision
from headwater.model.lakes import DatasetVersions, Document, LakeScan, NewLake, VersionExamination
from headwater.model.loads import ExpectedDeviation, LoadedBatch, ProfiledBatch
from headwater.model.observations import DocumentObserved
from headwater.model.sensitivity.documents import (
    ClassifiedDataset,
    DeadlinePassed,
    DeclaredExpectations,
    LabelDecision,
    MaskingApproval,
    MeasuredGroups,
)
from headwater.model.times import Instant, parse_instant

D = TypeVar("D", bound=Document)

FIRST_BYTES = b'{"headwater":'
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_OBSERVED = msgspec.json.Decoder(DocumentObserved)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of document is built, and the namespaces, or globs of them, that its producer must be allowed to write."""

    form: type[Document]
    namespaces: Callable[[Any], tuple[str, ...]]
    patterns: Callable[[Any], tuple[str, ...]] = lambda told: ()


KINDS: dict[str, Kind] = {
    LAKE_ADDED: Kind(NewLake, lambda told: (told.namespace,)),
    LAKE_VERSIONS: Kind(DatasetVersions, lambda told: (told.dataset.namespace,)),
    LAKE_EXAMINED: Kind(VersionExamination, lambda told: (told.dataset.namespace,)),
    LAKE_SCANNED: Kind(LakeScan, lambda told: (told.namespace,)),
    BATCH_LOADED: Kind(LoadedBatch, lambda told: (told.dataset.namespace, told.job.namespace)),
    BATCH_PROFILED: Kind(ProfiledBatch, lambda told: (told.dataset.namespace,)),
    FEED_DELIVERY: Kind(DeliverySeen, lambda told: (told.dataset.namespace,)),
    HUMAN_EXPECTED: Kind(ExpectedDeviation, lambda told: (told.dataset.namespace,)),
    HUMAN_FINDING: Kind(FindingDecision, lambda told: (told.dataset.namespace,)),
    DATASET_CLASSIFIED: Kind(ClassifiedDataset, lambda told: (told.dataset.namespace,)),
    DATASET_GROUPED: Kind(MeasuredGroups, lambda told: (told.dataset.namespace,)),
    HUMAN_LABEL: Kind(LabelDecision, lambda told: (told.dataset.namespace,)),
    HUMAN_MASKING: Kind(MaskingApproval, lambda told: (), lambda told: told.namespaces),
    HUMAN_EXPECTATIONS: Kind(
        DeclaredExpectations, lambda told: (), lambda told: (told.namespace, *(each.namespace for each in told.expectations))
    ),
    CLOCK_PASSED: Kind(DeadlinePassed, lambda told: ()),
}


def encode(document: Document) -> bytes:
    """A document as it is sent to intake."""
    return msgspec.json.encode(document)


def is_document(raw: bytes | memoryview) -> bool:
    """Whether a text is a document of our own, told by its first bytes."""
    return bytes(raw[: len(FIRST_BYTES)]) == FIRST_BYTES


def accept(raw: bytes | memoryview, *, redactor: Redactor, grant: tuple[str, ...]) -> Accepted:
    """Check and redact one document.

    Raises:  BadEvent: it is none; says where and what was expected. TooLarge: nested too deep.
    """
    read = decode(bytes(raw))
    media_type, kind = _kind_of(read.value)
    told = _checked(read.value, kind.form)
    redacted = redactor.redact_document(read.value, RULES[media_type])
    observed = DocumentObserved(grant=grant, document=msgspec.Raw(msgspec.json.encode(redacted.event)), warnings=redacted.warnings)
    return Accepted(
        media_type=media_type,
        dedup_material=read.canonical,
        public=msgspec.json.encode(observed),
        sealed=redacted.sealed,
        namespaces=kind.namespaces(told),
        warnings=redacted.warnings,
        patterns=tuple(dict.fromkeys(kind.patterns(told))),
    )


def read_document(public: bytes, form: type[D]) -> tuple[DocumentObserved, D]:
    """The document in a recorded payload, and what intake knew besides.

    Raises:  msgspec.DecodeError: it is not as this version writes it.
    """
    observed = _OBSERVED.decode(public)
    return observed, msgspec.json.decode(observed.document, type=form)


def instant_of(text: str) -> Instant:
    """A time of a document.

    Raises:  msgspec.DecodeError: not a time; intake lets none in.
    """
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise msgspec.DecodeError("not a time") from None


def _kind_of(value: Any) -> tuple[str, Kind]:
    media_type = value.get("headwater") if type(value) is dict else None
    kind = KINDS.get(media_type) if type(media_type) is str else None
    if kind is None or type(media_type) is not str:
        raise _bad("headwater", f"one of {', '.join(f'`{known}`' for known in KINDS)}", "something else")
    return media_type, kind


def _checked(value: Any, form: type[Document]) -> Document:
    try:
        document = msgspec.convert(value, form)
    except msgspec.ValidationError as fault:
        what, _, place = str(fault).partition(" - at `$.")
        raise _bad(place.rstrip("`") or "$", f"what a `{value['headwater']}` document holds there", _missing(what)) from None
    for path, text in _times(document, ""):
        _check_time(path, text)
    _check_names(value, "")
    misfit = misfit_of(document)
    if misfit is not None:
        raise _bad(misfit.path, misfit.expected, misfit.got)
    return document


def _missing(what: str) -> str:
    """What was found, in words that hold no value."""
    return "nothing" if "missing required" in what else "something else"


def _times(part: msgspec.Struct, path: str) -> list[tuple[str, str]]:
    """Every time that a document holds, with its place: members named `at` or ending in `_at`, `not_before` and `expires`."""
    found: list[tuple[str, str]] = []
    for name in part.__struct_fields__:
        value, place = getattr(part, name), f"{path}{name}"
        if isinstance(value, msgspec.Struct):
            found.extend(_times(value, f"{place}."))
        elif isinstance(value, tuple):
            members = ((index, member) for index, member in enumerate(value) if isinstance(member, msgspec.Struct))
            found.extend(time for index, member in members for time in _times(member, f"{place}[{index}]."))
        elif isinstance(value, str) and (name in ("at", "not_before", "expires") or name.endswith("_at")) and (value or name == "seen_at"):
            found.append((place, value))
    return found


def _check_time(path: str, text: str) -> None:
    try:
        parse_instant(text)
    except (ValueError, OverflowError):
        raise _bad(path, "a time such as 2026-01-31T12:00:00Z", "a text that is none") from None


def _check_names(value: Any, path: str) -> None:
    """No text of a document holds control characters: names are shown to people."""
    if isinstance(value, str):
        if _CONTROL.search(value) is not None:
            raise _bad(path or "$", "a text without control characters", "one with some")
    elif isinstance(value, dict):
        for key, member in value.items():
            _check_names(key, path)
            _check_names(member, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _check_names(member, f"{path}[{index}]")


def _bad(path: str, expected: str, got: str) -> BadEvent:
    return BadEvent(
        f"cannot take in the document at `{path}`: expected {expected}, got {got}", next_step="update Headwater on the side that sends it"
    )
