"""How each kind of influence is told apart: a two-letter mark first, a colour second, so that nothing rests on colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from headwater.model.lineage import Kind

DECLARED = "declared"
"""The masking of which only a producer speaks."""
ALIAS, READ, WRITTEN = "ALIAS", "READ", "WRITTEN"
"""What joins nodes of an answer though nothing is derived: one dataset under two names; a job or run and what it read or wrote."""


@dataclass(frozen=True, slots=True)
class KindStyle:
    """A kind as drawn: its mark, its word, a colour that stands out on white and on black, and the terminal's colour."""

    mark: str
    word: str
    colour: str
    terminal: str
    direct: bool


STYLES: dict[str, KindStyle] = {
    Kind.IDENTITY.name: KindStyle("ID", "identity", "#2f6fde", "blue", True),
    Kind.TRANSFORMATION.name: KindStyle("TX", "transformation", "#0b8a7d", "cyan", True),
    Kind.AGGREGATION.name: KindStyle("AG", "aggregation", "#7b4fd6", "magenta", True),
    Kind.UNKNOWN.name: KindStyle("??", "unknown, any way", "#c2352b", "red", True),
    Kind.JOIN.name: KindStyle("JO", "join", "#b8701a", "yellow", False),
    Kind.FILTER.name: KindStyle("FI", "filter", "#a8437f", "yellow", False),
    Kind.GROUP_BY.name: KindStyle("GR", "grouping", "#5f7d1f", "yellow", False),
    Kind.SORT.name: KindStyle("SO", "sorting", "#5b6b82", "yellow", False),
    Kind.WINDOW.name: KindStyle("WI", "window", "#3d7a94", "yellow", False),
    Kind.CONDITIONAL.name: KindStyle("CO", "condition", "#8a5a3c", "yellow", False),
    READ: KindStyle("RD", "reads", "#5a6779", "default", True),
    WRITTEN: KindStyle("WR", "writes", "#5a6779", "default", True),
    ALIAS: KindStyle("=", "same dataset as", "#5a6779", "default", True),
}
"""Strongest first: direct kinds before those that only decide which rows there are, and last what is no influence at all."""

_RANK = {name: rank for rank, name in enumerate(STYLES)}


def style_of(kind: str) -> KindStyle:
    """How a kind is shown; one that is not ours is shown as unknown."""
    return STYLES.get(kind.upper(), STYLES[Kind.UNKNOWN.name])


def is_masked(ways: Iterable[tuple[str, str | None]]) -> bool:
    """Whether no value comes through but masked, by the kind and the mask of each way; what only a producer speaks of is no mask."""
    masks = [masking for kind, masking in ways if style_of(kind).direct]
    return bool(masks) and all(masking and masking != DECLARED for masking in masks)


def in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds strongest first, each once."""
    return tuple(sorted({kind.upper() for kind in kinds}, key=lambda kind: (_RANK.get(kind, len(_RANK)), kind)))
