from __future__ import annotations

import pytest

from headwater.capture.sql.words import functions
from tests.unit.capture.sql.reading import codes


@pytest.mark.parametrize(
    "call", ["list_aggregate([a], 'sum')", "regexp_matches(a, 'x')", "json_array_length(a)", "gcd(a, b)", "greatest(a, b)", "entropy(a)"]
)
def test_functions_of_the_engines_are_known(call: str) -> None:
    assert codes(f"SELECT {call} AS c FROM t") == []


@pytest.mark.parametrize("name", ["query", "query_table", "dblink", "getvariable_of_mine", "json_execute_serialized_sql"])
def test_functions_that_may_read_tables_are_not(name: str) -> None:
    assert not functions.is_known(name)
    assert not functions.is_table_function(name)


def test_the_lists_tell_aggregates_and_makers_of_rows() -> None:
    assert functions.is_aggregate("string_agg") and not functions.is_aggregate("printf")
    assert functions.is_set_returning("json_array_elements")
    assert functions.is_file_reader("read_parquet") and not functions.is_file_reader("range")


def test_some_names_are_known_in_one_dialect_only() -> None:
    assert functions.is_known("password", "mysql") and not functions.is_known("password", "postgres")
    assert functions.is_known("neighbor", "clickhouse") and not functions.is_known("neighbor")
    assert functions.is_set_returning("window", "spark") and not functions.is_set_returning("window", "duckdb")
