"""A process that analyses statements: frames of requests on standard input, frames of results on standard output.

Started by `analysis.py` as `python -m headwater.app.analysis_worker`; holds no key, no file, no socket.
The frames hold msgpack. The tables of the schemas in a request are all a statement may look up.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import msgspec

from headwater.app.frames import read_frame, write_frame
from headwater.capture.sql.analysis import Analysed, analyse_shape, mentions_of
from headwater.capture.sql.cache import Asked
from headwater.model.lineage import Mentions, Statement


class Task(msgspec.Struct, frozen=True, cache_hash=True):
    """Read a statement by these schemas; `tables` None asks only which tables it names."""

    statement: Statement
    tables: Asked | None


class Outcome(msgspec.Struct, frozen=True):
    """What came of a task: one of the two."""

    analysed: Analysed | None = None
    mentions: Mentions | None = None


class Schemas:
    """The analyser's view of a task's tables."""

    def __init__(self, tables: Asked) -> None:
        self._columns = {table: None if columns is None else dict(columns) for table, columns in tables}

    def columns(self, table: str) -> Mapping[str, str] | None:
        """Column names and types, None if not known."""
        return self._columns.get(table)


def perform(task: Task) -> Outcome:
    """Do one task."""
    if task.tables is None:
        return Outcome(mentions=mentions_of(task.statement))
    return Outcome(analyse_shape(task.statement, Schemas(task.tables)))


def main() -> None:
    """Serve until standard input closes."""
    decoder = msgspec.msgpack.Decoder(list[Task])
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        write_frame(sys.stdout.buffer, msgspec.msgpack.encode([perform(task) for task in decoder.decode(frame)]))


if __name__ == "__main__":
    main()
