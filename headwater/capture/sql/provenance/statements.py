"""From a text to its queries: which tables its statements fill, with which columns and how, and each query rewritten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from headwater.capture.sql.adapter import Expr, Grammar, Token, TokenType, deep_recursion, exp, grammar_of
from headwater.capture.sql.budget import check_nesting
from headwater.capture.sql.characters import tokens_of
from headwater.capture.sql.names import Defaults, dotted
from headwater.capture.sql.provenance.carried import AS_THEY_ARE, Carrying, Inputs, Lending, Refused
from headwater.capture.sql.provenance.changing import changing
from headwater.capture.sql.provenance.combining import carry
from headwater.capture.sql.reasons import Trouble
from headwater.model.lineage import Statement

How = Literal["replaces", "adds", "changes"]
"""What a query's rows are to the rows that a table held before: in place of all, beside them, or all of them as they are afterwards."""
_CREATES = frozenset({"TABLE", "VIEW"})
_ODD = ("conflict", "returning", "by_name", "where", "partition", "exists", "alternative", "ignore")
"""Parts of an INSERT that decide which rows come, and are not followed."""
_IDLE = (exp.Transaction, exp.Commit, exp.Comment)
_HARMLESS = (exp.NotNullColumnConstraint, exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint, exp.CommentColumnConstraint)
_MOST_STATEMENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A statement rewritten: SQL for DuckDB whose first column is the set. `inputs` are the names of tables to lend it, by number.

    `columns` are those of the target that the statement lists, in order; empty where it lists none. What changes a table gives columns by
    their names instead. `notes` say what is only possible, `adds` are the inputs of which rows that go may add rows to the table.
    """

    sql: str
    how: How
    target: str
    inputs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    adds: Inputs = frozenset()
    filling: Filling


def rewritten(filling: Filling, lending: Lending = AS_THEY_ARE) -> Rewritten:
    """Rewrite what fills a table.

    Raises:  Refused: it holds what batches cannot be carried through.
    """
    inputs: dict[str, int] = {}
    _check_names(filling)

    def number_of(table: Expr) -> int:
        return inputs.setdefault(filling.name_of(table), len(inputs))

    carrying = Carrying(number_of, lambda number: list(inputs)[number], lending)
    with deep_recursion():
        try:
            made = carry(filling.query.copy(), carrying, {})
            sql = made.query.sql(dialect="duckdb")
        except RecursionError:
            raise Refused("brackets or operators nested beyond the limit") from None
    return Rewritten(
        sql=sql,
        how=filling.how,
        target=filling.name_of(filling.target) if filling.target is not None else "",
        inputs=tuple(inputs),
        columns=filling.columns,
        notes=tuple(carrying.notes),
        adds=made.adds,
        filling=filling,
    )


def _check_names(filling: Filling) -> None:
    """Tables are lent under the last part of their names: where columns are told apart by more, that is not enough."""
    names: dict[str, set[str]] = {}
    for table in filling.query.find_all(exp.Table):
        if not table.args.get("alias") and isinstance(table.this, exp.Identifier):
            names.setdefault(table.name.lower(), set()).add(filling.name_of(table))
    if any(len(each) > 1 for each in names.values()) and any(each.args.get("db") for each in filling.query.find_all(exp.Column)):
        raise Refused("two tables of one name that only their schemas tell apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A statement that was read: its query, how that fills which table, and in which words it names tables.

    `keeps_rows` where a change leaves as many rows as there were.
    """

    query: Expr
    how: How
    target: Expr | None
    columns: tuple[str, ...]
    is_temporary: bool
    keeps_rows: bool
    defaults: Defaults
    dialect: str

    def name_of(self, table: Expr) -> str:
        """A table's name in full."""
        return dotted(table, self.defaults, self.dialect)


def read_filling(statement: Statement) -> Filling:
    """Read one CREATE … AS, INSERT … SELECT or query; to be called where recursion may go deep.

    Raises:  Refused: it is none of these.
    """
    grammar, tokens = _tokens(statement)
    return _filled(_query_of(_tree(grammar, [each for each in tokens if not _ends(each)], statement)), statement, grammar)


def read_fillings(statement: Statement) -> tuple[Filling, ...]:
    """Read every statement of a text that fills or changes a table, in their order.

    Raises:  Refused: one of them is of another kind, and may change what the others find.
    """
    with deep_recursion():
        grammar, tokens = _tokens(statement)
        parts = [list(part) for is_end, part in groupby(tokens, _ends) if not is_end]
        if len(parts) == 1:
            tree = _tree(grammar, parts[0], statement)
            _check_plain(tree)
            return (_filled(_changed(tree, grammar.name) or _query_of(tree), statement, grammar),)
        if len(parts) > _MOST_STATEMENTS:
            raise Refused(f"more than {_MOST_STATEMENTS} statements in one text")
        found = _Script(grammar.name)
        for part in parts:
            found.read(_tree(grammar, part, statement))
        return tuple(_filled(each, statement, grammar) for each in found.told)


def _ends(token: Token) -> bool:
    return token.token_type is TokenType.SEMICOLON


def _tokens(statement: Statement) -> tuple[Grammar, list[Token]]:
    grammar = grammar_of(statement.dialect)
    if grammar is None:
        raise Refused("a dialect that nobody knows")
    try:
        tokens = list(tokens_of(statement.sql, grammar))
        check_nesting(tokens, grammar.types)
    except Trouble:
        raise Refused("a text that cannot be read") from None
    return grammar, tokens


def _tree(grammar: Grammar, tokens: list[Token], statement: Statement) -> Expr:
    try:
        return grammar.tree(tokens, statement.sql)
    except Trouble:
        raise Refused("a text that is not one statement of its dialect") from None


def _filled(found: _Found, statement: Statement, grammar: Grammar) -> Filling:
    return Filling(
        query=found.query,
        how=found.how,
        target=found.target,
        columns=found.columns,
        is_temporary=found.is_temporary,
        keeps_rows=found.keeps_rows,
        defaults=Defaults(statement.catalog, statement.schema),
        dialect=grammar.name,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    query: Expr
    how: How = "replaces"
    target: Expr | None = None
    columns: tuple[str, ...] = ()
    is_temporary: bool = False
    keeps_rows: bool = False


@dataclass(slots=True)
class _Script:
    """The statements of one text. What names mean must be certain all along it."""

    dialect: str
    told: list[_Found] = field(default_factory=list)
    _named: set[str] = field(default_factory=set)
    _dropped: set[str] = field(default_factory=set)
    _viewed: set[str] = field(default_factory=set)
    """Tables that views of the text read."""

    def read(self, tree: Expr) -> None:
        """Take in the next statement.

        Raises:  Refused: nobody knows what it does to the others.
        """
        if isinstance(tree, exp.Drop) and tree.text("kind").upper() in _CREATES:
            self._dropped |= {_key(each) for each in tree.args.get("tables") or ()}
            return
        if isinstance(tree, _IDLE) or (_makes_empty(tree) and tree.args.get("exists")):
            return
        _check_plain(tree)
        found = _Found(_nothing(tree.this), "replaces", tree.this.this) if _makes_empty(tree) else None
        found = found or _changed(tree, self.dialect) or _query_of(tree)
        found = replace(found, is_temporary=_is_temporary(tree))
        target = _key(found.target) if found.target is not None else ""
        named = {_key(each) for each in tree.find_all(exp.Table)}
        if isinstance(tree, exp.Create):
            self._dropped.discard(target)
        if named & self._dropped:
            raise Refused("a table that the text dropped before")
        if found.is_temporary and target in self._named:
            raise Refused("a temporary table in place of another")
        if target in self._viewed:
            raise Refused("a view of a table that changes after it")
        if isinstance(tree, exp.Create) and tree.text("kind").upper() == "VIEW":
            self._viewed |= named - {target}
        self._named |= named
        if found.target is not None:
            self.told.append(found)


def _check_plain(tree: Expr) -> None:
    """See that a statement does nothing besides what it is read as."""
    if tree.find(exp.Into) is not None:
        raise Refused("SELECT INTO")
    changes = (each for each in tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge) if each is not tree)
    if any(not isinstance(each.parent, exp.When) for each in changes):
        raise Refused("a change inside a query")


def _makes_empty(tree: Expr) -> bool:
    """Whether a statement makes a table without rows."""
    is_table = isinstance(tree, exp.Create) and tree.text("kind").upper() == "TABLE"
    return is_table and tree.args.get("expression") is None and isinstance(tree.this, exp.Schema)


def _nothing(schema: Expr) -> Expr:
    """A query without rows that has the columns of a table."""
    columns = [each for each in schema.expressions if isinstance(each, exp.ColumnDef)]
    if not columns or any(each.args.get("kind") is None for each in columns):
        raise Refused("a table whose columns have no types")
    if any(not isinstance(rule.kind, _HARMLESS) for each in columns for rule in each.args.get("constraints") or ()):
        raise Refused("a table whose columns fill themselves")
    outputs = [exp.alias_(exp.Cast(this=exp.Null(), to=each.args["kind"].copy()), each.name, quoted=True) for each in columns]
    return exp.Select(expressions=outputs, where=exp.Where(this=exp.false()))


def _is_temporary(tree: Expr) -> bool:
    properties = tree.args.get("properties") if isinstance(tree, exp.Create) else None
    return properties is not None and any(isinstance(each, exp.TemporaryProperty) for each in properties.expressions)


def _key(table: Expr) -> str:
    """A table's name as a text spells it, in lower case."""
    return ".".join(table.text(part).lower() for part in ("catalog", "db", "this") if table.text(part))


def _changed(tree: Expr, dialect: str) -> _Found | None:
    found = changing(tree, dialect)
    return _Found(found.query, "changes", found.target, keeps_rows=found.keeps_rows) if found is not None else None


def _query_of(tree: Expr) -> _Found:
    if isinstance(tree, exp.Create):
        query = tree.args.get("expression")
        if tree.text("kind").upper() not in _CREATES or not isinstance(query, exp.Query) or tree.args.get("exists"):
            raise Refused("a CREATE without a query, or only where there is none")
        table, columns = _target(tree.this)
        return _Found(_with(query, tree), "replaces", table, columns)
    if isinstance(tree, exp.Insert):
        query = tree.args.get("expression")
        odd = next((key for key in _ODD if tree.args.get(key)), None)
        if odd is not None or not isinstance(query, exp.Query):
            raise Refused(f"INSERT with {odd.upper() if odd else 'rows of its own'}")
        table, columns = _target(tree.this)
        return _Found(_with(query, tree), "replaces" if tree.args.get("overwrite") else "adds", table, columns)
    if isinstance(tree, exp.Query):
        return _Found(tree)
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
