"""Statements that run other statements: prepared ones, texts in strings, routines. A literal is followed, a computed text is a reason."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Token, TokenType
from headwater.capture.sql.queries.influences import NOTHING, Influences, Relation, union
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts.reading import steps_of
from headwater.capture.sql.scripts.routines import inner_tokens
from headwater.capture.sql.scripts.running import Running
from headwater.capture.sql.scripts.steps import Plain, Tokens, keyword
from headwater.capture.sql.scripts.values import name_of, parts, place_of, unbracketed, value_of
from headwater.capture.sql.writes.renames import rename_by_procedure

_STATEMENTS = frozenset({"CREATE", "DELETE", "INSERT", "MERGE", "SELECT", "TABLE", "UPDATE", "VALUES", "WITH"})
"""What Trino's PREPARE … FROM may begin with; elsewhere a string or a variable follows."""


def prepare(running: Running, tokens: Tokens) -> bool:
    """PREPARE: told as of its definition, followed again where it is executed."""
    session = running.session
    at = place_of(tokens, "AS", "FROM")
    name = tokens[1].text.lower() if len(tokens) > 1 else ""
    if at is None or at + 1 >= len(tokens):
        raise Trouble("unsupported-statement", "prepare", offset=tokens[0].start)
    body: Tokens = tokens[at + 1 :]
    text = _text(running, body)
    if text is not None:
        body = inner_tokens(text, session)
    elif keyword(tokens[at]) == "FROM" and keyword(body[0]) not in _STATEMENTS:
        running.prepared.pop(name, None)
        raise Trouble("dynamic-statement", name, offset=tokens[0].start)
    step = Plain(body)
    running.prepared[name] = (*running.prepared.get(name, ()), step) if running.branches else (step,)
    certain, session.certain = session.certain, False
    running.run([step])
    session.certain = certain
    return True


def deallocate(running: Running, tokens: Tokens) -> bool:
    """A prepared statement or a cursor is let go."""
    running.prepared.pop(tokens[-1].text.lower(), None)
    return True


def execute(running: Running, tokens: Tokens) -> bool:
    """EXECUTE and EXEC in their many shapes."""
    rest = tokens[1:]
    if not rest:
        raise Trouble("unsupported-statement", "execute", offset=tokens[0].start)
    if keyword(rest[0]) == "IMMEDIATE":
        _run_text(running, rest[1:], tokens)
        return True
    if running.session.grammar.name in ("tsql", "fabric"):
        _exec(running, rest, tokens)
        return True
    prepared = running.prepared.get(rest[0].text.lower()) if len(rest) == 1 or keyword(rest[1]) in ("(", "USING") else None
    if prepared is not None:
        _with_arguments(running, rest[1:], lambda: running.run(prepared), tokens)
        return True
    if keyword(rest[0]) == "TASK" or (
        running.session.grammar.name not in ("postgres", "redshift", "") and _text(running, rest[:1]) is None
    ):
        raise Trouble("dynamic-statement", rest[0].text.lower()[:40] if name_of(rest[:1]) else "", offset=tokens[0].start)
    _run_text(running, rest, tokens)
    return True


def call(running: Running, tokens: Tokens) -> bool:
    """CALL of a routine that this text defines; any other may do anything."""
    open_at = next((at for at, token in enumerate(tokens) if token.token_type is TokenType.L_PAREN), len(tokens))
    if open_at == 1:
        raise Trouble("unsupported-statement", "call", offset=tokens[0].start)
    name = tokens[open_at - 1].text.lower()
    arguments = parts(tokens[open_at + 1 : -1]) if open_at < len(tokens) else []
    _call(running, name, arguments, tokens, "call")
    return True


def _call(running: Running, name: str, arguments: Sequence[Tokens], tokens: Tokens, verb: str) -> None:
    routine = running.routines.get(name)
    if routine is None:
        raise Trouble("unsupported-statement", f"{verb} {name}"[:60], offset=tokens[0].start)
    arguments = [argument[:-1] if len(argument) > 1 and keyword(argument[-1]) in ("OUT", "OUTPUT") else argument for argument in arguments]
    found = [value_of(running.session, argument) for argument in arguments]
    handed = running.call(routine, found)
    for parameter, argument in zip(routine.parameters, arguments, strict=False):
        if parameter in handed:
            variable = name_of(argument)
            if variable is None:
                raise Trouble("unsupported-clause", "output argument", offset=tokens[0].start)
            running.add(variable, handed[parameter])


def _exec(running: Running, rest: Tokens, tokens: Tokens) -> None:
    """T-SQL: a text in brackets, `sp_executesql`, `sp_rename`, or a procedure."""
    if rest[0].token_type is TokenType.L_PAREN:
        _run_text(running, unbracketed(rest), tokens)
        return
    if len(rest) > 3 and rest[0].token_type is TokenType.PARAMETER and rest[2].token_type is TokenType.EQ:
        running.session.report.add("unsupported-clause", "return status", rest[0].start)
        rest = rest[3:]
    at = 0
    while at + 2 < len(rest) and rest[at + 1].token_type is TokenType.DOT:
        at += 2
    name, arguments = rest[at].text.lower(), parts(rest[at + 1 :])
    if name == "sp_executesql" and arguments:
        _run_with_parameters(running, arguments, tokens)
        return
    if name == "sp_rename":
        rename_by_procedure(running.written, [_text(running, argument) for argument in arguments], tokens)
        return
    _call(running, name, [_named_value(argument)[1] for argument in arguments], tokens, "exec")


def _run_with_parameters(running: Running, arguments: Sequence[Tokens], tokens: Tokens) -> None:
    """`sp_executesql text, declarations, values`: the text has variables of its own, OUTPUT hands theirs back."""
    session = running.session
    values = [_named_value(argument) for argument in arguments[2:]]
    if any(name is None for name, _ in values):
        raise Trouble("unsupported-clause", "arguments by position", offset=tokens[0].start)
    kept = dict(session.variables)
    for name, value in values:
        session.variables[name or ""] = value_of(session, value[:2] if keyword(value[-1]) in ("OUT", "OUTPUT") else value)
    _run_text(running, arguments[0], tokens, is_alone=True)
    inner, session.variables = session.variables, kept
    for name, value in values:
        variable = name_of(value[:2]) if keyword(value[-1]) in ("OUT", "OUTPUT") else None
        if variable is not None:
            running.add(variable, inner.get(name or "", NOTHING))


def _named_value(argument: Tokens) -> tuple[str | None, Tokens]:
    if len(argument) > 3 and argument[0].token_type is TokenType.PARAMETER and argument[2].token_type is TokenType.EQ:
        return name_of(argument[:2]), argument[3:]
    return None, argument


def _run_text(running: Running, value: Tokens, tokens: Tokens, *, is_alone: bool = False) -> None:
    """Follow the text that a value is: a literal, or a variable that surely holds one."""
    session = running.session
    end = len(value) if is_alone else (place_of(value, "INTO", "USING") or len(value))
    text = _text(running, value[:end])
    if text is None:
        raise Trouble("dynamic-statement", "", offset=tokens[0].start)
    steps = running.inner.get(text.start)
    if steps is None:
        steps = running.inner[text.start] = steps_of(inner_tokens(text, session), session, in_routine=True)
    into = place_of(value, "INTO", start=end)
    using = place_of(value, "USING", start=end)

    def run() -> None:
        with running.deeper(tokens[0].start):
            running.run(steps)

    if into is None:
        _with_arguments(running, value[using:] if using is not None else (), run, tokens)
        return
    names = [name for part in parts(value[into + 1 : using if using is not None and using > into else None]) if (name := name_of(part))]
    written = running.written
    before, written.captured = written.captured, []
    try:
        _with_arguments(running, value[using:] if using is not None else (), run, tokens)
        given = written.captured
    finally:
        written.captured = before
    running.spread(names, given[-1] if given else Relation("", ()), tokens)


def _with_arguments(running: Running, arguments: Tokens, run: object, tokens: Tokens) -> None:
    """Run with arguments that any placeholder may stand for."""
    session = running.session
    listed = arguments[1:] if arguments and keyword(arguments[0]) == "USING" else unbracketed(arguments) if arguments else ()
    found: list[Influences] = [value_of(session, _unnamed(part)) for part in parts(listed)]
    kept = dict(session.variables)
    everything = union(found)
    if found:
        session.variables["?"] = everything
        session.variables.update({f"${at + 1}": each for at, each in enumerate(found)})
        session.variables.update({str(at + 1): each for at, each in enumerate(found)})
        session.variables.update({f"@{name}": each for part, each in zip(parts(listed), found, strict=True) if (name := _label(part))})
    assert callable(run)
    run()
    for name in set(session.variables) - set(kept):
        if found and (name == "?" or name.lstrip("$").isdigit()):
            session.variables.pop(name)


def _unnamed(part: Tokens) -> Tokens:
    """The value of `value AS name`; IN and OUT before it say nothing."""
    at = place_of(part, "AS")
    part = part[:at] if at else part
    return part[1:] if len(part) > 1 and keyword(part[0]) in ("IN", "OUT") else part


def _label(part: Tokens) -> str:
    at = place_of(part, "AS")
    return part[-1].text.lower() if at else ""


def _text(running: Running, tokens: Tokens) -> Token | None:
    """The one string that these tokens are, or that the variable they name holds."""
    tokens = unbracketed(tokens)
    if len(tokens) == 1 and tokens[0].token_type.name.endswith("STRING"):
        return tokens[0]
    marked = tokens[1:] if tokens and tokens[0].token_type is TokenType.COLON else tokens
    name = name_of(marked)
    known = running.texts.get(name) if name is not None else None
    return known[0] if known else None
