from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


def test_what_decides_steers_every_branch() -> None:
    found = edges(
        "IF EXISTS (SELECT 1 FROM u WHERE x > 1) BEGIN INSERT INTO w SELECT a, b FROM t END ELSE UPDATE w SET q = 1",
        "tsql",
    )
    assert found == {
        "t.a -> w.p IDENTITY",
        "t.b -> w.q IDENTITY",
        "u.* -> w.* CONDITIONAL",
        "u.x -> w.* CONDITIONAL",
        "u.* -> w.q CONDITIONAL",
        "u.x -> w.q CONDITIONAL",
    }


def test_a_later_branch_is_steered_by_the_conditions_before_it() -> None:
    sql = (
        "DECLARE x INT64 DEFAULT (SELECT max(a) FROM t); DECLARE y INT64 DEFAULT (SELECT max(x) FROM u);"
        "IF x > 1 THEN SELECT 1; ELSEIF y > 1 THEN SELECT 2; ELSE DELETE FROM w; END IF"
    )
    assert {"t.a -> w.* CONDITIONAL", "u.x -> w.* CONDITIONAL"} <= edges(sql, "bigquery")


@pytest.mark.parametrize(
    ("sql", "overwrites"),
    [
        ("TRUNCATE TABLE w", ("w",)),
        ("BEGIN TRUNCATE TABLE w; END", ("w",)),
        ("IF TRUE THEN TRUNCATE TABLE w; END IF", ()),
        ("LOOP TRUNCATE TABLE w; LEAVE; END LOOP", ()),
        ("BEGIN TRUNCATE TABLE w; EXCEPTION WHEN ERROR THEN SELECT 1; END", ()),
        ("CREATE PROCEDURE p() BEGIN TRUNCATE TABLE w; END", ()),
        ("CREATE PROCEDURE p() BEGIN TRUNCATE TABLE w; END; CALL p()", ("w",)),
        ("IF (SELECT max(a) FROM t) > 1 THEN RETURN; END IF; TRUNCATE TABLE w", ()),
    ],
)
def test_only_what_surely_runs_ends_what_was_there(sql: str, overwrites: tuple[str, ...]) -> None:
    lineage = read(sql, "bigquery")
    assert (lineage.status, lineage.targets, lineage.overwrites) == ("complete", ("w",), overwrites)


def test_leaving_early_steers_all_that_comes_after() -> None:
    sql = "BEGIN IF (SELECT max(a) FROM t) > 1 THEN RETURN; END IF; INSERT INTO w (p) SELECT x FROM u; END"
    assert edges(sql, "bigquery") == {"t.a -> w.* CONDITIONAL", "u.x -> w.p IDENTITY"}


def test_a_loop_carries_what_its_end_puts_in_to_its_beginning() -> None:
    sql = (
        "DECLARE x INT64; DECLARE y INT64; DECLARE z INT64;"
        "WHILE z < 3 DO INSERT INTO w (p) VALUES (x); SET x = y; SET y = (SELECT max(a) FROM t); SET z = 1; END WHILE"
    )
    assert edges(sql, "bigquery") == {"t.a -> w.p AGGREGATION"}


def test_a_loop_over_a_query_hands_on_its_columns_and_is_steered_by_its_rows() -> None:
    sql = "FOR r IN (SELECT a, b FROM t WHERE id > 1) DO INSERT INTO w VALUES (r.b, r.a); END FOR"
    assert edges(sql, "bigquery") == {
        "t.b -> w.p IDENTITY",
        "t.a -> w.q IDENTITY",
        "t.id -> w.p FILTER",
        "t.id -> w.q FILTER",
        "t.id -> w.* CONDITIONAL",
        "t.* -> w.* CONDITIONAL",
    }


def test_a_cursor_is_read_through_its_variables() -> None:
    sql = (
        "DECLARE c CURSOR FOR SELECT a, b FROM t OPEN c FETCH NEXT FROM c INTO @x, @y WHILE @@FETCH_STATUS = 0 "
        "BEGIN INSERT INTO w VALUES (@x, @y) FETCH NEXT FROM c INTO @x, @y END CLOSE c DEALLOCATE c"
    )
    assert {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY", "t.* -> w.* CONDITIONAL"} <= edges(sql, "tsql")


def test_what_a_handler_notes_steers_what_asks_for_it() -> None:
    sql = (
        "CREATE PROCEDURE p() BEGIN DECLARE done INT DEFAULT 0; DECLARE v INT; DECLARE c CURSOR FOR SELECT a FROM t; "
        "DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c; l: LOOP FETCH c INTO v; IF done THEN LEAVE l; END IF; "
        "INSERT INTO w (p) VALUES (v); END LOOP; END"
    )
    assert {"t.a -> w.p IDENTITY", "t.* -> w.* CONDITIONAL"} <= edges(sql, "mysql")


def test_a_handler_runs_because_of_the_rows_that_failed() -> None:
    sql = "BEGIN TRY INSERT INTO w SELECT a, b FROM t END TRY BEGIN CATCH INSERT INTO u (id) VALUES (1) END CATCH"
    assert "t.* -> u.* CONDITIONAL" in edges(sql, "tsql")


def test_a_table_that_branches_make_differently_is_not_known() -> None:
    sql = "IF TRUE THEN CREATE TABLE n AS SELECT a FROM t; ELSE CREATE TABLE n AS SELECT x, y FROM u; END IF;"
    assert codes(f"{sql} CREATE TABLE m AS SELECT * FROM n", "bigquery") == ["star-without-schema"]


def test_a_trigger_sees_the_rows_of_its_table() -> None:
    assert edges("CREATE TRIGGER k ON t AFTER INSERT AS INSERT INTO w SELECT a, b FROM inserted", "tsql") == {
        "t.a -> w.p IDENTITY",
        "t.b -> w.q IDENTITY",
        "t.* -> w.* CONDITIONAL",
    }
    assert "u.x -> t.a AGGREGATION" in edges("CREATE TRIGGER k BEFORE INSERT ON t FOR EACH ROW SET NEW.a = (SELECT max(x) FROM u)", "mysql")


def test_variables_of_a_routine_and_a_batch_end_with_it() -> None:
    sql = "DECLARE @x INT = (SELECT max(a) FROM t)\nGO\nINSERT INTO w (p) VALUES (@x)"
    assert edges(sql, "tsql") == set()


def test_calls_of_calls_end() -> None:
    body = " ".join("CALL q();" for _ in range(9))
    sql = f"CREATE PROCEDURE q() BEGIN CALL p(); {body} END; CREATE PROCEDURE p() BEGIN {body} END; CALL p()"
    assert "unsupported-statement" in codes(sql, "mysql")
