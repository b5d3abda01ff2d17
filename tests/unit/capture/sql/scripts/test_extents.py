from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.scripts.extents import Extent, starts_statement


def cut(sql: str) -> list[str]:
    grammar = grammar_of("tsql")
    assert grammar is not None
    tokens, at, found = grammar.tokens(sql), 0, []
    while at < len(tokens):
        end = max(Extent(tokens, at).end(), at + 1)
        found.append(sql[tokens[at].start : tokens[end - 1].end + 1])
        at = end
    return found


@pytest.mark.parametrize(
    "statements",
    [
        ("SELECT a FROM t", "SELECT b FROM t"),
        ("INSERT INTO w SELECT a, b FROM t", "DELETE FROM w WHERE p = 1", "UPDATE t SET a = 1", "SET @x = 1"),
        ("INSERT w (p) VALUES (1)", "EXEC p @a = 1", "INSERT INTO w EXEC p", "SELECT 1"),
        ("WITH c AS (SELECT a FROM t) INSERT INTO w SELECT a, a FROM c", "WITH d AS (SELECT 1 AS k) SELECT k FROM d"),
        ("SELECT a FROM t UNION ALL SELECT x FROM u EXCEPT SELECT p FROM w", "PRINT 'x'"),
        ("SELECT a FROM t WITH (NOLOCK) WHERE b IN (SELECT x FROM u)", "RETURN"),
        ("CREATE VIEW v AS SELECT a FROM t",),
        ("DROP TABLE IF EXISTS w", "CREATE TABLE w (p INT)", "ALTER TABLE w ALTER COLUMN p BIGINT", "TRUNCATE TABLE w"),
        ("SELECT CASE WHEN a = 1 THEN 2 END FROM t", "DECLARE @x INT = 1"),
        ("SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY", "FETCH NEXT FROM c INTO @x"),
        ("MERGE INTO w USING u ON w.p = u.id WHEN MATCHED THEN UPDATE SET q = 1 WHEN NOT MATCHED THEN INSERT (p) VALUES (1)", "SELECT 1"),
        ("DECLARE c CURSOR FOR SELECT a FROM t", "OPEN c"),
        ("GRANT SELECT, INSERT ON t TO someone", "SELECT 1"),
        ("CREATE TABLE k (a INT REFERENCES t (id) ON DELETE SET NULL ON UPDATE CASCADE)", "SELECT 1"),
        ("SELECT a FROM t INNER MERGE JOIN u ON t.id = u.id", "SELECT 1"),
    ],
)
def test_statements_without_semicolons_are_cut_where_the_next_begins(statements: tuple[str, ...]) -> None:
    assert cut(" ".join(statements)) == list(statements)


def test_a_condition_ends_where_a_statement_begins() -> None:
    grammar = grammar_of("tsql")
    assert grammar is not None
    tokens = grammar.tokens("UPDATE (a) = 1 SELECT t.print")
    assert [starts_statement(tokens, at) for at in (0, 6, 9)] == [False, True, False]
