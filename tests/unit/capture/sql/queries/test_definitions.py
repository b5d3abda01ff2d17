from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges

A_PLUS_ONE = {"t.a -> c TRANSFORMATION"}
LOOKED_UP = {"u.x -> c AGGREGATION", "u.id -> c FILTER", "t.a -> c FILTER"}


@pytest.mark.parametrize(
    ("dialect", "definition", "expected"),
    [
        ("duckdb", "CREATE MACRO f(x) AS x + 1", A_PLUS_ONE),
        ("duckdb", "CREATE MACRO f(x) AS sum(x)", {"t.a -> c AGGREGATION"}),
        ("duckdb", "CREATE MACRO f(k) AS (SELECT max(x) FROM u WHERE id = k)", LOOKED_UP),
        ("duckdb", "CREATE MACRO g(x) AS x + 1; CREATE MACRO f(x) AS g(x)", A_PLUS_ONE),
        ("duckdb", "CREATE MACRO f(x) AS md5(x)", {"t.a -> c TRANSFORMATION md5"}),
        ("bigquery", "CREATE TEMP FUNCTION f(x INT64) AS (x + 1)", A_PLUS_ONE),
        ("bigquery", "CREATE TEMP FUNCTION f(k INT64) AS ((SELECT max(x) FROM u WHERE id = k))", LOOKED_UP),
        ("postgres", "CREATE FUNCTION f(int) RETURNS int LANGUAGE SQL AS $$ SELECT max(x) FROM u WHERE id = $1 $$", LOOKED_UP),
        ("databricks", "CREATE FUNCTION f(x int) RETURNS int RETURN x + 1", A_PLUS_ONE),
    ],
)
def test_a_function_of_the_text_is_read_at_its_call(dialect: str, definition: str, expected: set[str]) -> None:
    assert edges(f"{definition}; SELECT f(a) AS c FROM t", dialect) == expected


def test_a_function_in_a_string_has_no_place_in_the_text() -> None:
    found = edges("CREATE FUNCTION f(x int) RETURNS int AS 'x + 1'; SELECT f(a) AS c FROM t", "snowflake", {"T": ("A",)})
    assert found == {"T.A -> C TRANSFORMATION"}


def test_a_parameter_of_a_macro_wins_over_a_column_and_a_functions_does_not() -> None:
    macro = edges("CREATE MACRO f(x) AS (SELECT max(x) FROM u); SELECT f(a) AS c FROM t")
    assert "t.a -> c AGGREGATION" in macro and "u.x -> c AGGREGATION" not in macro
    function = edges("CREATE FUNCTION f(x int) RETURNS int LANGUAGE SQL AS $$ SELECT max(x) FROM u $$; SELECT f(a) AS c FROM t", "postgres")
    assert "u.x -> c AGGREGATION" in function and "t.a -> c AGGREGATION" not in function


def test_a_table_macro_gives_rows() -> None:
    found = edges("CREATE MACRO g(v) AS TABLE SELECT x FROM u WHERE id = v; SELECT * FROM g(3)")
    assert found == {"u.x -> x IDENTITY", "u.id -> * FILTER"}


def test_arguments_may_be_named() -> None:
    assert edges("CREATE MACRO f(x, y) AS x; SELECT f(y := a, x := b) AS c FROM t") == {"t.b -> c IDENTITY"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "CREATE MACRO f(x) AS f(x) + f(x); SELECT f(a) AS c FROM t"),
        ("duckdb", "CREATE MACRO f(x) AS g(x); CREATE MACRO g(x) AS f(x); SELECT f(a) AS c FROM t"),
        ("duckdb", "CREATE MACRO f(x) AS x; SELECT f(a, b) AS c FROM t"),
        ("duckdb", "CREATE MACRO f(x) AS mine(x); SELECT f(a) AS c FROM t"),
        ("databricks", "CREATE FUNCTION s1.f(x int) RETURNS int RETURN x; SELECT s2.f(a) AS c FROM t"),
        ("bigquery", 'CREATE TEMP FUNCTION f(x INT64) RETURNS INT64 LANGUAGE js AS "return x"; SELECT f(a) AS c FROM t'),
        ("postgres", "CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; SELECT f(a) AS c FROM t"),
    ],
)
def test_a_function_that_cannot_be_read_for_certain_is_unknown(dialect: str, sql: str) -> None:
    assert "unknown-function" in codes(sql, dialect)


def test_calls_that_multiply_come_to_an_end() -> None:
    chain = "CREATE MACRO f0(x) AS x + 1; " + "".join(
        f"CREATE MACRO f{at}(x) AS {' + '.join([f'f{at - 1}(x)'] * 9)}; " for at in range(1, 12)
    )
    assert codes(chain + "SELECT f11(a) AS c FROM t") == ["work-budget"]


def test_a_name_alone_hides_nothing() -> None:
    assert edges("CREATE MACRO mask_email(x) AS x; SELECT mask_email(a) AS c FROM t") == {"t.a -> c IDENTITY"}


@pytest.mark.parametrize(
    "later", ["DROP MACRO f", "DROP FUNCTION IF EXISTS f", 'CREATE OR REPLACE FUNCTION f(x INT64) RETURNS INT64 LANGUAGE js AS "return x"']
)
def test_a_function_that_was_dropped_or_replaced_is_unknown(later: str) -> None:
    dialect = "bigquery" if "js" in later else "duckdb"
    first = "CREATE TEMP FUNCTION f(x INT64) AS (1)" if dialect == "bigquery" else "CREATE MACRO f(x) AS 1"
    assert "unknown-function" in codes(f"{first}; {later}; SELECT f(a) AS c FROM t", dialect)


def test_what_a_macro_is_handed_is_read_where_it_is_called() -> None:
    sql = "CREATE MACRO best(k) AS (SELECT max(x) FROM u WHERE y = k); SELECT best(id) AS m FROM t"
    assert edges(sql) == {"u.x -> m AGGREGATION", "u.y -> m FILTER", "t.id -> m FILTER"}


def test_of_macros_with_one_name_the_one_that_a_call_fits_is_meant() -> None:
    macro = "CREATE MACRO f(x) AS x + 1, (x, y) AS y; "
    assert edges(f"{macro} SELECT f(a) AS c FROM t") == {"t.a -> c TRANSFORMATION"}
    assert edges(f"{macro} SELECT f(a, b) AS c FROM t") == {"t.b -> c IDENTITY"}
    assert codes(f"{macro} SELECT f(a, b, id) AS c FROM t") == ["unknown-function"]


def test_a_function_takes_what_a_parameter_is_by_default() -> None:
    function = "CREATE FUNCTION f(x int, y int DEFAULT 2) RETURNS int LANGUAGE sql RETURN x * y; "
    assert edges(f"{function} SELECT f(a) AS c FROM t", "postgres") == {"t.a -> c TRANSFORMATION"}
    assert codes(f"{function} SELECT f() AS c FROM t", "postgres") == ["unknown-function"]
