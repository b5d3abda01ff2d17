"""The rows of tables that a history is played on: which there are, and which of them a commit takes away."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pyarrow as pa

DAYS = 5


@dataclass
class Rows:
    """The rows of one table by their ids, as they are and as they were before each change of content."""

    live: list[int] = field(default_factory=list)
    past: list[tuple[str, list[int]]] = field(default_factory=list)
    """The version that readers had, and its rows, before each change."""
    next_id: int = 0
    columns: int = 0

    def fresh(self, count: int) -> pa.Table:
        """New rows."""
        ids = range(self.next_id, self.next_id + count)
        self.next_id += count
        return self.table(ids)

    def table(self, ids: range | list[int]) -> pa.Table:
        """Rows with these ids."""
        found: dict[str, pa.Array] = {
            "id": pa.array(ids, pa.int64()),
            "amount": pa.array([float(one * 7 % 1000) for one in ids], pa.float64()),
            "who": pa.array([f"person-{one}" for one in ids], pa.string()),
            "day": pa.array([one // 50 % DAYS for one in ids], pa.int32()),
        }
        for number in range(self.columns):
            found[f"extra_{number}"] = pa.array([one % 3 for one in ids], pa.int64())
        return pa.table(found)

    def some(self, count: int, drawn: random.Random) -> list[int]:
        """So many rows next to each other, somewhere: at the beginning, where whole files go, as often as in the middle of files."""
        start = 0 if drawn.random() < 0.5 else drawn.randint(0, len(self.live) - count)
        return self.live[start : start + count]

    def moved(self, version: str, added: int, removed: list[int]) -> pa.Table:
        """Account for a change of content, made after a version; gives the new rows."""
        self.past.append((version, list(self.live)))
        new = self.fresh(added)
        gone = set(removed)
        self.live = [one for one in self.live if one not in gone] + new.column("id").to_pylist()
        return new
