"""Rules: what a value in an event is (a name, a text, SQL, an error, a data value, a secret), and its public form.

A rule takes a value and gives its public form; containers are edited in place. `shape` and `each` make rules for objects, `anything` is
the rule for what nobody described: it reads every text in it, and the names of keys, for signs of secrets, SQL and data.
`facets.py` says which rule is for which part of an OpenLineage event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from headwater.capture.redaction.credentials import names_secret
from headwater.capture.redaction.edits import Redacted, Replaced
from headwater.capture.redaction.statements import SEALED_KIND
from headwater.capture.redaction.tokens import DROPPED

if TYPE_CHECKING:
    from headwater.capture.redaction.redactor import Redactor

Rule = Callable[["Walk", Any], Any]

_SIGNS = re.compile(
    r"[@=]|\d[\d ().-]{5}|://|AKIA|ASIA|AROA|AIDA|eyJ|gh[pousr]_|github_pat|xox|PRIVATE KEY|sk-|AIza|dapi|_live_|glpat|-[upPa]"
    r"|[A-Za-z0-9/+]{40}|(?i:passw|passp|pwd|secret|key|token|credential|bearer|basic )"
)
"""A text without any of these holds nothing that `prose` would touch."""
_SQL = re.compile(
    r"(?:[\s(]++|--[^\n]*+(?:\n|\Z)|/\*(?s:.*?)(?:\*/|\Z))*+"
    r"(?:select|insert|update|delete|merge|with|create|copy|replace|truncate|alter|drop|from)\b",
    re.IGNORECASE,
)
"""How a text begins that may be SQL."""
_SQL_BODY = re.compile(r"\b(?:from|into|set|table|view|values|where|as|select)\b", re.IGNORECASE)
_SQL_KEYS = frozenset({"sql", "query", "statement", "rawsql", "compiledsql", "compiledcode", "rawcode", "querytext", "sqltext", "bqlquery"})
_ERROR_KEYS = frozenset({"message", "errormessage", "error", "exception", "failurereason"})
_TRACE_KEYS = frozenset({"stacktrace", "traceback"})
_CODE_KEYS = frozenset(
    {"sourcecode", "simplestring", "treestring", "plandescription", "physicalplan", "logicalplan", "optimizedplan", "executedplan", "plan"}
)
"""Code and printed plans: their literals stand without quotes, so a text is sealed whole."""
_ROW_KEYS = frozenset({"rows", "samples", "sample", "samplerows", "sampledata", "preview", "records", "examples", "topvalues", "data"})
"""Lists under these are data rows."""


_LONGEST_KEY = 256
"""Characters of a name that is asked whether it names a secret."""
_MOST_SQL = 2_000_000
"""Characters of SQL that are read in one event; texts beyond are sealed whole."""
_LONGEST_TEXT = 256 * 1024
"""Characters of a free text that is read; a longer one is sealed whole."""
_MOST_TEXT = 4 * 1024 * 1024
"""Characters of free text that are looked through in one event, for what is read and for secrets in what is sealed."""
_COST_OF_TEXT = 64
"""What any text costs of this, however short."""
_MOST_WARNINGS = 100


class Walk:
    """One pass over one event: where we are, what was replaced, what to warn of."""

    __slots__ = ("dialect", "path", "redactor", "replaced", "sql_left", "text_left", "warnings")

    def __init__(self, redactor: Redactor, dialect: str | None) -> None:
        self.redactor = redactor
        self.dialect = dialect
        self.path: list[str | int] = []
        self.replaced: list[Replaced] = []
        self.sql_left = _MOST_SQL
        self.text_left = _MOST_TEXT
        self.warnings: list[str] = []

    def taken(self, redacted: Redacted) -> str:
        """The public text, with what undoes it written down."""
        if redacted.spans:
            self.replaced.append(Replaced(tuple(self.path), redacted.spans))
        return redacted.text

    def bounded(self, text: str, read: Callable[[str], Redacted], kind: str = "txt") -> str:
        """A free text as `read` gives it, or a token for the whole when it is too long or there were too many before.

        What is beyond the bound of the event is kept nowhere: nobody looked for secrets in it, so that it may not be sealed.
        """
        before = self.text_left
        self.text_left -= len(text) + _COST_OF_TEXT
        if self.text_left < 0:
            if before >= 0:
                self.warn("Too much text in one event; what comes from here on was replaced and is not kept, beginning")
            return self.redactor.tokens.token(kind, text)
        if len(text) > _LONGEST_TEXT:
            self.warn("Text was too long to be read and was sealed whole")
            return self.taken(self.redactor.whole(text, kind))
        return self.taken(read(text))

    def warn(self, what: str) -> None:
        """A warning that names the place and no value; a few say enough."""
        if len(self.warnings) >= _MOST_WARNINGS:
            return
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        self.warnings.append(f"{what} at `{place.lstrip('.')}`")


def name(walk: Walk, value: Any) -> Any:
    """A name of a dataset, column or job: only credentials of a URI go."""
    if type(value) is not str:
        return anything(walk, value)
    return value if "@" not in value and "=" not in value else walk.bounded(value, walk.redactor.name)


def prose(walk: Walk, value: Any) -> Any:
    """A text for people."""
    if type(value) is not str:
        return anything(walk, value)
    return value if len(value) <= _LONGEST_TEXT and _SIGNS.search(value) is None else walk.bounded(value, walk.redactor.prose)


kept = uri = name
"""Structure (an enumeration, an id, an address of a specification) and places are treated as names are."""


def error(walk: Walk, value: Any) -> Any:
    """An error message."""
    return walk.bounded(value, walk.redactor.error) if type(value) is str else everything(walk, value)


def trace(walk: Walk, value: Any) -> Any:
    """A stack trace."""
    return walk.bounded(value, walk.redactor.trace) if type(value) is str else everything(walk, value)


def sql(walk: Walk, value: Any) -> Any:
    """A SQL text of whole statements."""
    return _sql_text(walk, value, walk.redactor.redact_script)


def expression(walk: Walk, value: Any) -> Any:
    """A SQL text that may be a part of a statement."""
    return _sql_text(walk, value, walk.redactor.redact_sql)


def _sql_text(walk: Walk, value: Any, read: Callable[[str, str | None], Redacted]) -> Any:
    if type(value) is not str:
        return everything(walk, value)
    if not value:
        return value
    walk.sql_left -= len(value) + _COST_OF_TEXT
    if walk.sql_left < 0:
        if len(value) <= _LONGEST_TEXT:
            walk.warn("SQL text could not be read and was sealed whole")
        return walk.bounded(value, walk.redactor.sealed_sql, SEALED_KIND)
    redacted = read(value, walk.dialect)
    if walk.redactor.sealed_whole(redacted):
        walk.warn("SQL text could not be read and was sealed whole")
    return walk.taken(redacted)


def code(walk: Walk, value: Any) -> Any:
    """Source code: sealed as a whole, for its literals cannot be told from its names."""
    return walk.bounded(value, walk.redactor.code) if type(value) is str and value else everything(walk, value)


def data(walk: Walk, value: Any) -> Any:
    """A data value, whatever its type: a token."""
    if value is None or type(value) is bool or value == "":
        return value
    if type(value) is str:
        return walk.bounded(value, walk.redactor.value)
    if type(value) is dict or type(value) is list:
        return everything(walk, value)
    walk.replaced.append(Replaced(tuple(walk.path), (), value))
    return walk.redactor.tokens.token("num", str(value))


def everything(walk: Walk, value: Any) -> Any:
    """Every scalar below is a data value."""
    return inside(walk, value, everything) if type(value) is dict or type(value) is list else data(walk, value)


def secret(walk: Walk, value: Any) -> Any:
    """A secret, whatever its type: gone."""
    return value if value is None or value == "" or type(value) is bool else DROPPED


def anything(walk: Walk, value: Any) -> Any:
    """What nobody described."""
    kind = type(value)
    if kind is str:
        if _SQL.match(value) is not None and _SQL_BODY.search(value, 4) is not None:
            return sql(walk, value)
        return prose(walk, value)
    if kind is dict:
        return _object(walk, value)
    if kind is list:
        return inside(walk, value, anything)
    return value


def inside(walk: Walk, value: Any, rule: Rule) -> Any:
    """Apply one rule to every member; a scalar under the name of a secret, or after a flag that names one, is a secret."""
    path = walk.path
    is_object = type(value) is dict
    if is_object:
        _clean_keys(walk, value)
    for key in value if is_object else range(len(value)):
        member = value[key]
        if member is None or type(member) is bool:
            continue
        path.append(key)
        hidden = type(member) not in _CONTAINERS and (_is_secret_key(str(key)) if is_object else _follows_secret(walk, value, int(key)))
        public = (secret if hidden else rule)(walk, member)
        if public is not member:
            value[key] = public
        path.pop()
    return value


def _object(walk: Walk, value: dict[str, Any]) -> Any:
    """An object nobody described: the names of its keys say what stands under them."""
    literal = str(value.get("class", "")).endswith("Literal") or value.get("type") == "literal"
    named = _is_secret_pair(value)
    path = walk.path
    _clean_keys(walk, value)
    for key, member in value.items():
        path.append(key)
        rule = _rule_of_key(key)
        if key in _VALUE_KEYS and (named or literal):
            rule = secret if named else data
        public = rule(walk, member)
        if public is not member:
            value[key] = public
        path.pop()
    return value


def hidden(walk: Walk, value: Any) -> Any:
    """Every scalar below is a secret; the containers stay."""
    return inside(walk, value, hidden) if type(value) in _CONTAINERS else secret(walk, value)


_CONTAINERS = (dict, list)
_VALUE_KEYS = ("value", "values", "val", "default", "defaultValue")
_PAIR_KEYS = ("name", "key", "property", "option", "variable")
_FLAG = re.compile(r"-{1,2}[A-Za-z][\w.-]{0,63}")


def _is_secret_key(key: str) -> bool:
    return _rule_of_key(key) is secret


def _is_secret_pair(value: dict[str, Any]) -> bool:
    """Whether an object is a pair of a name and a value whose name says that the value is a secret."""
    return any(type(text := value.get(key)) is str and len(text) <= _LONGEST_KEY and _is_secret_key(text) for key in _PAIR_KEYS)


def _follows_secret(walk: Walk, value: list[Any], index: int) -> bool:
    """Whether a member of a list comes after a flag that names a secret, or is the value of a pair in a list of pairs."""
    before = value[index - 1] if index else None
    if type(before) is not str or not before or len(before) > _LONGEST_KEY:
        return False
    if before[0] == "-":
        return _FLAG.fullmatch(before) is not None and _is_secret_key(before)
    return len(value) == 2 and len(walk.path) > 1 and type(walk.path[-2]) is int and _is_secret_key(before)


def _clean_keys(walk: Walk, value: dict[str, Any]) -> None:
    """Take credentials out of keys that are addresses; the order of the keys stays."""
    if not any("@" in key or "=" in key for key in value):
        return
    cleaned = [(walk.redactor.name(key).text if len(key) <= _LONGEST_TEXT else DROPPED, member) for key, member in value.items()]
    value.clear()
    value.update(cleaned)


_KEY_RULES: dict[str, Rule] = {}


def _rule_of_key(key: str) -> Rule:
    known = _KEY_RULES.get(key)
    if known is not None:
        return known
    plain = key.replace("_", "").replace("-", "").lower()
    rule: Rule = anything
    if names_secret(key):
        rule = secret
    elif plain in _SQL_KEYS:
        rule = _sql_or_anything
    elif plain in _ERROR_KEYS:
        rule = _error_or_anything
    elif plain in _TRACE_KEYS:
        rule = trace
    elif plain in _CODE_KEYS:
        rule = _code_or_anything
    elif plain in _ROW_KEYS:
        rule = _rows_or_anything
    if len(_KEY_RULES) < 4096:
        _KEY_RULES[key] = rule
    return rule


def _sql_or_anything(walk: Walk, value: Any) -> Any:
    return sql(walk, value) if type(value) is str else anything(walk, value)


def _code_or_anything(walk: Walk, value: Any) -> Any:
    return code(walk, value) if type(value) is str else anything(walk, value)


def _rows_or_anything(walk: Walk, value: Any) -> Any:
    return everything(walk, value) if type(value) is list else anything(walk, value)


def _error_or_anything(walk: Walk, value: Any) -> Any:
    return error(walk, value) if type(value) is str else anything(walk, value)


def shape(fields: Mapping[str, Rule], other: Rule = anything, *, wrong: Rule = anything) -> Rule:
    """A rule for objects with known keys, and for lists of them; `other` is for other keys, `wrong` for what is no object."""

    def apply_shape(walk: Walk, value: Any) -> Any:
        kind = type(value)
        if kind is dict:
            path = walk.path
            _clean_keys(walk, value)
            named = secret if _is_secret_pair(value) else None
            for key, member in value.items():
                rule = fields.get(key) or (named if key in _VALUE_KEYS else None) or (secret if _is_secret_key(key) else other)
                if rule is name and type(member) is str and "@" not in member and "=" not in member:
                    continue
                path.append(key)
                public = rule(walk, member)
                if public is not member:
                    value[key] = public
                path.pop()
            return value
        return inside(walk, value, apply_shape) if kind is list else wrong(walk, value)

    return apply_shape


def each(rule: Rule, other: Rule = anything) -> Rule:
    """A rule for objects whose keys are free, and for lists."""

    def apply_each(walk: Walk, value: Any) -> Any:
        return inside(walk, value, rule) if type(value) is dict or type(value) is list else other(walk, value)

    return apply_each
