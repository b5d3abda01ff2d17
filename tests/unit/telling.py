"""A small language for telling views a story: datasets, runs and what they wrote, at made-up instants.

told = Telling()
told.run("load", reads=["raw"], writes=["stage"], flows=[copy("raw", "id", "id")], at=10)
told.ask(LineageQuestion(node="stage"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from headwater.answers.registry import answer
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    Change,
    ColumnsDerived,
    DatasetChanged,
    DatasetUsed,
    EventType,
    Fact,
    Role,
    RunObserved,
    SchemaObserved,
    StatementSeen,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Flow, Kind, Mentions, Statement, StatementLineage
from headwater.model.questions import Question
from headwater.model.schemas import Column
from headwater.model.times import Instant
from headwater.projections.statements import AnalysisRequest, Statements
from headwater.projections.views import Views

LAKE = "postgres://lake"
ZERO = Position(0)


def dataset(name: str, namespace: str = LAKE) -> DatasetId:
    """A dataset of the lake, or `namespace|name` elsewhere."""
    elsewhere, mark, rest = name.partition("|")
    return DatasetId(elsewhere, rest) if mark else DatasetId(namespace, name)


def job(name: str) -> JobId:
    """A job of the lake."""
    return JobId("jobs", name)


def copy(source: str, column: str | None, target_column: str | None, kind: Kind = Kind.IDENTITY, masking: str | None = None) -> Flow:
    """A flow from a column of a dataset to a column of the target."""
    return Flow(dataset(source), column, target_column, kind, masking)


def told_of(request: AnalysisRequest, lineage: StatementLineage) -> list[Fact]:
    """The facts that an analysed statement makes, as the follower makes them."""
    return [request.answered(lineage), *request.refused(lineage)]


class Toy:
    """A reader for made-up statements: which tables each names, and what is found in it; those with a `=` decide columns."""

    def __init__(self, analyser: Callable[[AnalysisRequest], StatementLineage] | None, tables: Callable[[str], tuple[str, ...]]) -> None:
        self._analyser, self._tables = analyser, tables

    def mentions(self, statement: Statement) -> Mentions:
        """What a statement names."""
        return Mentions(self._tables(statement.sql), "=" in statement.sql)

    def analyse(self, requests: Sequence[AnalysisRequest]) -> list[StatementLineage]:
        """What is found; nothing without an analyser."""
        return [self._analyser(request) for request in requests] if self._analyser is not None else []


class Telling:
    """Views, and a position that moves on with every entry told."""

    def __init__(
        self, analyser: Callable[[AnalysisRequest], StatementLineage] | None = None, tables: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        self.views, self.statements = Views(), Statements()
        self._reader = Toy(analyser, lambda sql: (tables or {}).get(sql, ()))

    def entry(self, *facts: Fact) -> int:
        """Tell one entry; gives its position."""
        position = Position(self.views.folded)
        here = [msgspec.structs.replace(fact, position=position) for fact in facts]
        requests = self.statements.fold(position, here, self._reader)
        analysed = [
            fact for request, lineage in zip(requests, self._reader.analyse(requests), strict=False) for fact in told_of(request, lineage)
        ]
        self.views.fold(position, [*here, *analysed])
        self.views.flush()
        return position

    def run(
        self,
        name: str,
        *,
        at: int = 10,
        run: str | None = None,
        event: EventType = "COMPLETE",
        reads: Iterable[str] = (),
        writes: Iterable[str] = (),
        flows: Iterable[Flow] = (),
        into: str | None = None,
        sql: str | None = None,
        grant: tuple[str, ...] = ("*",),
        change: Change | None = None,
    ) -> int:
        """One event of a run; `flows` are declared into `into` or the first dataset written, which `change` happens to."""
        identity, when, written = RunId(run or f"{name}-run"), Instant(at), list(writes)
        facts: list[Fact] = [RunObserved(position=ZERO, at=when, run=identity, job=job(name), event_type=event, producer="p")]
        used: list[tuple[Role, str]] = [*(("input", name) for name in reads), *(("output", name) for name in written)]
        facts.extend(
            DatasetUsed(position=ZERO, at=when, dataset=dataset(other), job=job(name), run=identity, role=role) for role, other in used
        )
        told = tuple(flows)
        if told:
            target = dataset(into or written[0])
            facts.append(
                ColumnsDerived(
                    position=ZERO, at=when, target=target, job=job(name), run=identity, producer="p", origin="columnLineage", flows=told
                )
            )
        if sql is not None:
            facts.append(StatementSeen(position=ZERO, at=when, statement=Statement(sql), job=job(name), run=identity, grant=grant))
        if change is not None:
            facts.append(DatasetChanged(position=ZERO, at=when, dataset=dataset(written[0]), change=change, job=job(name), run=identity))
        return self.entry(*facts)

    def drop(self, name: str, at: int) -> int:
        """A dataset is dropped."""
        return self.entry(DatasetChanged(position=ZERO, at=Instant(at), dataset=dataset(name), change="DROP"))

    def rename(self, old: str, new: str, at: int) -> int:
        """A dataset takes another name."""
        return self.entry(DatasetChanged(position=ZERO, at=Instant(at), dataset=dataset(new), change="RENAME", previous=dataset(old)))

    def alias(self, one: str, other: str, at: int = 5) -> int:
        """Two names are declared one dataset."""
        return self.entry(AliasDeclared(position=ZERO, at=Instant(at), dataset=dataset(one), alias=dataset(other), producer="p"))

    def unalias(self, one: str, at: int) -> int:
        """The producer withdraws what it declared of a name."""
        return self.entry(AliasWithdrawn(position=ZERO, at=Instant(at), dataset=dataset(one), producer="p"))

    def schema(self, name: str, *columns: str, at: int = 1, whole: bool = True) -> int:
        """A producer lists a dataset's columns."""
        listed = tuple(Column(column, "text") for column in columns)
        return self.entry(SchemaObserved(position=ZERO, at=Instant(at), dataset=dataset(name), producer="p", columns=listed, whole=whole))

    def ask(self, question: Question, *patterns: str) -> Answer[Any]:
        """Ask under a key that may read these namespaces (all, if none are given)."""
        return answer(self.views, question, Sight(patterns or ("*",)), self.views.folded)


def names(found: Iterable[Any]) -> list[str]:
    """Nodes as `dataset` or `dataset.column`."""
    return [node.name if node.column is None else f"{node.name}.{node.column}" for node in found]
