from __future__ import annotations

from tests.unit.capture.sql.reading import codes, edges


def test_returned_rows_are_those_that_the_statement_picked() -> None:
    assert edges("DELETE FROM w WHERE p = 1 RETURNING q", "postgres") == {"w.p -> w.* FILTER", "w.p -> * FILTER", "w.q -> q IDENTITY"}


def test_returning_sees_the_other_tables() -> None:
    found = edges("UPDATE t SET a = u.x FROM u WHERE t.id = u.id RETURNING t.a, u.y", "postgres")
    assert {"t.a -> a IDENTITY", "u.y -> y IDENTITY", "u.id -> * FILTER"} <= found


def test_a_common_table_expression_that_writes_is_read_like_a_table() -> None:
    sql = "WITH gone AS (DELETE FROM t WHERE b = 2 RETURNING id, a) INSERT INTO w SELECT a, id FROM gone"
    assert edges(sql, "postgres") == {
        "t.b -> t.* FILTER",
        "t.a -> w.p IDENTITY",
        "t.id -> w.q IDENTITY",
        "t.b -> w.* FILTER",
    }


def test_common_table_expressions_that_write_follow_each_other() -> None:
    sql = (
        "WITH x AS (UPDATE t SET a = u.x FROM u WHERE u.id = t.id RETURNING u.y), y AS (INSERT INTO w (p) SELECT y FROM x RETURNING p) "
        "SELECT p FROM y"
    )
    assert {"u.x -> t.a IDENTITY", "u.y -> w.p IDENTITY", "w.p -> p IDENTITY", "u.id -> w.* FILTER"} <= edges(sql, "postgres")


def test_output_into_a_table_of_unknown_columns_is_said() -> None:
    assert codes("DELETE FROM w OUTPUT deleted.p INTO z", "tsql") == ["target-columns-unknown"]
