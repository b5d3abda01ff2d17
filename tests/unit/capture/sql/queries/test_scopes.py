from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read, told


def test_an_unqualified_column_of_a_single_unknown_table_is_its_own() -> None:
    assert edges("SELECT c FROM z WHERE d") == {"z.c -> c IDENTITY", "z.d -> * FILTER"}


def test_a_column_only_an_unknown_table_can_have_is_its_own() -> None:
    assert "z.c -> c IDENTITY" in edges("SELECT c FROM t JOIN z ON t.id = z.id")


def test_a_column_that_fits_two_unknown_tables_is_both_and_partial() -> None:
    lineage = read("SELECT c FROM y JOIN z ON y.id = z.id")
    assert {"y.c -> c IDENTITY", "z.c -> c IDENTITY"} <= told(lineage)
    (reason,) = lineage.reasons
    assert (reason.code, reason.subject, reason.line, reason.column) == ("ambiguous-column", "c", 1, 8)


def test_a_column_two_known_tables_have_is_both_and_partial() -> None:
    lineage = read("SELECT id FROM t, u")
    assert {"t.id -> id IDENTITY", "u.id -> id IDENTITY"} <= told(lineage)
    assert lineage.status == "partial"


def test_a_column_nobody_has_is_taken_to_be_the_single_tables() -> None:
    lineage = read("SELECT nope FROM t")
    assert told(lineage) == {"t.nope -> nope IDENTITY"}
    assert [reason.code for reason in lineage.reasons] == ["unknown-column"]


@pytest.mark.parametrize(
    "sql", ["SELECT z.a FROM t", "SELECT t.nope FROM t", "SELECT z.* FROM t", "SELECT zz.b.c.d.e FROM t JOIN u USING (id)"]
)
def test_an_unknown_qualifier_is_partial(sql: str) -> None:
    assert read(sql).status == "partial"


def test_an_inner_name_shadows_an_outer_one() -> None:
    found = edges("SELECT (SELECT max(id) FROM u) AS c FROM t")
    assert "u.id -> c AGGREGATION" in found and "t.id -> c AGGREGATION" not in found


def test_without_schemas_a_correlated_name_may_be_either() -> None:
    lineage = read("SELECT a FROM y WHERE EXISTS (SELECT 1 FROM z WHERE c = 1)")
    assert lineage.status == "partial"
    assert {"y.c -> * FILTER", "z.c -> * FILTER"} <= told(lineage)


def test_quoted_names_follow_the_dialects_folding() -> None:
    assert edges('SELECT "A" AS c, a AS d FROM z', "postgres") == {"z.A -> c IDENTITY", "z.a -> d IDENTITY"}
    assert edges("SELECT a FROM z", "snowflake") == {"Z.A -> A IDENTITY"}
    assert edges('SELECT "A" AS c FROM z', "duckdb") == {"z.a -> c IDENTITY"}


def test_a_column_is_spelled_as_its_schema_spells_it() -> None:
    assert edges("SELECT email FROM p", tables={"p": ("Email",)}) == {"p.Email -> email IDENTITY"}


def test_an_output_name_in_order_by_comes_before_a_column() -> None:
    assert edges("SELECT a AS b FROM t ORDER BY b") == {"t.a -> b IDENTITY", "t.a -> * SORT"}


def test_an_output_name_in_group_by_counts_beside_the_column() -> None:
    assert {"t.a -> * GROUP_BY", "t.b -> * GROUP_BY"} <= edges("SELECT a + 1 AS b, count(*) AS n FROM t GROUP BY b")


def test_an_output_may_use_the_one_before_it_where_the_dialect_allows() -> None:
    assert edges("SELECT a + 1 AS c, c * 2 AS d FROM t") == {"t.a -> c TRANSFORMATION", "t.a -> d TRANSFORMATION"}
    assert codes("SELECT a + 1 AS c, c * 2 AS d FROM t", "postgres") == ["unknown-column"]


@pytest.mark.parametrize(
    "sql", ["SELECT b AS a, a AS x FROM t", "SELECT a AS x, b AS a FROM t", "SELECT a AS x, z AS a, b AS z FROM (SELECT *, 1 AS z FROM t)"]
)
def test_in_clickhouse_an_output_may_be_meant_though_a_column_is_called_so(sql: str) -> None:
    assert {"t.a -> x IDENTITY", "t.b -> x IDENTITY", "t.b -> a IDENTITY"} <= edges(sql, "clickhouse")
    assert "t.b -> x IDENTITY" not in edges(sql)
    assert edges("SELECT t.a AS x, b AS a FROM t WHERE id > 1 AND a > 1", "clickhouse") >= {"t.a -> * FILTER", "t.b -> * FILTER"}
    assert codes("SELECT a AS x, b AS a FROM nowhere", "clickhouse") == ["ambiguous-column"]
    assert edges("SELECT md5(a) AS a, a AS x FROM t", "clickhouse") == {
        "t.a -> a TRANSFORMATION md5",
        "t.a -> x IDENTITY",
        "t.a -> x TRANSFORMATION md5",
    }


def test_an_alias_of_its_own_column_is_no_doubt() -> None:
    assert edges("SELECT upper(c) AS c FROM z WHERE c > 1") == {"z.c -> c TRANSFORMATION", "z.c -> * FILTER"}


def test_an_alias_beside_an_unknown_table_is_a_doubt() -> None:
    assert codes("SELECT d AS c FROM z WHERE c > 1") == ["ambiguous-column"]


def test_fields_of_structs_are_found_through_alias_and_column() -> None:
    tables = {"p": ("id", "address", "address.zip", "address.city")}
    assert edges("SELECT p.address.zip AS c FROM p", tables=tables) == {"p.address -> c TRANSFORMATION", "p.address.zip -> c IDENTITY"}
    assert edges("SELECT address.zip AS c FROM p", tables=tables) == {"p.address -> c TRANSFORMATION", "p.address.zip -> c IDENTITY"}
    assert "p.address.city -> c IDENTITY" in edges("SELECT address AS c FROM p", tables=tables)
    assert edges("SELECT s.f.g AS c FROM z") == {"z.s -> c TRANSFORMATION"}


def test_places_of_rows_are_influences_of_rows() -> None:
    assert "t.* -> c TRANSFORMATION" in edges("SELECT rowid AS c FROM t")
    assert "z.* -> c TRANSFORMATION" in edges("SELECT l.ctid AS c FROM z l", "postgres")


@pytest.mark.parametrize(
    ("dialect", "column"),
    [("snowflake", "oid"), ("postgres", "oid"), ("postgres", "rowid"), ("duckdb", "ctid"), ("bigquery", "rowid"), (None, "xmin")],
)
def test_a_column_is_a_place_of_rows_only_where_the_dialect_has_such(dialect: str | None, column: str) -> None:
    assert {edge.source_column for edge in read(f"SELECT l.{column} AS c FROM z l", dialect).edges} == {
        column.upper() if dialect == "snowflake" else column
    }


def test_a_table_named_with_its_schema_qualifies_columns() -> None:
    assert edges("SELECT s.z.c FROM s.z") == {"s.z.c -> c IDENTITY"}


def test_a_word_for_a_rows_place_is_no_column_of_an_unknown_table() -> None:
    assert edges('SELECT "$path" AS p FROM z', "trino", {}) == {"z.* -> p TRANSFORMATION"}
    assert edges("SELECT ctid AS p FROM z", "postgres", {}) == {"z.* -> p TRANSFORMATION", "z.ctid -> p IDENTITY"}


def test_two_readings_that_mean_the_same_column_leave_no_doubt() -> None:
    assert edges("SELECT (SELECT max(m) FROM z AS i WHERE i.k = o.k) AS c FROM z AS o", None, {}) == {
        "z.m -> c AGGREGATION",
        "z.k -> c FILTER",
    }
