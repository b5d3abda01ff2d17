"""The corpus: statements in files, one folder a topic, each with the schema its statements read, and unique keys where they matter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from headwater.capture.sql import analyse
from headwater.model.lineage import Statement, StatementLineage
from tests.oracle.small import REMARKS, SCHEMA, SHORT

FOLDER = Path(__file__).parent / "corpus"
DIALECT = "duckdb"
SHORT_NAME = "short_"
"""How the names of cases begin that are no files."""
_REMARK = "-- unseen "

Schema = Mapping[str, Mapping[str, str]]
Keys = Mapping[str, Sequence[Sequence[str]]]
"""The unique keys of a table, each by its columns."""


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
    keys: Keys = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    """Why an edge is not seen at work, by the edge as `told` writes it; from comments of the file."""

    def __str__(self) -> str:
        return f"{self.topic}/{self.name}"

    def lineage(self) -> StatementLineage:
        """What the engine says of it."""
        return analyse(Statement(self.sql, DIALECT), Catalog(self.schema))

    def places(self, table: str) -> list[list[int]]:
        """Where in a row of a table its unique keys stand."""
        columns = list(self.schema[table])
        return [[columns.index(column) for column in key] for key in self.keys.get(table, ())]

    def but(self, sql: str) -> Case:
        """Another statement over the same tables."""
        return replace(self, sql=sql)


@cache
def corpus() -> tuple[Case, ...]:
    """All cases, in the order of their names."""
    cases = [
        Case(topic, f"{SHORT_NAME}{at:02}", sql, SCHEMA, remarks=REMARKS.get(sql, {}))
        for topic, statements in SHORT.items()
        for at, sql in enumerate(statements)
    ]
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
        keys = json.loads((folder / "keys.json").read_text(encoding="utf-8")) if (folder / "keys.json").exists() else {}
        cases += [_read(path, schema, keys) for path in sorted(folder.glob("*.sql"))]
    return tuple(sorted(cases, key=str))


def _read(path: Path, schema: Schema, keys: Keys) -> Case:
    """A file: the statement, and after it a line `-- unseen <edge>: <why>` for each edge that a person had to look at."""
    lines = path.read_text(encoding="utf-8").splitlines()
    remarks = dict(line.removeprefix(_REMARK).strip().split(": ", 1) for line in lines if line.startswith(_REMARK))
    text = "\n".join(line for line in lines if not line.startswith(_REMARK)).strip()
    return Case(path.parent.name, path.stem, text, schema, keys, remarks)
