"""A dbt project as its artefacts tell it: nodes, what each one reads, and what is known of columns and runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from headwater.capture.dbt.artifacts import BadArtifact, Catalog, CatalogTable, Manifest, RunResult, RunResults, inner, text
from headwater.capture.dbt.naming import Connection

Role = Literal["dataset", "inlined", "operation", "consumer", "between", "other"]

EXECUTING = frozenset({"build", "run", "seed", "snapshot", "retry", "run-operation"})
"""The commands of dbt that write data."""
_NEXT = "dbt compile"
_ROLES: dict[str, Role] = {
    "model": "dataset",
    "snapshot": "dataset",
    "seed": "dataset",
    "source": "dataset",
    "operation": "operation",
    "exposure": "consumer",
    "metric": "consumer",
    "semantic_model": "between",
    "saved_query": "consumer",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of a project; `parents` are the datasets that it reads, whatever stands between."""

    id: str
    kind: str
    role: Role
    raw: Mapping[str, Any]
    depends_on: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its short name."""
        return text(self.raw, "name") or self.id

    @property
    def language(self) -> str:
        """What it is written in."""
        return (text(self.raw, "language") or "sql").lower()

    @property
    def compiled(self) -> str | None:
        """Its SQL without templates; None where dbt did not compile it."""
        return text(self.raw, "compiled_code") or text(self.raw, "compiled_sql")

    @property
    def materialized(self) -> str:
        """How dbt makes it."""
        return str(inner(self.raw, "config").get("materialized") or self.kind)

    @property
    def is_made_by_sql(self) -> bool:
        """Whether there should be SQL that makes it."""
        return self.kind in ("model", "snapshot") and self.role == "dataset"


@dataclass(frozen=True, slots=True)
class Project:
    """What one target folder tells."""

    manifest: Manifest
    connection: Connection
    catalog: Catalog | None = None
    results: RunResults | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    executed: dict[str, RunResult] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The project's name; older manifests do not tell it."""
        told = self.manifest.metadata.project_name
        if told:
            return told
        packages = [str(node.raw.get("package_name") or "") for node in self.nodes.values()]
        return max(sorted(set(packages)), key=packages.count, default="") or "dbt"

    @property
    def adapter(self) -> str:
        """The kind of warehouse."""
        return (self.manifest.metadata.adapter_type or "").lower()

    def table(self, node: Node) -> CatalogTable | None:
        """What the warehouse said of a node's table."""
        if self.catalog is None:
            return None
        return self.catalog.sources.get(node.id) if node.kind == "source" else self.catalog.nodes.get(node.id)

    def parents(self, node: Node) -> list[Node]:
        """The datasets a node reads: what is inlined, or only stands between, is replaced by what it reads itself."""
        found: dict[str, Node] = {}
        seen: set[str] = set()
        waiting = list(reversed(node.depends_on))
        while waiting:
            name = waiting.pop()
            parent = self.nodes.get(name)
            if parent is None or name in seen:
                continue
            seen.add(name)
            if parent.role == "dataset":
                found[name] = parent
            else:
                waiting.extend(reversed(parent.depends_on))
        return list(found.values())

    def of_role(self, *roles: Role) -> Iterator[Node]:
        """Nodes in the order of the manifest, sources first."""
        return (node for node in self.nodes.values() if node.role in roles)

    def in_order(self) -> list[Node]:
        """Nodes so that each comes after what it reads."""
        ordered: dict[str, Node] = {}
        for start in self.nodes.values():
            waiting = [start]
            while waiting:
                node = waiting[-1]
                missing = [self.nodes[name] for name in node.depends_on if name in self.nodes and name not in ordered]
                if missing:
                    waiting.append(missing[0])
                else:
                    ordered.setdefault(node.id, waiting.pop())
        return list(ordered.values())


def project_of(
    manifest: Manifest, connection: Connection, *, path: str, catalog: Catalog | None = None, results: RunResults | None = None
) -> Project:
    """Put artefacts together; `path` is the manifest's, for messages.

    Raises:  BadArtifact: a node reads one that the manifest does not hold, or itself by way of others.
    """
    nodes = {node.id: node for node in _nodes(manifest)}
    _check_references(manifest, nodes, path)
    _check_cycles(nodes, path)
    executed: dict[str, RunResult] = {}
    if results is not None and results.args.which in EXECUTING:
        executed = {result.unique_id: result for result in results.results}
    return Project(manifest, connection, catalog, results, nodes, executed)


def _nodes(manifest: Manifest) -> Iterator[Node]:
    held = (manifest.sources, manifest.nodes, manifest.semantic_models, manifest.metrics, manifest.saved_queries, manifest.exposures)
    for group in (*held, manifest.functions):
        for name, raw in group.items():
            kind = text(raw, "resource_type") or name.partition(".")[0]
            role = _ROLES.get(kind, "other")
            if role == "dataset" and inner(raw, "config").get("materialized") == "ephemeral":
                role = "inlined"
            listed = inner(raw, "depends_on").get("nodes")
            depends_on = tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()
            yield Node(name, kind, role, raw, depends_on)


def _check_references(manifest: Manifest, nodes: Mapping[str, Node], path: str) -> None:
    elsewhere = {*manifest.unit_tests, *(manifest.disabled or {})}
    for node in nodes.values():
        if node.role == "other":
            continue
        for name in node.depends_on:
            if name not in nodes and name not in elsewhere:
                raise BadArtifact(f"cannot read `{path}`: `{node.id}` reads `{name}`, which the manifest does not hold", next_step=_NEXT)


def _check_cycles(nodes: Mapping[str, Node], path: str) -> None:
    """Depth first, without recursion: a project may be thousands of models deep."""
    done: set[str] = set()
    for start in nodes:
        trail: dict[str, Iterator[str]] = {}
        name: str | None = start
        while name is not None:
            if name in trail or name in done:
                if name in trail:
                    trail_names = [*trail, name]
                    loop = " -> ".join(f"`{each}`" for each in trail_names[trail_names.index(name) :][:6])
                    raise BadArtifact(f"cannot read `{path}`: expected no model to read itself, got {loop}", next_step=_NEXT)
            elif name in nodes:
                trail[name] = iter(nodes[name].depends_on)
            name = _next(trail, done)


def _next(trail: dict[str, Iterator[str]], done: set[str]) -> str | None:
    """The next node to enter; what has no more to enter is done."""
    while trail:
        last = next(reversed(trail))
        following = next(trail[last], None)
        if following is not None:
            return following
        del trail[last]
        done.add(last)
    return None
