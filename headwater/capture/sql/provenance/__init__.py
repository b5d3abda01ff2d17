"""Rewrites a statement so that every row that it gives carries the batches that it came from.

Give `program` a text; it says which tables to lend it and gives SQL for DuckDB whose first column is a set of batches. Sets are
combined with `|` and `bit_or` only, so that whoever runs it may hold them in words of any width. Names of columns are left to the engine:
each relation's set has a name of its own, so nothing in the statement can mean another.

Read `carried` first, which says what a set means, then `programs`, `statements`, `changing`, `combining`, `blocks`, `relations` and
`subqueries`.
"""

from headwater.capture.sql.provenance.carried import (
    NONE,
    ONES,
    SET,
    SURE,
    UPPER,
    WIDTH,
    Lending,
    Refused,
    grown,
    input_name,
    mask_name,
)
from headwater.capture.sql.provenance.conditions import BadCondition, condition
from headwater.capture.sql.provenance.programs import Program, Step, changed_tables, program
from headwater.capture.sql.provenance.statements import Rewritten, rewritten

__all__ = [
    "BadCondition",
    "NONE",
    "ONES",
    "SET",
    "SURE",
    "UPPER",
    "WIDTH",
    "Lending",
    "Program",
    "Refused",
    "Rewritten",
    "Step",
    "changed_tables",
    "condition",
    "grown",
    "input_name",
    "mask_name",
    "program",
    "rewritten",
]
