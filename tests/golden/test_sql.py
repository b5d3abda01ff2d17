"""Pairs of files: `sql/<case>.sql` and what the analyser says of it, `sql/<case>.expected.json`.

A first line `-- dialect: x, default: catalog.schema` chooses how the text is read; `sql/schemas.json` is the catalog of all cases.
`UPDATE_GOLDEN=1` writes the expected files; read the difference before you keep it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from headwater.capture.sql import analyse
from headwater.capture.sql.reasons import place
from headwater.model.lineage import Statement, StatementLineage

FOLDER = Path(__file__).parent / "sql"
CASES = sorted(FOLDER.glob("*.sql"))
HEADER = re.compile(r"-- dialect: (\w+)(?:, default: (?:(\w+)\.)?(\w+))?\n")


class Catalog:
    """The tables of all cases."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, str]] = json.loads((FOLDER / "schemas.json").read_text(encoding="utf-8"))

    def columns(self, table: str) -> Mapping[str, str] | None:
        """As the file says."""
        return self.tables.get(table)


def at(sql: str, offset: int | None) -> str:
    """The place as a person reads it."""
    return "" if offset is None else " at {}:{}".format(*place(sql, offset))


def shown(lineage: StatementLineage, sql: str) -> dict[str, object]:
    """A lineage as a person reads it; the analyser's version is left out, so that a new one changes only what it changes."""
    return {
        "status": lineage.status,
        "reasons": [" ".join(filter(None, [each.code, each.subject, f"at {each.line}:{each.column}"])) for each in lineage.reasons],
        "sources": lineage.sources,
        "targets": lineage.targets,
        "overwrites": lineage.overwrites,
        "edges": [
            f"{edge.source_table}.{edge.source_column or '(rows)'} -> {edge.target_table or 'reader'}.{edge.target_column or '(rows)'}"
            f" {edge.kind.name}{f' masked by {edge.masking}' if edge.masking else ''}"
            f"{' through ' + ', '.join(edge.functions) if edge.functions else ''}{at(sql, edge.offset)}"
            for edge in lineage.edges
        ],
        "fingerprint": lineage.fingerprint,
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_statement_reads_as_it_did(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    header = HEADER.match(sql)
    assert header is not None, "the first line names the dialect"
    dialect, catalog, schema = header.groups()
    found = json.dumps(shown(analyse(Statement(sql, dialect, catalog, schema), Catalog()), sql), indent=2) + "\n"
    expected = path.with_suffix(".expected.json")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(found, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == found
