from __future__ import annotations

from headwater.capture.sql import ScriptPart, analyse_script
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import SCHEMAS, Catalog, told


def parts(sql: str, dialect: str = "duckdb") -> tuple[ScriptPart, ...]:
    return analyse_script(Statement(sql, dialect), Catalog(SCHEMAS))


def test_each_statement_has_its_span_and_its_own_lineage() -> None:
    sql = "INSERT INTO w SELECT a, b FROM t;\nSELECT FROM FROM;\nTRUNCATE TABLE w; INSERT INTO w SELECT a, b FROM t"
    found = parts(sql)
    assert [sql[part.start : part.end] for part in found] == [each.strip() for each in sql.split(";")]
    assert [part.lineage.status for part in found] == ["complete", "failed", "complete", "complete"]
    assert told(found[0].lineage) == told(found[3].lineage) == {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}
    assert (found[0].lineage.sources, found[2].lineage.sources, found[2].lineage.overwrites) == (("t",), (), ("w",))


def test_the_same_reason_is_told_of_each_statement_it_concerns() -> None:
    found = parts("SELECT k FROM t; SELECT 1; SELECT k FROM t")
    assert [len(part.lineage.reasons) for part in found] == [1, 0, 1]
    assert [part.lineage.reasons[0].column for part in found if part.lineage.reasons] == [8, 35]


def test_a_loop_is_told_once_and_with_what_steers_it() -> None:
    sql = "FOR r IN (SELECT a FROM t) DO INSERT INTO w (p) VALUES (r.a); END FOR"
    (part,) = parts(sql, "bigquery")
    assert sql[part.start : part.end] == "INSERT INTO w (p) VALUES (r.a)"
    assert told(part.lineage) == {"t.a -> w.p IDENTITY", "t.* -> w.* CONDITIONAL"}


def test_a_text_that_is_run_stands_beside_the_statement_that_runs_it() -> None:
    sql = "EXECUTE IMMEDIATE 'DELETE FROM w'"
    outer, inner = parts(sql, "bigquery")
    assert (sql[outer.start : outer.end], sql[inner.start : inner.end]) == (sql, "DELETE FROM w")
    assert outer.lineage.targets == inner.lineage.targets == ("w",)


def test_reasons_of_the_whole_stand_for_the_whole() -> None:
    found = parts("BEGIN SELECT a FROM t", "tsql")
    assert [reason.code for reason in found[0].lineage.reasons] == ["parse-error"]
    assert (found[0].start, found[0].end) == (0, 21)
    (only,) = parts("")
    assert only.lineage.status == "failed"
