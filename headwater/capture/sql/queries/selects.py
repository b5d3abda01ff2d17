"""One SELECT: its outputs, what its clauses say about all of its rows, and ORDER BY with LIMIT wherever they stand.

Clauses that are not listed here are reported, never skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING, Influences, Relation, passed_through, placed, union
from headwater.capture.sql.queries.scopes import Aliases, Scope, is_star
from headwater.capture.sql.queries.sources import add_from, presence_of
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.clauses import check, words
from headwater.model.lineage import Kind

Ctes = Mapping[str, Relation]


_SELECT_PARTS = words(
    "with_ expressions from_ joins laterals where prewhere group having qualify windows distinct order sort cluster distribute limit "
    "offset fetch into sample locks hint kind operation_modifiers"
)


def select(query: Expr, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    """What a SELECT gives, clause by clause."""
    check(query, _SELECT_PARTS, session)
    if query.args.get("kind"):
        session.gap("unsupported-clause", f"select as {query.text('kind')}".lower(), query)
    scope = Scope(session, ctes, parent)
    add_from(scope, query)
    scope.windows = {window.name: window for window in query.args.get("windows") or ()}
    outputs = _Outputs(scope)
    for projection in query.expressions:
        outputs.add(projection)
    _conditions(query, scope)
    _grouping(query, scope, outputs)
    _distinct(query, scope, outputs)
    _ordering(query, scope, outputs.columns)
    scope.rows |= presence_of(scope, outputs.columns, outputs.open_tables)
    return Relation(
        "",
        outputs.columns,
        open_tables=tuple(dict.fromkeys(outputs.open_tables)),
        made_of=union(outputs.made_of) if outputs.made_of else None,
        rows=scope.rows,
        presence=scope.presence(),
        named=outputs.named,
    )


class _Outputs:
    """The output columns of one SELECT while they are read."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.columns: list[tuple[str, Influences]] = []
        self.named: list[bool] = []
        self.open_tables: list[str] = []
        self.made_of: list[Influences] = []
        self._computed: list[tuple[Expr | None, Influences]] = []
        """Each column with its expression; none for those of `*`."""

    def add(self, projection: Expr) -> None:
        """Read one projection; `*` gives several columns."""
        if is_star(projection):
            self._add_star(projection)
            return
        scope = self.scope
        scope.aliases_rule = Aliases.AFTER_COLUMNS if scope.session.grammar.lateral_aliases else Aliases.HIDDEN
        found = influences_of(projection, scope)
        if isinstance(projection, exp.Aliases):
            for each in projection.expressions:
                self._append(each.name, found, named=True)
            return
        if projection.is_star or isinstance(projection, (exp.Explode, exp.Posexplode, exp.Inline, exp.Stack)):
            scope.session.gap("unsupported-expression", "several columns of one expression", projection)
        name = projection.output_name
        self._append(name or f"_col_{len(self.columns)}", found, named=bool(name))
        if isinstance(projection, exp.Alias):
            scope.aliases[name] = found
        self._computed.append((projection, found))

    def ungrouped(self) -> Influences:
        """What reaches the columns without an aggregate: GROUP BY ALL."""
        return union([found for made, found in self._computed if made is None or made.find(exp.AggFunc) is None])

    def _append(self, name: str, found: Influences, *, named: bool) -> None:
        self.scope.session.steps.spend(1 + len(found))
        self.columns.append((name, found))
        self.named.append(named)

    def _add_star(self, projection: Expr) -> None:
        star = projection if isinstance(projection, exp.Star) else projection.this
        scope = self.scope
        check(star, frozenset({"except_", "replace", "rename"}), scope.session)
        if isinstance(projection, exp.Column):
            relation = scope.whole(projection.text("table"), projection)
            relations = [] if relation is None else [relation]
            columns = [column for each in relations for column in _placed(each)]
        else:
            relations = list(scope.relations)
            columns = _unqualified_star(scope)
        self.open_tables += [table for each in relations for table in each.open_tables]
        self.made_of += [each.made_of for each in relations if each.made_of is not None]
        if not relations:
            scope.session.gap("unknown-column", "*", projection)
        excluded = {each.name.lower() for each in _listed(star, "except_")}
        replaced = {each.alias.lower(): each for each in _listed(star, "replace")}
        renamed = {each.this.name.lower(): each.alias for each in _listed(star, "rename")}
        for name, found in columns:
            if name.lower() in excluded:
                continue
            if name.lower() in replaced:
                found = influences_of(replaced.pop(name.lower()).this, scope)
            self._append(renamed.pop(name.lower(), name), found, named=True)
            self._computed.append((None, found))
        for name, value in replaced.items():
            self._append(name, influences_of(value.this, scope), named=True)
        for name, new in renamed.items():
            self._append(new, union([each.shining_through(name) for each in relations if each.is_open]), named=True)


def _placed(relation: Relation) -> list[tuple[str, Influences]]:
    """The columns of a relation that `*` stands for, read where FROM names it."""
    return [(name, placed(found, relation.offset)) for name, found in relation.top_level()]


def _listed(star: Expr, key: str) -> list[Expr]:
    """The names or aliases that change a `*`."""
    value = star.args.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]


def _unqualified_star(scope: Scope) -> list[tuple[str, Influences]]:
    """All columns of FROM in order; those of USING once, in front or in place as the dialect has it."""
    merged = dict(scope.merged)
    columns: list[tuple[str, Influences]] = []
    if not scope.session.grammar.using_in_place:
        columns = list(merged.items())
    done = {name for name, _ in columns}
    for relation in scope.relations:
        for name, found in _placed(relation):
            key = next((each for each in merged if each.lower() == name.lower()), None)
            if key is None:
                columns.append((name, found))
            elif key not in done:
                done.add(key)
                columns.append((name, merged[key]))
    return columns


def _conditions(query: Expr, scope: Scope) -> None:
    scope.aliases_rule = Aliases.AFTER_COLUMNS if scope.session.grammar.lateral_aliases else Aliases.HIDDEN
    for key in ("where", "prewhere"):
        clause = query.args.get(key)
        if clause is not None:
            scope.rows |= influences_of(clause.this, scope, Kind.FILTER)
    scope.aliases_rule = Aliases.MIXED
    for key in ("having", "qualify"):
        clause = query.args.get(key)
        if clause is not None:
            scope.rows |= influences_of(clause.this, scope, Kind.FILTER)


def _grouping(query: Expr, scope: Scope, outputs: _Outputs) -> None:
    group = query.args.get("group")
    if group is None:
        return
    check(group, frozenset({"expressions", "grouping_sets", "cube", "rollup", "all", "totals"}), scope.session)
    scope.aliases_rule = Aliases.MIXED
    if group.args.get("all"):
        scope.rows |= passed_through(outputs.ungrouped(), Kind.GROUP_BY)
    for key in ("expressions", "grouping_sets", "cube", "rollup"):
        value = group.args.get(key)
        for each in value if isinstance(value, list) else ():
            scope.rows |= passed_through(_positional(each, scope, outputs.columns), Kind.GROUP_BY)


def _positional(node: Expr, scope: Scope, columns: Sequence[tuple[str, Influences]]) -> Influences:
    """What a key of GROUP BY or ORDER BY means; a bare integer is the number of an output column."""
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        at = int(node.name) - 1
        return columns[at][1] if 0 <= at < len(columns) else NOTHING
    if isinstance(node, (exp.Tuple, exp.Paren, exp.GroupingSets, exp.Rollup, exp.Cube)):
        parts = [node.this] if isinstance(node, exp.Paren) else node.expressions
        return union([_positional(each, scope, columns) for each in parts])
    return influences_of(node, scope)


def _distinct(query: Expr, scope: Scope, outputs: _Outputs) -> None:
    distinct = query.args.get("distinct")
    if distinct is None:
        return
    on = distinct.args.get("on")
    if on is None:
        found = union([each for _, each in outputs.columns])
    else:
        scope.aliases_rule = Aliases.MIXED
        found = _positional(on, scope, outputs.columns)
    scope.rows |= passed_through(found, Kind.GROUP_BY)


def ordered(query: Expr, relation: Relation, session: Session, ctes: Ctes, parent: Scope | None) -> Relation:
    """A relation under an ORDER BY and LIMIT that see its columns only."""
    if not any(query.args.get(key) for key in ("order", "limit", "offset")):
        return relation
    scope = Scope(session, ctes, parent)
    scope.relations.append(relation)
    _ordering(query, scope, relation.outputs)
    return Relation(
        relation.name,
        relation.outputs,
        open_tables=relation.open_tables,
        made_of=relation.made_of,
        rows=relation.rows | scope.rows,
        presence=relation.presence,
        named=relation.named,
    )


def _ordering(query: Expr, scope: Scope, columns: Sequence[tuple[str, Influences]]) -> None:
    """ORDER BY and its relatives, and LIMIT; order counts even without a limit, because a reader may cut."""
    for key in ("order", "sort", "cluster", "distribute"):
        clause = query.args.get(key)
        for each in clause.expressions if clause is not None else ():
            value = each.this if isinstance(each, exp.Ordered) else each
            if isinstance(value, exp.Var) and value.name.upper() == "ALL":
                found = union([column for _, column in columns])
            else:
                scope.aliases_rule = Aliases.FIRST if isinstance(value, exp.Column) and not value.text("table") else Aliases.MIXED
                found = _positional(value, scope, columns)
            scope.rows |= passed_through(found, Kind.SORT)
    scope.aliases_rule = Aliases.HIDDEN
    for key in ("limit", "offset", "fetch"):
        clause = query.args.get(key)
        if clause is not None:
            for value in clause.args.values():
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, Expr):
                        scope.rows |= influences_of(each, scope, Kind.FILTER)
