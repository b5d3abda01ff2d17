"""Reads every statement that the tests know and writes what came of it, so that parsers can be compared.

`python -m tests.unit.capture.sql.everything`: the first line says whether the compiled core was in use, each other is one lineage in JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from headwater.capture.sql import SchemaLookup, adapter, analyse
from headwater.model.lineage import Statement
from tests.golden.test_sql import CASES
from tests.golden.test_sql import Catalog as GoldenCatalog
from tests.oracle.cases import Catalog
from tests.oracle.small import SCHEMA, STATEMENTS
from tests.unit.capture.sql.test_budget import DEPTHS

DIALECTS = ("duckdb", None, "postgres", "snowflake", "bigquery", "databricks", "tsql", "mysql")


def statements() -> Iterator[tuple[Statement, SchemaLookup]]:
    """All of them, each with the catalog it is read by."""
    catalog, of_golden = Catalog(SCHEMA), GoldenCatalog()
    for dialect in DIALECTS:
        yield from ((Statement(sql, dialect), catalog) for sql in STATEMENTS)
    for path in CASES:
        sql = path.read_text(encoding="utf-8")
        yield from ((Statement(sql, dialect, "shop", "public"), of_golden) for dialect in DIALECTS)
    yield from ((Statement(make(depth), "duckdb"), catalog) for make in DEPTHS.values() for depth in (60, 190, 1000))


if __name__ == "__main__":
    print(adapter.COMPILED)
    for statement, schemas in statements():
        print(msgspec.json.encode(analyse(statement, schemas)).decode())
