"""Two projects brought to the same names: relations built elsewhere, and nodes that only have another name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.project import Node, Project


def renames(base: Project, head: Project) -> dict[str, str]:
    """By the id of a node that only the second project has, that of the one with the same text which only the first has."""
    gone, come = (_by_text(project, other) for project, other in ((base, head), (head, base)))
    return {come[words][0]: ids[0] for words, ids in gone.items() if len(ids) == 1 and len(come.get(words, ())) == 1}


def rekeyed(base: Project, renamed: Mapping[str, str]) -> Project:
    """The first project with its nodes called by the ids that they have in the second."""
    if not renamed:
        return base
    ids = {old: new for new, old in renamed.items()}
    nodes = {
        ids.get(name, name): replace(node, id=ids.get(name, name), depends_on=tuple(ids.get(each, each) for each in node.depends_on))
        for name, node in base.nodes.items()
    }
    catalog = base.catalog
    if catalog is not None:
        catalog = msgspec.structs.replace(catalog, nodes={ids.get(name, name): table for name, table in catalog.nodes.items()})
    return replace(base, nodes=nodes, catalog=catalog)


def renamed_like(base: Project, head: Project) -> Project:
    """The second project with its relations called as in the first, in its SQL too."""
    relations: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    for unique_id, node in head.nodes.items():
        twin = base.nodes.get(unique_id)
        nodes[unique_id] = node
        if twin is None:
            continue
        if node.role == "operation":
            nodes[unique_id] = replace(node, raw={**node.raw, **{key: twin.raw.get(key) for key in ("database", "schema")}})
            continue
        old, new = text(twin.raw, "relation_name"), text(node.raw, "relation_name")
        if old and new and old != new:
            relations[new] = old
            identity = {key: twin.raw.get(key) for key in ("database", "schema", "alias", "identifier", "relation_name")}
            nodes[unique_id] = replace(node, raw={**node.raw, **identity})
    if not relations:
        return replace(head, nodes=nodes)
    pattern = re.compile("|".join(re.escape(name) for name in sorted(relations, key=len, reverse=True)))
    for unique_id, node in nodes.items():
        if node.compiled is not None:
            sql = pattern.sub(lambda match: relations[match[0]], node.compiled)
            nodes[unique_id] = replace(node, raw={**node.raw, "compiled_code": sql})
    return replace(head, nodes=nodes)


def _by_text(project: Project, other: Project) -> dict[tuple[str, str], list[str]]:
    """The nodes that the other project has not, by kind and text."""
    found: dict[tuple[str, str], list[str]] = {}
    for node in project.nodes.values():
        if node.role in ("dataset", "inlined") and node.kind != "source" and node.id not in other.nodes:
            words = text(inner(node.raw, "checksum"), "checksum")
            if words:
                found.setdefault((node.kind, words), []).append(node.id)
    return found
