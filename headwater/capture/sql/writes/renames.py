"""ALTER, RENAME, swaps and exchanges: contents that stand under another name afterwards, and columns that come, go or change."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, Token, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import UNPLACED, Influence
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.writes.clones import computed, moved
from headwater.capture.sql.writes.files import into_table
from headwater.capture.sql.writes.targets import table_of, unsupported
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind

_MOVES_HOME = frozenset({"doris", "hive", "mysql", "singlestore", "snowflake", "starrocks"})
"""Dialects in which an unqualified new name means the default schema, not the table's own."""

_IDLE_ACTIONS = frozenset({"AddConstraint", "AlterDistStyle", "AlterIndex", "AlterSortKey", "DropPartition", "RenameIndex"})


def alter(written: Written, tree: Expr) -> None:
    """ALTER of a table or view, action by action."""
    session = written.session
    kind = tree.text("kind").upper()
    if kind in ("SESSION", "WAREHOUSE", "ROLE", "USER", "DATABASE", "SCHEMA", "INDEX", "SEQUENCE") and tree.find(exp.Query) is None:
        if kind in ("DATABASE", "SCHEMA"):
            unsupported(written, tree)
        return
    actions = tree.args.get("actions") or []
    if not isinstance(tree.this, exp.Table) or not actions:
        unsupported(written, tree)
        return
    target = session.name_of(tree.this)
    written.target(target)
    for action in actions:
        if not _changed(written, target, action):
            unsupported(written, tree)
            session.remember(target, None)
            return


def _changed(written: Written, target: str, action: Expr) -> bool:
    """Follow one action; gives whether it could be."""
    session = written.session
    name = type(action).__name__
    if action.find(exp.Query) is not None:
        return False
    if name in _IDLE_ACTIONS:
        return True
    if isinstance(action, exp.Drop):
        gone = {each.name.lower() for each in action.args.get("tables") or ()}
        is_column = action.text("kind").upper() in ("COLUMN", "")
        _reshape(written, target, lambda known: [each for each in known if not (is_column and each.lower() in gone)])
        return action.text("kind").upper() in ("COLUMN", "CONSTRAINT", "", "PARTITION", "INDEX", "PRIMARY KEY", "FOREIGN KEY")
    if isinstance(action, (exp.ColumnDef, exp.Schema)):
        added = [action] if isinstance(action, exp.ColumnDef) else action.expressions
        names = [each.name for each in added if isinstance(each, exp.ColumnDef)]
        _reshape(written, target, lambda known: [*known, *(each for each in names if each not in known)])
        computed(written, target, added)
        return True
    if name == "RenameColumn":
        _rename_column(written, target, action.this.name, action.args["to"].name)
        return True
    if name == "ModifyColumn":
        before = action.args.get("rename_from")
        if before is not None:
            _rename_column(written, target, before.name, action.this.name)
        return True
    if name == "AlterColumn":
        return _alter_column(written, target, action)
    if name in ("AlterRename", "SwapTable") and not isinstance(action.this, exp.Table):
        return False
    if name == "AlterRename":
        rename(written, target, _new_name(written, target, action.this), action)
        return True
    if name == "SwapTable":
        swap(written, target, session.name_of(action.this), action)
        return True
    if name == "ReplacePartition" and isinstance(action.args.get("source"), exp.Table):
        moved(written, session.name_of(action.args["source"]), target, action)
        return True
    if isinstance(action, exp.Delete):
        scope = Scope(session, {})
        scope.relations = [session.table(target).renamed(target.rpartition(".")[2])]
        where = action.args.get("where")
        written.rows(target, influences_of(where.this, scope, Kind.FILTER) if where is not None else {})
        return True
    if name == "AddPartition":
        place = action.args.get("location")
        if isinstance(place, exp.LocationProperty):
            fixed = {each.this.name.lower() for each in action.find_all(exp.EQ)}
            known = session.columns(target)
            columns = None if known is None else [name for name in known if name.lower() not in fixed]
            into_table(written, target, columns, [place.this.name], action)
        return True
    return name == "AlterSet" and action.args.get("location") is None and not action.args.get("stage_file_format")


def _alter_column(written: Written, target: str, action: Expr) -> bool:
    """A column's new type; USING says what its values are made of."""
    using = action.args.get("using")
    if isinstance(using, Expr):
        scope = Scope(written.session, {})
        scope.relations = [written.session.table(target).renamed(target.rpartition(".")[2])]
        written.session.sources[target] = None
        written.changes(target)
        written.column(target, action.this.name, influences_of(using, scope, Kind.TRANSFORMATION))
    renamed = action.args.get("rename_to")
    if isinstance(renamed, Expr):
        _rename_column(written, target, action.this.name, renamed.name)
    return True


def _reshape(written: Written, target: str, change: object) -> None:
    known = written.session.columns(target)
    assert callable(change)
    written.session.remember(target, None if known is None else tuple(change(list(known))))


def _rename_column(written: Written, target: str, before: str, after: str) -> None:
    """The column's values stand under a new name."""
    session = written.session
    session.sources[target] = None
    written.changes(target)
    written.column(target, after, {Influence(target, before, Kind.IDENTITY): UNPLACED})
    _reshape(written, target, lambda known: [after if each.lower() == before.lower() else each for each in known])


def _new_name(written: Written, target: str, node: Expr) -> str:
    """What a table is called after RENAME TO: in its own schema unless the new name says more, or the dialect takes the default one."""
    if node.args.get("db") or written.session.grammar.name in _MOVES_HOME:
        return written.session.name_of(node)
    return ".".join([*target.split(".")[:-1], node.name])


def rename(written: Written, before: str, after: str, node: Expr | None) -> None:
    """The contents of one name stand under another; later statements find them there."""
    session = written.session
    columns = session.columns(before)
    written.target(before)
    moved(written, before, after, node)
    session.remember(after, columns)
    session.remember(before, None)


def swap(written: Written, one: str, other: str, node: Expr | None) -> None:
    """Two tables change names: each has the other's contents afterwards."""
    session = written.session
    mine, theirs = session.columns(one), session.columns(other)
    moved(written, one, other, node)
    moved(written, other, one, node)
    session.remember(one, theirs)
    session.remember(other, mine)


def rename_by_procedure(written: Written, arguments: Sequence[Token | None], tokens: Sequence[Token]) -> None:
    """T-SQL's `sp_rename 'old', 'new' [, 'COLUMN']`.

    Raises:  Trouble: a name is no literal, or something else is renamed.
    """
    session = written.session
    place = tokens[0].start
    texts = [each.text if each is not None else "" for each in arguments]
    if len(texts) < 2 or not texts[0] or not texts[1] or len(texts) > 3:
        raise Trouble("dynamic-statement", "sp_rename", offset=place)
    kind = texts[2].upper() if len(texts) == 3 else "OBJECT"
    parts = [session.grammar.fold(part.strip("[]")) for part in texts[0].split(".")]
    named = ".".join(f"[{part}]" for part in (parts if kind == "OBJECT" else parts[:-1]))
    if kind == "INDEX":
        return
    if kind not in ("OBJECT", "COLUMN") or not named:
        raise Trouble("unsupported-statement", "sp_rename", offset=place)
    target, _ = table_of(session, session.grammar.tokens(named))
    after = session.grammar.fold(texts[1].strip("[]"))
    written.target(target)
    if kind == "COLUMN":
        _rename_column(written, target, parts[-1], after)
    else:
        rename(written, target, ".".join([*target.split(".")[:-1], after]), None)
