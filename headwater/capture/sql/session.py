"""What one analysis carries along: the grammar, the schemas seen so far, the report, the budget, the tables met."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from headwater.capture.sql.adapter import Expr, Grammar, grammar_of
from headwater.capture.sql.budget import Steps, check_nesting
from headwater.capture.sql.names import Defaults, SchemaLookup, ViewDefinition, ViewLookup, dotted, offset_of, start_of
from headwater.capture.sql.queries.influences import NOTHING, UNPLACED, Influence, Influences, Relation, Way
from headwater.capture.sql.reasons import Report, Trouble
from headwater.model.lineage import Kind, Made

if TYPE_CHECKING:
    from headwater.capture.sql.queries.scopes import Scope


_OWN = ("#", "@")
"""How the names of temporary tables and table variables begin."""
_COLUMN = 3
"""What a column of a stored table counts as among what a text keeps: itself as two, and the influence of its own."""
_GLANCE = 20_000
"""Characters of a statement looked at for the name of a file."""
_MAX_VIEWS = 50
"""Views behind each other that are looked through."""


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


def _no_text(name: str) -> str | None:
    """Outside of a script no variable holds anything."""
    return None


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
        self.through_views = False
        """Whether a view is looked through to the tables behind it."""
        self.behind: tuple[str, ...] = ()
        """The views being looked through, outermost first."""
        self.at = 0
        """Where the statement at hand begins."""
        self.named_at: dict[str, int] = {}
        """Where the statement at hand first names each table."""
        self.is_script = False
        """Whether the text holds several statements."""
        self.report = Report(text)
        self.steps = Steps()
        self.sources: dict[str, None] = {}
        self.touched: dict[str, None] = {}
        """Tables written to from inside a query, as data-modifying common table expressions do."""
        self.variables: dict[str, Influences] = {}
        """What reached the variables of a script, by name with their sigil, in lower case."""
        self.text_of: Callable[[str], str | None] = _no_text
        """The text that a variable surely holds, by its name."""
        self.records: dict[str, Relation] = {}
        """Variables that hold a row, and cursors: what their columns are made of."""
        self.steering: Influences = NOTHING
        """What decides whether the statement at hand runs at all, as CONDITIONAL."""
        self.outer_ctes: Mapping[str, Relation] = {}
        """Common table expressions around a statement that writes inside a query."""
        self.certain = True
        """Whether the statement at hand surely runs to its end; if not, it never ends what was there."""
        self.replaces_parts = False
        """Whether INSERT OVERWRITE replaces only the partitions that it writes, as a setting may have it."""
        self.modified: ReadQuery | None = None
        """Follows a statement that writes inside a query and gives what it returns."""
        self.functions: dict[str, Function] = {}
        """Functions that statements of this text defined, by name in lower case."""
        self.redefined: frozenset[str] = frozenset()
        """Names of all functions that the text defines, in lower case, read or not: none of them is a function of the engine's."""
        self.calls: list[str] = []
        """Those that are being read inside one another."""
        self._schemas = schemas
        self._made: dict[str, tuple[str, ...] | None] = {}
        self._settled: set[str] = set()
        """Tables of those that keep the columns which this text gave them, whatever cannot be read later."""
        self.doubtful: set[str] = set()
        """Tables whose columns others cannot be sure of after this text, whatever the text itself goes by."""
        self.computed: dict[str, frozenset[str]] = {}
        """Columns that tables of this text make themselves, which no row brings."""
        self.passing: set[str] = set()
        """Tables that nobody but this session ever sees."""
        self._proven: dict[str, set[str]] = {}
        self._relations: dict[str, Relation] = {}

    def columns(self, table: str) -> tuple[str, ...] | None:
        """The columns of a table in order, as this text's earlier statements left it; None where not known."""
        return self._made[table] if table in self._made else self.stored(table)

    def stored(self, table: str) -> tuple[str, ...] | None:
        """The columns that a table had before this text ran; None where not known."""
        found: Mapping[str, str] | None = self._schemas.columns(table)
        return tuple(found) if found else None

    @property
    def made(self) -> dict[str, tuple[str, ...] | None]:
        """Columns of the tables that this text's statements made or changed."""
        return dict(self._made)

    def restore(self, made: Mapping[str, tuple[str, ...] | None]) -> None:
        """Take the tables to be as they were when `made` was asked for."""
        for table in {**self._made, **made}:
            self._forget(table)
        self._made = dict(made)

    def _forget(self, table: str) -> None:
        before = self._relations.pop(table, None)
        if before is not None:
            self.steps.keep(-_COLUMN * len(before.outputs))

    def type_of(self, table: str, column: str) -> str:
        """The type of a column as the schema writes it; empty where it is not written or the text changed the table."""
        found = None if table in self._made else self._schemas.columns(table)
        return (found or {}).get(column, "")

    def remember(self, table: str, columns: tuple[str, ...] | None) -> None:
        """Note the columns that a statement of this text gave a table; None for columns nobody can know now."""
        self._made[table] = columns
        self._forget(table)
        (self.doubtful.discard if self.certain else self.doubtful.add)(table)

    def settle(self) -> None:
        """The columns that this text gave tables so far are theirs for good."""
        self._settled = set(self._made)

    def doubt(self) -> None:
        """Nobody knows any more which columns the other tables have that this text gave some."""
        for table in self._made.keys() - self._settled:
            self.remember(table, None)
            self.doubtful.add(table)

    def left(self, *, certain: bool) -> tuple[Made, ...]:
        """What others find in the tables whose columns this text decides; nothing certain unless the text was read in full."""
        seen = sorted(table for table in {*self._made, *self.doubtful} - self.passing if not table.startswith(_OWN))
        return tuple((table, self._certain(table) if certain else None) for table in seen)

    def _certain(self, table: str) -> tuple[str, ...] | None:
        columns = self._made.get(table)
        is_known = columns and table not in self.doubtful and len({name.lower() for name in columns}) == len(columns)
        return columns if is_known else None

    def prove(self, table: str, columns: Sequence[str]) -> None:
        """Note columns that a table of unknown schema has because a statement writes them."""
        self._proven.setdefault(table, set()).update(name.lower() for name in columns)

    @property
    def proves(self) -> bool:
        """Whether any statement has written columns by name."""
        return bool(self._proven)

    def is_proven(self, table: str | None, column: str) -> bool:
        """Whether a statement has written this column of a table."""
        return table is not None and column.lower() in self._proven.get(table, ())

    def read(self, table: str) -> Relation:
        """A stored table or file as something to select from."""
        self.sources[table] = None
        return self.table(table)

    def table(self, table: str) -> Relation:
        """A stored table without counting it as read."""
        relation = self._relations.get(table)
        if relation is None and self.through_views and table not in self._made:
            relation = self._view(table)
            if relation is not None:
                self.steps.keep(_COLUMN * len(relation.outputs))
                self._relations[table] = relation
        if relation is None:
            columns = self.columns(table)
            self.steps.spend(len(columns or ()))
            self.steps.keep(_COLUMN * len(columns or ()))
            relation = Relation(
                table,
                [(name, {Influence(table, name, Kind.IDENTITY): UNPLACED}) for name in columns or ()],
                open_tables=() if columns else (table,),
                presence=frozenset([table]),
                table=table,
            )
            self._relations[table] = relation
        return relation

    def _view(self, table: str) -> Relation | None:
        """What stands behind a view, told of its tables; None for what is no view, or cannot be looked through."""
        definition = self._schemas.view(table) if isinstance(self._schemas, ViewLookup) else None
        if definition is None:
            return None
        if table in self.behind or len(self.behind) >= _MAX_VIEWS:
            self.report.add("cyclic-view" if table in self.behind else "nesting-too-deep", table, self.at)
            return None
        grammar = grammar_of(definition.dialect) if definition.dialect is not None else self.grammar
        if grammar is None:
            self.report.add("unknown-dialect", definition.dialect or "", self.at)
            return None
        inner = Session(definition.sql, grammar, self._schemas, Defaults(definition.catalog, definition.schema), self.relation_of)
        inner.through_views, inner.behind, inner.steps = True, (*self.behind, table), self.steps
        relation = self._read_view(inner, definition)
        for reason in inner.report.reasons:
            self.report.add(reason.code, reason.subject, self.at)
        self.sources.update(inner.sources)
        return relation

    def _read_view(self, inner: Session, definition: ViewDefinition) -> Relation | None:
        try:
            tokens = inner.grammar.tokens(definition.sql)
            check_nesting(tokens, inner.grammar.types)
            self.steps.spend(len(tokens))
            found = self.relation_of(inner.grammar.tree(tokens, definition.sql), inner, {}, None)
        except Trouble as trouble:
            self.report.add(trouble.reason, trouble.subject or inner.behind[-1], self.at)
            return None
        names = definition.columns
        if names and len(names) != len(found.top_level()):
            self.report.add("column-count-mismatch", inner.behind[-1], self.at)
        outputs = [(names[at] if at < len(names) else name, _unplaced(each)) for at, (name, each) in enumerate(found.top_level())]
        return Relation(
            inner.behind[-1],
            outputs,
            open_tables=found.open_tables,
            made_of=found.made_of,
            rows=_unplaced(found.rows),
            presence=found.presence,
        )

    def name_of(self, table: Expr) -> str:
        """A table node's dotted name; unqualified names are doubtful once the defaults are."""
        if not self.defaults.certain and not table.args.get("db"):
            self.gap("default-schema-unknown", table.name, table)
        name = dotted(table, self.defaults, self.grammar.name)
        start = start_of(table)
        if start >= 0:
            self.named_at.setdefault(name, start)
        return name

    def place_of(self, table: str) -> int:
        """Where the statement at hand names a table, or begins."""
        found = self.named_at.get(table)
        if found is None:
            here = self.text.find(table, self.at, self.at + _GLANCE)  # stages and files stand in it as they are
            found = self.named_at[table] = self.at if here < 0 else here
        return found

    def gap(self, code: str, subject: str = "", node: Expr | None = None) -> None:
        """Report something not followed, placed at the first name inside a node, or where the statement begins."""
        offset = offset_of(node)
        self.report.add(code, subject, self.at if offset is None else offset)


def _unplaced(found: Influences) -> Influences:
    """The same influences without a place: it would be one in the view's text."""
    return {each: Way(-1, way.functions) for each, way in found.items()}
