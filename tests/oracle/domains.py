"""Which values the columns of a statement should hold, so that its filters let some rows through and its joins meet.

Told from the parsed text by names alone: literals beside a column are its values, columns that are compared share theirs, and an alias
hands on what it stands for. Wrong guesses cost results that stay empty, never a false verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import sqlglot
from sqlglot import ErrorLevel, exp

_STATEMENT_PARTS = (exp.Where, exp.Having, exp.Qualify, exp.Join, exp.Merge, exp.When)
_CONDITIONS = (*_STATEMENT_PARTS, exp.If, exp.Filter, exp.Case, exp.Connector, exp.Predicate, exp.Nullif)
_ROW_MAKERS = (exp.UDTF, exp.Unnest, exp.GenerateSeries, exp.Explode, exp.Pivot, exp.Limit, exp.Offset)
"""What is in their arguments decides how many rows there are."""
_ARITHMETIC = (exp.Connector, exp.Add, exp.Sub, exp.Mul, exp.Div)
_KEYS = (exp.Group, exp.Ordered, exp.Order, exp.Window, exp.Distinct)
_OF_TEXT = (exp.Left, exp.Substring, exp.Lower, exp.Upper, exp.Trim, exp.Year)
"""Functions that give back something like what they take, more or less: a year, too, is one of a date."""
_EXTRACTIONS = (exp.JSONExtract, exp.JSONExtractScalar)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[A-Za-z_]\w*")
_MIXING = (exp.Intersect, exp.Except)


def parsed(sql: str) -> list[exp.Expr]:
    """The statements of a text, as far as the parser understands them."""
    return [tree for tree in sqlglot.parse(sql, read="duckdb", error_level=ErrorLevel.IGNORE) if isinstance(tree, exp.Expr)]


class Documents:
    """What a text asks of the documents in its columns: which keys, and which of them lead further down."""

    def __init__(self, trees: Sequence[exp.Expr], literals: Sequence[str]) -> None:
        found = [_keys(path) for tree in trees for path in tree.find_all(exp.JSONPath)]
        found += [[column.name] for tree in trees for column in tree.find_all(exp.Column) if column.text("db") or column.text("table")]
        found += [_WORD.findall(text) for text in literals if text.startswith(("$", "/"))]
        found += [[word] for text in literals if text.startswith("{") for word in _WORD.findall(text)]
        self.keys = list(dict.fromkeys(key for keys in found for key in keys)) or ["a"]
        self.folders = {key for keys in found for key in keys[:-1]}
        for outer in (each for tree in trees for each in tree.find_all(*_EXTRACTIONS)):
            if isinstance(outer.this, _EXTRACTIONS) and isinstance(outer.this.expression, exp.JSONPath):
                self.folders |= set(_keys(outer.this.expression)[-1:])
        self.are_read = any(True for tree in trees for _ in tree.find_all(*_EXTRACTIONS))
        self.have_lists = any(word in repr(trees).lower() for word in ("json_array", "jsonarray", "json_each", "unnest", "explode"))


def _keys(path: exp.Expr) -> list[str]:
    return [str(key.this) for key in path.expressions if isinstance(key, exp.JSONPathKey)]


class Names:
    """What the names of one text have to do with each other."""

    def __init__(self, sql: str) -> None:
        self.trees = parsed(sql)
        self._class: dict[str, str] = {}
        self.literals: dict[str, list[str]] = {}
        self._mixed: set[str] = set()
        self._pleasing: dict[str, list[str]] = {}
        self.loose = [each.name for tree in self.trees for each in tree.find_all(exp.Literal)]
        """All literals of the text."""
        self.documents = Documents(self.trees, self.loose)
        for tree in self.trees:
            for node in tree.walk():
                self._note(node)

    def values_of(self, column: str) -> list[str]:
        """Literals that stand beside a column, or beside one it is compared with."""
        own = self.same(column)
        return list(dict.fromkeys(value for name, values in self.literals.items() if self.same(name) == own for value in values))

    def pleasing(self, column: str) -> list[str]:
        """Values that make the conditions on a column true, as far as one can tell."""
        own = self.same(column)
        return list(dict.fromkeys(value for name, values in self._pleasing.items() if self.same(name) == own for value in values))

    def same(self, name: str) -> str:
        """The name that stands for all names this one is compared with."""
        name = name.lower()
        while name in self._class:
            name = self._class[name]
        return name

    def is_compared(self, name: str) -> bool:
        """Whether a name is compared with another one: a key of a join, most likely."""
        return self.same(name) != name.lower() or name.lower() in self._class.values()

    def shiftable(self) -> set[str]:
        """Names whose columns can all be shifted by one amount without any condition turning out otherwise: then only values move.

        None where names do not tell which columns meet: new keys those that are there, arguments the body of a macro.
        """
        if any(isinstance(tree, exp.Create) and tree.text("kind").upper() in ("MACRO", "FUNCTION") for tree in self.trees):
            return set()
        inserts = [insert for tree in self.trees for insert in tree.find_all(exp.Insert)]
        if any(insert.args.get(part) for insert in inserts for part in ("conflict", "alternative")):
            return set()
        bad = {self.same(name) for name in (*_compared(self.trees), *self._mixed)}
        for tree in self.trees:
            for union in tree.find_all(exp.SetOperation):
                if isinstance(union, _MIXING) or union.args.get("distinct"):
                    bad |= {self.same(column.name) for column in union.find_all(exp.Column)}
        seen = {self.same(column.name) for tree in self.trees for column in tree.find_all(exp.Column)}
        return seen - bad

    def _note(self, node: exp.Expr) -> None:
        if isinstance(node, (exp.Binary, exp.In, exp.Between, exp.StartsWith, exp.Nullif)) and not isinstance(node, _ARITHMETIC):
            columns = [each.name.lower() for each in _parts(node) if isinstance(each, exp.Column)]
            values = [text for each in _parts(node) for text in _literals(each)]
            for column in columns:
                self.literals.setdefault(column, []).extend(values)
                self._pleasing.setdefault(column, []).extend(_meeting(node, values))
            for column, text in _apart(node):
                self.literals.setdefault(column, []).append(text)
                self._pleasing.setdefault(column, []).append(text)
            if isinstance(node, exp.EQ) and len(columns) == 2:
                self._join(*columns)
        elif isinstance(node, exp.Case) and isinstance(node.this, exp.Column):
            whens = [each.this.name for each in node.args["ifs"] if isinstance(each.this, exp.Literal)]
            self.literals.setdefault(node.this.name.lower(), []).extend(whens)
            self._pleasing.setdefault(node.this.name.lower(), []).extend(whens)
        elif isinstance(node, exp.SetOperation):
            self._line_up(node)
        elif isinstance(node, exp.Pivot):
            self._mixed |= {each.name.lower() for each in node.find_all(exp.Identifier)}
        elif isinstance(node, exp.Alias) and isinstance(node.this, exp.Column):
            self._join(node.alias.lower(), node.this.name.lower())
        elif isinstance(node, exp.Alias) and isinstance(node.this, exp.Year) and isinstance(node.this.this, exp.Column):
            self._join(node.alias.lower(), node.this.this.name.lower())
        elif isinstance(node, exp.In) and isinstance(node.this, exp.Column) and node.args.get("query") is not None:
            projections = node.args["query"].this.selects if hasattr(node.args["query"].this, "selects") else []
            if len(projections) == 1 and isinstance(projections[0], exp.Column):
                self._join(node.this.name.lower(), projections[0].name.lower())

    def _line_up(self, union: exp.SetOperation) -> None:
        """Columns that stand in one output of a set operation hold values of one kind; beside anything else their values are mixed."""
        for left, right in zip(union.left.selects, union.right.selects, strict=False):
            if isinstance(left.unalias(), exp.Column) and isinstance(right.unalias(), exp.Column):
                self._join(left.alias_or_name.lower(), right.alias_or_name.lower())
            else:
                self._mixed |= {column.name.lower() for side in (left, right) for column in side.find_all(exp.Column)}
                self._mixed |= {left.alias_or_name.lower(), right.alias_or_name.lower()}

    def _join(self, first: str, second: str) -> None:
        first, second = self.same(first), self.same(second)
        if first != second:
            self._class[first] = second


def _meeting(node: exp.Expr, values: list[str]) -> list[str]:
    """Values that meet a comparison with literals."""
    if not values or isinstance(node, exp.NEQ) or isinstance(node.parent, exp.Not):
        return []
    step = 1 if isinstance(node, exp.GT) else -1 if isinstance(node, exp.LT) else 0
    if isinstance(node.this, exp.Literal):
        step = -step
    if step and values[0].replace(".", "", 1).isdigit():
        return [str(float(values[0]) + step)]
    if step and _DAY.fullmatch(values[0]):
        return [(date.fromisoformat(values[0]) + timedelta(step)).isoformat()]
    return values


def _literals(node: exp.Expr) -> Iterator[str]:
    """What a literal says, with its sign; of a distance between two columns, a pair of numbers that far apart."""
    if isinstance(node, exp.Literal):
        yield node.name
    elif isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        yield f"-{node.this.name}"
    elif _is_distance(node):
        yield from ("1", str(1 + int(node.expression.name)))


def _apart(node: exp.Expr) -> Iterator[tuple[str, str]]:
    """Columns whose difference is compared with a number, each with numbers that lie about so far apart."""
    for left, right in ((node.this, node.args.get("expression")), (node.args.get("expression"), node.this)):
        if isinstance(left, exp.Sub) and isinstance(right, exp.Literal) and right.is_int:
            for column in (left.this, left.expression):
                if isinstance(column, exp.Column):
                    yield from ((column.name.lower(), str(1 + step)) for step in (0, int(right.name), int(right.name) + 1))


def _is_distance(node: exp.Expr) -> bool:
    """Whether one column is to lie a number away from another."""
    is_sum = isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.this, exp.Column) and isinstance(node.parent, exp.EQ)
    return is_sum and isinstance(node.expression, exp.Literal) and bool(node.expression.is_int)


def _parts(node: exp.Expr) -> Iterator[exp.Expr]:
    """The operands of a comparison, taken out of casts, brackets, documents and functions of a text."""
    for value in node.args.values():
        for each in value if isinstance(value, list) else [value]:
            while isinstance(each, (exp.Cast, exp.Paren, exp.PivotAlias, *_OF_TEXT, *_EXTRACTIONS)):
                each = each.this
            if isinstance(each, exp.Expr):
                yield each


def _compared(trees: Sequence[exp.Expr]) -> Iterable[str]:
    """Names that decide over something other than by being equal to each other, or as plain keys."""
    standing_for: dict[str, set[str]] = {}
    found: set[str] = set()
    aliases = [alias for tree in trees for alias in tree.find_all(exp.Alias)]
    computed = {alias.alias.lower() for alias in aliases if not isinstance(alias.this, exp.Column)}
    for alias in aliases:
        standing_for.setdefault(alias.alias.lower(), set()).update(column.name.lower() for column in alias.this.find_all(exp.Column))
    for tree in trees:
        found.update(_regrouped(tree))
        found |= {column.name.lower() for column in tree.find_all(exp.Column) if not _is_harmless(column, computed)}
        if any(alias.args.get("columns") for alias in tree.find_all(exp.TableAlias)):
            found |= {column.name.lower() for column in tree.find_all(exp.Column)}
    while more := {name for each in found for name in standing_for.get(each, ())} - found:
        found |= more
    return found


def _regrouped(tree: exp.Expr) -> Iterator[str]:
    """Names inside expressions by whose value rows are grouped, told apart or sorted without the expression being written there."""
    clauses = list(tree.find_all(exp.Group, exp.Order))
    keys = [key.this if isinstance(key, exp.Ordered) else key for clause in clauses for key in clause.expressions]
    by_number = any(isinstance(key, (exp.Literal, exp.Var)) for key in keys) or any(clause.args.get("all") for clause in clauses)
    for select in tree.find_all(exp.Select):
        if by_number or select.args.get("distinct"):
            for projection in select.selects:
                if not isinstance(projection.unalias(), exp.Column):
                    yield from (column.name.lower() for column in projection.find_all(exp.Column))


def _is_harmless(column: exp.Column, computed: set[str]) -> bool:
    """Whether shifting this use of a column, with all columns it is equal to, changes no decision; `computed` names stand for no column."""
    parent = column.parent
    if isinstance(parent, exp.EQ) and all(isinstance(side, exp.Column) for side in (parent.this, parent.expression)):
        if parent.this.text("db") or parent.expression.text("db"):
            return False  # a field of a struct, which no shift moves
        return computed.isdisjoint({parent.this.name.lower(), parent.expression.name.lower()})
    node: exp.Expr | None = column
    inside = True
    while node is not None:
        above = node.parent
        inside = inside and not isinstance(node, exp.Select)
        is_plain = node is column or isinstance(node, (exp.Ordered, exp.Order))
        if inside and isinstance(above, _KEYS) and (not is_plain or column.name.lower() in computed):
            return False
        if isinstance(above, _CONDITIONS) and not _is_value(node, above):
            return False
        if isinstance(above, _ROW_MAKERS):
            return False
        node = above
    return True


def _is_value(node: exp.Expr, above: exp.Expr) -> bool:
    """Whether a part of a CASE, IF or FILTER is its value and not its condition."""
    if isinstance(above, exp.If):
        return node.arg_key in ("true", "false")
    if isinstance(above, exp.Case):
        return node.arg_key in ("ifs", "default") and above.this is None
    if isinstance(above, exp.Join):
        return node.arg_key == "this"
    if isinstance(above, (exp.Merge, exp.When)):
        return node.arg_key in ("using", "then", "whens", "this")
    return isinstance(above, exp.Filter) and node.arg_key == "this"
