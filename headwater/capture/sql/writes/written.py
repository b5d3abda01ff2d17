"""What a statement writes, gathered as edges between stored tables."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr
from headwater.capture.sql.queries.influences import Influences, Relation, Way
from headwater.capture.sql.session import Session
from headwater.model.lineage import Kind, TableEdge

_KINDS = tuple(Kind)
_Flow = tuple[str, str | None, int, str | None, str | None, str | None]
"""Source table and column, kind, masking, target table and column."""


class Written:
    """Edges, targets and overwrites of one text; statements of a script add to the same."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._flows: dict[_Flow, Way] = {}
        self.targets: dict[str, None] = {}
        self.overwrites: dict[str, None] = {}
        self.given: tuple[str, ...] | None = None
        """The columns that a query gives its reader, where all of them have names and are known."""

    def target(self, table: str, *, overwrites: bool = False) -> None:
        """Note a table written to; `overwrites` when no earlier row can remain."""
        self.targets[table] = None
        if overwrites:
            self.overwrites[table] = None

    def column(self, table: str | None, column: str, found: Influences) -> None:
        """What reaches one column of a target."""
        self.session.steps.spend(len(found))
        for each, way in found.items():
            self._flows.setdefault((*each, table, column), way)

    def rows(self, table: str | None, found: Influences) -> None:
        """What reaches every row of a target; stated once, not per column."""
        self.session.steps.spend(len(found))
        for each, way in found.items():
            self._flows.setdefault((each.table, each.column, each.kind, None, table, None), way)

    def edges(self) -> list[TableEdge]:
        """All of it, in one order for one text."""
        return [
            TableEdge(source, name, target, column, _KINDS[kind], masking, way.functions, way.offset if way.offset >= 0 else None)
            for (source, name, kind, masking, target, column), way in sorted(self._flows.items(), key=_order)
        ]

    def relation(self, table: str | None, columns: Sequence[str], relation: Relation) -> None:
        """A query's outputs, column by column, into columns of a target of the same number."""
        for name, (_, found) in zip(columns, relation.top_level(), strict=False):
            self.column(table, name, found)
        self.rows(table, relation.rows)

    def by_name(self, table: str | None, relation: Relation, node: Expr) -> None:
        """A query's outputs into columns that take their names from it: a new table, a view, or the reader himself."""
        if relation.is_open:
            self.session.gap("star-without-schema", relation.open_name, node)
        columns = [name for name, _ in relation.top_level()]
        if table is not None and not relation.is_open:
            columns = self._stored_names(table, columns, relation.named or [True] * len(columns), node)
        self.relation(table, columns, relation)
        if table is None and not relation.is_open and all(relation.named or [True]):
            self.given = tuple(columns)
        if table is not None:
            self.session.remember(table, None if relation.is_open else tuple(columns))

    def _stored_names(self, table: str, columns: list[str], named: Sequence[bool], node: Expr) -> list[str]:
        """Names of the stored columns: the query's own, spelled as the table has them; unnamed ones by position if the table is known."""
        known = self.session.columns(table) or ()
        if not all(named) and len(known) != len(columns):
            self.session.gap("unnamed-column", table, node)
            known_here: Sequence[str] = columns
        else:
            known_here = known if len(known) == len(columns) else columns
        return [
            (spelled(name, known) or name) if is_named else here for name, is_named, here in zip(columns, named, known_here, strict=True)
        ]


def _order(flow: tuple[_Flow, Way]) -> tuple[object, ...]:
    """By target, then source; none before names."""
    source, name, kind, masking, target, column = flow[0]
    return target or "", column or "", source, name or "", masking or "", kind


def spelled(column: str, known: Sequence[str]) -> str | None:
    """A column's name as the table spells it; None where the table has no such column."""
    if column in known:
        return column
    folded = [each for each in known if each.lower() == column.lower()]
    return folded[0] if len(folded) == 1 else None
