"""Where a statement ends: at a semicolon, and in T-SQL also where the next one begins, which only its words tell."""

from __future__ import annotations

from headwater.capture.sql.adapter import TokenType
from headwater.capture.sql.scripts.steps import Tokens, keyword

OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})

_ALWAYS = frozenset(
    [
        "BACKUP",
        "BEGIN",
        "BREAK",
        "BULK",
        "CHECKPOINT",
        "CLOSE",
        "COMMIT",
        "CONTINUE",
        "DEALLOCATE",
        "DECLARE",
        "DENY",
        "ELSE",
        "GO",
        "GOTO",
        "GRANT",
        "KILL",
        "OPEN",
        "PRINT",
        "RAISERROR",
        "RETURN",
        "REVOKE",
        "ROLLBACK",
        "SAVE",
        "THROW",
        "TRUNCATE",
        "USE",
        "WAITFOR",
        "WHILE",
    ]
)
_CHANGES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
_JOINS_SELECT = frozenset({"UNION", "ALL", "EXCEPT", "INTERSECT", "AS", "FOR", "RETURN", "UNION ALL", "DISTINCT"})
_BEFORE_CHANGE = frozenset(
    {"THEN", "FOR", "ON", "AFTER", "BEFORE", "OF", ",", "INSTEAD", "INSTEAD OF", "INNER", "LEFT", "RIGHT", "FULL", "OUTER"}
)
_COLUMN_LIST = 4_000
"""Words looked at for the end of a list of columns."""
_RIGHTS = frozenset({"GRANT", "DENY", "REVOKE"})
_ALTERED = frozenset({"COLUMN", "CONSTRAINT", "INDEX", "PERIOD", "PARTITION"})


def after_semicolon(tokens: Tokens, at: int) -> int:
    """Where a statement that begins here ends in most dialects."""
    while at < len(tokens) and tokens[at].token_type is not TokenType.SEMICOLON:
        at += 1
    return at


def stands_alone(tokens: Tokens, at: int, length: int = 1) -> bool:
    """Whether a word has a line to itself, as the marks of clients have."""
    before = at == 0 or tokens[at - 1].line < tokens[at].line
    after = at + length >= len(tokens) or tokens[at + length].line > tokens[at].line
    return before and after


class Extent:
    """Looks for the end of one T-SQL statement, which needs no semicolon."""

    def __init__(self, tokens: Tokens, at: int) -> None:
        self.tokens = tokens
        self.at = at
        self.head = keyword(tokens[at])
        self.awaits_verb = self.head == "WITH"
        self.awaits_source = self.head == "INSERT"
        self.awaits_set = self.head == "UPDATE" and self._word(at + 1) != "STATISTICS"

    def end(self) -> int:
        """The place behind the statement's last word."""
        depth = cases = 0
        at = self.at + 1
        tokens = self.tokens
        while at < len(tokens):
            kind = tokens[at].token_type
            if kind is TokenType.SEMICOLON:
                break
            if kind in OPENING:
                depth += 1
            elif kind in CLOSING:
                depth = max(depth - 1, 0)
            elif depth == 0:
                word = keyword(tokens[at])
                if word == "CASE":
                    cases += 1
                elif word == "END" and cases:
                    cases -= 1
                elif not cases and (word == "END" or self._begins(at, word)):
                    break
            at += 1
        return at

    def _word(self, at: int) -> str:
        return keyword(self.tokens[at]) if 0 <= at < len(self.tokens) else ""

    def _begins(self, at: int, word: str) -> bool:
        """Whether a new statement begins with this word."""
        before = self._word(at - 1)
        if not word or before == "." or (word == "ELSE" and self.head == "CASE"):
            return False
        if word == "SELECT":
            is_right = self.head in _RIGHTS and before in (*_RIGHTS, ",")
            return not (is_right or self._is_awaited(word) or before in _JOINS_SELECT)
        if word in _CHANGES:
            return self._change_begins(at, word, before)
        if word in ("EXEC", "EXECUTE"):
            return not (self._is_awaited(word) or before == "WITH")
        if word in ("VALUES", "DEFAULT"):
            self.awaits_source = False
            return False
        if word == "SET":
            return not (self._is_set_awaited() or before in ("UPDATE", "DELETE") or self.head in ("ALTER", "CREATE"))
        if word == "WITH":
            return before != "AS" and self._names_cte(at)
        if word == "IF":
            return self.head not in ("DROP", "ALTER")
        if word in ("CREATE", "ALTER", "DROP"):
            is_part = (self.head in ("ALTER", "CREATE") and (before == "OR" or self._word(at + 1) in _ALTERED)) or self.head in _RIGHTS
            return not is_part
        if word == "FETCH":
            return before not in ("ROWS", "ROW")
        return word in _ALWAYS and not (word == "USE" and before == "(")

    def _change_begins(self, at: int, word: str, before: str) -> bool:
        if self.awaits_verb and before not in _BEFORE_CHANGE:
            self.awaits_verb = False
            self.awaits_source, self.awaits_set = word == "INSERT", word == "UPDATE"
            self.head = word
            return False
        following = self._word(at + 1)
        if before == "BULK":
            return False
        if before == "ON" and self.head == "SET":
            return True
        is_part = before in _BEFORE_CHANGE or self.head in _RIGHTS or following in ("(", "JOIN")
        return not is_part

    def _is_awaited(self, word: str) -> bool:
        """Whether the statement still lacks the query that this word opens."""
        if self.awaits_source:
            self.awaits_source = False
            return True
        if self.awaits_verb and word == "SELECT":
            self.awaits_verb = False
            return True
        return False

    def _is_set_awaited(self) -> bool:
        awaited, self.awaits_set = self.awaits_set, False
        return awaited

    def _names_cte(self, at: int) -> bool:
        """Whether WITH opens common table expressions, and not hints or options."""
        if self._word(at + 2) == "AS":
            return True
        if self._word(at + 2) != "(":
            return False
        depth = 0
        for here in range(at + 2, min(at + 2 + _COLUMN_LIST, len(self.tokens))):
            kind = self.tokens[here].token_type
            depth += (kind in OPENING) - (kind in CLOSING)
            if depth == 0:
                return self._word(here + 1) == "AS"
        return False


def starts_statement(tokens: Tokens, at: int) -> bool:
    """Whether a T-SQL condition ends here because a statement begins."""
    word = keyword(tokens[at])
    following = keyword(tokens[at + 1]) if at + 1 < len(tokens) else ""
    before = keyword(tokens[at - 1]) if at else ""
    if before == "." or (word == "UPDATE" and following == "("):
        return False
    return word in _ALWAYS or word in _CHANGES or word in _STARTS


_STARTS = frozenset({"ALTER", "CREATE", "DROP", "EXEC", "EXECUTE", "FETCH", "IF", "SELECT", "SET", "WITH"})
