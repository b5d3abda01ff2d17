"""A batch with a column of every kind, for the engines to profile."""

from __future__ import annotations

from headwater.edges.engines.profiling import About
from headwater.model.times import parse_instant

KEY = b"a key for tests"
ABOUT = About(batch="b1", dataset="d", source="feed://maker/d", arrived=parse_instant("2026-03-02T00:00:00Z"))
ROWS = 400
COLUMNS = """
    i AS number,
    exp(i / 100.0) AS grows,
    CASE WHEN i % 4 = 0 THEN NULL ELSE i * 2.5 END AS sometimes,
    i % 3 = 0 AS flag,
    CASE i % 3 WHEN 0 THEN 'north' WHEN 1 THEN 'south' ELSE '' END AS place,
    'Serial ' || CAST(i AS VARCHAR(20)) AS serial,
    CAST(i / 7.0 AS DECIMAL(12, 3)) AS money,
    DATE '2026-03-01' AS day,
    TIMESTAMP '2026-03-01 00:00:00' + i * INTERVAL '1 minute' AS moment,
    7 AS always,
    CAST(NULL AS INTEGER) AS never
"""
SECRETS = ("north", "south", "Serial")
"""What no profile may hold."""
