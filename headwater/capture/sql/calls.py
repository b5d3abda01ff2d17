"""Calls as the text writes them: the name of each, and arguments of which the parser's tree knows nothing any more.

The parser gives many functions a class of their own. That class may have another name, may have no room for an argument, and takes a
bare name where it looks for a part of a date (`date_trunc(u, d)`) for a keyword, though in some dialects it is a column like any other.
This works for `adapter`, whose trees it completes; no other module here needs to know the parser.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.expressions import Expr
from sqlglot.tokenizer_core import Token, TokenType

WRITTEN, LOST = "written", "lost"
"""Where a node keeps the name of its call (in its meta), and arguments that its class has no room for (among its parts)."""

Path = tuple[Token, ...]


class Call(NamedTuple):
    """One call of a text: its name in lower case, and those of its arguments that are a name and nothing else, dotted or not."""

    name: str
    bare: tuple[Path, ...]


_NAMES = (TokenType.VAR, TokenType.IDENTIFIER)


def calls_in(tokens: Sequence[Token]) -> dict[int, Call]:
    """All that may be calls, by where their names begin."""
    found: dict[int, Call] = {}
    open_calls: list[tuple[int, list[Path]]] = []
    first = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            open_calls.append((index - 1, []))
            first = index + 1
        elif kind is TokenType.COMMA or kind is TokenType.R_PAREN:
            if open_calls and 0 < index - first < 8 and _is_name(tokens[first:index]):
                open_calls[-1][1].append(tuple(tokens[first:index:2]))
            first = index + 1
            if kind is TokenType.R_PAREN and open_calls:
                callee, bare = open_calls.pop()
                first = len(tokens)  # what goes on after a call is no bare name
                if callee >= 0:
                    found[tokens[callee].start] = Call(tokens[callee].text.lower(), tuple(bare))
    return found


def _is_name(argument: Sequence[Token]) -> bool:
    return all(token.token_type in _NAMES if index % 2 == 0 else token.token_type is TokenType.DOT for index, token in enumerate(argument))


def with_values(tokens: list[Token], calls: dict[int, Call], dialect: str) -> list[Token]:
    """The same tokens, with brackets around a column that `date_part` takes where the parser takes any bare name for a keyword."""
    if dialect not in _NAMED_BY_VALUE:
        return tokens
    first = {call.bare[0][0].start: call.bare[0][-1].start for call in calls.values() if call.name == "date_part" and call.bare}
    last = set(first.values())
    if not first:
        return tokens
    made: list[Token] = []
    for token in tokens:
        made += [_bracket(TokenType.L_PAREN, "(", token)] if token.start in first else []
        made.append(token)
        made += [_bracket(TokenType.R_PAREN, ")", token)] if token.start in last else []
    return made


def _bracket(kind: TokenType, text: str, like: Token) -> Token:
    return Token(kind, text, like.line, like.col, like.start, like.end)


_SPELLED: Final[dict[type, tuple[str, ...]]] = {
    exp.Cast: ("convert",),
    exp.Extract: ("extract", "date_part", "datepart"),
    exp.GroupConcat: ("string_agg", "listagg", "group_concat", "stringagg", "groupconcat"),
    exp.StrPosition: ("position",),
    exp.TryCast: ("try_cast", "safe_cast", "try_convert", "trycast"),
}
"""Calls with a syntax of their own, which the parser does not place in the text: by what names they go beside their class's."""


def spelling(node: Expr, names: Collection[str]) -> str:
    """What a call without a place goes by, as far as its text holds such a name; empty for an operator."""
    kind = type(node)
    own = kind.sql_names() if issubclass(kind, exp.Func) else ()
    known = (*_SPELLED.get(kind, ()), *(name.lower() for name in own))
    return next((name for name in known if name in names), "")


def complete(node: Expr, call: Call, kept: set[int], dialect: str) -> list[Expr]:
    """Hang arguments that the parser dropped into a call's node, as columns; gives their identifiers, which are not folded yet.

    `kept` are the places of all names in the tree.
    """
    lost = [path for path in call.bare if path[-1].start not in kept and not _is_word(node, call.name, path, dialect)]
    if not lost:
        return []
    columns = [_column(path) for path in lost]
    node.set(LOST, columns)
    return [part for column in columns for part in column.args.values() if isinstance(part, exp.Identifier)]


def _column(path: Path) -> Expr:
    parts = [
        exp.Identifier(this=token.text, quoted=token.token_type is TokenType.IDENTIFIER).update_positions(token) for token in path[::-1]
    ]
    return exp.Column(**dict(zip(("this", "table", "db", "catalog"), parts, strict=False)))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNITS: Final = frozenset({*Dialect.DATE_PART_MAPPING, *Dialect.DATE_PART_MAPPING.values()}) | _words(
    """
    CENTURY DATE DATETIME DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DECADE EPOCH ERA HOUR HOUR_MICROSECOND HOUR_MINUTE
    HOUR_SECOND ISODOW ISOWEEK ISOWK ISOWW ISOYEAR ISO_WEEK JULIAN MCS MICROSECOND MILLENNIUM MILLISECOND MINUTE MINUTE_MICROSECOND
    MINUTE_SECOND N NANOSECOND Q QUARTER SECOND SECOND_MICROSECOND TIME TIMEZONE TZ TZOFFSET WEEK YEARDAY YEAR_MONTH
    """
)
"""Parts of dates, as one dialect or another names them."""

_TRUNCATED_BY_VALUE: Final = _words(
    """
    athena databricks doris dremio drill druid dune duckdb exasol hive materialize oracle postgres presto redshift risingwave spark
    spark2 starrocks teradata trino
    """
)
_COUNTED_BY_VALUE: Final = frozenset({"athena", "duckdb", "dune", "presto", "trino"})
_NAMED_BY_VALUE: Final = frozenset({"duckdb", "materialize", "postgres", "risingwave"})

_BY_VALUE: Final[dict[str, frozenset[str]]] = {
    "date_trunc": _TRUNCATED_BY_VALUE,
    "datetrunc": _TRUNCATED_BY_VALUE,
    "trunc": _TRUNCATED_BY_VALUE,
    "date_add": _COUNTED_BY_VALUE,
    "date_diff": _COUNTED_BY_VALUE,
    "date_sub": _COUNTED_BY_VALUE,
    "datediff": _COUNTED_BY_VALUE,
    "datesub": _COUNTED_BY_VALUE,
    "date_part": _NAMED_BY_VALUE,
    "datepart": _NAMED_BY_VALUE,
}
"""Functions and the dialects in which the part of a date is a value: there a bare name means a column, even one called `month`."""

_DATED = (exp.DateTrunc, exp.Extract, exp.TimeUnit)


def _is_word(node: Expr, name: str, path: Path, dialect: str) -> bool:
    """Whether a name that is not in the tree was a keyword, and not a column."""
    if len(path) > 1 or dialect in _BY_VALUE.get(name, ()):
        return False
    word = path[0].text.upper()
    dated = node.find(*_DATED)
    if dated is None:
        return any(isinstance(each, exp.DataType) or (isinstance(each, exp.Var) and each.name.upper() == word) for each in node.walk())
    return word in UNITS and not _is_unit(dated.this)


def _is_unit(value: object) -> bool:
    """Whether a string names a part of a date: where the date should stand, this says that the arguments are the other way round."""
    return isinstance(value, exp.Literal) and value.is_string and value.name.upper() in UNITS


def bare_starts(names: Iterable[Expr]) -> set[int]:
    """Where identifiers begin in the text."""
    return {start for name in names if isinstance(start := name.meta.get("start"), int)}
