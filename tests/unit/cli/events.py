"""A small pipeline's events: two tables joined by one statement that is understood, and one that is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STORE = "duckdb://shop"
SCHEMA_URL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def dataset(name: str, *columns: str) -> dict[str, Any]:
    """A dataset, with a schema where columns are given."""
    if not columns:
        return {"namespace": STORE, "name": name}
    fields = [{"name": column, "type": "text"} for column in columns]
    schema = {
        "_producer": "https://example.org",
        "_schemaURL": "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json",
        "fields": fields,
    }
    return {"namespace": STORE, "name": name, "facets": {"schema": schema}}


def run(number: int, job: str, sql: str, inputs: list[dict[str, Any]], outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """One finished run of a job with a statement."""
    facet = {"_producer": "https://example.org", "_schemaURL": "https://openlineage.io/spec/facets/1-1-0/SQLJobFacet.json"}
    return {
        "eventType": "COMPLETE",
        "eventTime": f"2026-03-01T12:00:{number:02d}Z",
        "producer": "https://example.org/pipeline",
        "schemaURL": SCHEMA_URL,
        "run": {"runId": f"00000000-0000-4000-8000-{number:012d}"},
        "job": {"namespace": "nightly", "name": job, "facets": {"sql": facet | {"query": sql, "dialect": "duckdb"}}},
        "inputs": inputs,
        "outputs": outputs,
    }


def pipeline() -> list[dict[str, Any]]:
    """Customers and orders become revenue; revenue is archived by a procedure nobody can read."""
    customers, orders = dataset("customers", "id", "country"), dataset("orders", "customer", "amount")
    revenue = dataset("revenue", "country", "total")
    sql = (
        "INSERT INTO revenue SELECT c.country, sum(o.amount) AS total "
        "FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.country"
    )
    return [
        run(1, "revenue", sql, [customers, orders], [revenue]),
        run(2, "archive", "CALL archive_revenue()", [dataset("revenue")], [dataset("archive", "country", "total")]),
    ]


def written(folder: Path, events: list[dict[str, Any]] | None = None) -> Path:
    """The events as a file of lines."""
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in (pipeline() if events is None else events)))
    return path
