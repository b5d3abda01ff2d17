"""What a hook that only dbt can fill in may concern, as far as its template names it.

Its tables are looked for by the words before them, where the whole text cannot be read: those of the project by their names, those
written whatever they are. A hook that calls what only dbt can run, or branches, may concern more than it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.capture.dbt.artifacts import text
from headwater.capture.dbt.project import Node
from headwater.capture.dbt.templates import NotReadable, Templates

_COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/", re.DOTALL)
_TAG = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_CALL = re.compile(r"\s*[A-Za-z_][\w.]*\s*\(")
_PART = r'(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|\{\{.*?\}\}|[A-Za-z_][\w$]*)'
_NAMED = re.compile(
    rf"\b(?P<word>into|table|view|update|from|join|using)\s+(?:if\s+(?:not\s+)?exists\s+)?(?P<name>{_PART}(?:\s*\.\s*{_PART})*)(?!\s*\()",
    re.DOTALL | re.IGNORECASE,
)
_PARTS = re.compile(_PART, re.DOTALL)
_READS = frozenset({"from", "join", "using"})
_MOST = 50
"""Tables that are told of one hook."""


def is_open(template: str, this: Node | None, templates: Templates) -> bool:
    """Whether a template does something that only dbt can run, so that nobody can tell what it concerns."""
    template = _COMMENT.sub(" ", template)
    return "{%" in template or any(_CALL.match(tag) and not _is_told(tag, this, templates, {}) for tag in _TAG.findall(template))


def concerned(template: str, this: Node | None, templates: Templates, parents: dict[str, Node]) -> tuple[str, ...]:
    """The tables that a template names and no node makes, dotted; nodes that it names are added to `parents`."""
    template = _COMMENT.sub(" ", template)
    for tag in _TAG.findall(template):
        _is_told(tag, this, templates, parents)
    names = dict[str, None]()
    for word, parts in _tables(template):
        found = [node for node in templates.nodes.values() if node.role == "dataset" and _is_called(node, parts)]
        parents.update((node.id, node) for node in found)
        if not found and word not in _READS:
            names[".".join(parts)] = None
    return tuple(names)[:_MOST]


def _tables(template: str) -> Iterator[tuple[str, list[str]]]:
    """The tables that a text names after words that a table follows: what stands behind the last template of each."""
    for match in _NAMED.finditer(template):
        parts: list[str] = []
        for part in _PARTS.findall(match["name"]):
            parts = [] if part.startswith("{{") else [*parts, part.strip('"`[]')]
        if parts:
            yield match["word"].lower(), parts


def _is_called(node: Node, parts: list[str]) -> bool:
    own = [text(node.raw, "database"), text(node.raw, "schema"), text(node.raw, "alias") or text(node.raw, "identifier") or node.name]
    known = [(each or "").casefold() for each in own]
    return known[-len(parts) :] == [part.casefold() for part in parts]


def _is_told(tag: str, this: Node | None, templates: Templates, parents: dict[str, Node]) -> bool:
    try:
        templates.filled(f"{{{{{tag}}}}}", this, parents)
    except NotReadable:
        return False
    return True
