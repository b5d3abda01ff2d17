"""Clauses as an allow-list: what a node may hold without leaving a gap. Anything the parser may add later is reported, never skipped."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr
from headwater.capture.sql.session import Session


def words(text: str) -> frozenset[str]:
    """The words of a text as a set: lists of names stay readable that way."""
    return frozenset(text.split())


def check(node: Expr, known: frozenset[str], session: Session, prefix: str = "") -> None:
    """Report every clause of a node that is not known."""
    for key, value in node.args.items():
        if value and key not in known:
            first = value[0] if isinstance(value, list) else value
            session.gap("unsupported-clause", prefix + key.rstrip("_"), first if isinstance(first, Expr) else node)
