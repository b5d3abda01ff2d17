"""What producers say over time of two names being one dataset, and since when and until when they therefore are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import msgspec

from headwater.model.ids import DatasetId
from headwater.model.times import BEGINNING, FOREVER, Instant
from headwater.projections.lineage.spans import Span

AliasKey = tuple[DatasetId, DatasetId, str]
"""Two names, sorted, and who says so."""
Withdrawal = tuple[Instant, DatasetId, DatasetId | None, str]
"""When which name was no longer an alias of which (None: of any), and who says so."""


class AliasWords(msgspec.Struct):
    """What one producer said over time of one pair of names: (instant, declared); `pair` is the incarnations now tied."""

    derivation: int = 0
    pair: tuple[int, int] | None = None
    words: list[tuple[Instant, bool]] = []
    rows: list[int] = []
    spans: list[Span] = []

    def say(self, at: Instant, declared: bool) -> bool:
        """Add a word; gives whether the spans may change by it. Producers repeat themselves in every event, which changes nothing."""
        word = (at, declared)
        index = bisect_left(self.words, word)
        if index < len(self.words) and self.words[index] == word:
            return False
        self.words.insert(index, word)
        return index == 0 or self.words[index - 1][1] != declared

    @property
    def last_declared(self) -> Instant | None:
        """When the two names were last said to be one."""
        return next((at for at, declared in reversed(self.words) if declared), None)

    def believed(self) -> tuple[Span, ...]:
        """From the beginning, if the first word declares it, until a withdrawal, and again from the next declaration on."""
        spans: list[Span] = []
        since: Instant | None = BEGINNING if self.words[0][1] else None
        for at, declared in self.words:
            if declared and since is None:
                since = at
            elif not declared and since is not None:
                spans.append((since, at))
                since = None
        if since is not None:
            spans.append((since, FOREVER))
        return tuple(span for span in spans if span[0] < span[1])


class Aliases(msgspec.Struct):
    """Every pair ever declared, and every withdrawal: one may arrive before what it withdraws."""

    said: dict[AliasKey, AliasWords] = {}
    by_name: dict[DatasetId, list[AliasKey]] = {}
    withdrawals: dict[DatasetId, set[Withdrawal]] = {}

    def words(self, key: AliasKey) -> AliasWords:
        """What was said of a pair; of a new one, what was withdrawn of it before."""
        known = self.said.get(key)
        if known is None:
            told = {said for name in key[:2] for said in self.withdrawals.get(name, ()) if concerns(key, said)}
            known = self.said[key] = AliasWords(words=sorted((said[0], False) for said in told))
            for name in key[:2]:
                self.by_name.setdefault(name, []).append(key)
        return known

    def withdraw(self, withdrawal: Withdrawal) -> list[AliasKey]:
        """Remember a withdrawal; gives the pairs it concerns."""
        name = withdrawal[1]
        self.withdrawals.setdefault(name, set()).add(withdrawal)
        return [key for key in self.by_name.get(name, ()) if concerns(key, withdrawal)]

    def naming(self, names: Iterable[DatasetId]) -> list[AliasKey]:
        """The pairs in which any of the names stands."""
        return list(dict.fromkeys(key for name in names for key in self.by_name.get(name, ())))


def concerns(key: AliasKey, withdrawal: Withdrawal) -> bool:
    """Whether a withdrawal is about a pair."""
    _, dataset, alias, producer = withdrawal
    return key[2] == producer and dataset in key[:2] and (alias is None or alias in key[:2])
