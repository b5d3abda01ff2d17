"""Which literals of a statement are data values, by where they stand.

Data: what columns are compared with (operators, IN, BETWEEN, LIKE, simple CASE), VALUES, SET, text constants in expressions. Kept,
because lineage needs them or they cannot be values of rows: paths, JSON paths and subscripts, pivot values, aliases, formats and units,
options, arguments of functions (unless the function is compared or only passes values on), numeric thresholds on aggregates, LIMIT,
intervals. Where it is not sure, a text is data and a number is not, unless it is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from typing import NamedTuple

from headwater.capture.redaction.credentials import holds_secret_column, names_secret
from headwater.capture.redaction.freetext import looks_like_data
from headwater.capture.redaction.lexer import Lex, Lexeme
from headwater.capture.redaction.vocabulary import (
    AGGREGATES,
    ALIAS,
    BEFORE_OPERAND,
    CIPHERS,
    CLAUSES,
    COMPARING,
    COMPARISONS,
    FORMAT,
    JSON,
    JSON_PATH,
    KEPT_AFTER,
    KEYWORDS,
    LETTER_OR_DIGIT,
    LOGINS,
    LONG_NUMBER,
    MOST_SIGNS,
    OPTIONS,
    PASSES_VALUES,
    PLAIN_GROUP,
    READS_PATHS,
    REMOTE_CALLS,
    RUN_CALLS,
    RUNS,
    SQL_BEGINS,
    STORE_FORMATS,
    STORES,
    TYPES,
    UNITS,
)

_DEEPEST_CALL = 12
"""Calls around a text that are asked whether they are ciphers."""


class Find(NamedTuple):
    """A literal that must go. `kind` is `str`, `num`, `secret`, `comment`, or `sql` for SQL in a text that another engine runs."""

    start: int
    end: int
    kind: str
    value: str


class _Reach(IntEnum):
    """How much inside a parenthesis is data whatever stands around it."""

    NONE = 0
    TEXTS = 1
    ALL = 2


@dataclass(slots=True)
class _Frame:
    """A parenthesis, bracket or brace that is open; the whole statement is the outermost."""

    kind: str
    name: str = ""
    reach: _Reach = _Reach.NONE
    clause: str = ""
    between: bool = False
    in_values: bool = False
    pivot: bool = False
    begins: int = 0
    commas: int = 0


def find_literals(lexemes: Sequence[Lexeme], *, dialect: str | None = "") -> Iterator[Find]:
    """The data values, secrets and comments of a statement, in the order of the text; with `dialect` None, quoted names may be texts."""
    return iter(_Reader(lexemes, guessing=dialect is None).read())


class _Reader:
    """Walks the lexemes with the open parentheses in mind."""

    def __init__(self, lexemes: Sequence[Lexeme], *, guessing: bool) -> None:
        self.guessing = guessing
        self.comments = [Find(lexeme.start, lexeme.end, "comment", "") for lexeme in lexemes if lexeme.kind is Lex.COMMENT]
        self.tokens = [lexeme for lexeme in lexemes if lexeme.kind is not Lex.COMMENT] if self.comments else list(lexemes)
        self.frames = [_Frame("top")]
        self.and_of_between = -1
        self.closed_call: dict[int, str] = {}
        self.found: list[Find] = []
        self.names: frozenset[str] | None = None

    def read(self) -> list[Find]:
        for index, token in enumerate(self.tokens):
            if token.kind is Lex.WORD:
                self._word(index, token)
            elif token.kind is Lex.OPERATOR:
                self._operator(index, token)
            elif token.kind is Lex.STRING:
                self._string(index, token)
            elif token.kind is Lex.NUMBER:
                self._number(index, token)
            else:
                self._quoted(index, token)
        return sorted(self.comments + self.found)

    # what surrounds a token

    def _text(self, index: int) -> str:
        """The neighbour's text; a quoted name or literal has none, so that it is never taken for a keyword."""
        if 0 <= index < len(self.tokens) and self.tokens[index].kind in (Lex.WORD, Lex.OPERATOR):
            return self.tokens[index].text
        return ""

    def _is_operand(self, index: int) -> bool:
        """Whether something of which an element can be taken ends here."""
        if index < 0:
            return False
        token = self.tokens[index]
        if token.kind is Lex.WORD:
            return token.text not in KEYWORDS and token.text != "ARRAY"
        return token.kind is not Lex.OPERATOR or token.text in (")", "]", "}")

    # structure

    def _word(self, index: int, token: Lexeme) -> None:
        frame, word = self.frames[-1], token.text
        if word in ("SELECT", "WITH") and self._text(index - 1) == "(":
            frame.kind, frame.reach = "group", _Reach.NONE
        if word == "BETWEEN":
            frame.between = True
        elif word == "AND" and frame.between:
            frame.between = False
            self.and_of_between = index
        elif word in ("PIVOT", "UNPIVOT") and self._text(index + 1) != "(":
            frame.pivot = True
        if word in CLAUSES and not (word == "SET" and self._text(index - 1) == "CHARACTER"):
            frame.clause = word
            frame.in_values = word == "VALUES"
            frame.pivot = frame.pivot and word not in ("SELECT", "WHERE", "SET")
        elif word in ("AS", "UNION") and frame.in_values and self._text(index - 1) == ")":
            frame.in_values = False

    def _operator(self, index: int, token: Lexeme) -> None:
        sign = token.text
        if sign == "(":
            self.frames.append(self._parenthesis(index))
            self.frames[-1].begins = index + 1
        elif sign == ",":
            self.frames[-1].commas += 1
        elif sign == "[":
            inherited = self.frames[-1].reach
            self.frames.append(_Frame("subscript") if self._is_operand(index - 1) else _Frame("array", reach=inherited))
        elif sign == "{":
            parent = self.frames[-1]
            reads = parent.kind == "function" and READS_PATHS.search(parent.name)
            self.frames.append(_Frame("function", parent.name) if reads else _Frame("brace", reach=parent.reach))
        elif sign in (")", "]", "}") and len(self.frames) > 1:
            closed = self.frames.pop()
            if closed.kind == "function":
                self.closed_call[index] = closed.name
        elif sign == ";" and len(self.frames) == 1:
            self.frames = [_Frame("top")]

    def _parenthesis(self, index: int) -> _Frame:
        parent, before = self.frames[-1], self._text(index - 1)
        if before == "IN":
            return _Frame("pivot in") if parent.kind == "pivot" or parent.pivot else _Frame("in", reach=_Reach.ALL)
        if before in ("PIVOT", "UNPIVOT"):
            return _Frame("pivot")
        if before in OPTIONS or (before == "WITH" and parent.clause == "WITH") or self._follows_secret_name(index):
            return _Frame("options")
        if parent.in_values and before in ("VALUES", "ROW", ",", ""):
            return _Frame("values", reach=_Reach.ALL)
        if self._is_call(index):
            return self._call(index, parent)
        compared = self._after_comparison(index) or self._after_comparison(index - 1)
        pivots = parent.kind in ("pivot", "pivot in")
        reach = _Reach.ALL if compared and (before in PLAIN_GROUP or before in COMPARISONS) else parent.reach
        return _Frame("pivot in" if parent.kind == "pivot in" else "pivot" if pivots else "group", reach=reach)

    def _is_call(self, index: int) -> bool:
        if index < 1:
            return False
        token = self.tokens[index - 1]
        return token.kind is Lex.QUOTED or (token.kind is Lex.WORD and token.text not in KEYWORDS)

    def _call(self, index: int, parent: _Frame) -> _Frame:
        name = self.tokens[index - 1].text.upper()
        if READS_PATHS.search(name):
            return _Frame("function", name)
        reach = parent.reach
        if reach is _Reach.NONE and self._after_comparison(index - 1):
            reach = _Reach.TEXTS
        return _Frame("function", name, reach)

    def _follows_secret_name(self, index: int) -> bool:
        """`CREATE SECRET name (` and `CREDENTIALS = (`."""
        return self._text(index - 2) in ("SECRET", "CREDENTIALS") or self._text(index - 3) == "SECRET"

    def _after_comparison(self, index: int) -> bool:
        """Whether what begins at `index` is the right side of a comparison."""
        for _ in range(MOST_SIGNS):
            before = self._text(index - 1)
            if not (before in BEFORE_OPERAND or (before in ("-", "+") and not self._is_operand(index - 2))):
                break
            index -= 1
        before = self._text(index - 1)
        if before in COMPARISONS or before in COMPARING:
            return True
        if before == "TO" and self._text(index - 2) == "SIMILAR":
            return True
        if before == "FROM" and self._text(index - 2) == "DISTINCT" and self._text(index - 3) in ("IS", "NOT"):
            return True
        return before == "AND" and self.and_of_between == index - 1

    def _before_comparison(self, index: int) -> bool:
        after = self._text(index + 1)
        if after == "NOT":
            after = self._text(index + 2)
        return after in COMPARISONS or after in (COMPARING - {"WHEN"}) or after == "IN"

    # literals

    def _quoted(self, index: int, token: Lexeme) -> None:
        """A quoted name is a text only where no name can stand, or where it does not look like one and data would."""
        frame = self.frames[-1]
        text = token.text
        if self._text(index - 1) == "." or self._text(index + 1) in (".", "("):
            return
        if self.guessing and self._may_be_text(index, token):
            self.found.append(Find(token.start, token.end, "str", text))
            return
        no_name = frame.kind in ("values", "in") and frame.reach is _Reach.ALL and frame.kind == "values"
        odd = self._after_comparison(index) and re.fullmatch(r"[\w$]+", text) is None
        if no_name or odd or (looks_like_data(text) and (self._after_comparison(index) or frame.reach is _Reach.ALL)):
            self.found.append(Find(token.start, token.end, "str", text))

    def _may_be_text(self, index: int, token: Lexeme) -> bool:
        """Where the dialect is unknown: whether a quoted word that is compared with may be a text, for nothing else is called so."""
        if "." in token.text or not (self._after_comparison(index) or self.frames[-1].kind == "in"):
            return False
        if self.names is None:
            self.names = self._names()
        return token.text.upper() not in self.names

    def _names(self) -> frozenset[str]:
        """What is called by a word, or by a quoted word where no value stands."""
        found = set()
        in_list = False
        for index, token in enumerate(self.tokens):
            if token.kind is Lex.WORD:
                found.add(token.text)
            elif token.kind is Lex.OPERATOR:
                in_list = (token.text == "(" and self._text(index - 1) == "IN") or (in_list and token.text != ")")
            elif token.kind is Lex.QUOTED and not in_list and self._text(index - 1) not in COMPARISONS | COMPARING:
                found.add(token.text.upper())
        return frozenset(found)

    def _string(self, index: int, token: Lexeme) -> None:
        if self._is_run(index, token.text):
            self.found.append(Find(token.start, token.end, "sql", token.text))
        elif self._is_secret(index):
            self.found.append(Find(token.start, token.end, "secret", token.text))
        elif self._is_data_text(index, token.text):
            self.found.append(Find(token.start, token.end, "str", token.text))

    def _is_run(self, index: int, text: str) -> bool:
        """Whether a text is SQL that is run elsewhere or later, or something in its place that cannot be told from it."""
        frame, before = self.frames[-1], self._text(index - 1)
        if before in RUNS:
            return True
        return frame.kind == "function" and (
            frame.name in RUN_CALLS
            or (frame.name in REMOTE_CALLS and (SQL_BEGINS.match(text) is not None or (frame.commas > 0 and " " in text)))
        )

    def _is_argument_secret(self, index: int) -> bool:
        """Keys of ciphers, values of secret settings, and what table functions of other servers log in with."""
        for depth, frame in enumerate(islice(reversed(self.frames), _DEEPEST_CALL)):
            if frame.kind not in ("function", "group"):
                return False
            if frame.kind == "group" and frame.clause:
                return False
            if CIPHERS.fullmatch(frame.name) and (frame.commas > 0 or "PHRASE" in frame.name):
                return True
            if frame.name == "SET_CONFIG" and frame.commas > 0:
                return names_secret(self.tokens[frame.begins].text)
            if depth == 0 and frame.name in LOGINS and frame.commas >= self._login_from(frame):
                return True
            if depth == 0 and frame.name in STORES and frame.commas > 0:
                return not any(STORE_FORMATS.fullmatch(self.tokens[place].text) for place in (index, min(frame.begins + 2, index)))
        return False

    def _login_from(self, frame: _Frame) -> int:
        """The number of the first argument that may be a user: after a server, a database and a table, or a server and both in one."""
        second = frame.begins + 2
        both = self._text(frame.begins + 3) == "." or (second < len(self.tokens) and "." in self.tokens[second].text)
        return 2 if both else 3

    def _is_secret(self, index: int) -> bool:
        frame, before = self.frames[-1], self._text(index - 1)
        if self._is_argument_secret(index):
            return True
        if before == "VALUES" and self._text(index - 2) == "BY" and self._text(index - 3) == "IDENTIFIED":
            return True
        if before == "BY" and self._text(index - 2) == "IDENTIFIED":
            return True
        if self.tokens[index - 1].kind is Lex.WORD and index > 0:
            return (
                before in ("PASSWORD", "CREDENTIALS", "KEY_ID", "SESSION_TOKEN")
                or (before == "SECRET" and frame.kind != "group")
                or (frame.kind == "options" and names_secret(before))
            )
        if before in ("=", "=>", ":=", ":", "==") and index > 1:
            named = self.tokens[index - 2]
            if named.kind in (Lex.NUMBER, Lex.OPERATOR):
                return False
            return names_secret(named.text) if frame.kind in ("options", "function") else holds_secret_column(named.text)
        return False

    def _is_data_text(self, index: int, text: str) -> bool:
        frame = self.frames[-1]
        if LETTER_OR_DIGIT.search(text) is None:
            return False
        before, after = self._text(index - 1), self._text(index + 1)
        if frame.kind in ("pivot", "pivot in", "subscript"):
            return False
        if frame.kind == "options" or (frame.kind == "function" and READS_PATHS.search(frame.name)):
            return frame.kind == "options" and looks_like_data(text) and "/" not in text
        if frame.kind == "brace" and after == ":":
            return False
        if before in JSON or (before == ":" and frame.kind != "brace"):
            return False
        if self._kept_by_keyword(index, text):
            return False
        place = index - 1 if before in TYPES else index
        if self._after_comparison(place) or self._before_comparison(index):
            return True
        if frame.kind == "function" and self._text(place - 1) in ("(", ",", "=>", ":=") and after in (",", ")"):
            return self._is_data_argument(frame, text)
        return True

    def _is_data_argument(self, frame: _Frame, text: str) -> bool:
        if frame.reach is not _Reach.ALL and (text.upper() in UNITS or FORMAT.fullmatch(text) or JSON_PATH.fullmatch(text)):
            return False
        return frame.reach is not _Reach.NONE or frame.name in PASSES_VALUES or looks_like_data(text)

    def _kept_by_keyword(self, index: int, text: str) -> bool:
        before = self._text(index - 1)
        if before == "AS":
            return ALIAS.fullmatch(text) is not None and not looks_like_data(text) and self._is_operand(index - 2)
        if before == "BY":
            return self._text(index - 2) in ("TERMINATED", "ENCLOSED", "ESCAPED")
        if before == "TO" and self._text(index - 2) == "SIMILAR":
            return False
        if before == "FROM":
            return (
                not (self._text(index - 2) == "DISTINCT" and self._text(index - 3) in ("IS", "NOT")) and self.frames[-1].kind != "function"
            )
        if before == ",":
            return self.frames[-1].clause in ("FROM", "COPY") and self.frames[-1].kind != "function" and ("/" in text or "." in text)
        return before in KEPT_AFTER

    def _number(self, index: int, token: Lexeme) -> None:
        start = token.start
        before = self._text(index - 1)
        if before in ("-", "+") and not self._is_operand(index - 2):
            start = self.tokens[index - 1].start
        if self._is_data_number(index, token.text):
            text = ("-" if before == "-" and start != token.start else "") + token.text
            self.found.append(Find(start, token.end, "num", text))

    def _is_data_number(self, index: int, text: str) -> bool:
        frame = self.frames[-1]
        after = self._text(index + 1)
        if frame.kind in ("pivot", "pivot in", "subscript", "options") or self._text(index - 1) in (
            "INTERVAL",
            "LIMIT",
            "OFFSET",
            "TOP",
            "FETCH",
        ):
            return False
        if after in ("PRECEDING", "FOLLOWING") or (frame.kind == "function" and READS_PATHS.search(frame.name)):
            return False
        digits = sum(character.isdigit() for character in text)
        if digits >= LONG_NUMBER and not text.partition(".")[0].endswith("0000"):
            return True
        if frame.reach is _Reach.ALL:
            return True
        if self._after_comparison(index):
            return not self._is_threshold(index, digits)
        return self._before_comparison(index) and not self._is_threshold_before(index)

    def _is_threshold(self, index: int, digits: int) -> bool:
        """A number an aggregate is compared with, or another number: about rows, not of a row."""
        if self.frames[-1].clause in ("HAVING", "QUALIFY"):
            return True
        place = index - 1
        if self._text(place) in ("-", "+"):
            place -= 1
        left = place - 1
        if self._text(place) in ("BETWEEN", "AND", "NOT") or left < 0:
            return False
        if self.tokens[left].kind is Lex.NUMBER:
            return digits < LONG_NUMBER
        return self.closed_call.get(left, "") in AGGREGATES

    def _is_threshold_before(self, index: int) -> bool:
        """The same, with the number on the left."""
        if self.frames[-1].clause in ("HAVING", "QUALIFY"):
            return True
        right = index + 2
        if right < len(self.tokens) and self.tokens[right].kind is Lex.NUMBER:
            return True
        return self._text(right) in AGGREGATES and self._text(right + 1) == "("
