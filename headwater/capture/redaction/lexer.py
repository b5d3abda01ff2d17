"""Cuts SQL text into lexemes, faithful to a dialect's quoting, so that literals can be found without understanding the statement.

Fails closed: a text that two readings would cut differently, or that ends inside a quote or comment, raises `Unlexable`, and its
caller seals it whole. Nothing here knows what a literal means; see `literals.py`.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

_DOUBLE_QUOTED_STRINGS = frozenset({"mysql", "doris", "starrocks", "singlestore", "bigquery", "hive", "spark", "spark2", "databricks"})
BACKSLASH = _DOUBLE_QUOTED_STRINGS | {"snowflake", "clickhouse"}
_NESTED_COMMENTS = frozenset(
    {"postgres", "duckdb", "tsql", "fabric", "redshift", "clickhouse", "spark", "spark2", "databricks", "materialize", "risingwave"}
)
_RETURN_ENDS_COMMENT = frozenset({"postgres", "duckdb", "redshift", "materialize", "risingwave"})
_HASH_COMMENTS = frozenset({"mysql", "doris", "starrocks", "singlestore", "bigquery"})
_SLASH_COMMENTS = frozenset({"snowflake"})
_NO_TAGGED_QUOTES = frozenset(
    {"mysql", "doris", "starrocks", "singlestore", "bigquery", "hive", "spark", "spark2", "tsql", "oracle", "sqlite"}
)


class Unlexable(ValueError):
    """The text cannot be cut with certainty; never leaves this package."""


class Lex(IntEnum):
    """Kinds of lexemes; white space is left out."""

    WORD = 0
    QUOTED = 1
    STRING = 2
    NUMBER = 3
    OPERATOR = 4
    COMMENT = 5


class Lexeme(NamedTuple):
    """A stretch of the text. `text` is its value in upper case for words, without quotes for strings and quoted names."""

    kind: Lex
    start: int
    end: int
    text: str


_SPACE = r"[\s\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]*+"
_OPERATORS = r"<=>|->>|\#>>|!~\*|!~~\*?|~~\*?|~\*|!~|<>|!=|>=|<=|==|\^=|::|:=|=>|->|\#>|\|\||@>|<@|[^\w\s\\]"
_WORD = r"[^\W\d][\w$]*|@{1,2}[\w$]+"
_TRIPLE = r'"{3}(?:[^"]|"[^"]|""[^"])*+"{3}(?!")'
"""What some engines read as a text; nobody calls a column so."""
_THREE = r"'{3}(?!')(?:[^']|'[^']|''[^'])*+'{3}(?!')"
_NUMBER = r"0[xX][0-9a-fA-F]+|(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\w*"


def lex(sql: str, dialect: str | None) -> list[Lexeme]:
    """Cut a text.

    With no dialect known, quoting is read without backslash escapes, then with; a text that both read, but differently, is refused.

    Raises:  Unlexable: the text ends inside a quote or comment, or could be cut in more than one way.
    """
    if "\x00" in sql:
        raise Unlexable("null character")
    if dialect is not None:
        return _Cutter(sql, dialect, escapes=dialect in BACKSLASH).cut()
    if "'''" in sql:
        readings = [reading for escapes in (False, True) for triple in (False, True) if (reading := _try(sql, escapes, triple)) is not None]
        return _agreed(readings)
    if "\\'" not in sql and '\\"' not in sql and "\\\\" not in sql:
        return _Cutter(sql, None, escapes=False).cut()
    return _agreed([reading for escapes in (False, True) if (reading := _try(sql, escapes)) is not None])


def _agreed(readings: list[list[Lexeme]]) -> list[Lexeme]:
    """The one way to cut a text."""
    places = [[(lexeme.kind, lexeme.start, lexeme.end) for lexeme in reading] for reading in readings]
    if not readings or any(place != places[0] for place in places):
        raise Unlexable("ambiguous quotes")
    return readings[0]


def _try(sql: str, escapes: bool, triple: bool = False) -> list[Lexeme] | None:
    try:
        return _Cutter(sql, None, escapes=escapes, triple=triple).cut()
    except Unlexable:
        return None


def _quoted(quote: str, escapes: bool) -> str:
    """A pattern for text between quotes in which a doubled quote stands for one."""
    inner = rf"[^{quote}\\]|{quote}{quote}|\\." if escapes else rf"[^{quote}]|{quote}{quote}"
    return rf"{quote}(?:{inner})*+{quote}(?!{quote})"


def _pattern(dialect: str | None, escapes: bool, three: bool) -> re.Pattern[str]:
    """The master pattern of a dialect; the order of its branches decides."""
    double = _quoted('"', escapes)
    triple = r"[rRbB]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\")|" if dialect == "bigquery" else rf"{_TRIPLE}|"
    if three:
        triple = rf"{_THREE}|{triple}"
    raw = rf"[rRbB]{{0,2}}{double}|" if dialect in _DOUBLE_QUOTED_STRINGS else ""
    escaped = _quoted("'", True)
    string = rf"{triple}{raw}[eE]{escaped}|(?:[nNbBxXrR]|[uU]&|_utf8(?:mb4)?)?{_quoted(chr(39), escapes)}"
    name = rf"{double}|`(?:[^`]|``)*+`"
    if dialect in ("tsql", "fabric"):
        name += r"|\[(?:[^\]]|\]\])*+\]"
    branches = (
        ("line", "--" + (r"[^\r\n]*" if dialect in _RETURN_ENDS_COMMENT else r"[^\n]*")),
        ("hash", r"\#[^\n]*" if dialect in _HASH_COMMENTS else r"\#[ \t][^\n]*" if dialect is None else r"(?!)"),
        ("slash", r"//[^\n]*" if dialect in _SLASH_COMMENTS else r"(?!)"),
        ("block", r"/\*"),
        ("string", string),
        ("name", name),
        ("dollar", r"\$\$" if dialect in _NO_TAGGED_QUOTES else r"\$(?:[^\W\d]\w*)?\$"),
        ("broken", r"['\"`]"),
        ("number", _NUMBER),
        ("word", _WORD),
        ("operator", _OPERATORS),
        ("end", r"\Z"),
    )
    return re.compile(f"{_SPACE}(?:" + "|".join(f"(?P<{label}>{branch})" for label, branch in branches) + ")", re.DOTALL)


_PATTERNS: dict[tuple[str | None, bool, bool], re.Pattern[str]] = {}


class _Cutter:
    """One pass over one text under one reading."""

    def __init__(self, sql: str, dialect: str | None, *, escapes: bool, triple: bool = False) -> None:
        self.sql = sql
        self.dialect = dialect
        key = (dialect, escapes, triple)
        pattern = _PATTERNS.get(key)
        if pattern is None:
            pattern = _PATTERNS[key] = _pattern(dialect, escapes, triple)
        self.match = pattern.match

    def cut(self) -> list[Lexeme]:
        sql, match, lexemes = self.sql, self.match, []
        at = 0
        while (found := match(sql, at)) is not None:
            label = found.lastgroup or "end"
            start, at = found.span(label)
            if label == "word":
                lexemes.append(Lexeme(Lex.WORD, start, at, sql[start:at].upper()))
            elif label == "operator":
                lexemes.append(Lexeme(Lex.OPERATOR, start, at, sql[start:at]))
            elif label == "end":
                return lexemes
            else:
                lexemes.append(self._other(label, start, at))
                at = lexemes[-1].end
        raise Unlexable("stray character")

    def _other(self, label: str, at: int, stop: int) -> Lexeme:
        text = self.sql[at:stop]
        if label == "number":
            return _number(at, stop, text)
        if label == "string":
            return Lexeme(Lex.STRING, at, stop, _unquote(text))
        if label == "name":
            return Lexeme(Lex.QUOTED, at, stop, text[1:-1])
        if label == "dollar":
            return self._dollar(at, text)
        if label == "block":
            return Lexeme(Lex.COMMENT, at, self._block_end(at), "")
        if label in ("line", "hash", "slash"):
            if "\r" in text.removesuffix("\r"):
                raise Unlexable("carriage return in a comment")
            return Lexeme(Lex.COMMENT, at, stop, "")
        raise Unlexable("unterminated quote")

    def _dollar(self, at: int, tag: str) -> Lexeme:
        close = self.sql.find(tag, at + len(tag))
        if close < 0:
            raise Unlexable("unterminated dollar quote")
        return Lexeme(Lex.STRING, at, close + len(tag), self.sql[at + len(tag) : close])

    def _block_end(self, at: int) -> int:
        close = self.sql.find("*/", at + 2)
        if close < 0:
            raise Unlexable("unterminated comment")
        if self.sql.find("/*", at + 2, close) < 0:
            return close + 2
        if self.dialect is None:
            raise Unlexable("nested comment in an unknown dialect")
        return self._nested_end(at) if self.dialect in _NESTED_COMMENTS else close + 2

    def _nested_end(self, at: int) -> int:
        depth = 0
        for mark in re.compile(r"/\*|\*/").finditer(self.sql, at):
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                return mark.end()
        raise Unlexable("unterminated comment")


def _number(at: int, stop: int, text: str) -> Lexeme:
    """A number, or a name that begins with digits."""
    body = text.lower()
    if body.startswith("0x") or re.fullmatch(r"[\d._]+(?:e[+-]?\d+)?(?:bd|[lsdfy])?", body):
        return Lexeme(Lex.NUMBER, at, stop, text)
    return Lexeme(Lex.WORD, at, stop, text.upper())


def _unquote(text: str) -> str:
    """The content between the quotes, prefix and doubling removed, escapes left alone."""
    quote = text[-1]
    body = text[text.index(quote) :]
    if len(body) >= 6 and body.startswith(quote * 3) and body.endswith(quote * 3):
        return body[3:-3]
    return body[1:-1].replace(quote * 2, quote)
