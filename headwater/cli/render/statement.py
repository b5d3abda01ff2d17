"""The lineage of one SQL text as a picture: boxes for tables and files, one for what a query gives its reader, wires for influences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from headwater.app.sql.lineage import End, SqlEdge, SqlLineage, SqlStatement
from headwater.capture.sql.reasons import CODES
from headwater.cli.render import diagram as drawn
from headwater.cli.render.caption import Caption
from headwater.cli.render.collapse import collapsed
from headwater.cli.render.diagram import ALL_ROWS, Box, Diagram, Wire
from headwater.cli.render.kinds import in_order, is_masked, style_of
from headwater.cli.render.page import Sheet, draw_page
from headwater.cli.render.svg import Panel, draw_svg
from headwater.cli.render.wording import counted
from headwater.model.lineage import Kind, Reason

RESULT = "result"
"""What the rows are called that a query gives its reader."""
GIVEN = "what the query gives its reader"
SHOWN_REASONS = 6
SHOWN_STATEMENTS = 60
"""How many statements of a script are drawn."""
_ADVICE = "use --json"
_HEADS = ("from", "to", "how", "masked by", "through", "read at")


def render_statement_svg(lineage: SqlLineage, name: str) -> str:
    """A text's lineage as a picture; `name` says which text. A script's statements are drawn one by one before the whole."""
    diagram = collapsed(diagram_of(lineage), _ADVICE)
    panels, notes = _panels(lineage.statements)
    return draw_svg(diagram, _caption(lineage, name, (*diagram.notes, *notes)), panels)


def render_statement_page(lineage: SqlLineage, name: str) -> str:
    """A text's lineage as a page, with a picture and a table of each statement of a script below that of the whole."""
    diagram = collapsed(diagram_of(lineage), _ADVICE)
    panels, notes = _panels(lineage.statements)
    sheet = Sheet(_HEADS, [_row(edge) for edge in lineage.edges], panels=panels)
    return draw_page(diagram, _caption(lineage, name, (*diagram.notes, *notes)), sheet)


def _panels(statements: Sequence[SqlStatement]) -> tuple[list[Panel], tuple[str, ...]]:
    """A picture of each statement, and what is said of those that are not drawn."""
    left = len(statements) - SHOWN_STATEMENTS
    notes = (f"and {counted(left, 'more statement')}: {_ADVICE} to see them singly",) if left > 0 else ()
    return [_panel(told) for told in statements[:SHOWN_STATEMENTS]], notes


def _panel(told: SqlStatement) -> Panel:
    diagram = collapsed(diagram_of(told), _ADVICE)
    rows = [_row(edge) for edge in told.edges]
    return Panel(heading_of(told), f"{facts_of(told)}  ·  {_state_of(told)}", diagram, (*diagram.notes, *_unfollowed(told)), rows)


def diagram_of(lineage: SqlLineage | SqlStatement) -> Diagram:
    """Boxes and wires of a text's lineage."""
    rows: dict[str, set[str]] = defaultdict(set)
    for table in (*lineage.sources, *lineage.targets):
        rows[_key(table)].update()
    for edge in lineage.edges:
        for end in (edge.source, edge.target):
            rows[_key(end.table, end.statement)].update([end.column] if end.column is not None else [])
    boxes = tuple(_box(key, rows[key], lineage) for key in sorted(rows))
    return Diagram(boxes, tuple(_wires(lineage.edges)))


def heading_of(told: SqlStatement) -> str:
    """A statement of a script: its number, what kind it is, and where it stands."""
    within = f", within {told.within}" if told.within is not None else ""
    return f"statement {told.number}{within}: {told.kind}, {place_of(told.line, told.column)} to {place_of(told.end_line, told.end_column)}"


def facts_of(lineage: SqlLineage | SqlStatement) -> str:
    """How much flows between how many, in one line."""
    reads = counted(len(lineage.sources), "table read", "tables read")
    writes = counted(len(lineage.targets), "table written", "tables written")
    return f"{counted(len(lineage.edges), 'influence')}, {reads}, {writes}"


def words_of(reason: Reason) -> str:
    """Why a text is not followed, where, and about what."""
    place = f" at {place_of(reason.line, reason.column)}" if reason.line is not None else ""
    subject = f" `{reason.subject}`" if reason.subject else ""
    return f"{reason.code}{subject}{place}: {CODES.get(reason.code, 'not followed')}"


def place_of(line: int | None, column: int | None) -> str:
    """Line and column as compilers write them; nothing where the place is not known."""
    return "" if line is None else f"{line}:{column}" if column is not None else f"{line}"


def name_of(end: End) -> str:
    """An end in words."""
    table = result_of(end.statement) if end.table is None else end.table
    return f"{table}, every row" if end.column is None else f"{table}.{end.column}"


def result_of(statement: int | None) -> str:
    """What the rows are called that a query gives its reader, by its number where there are several."""
    return RESULT if statement is None else f"{RESULT} of statement {statement}"


def _key(table: str | None, statement: int | None = None) -> str:
    """A box's key: no table can be called what the result is called, because a key begins with what stands below the title."""
    return f"of the query\n{result_of(statement)}" if table is None else f"\n{table}"


def _box(key: str, rows: Iterable[str], lineage: SqlLineage | SqlStatement) -> Box:
    of_query, _, title = key.partition("\n")
    if of_query:
        return Box(key, title, of_query, tuple(sorted(rows)), role=GIVEN)
    roles = [role for role, tables in (("read", lineage.sources), ("written", lineage.targets)) if title in tables]
    replaced = ["earlier rows are gone"] if title in lineage.overwrites else []
    role = ", ".join([" and ".join(roles), *replaced])
    return Box(key, title, title.rpartition(".")[0] or "no schema", tuple(sorted(rows)), role=role)


def _wires(edges: Sequence[SqlEdge]) -> Iterable[Wire]:
    """One wire for all influences between the same two ends."""
    bundles: dict[tuple[End, End], list[SqlEdge]] = defaultdict(list)
    for edge in edges:
        bundles[edge.source, edge.target].append(edge)
    for (source, target), bundle in bundles.items():
        yield Wire(
            drawn.End(_key(source.table, source.statement), source.column or ALL_ROWS),
            drawn.End(_key(target.table, target.statement), target.column or ALL_ROWS),
            kinds=in_order(edge.subtype for edge in bundle),
            possible=any(edge.subtype == Kind.UNKNOWN.name for edge in bundle),
            masking=tuple(dict.fromkeys(edge.masked_by for edge in bundle if edge.masked_by)),
            masked=is_masked((edge.subtype, edge.masked_by) for edge in bundle),
            functions=tuple(dict.fromkeys(name for edge in bundle for name in edge.functions)),
            places=tuple(dict.fromkeys(place for edge in bundle if (place := place_of(edge.line, edge.column)))),
        )


def _row(edge: SqlEdge) -> tuple[str, ...]:
    through = ", ".join(edge.functions)
    word = style_of(edge.subtype).word
    return name_of(edge.source), name_of(edge.target), word, edge.masked_by or "", through, place_of(edge.line, edge.column)


def _caption(lineage: SqlLineage, name: str, notes: Sequence[str]) -> Caption:
    return Caption(f"What flows in {name}", f"{facts_of(lineage)}  ·  {_state_of(lineage)}", (*notes, *_unfollowed(lineage)))


def _state_of(told: SqlLineage | SqlStatement) -> str:
    return told.status if told.status == "complete" else f"{told.status}: {counted(len(told.reasons), 'reason')}"


def _unfollowed(told: SqlLineage | SqlStatement) -> list[str]:
    notes = [f"not followed: {words_of(reason)}" for reason in told.reasons[:SHOWN_REASONS]]
    if len(told.reasons) > SHOWN_REASONS:
        notes.append(f"and {counted(len(told.reasons) - SHOWN_REASONS, 'more reason')}")
    return notes
