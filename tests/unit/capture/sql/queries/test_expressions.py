from __future__ import annotations

import pytest

from headwater.model.lineage import Kind
from tests.unit.capture.sql.reading import codes, edges, read, told


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a", {"t.a -> c IDENTITY"}),
        ("(a)", {"t.a -> c IDENTITY"}),
        ("a + b", {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION"}),
        ("CAST(a AS VARCHAR)", {"t.a -> c TRANSFORMATION"}),
        ("upper(a) || 'x'", {"t.a -> c TRANSFORMATION"}),
        ("sum(a + b)", {"t.a -> c AGGREGATION", "t.b -> c AGGREGATION"}),
        ("count(*)", {"t.* -> c AGGREGATION"}),
        ("count(1)", {"t.* -> c AGGREGATION"}),
        ("count(a)", {"t.a -> c AGGREGATION"}),
        ("sum(1) + max(a)", {"t.* -> c AGGREGATION", "t.a -> c AGGREGATION"}),
        ("CASE WHEN a > 1 THEN b ELSE id END", {"t.a -> c CONDITIONAL", "t.b -> c TRANSFORMATION", "t.id -> c TRANSFORMATION"}),
        ("CASE a WHEN b THEN id END", {"t.a -> c CONDITIONAL", "t.b -> c CONDITIONAL", "t.id -> c TRANSFORMATION"}),
        ("sum(CASE WHEN a > 1 THEN b END)", {"t.a -> c CONDITIONAL", "t.b -> c AGGREGATION"}),
        ("sum(a) FILTER (WHERE b > 1)", {"t.a -> c AGGREGATION", "t.b -> c CONDITIONAL"}),
        ("array_agg(a ORDER BY b)", {"t.a -> c AGGREGATION", "t.b -> c SORT"}),
        ("percentile_cont(0.5) WITHIN GROUP (ORDER BY a)", {"t.a -> c AGGREGATION"}),
        ("row_number() OVER (PARTITION BY a ORDER BY b)", {"t.a -> c WINDOW", "t.b -> c WINDOW"}),
        ("row_number() OVER ()", {"t.* -> c WINDOW"}),
        ("count(*) OVER (PARTITION BY a)", {"t.* -> c AGGREGATION", "t.a -> c WINDOW"}),
        ("lag(a) OVER (ORDER BY b)", {"t.a -> c TRANSFORMATION", "t.b -> c WINDOW"}),
        ("sum(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", {"t.a -> c AGGREGATION", "t.b -> c WINDOW"}),
        ("list_transform([a], lambda e: e + b)", {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION"}),
        ("list_transform([a], lambda E: e + b)", {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION"}),
        ("[e + id FOR e IN [a] IF e > b]", {"t.a -> c TRANSFORMATION", "t.id -> c TRANSFORMATION", "t.b -> c CONDITIONAL"}),
        ("{'a': b}", {"t.b -> c TRANSFORMATION"}),
        ("a IN (1, b)", {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION"}),
        ("(SELECT max(x) FROM u WHERE u.id = t.id)", {"t.id -> c FILTER", "u.id -> c FILTER", "u.x -> c AGGREGATION"}),
        ("a IN (SELECT x FROM u)", {"t.a -> c TRANSFORMATION", "u.x -> c TRANSFORMATION"}),
        ("EXISTS (SELECT 1 FROM u WHERE y = 1)", {"u.* -> c CONDITIONAL", "u.y -> c FILTER", "t.* -> * FILTER"}),
        ("unnest([a, b])", {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION"}),
        ("unnest(a)", {"t.a -> c TRANSFORMATION", "t.a -> * JOIN"}),
        ("unnest([a, (SELECT max(x) FROM u)])", {"t.a -> c TRANSFORMATION", "t.a -> * JOIN", "u.x -> c AGGREGATION", "u.x -> * JOIN"}),
        ("t", {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION", "t.id -> c TRANSFORMATION"}),
    ],
)
def test_an_expression_tells_what_reaches_it(expression: str, expected: set[str]) -> None:
    assert edges(f"SELECT {expression} AS c FROM t") == expected


@pytest.mark.parametrize(
    ("expression", "masking"),
    [
        ("md5(a)", "md5"),
        ("sha256(lower(a))", "sha256"),
        ("left(a, 2)", "left"),
        ("substr(a, 1, 3)", "substring"),
        ("redact(a)", "redact"),
        ("my.tokenize(a)", "tokenize"),
        ("hmac(a, 'k')", "hmac"),
        ("mask_email(a)", "mask_email"),
        ("left(md5(a), 8)", "md5"),
        ("md5(left(a, 8))", "md5"),
    ],
)
def test_a_masking_function_is_named_on_the_edge(expression: str, masking: str) -> None:
    assert edges(f"SELECT {expression} AS c FROM t") == {f"t.a -> c TRANSFORMATION {masking}"}


@pytest.mark.parametrize(
    ("dialect", "expression", "masking"),
    [
        ("postgres", "left(a, 6)", "left"),
        ("postgres", "left(a, 7)", None),
        ("postgres", "left(a, 1000)", None),
        ("postgres", "left(a, -2)", None),
        ("postgres", "left(a, length(a))", None),
        ("postgres", "left(a, b)", None),
        ("postgres", "right(a, 4)", "right"),
        ("postgres", "substr(a, 1)", None),
        ("postgres", "substr(a, 3)", None),
        ("postgres", "substr(a, 1, 1000)", None),
        ("postgres", "substr(a, b, 2)", None),
        ("postgres", "substring(a from 1 for 3)", "substring"),
        ("postgres", "substring(a from '^.')", None),
        ("duckdb", "substr(a, -4)", "substring"),
        ("duckdb", "substr(a, -40)", None),
        ("duckdb", "a.left(2)", "left"),
        ("duckdb", "a.left(20)", None),
        ("duckdb", "left_grapheme(a, 2)", "left_grapheme"),
        ("duckdb", "left_grapheme(a, 20)", None),
        ("mysql", "substring_index(a, '@', 1)", None),
        ("mysql", "mid(a, 2, 3)", "mid"),
        ("tsql", "left(a, 2)", "left"),
        (None, "generalise(a)", "generalise"),
    ],
)
def test_a_truncation_hides_only_what_it_surely_cuts_off(dialect: str | None, expression: str, masking: str | None) -> None:
    found = read(f"SELECT {expression} AS c FROM t", dialect)
    assert {edge.masking for edge in found.edges if edge.source_column == "a" and edge.target_column} == {masking}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "WITH p AS (SELECT substr(a, 1, 6) AS x, substr(a, 7, 6) AS y FROM t) SELECT x || y AS c FROM p"),
        ("postgres", "SELECT concat(p.x, p.y) AS c FROM (SELECT left(a, 6) AS x, right(a, 5) AS y FROM t) AS p"),
        ("postgres", "SELECT to_jsonb(p) AS c FROM (SELECT left(a, 6) AS x, right(a, 5) AS y FROM t) AS p"),
        ("snowflake", "SELECT left(a, 6) AS x, right(a, 5) AS y, x || y AS c FROM t"),
        ("bigquery", "WITH p AS (SELECT struct(left(a, 6) AS x, right(a, 5) AS y) AS s FROM t) SELECT concat(s.x, s.y) AS c FROM p"),
        (
            "postgres",
            "WITH p AS (SELECT id, left(a, 6) AS x FROM t), q AS (SELECT id, right(a, 5) AS y FROM t) "
            "SELECT p.x || q.y AS c FROM p JOIN q USING (id)",
        ),
        (
            "postgres",
            "WITH RECURSIVE r AS (SELECT id, a, 1 AS i, left(a, 1) AS c FROM t UNION ALL "
            "SELECT id, a, i + 1, c || substr(a, i + 1, 1) FROM r WHERE i < 9) SELECT c FROM r",
        ),
        ("postgres", "SELECT string_agg(substr(a, g.i, 1), '' ORDER BY g.i) AS c FROM t, generate_series(1, 11) AS g(i)"),
        ("postgres", "SELECT string_agg(right(left(a, g.i), 1), '' ORDER BY g.i) AS c FROM t, generate_series(1, 11) AS g(i)"),
        ("postgres", "WITH p AS (SELECT right(left(a, id), 1) AS x FROM t) SELECT array_agg(x) AS c FROM p"),
        ("bigquery", "SELECT array_to_string(array(SELECT right(left(a, i), 1) FROM unnest(generate_array(1, 9)) AS i), '') AS c FROM t"),
        ("spark", "SELECT concat_ws('', transform(sequence(1, 11), i -> substr(a, i, 1))) AS c FROM t"),
        ("spark", "SELECT concat_ws('', transform(sequence(1, 11), i -> right(left(a, i), 1))) AS c FROM t"),
        ("duckdb", "SELECT list_aggregate([substr(a, i, 1) FOR i IN range(1, 12)], 'string_agg', '') AS c FROM t"),
        ("oracle", "SELECT listagg(substr(a, -1), '') WITHIN GROUP (ORDER BY id) AS c FROM t"),
    ],
)
def test_pieces_of_one_value_put_together_hide_nothing(dialect: str, sql: str) -> None:
    found = [edge for edge in read(sql, dialect).edges if (edge.target_column or "").lower() == "c" and edge.kind <= Kind.AGGREGATION]
    assert None in {edge.masking for edge in found if (edge.source_column or "").lower() == "a"}
    assert "RECURSIVE" in sql or {edge.masking for edge in found} == {None}


def test_pieces_that_functions_of_the_text_give_hide_nothing_together() -> None:
    sql = (
        "CREATE FUNCTION f(s text) RETURNS text LANGUAGE sql AS $$ SELECT left(s, 6) $$; "
        "CREATE FUNCTION g(s text) RETURNS text LANGUAGE sql AS $$ SELECT right(s, 5) $$; INSERT INTO w (p) SELECT f(a) || g(a) FROM t"
    )
    assert {edge.masking for edge in read(sql, "postgres").edges if edge.target_column == "p"} == {None}


def test_pieces_added_to_a_variable_hide_nothing_together() -> None:
    sql = "DECLARE @x varchar(20); SELECT @x = left(a, 6) FROM t; SET @x += (SELECT right(a, 5) FROM t); INSERT INTO w (p) VALUES (@x);"
    assert None in {edge.masking for edge in read(sql, "tsql").edges if edge.source_column == "a" and edge.target_column == "p"}


def test_pieces_in_variables_hide_nothing_together() -> None:
    sql = "DECLARE @x varchar(9), @y varchar(9); SELECT @x = left(a, 6), @y = right(a, 5) FROM t; INSERT INTO w (p) VALUES (@x + @y);"
    assert {edge.masking for edge in read(sql, "tsql").edges if edge.source_column == "a" and edge.target_column == "p"} == {None}


@pytest.mark.parametrize(
    "sql",
    [
        "WITH p AS (SELECT left(a, 6) AS x FROM t) SELECT upper(x) AS c FROM p",
        "WITH p AS (SELECT left(a, 6) AS x, left(b, 6) AS y FROM t) SELECT x AS c FROM p",
        "SELECT max(left(a, 6)) AS c FROM t",
        "SELECT left(string_agg(a, ''), 6) AS c FROM t",
        "SELECT left(a, 3) || right(a, 3) AS c FROM t",
        "WITH p AS (SELECT md5(a) AS x, sha256(a::bytea) AS y FROM t) SELECT concat(x, y) AS c FROM p",
    ],
)
def test_one_piece_alone_and_digests_stay_masks_further_up(sql: str) -> None:
    found = {edge.masking for edge in read(sql, "postgres").edges if edge.target_column == "c" and edge.kind <= Kind.AGGREGATION}
    assert found
    assert None not in found


@pytest.mark.parametrize(
    ("dialect", "expression", "chooser"),
    [
        ("duckdb", "arg_max(a, b)", "b"),
        ("duckdb", "max_by(a, b)", "b"),
        ("bigquery", "any_value(a having max b)", "b"),
        ("clickhouse", "argMax(a, b)", "b"),
        ("clickhouse", "argMaxIf(a, b, b)", "b"),
        ("clickhouse", "sumIf(a, b)", "b"),
        ("clickhouse", "anyOrNullIf(a, b)", "b"),
        ("clickhouse", "quantileIf(0.5)(a, b)", "b"),
        ("duckdb", "sum(a) FILTER (WHERE b)", "b"),
        ("duckdb", "list_filter(a, lambda x: x > b)", "b"),
        ("spark", "filter(a, x -> x > b)", "b"),
        ("duckdb", "lag(a, b) OVER ()", "b"),
        ("duckdb", "nth_value(a, b) OVER ()", "b"),
        ("oracle", "nvl2(b, a, 1)", "b"),
        ("oracle", "decode(b, 1, a)", "b"),
    ],
)
def test_what_only_chooses_among_values_or_rows_is_a_condition(dialect: str, expression: str, chooser: str) -> None:
    found = read(f"SELECT {expression} AS c FROM t", dialect)
    kinds = {(edge.source_column or "").lower(): edge.kind.name for edge in found.edges if (edge.target_column or "").lower() == "c"}
    assert kinds.pop(chooser) == "CONDITIONAL"
    assert kinds.pop("a") in ("TRANSFORMATION", "AGGREGATION")


def test_nullif_compares_both_and_gives_the_first() -> None:
    compared = {"t.a -> c CONDITIONAL", "t.b -> c CONDITIONAL"}
    assert edges("SELECT nullif(a, b) AS c FROM t") == {"t.a -> c TRANSFORMATION", *compared}
    assert edges("SELECT CASE WHEN a = b THEN NULL ELSE a END AS c FROM t") == {"t.a -> c TRANSFORMATION", *compared}


@pytest.mark.parametrize(
    ("dialect", "expression"), [("bigquery", "countif(b)"), ("snowflake", "count_if(b)"), ("duckdb", "count(*) FILTER (b)")]
)
def test_rows_counted_under_a_condition_are_counted_alike_however_it_is_spelled(dialect: str, expression: str) -> None:
    found = read(f"SELECT {expression} AS c FROM t", dialect)
    kinds = {((edge.source_column or "*").lower(), edge.kind.name) for edge in found.edges if edge.target_column}
    assert kinds == {("*", "AGGREGATION"), ("b", "CONDITIONAL")}


def test_masking_survives_a_subquery_and_concerns_values_only() -> None:
    found = edges("SELECT m FROM (SELECT md5(a) AS m FROM t) AS s WHERE m <> ''")
    assert found == {"t.a -> m TRANSFORMATION md5", "t.a -> * FILTER"}


def test_both_paths_stay_where_only_one_is_masked() -> None:
    found = edges("SELECT CASE WHEN b THEN md5(a) ELSE a END AS c FROM t")
    assert {"t.a -> c TRANSFORMATION md5", "t.a -> c TRANSFORMATION"} <= found


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("somebodys(a)", "unknown-function"),
        ("COLUMNS('(a+)+')", "unsupported-expression"),
        ("sum(a) OVER nowhere", "unsupported-expression"),
    ],
)
def test_what_an_expression_hides_is_said(expression: str, code: str) -> None:
    assert code in codes(f"SELECT {expression} AS c FROM t")


def test_redaction_tokens_are_ordinary_literals() -> None:
    assert edges("SELECT a FROM t WHERE b = 'hw:str:1f2e' LIMIT 5") == {"t.a -> a IDENTITY", "t.b -> * FILTER"}


def test_a_function_may_hang_on_its_first_argument_in_duckdb() -> None:
    assert edges("SELECT a.md5() AS c FROM t") == {"t.a -> c TRANSFORMATION md5"}
    assert edges("SELECT t.a.regexp_matches(b) AS c FROM t") == {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION"}
    assert edges("SELECT a.upper() AS c, t.b.lower() AS d FROM t") == {"t.a -> c TRANSFORMATION", "t.b -> d TRANSFORMATION"}


@pytest.mark.parametrize("call", ["(a).lower()", "a.list_filter(lambda x: x > b).len()"])
def test_a_function_that_hangs_on_a_value_is_said(call: str) -> None:
    lineage = read(f"SELECT {call} AS c FROM t")
    assert lineage.status == "partial" and "t.a -> c TRANSFORMATION" in told(lineage)


@pytest.mark.parametrize(
    ("dialect", "call"), [("postgres", "my.regexp_count(a, 'x')"), ("tsql", "dbo.len(a)"), ("bigquery", "p.d.strpos(a, 'x')")]
)
def test_a_function_of_somebodys_schema_may_do_anything_whatever_its_name(dialect: str, call: str) -> None:
    assert codes(f"SELECT {call} AS c FROM t", dialect) == ["unknown-function"]


def test_a_function_of_the_engines_schema_is_the_engines() -> None:
    assert edges("SELECT pg_catalog.lower(a) AS c FROM t", "postgres") == {"t.a -> c TRANSFORMATION"}


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("snowflake", "SELECT identifier('a') AS c FROM t", {"T.A -> C IDENTITY"}),
        ("snowflake", "SELECT max(identifier('t.a')) AS c FROM t GROUP BY id", {"T.A -> C AGGREGATION"}),
        ("snowflake", "SET n = 'a'; INSERT INTO w (p) SELECT identifier($n) FROM t", {"T.A -> W.P IDENTITY"}),
        ("databricks", "SELECT identifier('a') AS c FROM t", {"t.a -> c IDENTITY"}),
        ("databricks", "SELECT md5(identifier('a')) AS c FROM t", {"t.a -> c TRANSFORMATION md5"}),
    ],
)
def test_a_column_may_be_named_by_a_text(dialect: str, sql: str, expected: set[str]) -> None:
    tables = {"T": ("ID", "A", "B"), "W": ("P", "Q")} if dialect == "snowflake" else None
    assert expected <= edges(sql, dialect, tables)


def test_a_column_named_by_a_text_decides_over_rows_too() -> None:
    assert edges("SELECT id AS c FROM t WHERE identifier('a') LIKE '1%'", "databricks") >= {"t.a -> * FILTER"}


@pytest.mark.parametrize(
    ("dialect", "expression"), [("snowflake", "identifier($n)"), ("databricks", "identifier(:n)"), ("databricks", "identifier('a' || 'b')")]
)
def test_a_column_named_by_an_unknown_text_is_said(dialect: str, expression: str) -> None:
    assert "unsupported-expression" in codes(f"SELECT {expression} AS c FROM t", dialect)


@pytest.mark.parametrize("name", ["mask_len", "hmac_verify", "redact_none", "mask_undo", "tokenize_reverse", "mask_is_valid", "redact_off"])
def test_a_name_that_only_begins_like_a_mask_is_unknown(name: str) -> None:
    found = read(f"SELECT {name}(a) AS c FROM t", "postgres")
    assert {edge.masking for edge in found.edges if edge.target_column == "c"} == {None}
    assert [reason.code for reason in found.reasons] == ["unknown-function"]


@pytest.mark.parametrize(
    "expression", ["mask_undo(mask(a))", "tokenize_reverse(tokenize(a))", "reverse_mask(mask(a))", "restore_masked(mask(a))"]
)
def test_what_takes_a_mask_off_again_ends_it(expression: str) -> None:
    found = read(f"SELECT {expression} AS c FROM t", "postgres")
    assert {edge.masking for edge in found.edges if edge.target_column == "c"} == {None}


@pytest.mark.parametrize("name", ["mask_iban", "hmac_sha256_hex", "redact_email", "tokenize_pan", "pseudonymize_name"])
def test_a_name_that_goes_on_like_a_mask_is_one(name: str) -> None:
    assert edges(f"SELECT {name}(a) AS c FROM t", "postgres") == {f"t.a -> c TRANSFORMATION {name}"}


@pytest.mark.parametrize(
    ("dialect", "expression", "masking", "functions"),
    [
        ("spark", "transform(collect_list(a), x -> sha2(x, 256))", "sha256", ("collect_list", "sha2", "transform")),
        ("duckdb", "list_transform(a, lambda x: md5(x))", "md5", ("md5", "list_transform")),
        ("duckdb", "[md5(x) for x in a]", "md5", ("md5",)),
        ("duckdb", "list_transform(a, lambda x: upper(x.n))", None, ("upper", "list_transform")),
        ("duckdb", "[[md5(y) for y in x] for x in a]", "md5", ("md5",)),
        ("spark", "transform(a, x -> 1)", None, ("transform",)),
        ("spark", "transform(a, x -> concat(x, sha2(x, 256)))", None, ("concat", "transform")),
    ],
)
def test_functions_inside_a_lambda_are_told(dialect: str, expression: str, masking: str | None, functions: tuple[str, ...]) -> None:
    found = [edge for edge in read(f"SELECT {expression} AS c FROM t", dialect).edges if edge.target_column == "c"]
    assert (masking, functions) in {(edge.masking, edge.functions) for edge in found}
    assert {edge.source_column for edge in found} == {"a"}


def test_a_lambda_that_also_gives_the_bare_member_hides_nothing() -> None:
    assert None in {edge.masking for edge in read("SELECT transform(a, x -> concat(x, sha2(x, 256))) AS c FROM t", "spark").edges}
    assert {edge.masking for edge in read("SELECT [x for x in a if md5(x) > 'f'] AS c FROM t").edges} == {None}
