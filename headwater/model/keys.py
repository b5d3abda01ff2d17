"""API keys and what they allow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

import msgspec

from headwater.model.errors import UsageError

PATTERN_LENGTH = 200
Right = Literal["read", "write", "admin"]


class Scope(msgspec.Struct, frozen=True, order=True):
    """A right over the namespaces that a glob pattern matches. `admin` contains `read` and `write` everywhere."""

    right: Right
    pattern: str = "*"

    def __str__(self) -> str:
        return self.right if self.pattern == "*" else f"{self.right}:{self.pattern}"


def check_scope(scope: Scope) -> Scope:
    """The scope, where its pattern can stand in one; an empty pattern is a slip and never means everything.

    Raises:  UsageError: the pattern is empty, too long or not printable, or limits `admin`, which has no limits.
    """
    if not (1 <= len(scope.pattern) <= PATTERN_LENGTH and scope.pattern.isprintable()):
        problem = f"cannot use scope `{scope.right}`: expected a namespace pattern of 1 to {PATTERN_LENGTH} printable characters"
        raise UsageError(problem, next_step="headwater key create --help")
    if scope.right == "admin" and scope.pattern != "*":
        raise UsageError("cannot use scope `admin`: expected no namespace pattern", next_step="headwater key create --help")
    return scope


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: the opaque id of a key (or `local` for the owner of the home) and its scopes."""

    key: str
    scopes: tuple[Scope, ...]

    @property
    def is_admin(self) -> bool:
        return any(scope.right == "admin" for scope in self.scopes)

    def patterns(self, right: Right) -> tuple[str, ...]:
        """The namespace patterns this principal holds a right over."""
        if self.is_admin:
            return ("*",)
        return tuple(sorted({scope.pattern for scope in self.scopes if scope.right == right}))

    def may(self, right: Right, namespace: str) -> bool:
        """Whether a right covers a namespace."""
        return matches(self.patterns(right), namespace)


def matches(patterns: Iterable[str], namespace: str) -> bool:
    """Whether any glob pattern covers a namespace; case counts."""
    return any(pattern == "*" or fnmatchcase(namespace, pattern) for pattern in patterns)


def covers(patterns: Iterable[str], pattern: str) -> bool:
    """Whether one of the patterns matches every namespace that a glob pattern matches.

    What a wildcard may stand for is tried: nothing, and more characters than any pattern spells out. Where that cannot decide, it says no.
    """
    probes = (_WILDCARD.sub("", pattern), _WILDCARD.sub(_ANYTHING, pattern))
    return any(held in ("*", pattern) or ("[" not in held and all(fnmatchcase(probe, held) for probe in probes)) for held in patterns)


_WILDCARD = re.compile(r"\*|\?|\[[^\]]*\]?")
_ANYTHING = "\uf8ff" * (2 * PATTERN_LENGTH)


LOCAL = Principal(key="local", scopes=(Scope("admin"),))
"""The owner of the home directory."""
