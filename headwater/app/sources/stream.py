"""Topics to batches: each batch goes on exactly where the lake's own snapshots say that it has a topic, and leads to where it ends.

The lake is asked before every batch, so it does not matter who brought in the one before, nor whether this home was there.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import monotonic

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.app.places import resolved
from headwater.app.sources.fetch import Around
from headwater.app.sources.places import StreamSource, StreamTopic
from headwater.app.sources.targets import table_named
from headwater.capture.streams.messages import KEY, OFFSET, PARTITION, TOMBSTONE, Message, Rows, key_text, read_messages
from headwater.capture.streams.offsets import CAME_AGAIN, Plan, batch_name, left_out, plan, reached
from headwater.edges.engines.iceberg_stream import StreamTable
from headwater.edges.sources.loading.staging import LOAD_COLUMN, StagedBatch, StagedTable, Staging
from headwater.edges.sources.loading.stream import Read, Stream, Topic, servers
from headwater.model.errors import UnknownNode, UsageError
from headwater.model.lakes import DatasetName, ScanGap
from headwater.model.loads import BatchPiece, StreamPosition
from headwater.model.questions import MAX_LIMIT, BatchesQuestion

_ROWS, _GONE = "rows.parquet", "gone.parquet"
_LOOK_SECONDS = 0.5
_TRUST_SECONDS = 5.0


class StreamFetcher:
    """The topics of one source.

    Raises:  ConfigFault, UsageError, SourceUnreachable: it is set up wrongly.
    """

    def __init__(self, name: str, source: StreamSource, staging: Staging, around: Around) -> None:
        self._name, self._source, self._staging, self._around = name, source, staging, around
        brokers = servers(name, resolved(source.address, key="address"))
        self._namespace = source.namespace or f"kafka://{brokers.partition(',')[0]}"
        self._tables = _tables(name, source)
        self._stream = Stream(name, brokers, resolved(source.options))
        self._goals: dict[str, dict[int, int]] | None = None
        self._was_healed = False
        self._idle: dict[str, tuple[float, dict[int, int]]] = {}
        self._stuck: set[str] = set()
        self.has_more = False
        """Whether the last batch of a topic ended before all that was there when this run began."""

    def fetch(self, run: str, started: str) -> Iterator[StagedBatch]:
        """At most one batch of each topic, after those that the lake has and nobody recorded."""
        if not self._was_healed:
            for topic in self._source.topics:
                yield from self._unrecorded(topic)
            self._was_healed = True
        self._goals = {} if self._goals is None else self._goals
        self.has_more = False
        runs = iter([run])
        for topic in self._source.topics:
            batch = self._next(topic, lambda: next(runs, "") or str(uuid.uuid4()), started)
            if batch is not None:
                yield batch

    def begin(self) -> None:
        """Look anew how far the topics go: what comes after that is for the next time."""
        self._goals = None

    def wait(self, is_over: Callable[[], bool]) -> bool:
        """Wait until something new is there, and then for as long as a batch gathers; false where it is over before.

        Raises:  SourceUnreachable, LakeUnwritable.
        """
        found: float | None = None
        while not is_over():
            waiting = self._waiting()
            if found is None and waiting:
                found = monotonic()
            if found is not None and (monotonic() - found >= self._source.batch_seconds or waiting >= self._source.batch_messages):
                return True
            _sleep(_LOOK_SECONDS, is_over)
        return found is not None

    def close(self) -> None:
        """Let go of the brokers."""
        self._stream.close()

    def _waiting(self) -> int:
        """How many offsets are to be read; the lake is asked only where brokers hold others than when it was asked last."""
        waiting = 0
        for topic in self._source.topics:
            idle = self._idle.get(topic.name)
            if idle is not None and monotonic() < idle[0]:
                ends = self._stream.held(topic.name, idle[1])
                if all(ends[partition].high == offset for partition, offset in idle[1].items()):
                    continue
            _, _, told = self._plan(topic)
            if told.is_idle:
                self._idle[topic.name] = monotonic() + _TRUST_SECONDS, dict(told.start.next)
            else:
                self._idle.pop(topic.name, None)
                waiting += max(1, sum(max(0, told.until[partition] - offset) for partition, offset in told.start.next.items()))
        return waiting

    def _plan(self, topic: StreamTopic) -> tuple[StreamTable | None, StreamPosition | None, Plan]:
        """What the lake has of a topic, and what is to be read next."""
        told = self._stream.topic(topic.name)
        seen = _named(self._name, topic.name, told)
        table = self._around.writer.stream(self._lake_table(topic))
        known = table.position(seen) if table is not None else None
        return table, known, plan(known, seen, self._stream.held(topic.name, told.partitions))

    def _next(self, topic: StreamTopic, run: Callable[[], str], started: str) -> StagedBatch | None:
        table, known, told = self._plan(topic)
        assert self._goals is not None
        goal = self._goals.setdefault(topic.name, dict(told.until))
        until = {partition: min(high, goal.get(partition, high)) for partition, high in told.until.items()}
        told = Plan(told.start, until, told.gaps)
        if told.is_idle:
            return None
        read = self._stream.read(topic.name, told.start.next, until, self._source.batch_messages)
        after = reached(told.start, read.ends)
        self.has_more |= any(after.next[partition] < high for partition, high in until.items())
        if not after.first and not told.gaps:
            if topic.name in self._stuck:  # because once may be retention at work
                raise self._stream.stuck(topic.name)
            self._stuck.add(topic.name)
            return None
        self._stuck.discard(topic.name)
        return self._staged(topic, table, known, told, read, after, run(), started)

    def _staged(
        self,
        topic: StreamTopic,
        table: StreamTable | None,
        known: StreamPosition | None,
        told: Plan,
        read: Read,
        after: StreamPosition,
        run: str,
        started: str,
    ) -> StagedBatch:
        """A batch in the staging folder."""
        messages, again = _new_ones(table, told.start, after, read.messages, topic.name)
        schema = table.schema if table is not None else None
        rows = read_messages(messages, topic.format, topic.name, schema, needs_key=bool(topic.key))
        batch, name = batch_name(after), self._tables[topic.name]
        folder = self._staging.folder(batch, name)
        kept, gone = _last_states(rows.table) if topic.key else (rows.table, None)
        pq.write_table(kept, folder / _ROWS)
        if gone is not None:
            pq.write_table(gone, folder / _GONE)
        latest = max((message.timestamp for message in read.messages if message.timestamp is not None), default=None)
        staged = StagedTable(
            name=name,
            write="merge" if topic.key else "append",
            key=topic.key,
            origin=DatasetName(self._namespace, topic.name),
            files=(_ROWS,),
            pieces=_pieces(topic.name, after, rows, read.messages),
            gaps=(*told.gaps, *again, *rows.gaps),
            delivered_at=_time(latest / 1_000) if latest is not None else "",
            before=known,
            after=after,
            gone_file=_GONE if gone is not None else "",
        )
        return StagedBatch(batch=batch, run=run, started_at=started, tables=(staged,))

    def _unrecorded(self, topic: StreamTopic) -> Iterator[StagedBatch]:
        """Batches that the lake has and that nobody recorded: whoever put them in ended in between, and its home is not this one."""
        table = self._around.writer.stream(self._lake_table(topic))
        if table is None:
            return
        about = StreamPosition(source=self._name, topic=topic.name)
        known = self._recorded(topic)
        for stamped in [told for told in table.batches(about) if told.position.source == self._name]:
            if stamped.batch in known or not stamped.batch or not stamped.run:
                continue
            known.add(stamped.batch)
            name = self._tables[topic.name]
            rows = table.rows_of(LOAD_COLUMN, stamped.batch)
            pq.write_table(rows, self._staging.folder(stamped.batch, name) / _ROWS)
            staged = StagedTable(
                name=name,
                write="merge" if topic.key else "append",
                key=topic.key,
                origin=DatasetName(self._namespace, topic.name),
                files=(_ROWS,),
                pieces=_counted(_ranges(topic.name, stamped.position), rows),
                after=stamped.position,
            )
            yield StagedBatch(batch=stamped.batch, run=stamped.run, started_at=_time(stamped.at), tables=(staged,))

    def _recorded(self, topic: StreamTopic) -> set[str]:
        """The newest batches that were recorded of a topic's table."""
        node = f"dataset:{self._around.namespace}:{self._lake_table(topic)}"
        try:
            answer = self._around.ask(BatchesQuestion(node=node, limit=MAX_LIMIT))
        except UnknownNode:
            return set()
        return {batch.batch for batch in answer.result.batches}

    def _lake_table(self, topic: StreamTopic) -> str:
        return f"{self._source.into}.{self._tables[topic.name]}"


def _tables(name: str, source: StreamSource) -> dict[str, str]:
    """The table of each topic.

    Raises:  UsageError: two topics would fill one.
    """
    found: dict[str, str] = {}
    for topic in source.topics:
        table = topic.table or table_named(topic.name)
        if table in found.values() or topic.name in found:
            problem = f"cannot read source `{name}`: expected a table for each topic, got two topics for `{table}`"
            raise UsageError(problem, next_step="give each topic a `table` of its own in lake.toml")
        found[topic.name] = table
    return found


def _named(source: str, topic: str, told: Topic) -> StreamPosition:
    return StreamPosition(source=source, topic=topic, cluster=told.cluster, identity=told.identity)


def _new_ones(
    table: StreamTable | None, start: StreamPosition, after: StreamPosition, messages: Sequence[Message], topic: str
) -> tuple[Sequence[Message], tuple[ScanGap, ...]]:
    """Messages without those that the table has already, where a topic was made anew; the latter are told by their offsets."""
    there: set[tuple[int, int, int | None, str | None]] = set()
    for partition, below in start.again.items():
        first, end = start.next[partition], min(below, after.next[partition])
        if table is not None and first < end:
            there |= {(partition, *found) for found in table.messages(partition, first, end)}
    if not there:
        return messages, ()
    twice: dict[int, list[int]] = {}
    fresh: list[Message] = []
    for message in messages:
        told = (message.partition, message.offset, message.timestamp, key_text(message.key))
        if message.timestamp is not None and told in there:
            twice.setdefault(message.partition, []).append(message.offset)
        else:
            fresh.append(message)
    gaps = [f"partition {partition} of topic `{topic}`: {left_out(offsets, 'came again')}" for partition, offsets in sorted(twice.items())]
    return fresh, tuple(ScanGap(CAME_AGAIN, words[:2_000]) for words in gaps)


def _last_states(rows: pa.Table) -> tuple[pa.Table, pa.Table | None]:
    """The last message of each key: those that say something, and the keys of those that are tombstones."""
    if not rows.num_rows:
        return rows, None
    numbered = rows.append_column("__row", pa.array(range(rows.num_rows), pa.int64()))
    ordered = numbered.sort_by([(PARTITION, "ascending"), (OFFSET, "ascending")]).drop_columns(["__row"])
    placed = ordered.append_column("__row", pa.array(range(ordered.num_rows), pa.int64()))
    last = placed.group_by([KEY]).aggregate([("__row", "max")]).column("__row_max").combine_chunks().sort()
    latest = ordered.take(last)
    is_gone = latest.column(TOMBSTONE)
    gone = latest.filter(is_gone).select([KEY])
    return latest.filter(pc.invert(is_gone)), gone if gone.num_rows else None


def _pieces(topic: str, after: StreamPosition, rows: Rows, messages: Sequence[Message]) -> tuple[BatchPiece, ...]:
    sizes: dict[int, int] = {}
    for message in messages:
        sizes[message.partition] = sizes.get(message.partition, 0) + len(message.value or b"")
    return tuple(
        msgspec.structs.replace(piece, rows=rows.counts.get(partition, 0), size_bytes=sizes.get(partition, 0))
        for partition, piece in zip(sorted(after.first), _ranges(topic, after), strict=True)
    )


def _ranges(topic: str, after: StreamPosition) -> tuple[BatchPiece, ...]:
    """The offsets that a batch brought, partition by partition."""
    return tuple(
        BatchPiece(name=f"{topic}/{partition}", first=first, last=after.next[partition] - 1)
        for partition, first in sorted(after.first.items())
    )


def _counted(pieces: tuple[BatchPiece, ...], rows: pa.Table) -> tuple[BatchPiece, ...]:
    """The same with how many rows of each the lake has."""
    counts = Counter(rows.column(PARTITION).to_pylist())
    return tuple(msgspec.structs.replace(piece, rows=counts[int(piece.name.rpartition("/")[2])]) for piece in pieces)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _sleep(seconds: float, is_over: Callable[[], bool]) -> None:
    """Sleep, unless it is over before."""
    from time import sleep

    end = monotonic() + seconds
    while monotonic() < end and not is_over():
        sleep(0.05)
