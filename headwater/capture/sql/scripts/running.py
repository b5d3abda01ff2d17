"""Follows the steps of a script in order: branches from one state to the places where they meet, loops until nothing new reaches anything.

Every branch counts. What decides whether a statement runs steers all that it writes;
a statement that may not run never ends what was there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial

from headwater.capture.sql.adapter import TokenType, exp
from headwater.capture.sql.queries.definitions import define
from headwater.capture.sql.queries.influences import NOTHING, Influences, Relation, passed_through, rows_of, side_by_side, union
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts.kinds import kind_of
from headwater.capture.sql.scripts.parts import Parts
from headwater.capture.sql.scripts.states import State, met, put_back, state_of
from headwater.capture.sql.scripts.steps import Block, Branches, Handler, Loop, Plain, Routine, Step, Tokens, keyword
from headwater.capture.sql.scripts.values import parts, relation_of_tokens, unbracketed, value_of
from headwater.capture.sql.session import Session
from headwater.capture.sql.writes.targets import table_of
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind

_MAX_ROUNDS = 50
_MAX_CALLS = 12
"""Routines and texts inside each other."""
_CALL_STEPS = 5_000
"""What a call costs beside its statements, so that routines which call each other many times run out of steps."""
_QUERIES = frozenset({"SELECT", "WITH", "FROM", "VALUES", "TABLE"})
_SIGHTS = ("found", "isopen", "notfound", "rowcount")
"""What Oracle asks of a cursor; the cursor itself stands beside it."""

RunStatement = Callable[["Running", Plain], None]


class Running:
    """A script while it is followed."""

    def __init__(self, written: Written, run_statement: RunStatement) -> None:
        self.written = written
        self.session: Session = written.session
        self.run_statement = run_statement
        self.parts: Parts | None = None
        """Where each statement's own lineage is kept, if anybody asks for it."""
        self.routines: dict[str, Routine] = {}
        self.prepared: dict[str, tuple[Plain, ...]] = {}
        self.texts: dict[str, Tokens] = {}
        """Variables that surely hold a text that stands in the script, as the one token it is."""
        self.session.text_of = self._text_of
        self.inner: dict[int, tuple[Step, ...]] = {}
        """Texts in strings that were cut already, by their place: a loop comes back to the same steps."""
        self.lasting: Influences = NOTHING
        """What decided over leaving early, and so over all that comes after."""
        self.branches = 0
        """How many branches, loops and handlers stand around the statement at hand."""
        self.calls = 0
        self.routine = ""
        """The name of the routine being read."""
        self._called: list[str] = []
        self._carried: dict[int, State] = {}
        self._in_loop = False

    def run(self, steps: Sequence[Step]) -> None:
        """Follow steps one after the other."""
        for step in steps:
            self.session.steps.spend(1)
            if isinstance(step, Plain):
                self._plain(step)
            elif isinstance(step, Block):
                self._block(step)
            elif isinstance(step, Branches):
                self._branches(step)
            elif isinstance(step, Loop):
                self._repeated(step, partial(self._loop, step))
            elif isinstance(step, Routine):
                self._define(step)

    def leave(self) -> None:
        """Note that the script may end here: all that follows depends on what led here."""
        if self.session.steering:
            self.lasting = union([self.lasting, self.session.steering])

    def call(self, routine: Routine, arguments: Sequence[Influences]) -> dict[str, Influences]:
        """Follow a routine's body with what reaches its arguments; gives what its OUT parameters hold in the end."""
        if routine.name in self._called:
            raise Trouble("unsupported-statement", f"recursive call {routine.name}"[:60], offset=self.session.at)
        self.session.steps.spend(_CALL_STEPS)
        self._called.append(routine.name)
        try:
            return self._call(routine, arguments)
        finally:
            self._called.pop()

    def _call(self, routine: Routine, arguments: Sequence[Influences]) -> dict[str, Influences]:
        with self._inside(routine.name), self.deeper(routine.offset):
            for name, found in zip(routine.parameters, arguments, strict=False):
                self.session.variables[name] = found
            self.run(routine.body)
            return {name: self._whole(name) for name in routine.outs}

    def _whole(self, name: str) -> Influences:
        record = self.session.records.get(name)
        return union([self.session.variables.get(name, NOTHING), record.everything() if record is not None else NOTHING])

    @contextmanager
    def deeper(self, offset: int | None = None) -> Iterator[None]:
        """One routine or text inside another; too many are refused."""
        if self.calls >= _MAX_CALLS:
            raise Trouble("nesting-too-deep", "calls", offset=offset)
        self.calls += 1
        try:
            yield
        finally:
            self.calls -= 1

    def _text_of(self, name: str) -> str | None:
        key = name.lower()
        held = next((self.texts[each] for each in (f"@{key}", f"${key}", key) if each in self.texts), None)
        return held[0].text if held else None

    def assign(self, name: str, found: Influences) -> None:
        """Put a value into a variable, together with what decided that it is put there."""
        self.texts.pop(name, None)
        self.session.records.pop(name, None)
        self.session.variables[name] = union([found, self.session.steering, self.lasting])

    def add(self, name: str, found: Influences) -> None:
        """Put a value into a part of a variable; what the other parts hold stays."""
        self.texts.pop(name, None)
        before = self.session.variables.get(name, NOTHING)
        self.session.variables[name] = union([side_by_side([before, found]), self.session.steering, self.lasting])

    def check_cursor_arguments(self, tokens: Tokens) -> None:
        """Arguments of a cursor would reach its rows; those that hold nothing of a table's do not matter.

        Raises:  Trouble: one does.
        """
        for part in parts(unbracketed(tokens)) if tokens else ():
            if value_of(self.session, part):
                raise Trouble("unsupported-clause", "cursor argument", offset=tokens[0].start)

    def hold(self, name: str, relation: Relation) -> None:
        """Make a variable hold a row of a relation."""
        self.session.variables.pop(name, None)
        steered = union([relation.rows, self.session.steering, self.lasting])
        columns = [(column, union([found, steered])) for column, found in relation.top_level()]
        self.session.records[name] = Relation(name, columns, open_tables=relation.open_tables, rows=steered, presence=relation.presence)

    def _plain(self, step: Plain) -> None:
        session = self.session
        before = session.steering, session.certain
        session.steering = union([session.steering, self.lasting])
        session.certain = session.certain and not self.lasting
        try:
            self.run_statement(self, step)
        finally:
            session.steering, session.certain = before

    def _block(self, step: Block) -> None:
        handlers = [*step.handlers, *(each.body for each in step.steps if isinstance(each, Handler))]
        if not handlers:
            self.run(step.steps)
            return
        declared = next((at for at, each in enumerate(step.steps) if not (isinstance(each, Plain) and each.declares)), len(step.steps))
        self.run(step.steps[:declared])
        self._repeated(step, partial(self._guarded, step.steps[declared:], handlers))

    def _guarded(self, steps: Sequence[Step], handlers: Sequence[Sequence[Step]]) -> None:
        """A block whose statements may fail: the rows that it reads decide whether they do."""
        session = self.session
        around, session.sources = session.sources, {}
        before = state_of(session)
        with self._doubtful(NOTHING):
            self.run(steps)
        read, session.sources = session.sources, {**around, **session.sources}
        read = {**read, **{table: None for record in session.records.values() for table in record.presence}}
        after = met(session, [before, state_of(session)])
        ends = [after]
        for handler in handlers:
            put_back(session, after)
            with self._doubtful(rows_of(read, Kind.CONDITIONAL)):
                self.run(handler)
            ends.append(state_of(session))
        put_back(session, met(session, ends))

    def _branches(self, step: Branches) -> None:
        session = self.session
        decided = self._steers(step.subject)
        before = state_of(session)
        ends: list[State] = []
        for condition, body in step.arms:
            put_back(session, before)
            decided = union([decided, self._steers(condition)])
            with self._doubtful(decided):
                self.run(body)
            ends.append(state_of(session))
        put_back(session, before)
        if step.otherwise is not None:
            with self._doubtful(decided):
                self.run(step.otherwise)
        ends.append(state_of(session))
        put_back(session, met(session, ends))

    def _steers(self, condition: Tokens) -> Influences:
        if not condition:
            return NOTHING
        return self._tried(condition, lambda: passed_through(value_of(self.session, condition), Kind.CONDITIONAL))

    def _tried(self, tokens: Tokens, read: Callable[[], Influences]) -> Influences:
        """What a part of a script gives; nothing, and a reason, where it cannot be read."""
        found = NOTHING
        with self.written.followed(tokens):
            found = read()
        return found  # noqa: RET504  # because `followed` may end its block early, which mypy does not see at a return inside

    def _loop(self, step: Loop) -> None:
        decided = union([self._steers(step.condition), self._each(step)])
        with self._doubtful(decided):
            self.run(step.body)
        self._steers(step.condition)

    def _each(self, step: Loop) -> Influences:
        """What the names of a FOR loop hold; gives what decides how often its body runs."""
        source = step.source
        if not source:
            return NOTHING
        return self._tried(source, lambda: self._held(step.names, source))

    def _held(self, names: Sequence[str], source: Tokens) -> Influences:
        opening = next((keyword(token) for token in source if token.text != "("), "")
        record = self.session.records.get(source[0].text.lower())
        if record is not None:
            self.check_cursor_arguments(source[1:])
        if record is not None or opening in _QUERIES:
            relation = record if record is not None else relation_of_tokens(self.session, source)
            if len(names) == 1:
                self.hold(names[0].lower(), relation)
            else:
                self.spread([name.lower() for name in names], relation, source)
            return passed_through(union([relation.rows, rows_of(relation.presence, Kind.CONDITIONAL)]), Kind.CONDITIONAL)
        if opening == "EXECUTE":
            raise Trouble("dynamic-statement", "for", offset=source[0].start)
        found = self._range(source)
        for name in names:
            self.assign(name.lower(), found)
        return passed_through(found, Kind.CONDITIONAL)

    def _range(self, source: Tokens) -> Influences:
        """The bounds of a counting loop, or a list."""
        words = [token for token in source if keyword(token) not in ("REVERSE", "ARRAY", "SLICE")]
        if not any(token.text == "." for token in words) and not any(keyword(token) in ("TO", "BY") for token in words):
            return value_of(self.session, words)
        if any(keyword(token) in _QUERIES for token in words):
            raise Trouble("unsupported-clause", "for", offset=source[0].start)
        names = [token.text.lower() for token in words]
        records = self.session.records
        return union(
            [
                *(self.session.variables.get(name, NOTHING) for name in names),
                *(records[name].everything() for name in names if name in records),
            ]
        )

    def spread(self, names: Sequence[str], relation: Relation, tokens: Tokens) -> None:
        """Put a row's columns into variables by position; one variable for several columns holds the row."""
        columns = relation.top_level()
        if len(names) == 1 and (relation.is_open or len(columns) != 1):
            self.hold(names[0], relation)
            return
        if relation.is_open:
            self.session.report.add(relation.open_code, relation.open_name, tokens[0].start)
        elif len(columns) != len(names):
            self.session.report.add("column-count-mismatch", "into", tokens[0].start)
        for at, name in enumerate(names):
            found = columns[at][1] if at < len(columns) and not relation.is_open else relation.everything()
            self.assign(name, union([found, relation.rows]))

    def _define(self, step: Routine) -> None:
        if self.parts is None or not step.text:
            self._read(step)
            return
        with self.parts.listening(self.written, step.text, kind_of(step.text)):
            self._read(step)

    def _read(self, step: Routine) -> None:
        """A routine's body is told as of its definition; whether and how often it runs is not known. A function is read at its calls."""
        if self._is_read_at_calls(step):
            return
        if self.branches and step.name in self.routines:
            del self.routines[step.name]  # either definition may be the one that is called later
        else:
            self.routines[step.name] = step
        session = self.session
        before = state_of(session)
        defaults, ctes = session.defaults, session.outer_ctes
        with self._inside(step.name), self.deeper(step.offset):
            for name in step.parameters:
                session.variables[name] = NOTHING
            decided = union([self._steers(step.condition), self._fired(step)])
            self._called.append(step.name)
            with self._doubtful(decided):
                self.run(step.body)
                for name in step.outs:
                    self.written.column(None, name.lstrip("@"), self._whole(name))  # whoever calls is given it
            self._called.pop()
        put_back(session, before)
        session.defaults, session.outer_ctes = defaults, ctes

    def _is_read_at_calls(self, step: Routine) -> bool:
        """Whether this is a function whose body is one expression or query: then what it reads is told where it is called."""
        if step.kind != "function" or self.branches:
            return False
        with suppress(Trouble):
            trees = self.session.grammar.trees(
                [token for token in step.text if token.token_type is not TokenType.SEMICOLON], self.session.text
            )
            return len(trees) == 1 and isinstance(trees[0], exp.Create) and define(self.session, trees[0])
        return False

    def _fired(self, step: Routine) -> Influences:
        """A trigger sees the rows that a change of its table brings and takes away, and runs because of them."""
        if not step.on:
            return NOTHING
        session = self.session
        name, _ = table_of(session, step.on)
        rows = session.read(name)
        named = {each: rows.renamed(each) for each in ("inserted", "deleted", "INSERTED", "DELETED")}
        session.outer_ctes = {**session.outer_ctes, **named}
        session.records.update({"new": rows, "old": rows})
        return rows_of([name], Kind.CONDITIONAL)

    @contextmanager
    def _inside(self, name: str) -> Iterator[None]:
        """A routine's own variables: those outside are back after it."""
        session = self.session
        kept = dict(session.variables), dict(session.records), dict(self.texts), self.lasting, self.routine, self.branches
        self.branches = 0
        self.routine = name
        try:
            yield
        finally:
            session.variables, session.records, self.texts, self.lasting, self.routine, self.branches = kept

    @contextmanager
    def _doubtful(self, steering: Influences) -> Iterator[None]:
        """Statements that may not run, and what decides over it."""
        session = self.session
        before, defaults = (session.steering, session.certain), session.defaults
        session.steering, session.certain = union([session.steering, steering]), False
        self.branches += 1
        try:
            yield
        finally:
            self.branches -= 1
            session.steering, session.certain = before
            if session.defaults != defaults:
                session.defaults = replace(defaults, certain=False)

    def _repeated(self, step: Step, once: Callable[[], None]) -> None:
        """Follow a loop until what reaches its head settles; loops inside it settle along with it."""
        if self._in_loop:
            self._round(step, once)
            return
        self._in_loop = True
        try:
            for _ in range(_MAX_ROUNDS):
                before = self._size()
                self._round(step, once)
                if self._size() == before:
                    return
            self.session.report.add("work-budget", "loop", self.session.at)
        finally:
            self._in_loop = False
            self._carried.clear()

    def _round(self, step: Step, once: Callable[[], None]) -> None:
        session = self.session
        carried = self._carried.get(id(step))
        head = state_of(session) if carried is None else met(session, [carried, state_of(session)])
        put_back(session, head)
        once()
        end = met(session, [head, state_of(session)])
        self._carried[id(step)] = end
        put_back(session, end)

    def _size(self) -> int:
        return sum(state.size() for state in self._carried.values()) + len(self._carried) + len(self.lasting) - len(self.texts)
