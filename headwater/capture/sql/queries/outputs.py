"""The outputs of one SELECT, projection by projection: one column each, or several for stars, COLUMNS, structs and makers of rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.exploded import EXPLODING, exploded, is_counting, stacked
from headwater.capture.sql.queries.expressions import called, influences_of
from headwater.capture.sql.queries.fields import fields_of, is_list, is_time_window, leaves_of
from headwater.capture.sql.queries.influences import NOTHING, Influences, Relation, passed_through, union
from headwater.capture.sql.queries.scopes import Scope, beside_columns, is_star
from headwater.capture.sql.queries.stars import Meant, chosen, filtered, listed, meant_by
from headwater.capture.sql.words.patterns import harmless
from headwater.model.lineage import Kind

_MAKERS = (exp.Explode, exp.ExplodeOuter, exp.Posexplode, exp.PosexplodeOuter, exp.Inline, exp.Stack, exp.Unnest)
_NAME_FILTERS = (exp.Like, exp.ILike, exp.SimilarTo, exp.Glob, exp.RegexpLike, exp.RegexpFullMatch, exp.Not)

_SEVERAL = (exp.Apply, exp.Star, exp.Column, exp.Columns, exp.Dot, exp.QueryTransform, exp.Anonymous, *_NAME_FILTERS, *_MAKERS)


_ARE_SEVERAL: dict[type, bool] = {}


def _may_be_several(kind: type) -> bool:
    """Whether an expression of this kind may give several columns."""
    known = _ARE_SEVERAL.get(kind)
    if known is None:
        known = _ARE_SEVERAL[kind] = issubclass(kind, _SEVERAL)
    return known


class Outputs:
    """The output columns of one SELECT while they are read."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._knows_fields = any(relation.has_fields for relation in scope.relations)
        self._guesses = len(scope.relations) > 1 and any(relation.is_open for relation in scope.relations)
        """Whether a bare name may be a column of several tables, which are found for each anew."""
        self.columns: list[tuple[str, Influences]] = []
        self.named: list[bool] = []
        self.open_tables: list[str] = []
        self.made_of: list[Influences] = []
        self._computed: list[tuple[Expr | None, Influences]] = []
        """Each column with its expression; none for those of `*`."""
        self.fields: dict[str, Influences] = {}
        """Fields of outputs that are structs, by dotted names in lower case."""

    def add(self, projection: Expr) -> None:
        """Read one projection; `*` and its relatives give several columns."""
        scope = self.scope
        scope.aliases_rule = beside_columns(scope.session.grammar)
        value = projection.this if isinstance(projection, exp.Alias) else projection
        kind = type(value)
        if (kind is not exp.Column or isinstance(value.this, exp.Star)) and _may_be_several(kind) and self._add_several(projection, value):
            return
        cells = stacked(value.this, scope) if kind is exp.Aliases and isinstance(value.this, exp.Stack) else None
        if cells is not None and len(cells) == len(value.expressions):
            for each, cell in zip(value.expressions, cells, strict=True):
                self._append(each.name, cell, named=True)
            return
        found = influences_of(projection, scope)
        scope.session.steps.hold(1 + len(found) if self._guesses or kind is not exp.Column else 2)
        met = scope.forget_met_columns()
        if met is not None:
            self._add_per_column(projection, value, met)
            return
        if isinstance(projection, exp.Aliases):
            for at, each in enumerate(projection.expressions):
                self._append(each.name, NOTHING if at == 0 and is_counting(projection.this) else found, named=True)
            return
        name = projection.output_name
        if not name and is_time_window(value, scope):
            name = value.name.lower()
        self._append(name or f"_col_{len(self.columns)}", found, named=bool(name))
        if isinstance(projection, exp.Alias):
            scope.aliases[name] = found
        self._note_fields(name, value)
        self._computed.append((projection, found))

    def _add_several(self, projection: Expr, value: Expr) -> bool:
        """Read a projection that gives several columns; false where it gives one after all."""
        scope = self.scope
        scope.forget_met_columns()
        if isinstance(value, exp.Apply):
            return self._add_applied(value)
        if is_star(value):
            self._add_star(value)
        elif isinstance(value, _NAME_FILTERS):
            meant = filtered(value, scope)
            if meant is None:
                return False
            self._add_all(*meant, projection.alias)
        elif isinstance(value, exp.Columns) and not value.args.get("unpack"):
            self._add_all(*chosen(value, scope), projection.alias, self._regex_of(value))
        elif isinstance(value, exp.Dot) and isinstance(value.expression, exp.Star):
            self._add_struct(value.this, value.expression, value)
        elif isinstance(value, exp.QueryTransform):
            self._add_transform(value)
        elif isinstance(value, exp.Anonymous) and value.name.lower() == "json_tuple" and not projection.alias:
            self._add_tuple(value)
        else:
            is_maker = isinstance(value, _MAKERS) or (isinstance(value, exp.Anonymous) and value.name.lower() == "inline_outer")
            return is_maker and self._add_made(projection, value)
        return True

    def ungrouped(self) -> Influences:
        """What reaches the columns without an aggregate: GROUP BY ALL."""
        return union([found for made, found in self._computed if made is None or made.find(exp.AggFunc) is None])

    def add_value(self, projection: Expr) -> None:
        """The one projection of SELECT AS VALUE: its fields are the columns."""
        self._add_struct(projection, exp.Star(), projection)

    def _append(self, name: str, found: Influences, *, named: bool) -> None:
        self.scope.session.steps.spend(1 + len(found))
        self.scope.session.steps.hold(1)
        self.columns.append((name, found))
        self.named.append(named)

    def _note_fields(self, name: str, value: Expr) -> None:
        is_struct = isinstance(value, exp.Struct) or (self._knows_fields and isinstance(value, exp.Column))
        if not name or not (is_struct or is_time_window(value, self.scope)):
            return
        for field, found in leaves_of(value, self.scope):
            self.fields[f"{name}.{field}".lower()] = found

    def known_fields(self) -> dict[str, Influences] | None:
        """The fields of outputs whose name stands for one column only; for others nobody can say which is meant."""
        if not self.fields:
            return None
        times = Counter(name.lower() for name, _ in self.columns)
        return {path: found for path, found in self.fields.items() if times[path.partition(".")[0]] == 1} or None

    def _open(self, relations: Iterable[Relation]) -> None:
        for each in relations:
            self.open_tables += each.open_tables
            if each.made_of is not None:
                self.made_of.append(each.made_of)

    def _add_star(self, projection: Expr) -> None:
        star = projection if isinstance(projection, exp.Star) else projection.this
        scope = self.scope
        if isinstance(projection, exp.Column) and not scope.has_relation(projection):
            column = exp.Column(this=projection.args.get("table"), table=projection.args.get("db"), db=projection.args.get("catalog"))
            self._add_struct(column, star, projection)
            return
        columns, relations = meant_by(projection, scope)
        self._open(relations)
        for each in relations:
            self.fields |= each.all_fields()
        replaced = {each.alias.lower(): each for each in listed(star, "replace")}
        renamed = {each.this.name.lower(): each.alias for each in listed(star, "rename")}
        for name, found, _ in columns:
            if name.lower() in replaced:
                found = influences_of(replaced.pop(name.lower()).this, scope)
                self._forget_fields(name)
            if name.lower() in renamed:
                self._forget_fields(name)
                name = renamed.pop(name.lower())
            self._append(name, found, named=True)
            self._computed.append((None, found))
        for name, value in replaced.items():
            self._append(name, influences_of(value.this, scope), named=True)
        for name, new in renamed.items():
            self._append(new, union([each.shining_through(name) for each in relations if each.is_open]), named=True)

    def _add_applied(self, value: Expr) -> bool:
        """ClickHouse's `* APPLY(f)`: each column that the star, or COLUMNS, stands for goes through f, and is called after both."""
        inner, before = value.this, len(self.columns)
        is_several = _may_be_several(type(inner)) and (type(inner) is not exp.Column or is_star(inner))
        if not is_several or not self._add_several(inner, inner):
            return False
        scope, name = self.scope, str(value.expression.name)
        call = called(name, exp.Columns(this=exp.Star()), scope)
        computed: list[tuple[Expr | None, Influences]] = []
        for at in range(before, len(self.columns)):
            column, scope.expanded = self.columns[at]
            made = influences_of(call, scope)
            scope.session.steps.hold(1 + len(made))
            self._forget_fields(column)
            self.columns[at] = (f"{name}({column})", made)
            computed.append((call, made))
        scope.expanded = None
        self._computed[len(self._computed) - len(computed) :] = computed
        if self.open_tables:
            self.made_of.append(influences_of(call, scope))
            scope.forget_met_columns()
        return True

    def _forget_fields(self, column: str) -> None:
        for each in [each for each in self.fields if each.startswith(f"{column.lower()}.")]:
            del self.fields[each]

    def _add_all(self, columns: list[Meant], relations: list[Relation], alias: str, regex: re.Pattern[str] | None = None) -> None:
        """Columns as they are, under their own names or all under one alias, which may take pieces of each name."""
        self._open(relations)
        for name, found, _ in columns:
            self._append(_renamed(name, alias, regex), found, named=True)
            self._computed.append((None, found))

    def _regex_of(self, node: Expr) -> re.Pattern[str] | None:
        """The pattern of COLUMNS; only patterns that have been found harmless are used."""
        what = node.this
        if not isinstance(what, exp.Literal) or not what.is_string:
            return None
        return harmless(what.name)

    def _add_per_column(self, projection: Expr, value: Expr, node: Expr) -> None:
        """An expression around COLUMNS: once per column meant, each named after it."""
        scope = self.scope
        columns, relations = chosen(node, scope)
        before = len(self.columns)
        self._open(relations)
        regex = self._regex_of(node)
        for name, found, _ in columns:
            scope.expanded = found
            made = influences_of(value, scope)
            scope.session.steps.hold(1 + len(made))
            self._append(_renamed(name, projection.alias, regex), made, named=True)
        scope.expanded = None
        if any(each.is_open for each in relations):
            all_made = [found for _, found in self.columns[before:]]
            self.made_of.append(union([*all_made, influences_of(value, scope)]))
        self._computed += [(value, found) for _, found in self.columns[before:]]

    def _add_struct(self, node: Expr, star: Expr, at: Expr) -> None:
        """The fields of a struct as columns of their own."""
        found = influences_of(node, self.scope)
        fields = fields_of(node, self.scope)
        if fields is None:
            self.made_of.append(passed_through(found, Kind.TRANSFORMATION))
            return
        excluded = {each.name.lower() for each in listed(star, "except_")}
        if star.args.get("replace") or star.args.get("rename"):
            self.scope.session.gap("unsupported-clause", "replace among fields", at)
        self._add_fields({name: each for name, each in fields.items() if name.lower() not in excluded})

    def _add_fields(self, fields: Mapping[str, Influences]) -> None:
        for name, found in fields.items():
            self._append(name, found, named=True)
            self._computed.append((None, found))

    def _add_made(self, projection: Expr, value: Expr) -> bool:
        """A maker of rows that gives several columns, or nobody knows how many; false where it gives one under its own name."""
        scope = self.scope
        name = scope.session.grammar.name
        taken = value.this
        options = {each.this.name.lower() for each in value.expressions if isinstance(each, (exp.PropertyEQ, exp.Kwarg, exp.EQ))}
        is_plain = isinstance(value, (exp.Explode, exp.Unnest)) and not options
        if name == "duckdb" and isinstance(value, exp.Explode):
            if not options and is_list(taken, scope):
                return False
            fields = None if options else fields_of(taken, scope)
            found = influences_of(value, scope)
            if fields is not None and not options:
                self._add_fields({each: passed_through(way, Kind.TRANSFORMATION) for each, way in fields.items()})
            else:
                self.made_of.append(found)
                if projection.alias:
                    self._append(projection.alias, found, named=True)
            return True
        if isinstance(value, exp.Stack) and not projection.alias:
            return self._add_stack(value)
        if projection.alias or (is_plain and name not in EXPLODING):
            return False
        found = influences_of(value, scope)
        columns = exploded(value, scope) if name in EXPLODING else None
        if columns is None:
            self.made_of.append(found)
        else:
            self._add_fields(dict(columns))
        return True

    def _add_tuple(self, value: Expr) -> None:
        """`json_tuple(json, …)`: a column for each key."""
        found = influences_of(value, self.scope)
        for at in range(len(value.expressions) - 1):
            self._append(f"c{at}", found, named=True)

    def _add_transform(self, value: Expr) -> None:
        """Hive's TRANSFORM hands rows to a program, which may answer with anything."""
        self.scope.session.gap("unsupported-expression", "transform", value)
        found = union([influences_of(each, self.scope, Kind.TRANSFORMATION) for each in value.expressions])
        schema = value.args.get("schema")
        for each in schema.expressions if isinstance(schema, exp.Schema) else [exp.Identifier(this="key"), exp.Identifier(this="value")]:
            self._append(each.name, found, named=True)
        self.scope.rows.update(passed_through(found, Kind.JOIN))

    def _add_stack(self, value: Expr) -> bool:
        """`stack(n, …)`: its arguments laid out in n rows."""
        columns = stacked(value, self.scope)
        for at, found in enumerate(columns or ()):
            self._append(f"col{at}", found, named=True)
        return columns is not None


def _renamed(name: str, alias: str, regex: re.Pattern[str] | None) -> str:
    """A column's name under the alias of COLUMNS, in which `\\1` stands for what the pattern's first bracket matched."""
    if not alias or "\\" not in alias:
        return alias or name
    found = regex.search(name) if regex is not None else None
    return re.sub(r"\\(\d)", lambda mark: name if regex is None and mark[1] == "0" else _group(found, int(mark[1])), alias)


def _group(found: re.Match[str] | None, number: int) -> str:
    return found[number] or "" if found is not None and number <= len(found.groups()) else ""
