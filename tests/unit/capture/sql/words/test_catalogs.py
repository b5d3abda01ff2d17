from __future__ import annotations

import pytest

from headwater.capture.sql.words.catalogs import schema_of_catalog


@pytest.mark.parametrize(
    ("table", "dialect", "schema"),
    [
        ("pg_class", "postgres", "pg_catalog"),
        ("pg_stat_activity", "redshift", "pg_catalog"),
        ("svv_table_info", "redshift", "pg_catalog"),
        ("svv_table_info", "postgres", ""),
        ("pg_orders", "postgres", ""),
        ("pg_class", "mysql", ""),
    ],
)
def test_tables_that_an_engine_keeps_of_itself_have_a_schema(table: str, dialect: str, schema: str) -> None:
    assert schema_of_catalog(table, dialect) == schema
