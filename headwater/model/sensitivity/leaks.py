"""What people are told of leaks and of what is expected of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from headwater.model.findings import Severity, State, Tier
from headwater.model.sensitivity.documents import Expectation, LevelWord

LEAK: Final = "leak"
HIDDEN_INFLOW: Final = "hidden-inflow"
MASKED_OR_DEAD: Final = "masked-or-dead"
SECRET_IN_DATA: Final = "secret-in-data"  # noqa: S105  # because it is the name of a kind
TRAINING_UNAPPROVED: Final = "training-unapproved"
IDENTIFIER_IN_NAME: Final = "identifier-in-name"
LeakKind = Literal["leak", "hidden-inflow", "masked-or-dead", "secret-in-data", "training-unapproved", "identifier-in-name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step on the way of a label: from which node to which, by which statement of which job, and what it does.

    `how` is the kind of influence or the masking function, `transfer` what of a label passes, `read` whether the statement was read in
    full.
    """

    source: str
    target: str
    job: str
    how: str
    transfer: str
    evidence: str
    read: bool
    fingerprint: str
    derivation: int
    runs: tuple[str, ...] = ()
    run_count: int = 0
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakView:
    """One leak: what is where, that it may not be there, which hop first put it where it may not be, since when, and what to do.

    `column` is empty where any column may hold it. `path` leads from a column that holds it by itself to the place; `first` is the place
    in it of the hop that offends first. `rows` are those that its runs are known to have written, None where no run said.
    """

    finding: str
    kind: LeakKind
    severity: Severity
    tier: Tier
    state: State
    owner: str
    dataset: str
    column: str
    info_type: str
    category: str
    level: LevelWord
    allowed: LevelWord | None
    expectation: str
    origin: str
    since: str
    title: str
    why: str
    path: tuple[Hop, ...] = ()
    first: int | None = None
    runs: tuple[str, ...] = ()
    run_count: int = 0
    rows: int | None = None
    downstream: int = 0
    next: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LeakList:
    """Leaks, confirmed ones first, then worst and newest first."""

    leaks: tuple[LeakView, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredExpectation:
    """An expectation as it stands, with who declared it where and when, and how many datasets known now it is about."""

    expectation: Expectation
    namespace: str
    origin: str
    by: str
    at: str
    position: int
    datasets: int


@dataclass(frozen=True, slots=True)
class ExpectationList:
    """What is expected of places, by origin."""

    expectations: tuple[DeclaredExpectation, ...]
    hidden: int = 0
