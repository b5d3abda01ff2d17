"""Hooks: SQL that dbt runs before and after a model, and at the start and the end of a run.

A model's hooks stand in the manifest as templates; those of a run (`operation` nodes) as templates that `dbt build` compiles. Each is
a job of its own, for it may write what it likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.project import Node, Project
from headwater.capture.dbt.templates import NotReadable, Templates
from headwater.capture.dbt.unread import concerned, is_open

_MODELS_OWN = ("pre-hook", "post-hook")


class Hook(msgspec.Struct, frozen=True, omit_defaults=True):
    """One hook: its SQL, empty where it has none, or None and why that cannot be told; `parents` are the ids of what it names.

    Of one that cannot be told, `names` are the tables of no node that it names, and `is_open` says that it may concern others still.
    """

    name: str
    sql: str | None = None
    reason: str = ""
    parents: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    is_open: bool = False


def written_hooks(node: Node) -> Iterator[tuple[str, str]]:
    """The hooks of a model by name, as people wrote them."""
    config = inner(node.raw, "config")
    for when in _MODELS_OWN:
        listed = config.get(when)
        for number, told in enumerate(listed if isinstance(listed, list) else [listed], 1):
            template = _template(told)
            if template:
                yield f"{when} {number}", template


def hooks_of(project: Project, node: Node, templates: Templates) -> Iterator[Hook]:
    """The hooks of a model, as far as they can be read; of an operation the one that it is."""
    if node.role != "operation":
        for name, template in written_hooks(node):
            yield _filled(name, template, node, templates)
        return
    result = project.executed.get(node.id)
    compiled = (result.compiled_code if result is not None else None) or node.compiled
    if compiled is not None or node.raw.get("compiled") is True:
        yield Hook(operation_name(node), compiled or "")
    else:
        yield _filled(operation_name(node), text(node.raw, "raw_code") or text(node.raw, "raw_sql") or "", None, templates)


def operation_name(node: Node) -> str:
    """What an operation is called by people: when it runs, and as which."""
    tags = node.raw.get("tags")
    when = next((tag for tag in tags if tag in ("on-run-start", "on-run-end")), None) if isinstance(tags, list) else None
    index = node.raw.get("index")
    return f"{when} {index}" if when is not None and isinstance(index, int) else node.name


def _filled(name: str, template: str, this: Node | None, templates: Templates) -> Hook:
    parents: dict[str, Node] = {}
    try:
        return Hook(name, templates.filled(template, this, parents), parents=tuple(parents))
    except NotReadable as why:
        names = concerned(template, this, templates, parents)
        return Hook(name, None, str(why), tuple(parents), names, is_open(template, this, templates))


def _template(told: Any) -> str:
    """A hook as dbt keeps it: an object with its SQL, in older manifests a text."""
    return (text(told, "sql") or "" if isinstance(told, dict) else told if isinstance(told, str) else "").strip()
