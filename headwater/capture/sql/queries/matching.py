"""MATCH_RECOGNIZE: rows in, matches out. What defines the pattern and sorts the rows reaches all of them."""

from __future__ import annotations

import re

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation, passed_through, without_measures
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.queries.stars import star_columns
from headwater.capture.sql.words.clauses import check, words
from headwater.model.lineage import Kind

_PARTS = words("partition_by order measures rows after pattern define alias")


def matched(scope: Scope, match: Expr) -> None:
    """Put the matches in the place of the table they are looked for in."""
    check(match, _PARTS, scope.session)
    if len(scope.relations) != 1:
        scope.session.gap("unsupported-clause", "match_recognize after a join", match)
    inner = _inside(scope, match)
    for key, kind in (("partition_by", Kind.GROUP_BY), ("order", Kind.SORT)):
        clause = match.args.get(key)
        for each in clause.expressions if isinstance(clause, Expr) else clause or ():
            scope.rows |= passed_through(influences_of(each, inner), kind)
    for each in match.args.get("define") or ():
        scope.rows |= influences_of(each.this, inner, Kind.FILTER)
    outputs = _outputs(inner, match)
    alias = match.args.get("alias")
    names = [relation.name for relation in scope.relations]
    keeps_all = _keeps_all(match)
    scope.relations = [
        Relation(
            alias.name if isinstance(alias, exp.TableAlias) and alias.name else names[0] if len(names) == 1 else "",
            outputs,
            open_tables=tuple(table for each in inner.relations for table in each.open_tables) if keeps_all else (),
            presence=inner.presence(),
        )
    ]
    if isinstance(alias, exp.TableAlias) and alias.args.get("columns"):
        scope.session.gap("unsupported-clause", "columns of match_recognize", match)


def _inside(scope: Scope, match: Expr) -> Scope:
    """The names that MEASURES and DEFINE can use: the table's columns, bare or after a variable of the pattern."""
    around = Scope(scope.session, scope.ctes, scope.parent)
    pattern = match.args.get("pattern")
    fold = scope.session.grammar.fold
    variables = {fold(word) for word in re.findall(r"[A-Za-z_]\w*", pattern.name if isinstance(pattern, Expr) else "")}
    variables |= {each.alias for each in match.args.get("define") or ()}
    around.relations = [relation.renamed(name) for name in sorted(variables) for relation in scope.relations]
    inner = Scope(scope.session, scope.ctes, around)
    inner.relations = list(scope.relations)
    inner.merged = scope.merged
    return inner


def _keeps_all(match: Expr) -> bool:
    rows = match.args.get("rows")
    return isinstance(rows, Expr) and "ALL ROWS" in rows.name.upper()


def _outputs(inner: Scope, match: Expr) -> list[tuple[str, Influences]]:
    """The partition's columns, all others where each row is kept, and the measures."""
    outputs = [(each.name, influences_of(each, inner)) for each in match.args.get("partition_by") or ()]
    if _keeps_all(match):
        order = match.args.get("order")
        sorting = [each.this.name.lower() for each in order.expressions] if isinstance(order, Expr) else []
        taken = {name.lower() for name, _ in outputs}
        rest = [(each.name, each.found) for each in star_columns(inner) if each.name.lower() not in taken]
        outputs += sorted(rest, key=lambda column: sorting.index(column[0].lower()) if column[0].lower() in sorting else len(sorting))
    for measure in match.args.get("measures") or ():
        value = measure.this if isinstance(measure, exp.MatchRecognizeMeasure) else measure
        outputs.append((value.output_name, without_measures(influences_of(value, inner))))  # of a match, and of each row up to it
    return outputs
