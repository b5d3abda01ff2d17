"""Recorded OpenLineage events and what Headwater makes of them: the redacted event, the warnings, the facts.

Each file holds an event as a producer writes it and what is expected. `UPDATE_GOLDEN=1` writes the expectations anew;
read the difference before committing it. To add a case, add a file with `about` and `event` alone and update.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headwater.capture.openlineage import accept
from headwater.capture.redaction import Redactor
from headwater.capture.translate import translate
from headwater.model.entries import Entry, Envelope, Payload, Position
from headwater.model.observations import OpenLineageObserved
from headwater.model.times import Instant

CASES = sorted((Path(__file__).parent / "openlineage").glob("*.json"))
UPDATE = "UPDATE_GOLDEN" in os.environ
REDACTOR = Redactor(b"the key of the golden files")


def seen(case: dict[str, Any]) -> dict[str, Any]:
    """What comes of a case today."""
    accepted = accept(json.dumps(case["event"]).encode(), redactor=REDACTOR, grant=tuple(case.get("grant", ["*"])))
    observed = msgspec.json.decode(accepted.public, type=OpenLineageObserved)
    envelope = Envelope(Position(0), Instant(2_000_000_000_000_000), "key", accepted.media_type, b"", b"")
    facts = translate(Entry(envelope, b"", Payload(accepted.public)))
    return {
        "media_type": accepted.media_type,
        "warnings": list(accepted.warnings),
        "recorded": json.loads(bytes(observed.event)),
        "facts": json.loads(msgspec.json.encode(facts)),
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_event_gives_what_its_file_says(path: Path) -> None:
    case = json.loads(path.read_text())
    expected = {key: case[key] for key in ("media_type", "warnings", "recorded", "facts") if key in case}
    actual = seen(case)
    if UPDATE and actual != expected:
        given = {key: case[key] for key in ("about", "grant", "event") if key in case}
        path.write_text(json.dumps({**given, **actual}, indent=1, ensure_ascii=False) + "\n")
        expected = actual
    assert actual == expected


def test_there_are_cases() -> None:
    assert len(CASES) >= 15
