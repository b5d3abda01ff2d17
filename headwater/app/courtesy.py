"""How the follower makes room: it rests after work, shortly while there is time to spare, long while intake needs all of it.

Folding and intake share one process. What is acknowledged is durable without the views, so under load the views may fall behind;
they catch up when it eases. How much the process has to do is seen while the follower rests: then, all work is others' work.
"""

from __future__ import annotations

import threading
import time

from headwater.app.writer import Writer

QUIET_ENTRIES_PER_SECOND = 100.0
"""Below this, the follower does not rest at all."""
SPARE_RATIO, STEEPNESS = 0.9, 1.2
LEAST_SHARE, MOST_SHARE = 0.1, 0.8
"""Of the time, for folding: what others leave of a processor, less a margin that grows with what they use."""
MIN_REST_SECONDS, MAX_REST_SECONDS = 0.002, 0.5


class Courtesy:
    """Rests on the follower's behalf."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._share = MOST_SHARE

    def __call__(self, worked_seconds: float, wake: threading.Event) -> None:
        """Rest after so much processor time of folding; a reader who waits for the views sets `wake` and cuts it short."""
        if self._writer.entries_per_second < QUIET_ENTRIES_PER_SECOND:
            self._share = MOST_SHARE
            return
        wanted = worked_seconds * (1 - self._share) / self._share
        used, began = time.process_time(), time.monotonic()
        wake.wait(min(max(wanted, MIN_REST_SECONDS), MAX_REST_SECONDS))
        wake.clear()
        rested = max(time.monotonic() - began, 1e-6)
        seen = SPARE_RATIO - STEEPNESS * (time.process_time() - used) / rested
        self._share = (self._share + min(max(seen, LEAST_SHARE), MOST_SHARE)) / 2
