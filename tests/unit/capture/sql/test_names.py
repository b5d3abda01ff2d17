from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import edges, read, told


@pytest.mark.parametrize(
    ("sql", "dialect", "source"),
    [
        ("SELECT k FROM z", "postgres", "cat.sch.z"),
        ("SELECT k FROM S.Z", "postgres", "cat.s.z"),
        ("SELECT k FROM c.s.z", "postgres", "c.s.z"),
        ('SELECT k FROM "S"."Z"', "postgres", "cat.S.Z"),
        ("SELECT k FROM `p.d.Tab`", "bigquery", "p.d.Tab"),
        ("SELECT k FROM a.b.c.d", "tsql", "a.b.c.d"),
        ("SELECT k FROM [My Table]", "tsql", "cat.sch.my table"),
        ("SELECT k FROM delta.`/lake/x`", "databricks", "/lake/x"),
        ("SELECT k FROM 's3://b/k.parquet'", "duckdb", "s3://b/k.parquet"),
        ("SELECT t.k FROM @stage/path AS t", "snowflake", "@stage/path"),
        ("SELECT k FROM db..z", "snowflake", "DB.PUBLIC.Z"),
        ("SELECT k FROM IDENTIFIER('S.\"z\"')", "snowflake", "cat.S.z"),
        ("SELECT k FROM TABLE('c.s.z')", "snowflake", "C.S.Z"),
        ("SELECT k FROM IDENTIFIER('s.z')", "databricks", "cat.s.z"),
        ("SELECT k FROM db..z", "tsql", "db.dbo.z"),
        ("SELECT k FROM srv.db.s.z", "tsql", "srv.db.s.z"),
        ("SELECT k FROM srv.db..z", "tsql", "srv.db.dbo.z"),
        ("SELECT k FROM #z", "tsql", "#z"),
        ("SELECT k FROM ##z", "tsql", "##z"),
        ("SELECT k FROM tempdb..#z", "tsql", "#z"),
        ("SELECT k FROM z@far", "oracle", "Z@FAR"),
        ("SELECT k FROM s.z@far.world", "oracle", "S.Z@FAR.WORLD"),
        ("SELECT k FROM Tab", "bigquery", "cat.sch.Tab"),
        ("SELECT k FROM Ds.Tab", "bigquery", "cat.Ds.Tab"),
        ("SELECT k FROM my-proj.Ds.Tab", "bigquery", "my-proj.Ds.Tab"),
        ("SELECT k FROM `my-proj`.`Ds.Tab`", "bigquery", "my-proj.Ds.Tab"),
        ("SELECT k FROM `p.ds.events_*`", "bigquery", "p.ds.events_*"),
        ("SELECT k FROM ds.INFORMATION_SCHEMA.TABLES", "bigquery", "cat.ds.INFORMATION_SCHEMA.TABLES"),
        ("WITH Tab AS (SELECT k FROM ds.z) SELECT k FROM tAB", "bigquery", "cat.ds.z"),
        ("SELECT k FROM Db.Tab", "mysql", "Db.Tab"),
        ("SELECT k FROM Db.Tab", "clickhouse", "Db.Tab"),
        ("SELECT k FROM Db.Tab", "hive", "db.tab"),
        ("SELECT k FROM Db.Tab", "spark", "cat.db.tab"),
        ("SELECT k FROM Tab", "mysql", "sch.Tab"),
        ("SELECT oid AS k FROM pg_class", "postgres", "cat.pg_catalog.pg_class"),
        ("SELECT k FROM pg_orders", "postgres", "cat.sch.pg_orders"),
        ("SELECT k FROM public.pg_class", "postgres", "cat.public.pg_class"),
        ("SELECT query AS k FROM stl_query", "redshift", "cat.pg_catalog.stl_query"),
        ("SELECT k FROM pg_class", "trino", "cat.sch.pg_class"),
        ('SELECT k FROM "C"."S"."Z"', "trino", "c.s.z"),
        ('SELECT k FROM "AwsDataCatalog"."Db"."Z"', "athena", "awsdatacatalog.db.z"),
    ],
)
def test_a_table_is_named_in_full(sql: str, dialect: str, source: str) -> None:
    assert read(sql, dialect, catalog="cat", schema="sch").sources == (source,)


def test_without_defaults_a_name_stays_short() -> None:
    assert read("SELECT k FROM z").sources == ("z",)


TABLES = {"Tab": ("Col", "b"), "tab": ("col", "b"), "TAB": ("COL", "B")}
SPELLINGS = [
    "select COL as c from Tab",
    "select x.cOL as c from Tab as x",
    "with C as (select Col from Tab) select COL as c from C",
    "select q.c from (select Col as c from Tab) as q",
    "select Abc as c from (select Col as ABC from Tab) as q",
]


@pytest.mark.parametrize("dialect", ["mysql", "starrocks"])
@pytest.mark.parametrize("sql", SPELLINGS)
def test_columns_of_mysql_ignore_case_and_its_tables_do_not(sql: str, dialect: str) -> None:
    assert edges(sql, dialect, TABLES) == {"Tab.Col -> c IDENTITY"}


@pytest.mark.parametrize("dialect", ["ansi", "duckdb", "postgres", "redshift", "databricks", "spark", "trino", "athena", "tsql", "hive"])
@pytest.mark.parametrize("sql", SPELLINGS)
def test_plain_names_are_folded_down(sql: str, dialect: str) -> None:
    assert edges(sql, dialect, TABLES) == {"tab.col -> c IDENTITY"}


@pytest.mark.parametrize("dialect", ["snowflake", "oracle"])
@pytest.mark.parametrize("sql", SPELLINGS)
def test_plain_names_are_folded_up(sql: str, dialect: str) -> None:
    assert edges(sql, dialect, TABLES) == {"TAB.COL -> C IDENTITY"}


@pytest.mark.parametrize("sql", SPELLINGS)
def test_tables_of_bigquery_keep_their_case_and_columns_and_aliases_do_not(sql: str) -> None:
    assert edges(sql, "bigquery", {"Tab": ("col", "b")}) == {"Tab.col -> c IDENTITY"}


def test_a_table_of_bigquery_is_called_by_its_name_in_any_case() -> None:
    tables = {"ds.Tab": ("id", "a"), "ds.U": ("id", "x")}
    assert edges("select TAB.A as c from ds.Tab", "bigquery", tables) == {"ds.Tab.a -> c IDENTITY"}
    assert edges("update ds.Tab set A = tab.ID where true", "bigquery", tables) >= {"ds.Tab.id -> ds.Tab.a IDENTITY"}
    assert edges("merge ds.Tab using ds.U on Tab.id = U.id when matched then update set a = u.x", "bigquery", tables) >= {
        "ds.U.x -> ds.Tab.a IDENTITY"
    }


@pytest.mark.parametrize("sql", ["select e from Ds.T, T.arr as e", "select e from Ds.T as T, t.Arr as e"])
def test_an_array_of_a_table_at_hand_is_no_table(sql: str) -> None:
    assert read(sql, "bigquery").sources == ("Ds.T",)


def test_clickhouse_tells_names_by_their_case() -> None:
    assert read("select x.k from z as X", "clickhouse", {"z": ("k",)}).status == "partial"
    assert read("with C as (select k from z) select k from c", "clickhouse").sources == ("c", "z")


def test_a_temporary_table_is_not_the_stored_one_of_that_name() -> None:
    lineage = read("select a into #t from t; insert into u (x) select a from #t", "tsql")
    assert set(lineage.targets) == {"#t", "u"}
    assert {"t.a -> #t.a IDENTITY", "#t.a -> u.x IDENTITY"} <= told(lineage)


@pytest.mark.parametrize(
    "sql", ["select a from table($x)", "select a from identifier($x)", "select a from table(?)", "select a from table('a b')"]
)
def test_a_table_named_by_a_parameter_is_never_complete(sql: str) -> None:
    assert read(sql, "snowflake").status == "partial"
