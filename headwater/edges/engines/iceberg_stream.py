"""What an Iceberg table says of a topic: how far it has it, which batches brought it, and which messages it holds.

The snapshots of a table are the only memory of how far a topic was read. Who rolls a table back reads on from there; who loses the home
loses no place. The properties of a table say it once more, for a table whose stamped snapshots have all expired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa
from pyiceberg import expressions
from pyiceberg.table import Table

from headwater.capture.streams.messages import KEY, OFFSET, PARTITION, TIMESTAMP
from headwater.model.lakes import BATCH_STAMP, OFFSETS_STAMP, RUN_STAMP
from headwater.model.loads import StreamPosition

_REMEMBERED = 500
_build: Any = expressions  # because its types do not know that terms may be names


@dataclass(frozen=True, slots=True)
class StampedBatch:
    """A batch as the snapshot that it became tells of it."""

    batch: str
    run: str
    at: float
    position: StreamPosition


class Remembered(msgspec.Struct, frozen=True):
    """What the properties of a table keep: a position, and the sequence number of the snapshot that led there."""

    sequence: int
    position: StreamPosition


class StreamTable:
    """One table that a topic fills."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @property
    def schema(self) -> pa.Schema:
        """Its columns as Arrow has them."""
        return self._table.schema().as_arrow()

    def position(self, about: StreamPosition) -> StreamPosition | None:
        """How far the table has the topic that `about` names, by the snapshots that its current state comes from.

        Where none of them says it, its properties do, unless the table was set back to a state from before what they tell of.
        """
        snapshot, oldest = self._table.current_snapshot(), 0
        while snapshot is not None:
            told = _position(snapshot)
            if told is not None and told.is_about(about):
                return told
            oldest = snapshot.sequence_number or 0
            snapshot = self._parent(snapshot)
        kept = _remembered(self._table.properties.get(property_name(about), ""))
        was_set_back = kept is None or self._table.current_snapshot() is None or 0 < oldest <= kept.sequence
        return kept.position if kept is not None and not was_set_back else None

    def batches(self, about: StreamPosition) -> Iterator[StampedBatch]:
        """The newest batches of the topic that the table's current state rests on, newest first."""
        snapshot, left = self._table.current_snapshot(), _REMEMBERED
        while snapshot is not None and left:
            told = _position(snapshot)
            if told is not None and told.is_about(about):
                stamps = snapshot.summary.additional_properties if snapshot.summary is not None else {}
                yield StampedBatch(stamps.get(BATCH_STAMP, ""), stamps.get(RUN_STAMP, ""), snapshot.timestamp_ms / 1_000, told)
            snapshot, left = self._parent(snapshot), left - 1

    def _parent(self, snapshot: Any) -> Any:
        """The snapshot before one, None where there is none or it has expired."""
        return self._table.snapshot_by_id(snapshot.parent_snapshot_id) if snapshot.parent_snapshot_id is not None else None

    def rows_of(self, column: str, batch: str) -> pa.Table:
        """The rows that one batch brought and that are still there."""
        return self._table.scan(row_filter=_build.EqualTo(column, batch)).to_arrow()

    def messages(self, partition: int, first: int, until: int) -> set[tuple[int, int | None, str | None]]:
        """Messages of a partition that stand in the table: offset, timestamp in milliseconds, key."""
        inside = _build.And(_build.GreaterThanOrEqual(OFFSET, first), _build.LessThan(OFFSET, until))
        scan = self._table.scan(
            row_filter=_build.And(_build.EqualTo(PARTITION, partition), inside), selected_fields=(OFFSET, TIMESTAMP, KEY)
        )
        rows = scan.to_arrow()
        times = [at // 1_000 if at is not None else None for at in rows.column(TIMESTAMP).cast(pa.int64()).to_pylist()]
        return set(zip(rows.column(OFFSET).to_pylist(), times, rows.column(KEY).to_pylist(), strict=True))


def property_name(position: StreamPosition) -> str:
    """The property of a table that says again how far it has a topic."""
    return f"headwater.stream.{position.source}.{position.topic}"


def _remembered(text: str) -> Remembered | None:
    try:
        return msgspec.json.decode(text, type=Remembered) if text else None
    except msgspec.MsgspecError:
        return None


def _position(snapshot: Any) -> StreamPosition | None:
    summary = snapshot.summary
    return _decoded(summary.additional_properties.get(OFFSETS_STAMP, "")) if summary is not None else None


def _decoded(text: str) -> StreamPosition | None:
    """A position as a stamp says it; a stamp that is none says nothing."""
    try:
        return msgspec.json.decode(text, type=StreamPosition) if text else None
    except msgspec.MsgspecError:
        return None
