"""Tables of nested lists follow the table above them: what hangs below a row that was replaced or is gone goes too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from headwater.edges.engines.iceberg_writer import IcebergWriter
from headwater.edges.sources.loading.staging import BELOW, StagedTable

PARENT, ID = "_dlt_parent_id", "_dlt_id"


def with_nested(tables: Sequence[StagedTable], writer: IcebergWriter, into: str) -> list[StagedTable]:
    """The tables of a batch, each above those that hang below it, with those of the lake of which the batch brings no row."""
    found = {table.name: table for table in tables}
    for table in tables:
        if table.write in ("merge", "replace"):
            for name in _below(table.name, writer, into):
                found.setdefault(name, StagedTable(name=name, write=BELOW, origin=table.origin))
    return sorted(found.values(), key=lambda table: table.name)


def parents(table: StagedTable, writer: IcebergWriter, into: str) -> pa.Table:
    """The rows that those of a nested list may hang below now."""
    above = table.name.rpartition("__")[0]
    return pa.table({PARENT: writer.column(f"{into}.{above}", ID)})


def _below(name: str, writer: IcebergWriter, into: str) -> Iterable[str]:
    return [below for below in writer.below(f"{into}.{name}") if writer.has_column(f"{into}.{below}", PARENT)]
