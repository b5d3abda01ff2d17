"""Statements that write: INSERT, CREATE … AS, SELECT INTO, UPDATE, DELETE, COPY, TRUNCATE, DROP, ALTER. `merging` has MERGE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.clauses import check, words
from headwater.capture.sql.expressions import influences_of
from headwater.capture.sql.influences import NOTHING, UNPLACED, Influence, Relation, passed_through, rows_of, union
from headwater.capture.sql.names import file_path
from headwater.capture.sql.queries import relation_of, with_ctes
from headwater.capture.sql.scopes import Aliases, Scope, is_star
from headwater.capture.sql.sources import add_from, add_item, add_join, presence_of
from headwater.capture.sql.written import Written, spelled
from headwater.model.lineage import Kind

_INSERT_PARTS = words("this expression with_ by_name default overwrite conflict returning alternative ignore hint stored exists alias")
_UPDATE_PARTS = words("this expressions from_ where with_ returning order limit hint")
_DELETE_PARTS = words("this using where with_ returning order limit tables")
_CREATE_PARTS = words("this kind expression replace with_ properties exists unique no_schema_binding refresh concurrently clustered")
_STORED = frozenset({"TABLE", "VIEW"})
_LIKE = ("LikeProperty", "InheritsProperty", "PartitionedOfProperty")
_STORED_ELSEWHERE = ("ExternalProperty", "LocationProperty")
"""A table over files that are there already has rows of unknown origin."""


def query(written: Written, tree: Expr) -> None:
    """A query for a reader, or into a new table."""
    session = written.session
    relation = relation_of(tree, session, {})
    into = tree.args.get("into")
    target = None
    if into is not None and not isinstance(into.this, exp.Table):
        session.gap("unsupported-clause", "into", tree)
    elif into is not None:
        target = session.name_of(into.this)
        written.target(target, overwrites=True)
    written.by_name(target, relation, tree)


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
    _assign(written, target, conflict.args.get("expressions") or (), scope, prefer=stored)
    where = conflict.args.get("where")
    if where is not None:
        written.rows(target, influences_of(where.this, scope, Kind.FILTER))


def _name_target(scope: Scope, tree: Expr) -> None:
    """The target goes by its alias, or by its bare name."""
    node, _ = target_of(tree.this)
    scope.relations[0] = scope.relations[0].renamed(node.alias_or_name)


def _assign(written: Written, target: str, assignments: Sequence[Expr], scope: Scope, *, prefer: Relation | None = None) -> list[str]:
    """`column = value` pairs; gives the columns assigned. An unqualified name in a value means the target's own column first."""
    session = written.session
    known = session.columns(target) or ()
    assigned = []
    for each in assignments:
        if not isinstance(each, exp.EQ) or not isinstance(each.this, exp.Column):
            session.gap("unsupported-clause", "set", each)
            continue
        name = spelled(each.this.name, known) or each.this.name
        if each.this.args.get("db"):
            session.gap("unsupported-clause", "set a field", each)
        value = each.args["expression"]
        if prefer is not None and isinstance(value, exp.Column) and not value.text("table"):
            found = prefer.find(value.name) or prefer.shining_through(value.name)
        else:
            found = influences_of(value, scope)
        written.column(target, name, found)
        assigned.append(name)
    return assigned


def create(written: Written, tree: Expr) -> None:
    """CREATE TABLE and VIEW, with or without a query; other kinds hold no rows, or are not followed."""
    session = written.session
    kind = tree.text("kind").upper()
    if kind in ("SCHEMA", "DATABASE", "SEQUENCE", "INDEX"):
        return
    node, listed = target_of(tree.this)
    properties = tree.args.get("properties")
    borrowed = _LIKE if tree.args.get("expression") is not None else (*_LIKE, *_STORED_ELSEWHERE)
    odd = [each for each in properties.expressions if type(each).__name__ in borrowed] if properties is not None else []
    if kind not in _STORED or not isinstance(node, exp.Table) or odd or tree.args.get("clone"):
        unsupported(written, tree)
        return
    check(tree, _CREATE_PARTS, session)
    target = session.name_of(node)
    written.target(target, overwrites=not tree.args.get("exists"))
    body = tree.args.get("expression")
    if body is None:
        defined = tuple(each.name for each in tree.this.expressions if isinstance(each, exp.ColumnDef))
        if defined and (not tree.args.get("exists") or session.columns(target) is None):
            session.remember(target, defined)
        return
    ctes = with_ctes(tree, session, {}, None)
    relation = relation_of(body, session, ctes)
    if listed is None:
        written.by_name(target, relation, tree)
        return
    if relation.is_open:
        session.gap("star-without-schema", relation.open_name, tree)
    elif len(listed) != len(relation.top_level()):
        session.gap("column-count-mismatch", target, tree)
    written.relation(target, [] if relation.is_open else listed, relation)
    session.remember(target, tuple(listed))


def update(written: Written, tree: Expr) -> None:
    """UPDATE: conditions steer the assigned columns only; other columns and the rows themselves stay."""
    session = written.session
    check(tree, _UPDATE_PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    scope = Scope(session, with_ctes(tree, session, {}, None))
    if not _is_named_in_from(node, tree):
        _add_target(scope, node)
    add_from(scope, tree)
    target = _updated(scope, node)
    written.target(target)
    where = tree.args.get("where")
    if where is not None:
        scope.rows |= influences_of(where.this, scope, Kind.FILTER)
    _reject_order(written, tree)
    assigned = _assign(written, target, tree.expressions, scope)
    scope.rows |= presence_of(scope, []) if len(scope.relations) > 1 else NOTHING
    for name in assigned:
        written.column(target, name, scope.rows)
    returning(written, tree, target)


def _add_target(scope: Scope, node: Expr) -> None:
    """The table written to, as something its own statement may read; an alias declared in FROM stands for a table there."""
    session = scope.session
    scope.relations.append(session.table(session.name_of(node)).renamed(node.alias_or_name))
    for join in node.args.get("joins") or ():
        add_join(scope, join)


def _is_named_in_from(node: Expr, tree: Expr) -> bool:
    """Whether an UPDATE names its target by what it is called in its own FROM (T-SQL)."""
    from_ = tree.args.get("from_")
    if from_ is None or node.args.get("alias"):
        return False
    items = [from_.this, *(join.this for join in from_.this.args.get("joins") or ()), *(join.this for join in tree.args.get("joins") or ())]
    return any(isinstance(item, exp.Table) and item.alias_or_name == node.name for item in items)


def _updated(scope: Scope, node: Expr) -> str:
    """The stored table that is updated: what the name stands for in FROM, else the name itself."""
    for relation in scope.relations:
        if relation.name == node.alias_or_name and relation.table is not None:
            return relation.table
    return scope.session.name_of(node)


def _reject_order(written: Written, tree: Expr) -> None:
    for key in ("order", "limit"):
        if tree.args.get(key):
            written.session.gap("unsupported-clause", key, tree)


def delete(written: Written, tree: Expr) -> None:
    """DELETE: what is compared decides which rows remain; without a condition none does."""
    session = written.session
    check(tree, _DELETE_PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table) or tree.args.get("tables"):
        unsupported(written, tree)
        return
    scope = Scope(session, with_ctes(tree, session, {}, None))
    _add_target(scope, node)
    for item in tree.args.get("using") or ():
        add_item(scope, item)
    target = session.name_of(node)
    where = tree.args.get("where")
    _reject_order(written, tree)
    written.target(target, overwrites=where is None and not tree.args.get("using") and not tree.args.get("limit"))
    if where is not None:
        scope.rows |= influences_of(where.this, scope, Kind.FILTER)
    if len(scope.relations) > 1:
        scope.rows |= presence_of(scope, [])
    written.rows(target, scope.rows)
    returning(written, tree, target)


def copy(written: Written, tree: Expr) -> None:
    """COPY between a table (or a query) and files; a file's columns are taken to be named as the table's."""
    session = written.session
    files = [_file(each) for each in tree.args.get("files") or ()]
    paths = [path for path in files if path is not None]
    node, listed = target_of(tree.this)
    if len(paths) != len(files) or not paths:
        unsupported(written, tree)
        return
    if isinstance(node, exp.Table) and tree.args.get("kind"):
        target = session.name_of(node)
        written.target(target)
        columns = listed if listed is not None else session.columns(target)
        if columns is None:
            session.gap("target-columns-unknown", target, tree)
        for path in paths:
            session.sources[path] = None
            written.rows(target, rows_of([path], Kind.FILTER))
            for name in columns or ():
                written.column(target, name, {Influence(path, name, Kind.IDENTITY): UNPLACED})
        return
    if not isinstance(node, (exp.Table, exp.Query)) or tree.args.get("kind"):
        unsupported(written, tree)
        return
    relation = relation_of(node, session, {})
    if listed is not None:
        relation = Relation(
            "",
            [(name, relation.find(name) or relation.shining_through(name)) for name in listed],
            rows=relation.rows,
            presence=relation.presence,
        )
    for path in paths:
        written.target(path, overwrites=True)
        written.by_name(path, relation, tree)


def _file(node: Expr) -> str | None:
    if isinstance(node, exp.Table):
        return file_path(node)
    return str(node.name) if isinstance(node, exp.Literal) and node.is_string else None


def remove(written: Written, tree: Expr) -> None:
    """TRUNCATE and DROP of tables and views: no earlier row remains."""
    session = written.session
    kind = tree.text("kind").upper()
    tables = tree.args.get("tables") or tree.expressions
    if kind in ("SCHEMA", "DATABASE", "SEQUENCE", "INDEX", "FUNCTION", "MACRO", "TYPE", "TRIGGER"):
        if kind in ("SCHEMA", "DATABASE"):
            unsupported(written, tree)
        return
    if not all(isinstance(table, exp.Table) for table in tables) or not tables or tree.args.get("partition"):
        unsupported(written, tree)
        return
    for table in tables:
        name = session.name_of(table)
        written.target(name, overwrites=True)
        if isinstance(tree, exp.Drop):
            session.remember(name, None)


def alter(written: Written, tree: Expr) -> None:
    """ALTER TABLE that adds or drops columns or constraints moves no value; anything else is not followed."""
    session = written.session
    actions = tree.args.get("actions") or []
    plain = all(_is_plain_change(action) for action in actions)
    if not actions or not plain or not isinstance(tree.this, exp.Table) or tree.text("kind").upper() != "TABLE":
        unsupported(written, tree)
        return
    target = session.name_of(tree.this)
    written.target(target)
    known = session.columns(target)
    if known is None:
        return
    gone = {each.name for action in actions if isinstance(action, exp.Drop) for each in action.args.get("tables") or ()}
    added = [action.name for action in actions if isinstance(action, exp.ColumnDef)]
    session.remember(target, (*(name for name in known if name not in gone), *(name for name in added if name not in known)))


def _is_plain_change(action: Expr) -> bool:
    if isinstance(action, exp.Drop):
        return action.text("kind").upper() in ("COLUMN", "CONSTRAINT", "")
    return isinstance(action, (exp.ColumnDef, exp.AddConstraint)) and action.find(exp.Query, exp.Table) is None


def target_of(node: Expr) -> tuple[Expr, list[str] | None]:
    """The table a statement writes and the column list beside it, if any."""
    if isinstance(node, exp.Schema):
        listed = [each.name for each in node.expressions if isinstance(each, (exp.Identifier, exp.Column, exp.ColumnDef))]
        return node.this, listed or None
    return node, None


def returning(written: Written, tree: Expr, target: str) -> None:
    """RETURNING hands the target's columns to the reader."""
    clause = tree.args.get("returning")
    if clause is None:
        return
    session = written.session
    if clause.args.get("into"):
        session.gap("unsupported-clause", "returning into", tree)
    scope = Scope(session, {})
    node, _ = target_of(tree.this)
    scope.relations.append(session.table(target).renamed(node.alias_or_name))
    scope.aliases_rule = Aliases.HIDDEN
    for at, each in enumerate(clause.expressions):
        if is_star(each):
            for name, found in scope.relations[0].top_level():
                written.column(None, name, found)
            if scope.relations[0].is_open:
                session.gap("star-without-schema", target, each)
        else:
            written.column(None, each.output_name or f"_col_{at}", influences_of(each, scope))
    session.sources[target] = None


def unsupported(written: Written, tree: Expr) -> None:
    """A statement that is not followed: every table in it counts as read and as written."""
    session = written.session
    kind = tree.text("kind") if isinstance(tree, (exp.Create, exp.Drop, exp.Alter)) else ""
    session.gap("unsupported-statement", " ".join([type(tree).__name__.lower(), kind.lower()]).strip(), tree)
    hidden = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name in hidden and not table.args.get("db"):
            continue
        name = session.name_of(table)
        if not name:
            continue
        session.sources[name] = None
        written.target(name)
