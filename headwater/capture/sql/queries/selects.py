"""One SELECT: its outputs, what its clauses say about all of its rows, and ORDER BY with LIMIT wherever they stand.

Clauses that are not listed here are reported, never skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING, Influence, Influences, Relation, passed_through, rows_of, union
from headwater.capture.sql.queries.matching import matched
from headwater.capture.sql.queries.outputs import Outputs
from headwater.capture.sql.queries.portions import portion_of
from headwater.capture.sql.queries.scopes import Aliases, Scope, beside_columns
from headwater.capture.sql.queries.sources import add_from, presence_of
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.words.functions import SPARKS, TIME_WINDOWS
from headwater.model.lineage import Kind

Ctes = Mapping[str, Relation]


_SELECT_PARTS = words(
    "with_ expressions from_ joins laterals where prewhere group having qualify windows distinct order sort cluster distribute limit "
    "offset fetch into sample locks hint kind operation_modifiers settings format options match connect for_"
)


_TELLS_GROUPING = frozenset({"hive", *SPARKS})
"""Dialects in which rows of GROUP BY know by which of its keys they were grouped."""

_HIERARCHY_COLUMNS = frozenset({"LEVEL", "CONNECT_BY_ISLEAF", "CONNECT_BY_ISCYCLE"})


def select(query: Expr, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    """What a SELECT gives, clause by clause."""
    check(query, _SELECT_PARTS, session)
    scope = Scope(session, ctes, parent)
    add_from(scope, query)
    if query.args.get("match"):
        matched(scope, query.args["match"])
    if query.args.get("connect"):
        _hierarchy(query.args["connect"], scope)
    scope.windows = {window.name: window for window in query.args.get("windows") or ()}
    if session.grammar.name in SPARKS:
        _name_windows(query, scope)
    if session.grammar.name in _TELLS_GROUPING and query.args.get("group"):
        scope.pseudo |= {"GROUPING__ID"}
    outputs = Outputs(scope)
    with_ = query.args.get("with_")
    for cte in with_.expressions if with_ is not None else ():
        if cte.args.get("scalar"):
            _name_value(scope, cte)
    if session.grammar.name == "clickhouse":
        _name_outputs(query, scope)
    add = outputs.add_value if query.text("kind").upper() == "VALUE" else outputs.add
    for projection in query.expressions:
        add(projection)
    _conditions(query, scope)
    _grouping(query, scope, outputs)
    _distinct(query, scope, outputs)
    _ordering(query, scope, outputs.columns)
    _interpolated(query, scope, outputs)
    scope.rows |= portion_of(scope, query)
    scope.rows |= presence_of(scope, [*outputs.columns, *(("", found) for found in outputs.made_of)], outputs.open_tables)
    relation = Relation(
        "",
        outputs.columns,
        open_tables=tuple(dict.fromkeys(outputs.open_tables)),
        made_of=union(outputs.made_of) if outputs.made_of else None,
        rows=scope.rows,
        presence=scope.presence(),
        named=outputs.named,
        fields=outputs.known_fields(),
    )
    return document(query.args["for_"], relation, session) if query.args.get("for_") else relation


def document(clause: Expr, relation: Relation, session: Session) -> Relation:
    """FOR XML and FOR JSON: all rows with all of their columns become one value, whose column the engine names."""
    kind = clause.text("kind").lower()
    if kind not in ("json", "xml"):
        session.gap("unsupported-clause", f"for {kind}".strip(), clause)
        return relation
    if relation.open_tables:
        session.gap("star-without-schema", relation.open_name, clause)
    found = relation.everything() | rows_of(relation.presence if not relation.outputs else (), Kind.AGGREGATION)
    made = passed_through(found, Kind.AGGREGATION, functions=(f"for {kind}",))
    return Relation("", [("_col_0", made)], rows=relation.rows, presence=relation.presence, named=[False])


def _name_windows(query: Expr, scope: Scope) -> None:
    """The windows of time that rows are grouped by go by the name of the function that makes them."""
    group = query.args.get("group")
    for each in (*query.expressions, *(group.expressions if group is not None else ())):
        name = each.name.lower() if isinstance(each, exp.Anonymous) else ""
        if name in TIME_WINDOWS and not any(relation.find(name) is not None for relation in scope.relations):
            scope.named_values[name] = influences_of(each, scope)


def _name_outputs(query: Expr, scope: Scope) -> None:
    """In ClickHouse the name of an output may stand for it in all of the SELECT, before it too, though a column is called so."""
    named = {each.alias: each for each in query.expressions if isinstance(each, exp.Alias)}
    hiding = {name for each in query.expressions for name in _bare_names(each) if name in named and named[name] is not each}
    scope.aliases_rule = beside_columns(scope.session.grammar)
    before: list[set[Influence]] = []
    while True:
        scope.aliases |= {name: influences_of(named[name], scope) for name in sorted(hiding)}
        told = [set(scope.aliases[name]) for name in sorted(hiding)]
        if told == before:
            scope.forget_met_columns()
            return
        before = told


def _bare_names(projection: Expr) -> set[str]:
    return {each.name for each in projection.find_all(exp.Column) if not each.text("table")}


def _name_value(scope: Scope, cte: Expr) -> None:
    """`WITH expression AS name`: a value by a name that wins over columns."""
    scope.aliases_rule = Aliases.AFTER_COLUMNS
    scope.named_values[cte.alias] = influences_of(cte.this, scope)


def _hierarchy(connect: Expr, scope: Scope) -> None:
    """CONNECT BY: rows found from rows, so that both conditions reach every row, and each row knows its level."""
    check(connect, frozenset({"start", "connect", "nocycle"}), scope.session)
    scope.pseudo = _HIERARCHY_COLUMNS
    for key, kind in (("start", Kind.FILTER), ("connect", Kind.JOIN)):
        condition = connect.args.get(key)
        if condition is not None:
            scope.rows |= influences_of(condition, scope, kind)


def _conditions(query: Expr, scope: Scope) -> None:
    scope.aliases_rule = beside_columns(scope.session.grammar)
    for key in ("where", "prewhere"):
        clause = query.args.get(key)
        if clause is not None:
            scope.rows |= influences_of(clause.this, scope, Kind.FILTER)
    scope.aliases_rule = Aliases.MIXED
    for key in ("having", "qualify"):
        clause = query.args.get(key)
        if clause is not None:
            scope.rows |= influences_of(clause.this, scope, Kind.FILTER)


def _grouping(query: Expr, scope: Scope, outputs: Outputs) -> None:
    group = query.args.get("group")
    if group is None:
        return
    check(group, frozenset({"expressions", "grouping_sets", "cube", "rollup", "all", "totals"}), scope.session)
    scope.aliases_rule = Aliases.MIXED
    if group.args.get("all"):
        scope.rows |= passed_through(outputs.ungrouped(), Kind.GROUP_BY)
    for key in ("expressions", "grouping_sets", "cube", "rollup"):
        value = group.args.get(key)
        for each in value if isinstance(value, list) else ():
            scope.rows |= passed_through(_positional(each, scope, outputs.columns), Kind.GROUP_BY)


def _positional(node: Expr, scope: Scope, columns: Sequence[tuple[str, Influences]], *, marked: bool = False) -> Influences:
    """What a key of GROUP BY or ORDER BY means; a bare integer, and `#1` where the mark says so, is the number of an output column."""
    number = node.this if marked and isinstance(node, exp.PositionalColumn) else node
    if isinstance(number, exp.Literal) and not number.is_string and number.name.isdigit():
        at = int(number.name) - 1
        return columns[at][1] if 0 <= at < len(columns) else NOTHING
    if isinstance(node, (exp.Tuple, exp.Paren, exp.GroupingSets, exp.Rollup, exp.Cube)):
        parts = [node.this] if isinstance(node, exp.Paren) else node.expressions
        return union([_positional(each, scope, columns, marked=marked) for each in parts])
    return influences_of(node, scope)


def _distinct(query: Expr, scope: Scope, outputs: Outputs) -> None:
    distinct = query.args.get("distinct")
    if distinct is None:
        return
    on = distinct.args.get("on")
    if on is None:
        found = union([each for _, each in outputs.columns])
    else:
        scope.aliases_rule = Aliases.MIXED
        found = _positional(on, scope, outputs.columns, marked=True)
    scope.rows |= passed_through(found, Kind.GROUP_BY)


def ordered(query: Expr, relation: Relation, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    """A relation under an ORDER BY and LIMIT that see its columns only."""
    if not any(query.args.get(key) for key in ("order", "limit", "offset")):
        return relation
    scope = Scope(session, ctes, parent)
    scope.relations.append(relation)
    _ordering(query, scope, relation.outputs)
    return Relation(
        relation.name,
        relation.outputs,
        open_tables=relation.open_tables,
        made_of=relation.made_of,
        rows=relation.rows | scope.rows,
        presence=relation.presence,
        named=relation.named,
    )


def _interpolated(query: Expr, scope: Scope, outputs: Outputs) -> None:
    """ClickHouse's `WITH FILL … INTERPOLATE (a AS b + 1)`: rows that fill a gap hold what is made of the row before."""
    order = query.args.get("order")
    fills = [each.args.get("with_fill") for each in order.expressions if isinstance(each, exp.Ordered)] if order is not None else []
    listed = [made for fill in fills if fill is not None for made in fill.args.get("interpolate") or () if isinstance(made, exp.Alias)]
    if not listed:
        return
    before = Scope(scope.session, scope.ctes, scope.parent)
    before.relations = [Relation("", outputs.columns, open_tables=tuple(outputs.open_tables))]
    made = {each.output_name.lower(): influences_of(each, before, Kind.TRANSFORMATION) for each in listed}
    outputs.columns = [(name, found | made.get(name.lower(), NOTHING)) for name, found in outputs.columns]


def _ordering(query: Expr, scope: Scope, columns: Sequence[tuple[str, Influences]]) -> None:
    """ORDER BY and its relatives, and LIMIT; order counts even without a limit, because a reader may cut."""
    for key in ("order", "sort", "cluster", "distribute"):
        clause = query.args.get(key)
        for each in clause.expressions if clause is not None else ():
            value = each.this if isinstance(each, exp.Ordered) else each
            if isinstance(value, exp.Var) and value.name.upper() == "ALL":
                found = union([column for _, column in columns])
            else:
                scope.aliases_rule = Aliases.FIRST if isinstance(value, exp.Column) and not value.text("table") else Aliases.MIXED
                found = _positional(value, scope, columns, marked=True)
            scope.rows |= passed_through(found, Kind.SORT)
    scope.aliases_rule = Aliases.HIDDEN
    for key in ("limit", "offset", "fetch"):
        clause = query.args.get(key)
        if clause is not None:
            for value in clause.args.values():
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, Expr):
                        scope.rows |= influences_of(each, scope, Kind.FILTER)
