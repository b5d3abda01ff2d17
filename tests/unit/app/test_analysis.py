from __future__ import annotations

from collections.abc import Sequence

from headwater.app.analysis import Analyser, InProcess
from headwater.app.analysis_worker import Outcome, Task
from headwater.capture.sql.cache import Cache
from headwater.model.entries import Position
from headwater.model.lineage import Mentions, Statement
from headwater.model.times import Instant
from headwater.projections.statements import AnalysisRequest, TableSchema
from tests.unit.telling import dataset, job

TOKENS = [f"'hw:str:{letter * 16}'" for letter in "abcdef"]


class Counting(InProcess):
    """Counts what it is given to do; dies of statements that say so."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def perform(self, tasks: Sequence[Task]) -> list[Outcome | None]:
        """As the real one, but for fatal texts."""
        self.done += [task.statement.sql for task in tasks]
        outcomes = super().perform(tasks)
        return [None if "fatal" in task.statement.sql else outcome for task, outcome in zip(tasks, outcomes, strict=True)]


def request(sql: str, *columns: str) -> AnalysisRequest:
    table = TableSchema("t", dataset("t"), tuple((name, "int") for name in columns) or None)
    return AnalysisRequest(Position(0), Instant(0), job("load"), None, Statement(sql, "duckdb"), (table,))


def test_statements_of_one_shape_are_given_to_the_workers_once() -> None:
    performer = Counting()
    analyser = Analyser(performer)
    texts = [f"select a from t where b = {token}" for token in TOKENS]
    analyser.prefetch([Statement(text, "duckdb") for text in texts])
    assert [analyser.mentions(Statement(text, "duckdb")) for text in texts] == [Mentions(("t",))] * 6
    found = analyser.analyse([request(text, "a", "b") for text in texts])
    assert len(performer.done) == 2
    assert len({lineage.fingerprint for lineage in found}) == 6
    assert found == [Analyser(InProcess()).analyse([request(text, "a", "b")])[0] for text in texts]


def test_texts_that_a_token_tells_apart_are_all_analysed() -> None:
    performer = Counting()
    texts = [f"create table n as select a as {token} from t" for token in TOKENS]
    found = Analyser(performer).analyse([request(text, "a", "b") for text in [*texts, *texts]])
    assert sorted(performer.done) == sorted(texts)
    assert [lineage.edges[0].target_column for lineage in found] == [token.strip("'") for token in [*TOKENS, *TOKENS]]


def test_another_schema_is_another_analysis() -> None:
    performer = Counting()
    analyser = Analyser(performer)
    found = analyser.analyse([request("select * from t"), request("select * from t", "a"), request("select * from t")])
    assert [lineage.status for lineage in found] == ["partial", "complete", "partial"]
    assert len(performer.done) == 2


def test_a_shape_that_killed_its_worker_is_not_tried_again() -> None:
    performer = Counting()
    analyser = Analyser(performer)
    for token in TOKENS:
        (lineage,) = analyser.analyse([request(f"select fatal from t where b = {token}", "a")])
        assert ([reason.code for reason in lineage.reasons], lineage.sources) == (["analyser-died"], ("t",))
        assert analyser.mentions(Statement(f"select fatal from t where b = {token}", "duckdb")) == Mentions()
    assert len(performer.done) == 2


def test_a_cache_too_small_to_keep_anything_changes_no_answer() -> None:
    texts = [f"select a from t where b = {token}" for token in TOKENS]
    requests = [request(text, "a", "b") for text in texts]
    assert Analyser(InProcess(), Cache(1)).analyse(requests) == Analyser(InProcess()).analyse(requests)
