from __future__ import annotations

import pytest

from headwater.capture.sql import analyse_script
from headwater.capture.sql.words.masking import FUNCTIONS as MASKS
from headwater.capture.sql.words.measures import COUNT, FUNCTIONS, MEMBER, TEST, TOTAL, measure_of, stronger
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import SCHEMAS, Catalog, read

TABLES = {**SCHEMAS, "T": ("ID", "A", "B")}


def ways(sql: str, dialect: str | None = "duckdb", source: str = "a", target: str | None = "c") -> set[str | None]:
    """The measures of all direct ways from one column to another, None for a way that may show the value."""
    found = read(sql, dialect, TABLES)
    return {
        edge.measure
        for edge in found.edges
        if (edge.source_column or "").lower() == source and (edge.target_column or "").lower() == target and edge.kind.is_direct
    }


@pytest.mark.parametrize(
    ("dialect", "value", "measure"),
    [
        ("duckdb", "COUNT(a)", COUNT),
        ("duckdb", "COUNT(DISTINCT a)", COUNT),
        ("duckdb", "COUNT(DISTINCT (a, b))", COUNT),
        ("duckdb", "COUNT(CASE WHEN b THEN a END)", COUNT),
        ("duckdb", "COUNT(a) FILTER (WHERE b > 1)", COUNT),
        ("duckdb", "approx_count_distinct(a)", COUNT),
        ("duckdb", "regr_count(a, b)", COUNT),
        ("duckdb", "array_length(a)", TEST),
        ("duckdb", "cardinality(a)", TEST),
        ("duckdb", "json_array_length(a)", TEST),
        ("postgres", "cardinality(a)", TEST),
        ("postgres", "array_length(a, 1)", TEST),
        ("postgres", "jsonb_array_length(a)", TEST),
        ("bigquery", "APPROX_COUNT_DISTINCT(a)", COUNT),
        ("bigquery", "ARRAY_LENGTH(a)", TEST),
        ("snowflake", "HLL(a)", COUNT),
        ("snowflake", "APPROX_COUNT_DISTINCT(a)", COUNT),
        ("snowflake", "ARRAY_SIZE(a)", TEST),
        ("redshift", "APPROXIMATE COUNT(DISTINCT a)", COUNT),
        ("redshift", "HLL(a)", COUNT),
        ("tsql", "COUNT_BIG(a)", COUNT),
        ("tsql", "APPROX_COUNT_DISTINCT(a)", COUNT),
        ("oracle", "APPROX_COUNT_DISTINCT(a)", COUNT),
        ("trino", "approx_distinct(a)", COUNT),
        ("trino", "cardinality(array_agg(a))", TEST),
        ("spark", "size(a)", TEST),
        ("spark", "approx_count_distinct(a, 0.05)", COUNT),
        ("databricks", "array_size(a)", TEST),
        ("mysql", "COUNT(DISTINCT a, b)", COUNT),
        ("clickhouse", "uniq(a)", COUNT),
        ("clickhouse", "uniqExact(a)", COUNT),
        ("clickhouse", "uniqHLL12(a)", COUNT),
        ("clickhouse", "uniqCombined64(a)", COUNT),
        ("clickhouse", "countIf(a, b > 1)", COUNT),
        ("clickhouse", "uniqExactIf(a, b > 1)", COUNT),
        ("clickhouse", "countDistinct(a)", COUNT),
        ("clickhouse", "countOrNull(a)", COUNT),
        ("duckdb", "SUM(a)", TOTAL),
        ("duckdb", "SUM(DISTINCT a)", TOTAL),
        ("duckdb", "AVG(a)", TOTAL),
        ("duckdb", "mean(a)", TOTAL),
        ("duckdb", "fsum(a)", TOTAL),
        ("duckdb", "favg(a)", TOTAL),
        ("duckdb", "stddev(a)", TOTAL),
        ("duckdb", "var_pop(a)", TOTAL),
        ("duckdb", "corr(a, b)", TOTAL),
        ("duckdb", "covar_samp(b, a)", TOTAL),
        ("duckdb", "regr_slope(a, b)", TOTAL),
        ("duckdb", "SUM(a * b)", TOTAL),
        ("duckdb", "SUM(COALESCE(a, 0))", TOTAL),
        ("postgres", "regr_avgx(b, a)", TOTAL),
        ("postgres", "variance(a)", TOTAL),
        ("bigquery", "STDDEV_SAMP(a)", TOTAL),
        ("tsql", "STDEVP(a)", TOTAL),
        ("tsql", "STDEV(a)", TOTAL),
        ("tsql", "VAR(a)", TOTAL),
        ("tsql", "VARP(a)", TOTAL),
        ("mysql", "STD(a)", TOTAL),
        ("spark", "try_sum(a)", TOTAL),
        ("spark", "try_avg(a)", TOTAL),
        ("clickhouse", "sumKahan(a)", TOTAL),
        ("clickhouse", "sumArray(a)", TOTAL),
        ("clickhouse", "sumWithOverflow(a)", TOTAL),
        ("clickhouse", "avgOrDefault(a)", TOTAL),
        ("clickhouse", "stddevPopStable(a)", TOTAL),
        ("duckdb", "length(a)", TEST),
        ("duckdb", "len(a)", TEST),
        ("duckdb", "strlen(a)", TEST),
        ("duckdb", "a = 'x'", TEST),
        ("duckdb", "a <> b", TEST),
        ("duckdb", "b < a", TEST),
        ("duckdb", "a IS NULL", TEST),
        ("duckdb", "a IS NOT NULL", TEST),
        ("duckdb", "a IS DISTINCT FROM b", TEST),
        ("duckdb", "a LIKE 'x%'", TEST),
        ("duckdb", "a NOT ILIKE 'x%'", TEST),
        ("duckdb", "a IN ('x', 'y')", TEST),
        ("duckdb", "a IN (SELECT x FROM u)", TEST),
        ("duckdb", "b BETWEEN 1 AND a", TEST),
        ("duckdb", "a SIMILAR TO 'x'", TEST),
        ("duckdb", "a GLOB 'x*'", TEST),
        ("duckdb", "starts_with(a, 'x')", TEST),
        ("duckdb", "a ^@ 'x'", TEST),
        ("duckdb", "contains(a, 'x')", TEST),
        ("duckdb", "regexp_matches(a, 'x')", TEST),
        ("duckdb", "sign(a)", TEST),
        ("duckdb", "typeof(a)", TEST),
        ("duckdb", "list_contains(a, b)", TEST),
        ("postgres", "char_length(a)", TEST),
        ("postgres", "octet_length(a)", TEST),
        ("postgres", "a ~* 'x'", TEST),
        ("postgres", "a = ANY(ARRAY['x'])", TEST),
        ("postgres", "pg_typeof(a)", TEST),
        ("postgres", "a && b", TEST),
        ("mysql", "a <=> b", TEST),
        ("mysql", "a REGEXP 'x'", TEST),
        ("mysql", "CHARACTER_LENGTH(a)", TEST),
        ("tsql", "LEN(a)", TEST),
        ("tsql", "DATALENGTH(a)", TEST),
        ("snowflake", "STARTSWITH(a, 'x')", TEST),
        ("snowflake", "REGEXP_LIKE(a, 'x')", TEST),
        ("snowflake", "a LIKE ANY ('x', 'y')", TEST),
        ("bigquery", "REGEXP_CONTAINS(a, 'x')", TEST),
        ("bigquery", "ENDS_WITH(a, 'x')", TEST),
        ("bigquery", "SAFE.LENGTH(a)", TEST),
        ("spark", "isnull(a)", TEST),
        ("clickhouse", "lengthUTF8(a)", TEST),
        ("clickhouse", "notEmpty(a)", TEST),
        ("clickhouse", "match(a, 'x')", TEST),
    ],
)
def test_what_only_measures_a_value_is_told(dialect: str, value: str, measure: str) -> None:
    assert ways(f"SELECT {value} AS c FROM t", dialect) == {measure}


@pytest.mark.parametrize(
    ("dialect", "value"),
    [
        ("duckdb", "MIN(a)"),
        ("duckdb", "MAX(a)"),
        ("duckdb", "MEDIAN(a)"),
        ("duckdb", "MODE(a)"),
        ("duckdb", "ANY_VALUE(a)"),
        ("duckdb", "FIRST(a)"),
        ("duckdb", "LAST(a)"),
        ("duckdb", "quantile_disc(a, 0.5)"),
        ("duckdb", "quantile_cont(a, 0.5)"),
        ("duckdb", "percentile_cont(0.5) WITHIN GROUP (ORDER BY a)"),
        ("duckdb", "percentile_disc(0.5) WITHIN GROUP (ORDER BY a)"),
        ("duckdb", "string_agg(a, ',')"),
        ("duckdb", "array_agg(a)"),
        ("duckdb", "arg_min(a, b)"),
        ("duckdb", "histogram(a)"),
        ("duckdb", "approx_top_k(a, 3)"),
        ("duckdb", "product(a)"),
        ("duckdb", "bit_xor(a)"),
        ("duckdb", "bool_and(a)"),
        ("duckdb", "list_sum(a)"),
        ("duckdb", "upper(a)"),
        ("duckdb", "NOT a"),
        ("duckdb", "a = TRUE"),
        ("duckdb", "a IS TRUE"),
        ("duckdb", "a AND b"),
        ("duckdb", "a - b"),
        ("duckdb", "a <=> b"),
        ("postgres", "a <=> '[1,0]'"),
        ("duckdb", "greatest(a, b)"),
        ("duckdb", "strpos(a, 'x')"),
        ("duckdb", "year(a)"),
        ("duckdb", "round(a, -3)"),
        ("duckdb", "SUM(a) OVER ()"),
        ("duckdb", "SUM(a) OVER w"),
        ("duckdb", "AVG(a) FILTER (WHERE b > 1) OVER (PARTITION BY b)"),
        ("duckdb", "SUM(a) FILTER (WHERE b = 1)"),
        ("duckdb", "SUM(CASE WHEN b = 1 THEN a END)"),
        ("duckdb", "SUM(IF(b = 1, a, 0))"),
        ("duckdb", "SUM(NULLIF(a, b))"),
        ("postgres", "regexp_matches(a, 'x')"),
        ("postgres", "LAG(a) OVER (ORDER BY b)"),
        ("tsql", "ISNULL(a, 'x')"),
        ("tsql", "CHECKSUM_AGG(a)"),
        ("oracle", "SUM(a) KEEP (DENSE_RANK LAST ORDER BY b)"),
        ("oracle", "LISTAGG(a, ',') WITHIN GROUP (ORDER BY b)"),
        ("oracle", "MEDIAN(a)"),
        ("oracle", "SUM(MIN(a))"),
        ("oracle", "APPROX_COUNT_DISTINCT_DETAIL(a)"),
        ("bigquery", "SUM(a HAVING MAX b)"),
        ("bigquery", "APPROX_QUANTILES(a, 2)"),
        ("bigquery", "APPROX_TOP_COUNT(a, 2)"),
        ("bigquery", "HLL_COUNT.INIT(a)"),
        ("snowflake", "HLL_ACCUMULATE(a)"),
        ("snowflake", "BITMAP_CONSTRUCT_AGG(a)"),
        ("snowflake", "MAX_BY(a, b)"),
        ("postgres", "hll(a)"),
        ("spark", "count_min_sketch(a, 0.5, 0.5, 1)"),
        ("spark", "hll_sketch_agg(a)"),
        ("spark", "bitmap_construct_agg(a)"),
        ("spark", "aggregate(a, 0, (s, x) -> s + x)"),
        ("clickhouse", "uniqState(a)"),
        ("clickhouse", "sumMerge(a)"),
        ("clickhouse", "countMerge(a)"),
        ("clickhouse", "sumSimpleState(a)"),
        ("clickhouse", "uniqIfState(a, b)"),
        ("clickhouse", "sumIf(a, b = 1)"),
        ("clickhouse", "avgOrNullIf(a, b = 1)"),
        ("clickhouse", "sumMap(a, b)"),
        ("clickhouse", "sumArgMin(a, b)"),
        ("clickhouse", "groupUniqArray(a)"),
        ("clickhouse", "groupBitmap(a)"),
        ("clickhouse", "any(a)"),
        ("clickhouse", "quantile(0.5)(a)"),
    ],
)
def test_what_may_show_a_value_has_no_measure(dialect: str, value: str) -> None:
    found = ways(f"SELECT {value} AS c FROM t{' WINDOW w AS (ORDER BY b)' if ' w' in value else ''}", dialect)
    assert None in found


@pytest.mark.parametrize(
    ("value", "measures"),
    [
        ("COUNT(a) + MIN(a)", {COUNT, None}),
        ("COALESCE(COUNT(a), 0) * 2", {COUNT}),
        ("CASE WHEN COUNT(b) > 2 THEN COUNT(a) ELSE MAX(a) END", {COUNT, None}),
        ("CASE WHEN MAX(b) > 2 THEN SUM(a) END", {TOTAL}),
        ("CAST(SUM(a) AS VARCHAR) || '!'", {TOTAL}),
        ("SUM(a) / COUNT(a)", {TOTAL, COUNT}),
        ("SUM(a) - b", {TOTAL}),
        ("SIGN(a) * ABS(a)", {TEST, None}),
        ("SUM(a = 'x')", {TEST}),
        ("SUM(length(a))", {TEST}),
        ("COUNT(length(a))", {COUNT}),
        ("COUNT(a) > 5", {COUNT}),
        ("SUM(a) > 5", {TEST}),
        ("length(upper(a))", {TEST}),
        ("upper(a) = 'X'", {TEST}),
        ("COUNT(a) OVER (PARTITION BY b)", {TEST}),
        ("SUM(SUM(a)) OVER (ORDER BY b)", {TOTAL}),
        ("(SELECT COUNT(t.a) FROM t)", {COUNT}),
        ("(SELECT SUM(i.a) FROM t AS i WHERE i.b = t.b)", {TOTAL}),
        ("COUNT((SELECT MIN(i.a) FROM t AS i))", {COUNT}),
        ("list_transform(array_agg(a), x -> length(x))", {TEST}),
        ("array_agg(DISTINCT a IS NULL)", {TEST}),
    ],
)
def test_each_part_of_a_value_keeps_its_own_measure(value: str, measures: set[str | None]) -> None:
    assert ways(f"SELECT {value} AS c FROM t GROUP BY b") == measures


@pytest.mark.parametrize(
    ("sql", "measures"),
    [
        ("WITH q AS (SELECT b, COUNT(a) AS n FROM t GROUP BY b) SELECT MIN(n) AS c FROM q", {COUNT}),
        ("WITH q AS (SELECT b, SUM(a) AS n FROM t GROUP BY b) SELECT array_agg(n) AS c FROM q", {TOTAL}),
        ("WITH q AS (SELECT b, SUM(a) AS n FROM t GROUP BY b) SELECT COUNT(n) AS c FROM q", {COUNT}),
        ("WITH q AS (SELECT b, MIN(a) AS n FROM t GROUP BY b) SELECT SUM(n) AS c FROM q", {None}),
        ("WITH q AS (SELECT CASE WHEN b = 1 THEN a END AS n FROM t) SELECT SUM(n) AS c FROM q", {None}),
        ("WITH q AS (SELECT a AS n FROM t) SELECT SUM(n) AS c FROM q", {TOTAL}),
        ("SELECT COUNT(a) AS c FROM t UNION ALL SELECT MAX(a) FROM t", {COUNT, None}),
        ("SELECT COUNT(a) AS c FROM t UNION ALL SELECT SUM(a) FROM t", {COUNT, TOTAL}),
        ("WITH RECURSIVE r AS (SELECT a AS c FROM t UNION ALL SELECT SUM(c) FROM r) SELECT c FROM r", {TOTAL, None}),
        ("SELECT DISTINCT ON (b) a AS c FROM t", {None}),
        ("SELECT b AS c FROM t GROUP BY b HAVING COUNT(a) > 1", set()),
        ("SELECT c FROM (PIVOT t ON b IN ('x') USING COUNT(a)) AS p(id, c)", {COUNT}),
        ("SELECT c FROM (PIVOT t ON b IN ('x') USING SUM(a)) AS p(id, c)", {None}),
        ("SELECT c FROM t PIVOT (SUM(a) FOR b IN ('x' AS c))", {None}),
        ("SELECT UNNEST(array_agg(a = 'x')) AS c FROM t", {TEST}),
    ],
)
def test_measures_go_with_their_values_through_queries(sql: str, measures: set[str | None]) -> None:
    assert ways(sql) == measures


def test_a_view_in_between_keeps_the_measure_of_its_own_text() -> None:
    sql = "CREATE VIEW v AS SELECT b, COUNT(a) AS n FROM t GROUP BY b; SELECT MAX(n) AS c FROM v"
    assert {edge.measure for edge in read(sql).edges if edge.source_column == "a"} == {COUNT}
    assert {edge.measure for edge in read(sql).edges if (edge.source_table, edge.source_column) == ("v", "n")} == {None}


def test_the_number_of_rows_is_a_count() -> None:
    assert {edge.measure for edge in read("SELECT COUNT(*) AS c FROM t").edges} == {COUNT}


def test_aggregates_of_a_match_may_be_of_one_row() -> None:
    sql = """
        SELECT c FROM t MATCH_RECOGNIZE (
            PARTITION BY id ORDER BY b MEASURES SUM(X.a) AS c ALL ROWS PER MATCH PATTERN (X+) DEFINE X AS X.b > 1
        )
    """
    assert ways(sql, "snowflake") == {None}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "CREATE MACRO strlen(x) AS x; SELECT strlen(a) AS c FROM t"),
        ("duckdb", "CREATE OR REPLACE TEMP MACRO main.length(x) AS x; SELECT length(a) AS c FROM t"),
        ("duckdb", "CREATE MACRO count(x) AS x; SELECT count(a) AS c FROM t"),
        ("postgres", "CREATE FUNCTION shop.count(x text) RETURNS text AS 'SELECT $1' LANGUAGE sql; SELECT shop.count(a) AS c FROM t"),
        ("postgres", "SELECT shop.count(a) AS c FROM t"),
        ("postgres", "CREATE AGGREGATE sum(text) (sfunc = textcat, stype = text); SELECT sum(a) AS c FROM t"),
        ("duckdb", "SELECT main.length(a) AS c FROM t"),
    ],
)
def test_a_function_of_somebodys_own_has_no_measure_whatever_its_name(dialect: str, sql: str) -> None:
    assert ways(sql, dialect) == {None}


def test_an_equals_sign_that_may_name_a_column_is_no_comparison() -> None:
    assert ways("SELECT c = a FROM t", "tsql") == {None}
    assert ways("DECLARE @c INT; SELECT @c = a FROM t; SELECT @c AS c", "tsql") == {None}
    assert ways("SELECT b = a FROM t", None, target="_col_0") == {None}
    assert ways("SELECT b = a AS c FROM t", None) == {TEST}


def test_an_assignment_is_no_comparison() -> None:
    assert ways("UPDATE t SET b = a", target="b") == {None}
    assert ways("INSERT INTO t (id, b) SELECT id, a FROM t ON CONFLICT (id) DO UPDATE SET b = a", target="b") == {None}


def test_of_two_measures_the_one_that_shows_less_is_kept() -> None:
    assert stronger(TOTAL, COUNT) == stronger(COUNT, TOTAL) == COUNT
    assert stronger(TOTAL, TEST) == stronger(TEST, TOTAL) == TEST
    assert stronger(TEST, COUNT) == stronger(COUNT, TEST) == COUNT
    assert stronger(None, TEST) == stronger(TEST, None) == TEST
    assert stronger(None, None) is None


def test_a_name_that_means_something_else_elsewhere_counts_in_its_own_dialect_only() -> None:
    assert (measure_of("isnull", "spark"), measure_of("isnull", "tsql")) == (TEST, None)
    assert (measure_of("hll", "snowflake"), measure_of("hll", "postgres")) == (COUNT, None)
    assert (measure_of("sumarray", "clickhouse"), measure_of("sumarray", "snowflake")) == (TOTAL, None)


def test_no_function_both_masks_and_measures() -> None:
    assert not set(FUNCTIONS) & set(MASKS)


def test_a_way_with_a_measure_and_one_without_stay_two_edges() -> None:
    script = analyse_script(Statement("SELECT COUNT(a) + MIN(a) AS c FROM t", "duckdb"), Catalog(SCHEMAS))
    assert [(edge.source_column, edge.measure, edge.functions) for edge in script.whole.edges if edge.source_column == "a"] == [
        ("a", None, ("min",)),
        ("a", COUNT, ("count",)),
    ]


@pytest.mark.parametrize(
    ("dialect", "value"),
    [
        ("duckdb", "a ->> 'm'"),
        ("duckdb", "a ->> '$.m'"),
        ("duckdb", "json_extract_string(a, '$.m.n')"),
        ("duckdb", "a['m']"),
        ("duckdb", "a.m"),
        ("duckdb", "struct_extract(a, 'm')"),
        ("duckdb", "upper(json_extract_string(a, '$.m'))"),
        ("duckdb", "x.m.n FROM (SELECT a AS m FROM t) AS x"),
        ("postgres", "a ->> 'm'"),
        ("postgres", "a #>> '{m,n}'"),
        ("postgres", "(a).m"),
        ("snowflake", "a:m::VARCHAR"),
        ("snowflake", "a['m']"),
        ("bigquery", "JSON_VALUE(a, '$.m')"),
        ("bigquery", "a.m.n"),
        ("spark", "get_json_object(a, '$.m')"),
        ("databricks", "a:m.n"),
        ("tsql", "JSON_VALUE(a, '$.m')"),
        ("oracle", "JSON_VALUE(a, '$.m')"),
        ("mysql", "a ->> '$.m'"),
        ("trino", "json_extract_scalar(a, '$.m')"),
        ("clickhouse", "JSONExtractString(a, 'm')"),
        ("redshift", "json_extract_path_text(a, 'm')"),
    ],
)
def test_a_member_may_be_one_that_does_not_hold_what_the_whole_does(dialect: str, value: str) -> None:
    value, _, source = value.partition(" FROM ")
    assert ways(f"SELECT {value} AS c FROM {source or 't'}", dialect) == {MEMBER}


@pytest.mark.parametrize("value", ["a -> 0", "a[1]", "json_extract(a, '$')", "a ->> b", "json_object('m', a)", "coalesce(a ->> 'm', a)"])
def test_the_whole_or_a_member_by_its_number_is_the_value_itself(value: str) -> None:
    assert None in ways(f"SELECT {value} AS c FROM t")


def test_what_is_measured_of_a_member_is_a_measure() -> None:
    assert ways("SELECT count(a ->> 'm') AS c FROM t") == {COUNT}
    assert ways("SELECT (a ->> 'm') IS NULL AS c FROM t") == {TEST}
