"""Puts a source of `lake.toml` together with its lake, and runs it."""

from __future__ import annotations

from pathlib import Path

from headwater.app.lakes.drivers import catalog_properties
from headwater.app.lakes.places import find_place
from headwater.app.lakes.scan import Ask
from headwater.app.lock import FileLock
from headwater.app.sources.fetch import Around, fetcher, kind_of
from headwater.app.sources.places import find_source
from headwater.app.sources.run import Destination, Record, SourceReport, SourceRun, Told, key_of, staging_of
from headwater.model.errors import UsageError


def run_source(home: Path, name: str, ask: Ask, record: Record, told: Told = lambda _: None) -> SourceReport:
    """Run one source of a home; a second run of the same source at the same time is refused.

    Raises:  UnknownSource, UnknownLake, ConfigFault; SourceUnreachable, LakeUnwritable, LoadUnrecorded: the next run makes it good.
    """
    from headwater.edges.engines.iceberg_writer import IcebergWriter

    source = find_source(home, name)
    place = find_place(home, source.lake)
    if place.kind != "iceberg":
        problem = f"cannot load source `{name}` into lake `{source.lake}`: expected an Iceberg lake, got `{place.kind}`"
        raise UsageError(problem, next_step="headwater lake add NAME sqlite:///CATALOG.db --property warehouse=FOLDER")
    staging = staging_of(home, name)
    folder = home / "sources" / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "lock", f"cannot run source `{name}`: another process is running it"):
        writer = IcebergWriter(source.lake, catalog_properties(place))
        try:
            around = Around(ask, place.namespace)
            fetch = fetcher(name, source, home, staging, around)
            return SourceRun(name, kind_of(source), fetch, staging, Destination(place, writer, source.into), record, key=key_of(home)).run(
                told
            )
        finally:
            writer.close()
