"""COPY between tables and files."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.names import file_path
from headwater.capture.sql.queries.influences import UNPLACED, Influence, Relation, rows_of
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.writes.targets import target_of, unsupported
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind


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
