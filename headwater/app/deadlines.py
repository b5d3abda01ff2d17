"""Records that a moment has come at which a person's decision ends, so that no fold ever looks at a clock.

A lowering or an approval may carry an end. When it has come, one entry (`clock/passed`) says so, and everything that rests on the decision
changes at that position. Recorded on a thread of its own while a home is open, and before a question is answered: a home that was
closed at the moment catches up first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from headwater.app.follower import Follower
from headwater.app.logs import log_fault
from headwater.app.record import Clock
from headwater.capture.documents import encode
from headwater.model.answers import RecordReport
from headwater.model.entries import CLOCK_PASSED, Position
from headwater.model.errors import HeadwaterError, Overloaded
from headwater.model.sensitivity.documents import DeadlinePassed
from headwater.model.times import Instant, format_instant

LOOK_SECONDS, LEAST_SECONDS = 30.0, 1.0
PATIENCE_SECONDS = 10.0
_SECOND = 1_000_000

Record = Callable[[list[bytes]], RecordReport]


class Deadlines:
    """Keeps the deadlines of one home. Two processes that say the same moment has come do no harm: the first counts."""

    def __init__(self, follower: Follower, record: Record, clock: Clock) -> None:
        self._follower, self._record, self._clock = follower, record, clock
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)

    def start(self) -> None:
        """Keep them on a thread until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._stop.set()
        self._thread.join()

    def keep(self) -> list[Position]:
        """Record every deadline that has come, and wait until the views know; gives the entries whose decisions ended.

        Raises:  Overloaded: the views do not know it in time; StoreFault: it cannot be recorded. A decision that is over never counts on.
        """
        with self._guard:
            now = self._clock()
            with self._follower.reading() as views:
                due = views.decided.due(now)
            if due:
                report = self._record([encode(_passed(entry, now)) for entry in due])
                if report.position is None or not self._follower.wait_for(report.position, PATIENCE_SECONDS):
                    raise Overloaded("cannot answer yet: expected decisions that have ended to be folded", next_step="ask again shortly")
            return due

    def _run(self) -> None:
        while not self._stop.wait(self._rest_seconds()):
            try:
                self.keep()
            except HeadwaterError as fault:  # the next look may succeed, and a question, which looks by itself, is refused until one does
                log_fault("deadlines-unkept", fault)

    def _rest_seconds(self) -> float:
        """Until the next deadline, or a while where there is none: one may be decided meanwhile."""
        with self._follower.reading() as views:
            soonest = views.decided.next_deadline()
        if soonest is None:
            return LOOK_SECONDS
        return min(max((soonest - self._clock()) / _SECOND, LEAST_SECONDS), LOOK_SECONDS)


def _passed(entry: Position, now: Instant) -> DeadlinePassed:
    at = format_instant(now)
    return DeadlinePassed(headwater=CLOCK_PASSED, seen_at=at, entry=entry, passed_at=at)
