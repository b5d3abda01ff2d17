"""From where to where a topic is read next, by what the lake has and what the brokers hold; what is lost or comes again is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec

from headwater.model.lakes import ScanGap
from headwater.model.loads import StreamPosition

LOST = "STREAM-MESSAGES-LOST"
REWOUND = "STREAM-REWOUND"
CAME_AGAIN = "STREAM-CAME-AGAIN"
UNREADABLE = "STREAM-UNREADABLE"
_RANGES = 20


@dataclass(frozen=True, slots=True)
class Held:
    """The offsets of one partition that brokers hold: from `low` up to, not including, `high`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read: from `start.next` up to `until`, and what is to be told beforehand."""

    start: StreamPosition
    until: Mapping[int, int]
    gaps: tuple[ScanGap, ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to read and nothing to tell."""
        return not self.gaps and all(self.until[partition] <= offset for partition, offset in self.start.next.items())


def plan(known: StreamPosition | None, seen: StreamPosition, held: Mapping[int, Held]) -> Plan:
    """What to read of a topic.

    `known` is what the lake says, `seen` names the topic as it is now and its `next` is ignored.

    Law:     no offset at or above `known.next` is passed over without being told, and none below it is read of the same topic.
    """
    until = {partition: ends.high for partition, ends in held.items()}
    if known is None:
        return Plan(msgspec.structs.replace(seen, next={partition: ends.low for partition, ends in held.items()}), until)
    start = msgspec.structs.replace(
        seen, identity=seen.identity or known.identity, generation=known.generation, next=dict(known.next), again=dict(known.again)
    )
    ahead = {partition: known.next[partition] for partition, ends in held.items() if known.next.get(partition, 0) > ends.high}
    is_same = bool(seen.identity) and seen.identity == known.identity
    is_other = bool(seen.identity and known.identity) and not is_same
    if is_other or (not is_same and (ahead or set(known.next) - set(held))):
        begun = _anew(known, start, held)
    elif ahead:
        begun = Plan(
            msgspec.structs.replace(start, next={**known.next, **{partition: held[partition].high for partition in ahead}}),
            until,
            tuple(_truncated(seen.topic, partition, offset, held[partition]) for partition, offset in sorted(ahead.items())),
        )
    else:
        begun = Plan(start, until)
    return _after_retention(replace(begun, until=until), held)


def reached(start: StreamPosition, ends: Mapping[int, int]) -> StreamPosition:
    """Where a batch leads that was read from `start` up to `ends`."""
    moved = {partition: offset for partition, offset in ends.items() if offset > start.next[partition]}
    return msgspec.structs.replace(
        start,
        next={**start.next, **moved},
        first={partition: start.next[partition] for partition in sorted(moved)},
        again={partition: below for partition, below in start.again.items() if below > moved.get(partition, start.next.get(partition, 0))},
    )


def batch_name(position: StreamPosition) -> str:
    """The id of the batch that led to a position: the same offsets of the same topic give the same."""
    moved = [(partition, first, position.next[partition]) for partition, first in sorted(position.first.items())]
    exact = msgspec.json.encode(
        [position.topic, position.cluster, position.identity, position.generation, sorted(position.next.items()), moved]
    )
    return f"{position.topic[:100]}-{sha256(exact).hexdigest()[:16]}"


def in_words(offsets: Iterable[int]) -> str:
    """Offsets as ranges, the first ones where they are many."""
    ranges: list[list[int]] = []
    for offset in sorted(offsets):
        if ranges and ranges[-1][1] == offset - 1:
            ranges[-1][1] = offset
        else:
            ranges.append([offset, offset])
    told = [str(first) if first == last else f"{first} to {last}" for first, last in ranges[:_RANGES]]
    return ", ".join(told) + (f" and {len(ranges) - _RANGES} more ranges" if len(ranges) > _RANGES else "")


def counted_messages(count: int) -> str:
    """A number of messages in words."""
    return f"{count:,} message{'' if count == 1 else 's'}"


def left_out(offsets: Sequence[int], why: str) -> str:
    """How many messages of a partition were left out, which and why; `{are}` in `why` becomes is or are."""
    is_one = len(offsets) == 1
    told = f"{counted_messages(len(offsets))} {why.replace('{are}', 'is' if is_one else 'are')}"
    return f"{told} and {'was' if is_one else 'were'} left out, offset{'' if is_one else 's'} {in_words(offsets)}"


def _anew(known: StreamPosition, start: StreamPosition, held: Mapping[int, Held]) -> Plan:
    """The topic is another under the same name: all of it is read, and what the lake has of it already will be left out."""
    again = {partition: max(known.next.get(partition, 0), known.again.get(partition, 0)) for partition in held}
    begun = msgspec.structs.replace(
        start,
        generation=known.generation + 1,
        next=dict.fromkeys(held, 0),
        again={partition: below for partition, below in again.items() if below},
    )
    now = sum(ends.high - ends.low for ends in held.values())
    told = (
        f"topic `{start.topic}` was made anew: the lake has of the earlier one {_all_in_words(known.next)}; what was written to that "
        f"and not read is lost and cannot be counted; this one is read from its beginning, {now} offsets so far"
    )
    return Plan(begun, {}, (ScanGap(REWOUND, told[:2_000]),))


def _truncated(topic: str, partition: int, had: int, ends: Held) -> ScanGap:
    return ScanGap(
        REWOUND,
        f"partition {partition} of topic `{topic}` ends before offset {ends.high}, and the lake has it up to {had - 1}: brokers lost "
        f"{counted_messages(had - ends.high)} that stand in the lake; what comes under these offsets from now on is new",
    )


def _after_retention(begun: Plan, held: Mapping[int, Held]) -> Plan:
    """Go on where messages are: what was removed before it was read is told."""
    start, gaps = dict(begun.start.next), list(begun.gaps)
    for partition, ends in sorted(held.items()):
        offset = start.get(partition, 0)
        if offset < ends.low:
            told = f"partition {partition} of topic `{begun.start.topic}`: offsets {offset} to {ends.low - 1} were removed before they were"
            gaps.append(ScanGap(LOST, f"{told} read, {counted_messages(ends.low - offset)} at most"))
        start[partition] = max(offset, ends.low)
    return Plan(msgspec.structs.replace(begun.start, next=start), begun.until, tuple(gaps))


def _all_in_words(nexts: Mapping[int, int]) -> str:
    told = [f"partition {partition} up to offset {offset - 1}" for partition, offset in sorted(nexts.items()) if offset]
    return ", ".join(told[:_RANGES]) + (f" and {len(told) - _RANGES} more" if len(told) > _RANGES else "") or "nothing of it"
