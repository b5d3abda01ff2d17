"""Functions in FROM: readers of files, makers of rows from their arguments (UNNEST, FLATTEN, JSON_TABLE …), and those nobody knows.

A maker's columns hold its arguments, which also decide how many rows there are, unless they are lists written member by member.
Where its columns are not listed by the call, the alias or our own list, they are open: any name may be one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.names import start_of
from headwater.capture.sql.queries.elsewhere import ELSEWHERE, elsewhere
from headwater.capture.sql.queries.exploded import stacked
from headwater.capture.sql.queries.expressions import influences_of, is_counted
from headwater.capture.sql.queries.fields import fields_of, is_list
from headwater.capture.sql.queries.influences import NOTHING, Influences, Relation, passed_through, union
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.words import functions
from headwater.model.lineage import Kind

_LISTED = (exp.OpenJSON, exp.JSONTable, exp.XMLTable)
_AS_TABLE = (("this", "this"), ("db", "table"), ("catalog", "db"))
_SHAPES = ("alias", "schema", "columns", "offset")
_VALUE_TABLES = frozenset({"bigquery", "redshift"})
"""Dialects in which the fields of an unnested struct are columns, while its alias names the whole."""


def rows_of_call(scope: Scope, item: Expr, call: Expr) -> Relation:
    """A function in FROM: a reader of files, a maker of rows, or something nobody knows."""
    name = call.name.lower() if isinstance(call, exp.Anonymous) else type(call).__name__
    if isinstance(call, (exp.ReadCSV, exp.ReadParquet)) or functions.is_file_reader(name):
        return files(scope, call)
    if scope.session.grammar.name == "clickhouse" and name.lower() in ELSEWHERE:
        return elsewhere(scope, call)
    cells = stacked(call, scope) if isinstance(call, exp.Stack) else None
    if cells is not None:
        return Relation("", [(f"col{at}", found) for at, found in enumerate(cells)])
    if isinstance(call, _LISTED):
        return _listed(scope, call)
    if isinstance(call, (exp.UDTF, exp.GenerateSeries)) or functions.is_table_function(name):
        return _with_own_columns(scope, item, call, name.lower())
    inner = call.expressions[0] if name.lower() == "table" and len(call.expressions) == 1 else None
    inner = inner.expression if isinstance(inner, exp.Dot) else inner
    if isinstance(inner, exp.Func):
        return _within_table(scope, item, inner)
    defined = scope.session.functions.get(name.lower())
    relation = defined.rows(scope, call) if defined is not None else None
    if relation is not None:
        return relation
    scope.session.gap("unknown-table-function", name.lower(), item)
    return made_of(scope, call)


def _within_table(scope: Scope, item: Expr, call: Expr) -> Relation:
    """Trino's `TABLE(function(…))`: numbers in a row, a table without some of its columns, or something nobody knows."""
    if isinstance(call, exp.GenerateSeries):
        relation = made_of(scope, call)
        return Relation("", [("sequential_number", relation.made_of or NOTHING)], rows=relation.rows)
    name = call.name.lower() if isinstance(call, exp.Anonymous) else type(call).__name__.lower()
    given = {each.this.name.lower(): each.args["expression"] for each in call.expressions if isinstance(each, exp.Kwarg)}
    read, left_out = _table_argument(scope, given.get("input")), given.get("columns")
    if name != "exclude_columns" or read is None or not isinstance(left_out, exp.Anonymous):
        scope.session.gap("unknown-table-function", name, item)
        return read or made_of(scope, call)
    gone = {each.name.lower() for each in left_out.expressions}
    outputs = [(column, found) for column, found in read.top_level() if column.lower() not in gone]
    return Relation("", outputs, open_tables=read.open_tables, made_of=read.made_of, rows=read.rows, presence=read.presence)


def _table_argument(scope: Scope, node: Expr | None) -> Relation | None:
    """What `TABLE(name)` or `TABLE(SELECT …)` hands to a function; None for anything else."""
    if not isinstance(node, exp.Anonymous) or node.name.lower() != "table" or len(node.expressions) != 1:
        return None
    inner = node.expressions[0]
    if isinstance(inner, exp.Query):
        return scope.subquery(inner)
    if not isinstance(inner, exp.Column):
        return None
    if not inner.text("table") and inner.name in scope.ctes:
        return scope.ctes[inner.name]
    return scope.session.read(scope.session.name_of(exp.Table(**{key: inner.args.get(old) for key, old in _AS_TABLE})))


def files(scope: Scope, call: Expr) -> Relation:
    """Files named by a literal path or a list of them; a path that is computed cannot be known."""
    first = call.this if isinstance(call.this, exp.Expr) else next(iter(call.expressions), None)
    listed = first.expressions if isinstance(first, (exp.Array, exp.Tuple)) else [first]
    paths = [path.name for path in listed if isinstance(path, exp.Literal) and path.is_string]
    if not paths or len(paths) != len(listed):
        scope.session.gap("unknown-table-function", "a path that is no literal", call)
    relations = [scope.session.read(path) for path in paths]
    if len(relations) == 1:
        return relations[0]
    return Relation(
        "",
        [(name, union([each.find(name) or NOTHING for each in relations])) for name, _ in (relations[0].outputs if relations else ())],
        open_tables=tuple(path for each in relations for path in each.open_tables),
        presence=frozenset(paths),
    )


def made_of(scope: Scope, call: Expr) -> Relation:
    """Rows made of the arguments: every column holds them, and they decide how many rows there are."""
    found = _arguments(scope, call)
    rows = NOTHING if is_counted(call, scope.session.grammar.name) else passed_through(found, Kind.JOIN)
    return Relation("", (), made_of=found, rows=rows)


def _arguments(scope: Scope, call: Expr) -> Influences:
    values = [each for key, value in call.args.items() if key not in _SHAPES for each in (value if isinstance(value, list) else [value])]
    shapes = (exp.TableAlias, exp.OpenJSONColumnDef, exp.JSONSchema)
    return union(
        influences_of(each, scope, Kind.TRANSFORMATION) for each in values if isinstance(each, Expr) and not isinstance(each, shapes)
    )


def _listed(scope: Scope, call: Expr) -> Relation:
    """OPENJSON, JSON_TABLE, XMLTABLE: the call lists its columns."""
    found = _arguments(scope, call)
    rows = passed_through(found, Kind.JOIN)
    kinds = (exp.OpenJSONColumnDef, exp.JSONColumnDef, exp.ColumnDef)
    names = [each.name for each in call.find_all(*kinds, bfs=False) if each.name]
    if isinstance(call, exp.OpenJSON) and not names:
        names = ["key", "value", "type"]
    if not names:
        names = ["COLUMN_VALUE"]
    return Relation("", [(name, found) for name in names], rows=rows)


def _with_own_columns(scope: Scope, item: Expr, call: Expr, name: str) -> Relation:
    """A known maker of rows, with the columns it is known to have."""
    relation = made_of(scope, call)
    found = relation.made_of or NOTHING
    known = functions.columns_of(name)
    if isinstance(call, exp.Explode) and scope.session.grammar.name == "snowflake":
        known = functions.columns_of("flatten")
    is_duckdb = scope.session.grammar.name == "duckdb"
    if is_duckdb and isinstance(call, exp.GenerateSeries) and call.args.get("is_end_exclusive"):
        known = functions.columns_of("range")
    if known is None:
        return relation
    fold = scope.session.grammar.fold
    columns = [(fold(column), found) for column in known]
    if len(known) == 1 and known[0] not in ("value", "number") and not is_duckdb:
        columns = [(item.alias or columns[0][0], found)]
    if item.args.get("ordinality"):
        columns.append(("ordinality", NOTHING))
    return Relation("", columns, rows=relation.rows)


def unnested(scope: Scope, item: Expr) -> Relation:
    """UNNEST: a column for each list, one for the position where it is asked for, or the fields of a struct."""
    call = item.this if isinstance(item, exp.Table) else item
    arguments = call.expressions
    each_found = [influences_of(each, scope, Kind.TRANSFORMATION) for each in arguments]
    found = union(each_found)
    rows = NOTHING if is_counted(call, scope.session.grammar.name) else passed_through(found, Kind.JOIN)
    alias = item.args.get("alias")
    columns = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    offset = call.args.get("offset") or item.args.get("ordinality")
    position = [(offset.name if isinstance(offset, Expr) else "ordinality", NOTHING)] if offset else []
    name = item.alias_or_name
    if scope.session.grammar.name in _VALUE_TABLES and len(arguments) == 1 and len(columns) < 2:
        name = columns[0] if columns else item.alias
        return _value_table(scope, arguments[0], name, position, rows).renamed(name, start_of(item))
    if position and len(columns) == len(arguments) + 1:
        position = [(columns.pop(), NOTHING)]
    if not columns and scope.session.grammar.name == "duckdb" and len(arguments) == 1:
        columns = [name or "unnest"]
    if not columns:
        return Relation(name, [*position], made_of=found, rows=rows)
    paired = each_found if len(columns) == len(arguments) else [found] * len(columns)
    return Relation(name, [*zip(columns, paired, strict=True), *position], rows=rows)


def _value_table(scope: Scope, argument: Expr, name: str, position: Sequence[tuple[str, Influences]], rows: Influences) -> Relation:
    """Rows that are values: of known structs the fields, of known scalars one column, otherwise open."""
    found = influences_of(argument, scope, Kind.TRANSFORMATION)
    members = argument.expressions if isinstance(argument, exp.Array) else []
    fields = fields_of(members[0], scope) if members else None
    if isinstance(argument, exp.Column):
        below = {field: each for field, each in scope.fields_under(argument) if "." not in field}
        if below:
            return Relation(name, [*below.items(), *position], rows=rows, fields=None)
    if fields is not None:
        return Relation(name, [*((field, found) for field in fields), *position], rows=rows)
    opens = scope.session.grammar.name != "redshift"  # where the fields of a member are reached through its alias alone
    scalar = all(isinstance(each, exp.Literal) for each in members) if members else _gives_scalars(argument, scope)
    scalar = scalar or (bool(name) and _is_used_as_scalar(scope, argument, name))
    return Relation(name, [(name or "f0_", found), *position], made_of=None if scalar or not opens else found, rows=rows)


def _gives_scalars(argument: Expr, scope: Scope) -> bool:
    """Whether the members of a list are certainly no structs."""
    if isinstance(argument, exp.Column):
        return is_list(argument, scope)
    return isinstance(argument, (exp.GenerateSeries, exp.GenerateDateArray, exp.GenerateTimestampArray, exp.Split, exp.RegexpExtractAll))


_COMPARING = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.In)
_OF_TEXT = (exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.StartsWith, exp.EndsWith, exp.RegexpLike)


def _is_used_as_scalar(scope: Scope, argument: Expr, name: str) -> bool:
    """Whether the same SELECT does with the member what no struct allows: it compares it with a literal, or takes it as text."""
    select = argument.find_ancestor(exp.Select)
    if select is None:
        return False
    for node in select.walk(prune=lambda each: isinstance(each, exp.Query) and each is not select):
        scope.session.steps.spend(1)
        if not isinstance(node, exp.Column) or node.name != name or node.text("table"):
            continue
        around = node.parent
        others = around.expressions if isinstance(around, exp.In) else [around.args.get("expression")] if around is not None else []
        if isinstance(around, _OF_TEXT) and around.this is node:
            return True
        if isinstance(around, _COMPARING) and around.this is node and others and all(isinstance(each, exp.Literal) for each in others):
            return True
    return False


def side_by_side(scope: Scope, item: Expr) -> Relation:
    """ROWS FROM (…): the rows of several functions next to each other."""
    each_found = []
    for each in item.args["rows_from"]:
        call = each.this if isinstance(each, exp.Table) else each
        relation = rows_of_call(scope, item, call)
        each_found.append(union([relation.made_of or NOTHING, relation.everything()]))
    found = union(each_found)
    rows = passed_through(found, Kind.JOIN)
    alias = item.args.get("alias")
    columns = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    if not columns:
        return Relation(item.alias_or_name, (), made_of=found, rows=rows)
    if item.args.get("ordinality") and len(columns) == len(each_found) + 1:
        each_found.append(NOTHING)
    paired = each_found if len(columns) == len(each_found) else [found] * len(columns)
    return Relation(item.alias_or_name, list(zip(columns, paired, strict=True)), rows=rows)
