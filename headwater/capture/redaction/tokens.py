"""Keyed tokens that stand for data values in what we keep."""

from __future__ import annotations

import hmac
import re
from typing import NamedTuple

DROPPED = "***"
"""What stands where a secret stood."""
MARK = "hw:"
_DIGEST_BYTES = 10
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
"""Base32 two characters at a time."""
_REMEMBERED = 50_000
_LONGEST_REMEMBERED = 100

_STANDING_IN = re.compile(rf"'{MARK}(str|num):([{_ALPHABET}]{{{_DIGEST_BYTES * 8 // 5}}})'")
"""A token where it stands in for one literal of a statement. All of a kind are of one length."""


class Tokens:
    """Deterministic under one key: the same value of the same kind is the same token, and without the key nothing can be guessed."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def token(self, kind: str, value: str) -> str:
        """A token such as `hw:str:mzxw6ytb…`; kinds keep equal texts in different roles apart."""
        subject = f"{kind}\x00{value}"
        known = self._known.get(subject)
        if known is not None:
            return known
        token = f"{MARK}{kind}:{_base32(hmac.digest(self._key, subject.encode('utf-8', 'surrogatepass'), 'sha256')[:_DIGEST_BYTES])}"
        if len(subject) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[subject] = token
        return token


def _base32(digest: bytes) -> str:
    number = int.from_bytes(digest, "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(8 * _DIGEST_BYTES - 10, -1, -10)])


class Apart(NamedTuple):
    """A statement's text without its tokens: the pieces between them, one more than there are tokens, and the tokens' kinds and digests."""

    pieces: list[str]
    kinds: list[str]
    digests: list[str]


def apart(text: str) -> Apart:
    """Take a statement's text apart where tokens stand in for literals."""
    pieces = _STANDING_IN.split(text) if MARK in text else [text]
    return Apart(pieces[::3], pieces[1::3], pieces[2::3])


def is_token(text: str, kind: str) -> bool:
    """Whether a whole text was replaced by a token of this kind."""
    return text.startswith(f"{MARK}{kind}:")
