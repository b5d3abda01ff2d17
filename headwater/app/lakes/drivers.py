"""Which driver reads which kind of lake. Drivers are imported when they are used, since each needs a package of its own."""

from __future__ import annotations

from pathlib import Path

from headwater.app.lakes.places import LakePlace
from headwater.app.places import resolved
from headwater.app.sql.apart import Apart
from headwater.app.sql.catalog import Catalog
from headwater.capture.openlineage.dialects import dialect_named
from headwater.edges.sources.lakes.driver import LakeDriver
from headwater.model.lakes import Executed
from headwater.model.lineage import Statement


def open_lake(name: str, place: LakePlace, home: Path | None = None) -> LakeDriver:
    """The driver of a lake, opened; with a home, what a scan has to remember of files that go away is kept there.

    Raises:  LakeUnreachable; ConfigFault: a reference leads nowhere; UsageError: the package that reads this kind is not installed.
    """
    properties = resolved(place.properties)
    match place.kind:
        case "iceberg":
            from headwater.edges.sources.lakes.iceberg import IcebergLake

            return IcebergLake(name, catalog_properties(place))
        case "delta":
            from headwater.edges.sources.lakes.delta import DeltaLake

            return DeltaLake(place.location, properties)
        case "folder":
            from headwater.edges.sources.lakes.folder import FolderLake
            from headwater.edges.sources.lakes.row_sums import FILE_NAME, RowSums

            return FolderLake(place.location, properties, RowSums(home / FILE_NAME) if home is not None else None)
        case "bigquery" | "postgres" | "redshift" | "snowflake":
            from headwater.edges.sources.lakes.audited import AuditedLake

            return AuditedLake(place.kind, place.location, properties, _Targets())


class _Targets:
    """Which tables statements write, read in a process of its own; a statement that was seen before is not read again."""

    def __init__(self) -> None:
        self._reader = Apart()
        self._known: dict[Executed, tuple[str, ...]] = {}

    def __call__(self, executed: Executed) -> tuple[str, ...]:
        if executed not in self._known:
            statement = Statement(executed.sql, dialect_named(executed.dialect), executed.catalog or None, executed.schema or None)
            self._known[executed] = self._reader.read(statement, Catalog({})).targets if executed.sql else ()
        return self._known[executed]

    def close(self) -> None:
        """End that process."""
        self._reader.close()


def catalog_properties(place: LakePlace) -> dict[str, str]:
    """PyIceberg's properties of an Iceberg lake, secrets filled in.

    Raises:  ConfigFault: a reference leads nowhere.
    """
    return {**_catalog(place.location), **resolved(place.properties)}


def _catalog(location: str) -> dict[str, str]:
    """The properties by which PyIceberg knows a catalog from its address."""
    if location.startswith(("http://", "https://")):
        return {"type": "rest", "uri": location}
    if location.startswith("thrift://"):
        return {"type": "hive", "uri": location}
    if location == "glue":
        return {"type": "glue"}
    return {"type": "sql", "uri": location}
