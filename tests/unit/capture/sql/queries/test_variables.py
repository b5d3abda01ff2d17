from __future__ import annotations

from tests.unit.capture.sql.reading import edges

SET = "SET @x = (SELECT max(x) FROM u); "


def test_a_column_wins_over_a_variable_except_in_mysql() -> None:
    sql = "CREATE PROCEDURE p() BEGIN DECLARE a INT DEFAULT (SELECT max(x) FROM u); INSERT INTO w (p) SELECT a FROM t; END"
    assert "u.x -> w.p AGGREGATION" in edges(sql, "mysql")
    sql = "DECLARE a INT64 DEFAULT (SELECT max(x) FROM u); INSERT INTO w (p) SELECT a FROM t"
    assert edges(sql, "bigquery") == {"t.a -> w.p IDENTITY"}


def test_a_variable_filters_like_a_column() -> None:
    assert edges(SET + "DELETE FROM w WHERE p = @x", "mysql") == {"w.p -> w.* FILTER", "u.x -> w.* FILTER"}


def test_a_variable_nobody_set_holds_nothing() -> None:
    assert edges("SELECT 1; DELETE FROM w WHERE p = @x", "mysql") == {"w.p -> w.* FILTER"}


def test_a_row_is_read_by_its_fields_or_whole() -> None:
    sql = "FOR r IN (SELECT a, b FROM t) DO INSERT INTO w (p) VALUES ({}); END FOR"
    assert {each for each in edges(sql.format("r.a"), "bigquery") if "w.p" in each} == {"t.a -> w.p IDENTITY"}
    assert {"t.a -> w.p TRANSFORMATION", "t.b -> w.p TRANSFORMATION"} <= edges(sql.format("TO_JSON_STRING(r)"), "bigquery")
