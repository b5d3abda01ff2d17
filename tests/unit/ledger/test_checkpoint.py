from __future__ import annotations

from base64 import b64encode

import pytest

from headwater.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, peek_checkpoint
from headwater.ledger.note import Signer
from headwater.model.errors import BadCheckpoint
from tests.ledgers import ORIGIN, SIGNER

ROOT = bytes(range(32))
WRITTEN = b64encode(ROOT).decode()


def test_a_signed_checkpoint_opens_to_what_was_signed() -> None:
    checkpoint = Checkpoint(ORIGIN, 12, ROOT)
    note = checkpoint.signed(SIGNER)
    assert open_checkpoint(note, [SIGNER.verifier]) == peek_checkpoint(note) == checkpoint
    assert note.decode().startswith(f"{ORIGIN}\n12\n{WRITTEN}\n\n— {ORIGIN} ")


def test_a_checkpoint_of_another_ledger_is_refused_though_its_key_is_known() -> None:
    with pytest.raises(BadCheckpoint, match="of another ledger"):
        open_checkpoint(Checkpoint("ledger.test/other", 12, ROOT).signed(SIGNER), [SIGNER.verifier])


def test_a_checkpoint_signed_by_a_stranger_is_refused() -> None:
    stranger = Signer.from_seed(ORIGIN, bytes(32))
    with pytest.raises(BadCheckpoint, match="known key"):
        open_checkpoint(Checkpoint(ORIGIN, 12, ROOT).signed(stranger), [SIGNER.verifier])


def test_extension_lines_are_passed_over() -> None:
    assert parse_checkpoint(f"o\n0\n{WRITTEN}\nmore\n") == Checkpoint("o", 0, ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n",
        f"\n1\n{WRITTEN}\n",
        f"o\n-1\n{WRITTEN}\n",
        f"o\n01\n{WRITTEN}\n",
        f"o\n{'9' * 20}\n{WRITTEN}\n",
        f"o\n١\n{WRITTEN}\n",
        "o\n1\nAAAA\n",
        "o\n1\n!\n",
        f"o\n1\n{WRITTEN}",
        f"o\n\n{WRITTEN}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadCheckpoint, match="cannot read a checkpoint"):
        parse_checkpoint(text)
