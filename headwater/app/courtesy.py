"""How the follower makes room: while intake is busy it folds with a bounded share of the processor, otherwise at full speed.

Folding and intake run in one process. What is acknowledged is durable without the views, so under load the views may fall
behind for a while; they catch up as soon as it eases. A reader who waits for a position cuts the rest short.
"""

from __future__ import annotations

from headwater.app.writer import Writer

BUSY_ENTRIES_PER_SECOND = 300.0
SHARE = 0.2
"""Of the processor's time, while intake is busy."""
MAX_REST_SECONDS = 0.5


class Courtesy:
    """Tells the follower how long to rest after work."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def __call__(self, worked_seconds: float) -> float:
        """Seconds to rest after so much processor time was spent folding."""
        if self._writer.entries_per_second < BUSY_ENTRIES_PER_SECOND:
            return 0.0
        return min(worked_seconds * (1 - SHARE) / SHARE, MAX_REST_SECONDS)
