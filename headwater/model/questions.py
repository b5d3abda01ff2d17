"""Questions people ask, as values: one struct per question, the same for the command line, HTTP and Python.

Field names are the query parameters of `/api/v1/ask/<question>` and the option names of the command line.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

Direction = Literal["up", "down", "both"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What every question may carry. Times are RFC 3339 text; `known_at` a ledger position; `page` an opaque token."""

    name: ClassVar[str] = ""

    as_of: str | None = None
    known_at: int | None = None
    min_position: int | None = None
    page: str | None = None
    limit: int = 1000


class LineageQuestion(Question, frozen=True, kw_only=True):
    """Where did this node come from, where does it go? `depth` counts datasets; None means all the way."""

    name: ClassVar[str] = "lineage"

    node: str
    direction: Direction = "up"
    columns: bool = False
    direct: bool = False
    depth: int | None = None


class ImpactQuestion(Question, frozen=True, kw_only=True):
    """What is hit when this node changes?"""

    name: ClassVar[str] = "impact"

    node: str
    direct: bool = False
    depth: int | None = None


class GapsQuestion(Question, frozen=True, kw_only=True):
    """What could we not see? `node` narrows to one dataset or job."""

    name: ClassVar[str] = "gaps"

    node: str | None = None


class SearchQuestion(Question, frozen=True, kw_only=True):
    """Which datasets, columns and jobs speak of this text?"""

    name: ClassVar[str] = "catalog-search"

    text: str


class ShowQuestion(Question, frozen=True, kw_only=True):
    """Everything known of one dataset, column, job or run."""

    name: ClassVar[str] = "catalog-show"

    node: str


class StatusQuestion(Question, frozen=True, kw_only=True):
    """How much do we see, and how fresh is it?"""

    name: ClassVar[str] = "status"
