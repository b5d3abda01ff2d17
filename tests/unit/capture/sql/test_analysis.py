from __future__ import annotations

import pickle

import pytest

from headwater.capture.sql import ANALYSER, NoSchemas, analyse, analyse_query, referenced_tables
from headwater.capture.sql.reasons import CODES
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import Catalog, codes, edges, read


@pytest.mark.parametrize(
    "sql",
    [
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SET x = 1",
        "SET search_path TO a",
        "USE a",
        "PRAGMA threads",
        "ANALYZE t",
        "GRANT SELECT ON t TO someone",
        "CREATE SCHEMA s",
        "ATTACH 'x.db' AS x",
        "CHECKPOINT",
        "SHOW TABLES",
        "COMMENT ON TABLE t IS 'x'",
        "DESCRIBE t",
        "EXPLAIN INSERT INTO w SELECT a, b FROM t",
    ],
)
def test_a_statement_that_moves_nothing_is_complete_and_empty(sql: str) -> None:
    lineage = read(sql)
    assert (lineage.status, lineage.edges, lineage.targets, lineage.sources) == ("complete", (), (), ())


@pytest.mark.parametrize(
    "sql",
    [
        "CALL f(1)",
        "EXPORT DATABASE 'x'",
        "EXECUTE plan",
        "CREATE MACRO left(x) AS x + 1",
        "PIVOT t ON a USING sum(b)",
        "CREATE TYPE k AS ENUM (SELECT a FROM t)",
        "VACUUM t INTO u x y",
        "gibberish",
        "SELECT * FROM z PIVOT (sum(a) FOR b IN (1, 2))",
        "SELECT COLUMNS('(a*)*') FROM t",
        "SELECT * FROM query('SELECT 1')",
    ],
)
def test_what_is_not_followed_is_never_a_silent_success(sql: str) -> None:
    lineage = read(sql)
    assert lineage.reasons or "VACUUM" in sql
    assert lineage.status != "complete" or "VACUUM" in sql


def test_a_statement_nobody_follows_still_names_its_tables() -> None:
    lineage = read("CREATE RULE r AS ON UPDATE TO k DO INSTEAD INSERT INTO w SELECT a FROM t JOIN u USING (id)", "postgres")
    assert lineage.status != "complete"
    assert set(lineage.sources) == {"t", "u"}
    assert "w" in lineage.targets


@pytest.mark.parametrize(
    ("sql", "code", "place"),
    [
        ("", "no-statement", (1, 1)),
        ("-- nothing\n/* here */ ;;", "no-statement", (1, 1)),
        ("SELECT 1;\nSELECT {{ x }}", "templating-left-in", (2, 8)),
        ("{% if x %} SELECT 1", "templating-left-in", (1, 1)),
        ("SELECT a\0 FROM t", "nul-character", (1, 9)),
        ("SELECT 'open", "parse-error", (1, 1)),
        ("SELECT " + "(" * 300 + "1" + ")" * 300, "nesting-too-deep", (1, 208)),
    ],
)
def test_bad_input_fails_with_a_reason_and_a_place(sql: str, code: str, place: tuple[int, int]) -> None:
    lineage = read(sql)
    assert lineage.status == "failed"
    (reason,) = lineage.reasons
    assert (reason.code, (reason.line, reason.column)) == (code, place)


def test_an_unknown_dialect_is_said() -> None:
    assert codes("SELECT 1", "klingon") == ["unknown-dialect"]


def test_a_text_beyond_ten_megabytes_is_not_read() -> None:
    assert codes("SELECT " + "1" * 10_000_000) == ["text-too-long"]


def test_the_wrong_dialect_is_no_crash() -> None:
    assert read("SELECT TOP 5 [a b] FROM t", "postgres").status in ("partial", "failed")


def test_one_bad_statement_does_not_hide_the_others() -> None:
    lineage = read("CREATE TABLE n AS SELECT a FROM t; SELECT FROM FROM; INSERT INTO w SELECT x, y FROM u")
    assert lineage.status == "partial"
    assert lineage.targets == ("n", "w")
    assert len(lineage.edges) == 3


def test_results_are_equal_and_cross_process_borders() -> None:
    sql = "INSERT INTO w SELECT a, count(*) FROM t JOIN u USING (id) GROUP BY a"
    lineage = read(sql)
    assert pickle.loads(pickle.dumps(lineage)) == lineage == read(sql)
    assert lineage.analyser == ANALYSER


def test_referenced_tables_are_all_that_a_statement_touches() -> None:
    sql = "INSERT INTO w WITH t2 AS (SELECT * FROM t) SELECT * FROM t2, s.z, 'f.csv'"
    assert referenced_tables(Statement(sql, "duckdb", "c", "d")) == ("c.d.t", "c.d.w", "c.s.z", "f.csv")


def test_a_fault_of_the_engine_becomes_a_gap() -> None:
    class Broken(Catalog):
        def columns(self, table: str) -> dict[str, str] | None:
            raise KeyError(table)

    lineage = analyse(Statement("SELECT a FROM t", "duckdb"), Broken({}))
    assert [(reason.code, reason.subject) for reason in lineage.reasons] == [("analyser-fault", "KeyError")]
    assert lineage.sources == ("t",)


def test_a_fault_at_one_statement_takes_nothing_from_those_after_it() -> None:
    class Partly(Catalog):
        def columns(self, table: str) -> dict[str, str] | None:
            if table == "bad":
                raise RecursionError
            return None

    sql = "DECLARE n INT DEFAULT (SELECT max(a) FROM bad); SET m = (SELECT b FROM bad); SELECT a FROM t"
    lineage = analyse(Statement(sql, "bigquery"), Partly({}))
    assert (lineage.status, {reason.code for reason in lineage.reasons}) == ("partial", {"nesting-too-deep"})
    assert lineage.sources == ("bad", "t") and [edge.source_column for edge in lineage.edges] == ["a"]


def test_every_source_of_an_edge_is_listed() -> None:
    lineage = read("UPDATE t SET a = b + 1 WHERE id > 3")
    assert {edge.source_table for edge in lineage.edges} <= set(lineage.sources)


def test_thousand_wide_and_ten_thousand_long_statements_are_read() -> None:
    wide = {"t": tuple(f"c{at}" for at in range(5000))}
    assert len(edges("CREATE TABLE n AS SELECT * FROM t", "duckdb", wide)) == 5000
    assert edges("SELECT " + " + ".join(["a"] * 10_000) + " AS c FROM t") == {"t.a -> c TRANSFORMATION"}
    assert edges(" UNION ALL ".join(["SELECT a FROM t"] * 3000)) == {"t.a -> a IDENTITY"}
    assert edges("SELECT a FROM t WHERE " + " OR ".join(f"b = {at}" for at in range(5000))) == {"t.a -> a IDENTITY", "t.b -> * FILTER"}


def test_an_empty_catalog_answers_nothing() -> None:
    assert NoSchemas().columns("t") is None


def test_reasons_use_known_codes_only() -> None:
    assert set(codes("SELECT *, f9(a) FROM z; FOO BAR")) <= set(CODES)


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT a, 1 AS one, count(*) AS n FROM t", ("a", "one", "n")),
        ("WITH c AS (SELECT 1 AS x) SELECT * FROM c", ("x",)),
        ("SELECT a FROM t UNION ALL SELECT b FROM u", ("a",)),
        ("SELECT * FROM known", ("id", "name")),
        ("SELECT * FROM unknown", None),
        ("SELECT count(*) FROM t", None),
        ("SELECT a FROM t; SELECT b FROM t", None),
        ("INSERT INTO t SELECT a FROM u", None),
        ("SELECT ( FROM", None),
        ("", None),
    ],
)
def test_the_columns_that_a_query_gives_are_told_where_all_are_known(sql: str, columns: tuple[str, ...] | None) -> None:
    statement = Statement(sql, "postgres")
    schemas = Catalog({"known": ("id", "name")})
    lineage, given = analyse_query(statement, schemas)
    assert given == columns
    assert lineage == analyse(statement, schemas)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "SELECT count(*) AS n FROM t JOIN u USING (id)"),
        ("duckdb", "SELECT t.a FROM t NATURAL JOIN u"),
        ("postgres", "INSERT INTO t (id, a) SELECT id, x FROM u ON CONFLICT (id) DO UPDATE SET a = excluded.a WHERE t.b > 1"),
        ("postgres", "INSERT INTO t SELECT id, x, y FROM u ON CONFLICT DO NOTHING"),
        ("databricks", "MERGE INTO t USING t AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"),
        ("duckdb", "SUMMARIZE t"),
        ("duckdb", "COPY t TO 'x.parquet'"),
        ("duckdb", "SELECT count(t.*) AS n, row_number() OVER () AS r FROM t"),
        ("snowflake", "COPY INTO t (id) FROM (SELECT $1 FROM @stage/p)"),
    ],
)
def test_every_influence_has_a_place(dialect: str, sql: str) -> None:
    found = read(sql, dialect).edges
    assert found
    assert [edge for edge in found if edge.offset is None] == []


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("oracle", "CREATE PROCEDURE p (y OUT NUMBER) IS BEGIN SELECT a INTO y FROM t; END;"),
        ("tsql", "CREATE PROCEDURE p @y int OUTPUT AS BEGIN SELECT @y = a FROM t END"),
        ("mysql", "CREATE PROCEDURE p (OUT y INT) BEGIN SELECT a INTO y FROM t; END"),
        ("bigquery", "CREATE PROCEDURE d.p (OUT y INT64) BEGIN SET y = (SELECT max(a) FROM t); END"),
    ],
)
def test_a_parameter_that_is_handed_out_reaches_whoever_calls(dialect: str, sql: str) -> None:
    found = read(sql, dialect, {"T": ("A",), "t": ("a",)}).edges
    assert {(edge.source_table.lower(), (edge.source_column or "").lower(), edge.target_table, edge.target_column) for edge in found} >= {
        ("t", "a", None, "y")
    }
