"""Tables that begin as others are: LIKE, CLONE, partitions, streams, and tables over files that are there already."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, Token, TokenType, exp, word
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING, UNPLACED, Influence, Influences, Relation
from headwater.capture.sql.queries.portions import portion_of
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.scripts.steps import keyword, keywords
from headwater.capture.sql.session import Session
from headwater.capture.sql.writes.targets import table_of, unsupported
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind

_DEFAULTS_READ_COLUMNS = frozenset({"clickhouse", "doris", "mysql", "singlestore", "starrocks"})
_PATHS = frozenset({"LOCATION", "PATH", "URIS"})


def properties(tree: Expr) -> list[Expr]:
    """The properties of a CREATE, those inside its brackets too."""
    found = tree.args.get("properties")
    listed = list(found.expressions) if found is not None else []
    inside = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
    return [*listed, *(each for each in inside if isinstance(each, exp.Property))]


def without_query(written: Written, tree: Expr, target: str) -> None:
    """CREATE TABLE that names no query: its columns, and whatever rows it begins with."""
    session = written.session
    defined = [each for each in tree.this.expressions if isinstance(each, exp.ColumnDef)] if isinstance(tree.this, exp.Schema) else []
    partitions = [column for each in properties(tree) for column in _partition_columns(each)]
    columns: list[str] | None = [each.name for each in (*defined, *partitions)]
    clone = tree.args.get("clone")
    body = tree.args.get("expression")
    if clone is not None:
        _clone(written, tree, target, clone)
        return
    for each in properties(tree):
        name = type(each).__name__
        if name == "LikeProperty":
            columns = _borrowed(written, each.this, columns)
        elif name == "InheritsProperty":
            for parent in each.expressions:
                columns = _borrowed(written, parent, columns)
                _shared(written, target, session.name_of(parent), columns, tree, both=False)
        elif name == "PartitionedOfProperty":
            columns = _borrowed(written, each.this, columns)
            _shared(written, target, session.name_of(each.this), columns, tree, both=True)
        elif name == "ExecuteAsProperty":
            session.gap("dynamic-statement", "create table", tree)
    if body is not None:
        columns = _borrowed(written, body, columns)
    is_over_files = _over_files(written, tree, target, defined, columns)
    if not tree.args.get("exists") or session.columns(target) is None:
        session.remember(target, tuple(columns) if columns else None)
    if not is_over_files:
        computed(written, target, defined)


def _partition_columns(node: Expr) -> list[Expr]:
    """Columns that PARTITIONED BY defines, which come after the others and get their values from the paths of files."""
    schema = node.this if isinstance(node, exp.PartitionedByProperty) else None
    return [each for each in schema.expressions if isinstance(each, exp.ColumnDef)] if isinstance(schema, exp.Schema) else []


def computed(written: Written, target: str, defined: Sequence[Expr]) -> None:
    """Columns that the table itself makes of its others: whoever reads one reads those."""
    session = written.session
    session.computed[target] = frozenset(each.name for each in defined if _expression_of(each) is not None)
    for each in defined:
        made = _expression_of(each) or _default_of(each, session.grammar.name)
        if made is None:
            continue
        scope = Scope(session, {})
        scope.relations = [session.table(target).renamed(target.rpartition(".")[2])]
        session.sources[target] = None
        written.column(target, each.name, influences_of(made, scope, Kind.TRANSFORMATION))


def _expression_of(column: Expr) -> Expr | None:
    """What a computed column is made by, however its definition spells that; nothing for a counter."""
    if not isinstance(column, exp.ColumnDef):
        return None
    computed = column.find(exp.ComputedColumnConstraint)
    generated = column.find(exp.GeneratedAsIdentityColumnConstraint)
    found = computed.this if computed is not None else generated.args.get("expression") if generated is not None else None
    return found if isinstance(found, Expr) else None


def _default_of(column: Expr, dialect: str) -> Expr | None:
    """What fills a column that an INSERT leaves out, where other columns of the row may stand in it."""
    if dialect not in _DEFAULTS_READ_COLUMNS or not isinstance(column, exp.ColumnDef):
        return None
    default = column.find(exp.DefaultColumnConstraint)
    found = default.this if default is not None else None
    return found if isinstance(found, Expr) and found.find(exp.Column) is not None else None


def _borrowed(written: Written, other: Expr, columns: list[str] | None) -> list[str] | None:
    """The columns so far and another table's."""
    known = written.session.columns(written.session.name_of(other))
    if known is None or columns is None:
        return None
    return list(dict.fromkeys([*known, *columns]))


def _clone(written: Written, tree: Expr, target: str, clone: Expr) -> None:
    if not isinstance(clone.this, exp.Table):
        unsupported(written, tree)
        return
    session = written.session
    written.by_name(target, session.read(session.name_of(clone.this)), tree)
    written.rows(target, portion_of(Scope(session, {}), clone.this))


def moved(written: Written, source: str, target: str, node: Expr | None) -> None:
    """All of one table's contents, column by column, in another of the same shape."""
    session = written.session
    written.target(target)
    written.moved_on.add(source)
    relation = session.read(source)
    if relation.is_open:
        columns = session.columns(target)
        session.gap("star-without-schema", source, node)
        relation = Relation("", [(name, relation.shining_through(name)) for name in columns or ()], presence=relation.presence)
    written.relation(target, [name for name, _ in relation.top_level()], relation)


def _shared(written: Written, part: str, whole: str, columns: Sequence[str] | None, node: Expr | None, *, both: bool) -> None:
    """Rows of a part are rows of the whole; a partition also takes rows that are written to the whole."""
    session = written.session
    pairs = [(part, whole), (whole, part)] if both else [(part, whole)]
    if columns is None:
        session.gap("star-without-schema", whole, node)
    for source, target in pairs:
        written.target(target)
        session.sources[source] = None
        for name in columns or ():
            written.column(target, name, {Influence(source, name, Kind.IDENTITY): UNPLACED})


def _over_files(written: Written, tree: Expr, target: str, defined: Sequence[Expr], columns: list[str] | None) -> bool:
    """A table over files: each column holds what the files hold under its name, or what its expression makes of them."""
    session = written.session
    is_external = any(type(each).__name__ == "ExternalProperty" for each in properties(tree))
    paths = [path for each in properties(tree) for path in _paths(each)]
    if not paths:
        if is_external:
            session.gap("unsupported-clause", "external table without a path", tree)
        return False
    if not columns:
        session.gap("star-without-schema", paths[0], tree)
    for path in paths:
        session.sources[path] = None
        for each in defined:
            made = _expression_of(each)
            found: Influences = {Influence(path, each.name, Kind.IDENTITY): UNPLACED}
            if made is not None:
                names = [column.name for column in made.find_all(exp.Column)]
                found = {Influence(path, name, Kind.TRANSFORMATION): UNPLACED for name in names}
            written.column(target, each.name, found)
    return True


def _paths(node: Expr) -> list[str]:
    """The paths that a property holds."""
    if type(node).__name__ == "LocationProperty":
        return [str(node.this.name)]
    if type(node).__name__ == "OptionsProperty":
        return [path for each in node.expressions for path in _paths(each)]
    if isinstance(node, exp.Property) and isinstance(node.this, Expr) and node.this.name.upper() in _PATHS:
        value = node.args.get("value")
        listed = value.expressions if isinstance(value, (exp.Array, exp.Tuple)) else [value]
        return [each.name for each in listed if isinstance(each, exp.Literal) and each.is_string]
    return []


def by_words(written: Written, tokens: Sequence[Token]) -> bool:
    """What CREATE makes that the parser does not read: streams, and clones of an earlier version."""
    words = keywords(tokens, 8)
    if words[0] != "CREATE":
        return False
    session = written.session
    at = 3 if words[1:3] == ["OR", "REPLACE"] else 1
    for place, token in enumerate(tokens[at : at + 14], at):
        if keyword(token) == "STREAM":
            return _stream(written, tokens, place + 1)
        if keyword(token) == "CLONE" and place > at + 1:
            start = place - (keyword(tokens[place - 1]) in ("DEEP", "SHALLOW"))
            end = next(
                (here for here in range(place + 1, len(tokens)) if keyword(tokens[here]) in ("VERSION", "TIMESTAMP", "AT", "BEFORE")), None
            )
            name_at = next((here for here in range(at, start) if keyword(tokens[here]) in ("TABLE", "EXISTS")), None)
            if name_at is None:
                return False
            name_at += 3 if keyword(tokens[name_at + 1]) == "IF" else 0
            target, _ = table_of(session, tokens[name_at + 1 : start])
            source, _ = table_of(session, tokens[place + 1 : end])
            written.target(target, overwrites="EXISTS" not in words)
            written.by_name(target, session.read(source), None)
            if end is not None:
                written.rows(target, _as_of(session, tokens[place + 1 :]))
            return True
    return False


def _as_of(session: Session, tokens: Sequence[Token]) -> Influences:
    """What decides which version of a table is meant, read from its name and what stands behind it.

    Raises:  Trouble: it cannot be read.
    """
    end = next((at for at, token in enumerate(tokens) if keyword(token) in ("LOCATION", "TBLPROPERTIES")), None)
    selected = [word(TokenType.SELECT, "SELECT", tokens[0]), word(TokenType.STAR, "*", tokens[0]), word(TokenType.FROM, "FROM", tokens[0])]
    tree = session.grammar.tree([*selected, *tokens[:end]], session.text)
    source = tree.args.get("from_")
    return NOTHING if source is None else portion_of(Scope(session, {}), source.this)


def _stream(written: Written, tokens: Sequence[Token], at: int) -> bool:
    """A stream shows the changed rows of a table, like a view."""
    session = written.session
    if at >= len(tokens):
        return False
    at += 3 if keyword(tokens[at]) == "IF" else 0
    on = next((here for here in range(at, len(tokens)) if keyword(tokens[here]) == "ON"), None)
    if on is None or on + 2 >= len(tokens):
        return False
    name_end = next((here for here in range(at, on) if keyword(tokens[here]) == "COPY"), on)
    start = on + 1
    while start < len(tokens) and keyword(tokens[start]) in ("TABLE", "VIEW", "EXTERNAL", "DYNAMIC", "EVENT"):
        start += 1
    end = start
    while end < len(tokens) and (end == start or keyword(tokens[end - 1]) == "." or keyword(tokens[end]) == "."):
        end += 1
    if keyword(tokens[on + 1]) == "STAGE":
        return False
    target, _ = table_of(session, tokens[at:name_end])
    source, _ = table_of(session, tokens[start:end])
    written.target(target, overwrites=True)
    written.by_name(target, session.read(source), None)
    return True
