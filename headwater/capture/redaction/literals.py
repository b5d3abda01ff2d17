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
from typing import NamedTuple

from headwater.capture.redaction.credentials import holds_secret_column, names_secret
from headwater.capture.redaction.freetext import looks_like_data
from headwater.capture.redaction.lexer import Lex, Lexeme
from headwater.capture.redaction.words import words

_COMPARISONS = frozenset(
    {"=", "==", "<>", "!=", "<", ">", "<=", ">=", "<=>", "^=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*", "@>", "<@"}
)
_COMPARING = words("LIKE ILIKE RLIKE REGEXP GLOB SIMILAR MATCH BETWEEN WHEN")
_JSON = frozenset({"->", "->>", "#>", "#>>"})
_TYPES = words(
    """
    DATE TIME TIMESTAMP TIMESTAMPTZ TIMESTAMP_NTZ TIMESTAMP_LTZ DATETIME NUMERIC DECIMAL BIGNUMERIC JSON
    """
)
_KEPT_AFTER = words(
    """
    INTERVAL JOIN INTO LOCATION TO COPY DIRECTORY INPATH FORMAT DELIMITER DELIMITERS ZONE ESCAPE COLLATE ENCODING SERDE
    INPUTFORMAT OUTPUTFORMAT ATTACH URL TERMINATED HEADER COMPRESSION USING STAGE
    """
)
_KEYWORDS = words(
    """
    SELECT FROM WHERE HAVING QUALIFY ON AND OR NOT IN VALUES AS WITH BY OVER EXISTS UNION EXCEPT INTERSECT CASE WHEN THEN ELSE END
    BETWEEN LIKE ILIKE RLIKE REGEXP SET INTO TABLE FILTER GROUP ORDER PARTITION DISTINCT RETURNING LIMIT TOP OFFSET FETCH JOIN
    LATERAL USING ANY ALL SOME IS SETS CUBE ROLLUP INSERT UPDATE DELETE MERGE MATCHED OPTIONS TBLPROPERTIES SERDEPROPERTIES
    DBPROPERTIES PROPERTIES COPY PIVOT UNPIVOT FOR INTERVAL RECURSIVE CROSS INNER LEFT RIGHT FULL OUTER SECRET VALUE ESCAPE
    """
)
_OPTIONS = words("OPTIONS TBLPROPERTIES SERDEPROPERTIES DBPROPERTIES PROPERTIES SECRET")
_CLAUSES = words(
    """
    SELECT FROM WHERE HAVING QUALIFY ON SET VALUES GROUP ORDER LIMIT OPTIONS USING RETURNING WITH INTO COPY
    """
)
_PLAIN_GROUP = words("ALL ANY SOME VALUES IN")
_AGGREGATES = words(
    """
    COUNT SUM AVG MIN MAX MEDIAN STDDEV STDDEV_POP STDDEV_SAMP VARIANCE VAR_POP VAR_SAMP COUNT_IF COUNTIF APPROX_COUNT_DISTINCT
    APPROX_DISTINCT PERCENTILE_CONT PERCENTILE_DISC QUANTILE APPROX_PERCENTILE MODE CORR ROW_NUMBER RANK DENSE_RANK NTILE LENGTH
    CHAR_LENGTH SIZE CARDINALITY ARRAY_LENGTH DATEDIFF DATE_DIFF MOD RANDOM RAND
    """
)
"""Functions whose results are numbers about rows, not values of rows: a short number they are compared with stays."""
_PASSES_VALUES = words(
    """
    COALESCE IFNULL NVL NVL2 NULLIF ISNULL IF IIF IFF DECODE CONCAT CONCAT_WS UPPER LOWER INITCAP TRIM LTRIM RTRIM REPLACE REVERSE
    MD5 SHA1 SHA2 SHA256 SHA512 HASH HEX UNHEX ENCODE TO_HEX FROM_HEX BASE64 TO_DATE TO_TIMESTAMP TO_CHAR_LITERAL DATE TIMESTAMP
    DATETIME PARSE_DATE PARSE_TIMESTAMP STR_TO_DATE STRPTIME GREATEST LEAST ARRAY LIST_VALUE ARRAY_CONTAINS LIST_CONTAINS CONTAINS
    STARTS_WITH STARTSWITH ENDS_WITH ENDSWITH POSITION INSTR STRPOS LOCATE CHARINDEX REGEXP_LIKE REGEXP_MATCHES REGEXP_CONTAINS
    RLIKE ELT FIELD FIND_IN_SET JSON_OBJECT JSON_ARRAY PARSE_JSON TO_JSON ROW STRUCT NAMED_STRUCT LITERAL SQUOTE QUOTE_LITERAL
    CHOOSE LEVENSHTEIN EDITDIST3 SOUNDEX TRANSLATE FORMAT PRINTF
    """
)
_READS_PATHS = re.compile(
    r"(?:READ|SCAN|GLOB|OPENROWSET|TABLE|URL|S3|S3CLUSTER|FILE|HDFS|FILES|EXTERNAL_QUERY|REF|SOURCE|VAR|CONFIG|ENV_VAR)$|^READ_|_SCAN$|^SNIFF_|^PARQUET_|^ST_READ|^ICEBERG_|^DELTA_"
)
_UNITS = words(
    """
    YEAR YEARS QUARTER QUARTERS MONTH MONTHS WEEK WEEKS ISOWEEK DAY DAYS HOUR HOURS MINUTE MINUTES SECOND SECONDS MILLISECOND
    MILLISECONDS MICROSECOND MICROSECONDS DOW DOY ISODOW EPOCH CENTURY DECADE DAYOFWEEK DAYOFYEAR TIMEZONE UTC
    """
)
_FORMAT = re.compile(
    r"(?=.*(?:[yY]{2}|HH|hh|%))(?:(?>%[-#]?[A-Za-z%]|y{1,4}|Y{1,4}|M{1,4}|MON|MI|d{1,2}|D{1,3}|DY|HH24|HH12|H{1,2}|h{1,2}|m{1,2}|s{1,2}|SS|S{1,9}"
    r"|FF\d?|AM|PM|TZ|X{1,3}|x{1,3}|a|E{1,4}|'T'|[-/:., _TZ]))++"
)
_JSON_PATH = re.compile(r"\$(?:(?:\.\.?[\w*-]+|\.\"[^\"]*\"|\[[\w*'\"-]+\])+)?")
_ALIAS = re.compile(r"[\w][\w .:%()/-]{0,63}")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_LONG_NUMBER = 7
_MOST_SIGNS = 4
_BEFORE_OPERAND = words("ALL ANY SOME NOT BINARY PRIOR SYMMETRIC")


class Find(NamedTuple):
    """A literal that must go. `kind` is `str`, `num`, `secret` or `comment`."""

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
    call: str = ""


def find_literals(lexemes: Sequence[Lexeme]) -> Iterator[Find]:
    """The data values, secrets and comments of a statement, in the order of the text."""
    return iter(_Reader(lexemes).read())


class _Reader:
    """Walks the lexemes with the open parentheses in mind."""

    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        self.comments = [Find(lexeme.start, lexeme.end, "comment", "") for lexeme in lexemes if lexeme.kind is Lex.COMMENT]
        self.tokens = [lexeme for lexeme in lexemes if lexeme.kind is not Lex.COMMENT] if self.comments else list(lexemes)
        self.frames = [_Frame("top")]
        self.and_of_between = -1
        self.closed_call: dict[int, str] = {}
        self.found: list[Find] = []

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
            return token.text not in _KEYWORDS and token.text != "ARRAY"
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
        if word in _CLAUSES and not (word == "SET" and self._text(index - 1) == "CHARACTER"):
            frame.clause = word
            frame.in_values = word == "VALUES"
            frame.pivot = frame.pivot and word not in ("SELECT", "WHERE", "SET")
        elif word in ("AS", "UNION") and frame.in_values and self._text(index - 1) == ")":
            frame.in_values = False

    def _operator(self, index: int, token: Lexeme) -> None:
        sign = token.text
        if sign == "(":
            self.frames.append(self._parenthesis(index))
        elif sign == "[":
            inherited = self.frames[-1].reach
            self.frames.append(_Frame("subscript") if self._is_operand(index - 1) else _Frame("array", reach=inherited))
        elif sign == "{":
            parent = self.frames[-1]
            reads = parent.kind == "function" and _READS_PATHS.search(parent.name)
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
        if before in _OPTIONS or (before == "WITH" and parent.clause == "WITH") or self._follows_secret_name(index):
            return _Frame("options")
        if parent.in_values and before in ("VALUES", "ROW", ",", ""):
            return _Frame("values", reach=_Reach.ALL)
        if self._is_call(index):
            return self._call(index, parent)
        compared = self._after_comparison(index) or self._after_comparison(index - 1)
        pivots = parent.kind in ("pivot", "pivot in")
        reach = _Reach.ALL if compared and (before in _PLAIN_GROUP or before in _COMPARISONS) else parent.reach
        return _Frame("pivot in" if parent.kind == "pivot in" else "pivot" if pivots else "group", reach=reach)

    def _is_call(self, index: int) -> bool:
        if index < 1:
            return False
        token = self.tokens[index - 1]
        return token.kind is Lex.QUOTED or (token.kind is Lex.WORD and token.text not in _KEYWORDS)

    def _call(self, index: int, parent: _Frame) -> _Frame:
        name = self.tokens[index - 1].text.upper()
        if _READS_PATHS.search(name):
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
        for _ in range(_MOST_SIGNS):
            before = self._text(index - 1)
            if not (before in _BEFORE_OPERAND or (before in ("-", "+") and not self._is_operand(index - 2))):
                break
            index -= 1
        before = self._text(index - 1)
        if before in _COMPARISONS or before in _COMPARING:
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
        return after in _COMPARISONS or after in (_COMPARING - {"WHEN"}) or after == "IN"

    # literals

    def _quoted(self, index: int, token: Lexeme) -> None:
        """A quoted name is a text only where no name can stand, or where it does not look like one and data would."""
        frame = self.frames[-1]
        text = token.text
        if self._text(index - 1) == "." or self._text(index + 1) in (".", "("):
            return
        no_name = frame.kind in ("values", "in") and frame.reach is _Reach.ALL and frame.kind == "values"
        odd = self._after_comparison(index) and re.fullmatch(r"[\w$]+", text) is None
        if no_name or odd or (looks_like_data(text) and (self._after_comparison(index) or frame.reach is _Reach.ALL)):
            self.found.append(Find(token.start, token.end, "str", text))

    def _string(self, index: int, token: Lexeme) -> None:
        if self._is_secret(index):
            self.found.append(Find(token.start, token.end, "secret", token.text))
        elif self._is_data_text(index, token.text):
            self.found.append(Find(token.start, token.end, "str", token.text))

    def _is_secret(self, index: int) -> bool:
        frame, before = self.frames[-1], self._text(index - 1)
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
        if _LETTER_OR_DIGIT.search(text) is None:
            return False
        before, after = self._text(index - 1), self._text(index + 1)
        if frame.kind in ("pivot", "pivot in", "subscript"):
            return False
        if frame.kind == "options" or (frame.kind == "function" and _READS_PATHS.search(frame.name)):
            return frame.kind == "options" and looks_like_data(text) and "/" not in text
        if frame.kind == "brace" and after == ":":
            return False
        if before in _JSON or (before == ":" and frame.kind != "brace"):
            return False
        if self._kept_by_keyword(index, text):
            return False
        place = index - 1 if before in _TYPES else index
        if self._after_comparison(place) or self._before_comparison(index):
            return True
        if frame.kind == "function" and self._text(place - 1) in ("(", ",", "=>", ":=") and after in (",", ")"):
            return self._is_data_argument(frame, text)
        return True

    def _is_data_argument(self, frame: _Frame, text: str) -> bool:
        if frame.reach is not _Reach.ALL and (text.upper() in _UNITS or _FORMAT.fullmatch(text) or _JSON_PATH.fullmatch(text)):
            return False
        return frame.reach is not _Reach.NONE or frame.name in _PASSES_VALUES or looks_like_data(text)

    def _kept_by_keyword(self, index: int, text: str) -> bool:
        before = self._text(index - 1)
        if before == "AS":
            return _ALIAS.fullmatch(text) is not None and not looks_like_data(text) and self._is_operand(index - 2)
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
        return before in _KEPT_AFTER

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
        if after in ("PRECEDING", "FOLLOWING") or (frame.kind == "function" and _READS_PATHS.search(frame.name)):
            return False
        digits = sum(character.isdigit() for character in text)
        if digits >= _LONG_NUMBER and not text.partition(".")[0].endswith("0000"):
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
            return digits < _LONG_NUMBER
        return self.closed_call.get(left, "") in _AGGREGATES

    def _is_threshold_before(self, index: int) -> bool:
        """The same, with the number on the left."""
        if self.frames[-1].clause in ("HAVING", "QUALIFY"):
            return True
        right = index + 2
        if right < len(self.tokens) and self.tokens[right].kind is Lex.NUMBER:
            return True
        return self._text(right) in _AGGREGATES and self._text(right + 1) == "("
