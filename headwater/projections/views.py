"""All views at one position, and how they are saved.

A saved state is rows that change one by one (records) and blobs that are written whole (graphs, small maps).
`ViewStore` is the port; a state of another version is ignored and the views are folded again from the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import Fact, GapSeen
from headwater.projections.batches import Batches
from headwater.projections.catalog import Catalog
from headwater.projections.decisions import Decisions
from headwater.projections.deliveries import Deliveries
from headwater.projections.keys import Keys
from headwater.projections.lakes import Lakes
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.sensitivity.decided import DecidedRecords
from headwater.projections.sensitivity.seeding import Seeding
from headwater.projections.sensitivity.sensitivity import Sensitivity
from headwater.projections.sensitivity.versions import Versions

FORMAT = "views-14"


@dataclass(slots=True)
class SavedState:
    """What a store keeps. `rows` given to `save` are those that changed; a loaded state has all of them."""

    version: str
    position: int
    rows: dict[str, dict[bytes, bytes]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)


class ViewStore(Protocol):
    """Keeps one saved state.

    Guarantees: `save` is all or nothing, also through a crash; `load` gives the last complete save or None. Nothing else is
    promised: a store may lose everything, since views can be folded again. Drivers may differ in how much they lose.
    """

    def load(self, version: str) -> SavedState | None:
        """The last complete save of this version."""

    def save(self, state: SavedState, *, base: int | None) -> bool:
        """Upsert rows, replace blobs and position in one step.

        `base` is the position of the save that these rows change; with another one in place nothing is written and the
        result is False (another process was faster). None replaces whatever is there.
        """

    def close(self) -> None:
        """Let go of files."""


class Views:
    """The views that answers read. `folded` entries, positions 0 to folded-1, are in them."""

    def __init__(self) -> None:
        self.folded = 0
        self.catalog = Catalog()
        self.derivations = Derivations()
        self.keys = Keys()
        self.lakes = Lakes()
        self.batches = Batches()
        self.decisions = Decisions()
        self.deliveries = Deliveries()
        self.decided = DecidedRecords()
        self.versions = Versions(self.lakes, self.catalog, self.derivations)
        self.seeding = Seeding(self.decided, self.derivations, self.versions)
        self.sensitivity = Sensitivity(self.derivations, self.seeding)
        """Made of the others when first asked, and never saved."""
        self.analysers: dict[str, str] = {}
        """Versions of what interpreted the entries."""

    @property
    def known_at(self) -> Position:
        """The last position folded, -1 for none."""
        return Position(self.folded - 1)

    def fold(self, position: Position, facts: Iterable[Fact]) -> None:
        """Take in one entry's facts, statements analysed on its behalf included."""
        told = list(facts)
        self.catalog.fold(told)
        self.keys.fold(told)
        self.lakes.fold(told)
        self.batches.fold(told)
        self.decisions.fold(told)
        self.deliveries.fold(told)
        self.decided.fold(told)
        self.derivations.fold(position, told)
        self.seeding.fold(told)
        self.folded = position + 1

    def give_up(self, gap: GapSeen) -> None:
        """Go on past an entry whose facts could not be folded; whatever was folded of it stays, and the gap says that more is missing."""
        self.catalog.fold([gap])
        self.folded = gap.position + 1

    def flush(self) -> None:
        """Make everything folded visible."""
        self.derivations.flush()


def encode(value: object) -> bytes:
    """One saved row or blob."""
    return msgspec.msgpack.encode(value)


def rows_of(records: Mapping[Any, object], keys: Iterable[object]) -> dict[bytes, bytes]:
    """Changed records as rows."""
    return {encode(key): encode(records[key]) for key in keys}
