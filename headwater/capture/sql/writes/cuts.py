"""Clauses that the parser lacks, cut out of a statement's tokens before it sees them, and read on their own afterwards.

Every cut is told to whoever follows the statement; nothing that can carry a value or decide over rows is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from headwater.capture.sql.adapter import Token, TokenType, word
from headwater.capture.sql.scripts.extents import CLOSING, OPENING
from headwater.capture.sql.scripts.steps import Tokens, keyword, keywords
from headwater.capture.sql.session import Session

_TSQL = frozenset({"fabric", "tsql"})
_MYSQL = frozenset({"", "doris", "mysql", "singlestore", "starrocks"})
_PRIORITIES = frozenset({"DELAYED", "HIGH_PRIORITY", "LOW_PRIORITY", "QUICK"})
_STORED = frozenset({"", "bigquery", "duckdb", "oracle", "sqlite"})
_WHEN_MADE = frozenset({"PERSISTED", "STORED", "VIRTUAL"})
_REFRESHING = frozenset({"BUILD", "DISABLE", "ENABLE", "NEVER", "NOLOGGING", "NOPARALLEL", "PARALLEL", "REFRESH", "TABLESPACE"})
_CALL_OF_VALUE = 7
"""Words of `.value('path', 'type')`."""
_OUTPUT_ENDS = frozenset({"FROM", "WHERE", "VALUES", "SELECT", "EXEC", "EXECUTE", "DEFAULT", "OPTION", "WITH", "OUTPUT"})


@dataclass(slots=True)
class Cuts:
    """What was cut out, and the tokens that are left."""

    tokens: list[Token]
    outputs: list[tuple[Tokens, Tokens]] = field(default_factory=list)
    """Lists of T-SQL's OUTPUT, each with the table it goes into, if any."""
    deletes: list[Tokens] = field(default_factory=list)
    """Conditions of Oracle's DELETE WHERE in a MERGE."""
    is_limited: bool = False
    """Whether TOP leaves rows out."""
    evolves: bool = False
    """Whether a MERGE may add the source's columns to the target."""
    replaces: bool = False
    """Whether rows of the same key are deleted first, as REPLACE does."""
    through: Tokens = ()
    """The query that Oracle writes through instead of a table."""
    errors: Tokens = ()
    """The table that takes rows which do not fit."""
    executed: Tokens = ()
    """The EXEC whose rows are inserted."""


def cut(tokens: list[Token], session: Session) -> Cuts:
    """Take the clauses out that the parser would stumble over."""
    cuts = Cuts(tokens)
    head = keyword(tokens[0])
    if head == "WITH":
        head = next((keyword(token) for token in _outside(tokens) if keyword(token) in _RULES and keyword(token) != "REPLACE"), head)
    for rule in _RULES.get(head, ()):
        rule(cuts, session)
    if session.grammar.name == "clickhouse":
        _limits_after_limit_by(cuts)
    if session.grammar.name in _TSQL:
        _hints(cuts)
        _values_of_documents(cuts)
    return cuts


def _limits_after_limit_by(cuts: Cuts) -> None:
    """ClickHouse's `LIMIT 1 BY a LIMIT 10`: the second limit is a number, which says nothing of any column."""
    tokens = cuts.tokens
    at = 0
    while at < len(tokens):
        by = at + 2 + 2 * (keyword(tokens[at + 2]) in (",", "OFFSET")) if keyword(tokens[at]) == "LIMIT" and at + 4 < len(tokens) else at
        if by > at and keyword(tokens[by]) == "BY":
            end = _find(tokens, "LIMIT", ")", "SETTINGS", "FORMAT", "UNION", "INTO", ";", start=by)
            if end is not None and keyword(tokens[end]) == "LIMIT" and _is_number(tokens[end + 1 : end + 2]):
                is_pair = keyword(tokens[end + 2]) in (",", "OFFSET") if end + 3 < len(tokens) else False
                if not is_pair or _is_number(tokens[end + 3 : end + 4]):
                    del tokens[end : end + 2 + 2 * is_pair]
        at += 1


def _is_number(tokens: Tokens) -> bool:
    return len(tokens) == 1 and tokens[0].token_type is TokenType.NUMBER


def _storage_of_columns(cuts: Cuts, session: Session) -> None:
    """`AS (…) STORED` and `VIRTUAL` say when a generated column is worked out, not from what."""
    if session.grammar.name not in _STORED:
        return
    tokens = cuts.tokens
    opened: list[int] = []
    at = 0
    while at < len(tokens):
        kind = tokens[at].token_type
        if kind is TokenType.L_PAREN:
            opened.append(at)
        elif kind is TokenType.R_PAREN and opened:
            before = opened.pop() - 1
            if keyword(tokens[before]) == "AS" and at + 1 < len(tokens) and keyword(tokens[at + 1]) in _WHEN_MADE:
                del tokens[at + 1]
        at += 1


def _refreshing(cuts: Cuts, session: Session) -> None:
    """How and when Oracle fills a materialized view: `BUILD IMMEDIATE REFRESH FAST ON COMMIT …` between its name and its query."""
    tokens = cuts.tokens
    if session.grammar.name != "oracle" or keywords(tokens[1:3], 2) != ["MATERIALIZED", "VIEW"]:
        return
    query = _find(tokens, "AS", start=3)
    start = _find(tokens, *_REFRESHING, start=4)
    if query is not None and start is not None and start < query:
        del tokens[start:query]


def _hints(cuts: Cuts) -> None:
    """`OPTION (…)` tells the optimiser how, never what."""
    at = _find(cuts.tokens, "OPTION")
    if at is not None and at + 1 < len(cuts.tokens) and cuts.tokens[at + 1].token_type is TokenType.L_PAREN:
        close = _closing(cuts.tokens, at + 1)
        if close is not None:
            del cuts.tokens[at : close + 1]


def _values_of_documents(cuts: Cuts) -> None:
    """`(SELECT … FOR XML …, TYPE).value('.', 'type')` is what the query gives, as another type."""
    tokens = cuts.tokens
    opened: list[int] = []
    at = 0
    while at < len(tokens):
        kind = tokens[at].token_type
        if kind is TokenType.L_PAREN:
            opened.append(at)
        elif kind is TokenType.R_PAREN and opened:
            is_query = keyword(tokens[opened.pop() + 1]) == "SELECT"
            if is_query and _is_call_of_value(tokens[at + 1 : at + 1 + _CALL_OF_VALUE]):
                del tokens[at + 1 : at + 1 + _CALL_OF_VALUE]
        at += 1


def _is_call_of_value(tokens: Tokens) -> bool:
    kinds = [token.token_type for token in tokens]
    texts = (TokenType.STRING, TokenType.NATIONAL_STRING)
    if len(kinds) < _CALL_OF_VALUE or tokens[1].text.lower() != "value" or kinds[3] not in texts or kinds[5] not in texts:
        return False
    return kinds[::2] == [TokenType.DOT, TokenType.L_PAREN, TokenType.COMMA, TokenType.R_PAREN]


def _outside(tokens: Tokens) -> Tokens:
    """The tokens that no brackets hold."""
    found: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.token_type in OPENING
        if depth == 0:
            found.append(token)
        depth -= token.token_type in CLOSING
    return found


def _find(tokens: Tokens, *words: str, start: int = 0) -> int | None:
    """Where one of these words stands outside of brackets."""
    depth = 0
    for at in range(start, len(tokens)):
        if depth == 0 and keyword(tokens[at]) in words:
            return at
        depth = max(depth + (tokens[at].token_type in OPENING) - (tokens[at].token_type in CLOSING), 0)
    return None


def _closing(tokens: Tokens, at: int) -> int | None:
    depth = 0
    for here in range(at, len(tokens)):
        depth += (tokens[here].token_type in OPENING) - (tokens[here].token_type in CLOSING)
        if depth == 0:
            return here
    return None


def _priorities(cuts: Cuts, session: Session) -> None:
    if session.grammar.name in _MYSQL:
        while len(cuts.tokens) > 1 and keyword(cuts.tokens[1]) in _PRIORITIES:
            del cuts.tokens[1]


def _replace(cuts: Cuts, session: Session) -> None:
    """REPLACE INTO is an INSERT that takes the place of what has its key."""
    cuts.tokens[0] = word(TokenType.INSERT, "INSERT", cuts.tokens[0])
    if len(cuts.tokens) > 1 and keyword(cuts.tokens[1]) != "INTO":
        cuts.tokens.insert(1, word(TokenType.INTO, "INTO", cuts.tokens[0]))
    cuts.replaces = True


def _top(cuts: Cuts, session: Session) -> None:
    """`UPDATE TOP (n) t`: fewer rows than the condition names."""
    tokens = cuts.tokens
    at = _find(tokens, "UPDATE", "DELETE", "INSERT")
    if session.grammar.name not in _TSQL or at is None or at + 2 >= len(tokens) or keyword(tokens[at + 1]) != "TOP":
        return
    close = _closing(tokens, at + 2) if tokens[at + 2].token_type is TokenType.L_PAREN else None
    if close is None:
        return
    close += 1 if close + 1 < len(tokens) and keyword(tokens[close + 1]) == "PERCENT" else 0
    cuts.is_limited = True
    del tokens[at + 1 : close + 1]


def _output(cuts: Cuts, session: Session) -> None:
    """OUTPUT … [INTO table]."""
    if session.grammar.name not in _TSQL:
        return
    tokens = cuts.tokens
    while (at := _find(tokens, "OUTPUT", start=1)) is not None:
        end = at + 1
        depth = 0
        while end < len(tokens):
            kind = tokens[end].token_type
            if depth == 0 and (keyword(tokens[end]) in _OUTPUT_ENDS or kind is TokenType.SEMICOLON):
                break
            depth += (kind in OPENING) - (kind in CLOSING)
            end += 1
        listed = tokens[at + 1 : end]
        into = _find(listed, "INTO")
        cuts.outputs.append((listed[:into], listed[into + 1 :]) if into is not None else (listed, ()))
        del tokens[at:end]


def _executed(cuts: Cuts, session: Session) -> None:
    """`INSERT INTO t EXEC p`: rows that a procedure gives."""
    at = _find(cuts.tokens, "EXEC", "EXECUTE", start=1) if session.grammar.name in _TSQL else None
    if at is not None:
        cuts.executed = cuts.tokens[at:]
        cuts.tokens[at:] = [word(TokenType.DEFAULT, "DEFAULT", cuts.tokens[at]), word(TokenType.VALUES, "VALUES", cuts.tokens[at])]


def _overriding(cuts: Cuts, session: Session) -> None:
    at = _find(cuts.tokens, "OVERRIDING")
    if at is not None and keywords(cuts.tokens[at + 2 : at + 3], 1) == ["VALUE"] and keyword(cuts.tokens[at + 1]) in ("SYSTEM", "USER"):
        del cuts.tokens[at : at + 3]


def _log_errors(cuts: Cuts, session: Session) -> None:
    """Oracle's LOG ERRORS: rows that do not fit go to another table."""
    at = _find(cuts.tokens, "LOG") if session.grammar.name == "oracle" else None
    if at is None or keywords(cuts.tokens[at : at + 2], 2) != ["LOG", "ERRORS"]:
        return
    into = _find(cuts.tokens, "INTO", start=at)
    cuts.errors = cuts.tokens[into + 1 :] if into is not None else cuts.tokens[at : at + 1]
    del cuts.tokens[at:]


def _directory(cuts: Cuts, session: Session) -> None:
    """`INSERT OVERWRITE DIRECTORY 'x' USING parquet OPTIONS (…)`: the format is no lineage."""
    tokens = cuts.tokens
    at = _find(tokens, "DIRECTORY")
    if at is None or at > 4:
        return
    using = _find(tokens, "USING", start=at)
    query = _find(tokens, "SELECT", "WITH", "VALUES", "FROM", "TABLE", start=at)
    if using is not None and query is not None and using < query:
        end = using + 2
        if end + 1 < len(tokens) and keyword(tokens[end]) == "OPTIONS":
            end = (_closing(tokens, end + 1) or end) + 1
        del tokens[using:end]


def _through(cuts: Cuts, session: Session) -> None:
    """`INSERT INTO (SELECT …)`, `UPDATE (SELECT …) SET`, `DELETE FROM (SELECT …)`: a name takes the query's place."""
    tokens = cuts.tokens
    at = 1
    while at < len(tokens) and keyword(tokens[at]) in ("INTO", "FROM"):
        at += 1
    if at + 1 >= len(tokens) or tokens[at].token_type is not TokenType.L_PAREN or keyword(tokens[at + 1]) not in ("SELECT", "WITH"):
        return
    close = _closing(tokens, at)
    if close is None or close + 1 >= len(tokens) or (keyword(tokens[0]) == "UPDATE" and _find(tokens, "SET", start=close) is None):
        return
    cuts.through = tokens[at + 1 : close]
    tokens[at : close + 1] = [word(TokenType.VAR, THROUGH, tokens[at])]


THROUGH = "the_query_written_through"


def _evolution(cuts: Cuts, session: Session) -> None:
    if keywords(cuts.tokens[1:4], 3) == ["WITH", "SCHEMA", "EVOLUTION"]:
        del cuts.tokens[1:4]
        cuts.evolves = True


def _merge_deletes(cuts: Cuts, session: Session) -> None:
    """Oracle's `UPDATE SET … DELETE WHERE …`."""
    tokens = cuts.tokens
    start = 0
    while (at := _find(tokens, "DELETE", start=start)) is not None:
        if keywords(tokens[at + 1 : at + 2], 1) == ["WHERE"]:
            end = _find(tokens, "WHEN", start=at) or len(tokens)
            cuts.deletes.append(tokens[at + 2 : end])
            del tokens[at:end]
        start = at + 1


Rule = Callable[[Cuts, Session], None]

_RULES: dict[str, tuple[Rule, ...]] = {
    "CREATE": (_storage_of_columns, _refreshing),
    "INSERT": (_priorities, _top, _output, _executed, _overriding, _log_errors, _directory, _through),
    "REPLACE": (_priorities, _replace),
    "UPDATE": (_priorities, _top, _output, _log_errors, _through),
    "DELETE": (_priorities, _top, _output, _log_errors, _through),
    "MERGE": (_evolution, _output, _log_errors, _merge_deletes),
}
