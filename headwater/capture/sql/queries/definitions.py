"""Functions that the text itself defines in SQL: their bodies are read at each call, the parameters bound to what the call hands in.

A macro is text put in place: its parameters win over columns, it sees the names around the call, and what is handed in is read there.
A function is a query of its own: its parameters are like columns around it, and a column of the same name wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from headwater.capture.redaction.tokens import MARK
from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.names import Defaults
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.session import Session

_DEEPEST = 12
"""Calls within calls that are followed; beyond, and where a function calls itself, there is a gap."""
_COPIED = 40
"""Steps that copying one node of a macro counts as, because calls within calls multiply."""
_HANDED_IN = "\0handed in"
"""The relation that holds a macro's arguments; no text can name it."""
_LANGUAGES = frozenset({"", "SQL"})


@dataclass(frozen=True, slots=True)
class Definition:
    """One function of the text."""

    name: str
    qualifier: str
    parameters: tuple[str, ...]
    body: Expr
    is_macro: bool
    is_table: bool
    defaults: Mapping[str, Expr] = field(default_factory=dict)
    """What parameters are for which a call hands nothing in."""

    def is_meant_by(self, qualifier: str, defaults: Defaults) -> bool:
        """Whether a call with this qualifier, or none, means this function for certain."""
        default = (defaults.schema or "").lower()
        return (qualifier.lower() or default) == (self.qualifier.lower() or default)

    def value(self, scope: Scope, call: Expr, qualifier: str = "") -> Influences | None:
        """What reaches the value of a call; None where the call does not fit or goes too deep."""
        bound = self._bound(scope, call, qualifier)
        if bound is None:
            return None
        around, body = bound
        try:
            found = influences_of(body, around)
        finally:
            scope.session.calls.pop()
        if around is not scope:
            scope.rows.update(around.rows)
        return found

    def rows(self, scope: Scope, call: Expr) -> Relation | None:
        """The rows of a call in FROM; None where the call does not fit or goes too deep."""
        bound = self._bound(scope, call, "") if isinstance(self.body, exp.Query) else None
        if bound is None:
            return None
        around, body = bound
        try:
            return scope.session.relation_of(body, scope.session, {}, around)
        finally:
            scope.session.calls.pop()

    def _bound(self, scope: Scope, call: Expr, qualifier: str) -> tuple[Scope, Expr] | None:
        session = scope.session
        arguments = self._arguments(call)
        deep = len(session.calls) >= _DEEPEST or self.name in session.calls
        if arguments is None or deep or not self.is_meant_by(qualifier, session.defaults):
            return None
        session.calls.append(self.name)
        if self.is_macro and self.body.find(exp.Query) is None:
            return scope, _substituted(self.body, arguments, session)
        outputs = [(name, influences_of(value, scope)) for name, value in arguments.items()]
        around = Scope(session, scope.ctes, scope) if self.is_macro else Scope(session, {})
        around.relations = [Relation(_HANDED_IN if self.is_macro else self.name, outputs)]
        return around, _bound_first(self.body, arguments, session) if self.is_macro else self.body

    def _arguments(self, call: Expr) -> dict[str, Expr] | None:
        """Parameters and what the call hands in for them, or else their defaults; None where the call does not fit."""
        bound: dict[str, Expr] = {}
        for at, each in enumerate(call.expressions):
            if isinstance(each, (exp.PropertyEQ, exp.Kwarg)):
                bound[each.this.name.lower()] = each.args["expression"]
            elif at < len(self.parameters):
                bound[self.parameters[at].lower()] = each
        by_name = {name.lower(): name for name in self.parameters}
        if len(call.expressions) != len(bound):
            return None
        bound = {**{name.lower(): value for name, value in self.defaults.items()}, **bound}
        if set(bound) != set(by_name):
            return None
        return {by_name[name]: value for name, value in bound.items()}


@dataclass(frozen=True, slots=True)
class Overloads:
    """Macros of one name that differ in what they take; the one that a call fits is meant."""

    among: tuple[Definition, ...]

    def is_meant_by(self, qualifier: str, defaults: Defaults) -> bool:
        """As of each of them."""
        return self.among[0].is_meant_by(qualifier, defaults)

    def value(self, scope: Scope, call: Expr, qualifier: str = "") -> Influences | None:
        """What reaches the value of a call; None where no macro fits."""
        return next((found for each in self.among if (found := each.value(scope, call, qualifier)) is not None), None)

    def rows(self, scope: Scope, call: Expr) -> Relation | None:
        """The rows of a call in FROM; None where no macro fits."""
        return next((found for each in self.among if (found := each.rows(scope, call)) is not None), None)


def _substituted(body: Expr, arguments: dict[str, Expr], session: Session) -> Expr:
    """A copy of a macro's body with the arguments in the place of the parameters."""
    by_name = {name.lower(): value for name, value in arguments.items()}

    def replaced(node: Expr) -> Expr:
        session.steps.spend(_COPIED)
        if isinstance(node, exp.Column) and not node.text("table") and node.name.lower() in by_name:
            return exp.Paren(this=by_name[node.name.lower()].copy())
        return node

    return body.copy().transform(replaced, copy=False)


def _bound_first(body: Expr, arguments: dict[str, Expr], session: Session) -> Expr:
    """A copy of a macro's body that reads what is handed in under a name no table can have, so that no column inside takes its place."""
    names = {name.lower(): name for name in arguments}

    def qualified(node: Expr) -> Expr:
        session.steps.spend(_COPIED)
        if isinstance(node, exp.Column) and not node.text("table") and node.name.lower() in names:
            return exp.Column(
                this=exp.to_identifier(names[node.name.lower()], quoted=True), table=exp.to_identifier(_HANDED_IN, quoted=True)
            )
        return node

    return body.copy().transform(qualified, copy=False)


def define(session: Session, tree: Expr) -> bool:
    """Take in CREATE FUNCTION or CREATE MACRO; false where its body is not SQL that can be read at a call."""
    named = tree.this
    if not isinstance(named, exp.UserDefinedFunction) or not isinstance(named.this, exp.Table):
        return False
    properties = tree.args["properties"].expressions if tree.args.get("properties") is not None else []
    languages = {each.this.name.upper() for each in properties if isinstance(each, exp.LanguageProperty)}
    name = named.this.name.lower()
    session.functions.pop(name, None)
    if not languages <= _LANGUAGES or name.upper() in session.grammar.dialect.parser_class.FUNCTIONS:
        return False
    body = tree.args.get("expression")
    is_macro = tree.text("kind").upper() == "MACRO" or session.grammar.name == "duckdb"
    is_table = any(isinstance(each, exp.ReturnsProperty) and each.args.get("is_table") for each in properties)
    made = [
        _definition(session, named, parameters, inner, is_macro=is_macro, is_table=returns_rows)
        for parameters, inner, returns_rows in (
            [(each.expressions, each.this, bool(each.args.get("is_table"))) for each in body.expressions]
            if isinstance(body, exp.MacroOverloads)
            else [(named.expressions, body, is_table)]
        )
    ]
    known = tuple(each for each in made if each is not None)
    if len(known) != len(made):
        return False
    session.functions[name] = known[0] if len(known) == 1 else Overloads(known)
    return True


def _definition(
    session: Session, named: Expr, listed: Sequence[Expr], body: Expr | None, *, is_macro: bool, is_table: bool
) -> Definition | None:
    """One function: its parameters with what they are by default, and its body; None where it cannot be read at a call."""
    parameters = tuple(each.name or f"${at}" for at, each in enumerate(listed, 1))
    read = _body(body, session)
    if read is None or len(set(parameters)) != len(parameters):
        return None
    given = [(name, each.find(exp.DefaultColumnConstraint)) for name, each in zip(parameters, listed, strict=True)]
    defaults = {name: each.this for name, each in given if each is not None}
    return Definition(named.this.name.lower(), named.this.text("db"), parameters, _by_name(read, parameters), is_macro, is_table, defaults)


def _body(node: Expr | None, session: Session) -> Expr | None:
    """A body as a tree: as it stands, or out of the string it is written in."""
    while isinstance(node, (exp.Return, exp.Paren)) or (isinstance(node, exp.Subquery) and not node.args.get("alias")):
        node = node.this
    if isinstance(node, (exp.Heredoc, exp.RawString)) or (isinstance(node, exp.Literal) and node.is_string):
        return _parsed(node.name, session)
    if node is None or isinstance(node, (exp.Block, exp.Command)):
        return None
    return node


def _parsed(text: str, session: Session) -> Expr | None:
    """A body written as a string; its places are none of the text's, so they are dropped."""
    if MARK in text.lower():
        return None
    try:
        trees = session.grammar.trees(session.grammar.tokens(text), text)
    except Trouble:
        return None
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        return None
    for each in trees[0].find_all(exp.Identifier):
        each.meta.clear()
    while isinstance(trees[0], exp.Paren):
        trees[0] = trees[0].this
    return trees[0] if isinstance(trees[0], (exp.Query, exp.Condition)) else None


def _by_name(body: Expr, parameters: tuple[str, ...]) -> Expr:
    """The same body with `$1` written as the name of the first parameter."""

    def named(node: Expr) -> Expr:
        if isinstance(node, exp.Parameter) and node.name.isdigit() and 0 < int(node.name) <= len(parameters):
            return exp.Column(this=exp.to_identifier(parameters[int(node.name) - 1]))
        return node

    return body.transform(named)
