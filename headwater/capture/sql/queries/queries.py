"""Queries: common table expressions, set operations, brackets and SELECT (`selects`), turned into relations.

`relation_of` is the one entry. Clauses that are not listed here are reported, never skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.influences import NOTHING, Influences, Relation, joined, numbered, passed_through, rows_of, union
from headwater.capture.sql.queries.pivots import pivoted
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.queries.selects import document, ordered, select
from headwater.capture.sql.queries.sources import add_item, with_columns
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.clauses import check, words
from headwater.model.lineage import Kind

_SET_PARTS = words("with_ this expression distinct by_name side kind on order limit offset for_ options")

_SUBQUERY_PARTS = words("this alias with_ joins order limit offset sample")

_CTE_PARTS = words("this alias materialized scalar key_expressions")

_RECURSIVE_UNSAID = frozenset({"", "fabric", "oracle", "snowflake", "tsql"})
"""Dialects in which a common table expression that reads itself is recursive without a word."""

_MAX_ROUNDS = 50
"""Rounds until a recursive query's influences settle; each round adds at least one or is the last."""

Ctes = Mapping[str, Relation]


def relation_of(query: Expr, session: Session, ctes: Ctes, parent: Scope | None = None) -> Relation:
    """What a query gives: its columns with what reaches each, and what reaches all of its rows."""
    steps = session.steps
    before, kept = steps.held, steps.kept
    relation = _read(query, session, ctes, parent)
    steps.held = min(steps.held, before + steps.kept - kept + _size(relation))
    return relation


def _size(relation: Relation) -> int:
    """What a relation counts as among what a statement holds."""
    return sum(2 + len(found) for _, found in relation.outputs)


def _read(query: Expr, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    ctes = with_ctes(query, session, ctes, parent)
    if isinstance(query, exp.Select):
        return select(query, session, ctes, parent)
    if isinstance(query, exp.SetOperation):
        return _set_operation(query, session, ctes, parent)
    if isinstance(query, exp.Subquery):
        return _bracketed(query, session, ctes, parent)
    scope = Scope(session, ctes, parent)
    if isinstance(query, (exp.Table, exp.Values)):
        add_item(scope, query)
        return scope.relations[0]
    if session.modified is not None and isinstance(query, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
        return session.modified(query, session, ctes, parent)
    if isinstance(query, exp.Pivot):
        add_item(scope, query.this)
        relation = pivoted(scope, query)
        relation.rows = relation.rows | scope.rows
        return relation
    if isinstance(query, exp.Summarize):
        return _summary(relation_of(query.this, session, ctes, parent), session, query)
    session.gap("unsupported-statement", type(query).__name__.lower(), query)
    for table in query.find_all(exp.Table):
        session.read(session.name_of(table))
    written = query.this.find(exp.Table) if isinstance(query, (exp.Insert, exp.Update, exp.Delete, exp.Merge)) else None
    if written is not None:
        session.touched[session.name_of(written)] = None
    return Relation("", ())


def _summary(relation: Relation, session: Session, query: Expr) -> Relation:
    """DuckDB's SUMMARIZE: one row for each column, with what its values add up to."""
    if relation.is_open:
        session.gap("star-without-schema", relation.open_name, query)
    found = passed_through(relation.everything(), Kind.AGGREGATION)
    told = [(name, found) for name in ("min", "max", "approx_unique", "avg", "std", "q25", "q50", "q75")]
    rows = rows_of(relation.presence, Kind.AGGREGATION)
    named = [("column_name", NOTHING), ("column_type", NOTHING), *told, ("count", rows), ("null_percentage", found)]
    return Relation("", named, rows=relation.rows, presence=relation.presence)


def with_ctes(query: Expr, session: Session, ctes: Ctes, parent: Scope | None) -> Ctes:
    """The common table expressions a query can use: its own, in order, over those around it."""
    with_ = query.args.get("with_")
    if with_ is None:
        return ctes
    known = dict(ctes)
    for cte in with_.expressions:
        if not isinstance(cte, exp.CTE):
            session.gap("unsupported-clause", "with", cte)
            continue
        if cte.args.get("scalar"):
            continue  # `selects` gives it a name among the outputs
        columns = _alias_columns(cte)
        body = cte.this
        check(cte, _CTE_PARTS, session)
        if (
            (with_.args.get("recursive") or session.grammar.name in _RECURSIVE_UNSAID)
            and isinstance(body, exp.SetOperation)
            and _mentions(body, cte.alias)
        ):
            relation = _recursive(cte.alias, columns, body, session, known, parent)
        else:
            relation = relation_of(body, session, known, parent)
            relation = (numbered(relation) if session.grammar.name == "duckdb" else relation).renamed(cte.alias)
            if columns:
                relation = with_columns(session, relation, columns, cte)
        keys = cte.args.get("key_expressions") or ()
        if keys:
            found = union([relation.find(key.name) or NOTHING for key in keys])
            relation.rows = relation.rows | passed_through(found, Kind.GROUP_BY)
        known[cte.alias] = relation
    if with_.args.get("recursive"):
        _forward(with_.expressions, session)
        _search(with_, known, session)
    return known


def _forward(ctes: Sequence[Expr], session: Session) -> None:
    """Expressions that read one written after them: engines differ, so it is not followed."""
    for at, cte in enumerate(ctes[:-1]):
        later = {each.alias for each in ctes[at + 1 :]}
        for table in cte.find_all(exp.Table):
            if table.name in later and not table.args.get("db"):
                session.gap("unsupported-clause", "with", table)


def _search(with_: Expr, known: dict[str, Relation], session: Session) -> None:
    """SEARCH and CYCLE add columns that tell of a row's place on the way."""
    for key in ("search", "cycle"):
        clause = with_.args.get(key)
        if clause is None:
            continue
        if len(with_.expressions) != 1:
            session.gap("unsupported-clause", key, clause)
            continue
        name = with_.expressions[0].alias
        relation = known[name]
        found = passed_through(relation.find(clause.this.name) or NOTHING, Kind.TRANSFORMATION)
        names = [each.name for each in (clause.args.get("expression"), clause.args.get("using")) if isinstance(each, Expr)]
        known[name] = Relation(
            name,
            [*relation.outputs, *((each, found) for each in names)],
            open_tables=relation.open_tables,
            made_of=relation.made_of,
            rows=relation.rows | (passed_through(found, Kind.FILTER) if key == "cycle" else NOTHING),
            presence=relation.presence,
        )


def _alias_columns(node: Expr) -> list[str]:
    alias = node.args.get("alias")
    return [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []


def _mentions(body: Expr, name: str) -> bool:
    return any(table.name == name and not table.args.get("db") for table in body.find_all(exp.Table))


def _recursive(name: str, columns: Sequence[str], body: Expr, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    """A recursive query: read again with what it gave so far, until nothing new reaches anything."""
    ctes = with_ctes(body, session, ctes, parent)
    first, chain = _chain(body, session)
    current = relation_of(first, session, ctes, parent).renamed(name)
    if columns:
        current = with_columns(session, current, columns, body)
    for _ in range(_MAX_ROUNDS):
        combined = current
        for operation in chain:
            step = relation_of(operation.expression, session, {**ctes, name: current}, parent)
            combined = _combine(operation, combined, step, session)
        if combined.reaches() == current.reaches():
            return ordered(body, current, session, ctes, parent)
        current = combined.renamed(name)
    session.gap("work-budget", name, body)
    return current


def _chain(query: Expr, session: Session) -> tuple[Expr, list[Expr]]:
    """The first operand of a chain of set operations, which leans to the left, and the operations in order."""
    chain: list[Expr] = []
    first = query
    while isinstance(first, exp.SetOperation):
        check(first, _SET_PARTS, session)
        chain.append(first)
        first = first.this
    return first, chain[::-1]


def _bracketed(query: Expr, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    """A query in brackets, with ORDER BY or LIMIT of its own outside them."""
    check(query, _SUBQUERY_PARTS, session)
    if query.args.get("joins"):
        scope = Scope(session, ctes, parent)
        add_item(scope, query)
        return joined(scope.relations, rows=scope.rows, presence=scope.presence())
    inner = relation_of(query.this, session, ctes, parent)
    return ordered(query, inner, session, ctes, parent)


def _set_operation(query: Expr, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    """UNION, INTERSECT, EXCEPT; long chains lean to the left and are read without recursion."""
    first, chain = _chain(query, session)
    for operation in chain:
        if operation is not query and operation.args.get("with_"):
            session.gap("unsupported-clause", "with", operation)
    before = session.steps.held
    combined = relation_of(first, session, ctes, parent)
    own: Relation | None = None
    for operation in chain:
        other = relation_of(operation.expression, session, ctes, parent)
        is_plain = isinstance(operation, exp.Union) and not operation.args.get("by_name")
        combined = _combine(operation, combined, other, session, is_own=is_plain and combined is own)
        own = combined if is_plain else None
        session.steps.held = min(session.steps.held, before + _size(combined))
        combined = ordered(operation, combined, session, ctes, parent)
    return document(query.args["for_"], combined, session) if query.args.get("for_") else combined


def _combine(operation: Expr, left: Relation, right: Relation, session: Session, *, is_own: bool = False) -> Relation:
    """Both sides of a set operation. Where nobody else holds what the left one was combined to (`is_own`), it is added to in place."""
    mine, theirs = left.top_level(), right.top_level()
    if left.is_open or right.is_open:
        side = left if left.is_open else right
        session.gap(side.open_code, side.open_name, operation)
    elif operation.args.get("by_name"):
        mine, theirs = _by_name(mine, theirs)
        mine, theirs = _kept(operation, left, mine), _kept(operation, left, theirs)
        if operation.text("kind").upper() == "INNER":
            both = {name.lower() for name, _ in left.top_level()} & {name.lower() for name, _ in right.top_level()}
            mine, theirs = _among(mine, both), _among(theirs, both)
    elif len(mine) != len(theirs):
        session.gap("column-count-mismatch", "", operation)
    session.steps.spend(len(mine))
    if is_own:
        rows = left.rows
        rows |= right.rows
    else:
        rows = left.rows | right.rows
    outputs = []
    for at, (name, found) in enumerate(mine):
        other = theirs[at][1] if at < len(theirs) else NOTHING
        session.steps.hold(2 + len(found) + len(other))
        session.steps.spend(len(other) if is_own else len(found) + len(other))
        if is_own:
            found |= other
        outputs.append((name, found if is_own else found | other))
    if isinstance(operation, (exp.Intersect, exp.Except)):
        compared = left.everything() | right.everything()
        rows |= passed_through(compared, Kind.FILTER)
        rows |= rows_of([] if compared else [*left.presence, *right.presence], Kind.FILTER)
        outputs = list(mine)
    elif operation.args.get("distinct"):
        session.steps.spend(sum(len(found) for _, found in outputs))
        rows |= passed_through(union([found for _, found in outputs]), Kind.GROUP_BY)
    return Relation(
        left.name,
        outputs,
        open_tables=tuple(dict.fromkeys((*left.open_tables, *right.open_tables))),
        made_of=left.made_of if right.made_of is None else right.made_of | (left.made_of or NOTHING),
        rows=rows,
        presence=left.presence | right.presence,
        named=left.named,
    )


Columns = list[tuple[str, Influences]]


def _kept(operation: Expr, left: Relation, columns: Columns) -> Columns:
    """What a side or a list of names leaves of the columns that are matched by name."""
    listed = operation.args.get("on")
    if listed:
        return _among(columns, {each.name.lower() for each in listed})
    if operation.text("side").upper() == "LEFT":
        return _among(columns, {name.lower() for name, _ in left.top_level()})
    return columns


def _among(columns: Columns, names: set[str]) -> Columns:
    return [column for column in columns if column[0].lower() in names]


def _by_name(
    mine: list[tuple[str, Influences]], theirs: list[tuple[str, Influences]]
) -> tuple[list[tuple[str, Influences]], list[tuple[str, Influences]]]:
    """Both sides over the columns of either, in the order of first appearance; the match ignores case."""
    left, right = {name.lower(): found for name, found in mine}, {name.lower(): found for name, found in theirs}
    names = {name.lower(): name for name, _ in (*theirs, *mine)}
    keys = list(dict.fromkeys([name.lower() for name, _ in (*mine, *theirs)]))
    return [(names[key], left.get(key, NOTHING)) for key in keys], [(names[key], right.get(key, NOTHING)) for key in keys]
