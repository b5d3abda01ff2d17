"""What a script holds at one point: its variables, rows and the tables it made; and how two ways to one point come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.capture.sql.queries.influences import NOTHING, Influences, Relation, union
from headwater.capture.sql.session import Session

Columns = Mapping[str, "tuple[str, ...] | None"]


@dataclass(frozen=True, slots=True)
class State:
    """A copy of what a session holds."""

    variables: Mapping[str, Influences]
    records: Mapping[str, Relation]
    made: Columns

    def size(self) -> int:
        """Grows with every influence that comes in by another way."""
        held = sum(len(found) + 1 for found in self.variables.values())
        return held + sum(len(reaching) + 1 for record in self.records.values() for reaching in record.reaches())


def state_of(session: Session) -> State:
    """What the session holds now."""
    return State(dict(session.variables), dict(session.records), session.made)


def put_back(session: Session, state: State) -> None:
    """Make the session hold this."""
    session.variables, session.records = dict(state.variables), dict(state.records)
    session.restore(state.made)


def met(session: Session, states: Sequence[State]) -> State:
    """What holds where several ways meet: any way's influences; of tables, only columns that all ways agree on."""
    first, *others = states
    variables, records, made = dict(first.variables), dict(first.records), dict(first.made)
    for other in others:
        for name, found in other.variables.items():
            variables[name] = union([variables.get(name, NOTHING), found])
        for name, record in other.records.items():
            records[name] = both(records[name], record) if name in records else record
        made = _made(session, made, other.made)
    return State(variables, records, made)


def both(one: Relation, other: Relation) -> Relation:
    """A row that may come from either of two queries."""
    if one is other:
        return one
    names = dict.fromkeys([name for relation in (one, other) for name, _ in relation.outputs])
    outputs = [(name, union([one.find(name) or NOTHING, other.find(name) or NOTHING])) for name in names]
    return Relation(
        one.name,
        outputs,
        open_tables=tuple(dict.fromkeys((*one.open_tables, *other.open_tables))),
        rows=union([one.rows, other.rows]),
        presence=one.presence | other.presence,
    )


def _made(session: Session, one: Columns, other: Columns) -> dict[str, tuple[str, ...] | None]:
    """A table that only one way made has that way's columns, unless it is known to have had others before."""
    found: dict[str, tuple[str, ...] | None] = {}
    for table in {**one, **other}:
        if table in one and table in other:
            found[table] = one[table] if one[table] == other[table] else None
        else:
            columns = one[table] if table in one else other[table]
            before = session.stored(table)
            found[table] = columns if before is None or before == columns else None
    return found
