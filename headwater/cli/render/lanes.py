"""A timeline as a picture: one lane per kind of happening, time from left to right; as an SVG file, or as a page with a table below."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headwater.cli.render.strokes import BAND, INK, LINE, MUTED, PAPER, number, safe, words
from headwater.cli.render.svg import FONT, MARGIN
from headwater.cli.render.wording import fitted, visible
from headwater.model.answers import Answer
from headwater.model.life_answers import LANES, DatasetTimeline, Happening, Lane
from headwater.model.times import Instant, format_instant, parse_instant
from headwater.model.words import counted

_COLOURS: dict[Lane, str] = {
    "runs": "#3465a4",
    "batches": "#2e7d4f",
    "deliveries": "#b8860b",
    "versions": "#16202e",
    "schema": "#7b4ba8",
    "maintenance": "#7a8798",
    "findings": "#c22f2f",
}
_LABELS, _WIDTH, _LANE, _TOP, _AXIS = 110.0, 900.0, 46.0, 74.0, 30.0
_RADIUS, _NEAR, _TOLD = 5.0, 9.0, 12
_SECOND = 1_000_000
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3_600 * _SECOND, 86_400 * _SECOND
_STEPS = (
    *(_MINUTE * each for each in (1, 5, 15, 30)),
    *(_HOUR * each for each in (1, 3, 6, 12)),
    *(_DAY * each for each in (1, 2, 7, 14, 28, 91, 364, 3_640)),
)
_MOST_TICKS = 9
_STYLE = (
    "body{font-family:ui-sans-serif,system-ui,sans-serif;margin:24px;color:#16202e}"
    "table{border-collapse:collapse;font-size:13px}td,th{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid #c3ccd8;"
    "vertical-align:top}svg{max-width:100%;height:auto}"
)
_HEADS = ("when", "lane", "what", "why", "version", "batch", "source", "rows", "job", "run", "finding", "entries")


@dataclass(frozen=True, slots=True)
class _Mark:
    """Happenings of one lane that stand so close that they are one mark, from `left` to `right`."""

    left: float
    right: float
    told: list[Happening]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From instants to places."""

    first: Instant
    last: Instant

    @classmethod
    def of(cls, happenings: Sequence[Happening]) -> _Scale:
        times = [parse_instant(time) for told in happenings for time in (told.began, told.at) if time]
        first, last = min(times, default=Instant(0)), max(times, default=Instant(0))
        room = max((last - first) // 40, _SECOND)
        return cls(Instant(first - room), Instant(last + room))

    def at(self, moment: Instant) -> float:
        return MARGIN + _LABELS + _WIDTH * (moment - self.first) / (self.last - self.first)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Places and words of round times."""
        step = next((step for step in _STEPS if (self.last - self.first) / step <= _MOST_TICKS), _STEPS[-1])
        moment = -(-self.first // step) * step
        while moment <= self.last:
            text = format_instant(Instant(moment))
            yield self.at(Instant(moment)), text[:10] if step >= _DAY else text[5:16].replace("T", " ")
            moment += step


def render_lanes_svg(answer: Answer[DatasetTimeline]) -> str:
    """A timeline as a picture that stands alone: no script, no style sheet, nothing fetched."""
    title, facts = _title(answer)
    happenings = answer.result.happenings
    lanes = [lane for lane in LANES if any(told.lane == lane for told in happenings)]
    scale = _Scale.of(happenings)
    width = _WIDTH + _LABELS + 2 * MARGIN
    bottom = _TOP + _LANE * len(lanes)
    height = bottom + _AXIS + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="{number(width)}" '
        f'height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}" font-family="{FONT}">',
        f'<title id="title">{safe(title)}</title><desc id="description">{safe(facts)}</desc>',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        words(MARGIN, 34, fitted(visible(title), 19, width - 2 * MARGIN), size=19, weight="650"),
        words(MARGIN, 54, fitted(visible(facts), 12, width - 2 * MARGIN), size=12, fill=MUTED),
    ]
    for row, lane in enumerate(lanes):
        y = _TOP + _LANE * row
        fill = BAND if row % 2 == 0 else PAPER
        parts.append(
            f'<rect x="{number(MARGIN)}" y="{number(y)}" width="{number(_WIDTH + _LABELS)}" height="{number(_LANE)}" fill="{fill}"/>'
        )
        parts.append(words(MARGIN + 8, y + _LANE / 2 + 4, lane, size=13, fill=_COLOURS[lane], weight="650"))
    if happenings:
        for x, text in scale.ticks():
            parts.append(f'<path d="M{number(x)} {number(_TOP)}V{number(bottom)}" stroke="{LINE}" stroke-width="0.8"/>')
            parts.append(words(x, bottom + 18, text, size=11, fill=MUTED, anchor="middle"))
    for row, lane in enumerate(lanes):
        marks = _marks([told for told in happenings if told.lane == lane], scale)
        parts.extend(_draw(mark, _TOP + _LANE * (row + 0.5), _COLOURS[lane]) for mark in marks)
    return "".join([*parts, "</svg>\n"])


def render_lanes_page(answer: Answer[DatasetTimeline]) -> str:
    """A timeline as a page of its own: the picture, and everything as a table. Nothing runs in it and nothing is fetched."""
    title, facts = _title(answer)
    digest = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    rows = "".join(f"<tr>{''.join(f'<td>{safe(cell)}</td>' for cell in _cells(told))}</tr>" for told in answer.result.happenings)
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">',
            f'<meta name="referrer" content="no-referrer"><title>{safe(title)}</title><style>{_STYLE}</style></head><body>',
            render_lanes_svg(answer).strip(),
            f"<p>{safe(facts)}</p>",
            *(f"<p>{safe(f'{gap.code}: {gap.subject}: {gap.detail}')}</p>" for gap in answer.gaps),
            f"<table><tr>{heads}</tr>{rows}</table></body></html>\n",
        )
    )


def _title(answer: Answer[DatasetTimeline]) -> tuple[str, str]:
    told, total = answer.result, answer.total
    shown = len(told.happenings)
    of = f" of {total['happenings']:,}" if shown < total["happenings"] else ""
    state = "complete" if answer.complete else f"incomplete: {counted(len(answer.gaps), 'gap')}"
    facts = f"{shown:,}{of} happenings, {answer.asked['since']} to {answer.asked['until']}; known at {answer.known_at}; {state}"
    return f"The life of {told.dataset.removeprefix('dataset:')}", facts


def _marks(happenings: Sequence[Happening], scale: _Scale) -> list[_Mark]:
    """Marks from left to right; what stands too close is joined."""
    spans = []
    for told in happenings:
        right = scale.at(parse_instant(told.at))
        spans.append((scale.at(parse_instant(told.began)) if told.began else right, right, told))
    marks: list[_Mark] = []
    for left, right, told in sorted(spans, key=lambda span: (span[0], span[1])):
        last = marks[-1] if marks else None
        if last is not None and left - last.right < _NEAR:
            marks[-1] = _Mark(last.left, max(last.right, right), [*last.told, told])
        else:
            marks.append(_Mark(left, right, [told]))
    return marks


def _draw(mark: _Mark, y: float, colour: str) -> str:
    lines = [_line(told) for told in mark.told[:_TOLD]]
    more = [f"and {len(mark.told) - _TOLD} more"] if len(mark.told) > _TOLD else []
    title = f"<title>{'&#10;'.join(safe(line) for line in lines + more)}</title>"
    settled = all(told.state in ("acknowledged", "resolved") for told in mark.told)
    fill = PAPER if settled else colour
    x, width = mark.left - _RADIUS, mark.right - mark.left + 2 * _RADIUS
    box = f'<rect x="{number(x)}" y="{number(y - _RADIUS)}" width="{number(width)}" height="{number(2 * _RADIUS)}" rx="{number(_RADIUS)}"'
    count = (
        words((mark.left + mark.right) / 2, y - 9, str(len(mark.told)), size=10, fill=INK, anchor="middle") if len(mark.told) > 1 else ""
    )
    return f'<g class="mark">{title}{box} fill="{fill}" stroke="{colour}" stroke-width="1.4"/>{count}</g>'


def _line(told: Happening) -> str:
    """A happening in one line."""
    parts = (told.at, told.what, told.detail, f"version {told.version}" if told.version else "", told.source or "", told.job or "")
    rows = counted(told.rows, "row") if told.rows is not None else ""
    return "  ".join(part for part in (*parts, rows) if part)


def _cells(told: Happening) -> tuple[str, ...]:
    rows = f"{told.rows:,}" if told.rows is not None else ""
    named = (told.version, told.batch, told.source, rows, told.job, told.run, told.finding)
    return (told.at, told.lane, told.what, told.detail, *(cell or "" for cell in named), ", ".join(map(str, told.entries)))
