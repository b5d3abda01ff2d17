"""Keyed tokens that stand for data values in what we keep."""

from __future__ import annotations

import hmac
from base64 import b32encode

DROPPED = "***"
"""What stands where a secret stood."""
MARK = "hw:"
_DIGEST_BYTES = 10


class Tokens:
    """Deterministic under one key: the same value of the same kind is the same token, and without the key nothing can be guessed."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, kind: str, value: str) -> str:
        """A token such as `hw:str:mzxw6ytb…`; kinds keep equal texts in different roles apart."""
        digest = hmac.digest(self._key, f"{kind}\x00{value}".encode("utf-8", "surrogatepass"), "sha256")
        return f"{MARK}{kind}:{b32encode(digest[:_DIGEST_BYTES]).decode().lower()}"


def is_token(text: str, kind: str) -> bool:
    """Whether a whole text was replaced by a token of this kind."""
    return text.startswith(f"{MARK}{kind}:")
