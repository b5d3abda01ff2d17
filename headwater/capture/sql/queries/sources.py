"""What stands in FROM: stored tables, common table expressions, files, table functions, subqueries, VALUES, joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.names import offset_of, start_of
from headwater.capture.sql.queries.exploded import is_counting
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import (
    NOTHING,
    Influences,
    Relation,
    Way,
    joined,
    numbered,
    passed_through,
    placed,
    rows_of,
    union,
)
from headwater.capture.sql.queries.pivots import pivoted
from headwater.capture.sql.queries.portions import portion_of
from headwater.capture.sql.queries.rowmakers import made_of, rows_of_call, side_by_side, unnested
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.clauses import check, words
from headwater.model.lineage import Kind

_TABLE_PARTS = words(
    "this db catalog alias joins laterals sample only hints system_time version when partition ordinality indexed format schema pivots "
    "changes rows_from"
)
_JOIN_PARTS = words("this on using method side kind match_condition hint global_ directed expressions pivots")
_DERIVED_PARTS = words("this alias joins laterals sample hints ordinality pivots")
_PIVOTS_JOINS = frozenset({"databricks", "duckdb", "spark", "spark2", "tsql", "fabric"})
"""Dialects in which a pivot written after a join takes the whole join."""
_METHODS = frozenset({"", "NATURAL", "ASOF", "POSITIONAL", "HASH", "LOOP", "MERGE", "STRAIGHT"})
_KINDS = frozenset(
    {
        "",
        "INNER",
        "OUTER",
        "CROSS",
        "SEMI",
        "ANTI",
        "STRAIGHT",
        "STRAIGHT_JOIN",
        "ASOF",
        "CROSS APPLY",
        "OUTER APPLY",
        "ANY",
        "ALL",
        "ARRAY",
    }
)
_SIDES = frozenset({"", "LEFT", "RIGHT", "FULL", "INNER"})


def add_from(scope: Scope, tree: Expr) -> None:
    """Bring a statement's FROM, joins and lateral views into a scope, and what the joins say about its rows."""
    from_ = tree.args.get("from_")
    if from_ is not None:
        add_item(scope, from_.this)
    for join in tree.args.get("joins") or ():
        add_join(scope, join)
    for lateral in tree.args.get("laterals") or ():
        add_item(scope, lateral)


def add_item(scope: Scope, item: Expr) -> None:
    """Bring one item of FROM, and the joins that hang on it, into a scope."""
    if isinstance(item, (exp.Paren, exp.Stream)):
        item = item.this
    if isinstance(item, exp.Final):
        item = item.this
        scope.rows.update(rows_of([scope.session.name_of(item)] if isinstance(item, exp.Table) else [], Kind.FILTER))
    if (
        isinstance(item, exp.Subquery)
        and isinstance(item.this, (exp.Table, exp.Subquery))
        and not item.args.get("alias")
        and not item.args.get("pivots")
    ):
        add_item(scope, item.this)
    else:
        relation = _relation(scope, item)
        scope.relations.append(relation)
        scope.rows.update(relation.rows)
        scope.rows.update(portion_of(scope, item, relation))
    for pivot in item.args.get("pivots") or ():
        _pivot(scope, [scope.relations[-1]], pivot)
    for join in item.args.get("joins") or ():
        add_join(scope, join)
    for lateral in item.args.get("laterals") or ():
        add_item(scope, lateral)


def add_join(scope: Scope, join: Expr) -> None:
    """Bring a joined item into a scope; the columns compared reach every row."""
    session = scope.session
    method, side, kind = (join.text(key).upper() for key in ("method", "side", "kind"))
    if method not in _METHODS or side not in _SIDES or kind not in _KINDS:
        session.gap("unsupported-clause", " ".join(part for part in (method, side, kind, "join") if part).lower(), join)
    check(join, _JOIN_PARTS, session, "join ")
    if kind == "ARRAY":
        _array_join(scope, join)
        return
    before = len(scope.relations)
    add_item(scope, join.this)
    left, right = scope.relations[:before], scope.relations[before:]
    for key in ("on", "match_condition"):
        condition = join.args.get(key)
        if condition is not None:
            scope.rows.update(influences_of(condition, scope, Kind.JOIN))
    using = join.args.get("using") or ()
    names = [name.name for name in using]
    places = {name.name: offset for name in using if (offset := offset_of(name)) is not None}
    if method == "NATURAL":
        names = _common(scope, left, right, join)
        places = dict.fromkeys(names, right[0].offset) if right else {}
    _merge(scope, names, left, right, side, join, places)
    if kind in ("SEMI", "ANTI"):
        scope.relations = left
        scope.hidden += right
    for pivot in join.args.get("pivots") or ():
        if session.grammar.name not in _PIVOTS_JOINS or scope.listed:
            session.gap("unsupported-clause", "pivot after a join", pivot)
        _pivot(scope, list(scope.relations), pivot)
    scope.listed |= not (method or side or kind or join.args.get("on") or names)


def _pivot(scope: Scope, relations: list[Relation], pivot: Expr) -> None:
    """Put what a pivot makes of some relations in their place."""
    inner = Scope(scope.session, scope.ctes, scope.parent)
    inner.relations = relations
    if len(relations) == len(scope.relations):
        inner.merged, scope.merged = scope.merged, {}
    made = pivoted(inner, pivot)
    scope.relations = [each for each in scope.relations if each not in relations]
    scope.relations.append(made)
    scope.rows.update(inner.rows | made.rows)


def _array_join(scope: Scope, join: Expr) -> None:
    """ARRAY JOIN: the members of arrays under their aliases, each row as often as there are members."""
    outputs = []
    for each in (join.this, *join.expressions):
        found = influences_of(each, scope, Kind.TRANSFORMATION)
        scope.rows.update(passed_through(found, Kind.JOIN))
        if isinstance(each, exp.Alias):
            outputs.append((each.alias, found))
    scope.relations.append(Relation("", outputs))


def _common(scope: Scope, left: Sequence[Relation], right: Sequence[Relation], join: Expr) -> list[str]:
    """The columns both sides of a NATURAL join have, in the left side's order."""
    if any(relation.is_open for relation in (*left, *right)):
        scope.session.gap("natural-join-without-schema", "", join)
    names = [name for relation in left for name, _ in relation.top_level()]
    return [name for name in dict.fromkeys(names) if any(relation.find(name) is not None for relation in right)]


def _merge(
    scope: Scope,
    names: Sequence[str],
    left: Sequence[Relation],
    right: Sequence[Relation],
    side: str,
    join: Expr,
    places: Mapping[str, int],
) -> None:
    """Columns of USING: compared where it names them, and from here on one column that stands for both."""
    for name in names:
        mine, theirs = _side(scope, left, name, join), _side(scope, right, name, join)
        if name in scope.merged:
            mine = scope.merged[name]
        scope.rows.update(passed_through(placed(mine | theirs, places.get(name, -1)), Kind.JOIN))
        scope.merged[name] = {"LEFT": mine, "RIGHT": theirs}.get(side, mine | theirs)


def _side(scope: Scope, relations: Sequence[Relation], name: str, join: Expr) -> Influences:
    known = [found for found in (relation.find(name) for relation in relations) if found is not None]
    if known:
        return union(known)
    guesses = [relation.shining_through(name) for relation in relations if relation.is_open]
    if len(guesses) != 1:
        scope.session.gap("ambiguous-column" if guesses else "unknown-column", name, join)
    return union(guesses)


def _relation(scope: Scope, item: Expr) -> Relation:
    if isinstance(item, exp.Table):
        return _member(scope, item) or _table(scope, item)
    if isinstance(item, exp.Lateral):
        return _lateral(scope, item)
    if isinstance(item, exp.Subquery):
        return _derived(scope, item, lateral=scope.session.grammar.implicit_lateral)
    if isinstance(item, exp.Values):
        return named(scope, item, _values(scope, item))
    if isinstance(item, exp.Unnest):
        return unnested(scope, item)
    if isinstance(item, exp.AtIndex):
        return _with_index(scope, item)
    if isinstance(item, exp.Pivot) and item.args.get("unpivot") and isinstance(item.this, exp.AtIndex):
        return _with_index(scope, item.this, names=True)
    if isinstance(item, exp.TableFromRows) and isinstance(item.this, exp.Func):
        return named(scope, item, rows_of_call(scope, item, item.this))
    if isinstance(item, (exp.UDTF, exp.Func)):
        return named(scope, item, made_of(scope, item))
    return _unsupported(scope, item, type(item).__name__.lower())


def _table(scope: Scope, item: Expr) -> Relation:
    session = scope.session
    check(item, _TABLE_PARTS, session)
    this = item.this
    if item.args.get("rows_from"):
        return side_by_side(scope, item)
    if isinstance(this, exp.Unnest) and item.args.get("ordinality"):
        return unnested(scope, item)
    if isinstance(this, exp.Func):
        owner = item.args.get("db")
        if isinstance(owner, exp.Parameter) and this.name.lower() == "nodes":
            return _nodes(scope, item, owner)
        return named(scope, item, rows_of_call(scope, item, this))
    if not item.args.get("db") and isinstance(this, exp.Identifier) and this.name in scope.ctes:
        return named(scope, item, scope.ctes[this.name])
    is_table_variable = isinstance(this, exp.Parameter) and session.grammar.name in ("tsql", "fabric")
    if (
        not isinstance(this, (exp.Identifier, exp.Literal, exp.Dot))
        and not is_table_variable
        and not (isinstance(this, exp.Var) and this.name.startswith("@"))
    ):
        return _unsupported(scope, item, type(this).__name__.lower())
    return named(scope, item, session.read(session.name_of(item)))


def _member(scope: Scope, item: Expr) -> Relation | None:
    """Redshift's `LEFT JOIN table.array AS member`, where the table is one at hand; None for a table of its own."""
    parts = [part for part in (item.args.get("catalog"), item.args.get("db"), item.this) if isinstance(part, exp.Identifier)]
    if scope.session.grammar.name != "redshift" or len(parts) < 2 or parts[0].name not in {each.name for each in scope.relations}:
        return None
    condition = item.parent.args.get("on") if isinstance(item.parent, exp.Join) else None
    if not isinstance(condition, exp.Boolean):
        return None  # a schema and a table in it may share their name
    column = exp.Column(**dict(zip(("this", "table", "db"), parts[::-1], strict=False)))
    found = influences_of(column.copy(), scope, Kind.TRANSFORMATION)
    return Relation(item.alias, [(item.alias, found)], rows=passed_through(found, Kind.JOIN))


def _with_index(scope: Scope, item: Expr, *, names: bool = False) -> Relation:
    """Redshift's `table.array AS member AT position`: members, and where each stood, or what an object calls each."""
    inner = item.this
    array, alias = (inner.this, inner.alias) if isinstance(inner, exp.Alias) else (inner, "")
    found = influences_of(array, scope, Kind.TRANSFORMATION)
    outputs = [(alias, found)] if alias else []
    outputs.append((item.expression.name, found if names else NOTHING))
    return Relation(alias, outputs, rows=passed_through(found, Kind.JOIN))


def _lateral(scope: Scope, item: Expr) -> Relation:
    this = item.this
    if isinstance(this, exp.Subquery):
        return named(scope, item, _derived(scope, this, lateral=True))
    if isinstance(this, exp.Func):
        return named(scope, item, rows_of_call(scope, item, this))
    if isinstance(this, exp.Dot) and this.expression.name.lower() == "nodes" and scope.session.grammar.name in ("tsql", "fabric"):
        return _nodes(scope, item, this)
    return _unsupported(scope, item, "lateral")


def _nodes(scope: Scope, item: Expr, document: Expr) -> Relation:
    """`document.nodes('path')`: a row for every piece of a document in a column or a variable."""
    found = influences_of(document, scope, Kind.TRANSFORMATION)
    return named(scope, item, Relation("", (), made_of=found, rows=passed_through(found, Kind.JOIN)))


def _derived(scope: Scope, item: Expr, *, lateral: bool) -> Relation:
    """A subquery in FROM; it sees the tables before it only where LATERAL (or the dialect) says so."""
    check(item, _DERIVED_PARTS, scope.session)
    if isinstance(item.this, (exp.Table, exp.Values)):
        return named(scope, item, _nested(scope, item, scope if lateral else scope.parent))
    parent = scope if lateral else scope.parent
    relation = scope.session.relation_of(item.this, scope.session, scope.ctes, parent)
    return named(scope, item, numbered(relation) if scope.session.grammar.name == "duckdb" else relation)


def _nested(scope: Scope, item: Expr, parent: Scope | None) -> Relation:
    """Brackets around a table, VALUES or a join, with a name for the whole."""
    inner = Scope(scope.session, scope.ctes, parent)
    add_item(inner, item.this)
    return joined(inner.relations, rows=inner.rows, presence=inner.presence())


_NAMES_OF_VALUES = {
    **dict.fromkeys(("athena", "presto", "trino"), ("_col", 0)),
    **dict.fromkeys(("databricks", "hive", "spark", "spark2"), ("col", 1)),
    **dict.fromkeys(("doris", "mysql", "singlestore", "starrocks"), ("column_", 0)),
    **dict.fromkeys(("materialize", "postgres", "redshift", "risingwave", "sqlite"), ("column", 1)),
    "clickhouse": ("c", 1),
    "duckdb": ("col", 0),
    "snowflake": ("COLUMN", 1),
}
"""What engines call the columns of literal rows that nobody names, and their first number."""


def _cells(row: Expr, dialect: str) -> list[Expr]:
    """The cells of a literal row: of `(1, 2)`, of a bare value, and of `ROW(1, 2)` where that is a row and no cell of its own."""
    cells = row.expressions if isinstance(row, exp.Tuple) else [row]
    only = cells[0] if len(cells) == 1 else None
    is_row = _NAMES_OF_VALUES.get(dialect) == ("column_", 0) and isinstance(only, exp.Anonymous) and only.name.upper() == "ROW"
    return list(only.expressions) if is_row and only is not None else list(cells)


def _values(scope: Scope, item: Expr) -> Relation:
    """Literal rows; a cell may still hold a subquery."""
    dialect = scope.session.grammar.name
    rows = [_cells(row, dialect) for row in item.expressions]
    width = max((len(row) for row in rows), default=0)
    cells: list[Influences] = [NOTHING] * width
    for row in rows:
        for position, cell in enumerate(row):
            scope.session.steps.spend(1)
            if not isinstance(cell, exp.Literal):
                cells[position] = cells[position] | influences_of(cell, scope)
    name, first = _NAMES_OF_VALUES.get(dialect, ("col", 0))
    is_named = dialect in _NAMES_OF_VALUES
    return Relation("", [(f"{name}{at}", found) for at, found in enumerate(cells, first)], named=[is_named] * width)


def named(scope: Scope, item: Expr, relation: Relation) -> Relation:
    """The relation under its alias, its columns under theirs."""
    alias = item.args.get("alias")
    name = item.alias_or_name or relation.name.rpartition(".")[2]
    columns = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    offset = start_of(item)
    if not columns:
        return relation.renamed(name, offset)
    if relation.made_of is not None:
        outputs = [(column, relation.made_of) for column in columns]
        if is_counting(item.this):
            outputs[0] = (columns[0], NOTHING)
        return Relation(name, outputs, rows=relation.rows, presence=relation.presence)
    return with_columns(scope.session, relation.renamed(name, offset), columns, item)


def with_columns(session: Session, relation: Relation, columns: Sequence[str], node: Expr | None = None) -> Relation:
    """The same rows with their first columns renamed by position."""
    outputs = relation.top_level()
    if relation.is_open:
        session.gap(relation.open_code, relation.open_name, node)
    elif len(columns) > len(outputs):
        session.gap("column-count-mismatch", relation.name, node)
    session.steps.hold(2 * len(outputs))
    renamed = [(columns[position] if position < len(columns) else name, found) for position, (name, found) in enumerate(outputs)]
    return Relation(
        relation.name, renamed, open_tables=relation.open_tables, made_of=relation.made_of, rows=relation.rows, presence=relation.presence
    )


def _unsupported(scope: Scope, item: Expr, subject: str) -> Relation:
    """Something in FROM that is not followed: its tables count as read, its columns are unknown."""
    session = scope.session
    session.gap("unsupported-clause", subject, item)
    stored = [table for table in item.find_all(exp.Table) if not isinstance(table.this, exp.Func)]
    tables = [session.name_of(table) for table in stored if table.name not in scope.ctes]
    for table in tables:
        session.read(table)
    return Relation(item.alias_or_name, (), open_tables=tuple(dict.fromkeys(tables)), presence=frozenset(tables))


def presence_of(scope: Scope, outputs: Sequence[tuple[str, Influences]], open_tables: Sequence[str] = ()) -> Influences:
    """Tables whose rows decide the rows without any of their columns doing so: the other side of a cross join, or FROM under constants."""
    relations = [*scope.relations, *scope.hidden]
    steering = {each.table for each in scope.rows}
    if len(relations) > 1:
        silent = [relation for relation in relations if steering.isdisjoint(relation.presence)]
        return union(rows_of(relation.presence, Kind.JOIN, Way(relation.offset)) for relation in silent)
    used = steering.union(open_tables, (each.table for _, found in outputs for each in found))
    return union(rows_of(relation.presence - used, Kind.FILTER, Way(relation.offset)) for relation in relations)
