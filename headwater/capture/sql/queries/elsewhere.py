"""ClickHouse's functions in FROM that read what lies elsewhere: files on disks and in buckets, behind addresses, tables of a cluster.

Whose columns they are is written in the call where it lists a structure; otherwise they are as unknown as those of any file.
"""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.redaction.tokens import MARK
from headwater.capture.sql.adapter import Expr, Token, TokenType, exp
from headwater.capture.sql.queries.influences import UNPLACED, Influence, Relation
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts.extents import CLOSING, OPENING
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.clauses import words
from headwater.model.lineage import Kind

_FILES = words("cosn deltalake file gcs hdfs hudi iceberg icebergazure icebergs3 oss paimon s3 url")
_FILES_OF_CLUSTERS = words("deltalakecluster filecluster hdfscluster hudicluster icebergs3cluster s3cluster urlcluster")
_TABLES_OF_CLUSTERS = words("cluster clusterallreplicas")
ELSEWHERE = _FILES | _FILES_OF_CLUSTERS | _TABLES_OF_CLUSTERS
"""The functions that `elsewhere` follows."""


def elsewhere(scope: Scope, call: Expr) -> Relation:
    """What such a call reads: the path or the table that it names, with the columns that it lists."""
    name = call.name.lower()
    arguments = list(call.expressions)
    if name in _TABLES_OF_CLUSTERS:
        return _of_cluster(scope, arguments, name)
    path, rest = _path(arguments[1 if name in _FILES_OF_CLUSTERS else 0 :])
    if path is None:
        scope.session.gap("unknown-table-function", "a path that is no literal", call)
        return Relation("", (), open_tables=())
    columns = _listed(scope.session, rest)
    if not columns:
        return scope.session.read(path)
    scope.session.sources[path] = None
    outputs = [(column, {Influence(path, column, Kind.IDENTITY): UNPLACED}) for column in columns]
    return Relation(path, outputs, presence=frozenset([path]), table=path)


def _path(arguments: Sequence[Expr]) -> tuple[str | None, Sequence[Expr]]:
    """The literal that names the files, and what follows it."""
    first = arguments[0] if arguments else None
    is_literal = isinstance(first, exp.Literal) and first.is_string
    return (first.name if is_literal and first is not None else None), arguments[1:]


def _listed(session: Session, arguments: Sequence[Expr]) -> list[str]:
    """The columns of a structure as `'a String, b Array(Int32)'` lists them; none where no argument is one."""
    for each in reversed(arguments):
        if isinstance(each, exp.Literal) and each.is_string and " " in each.name.strip() and MARK not in each.name.lower():
            try:
                return _names(session.grammar.tokens(each.name))
            except Trouble:
                return []
    return []


def _names(tokens: Sequence[Token]) -> list[str]:
    """The first word of each part between commas outside of brackets."""
    names: list[str] = []
    depth, begins = 0, True
    for token in tokens:
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if begins:
            names.append(token.text)
        begins = depth == 0 and token.token_type is TokenType.COMMA
    return names


def _of_cluster(scope: Scope, arguments: Sequence[Expr], name: str) -> Relation:
    """`cluster('name', database, table)`: the table of this name on every machine of a cluster."""
    names = [part for each in arguments[1:3] for part in _parts(each)]
    if not 1 <= len(names) <= 2:
        scope.session.gap("unknown-table-function", name, arguments[0] if arguments else None)
        return Relation("", ())
    table = exp.Table(**dict(zip(("this", "db"), (exp.to_identifier(part) for part in names[::-1]), strict=False)))
    return scope.session.read(scope.session.name_of(table))


def _parts(node: Expr) -> list[str]:
    """The names in `database.table`, a name, or a string."""
    if isinstance(node, exp.Column):
        return [part for part in (node.text("table"), node.name) if part]
    return [node.name] if isinstance(node, exp.Literal) and node.is_string else []
