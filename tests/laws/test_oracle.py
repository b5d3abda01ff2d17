"""Nothing moves an output that the lineage of a statement does not name: shown by experiment, here on a sample. `make oracle` does all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from headwater.capture.sql.queries import queries, rowmakers, sources
from headwater.capture.sql.queries.influences import NOTHING, Relation
from headwater.capture.sql.writes import inserts
from headwater.model.lineage import Kind, StatementLineage, TableEdge
from tests.oracle.cases import SHORT_NAME, Case, corpus
from tests.oracle.experiment import Laboratory
from tests.oracle.findings import Findings
from tests.oracle.fuzzing import made_up, runs, shrunk
from tests.oracle.reasons import reason, told, unfounded
from tests.oracle.small import SCHEMA
from tests.oracle.verdict import misses, unseen

SAMPLE = corpus()[::13]
GLANCE = [case for case in corpus() if case.name.startswith(SHORT_NAME)][::5]


PURSUITS = 18


def found_of(case: Case, seeds: range = range(2), pursuits: int = 0) -> Findings:
    return Laboratory(case, case.lineage()).run(seeds, pursuits=pursuits)


def assert_covered(found: Findings) -> None:
    assert not found.fault
    if found.lineage.status == "complete":
        assert misses(found) == []


def assert_explained(found: Findings) -> None:
    if found.lineage.status == "complete":
        assert [told(edge) for edge in unseen(found) if reason(found, edge) is None] == []
        assert unfounded(found) == []


@pytest.mark.parametrize("case", GLANCE, ids=str)
def test_every_influence_seen_in_a_glance_has_an_edge(case: Case) -> None:
    found = found_of(case, range(1), PURSUITS)
    assert_covered(found)
    assert_explained(found)
    assert found.moved or found.unstable, "the experiment moved nothing, so it shows nothing"


@pytest.mark.slow
@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_every_influence_seen_by_experiment_has_an_edge_and_every_other_edge_a_reason(case: Case) -> None:
    found = found_of(case, range(1), PURSUITS)
    assert_covered(found)
    assert_explained(found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1030))
def test_every_influence_in_a_statement_made_up_has_an_edge(seed: int) -> None:
    case = made_up(seed)
    assert runs(case.sql)
    assert_covered(found_of(case, range(1)))


def case_of(sql: str) -> Case:
    return Case("broken", "made for this", sql, SCHEMA)


def without(kind: Kind) -> Callable[[StatementLineage], StatementLineage]:
    def break_it(lineage: StatementLineage) -> StatementLineage:
        edges = tuple(edge for edge in lineage.edges if edge.kind is not kind)
        return StatementLineage(status="complete", targets=lineage.targets, edges=edges, fingerprint="", analyser="broken")

    return break_it


@pytest.mark.parametrize(
    ("kind", "sql"),
    [
        (Kind.IDENTITY, "SELECT a FROM t"),
        (Kind.TRANSFORMATION, "SELECT md5(s) AS token FROM t"),
        (Kind.TRANSFORMATION, "SELECT a + b AS c FROM t"),
        (Kind.AGGREGATION, "SELECT g, sum(a) AS c FROM t GROUP BY g"),
        (Kind.JOIN, "SELECT t.a FROM t JOIN u ON t.id = u.id"),
        (Kind.FILTER, "SELECT a FROM t WHERE b > 1"),
        (Kind.GROUP_BY, "SELECT count(*) AS n FROM t GROUP BY g"),
        (Kind.SORT, "SELECT a FROM t ORDER BY b, id, a LIMIT 2"),
        (Kind.WINDOW, "SELECT id, sum(a) OVER (PARTITION BY g) AS c FROM t"),
        (Kind.CONDITIONAL, "SELECT CASE WHEN g > 2 THEN a ELSE b END AS c FROM t"),
    ],
)
def test_a_resolver_that_forgets_one_kind_of_influence_is_caught(kind: Kind, sql: str) -> None:
    case = case_of(sql)
    whole = case.lineage()
    assert misses(Laboratory(case, whole).run(range(4))) == []
    assert misses(Laboratory(case, without(kind)(whole)).run(range(4)))


@pytest.mark.parametrize(
    ("sql", "invented"),
    [
        ("SELECT a FROM t WHERE b > 1", TableEdge("t", "g", None, None, Kind.FILTER, offset=22)),
        ("SELECT id, a FROM t ORDER BY id, a LIMIT 3", TableEdge("t", "b", None, None, Kind.SORT, offset=29)),
        ("SELECT a, s FROM t ORDER BY s, a", TableEdge("t", "s", None, "a", Kind.TRANSFORMATION, offset=10)),
        ("INSERT INTO w (p) SELECT a FROM t", TableEdge("t", "a", "w", "q", Kind.IDENTITY, offset=25)),
    ],
)
def test_an_edge_that_is_invented_finds_no_reason(sql: str, invented: TableEdge) -> None:
    case = case_of(sql)
    whole = case.lineage()
    lineage = StatementLineage(
        status="complete", targets=whole.targets, edges=(*whole.edges, invented), fingerprint="", analyser="inventive"
    )
    found = Laboratory(case, lineage).run(range(1), pursuits=4)
    assert [told(edge) for edge in unseen(found) if reason(found, edge) is None] == [told(invented)]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT a FROM t ORDER BY b", "sorts rows that are all kept"),
        ("SELECT a FROM t ORDER BY b, a, id LIMIT 3", "what other rows would show shows the value itself"),
        ("SELECT row_number() OVER (ORDER BY a) AS n FROM t", "a rank with nothing beside it to see it by"),
        ("UPDATE w SET q = q + 1", "a column onto itself, which changes anyway"),
        ("CREATE TABLE m AS SELECT a FROM t; DROP TABLE m", "the target is gone at the end"),
        ("CREATE TABLE m AS SELECT 1 AS k; SELECT k FROM m", "made of constants"),
    ],
)
def test_an_edge_that_cannot_show_has_a_reason_of_its_own(sql: str, why: str) -> None:
    found = found_of(case_of(sql), range(1), 2)
    assert {reason(found, edge) for edge in unseen(found)} == {why}


def test_tables_keep_their_unique_keys_however_they_are_changed() -> None:
    sql = "INSERT INTO w SELECT a, b, g FROM t ON CONFLICT (p, q) DO UPDATE SET r = excluded.r"
    case = Case("broken", "keyed", sql, SCHEMA, keys={"w": [["p", "q"]], "t": [["a", "b"]]})
    found = found_of(case, range(3))
    assert_covered(found)
    assert {moved.column for moved in found.moved if moved.table == "t"} == {None, "a", "b", "g"}


def only_left(operation: Any, left: Relation, right: Relation, session: Any) -> Relation:
    return left


def first_term(name: str, columns: Any, body: Any, session: Any, ctes: Any, parent: Any) -> Relation:
    return queries.relation_of(body.this, session, ctes, parent).renamed(name)


def nothing_joined(scope: Any, names: Any, left: Any, right: Any, side: Any, join: Any) -> None:
    for name in names:
        scope.merged[name] = NOTHING


def backwards(written: Any, tree: Any, target: str, *others: Any) -> list[str]:
    return list(reversed(written.session.columns(target)))


@pytest.mark.parametrize(
    ("module", "name", "broken", "sql"),
    [
        (queries, "_combine", only_left, "SELECT a FROM t UNION ALL SELECT x FROM u"),
        (
            queries,
            "_recursive",
            first_term,
            "WITH RECURSIVE r(n) AS (SELECT g FROM t UNION SELECT x FROM u, r WHERE u.id = r.n) SELECT n FROM r",
        ),
        (sources, "_merge", nothing_joined, "SELECT id, a FROM t JOIN u USING (id)"),
        (inserts, "placed_columns", backwards, "INSERT INTO w SELECT a, b, g FROM t"),
        (rowmakers, "_arguments", lambda scope, call: NOTHING, "SELECT n.generate_series AS e FROM t, generate_series(1, t.g) AS n"),
        (queries, "with_ctes", lambda query, session, ctes, parent: ctes, "WITH u AS (SELECT id AS x FROM t) SELECT x FROM u"),
    ],
)
def test_a_resolver_broken_inside_is_caught(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, broken: Any, sql: str) -> None:
    case = case_of(sql)
    assert misses(Laboratory(case, case.lineage()).run(range(4))) == []
    assert callable(getattr(module, name)), "the resolver has changed; break it elsewhere"
    monkeypatch.setattr(module, name, broken)
    assert misses(Laboratory(case, case.lineage()).run(range(4)))


def test_a_failing_statement_is_made_smaller() -> None:
    whole = "SELECT abs(a) + 1 AS c, b AS d FROM t WHERE g > 1 ORDER BY ALL LIMIT 3"
    small = shrunk(whole, lambda sql: "a" in sql.replace("AS", "") and "t" in sql)
    assert len(small) < len(whole) / 2 and runs(small)


def words_of(cases: Iterator[Case]) -> set[str]:
    return {word for case in cases for word in case.sql.upper().replace("(", " ").split()}


def test_the_statements_made_up_hold_many_constructs() -> None:
    words = words_of(made_up(seed) for seed in range(200))
    wanted = "WITH UNION INTERSECT EXCEPT LATERAL UNNEST UNPIVOT OVER EXISTS IN ANY CASE GROUP HAVING ROLLUP FILTER DISTINCT LIMIT INSERT"
    assert set(wanted.split()) <= words
