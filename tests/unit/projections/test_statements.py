from __future__ import annotations

import msgspec
import pytest

from headwater.model.entries import Position
from headwater.model.facts import DatasetChanged, DatasetUsed, Fact, SchemaObserved, StatementSeen
from headwater.model.ids import RunId
from headwater.model.lineage import Reason, Statement, StatementLineage
from headwater.model.schemas import Column
from headwater.model.times import Instant
from headwater.projections.saved import capture, restore
from headwater.projections.statements import AnalysisRequest, Statements
from headwater.projections.views import Views
from tests.unit.telling import ZERO, Toy, dataset, job

SQL = Statement("insert into t select * from a")


def seen(at: int = 10, run: str = "r") -> StatementSeen:
    return StatementSeen(position=ZERO, at=Instant(at), statement=SQL, job=job("load"), run=RunId(run))


def used(name: str, run: str = "r") -> DatasetUsed:
    return DatasetUsed(position=ZERO, at=Instant(10), dataset=dataset(name), job=job("load"), run=RunId(run), role="input")


def schema(name: str, *columns: str, at: int = 5, whole: bool = True) -> SchemaObserved:
    listed = tuple(Column(column, "int") for column in columns)
    return SchemaObserved(position=ZERO, at=Instant(at), dataset=dataset(name), producer="p", columns=listed, whole=whole)


class Fold:
    """Folds entries and keeps what each asks for."""

    def __init__(self) -> None:
        self.statements, self.position = Statements(), 0

    def entry(self, *facts: Fact) -> list[AnalysisRequest]:
        found = self.statements.fold(Position(self.position), facts, Toy(None, lambda _: ("t", "a")))
        self.position += 1
        return found


def columns(request: AnalysisRequest) -> dict[str, tuple[str, ...] | None]:
    return {table.table: None if table.columns is None else tuple(name for name, _ in table.columns) for table in request.tables}


def test_a_statement_is_analysed_when_first_seen_with_the_schemas_known() -> None:
    fold = Fold()
    fold.entry(schema("a", "x"))
    (request,) = fold.entry(used("a"), seen())
    assert columns(request) == {"t": None, "a": ("x",)}
    assert [str(table.dataset) for table in request.tables] == [str(dataset("t")), str(dataset("a"))]
    assert (request.position, request.job, request.run) == (1, job("load"), "r")


def test_the_same_again_asks_for_nothing() -> None:
    fold = Fold()
    fold.entry(used("a"), seen())
    assert fold.entry(used("a"), seen()) == []


def test_a_late_schema_asks_for_every_statement_that_it_changes() -> None:
    fold = Fold()
    fold.entry(used("a"), seen())
    fold.entry(used("a", "other"), seen(run="other"))
    requests = fold.entry(schema("a", "x", at=40))
    assert [(request.run, columns(request)["a"]) for request in requests] == [("other", ("x",)), ("r", ("x",))]
    assert fold.entry(schema("unrelated", "x")) == []


def test_a_schema_of_after_the_statement_changes_nothing_once_one_is_known() -> None:
    fold = Fold()
    fold.entry(schema("a", "x", at=5), used("a"), seen(at=10))
    assert fold.entry(schema("a", "y", at=20)) == []
    assert [columns(request)["a"] for request in fold.entry(schema("a", "z", at=9))] == [("z",)]


def test_a_list_that_may_not_be_whole_is_as_good_as_none() -> None:
    fold = Fold()
    fold.entry(schema("a", "x", whole=False))
    (request,) = fold.entry(used("a"), seen())
    assert columns(request)["a"] is None


def test_a_recreated_table_is_not_read_by_the_schema_of_the_old() -> None:
    fold = Fold()
    fold.entry(schema("a", "old", at=1), used("a"), seen(at=30))
    (request,) = fold.entry(DatasetChanged(position=ZERO, at=Instant(20), dataset=dataset("a"), change="DROP"))
    assert columns(request)["a"] is None


def test_a_renamed_table_brings_its_schema_along() -> None:
    fold = Fold()
    fold.entry(schema("old", "x", at=1))
    fold.entry(DatasetChanged(position=ZERO, at=Instant(5), dataset=dataset("a"), change="RENAME", previous=dataset("old")))
    (request,) = fold.entry(used("a"), seen(at=30))
    assert columns(request)["a"] == ("x",)


def test_a_dataset_declared_late_gives_the_table_another_meaning() -> None:
    fold = Fold()
    (before,) = fold.entry(seen())
    (after,) = fold.entry(used("db.a"))
    assert [str(table.dataset) for table in before.tables] == ["dataset:jobs:t", "dataset:jobs:a"]
    assert str(after.tables[1].dataset) == str(dataset("db.a"))


@pytest.mark.parametrize("restarted", [False, True])
def test_a_late_schema_under_the_name_before_a_rename_asks_for_the_statements_that_use_the_new_name(restarted: bool) -> None:
    fold = Fold()
    fold.entry(DatasetChanged(position=ZERO, at=Instant(3), dataset=dataset("a"), change="RENAME", previous=dataset("old")))
    fold.entry(used("a"), seen())
    if restarted:
        fold.statements = restore(capture(Views(), fold.statements, "v"))[1]
    (request,) = fold.entry(schema("old", "x", at=1))
    assert columns(request)["a"] == ("x",)


def test_what_is_read_by_a_guessed_dialect_is_partial_at_most() -> None:
    fold = Fold()
    said = msgspec.structs.replace(seen(), statement=msgspec.structs.replace(SQL, misnamed="klingon"))
    (request,) = fold.entry(said)
    read = StatementLineage(status="complete", fingerprint="f", analyser="a")
    lineage = request.answered(read).lineage
    assert (lineage.status, lineage.reasons) == ("partial", (Reason("unknown-dialect", "klingon"),))
    assert request.answered(msgspec.structs.replace(read, status="failed")).lineage.status == "failed"
