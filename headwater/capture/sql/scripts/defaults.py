"""What completes names from here on: `USE` and the settings that change the default schema."""

from __future__ import annotations

from dataclasses import replace

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.names import Defaults
from headwater.capture.sql.session import Session

_IDLE_USES = frozenset({"WAREHOUSE", "ROLE", "SECONDARY ROLES"})


def use(session: Session, tree: Expr) -> None:
    """USE: unqualified names after it mean another schema."""
    kind = tree.text("kind").upper()
    if kind in _IDLE_USES:
        return
    table = tree.this
    if not isinstance(table, exp.Table) or kind not in ("", "SCHEMA", "DATABASE", "CATALOG") or table.args.get("catalog"):
        session.defaults = replace(session.defaults, certain=False)
        return
    name, qualifier = table.name, table.text("db")
    if qualifier:
        session.defaults = Defaults(catalog=qualifier, schema=name)
    elif kind in ("DATABASE", "CATALOG") or (kind == "" and session.grammar.name in ("tsql", "fabric")):
        session.defaults = Defaults(catalog=name, schema=None, certain=session.grammar.name in ("tsql", "fabric"))
    else:
        session.defaults = replace(session.defaults, schema=name, certain=True)


def set_search_path(session: Session, words: str) -> bool:
    """`SET search_path TO x`, `SET schema = x`: follows the first name; gives whether the text was one of these."""
    cleaned = words.replace("=", " ").replace(",", " ").split()
    cleaned = cleaned[1:] if cleaned and cleaned[0].lower() in ("session", "local") else cleaned
    if not cleaned or cleaned[0].lower() not in ("search_path", "schema"):
        return False
    names = [word.strip("'\"") for word in cleaned[1:] if word.lower() != "to"]
    known = len(names) >= 1 and names[0].isidentifier() and len([name for name in names if name.lower() != "public"]) <= 1
    session.defaults = replace(session.defaults, schema=names[0] if known else session.defaults.schema, certain=known)
    return True
