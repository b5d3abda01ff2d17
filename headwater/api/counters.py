"""Counters of the HTTP surface, shown by `/metrics` in Prometheus' text format. Labels are routes and statuses, never names of data."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from headwater.app.headwater import Headwater

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Counters:
    """What happened since the server started."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.events: Counter[str] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def request(self, route: str, status: int) -> None:
        """Count a finished request."""
        self.requests[(route, status)] += 1

    def acknowledged(self, seconds: float) -> None:
        """Count the time from a request's arrival to its durable acknowledgement."""
        self._buckets[bisect_left(BUCKETS, seconds)] += 1
        self._seconds += seconds

    def render(self, headwater: Headwater) -> str:
        """Everything, with the gauges of the moment."""
        lines = ["# TYPE headwater_http_requests_total counter"]
        lines += [
            f'headwater_http_requests_total{{route="{route}",status="{status}"}} {n}'
            for (route, status), n in sorted(self.requests.items())
        ]
        lines.append("# TYPE headwater_events_total counter")
        lines += [f'headwater_events_total{{verdict="{verdict}"}} {n}' for verdict, n in sorted(self.events.items())]
        lines += self._histogram()
        for name, kind, value in _gauges(headwater):
            lines += [f"# TYPE {name} {kind}", f"{name} {value}"]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> list[str]:
        name = "headwater_acknowledgement_seconds"
        lines, total = [f"# TYPE {name} histogram"], 0
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        return [*lines, f"{name}_sum {self._seconds:.6f}", f"{name}_count {total}"]


def _gauges(headwater: Headwater) -> list[tuple[str, str, int]]:
    return [
        ("headwater_ledger_size", "gauge", headwater.ledger.size),
        ("headwater_views_position", "gauge", headwater.follower.position),
        ("headwater_queue_entries", "gauge", headwater.writer.queued),
        ("headwater_commits_total", "counter", headwater.writer.commits),
    ]
