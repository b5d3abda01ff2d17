"""Cuts the tokens of a text into steps: statements, and the blocks around them. Works on tokens alone, never on raw text.

What does not fit (a block without an end, an END without a block) is reported with its place, and reading goes on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from headwater.capture.sql.adapter import Token, TokenType
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts.extents import CLOSING, OPENING, Extent, after_semicolon, stands_alone, starts_statement
from headwater.capture.sql.scripts.routines import inner_tokens, routine
from headwater.capture.sql.scripts.steps import Block, Branches, Handler, Loop, Plain, Routine, Step, Tokens, keyword
from headwater.capture.sql.session import Session

_MAX_BLOCKS = 60
_TSQL = frozenset({"fabric", "tsql"})
_SECTIONS = frozenset({"", "databricks", "oracle", "postgres", "redshift", "snowflake", "spark"})
"""Dialects in which DECLARE opens a list of declarations that BEGIN ends."""
_TRANSACTIONS = frozenset({"DEFERRED", "DISTRIBUTED", "EXCLUSIVE", "IMMEDIATE", "ISOLATION", "READ", "TRAN", "TRANSACTION", "WORK"})
_CHANGES = frozenset({"DELETE", "EXECUTE", "INSERT", "MERGE", "SAVE", "UPDATE"})
_LABELLED = frozenset({"BEGIN", "FOR", "LOOP", "REPEAT", "WHILE"})
_NO_WORDS: frozenset[str] = frozenset()


def steps_of(tokens: Tokens, session: Session, *, in_routine: bool = False) -> tuple[Step, ...]:
    """The steps of a text or of a routine's body."""
    if session.grammar.name in _TSQL and not in_routine:
        return tuple(step for batch in _batches(tokens) for step in Reader(batch, session).all())
    return Reader(tokens, session, in_routine=in_routine).all()


def _batches(tokens: Tokens) -> Iterable[Tokens]:
    """The parts between lines that say GO; what a batch declares is gone after it."""
    start = at = 0
    while at < len(tokens):
        if keyword(tokens[at]) == "GO":
            counted = at + 1 < len(tokens) and tokens[at + 1].token_type is TokenType.NUMBER and tokens[at + 1].line == tokens[at].line
            if stands_alone(tokens, at, 2 if counted else 1):
                yield tokens[start:at]
                yield [tokens[at]]
                start = at = at + (2 if counted else 1)
                continue
        at += 1
    yield tokens[start:]


class Reader:
    """A place in the tokens of one text, moving forward."""

    def __init__(self, tokens: Tokens, session: Session, *, in_routine: bool = False) -> None:
        self.tokens = tokens
        self.session = session
        self.at = 0
        self.depth = 0
        self.in_routine = in_routine
        self.is_tsql = session.grammar.name in _TSQL
        self.has_slashes = session.grammar.name == "oracle"

    def all(self) -> tuple[Step, ...]:
        """Everything from here to the end; an END too many is reported and passed over."""
        found: list[Step] = []
        while self.at < len(self.tokens):
            found += self.steps()
            if self.at < len(self.tokens):
                self._broken(self.tokens[self.at], "an end without a beginning")
                self.at += 1
        return tuple(found)

    def inside(self, tokens: Tokens, at: int = 0) -> Reader:
        """A reader of a routine's body: these tokens, from here."""
        inner = Reader(tokens, self.session, in_routine=True)
        inner.at, inner.depth = at, self.depth + 1
        if inner.depth > _MAX_BLOCKS:
            raise Trouble("nesting-too-deep", "blocks", offset=tokens[at].start if at < len(tokens) else None)
        return inner

    def word(self, ahead: int = 0) -> str:
        """A word as keywords are written; nothing for quoted ones and beyond the end."""
        at = self.at + ahead
        return keyword(self.tokens[at]) if at < len(self.tokens) else ""

    def steps(self, ends: frozenset[str] = frozenset({"END"})) -> tuple[Step, ...]:
        """Steps up to one of these words."""
        found: list[Step] = []
        tokens = self.tokens
        while self.at < len(tokens):
            self.session.steps.spend(1)
            if tokens[self.at].token_type is TokenType.SEMICOLON or self._is_slash():
                self.at += 1
                continue
            if self.word() in ends and not self._ends_transaction():
                break
            found += self.step()
        return tuple(found)

    def step(self) -> list[Step]:
        """One step; several where a list of declarations comes first."""
        start = self.at
        if start >= len(self.tokens):
            return []
        rule = _CONTROL.get(self.word())
        if rule is not None:
            found = rule(self)
        elif self._is_label():
            return []
        else:
            found = [self.plain()]
        if self.at == start:  # INVARIANT: every step moves on
            self.at += 1
        return found

    def plain(self) -> Plain:
        """A statement."""
        start = self.at
        self.at = Extent(self.tokens, start).end() if self.is_tsql else after_semicolon(self.tokens, start)
        if self.has_slashes:
            self.at = next((at for at in range(start, self.at) if self._is_slash(at)), self.at)
        return Plain(self.tokens[start : self.at])

    def until(self, ends: frozenset[str]) -> Tokens:
        """Words up to one of these, outside of brackets and CASE; reports where it never comes."""
        start = self.at
        depth = cases = 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            word = keyword(token)
            if token.token_type is TokenType.SEMICOLON:
                break
            if not depth and not cases and word in ends:
                return self.tokens[start : self.at]
            depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
            cases += (word == "CASE") - (word == "END")
            self.at += 1
        self._broken(self.tokens[min(start, len(self.tokens) - 1)], "a condition that never ends")
        return self.tokens[start : self.at]

    def declarations(self) -> list[Step]:
        """What stands between DECLARE (or AS) and BEGIN."""
        found: list[Step] = []
        while self.at < len(self.tokens) and self.word() not in ("BEGIN", "END"):
            if self.tokens[self.at].token_type is TokenType.SEMICOLON:
                self.at += 1
            elif self.word() in ("PROCEDURE", "FUNCTION"):
                found += self.routine(self.word(), self.at + 1)
            else:
                start = self.at
                self.at = after_semicolon(self.tokens, start)
                found.append(Plain(self.tokens[start : self.at], declares=True))
        return found

    def block(self) -> list[Step]:
        """BEGIN … END with its handlers."""
        if self._begins_transaction():
            return [self.plain()]
        start = self._enter()
        is_try = self.is_tsql and self.word() == "TRY"
        if is_try or self.word() == "ATOMIC":
            self.at += 1
        elif self.word() == "NOT" and self.word(1) == "ATOMIC":
            self.at += 2
        steps = self.steps(frozenset({"END"}) if self.is_tsql else frozenset({"END", "EXCEPTION"}))
        handlers = []
        if self.word() == "EXCEPTION" and not self.is_tsql:
            self.at += 1
            while self.word() == "WHEN":
                self.until(frozenset({"THEN"}))
                self.at += 1
                handlers.append(self.steps(frozenset({"WHEN", "END"})))
        self._leave(start)
        if is_try and self.word() == "BEGIN" and self.word(1) == "CATCH":
            catch = self._enter()
            self.at += 1
            handlers.append(self.steps(frozenset({"END"})))
            self._leave(catch)
        return [Block(steps, tuple(handlers))]

    def declare(self) -> list[Step]:
        """DECLARE: a section before BEGIN, a handler, or a statement."""
        if self.word(1) in ("CONTINUE", "EXIT", "UNDO") and self.word(2) == "HANDLER":
            start = self.at
            while self.at < len(self.tokens) and self.word() not in ("FOR", ""):
                self.at += 1
            self._skip_handled()
            return [Handler(tuple(self.step()))] if self.at < len(self.tokens) else [Plain(self.tokens[start:])]
        if self.session.grammar.name in _SECTIONS and self._is_section():
            self.at += 1
            found = self.declarations()
            return [Block((*found, *self.block()))] if self.word() == "BEGIN" else found
        plain = self.plain()
        return [Plain(plain.tokens[1:], declares=True)] if len(plain.tokens) > 1 else [plain]

    def branch(self) -> list[Step]:
        """IF with its branches."""
        start = self._enter()
        arms: list[tuple[Tokens, tuple[Step, ...]]] = []
        otherwise: tuple[Step, ...] | None = None
        if self.is_tsql:
            condition = self._tsql_condition()
            arms.append((condition, tuple(self.step())))
            otherwise = self._tsql_else()
            self.depth -= 1
            return [Branches((), tuple(arms), otherwise)]
        while True:
            condition = self.until(frozenset({"THEN"}))
            if self.word() != "THEN":
                self.depth -= 1
                return [Plain(condition)]
            self.at += 1
            arms.append((condition, self.steps(frozenset({"ELSEIF", "ELSIF", "ELSE", "END"}))))
            if self.word() not in ("ELSEIF", "ELSIF"):
                break
            self.at += 1
        if self.word() == "ELSE":
            self.at += 1
            otherwise = self.steps()
        self._leave(start)
        return [Branches((), tuple(arms), otherwise)]

    def case(self) -> list[Step]:
        """CASE as a statement."""
        start = self._enter()
        subject = self.until(frozenset({"WHEN"}))
        arms = []
        while self.word() == "WHEN":
            self.at += 1
            condition = self.until(frozenset({"THEN"}))
            self.at += 1
            arms.append((condition, self.steps(frozenset({"WHEN", "ELSE", "END"}))))
        otherwise = None
        if self.word() == "ELSE":
            self.at += 1
            otherwise = self.steps()
        self._leave(start)
        return [Branches(subject, tuple(arms), otherwise)]

    def loop(self) -> list[Step]:
        """WHILE and LOOP."""
        is_while = self.word() == "WHILE"
        start = self._enter()
        if is_while and self.is_tsql:
            condition = self._tsql_condition()
            body = tuple(self.step())
            self.depth -= 1
            return [Loop(condition, body)]
        condition = ()
        if is_while:
            condition = self.until(frozenset({"DO", "LOOP"}))
            self.at += 1
        body = self.steps()
        self._leave(start)
        return [Loop(condition, body)]

    def repeat(self) -> list[Step]:
        """REPEAT … UNTIL."""
        start = self._enter()
        body = self.steps(frozenset({"UNTIL", "END"}))
        condition: Tokens = ()
        if self.word() == "UNTIL":
            self.at += 1
            condition = self.until(frozenset({"END"}))
        self._leave(start)
        return [Loop(condition, body)]

    def each(self) -> list[Step]:
        """FOR, FOREACH and FORALL."""
        is_all = self.word() == "FORALL"
        start = self._enter()
        names = self.until(frozenset({"IN", "AS"}))
        self.at += 1
        source = self.until(_CHANGES if is_all else frozenset({"DO", "LOOP"}))
        if is_all:
            body: tuple[Step, ...] = (self.plain(),)
            self.depth -= 1
        else:
            self.at += 1
            body = self.steps()
            self._leave(start)
        held = tuple(token.text for token in names if token.token_type in (TokenType.VAR, TokenType.IDENTIFIER))
        return [Loop((), body, held, source)]

    def create(self) -> list[Step]:
        """CREATE: of a routine with its body, else a statement."""
        for ahead in range(1, 14):
            word = self.word(ahead)
            if word in ("PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "TASK", "EVENT"):
                return self.routine(word, self.at + ahead + 1)
            if word in ("", "TABLE", "VIEW", "(", "AS", "INDEX", ";") and not (word == "TABLE" and self.word(ahead + 1) == "FUNCTION"):
                break
        return [self.plain()]

    def routine(self, kind: str, name_at: int) -> list[Step]:
        """A routine; how it is cut is told in `routines`."""
        return routine(self, kind, name_at)

    def do(self) -> list[Step]:
        """DO with a body in a string: a block that runs at once."""
        bodies = [token for token in self.tokens[self.at + 1 : self.at + 4] if token.token_type.name.endswith("STRING")]
        language = self.word(2) if self.word(1) == "LANGUAGE" else self.word(3) if self.word(2) == "LANGUAGE" else "PLPGSQL"
        plain = self.plain()
        if not bodies or language not in ("PLPGSQL", "SQL", "EDBSPL"):
            return [plain]
        try:
            return [Block(self.inside(inner_tokens(bodies[0], self.session)).all())]
        except Trouble as trouble:
            self.session.report.take(trouble.as_reason(self.session.text))
            return []

    def _tsql_condition(self) -> Tokens:
        start = self.at
        depth = cases = 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            depth = max(depth + (token.token_type in OPENING) - (token.token_type in CLOSING), 0)
            cases += (keyword(token) == "CASE") - (keyword(token) == "END" and cases > 0)
            if not depth and not cases and self.at > start and starts_statement(self.tokens, self.at):
                return self.tokens[start : self.at]
            self.at += 1
        self._broken(self.tokens[start - 1], "a condition that never ends")
        return self.tokens[start : self.at]

    def _tsql_else(self) -> tuple[Step, ...] | None:
        ahead = 0
        while self.at + ahead < len(self.tokens) and self.tokens[self.at + ahead].token_type is TokenType.SEMICOLON:
            ahead += 1
        if self.word(ahead) != "ELSE":
            return None
        self.at += ahead + 1
        return tuple(self.step()) if self.at < len(self.tokens) else ()

    def _enter(self) -> Token:
        token = self.tokens[self.at]
        self.depth += 1
        if self.depth > _MAX_BLOCKS:
            raise Trouble("nesting-too-deep", "blocks", offset=token.start)
        self.at += 1
        return token

    def _leave(self, start: Token) -> None:
        """END and what names it again."""
        self.depth -= 1
        if self.word() != "END":
            self._broken(start, "a block that never ends")
            return
        self.at += 1
        if self.is_tsql:
            self.at += self.word() in ("TRY", "CATCH", "CONVERSATION")
            return
        for _ in range(2):
            if self.at < len(self.tokens) and self.tokens[self.at].token_type is not TokenType.SEMICOLON and not self._is_slash():
                is_name = self.tokens[self.at].token_type in (TokenType.VAR, TokenType.IDENTIFIER)
                if not is_name and self.word() not in ("IF", "LOOP", "WHILE", "FOR", "CASE", "REPEAT"):
                    break
                self.at += 1

    def _begins_transaction(self) -> bool:
        if self.word().startswith("BEGIN "):
            return True
        at_end = self.at + 1 >= len(self.tokens) or self.tokens[self.at + 1].token_type is TokenType.SEMICOLON
        is_bare = at_end and not self.is_tsql and not self.in_routine and self.depth == 0
        return is_bare or (self.word(1) in _TRANSACTIONS and not (self.word(1) == "READ" and self.is_tsql))

    def _ends_transaction(self) -> bool:
        """PostgreSQL and SQLite say END for COMMIT."""
        if self.word() != "END" or self.depth or self.in_routine or self.is_tsql:
            return False
        following = self.word(1)
        at_end = self.at + 1 >= len(self.tokens) or self.tokens[self.at + 1].token_type is TokenType.SEMICOLON
        return self.session.grammar.name in ("", "duckdb", "postgres", "redshift", "sqlite") and (at_end or following in _TRANSACTIONS)

    def _is_section(self) -> bool:
        """Whether BEGIN comes where a declaration could begin."""
        at = self.at + 1
        limit = min(len(self.tokens), at + 20_000)
        while at < limit:
            word = keyword(self.tokens[at])
            if word == "BEGIN":
                return True
            if word in ("PROCEDURE", "FUNCTION"):
                return True
            if word == "DECLARE":
                return False
            at = after_semicolon(self.tokens, at) + 1
        return False

    def _is_label(self) -> bool:
        tokens, at = self.tokens, self.at
        if self.word() == "<" and self.word(1) == "<" and self.word(3) == ">" and self.word(4) == ">":
            self.at += 5
            return True
        if at + 2 < len(tokens) and tokens[at + 1].token_type is TokenType.COLON and self.word(2) in _LABELLED:
            self.at += 2
            return True
        return False

    def _is_slash(self, at: int | None = None) -> bool:
        at = self.at if at is None else at
        if not self.has_slashes or at >= len(self.tokens) or self.tokens[at].token_type is not TokenType.SLASH:
            return False
        return stands_alone(self.tokens, at)

    def _skip_handled(self) -> None:
        """The conditions that a handler is for."""
        self.at += 1
        while self.at < len(self.tokens):
            word = self.word()
            if word == "NOT" and self.word(1) == "FOUND":
                self.at += 2
            elif word == "SQLSTATE":
                self.at += 3 if self.word(1) == "VALUE" else 2
            elif (
                word in ("SQLEXCEPTION", "SQLWARNING", ",")
                or self.tokens[self.at].token_type is TokenType.NUMBER
                or self.word(1) == ","
                or self.word(-1) == ","
            ):
                self.at += 1
            else:
                return

    def _broken(self, token: Token, subject: str) -> None:
        self.session.report.add("parse-error", subject, token.start)


_CONTROL: dict[str, Callable[[Reader], list[Step]]] = {
    "BEGIN": Reader.block,
    "CASE": Reader.case,
    "CREATE": Reader.create,
    "DECLARE": Reader.declare,
    "DO": Reader.do,
    "FOR": Reader.each,
    "FORALL": Reader.each,
    "FOREACH": Reader.each,
    "IF": Reader.branch,
    "LOOP": Reader.loop,
    "REPEAT": Reader.repeat,
    "WHILE": Reader.loop,
}

__all__ = ["Reader", "Routine", "steps_of"]
