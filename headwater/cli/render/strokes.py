"""The strokes of a picture: SVG elements for boxes and wires, with nothing in them that a name could have put there.

Every text passes `safe`. Looks are attributes, not styles, so that a page's style sheet can change them and a bare file needs none.
"""

from __future__ import annotations

from html import escape

from headwater.cli.render.diagram import MORE, Wire
from headwater.cli.render.kinds import style_of
from headwater.cli.render.labels import BULGE, HEIGHT, MARK_SIZE, Label
from headwater.cli.render.placement import (
    BOLD,
    HEAD_HEIGHT,
    JOB_LINE,
    PAD,
    ROW_HEIGHT,
    SHEETS,
    SHOWN_JOBS,
    SMALL_SIZE,
    TITLE_SIZE,
    Placed,
    Run,
    head_height,
)
from headwater.cli.render.wording import counted, fitted, visible

INK, MUTED, PAPER, LINE, BAND, ROOT = "#16202e", "#5a6779", "#ffffff", "#c3ccd8", "#f1f4f8", "#c9541a"
DIRECT_WIDTH, INDIRECT_WIDTH = 1.9, 1.1
DASHES = "6 4"
POSSIBLE = "possible: declared by a producer, or not fully read"
"""What dashes mean."""
PARTLY = "not on every way"
"""What is said of a mask beside which values come through as they are."""


def safe(text: str) -> str:
    """Text that is only text, in an element or in quotes."""
    return escape(visible(text), quote=True)


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def words(x: float, y: float, text: str, *, size: float, fill: str = INK, weight: str = "", look: str = "", anchor: str = "") -> str:
    """A line of text that starts at a point."""
    more = "".join(f' {name}="{value}"' for name, value in (("font-weight", weight), ("class", look), ("text-anchor", anchor)) if value)
    return f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}"{more}>{safe(text)}</text>'


def draw_box(placed: Placed, index: int) -> str:
    """A dataset's box, or a job's small one."""
    return _draw_job(placed, index) if placed.box.is_job else _draw_dataset(placed, index)


def draw_run(run: Run, index: int, ends: tuple[int, int]) -> str:
    """A wire with its arrow."""
    wire = run.wire
    style = style_of(wire.kinds[0]) if wire.kinds else style_of("")
    colour = "#7a8798" if wire.from_job else style.colour
    width = DIRECT_WIDTH if style.direct or wire.from_job else INDIRECT_WIDTH
    dashes = f' stroke-dasharray="{DASHES}"' if wire.possible else ""
    course = _course(run)
    parts = [
        f'<g class="wire{" possible" if wire.possible else ""}" data-wire="{index}" data-from="{ends[0]}" data-to="{ends[1]}">',
        f"<title>{safe(describe(wire))}</title>",
        double(course, colour) if wire.same else f'<path d="{course}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>',
    ]
    if not wire.into_job and not wire.same:
        parts.append(_arrow(run, colour))
    return "".join([*parts, "</g>"])


def double(course: str, colour: str) -> str:
    """A double line, for what is the same."""
    between = f'<path class="between" d="{course}" fill="none" stroke="{PAPER}" stroke-width="2"/>'
    return f'<path d="{course}" fill="none" stroke="{colour}" stroke-width="4.4"/>{between}'


def draw_label(run: Run, label: Label, index: int, ends: tuple[int, int]) -> str:
    """The marks of a wire's kinds, to stand above all wires; a wire from a job to what it wrote has none."""
    if not label.text:
        return ""
    colour = style_of(run.wire.kinds[0]).colour
    look = "wire mark masked" if run.wire.masked else "wire mark"
    group = f'class="{look}" color="{colour}" data-wire="{index}" data-from="{ends[0]}" data-to="{ends[1]}"'
    left, top = number(label.x - label.width / 2), number(label.y - HEIGHT / 2)
    frame = f'x="{left}" y="{top}" width="{number(label.width)}" height="{number(HEIGHT)}" rx="4"'
    ground, ink = (colour, PAPER) if run.wire.masked else (PAPER, colour)
    text = words(label.x, label.y + 3.1, label.text, size=MARK_SIZE, fill=ink, weight="700", anchor="middle")
    return f'<g {group}><rect {frame} fill="{ground}" stroke="{colour}" stroke-width="0.9"/>{text}</g>'


def describe(wire: Wire) -> str:
    """A wire in words."""
    kinds = ", ".join(style_of(kind).word for kind in wire.kinds)
    partly = "" if wire.masked else f", {PARTLY}"
    masked = f"; masked by {', '.join(wire.masking)}{partly}" if wire.masking else ""
    through = f"; through {', '.join(wire.functions)}" if wire.functions else ""
    joined = "and" if wire.same else "to"
    ends = f"{_place(wire.source.box, wire.source.row)} {joined} {_place(wire.target.box, wire.target.row)}"
    return f"{ends}: {'the same dataset' if wire.same else kinds}{masked}{through}{_doubt(wire)}"


def row_label(row: str, stands_for: int, shown: int) -> str:
    """A row's words; the last one of a long box counts what is not shown."""
    return f"and {stands_for - shown:,} more columns" if row == MORE else row


def _doubt(wire: Wire) -> str:
    return f"; {POSSIBLE}" if wire.possible else ""


def _place(box: str, row: str) -> str:
    name = box.partition("\n")[2].partition("\n")[0] or box.partition("\n")[0]
    return f"{name}.{row}" if row and row != MORE else name


def _draw_dataset(placed: Placed, index: int) -> str:
    box, x, y = placed.box, placed.x, placed.y
    room = placed.width - 2 * PAD
    border = f'stroke="{ROOT if box.root else LINE}" stroke-width="{2.2 if box.root else 1.2}"'
    dashes = f' stroke-dasharray="{DASHES}"' if box.tier != "confirmed" else ""
    look = " ".join(filter(None, ("box", "root" if box.root else "", "possible" if box.tier != "confirmed" else "")))
    parts = [
        f'<g class="{look}" data-box="{index}" tabindex="0">',
        f"<title>{safe(_box_words(placed))}</title>",
        _stack(placed) if box.stands_for > 1 and not box.rows else "",
        f'<rect class="card" {_frame(placed)} rx="7" fill="{PAPER}" {border}{dashes}/>',
    ]
    if box.rows:
        line = y + head_height(box)
        parts.append(
            f'<path class="rule" d="M{number(x)} {number(line)}h{number(placed.width)}" stroke="{LINE}" stroke-width="1" fill="none"/>'
        )
    parts.append(words(x + PAD, y + 19, fitted(visible(box.title), TITLE_SIZE * BOLD, room), size=TITLE_SIZE, weight="600"))
    parts.append(words(x + PAD, y + 34, fitted(visible(box.below_title), SMALL_SIZE, room), size=SMALL_SIZE, fill=MUTED, look="muted"))
    parts += _job_lines(placed, room)
    parts += [_draw_row(placed, row, room) for row in box.rows]
    return "".join([*parts, "</g>"])


def _frame(placed: Placed, shift: float = 0.0) -> str:
    return f'x="{number(placed.x + shift)}" y="{number(placed.y + shift)}" width="{number(placed.width)}" height="{number(placed.height)}"'


def _draw_row(placed: Placed, row: str, room: float) -> str:
    box = placed.box
    middle = placed.rows[row]
    asked = row in box.root_rows
    parts = []
    if asked:
        parts.append(
            f'<rect class="asked" x="{number(placed.x + 3)}" y="{number(middle - ROW_HEIGHT / 2 + 1)}" width="{number(placed.width - 6)}" '
            f'height="{number(ROW_HEIGHT - 2)}" rx="4" fill="#fdeee4"/>'
        )
    label = row_label(row, box.stands_for, len(box.rows) - 1)
    text = fitted(visible(label), 12, room)
    folded = row == MORE
    parts.append(
        words(
            placed.x + PAD,
            middle + 4,
            text,
            size=12,
            weight="600" if asked else "",
            fill=MUTED if folded else INK,
            look="muted" if folded else "",
        )
    )
    return "".join(parts)


def _job_lines(placed: Placed, room: float) -> list[str]:
    jobs = placed.box.jobs
    shown = [f"by {job}" for job in jobs[:SHOWN_JOBS]]
    if len(jobs) > SHOWN_JOBS:
        shown.append(f"and {counted(len(jobs) - SHOWN_JOBS, 'more job')}")
    base = placed.y + HEAD_HEIGHT + 7
    return [
        words(placed.x + PAD, base + index * JOB_LINE, fitted(visible(line), SMALL_SIZE, room), size=SMALL_SIZE, fill=MUTED, look="muted")
        for index, line in enumerate(shown)
    ]


def _draw_job(placed: Placed, index: int) -> str:
    x, y, height, root = placed.x, placed.y, placed.height, placed.box.root
    border = f'stroke="{ROOT if root else LINE}" stroke-width="{2.2 if root else 1}"'
    text = fitted(visible(placed.box.title), SMALL_SIZE + 1, placed.width - 26)
    return "".join(
        (
            f'<g class="box job{" root" if root else ""}" data-box="{index}" tabindex="0"><title>{safe(_box_words(placed))}</title>',
            f'<rect class="chip" x="{number(x)}" y="{number(y)}" width="{number(placed.width)}" height="{number(height)}" '
            f'rx="{number(height / 2)}" fill="{BAND}" {border}/>',
            words(x + placed.width / 2, y + height / 2 + 4, text, size=SMALL_SIZE + 1, anchor="middle"),
            "</g>",
        )
    )


def _box_words(placed: Placed) -> str:
    box = placed.box
    what = box.noun if box.is_job else "dataset" if box.stands_for == 1 or box.rows else counted(box.stands_for, "dataset")
    jobs = f", written by {', '.join(box.jobs)}" if box.jobs else ""
    doubt = "" if box.tier == "confirmed" else ", possible"
    if box.role:
        return f"{box.title}, {box.role}"
    return f"{what} {box.title} in {box.subtitle}{jobs}{doubt}" if box.subtitle else f"{what} {box.title}{doubt}"


def _stack(placed: Placed) -> str:
    """Two sheets behind a box that stands for several."""
    return "".join(
        f'<rect class="card" {_frame(placed, shift)} rx="7" fill="{BAND}" stroke="{LINE}" stroke-width="1"/>'
        for shift in (SHEETS, SHEETS / 2)
    )


def _course(run: Run) -> str:
    """A path through points: level where it crosses a layer, an even bend between."""
    x, y = run.points[0]
    path = [f"M{number(x)} {number(y)}"]
    if run.is_loop:
        end_x, end_y = run.points[1]
        bulge = number(max(x, end_x) + BULGE)
        return f"{path[0]}C{bulge} {number(y)} {bulge} {number(end_y)} {number(end_x)} {number(end_y)}"
    for after_x, after_y in run.points[1:]:
        if abs(after_y - y) < 0.05:
            path.append(f"H{number(after_x)}")
        else:
            bend = (after_x - x) / 2
            path.append(f"C{number(x + bend)} {number(y)} {number(after_x - bend)} {number(after_y)} {number(after_x)} {number(after_y)}")
        x, y = after_x, after_y
    return "".join(path)


def _arrow(run: Run, colour: str) -> str:
    x, y = run.points[-1]
    back = 7.0 if x >= run.points[-2][0] and not run.is_loop else -7.0
    tail = number(x - back)
    return f'<path d="M{number(x)} {number(y)}L{tail} {number(y - 3.6)}L{tail} {number(y + 3.6)}Z" fill="{colour}"/>'
