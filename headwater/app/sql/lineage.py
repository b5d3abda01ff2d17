"""One SQL text in, its lineage in the shape that people and programs are given: `--json`, a line of a batch, `headwater.sql_lineage`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
from msgspec import structs

from headwater.capture.openlineage.dialects import dialect_named
from headwater.model.lineage import Reason, Script, ScriptPart, StatementLineage, Status, TableEdge

Reach = Literal["DIRECT", "INDIRECT"]


class End(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an influence begins or ends. No table: the rows that a query gives its reader. No column: all rows.

    `statement` is the number of that query where several statements of a text give their reader rows.
    """

    table: str | None
    column: str | None
    statement: int | None = None


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


class SqlStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a script, from its first character at `line` and `column` to its last at `end_line` and `end_column`.

    `kind` is its verb with what it makes, changes or takes away. `within` is the number of the statement that holds it, as a procedure
    holds those of its body; what is told of them is told of it too.
    """

    number: int
    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
    within: int | None
    status: Status
    reasons: tuple[Reason, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    edges: tuple[SqlEdge, ...]
    overwrites: tuple[str, ...]
    fingerprint: str


class SqlLineage(msgspec.Struct, frozen=True, kw_only=True):
    """What a text reads, writes and lets flow where; unless it is `complete`, `reasons` say what could not be followed.

    `statements` tells the same statement by statement, where the text is more than one.
    """

    status: Status
    reasons: tuple[Reason, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    edges: tuple[SqlEdge, ...]
    overwrites: tuple[str, ...]
    """The targets of which no earlier row remains."""
    fingerprint: str
    analyser: str
    statements: tuple[SqlStatement, ...] = ()


def shaped(script: Script, text: str) -> SqlLineage:
    """A text's lineage with its influences and its statements placed in it."""
    places, lineage = Places(text), script.whole
    statements = tuple(_statements(script.parts, places))
    return SqlLineage(
        status=lineage.status,
        reasons=lineage.reasons,
        sources=lineage.sources,
        targets=lineage.targets,
        edges=tuple(_apart(_edges(lineage, places), statements)),
        overwrites=lineage.overwrites,
        fingerprint=lineage.fingerprint,
        analyser=lineage.analyser,
        statements=statements,
    )


def edges_in(lineage: StatementLineage, text: str) -> tuple[SqlEdge, ...]:
    """The influences of a text that is read as a whole, placed in it."""
    places = Places(text)
    return tuple(_edges(lineage, places))


def _apart(edges: Sequence[SqlEdge], statements: Sequence[SqlStatement]) -> Iterator[SqlEdge]:
    """The same influences; where several statements give their reader rows, those of each end in a result of its own."""
    holders = {told.within for told in statements}
    giving = [told for told in statements if told.number not in holders and any(edge.target.table is None for edge in told.edges)]
    if len(giving) < 2:
        yield from edges
        return
    given = set[SqlEdge]()
    for told in giving:
        results = [edge for edge in told.edges if edge.target.table is None]
        given.update(results)
        for edge in results:
            yield structs.replace(edge, target=structs.replace(edge.target, statement=told.number))
    yield from (edge for edge in edges if edge.target.table is not None or edge not in given)


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


def _statements(parts: Sequence[ScriptPart], places: Places) -> Iterator[SqlStatement]:
    """The statements of a script, numbered from one; one that holds others comes before them."""
    around: list[tuple[int, int]] = []
    for number, part in enumerate(parts, 1):
        while around and around[-1][1] < part.end:
            around.pop()
        yield _statement(number, part, around[-1][0] if around else None, places)
        around.append((number, part.end))


def _statement(number: int, part: ScriptPart, within: int | None, places: Places) -> SqlStatement:
    lineage = part.lineage
    (line, column), (end_line, end_column) = places.of(part.start), places.of(part.end - 1)
    return SqlStatement(
        number=number,
        kind=part.kind,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        within=within,
        status=lineage.status,
        reasons=lineage.reasons,
        sources=lineage.sources,
        targets=lineage.targets,
        edges=tuple(_edges(lineage, places)),
        overwrites=lineage.overwrites,
        fingerprint=lineage.fingerprint,
    )


def _edges(lineage: StatementLineage, places: Places) -> list[SqlEdge]:
    """Each influence once: those that differ in nothing but the measure are told as the one that shows most, which comes first."""
    alone: dict[tuple[object, ...], TableEdge] = {}
    for edge in lineage.edges:
        key = (edge.source_table, edge.source_column, edge.target_table, edge.target_column, edge.kind, edge.masking)
        alone.setdefault(key, edge)
    return [_edge(edge, places) for edge in alone.values()]


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
