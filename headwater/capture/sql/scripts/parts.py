"""A script told apart: what each of its statements reads and writes, with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from headwater.capture.sql.adapter import TokenType
from headwater.capture.sql.queries.influences import Way
from headwater.capture.sql.scripts.steps import Tokens
from headwater.capture.sql.writes.written import Flow, Own, Written
from headwater.model.lineage import Reason

Span = tuple[int, int]


@dataclass(slots=True)
class Told:
    """What was told while one statement ran, however often it did."""

    tokens: Tokens
    kind: str = ""
    flows: dict[Flow, Way] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    overwrites: dict[str, None] = field(default_factory=dict)
    reasons: dict[tuple[str, str], Reason] = field(default_factory=dict)


class Parts:
    """The statements of one script as they run; one inside another counts for both."""

    def __init__(self) -> None:
        self.told: dict[Span, Told] = {}
        self.in_script = False
        """Whether the text is more than one bare statement."""

    @property
    def tells_more(self) -> bool:
        """Whether the statements say anything that the whole does not."""
        return self.in_script or len(self.told) > 1

    def in_order(self) -> list[tuple[Span, Told]]:
        """As the text has them, one that holds others before those."""
        return sorted(self.told.items(), key=lambda item: (item[0][0], -item[0][1]))

    @contextmanager
    def listening(self, written: Written, tokens: Tokens, kind: str) -> Iterator[None]:
        """Note for this statement what is told while it runs."""
        session, report = written.session, written.session.report
        around = session.sources, report.latest, written.own
        session.sources, report.latest, written.own = {}, {}, Own()
        try:
            yield
        finally:
            last = -1 if tokens[-1].token_type is not TokenType.SEMICOLON else max(-2, -len(tokens))
            part = self.told.setdefault((tokens[0].start, tokens[last].end + 1), Told(tokens, kind))
            part.flows.update(written.own.flows)
            part.targets.update(written.own.targets)
            part.overwrites.update(written.own.overwrites)
            part.sources.update(session.sources)
            part.reasons.update(report.latest)
            around[0].update(session.sources)
            around[1].update(report.latest)
            around[2].add(written.own)
            session.sources, report.latest, written.own = around
