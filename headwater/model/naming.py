"""How platforms fold the case of column names, told by the scheme of a dataset's namespace.

Source: https://openlineage.io/docs/spec/naming and the platforms' manuals on identifiers.
"""

from __future__ import annotations

_COLUMNS_IGNORE_CASE = frozenset(
    {
        "awsathena",
        "bigquery",
        "databricks",
        "duckdb",
        "headwater",
        "hive",
        "iceberg",
        "mssql",
        "mysql",
        "redshift",
        "spark",
        "sqlite",
        "sqlserver",
        "synapse",
        "teradata",
        "trino",
        "unitycatalog",
    }
)


def column_key(namespace: str, column: str) -> str:
    """The form under which a column is looked up: folded where the platform never tells case apart.

    Elsewhere (PostgreSQL, Snowflake, Oracle, files) a reported name is exact; SQL identifiers were folded by their dialect before.
    """
    scheme = namespace.partition(":")[0].lower()
    return column.casefold() if scheme in _COLUMNS_IGNORE_CASE else column
