"""Manifests are read as suppliers write them, and what is none is refused in words that show nothing of it."""

from __future__ import annotations

import json

import pytest

from headwater.capture.feeds.manifests import read_manifest

SUM = "a" * 64


def test_a_manifest_in_json_promises_files() -> None:
    told = {"delivery": "d1", "due_at": "2026-11-01T06:00:00Z", "sender": "x", "files": [{"name": "a.csv", "sha256": SUM, "rows": 3}]}
    manifest = read_manifest(json.dumps(told).encode(), "d1/manifest.json")
    assert (manifest.delivery, manifest.files[0].name, manifest.files[0].rows, manifest.files[0].size_bytes) == ("d1", "a.csv", 3, None)


def test_a_list_of_checksums_promises_files() -> None:
    manifest = read_manifest(f"# made by hand\n{SUM}  a.csv\n{SUM} *sub/b c.csv\n".encode(), "SHA256SUMS")
    assert [promise.name for promise in manifest.files] == ["a.csv", "sub/b c.csv"]


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"{", "manifest.json", "not built as a manifest"),
        (b'{"files": [{"name": "a", "rows": -1}]}', "manifest.json", "files[0].rows"),
        (b'{"files": [{"name": "../a"}]}', "manifest.json", "outside of its delivery"),
        (b'{"files": [{"name": "/etc/a"}]}', "manifest.json", "outside of its delivery"),
        (b'{"files": [{"name": "a"}, {"name": "a"}]}', "manifest.json", "a file twice"),
        (b'{"files": [], "due_at": "soon"}', "manifest.json", "not a time"),
        (b"hello", "SHA256SUMS", "not a list of SHA-256"),
        (b"\xff\xfe", "SHA256SUMS", "not text"),
        (b"", "SHA256SUMS", "not a list"),
    ],
)
def test_what_is_no_manifest_is_refused_in_words(raw: bytes, name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("[", r"\[").replace("]", r"\]").replace(".", r"\.")):
        read_manifest(raw, name)
