"""RETURNING and OUTPUT: rows that a statement which writes hands on, to the reader, to a table, or to the query around it."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation, placed
from headwater.capture.sql.queries.scopes import Scope, is_star
from headwater.capture.sql.writes.targets import table_of, target_of
from headwater.capture.sql.writes.written import Written, spelled

_NEW_AND_OLD = ("inserted", "deleted", "new", "old")


def returning(written: Written, tree: Expr, target: str, rows: Influences, others: Sequence[Relation] = ()) -> None:
    """Hand on what the statement's RETURNING or OUTPUT lists; `others` are the tables beside the target that it may name."""
    session = written.session
    clause = tree.args.get("returning")
    if clause is None and not written.cuts.outputs:
        return
    node, _ = target_of(tree.this)
    scope = Scope(session, session.outer_ctes)
    stored = session.table(target)
    scope.relations = [stored.renamed(node.alias_or_name or target.rpartition(".")[2]), *others]
    session.sources[target] = None
    if clause is not None:
        if clause.args.get("into"):
            session.gap("unsupported-clause", "returning into", tree)
        written.by_name(None, _listed(clause.expressions, scope, stored, rows), tree)
    for listed, into in written.cuts.outputs:
        relation = _listed(session.grammar.expressions(listed, session.text), scope, stored, rows)
        if not into:
            written.by_name(None, relation, tree)
            continue
        name, columns = table_of(session, into)
        written.target(name)
        known = session.columns(name)
        columns = columns if columns is not None else list(known) if known is not None else None
        if columns is None or relation.is_open:
            session.gap("target-columns-unknown" if columns is None else "star-without-schema", name, tree)
            written.rows(name, relation.rows)
        elif len(columns) != len(relation.outputs):
            session.gap("column-count-mismatch", name, tree)
        else:
            written.relation(name, [spelled(each, known or ()) or each for each in columns], relation)


def _listed(expressions: Sequence[Expr], scope: Scope, stored: Relation, rows: Influences) -> Relation:
    """The rows that a list of RETURNING gives."""
    outputs: list[tuple[str, Influences]] = []
    open_tables: list[str] = []
    visible = list(scope.relations)
    old = [stored.renamed(name) for name in _NEW_AND_OLD if all(relation.name.lower() != name for relation in visible)]
    old += [each.renamed(each.name.upper()) for each in old]
    for at, each in enumerate(expressions):
        if is_star(each):
            name = each.text("table") if isinstance(each, exp.Column) else ""
            wanted = [relation for relation in (*visible, *old) if relation.name == name] if name else visible
            if not wanted:
                scope.session.gap("unknown-column", f"{name}.*", each)
            for relation in wanted:
                outputs += [(column, placed(found, relation.offset)) for column, found in relation.top_level()]
                open_tables += relation.open_tables
            continue
        qualifiers = {column.text("table") for column in each.find_all(exp.Column)}
        scope.relations = [*visible, *(relation for relation in old if relation.name in qualifiers)]
        outputs.append((each.output_name or f"_col_{at}", influences_of(each, scope)))
        scope.relations = visible
    return Relation("", outputs, open_tables=tuple(dict.fromkeys(open_tables)), rows=rows, presence=stored.presence)
