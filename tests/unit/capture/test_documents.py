"""Documents of our own are checked strictly, hold no secret, and come back as they were."""

from __future__ import annotations

import json

import pytest

from headwater.capture.documents import accept, is_document
from headwater.capture.redaction import Redactor
from headwater.model.entries import LAKE_VERSIONS
from headwater.model.errors import BadEvent
from tests.lakes.telling import NAMESPACE, decided, lake_added, scanned, version, versions

REDACTOR = Redactor(b"k" * 32)


@pytest.mark.parametrize("made", [lake_added(), versions("t", version("1", 0)), scanned("gone"), decided("0" * 12, "t")])
def test_every_kind_is_known_and_kept_as_it_is(made: bytes) -> None:
    assert is_document(made)
    taken = accept(made, redactor=REDACTOR, grant=("*",))
    assert json.loads(taken.public)["document"] == json.loads(made)
    assert taken.namespaces == (NAMESPACE,)
    assert not taken.sealed


def test_numbers_of_a_version_are_kept() -> None:
    made = versions("t", version("1", 0, rows=10, added_rows=3, size_bytes=99, columns=()))
    told = json.loads(accept(made, redactor=REDACTOR, grant=("*",)).public)["document"]["versions"][0]
    assert (told["rows"], told["added_rows"], told["size_bytes"]) == (10, 3, 99)


def test_credentials_in_a_location_are_dropped() -> None:
    made = versions("t", version("1", 0)).replace(b"file:///lake/t", b"s3://key:hunter22@bucket/t")
    assert b"hunter22" not in accept(made, redactor=REDACTOR, grant=("*",)).public


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"headwater": "lake/unheard"}, "headwater"),
        ({"dataset": {"namespace": "n"}}, "dataset"),
        ({"seen_at": "yesterday"}, "seen_at"),
        ({"versions": [{"version": "1", "at": "never", "operation": "append"}]}, "versions[0].at"),
        ({"versions": [{"version": "1", "at": "2026-01-01", "operation": "append", "rows": -1}]}, "versions[0]"),
        ({"location": "a\nb"}, "location"),
        ({"surprise": 1}, "$"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(change: dict[str, object], place: str) -> None:
    told = {**json.loads(versions("t", version("1", 0))), **change}
    with pytest.raises(BadEvent) as refused:
        accept(json.dumps(told, separators=(",", ":")).encode(), redactor=REDACTOR, grant=("*",))
    assert f"`{place}" in refused.value.problem
    assert told["headwater"] == LAKE_VERSIONS or "lake/versions" in refused.value.problem
