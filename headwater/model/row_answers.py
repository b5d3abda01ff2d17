"""What an answer about rows holds: their batches, and the steps by which these were found."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.model.lakes import DatasetName


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBatch:
    """A batch that rows came from, or where rows carry no batch the version of a dataset that held them first.

    `rows` counts the rows asked about that draw on it. `tier` is `confirmed` where rows of the batch took part in making them, `possible`
    where they may only have decided over them. What is not recorded is empty or None.
    """

    dataset: str
    batch: str
    version: str
    at: str
    rows: int
    tier: str
    source: str = ""
    kind: str = ""
    origin: str = ""
    run: str = ""
    job: str = ""
    delivered_at: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class RowInput:
    """A dataset that a statement read, at which version, and how that is known: `recorded` by the run, `assumed` from its start, or ``."""

    dataset: str
    version: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStep:
    """How the rows of one dataset were followed: `read` as they are stored, or by a statement `run again`.

    `unmatched` counts stored rows that the statements do not give when they are run again. `notes` say what is only possible, and why.
    """

    dataset: str
    version: str
    how: str
    rows: int
    unmatched: int = 0
    run: str = ""
    job: str = ""
    inputs: tuple[RowInput, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize:
    """How small the groups of an aggregation are: how many rows (or persons) the smallest holds, and how many groups there are.

    `fingerprint` is that of the derivation; `run` is the last run of it, `inputs` what it read, each at its version.
    """

    fingerprint: str
    job: str
    run: str
    smallest: int
    groups: int
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSizes:
    """The groups of every aggregation behind a version of a dataset. `person` is the column that told persons apart; else rows count."""

    dataset: DatasetName
    version: str
    person: str
    sizes: tuple[GroupSize, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOrigins:
    """Which batches the rows that satisfy a predicate came from, the batch of most rows first."""

    dataset: str
    version: str
    rows: int
    batches: tuple[RowBatch, ...]
    steps: tuple[RowStep, ...]
