"""Statements that only scripts have: declarations, assignments, cursors, RETURN and EXIT. Everything else goes to `statements`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from headwater.capture.sql import statements
from headwater.capture.sql.adapter import Token, TokenType, exp, word
from headwater.capture.sql.budget import check_nesting
from headwater.capture.sql.queries.influences import NOTHING, Relation, passed_through, rows_of, side_by_side, union
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts import dynamic
from headwater.capture.sql.scripts.extents import CLOSING, OPENING
from headwater.capture.sql.scripts.kinds import kind_of
from headwater.capture.sql.scripts.running import Running
from headwater.capture.sql.scripts.steps import Plain, Tokens, keyword, keywords
from headwater.capture.sql.scripts.values import name_of, parts, place_of, relation_of_tokens, unbracketed, value_of
from headwater.model.lineage import Kind

_VARIABLES = frozenset({"bigquery", "snowflake"})
"""Dialects in which `SET name = value` sets a variable even where nothing declares it; elsewhere it is a setting."""
_ALWAYS_INTO = frozenset({"doris", "mysql", "oracle", "singlestore", "starrocks"})
"""Dialects in which `SELECT … INTO name` never makes a table."""
_FILES = frozenset({"DUMPFILE", "OUTFILE"})
_LEAVING = frozenset(
    {"BREAK", "CONTINUE", "EXIT", "GOTO", "ITERATE", "LEAVE", "RAISE", "RAISERROR", "RESIGNAL", "SIGNAL", "TERMINATE", "THROW"}
)
_QUERIES = frozenset({"SELECT", "WITH", "FROM", "VALUES", "TABLE"})
_SETS_FOUND = frozenset({"DELETE", "EXECUTE", "INSERT", "MERGE", "PERFORM", "SELECT", "UPDATE", "WITH"})
"""Statements after which FOUND of PL/pgSQL tells of them, and no longer of a cursor."""
_CHANGES = frozenset({"DELETE", "INSERT", "MERGE", "UPDATE"})


def run_statement(running: Running, step: Plain) -> None:
    """Follow one statement; what goes wrong becomes a reason, and the tables it names are told."""
    if not step.tokens:
        return
    if running.parts is None:
        _run(running, step)
        return
    with running.parts.listening(running.written, step.tokens, "DECLARE" if step.declares else kind_of(step.tokens)):
        _run(running, step)


def _run(running: Running, step: Plain) -> None:
    session, tokens = running.session, step.tokens
    session.at = tokens[0].start
    if keyword(tokens[0]) in _SETS_FOUND:
        session.variables.pop("found", None)
    session.steps.spend(50 + 5 * len(tokens))
    with running.written.followed(tokens):
        if _of_scripts(running, step):
            running.written.any_read = True
            return
        statements.follow(running.written, tokens)


def _of_scripts(running: Running, step: Plain) -> bool:
    """Follow what only scripts have; gives whether it was that."""
    tokens = step.tokens
    if step.declares:
        _declare(running, tokens)
        return True
    verb = _VERBS.get(keyword(tokens[0]))
    return (verb is not None and verb(running, tokens)) or _assigned(running, tokens) or _into(running, tokens)


def captured(running: Running, tokens: Tokens) -> Relation:
    """The rows that a statement hands to its reader."""
    written = running.written
    before, written.captured = written.captured, []
    try:
        statements.follow(written, tokens)
        given = written.captured
    finally:
        written.captured = before
    return given[-1] if given else Relation("", ())


def _declare(running: Running, tokens: Tokens) -> None:
    """A declaration: of variables with a default, a table, a cursor, or the rows of a query."""
    session = running.session
    cursor = place_of(tokens, "CURSOR", "RESULTSET")
    if cursor is not None:
        _cursor(running, tokens, cursor)
        return
    pending: list[str] = []
    for part in parts(tokens):
        begin = place_of(part, "DEFAULT", ":=", "=", "DEFAULT :=")
        head = part[:begin] if begin is not None else part
        if not head:
            raise Trouble("parse-error", "a declaration without a name", offset=part[0].start)
        _check_declared(head)
        marked = head[0].token_type in (TokenType.PARAMETER, TokenType.COLON)
        name = name_of(head[:2] if marked else head[:1])
        if name is None:
            continue
        if keyword(head[2] if marked and len(head) > 2 else head[0]) == "TABLE" or "TABLE" in keywords(head, 4):
            statements.follow(running.written, [word(TokenType.DECLARE, "DECLARE", part[0]), *part])
            continue
        pending.append(name)
        if begin is not None:
            found = value_of(session, part[begin + 1 :])
            for each in pending:
                running.assign(each, found)
            _note_text(running, name, part[begin + 1 :])
            pending = []
    for each in pending:
        running.assign(each, NOTHING)


_NOT_DECLARED = frozenset({"DELETE", "EXEC", "EXECUTE", "FROM", "INSERT", "INTO", "MERGE", "SELECT", "UPDATE", "WHERE"})


def _check_declared(head: Tokens) -> None:
    """Raises:  Trouble: what declares a name goes on as something else, which must not be passed over."""
    depth = 0
    for token in head:
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if depth < 0 or keyword(token) in _NOT_DECLARED:
            raise Trouble("parse-error", offset=token.start)
    if depth:
        raise Trouble("parse-error", offset=head[-1].start)


def _cursor(running: Running, tokens: Tokens, at: int) -> None:
    """`name CURSOR [(…)] FOR|IS query`, `CURSOR name IS query`, `name RESULTSET DEFAULT (query)`."""
    named = tokens[at + 1 : at + 2] if at == 0 else tokens[:1] if tokens[0].token_type is not TokenType.PARAMETER else tokens[:2]
    name = name_of(named)
    begin = place_of(tokens, "FOR", "IS", "DEFAULT", ":=", "AS", start=at)
    if name is None:
        raise Trouble("unsupported-statement", "cursor", offset=tokens[0].start)
    if begin is None:
        _check_declared(tokens)
        running.assign(name, NOTHING)
        return
    query = unbracketed(tokens[begin + 1 :])
    until = place_of(query, "FOR") if running.session.grammar.name in ("tsql", "fabric") else None
    query = query[:until] if until is not None and until > 0 else query
    named_parts = unbracketed(tokens[(1 if at else 2) : begin]) if at == 0 else tokens[at + 1 : begin]
    for part in parts(unbracketed(named_parts)):
        if part[0].token_type is TokenType.VAR and running.session.grammar.name in ("oracle", "postgres", "redshift", "snowflake"):
            running.session.variables.setdefault(part[0].text.lower(), NOTHING)
    _hold_query(running, name, query)


def _hold_query(running: Running, name: str, query: Tokens) -> None:
    """A cursor or a set of rows: named now, run later."""
    session = running.session
    if not query:
        raise Trouble("parse-error", "a cursor over nothing", offset=session.at)
    if len(query) == 1 and query[0].text.lower() in running.prepared:
        query = running.prepared[query[0].text.lower()][-1].tokens
    if keyword(query[0]) not in _QUERIES:
        if query[0].text.lower() in session.records:
            running.hold(name, session.records[query[0].text.lower()])
            return
        raise Trouble("dynamic-statement", "cursor", offset=query[0].start)
    running.hold(name, relation_of_tokens(session, query))


def _assigned(running: Running, tokens: Tokens) -> bool:
    """`x := value`, and in a routine `x = value`."""
    session = running.session
    at = next((at for at, token in enumerate(tokens[:12]) if token.token_type is TokenType.COLON_EQ), None)
    if at is None and len(tokens) > 2 and tokens[1].token_type is TokenType.EQ and tokens[0].text.lower() in session.variables:
        at = 1
    if not at or tokens[0].token_type not in (TokenType.VAR, TokenType.IDENTIFIER, TokenType.COLON):
        return False
    if at > 1 and tokens[1].token_type not in (TokenType.DOT, TokenType.L_BRACKET, TokenType.L_PAREN, TokenType.VAR):
        return False
    name = name_of(tokens[:1]) if tokens[0].token_type is not TokenType.COLON else name_of(tokens[1:2])
    if name is None:
        return False
    is_whole = at == 1
    if is_whole and _holds_query(tokens[at + 1 :]):
        _hold_query(running, name, unbracketed(tokens[at + 1 :]))
        return True
    found = value_of(session, tokens[at + 1 :])
    if not is_whole:
        running.add(name, found)
        return True
    running.assign(name, found)
    _note_text(running, name, tokens[at + 1 :])
    return True


def _holds_query(tokens: Tokens) -> bool:
    """Whether a value is a query of several columns, which a set of rows takes."""
    inner = unbracketed(tokens)
    if len(inner) == len(tokens) or keyword(inner[0]) not in _QUERIES:
        return False
    end = place_of(inner, "FROM")
    return len(parts(inner[1:end] if end is not None else inner[1:])) > 1 or "*" in [token.text for token in inner[1:3]]


def _note_text(running: Running, name: str, value: Tokens) -> None:
    """A variable that surely holds a text of the script can be followed when it is run."""
    if len(value) == 1 and value[0].token_type.name.endswith("STRING") and not running.branches and not running.session.steering:
        running.texts[name] = value


def _let(running: Running, tokens: Tokens) -> bool:
    """Snowflake's LET declares and assigns at once."""
    rest = tokens[1:]
    if not rest or name_of(rest[:1]) is None:
        return False
    _declare(running, rest)
    return True


def _set(running: Running, tokens: Tokens) -> bool:
    """SET of variables; settings are left to `statements`."""
    session = running.session
    rest = list(tokens[1:])
    is_variable = bool(rest) and keyword(rest[0]) in ("VARIABLE", "VAR")
    rest = rest[1:] if is_variable else rest
    if not rest or keyword(rest[0]) in ("GLOBAL", "SESSION", "LOCAL", "PERSIST"):
        return False
    if keyword(rest[0]) == "NEW" and len(rest) > 3 and rest[1].token_type is TokenType.DOT and "new" in session.records:
        _set_new(running, rest)
        return True
    settings = [_setting(running, part, is_variable) for part in parts(rest)]
    if not settings or any(each is None for each in settings):
        return False
    for each in settings:
        if each is not None:
            names, value, adds = each
            _set_one(running, names, value, adds=adds)
    session.is_script = True
    return True


def _set_new(running: Running, rest: Tokens) -> None:
    """`SET NEW.column = value` in a trigger: written to the row that is about to be stored."""
    session = running.session
    table = session.records["new"].table
    for part in parts(rest):
        if table is None or len(part) < 5 or keyword(part[0]) != "NEW":
            raise Trouble("unsupported-clause", "set", offset=rest[0].start)
        running.written.target(table)
        running.written.column(table, part[2].text, union([value_of(session, part[4:]), session.steering]))


def _setting(running: Running, part: Sequence[Token], is_variable: bool) -> tuple[list[str], Tokens, bool] | None:
    """The variables that one part of SET names, the value, and whether it adds to what they hold; None where it is no variable's."""
    session = running.session
    at = place_of(part, "=", ":=")
    if not at or at + 1 >= len(part):
        return None
    adds = part[at - 1].token_type in (TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.PIPE, TokenType.AMP)
    left = unbracketed(part[: at - 1 if adds else at])
    names = []
    for each in parts(left):
        name = name_of(each)
        if name is None:
            return None
        is_known = name in session.variables or name in session.records or name[0] in "@$" or session.grammar.name in _VARIABLES
        if is_variable and session.grammar.name == "duckdb":
            name = f"v:{name}"
        elif not is_known and not is_variable:
            return None
        if session.grammar.name == "snowflake" and name not in session.variables:
            name = f"${name}"
        names.append(name)
    return (names, part[at + 1 :], adds) if names else None


def _set_one(running: Running, names: Sequence[str], value: Tokens, *, adds: bool) -> None:
    session = running.session
    if keyword(value[0]) == "CURSOR":
        _cursor(running, [word(TokenType.VAR, names[0], value[0]), *value], 1)
        return
    inner = unbracketed(value)
    if len(names) > 1 and keyword(inner[0]) in _QUERIES:
        check_nesting(inner, session.grammar.types)
        tree = session.grammar.tree(list(inner), session.text)
        if tree.args.get("kind"):
            tree.set("kind", None)  # `SELECT AS STRUCT` gives the same columns
        running.spread(names, session.relation_of(tree, session, {}, None), value)
        return
    if len(names) > 1:
        for name, part in zip(names, parts(inner), strict=False):
            running.assign(name, value_of(session, part))
        return
    found = value_of(session, value)
    running.assign(names[0], side_by_side([found, session.variables.get(names[0], NOTHING)]) if adds else found)
    if not adds:
        _note_text(running, names[0], value)


def _into(running: Running, tokens: Tokens) -> bool:
    """`… INTO variables`: what would go to the reader goes into them; T-SQL's `SELECT @x = …` does the same."""
    session = running.session
    head = keyword(tokens[0])
    if session.grammar.name in ("tsql", "fabric"):
        return head == "SELECT" and _selected(running, tokens)
    if head not in ("SELECT", "WITH", "(", *_CHANGES):
        return False
    after = place_of(tokens, "RETURNING", "RETURN") if head in _CHANGES else 0
    at = place_of(tokens, "INTO", "BULK COLLECT INTO", start=after) if after is not None else None
    if at is None or (head == "WITH" and keyword(tokens[at - 1]) in ("INSERT", "MERGE", "OVERWRITE")):
        return False
    start = at
    if at > 1 and keyword(tokens[at - 1]) == "COLLECT":
        start = at - 2
    names, end = _targets(tokens, at + 1)
    if end < len(tokens) and keyword(tokens[at + 1]) in _FILES:
        return False
    if not names or not all(_is_variable(running, name) for name in names):
        return False
    relation = captured(running, [*tokens[:start], *tokens[end:]])
    running.spread(names, relation, tokens)
    return True


def _targets(tokens: Tokens, at: int) -> tuple[list[str], int]:
    """The variables named from here on, and the place behind them; a field counts as its variable."""
    names: list[str] = []
    if at < len(tokens) and keyword(tokens[at]) == "STRICT":
        at += 1
    while at < len(tokens):
        width = 2 if tokens[at].token_type in (TokenType.COLON, TokenType.PARAMETER) else 1
        name = name_of(tokens[at : at + width])
        if name is None:
            break
        names.append(name)
        at += width
        while at + 1 < len(tokens) and tokens[at].token_type is TokenType.DOT:
            at += 2
        if at >= len(tokens) or tokens[at].token_type is not TokenType.COMMA:
            break
        at += 1
    return names, at


def _is_variable(running: Running, name: str) -> bool:
    session = running.session
    if name[0] in "@$" or name in session.variables or name in session.records or session.grammar.name in _ALWAYS_INTO:
        return True
    return session.grammar.name == "snowflake"


def _selected(running: Running, tokens: Tokens) -> bool:
    """T-SQL `SELECT @x = value, … FROM …`: rows come one after the other, so what was there may stay."""
    session = running.session
    if not any(token.token_type is TokenType.PARAMETER for token in tokens[:6]):
        return False
    check_nesting(tokens, session.grammar.types)
    tree = session.grammar.tree(list(tokens), session.text)
    assigns = [each for each in tree.expressions if isinstance(each, exp.EQ) and isinstance(each.this, exp.Parameter)]
    if not assigns or len(assigns) != len(tree.expressions) or not isinstance(tree, exp.Select):
        return False
    names = [f"@{each.this.name.lower()}" for each in assigns]
    tree.set("expressions", [exp.alias_(each.expression, f"v{at}") for at, each in enumerate(assigns)])
    relation = session.relation_of(tree, session, {}, None)
    for name, (_, found) in zip(names, relation.outputs, strict=False):
        running.assign(name, union([session.variables.get(name, NOTHING), found, relation.rows]))
    return True


def _fetch(running: Running, tokens: Tokens) -> bool:
    """FETCH … INTO variables: a row of the cursor, and the knowledge whether there was one."""
    session = running.session
    at = place_of(tokens, "INTO", "BULK COLLECT INTO")
    head = tokens[1:at]
    held = [name for token in head if (name := token.text.lower()) in session.records]
    marked = [name for token in head if (name := f"@{token.text.lower()}") in session.records]
    if not held and not marked:
        if at is None:
            return True
        raise Trouble("unsupported-statement", "fetch", offset=tokens[0].start)
    relation = session.records[(held or marked)[-1]]
    present = passed_through(union([relation.rows, rows_of(relation.presence, Kind.CONDITIONAL)]), Kind.CONDITIONAL)
    for state in ("@@fetch_status", "found"):
        session.variables[state] = union([session.variables.get(state, NOTHING), present])
    if at is None:
        running.written.by_name(None, relation, None)
        return True
    names, _ = _targets(tokens, at + 1)
    before = [session.variables.get(name, NOTHING) for name in names]
    running.spread(names, relation, tokens)
    for name, found in zip(names, before, strict=True):
        if name in session.variables:
            session.variables[name] = union([session.variables[name], found])
    return True


def _open(running: Running, tokens: Tokens) -> bool:
    """OPEN of a cursor; `OPEN c FOR query` says only now what it goes over."""
    at = place_of(tokens, "FOR")
    if at is None or at + 1 >= len(tokens):
        running.check_cursor_arguments(tokens[2:])
        return True
    name = name_of(tokens[1:at])
    if name is None:
        raise Trouble("unsupported-statement", "open", offset=tokens[0].start)
    query = tokens[at + 1 :]
    if keyword(query[0]) == "EXECUTE":
        raise Trouble("dynamic-statement", "open", offset=tokens[0].start)
    _hold_query(running, name, unbracketed(query))
    return True


def _return(running: Running, tokens: Tokens) -> bool:
    """RETURN: a value or rows for whoever calls, and the end of what runs."""
    written, session = running.written, running.session
    rest = tokens[1:]
    first = keyword(rest[0]) if rest else ""
    if first == "NEXT":
        rest = rest[1:]
    elif first == "QUERY":
        rest = rest[1:]
        if rest and keyword(rest[0]) == "EXECUTE":
            raise Trouble("dynamic-statement", "return query", offset=tokens[0].start)
    elif first == "TABLE" and len(rest) > 1:
        rest = unbracketed(rest[1:])
    inner = unbracketed(rest) if rest else ()
    if inner and keyword(inner[0]) in _QUERIES:
        statements.follow(written, inner)
    elif inner and len(inner) == 1 and inner[0].text.lower() in session.records:
        written.by_name(None, session.records[inner[0].text.lower()], None)
    elif rest:
        written.column(None, running.routine or "return", value_of(session, rest))
        written.rows(None, union([session.steering, running.lasting]))
    if first not in ("NEXT", "QUERY"):
        running.leave()
    return True


def _leave(running: Running, tokens: Tokens) -> bool:
    """EXIT, RAISE and their kin: what stands behind is reached only where this is not."""
    if not (running.branches or running.routine or running.session.is_script):
        return False
    at = place_of(tokens, "WHEN")
    session = running.session
    if at is not None and at + 1 < len(tokens):
        found = passed_through(value_of(session, tokens[at + 1 :]), Kind.CONDITIONAL)
        running.lasting = union([running.lasting, session.steering, found])
        return True
    running.leave()
    return True


def _perform(running: Running, tokens: Tokens) -> bool:
    """PERFORM: a query whose rows nobody sees."""
    captured(running, [word(TokenType.SELECT, "SELECT", tokens[0]), *tokens[1:]])
    return True


def _idle(running: Running, tokens: Tokens) -> bool:
    """Words that move nothing."""
    return not any(keyword(token) in _QUERIES for token in tokens)


def _diagnostics(running: Running, tokens: Tokens) -> bool:
    """GET DIAGNOSTICS tells how the last statement went, which is not followed."""
    if "DIAGNOSTICS" not in keywords(tokens, 3):
        return False
    raise Trouble("unsupported-statement", "get diagnostics", offset=tokens[0].start)


def _go(running: Running, tokens: Tokens) -> bool:
    """The end of a batch: its variables are gone."""
    running.session.variables.clear()
    running.session.records.clear()
    running.texts.clear()
    running.lasting = NOTHING
    return True


Verb = Callable[[Running, Tokens], bool]

_VERBS: dict[str, Verb] = {
    **dict.fromkeys(_LEAVING, _leave),
    **dict.fromkeys(("ASSERT", "CLOSE", "NULL", "PRINT", "WAITFOR"), _idle),
    "GET": _diagnostics,
    "CALL": dynamic.call,
    "DEALLOCATE": dynamic.deallocate,
    "EXEC": dynamic.execute,
    "EXECUTE": dynamic.execute,
    "FETCH": _fetch,
    "GO": _go,
    "LET": _let,
    "OPEN": _open,
    "PERFORM": _perform,
    "PREPARE": dynamic.prepare,
    "RETURN": _return,
    "SET": _set,
}
