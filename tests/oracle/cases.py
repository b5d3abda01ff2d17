"""The corpus: statements in files, one folder a topic, each folder with the schema its statements read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from headwater.capture.sql import analyse
from headwater.model.lineage import Statement, StatementLineage
from tests.oracle.small import SCHEMA, STATEMENTS

FOLDER = Path(__file__).parent / "corpus"
DIALECT = "duckdb"

Schema = Mapping[str, Mapping[str, str]]


class Catalog:
    """The columns of a schema, as the engine asks for them."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def columns(self, table: str) -> Mapping[str, str] | None:
        """As the schema file says."""
        return self._schema.get(table)


@dataclass(frozen=True)
class Case:
    """A statement (or a script) over a schema."""

    topic: str
    name: str
    sql: str
    schema: Schema

    def __str__(self) -> str:
        return f"{self.topic}/{self.name}"

    def lineage(self) -> StatementLineage:
        """What the engine says of it."""
        return analyse(Statement(self.sql, DIALECT), Catalog(self.schema))


@cache
def corpus() -> tuple[Case, ...]:
    """All cases, in the order of their names."""
    cases = [Case("small", f"{at:02}", sql, SCHEMA) for at, sql in enumerate(STATEMENTS)]
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
        cases += [Case(folder.name, path.stem, path.read_text(encoding="utf-8").strip(), schema) for path in sorted(folder.glob("*.sql"))]
    return tuple(cases)
