"""Raises changes of a lake that no recorded run explains; the same hand doing the same kind of thing to a dataset is one cause."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

from headwater.answers.changes.explained import FOLDER, Judged
from headwater.answers.findings.raised import Raised, Showing
from headwater.model.entries import Position
from headwater.model.findings import UNEXPLAINED_CHANGE, Severity, finding_id
from headwater.model.ids import DatasetId
from headwater.model.lakes import examined_words

OVERWRITE = "overwrite"
"""What two commits together did of which one took rows away and the next put others in their place."""

SETTING = "set current version"
"""What an Iceberg table calls it when readers get another version without a commit."""


def raise_unexplained(judged: Iterable[Judged]) -> list[Raised]:
    """A cause per dataset, author, engine and operation, of the versions that nothing explains."""
    causes: dict[tuple[DatasetId, str], tuple[dict[str, str], list[Judged]]] = {}
    for change in judged:
        if not change.is_explained and change.is_watched:
            cause = cause_of(change)
            causes.setdefault((change.dataset, finding_id("", "", cause)), (cause, []))[1].append(change)
    return [_raised(dataset, cause, changes) for (dataset, _), (cause, changes) in causes.items()]


def cause_of(change: Judged) -> dict[str, str]:
    """What tells an unexplained change from others of its dataset: who did what, with what."""
    seen = change.commit.seen
    told = {"operation": OVERWRITE if change.halves else seen.operation, "author": seen.author, "engine": seen.engine}
    return {name: value for name, value in told.items() if value}


def finding_of(change: Judged) -> str:
    """The id of the finding that a change belongs to."""
    return finding_id(UNEXPLAINED_CHANGE, str(change.dataset), cause_of(change))


def _raised(dataset: DatasetId, cause: dict[str, str], changes: list[Judged]) -> Raised:
    by = f" by {cause['author']}" if "author" in cause else ""
    return Raised(
        kind=UNEXPLAINED_CHANGE,
        dataset=dataset,
        cause=cause,
        title=f"{_done(cause['operation'])}{by} outside any recorded run",
        showings=tuple(_showing(change) for change in changes),
        next=next_of(changes[-1]),
    )


def next_of(change: Judged) -> str:
    """The command that says which rows it changed, where the lake keeps both versions, or which columns; else the dataset's history."""
    dataset, seen = change.dataset, change.commit.seen
    if seen.operation == "schema":
        return f"headwater lake schema {quote(str(dataset))}"
    if seen.parent and change.commit.format != FOLDER and (seen.added_rows or seen.removed_rows or seen.operation == SETTING):
        return f"headwater lake diff {quote(str(dataset))} {seen.parent} {seen.version}"
    return f"headwater lake history {quote(str(dataset))}"


def _done(operation: str) -> str:
    """An operation in words, where the format's own word does not say that something was done."""
    return {"files": "files changed", "schema": "schema changed", SETTING: "rolled back"}.get(operation, operation)


def _showing(change: Judged) -> Showing:
    seen = change.commit.seen
    numbers = {
        "added_rows": seen.added_rows,
        "removed_rows": seen.removed_rows,
        "added_files": seen.added_files,
        "removed_files": seen.removed_files,
        "changed_files": seen.changed_files,
    }
    if (found := change.examined) is not None:
        numbers |= {"rows_added": found.added, "rows_removed": found.removed, "rows_changed": found.changed}
    writing = change.verdict.writing
    return Showing(
        at=change.commit.at,
        known=change.commit.position,
        what="; ".join([change.verdict.why, *([examined_words(found)] if found is not None else [])]),
        severity=severity_of(change),
        tier="possible" if change.verdict.doubtful else "confirmed",
        version=change.commit.version,
        numbers={name: number for name, number in numbers.items() if number is not None},
        entries=tuple(sorted({change.commit.position, *(_entries(writing.positions) if writing is not None else ())})),
    )


def _entries(positions: list[Position]) -> list[Position]:
    return positions[:1] + positions[1:][-1:]


def severity_of(change: Judged) -> Severity:
    """Rows that went or came beside all runs are bad; what touches no row is not."""
    seen = change.commit.seen
    counts = [seen.added_rows, seen.removed_rows, seen.added_files, seen.removed_files, seen.changed_files]
    if all(count is None for count in counts):
        return "medium"
    return "high" if any(counts) else "low"
