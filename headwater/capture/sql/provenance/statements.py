"""From a text to its query: which table it fills, with which columns, and the query rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headwater.capture.sql.adapter import Expr, TokenType, deep_recursion, exp, grammar_of
from headwater.capture.sql.budget import check_nesting
from headwater.capture.sql.characters import tokens_of
from headwater.capture.sql.names import Defaults, dotted
from headwater.capture.sql.provenance.carried import NO_NUMBERS, Carrying, Numbered, Refused
from headwater.capture.sql.provenance.combining import carry
from headwater.capture.sql.reasons import Trouble
from headwater.model.lineage import Statement

Makes = Literal["table", "view", "rows", "query"]
_CREATES = {"TABLE": "table", "VIEW": "view"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A statement rewritten: SQL for DuckDB whose first column is the set. `inputs` are the names of tables to lend it, by number.

    `columns` are those of the target that the statement lists, in order; empty where it lists none. `notes` say what is only possible.
    """

    sql: str
    makes: Makes
    target: str
    inputs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    replaces: bool = True
    statement: Statement


def rewritten(statement: Statement, numbered: Numbered = NO_NUMBERS) -> Rewritten:
    """Rewrite one CREATE … AS, INSERT … SELECT or query; what an `INSERT` without OVERWRITE adds is told apart by `replaces`.

    Raises:  Refused: it is none of these, or holds what batches cannot be carried through.
    """
    with deep_recursion():
        filling = read_filling(statement)
        inputs: dict[str, int] = {}

        def number_of(table: Expr) -> int:
            return inputs.setdefault(filling.name_of(table), len(inputs))

        carrying = Carrying(number_of, numbered, lambda number: list(inputs)[number] in numbered.tables)
        try:
            made = carry(filling.query, carrying, {})
        except RecursionError:
            raise Refused("brackets or operators nested beyond the limit") from None
        sql = made.query.sql(dialect="duckdb")
    return Rewritten(
        sql=sql,
        makes=filling.makes,
        target=filling.name_of(filling.target) if filling.target is not None else "",
        inputs=tuple(inputs),
        columns=filling.columns,
        notes=tuple(carrying.notes),
        replaces=filling.replaces,
        statement=statement,
    )


@dataclass(frozen=True, slots=True)
class Filling:
    """A statement that was read: its query, what it makes of that, and in which words it names tables."""

    query: Expr
    makes: Makes
    target: Expr | None
    columns: tuple[str, ...]
    replaces: bool
    defaults: Defaults
    dialect: str

    def name_of(self, table: Expr) -> str:
        """A table's name in full."""
        return dotted(table, self.defaults, self.dialect)


def read_filling(statement: Statement) -> Filling:
    """Read one CREATE … AS, INSERT … SELECT or query; to be called where recursion may go deep.

    Raises:  Refused: it is none of these.
    """
    grammar = grammar_of(statement.dialect)
    if grammar is None:
        raise Refused("a dialect that nobody knows")
    try:
        tokens = [token for token in tokens_of(statement.sql, grammar) if token.token_type is not TokenType.SEMICOLON]
        check_nesting(tokens, grammar.types)
        tree = grammar.tree(tokens, statement.sql)
    except Trouble:
        raise Refused("a text that is not one statement of its dialect") from None
    query, found = _query_of(tree)
    defaults = Defaults(statement.catalog, statement.schema)
    return Filling(query, found.makes, found.target, found.columns, found.replaces, defaults, grammar.name)


@dataclass(frozen=True, slots=True)
class _Found:
    makes: Makes
    target: Expr | None = None
    columns: tuple[str, ...] = ()
    replaces: bool = True


def _query_of(tree: Expr) -> tuple[Expr, _Found]:
    if isinstance(tree, exp.Create):
        kind = _CREATES.get(tree.text("kind").upper())
        query = tree.args.get("expression")
        if kind is None or not isinstance(query, exp.Query) or tree.args.get("exists"):
            raise Refused("a CREATE without a query, or only where there is none")
        table, columns = _target(tree.this)
        return _with(query, tree), _Found("view" if kind == "view" else "table", table, columns)
    if isinstance(tree, exp.Insert):
        query = tree.args.get("expression")
        odd = next((key for key in ("conflict", "returning", "by_name", "where", "partition", "exists") if tree.args.get(key)), None)
        if odd is not None or not isinstance(query, exp.Query):
            raise Refused(f"INSERT with {odd.upper() if odd else 'rows of its own'}")
        table, columns = _target(tree.this)
        return _with(query, tree), _Found("rows", table, columns, replaces=bool(tree.args.get("overwrite")))
    if isinstance(tree, exp.Query):
        return tree, _Found("query")
    raise Refused(tree.key.upper())


def _with(query: Expr, tree: Expr) -> Expr:
    """WITH may stand before the verb."""
    with_ = tree.args.get("with_")
    if with_ is not None and query.args.get("with_") is not None:
        raise Refused("WITH twice")
    if with_ is not None:
        query.set("with_", with_)
    return query


def _target(node: Expr) -> tuple[Expr, tuple[str, ...]]:
    """The table, and its columns where they are listed."""
    if isinstance(node, exp.Schema):
        columns = tuple(each.name if isinstance(each, (exp.Identifier, exp.ColumnDef, exp.Column)) else "" for each in node.expressions)
        if not all(columns):
            raise Refused("columns that are not names")
        return node.this, columns
    if not isinstance(node, exp.Table):
        raise Refused("a target that is no table")
    return node, ()
