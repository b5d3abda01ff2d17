"""INSERT: by position, by a list, or by name; partitions, conflicts, what it returns; into tables, files, or through a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headwater.capture.sql.adapter import Expr, TokenType, exp, word
from headwater.capture.sql.names import offset_of
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import LAST_DIRECT, NOTHING, Influences, Relation, passed_through, placed, rows_of, union
from headwater.capture.sql.queries.queries import relation_of, with_ctes
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.queries.sources import add_from
from headwater.capture.sql.scripts.steps import Tokens
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.assignments import assign
from headwater.capture.sql.writes.cuts import THROUGH
from headwater.capture.sql.writes.returning import returning
from headwater.capture.sql.writes.targets import read_query, target_of, unsupported
from headwater.capture.sql.writes.written import Written, spelled
from headwater.model.lineage import Kind

_INSERT_PARTS = words(
    "this expression with_ by_name default overwrite conflict returning alternative ignore hint stored exists alias is_function where"
)


def insert(written: Written, tree: Expr) -> None:
    """INSERT: by position against the target's columns or the list given, or by name."""
    session = written.session
    check(tree, _INSERT_PARTS, session)
    table_node, listed = target_of(tree.this)
    path = _path(table_node)
    if path is not None:
        _into_files(written, tree, path)
        return
    if not isinstance(table_node, exp.Table):
        unsupported(written, tree)
        return
    target = session.name_of(table_node)
    if written.cuts.through and table_node.name.lower() == THROUGH:
        target, listed = _behind(written, tree, listed)
    partition = table_node.args.get("partition")
    replaced = tree.args.get("where")
    is_whole = partition is None and replaced is None and not session.replaces_parts
    written.target(target, overwrites=bool(tree.args.get("overwrite")) and is_whole)
    if written.cuts.executed:
        session.report.add("unsupported-clause", "rows of a procedure", written.cuts.executed[0].start)
        return
    if listed is not None:
        session.prove(target, listed)
    ctes = with_ctes(tree, session, session.outer_ctes, None)
    source = tree.args.get("expression")
    if source is None:
        returning(written, tree, target, NOTHING)
        return  # DEFAULT VALUES
    relation = relation_of(source, session, ctes)
    columns = placed_columns(written, tree, target, listed, relation, partition)
    if columns is None:
        written.rows(target, relation.rows)
    else:
        written.relation(target, columns, relation)
    if replaced is not None:
        scope = Scope(session, ctes)
        scope.relations = [session.table(target).renamed(table_node.alias_or_name)]
        written.rows(target, influences_of(replaced, scope, Kind.FILTER))
    _conflict(written, tree, target, columns or [], relation, ctes)
    _errors(written, target, relation)
    returning(written, tree, target, relation.rows)


def _path(node: Expr) -> str | None:
    """The files that INSERT writes where it names no table."""
    if isinstance(node, exp.Directory):
        return str(node.this.name)
    if isinstance(node, exp.Func):
        literals = [each.name for each in node.expressions if isinstance(each, exp.Literal) and each.is_string]
        return literals[0] if literals else None
    return None


def _into_files(written: Written, tree: Expr, path: str) -> None:
    session = written.session
    written.target(path, overwrites=bool(tree.args.get("overwrite")))
    source = tree.args.get("expression")
    if source is not None:
        written.by_name(path, relation_of(source, session, with_ctes(tree, session, session.outer_ctes, None)), tree)


def _behind(written: Written, tree: Expr, listed: Sequence[str] | None) -> tuple[str, list[str]]:
    """The one stored table behind a query that is written through, and its columns in the order of the query's."""
    session = written.session
    relation = read_query(session, written.cuts.through)
    columns = relation.top_level()
    wanted = columns if listed is None else [(name, relation.find(name) or NOTHING) for name in listed]
    stored = [stored_column(found) for _, found in wanted]
    tables = {each[0] for each in stored if each is not None}
    if len(tables) != 1 or None in stored or relation.is_open:
        session.gap("unsupported-clause", "insert through a query", tree)
    target = sorted(tables)[0] if tables else THROUGH
    return target, [each[1] for each in stored if each is not None]


def stored_column(found: Influences) -> tuple[str, str] | None:
    """The one stored column that a query hands on unchanged."""
    direct = [each for each in found if each.kind <= LAST_DIRECT]
    if len(direct) == 1 and direct[0].kind == Kind.IDENTITY and direct[0].column is not None:
        return direct[0].table, direct[0].column
    return None


def _errors(written: Written, target: str, relation: Relation) -> None:
    """LOG ERRORS: rows that do not fit, as they were meant for the target."""
    if not written.cuts.errors:
        return
    session = written.session
    session.report.add("unsupported-clause", "log errors", written.cuts.errors[0].start)
    errors = written.cuts.errors
    query = [word(TokenType.SELECT, "SELECT", errors[0]), word(TokenType.STAR, "*", errors[0]), word(TokenType.FROM, "FROM", errors[0])]
    tree = session.grammar.tree([*query, *errors[: _name_ends(errors)]], session.text)
    for table in tree.find_all(exp.Table):
        written.target(session.name_of(table))


def _name_ends(tokens: Tokens) -> int:
    """How many tokens a dotted name takes."""
    end = 1
    while end + 1 < len(tokens) and tokens[end].token_type is TokenType.DOT:
        end += 2
    return end


def placed_columns(
    written: Written, tree: Expr, target: str, listed: Sequence[str] | None, relation: Relation, partition: Expr | None
) -> list[str] | None:
    """The target's columns in the order of the query's; None (and a gap) where that cannot be known."""
    session = written.session
    known = session.columns(target)
    if relation.is_open:
        session.gap(relation.open_code, relation.open_name, tree)
        return None
    outputs = [name for name, _ in relation.top_level()]
    if tree.args.get("by_name"):
        return [spelled(name, known or ()) or name for name in outputs]
    if listed is not None:
        columns = [spelled(name, known or ()) or name for name in listed]
    elif known is None:
        if any(found for _, found in relation.top_level()) or _meets(written, tree):
            session.gap("target-columns-unknown", target, tree)
        return None  # of bare values nothing flows, whichever columns they go into
    else:
        columns = [name for name in known if "." not in name or name.partition(".")[0] not in known]
        brought = [name for name in columns if name not in session.computed.get(target, ())]
        columns = brought if len(brought) == len(outputs) else columns
    if partition is not None:
        columns = _with_partition(columns, partition, listed is not None)
    fewer_allowed = session.grammar.name in ("postgres", "redshift") and listed is None
    if len(outputs) != len(columns) and not (fewer_allowed and len(outputs) < len(columns)):
        session.gap("column-count-mismatch", target, tree)
        return None
    return columns


def _meets(written: Written, tree: Expr) -> bool:
    """Whether rows that are there already are compared with those that come."""
    return any(tree.args.get(key) for key in ("conflict", "alternative", "ignore")) or written.cuts.replaces


def _with_partition(columns: list[str], partition: Expr, is_listed: bool) -> list[str]:
    """Static partition columns take no value from the query; dynamic ones come last."""
    fixed = [each.this.name.lower() for each in partition.expressions if isinstance(each, exp.EQ)]
    dynamic = [each.name for each in partition.expressions if isinstance(each, exp.Column)]
    rest = [name for name in columns if name.lower() not in fixed and name.lower() not in {each.lower() for each in dynamic}]
    return [*rest, *dynamic] if not is_listed else [*rest, *(name for name in dynamic if name not in rest)]


def _conflict(written: Written, tree: Expr, target: str, columns: Sequence[str], relation: Relation, ctes: Mapping[str, Relation]) -> None:
    """ON CONFLICT, ON DUPLICATE KEY, REPLACE and IGNORE: what is written, and what was there, decide over rows."""
    conflict = tree.args.get("conflict")
    if not _meets(written, tree):
        return
    session = written.session
    given_rows = relation.top_level()
    unplaced = None if columns else union(passed_through(found, Kind.TRANSFORMATION) for _, found in given_rows)
    excluded = Relation(
        "excluded", list(zip(columns, [found for _, found in given_rows], strict=False)), rows=relation.rows, made_of=unplaced
    )
    stored = session.table(target)
    given = [] if conflict is None else conflict.args.get("conflict_keys") or []
    keys = [key.this if isinstance(key, exp.Ordered) else key for key in given]
    names = [key.name for key in keys if isinstance(key, (exp.Column, exp.Identifier))] or list(columns)
    places = {key.name: offset for key in keys if (offset := offset_of(key)) is not None}
    compared = union(
        [
            *(excluded.find(name) or NOTHING for name in names),
            *(placed(stored.find(name) or stored.shining_through(name), places.get(name, -1)) for name in names),
        ]
    )
    written.rows(target, passed_through(compared, Kind.FILTER))
    if not columns:
        written.rows(target, rows_of([*relation.presence, target], Kind.FILTER))
    if conflict is None:
        return
    scope = Scope(session, ctes)
    node, _ = target_of(tree.this)
    scope.relations = [stored.renamed(node.alias_or_name or target.rpartition(".")[2]), excluded]
    assignments = [_with_new_rows(each) for each in conflict.args.get("expressions") or ()]
    if conflict.args.get("duplicate"):
        _name_new_rows(tree, scope, excluded, relation)
        assignments = _of_target(assignments, scope.relations[0].name, columns)
    assign(written, target, assignments, scope, prefer=stored if not conflict.args.get("duplicate") else None)
    for key in ("where", "index_predicate"):
        where = conflict.args.get(key)
        if where is not None:
            written.rows(target, influences_of(where.this if isinstance(where, exp.Where) else where, scope, Kind.FILTER))


def _name_new_rows(tree: Expr, scope: Scope, excluded: Relation, relation: Relation) -> None:
    """MySQL: `VALUES (…) AS new (m, n)` names the rows and their columns; a SELECT's own tables can be named too."""
    source = tree.args["expression"]
    alias = source.args.get("alias")
    if isinstance(alias, exp.TableAlias):
        names = [column.name for column in alias.args.get("columns") or ()]
        outputs = [(names[at] if at < len(names) else name, found) for at, (name, found) in enumerate(excluded.outputs)]
        scope.relations.append(Relation(alias.name, outputs, rows=relation.rows))
    elif isinstance(source, exp.Select):
        own = scope.relations[0].name
        inner = Scope(scope.session, scope.ctes)
        add_from(inner, source)
        scope.relations += [each for each in inner.relations if each.name != own]


def _of_target(assignments: Sequence[Expr], target: str, columns: Sequence[str]) -> list[Expr]:
    """Assignments whose bare names are the target's where it has them for certain: MySQL refuses a name that the query's tables have."""
    lefts = [each.this for each in assignments if isinstance(each, exp.Binary)]
    certain = {name.lower() for name in (*columns, *(left.name for left in lefts if isinstance(left, exp.Column)))}
    made = [each.copy() for each in assignments]
    for each in made:
        for node in each.walk(prune=lambda inner: isinstance(inner, exp.Query)):
            if isinstance(node, exp.Column) and not node.text("table") and node.name.lower() in certain:
                node.set("table", exp.to_identifier(target, quoted=True))
    return made


def _with_new_rows(assignment: Expr) -> Expr:
    """`VALUES(column)` means the column of the row that was to be inserted."""
    if not any(each.name.upper() == "VALUES" for each in assignment.find_all(exp.Anonymous)):
        return assignment
    made = assignment.copy()
    for call in list(made.find_all(exp.Anonymous)):
        named = call.expressions[0] if call.name.upper() == "VALUES" and len(call.expressions) == 1 else None
        if isinstance(named, (exp.Column, exp.Identifier)):
            call.replace(exp.column(exp.to_identifier(named.name, quoted=True), table=exp.to_identifier("excluded", quoted=True)))
    return made
