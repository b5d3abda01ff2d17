"""Verifications, proofs and entries on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from headwater.app.listing import ConsistencyProof, ListedEntry
from headwater.cli.render.wording import counted, visible
from headwater.ledger.tree.proofs import InclusionProof
from headwater.ledger.verify.verification import Verification

_SHOWN = 10


def render_verification(verification: Verification, console: Console) -> None:
    """Write what a verification found, the first bad entry before all else."""
    size = counted(verification.size, "entry", "entries")
    if verification.ok:
        console.print(Text.assemble(("verified", "bold green"), f": {size}, {_amount(verification)}"))
        console.print(Text(f"root {verification.root}", style="dim"))
        if verification.against is not None:
            console.print(f"continues the checkpoint of {counted(verification.against, 'entry', 'entries')} that was held elsewhere")
        else:
            console.print(Text("not compared with a checkpoint held elsewhere: --against FILE", style="dim"))
        return
    first = f"first at entry {verification.first_bad}" if verification.first_bad is not None else "at no single entry"
    console.print(Text.assemble(("TAMPERED", "bold red"), f": {counted(verification.problem_count, 'problem')}, {first}"))
    for problem in verification.problems[:_SHOWN]:
        place = "ledger" if problem.position is None else f"entry {problem.position}"
        console.print(Text.assemble((f"  {place}", "red"), f"  {visible(problem.what)}"))
    if verification.problem_count > _SHOWN:
        console.print(Text(f"  and {verification.problem_count - _SHOWN:,} more: see --json", style="dim"))
    console.print(Text("headwater explain LEDGER-TAMPERED says what to do", style="dim"))


def render_proof(proof: InclusionProof, console: Console) -> None:
    """Write an inclusion proof."""
    console.print(Text(f"entry {proof.position} is in the ledger of {counted(proof.size, 'entry', 'entries')}", style="bold"))
    _named(console, (("leaf", proof.leaf), ("root", proof.root), ("envelope", proof.envelope)))
    for index, part in enumerate(proof.path):
        _named(console, ((f"path {index}", part),))
    if proof.checkpoint:
        console.print(Text(f"\n{visible_lines(proof.checkpoint)}", style="dim"), soft_wrap=True)


def render_consistency(proof: ConsistencyProof, console: Console) -> None:
    """Write a consistency proof."""
    text = f"the ledger of {counted(proof.new, 'entry', 'entries')} continues the one of {proof.old:,}"
    console.print(Text(text, style="bold"))
    for index, part in enumerate(proof.path):
        _named(console, ((f"path {index}", part),))


ENTRY_HEADING = f"{'position':>8}  {'received':<27}  {'kind':<20}  producer"
"""What stands over entries on a terminal."""


def entry_line(entry: ListedEntry) -> str:
    """An entry on one line."""
    erased = "  erased" if entry.erased else ""
    return f"{entry.position:>8}  {entry.received:<27}  {visible(entry.media_type):<20}  {visible(entry.producer)}{erased}"


def visible_lines(text: str) -> str:
    """Text of several lines, each made fit to be shown."""
    return "\n".join(map(visible, text.split("\n")))


def _named(console: Console, parts: tuple[tuple[str, str], ...]) -> None:
    for name, value in parts:
        console.print(Text.assemble((f"{name:<10}", "dim"), value), soft_wrap=True)


def _amount(verification: Verification) -> str:
    amount = f"{verification.checked_bytes:,} bytes"
    speed = verification.bytes_per_second
    return f"{amount}, {speed / 1e6:,.0f} MB/s" if speed else amount
