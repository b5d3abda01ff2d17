"""What is written above and below a picture: what it shows, how much, and what is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.cli.render.alike import joined
from headwater.cli.render.diagram import Diagram
from headwater.cli.render.kinds import in_order, style_of
from headwater.cli.render.wording import counted
from headwater.model.answers import Answer, Lineage

SHOWN_GAPS = 6


@dataclass(frozen=True, slots=True)
class Caption:
    """A heading, one line of facts, and notes on what the picture does not show or nobody could see."""

    title: str
    facts: str
    notes: tuple[str, ...] = ()


def caption_of(answer: Answer[Lineage], diagram: Diagram) -> Caption:
    """The words around the picture of a lineage answer."""
    return Caption(_title(answer), _facts(answer), tuple(_notes(answer, diagram)))


def description_of(caption: Caption, diagram: Diagram) -> str:
    """The picture in words, for those who do not see it."""
    kinds = ", ".join(style_of(kind).word for kind in in_order(kind for wire in diagram.wires for kind in wire.kinds))
    names = ", ".join(box.title for box in diagram.boxes[:50] if not box.is_job)
    masked = sum(wire.masked for wire in diagram.wires)
    masks = f" Masked: {counted(masked, 'influence')}." if masked else ""
    return f"{caption.facts}. Kinds of influence: {kinds or 'none'}.{masks} Datasets: {names or 'none'}."


def _title(answer: Answer[Lineage]) -> str:
    """The question, as a heading."""
    root = answer.result.root
    name = f"{root.name}.{root.column}" if root.column is not None else root.name
    return {"up": f"Where {name} comes from", "down": f"Where {name} goes"}.get(answer.result.direction, f"Lineage of {name}")


def _facts(answer: Answer[Lineage]) -> str:
    """How much there is, when, and whether it is complete."""
    total = answer.total
    nodes, edges = total.get("nodes", len(answer.result.nodes)), total.get("edges", len(answer.result.edges))
    amount = f"{counted(nodes, 'node')}, {counted(edges, 'influence')}"
    state = "complete" if answer.complete else f"incomplete: {counted(total.get('gaps', len(answer.gaps)), 'gap')}"
    return f"{amount}  ·  {state}  ·  as of {answer.as_of}, known at {answer.known_at}"


def _notes(answer: Answer[Lineage], diagram: Diagram) -> list[str]:
    """What the picture does not show, and what could not be seen."""
    notes = list(diagram.notes)
    if answer.result.hidden:
        notes.append(f"{counted(answer.result.hidden, 'node')} on these paths may not be seen with this key")
    if answer.next_page is not None:
        notes.append("this is one page of a longer answer: ask with a higher --limit for all of it")
    alike = joined(answer.gaps)
    notes += [f"not seen: {gaps.code}  {gaps.where}  {gaps.detail}" for gaps in alike[:SHOWN_GAPS]]
    if len(alike) > SHOWN_GAPS:
        notes.append(f"and {counted(sum(gaps.count for gaps in alike[SHOWN_GAPS:]), 'more gap')}")
    return notes
