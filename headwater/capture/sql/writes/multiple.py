"""One query into several tables: INSERT ALL and FIRST with conditions, and Hive's FROM … INSERT … INSERT …."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation
from headwater.capture.sql.queries.queries import relation_of, with_ctes
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.inserts import insert as insert_one
from headwater.capture.sql.writes.inserts import placed_columns
from headwater.capture.sql.writes.targets import target_of, unsupported
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind

_PARTS = words("expressions kind source with_ overwrite")


def insert(written: Written, tree: Expr) -> None:
    """Each table takes its rows from the one query."""
    session = written.session
    check(tree, _PARTS, session)
    source = tree.args["source"]
    if all(isinstance(each, exp.Insert) for each in tree.expressions):
        for each in tree.expressions:
            _from_source(written, each, source, tree)
        return
    relation = relation_of(source, session, with_ctes(tree, session, session.outer_ctes, None))
    scope = Scope(session, {})
    scope.relations = [relation]
    decided: Influences = dict(relation.rows)
    is_first = tree.text("kind").upper() == "FIRST"
    for each in tree.expressions:
        if not isinstance(each, exp.ConditionalInsert) or not isinstance(each.this, exp.Insert):
            unsupported(written, tree)
            return
        condition = each.args.get("expression")
        own = influences_of(condition, scope, Kind.FILTER) if condition is not None else {}
        passed = own if is_first or each.args.get("else_") else {}
        _conditional(written, each.this, scope, {**(decided if is_first or each.args.get("else_") else relation.rows), **own})
        decided = {**decided, **own, **passed}


def _conditional(written: Written, tree: Expr, scope: Scope, rows: Influences) -> None:
    session = written.session
    node, listed = target_of(tree.this)
    if not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    target = session.name_of(node)
    written.target(target, overwrites=bool(tree.args.get("overwrite")))
    values = tree.args.get("expression")
    source = scope.relations[0]
    relation = Relation("", source.top_level(), open_tables=source.open_tables, rows=rows, presence=source.presence)
    if isinstance(values, exp.Values) and values.expressions and isinstance(values.expressions[0], exp.Tuple):
        cells = values.expressions[0].expressions
        outputs = [(f"_col_{at}", {} if _is_default(cell) else influences_of(cell, scope)) for at, cell in enumerate(cells)]
        relation = Relation("", outputs, rows=rows, presence=source.presence)
    elif values is not None:
        session.gap("unsupported-clause", "values", tree)
    columns = placed_columns(written, tree, target, listed, relation, None)
    if columns is None:
        written.rows(target, rows)
    else:
        written.relation(target, columns, relation)


def _is_default(cell: Expr) -> bool:
    return isinstance(cell, exp.Column) and cell.name.upper() == "DEFAULT" and not cell.text("table")


def _from_source(written: Written, tree: Expr, source: Expr, whole: Expr) -> None:
    """Hive: each INSERT's query lacks its FROM, which stands in front of all."""
    query = tree.args.get("expression")
    if not isinstance(query, exp.Select) or query.args.get("from_") is not None:
        unsupported(written, tree)
        return
    made = tree.copy()
    made.args["expression"].set("from_", exp.From(this=source.copy()))
    if whole.args.get("with_") is not None:
        made.set("with_", whole.args["with_"].copy())
    insert_one(written, made)
