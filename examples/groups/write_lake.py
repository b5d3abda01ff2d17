"""Writes a small lake of staff and their pay by ward, and the events of the job that made the second of the first.

python examples/groups/write_lake.py FOLDER EVENTS
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

NAMESPACE = "headwater://hospital"
SQL = "CREATE OR REPLACE TABLE pay_by_ward AS SELECT ward, sum(salary) AS total FROM staff GROUP BY ward"
FACET = {"_producer": "https://example.com/nightly", "_schemaURL": "https://openlineage.io/spec/facets/1-0-1/SQLJobFacet.json"}


def main() -> None:
    """Write both."""
    folder, events = Path(sys.argv[1]), Path(sys.argv[2])
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE staff AS SELECT 'S' || (1000 + i) AS staff_id, ['north', 'south', 'west'][1 + i % 3] AS ward, "
            "2900 + i * 37 % 4100 AS salary FROM range(90) AS r(i)"
        )
        _write(connection, folder, "staff")
        time.sleep(0.01)  # because the job begins when its input is there
        began = datetime.now(UTC)
        connection.execute(SQL)
        _write(connection, folder, "pay_by_ward")
    run = {
        "producer": "https://example.com/nightly",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "01939a00-0000-7000-8000-000000000001"},
        "job": {"namespace": "nightly", "name": "pay_by_ward", "facets": {"sql": {**FACET, "query": SQL, "dialect": "duckdb"}}},
        "inputs": [{"namespace": NAMESPACE, "name": "staff"}],
        "outputs": [{"namespace": NAMESPACE, "name": "pay_by_ward"}],
    }
    times = {"START": began, "COMPLETE": datetime.now(UTC)}
    lines = [json.dumps({**run, "eventType": kind, "eventTime": at.isoformat()}) for kind, at in times.items()]
    events.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    connection.execute(f"COPY (SELECT * FROM {name} ORDER BY ALL) TO '{folder / name / 'all.parquet'}'")


if __name__ == "__main__":
    main()
