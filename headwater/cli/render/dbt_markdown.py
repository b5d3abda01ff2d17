"""What a change of a dbt project touches, as Markdown for a review comment: the worst first, the rest folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from headwater.cli.render.wording import counted, visible
from headwater.model.dbt import DbtDiff, EdgeChange, HookChange, ModelChange
from headwater.model.lineage import DIRECT

T = TypeVar("T")

_DIRECT = frozenset(kind.name for kind in DIRECT)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#])")
_LONGEST = 60_000
"""Characters that fit into a comment everywhere, with room for what others put around it."""
_SHOWN = (50, 20, 8, 3)
"""How much of a list is shown; less, where the whole would be too long."""


def markdown(diff: DbtDiff) -> str:
    """The comment's text, with a line end; what had to be left out is counted in it."""
    texts = ("\n".join(_lines(diff, shown)) + "\n" for shown in _SHOWN)
    return next((text for text in texts if len(text) <= _LONGEST), _cut("\n".join(_lines(diff, _SHOWN[-1]))))


def _cut(text: str) -> str:
    """A text that even in short is too long, up to the last line that fits."""
    return (
        text if len(text) < _LONGEST else f"{text[:_LONGEST].rpartition(chr(10))[0]}\n\nThe rest is too long to be shown: see `--json`.\n"
    )


def _lines(diff: DbtDiff, shown: int) -> Iterator[str]:
    yield "## What this change touches"
    yield ""
    yield _summary(diff)
    for note in diff.notes:
        yield from ("", f"Note: {_escaped(note)}.")
    for part in (_masks, _paths, _own_changes, _hooks, _tests, _downstream, _consumers, _unread):
        yield from part(diff, shown)


def _summary(diff: DbtDiff) -> str:
    own = [change for change in diff.models if change.change != "affected"]
    if not diff.has_changes:
        told = "Nothing: no column, no lineage and no logic is different."
        return (
            f"{told} {counted(len(diff.unread), 'model or hook', 'models or hooks')} could not be read in full, see below."
            if diff.unread
            else told
        )
    parts = [f"{counted(len(own), 'model')} changed", f"{len(diff.models) - len(own)} downstream affected"]
    parts += [f"{counted(len(diff.consumers), 'consumer')} touched", f"{diff.unchanged} untouched"]
    parts += [f"{counted(len(diff.hooks), 'hook')} changed"] if diff.hooks else []
    parts += [f"{counted(len(diff.tests_gone), 'test')} removed"] if diff.tests_gone else []
    return ", ".join(parts) + "."


def _masks(diff: DbtDiff, shown: int) -> Iterator[str]:
    if diff.masks_lost:
        yield from ("", "### :warning: Masks removed", "")
        for lost in _some(diff.masks_lost, shown):
            reached = _code(f"{lost.model}.{lost.column}")
            yield f"* {_code(lost.source)} reaches {reached} as it is; before, only through {_code(lost.masking)}"
        yield from _more(diff.masks_lost, shown)


def _paths(diff: DbtDiff, shown: int) -> Iterator[str]:
    if diff.new_paths:
        yield from ("", "### :warning: New paths to consumers", "")
        for path in _some(diff.new_paths, shown):
            how = "masked" if path.masked else "unmasked, was masked" if path.was_masked else "unmasked"
            yield f"* {_code(path.source)} → {_code(path.consumer)} through {_code(path.via)} ({how})"
        yield from _more(diff.new_paths, shown)


def _own_changes(diff: DbtDiff, shown: int) -> Iterator[str]:
    own = [change for change in diff.models if change.change != "affected"]
    if own:
        yield from ("", "### Changed models")
    for change in _some(own, shown):
        details = list(_details(change, shown))
        what = f"renamed, was {_code(change.was)}{f'; {change.change}' if details else ''}" if change.was else change.change
        yield from ("", f"**{_code(change.id)}** {what}", *([""] if details else []), *details)
    if len(own) > shown:
        yield ""
    yield from _more(own, shown)


def _details(change: ModelChange, shown: int) -> Iterator[str]:
    if change.columns_added:
        yield f"* columns added: {_codes(change.columns_added, shown)}"
    if change.columns_removed:
        yield f"* columns removed: {_codes(change.columns_removed, shown)}"
    yield from _lineage(change, shown)
    if change.logic:
        yield "* its SQL is another: the columns and what reaches them are the same; a condition, a kind of join or a constant is not"
    yield from (f"* {_escaped(note)}" for note in change.notes)


def _lineage(change: ModelChange | HookChange, shown: int, indent: str = "") -> Iterator[str]:
    for what, edges in (("added", change.edges_added), ("removed", change.edges_removed)):
        for sort, chosen in (("direct", True), ("indirect", False)):
            told = [edge for edge in edges if (edge.kind in _DIRECT) is chosen]
            if told:
                yield f"{indent}* {sort} lineage {what}:"
                yield from (f"{indent}  * {_edge(edge)}" for edge in _some(told, shown))
                yield from _more(told, shown, indent=f"{indent}  ")


def _edge(edge: EdgeChange) -> str:
    target = _code(edge.column) if edge.column is not None else "all rows"
    masked = f", masked by {_code(edge.masking)}" if edge.masking else ""
    return f"{_code(edge.source)} → {target} ({edge.kind.lower().replace('_', ' ')}{masked})"


def _hooks(diff: DbtDiff, shown: int) -> Iterator[str]:
    if diff.hooks:
        yield from ("", "### Hooks", "")
    for hook in _some(diff.hooks, shown):
        writes = f", {'wrote' if hook.change == 'removed' else 'writes'} {_codes(hook.writes, shown)}" if hook.writes else ""
        yield f"* {_code(hook.id)} {hook.change}{writes}{'' if hook.is_read else '; what it does could not be read in full'}"
        yield from _lineage(hook, shown, indent="  ")
    yield from _more(diff.hooks, shown)


def _tests(diff: DbtDiff, shown: int) -> Iterator[str]:
    if diff.tests_gone:
        yield from ("", "### Tests removed", "")
    for test in _some(diff.tests_gone, shown):
        column = f", column {_code(test.column)}" if test.column else ""
        yield f"* {_code(test.name)} of {_codes(test.tested, shown)}{column}"
    yield from _more(diff.tests_gone, shown)


def _downstream(diff: DbtDiff, shown: int) -> Iterator[str]:
    affected = [change for change in diff.models if change.change == "affected"]
    if not affected:
        return
    yield from ("", "### Downstream", "", "| model | what is touched |", "|---|---|")
    for change in _some(affected, shown):
        parts = [_codes(change.touched, shown)] if change.touched else []
        parts += ["which rows it has"] if change.all_rows else []
        yield f"| {_code(change.id)} | {', '.join(parts)} |"
    yield from _more(affected, shown)


def _consumers(diff: DbtDiff, shown: int) -> Iterator[str]:
    if diff.consumers:
        yield from ("", "### Consumers", "", "| consumer | owner | |", "|---|---|---|")
    for consumer in _some(diff.consumers, shown):
        told = consumer.change if consumer.change != "affected" else "reads"
        through = _codes(consumer.through, shown)
        what = f"reads {through}" if told == "reads" else f"{told}{f', reads {through}' if through else ''}"
        owner = f"{consumer.owner or 'nobody'}, was {consumer.was_owner}" if consumer.was_owner else consumer.owner
        yield f"| {_code(consumer.id)} | {_escaped(owner)} | {what} |"
    yield from _more(diff.consumers, shown)


def _unread(diff: DbtDiff, shown: int) -> Iterator[str]:
    if not diff.unread:
        return
    yield from ("", "### Not read in full", "", "There may be more than is shown, as lineage of these is not known in full:", "")
    for unread in _some(diff.unread, shown):
        where = "" if unread.where == "both" else f" (in {unread.where})"
        yield f"* {_code(unread.id)}{where}: {'; '.join(map(_escaped, unread.reasons[:5])) or 'no reason given'}"
    yield from _more(diff.unread, shown)


def _some(items: Iterable[T], shown: int) -> list[T]:
    return list(items)[:shown]


def _more(items: Iterable[object], shown: int, indent: str = "") -> Iterator[str]:
    number = len(list(items)) - shown
    if number > 0:
        yield f"{indent}* and {number} more: see `--json`"


def _codes(names: Sequence[str], shown: int) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(_code(name) for name in names[:shown]) + more


def _code(name: str) -> str:
    """A name as code; what could end the code or a table's cell is replaced."""
    return f"`{visible(name).replace('`', 'ʼ').replace('|', '¦')}`"


def _escaped(words: str) -> str:
    """Words in which Markdown finds nothing to format, code apart."""
    pieces = visible(words).split("`")
    return "".join(_code(piece) if index % 2 else _SPECIAL.sub(r"\\\1", piece) for index, piece in enumerate(pieces))
