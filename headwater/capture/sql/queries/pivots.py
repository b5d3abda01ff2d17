"""PIVOT and UNPIVOT, as a clause of FROM and as DuckDB's statement: rows turned into columns and back.

What a PIVOT aggregates reaches every column it makes, and so does, as a condition, the column whose values name them.
Where those values are only known once it runs, the columns are open: any name may be one of them, and all are made of the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from headwater.capture.redaction.tokens import MARK
from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation, passed_through, rows_of, union, without_measures
from headwater.capture.sql.queries.scopes import Scope, is_star
from headwater.capture.sql.queries.stars import chosen, meant_by, star_columns
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.words.measures import COUNT, TOTAL
from headwater.model.lineage import Kind

_PIVOT_PARTS = words(
    "this alias unpivot expressions fields using group columns include_nulls default_on_null into "
    "identify_pivot_strings prefixed_pivot_columns pivot_column_naming value_columns_first"
)
_VALUES_FIRST = frozenset({"bigquery", "tsql", "fabric"})
_MAX_COLUMNS = 20_000

Output = tuple[str, Influences]


def pivoted(scope: Scope, pivot: Expr) -> Relation:
    """The relation that a PIVOT or UNPIVOT makes of all that stands in a scope."""
    check(pivot, _PIVOT_PARTS, scope.session)
    relation = _unpivot(scope, pivot) if pivot.args.get("unpivot") else _pivot(scope, pivot)
    alias = pivot.args.get("alias")
    names = [relation.name for relation in scope.relations]
    name = alias.name if isinstance(alias, exp.TableAlias) and alias.name else names[0] if len(names) == 1 else ""
    columns = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    if not columns:
        return relation.renamed(name)
    if relation.is_open:
        scope.session.gap(relation.open_code, relation.open_name, pivot)
    elif len(columns) != len(relation.outputs):
        scope.session.gap("column-count-mismatch", "pivot", pivot)
    outputs = [(columns[at] if at < len(columns) else old, found) for at, (old, found) in enumerate(relation.outputs)]
    return Relation(
        name, outputs, open_tables=relation.open_tables, made_of=relation.made_of, rows=relation.rows, presence=relation.presence
    )


def _pivot(scope: Scope, pivot: Expr) -> Relation:
    is_statement = not pivot.args.get("fields")
    aggregates = list((pivot.args.get("using") or ()) if is_statement else pivot.expressions)
    keys = list((pivot.expressions or ()) if is_statement else pivot.args["fields"])
    steering = union(_steering(scope, key) for key in keys)
    folded = [without_measures(influences_of(each, scope, Kind.IDENTITY), {TOTAL}) for each in aggregates]  # a key narrows the group
    if not aggregates:
        folded = [rows_of(scope.presence(), Kind.AGGREGATION, measure=COUNT)]
    made = [each | passed_through(steering, Kind.CONDITIONAL) for each in folded]
    groups = _groups(scope, pivot, [*aggregates, *keys])
    rows = passed_through(union([found for _, found in groups]), Kind.GROUP_BY)
    columns, certain = _columns(pivot, keys, aggregates, made, scope.session.grammar.name)
    is_open = columns is None or (pivot.args.get("group") is None and any(each.is_open for each in scope.relations))
    if pivot.args.get("group") is None:
        _tell_open(scope, pivot)
    tables = () if pivot.args.get("group") is not None else tuple(table for each in scope.relations for table in each.open_tables)
    return Relation(
        "",
        [*groups, *(columns or ())],
        open_tables=tables if is_open else (),
        made_of=union(made) if columns is None else None,
        rows=rows,
        presence=scope.presence(),
        named=[*([True] * len(groups)), *([certain] * len(columns or ()))],
    )


def _tell_open(scope: Scope, pivot: Expr) -> None:
    """All columns that are left over group the rows, so they must be known."""
    for relation in scope.relations:
        if relation.is_open:
            scope.session.gap(relation.open_code, relation.open_name, pivot)


def _steering(scope: Scope, key: Expr) -> Influences:
    """What decides into which column a row falls: the columns after FOR or ON, and a query that lists their values."""
    if not isinstance(key, exp.In):
        return influences_of(key, scope)
    listed = [each for each in key.expressions if isinstance(each, exp.Query)]
    if isinstance(key.args.get("query"), Expr):
        listed.append(key.args["query"])
    return union([influences_of(key.this, scope), *(influences_of(each, scope, Kind.CONDITIONAL) for each in listed)])


def _groups(scope: Scope, pivot: Expr, used: Sequence[Expr]) -> list[Output]:
    """The columns that stay: those of GROUP BY, else all that are named nowhere in the pivot."""
    group = pivot.args.get("group")
    if group is not None:
        check(group, frozenset({"expressions"}), scope.session)
        return [(each.output_name or f"_col_{at}", influences_of(each, scope)) for at, each in enumerate(group.expressions)]
    relations = {relation.name for relation in scope.relations}
    read = [each.this if isinstance(each, exp.In) else each for each in used]
    gone = {name for each in read for column in each.find_all(exp.Column) for name in _first_names(column, relations)}
    return [(each.name, each.found) for each in star_columns(scope) if each.name.lower() not in gone]


def _first_names(column: Expr, relations: set[str]) -> Iterable[str]:
    """The column that a dotted name begins with: its first part that names no relation."""
    parts = [part for part in (column.text("catalog"), column.text("db"), column.text("table"), column.name) if part]
    return [(parts[1] if len(parts) > 1 and parts[0] in relations else parts[0]).lower()]


def _columns(
    pivot: Expr, keys: Sequence[Expr], aggregates: Sequence[Expr], made: Sequence[Influences], dialect: str
) -> tuple[list[Output] | None, bool]:
    """The columns made, value by value, and whether their names are certain; None where values of the data name them."""
    values = [_values(key, quoted=dialect == "oracle") for key in keys]
    count = 1
    for each in values:
        count *= len(each or ())
    if (keys and any(each is None for each in values)) or count * len(made) > _MAX_COLUMNS:
        return None, False
    stems = ["_".join(combination) for combination in product(*[each or [] for each in values])] if keys else [""]
    is_misnamed = dialect == "oracle" or (dialect == "duckdb" and any(key.find(exp.Boolean, exp.Neg) for key in keys))
    given = None if is_misnamed else pivot.args.get("columns")
    if given and len(given) == len(stems) * len(made):
        names = [each.name for each in given]
    else:
        names = ["_".join(filter(None, (stem, ending))) for stem in stems for ending in _endings(aggregates)]
    certain = len(aggregates) == 1 or all(isinstance(each, exp.Alias) for each in aggregates)
    return list(zip(names, [*made] * len(stems), strict=True)), certain and bool(keys)


def _endings(aggregates: Sequence[Expr]) -> list[str]:
    """What the aggregates add to the names: their aliases, and their text where there are several."""
    if len(aggregates) < 2 and not any(isinstance(each, exp.Alias) for each in aggregates):
        return [""]
    return [each.alias or each.sql("duckdb").lower() for each in aggregates]


def _values(key: Expr, *, quoted: bool) -> list[str] | None:
    """The values a column is compared with, by the names they give; None where they are not listed."""
    if not isinstance(key, exp.In) or key.args.get("query") is not None or key.args.get("field") is not None:
        return None
    names = []
    for each in key.expressions:
        value = each.this if isinstance(each, exp.PivotAlias) else each
        if isinstance(value, (exp.Query, exp.PivotAny, exp.Star)) or any(MARK in cell.name.lower() for cell in value.find_all(exp.Literal)):
            return None
        cells = value.expressions if isinstance(value, exp.Tuple) else [value]
        names.append(each.alias or "_".join(_value(cell, quoted=quoted) for cell in cells))
    return names or None


def _value(cell: Expr, *, quoted: bool) -> str:
    """What one value gives to a name; Oracle keeps the quotes of a string."""
    if isinstance(cell, exp.Null):
        return "NULL"
    if isinstance(cell, exp.Boolean):
        return str(cell.this).lower()
    if isinstance(cell, exp.Neg):
        return f"-{_value(cell.this, quoted=quoted)}"
    return f"'{cell.name}'" if quoted and isinstance(cell, exp.Literal) and cell.is_string else cell.name


def _unpivot(scope: Scope, pivot: Expr) -> Relation:
    name, values, sets = _shape(pivot)
    turned = [_turned(scope, each) for each in sets]
    members = [member for each in turned for member in each]
    gone = {column.lower() for _, names in members for column in names}
    width = max((len(found) for found, _ in members), default=0)
    if len(values) != width:
        scope.session.gap("column-count-mismatch", "unpivot", pivot)
    outputs = [(value, union([found[at] for found, _ in members if at < len(found)])) for at, value in enumerate(values)]
    label: Output = (name, {})
    new = [*outputs, label] if scope.session.grammar.name in _VALUES_FIRST else [label, *outputs]
    made = union(found for _, found in outputs)
    rows = {} if pivot.args.get("include_nulls") else passed_through(made, Kind.FILTER)
    stays = [(each.name, each.found) for each in star_columns(scope) if each.name.lower() not in gone]
    return Relation(
        "",
        [*stays, *new],
        open_tables=tuple(table for each in scope.relations for table in each.open_tables),
        made_of=union([each.made_of for each in scope.relations if each.made_of is not None]) or None,
        rows=rows,
        presence=scope.presence(),
    )


Member = tuple[list[Influences], list[str]]
"""What one set of columns gives to each value column, and the columns it uses up."""


def _shape(pivot: Expr) -> tuple[str, list[str], list[Expr]]:
    """The name column, the value columns, and the sets of columns that are turned into rows."""
    fields = pivot.args.get("fields")
    if fields:
        target = pivot.expressions[0] if len(pivot.expressions) == 1 and isinstance(pivot.expressions[0], exp.Tuple) else None
        values = [each.name for each in (target.expressions if target is not None else pivot.expressions)]
        return fields[0].this.name, values, list(fields[0].expressions)
    into = pivot.args.get("into")
    if into is None:
        return "name", ["value"], list(pivot.expressions)
    return into.this.name, [each.name for each in into.expressions] or ["value"], list(pivot.expressions)


def _turned(scope: Scope, node: Expr) -> list[Member]:
    """The members of one set: usually one, several where a star or COLUMNS stands for them."""
    value = node.this if isinstance(node, (exp.PivotAlias, exp.Alias, exp.Paren)) else node
    if is_star(value) or isinstance(value, exp.Columns):
        columns, relations = meant_by(value, scope) if is_star(value) else chosen(value, scope)
        for relation in relations:
            if relation.is_open:
                scope.session.gap(relation.open_code, relation.open_name, node)
        return [([each.found], [each.name]) for each in columns]
    cells = value.expressions if isinstance(value, exp.Tuple) else [value]
    relations_named = {relation.name for relation in scope.relations}
    gone = [name for cell in cells for column in cell.find_all(exp.Column) for name in _first_names(column, relations_named)]
    return [([influences_of(cell, scope) for cell in cells], gone)]
