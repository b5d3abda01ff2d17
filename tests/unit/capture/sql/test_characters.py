from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import edges, read

FAMILY = [
    "ansi",
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "hive",
    "mysql",
    "oracle",
    "postgres",
    "redshift",
    "snowflake",
    "trino",
    "tsql",
]


def lower(found: set[str]) -> set[str]:
    return {each.lower() for each in found}


@pytest.mark.parametrize("dialect", FAMILY)
@pytest.mark.parametrize(
    "sql",
    [
        "select a from {{ ref('t') }}",
        "{% if x %} select a from t",
        "select a from t_{{ ds }}",
        "select ${columns} from t",
        "select a from ${schema}.t",
        "select a from t where {filter}",
        "select {columns} from t",
    ],
)
def test_a_template_left_in_is_never_read(sql: str, dialect: str) -> None:
    lineage = read(sql, dialect)
    assert lineage.status == "failed"
    assert [(reason.code, reason.line) for reason in lineage.reasons] == [("templating-left-in", 1)]


@pytest.mark.parametrize("dialect", ["bigquery", "oracle", "trino", "tsql"])
@pytest.mark.parametrize("sql", ["select a from $t", "select $columns from t", "select a from $1"])
def test_a_name_that_begins_with_a_dollar_sign_is_a_template_where_no_name_begins_so(sql: str, dialect: str) -> None:
    assert [reason.code for reason in read(sql, dialect).reasons] == ["templating-left-in"]


@pytest.mark.parametrize(
    ("parameter", "dialects"),
    [
        ("?", FAMILY),
        ("%s", FAMILY),
        ("%(name)s", FAMILY),
        (":name", FAMILY),
        ("@name", ["bigquery", "mysql", "tsql"]),
        ("$1", ["duckdb", "postgres", "redshift"]),
        ("{name:Int32}", ["clickhouse"]),
        ("'{{ ds }}'", FAMILY),
        ("'${day}'", FAMILY),
    ],
)
def test_parameters_of_values_are_values(parameter: str, dialects: list[str]) -> None:
    for dialect in dialects:
        found = edges(f"select t.a as c from t where t.b = {parameter}", dialect, {"t": ("a", "b"), "T": ("A", "B")})
        assert lower(found) == {"t.a -> c identity", "t.b -> * filter"}, dialect


def test_a_remainder_is_no_parameter() -> None:
    assert edges("select a % s as c from z", "duckdb", {"z": ("a", "s")}) == {"z.a -> c TRANSFORMATION", "z.s -> c TRANSFORMATION"}
    assert edges("select a %s as c from z", "duckdb", {"z": ("a", "s")}) == {"z.a -> c TRANSFORMATION", "z.s -> c TRANSFORMATION"}


@pytest.mark.parametrize("parameter", ["?", "%s", ":name"])
@pytest.mark.parametrize("dialect", FAMILY)
def test_a_parameter_in_place_of_a_table_is_never_complete(parameter: str, dialect: str) -> None:
    assert read(f"select a from {parameter}", dialect).status != "complete"
    assert read(f"insert into {parameter} select a from t", dialect).status != "complete"


@pytest.mark.parametrize("dialect", FAMILY)
def test_a_byte_order_mark_is_no_word(dialect: str) -> None:
    assert lower(edges("\ufeffselect t.a as c from t", dialect, {"t": ("a",), "T": ("A",)})) == {"t.a -> c identity"}


@pytest.mark.parametrize("space", "\u00a0\u2003\u202f\u205f\u2060\u3000\u200b\ufeff")
def test_white_space_of_duckdb_is_white_space_and_of_others_doubtful(space: str) -> None:
    sql = f"select{space}a{space}from{space}t where b = 'x{space}y' -- {space}"
    assert edges(sql) == {"t.a -> a IDENTITY", "t.b -> * FILTER"}
    lineage = read(sql, "postgres")
    assert [(reason.code, reason.subject) for reason in lineage.reasons] == [("parse-error", "white space that engines read differently")]
    assert read(f"select a from t where b = 'x{space}y' -- {space}", "postgres").status == "complete"


@pytest.mark.parametrize("space", "\x1c\x85\u1680\u2028\u200c\u200d")
def test_white_space_that_is_none_to_duckdb_is_doubtful(space: str) -> None:
    lineage = read(f"select a from t{space}where b = 1")
    assert [(reason.code, reason.subject) for reason in lineage.reasons] == [("parse-error", "white space that engines read differently")]


@pytest.mark.parametrize("dialect", ["mysql", "clickhouse", "tsql", "oracle", "snowflake"])
def test_a_comment_that_may_go_on_after_a_carriage_return_is_not_trusted(dialect: str) -> None:
    lineage = read("select a -- x\r, b\nfrom t", dialect)
    assert [(reason.code, reason.line, reason.column) for reason in lineage.reasons] == [("parse-error", 1, 10)]
    assert lower(edges("select t.a as c -- x\r\nfrom t", dialect, {"t": ("a",), "T": ("A",)})) == {"t.a -> c identity"}


def test_a_carriage_return_ends_a_comment_of_postgres() -> None:
    assert edges("select a -- x\r, b\nfrom t", "postgres") == {"t.a -> a IDENTITY", "t.b -> b IDENTITY"}


def test_a_comment_of_spark_goes_on_after_a_backslash() -> None:
    assert read("select a -- x \\\n, b from t", "spark").status == "failed"


@pytest.mark.parametrize(
    ("dialect", "nests"),
    [
        *((dialect, True) for dialect in ("postgres", "duckdb", "tsql", "clickhouse", "databricks")),
        *((dialect, False) for dialect in ("mysql", "oracle", "snowflake", "bigquery", "trino")),
    ],
)
def test_comments_nest_where_the_engine_nests_them(dialect: str, nests: bool) -> None:
    lineage = read("select t.a as c /* /* x */ , t.b as d -- */\nfrom t", dialect, {"t": ("a", "b"), "T": ("A", "B")})
    assert lineage.status == "complete", lineage.reasons
    assert {(edge.source_column or "").lower() for edge in lineage.edges} == ({"a"} if nests else {"a", "b"})


@pytest.mark.parametrize("dialect", ["mysql", "bigquery"])
def test_a_hash_begins_a_comment_where_it_does(dialect: str) -> None:
    assert edges("select t.a # , t.b\nfrom t", dialect) == {"t.a -> a IDENTITY"}


@pytest.mark.parametrize("dialect", [each for each in FAMILY if each != "postgres"])
def test_a_select_whose_columns_a_comment_hides_is_no_statement(dialect: str) -> None:
    for sql in ("select -- a from t", "select -- a\nfrom t", "select a from (select /* a */ from t) as s"):
        lineage = read(sql, dialect)
        assert lineage.status == "failed", sql
        assert [reason.line is not None for reason in lineage.reasons] == [True]


def test_postgres_lets_a_select_list_nothing() -> None:
    assert edges("select from t where a > 1", "postgres") == {"t.a -> * FILTER"}


@pytest.mark.parametrize("dialect", FAMILY)
def test_nul_characters_and_endless_texts_have_a_place(dialect: str) -> None:
    for sql, line in (("select a\nfrom t\0", 2), ("select 1 -- " + "x" * 10_000_000, 1), ("select 'a\nfrom t", 1), ("", 1), (" -- x", 1)):
        lineage = read(sql, dialect)
        assert lineage.status == "failed"
        assert lineage.reasons[0].line in (line, 1)


def test_the_wrong_dialect_gives_a_place() -> None:
    lineage = read("SELECT `a` FROM `t`", "postgres")
    assert lineage.status == "failed"
    assert lineage.reasons[0].line == 1


@pytest.mark.parametrize("sql", ["select a from `{{ project }}.d.t`", "select `${column}` from t"])
def test_a_template_inside_a_quoted_name_is_found(sql: str) -> None:
    assert [(reason.code, reason.line) for reason in read(sql, "bigquery").reasons] == [("templating-left-in", 1)]
