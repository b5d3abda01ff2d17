"""What labels start from, as of one moment: what was found in columns, and what people decided and measurements showed.

The fold in `decided.py` gives these values (`Decided`), the map in `map.py` carries them over the column graph. Names are settled here
already: a `Place` is a column of an incarnation, never of a name, so that a recreated table starts anew and a renamed one goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import msgspec

from headwater.model.entries import Position
from headwater.model.sensitivity.labels import Level
from headwater.model.times import Instant
from headwater.projections.lineage.incarnations import Incarnation

Witness = Literal["values", "names", "person"]
"""Who says it of the column itself; the fourth witness, lineage, is what the map adds."""


class Place(msgspec.Struct, frozen=True, order=True, cache_hash=True, gc=False):
    """A column of an incarnation. `column` is its `naming.column_key`; lineage need never have spoken of it."""

    incarnation: Incarnation
    column: str


class Seed(msgspec.Struct, frozen=True, order=True, kw_only=True, gc=False):
    """That a column holds information of a type by itself, with the entries that say so.

    Several seeds of one type at one place stand beside each other: the highest level counts, and every witness is shown.
    `is_sure` is false for what is only suspected: it is carried just so, but never makes a label confirmed.
    """

    info_type: str
    level: Level
    witnesses: tuple[Witness, ...]
    entries: tuple[Position, ...]
    is_sure: bool = True
    confidence: float = 1.0


class Approval(msgspec.Struct, frozen=True, order=True, kw_only=True, gc=False):
    """That a masking function (in lower case, without its schema) lets at most `level` pass, in jobs whose namespace fits a pattern."""

    function: str
    level: Level
    namespaces: tuple[str, ...]
    entries: tuple[Position, ...]


class Grouping(msgspec.Struct, frozen=True, order=True, kw_only=True, gc=False):
    """How many rows the smallest group held of an aggregation into an incarnation, by its derivation's fingerprint.

    It is here only while it holds: as long as the incarnation has the version that was measured.
    """

    target: Incarnation
    fingerprint: str
    smallest: int
    entries: tuple[Position, ...]


class Lowering(msgspec.Struct, frozen=True, order=True, kw_only=True, gc=False):
    """That of a type at most `level` arrives at a column by the derivations with these fingerprints.

    It covers what their sources held as known at `signed_at`, the entry before the decision's own: a source that is labelled higher
    since, or only since, passes as if nothing had been lowered.
    """

    place: Place
    info_type: str
    level: Level
    fingerprints: tuple[str, ...]
    signed_at: Position
    entries: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Seeds:
    """All of it as of one moment. What was withdrawn, rejected, has expired or is not known yet is not in it.

    The same object given twice says that nothing changed, which spares comparing. `spellings` is how places are written that lineage
    may never have spoken of.
    """

    columns: Mapping[Place, tuple[Seed, ...]] = field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    lowerings: tuple[Lowering, ...] = ()
    spellings: Mapping[Place, str] = field(default_factory=dict)


class Decided(Protocol):
    """Knows the seeds of any moment.

    Guarantees: what was known at a position stays, so two calls for one moment below the last position give equal seeds; `valid` None
    and `known_at` None mean the latest, and give the same object until a fact that matters is folded.
    """

    def seeds(self, valid: Instant | None, known_at: Position | None) -> Seeds:
        """The seeds that hold at an instant, by what was known at a position."""
