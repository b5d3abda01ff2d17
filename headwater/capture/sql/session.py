"""What one analysis carries along: the grammar, the schemas seen so far, the report, the budget, the tables met."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Protocol

from headwater.capture.sql.adapter import Expr, Grammar
from headwater.capture.sql.budget import Steps
from headwater.capture.sql.names import Defaults, SchemaLookup, dotted, offset_of
from headwater.capture.sql.queries.influences import UNPLACED, Influence, Relation, Way
from headwater.capture.sql.reasons import Report
from headwater.model.lineage import Kind

if TYPE_CHECKING:
    from headwater.capture.sql.queries.scopes import Scope


class ReadQuery(Protocol):
    """Turns a query into a relation: `queries.relation_of`."""

    def __call__(self, query: Expr, session: Session, ctes: Mapping[str, Relation], parent: Scope | None) -> Relation:
        """The relation of a query among common table expressions, inside a scope or none."""


class Function(Protocol):
    """A function that the text defines: `definitions.Definition`."""

    def value(self, scope: Scope, call: Expr, qualifier: str = "") -> dict[Influence, Way] | None:
        """What reaches the value of a call; None where that is not certain."""

    def rows(self, scope: Scope, call: Expr) -> Relation | None:
        """The rows of a call in FROM; None where that is not certain."""


class Session:
    """The state of one analysed text; statements of a script share it, so that a later one sees the tables an earlier one made."""

    def __init__(
        self,
        text: str,
        grammar: Grammar,
        schemas: SchemaLookup,
        defaults: Defaults,
        relation_of: ReadQuery,
        masking: Collection[str] = (),
    ) -> None:
        self.text = text
        self.masking = frozenset(name.lower() for name in masking)
        """Names of masking functions that the caller knows beside our own."""
        self.relation_of = relation_of
        """Reads a query; handed in because queries hold expressions and expressions hold queries."""
        self.grammar = grammar
        self.defaults = defaults
        self.is_script = False
        """Whether the text holds several statements."""
        self.report = Report(text)
        self.steps = Steps()
        self.sources: dict[str, None] = {}
        self.touched: dict[str, None] = {}
        """Tables written to from inside a query, as data-modifying common table expressions do."""
        self.functions: dict[str, Function] = {}
        """Functions that statements of this text defined, by name in lower case."""
        self.calls: list[str] = []
        """Those that are being read inside one another."""
        self._schemas = schemas
        self._made: dict[str, tuple[str, ...] | None] = {}
        self._relations: dict[str, Relation] = {}

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The columns of a table in order, as this text's earlier statements left it; None where not known."""
        if table in self._made:
            return self._made[table]
        found: Mapping[str, str] | None = self._schemas.columns(table)
        return tuple(found) if found else None

    def type_of(self, table: str, column: str) -> str:
        """The type of a column as the schema writes it; empty where it is not written or the text changed the table."""
        found = None if table in self._made else self._schemas.columns(table)
        return (found or {}).get(column, "")

    def remember(self, table: str, columns: tuple[str, ...] | None) -> None:
        """Note the columns that a statement of this text gave a table; None for columns nobody can know now."""
        self._made[table] = columns
        self._relations.pop(table, None)

    def read(self, table: str) -> Relation:
        """A stored table or file as something to select from."""
        self.sources[table] = None
        return self.table(table)

    def table(self, table: str) -> Relation:
        """A stored table without counting it as read."""
        relation = self._relations.get(table)
        if relation is None:
            columns = self.columns(table)
            self.steps.spend(len(columns or ()))
            relation = Relation(
                table,
                [(name, {Influence(table, name, Kind.IDENTITY): UNPLACED}) for name in columns or ()],
                open_tables=() if columns else (table,),
                presence=frozenset([table]),
                table=table,
            )
            self._relations[table] = relation
        return relation

    def name_of(self, table: Expr) -> str:
        """A table node's dotted name; unqualified names are doubtful once the defaults are."""
        if not self.defaults.certain and not table.args.get("db"):
            self.gap("default-schema-unknown", table.name, table)
        return dotted(table, self.defaults)

    def gap(self, code: str, subject: str = "", node: Expr | None = None) -> None:
        """Report something not followed, placed at the first name inside a node."""
        self.report.add(code, subject, offset_of(node))
