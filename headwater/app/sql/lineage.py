"""One SQL text in, its lineage in the shape that people and programs are given: `--json`, a line of a batch, `headwater.sql_lineage`."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Literal

import msgspec

from headwater.capture.openlineage.dialects import dialect_named
from headwater.model.lineage import Reason, StatementLineage, Status, TableEdge

Reach = Literal["DIRECT", "INDIRECT"]


class End(msgspec.Struct, frozen=True):
    """Where an influence begins or ends. No table: the rows that a query gives its reader. No column: all rows."""

    table: str | None
    column: str | None


class SqlEdge(msgspec.Struct, frozen=True, kw_only=True, rename={"source": "from", "target": "to"}):
    """One influence of a text. `functions` are those the value goes through, innermost first; `line` and `column` say where it is read."""

    source: End
    target: End
    type: Reach
    subtype: str
    masking: bool
    masked_by: str | None = None
    functions: tuple[str, ...] = ()
    line: int | None = None
    column: int | None = None


class SqlLineage(msgspec.Struct, frozen=True, kw_only=True):
    """What a text reads, writes and lets flow where; unless it is `complete`, `reasons` say what could not be followed."""

    status: Status
    reasons: tuple[Reason, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    edges: tuple[SqlEdge, ...]
    overwrites: tuple[str, ...]
    """The targets of which no earlier row remains."""
    fingerprint: str
    analyser: str


def shaped(lineage: StatementLineage, text: str) -> SqlLineage:
    """A statement's lineage with its influences placed in the text."""
    places = Places(text)
    return SqlLineage(
        status=lineage.status,
        reasons=lineage.reasons,
        sources=lineage.sources,
        targets=lineage.targets,
        edges=tuple(_edge(edge, places) for edge in lineage.edges),
        overwrites=lineage.overwrites,
        fingerprint=lineage.fingerprint,
        analyser=lineage.analyser,
    )


def reach_of(edge: TableEdge) -> Reach:
    """Whether values may flow or only rows are decided over."""
    return "DIRECT" if edge.kind.is_direct else "INDIRECT"


def dialect_of(name: str | None) -> str | None:
    """The parser's name for a dialect as people call it; one nobody knows is left as it is, so that it is reported."""
    if name is None or not name.strip() or name.strip().lower() == "ansi":
        return None
    return dialect_named(name) or name.strip().lower()


class Places:
    """Lines and columns of many offsets in one text, both from one."""

    __slots__ = ("_ends",)

    def __init__(self, text: str) -> None:
        self._ends = [end.start() for end in re.finditer("\n", text)]

    def of(self, offset: int) -> tuple[int, int]:
        """The place of a character."""
        line = bisect_left(self._ends, offset)
        return line + 1, offset - (self._ends[line - 1] if line else -1)


def _edge(edge: TableEdge, places: Places) -> SqlEdge:
    line, column = (None, None) if edge.offset is None else places.of(edge.offset)
    return SqlEdge(
        source=End(edge.source_table, edge.source_column),
        target=End(edge.target_table, edge.target_column),
        type=reach_of(edge),
        subtype=edge.kind.name,
        masking=edge.masking is not None,
        masked_by=edge.masking,
        functions=edge.functions,
        line=line,
        column=column,
    )
