"""The columns that a query gives its reader: names that lineage alone does not tell, because a constant comes from nowhere."""

from __future__ import annotations

from headwater.capture.sql import scripts
from headwater.capture.sql.adapter import deep_recursion, exp, grammar_of
from headwater.capture.sql.budget import check_nesting, check_text
from headwater.capture.sql.names import Defaults, SchemaLookup
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.session import Session
from headwater.model.lineage import Statement


def output_columns(statement: Statement, schemas: SchemaLookup) -> tuple[str, ...] | None:
    """The names of a query's columns, in order; None where they cannot all be told, or the text is not one query."""
    grammar = grammar_of(statement.dialect)
    if grammar is None:
        return None
    try:
        check_text(statement.sql)
        chunks = scripts.split(grammar.tokens(statement.sql))
        if len(chunks) != 1:
            return None
        check_nesting(chunks[0], grammar.types)
        trees = grammar.trees(chunks[0], statement.sql)
        if len(trees) != 1 or not isinstance(trees[0], (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)):
            return None
        session = Session(statement.sql, grammar, schemas, Defaults(statement.catalog, statement.schema), relation_of)
        with deep_recursion():
            relation = relation_of(trees[0], session, {})
    except (Trouble, RecursionError):
        return None
    except Exception:  # noqa: BLE001  # because `analyse` reports the same fault as a reason; here it only means: not known
        return None
    if relation.is_open or not all(relation.named or [True]):
        return None
    return tuple(name for name, _ in relation.top_level())
