"""Fills in the templates that dbt leaves as they are written: hooks, whose SQL stands in no artefact.

Read is what can be told from the manifest alone: `this`, `ref`, `source`, texts, and macros made of these and of their arguments. What
needs dbt (a branch, a loop, a variable, the outcome of a query) is not guessed at: the whole template is told as not readable, and why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from headwater.capture.dbt.artifacts import Manifest, macro_of, text
from headwater.capture.dbt.project import Node

_DEEPEST = 8
"""Macros within macros that are followed."""
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_TAG = re.compile(r"\{\{-?(?P<expression>.*?)-?\}\}|\{%-?\s*(?P<block>\w*).*?%\}", re.DOTALL)
_MACRO = re.compile(r"^\s*\{%-?\s*macro\s+\w+\s*\((?P<parameters>.*?)\)\s*-?%\}(?P<body>.*)\{%-?\s*endmacro\s*-?%\}\s*$", re.DOTALL)
_TEXT = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
_NAME = re.compile(r"[A-Za-z_]\w*")
_PATH = re.compile(r"([A-Za-z_]\w*)((?:\.\w+)*)")
_CALL = re.compile(r"(?P<path>[A-Za-z_]\w*(?:\.\w+)?)\s*\((?P<arguments>.*)\)", re.DOTALL)
_OF_RELATION = {"identifier": "alias", "name": "alias", "table": "alias", "schema": "schema", "database": "database"}
_NOTHING = frozenset({"config", "log", "print", "return"})
"""Calls that leave no text."""

Value = str | Node


class NotReadable(Exception):
    """Only dbt itself can tell what a template becomes; the text says why."""


@dataclass(slots=True)
class Templates:
    """What templates of a project may name. `parents` collects what was referred to by those filled in."""

    manifest: Manifest
    nodes: Mapping[str, Node]
    _named: dict[tuple[str, str], list[Node]] = field(default_factory=dict)

    def filled(self, template: str, this: Node | None, parents: dict[str, Node]) -> str:
        """The text that a template of a node becomes; adds the nodes that it names to `parents`.

        Raises:  NotReadable: that cannot be told without dbt.
        """
        known: dict[str, Value] = {"this": this} if this is not None else {}
        return _Filling(self, text(this.raw, "package_name") if this is not None else None, parents).text(template, known, 0).strip()

    def referred(self, words: list[str], version: str | None, package: str | None) -> Node:
        """The node that `ref` names: in the package named, in its own, anywhere."""
        name, wanted = words[-1], words[0] if len(words) > 1 else None
        found = [node for node in self._with_name("ref", name) if _version(node) == version or (version is None and _is_latest(node))]
        for package_name in (wanted,) if wanted is not None else (package, None):
            chosen = [node for node in found if package_name is None or node.raw.get("package_name") == package_name]
            if len(chosen) == 1:
                return chosen[0]
        raise NotReadable(f"it names `{name}`, which the manifest does not tell")

    def sourced(self, words: list[str]) -> Node:
        """The node that `source` names."""
        found = [node for node in self._with_name("source", words[-1]) if node.raw.get("source_name") == words[0]]
        if len(found) != 1:
            raise NotReadable(f"it names the source `{'.'.join(words)}`, which the manifest does not tell")
        return found[0]

    def _with_name(self, call: str, name: str) -> list[Node]:
        if not self._named:
            for node in self.nodes.values():
                if node.kind in ("model", "seed", "snapshot", "source"):
                    self._named.setdefault(("source" if node.kind == "source" else "ref", node.name), []).append(node)
        return self._named.get((call, name), [])


@dataclass(frozen=True, slots=True)
class _Filling:
    """One template being filled in, with the macros that it calls."""

    templates: Templates
    package: str | None
    parents: dict[str, Node]

    def text(self, template: str, known: Mapping[str, Value], depth: int) -> str:
        template = _COMMENT.sub("", template)
        filled, position = list[str](), 0
        for tag in _TAG.finditer(template):
            filled.append(template[position : tag.start()])
            position = tag.end()
            if tag["expression"] is None:
                raise NotReadable(f"it holds a block `{tag['block'] or '%'}`, which only dbt can run")
            filled.append(_written(self.value(tag["expression"].strip(), known, depth)))
        filled.append(template[position:])
        return "".join(filled)

    def value(self, expression: str, known: Mapping[str, Value], depth: int) -> Value:
        literal = _TEXT.fullmatch(expression)
        if literal is not None:
            return literal[1] if literal[1] is not None else literal[2]
        call = _CALL.fullmatch(expression)
        if call is not None:
            return self._called(call["path"], _arguments(call["arguments"]), known, depth)
        path = _PATH.fullmatch(expression)
        if path is not None and path[1] in known:
            return _part(known[path[1]], path[2])
        raise NotReadable(f"it uses `{path[1] if path is not None else 'an expression'}`, which only dbt can tell")

    def _called(self, path: str, arguments: list[str], known: Mapping[str, Value], depth: int) -> Value:
        if path in _NOTHING:
            return ""
        if path in ("ref", "source"):
            named = dict(_keyword(each) for each in arguments if _keyword(each)[0])
            words = [self.value(each, known, depth) for each in arguments if not _keyword(each)[0]]
            told = [word for word in words if isinstance(word, str)]
            if len(told) != len(words) or not 1 <= len(told) <= 2:
                raise NotReadable(f"it calls `{path}` in a way that only dbt can follow")
            version = named.get("v") or named.get("version")
            version = version.strip("'\"") if version is not None else None
            node = self.templates.referred(told, version, self.package) if path == "ref" else self.templates.sourced(told)
            if node.role != "dataset":
                raise NotReadable(f"it names `{node.name}`, which is no table")
            self.parents[node.id] = node
            return node
        return self._expanded(path, arguments, known, depth)

    def _expanded(self, path: str, arguments: list[str], known: Mapping[str, Value], depth: int) -> str:
        """A macro's text, its arguments put in."""
        package, _, name = path.rpartition(".")
        project = self.templates.manifest.metadata.project_name
        places = (package,) if package else tuple(dict.fromkeys(each for each in (project, self.package) if each))
        source = next((found for each in places if (found := macro_of(self.templates.manifest, each, name)) is not None), None)
        parts = _MACRO.match(source) if source is not None and depth < _DEEPEST else None
        if parts is None:
            raise NotReadable(f"it calls `{path}`, which only dbt can run")
        bound: dict[str, Value] = {"this": known["this"]} if "this" in known else {}
        parameters = [_keyword(each) if "=" in each else (each, "") for each in _arguments(parts["parameters"])]
        given = [self.value(each, known, depth) for each in arguments if not _keyword(each)[0]]
        named = {key: self.value(value, known, depth) for key, value in map(_keyword, arguments) if key}
        for index, (parameter, default) in enumerate(parameters):
            if index < len(given):
                bound[parameter] = given[index]
            elif parameter in named:
                bound[parameter] = named[parameter]
            elif _TEXT.fullmatch(default):
                bound[parameter] = self.value(default, {}, depth)
        return self.text(parts["body"], bound, depth + 1)


def _written(value: Value) -> str:
    if isinstance(value, str):
        return value
    name = text(value.raw, "relation_name")
    if name is None:
        raise NotReadable(f"it names `{value.name}`, of which the manifest tells no relation")
    return name


def _part(value: Value, path: str) -> Value:
    if not path:
        return value
    key = _OF_RELATION.get(path[1:])
    told = text(value.raw, key) or text(value.raw, "identifier") if not isinstance(value, str) and key is not None else None
    if told is None:
        raise NotReadable(f"it uses `{path[1:]}` of something, which only dbt can tell")
    return told


def _arguments(written: str) -> list[str]:
    """The arguments of a call, cut at commas outside of brackets and texts."""
    found, depth, quote, start = list[str](), 0, "", 0
    for index, sign in enumerate(written):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "," and depth == 0:
            found.append(written[start:index].strip())
            start = index + 1
    return [each for each in (*found, written[start:].strip()) if each]


def _keyword(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    return (name.strip(), value.strip()) if equals and _NAME.fullmatch(name.strip()) and not value.startswith("=") else ("", argument)


def _version(node: Node) -> str | None:
    told: Any = node.raw.get("version")
    return None if told is None else str(told)


def _is_latest(node: Node) -> bool:
    latest: Any = node.raw.get("latest_version")
    return latest is None or str(latest) == _version(node)
