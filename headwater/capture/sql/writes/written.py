"""What a statement writes, gathered as edges between stored tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from headwater.capture.sql.adapter import Expr, Token
from headwater.capture.sql.queries.influences import Influences, Relation, Way, numbered
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.mentioned import mentioned
from headwater.capture.sql.writes.cuts import Cuts
from headwater.model.lineage import Kind, Measure, TableEdge

_KINDS = tuple(Kind)
_KEEPS_COLUMNS = frozenset({"COPY", "DELETE", "INSERT", "TRUNCATE", "UPDATE"})
"""Verbs that, however they go on, leave a table the columns it has."""
Flow = tuple[str, str | None, int, str | None, Measure | None, str | None, str | None]
"""Source table and column, kind, masking, measure, target table and column."""


@dataclass(slots=True)
class Own:
    """What one statement told, for itself."""

    flows: dict[Flow, Way] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    overwrites: dict[str, None] = field(default_factory=dict)

    def add(self, other: Own) -> None:
        """Tell what another told as well."""
        self.flows.update(other.flows)
        self.targets.update(other.targets)
        self.overwrites.update(other.overwrites)


class Written:
    """Edges, targets and overwrites of one text; statements of a script add to the same."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._flows: dict[Flow, Way] = {}
        self.targets: dict[str, None] = {}
        self.overwrites: dict[str, None] = {}
        self.given: tuple[str, ...] | None = None
        """The columns that a query gives its reader, where all of them have names and are known."""
        self.captured: list[Relation] | None = None
        """Takes the rows meant for the reader, where a script puts them into variables or a query reads on from them."""
        self.cuts = Cuts([])
        """What was cut out of the statement at hand."""
        self.own = Own()
        """What the statement at hand tells, where statements are told apart."""
        self.any_read = False
        self.moved_on: set[str] = set()
        """Tables whose contents stand under another name by now: what is done to the old name ends nothing of them."""
        self.tells_apart = False
        """Whether each statement's own edges are kept as well."""
        self._touched: dict[str | None, dict[str, None]] = {}
        """Tables and columns that the statement at hand writes."""
        self._changed: set[str] = set()
        self._committed: dict[str, None] = {}
        """What was overwritten before the last COMMIT."""

    def begin(self) -> None:
        """A new statement."""
        self._touched = {}
        self._changed = set()

    def finish(self) -> None:
        """The statement's end: what decided whether it runs reaches all that it wrote."""
        steering = self.session.steering
        if not steering:
            return
        for table, columns in list(self._touched.items()):
            if table in self._changed:
                for column in list(columns):
                    self.column(table, column, steering)
            else:
                self.rows(table, steering)

    def changes(self, table: str) -> None:
        """Note that the rows of a table stay and some of their columns change."""
        self._changed.add(table)

    @contextmanager
    def followed(self, tokens: Sequence[Token]) -> Iterator[None]:
        """Follow these tokens; what stops it becomes a reason, and the tables that their words name are told."""
        report, start = self.session.report, tokens[0].start
        try:
            yield
            return
        except Trouble as trouble:
            report.take(trouble.as_reason(self.session.text, start))
        except RecursionError:
            report.add("nesting-too-deep", offset=start)
        except Exception as error:  # noqa: BLE001  # because this is the rim of the workers: a fault here must become a gap, not lost lineage
            report.add("analyser-fault", type(error).__name__, start)
        self.note_mentioned(tokens)

    def note_mentioned(self, tokens: Sequence[Token]) -> None:
        """Sources and targets by their place in the text, so that an unread statement still stands between the right tables."""
        read, touched = mentioned(tokens, self.session.grammar, self.session.defaults)
        for name in read:
            self.session.sources[name] = None
        for name in touched:
            self.target(name)
            if tokens[0].text.upper() not in _KEEPS_COLUMNS:
                self.session.doubtful.add(name)

    def target(self, table: str, *, overwrites: bool = False) -> None:
        """Note a table written to; `overwrites` when no earlier row can remain."""
        self.targets[table] = None
        self.own.targets[table] = None
        self._touched.setdefault(table, {})
        if overwrites and self.session.certain and table not in self.moved_on:
            self.overwrites[table] = None
            self.own.overwrites[table] = None

    def commit(self) -> None:
        """What was done so far stays done."""
        self._committed = dict(self.overwrites)
        self.session.settle()

    def roll_back(self) -> None:
        """What was not committed may be undone, so that earlier rows and columns remain."""
        self.overwrites = dict(self._committed)
        self.session.doubt()

    def column(self, table: str | None, column: str, found: Influences) -> None:
        """What reaches one column of a target."""
        self.session.steps.spend(len(found))
        self._touched.setdefault(table, {})[column] = None
        for each, way in found.items():
            self._flow((*each, table, column), way)

    def rows(self, table: str | None, found: Influences) -> None:
        """What reaches every row of a target; stated once, not per column."""
        self.session.steps.spend(len(found))
        for each, way in found.items():
            self._flow((each.table, each.column, each.kind, None, None, table, None), way)

    def _flow(self, flow: Flow, way: Way) -> None:
        if way.offset < 0:
            way = Way(self.session.place_of(flow[0]), way.functions)
        if flow not in self._flows:
            self.session.steps.tell()
            self._flows[flow] = way
        if self.tells_apart:
            self.own.flows.setdefault(flow, way)

    def edges(self) -> list[TableEdge]:
        """All of it, in one order for one text."""
        return edges_of(self._flows)

    def relation(self, table: str | None, columns: Sequence[str], relation: Relation) -> None:
        """A query's outputs, column by column, into columns of a target of the same number."""
        for name, (_, found) in zip(columns, relation.top_level(), strict=False):
            self.column(table, name, found)
        self.rows(table, relation.rows)

    def by_name(self, table: str | None, relation: Relation, node: Expr | None) -> None:
        """A query's outputs into columns that take their names from it: a new table, a view, or the reader himself."""
        if table is None and self.captured is not None:
            self.captured.append(relation)
            return
        if relation.is_open:
            self.session.gap(relation.open_code, relation.open_name, node)
        if table is not None and self.session.grammar.name == "duckdb":
            relation = numbered(relation)
        columns = [name for name, _ in relation.top_level()]
        if table is not None and not relation.is_open:
            columns = self._stored_names(table, columns, relation.named or [True] * len(columns), node)
        self.relation(table, columns, relation)
        if table is None and not relation.is_open and all(relation.named or [True]):
            self.given = tuple(columns)
        if table is not None:
            self.session.remember(table, None if relation.is_open else tuple(columns))

    def _stored_names(self, table: str, columns: list[str], named: Sequence[bool], node: Expr | None) -> list[str]:
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


def edges_of(flows: Mapping[Flow, Way]) -> list[TableEdge]:
    """Flows as edges, in one order for one text."""
    return [
        TableEdge(source, name, target, column, _KINDS[kind], masking, way.functions, way.offset if way.offset >= 0 else None, measure)
        for (source, name, kind, masking, measure, target, column), way in sorted(flows.items(), key=_order)
    ]


def _order(flow: tuple[Flow, Way]) -> tuple[object, ...]:
    """By target, then source; none before names."""
    source, name, kind, masking, measure, target, column = flow[0]
    return target or "", column or "", source, name or "", masking or "", kind, measure or ""


def spelled(column: str, known: Sequence[str]) -> str | None:
    """A column's name as the table spells it; None where the table has no such column."""
    if column in known:
        return column
    folded = [each for each in known if each.lower() == column.lower()]
    return folded[0] if len(folded) == 1 else None
