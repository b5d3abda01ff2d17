"""INSERT: by position, by a list, or by name; partitions, conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING, Relation, passed_through, union
from headwater.capture.sql.queries.queries import relation_of, with_ctes
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.targets import assign, returning, target_of, unsupported
from headwater.capture.sql.writes.written import Written, spelled
from headwater.model.lineage import Kind

_INSERT_PARTS = words("this expression with_ by_name default overwrite conflict returning alternative ignore hint stored exists alias")


def insert(written: Written, tree: Expr) -> None:
    """INSERT: by position against the target's columns or the list given, or by name."""
    session = written.session
    check(tree, _INSERT_PARTS, session)
    table_node, listed = target_of(tree.this)
    if not isinstance(table_node, exp.Table):
        unsupported(written, tree)
        return
    target = session.name_of(table_node)
    partition = table_node.args.get("partition")
    written.target(target, overwrites=bool(tree.args.get("overwrite")) and partition is None)
    ctes = with_ctes(tree, session, {}, None)
    source = tree.args.get("expression")
    if source is None:
        return  # DEFAULT VALUES
    relation = relation_of(source, session, ctes)
    columns = _insert_columns(written, tree, target, listed, relation, partition)
    if columns is None:
        written.rows(target, relation.rows)
    else:
        written.relation(target, columns, relation)
    _conflict(written, tree, target, columns or [], relation, ctes)
    returning(written, tree, target)


def _insert_columns(
    written: Written, tree: Expr, target: str, listed: Sequence[str] | None, relation: Relation, partition: Expr | None
) -> list[str] | None:
    """The target's columns in the order of the query's; None (and a gap) where that cannot be known."""
    session = written.session
    known = session.columns(target)
    if relation.is_open:
        session.gap("star-without-schema", relation.open_name, tree)
        return None
    outputs = [name for name, _ in relation.top_level()]
    if tree.args.get("by_name"):
        return [spelled(name, known or ()) or name for name in outputs]
    if listed is not None:
        columns = [spelled(name, known or ()) or name for name in listed]
    elif known is None:
        session.gap("target-columns-unknown", target, tree)
        return None
    else:
        columns = [name for name in known if "." not in name or name.partition(".")[0] not in known]
    if partition is not None:
        columns = _with_partition(columns, partition, listed is not None)
    fewer_allowed = session.grammar.name in ("postgres", "redshift") and listed is None
    if len(outputs) != len(columns) and not (fewer_allowed and len(outputs) < len(columns)):
        session.gap("column-count-mismatch", target, tree)
        return None
    return columns


def _with_partition(columns: list[str], partition: Expr, is_listed: bool) -> list[str]:
    """Static partition columns take no value from the query; dynamic ones come last."""
    fixed = [each.this.name.lower() for each in partition.expressions if isinstance(each, exp.EQ)]
    dynamic = [each.name for each in partition.expressions if isinstance(each, exp.Column)]
    rest = [name for name in columns if name.lower() not in fixed and name.lower() not in {each.lower() for each in dynamic}]
    return [*rest, *dynamic] if not is_listed else [*rest, *(name for name in dynamic if name not in rest)]


def _conflict(written: Written, tree: Expr, target: str, columns: Sequence[str], relation: Relation, ctes: Mapping[str, Relation]) -> None:
    """ON CONFLICT, INSERT OR REPLACE and IGNORE: what is written, and what was there, decide over rows."""
    conflict = tree.args.get("conflict")
    if conflict is None and not tree.args.get("alternative") and not tree.args.get("ignore"):
        return
    session = written.session
    excluded = Relation("excluded", list(zip(columns, [found for _, found in relation.top_level()], strict=False)), rows=relation.rows)
    stored = session.table(target)
    given = [] if conflict is None else conflict.args.get("conflict_keys") or []
    keys = [key.this if isinstance(key, exp.Ordered) else key for key in given]
    names = [key.name for key in keys if isinstance(key, exp.Column)] or list(columns)
    compared = union(
        [
            *(excluded.find(name) or NOTHING for name in names),
            *(stored.find(name) or stored.shining_through(name) for name in names),
        ]
    )
    written.rows(target, passed_through(compared, Kind.FILTER))
    if conflict is None:
        return
    scope = Scope(session, ctes)
    scope.relations = [stored.renamed(tree.this.alias_or_name or target.rpartition(".")[2]), excluded]
    _name_target(scope, tree)
    assign(written, target, conflict.args.get("expressions") or (), scope, prefer=stored)
    where = conflict.args.get("where")
    if where is not None:
        written.rows(target, influences_of(where.this, scope, Kind.FILTER))


def _name_target(scope: Scope, tree: Expr) -> None:
    """The target goes by its alias, or by its bare name."""
    node, _ = target_of(tree.this)
    scope.relations[0] = scope.relations[0].renamed(node.alias_or_name)
