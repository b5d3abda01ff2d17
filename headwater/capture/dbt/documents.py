"""What is recorded of a dbt project: one document per node, made of the parts of the artefacts that speak of it, as they stand.

A document begins with the key `dbt`, so that it is told from an OpenLineage event by its first bytes. It holds what translation
needs and nothing else: no macros, no templates, no settings of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from headwater.capture.dbt import upkeep
from headwater.capture.dbt.artifacts import CatalogColumn, RunResult, inner, text
from headwater.capture.dbt.hooks import Hook, hooks_of
from headwater.capture.dbt.naming import Connection, own_namespace
from headwater.capture.dbt.project import Node, Project
from headwater.capture.dbt.templates import Templates

FIRST_BYTES = b'{"dbt":'
DOCUMENT_VERSION = 1

_IDENTITY = ("unique_id", "resource_type", "name", "database", "schema", "alias", "identifier", "relation_name")
_NODE = (
    *_IDENTITY,
    "package_name",
    "description",
    "language",
    "tags",
    "group",
    "access",
    "checksum",
    "original_file_path",
    "compiled",
    "source_name",
    "source_description",
    "label",
    "type",
    "url",
    "maturity",
)
_COLUMN = ("name", "description", "data_type", "quote", "tags")
_KEPT = ("snapshot", "incremental")
"""Tables that outlive a run: how dbt keeps them belongs to their lineage."""


class Execution(msgspec.Struct, frozen=True, omit_defaults=True):
    """The invocation that ran the node."""

    invocation_id: str
    which: str = ""
    full_refresh: bool = False


class Header(msgspec.Struct, frozen=True, omit_defaults=True):
    """What holds for the whole project."""

    project: str
    adapter: str
    generated_at: str
    job_namespace: str
    connection: Connection = Connection()
    dbt_version: str = ""
    invocation_id: str | None = None
    execution: Execution | None = None
    joins_dbt_ol: bool = False
    """Whether names that dbt's own OpenLineage integration uses are to be tied to these, where they differ."""


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node with its surroundings. Nodes, parents and results are parts of dbt's own objects."""

    dbt: int
    header: Header
    node: dict[str, Any]
    parents: tuple[dict[str, Any], ...] = ()
    catalog: tuple[CatalogColumn, ...] = ()
    result: dict[str, Any] | None = None
    hooks: tuple[Hook, ...] = ()
    hook_parents: dict[str, dict[str, Any]] = {}
    """By id, what the hooks name."""

    def __post_init__(self) -> None:
        if not isinstance(self.node.get("unique_id"), str) or not self.node["unique_id"]:
            raise ValueError("a node without `unique_id`")


def documents(project: Project, *, job_namespace: str | None = None, joins_dbt_ol: bool = False) -> Iterator[bytes]:
    """A document per dataset, consumer and operation of a project, in the order of the manifest."""
    header, templates = _header(project, job_namespace, joins_dbt_ol), Templates(project.manifest, project.nodes)
    for node in project.of_role("dataset", "consumer", "operation"):
        yield encode(_document(project, node, header, templates))


def encode(document: Document) -> bytes:
    """A document as JSON; `dbt` comes first."""
    return msgspec.json.encode(msgspec.structs.replace(document, dbt=DOCUMENT_VERSION))


def _header(project: Project, job_namespace: str | None, joins_dbt_ol: bool) -> Header:
    told, results = project.manifest.metadata, project.results
    execution = None
    if project.executed and results is not None and results.metadata.invocation_id:
        execution = Execution(results.metadata.invocation_id, results.args.which or "", bool(results.args.full_refresh))
    return Header(
        project=project.name,
        adapter=project.adapter,
        generated_at=told.generated_at,
        job_namespace=job_namespace or own_namespace(project.name),
        connection=project.connection,
        dbt_version=told.dbt_version,
        invocation_id=told.invocation_id,
        execution=execution,
        joins_dbt_ol=joins_dbt_ol,
    )


def _document(project: Project, node: Node, header: Header, templates: Templates) -> Document:
    table = project.table(node)
    result = project.executed.get(node.id) if node.role in ("dataset", "operation") else None
    hooks = tuple(hooks_of(project, node, templates)) if node.role in ("dataset", "operation") else ()
    columns = tuple(sorted(table.columns.values(), key=lambda column: (column.index, column.name))) if table is not None else ()
    return Document(
        dbt=DOCUMENT_VERSION,
        header=header if result is not None else msgspec.structs.replace(header, execution=None),
        node=_node(project, node),
        parents=tuple(_identified(parent, _IDENTITY) for parent in project.parents(node)),
        catalog=columns,
        result=_result(result, node) if result is not None else None,
        hooks=hooks,
        hook_parents={name: _identified(project.nodes[name], _IDENTITY) for hook in hooks for name in hook.parents},
    )


def _node(project: Project, node: Node) -> dict[str, Any]:
    told = _identified(node, _NODE)
    if node.language == "sql" and node.compiled is not None and node.role != "operation":
        told["compiled_code"] = node.compiled
    config = inner(node.raw, "config")
    told["config"] = _some(config, upkeep.SETTINGS if node.materialized in _KEPT else ("materialized",)) | (
        {"contract": {"enforced": True}} if inner(config, "contract").get("enforced") is True else {}
    )
    columns = {name: _some(column, _COLUMN) for name, column in inner(node.raw, "columns").items() if isinstance(column, dict)}
    told |= {key: value for key, value in (("columns", columns), ("owners", list(_owners(project, node)))) if value}
    return told


def _owners(project: Project, node: Node) -> Iterator[str]:
    """Who answers for a node, by its `meta`, its group, or (an exposure) by itself: a name, or an address where there is none."""
    meta = inner(node.raw, "meta") or inner(inner(node.raw, "config"), "meta")
    group = text(node.raw, "group") or text(inner(node.raw, "config"), "group")
    groups = [each.get("owner") for each in (project.manifest.groups or {}).values() if group is not None and each.get("name") == group]
    for told in (node.raw.get("owner"), meta.get("owner"), *groups):
        for each in told if isinstance(told, list) else [told]:
            name = text(each, "name") or text(each, "email") if isinstance(each, dict) else each
            if isinstance(name, str) and name:
                yield name


def _result(result: RunResult, node: Node) -> dict[str, Any]:
    execute = next((step for step in result.timing if step.name == "execute"), None)
    told: dict[str, Any] = {"status": result.status}
    if execute is not None:
        told |= {"started_at": execute.started_at, "completed_at": execute.completed_at}
    if result.status in ("error", "fail", "runtime error") and result.message:
        told["message"] = result.message
    if isinstance(rows := result.adapter_response.get("rows_affected"), int):
        told["rows_affected"] = rows
    if result.compiled_code is not None and node.language == "sql" and node.role != "operation":
        told["compiled_code"] = result.compiled_code
    return told


def _identified(node: Node, keys: Iterable[str]) -> dict[str, Any]:
    return {**_some(node.raw, keys), "unique_id": node.id, "resource_type": node.kind}


def _some(held: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: held[key] for key in keys if held.get(key) not in (None, "", [], {})}
