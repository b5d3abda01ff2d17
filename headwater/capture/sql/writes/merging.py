"""MERGE: every branch, each with its condition."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING, Influences, passed_through, union
from headwater.capture.sql.queries.queries import with_ctes
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.queries.sources import add_item
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.assignments import Assigned, assign
from headwater.capture.sql.writes.returning import returning
from headwater.capture.sql.writes.targets import unsupported
from headwater.capture.sql.writes.updates import stored_target
from headwater.capture.sql.writes.written import Written, spelled
from headwater.model.lineage import Kind

_PARTS = words("this using on using_cond whens with_ returning")

_IDLE = frozenset({"DELETE", "DO NOTHING", "NOTHING"})


def merge(written: Written, tree: Expr) -> None:
    """What is compared reaches every row; each branch's values reach the columns it assigns.

    A branch is taken where its condition holds and those of the branches before it for such rows do not: if it updates, all of these
    steer the columns it assigns, else every row.
    """
    session = written.session
    check(tree, _PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    scope = Scope(session, with_ctes(tree, session, session.outer_ctes, None))
    if not node.args.get("db") and node.name in scope.ctes:
        scope.relations.append(scope.ctes[node.name].renamed(node.alias_or_name))
    else:
        scope.relations.append(session.table(session.name_of(node)).renamed(node.alias_or_name))
    target = stored_target(scope, node)
    written.target(target)
    before = Scope(session, scope.ctes)  # the source sees nothing of the target
    add_item(before, tree.args["using"])
    scope.relations += before.relations
    scope.rows |= before.rows
    _compared(tree, scope)
    steering: dict[tuple[bool, bool], Influences] = {}
    updated: list[tuple[str, str, Influences]] = []
    for when in tree.args["whens"].expressions:
        condition = when.args.get("condition")
        of = bool(when.args.get("matched")), bool(when.args.get("source"))
        found = influences_of(condition, scope, Kind.FILTER) if condition is not None else NOTHING
        steering[of] = steering.get(of, NOTHING) | found
        updated += [(*each, steering[of]) for each in _branch(written, when.args.get("then"), scope, target, steering[of])]
    for deleted in written.cuts.deletes:
        scope.rows |= influences_of(session.grammar.expression(deleted, session.text), scope, Kind.FILTER)
    for table, name, found in updated:
        written.column(table, name, {each: way for each, way in found.items() if each not in scope.rows})
    written.rows(target, scope.rows)
    returning(written, tree, target, union([scope.rows, *steering.values()]), scope.relations[1:])


def _compared(tree: Expr, scope: Scope) -> None:
    """ON, or DuckDB's USING (columns)."""
    if tree.args.get("on"):
        scope.rows |= influences_of(tree.args["on"], scope, Kind.JOIN)
    for each in tree.args.get("using_cond") or ():
        for relation in scope.relations:
            found = relation.find(each.name)
            if found is None and not relation.is_open:
                scope.session.gap("unknown-column", each.name, tree)
            scope.rows |= passed_through(found or relation.shining_through(each.name), Kind.JOIN)


def _branch(written: Written, then: Expr | None, scope: Scope, target: str, steering: Influences) -> Assigned:
    """Follow one branch; gives the columns that alone it changes, if it changes no more than columns."""
    if isinstance(then, exp.Var) and then.name.upper() in _IDLE:
        scope.rows |= steering if then.name.upper() == "DELETE" else NOTHING
        return []
    if not isinstance(then, (exp.Update, exp.Insert)):
        written.session.gap("unsupported-clause", "when", then)
        return []
    assigned = then.args.get("expressions")
    where = then.args.get("where")
    if isinstance(then, exp.Update) and isinstance(assigned, list) and not any(isinstance(each, exp.Star) for each in assigned):
        names = assign(written, target, assigned, scope)
        if where is None and not written.cuts.deletes:
            return names
    elif isinstance(then, exp.Update):
        _by_name(written, then, scope, target)
    else:
        _insert(written, then, scope, target)
    scope.rows |= steering
    if where is not None:
        scope.rows |= influences_of(where.this if isinstance(where, exp.Where) else where, scope, Kind.FILTER)
    return []


def _insert(written: Written, then: Expr, scope: Scope, target: str) -> None:
    session = written.session
    names, values = then.this, then.args.get("expression") or None
    if values is None and isinstance(names, exp.Tuple) and len(names.expressions) == 1 and _is_default(names.expressions[0]):
        return  # INSERT DEFAULT VALUES
    if names is None and values is None and session.grammar.name == "duckdb":
        _by_position(written, then, scope, target, None)
        return
    if isinstance(names, exp.Star) or (names is None and values is None):
        _by_name(written, then, scope, target)
        return
    if isinstance(names, exp.Var) and names.name.upper() == "ROW":
        _by_position(written, then, scope, target, None)
        return
    if isinstance(values, exp.Var) and values.name.upper() == "ROW":
        _by_position(written, then, scope, target, names)
        return
    if values is None and isinstance(names, exp.Tuple) and names.expressions[0].alias.upper() == "NAME":
        _by_name(written, then, scope, target)
        return
    columns = [each.name for each in names.expressions] if isinstance(names, (exp.Tuple, exp.Schema)) else None
    if columns is None:
        known = session.columns(target)
        if known is None:
            session.gap("target-columns-unknown", target, then)
            return
        columns = list(known)
    cells = values.expressions if isinstance(values, exp.Tuple) else []
    found = [{} if _is_default(each) else influences_of(each, scope) for each in cells]
    if len(found) != len(columns):
        session.gap("column-count-mismatch", target, then)
        return
    for name, each in zip(columns, found, strict=True):
        _write(written, target, name, each)


def _by_position(written: Written, then: Expr, scope: Scope, target: str, names: Expr | None) -> None:
    """BigQuery's INSERT ROW: the source's columns in order."""
    session = written.session
    known = [each.name for each in names.expressions] if isinstance(names, (exp.Tuple, exp.Schema)) else session.columns(target)
    columns = [column for relation in scope.relations[1:] for column in relation.top_level()]
    if known is None or any(relation.is_open for relation in scope.relations[1:]):
        session.gap("target-columns-unknown" if known is None else "star-without-schema", target, then)
        return
    if len(known) != len(columns):
        session.gap("column-count-mismatch", target, then)
        return
    for name, (_, found) in zip(known, columns, strict=True):
        _write(written, target, name, found)


def _is_default(cell: Expr) -> bool:
    return isinstance(cell, exp.Column) and cell.name.upper() == "DEFAULT" and not cell.text("table")


def _by_name(written: Written, then: Expr, scope: Scope, target: str) -> None:
    """`UPDATE SET *` and `INSERT *`: the source's columns into those of the same name; with schema evolution also into new ones."""
    session = written.session
    known = session.columns(target)
    sources = scope.relations[1:]
    evolves = written.cuts.evolves
    if evolves:
        session.doubtful.add(target)
    if any(relation.is_open for relation in sources) and (known is None or evolves):
        session.gap("target-columns-unknown" if known is None else "star-without-schema", target, then)
        return
    given = [name for relation in sources for name, _ in relation.top_level()]
    names = given if known is None else list(known)
    if evolves and known is not None:
        names += [name for name in given if spelled(name, known) is None]
    for name in names:
        found = union([relation.find(name) or relation.shining_through(name) for relation in sources])
        _write(written, target, name, found)
    if evolves and known is not None:
        session.remember(target, tuple(names))


def _write(written: Written, target: str, name: str, found: Influences) -> None:
    written.column(target, spelled(name, written.session.columns(target) or ()) or name, found)
