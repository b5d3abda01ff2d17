"""Lineage as an SVG file that stands alone: no script, no style sheet, nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.cli.render.caption import Caption, caption_of, description_of
from headwater.cli.render.collapse import collapsed
from headwater.cli.render.diagram import Diagram, Wire, draw_up
from headwater.cli.render.kinds import ALIAS, in_order, style_of
from headwater.cli.render.labels import MARK_SIZE
from headwater.cli.render.placement import Drawing, place
from headwater.cli.render.strokes import (
    BAND,
    DASHES,
    DIRECT_WIDTH,
    INDIRECT_WIDTH,
    INK,
    LINE,
    MUTED,
    PAPER,
    PARTLY,
    POSSIBLE,
    ROOT,
    double,
    draw_box,
    draw_label,
    draw_run,
    number,
    safe,
    words,
)
from headwater.cli.render.wording import fitted, text_width, visible, wrapped
from headwater.model.answers import Answer, Lineage

FONT = "ui-sans-serif, system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
MARGIN, HEADER, LEGEND_LINE = 28.0, 74.0, 22.0
PANEL_HEADER, PANEL_GAP = 44.0, 26.0
LEAST_WIDTH = 640.0
WHOLE = "the whole script"


def render_svg(answer: Answer[Lineage]) -> str:
    """A lineage answer as a picture."""
    diagram = collapsed(draw_up(answer.result))
    return draw_svg(diagram, caption_of(answer, diagram))


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture under a heading of its own, among others in one file; `rows` are its influences in words, for a table."""

    heading: str
    facts: str
    diagram: Diagram
    notes: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()


def draw_svg(diagram: Diagram, caption: Caption, panels: Sequence[Panel] = ()) -> str:
    """The whole picture: title, boxes and wires, legend, and what is not in it; panels stand one below the other before the last."""
    drawings = [place(each) for each in (*(panel.diagram for panel in panels), diagram)]
    width = max(LEAST_WIDTH, *(drawing.width for drawing in drawings)) + 2 * MARGIN
    room = width - 2 * MARGIN
    y = HEADER
    stacked: list[str] = []
    for panel, drawing in zip(panels, drawings, strict=False):
        drawn, height = draw_panel(panel, drawing, room)
        stacked.append(f'<g transform="translate({number(MARGIN)} {number(y)})">{drawn}</g>')
        y += height
    if panels:
        stacked.append(words(MARGIN, y + 16, WHOLE, size=15, weight="650"))
        y += PANEL_HEADER
    legend, legend_height = draw_legend(_together(diagram, panels), room)
    notes = _lines(caption.notes, room)
    below = y + drawings[-1].height + MARGIN
    height = below + legend_height + len(notes) * LEGEND_LINE + MARGIN
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="{number(width)}" '
            f'height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}" font-family="{FONT}">',
            f'<title id="title">{safe(caption.title)}</title>',
            f'<desc id="description">{safe(description_of(caption, diagram))}</desc>',
            f'<rect width="100%" height="100%" fill="{PAPER}"/>',
            words(MARGIN, 34, fitted(visible(caption.title), 19, room), size=19, weight="650"),
            words(MARGIN, 54, fitted(visible(caption.facts), 12, room), size=12, fill=MUTED),
            *stacked,
            f'<g transform="translate({number(_left(drawings[-1], MARGIN))} {number(y)})">{draw_picture(drawings[-1])}</g>',
            f'<g transform="translate({number(MARGIN)} {number(below)})">{legend}',
            *(words(0, legend_height + 14 + index * LEGEND_LINE, line, size=12, fill=MUTED) for index, line in enumerate(notes)),
            "</g></svg>\n",
        )
    )


def draw_panel(panel: Panel, drawing: Drawing, room: float) -> tuple[str, float]:
    """One of several pictures, its heading above and its notes below; and the height they take."""
    notes = _lines(panel.notes, room)
    below = PANEL_HEADER + drawing.height + (PANEL_GAP if drawing.boxes else 0.0)
    parts = (
        words(0, 12, fitted(visible(panel.heading), 15, room), size=15, weight="650"),
        words(0, 29, fitted(visible(panel.facts), 12, room), size=12, fill=MUTED, look="muted"),
        f'<g transform="translate({number(_left(drawing, 0.0))} {number(PANEL_HEADER)})">{draw_picture(drawing)}</g>',
        *(words(0, below + 4 + index * LEGEND_LINE, line, size=12, fill=MUTED, look="muted") for index, line in enumerate(notes)),
    )
    return "".join(parts), below + len(notes) * LEGEND_LINE + PANEL_GAP


def _left(drawing: Drawing, margin: float) -> float:
    """Where a drawing begins, so that a narrow one stands in the middle of the least width."""
    return margin + max(0.0, (LEAST_WIDTH - drawing.width) / 2)


def _lines(notes: Sequence[str], room: float) -> list[str]:
    return [line for note in notes for line in wrapped(visible(note), 12, room)]


def _together(diagram: Diagram, panels: Sequence[Panel]) -> Diagram:
    """Everything drawn in one file, for one legend."""
    diagrams = (*(panel.diagram for panel in panels), diagram)
    return Diagram(tuple(box for each in diagrams for box in each.boxes), tuple(wire for each in diagrams for wire in each.wires))


def draw_picture(drawing: Drawing) -> str:
    """Boxes and wires, wires beneath."""
    index = {placed.box.key: number for number, placed in enumerate(drawing.boxes)}
    ends = [(index[run.wire.source.box], index[run.wire.target.box]) for run in drawing.runs]
    weakest_first = sorted(range(len(drawing.runs)), key=lambda place: _is_direct(drawing.runs[place].wire))
    wires = (draw_run(drawing.runs[place], place, ends[place]) for place in weakest_first)
    boxes = (draw_box(placed, number) for number, placed in enumerate(drawing.boxes))
    marks = (draw_label(run, drawing.labels[place], place, ends[place]) for place, run in enumerate(drawing.runs))
    return f'<g class="wires">{"".join(wires)}{"".join(marks)}</g><g class="boxes">{"".join(boxes)}</g>'


def draw_legend(diagram: Diagram, width: float) -> tuple[str, float]:
    """What marks, colours and strokes mean, of those that occur; and the height it takes."""
    kinds = in_order(kind for wire in diagram.wires for kind in wire.kinds)
    items = [_kind_item(kind) for kind in kinds]
    items += [_mask_item(masked) for masked in (True, False) if any(wire.masking and wire.masked is masked for wire in diagram.wires)]
    if any(wire.possible for wire in diagram.wires) or any(box.tier != "confirmed" for box in diagram.boxes):
        items.append((_sample(MUTED, DIRECT_WIDTH, dashed=True), POSSIBLE))
    if any(box.root for box in diagram.boxes):
        items.append((f'<rect x="6" y="-7" width="22" height="14" rx="3" fill="none" stroke="{ROOT}" stroke-width="2.2"/>', "asked about"))
    items += [
        (f'<rect x="3" y="-7" width="28" height="14" rx="7" fill="{BAND}" stroke="{LINE}"/>', noun)
        for noun in sorted({box.noun for box in diagram.boxes if box.is_job})
    ]
    placed: list[str] = []
    x = y = 0.0
    for sample, text in items:
        room = 44 + text_width(text, 12) + 18
        if x and x + room > width:
            x, y = 0.0, y + LEGEND_LINE
        placed.append(f'<g transform="translate({number(x)} {number(y + 10)})">{sample}{words(40, 4, text, size=12, fill=INK)}</g>')
        x += room
    return f'<g class="legend">{"".join(placed)}</g>', (y + LEGEND_LINE + 6) if items else 0.0


def _is_direct(wire: Wire) -> bool:
    return bool(wire.kinds) and style_of(wire.kinds[0]).direct


def _kind_item(kind: str) -> tuple[str, str]:
    style = style_of(kind)
    line = double("M0 0H34", style.colour) if kind == ALIAS else _sample(style.colour, DIRECT_WIDTH if style.direct else INDIRECT_WIDTH)
    frame = f'x="6" y="-6.5" width="22" height="13" rx="4" fill="{PAPER}" stroke="{style.colour}" stroke-width="0.9"'
    text = words(17, 3.1, style.mark, size=MARK_SIZE, fill=style.colour, weight="700", anchor="middle")
    mark = f'<g class="mark" color="{style.colour}"><rect {frame}/>{text}</g>'
    return f"{line}{mark}", style.word


def _mask_item(masked: bool) -> tuple[str, str]:
    """A mark that names a function: filled where no value comes through but masked."""
    ground, ink = (MUTED, PAPER) if masked else (PAPER, MUTED)
    frame = f'x="3" y="-6.5" width="28" height="13" rx="4" fill="{ground}" stroke="{MUTED}" stroke-width="0.9"'
    text = words(17, 3.1, "mask", size=MARK_SIZE, fill=ink, weight="700", anchor="middle")
    mark = f'<g class="mark{" masked" if masked else ""}" color="{MUTED}"><rect {frame}/>{text}</g>'
    return mark, "masked, by the function named" if masked else f"masked, but {PARTLY}"


def _sample(colour: str, width: float, *, dashed: bool = False) -> str:
    dashes = f' stroke-dasharray="{DASHES}"' if dashed else ""
    return f'<path d="M0 0H34" stroke="{colour}" stroke-width="{width}" fill="none"{dashes}/>'
