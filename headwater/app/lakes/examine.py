"""Looks into versions that no run explains while the lake still holds them: which rows and columns they touched, recorded for good.

A scan does so at its end, for the newest first and within bounds, so that what was found outlives the snapshot. What cannot be compared
(a folder's older files are gone, a version expired, rows of a type that has no equality) is left as it was recorded.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime

from headwater.app.lakes.diff import LakeDiff, diff
from headwater.app.lakes.scan import Ask, Record
from headwater.capture.documents import encode
from headwater.edges.sources.lakes.driver import LakeDriver
from headwater.model.answers import Answer, ChangeList, ChangeView
from headwater.model.entries import LAKE_EXAMINED
from headwater.model.errors import HeadwaterError
from headwater.model.lake_answers import DatasetHistory
from headwater.model.lakes import DatasetName, Examined, RangeSeen, VersionExamination
from headwater.model.questions import ChangesQuestion, HistoryQuestion

MOST_VERSIONS, MOST_ROWS, MOST_SECONDS = 20, 2_000_000, 30.0
_COLUMNS = 200
_WAITING_SECONDS = 10.0
_STEP_SECONDS = 0.05


def examine(name: str, namespace: str, driver: LakeDriver, ask: Ask, record: Record, position: int) -> int:
    """Compare unexplained versions of a lake with their parents, and record what was found; gives how many were."""
    begun = time.monotonic()
    waiting = [change for change in _unexplained(ask, position) if change.dataset.startswith(f"dataset:{namespace}:")]
    documents: list[bytes] = []
    for change in waiting[:MOST_VERSIONS]:
        if time.monotonic() - begun > MOST_SECONDS:
            break
        dataset = change.dataset.removeprefix(f"dataset:{namespace}:")
        with suppress(HeadwaterError):  # because what cannot be compared stays a change that is told without its rows
            if parent := _parent(ask, change):
                found = _found(diff(driver, dataset, parent, change.version))
                told = VersionExamination(
                    headwater=LAKE_EXAMINED,
                    seen_at=datetime.now(UTC).isoformat(),
                    lake=name,
                    dataset=DatasetName(namespace, dataset),
                    version=change.version,
                    parent=parent,
                    found=found,
                )
                documents.append(encode(told))
    if documents:
        record(documents)
    return len(documents)


def _unexplained(ask: Ask, position: int) -> list[ChangeView]:
    """Changes that were not looked into yet, once what the scan recorded can be asked about."""
    until = time.monotonic() + _WAITING_SECONDS
    while True:
        answer: Answer[ChangeList] = ask(ChangesQuestion(limit=1000))
        if answer.known_at >= position or time.monotonic() > until:
            break
        time.sleep(_STEP_SECONDS)
    return [change for change in answer.result.changes if change.examined is None and _is_small(change)]


def _is_small(change: ChangeView) -> bool:
    if change.added_rows is None or change.removed_rows is None:
        return False
    return 0 < change.added_rows + change.removed_rows <= MOST_ROWS


def _parent(ask: Ask, change: ChangeView) -> str:
    answer: Answer[DatasetHistory] = ask(HistoryQuestion(node=change.dataset, limit=1000))
    return next((seen.parent for seen in answer.result.versions if seen.change.version == change.version), "")


def _found(told: LakeDiff) -> Examined:
    """Rows that went and came again, where some column of them stayed as it was, have changed."""
    rows = told.rows
    same = {column.name for column in rows.columns} - {*rows.touched, *rows.columns_added, *rows.columns_removed}
    changed = rows.added if rows.added == rows.removed and same else 0
    return Examined(
        added=rows.added - changed,
        removed=rows.removed - changed,
        changed=changed,
        touched=rows.touched[:_COLUMNS],
        columns_added=rows.columns_added[:_COLUMNS],
        columns_removed=rows.columns_removed[:_COLUMNS],
        ranges=tuple(RangeSeen(told.name, told.low, told.high) for told in rows.ranges[:_COLUMNS]),
    )
