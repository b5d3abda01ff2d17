"""One event being translated: its position, time, job and run, and the reading of its facets, gaps included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from headwater.capture.openlineage.events import Facets, Part, Withdrawn
from headwater.model.entries import Position
from headwater.model.facts import ClaimRefused, FacetsDeleted, FacetsKept, Fact, GapSeen
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.keys import matches
from headwater.model.times import Instant

F = TypeVar("F", bound=Part)

MAX_TEXT = 20_000
"""Longest documentation, description or error text that becomes part of a fact."""
ALIASES_AT_MOST = 10
"""Other names that one event may give a dataset: each of them has every one of its columns."""
_DELETED = msgspec.json.Decoder(Withdrawn)


@lru_cache(maxsize=256)
def _decoder(kind: type[Part]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@dataclass(slots=True)
class Reading:
    """Collects the facts of one entry; `facts` stand in the order in which the event tells them."""

    position: Position
    at: Instant
    producer: str
    producer_key: str
    grant: tuple[str, ...]
    job: JobId | None = None
    run: RunId | None = None
    facts: list[Fact] = field(default_factory=list)
    _ties: Counter[DatasetId] = field(default_factory=Counter)

    def say(self, fact: Callable[..., Fact], **what: Any) -> None:
        """Add a fact of this entry."""
        self.facts.append(fact(position=self.position, at=self.at, **what))

    def gap(self, code: str, subject: str, detail: str) -> None:
        """Add something that could not be seen."""
        self.say(GapSeen, code=code, subject=subject, detail=detail, job=self.job, run=self.run)

    def granted(self, claim: str, *subjects: DatasetId | JobId) -> bool:
        """Whether the producer may make a claim about all these datasets or jobs; a claim it may not make is said to be refused."""
        outside = [subject for subject in subjects if not matches(self.grant, subject.namespace)]
        for subject in outside:
            self.say(ClaimRefused, claim=claim, subject=subject, producer_key=self.producer_key)
        return not outside

    def tied(self, *names: DatasetId) -> bool:
        """Whether names may be tied to each other by this entry, which counts; no name may be tied to very many."""
        self._ties.update(names)
        return all(self._ties[name] <= ALIASES_AT_MOST for name in names)


class FacetReader:
    """The facets of one subject: read one after the other, then what nobody read is kept as it is."""

    def __init__(self, reading: Reading, subject: str, facets: Facets | None) -> None:
        self._reading = reading
        self._subject = subject
        self._all = facets or {}
        self._left = dict(self._all)
        self.deleted = tuple(sorted(name for name, raw in self._left.items() if _is_deleted(raw)))
        for name in self.deleted:
            del self._left[name]

    def read(self, name: str, kind: type[F]) -> F | None:
        """A facet, or None where it is absent, withdrawn or not built as expected (which is a gap, and the facet is kept)."""
        raw = self._left.get(name)
        if raw is None or bytes(raw) == b"null":
            return None
        try:
            facet: F = _decoder(kind).decode(raw)
        except (msgspec.DecodeError, RecursionError) as fault:
            self.unreadable(name, _where(fault))
            return None
        del self._left[name]
        return facet

    def unreadable(self, name: str, detail: str) -> None:
        """Say that a facet cannot be understood, and keep it as it is."""
        self._left[name] = self._all[name]
        self._reading.gap("FACET-UNREADABLE", self._subject, f"facet `{name}` is not built as expected{detail}")

    def finish(self) -> None:
        """Say what was withdrawn and keep what nobody read."""
        if self.deleted:
            self._reading.say(FacetsDeleted, subject=self._subject, producer=self._reading.producer, facets=self.deleted)
        if self._left:
            self._reading.say(FacetsKept, subject=self._subject, facets=dict(sorted(self._left.items())))


def clipped(text: str | None) -> str | None:
    """A text no longer than a fact may hold."""
    return text if text is None or len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _is_deleted(raw: msgspec.Raw) -> bool:
    if b'"_deleted"' not in bytes(raw):
        return False
    try:
        return _DELETED.decode(raw).deleted is True
    except (msgspec.DecodeError, RecursionError):
        return False


def _where(fault: Exception) -> str:
    """The path in a decoder's message; never a value."""
    _, found, path = str(fault).partition(" - at `")
    return f" at `{path.rstrip('`')}`" if found and "[...]" not in path else ""
