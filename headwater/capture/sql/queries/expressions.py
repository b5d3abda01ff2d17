"""Scalar expressions: what reaches the value, and how.

One walk with an explicit stack, so that long chains cost no recursion; only subqueries recurse, through `queries`.
Each kind of node says under which use its parts are read; anything without a rule of its own passes its parts on as TRANSFORMATION.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from headwater.capture.redaction.tokens import MARK
from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.calls import LOST, WRITTEN
from headwater.capture.sql.names import offset_of
from headwater.capture.sql.queries import truncation
from headwater.capture.sql.queries.influences import (
    FUNCTIONS_TOLD,
    LAST_DIRECT,
    NOTHING,
    Influences,
    Relation,
    Way,
    passed_through,
    placed,
    rows_of,
    without_truncation,
)
from headwater.capture.sql.queries.lookups import found_by, is_lookup
from headwater.capture.sql.queries.measuring import measure_by_name, measure_of_call, measure_of_comparison, measure_of_key
from headwater.capture.sql.queries.scopes import Scope, is_star
from headwater.capture.sql.queries.stars import chosen
from headwater.capture.sql.queries.variables import held_by_mark
from headwater.capture.sql.words import functions, measures
from headwater.capture.sql.words.masking import (
    TYPED,
    can_be_undone,
    hides_anywhere,
    is_builtin,
    is_piece,
    is_truncation,
    masking_name,
    stronger,
    undoes,
)
from headwater.model.lineage import Kind, Measure

_MAKERS = (exp.UDTF, exp.Explode, exp.Unnest, exp.GenerateSeries)
_UNFOLD_ONCE = frozenset({"athena", "bigquery", "databricks", "duckdb", "hive", "presto", "spark", "spark2", "trino"})

IDENTITY, TRANSFORMATION, AGGREGATION = int(Kind.IDENTITY), int(Kind.TRANSFORMATION), int(Kind.AGGREGATION)
SORT, WINDOW, CONDITIONAL, FILTER, JOIN = int(Kind.SORT), int(Kind.WINDOW), int(Kind.CONDITIONAL), int(Kind.FILTER), int(Kind.JOIN)


class Trail(NamedTuple):
    """What stands around a node: the hardest masking function, all functions, innermost first, whether one of them takes masks off
    again, how many characters a truncation keeps, whether pieces of many rows or rounds are put together, which hide nothing, and the
    measure that is all they let through."""

    masking: str | None = None
    functions: tuple[str, ...] = ()
    undone: bool = False
    kept: int = 0
    gathers: bool = False
    measure: Measure | None = None

    def through(self, name: str, masking: str | None = None, kept: int = 0, measure: Measure | None = None) -> Trail:
        """The trail of what a function takes."""
        if masking is not None and self.undone and can_be_undone(masking):
            masking = None
        undone = self.undone or (masking is None and undoes(name))
        if masking is not None and self.gathers and is_truncation(masking):
            masking, kept = None, 0
        around = (name, *self.functions)[:FUNCTIONS_TOLD]
        measure = self.measure if measure is None else measures.stronger(measure, self.measure)
        return Trail(stronger(masking, self.masking), around, undone, kept or self.kept, self.gathers, measure)

    def gathering(self) -> Trail:
        """The trail of what is put together piece by piece."""
        return self if self.gathers else self._replace(gathers=True)

    def compared(self) -> Trail:
        """The trail of what is compared."""
        return self._replace(measure=measures.stronger(measures.TEST, self.measure))

    def narrowed(self) -> Trail:
        """The trail of what a condition or an aggregate chooses from a group: no total mixes it with the others for certain."""
        return self._replace(measure=None) if self.measure == measures.TOTAL else self


BARE = Trail()
Rule = Callable[["Reading", Any, int, Trail], None]
"""How one kind of node is read."""
Part = tuple[Any, int, Trail]
"""A node still to be read, the use made of it, and what stands around it."""


class Reading:
    """The state of one walk: what is still to be read and what was found."""

    __slots__ = ("found", "scope", "shown", "stack")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.stack: list[Part] = []
        self.found: Influences = {}
        self.shown: dict[tuple[str, str | None], int] = {}
        """How many characters of each source truncations show in this value, all together."""

    def run(self, node: Expr, kind: int) -> Influences:
        """Read one expression to the end."""
        self.stack.append((node, kind, BARE))
        stack = self.stack
        count = 0
        while stack:
            part, use, trail = stack.pop()
            count += 1
            rule = _RULES.get(type(part))
            if rule is None:
                rule = _RULES[type(part)] = _rule_for(type(part))
            rule(self, part, use, trail)
        self.scope.session.steps.spend(count)
        return self._without_pieces() if self.shown else self.found

    def _without_pieces(self) -> Influences:
        """The same, but no mask is told of truncations that show too much of a source, piece by piece."""
        whole = {source for source, count in self.shown.items() if count > truncation.MOST_KEPT}
        if not whole:
            return self.found
        return without_truncation(self.found, whole)

    def _note_pieces(self, found: Influences, trail: Trail) -> None:
        """Count what truncations show of each source; of those behind a column, a variable or a function only the most is known."""
        cut = trail.kept if is_truncation(trail.masking or "") else 0
        sources = {
            (each.table, each.column)
            for each in found
            if each.kind <= LAST_DIRECT
            and (is_piece(each.masking) if each.masking is not None else cut)
            and (trail.masking is None or is_truncation(trail.masking))
        }
        for source in sources:
            self.shown[source] = self.shown.get(source, 0) + (cut or truncation.MOST_KEPT)

    def take(self, found: Influences, use: int, trail: Trail = BARE) -> None:
        """Influences reached, under the use made of them and what stands around."""
        self.scope.session.steps.spend(len(found) * (8 if trail.functions else 1))
        if trail.gathers:
            found = without_truncation(found)
        if use <= LAST_DIRECT:
            self._note_pieces(found, trail)
        self.found |= passed_through(found, use, trail.masking, trail.functions, undone=trail.undone, measure=trail.measure)

    def push(self, node: Any, use: int, trail: Trail) -> None:
        """Read a part later: an expression, a list of them, or nothing."""
        if isinstance(node, Expr):
            self.stack.append((node, use, trail))
        elif isinstance(node, list):
            for each in node:
                self.push(each, use, trail)

    def push_parts(self, node: Expr, use: int, trail: Trail, skip: Iterable[str] = ()) -> None:
        """Read all parts of a node under one use."""
        for key, value in node.args.items():
            if value is not None and value is not False and key not in skip:
                self.push(value, use, trail)


def influences_of(node: Expr, scope: Scope, kind: int = IDENTITY) -> Influences:
    """What reaches the value of an expression, used in this way."""
    if type(node) is exp.Column and type(node.this) is exp.Identifier and not scope.bound:
        scope.session.steps.spend(1)
        return passed_through(scope.resolve(node), kind)
    return Reading(scope).run(node, kind)


def _deeper(use: int, kind: int) -> int:
    """The use of a part: an indirect use stays what it is; of two direct ones the greater wins; an indirect part of a value is indirect."""
    if use > LAST_DIRECT or kind > LAST_DIRECT:
        return use if use > LAST_DIRECT else kind
    return max(use, kind)


def _name(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """A bare name is no value, but for one that a lambda binds."""
    if reading.scope.bound:
        _take_bound(reading, node.name, use, trail)


def _take_bound(reading: Reading, name: str, use: int, trail: Trail) -> bool:
    """Read what reaches a name that a lambda or comprehension binds; false where it binds no such name."""
    scope = reading.scope
    found = scope.bound.get(name)
    if found is None:
        return False
    scope.used.add(name)
    reading.take(found, use, trail)
    return True


def _nothing(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """Literals, names, types."""


def _same(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    reading.push(node.this, use, trail)


def _column(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    if isinstance(node.this, exp.Star):
        _star_row(reading, node, use, trail)
        return
    if isinstance(node.this, exp.Parameter) and node.this.name.isdigit():
        reading.take(reading.scope.by_number(int(node.this.name), node.text("table"), node), use, trail)
        return
    if reading.scope.bound and _take_bound(reading, node.text("db") or node.text("table") or node.name, use, trail):
        return
    reading.take(reading.scope.resolve(node), use, trail)


_NAMED_IN_TEXTS = frozenset({"databricks", "snowflake", "spark"})
"""Dialects in which `IDENTIFIER(text)` stands for the column that the text names."""


def _names_column(node: Expr) -> bool:
    return isinstance(node, exp.DynamicIdentifier) or (isinstance(node, exp.Anonymous) and node.name.lower() == "identifier")


def _identifier(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """The column that a literal names, or a variable that surely holds one; any other text may name every column."""
    session = reading.scope.session
    inner = node.this if isinstance(node, exp.DynamicIdentifier) else next(iter(node.expressions), None)
    text = inner.name if isinstance(inner, exp.Literal) and inner.is_string else None
    if isinstance(inner, (exp.Parameter, exp.SessionParameter, exp.Placeholder, exp.Column)):
        text = session.text_of(inner.name)
    column = session.grammar.column(text) if text is not None and MARK not in text.lower() else None
    if column is None:
        session.gap("unsupported-expression", "identifier of a computed name", node)
        return
    offset = offset_of(node)
    reading.take(placed(reading.scope.resolve(column), -1 if offset is None else offset), use, trail)


def _by_number_or_variable(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`$1` and `#1` are columns by position where there is a FROM; a variable of a script may hold what an earlier statement put there."""
    scope = reading.scope
    name = node.name if not isinstance(node.this, exp.Parameter) else f"@@{node.this.name}"
    is_number = name.isdigit() and (isinstance(node, exp.PositionalColumn) or scope.session.grammar.name == "snowflake")
    if is_number and scope.relations:
        reading.take(scope.by_number(int(name), "", node), use, trail)
    else:
        reading.take(held_by_mark(scope, name or "?", node), use, trail)


def _in(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """IN with a bare name after it means a table in some dialects, a list in others."""
    if node.args.get("field") is not None:
        reading.scope.session.gap("unsupported-expression", "in a name", node)
    _compared(reading, node, use, trail)


def _compared(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    measure = measure_of_comparison(node, reading.scope.session) if use <= LAST_DIRECT else None
    reading.push_parts(node, _deeper(use, TRANSFORMATION), trail if measure is None else trail.compared())


def _star_row(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`t.*` inside an expression: the whole row."""
    relation = reading.scope.whole(node.text("table"), node)
    if relation is not None:
        _use_row(reading, relation, node, use, trail)


def _columns(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """COLUMNS: the column it stands for at the moment, or all it can stand for."""
    scope = reading.scope
    if scope.expanded is not None and not node.args.get("unpack"):
        reading.take(scope.expanded, use, trail)
        return
    columns, relations = chosen(node, scope)
    for each in columns:
        reading.take(each.found, use, trail)
    for relation in relations:
        if relation.is_open:
            scope.session.gap(relation.open_code, relation.open_name, node)
        reading.take(relation.made_of or {}, use, trail)
    if not node.args.get("unpack"):
        scope.met_columns = node


def _bracket(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`s['f']` is a field where the schema lists it; otherwise a part of the whole."""
    keys: list[str] = []
    inner: Any = node
    while isinstance(inner, exp.Bracket) and len(inner.expressions) == 1:
        key = inner.expressions[0]
        if not isinstance(key, exp.Literal) or not key.is_string:
            break
        keys.append(key.name)
        inner = inner.this
    found = reading.scope.field(inner, keys[::-1]) if keys and isinstance(inner, exp.Column) else None
    if found is None:
        reading.push_parts(node, _deeper(use, TRANSFORMATION), _through(trail, node, measure=measure_of_key(node)))
    else:
        reading.take(found, use, trail)


def _star(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    if not isinstance(node.parent, (exp.Func, exp.Distinct)):
        reading.scope.session.gap("unsupported-expression", "star", node)
    for relation in reading.scope.relations:
        _use_row(reading, relation, node, use, trail)


def _use_row(reading: Reading, relation: Relation, node: Expr, use: int, trail: Trail) -> None:
    if relation.open_tables:
        reading.scope.session.gap(relation.open_code, relation.open_name, node)
    reading.scope.session.steps.spend(len(relation.outputs))
    reading.take(relation.everything(), _deeper(use, TRANSFORMATION), trail)


def _transformed(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    reading.push_parts(node, _deeper(use, TRANSFORMATION), _through(trail, node))


def _cast(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    reading.push(node.this, _deeper(use, TRANSFORMATION), _through(trail, node))
    reading.push(node.args.get(LOST), _deeper(use, TRANSFORMATION), _through(trail, node))


def _value_only(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`name := value`: a bare name is none of a column's; a variable keeps the value; the key of a map is a value too."""
    if isinstance(node.this, exp.Parameter):
        inner = Reading(reading.scope)
        found = inner.run(node.args["expression"], IDENTITY)
        name = f"@{node.this.name.lower()}"
        variables = reading.scope.session.variables
        variables[name] = variables.get(name, NOTHING) | found
        reading.take(variables[name], use, trail)
        return
    if not isinstance(node.this, (exp.Identifier, exp.Var, exp.Literal)):
        reading.push(node.this, _deeper(use, TRANSFORMATION), trail)
    reading.push(node.args.get("expression"), _deeper(use, TRANSFORMATION), trail)


def _case(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    trail = trail.narrowed()
    reading.push(node.this, _deeper(use, CONDITIONAL), trail)
    reading.push(node.args.get("ifs"), use, trail)
    reading.push(node.args.get("default"), _deeper(use, TRANSFORMATION), trail)


def _if(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    trail = trail.narrowed()
    reading.push(node.this, _deeper(use, CONDITIONAL), trail)
    reading.push(node.args.get("true"), _deeper(use, TRANSFORMATION), trail)
    reading.push(node.args.get("false"), _deeper(use, TRANSFORMATION), trail)


def _chosen_by(key: str) -> Rule:
    """The rule of a function one of whose arguments, the one of this key, only chooses among what the others hold."""

    def rule(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
        inner = _through(trail, node).narrowed()
        reading.push(node.args.get(key), _deeper(use, CONDITIONAL), inner)
        reading.push_parts(node, _deeper(use, TRANSFORMATION), inner, skip=(key,))

    return rule


def _null_if(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """NULLIF as the CASE that it stands for: both arguments are compared, and the first one may be what comes of it."""
    inner = _through(trail, node).narrowed()
    reading.push(node.this, _deeper(use, TRANSFORMATION), inner)
    for each in (node.this, node.expression):
        reading.push(each, _deeper(use, CONDITIONAL), inner)


def _decode(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """DECODE as CASE: the subject and what it is compared with choose among the results."""
    inner = _through(trail, node).narrowed()
    last = len(node.expressions) - 1
    for index, part in enumerate(node.expressions):
        is_result = index > 0 and (index % 2 == 0 or index == last)
        reading.push(part, _deeper(use, TRANSFORMATION if is_result else CONDITIONAL), inner)


def _function(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    name = TYPED.get(type(node).__name__)
    if isinstance(node, (exp.SHA2, exp.SHA2Digest)) and node.text("length").isdigit():
        name = f"sha{node.text('length')}"
    arguments = truncation.arguments_of(node) if name is not None else []
    if (name is not None and not truncation.hides(name, arguments)) or _is_redefined(reading, node):
        name = None
    kept = truncation.kept_by(name, arguments) if name is not None else 0
    measure = measure_of_call(node, reading.scope.session)
    reading.push_parts(node, _deeper(use, TRANSFORMATION), _through(trail, node, name, kept, measure))


def _is_redefined(reading: Reading, node: Expr) -> bool:
    """Whether the text has a function of its own by this name; the parser keeps us from reading it at its calls, so that is a gap."""
    session = reading.scope.session
    if not session.redefined or node.meta.get(WRITTEN) not in session.redefined:
        return False
    session.gap("unknown-function", str(node.meta[WRITTEN]), node)
    return True


def _through(trail: Trail, node: Expr, masking: str | None = None, kept: int = 0, measure: Measure | None = None) -> Trail:
    """The trail of what a function with a class of its own takes, by the name the text calls it; operators are no functions to a reader."""
    name = node.meta.get(WRITTEN) or masking or ("cast" if isinstance(node, exp.Cast) else "")
    if name:
        return trail.through(name, masking, kept, measure)
    return trail if measure is None else trail._replace(measure=measures.stronger(measure, trail.measure))


def _named_function(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """A function the parser has no class for: known by name, a masking function, or a gap."""
    name = str(node.this if isinstance(node.this, str) else node.name).lower()
    if name == "getvariable":
        _getvariable(reading, node, use, trail)
        return
    session = reading.scope.session
    grammar = session.grammar
    if name == "identifier" and grammar.name in _NAMED_IN_TEXTS:
        _identifier(reading, node, use, trail)
        return
    if is_lookup(name, grammar.name):
        _lookup(reading, node, use, trail.through(name))
        return
    hides = masking_name(name, session.masking, grammar.name)
    if hides in session.redefined and is_builtin(hides or ""):
        hides = None  # whatever the text calls so, it is not what hides elsewhere
    defined = session.functions.get(name)
    if defined is not None:
        _inlined(reading, node, use, trail.through(name))  # whatever it is called, its body tells whether it hides anything
        return
    if hides is None and not functions.is_known(name, grammar.name) and name.upper() not in grammar.dialect.parser_class.FUNCTIONS:
        session.gap("unknown-function", name, node)
    if functions.is_set_returning(name, grammar.name):
        _multiplies(reading, node, use, trail)
    elif functions.is_aggregate(name):
        measure = measure_by_name(name, node, session)
        around = (trail if measure is not None else trail.narrowed()).through(name, measure=measure)
        _aggregate_parts(reading, node, _deeper(use, AGGREGATION), around if _picks_one(node) else around.gathering())
    else:
        mask = hides if hides in session.masking or truncation.hides(hides or "", node.expressions) else None
        kept = truncation.kept_by(mask, node.expressions) if mask is not None and mask not in session.masking else 0
        around = trail.through(name, mask, kept, measure_by_name(name, node, session))
        reading.push(node.args.get("expressions"), _deeper(use, TRANSFORMATION), around)


def _lookup(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """A value of a dictionary by its key; where the text does not say which, the arguments are followed and the rest is a gap."""
    scope = reading.scope
    name = str(node.name).lower()
    found = found_by(scope.session, name, node.expressions, lambda each: Reading(scope).run(each, IDENTITY))
    if found is None:
        scope.session.gap("unknown-function", f"{name} of a computed name", node)
        reading.push(node.expressions, _deeper(use, TRANSFORMATION), trail)
    else:
        offset = offset_of(node)
        reading.take(placed(found, -1 if offset is None else offset), use, trail)


def _getvariable(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """DuckDB reads a variable by a name in a string; one that is computed, or that redaction took away, may be any."""
    named = node.expressions[0] if node.expressions else None
    if not isinstance(named, exp.Literal) or named.name.startswith(MARK):
        reading.scope.session.gap("unsupported-expression", "getvariable", node)
        return
    reading.take(held_by_mark(reading.scope, f"v:{named.name}", node), use, trail)


def _inlined(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """Read a function that the text defines; where it cannot be read for certain, it is an unknown one."""
    scope = reading.scope
    parent = node.parent
    qualifier = parent.this.name if isinstance(parent, exp.Dot) and parent.expression is node else ""
    found = scope.session.functions[str(node.name).lower()].value(scope, node, qualifier)
    if found is None:
        scope.session.gap("unknown-function", str(node.name).lower(), node)
        reading.push(node.args.get("expressions"), _deeper(use, TRANSFORMATION), trail)
    else:
        reading.take(found, use, trail)


_SYSTEM_SCHEMAS = frozenset(
    {"aead", "bitmap", "builtin", "dbms_lob", "dbms_random", "hll_count", "keys", "main", "net", "pg_catalog", "safe", "snowflake", "sys"}
    | {"system", "utl_raw"}
)
"""Where engines keep functions of their own."""


_METHODS = dict.fromkeys(("fabric", "tsql"), frozenset({"exist", "nodes", "query", "value"}))
"""What a dialect calls on documents in a column."""


def _path(node: Any) -> list[Expr]:
    """The names before a call, outermost first; none where it hangs on an expression."""
    names: list[Expr] = []
    while isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        names.append(node.expression)
        node = node.this
    return [node, *names[::-1]] if isinstance(node, exp.Identifier) else []


def _qualified_call(reading: Reading, call: Expr, names: list[Expr], use: int, trail: Trail) -> None:
    """`schema.function(…)`, which may be anybody's whatever its name; in DuckDB `column.function(…)` too, which takes the column first."""
    scope = reading.scope
    session = scope.session
    name = str(call.name).lower()
    path = [each.name for each in names]
    is_method = name in _METHODS.get(session.grammar.name, ())
    if (is_method or session.grammar.name == "duckdb") and path[0].lower() not in _SYSTEM_SCHEMAS and scope.may_be_column(path):
        parts = [each.copy() for each in names[::-1][:4]]
        column = exp.Column(**dict(zip(("this", "table", "db", "catalog"), parts, strict=False)))
        mask = masking_name(name, session.masking) if truncation.hides(name, [column, *call.expressions]) else None
        reading.push(column, _deeper(use, TRANSFORMATION), trail.through(name, mask))
        if is_method:
            _check_path(reading, call)
            return
    elif path[-1].lower() not in _SYSTEM_SCHEMAS and name not in session.functions and not hides_anywhere(name, session.masking):
        session.gap("unknown-function", f"{path[-1]}.{name}".lower(), call)
        reading.push(call.expressions, _deeper(use, TRANSFORMATION), trail.through(name))
        return
    reading.push(call, use, trail)


def _check_path(reading: Reading, call: Expr) -> None:
    """A path into a document may reach back for columns of the row, which it names inside its own text."""
    if any("sql:column" in each.name.lower() for each in call.find_all(exp.Literal)):
        reading.scope.session.gap("unsupported-expression", "sql:column", call)


def _call_on_value(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`(value).function(…)`: the parser turns columns of the value into bare names, so what they mean is a guess, and said to be one."""
    scope = reading.scope
    scope.session.gap("unsupported-expression", "call on a value", node)
    for each in node.walk():
        if isinstance(each, exp.Identifier) and not isinstance(each.parent, exp.Column) and scope.may_be_column([each.name]):
            reading.push(exp.Column(this=each.copy()), _deeper(use, TRANSFORMATION), trail)
    reading.push_parts(node, _deeper(use, TRANSFORMATION), trail)


def _dotted(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`schema.function(…)` or `(expression).field`."""
    call = node.args.get("expression")
    path = _path(node.this) if isinstance(call, exp.Anonymous) else []
    if path and isinstance(call, exp.Anonymous):
        _qualified_call(reading, call, path, use, trail)
        return
    if isinstance(call, (exp.Func, exp.Window)):
        _call_on_value(reading, node, use, trail)
        return
    whole = node.this.this if isinstance(node.this, exp.Paren) else node.this
    if isinstance(call, exp.Identifier) and isinstance(whole, exp.Struct):
        values = [each for each in whole.expressions if isinstance(each, exp.PropertyEQ) and each.this.name.lower() == call.name.lower()]
        if len(values) == 1:
            reading.push(values[0].args["expression"], use, trail)
            return
    found = reading.scope.field(whole, [call.name]) if isinstance(call, exp.Identifier) and isinstance(whole, exp.Column) else None
    if found is not None:
        reading.take(found, use, trail)
    else:
        measure = measures.MEMBER if isinstance(call, exp.Identifier) else None
        reading.push_parts(node, _deeper(use, TRANSFORMATION), _through(trail, node, measure=measure))


def _aggregate(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    _is_redefined(reading, node)
    measure = measure_of_call(node, reading.scope.session)
    around = _through(trail if measure is not None else trail.narrowed(), node, measure=measure)
    _aggregate_parts(reading, node, _deeper(use, AGGREGATION), around if _picks_one(node) else around.gathering())


def _picks_one(node: Expr) -> bool:
    """Whether an aggregate gives one of its values, or a number, and never puts values together."""
    if isinstance(node, (exp.Max, exp.Min)):
        return not node.expressions
    if isinstance(node, (exp.ArgMax, exp.ArgMin)):
        return node.args.get("count") is None
    return isinstance(node, _PICKING) or str(node.name).lower() in _PICKING_NAMES


def _aggregate_parts(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """Arguments of an aggregate; where no column is among them, it counts rows."""
    measure = trail.measure if use <= LAST_DIRECT else None
    if not any(isinstance(each, (exp.Column, exp.Columns, exp.Query)) or _names_column(each) for each in node.walk()):
        reading.found.update(rows_of(reading.scope.presence(), use, _at(node), measure))
        return
    choosing = _choosing(node)
    for key, value in node.args.items():
        for each in value if isinstance(value, list) else [value]:
            if is_star(each) or (isinstance(node, exp.CountIf) and key == "this"):
                reading.found.update(rows_of(reading.scope.presence(), use, _at(node), measure))
            if any(each is chooser for chooser in choosing):
                reading.push(each, _deeper(use, CONDITIONAL), trail)
            elif not is_star(each) and (key != "this" or not isinstance(each, str)):
                reading.push(each, use, trail)


_PICKING = (
    exp.AnyValue,
    exp.ApproxDistinct,
    exp.Avg,
    exp.Count,
    exp.CountIf,
    exp.First,
    exp.FirstValue,
    exp.Lag,
    exp.Last,
    exp.LastValue,
    exp.Lead,
    exp.Median,
    exp.Mode,
    exp.NthValue,
    exp.Sum,
)
_PICKING_NAMES = frozenset({"any", "anylast", "argmax", "argmin", "first", "last", "max", "min", "uniq", "uniqexact"})


def _at(node: Expr) -> Way:
    """The way of what is not named itself: where the node stands that asks for it."""
    offset = offset_of(node)
    return Way(-1 if offset is None else offset)


def _choosing(node: Expr) -> list[Any]:
    """The arguments of an aggregate that only say which rows count: what FILTER says elsewhere, or which row has the most of it."""
    if isinstance(node, exp.CountIf):
        return [node.this]
    if isinstance(node, (exp.ArgMax, exp.ArgMin)):
        return [node.args.get("expression"), node.args.get("count")]
    arguments = node.args.get("params") or node.expressions
    return [arguments[at] for at in functions.choosing(str(node.name), len(arguments))]


def _lambda(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """A function written in place: its parameters are no columns, whatever their case; what reaches them stands beside it."""
    names = dict.fromkeys((each.name for each in node.expressions), NOTHING)
    _with_bound(reading, names, [(node.this, _deeper(use, TRANSFORMATION), trail.gathering())])


def _each_member(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`transform(list, x -> value)`: members go through the lambda, with the functions in it, and nothing else of them comes out."""
    function = node.args.get("expression")
    if not isinstance(function, exp.Lambda) or not function.expressions:
        _function(reading, node, use, trail)
        return
    around = _through(trail, node)
    names = [each.name for each in function.expressions]
    members = Reading(reading.scope).run(node.this, TRANSFORMATION)
    bound = {**dict.fromkeys(names, NOTHING), names[0]: members}
    used = _with_bound(reading, bound, [(function.this, _deeper(use, TRANSFORMATION), around.gathering())])
    if names[0] not in used:
        reading.take(members, _deeper(use, TRANSFORMATION), around)


def called(name: str, value: Expr, scope: Scope) -> Expr:
    """A call of the function that a text only names."""
    call: Expr = exp.func(name, value, dialect=scope.session.grammar.dialect)
    call.meta[WRITTEN] = name.lower()
    return call


def _applied(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """ClickHouse's `value APPLY(f)`."""
    reading.push(called(str(node.expression.name), node.this.copy(), reading.scope), use, trail)


def _comprehension(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`[value FOR name IN list IF condition]`: the name stands for the list's members."""
    name = node.text("expression")
    members = Reading(reading.scope).run(node.args["iterator"], TRANSFORMATION)
    bound = {**dict.fromkeys([node.text("position")] if node.text("position") else [], NOTHING), name: members}
    used = _with_bound(reading, bound, [(node.this, _deeper(use, TRANSFORMATION), trail.gathering())])
    condition = node.args.get("condition")
    if condition is not None:
        _with_bound(reading, dict.fromkeys(bound, NOTHING), [(condition, _deeper(use, CONDITIONAL), trail)])
    if name not in used:
        reading.take(members, _deeper(use, TRANSFORMATION), trail)


def _with_bound(reading: Reading, names: Mapping[str, Influences], parts: list[Part]) -> set[str]:
    """Read parts in which names are bound; gives those of them that were read."""
    scope = reading.scope
    before, used = scope.bound, scope.used
    scope.bound, scope.used = {**before, **names}, set()
    inner = Reading(scope)
    inner.stack += parts
    reading.found |= inner.run(exp.Null(), IDENTITY)
    found, scope.bound = scope.used, before
    scope.used = used | (found - set(names))
    return found


def _rank(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """Window functions that hand a row's value on, or number rows."""
    reading.push_parts(node, _deeper(use, TRANSFORMATION), _through(trail, node))


def _order(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """ORDER BY inside an aggregate: the value, then what sorts it."""
    reading.push(node.this, use, trail)
    reading.push(node.args.get("expressions"), _deeper(use, SORT), trail)


_GATHERING = frozenset({"array_agg", "collect_list", "json_agg", "listagg", "string_agg", "wm_concat", "xmlagg"})
"""Aggregates that put values one after the other, which ORDER BY only sorts."""


def _within_group(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """`f(…) WITHIN GROUP (ORDER BY x)`: of percentiles and modes, x is the value itself."""
    if isinstance(node.this, exp.AggFunc):
        trail = _through(trail.narrowed(), node.this)
        trail = trail if _picks_one(node.this) else trail.gathering()
        reading.push_parts(node.this, _deeper(use, AGGREGATION), trail)
    else:
        reading.push(node.this, use, trail)
    order = node.args.get("expression")
    is_value = not isinstance(node.this, (exp.ArrayAgg, exp.GroupConcat)) and node.this.name.lower() not in _GATHERING
    ordered = order.expressions if isinstance(order, Expr) else []
    reading.push(ordered, _deeper(use, AGGREGATION if is_value else SORT), trail)


def _filtered(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    reading.push(node.this, use, trail.narrowed())
    reading.push(node.args.get("expression"), _deeper(use, CONDITIONAL), trail)


def _window(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """What the function takes, then the frame; `over w` takes the frame of the window named w."""
    scope = reading.scope
    before = len(reading.stack)
    reading.push(node.this, use, trail)
    _frame(reading, node, _deeper(use, WINDOW), trail)
    parts = [part for part, _, _ in reading.stack[before:]]
    numbers_rows = not isinstance(node.this, exp.AggFunc) or isinstance(node.this, _RANKS)
    if numbers_rows and not any(isinstance(each, (exp.Column, exp.Query)) for part in parts for each in part.walk()):
        reading.found.update(rows_of(scope.presence(), _deeper(use, WINDOW), _at(node)))


def _frame(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    scope = reading.scope
    for key in ("partition_by", "order", "spec"):
        reading.push(node.args.get(key), use, trail)
    alias = None if node.text("over").upper() == "KEEP" else node.args.get("alias")
    seen: set[str] = set()
    while isinstance(alias, exp.Identifier) and alias.name not in seen:
        seen.add(alias.name)
        named = scope.windows.get(alias.name)
        if named is None:
            scope.session.gap("unsupported-expression", f"window {alias.name}", node)
            return
        for key in ("partition_by", "order", "spec"):
            reading.push(named.args.get(key), use, trail)
        alias = named.args.get("alias")


def _subquery(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """A query that stands for a value: its columns are used in this way, its filters and joins steer the value."""
    relation = reading.scope.subquery(node)
    if relation.open_tables:
        reading.scope.session.gap("star-without-schema", relation.open_tables[0], node)
    is_list = isinstance(node.parent, (exp.Array, exp.List)) or bool(node.args.get("for_"))
    reading.take(relation.everything(), use, trail.gathering() if is_list else trail)
    _steered(reading, relation, use)


def _exists(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """EXISTS looks at rows only."""
    query = node.this
    if not isinstance(query, exp.Query):
        _transformed(reading, node, use, trail)  # the array function of this name
        return
    relation = reading.scope.subquery(query)
    reading.found.update(rows_of(relation.presence, use if use > LAST_DIRECT else CONDITIONAL))
    _steered(reading, relation, use)


def _steered(reading: Reading, relation: Relation, use: int) -> None:
    reading.found.update(passed_through(relation.rows, use) if use > LAST_DIRECT else relation.rows)


def _multiplies(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    """Functions that make several rows of one: what they take also decides how many rows there are, but for lists written out."""
    inner = Reading(reading.scope)
    inner.push_parts(node, TRANSFORMATION, BARE, skip=("alias",))
    found = inner.run(exp.Null(), TRANSFORMATION)
    reading.take(found, _deeper(use, TRANSFORMATION), _through(trail, node))
    if not is_counted(node, reading.scope.session.grammar.name):
        reading.scope.rows.update(passed_through(found, JOIN))


def is_counted(maker: Expr, dialect: str) -> bool:
    """Whether a maker of rows makes as many whatever values it takes: of a list written member by member, or a struct.

    PostgreSQL also unfolds lists inside the list.
    """
    if dialect not in _UNFOLD_ONCE or not isinstance(maker, (exp.Explode, exp.Posexplode, exp.Unnest)):
        return False
    lists = [*([maker.this] if maker.this is not None else []), *maker.expressions]
    written = (exp.Array, exp.Struct) if dialect == "duckdb" and not isinstance(maker, exp.Unnest) else (exp.Array,)
    return all(isinstance(each, written) and each.find(exp.Query, exp.Star, *_MAKERS) is None for each in lists)


def _unsupported(reading: Reading, node: Expr, use: int, trail: Trail) -> None:
    reading.scope.session.gap("unsupported-expression", type(node).__name__.lower(), node)
    for table in [each for each in node.find_all(exp.Table) if not isinstance(each.this, exp.Func)]:
        reading.scope.session.read(reading.scope.session.name_of(table))


_RANKS = (
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.Lag,
    exp.Lead,
    exp.Rank,
    exp.DenseRank,
    exp.PercentRank,
    exp.CumeDist,
    exp.Ntile,
    exp.RowNumber,
)

_RULES: dict[type, Rule] = {}

_FIRST_MATCH: tuple[tuple[tuple[type, ...], Rule], ...] = (
    ((exp.Column,), _column),
    ((exp.Identifier,), _name),
    ((exp.Literal, exp.DataType, exp.Var, exp.Null, exp.Boolean, exp.JSONPath), _nothing),
    ((exp.TableAlias,), _nothing),
    ((exp.Parameter, exp.SessionParameter, exp.Placeholder, exp.PositionalColumn), _by_number_or_variable),
    ((exp.In,), _in),
    ((exp.Columns,), _columns),
    ((exp.Bracket,), _bracket),
    (measures.TESTING, _compared),
    ((exp.QueryTransform, exp.Table, exp.Pivot, exp.Insert, exp.Update, exp.Delete, exp.Command), _unsupported),
    ((exp.Exists,), _exists),
    ((exp.Query,), _subquery),
    ((exp.Star,), _star),
    ((exp.Paren, exp.Alias, exp.Aliases, exp.Ordered, exp.Where, exp.IgnoreNulls, exp.RespectNulls), _same),
    ((exp.Cast,), _cast),
    ((exp.DynamicIdentifier,), _identifier),
    ((exp.Apply,), _applied),
    ((exp.Transform,), _each_member),
    ((exp.Lambda,), _lambda),
    ((exp.Comprehension,), _comprehension),
    ((exp.Case,), _case),
    ((exp.If,), _if),
    ((exp.Window,), _window),
    ((exp.WithinGroup,), _within_group),
    ((exp.Filter, exp.HavingMax), _filtered),
    ((exp.Order,), _order),
    ((exp.PropertyEQ, exp.Kwarg), _value_only),
    ((exp.Dot,), _dotted),
    ((exp.Lag, exp.Lead, exp.NthValue), _chosen_by("offset")),
    (_RANKS, _rank),
    ((exp.Nullif,), _null_if),
    ((exp.ArrayFilter,), _chosen_by("expression")),
    ((exp.Nvl2,), _chosen_by("this")),
    ((exp.DecodeCase,), _decode),
    ((exp.Anonymous, exp.AnonymousAggFunc), _named_function),
    ((exp.AggFunc,), _aggregate),
    (_MAKERS, _multiplies),
    ((exp.Func, exp.JSONValue), _function),
)


def _rule_for(kind: type) -> Rule:
    for kinds, rule in _FIRST_MATCH:
        if issubclass(kind, kinds):
            return rule
    return _transformed
