"""What kind of statement stands at hand, by its first words alone, so that it can be told of one that cannot be read as well."""

from __future__ import annotations

from headwater.capture.sql.scripts.steps import Tokens, keyword

OTHER = "OTHER"
"""A statement that begins with no word of SQL, such as the assignment to a variable."""
_GLANCE = 16
"""Words within which a statement says what it creates, changes or drops."""
_QUERIES = frozenset({"FROM", "SELECT", "TABLE", "VALUES"})
_AFTER_WITH = _QUERIES | {"DELETE", "INSERT", "MERGE", "REPLACE", "UPDATE"}
_ON_OBJECTS = frozenset({"ALTER", "COMMENT", "CREATE", "DROP", "REFRESH", "UNDROP"})
# fmt: off
_OBJECTS = frozenset({
    "CATALOG", "CONNECTION", "DATABASE", "DICTIONARY", "DOMAIN", "EVENT", "EXTENSION", "FUNCTION", "INDEX", "MACRO", "MODEL", "PACKAGE",
    "PIPE", "POLICY", "PROC", "PROCEDURE", "ROLE", "ROUTINE", "SCHEMA", "SECRET", "SEQUENCE", "STAGE", "STREAM", "SYNONYM", "TABLE", "TASK",
    "TRIGGER", "TYPE", "USER", "VIEW", "WAREHOUSE",
})
_VERBS = _ON_OBJECTS | _AFTER_WITH | {
    "ABORT", "ANALYZE", "ATTACH", "BEGIN", "CACHE", "CALL", "CHECKPOINT", "CLOSE", "CLUSTER", "COMMIT", "COPY", "DEALLOCATE", "DECLARE",
    "DESC", "DESCRIBE", "DETACH", "DO", "END", "EXEC", "EXECUTE", "EXPLAIN", "EXPORT", "FETCH", "GET", "GO", "GRANT", "IMPORT", "INSTALL",
    "KILL", "LET", "LIST", "LISTEN", "LOAD", "LOCK", "MSCK", "NOTIFY", "OPEN", "OPTIMIZE", "PERFORM", "PIVOT", "PRAGMA", "PREPARE", "PRINT",
    "PUT", "RAISE", "RELEASE", "REMOVE", "RENAME", "RESET", "RETURN", "REVOKE", "ROLLBACK", "SAVEPOINT", "SET", "SHOW", "SIGNAL", "START",
    "SUMMARIZE", "THROW", "TRUNCATE", "UNCACHE", "UNLOAD", "UNPIVOT", "USE", "VACUUM",
}
# fmt: on


def kind_of(tokens: Tokens) -> str:
    """The verb of a statement, with what it makes, changes or takes away: `INSERT`, `CREATE TABLE`; a query is `SELECT`."""
    words = [keyword(token).partition(" ")[0] for token in tokens[:_GLANCE] if token.text != "("]
    verb = words[0] if words else ""
    if verb == "WITH":
        verb = _after_with(tokens)
    if verb in _QUERIES:
        return "SELECT"
    if verb in _ON_OBJECTS:
        return f"{verb} {next((word for word in words if word in _OBJECTS), '')}".rstrip()
    return verb if verb in _VERBS else OTHER


def _after_with(tokens: Tokens) -> str:
    """The verb behind the tables that a statement names for itself."""
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and (word := keyword(token)) in _AFTER_WITH:
            return word
    return ""
