"""The one module that knows sqlglot, beside `duckdb_syntax` and `calls`, which mend what goes in and what comes out.

Tokens, identifier folding, what differs between dialects.

sqlglot's internals move inside a major version, so it is pinned exactly and everything used here is asserted when this module loads.
The compiled core (`pip install "headwater[c]"`) is used when present; results are the same.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import sqlglot.parser
from sqlglot import exp
from sqlglot.dialects.dialect import ASCII_LOWER, ASCII_UPPER, Dialect, NormalizationStrategy, UsingColumnOrder
from sqlglot.errors import ParseError, TokenError
from sqlglot.expressions import Expr
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from headwater.capture.sql.calls import WRITTEN, Call, bare_starts, calls_in, complete, spelling, with_values
from headwater.capture.sql.duckdb_syntax import readable
from headwater.capture.sql.reasons import Trouble

__all__ = [
    "COMPILED",
    "VERSION",
    "Expr",
    "Grammar",
    "Token",
    "TokenType",
    "deep_recursion",
    "exp",
    "grammar_of",
    "moved",
    "uncollected",
    "word",
]

VERSION = "30.30.0"
"""The only version this engine is tested against."""

COMPILED = not str(sqlglot.parser.__file__).endswith(".py")
"""Whether the compiled core is in use."""

_USED = (
    "AggFunc Alias Alter Analyze And Anonymous AnonymousAggFunc Attach Case Cast CTE Column ColumnDef Columns Command Commit Comment "
    "Comprehension Copy Count Create DataType Declare Delete Describe Detach Distinct Drop Except Exists Explode Filter Func Grant "
    "Group GroupingSets HavingMax Identifier If In Insert Install Intersect Interval Into Join Kwarg Lambda Lateral Limit Literal "
    "Merge OnConflict Order Ordered Paren Placeholder Pivot Pragma PropertyEQ Query ReadCSV ReadParquet Returning Revoke Rollback "
    "Schema Select Set SetOperation Star Subquery Table TableAlias Transaction TruncateTable Tuple UDTF Union Unnest Update Use "
    "Values Var When Whens Where Window WindowSpec With WithinGroup"
)

assert version("sqlglot") == VERSION, f"sqlglot {VERSION} expected, {version('sqlglot')} installed"
assert all(isinstance(getattr(exp, name, None), type) for name in _USED.split()), "sqlglot lost an expression that is used here"
assert {"with_", "from_", "joins", "laterals", "where", "group", "having", "qualify", "windows", "distinct", "order", "limit"} <= set(
    exp.Select.arg_types
), "sqlglot renamed a clause of SELECT"

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it warns of every statement it cannot read; we report those as reasons

_RECURSION = 12_000
_NODES, _NODES_PER_TOKEN = 20_000, 4
"""The parser goes back and tries again; it may make this many nodes in all, several times what statements that people write need."""
_LATERAL_ALIASES = frozenset({"bigquery", "clickhouse", "databricks", "duckdb", "redshift", "snowflake", "spark", "spark2", "teradata"})
_FILE_FORMATS = frozenset({"avro", "binaryfile", "csv", "delta", "iceberg", "json", "orc", "parquet", "text"})
_FILE_ENDINGS = (".arrow", ".avro", ".csv", ".gz", ".json", ".jsonl", ".ndjson", ".orc", ".parquet", ".tsv", ".txt", ".xlsx", ".zst")
_NO_COMMA_BEFORE_FROM = frozenset({"fabric", "hive", "mysql", "oracle", "postgres", "presto", "sqlite", "tsql"})
_LIKE_DUCKDB = frozenset({"", "duckdb"})
_LACKING = {"duckdb": {"PIVOT_LONGER": TokenType.UNPIVOT}}
"""Keywords that the tokenizer of a dialect does not know."""
_EMPTY_SELECTS = frozenset({"materialize", "postgres", "risingwave"})
_CALLED = {
    "ansi": "",
    "bq": "bigquery",
    "cockroachdb": "postgres",
    "databrickssql": "databricks",
    "generic": "",
    "googlesql": "bigquery",
    "greenplum": "postgres",
    "hiveql": "hive",
    "mariadb": "mysql",
    "mssql": "tsql",
    "pg": "postgres",
    "plpgsql": "postgres",
    "plsql": "oracle",
    "postgresql": "postgres",
    "prestosql": "presto",
    "prestodb": "presto",
    "pyspark": "spark",
    "sparksql": "spark",
    "spark3": "spark",
    "sql": "",
    "sqlserver": "tsql",
    "standard": "",
    "synapse": "tsql",
    "transactsql": "tsql",
}
"""What people call dialects, and our names for them."""
_NO_CALLS: Mapping[int, Call] = {}
_JOINTS = dict.fromkeys(map(ord, " -_"))
_COLUMNS_FOLD_ALONE = frozenset({"doris", "mysql", "singlestore", "starrocks"})
"""Dialects in which columns ignore case and quotes, and names of tables, of what they hang in and go by, may not."""
_DISTANCES = frozenset({"duckdb", "materialize", "postgres", "risingwave"})
"""Where `<=>` is the distance of two vectors, which gives the value back; the parser takes it for the comparison that MySQL means."""
_WINDOWS_OF_TIME = frozenset({"databricks", "spark", "spark2"})
_READ_FROM = (exp.Delete, exp.From, exp.Join, exp.Merge, exp.Update)
_IMPLICIT_LATERAL = frozenset({"duckdb"})


@dataclass(frozen=True, slots=True)
class Grammar:
    """One dialect: how its texts become tokens and trees, and the few rules of name resolution that differ."""

    name: str
    dialect: Dialect
    lateral_aliases: bool
    """Whether an expression may use the name of an output written before it."""
    implicit_lateral: bool
    """Whether a subquery in FROM sees the tables before it without LATERAL."""
    using_in_place: bool
    """Whether `*` leaves the columns of USING where they stand instead of putting them first."""
    empty_selects: bool
    """Whether SELECT may list nothing."""
    folds_upper: bool
    folds_quoted: bool
    folding: Callable[[str], str] | None
    """How identifiers are folded; None where it takes more than their text to know."""
    types: frozenset[TokenType]
    """Words that name types, and so are ambiguous before a bracket."""
    tokenizer: Tokenizer
    """Gives every word of a statement, also after verbs whose statements sqlglot would hand on as one piece."""
    commands: frozenset[TokenType]
    """Verbs whose statements the parser does not read."""

    def tokens(self, text: str) -> list[Token]:
        """Split a text into tokens; comments are dropped, so that none can steer the parser.

        Raises:  Trouble: something in the text never ends.
        """
        try:
            tokens = (self.tokenizer if COMPILED else _another(self.tokenizer)).tokenize(text)
        except TokenError as error:
            raise Trouble("parse-error", "a string, a quoted name or a comment that never ends", offset=_offset(error)) from None
        except Exception:  # noqa: BLE001  # because the tokenizer fails in many ways on arbitrary text, and each is only bad input
            raise Trouble("parse-error", "text that cannot be read in this dialect") from None
        for token in tokens:
            if token.comments:
                token.comments = []
        return _with_windows(tokens) if self.name in _WINDOWS_OF_TIME else tokens

    def trees(self, tokens: list[Token], text: str) -> list[Expr]:
        """Parse the tokens of one statement, names folded as the dialect folds them.

        Raises:  Trouble: not a statement of this dialect.
        """
        start = tokens[0].start if tokens else 0
        if self.name in _LIKE_DUCKDB:
            tokens = readable(tokens)
        if self.name in _DISTANCES:
            tokens = [word(TokenType.LR_ARROW, "<->", each) if each.token_type is TokenType.NULLSAFE_EQ else each for each in tokens]
        most = _NODES + _NODES_PER_TOKEN * len(tokens)
        parser = self.dialect.parser(max_nodes=most)
        calls = calls_in(tokens)
        if self.name in _NO_COMMA_BEFORE_FROM:
            _check_commas(tokens)
        try:
            parsed = parser.parse(with_values(tokens, calls, self.name), text)
            if parser._node_count > most:
                raise Trouble("work-budget", "parsing", offset=start)
            trees = [tree for tree in parsed if tree is not None]
            for tree in trees:
                self._settle_names(tree, calls, start)
            return trees
        except ParseError as error:
            if parser._node_count > most:
                raise Trouble("work-budget", "parsing", offset=start) from None
            if _is_strictness(error):
                return [exp.Command(this=tokens[0].text.upper(), expression=exp.Literal.string(text[tokens[0].end + 1 :]))]
            raise _trouble(error, tokens, start) from None
        except RecursionError:
            raise Trouble("nesting-too-deep", offset=start) from None
        except Trouble:
            raise
        except Exception:  # noqa: BLE001  # because the parser fails in many ways on arbitrary text, and each is only bad input
            raise Trouble("parse-error", "text that cannot be read in this dialect", offset=start) from None

    def tree(self, tokens: list[Token], text: str) -> Expr:
        """The one statement that these tokens make.

        Raises:  Trouble: not one statement of this dialect.
        """
        trees = self.trees(tokens, text)
        if len(trees) != 1:
            raise Trouble("parse-error", offset=tokens[0].start if tokens else None)
        return trees[0]

    def expression(self, tokens: Sequence[Token], text: str) -> Expr:
        """The value that these tokens make, read as the one output of a SELECT.

        Raises:  Trouble: not an expression of this dialect.
        """
        values = self.expressions(tokens, text)
        if len(values) != 1:
            raise Trouble("parse-error", offset=tokens[0].start if tokens else None)
        return values[0]

    def expressions(self, tokens: Sequence[Token], text: str) -> list[Expr]:
        """The values that these tokens list.

        Raises:  Trouble: no expressions of this dialect.
        """
        tree = self.tree([word(TokenType.SELECT, "SELECT", tokens[0] if tokens else None), *tokens], text)
        if not isinstance(tree, exp.Select) or any(
            value for key, value in tree.args.items() if key not in ("expressions", "operation_modifiers")
        ):
            raise Trouble("parse-error", offset=tokens[0].start if tokens else None)
        return list(tree.expressions)

    def _settle_names(self, tree: Expr, calls: Mapping[int, Call] = _NO_CALLS, start: int = 0) -> None:
        """Mark paths and fold identifiers, in one walk with parents first, for no folding may touch a path; then complete the calls."""
        hidden, at_hand = _named(tree) if self.name == "bigquery" else (set[str](), set[str]())
        stack: list[Any] = [tree]
        names: list[Expr] = []
        called: list[tuple[Expr, Call]] = []
        written = {call.name for call in calls.values()}
        while stack:
            node = stack.pop()
            if isinstance(node, exp.Identifier):
                names.append(node)
                self._settle(node)
                continue
            call = calls.get(node._meta.get("start", -1)) if node._meta else None
            if call is not None:
                node.meta[WRITTEN] = call.name
                called.append((node, call))
            elif isinstance(node, exp.Func):
                node.meta[WRITTEN] = spelling(node, written)
            if isinstance(node, exp.TableFromRows) and not isinstance(node.this, (exp.Func, exp.Query)):
                node = _as_table(node)
            if isinstance(node, exp.Table) and _is_array(node, at_hand):
                node = _as_rows(node)
            if isinstance(node, exp.Table):
                self._settle_table(node, hidden)
            elif isinstance(node, exp.Select):
                self._check_outputs(node, start)
            elif isinstance(node, exp.Star) and not _is_whole(node):
                raise Trouble("parse-error", "a star with replacements that have no names", offset=_start_of(node, start))
            for value in node.args.values():
                if isinstance(value, Expr):
                    stack.append(value)
                elif type(value) is list:
                    stack += [each for each in value if isinstance(each, Expr)]
        self._complete(called, names)

    def column(self, name: str) -> Expr | None:
        """The column that a text names, as in `IDENTIFIER('name')`; None where it is no name of up to four parts."""
        try:
            tokens = self.tokens(name)
        except Trouble:
            return None
        names, dots = tokens[::2], tokens[1::2]
        if not 0 < len(names) <= 4 or len(tokens) % 2 == 0 or any(dot.token_type is not TokenType.DOT for dot in dots):
            return None
        parts = [exp.Identifier(this=each.text, quoted=each.token_type is TokenType.IDENTIFIER) for each in reversed(names)]
        column = exp.Column(**dict(zip(("this", "table", "db", "catalog"), parts, strict=False)))
        self._settle_names(column)
        return column

    def _complete(self, called: Sequence[tuple[Expr, Call]], names: Sequence[Expr]) -> None:
        """Give calls the arguments back that the parser dropped."""
        called = [(node, call) for node, call in called if call.bare]
        kept = bare_starts(names) if called else set[int]()
        for node, call in called:
            for identifier in complete(node, call, kept, self.name):
                self._settle(identifier)

    def _check_outputs(self, select: Expr, start: int) -> None:
        """Refuse a SELECT of nothing where the engine does, and functions of which the parser made trees that lack a part."""
        if not select.expressions and not self.empty_selects:
            raise Trouble("parse-error", "a SELECT of nothing", offset=_start_of(select, start))
        try:
            for output in select.expressions:
                _ = output.output_name
        except AttributeError:
            raise Trouble("parse-error", "a function without its argument", offset=_start_of(select, start)) from None

    def _settle_table(self, table: Expr, hidden: Collection[str]) -> None:
        """Names given as strings become names, paths literals; BigQuery knows tables by their case, but not aliases and columns."""
        literal = _name_literal(table)
        if literal is not None and not literal.startswith("@"):
            _rename(table, self.tokens(literal))
        _mark_file(table)
        name = table.this
        if self.name != "bigquery" or not isinstance(name, exp.Identifier):
            return
        folded = name.this.lower()
        if folded != name.this and (table.args.get("db") or folded not in hidden):
            name.set("stored", True)
            if table.arg_key in ("this", "using") and isinstance(table.parent, _READ_FROM) and not table.args.get("alias"):
                table.set("alias", exp.TableAlias(this=exp.to_identifier(folded)))

    def _settle(self, identifier: Expr) -> None:
        """Fold one identifier; by the dialect's own rule where it has one beyond case and quotes."""
        if identifier.args.get("stored"):
            return
        if self.name in _COLUMNS_FOLD_ALONE:
            if not _names_table(identifier):
                identifier.set("this", identifier.this.lower())
            return
        if self.folding is None:
            self.dialect.normalize_identifier(identifier)
        elif self.folds_quoted or not identifier.args.get("quoted"):
            name = identifier.this
            folded = self.folding(name)
            if folded != name:
                identifier.set("this", folded)

    def fold(self, name: str) -> str:
        """An unquoted name as the dialect stores it; used where no tree is at hand."""
        return name.upper() if self.folds_upper else name.lower()


@lru_cache(maxsize=64)
def grammar_of(name: str | None) -> Grammar | None:
    """The grammar of a dialect by sqlglot's name or another that is in use; None for a dialect nobody knows."""
    plain = (name or "").strip().lower()
    joined = plain if "," in plain else plain.translate(_JOINTS)
    known = _CALLED.get(joined, joined)
    try:
        dialect = Dialect.get_or_raise(known)
    except Exception:  # noqa: BLE001  # because a name with odd characters fails in ways of its own
        return None
    strategy = dialect.normalization_strategy
    return Grammar(
        name=known,
        dialect=dialect,
        lateral_aliases=not known or known in _LATERAL_ALIASES,
        implicit_lateral=not known or known in _IMPLICIT_LATERAL,
        using_in_place=dialect.USING_COLUMN_ORDER is UsingColumnOrder.IN_PLACE,
        empty_selects=known in _EMPTY_SELECTS,
        folds_upper=strategy is NormalizationStrategy.UPPERCASE,
        folds_quoted=strategy in (NormalizationStrategy.CASE_INSENSITIVE, NormalizationStrategy.CASE_INSENSITIVE_UPPERCASE),
        folding=_folding(dialect) if type(dialect).normalize_identifier is Dialect.normalize_identifier else None,
        types=frozenset(dialect.parser_class.TYPE_TOKENS) - {TokenType.VAR, TokenType.IDENTIFIER},
        tokenizer=_without_commands(dialect.tokenizer_class(dialect=dialect), dialect, _LACKING.get(known, {})),
        commands=frozenset(dialect.tokenizer_class.COMMANDS),
    )


def _without_commands(tokenizer: Tokenizer, dialect: Dialect, lacking: Mapping[str, TokenType]) -> Tokenizer:
    """The same tokenizer with no verb after which it stops looking, and with keywords it lacks; Athena's holds two of them."""
    kind: Any = type(tokenizer)
    parts = {"COMMANDS": set[TokenType](), "KEYWORDS": {**kind.KEYWORDS, **lacking}}
    made: Tokenizer = type(kind)(kind.__name__, (kind,), parts)(dialect=dialect)
    for name, inner in list(vars(made).items()):
        if isinstance(inner, Tokenizer):
            setattr(made, name, _without_commands(inner, inner.dialect, lacking))
    return made


def _another(tokenizer: Tokenizer) -> Tokenizer:
    """One just like it: that of the plain core holds the text that it is at, and two threads would read each other's."""
    made = type(tokenizer)(dialect=tokenizer.dialect)
    for name, inner in list(vars(tokenizer).items()):
        if isinstance(inner, Tokenizer):
            setattr(made, name, _another(inner))
    return made


def _with_windows(tokens: list[Token]) -> list[Token]:
    """WINDOW as a word like any other, unless `name AS` follows: Spark has a function and a column of that name."""
    for at, token in enumerate(tokens):
        if token.token_type is TokenType.WINDOW and (at + 2 >= len(tokens) or tokens[at + 2].token_type is not TokenType.ALIAS):
            tokens[at] = word(TokenType.VAR, token.text, token)
    return tokens


def word(kind: TokenType, text: str, like: Token | None = None) -> Token:
    """A word that the text does not hold, placed where another stands."""
    if like is None:
        return Token(kind, text)
    return Token(kind, text, like.line, like.col, like.start, like.end)


def moved(token: Token, offset: int, line: int, column: int) -> Token:
    """A token of an inner text as one of the text around it, which it begins at this offset, line and column."""
    same_line = token.line == 1
    return Token(
        token.token_type,
        token.text,
        token.line + line - 1,
        token.col + (column - 1 if same_line else 0),
        token.start + offset,
        token.end + offset,
    )


def _folding(dialect: Dialect) -> Callable[[str], str]:
    """How a dialect without rules of its own folds names; some leave letters outside of ASCII alone."""
    strategy = dialect.normalization_strategy
    if strategy is NormalizationStrategy.CASE_SENSITIVE:
        return str
    if strategy in (NormalizationStrategy.UPPERCASE, NormalizationStrategy.CASE_INSENSITIVE_UPPERCASE):
        return _ascii_upper if dialect.ASCII_ONLY_NORMALIZATION else str.upper
    return _ascii_lower if dialect.ASCII_ONLY_NORMALIZATION else str.lower


def _ascii_lower(name: str) -> str:
    return name.lower() if name.isascii() else name.translate(ASCII_LOWER)


def _ascii_upper(name: str) -> str:
    return name.upper() if name.isascii() else name.translate(ASCII_UPPER)


@contextmanager
def uncollected() -> Iterator[None]:
    """No rounds of the cycle collector: while a tree grows they would go through all of it, again and again, and find nothing."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for the recursive parser up to the nesting that `budget` lets through; the plain core needs it.

    The limit is that of the whole interpreter, and another thread may be deep in a text when this one ends: it is never taken back.
    """
    if sys.getrecursionlimit() < _RECURSION:
        sys.setrecursionlimit(_RECURSION)
    yield


def _is_whole(star: Expr) -> bool:
    """Whether all that a star replaces and renames has a new name."""
    items = [*(star.args.get("replace") or ()), *(star.args.get("rename") or ())]
    return all(isinstance(item, exp.Alias) and isinstance(item.this, exp.Expr) for item in items)


def _named(tree: Expr) -> tuple[set[str], set[str]]:
    """In lower case, the common table expressions of a statement, and what its tables go by."""
    return {cte.alias.lower() for cte in tree.find_all(exp.CTE)}, {table.alias_or_name.lower() for table in tree.find_all(exp.Table)}


def _names_table(identifier: Expr) -> bool:
    """Whether an identifier names a table, or what a table hangs in or goes by, rather than a column."""
    parent, key = identifier.parent, identifier.arg_key
    if isinstance(parent, exp.Column):
        return key != "this"
    return isinstance(parent, exp.Table) or (isinstance(parent, exp.TableAlias) and key == "this")


def _is_array(table: Expr, at_hand: Collection[str]) -> bool:
    """Whether a joined `table.array` is an array of a table at hand, which BigQuery finds in any case."""
    schema = table.args.get("db")
    return (
        isinstance(table.parent, exp.Join)
        and isinstance(schema, exp.Identifier)
        and not table.args.get("catalog")
        and not table.parent.args.get("on")
        and schema.this.lower() in at_hand
    )


def _as_rows(table: Expr) -> Expr:
    """An array in FROM as the UNNEST that it means."""
    alias = table.args.get("alias")
    column = exp.Column(this=table.this, table=table.args["db"])
    rows = exp.Unnest(expressions=[column], alias=exp.TableAlias(columns=[alias.this]) if alias is not None else None)
    table.replace(rows)
    return rows


def _as_table(rows: Expr) -> Expr:
    """`TABLE('name')`, or of a parameter, as the table that it means."""
    table = exp.Table(this=rows.this, alias=rows.args.get("alias"), joins=rows.args.get("joins"))
    table.meta["from_rows"] = True
    rows.replace(table)
    return table


def _name_literal(table: Expr) -> str | None:
    """The name in `IDENTIFIER('name')` and `TABLE('name')`; None for any other table."""
    this = table.this
    if isinstance(this, exp.DynamicIdentifier) or (isinstance(this, exp.Anonymous) and this.name.upper() == "IDENTIFIER"):
        inner = this.this if isinstance(this, exp.DynamicIdentifier) else next(iter(this.expressions), None)
    else:
        inner = this if table.meta.get("from_rows") else None
    return inner.name if isinstance(inner, exp.Literal) and inner.is_string else None


def _rename(table: Expr, tokens: Sequence[Token]) -> None:
    """Give a table the name that these tokens spell; one that is no name of up to three parts is as good as a parameter."""
    names, dots = tokens[::2], tokens[1::2]
    if not 0 < len(names) <= 3 or len(tokens) % 2 == 0 or any(dot.token_type is not TokenType.DOT for dot in dots):
        table.set("this", exp.Placeholder())
        return
    parts = [exp.Identifier(this=name.text, quoted=name.token_type is TokenType.IDENTIFIER) for name in names]
    for key, part in zip(("this", "db", "catalog"), reversed(parts), strict=False):
        table.set(key, part)


def _mark_file(table: Expr) -> None:
    """Turn a quoted table name that is a path (`'x.parquet'`, `"s3://…"`, ``parquet.`/data` ``) into a literal: no folding touches it."""
    name = table.this
    if not isinstance(name, exp.Identifier) or not name.args.get("quoted") or table.args.get("catalog"):
        return
    path = name.name
    if table.text("db").lower() in _FILE_FORMATS:
        table.set("db", None)
    elif table.args.get("db") or not ("://" in path or path.startswith(("/", "./")) or path.lower().endswith(_FILE_ENDINGS)):
        return
    table.set("this", exp.Literal.string(path))


def _start_of(node: Expr, otherwise: int) -> int:
    """Where the first name inside a node begins."""
    starts = (each.meta.get("start") for each in node.find_all(exp.Identifier))
    return next((start for start in starts if isinstance(start, int)), otherwise)


def _offset(error: TokenError) -> int | None:
    start = getattr(error, "start", None)
    return start if isinstance(start, int) else None


def _is_strictness(error: ParseError) -> bool:
    """Whether the compiled core refuses a property over a type where the plain one gives the statement up as a command."""
    return COMPILED and any(str(each.get("description", "")).startswith("Cannot parse property") for each in error.errors)


def _trouble(error: ParseError, tokens: Sequence[Token], start: int) -> Trouble:
    """Where the word begins that the parser stopped at, or the statement; its own message may quote values, so it is not repeated."""
    first = error.errors[0] if error.errors else {}
    line, column = first.get("line"), first.get("col")
    for token in tokens:
        if (token.line, token.col) == (line, column):  # the parser counts to the last character of a word
            return Trouble("parse-error", offset=token.start)
    if isinstance(line, int) and isinstance(column, int):
        return Trouble("parse-error", line=line, column=column)
    return Trouble("parse-error", offset=start)


def _check_commas(tokens: Sequence[Token]) -> None:
    """Raises:  Trouble: a list of outputs ends in a comma, which the parser lets pass and the engine does not."""
    for before, token in pairwise(tokens):
        if token.token_type is TokenType.FROM and before.token_type is TokenType.COMMA:
            raise Trouble("parse-error", "a comma before FROM", offset=before.start)
