"""`*`, `t.*`, `COLUMNS(…)` and the filters on their names: which columns of FROM are meant, in order.

Only names decide here, never values. A filter on names that is not understood lets every column through and is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from headwater.capture.redaction.tokens import MARK
from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.influences import Influences, Relation, placed
from headwater.capture.sql.queries.scopes import Scope, is_star
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.words.patterns import glob_test, like_test, regex_test

_STAR_PARTS = words("except_ replace rename ilike")

Test = Callable[[str], bool]


class Meant(NamedTuple):
    """One column that a star stands for: its name, what reaches it, and the relation it stands in (none for columns of USING)."""

    name: str
    found: Influences
    relation: str


def star_columns(scope: Scope) -> list[Meant]:
    """All columns of FROM in order; those of USING once, in front or in place as the dialect has it."""
    merged = scope.merged
    folded = {name.lower(): name for name in reversed(merged)}
    columns: list[Meant] = []
    if not scope.session.grammar.using_in_place:
        columns = [Meant(name, found, "") for name, found in merged.items()]
    done = {each.name for each in columns}
    for relation in scope.relations:
        if not merged:
            columns += relation_columns(scope, relation)
            continue
        for each in relation_columns(scope, relation):
            key = folded.get(each.name.lower())
            if key is None:
                columns.append(each)
            elif key not in done:
                done.add(key)
                columns.append(Meant(each.name, merged[key], ""))
    return columns


def relation_columns(scope: Scope, relation: Relation) -> list[Meant]:
    """The columns of one relation that `*` stands for, read where FROM names it."""
    scope.session.steps.spend(len(relation.outputs))
    scope.session.steps.hold(len(relation.outputs))
    columns = []
    for name, found in relation.top_level():
        here = placed(found, relation.offset)
        if here is not found:
            scope.session.steps.hold(len(found))
        columns.append(Meant(name, here, relation.name))
    return columns


def meant_by(star: Expr, scope: Scope) -> tuple[list[Meant], list[Relation]]:
    """What `*` or `t.*` stands for before anything is replaced or renamed, and the relations behind it."""
    inner = star if isinstance(star, exp.Star) else star.this
    check(inner, _STAR_PARTS, scope.session)
    if isinstance(star, exp.Column):
        relation = scope.whole(star.text("table"), star)
        relations = [] if relation is None else [relation]
        columns = [] if relation is None else relation_columns(scope, relation)
    else:
        relations = list(scope.relations)
        columns = star_columns(scope)
    if not relations and not isinstance(star, exp.Column):
        scope.session.gap("unknown-column", "*", star)
    pattern = inner.args.get("ilike")
    if pattern is not None:
        test = _pattern_test(exp.ILike, pattern, scope, star)
        columns = [each for each in columns if test(each.name)]
    return _without(columns, listed(inner, "except_")), relations


def listed(star: Expr, key: str) -> list[Expr]:
    """The names or aliases that change a `*`."""
    value = star.args.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]


def _without(columns: list[Meant], left_out: list[Expr]) -> list[Meant]:
    if not left_out:
        return columns
    plain = {each.name.lower() for each in left_out if not each.text("table")}
    qualified = {(each.text("table").lower(), each.name.lower()) for each in left_out if each.text("table")}
    return [each for each in columns if each.name.lower() not in plain and (each.relation.lower(), each.name.lower()) not in qualified]


def filtered(projection: Expr, scope: Scope) -> tuple[list[Meant], list[Relation]] | None:
    """What `* LIKE 'a%'` and its relatives stand for; None where a projection is none of these."""
    node, negated = (projection.this, True) if isinstance(projection, exp.Not) else (projection, False)
    if not isinstance(node, _FILTERS) or not is_star(node.this):
        return None
    columns, relations = meant_by(node.this, scope)
    test = _pattern_test(type(node), node.args.get("expression"), scope, projection)
    negated ^= bool(node.args.get("negate"))
    return [each for each in columns if test(each.name) is not negated], relations


def chosen(node: Expr, scope: Scope) -> tuple[list[Meant], list[Relation]]:
    """What `COLUMNS(…)` stands for: a pattern, a star, a list of names, or a condition on each name."""
    what = node.this
    if is_star(what):
        return meant_by(what, scope)
    columns, relations = meant_by(exp.Star(), scope)
    names = [each.name for each in columns]
    if isinstance(what, exp.Literal) and what.is_string:
        test = _regex(what.name, scope, node)
        return [each for each in columns if test(each.name)], relations
    if isinstance(what, exp.Lambda) and len(what.expressions) == 1:
        test = _condition(what.this, what.expressions[0].name, scope, node)
        return [each for each in columns if test(each.name)], relations
    if isinstance(what, exp.Array):
        items = what.expressions
        if all(isinstance(each, exp.Literal) and each.is_string and not _is_redacted(each) for each in items):
            wanted = [each.name.lower() for each in items]
            return [each for name in wanted for each in columns if each.name.lower() == name], relations
        if len(items) == 1 and isinstance(items[0], exp.Comprehension) and _is_plain(items[0]):
            test = _condition(items[0].args.get("condition"), items[0].text("expression"), scope, node)
            return [each for each in columns if test(each.name)], relations
    scope.session.gap("unsupported-expression", "columns", node)
    assert len(names) == len(columns)
    return columns, relations


def _is_plain(comprehension: Expr) -> bool:
    """Whether a comprehension runs over `*` and gives the names as they are."""
    iterator = comprehension.args.get("iterator")
    iterator = iterator.this if isinstance(iterator, exp.Paren) else iterator
    return isinstance(iterator, exp.Star) and comprehension.this.name == comprehension.text("expression")


_FILTERS = (exp.Like, exp.ILike, exp.SimilarTo, exp.Glob, exp.RegexpLike, exp.RegexpFullMatch)


_COMPARED = (exp.EQ, exp.NEQ, exp.StartsWith, exp.EndsWith, exp.Contains)


def _is_redacted(literal: Expr) -> bool:
    """Whether redaction put a token in the place of the text, so that nobody can say what it fits."""
    return MARK in literal.name.lower()


def _anything(name: str) -> bool:
    return True


def _regex(pattern: str, scope: Scope, node: Expr, *, whole: bool = False) -> Test:
    test = None if MARK in pattern.lower() else regex_test(pattern, whole=whole)
    if test is None:
        scope.session.gap("unsupported-expression", "a pattern for names of columns", node)
        return _anything
    return test


def _pattern_test(kind: type, pattern: Expr | None, scope: Scope, node: Expr) -> Test:
    """The test that an operator makes of a literal pattern."""
    if isinstance(pattern, exp.Literal) and pattern.is_string and not _is_redacted(pattern):
        if issubclass(kind, (exp.Like, exp.ILike)):
            return like_test(pattern.name, ignore_case=issubclass(kind, exp.ILike))
        if issubclass(kind, exp.Glob):
            test = glob_test(pattern.name)
            if test is not None:
                return test
        elif issubclass(kind, (exp.SimilarTo, exp.RegexpFullMatch)):
            return _regex(pattern.name, scope, node, whole=True)
        elif issubclass(kind, exp.RegexpLike):
            return _regex(pattern.name, scope, node)
    scope.session.gap("unsupported-expression", "a pattern for names of columns", node)
    return _anything


def _condition(condition: Expr | None, name: str, scope: Scope, node: Expr) -> Test:
    """A condition on one name as a test; one that is not understood is reported once and lets all through."""
    if condition is None:
        return _anything
    test = _test_of(condition, name, scope, node)
    if test is None:
        scope.session.gap("unsupported-expression", "a condition on names of columns", node)
        return _anything
    return test


def _test_of(node: Expr, name: str, scope: Scope, at: Expr) -> Test | None:
    if isinstance(node, exp.Paren):
        return _test_of(node.this, name, scope, at)
    if isinstance(node, exp.Not):
        inner = _test_of(node.this, name, scope, at)
        return None if inner is None else lambda column: not inner(column)
    if isinstance(node, (exp.And, exp.Or)):
        left, right = _test_of(node.this, name, scope, at), _test_of(node.args["expression"], name, scope, at)
        if left is None or right is None:
            return None
        if isinstance(node, exp.And):
            return lambda column: left(column) and right(column)
        return lambda column: left(column) or right(column)
    if not isinstance(node.this, (exp.Column, exp.Identifier)) or node.this.name != name or node.this.text("table"):
        return None
    operand = node.args.get("expression")
    test: Test | None = None
    if isinstance(node, _FILTERS):
        test = _pattern_test(type(node), operand, scope, at)
        if node.args.get("negate"):
            positive = test
            return lambda column: not positive(column)
    elif isinstance(node, _COMPARED) and isinstance(operand, exp.Literal) and not _is_redacted(operand):
        text = operand.name
        test = {
            exp.EQ: lambda column: column == text,
            exp.NEQ: lambda column: column != text,
            exp.StartsWith: lambda column: column.startswith(text),
            exp.EndsWith: lambda column: column.endswith(text),
            exp.Contains: lambda column: text in column,
        }.get(type(node))
    elif (
        isinstance(node, exp.In)
        and node.expressions
        and all(isinstance(each, exp.Literal) and not _is_redacted(each) for each in node.expressions)
    ):
        among = {each.name for each in node.expressions}
        test = among.__contains__
    return test
