"""What of a text has to run again for one table: which of its statements, on what, and whether they give all of its rows.

Tables are followed by their names. A name stands for what the table held before the text until a statement fills it whole; one that only
adds rows does so too where a later statement reads the table.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from headwater.capture.sql.adapter import exp
from headwater.capture.sql.provenance.carried import Refused
from headwater.capture.sql.provenance.statements import Filling, Rewritten, read_fillings, rewritten
from headwater.model.lineage import Statement

_CHANGES = re.compile(r"\b(?:update|delete|merge|truncate)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a program; `begins` where the rows that it adds come to those that its table held before the text."""

    told: Rewritten
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """Statements to run in order, the last of which fills the table asked about. `needs` are the tables to lend as they were before.

    `holds` says whether what comes out is all of the table, or only what was added to it.
    """

    steps: tuple[Step, ...]
    needs: tuple[str, ...]
    holds: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What is only possible, in words."""
        return tuple(dict.fromkeys(note for step in self.steps for note in step.told.notes))


def program(statement: Statement, names: Collection[str]) -> Program:
    """What of a text fills or changes the table that has one of these names in it; of a single statement it is the whole.

    Raises:  Refused: it cannot be run again for that table.
    """
    fillings = read_fillings(statement)
    if len(fillings) == 1:
        return _arranged([rewritten(fillings[0])])
    return _arranged([rewritten(each) for each in _concerned(fillings, names)])


@lru_cache(maxsize=4096)
def changed_tables(statement: Statement) -> frozenset[str]:
    """The names of tables of which a text changes rows that were there before, or takes them away."""
    if _CHANGES.search(statement.sql) is None:
        return frozenset()
    try:
        fillings = read_fillings(statement)
    except Refused:
        return frozenset()
    return frozenset(_target(each) for each in fillings if each.how == "changes")


def _concerned(fillings: Collection[Filling], names: Collection[str]) -> list[Filling]:
    """The statements that a table rests on, from the last backwards."""
    if any(each.is_temporary and _target(each) in names for each in fillings):
        raise Refused("a temporary table with the name of the one that is asked about")
    wanted, found = set(names), list[Filling]()
    for each in reversed(tuple(fillings)):
        target = _target(each)
        if target not in wanted:
            continue
        found.append(each)
        if each.how == "replaces":
            wanted.discard(target)
        wanted |= {each.name_of(table) for table in each.query.find_all(exp.Table)}
    if not found:
        raise Refused("a text of which no statement fills the table")
    return found[::-1]


def _arranged(told: list[Rewritten]) -> Program:
    """Follow the names of tables through statements in order."""
    steps: list[Step] = []
    needs: dict[str, None] = {}
    whole: set[str] = set()
    for number, each in enumerate(told):
        is_read = any(each.target in later.inputs for later in told[number + 1 :])
        if not is_read and each.target != told[-1].target:
            continue  # because what is called so there is a table of the statement's own
        needs |= dict.fromkeys(name for name in each.inputs if name not in whole)
        begins = each.how == "adds" and is_read and each.target not in whole
        if begins:
            needs[each.target] = None
        if begins or each.how != "adds":
            whole.add(each.target)
        steps.append(Step(each, begins))
    return Program(tuple(steps), tuple(needs), told[-1].target in whole)


def _target(filling: Filling) -> str:
    return filling.name_of(filling.target) if filling.target is not None else ""
