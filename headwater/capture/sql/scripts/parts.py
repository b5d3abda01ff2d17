"""A script told apart: what each of its statements reads and writes, with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from headwater.capture.sql.queries.influences import Way
from headwater.capture.sql.scripts.steps import Tokens
from headwater.capture.sql.writes.written import Flow, Written
from headwater.model.lineage import Reason, StatementLineage

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ScriptPart:
    """One statement of a script: the characters it takes up, and its lineage."""

    start: int
    end: int
    lineage: StatementLineage


@dataclass(slots=True)
class Told:
    """What was told while one statement ran, however often it did."""

    tokens: Tokens
    flows: dict[Flow, Way] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    overwrites: dict[str, None] = field(default_factory=dict)
    reasons: dict[tuple[str, str], Reason] = field(default_factory=dict)


class Parts:
    """The statements of one script as they run; one inside another counts for both."""

    def __init__(self) -> None:
        self.told: dict[Span, Told] = {}

    @contextmanager
    def listening(self, written: Written, tokens: Tokens) -> Iterator[None]:
        """Note for this statement what is told while it runs."""
        session, report = written.session, written.session.report
        around = session.sources, report.latest, written.own
        session.sources, report.latest, written.own = {}, {}, written.nothing()
        try:
            yield
        finally:
            part = self.told.setdefault((tokens[0].start, tokens[-1].end + 1), Told(tokens))
            part.flows.update(written.own.flows)
            part.targets.update(written.own.targets)
            part.overwrites.update(written.own.overwrites)
            part.sources.update(session.sources)
            part.reasons.update(report.latest)
            session.sources = {**around[0], **session.sources}
            report.latest = {**around[1], **report.latest}
            written.own = around[2].joined(written.own)
