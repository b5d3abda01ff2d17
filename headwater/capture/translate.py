"""From any entry to facts: one table from media type to translator."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from headwater.capture import openlineage
from headwater.capture.dbt import translate as dbt
from headwater.capture.lakes.translate import (
    translate_added,
    translate_batch,
    translate_decision,
    translate_delivery,
    translate_examined,
    translate_expected,
    translate_profile,
    translate_scanned,
    translate_versions,
)
from headwater.capture.openlineage.translate import unreadable
from headwater.capture.sensitivity.translate import (
    translate_classified,
    translate_expectations,
    translate_grouped,
    translate_label,
    translate_masking,
    translate_passed,
)
from headwater.model.entries import (
    BATCH_LOADED,
    BATCH_PROFILED,
    CLOCK_PASSED,
    DATASET_CLASSIFIED,
    DATASET_GROUPED,
    DBT_NODE,
    FEED_DELIVERY,
    HUMAN_EXPECTATIONS,
    HUMAN_EXPECTED,
    HUMAN_FINDING,
    HUMAN_LABEL,
    HUMAN_MASKING,
    KEY_CREATED,
    KEY_REVOKED,
    LAKE_ADDED,
    LAKE_EXAMINED,
    LAKE_SCANNED,
    LAKE_VERSIONS,
    OPENLINEAGE_DATASET,
    OPENLINEAGE_JOB,
    OPENLINEAGE_RUN,
    Entry,
)
from headwater.model.facts import Fact, GapSeen, KeyCreatedFact, KeyRevokedFact
from headwater.model.observations import KeyCreated, KeyRevoked

_CREATED = msgspec.json.Decoder(KeyCreated)
_REVOKED = msgspec.json.Decoder(KeyRevoked)


def translate(entry: Entry) -> list[Fact]:
    """The facts an entry gives; none once it was erased. Never raises: what cannot be read is a gap."""
    if entry.payload is None:
        return []
    translator = _TRANSLATORS.get(entry.envelope.media_type)
    if translator is None:
        return [_unknown(entry)]
    try:
        return translator(entry)
    except msgspec.DecodeError:
        return [unreadable(entry)]


def _key_created(entry: Entry) -> list[Fact]:
    assert entry.payload is not None
    made = _CREATED.decode(entry.payload.public)
    position, at = entry.position, entry.envelope.received
    return [KeyCreatedFact(position=position, at=at, key=made.key, name=made.name, digest=made.digest, scopes=made.scopes)]


def _key_revoked(entry: Entry) -> list[Fact]:
    assert entry.payload is not None
    return [KeyRevokedFact(position=entry.position, at=entry.envelope.received, key=_REVOKED.decode(entry.payload.public).key)]


def _unknown(entry: Entry) -> Fact:
    return GapSeen(
        position=entry.position,
        at=entry.envelope.received,
        code="ENTRY-UNKNOWN",
        subject=f"entry:{entry.position}",
        detail=f"no translator for `{entry.envelope.media_type}`",
    )


_TRANSLATORS: dict[str, Callable[[Entry], list[Fact]]] = {
    OPENLINEAGE_RUN: openlineage.translate,
    OPENLINEAGE_JOB: openlineage.translate,
    OPENLINEAGE_DATASET: openlineage.translate,
    DBT_NODE: dbt.translate,
    LAKE_ADDED: translate_added,
    LAKE_VERSIONS: translate_versions,
    LAKE_EXAMINED: translate_examined,
    LAKE_SCANNED: translate_scanned,
    BATCH_LOADED: translate_batch,
    BATCH_PROFILED: translate_profile,
    HUMAN_EXPECTED: translate_expected,
    FEED_DELIVERY: translate_delivery,
    HUMAN_FINDING: translate_decision,
    DATASET_CLASSIFIED: translate_classified,
    DATASET_GROUPED: translate_grouped,
    HUMAN_LABEL: translate_label,
    HUMAN_MASKING: translate_masking,
    HUMAN_EXPECTATIONS: translate_expectations,
    CLOCK_PASSED: translate_passed,
    KEY_CREATED: _key_created,
    KEY_REVOKED: _key_revoked,
}
