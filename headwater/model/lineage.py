"""How data flows: kinds, evidence, flows by name, and what one analysed statement says."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Literal

import msgspec

from headwater.model.ids import DatasetId


class Kind(IntEnum):
    """How a source influences a target. Small integers: they sit in numpy arrays."""

    IDENTITY = 0
    TRANSFORMATION = 1
    AGGREGATION = 2
    JOIN = 3
    FILTER = 4
    GROUP_BY = 5
    SORT = 6
    WINDOW = 7
    CONDITIONAL = 8
    UNKNOWN = 9
    """No column information: any source column may reach any target column, in any way."""

    @property
    def is_direct(self) -> bool:
        """Whether values may flow; UNKNOWN counts, because not seen is not safe."""
        return self in DIRECT


DIRECT = frozenset({Kind.IDENTITY, Kind.TRANSFORMATION, Kind.AGGREGATION, Kind.UNKNOWN})


class Evidence(str, Enum):
    """Where a derivation's claim comes from, strongest first."""

    OBSERVED = "observed"
    PARSED = "parsed"
    DECLARED = "declared"
    INFERRED = "inferred"


Status = Literal["complete", "partial", "failed"]
Measure = Literal["count", "member", "test", "total"]
"""What may be told of values without telling them: how many there are, numbers mixed over a group of rows (which may be of one row), a
property with few outcomes. A count may be of the rows that a condition leaves, a total is of whole groups. A member is one part of a
document or record, by its name: it hides nothing, but of what the whole is known to hold nobody can say for sure that it holds it."""


class Flow(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """One influence on a target dataset.

    `source_column` None means the source's rows as such (their number, their presence);
    `target_column` None means every row of the target (stated once, not per column).
    `masking` is the masking function used, or `declared` when a producer only says so; None for none.
    `measure` is all that comes of the value where its SQL shows no more; None for the value itself, or what may be it.
    Flows that differ in it alone are several ways, and the one that shows most stands for all.
    """

    source: DatasetId
    source_column: str | None
    target_column: str | None
    kind: Kind
    masking: str | None = None
    measure: Measure | None = None


class Reason(msgspec.Struct, frozen=True, order=True):
    """Why a statement is not complete: a stable code, the thing concerned (a name, never a value), a position in the text."""

    code: str
    subject: str = ""
    line: int | None = None
    column: int | None = None


class Statement(msgspec.Struct, frozen=True, cache_hash=True):
    """One SQL text to analyse. `dialect` is sqlglot's name or None; defaults complete unqualified table names.

    `misnamed` is what a producer called the dialect where nobody knows that name, so that `dialect` is a guess.
    """

    sql: str
    dialect: str | None = None
    catalog: str | None = None
    schema: str | None = None
    misnamed: str | None = None


class TableEdge(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """An influence inside one statement, tables named as the statement's dialect resolves them (dotted).

    `functions` are those the value goes through, innermost first; `offset` is where in the text the source is read, in characters.
    Where the source reaches the target in several ways of one kind, they are told of one of them; ways of which different measures are
    all that comes through are edges of their own.
    """

    source_table: str
    source_column: str | None
    target_table: str | None
    target_column: str | None
    kind: Kind
    masking: str | None = None
    functions: tuple[str, ...] = ()
    offset: int | None = None
    measure: Measure | None = None


Made = tuple[str, tuple[str, ...] | None]
"""A table whose columns a text decides, and those that it has afterwards, in order; None where they are not certain."""


class Mentions(msgspec.Struct, frozen=True):
    """The tables that a text names, and whether it decides the columns of any."""

    tables: tuple[str, ...] = ()
    shapes: bool = False


class StatementLineage(msgspec.Struct, frozen=True, kw_only=True):
    """What one SQL text says, and how sure that is.

    `complete`: edges are all there is. `partial`: edges are what could be known, reasons say what could not.
    `failed`: nothing could be known. `overwrites` lists the targets of which no earlier row can remain.
    `made` lists what others find in the tables that the text makes or changes; only a complete text is certain of any columns.
    """

    status: Status
    reasons: tuple[Reason, ...] = ()
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    edges: tuple[TableEdge, ...] = ()
    overwrites: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    fingerprint: str
    analyser: str


class ScriptPart(msgspec.Struct, frozen=True):
    """One statement of a script: the characters it takes up, what kind of statement it is, and its lineage."""

    start: int
    end: int
    kind: str
    lineage: StatementLineage


class Script(msgspec.Struct, frozen=True):
    """A text as a whole and, unless it is a single statement, each of its statements in the order of the text."""

    whole: StatementLineage
    parts: tuple[ScriptPart, ...] = ()
