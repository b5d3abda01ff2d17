"""What is said of a dbt project: how far each model was understood, and what a change of the project touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headwater.model.answers import RecordReport

ModelStatus = Literal["complete", "partial", "failed", "not compiled", "not sql", "loaded", "inlined"]
HookStatus = Literal["complete", "partial", "failed", "not read"]
Change = Literal["added", "removed", "changed", "affected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model, snapshot or seed: `columns` that it has as far as known, `traced` of them with lineage, `reasons` in words.

    `columns` is None where nobody told all of them.
    """

    id: str
    dataset: str
    kind: str
    status: ModelStatus
    sources: tuple[str, ...]
    columns: int | None
    traced: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRow:
    """One hook of a model, or of a run's start or end: what it reads and writes. `not read` means that only dbt knows its SQL."""

    id: str
    name: str
    status: HookStatus
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtReport:
    """What was read from a target folder and what became of it in the ledger."""

    project: str
    adapter: str
    namespace: str
    models: tuple[ModelRow, ...]
    hooks: tuple[HookRow, ...]
    sources: int
    consumers: tuple[str, ...]
    notes: tuple[str, ...]
    recorded: RecordReport

    @property
    def is_complete(self) -> bool:
        """Whether the lineage of every model and every hook is known in full."""
        whole = all(row.status in ("complete", "loaded", "inlined") for row in self.models)
        return whole and all(hook.status == "complete" for hook in self.hooks)


@dataclass(frozen=True, slots=True, order=True)
class EdgeChange:
    """An influence that is there in one of the two projects only. `column` None means all rows of the model."""

    source: str
    column: str | None
    kind: str
    masking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChange:
    """What is different about one model; `affected` ones are as they were, but read what changed.

    `logic` says that its SQL is another, by more than its layout, though neither its columns nor its lineage are. `touched` are the
    columns that a change reaches, `all_rows` that it reaches the rows as such. `was` is the id that it had before, where that is another.
    """

    id: str
    change: Change
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    edges_added: tuple[EdgeChange, ...] = ()
    edges_removed: tuple[EdgeChange, ...] = ()
    logic: bool = False
    notes: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    all_rows: bool = False
    was: str = ""


@dataclass(frozen=True, slots=True, order=True)
class MaskLost:
    """A source column that reached a column of a model, or any of its columns, only masked, and now reaches this one as it is."""

    source: str
    model: str
    column: str
    masking: str


@dataclass(frozen=True, slots=True, order=True)
class NewPath:
    """A source column whose values reach a consumer that they did not reach before, or reached only masked.

    A table that no model makes but a hook writes is a consumer too, `via` that hook.
    """

    source: str
    consumer: str
    via: str
    masked: bool
    was_masked: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A model that could not be analysed in full, in which of the projects, and why."""

    id: str
    where: Literal["base", "head", "both"]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class ConsumerChange:
    """A downstream model's reader outside of the project: an exposure, a metric; `was_owner` where its owner is another now."""

    id: str
    change: Change
    owner: str = ""
    through: tuple[str, ...] = ()
    was_owner: str = ""


@dataclass(frozen=True, slots=True, order=True)
class HookChange:
    """A hook that came, went or has another text, with what it writes, and from where, as far as it `is_read`.

    The edges name what is reached with its table: `TABLE.COLUMN`, or `rows of TABLE`.
    """

    id: str
    change: Change
    writes: tuple[str, ...] = ()
    is_read: bool = True
    edges_added: tuple[EdgeChange, ...] = ()
    edges_removed: tuple[EdgeChange, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class RemovedTest:
    """A test that is no longer there of nodes that are."""

    name: str
    tested: tuple[str, ...]
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtDiff:
    """What the change from one project to the other touches."""

    base: str
    head: str
    models: tuple[ModelChange, ...]
    consumers: tuple[ConsumerChange, ...]
    masks_lost: tuple[MaskLost, ...]
    new_paths: tuple[NewPath, ...]
    unread: tuple[Unread, ...]
    unchanged: int
    hooks: tuple[HookChange, ...] = ()
    tests_gone: tuple[RemovedTest, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether anything at all is different."""
        return bool(self.models or self.consumers or self.masks_lost or self.new_paths or self.hooks or self.tests_gone)
