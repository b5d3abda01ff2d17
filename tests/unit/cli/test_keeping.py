from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

import headwater
from headwater.cli.keeping import keep, put
from headwater.model.errors import BadCheckpoint, Tampered, UsageError
from tests.unit.cli.events import pipeline


def test_a_kept_checkpoint_moves_on_with_the_ledger_and_with_no_other(tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint.txt"
    events = pipeline()
    with headwater.open(tmp_path / "one") as lake:
        lake.record(events[:1])
        keep(lake.ledger, lake.ledger.checkpoint(), kept)
        first = kept.read_bytes()
        lake.record(events)
        keep(lake.ledger, lake.ledger.checkpoint(), kept)
        assert kept.read_bytes() == lake.ledger.checkpoint() != first
    with headwater.open(tmp_path / "other") as other:
        other.record(events)
        before = kept.read_bytes()
        with pytest.raises((Tampered, BadCheckpoint)):
            keep(other.ledger, other.ledger.checkpoint(), kept)
        assert kept.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["checkpoint.txt"]


def test_a_bundle_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    bundle = tmp_path / "lake.zip"
    bundle.write_bytes(b"the bundle of before")

    def fail(file: IO[bytes]) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        put(bundle, fail)
    assert bundle.read_bytes() == b"the bundle of before"
    assert [path.name for path in tmp_path.iterdir()] == ["lake.zip"]
    put(bundle, lambda file: file.write(b"the next"))
    assert bundle.read_bytes() == b"the next" and bundle.stat().st_mode & 0o777 == 0o600


def test_a_file_that_holds_something_else_stays_as_it_is(tmp_path: Path) -> None:
    kept = tmp_path / "notes.txt"
    kept.write_text("buy milk")
    with headwater.open(tmp_path / "home") as lake:
        with pytest.raises(BadCheckpoint):
            keep(lake.ledger, lake.ledger.checkpoint(), kept)
        with pytest.raises(UsageError):
            keep(lake.ledger, lake.ledger.checkpoint(), tmp_path / "missing" / "checkpoint.txt")
    assert kept.read_text() == "buy milk"
