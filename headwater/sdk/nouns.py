"""The two nouns of a client that are not questions: its keys and its ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import IO

    from headwater.app.listing import ConsistencyProof, EntryPage, KeyList, NewKey
    from headwater.ledger.tree.proofs import InclusionProof
    from headwater.ledger.verify.verification import Verification
    from headwater.model.keys import Scope

Checked = Callable[[int, int], None]
"""Told how many entries were checked, and of how many."""


class Keys(Protocol):
    """The API keys of a Headwater."""

    def create(self, name: str, scopes: Sequence[Scope | str]) -> NewKey:
        """Make a key that is accepted when this returns; its secret is in the result and nowhere else.

        A scope may be written out: `read`, `write:NAMESPACE*`, `admin`.
        """
        ...

    def list(self) -> KeyList:
        """Every key ever made, oldest first."""
        ...

    def revoke(self, key: str, reason: str = "") -> None:
        """Refuse a key from when this returns."""
        ...


class LedgerReader(Protocol):
    """What was recorded, and the proofs of it."""

    def checkpoint(self) -> bytes:
        """The signed checkpoint of the present size; keep it where the ledger's owner cannot change it."""
        ...

    def verifiers(self) -> list[str]:
        """The public keys that sign checkpoints, as verifiers of signed notes read them."""
        ...

    def prove(self, position: int, size: int | None = None) -> InclusionProof:
        """Proof that the entry at a position is in the ledger of a size, by default the present one."""
        ...

    def consistency(self, old: int, new: int | None = None) -> ConsistencyProof:
        """Proof that the ledger of size `new`, by default the present one, continues the one of size `old`."""
        ...

    def verify(self, *, against: bytes | None = None, progress: Checked | None = None) -> Verification:
        """Check every stored byte, and that the ledger continues a checkpoint held elsewhere. A server tells no progress."""
        ...

    def export(self, sink: IO[bytes]) -> None:
        """Write the whole ledger as a bundle that verifies without Headwater."""
        ...

    def entries(self, start: int = 0, limit: int = 100) -> EntryPage:
        """Entries as recorded, redacted, from a position on."""
        ...
