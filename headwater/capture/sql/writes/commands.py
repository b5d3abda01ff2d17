"""Statements that the parser does not read, followed by their words: each verb has a rule, or leaves a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from headwater.capture.sql.adapter import Token, TokenType, exp, word
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import UNPLACED, Influence, rows_of
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts.extents import CLOSING, OPENING
from headwater.capture.sql.scripts.routines import inner_tokens
from headwater.capture.sql.scripts.steps import Tokens, keyword, keywords
from headwater.capture.sql.scripts.values import parts, place_of
from headwater.capture.sql.writes.clones import moved
from headwater.capture.sql.writes.files import into_table
from headwater.capture.sql.writes.renames import rename, swap
from headwater.capture.sql.writes.targets import table_of
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind

_IDLE = frozenset(
    [
        "ANALYZE",
        "CHECKPOINT",
        "DEALLOCATE",
        "DESC",
        "DESCRIBE",
        "GRANT",
        "HELP",
        "LISTEN",
        "LIST",
        "LOCK",
        "LS",
        "MSCK",
        "NOTIFY",
        "OPTIMIZE",
        "REASSIGN",
        "REINDEX",
        "RESET",
        "SAVEPOINT",
        "SHOW",
        "SUMMARIZE",
        "UNLISTEN",
        "UNLOCK",
        "VACUUM",
        "KILL",
        "FLUSH",
        "DENY",
        "REVOKE",
        "RELEASE",
        "CLUSTER",
        "DISCARD",
        "INSTALL",
        "UNINSTALL",
    ]
)
_MAINTENANCE = frozenset({"CLUSTER", "DISCARD", "LIST", "LISTEN", "LS", "NOTIFY", "REINDEX", "RELEASE", "SAVEPOINT", "UNLISTEN", "UNSET"})
"""Verbs of upkeep that some parser takes for something else."""
_MOVES = frozenset({"SELECT", "INTO", "FROM", "DATA"})
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "REPLACE", "WITH", "EXECUTE", "TRUNCATE"})

Follow = Callable[[Sequence[Token]], None]
Command = Callable[[Written, Tokens, Follow], bool]


def command(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """Follow a statement by its words; gives whether it was one of these.

    Raises:  Trouble: a statement of a verb known here that cannot be followed.
    """
    verb = keyword(tokens[0])
    rule = _COMMANDS.get(verb)
    if rule is not None and rule(written, tokens, follow):
        return True
    if verb in _MAINTENANCE and len(tokens) < 40 and not _MOVES & {keyword(token) for token in tokens}:
        return True
    if tokens[0].token_type not in written.session.grammar.commands or verb in ("REPLACE", "SET"):
        return False
    if verb.split()[0] in _IDLE and not _MOVES & {keyword(token) for token in tokens}:
        return True
    if verb in ("BEGIN", "END", "GO", "EXPLAIN", "PRINT"):
        return True
    raise Trouble("unsupported-statement", verb.lower(), offset=tokens[0].start)


_ANALYZES = ("ANALYZE", "ANALYSE")


def _explain(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """EXPLAIN shows a plan; with ANALYZE it runs the statement, so that one that writes writes."""
    at = 1
    analyses = False
    while at < len(tokens) and keyword(tokens[at]) in (
        *_ANALYZES,
        "VERBOSE",
        "QUERY",
        "PLAN",
        "PLAN FOR",
        "EXTENDED",
        "FORMATTED",
        "COST",
        "CODEGEN",
        "LOGICAL",
    ):
        analyses |= keyword(tokens[at]) in _ANALYZES
        at += 1
    if at < len(tokens) and tokens[at].token_type is TokenType.L_PAREN:
        close = _closing(tokens, at)
        inside = [keyword(token) for token in tokens[at:close]]
        for option, setting in pairwise([*inside, ""]):
            analyses |= option in _ANALYZES and setting not in ("FALSE", "OFF", "0")
        if keyword(tokens[at + 1]) not in ("SELECT", "WITH"):
            at = close + 1
    if not analyses or at >= len(tokens):
        return True
    if any(keyword(token) in _WRITES for token in tokens[at:]):
        before, written.captured = written.captured, []
        try:
            follow(tokens[at:])
        finally:
            written.captured = before
    return True


def _closing(tokens: Tokens, at: int) -> int:
    depth = 0
    for here in range(at, len(tokens)):
        depth += (tokens[here].token_type in OPENING) - (tokens[here].token_type in CLOSING)
        if depth == 0:
            return here
    return len(tokens)


def _rename(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """`RENAME TABLE a TO b, c TO d`: one after the other, so that two names can change places over a third."""
    if keywords(tokens, 2)[1] not in ("TABLE", "TABLES"):
        raise Trouble("unsupported-statement", "rename", offset=tokens[0].start)
    for part in parts(tokens[2:]):
        at = place_of(part, "TO")
        if not at or at + 1 >= len(part):
            raise Trouble("unsupported-statement", "rename", offset=tokens[0].start)
        before, _ = table_of(written.session, part[:at])
        after, _ = table_of(written.session, _plain_end(part[at + 1 :]))
        rename(written, before, after, None)
    return True


def _plain_end(tokens: Tokens) -> Tokens:
    """Without `ON CLUSTER name` behind it."""
    at = place_of(tokens, "ON")
    return tokens[:at] if at else tokens


def _exchange(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """ClickHouse's `EXCHANGE TABLES a AND b`."""
    at = place_of(tokens, "AND")
    if keywords(tokens, 2)[1] not in ("TABLE", "TABLES") or at is None or at + 1 >= len(tokens):
        raise Trouble("unsupported-statement", "exchange", offset=tokens[0].start)
    one, _ = table_of(written.session, tokens[2:at])
    other, _ = table_of(written.session, _plain_end(tokens[at + 1 :]))
    swap(written, one, other, None)
    return True


def _alter(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """The ALTERs that move contents between tables, and those that change rows; all others go to the parser."""
    words = [*(keyword(token) for token in tokens), "", ""]
    session = written.session
    if words[1] in ("WAREHOUSE", "ROLE", "USER", "LOGIN", "SYSTEM", "EXTENSION", "TASK", "STAGE", "PIPE", "SEQUENCE", "INDEX"):
        return True
    if words[1] == "SCHEMA" and "TRANSFER" in words:
        return _transfer(written, tokens, words.index("TRANSFER"))
    if words[1] not in ("TABLE", "VIEW", "MATERIALIZED", "FOREIGN"):
        return False
    start = 3 if words[1] in ("MATERIALIZED", "FOREIGN") else 2
    start += 2 if words[start : start + 2] == ["IF", "EXISTS"] else 0
    start += words[start] == "ONLY" if start < len(words) else 0
    at = next((here for here in range(start + 1, len(tokens)) if words[here] in _ALTERS and words[here - 1] != "."), None)
    if at is None or not start < at <= start + 6:
        return False
    target, _ = table_of(session, tokens[start:at])
    return _ALTERS[words[at]](written, target, tokens[at:], follow)


def _transfer(written: Written, tokens: Tokens, at: int) -> bool:
    """T-SQL: `ALTER SCHEMA s TRANSFER d.t`."""
    named = tokens[at + 1 :]
    colons = [here for here, token in enumerate(named) if token.token_type in (TokenType.DCOLON,)]
    if colons:
        named = named[colons[0] + 1 :]
    before, _ = table_of(written.session, named)
    schema = written.session.grammar.fold(tokens[2].text) if tokens[2].token_type is not TokenType.IDENTIFIER else tokens[2].text
    parts_before = before.split(".")
    rename(written, before, ".".join([*parts_before[:-2], schema, parts_before[-1]]), None)
    return True


def _set_schema(written: Written, target: str, tokens: Tokens, follow: Follow) -> bool:
    if keywords(tokens, 2)[1] != "SCHEMA" or len(tokens) != 3:
        return False
    name = tokens[2]
    schema = name.text if name.token_type is TokenType.IDENTIFIER else written.session.grammar.fold(name.text)
    before = target.split(".")
    rename(written, target, ".".join([*before[:-2], schema, before[-1]]), None)
    return True


def _exchange_partition(written: Written, target: str, tokens: Tokens, follow: Follow) -> bool:
    """A partition and a table change places; in Hive the table's rows only come in."""
    at = place_of(tokens, "WITH")
    if at is None or keywords(tokens[at : at + 2], 2)[1] != "TABLE":
        raise Trouble("unsupported-statement", "exchange partition", offset=tokens[0].start)
    end = next(
        (here for here in range(at + 2, len(tokens)) if keyword(tokens[here]) in ("WITH", "WITHOUT", "INCLUDING", "EXCLUDING", "UPDATE")),
        None,
    )
    other, _ = table_of(written.session, tokens[at + 2 : end])
    moved(written, other, target, None)
    if written.session.grammar.name in ("hive", "spark", "spark2", "databricks"):
        written.target(other)
    else:
        moved(written, target, other, None)
    return True


def _append(written: Written, target: str, tokens: Tokens, follow: Follow) -> bool:
    """Redshift: all rows of another table move in."""
    if keywords(tokens, 2)[1] != "FROM":
        return False
    end = next((here for here in range(2, len(tokens)) if keyword(tokens[here]) in ("IGNOREEXTRA", "FILLTARGET")), None)
    other, _ = table_of(written.session, tokens[2:end])
    moved(written, other, target, None)
    written.target(other)
    return True


def _switch(written: Written, target: str, tokens: Tokens, follow: Follow) -> bool:
    """T-SQL: a partition's rows move to another table."""
    at = place_of(tokens, "TO")
    if at is None:
        return False
    end = next((here for here in range(at + 1, len(tokens)) if keyword(tokens[here]) in ("PARTITION", "WITH")), None)
    other, _ = table_of(written.session, tokens[at + 1 : end])
    moved(written, target, other, None)
    return True


def _partition(written: Written, target: str, tokens: Tokens, follow: Follow) -> bool:
    """PostgreSQL: a table becomes a part of another, or ceases to be one: its rows are the whole's, and the whole's go to it."""
    if keywords(tokens, 2)[1] != "PARTITION":
        return False
    end = next((here for here in range(2, len(tokens)) if keyword(tokens[here]) in ("FOR", "DEFAULT", "CONCURRENTLY", "FINALIZE")), None)
    if len(tokens) < 3 or tokens[2].token_type not in (TokenType.VAR, TokenType.IDENTIFIER):
        return False
    other, _ = table_of(written.session, tokens[2:end])
    moved(written, other, target, None)
    moved(written, target, other, None)
    return True


def _mutation(written: Written, target: str, tokens: Tokens, follow: Follow) -> bool:
    """ClickHouse: `ALTER TABLE t UPDATE column = value WHERE …`."""
    if written.session.grammar.name != "clickhouse":
        return False
    session = written.session
    named = [word(TokenType.IDENTIFIER, part, tokens[0]) for part in target.split(".")]
    dotted: list[Token] = []
    for part in named:
        dotted += [part] if not dotted else [word(TokenType.DOT, ".", part), part]
    before, session.defaults = session.defaults, type(session.defaults)()
    follow([tokens[0], *dotted, word(TokenType.SET, "SET", tokens[0]), *tokens[1:]])
    session.defaults = before
    return True


_ALTERS: dict[str, Callable[[Written, str, Tokens, Follow], bool]] = {
    "APPEND": _append,
    "ATTACH": _partition,
    "DETACH": _partition,
    "EXCHANGE": _exchange_partition,
    "SET": _set_schema,
    "SWITCH": _switch,
    "UPDATE": _mutation,
}


def _unload(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """Redshift (and Athena): `UNLOAD ('query') TO 'path'`."""
    session = written.session
    at = place_of(tokens, "TO")
    if len(tokens) < 5 or at is None or at + 1 >= len(tokens) or not tokens[at + 1].token_type.name.endswith("STRING"):
        raise Trouble("unsupported-statement", "unload", offset=tokens[0].start)
    inside = tokens[2 : at - 1]
    query = inner_tokens(inside[0], session) if len(inside) == 1 and inside[0].token_type.name.endswith("STRING") else inside
    relation = relation_of(session.grammar.tree(list(query), session.text), session, {})
    path = tokens[at + 1].text
    options = [keyword(token) for token in tokens]
    written.target(path, overwrites="CLEANPATH" in options and not {"PARTITION", "PARTITION BY"} & set(options))
    written.by_name(path, relation, None)
    return True


def _load(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """MySQL's LOAD DATA INFILE; fields go into columns by position, some over variables."""
    words = keywords(tokens, 5)
    if words[1] not in ("DATA", "XML") or "INFILE" not in words:
        return False
    session = written.session
    at = words.index("INFILE")
    into = place_of(tokens, "INTO")
    if into is None or into + 2 >= len(tokens) or not tokens[at + 1].token_type.name.endswith("STRING"):
        raise Trouble("unsupported-statement", "load data", offset=tokens[0].start)
    start = into + 2
    end = start + 1
    while end + 1 < len(tokens) and tokens[end].token_type is TokenType.DOT:
        end += 2
    target, _ = table_of(session, tokens[start:end])
    path = tokens[at + 1].text
    open_at = next((here for here in range(end, len(tokens)) if tokens[here].token_type is TokenType.L_PAREN), None)
    listed = None
    if open_at is not None:
        close = _closing(tokens, open_at)
        listed = [part[-1].text for part in parts(tokens[open_at + 1 : close]) if len(part) == 1]
        held = {part[-1].text.lower() for part in parts(tokens[open_at + 1 : close]) if len(part) == 2}
        for name in held:
            session.variables[f"@{name}"] = {Influence(path, name, Kind.IDENTITY): UNPLACED}
    is_replacing = "REPLACE" in [keyword(token) for token in tokens[:into]]
    into_table(written, target, listed, [path], None)
    if is_replacing:
        written.rows(target, rows_of([target], Kind.FILTER))
    set_at = place_of(tokens, "SET", start=end)
    if set_at is not None:
        _load_set(written, target, tokens[set_at:])
    return True


def _load_set(written: Written, target: str, tokens: Tokens) -> None:
    session = written.session
    scope = Scope(session, {})
    scope.relations = [session.table(target)]
    for part in parts(tokens[1:]):
        at = place_of(part, "=")
        if not at:
            raise Trouble("unsupported-clause", "set", offset=tokens[0].start)
        found = influences_of(session.grammar.expression(part[at + 1 :], session.text), scope)
        written.column(target, part[at - 1].text, found)


def _bulk(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """T-SQL: `BULK INSERT t FROM 'file'`."""
    at = place_of(tokens, "FROM")
    if keywords(tokens, 2)[1] != "INSERT" or at is None or at + 1 >= len(tokens):
        return False
    target, _ = table_of(written.session, tokens[2:at])
    into_table(written, target, None, [tokens[at + 1].text], None)
    return True


def _refresh(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """A materialised view is filled again by what its definition says, which was told when it was made."""
    return True


def _update(written: Written, tokens: Tokens, follow: Follow) -> bool:
    return keywords(tokens, 2)[1] == "STATISTICS" or keywords(tokens, 1)[0] == "UPDATE STATISTICS"


def _copy(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """DuckDB's COPY FROM DATABASE moves every table there is."""
    if keywords(tokens, 3)[1:] == ["FROM", "DATABASE"]:
        raise Trouble("unsupported-statement", "copy from database", offset=tokens[0].start)
    if any(keyword(token) == "PROGRAM" for token in tokens):
        raise Trouble("unsupported-clause", "program", offset=tokens[0].start)
    return False


def _export(written: Written, tokens: Tokens, follow: Follow) -> bool:
    if keywords(tokens, 2)[1] == "DATABASE":
        raise Trouble("unsupported-statement", f"{keyword(tokens[0]).lower()} database", offset=tokens[0].start)
    return False


def _select(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """MySQL: `SELECT … INTO OUTFILE 'x'`."""
    at = place_of(tokens, "INTO")
    if at is None or at + 2 >= len(tokens) or keyword(tokens[at + 1]) not in ("OUTFILE", "DUMPFILE"):
        return False
    end = next((here for here in range(at + 3, len(tokens)) if keyword(tokens[here]) == "FROM"), None)
    session = written.session
    query = [*tokens[:at], *(tokens[end:] if end is not None else ())]
    tree = session.grammar.tree(query, session.text)
    if not isinstance(tree, exp.Query):
        return False
    written.target(tokens[at + 2].text)
    written.by_name(tokens[at + 2].text, relation_of(tree, session, {}), tree)
    return True


def _end(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """The end of a transaction."""
    return len(tokens) == 1 or keyword(tokens[1]) in ("TRANSACTION", "WORK", "TRAN")


def _drop(written: Written, tokens: Tokens, follow: Follow) -> bool:
    """Things that hold no rows."""
    return keywords(tokens, 2)[1] in _WITHOUT_ROWS


def _create(written: Written, tokens: Tokens, follow: Follow) -> bool:
    words = keywords(tokens, 4)
    words = words[2:] if words[1:3] == ["OR", "REPLACE"] else words
    return words[1] in (
        "EXTENSION",
        "ROLE",
        "USER",
        "LOGIN",
        "FILE",
        "STATISTICS",
        "WAREHOUSE",
        "TABLESPACE",
        "COLLATION",
        "SECRET",
        "PUBLICATION",
    )


_WITHOUT_ROWS = frozenset(
    [
        "CONNECTION",
        "EXTENSION",
        "FILE",
        "LOGIN",
        "PIPE",
        "POLICY",
        "ROLE",
        "RULE",
        "STAGE",
        "STATISTICS",
        "SYNONYM",
        "TASK",
        "TYPE",
        "USER",
        "WAREHOUSE",
    ]
)

_COMMANDS: dict[str, Command] = {
    "ALTER": _alter,
    "BULK": _bulk,
    "COPY": _copy,
    "CREATE": _create,
    "DROP": _drop,
    "END": _end,
    "EXCHANGE": _exchange,
    "EXPLAIN": _explain,
    "EXPORT": _export,
    "IMPORT": _export,
    "LOAD": _load,
    "PROFILE": _explain,
    "REFRESH": _refresh,
    "RENAME": _rename,
    "SELECT": _select,
    "UNLOAD": _unload,
    "UPDATE": _update,
}
