"""A step that aggregates: what becomes of each column, over groups that are large or of one, counted by somebody or by nobody."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Protocol

from headwater.model.sensitivity.labels import Level
from tests.leaks.dialects import Dialect
from tests.leaks.holding import REGIONS, ROWS, Held
from tests.leaks.passing import Passed
from tests.leaks.tables import Select


class Maker(Protocol):
    """What is drawn of a pipeline so far."""

    rng: Random
    dialect: Dialect
    tables: dict[str, tuple[Held, ...]]
    leaking: set[str]


def grouped(maker: Maker, current: str) -> tuple[Select, tuple[Held, ...], int | None]:
    """One row per region, or per person; the third is what somebody counted the smallest group to hold."""
    held, rng = maker.tables[current], maker.rng
    names = {column.name for column in held}
    by = "region" if "region" in names and rng.random() < 0.65 else "id"
    truly = ROWS // REGIONS if by == "region" else 1
    smallest = truly if rng.random() < 0.6 else None
    large = smallest is not None and truly > 1
    passed: list[Passed] = [(f"p.{by}", next(column for column in held if column.name == by))]
    for column in held:
        if column.name in (by, "id"):
            continue
        found = _aggregated(maker, f"p.{column.name}", column, large)
        if found is not None:
            passed.append(found)
    passed.append(("COUNT(*)", Held("n", number=True)))
    items = tuple((expression, column.name) for expression, column in passed)
    return Select(items, f"{current} AS p", group=f"p.{by}"), tuple(column for _, column in passed), smallest


def _aggregated(maker: Maker, x: str, column: Held, large: bool) -> Passed | None:
    if not column.thread or not column.is_sensitive:
        return f"MAX({x})", column
    if column.thread in maker.leaking or column.packed:
        if column.number:
            return _of_numbers(maker, x, column, large)
        ways = ["MIN({x})", "MAX({x})", "ANY_VALUE({x})", *([] if column.packed else [maker.dialect.gather])]
        way = maker.rng.choice(ways)
        return way.format(x=x), replace(column, whole=False).by(f"in an aggregate that gives values back: {way.partition('(')[0].lower()}")
    if maker.rng.random() < 0.3:
        return None
    if column.number and maker.rng.random() < 0.7:
        return _of_numbers(maker, x, column, large)
    counted = maker.rng.choice(["COUNT({x})", "COUNT(DISTINCT {x})"]).format(x=x)
    return counted, replace(_left(column, large, Level.QUASI), number=True, plain=False).by("counted")


def _of_numbers(maker: Maker, x: str, column: Held, large: bool) -> Passed:
    """Over groups that nobody knows to be large, a sum may be the value of one."""
    way = maker.rng.choice(["SUM({x})", "AVG({x})"])
    made = replace(_left(column, large, Level.DIRECT), whole=False, plain=False)
    return way.format(x=x), made.by("summed over large groups" if large else "summed over groups that may be of one")


def _left(column: Held, large: bool, otherwise: Level) -> Held:
    return column.lowered(Level.AGGREGATE if large else otherwise)
