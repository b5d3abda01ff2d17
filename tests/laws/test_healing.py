"""Laws of late schemas, with the real analyser: what was partial for want of a schema becomes what it would have been all along."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.app.analysis import Analyser, InProcess
from headwater.capture.sql import analyse
from headwater.capture.sql.cache import Cache
from headwater.model.entries import Position
from headwater.model.facts import DatasetUsed, Fact, RunObserved, SchemaObserved, StatementSeen
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Statement
from headwater.model.schemas import Column
from headwater.model.times import Instant
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.statements import AnalysisRequest, Statements, TableSchema
from headwater.projections.views import Views
from tests.laws.test_projections import alive_claims, believed

LAKE, ZERO = "duckdb://lake", Position(0)
TABLES = ("t", "u", "w", "z")
TEXTS = (
    "insert into w select * from t",
    "insert into w select * from t where a = 'hw:str:aaaaaaaaaaaaaaaa'",
    "insert into w select * from t where a = 'hw:str:bbbbbbbbbbbbbbbb'",
    "create or replace table w as select t.*, u.b as c from t join u on t.id = u.id",
    "create table w as select a, b from t, u",
    "insert into w (id) select id from t",
    "insert into w select * from (select * from u) as s union all select * from t",
)
NAMES = st.lists(st.sampled_from(["id", "a", "b"]), unique=True, min_size=1, max_size=3)
instants = st.integers(0, 4).map(lambda number: Instant(number * 10))
analysers = st.sampled_from([Analyser(InProcess()), Analyser(InProcess(), Cache(1))])


def used(name: str, job: JobId, run: RunId, at: Instant) -> DatasetUsed:
    return DatasetUsed(position=ZERO, at=at, dataset=DatasetId(LAKE, name), job=job, run=run, role="output" if name == "w" else "input")


def event(sql: str, number: int, at: int) -> list[Fact]:
    """A run that says what it read and wrote, and by which statement."""
    job, run, moment = JobId("jobs", "load"), RunId(f"r{number}"), Instant(at)
    return [
        RunObserved(position=ZERO, at=moment, run=run, job=job, event_type="COMPLETE", producer="p"),
        *(used(name, job, run, moment) for name in ("t", "u", "w")),
        StatementSeen(position=ZERO, at=moment, statement=Statement(sql, "duckdb"), job=job, run=run),
    ]


def schema(name: str, *columns: str, at: int = 0) -> list[Fact]:
    """What one producer says of a table."""
    listed = tuple(Column(column, "int") for column in columns)
    return [SchemaObserved(position=ZERO, at=Instant(at), dataset=DatasetId(LAKE, name), producer="p", columns=listed)]


events = st.builds(event, st.sampled_from(TEXTS), st.integers(0, 3), instants)
schemas = st.builds(lambda name, columns, at: schema(name, *columns, at=at), st.sampled_from(TABLES), NAMES, instants)
stories = st.lists(st.one_of(events, schemas), max_size=7)


class Lake:
    """Views and what they ask of the analyser, entry by entry."""

    def __init__(self, analyser: Analyser) -> None:
        self.views, self.statements, self.analyser = Views(), Statements(), analyser
        self.read_with: dict[tuple[RunId | None, Statement], tuple[TableSchema, ...]] = {}

    def tell(self, *told: Sequence[Fact]) -> list[AnalysisRequest]:
        """Fold entries; gives what the last of them asked for."""
        requests: list[AnalysisRequest] = []
        for facts in told:
            position = Position(self.views.folded)
            here = [msgspec.structs.replace(fact, position=position) for fact in facts]
            requests = self.statements.fold(position, here, self.analyser)
            self.read_with.update({(request.run, request.statement): request.tables for request in requests})
            found = self.analyser.analyse(requests)
            analysed = [request.answered(lineage) for request, lineage in zip(requests, found, strict=True)]
            self.views.fold(position, [*here, *analysed])
        self.views.flush()
        return requests

    def parsed(self) -> list[Derivation]:
        """Derivations by statements, in the order in which they came to be known."""
        return [record for record in self.views.derivations.records if record is not None and record.claim.origin == "sql"]


@settings(max_examples=60)
@given(stories, analysers, st.randoms(use_true_random=False))
def test_schemas_and_statements_may_come_in_any_order(told: list[list[Fact]], analyser: Analyser, order: random.Random) -> None:
    one, other = Lake(analyser), Lake(Analyser(InProcess()))
    one.tell(*told)
    order.shuffle(told)
    other.tell(*told)
    assert believed(one.views) == believed(other.views)


@given(stories, NAMES, instants)
def test_a_schema_of_a_table_no_statement_names_asks_for_nothing(told: list[list[Fact]], names: list[str], at: int) -> None:
    lake = Lake(Analyser(InProcess()))
    lake.tell(*told)
    before = believed(lake.views)["edges"], [record.known for record in lake.parsed()]
    assert lake.tell(schema("unrelated", *names, at=at)) == []
    assert (believed(lake.views)["edges"], [record.known for record in lake.parsed()]) == before


@given(stories, st.sampled_from(TABLES), NAMES, instants)
def test_a_schema_asks_only_for_statements_that_it_makes_different(told: list[list[Fact]], table: str, names: list[str], at: int) -> None:
    lake = Lake(Analyser(InProcess()))
    lake.tell(*told)
    before = dict(lake.read_with)
    different = {table}
    for request in lake.tell(schema(table, *names, at=at)):
        assert different & {each.dataset.name for each in request.tables}
        assert request.tables != before[request.run, request.statement]
        different |= {dataset.name for dataset in request.spoken}
    assert lake.tell(schema(table, *names, at=at)) == []


@pytest.mark.parametrize("sql", [sql for sql in TEXTS if "w (id)" not in sql])
@pytest.mark.parametrize("order", ["tuw", "wut"])
def test_healing_closes_what_was_known_and_opens_what_is(sql: str, order: str) -> None:
    told = {"t": schema("t", "id", "a", at=5), "u": schema("u", "id", "b", at=30), "w": schema("w", "id", "a")}
    lake = Lake(Analyser(InProcess()))
    lake.tell(event(sql, 1, 20))
    assert [(record.claim.status, record.known) for record in lake.parsed()] == [("partial", [0])]
    then = alive_claims(lake.views, 30, 0)
    lake.tell(*(told[name] for name in order))
    *closed, healed = lake.parsed()
    assert (healed.claim.status, healed.is_open, len(healed.known)) == ("complete", True, 1)
    assert [record.known for record in closed] == [[one.known[0], next_.known[0]] for one, next_ in pairwise(lake.parsed())]
    assert alive_claims(lake.views, 30, 0) == then


@given(st.sampled_from(TEXTS), st.permutations(["run", "t", "u", "w"]), analysers)
def test_a_healed_statement_has_the_fingerprint_it_would_have_had_at_once(sql: str, order: list[str], analyser: Analyser) -> None:
    told = {"run": event(sql, 1, 20), "t": schema("t", "id", "a"), "u": schema("u", "id", "b"), "w": schema("w", "id", "a")}
    lake = Lake(analyser)
    lake.tell(*(told[name] for name in order))

    class Catalog:
        def columns(self, table: str) -> dict[str, str] | None:
            return {"t": {"id": "int", "a": "int"}, "u": {"id": "int", "b": "int"}, "w": {"id": "int", "a": "int"}}[table]

    (record,) = [record for record in lake.parsed() if record.is_open]
    expected = analyse(Statement(sql, "duckdb"), Catalog())
    assert (record.claim.fingerprint, record.claim.status) == (expected.fingerprint, expected.status)


@given(stories, st.sampled_from(TEXTS))
def test_a_statement_already_complete_keeps_its_fingerprint_whatever_other_schemas_come(told: list[list[Fact]], sql: str) -> None:
    lake = Lake(Analyser(InProcess()))
    complete = "insert into w (id) select id from t where t.id in (select u.id from u)"
    lake.tell(schema("t", "id"), schema("u", "id"), schema("w", "id"), event(complete, 9, 20))
    before = [record.claim.fingerprint for record in lake.parsed()]
    lake.tell(*(facts for facts in told if not isinstance(facts[0], SchemaObserved)), event(sql, 8, 20), schema("z", "id", "a"))
    assert set(before) <= {record.claim.fingerprint for record in lake.parsed() if record.is_open}
