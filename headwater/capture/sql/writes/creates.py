"""CREATE TABLE and VIEW, DECLARE of tables, DROP, TRUNCATE: where tables begin and end."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.definitions import define
from headwater.capture.sql.queries.queries import relation_of, with_ctes
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes import clones
from headwater.capture.sql.writes.targets import target_of, unsupported
from headwater.capture.sql.writes.written import Written

_CREATE_PARTS = words(
    "this kind expression replace with_ properties exists unique no_schema_binding refresh concurrently clustered clone indexes begin"
)

_STORED = frozenset({"TABLE", "VIEW"})

_IDLE_KINDS = frozenset(
    {"DATABASE", "EXTENSION", "FILE FORMAT", "INDEX", "ROLE", "SCHEMA", "SEQUENCE", "STAGE", "TAG", "TYPE", "USER", "WAREHOUSE"}
)
"""Things that hold no rows of a table's."""

_PARTITIONS_LAST = frozenset({"athena", "databricks", "hive", "spark", "spark2"})
"""Dialects in which some tables keep the columns they are partitioned by behind all others, whatever the query's order."""

_REMOVED = frozenset(
    {
        "DYNAMIC TABLE",
        "EXTERNAL TABLE",
        "FOREIGN TABLE",
        "ICEBERG TABLE",
        "MATERIALIZED VIEW",
        "STREAM",
        "TABLE",
        "TEMPORARY TABLE",
        "VIEW",
        "",
    }
)

_REMOVED_IDLE = frozenset({"FUNCTION", "MACRO", "PROCEDURE", "TASK", "TRIGGER", "TYPE", "COLUMN", "POLICY", "CONSTRAINT"}) | _IDLE_KINDS


def create(written: Written, tree: Expr) -> None:
    """CREATE TABLE and VIEW, with or without a query; other kinds hold no rows, or are not followed."""
    session = written.session
    kind = tree.text("kind").upper()
    if kind in _IDLE_KINDS and not tree.args.get("clone") and tree.find(exp.Query) is None:
        return
    if kind in ("FUNCTION", "MACRO") and define(session, tree):
        return
    if kind in ("FUNCTION", "MACRO", "PROCEDURE"):
        _routine(written, tree)
        return
    node, listed = target_of(tree.this)
    if kind not in _STORED or not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    check(tree, _CREATE_PARTS, session)
    target = session.name_of(node)
    is_certain = not tree.args.get("exists")
    known = session.columns(target)
    adds = bool(tree.args.get("refresh")) and any(isinstance(each, exp.StreamingTableProperty) for each in clones.properties(tree))
    written.target(target, overwrites=is_certain and not adds)
    body = tree.args.get("expression")
    if body is None or (isinstance(body, exp.Table) and session.grammar.name == "clickhouse"):
        clones.without_query(written, tree, target)
    elif isinstance(body, (exp.Query, exp.Summarize, exp.Values)):
        _from_query(written, tree, target, listed)
    else:
        unsupported(written, tree)
    _say_how_sure(written, tree, target, known)


def _say_how_sure(written: Written, tree: Expr, target: str, known: tuple[str, ...] | None) -> None:
    """What a table may have been before, how long it lives and how it is laid out decide what others can be sure of."""
    session = written.session
    if tree.args.get("exists"):
        if known is not None and session.columns(target) != known:
            session.remember(target, None)
        elif known is None:
            session.doubtful.add(target)
    found = {type(each).__name__: each for each in clones.properties(tree)}
    if "TemporaryProperty" in found:
        session.passing.add(target)
    partitioned = found.get("PartitionedByProperty")
    if partitioned is not None and session.grammar.name in _PARTITIONS_LAST:
        names = tuple(each.name.lower() for each in partitioned.this.expressions) if isinstance(partitioned.this, Expr) else ()
        columns = tuple(each.lower() for each in session.columns(target) or ())
        if not names or columns[-len(names) :] != names:
            session.doubtful.add(target)


def _routine(written: Written, tree: Expr) -> None:
    """A routine whose body is not read: what it names is read by somebody, some day."""
    session = written.session
    session.gap("unsupported-statement", f"create {tree.text('kind').lower()}", tree)
    body = tree.args.get("expression")
    for table in body.find_all(exp.Table) if isinstance(body, Expr) else ():
        session.read(session.name_of(table))


def _from_query(written: Written, tree: Expr, target: str, listed: list[str] | None) -> None:
    """A table or view of a query's rows, under the names of a list or the query's own."""
    session = written.session
    relation = relation_of(tree.args["expression"], session, with_ctes(tree, session, session.outer_ctes, None))
    others = [each for each in clones.properties(tree) if type(each).__name__ == "ToTableProperty"]
    for each in others:
        other = session.name_of(each.this)
        written.target(other)
        written.by_name(other, relation, tree)
    if any(type(each).__name__ == "WithDataProperty" and each.args.get("no") for each in clones.properties(tree)):
        columns = [name for name, _ in relation.top_level()]
        session.remember(target, None if relation.is_open else tuple(listed or columns))
        return
    if listed is None or (session.grammar.name in ("mysql", "") and _defines(tree)):
        written.by_name(target, relation, tree)
        if listed is not None and not relation.is_open:
            session.remember(target, tuple(dict.fromkeys((*listed, *(name for name, _ in relation.top_level())))))
        return
    if relation.is_open:
        session.gap(relation.open_code, relation.open_name, tree)
    elif len(listed) != len(relation.top_level()):
        session.gap("column-count-mismatch", target, tree)
    written.relation(target, [] if relation.is_open else listed, relation)
    session.remember(target, tuple(listed))


def _defines(tree: Expr) -> bool:
    """Whether the list beside the table defines columns, which MySQL adds to the query's."""
    return any(isinstance(each, exp.ColumnDef) and each.args.get("kind") for each in tree.this.expressions)


def cache(written: Written, tree: Expr) -> None:
    """Spark's CACHE TABLE name AS query makes a view; without a query nothing moves."""
    session = written.session
    body = tree.args.get("expression")
    if body is None or not isinstance(tree.this, exp.Table):
        return
    target = session.name_of(tree.this)
    session.passing.add(target)
    written.target(target, overwrites=True)
    written.by_name(target, relation_of(body, session, session.outer_ctes), tree)


def declare(written: Written, tree: Expr) -> None:
    """DECLARE of a table variable: a table that lives as long as the batch."""
    session = written.session
    for item in tree.expressions:
        names = item.this if isinstance(item.this, list) else [item.this]
        kind = item.args.get("kind")
        if not isinstance(kind, exp.Schema):
            continue
        for name in names:
            session.remember(f"@{name.name.lower()}", tuple(each.name for each in kind.expressions if isinstance(each, exp.ColumnDef)))


def remove(written: Written, tree: Expr) -> None:
    """TRUNCATE and DROP of tables and views: no earlier row remains."""
    session = written.session
    kind = tree.text("kind").upper()
    tables = tree.args.get("tables") or tree.expressions
    if isinstance(tree, exp.Drop) and kind in _REMOVED_IDLE:
        if kind in ("SCHEMA", "DATABASE"):
            unsupported(written, tree)
        for each in tree.find_all(exp.Table) if kind in ("FUNCTION", "MACRO") else ():
            session.functions.pop(each.name.lower(), None)
        return
    is_table = isinstance(tree, exp.TruncateTable) or kind in _REMOVED
    if not is_table or not all(isinstance(table, exp.Table) for table in tables) or not tables or tree.args.get("is_database"):
        unsupported(written, tree)
        return
    for table in tables:
        name = session.name_of(table)
        written.target(name, overwrites=not tree.args.get("partition") and table.args.get("partition") is None)
        if isinstance(tree, exp.Drop):
            session.remember(name, None)
