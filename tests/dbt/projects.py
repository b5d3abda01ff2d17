"""Small dbt projects for tests, as the artefacts that dbt would write."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from headwater.capture.dbt.accept import accept
from headwater.capture.dbt.artifacts import read_catalog, read_manifest, read_run_results
from headwater.capture.dbt.documents import documents
from headwater.capture.dbt.naming import Connection
from headwater.capture.dbt.project import Project, project_of
from headwater.capture.openlineage.accept import Accepted
from headwater.capture.redaction import Redactor
from headwater.capture.translate import translate
from headwater.model.facts import Fact
from tests.unit.capture.observed import entry

AT = "2026-03-01T12:00:00Z"
SCHEMAS = "https://schemas.getdbt.com/dbt"
WAREHOUSE = Connection(settings={"type": "postgres", "host": "db", "port": "5432"})
REDACTOR = Redactor(b"a key of the tests")


def model(name: str, sql: str | None, *reads: str, kind: str = "model", **more: Any) -> dict[str, Any]:
    """A node of the project `shop`; `reads` are ids, or names of models. `sql` None means: not compiled."""
    config = {"materialized": {"seed": "seed", "snapshot": "snapshot"}.get(kind, "table"), **more.pop("config", {})}
    node = {
        "unique_id": f"{kind}.shop.{name}",
        "resource_type": kind,
        "package_name": "shop",
        "name": name,
        "alias": name,
        "database": "lake",
        "schema": "main",
        "relation_name": f'"lake"."main"."{name}"',
        "language": "sql",
        "checksum": {"name": "sha256", "checksum": sha256(repr((name, sql)).encode()).hexdigest()},
        "config": config,
        "columns": {},
        "depends_on": {"nodes": [each if "." in each else f"model.shop.{each}" for each in reads]},
    }
    return node | ({"compiled": True, "compiled_code": sql} if sql is not None else {}) | more


def source(name: str, **more: Any) -> dict[str, Any]:
    """A table of the source `raw`."""
    identity = {"unique_id": f"source.shop.raw.{name}", "resource_type": "source", "package_name": "shop", "name": name, "identifier": name}
    place = {"source_name": "raw", "database": "lake", "schema": "raw", "relation_name": f'"lake"."raw"."{name}"'}
    return {**identity, **place, "columns": {}, **more}


def exposure(name: str, *reads: str, **more: Any) -> dict[str, Any]:
    """A dashboard."""
    identity = {"unique_id": f"exposure.shop.{name}", "resource_type": "exposure", "package_name": "shop", "name": name}
    return {**identity, "type": "dashboard", "depends_on": {"nodes": [f"model.shop.{each}" for each in reads]}, **more}


def manifest(*nodes: dict[str, Any], adapter: str = "postgres", version: int = 12, **more: Any) -> dict[str, Any]:
    """A manifest of nodes, each put where dbt puts its kind."""
    told: dict[str, Any] = {
        "metadata": {
            "dbt_schema_version": f"{SCHEMAS}/manifest/v{version}.json",
            "dbt_version": "1.11.0",
            "generated_at": AT,
            "invocation_id": "inv-1",
            "project_name": "shop",
            "adapter_type": adapter,
        },
        "nodes": {},
        "sources": {},
        "exposures": {},
        "metrics": {},
    }
    places = {"source": "sources", "exposure": "exposures", "metric": "metrics"}
    for node in nodes:
        told[places.get(node["resource_type"], "nodes")][node["unique_id"]] = node
    return told | more


def catalog(**tables: list[str]) -> dict[str, Any]:
    """A catalog: columns of text by node, its id written with `__` for dots."""
    told: dict[str, Any] = {"metadata": {"dbt_schema_version": f"{SCHEMAS}/catalog/v1.json"}, "nodes": {}, "sources": {}}
    for name, columns in tables.items():
        unique_id = name.replace("__", ".")
        held = {column: {"name": column, "type": "text", "index": index} for index, column in enumerate(columns, 1)}
        told["sources" if unique_id.startswith("source.") else "nodes"][unique_id] = {"columns": held}
    return told


def run_results(*results: dict[str, Any], which: str = "build", invocation: str = "inv-1", **arguments: Any) -> dict[str, Any]:
    """What a command of dbt did."""
    metadata = {"dbt_schema_version": f"{SCHEMAS}/run-results/v6.json", "invocation_id": invocation, "generated_at": AT}
    return {"metadata": metadata, "results": list(results), "args": {"which": which, **arguments}}


def result(unique_id: str, status: str = "success", **more: Any) -> dict[str, Any]:
    """What became of one node."""
    timing = [{"name": "execute", "started_at": "2026-03-01T12:00:01Z", "completed_at": "2026-03-01T12:00:02Z"}]
    return {"unique_id": unique_id, "status": status, "timing": timing, **more}


def project(told: dict[str, Any], *, connection: Connection = WAREHOUSE, **artefacts: dict[str, Any]) -> Project:
    """The project of a manifest, with `catalog` and `results` where given."""
    held = {name: json.dumps(value).encode() for name, value in artefacts.items()}
    return project_of(
        read_manifest(json.dumps(told).encode(), "manifest.json"),
        connection,
        path="manifest.json",
        catalog=read_catalog(held["catalog"], "catalog.json") if "catalog" in held else None,
        results=read_run_results(held["results"], "run_results.json") if "results" in held else None,
    )


def folder(place: Path, told: dict[str, Any], **artefacts: dict[str, Any]) -> Path:
    """A target folder with these artefacts."""
    place.mkdir(parents=True, exist_ok=True)
    for name, value in {"manifest": told, **artefacts}.items():
        (place / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return place


def taken(document: bytes, *grant: str) -> Accepted:
    """A document as intake takes it."""
    return accept(document, redactor=REDACTOR, grant=grant or ("*",))


def facts(told: Project, unique_id: str, *grant: str, joins_dbt_ol: bool = False) -> list[Fact]:
    """The facts of one node of a project."""
    [document] = [each for each in documents(told, joins_dbt_ol=joins_dbt_ol) if json.loads(each)["node"]["unique_id"] == unique_id]
    accepted = taken(document, *grant)
    return translate(entry(accepted.media_type, accepted.public))
