"""Columns from templates: each with a helpful, a useless and a misleading name, large and small, some of them dirty."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classification.making import Template

USELESS = ("col_7", "f3", "value", "data", "attr12", "x", "field_b", "c0041", "tmp")
SIZES = (200, 40)
DIRT = 0.03


@dataclass(frozen=True)
class Column:
    """One column of the benchmark; `truth` None is a hard negative, several types with bars are all right."""

    key: str
    naming: str
    name: str
    truth: frozenset[str]
    tells: bool
    values: tuple[str, ...]


def columns_of(templates: Sequence[Template], seed: int) -> Iterator[Column]:
    """The columns of a set of templates, always the same for a seed."""
    source = random.Random(seed)
    for template in templates:
        truth = frozenset(template.truth.split("|")) if template.truth else frozenset()
        others = [other for other in templates if other.truth and not truth & frozenset(other.truth.split("|"))]
        for size in SIZES:
            for naming in ("helpful", "useless", "misleading"):
                names = {"helpful": template.helpful, "useless": USELESS, "misleading": source.choice(others).helpful}[naming]
                made = _values(template, min(size, template.distinct), source)
                yield Column(template.key, naming, source.choice(names), truth, template.tells, made)


def _values(template: Template, wanted: int, source: random.Random) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for _ in range(wanted * 6):
        value = template.make(source)
        if source.random() < DIRT / 2:
            value = source.choice(("n/a", "", "unknown", f" {value} "))
        found[value] = None
        if len(found) >= wanted:
            break
    return tuple(found)
