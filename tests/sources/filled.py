"""A home with an Iceberg lake that one source fills, and what came into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyiceberg.catalog.sql import SqlCatalog

from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.sources.places import AnySource, write_source
from headwater.app.sources.run import SourceReport
from headwater.model.findings import FindingList
from headwater.sdk.local import LocalClient

NAME = "ward"
NAMESPACE = "headwater://clinic"


class Filled:
    """The home, its lake and its client."""

    def __init__(self, folder: Path, client: LocalClient) -> None:
        self.home, self.client = folder / "home", client
        self._catalog = f"sqlite:///{folder}/catalog.db"
        self._warehouse = f"file://{folder}/warehouse"
        properties = {"warehouse": self._warehouse}
        write_place(self.home, "clinic", LakePlace(kind="iceberg", location=self._catalog, namespace=NAMESPACE, properties=properties))

    def source(self, source: AnySource) -> None:
        """Set the source up, or change it."""
        write_source(self.home, NAME, source)

    def run(self) -> dict[str, int]:
        """Run it; the rows that came into each table, and under `-TABLE` those that went."""
        found: dict[str, int] = {}
        for tables in self.report().batches.values():
            for told in tables:
                found[told.table] = found.get(told.table, 0) + told.rows
                if told.deleted:
                    found[f"-{told.table}"] = told.deleted
        return found

    def report(self) -> SourceReport:
        """Run it; everything that it tells."""
        return self.client.sources.run(NAME, self.home)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table of the lake, without what dlt adds."""
        catalog = SqlCatalog("clinic", uri=self._catalog, warehouse=self._warehouse)
        try:
            rows = catalog.load_table(table).scan().to_arrow().to_pylist()
        finally:
            catalog.close()
        return [{name: value for name, value in row.items() if not name.startswith("_dlt")} for row in rows]

    def column(self, table: str, name: str) -> list[Any]:
        """The values of one column, in order."""
        return sorted(row[name] for row in self.rows(table))

    def origins(self, table: str) -> set[str]:
        """The columns that a column of the lake comes from, or the dataset does."""
        self.client.wait()
        result = self.client.lineage(table).result
        return {node.id for node in result.nodes if NAMESPACE not in node.id}

    def gaps(self) -> list[tuple[str, str]]:
        """Code and words of gaps."""
        self.client.wait()
        return [(gap.code, gap.detail) for gap in self.client.gaps().result.gaps]

    def findings(self) -> FindingList:
        """What is wrong."""
        self.client.wait()
        result: FindingList = self.client.findings.list().result
        return result

    def recorded(self) -> bytes:
        """All that was recorded, to look for what may not be there."""
        return b"\n".join(entry.payload.public for entry in self.client._headwater.ledger.read(0) if entry.payload is not None)


@contextmanager
def filled(folder: Path) -> Iterator[Filled]:
    """A new home, until the block ends."""
    with LocalClient.open(folder / "home", create=True) as client:
        yield Filled(folder, client)
