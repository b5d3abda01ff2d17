"""Schemas over valid time: what columns a dataset had when.

Several producers may speak of one dataset; each one's latest word holds until its next, and the union of them is the schema.
The first schema known of a name reaches back to its beginning, so that statements seen earlier can still be resolved.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import msgspec

from headwater.model.ids import DatasetId
from headwater.model.schemas import Column
from headwater.model.times import Instant


class SchemaWord(msgspec.Struct, frozen=True, cache_hash=True):
    """The columns one producer listed; `whole` false where it is known to list only some."""

    columns: tuple[Column, ...]
    whole: bool = True


class Track(msgspec.Struct):
    """One producer's words about one dataset: parallel lists, sorted by instant, then by content."""

    instants: list[Instant] = []
    words: list[SchemaWord] = []


class SchemaTimeline(msgspec.Struct):
    """Per dataset name and producer, every word with its instant.

    Repetitions are kept (two machine words each): dropping one would make the result depend on the order of arrival.
    """

    tracks: dict[DatasetId, dict[str, Track]] = {}

    def add(self, dataset: DatasetId, producer: str, at: Instant, word: SchemaWord) -> bool:
        """Take in a word; gives whether the schema at any instant may have changed by it."""
        track = self.tracks.setdefault(dataset, {}).setdefault(producer, Track())
        index = bisect_left(track.instants, at)
        if index < len(track.instants) and track.instants[index] == at:
            end = bisect_right(track.instants, at, lo=index)
            index = bisect_left(track.words, _content(word), lo=index, hi=end, key=_content)
        if index < len(track.instants) and track.instants[index] == at and track.words[index] == word:
            return False
        before = track.words[index - 1] if index else None
        after = track.words[index] if index < len(track.words) else None
        track.instants.insert(index, at)
        track.words.insert(
            index, before if before == word and before is not None else after if after == word and after is not None else word
        )
        return before != word if before is not None else after != word

    def at(self, dataset: DatasetId, moment: Instant, *, since: Instant) -> SchemaWord | None:
        """The schema in force at a moment, of words not older than the incarnation's beginning `since`."""
        return self.told(dataset, moment, since=since)[0]

    def told(self, dataset: DatasetId, moment: Instant, *, since: Instant) -> tuple[SchemaWord | None, bool]:
        """The same, and whether it was told by then rather than reaching back from later."""
        tracks = self.tracks.get(dataset)
        if not tracks:
            return None, False
        in_force: dict[str, SchemaWord] = {}
        later: list[tuple[Instant, str, SchemaWord]] = []
        for producer, track in tracks.items():
            index = bisect_right(track.instants, moment)
            if index and track.instants[index - 1] >= since:
                in_force[producer] = track.words[index - 1]
            elif index < len(track.instants):
                later.append((track.instants[index], producer, track.words[index]))
        is_told = bool(in_force)
        if not in_force and later:
            earliest = min(instant for instant, _, _ in later)
            in_force = {producer: word for instant, producer, word in later if instant == earliest}
        return (_union(in_force) if in_force else None), is_told


def _union(words: dict[str, SchemaWord]) -> SchemaWord:
    """Columns of every producer, whole lists first; on a column told twice the first teller decides."""
    if len(words) == 1:
        return next(iter(words.values()))
    ordered = [word for _, word in sorted(words.items(), key=lambda item: (not item[1].whole, item[0]))]
    columns: dict[str, Column] = {}
    for word in ordered:
        for column in word.columns:
            columns.setdefault(column.name, column)
    return SchemaWord(tuple(columns.values()), any(word.whole for word in ordered))


def _content(word: SchemaWord) -> bytes:
    return msgspec.msgpack.encode(word)
