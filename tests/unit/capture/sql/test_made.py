"""What columns a text says it gives to tables, as others find them afterwards."""

from __future__ import annotations

import pytest

from headwater.capture.sql import NoSchemas, analyse, mentions_of
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import Catalog

KNOWN = Catalog({"t": ("a", "b"), "u": ("a", "c")})
UNCERTAIN = None


@pytest.mark.parametrize(
    ("sql", "dialect", "columns"),
    [
        ("create table x as select * from t", "duckdb", ("a", "b")),
        ("create view x (p, q) as select * from t", "postgres", ("p", "q")),
        ("create materialized view x as select a + 1 as z, b from t", "postgres", ("z", "b")),
        ("create table x (a int, b text)", "duckdb", ("a", "b")),
        ("create table x like t", "mysql", ("a", "b")),
        ("select * into x from t", "tsql", ("a", "b")),
        ("create table y as select * from t; create table x as select * from y", "duckdb", ("a", "b")),
        ("alter table t rename to x", "duckdb", ("a", "b")),
        ("create table x partitioned by (b) as select * from t", "spark", ("a", "b")),
        ("create table x partitioned by (a) as select * from t", "spark", UNCERTAIN),
        ("create table if not exists x as select * from t", "duckdb", UNCERTAIN),
        ("create table x as select * from unknown", "duckdb", UNCERTAIN),
        ("create table x as select a + 1 from t", "postgres", UNCERTAIN),
        ("create table x as select t.*, u.* from t, u", "duckdb", ("a", "b", "a_1", "c")),
        ("create table x as select t.*, u.* from t, u", "postgres", UNCERTAIN),
        ("create table x as select * from t; garble y", "duckdb", UNCERTAIN),
        ("create table x like unknown", "mysql", UNCERTAIN),
        ("alter table x add column c int", "duckdb", UNCERTAIN),
        ("reshape table x somehow", "duckdb", UNCERTAIN),
        ("drop table x", "duckdb", UNCERTAIN),
    ],
)
def test_a_text_says_what_columns_a_table_has_after_it(sql: str, dialect: str, columns: tuple[str, ...] | None) -> None:
    statement = Statement(sql, dialect)
    assert dict(analyse(statement, KNOWN).made)["x"] == columns
    assert mentions_of(statement).shapes


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("select * from t", "duckdb"),
        ("insert into t select * from u", "duckdb"),
        ("insert into t select * frm u blah (", "duckdb"),
        ("truncate table t", "duckdb"),
        ("create temporary table x as select * from t", "duckdb"),
        ("select * into #x from t", "tsql"),
        ("cache table x as select * from t", "spark"),
        ("create index i on t (a)", "duckdb"),
    ],
)
def test_a_text_that_leaves_all_columns_as_others_find_them_says_nothing(sql: str, dialect: str) -> None:
    statement = Statement(sql, dialect)
    assert analyse(statement, KNOWN).made == analyse(statement, NoSchemas()).made == ()
    assert not mentions_of(statement).shapes


def test_what_may_not_run_is_uncertain() -> None:
    sql = "begin if 1 = 1 begin create table x (a int) end; create table y (a int) end"
    assert dict(analyse(Statement(sql, "tsql"), KNOWN).made) == {"x": UNCERTAIN, "y": ("a",)}
