"""COPY, UNLOAD, EXPORT and LOAD: between tables and files. A file's columns are taken to be named as the table's."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.names import file_path
from headwater.capture.sql.queries.influences import UNPLACED, Influence, Relation, rows_of
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.writes.targets import target_of, unsupported
from headwater.capture.sql.writes.written import Written, spelled
from headwater.model.lineage import Kind

_STREAMS = frozenset({"STDIN", "STDOUT"})
"""The client itself: what it sends has no name, what it takes is read."""


def copy(written: Written, tree: Expr) -> None:
    """COPY, in either direction; in Snowflake the target comes first both ways."""
    files = tree.args.get("files") or []
    node, listed = target_of(tree.this)
    goal = file_path(node) if isinstance(node, exp.Table) else None
    is_into = bool(tree.args.get("kind"))
    if is_into and goal is not None and len(files) == 1:
        _out(written, files[0], [goal], None, tree)
        return
    if is_into and isinstance(node, exp.Table) and len(files) == 1 and isinstance(files[0], exp.Subquery):
        _transformed(written, node, listed, files[0], tree)
        return
    if len(files) == 1 and isinstance(files[0], exp.Identifier) and files[0].name.upper() in _STREAMS:
        _stream(written, tree, node, listed)
        return
    paths = [path for each in files if (path := _file(each)) is not None]
    if len(paths) != len(files) or not paths:
        unsupported(written, tree)
    elif isinstance(node, exp.Table) and is_into:
        into_table(written, written.session.name_of(node), listed, paths, tree)
    elif isinstance(node, (exp.Table, exp.Query)) and not is_into:
        _out(written, node, paths, listed, tree)
    else:
        unsupported(written, tree)


def _stream(written: Written, tree: Expr, node: Expr, listed: Sequence[str] | None) -> None:
    """COPY from or to the client's own stream."""
    if tree.args.get("kind"):
        if isinstance(node, exp.Table):
            written.target(written.session.name_of(node))
        else:
            unsupported(written, tree)
        return
    written.by_name(None, _picked(relation_of(node, written.session, {}), listed), tree)


def into_table(
    written: Written, target: str, listed: Sequence[str] | None, paths: Sequence[str], node: Expr | None, *, overwrites: bool = False
) -> None:
    """Files into a table, column by column."""
    session = written.session
    written.target(target, overwrites=overwrites)
    columns = listed if listed is not None else session.columns(target)
    if columns is None:
        session.gap("target-columns-unknown", target, node)
    for path in paths:
        session.sources[path] = None
        written.rows(target, rows_of([path], Kind.FILTER))
        for name in columns or ():
            written.column(target, name, {Influence(path, name, Kind.IDENTITY): UNPLACED})


def _transformed(written: Written, node: Expr, listed: Sequence[str] | None, query: Expr, tree: Expr) -> None:
    """`COPY INTO t FROM (SELECT … FROM files)`: by position in Snowflake, by name in Databricks."""
    session = written.session
    target = session.name_of(node)
    written.target(target)
    relation = relation_of(query, session, {})
    if session.grammar.name == "databricks" and listed is None:
        known = session.columns(target)
        outputs = [(spelled(name, known or ()) or name, found) for name, found in relation.top_level()]
        if relation.is_open:
            session.gap("star-without-schema", relation.open_name, tree)
        if not all(relation.named or [True]):
            session.gap("unnamed-column", target, tree)
        written.relation(target, [name for name, _ in outputs], relation)
        return
    columns = listed if listed is not None else session.columns(target)
    if columns is None or relation.is_open:
        session.gap("target-columns-unknown" if columns is None else "star-without-schema", target, tree)
        written.rows(target, relation.rows)
    elif len(columns) != len(relation.top_level()):
        session.gap("column-count-mismatch", target, tree)
        written.rows(target, relation.rows)
    else:
        written.relation(target, columns, relation)


def _picked(relation: Relation, listed: Sequence[str] | None) -> Relation:
    if listed is None:
        return relation
    outputs = [(name, relation.find(name) or relation.shining_through(name)) for name in listed]
    return Relation("", outputs, rows=relation.rows, presence=relation.presence)


def _out(written: Written, source: Expr, paths: Sequence[str], listed: Sequence[str] | None, tree: Expr) -> None:
    """A table or a query into files."""
    relation = _picked(relation_of(source, written.session, {}), listed)
    for path in paths:
        written.target(path, overwrites=_replaces(tree))
        written.by_name(path, relation, tree)


def _replaces(tree: Expr) -> bool:
    """Whether the files take the place of all that was there: a single file does, a folder only where the statement says so."""
    options = {each.name.upper(): each.args.get("expression") for each in tree.args.get("params") or ()}
    listed = tree.args.get("options")
    options |= {each.name.upper(): each.args.get("value") for each in (listed.expressions if listed is not None else ()) if each.name}
    chosen = options.get("OVERWRITE")
    if chosen is not None:
        return chosen.name.upper() == "TRUE" or (isinstance(chosen, exp.Boolean) and bool(chosen.this))
    is_folder = bool(tree.args.get("kind")) or isinstance(tree, exp.Export)
    return not is_folder and not {"APPEND", "PARTITION_BY", "PER_THREAD_OUTPUT", "OVERWRITE_OR_IGNORE"} & set(options)


def export(written: Written, tree: Expr) -> None:
    """BigQuery's EXPORT DATA OPTIONS (uri = …) AS query."""
    paths = _uris(tree.args.get("options"))
    if not paths or not isinstance(tree.this, exp.Query):
        unsupported(written, tree)
        return
    _out(written, tree.this, paths, None, tree)


def load(written: Written, tree: Expr) -> None:
    """LOAD DATA of Hive and BigQuery."""
    node, listed = target_of(tree.this)
    inpath = tree.args.get("inpath")
    paths = [str(inpath.name)] if isinstance(inpath, exp.Literal) else _uris(tree.args.get("files"))
    if not paths or not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    overwrites = bool(tree.args.get("overwrite")) and tree.args.get("partition") is None
    into_table(written, written.session.name_of(node), listed, paths, tree, overwrites=overwrites)


def _uris(options: Expr | None) -> list[str]:
    """The paths among options: `uri` or `uris`."""
    found: list[str] = []
    for each in options.expressions if options is not None else ():
        if isinstance(each, exp.Property) and isinstance(each.this, Expr) and each.this.name.upper() in ("URI", "URIS"):
            value = each.args.get("value")
            listed = value.expressions if isinstance(value, (exp.Array, exp.Tuple)) else [value]
            found += [path.name for path in listed if isinstance(path, exp.Literal) and path.is_string]
    return found


def _file(node: Expr) -> str | None:
    if isinstance(node, exp.Table):
        return file_path(node)
    return str(node.name) if isinstance(node, exp.Literal) and node.is_string else None
