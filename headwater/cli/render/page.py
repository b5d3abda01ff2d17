"""Lineage as one HTML file: the picture to move about in, details on pointing, a search, and everything as a table.

Nothing is fetched and nothing else may run: the content security policy admits this very script and style sheet, by hash.
Names reach the page as escaped text or as JSON that the script only ever puts into text nodes.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import msgspec

from headwater.cli.render.caption import Caption, caption_of, description_of
from headwater.cli.render.collapse import collapsed
from headwater.cli.render.diagram import ALL_ROWS, Box, Diagram, End, Wire, draw_up
from headwater.cli.render.kinds import READ, style_of
from headwater.cli.render.placement import Drawing, place
from headwater.cli.render.strokes import PARTLY, POSSIBLE, describe, number, row_label, safe
from headwater.cli.render.svg import FONT, Panel, draw_legend, draw_panel, draw_picture
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer, DerivationView, Lineage
from headwater.model.lineage import Kind

_LEGEND_WIDTH = 1100.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands beside the picture: a table of every influence, and what is told of each derivation."""

    heads: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    derivations: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    panels: Sequence[Panel] = ()
    """Pictures of the parts, where the whole has parts."""


def render_page(answer: Answer[Lineage]) -> str:
    """A lineage answer as a page."""
    diagram = collapsed(draw_up(answer.result))
    told = {str(view.id): _derivation_data(view) for view in answer.result.derivations}
    return draw_page(diagram, caption_of(answer, diagram), Sheet(_HEADS, _rows(answer.result), told))


def draw_page(diagram: Diagram, caption: Caption, sheet: Sheet) -> str:
    """The whole page."""
    drawing = place(diagram)
    script, style = _asset("page.js"), _asset("page.css")
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    title = safe(caption.title)
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">',
            f"<title>{title}</title><style>{style}</style></head><body>",
            f"<header><div><h1>{title}</h1><p>{safe(caption.facts)}</p></div>{_TOOLS}</header>",
            f"<main>{_stage(title, drawing, safe(description_of(caption, diagram)))}{_DETAILS}</main>",
            f"<footer>{_legend(*draw_legend(diagram, _LEGEND_WIDTH))}",
            f"{_notes(caption.notes)}{_table(sheet.heads, sheet.rows)}{_parts(sheet)}</footer>",
            f'<script type="application/json" id="data">{_data(sheet, drawing)}</script>',
            f"<script>{script}</script></body></html>\n",
        )
    )


_FIND = 'placeholder="Find a dataset, column or job" aria-label="Find a dataset, column or job"'
_TOOLS = (
    '<div class="tools" role="search"><span id="count" role="status"></span>'
    f'<input id="find" type="search" {_FIND} autocomplete="off">'
    '<button id="farther" type="button" aria-label="Zoom out" title="Zoom out (-)">&#8722;</button>'
    '<button id="nearer" type="button" aria-label="Zoom in" title="Zoom in (+)">+</button>'
    '<button id="fit" type="button" title="Show all (0)">Fit</button></div>'
)
_DETAILS = (
    '<aside id="details" aria-live="polite" hidden><button id="close" type="button" aria-label="Close details">&#215;</button>'
    '<div id="told"></div></aside>'
)


def _stage(title: str, drawing: Drawing, description: str) -> str:
    return (
        f'<svg id="stage" xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="title description" '
        f'viewBox="0 0 {number(drawing.width)} {number(drawing.height)}" font-family="{FONT}">'
        f'<title id="title">{title}</title><desc id="description">{description}</desc>{draw_picture(drawing)}</svg>'
    )


def _legend(legend: str, height: float) -> str:
    width, tall = number(_LEGEND_WIDTH), number(height)
    return f'<svg width="{width}" height="{tall}" viewBox="0 0 {width} {tall}">{legend}</svg>'


def _notes(notes: Sequence[str]) -> str:
    return "".join(f"<p>{safe(note)}</p>" for note in notes)


_HEADS = ("from", "to", "how", "masked by", "job", "evidence", "entries")


def _rows(lineage: Lineage) -> list[tuple[str, ...]]:
    """Every influence of an answer, as `_HEADS` says."""
    derivations = {view.id: view for view in lineage.derivations}
    rows: list[tuple[str, ...]] = []
    for edge in lineage.edges:
        view = derivations.get(edge.derivation)
        said = (view.job, f"{view.evidence}, {view.status}", _positions(view)) if view is not None else ("", "", "")
        rows.append((edge.source, edge.target, style_of(edge.kind).word, edge.masking or "", *said))
    return rows


def _table(heads: Sequence[str], listed: Sequence[Sequence[str]]) -> str:
    """Every influence as a row: the picture for those who read, print or search it."""
    rows = [f"<tr>{''.join(f'<td>{safe(cell)}</td>' for cell in row)}</tr>" for row in listed]
    shown = "".join(f"<th>{head}</th>" for head in heads)
    caption = counted(len(rows), "influence")
    table = f"<table><tr>{shown}</tr>{''.join(rows)}</table>"
    return f'<details><summary>{caption} as a table</summary><div class="wide">{table}</div></details>'


def _parts(sheet: Sheet) -> str:
    """Each part by itself, to be opened: its picture and its influences."""
    return "".join(_part(panel, sheet.heads) for panel in sheet.panels)


def _part(panel: Panel, heads: Sequence[str]) -> str:
    drawing = place(panel.diagram)
    room = max(drawing.width, _LEGEND_WIDTH)
    drawn, height = draw_panel(panel, drawing, room)
    size = f'width="{number(room)}" height="{number(height)}" viewBox="0 0 {number(room)} {number(height)}"'
    picture = f'<svg role="img" aria-label="{safe(panel.heading)}" {size} font-family="{FONT}">{drawn}</svg>'
    summary = f"{safe(panel.heading)}  ·  {safe(panel.facts)}"
    return f'<details class="part"><summary>{summary}</summary>{picture}{_table(heads, panel.rows) if panel.rows else ""}</details>'


def _data(sheet: Sheet, drawing: Drawing) -> str:
    """What the script shows on pointing; `<` is written as an escape, so that no name can end the element."""
    by_key = {placed.box.key: placed.box for placed in drawing.boxes}
    boxes = [_box_data(placed.box, drawing) for placed in drawing.boxes]
    data = {
        "width": drawing.width,
        "height": drawing.height,
        "root": next((index for index, placed in enumerate(drawing.boxes) if placed.box.root), None),
        "boxes": boxes,
        "wires": [_wire_data(run.wire, by_key) for run in drawing.runs],
        "derivations": sheet.derivations,
    }
    text = msgspec.json.encode(data).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _box_data(box: Box, drawing: Drawing) -> dict[str, Any]:
    into = sorted({identity for run in drawing.runs if run.wire.target.box == box.key for identity in run.wire.derivations})
    rows = [row_label(row, box.stands_for, len(box.rows) - 1) for row in box.rows]
    facts = [
        ("namespace", "" if box.role else visible(box.subtitle)),
        ("is", visible(box.role)),
        ("columns", [visible(row) for row in rows]),
        ("written by", [visible(job) for job in box.jobs]),
        ("tier", "" if box.tier == "confirmed" else POSSIBLE),
    ]
    return {
        "title": visible(box.title),
        "facts": facts,
        "derivations": into,
        "text": visible(" ".join((box.title, box.subtitle, *box.rows, *box.jobs))),
    }


def _wire_data(wire: Wire, boxes: Mapping[str, Box]) -> dict[str, Any]:
    kinds = [style_of(kind).word for kind in wire.kinds]
    facts = [
        ("how", kinds),
        ("masked by", [*(visible(name) for name in wire.masking), *([PARTLY] if wire.masking and not wire.masked else [])]),
        ("through", [visible(name) for name in wire.functions]),
        ("read at", list(wire.places)),
        ("tier", POSSIBLE if wire.possible else ""),
    ]
    ends = {"from": _row_number(wire.source, boxes), "to": _row_number(wire.target, boxes)}
    return {"title": visible(describe(wire).partition(": ")[0]), "facts": facts, "derivations": wire.derivations, **ends, **_reading(wire)}


def _reading(wire: Wire) -> dict[str, bool]:
    """How the page goes on from a wire: whether all columns of its source were meant, and whether it runs both ways."""
    unread = wire.source.row == ALL_ROWS and Kind.UNKNOWN.name in wire.kinds
    return {"unread": unread, "whole": unread or wire.same or READ in wire.kinds, "same": wire.same}


def _row_number(end: End, boxes: Mapping[str, Box]) -> int:
    """A row's place in its box, -1 for all rows: names that differ must not become one by being made fit to show."""
    return boxes[end.box].rows.index(end.row) if end.row != ALL_ROWS else -1


def _derivation_data(view: DerivationView) -> dict[str, Any]:
    held = "; ".join(f"{start} to {end}" for start, end in view.valid)
    return {
        "job": visible(view.job),
        "evidence": f"{view.evidence}, by {view.granularity}",
        "status": view.status,
        "reasons": [visible(reason) for reason in view.reasons],
        "origin": visible(view.origin),
        "valid": held,
        "runs": f"{view.run_count:,}",
        "entries": _positions(view),
    }


def _positions(view: DerivationView) -> str:
    shown = ", ".join(map(str, view.entries[:12]))
    return f"{shown}, and more" if len(view.entries) > 12 else shown


def _asset(name: str) -> str:
    return files("headwater.cli.render").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
