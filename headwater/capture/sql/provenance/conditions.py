"""A condition that somebody gives on a dataset's columns: one expression over those columns and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from headwater.capture.sql.adapter import deep_recursion, exp, grammar_of
from headwater.capture.sql.budget import check_nesting
from headwater.capture.sql.characters import tokens_of
from headwater.capture.sql.provenance.blocks import is_repeatable
from headwater.capture.sql.reasons import Trouble
from headwater.model.errors import UsageError

_LONGEST = 10_000


class BadCondition(UsageError):
    """The condition on rows cannot be taken; the message names a column or a construct, never a value of the condition."""

    code: ClassVar[str] = "ROWS-CONDITION"

    def __init__(self, expected: str, got: str) -> None:
        problem = f"cannot read the condition on rows: expected {expected}, got {got}"
        super().__init__(problem, next_step="headwater lineage NODE --rows \"column = 'value'\"")


def condition(text: str, columns: Iterable[str]) -> str:
    """A condition as DuckDB's SQL, written anew from what was understood of it; one that says nothing holds for every row.

    Raises:  BadCondition: it is not one expression, names a column that is not there, or does more than look at columns.
    """
    if not text.strip():
        return "true"
    grammar = grammar_of("duckdb")
    assert grammar is not None
    if len(text) > _LONGEST:
        raise BadCondition(f"at most {_LONGEST:,} characters", f"{len(text):,}")
    with deep_recursion():
        try:
            tokens = tokens_of(text, grammar)
            check_nesting(tokens, grammar.types)
            if any(token.token_type.name == "SEMICOLON" for token in tokens):
                raise BadCondition("one condition", "several statements")
            tree = grammar.expression(tokens, text)
        except Trouble:
            raise BadCondition("one condition over columns, as after WHERE", "a text that cannot be read as one") from None
        known = {name.lower() for name in columns}
        for node in tree.walk():
            if isinstance(node, (exp.Query, exp.Command, exp.Star, exp.Placeholder, exp.Parameter, exp.Columns)):
                raise BadCondition("one condition over columns", "a query, a star or a parameter")
            if isinstance(node, (exp.AggFunc, exp.Window, exp.Alias, exp.UDTF)):
                raise BadCondition("one condition over columns of one row", "a function of many rows, or a name")
            if isinstance(node, exp.Column) and node.parts[0].name.lower() not in known:
                raise BadCondition(f"columns of the dataset ({', '.join(sorted(known)[:20])})", f"`{node.name}`")
            if not is_repeatable(node):
                raise BadCondition("functions of columns only", "one that gives something else each time")
        return f"({tree.sql(dialect='duckdb')})"
