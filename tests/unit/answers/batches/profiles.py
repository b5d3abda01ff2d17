"""Profiles for the judge: batches drawn from numbers, by DuckDB, one a day."""

from __future__ import annotations

from typing import Any

import numpy
import pyarrow

from headwater.edges.engines.profile_duckdb import profile_arrow
from headwater.edges.engines.profiling import About
from headwater.model.batches import BatchProfile
from headwater.model.times import Instant

DAY = 86_400_000_000
START = 20_500 * DAY
KEY = b"a key for tests"
Columns = dict[str, Any]


def profiled(
    day: int, columns: Columns, *, announced: int | None = None, late_hours: float = 0.0, closed: bool | None = None
) -> BatchProfile:
    """The profile of a batch that was due on a day at midnight and came five minutes later, or later still."""
    due = START + day * DAY
    arrived = Instant(due + 300_000_000 + int(late_hours * DAY / 24))
    about = About(batch=f"b{day}", dataset="d", source="s", arrived=arrived, due=Instant(due), announced=announced, closed=closed)
    return profile_arrow(pyarrow.table(columns), about, key=KEY)


def drawn(day: int, rows: int = 600) -> Columns:
    """A day's rows: an amount, its double with a little noise, a kind, a flag, and the time in the day."""
    rng = numpy.random.default_rng([17, day])
    amount = rng.lognormal(3.0, 0.5, rows)
    moments = (START + (day - 1) * DAY + numpy.sort(rng.uniform(0, DAY, rows))).astype(numpy.int64)
    return {
        "amount": amount,
        "double": 2 * amount * rng.lognormal(0, 0.02, rows),
        "height": rng.normal(170, 8, rows),
        "kind": rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]).tolist(),
        "flag": rng.random(rows) < 0.3,
        "code": [f"C{number:04d}" for number in rng.integers(0, 10_000, rows)],
        "moment": pyarrow.array(moments, type=pyarrow.timestamp("us")),
    }
