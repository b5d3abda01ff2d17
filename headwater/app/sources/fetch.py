"""From a source of `lake.toml` to batches in its staging folder, through the part of `edges` that knows its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from headwater.app.places import references, resolved
from headwater.app.sources.places import AnySource, ApiSource, DatabaseSource, FeedSource, StreamSource, Write
from headwater.edges.sources.loading.staging import KEYS, StagedBatch, StagedTable, Staging
from headwater.model.answers import Answer
from headwater.model.loads import SourceKind
from headwater.model.questions import Question

if TYPE_CHECKING:
    from headwater.edges.engines.iceberg_writer import IcebergWriter
    from headwater.edges.sources.loading.database import Database, DatabaseList
    from headwater.edges.sources.loading.duck import DuckFile
    from headwater.model.lakes import DatasetName


class Fetcher(Protocol):
    """Fetches what is new of one source."""

    def fetch(self, run: str, started: str) -> Iterator[StagedBatch]:
        """Batches whose files stand in the staging folder; each is sealed by who asked.

        Raises:  SourceUnreachable.
        """

    def close(self) -> None:
        """Let go of what was opened."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a fetcher may need to know: what was recorded before, the namespace of the lake, and what its tables say."""

    ask: Callable[[Question], Answer[Any]]
    namespace: str
    writer: IcebergWriter


def fetcher(name: str, source: AnySource, home: Path, staging: Staging, around: Around) -> Fetcher:
    """The fetcher of a source.

    Raises:  ConfigFault: a reference leads nowhere. SourceUnreachable: it is set up wrongly. UsageError: a package is not installed.
    """
    match source:
        case ApiSource():
            return _ApiFetcher(name, source, home, staging)
        case DatabaseSource():
            return _DatabaseFetcher(name, source, home, staging)
        case FeedSource():
            from headwater.app.sources.feed import FeedFetcher

            return FeedFetcher(name, source, staging, around.ask, around.namespace)
        case StreamSource():
            from headwater.app.sources.stream import StreamFetcher

            return StreamFetcher(name, source, staging, around)


def kind_of(source: AnySource) -> SourceKind:
    """What kind of source it is."""
    match source:
        case ApiSource():
            return "api"
        case DatabaseSource():
            return "database"
        case FeedSource():
            return "feed"
        case StreamSource():
            return "stream"


class _ApiFetcher:
    """An API."""

    def __init__(self, name: str, source: ApiSource, home: Path, staging: Staging) -> None:
        self._name, self._source, self._home, self._staging = name, source, home, staging

    def fetch(self, run: str, started: str) -> Iterator[StagedBatch]:
        """One batch of all its lists."""
        from headwater.edges.sources.loading.api import ApiList, api_origin, api_source
        from headwater.edges.sources.loading.fetching import Into, fetch

        told = self._source
        lists = [
            ApiList(
                name=part.name,
                path=part.path,
                write=part.write or ("merge" if part.key else "append"),
                key=part.key,
                cursor=part.cursor,
                since=part.since,
                initial=part.initial,
                data=part.data,
                params=resolved(part.params),
                paginator=part.paginator,
            )
            for part in told.resources
        ]
        source = api_source(told.base_url, lists, auth=resolved(told.auth), headers=resolved(told.headers), paginator=told.paginator)
        into = {
            one.name: Into(api_origin(told.base_url, one.path, told.namespace), one.write, one.key, more=one.look.is_unread)
            for one in lists
        }
        credentials = [*references(told.auth), *references(told.headers)]
        for batch, tables in fetch(source, self._name, _state(self._home, self._name), self._staging, into, credentials).items():
            yield StagedBatch(batch=batch, run=run, started_at=started, tables=tables)

    def close(self) -> None:
        """Nothing stays open between fetches."""


class _DatabaseFetcher:
    """A database."""

    def __init__(self, name: str, source: DatabaseSource, home: Path, staging: Staging) -> None:
        self._name, self._source, self._home, self._staging = name, source, home, staging

    def fetch(self, run: str, started: str) -> Iterator[StagedBatch]:
        """One batch of all its tables, with the keys that are there now where deletions are looked for."""
        from headwater.edges.sources.loading.database import DatabaseList
        from headwater.edges.sources.loading.fetching import Into, fetch

        told = self._source
        database = _opened(self._name, resolved(told.url, key="url"))
        lists: list[DatabaseList] = []
        for part in told.tables:
            schema, _, table = part.name.rpartition(".")
            write: Write = part.write or ("merge" if part.key and part.cursor else "append" if part.cursor else "replace")
            lists.append(
                DatabaseList(
                    name=table.lower(), schema=schema, table=table, write=write, key=part.key, cursor=part.cursor, columns=part.columns
                )
            )
        origins = {one.name: database.origin(told.namespace, one.schema, one.table) for one in lists}
        try:
            source = database.source(lists)
            into = {one.name: Into(origins[one.name], one.write, one.key, database.mixed(one)) for one in lists}
            batches = fetch(source, self._name, _state(self._home, self._name), self._staging, into)
            wanted = {one.name: one for one, part in zip(lists, told.tables, strict=True) if part.deletions and part.key}
            seen: set[str] = set()
            brought: set[str] = set()
            for batch, tables in batches.items():
                brought |= {staged.name for staged in tables}
                for staged in tables:
                    if staged.name in wanted:
                        database.keys(wanted[staged.name], self._staging.folder(batch, staged.name) / KEYS)
                        seen.add(staged.name)
                yield StagedBatch(batch=batch, run=run, started_at=started, tables=self._staging.described(batch))
            unchanged = [one for name, one in wanted.items() if name not in seen]
            emptied = [one for one in lists if one.write == "replace" and one.name not in brought]
            if unchanged or emptied:
                yield self._without_rows(database, unchanged, emptied, origins, run, started)
        finally:
            database.close()

    def close(self) -> None:
        """Nothing stays open between fetches."""

    def _without_rows(
        self,
        database: Database | DuckFile,
        lists: list[DatabaseList],
        emptied: list[DatabaseList],
        origins: dict[str, DatasetName],
        run: str,
        started: str,
    ) -> StagedBatch:
        """A batch of tables without a new row, of which some may have gone nevertheless, and of those that are empty now."""
        batch = f"keys-{run}"
        for one in emptied:
            self._staging.describe(batch, StagedTable(name=one.name, write="replace", origin=origins[one.name]))
        for one in lists:
            self._staging.describe(batch, StagedTable(name=one.name, write="merge", key=one.key, origin=origins[one.name]))
            database.keys(one, self._staging.folder(batch, one.name) / KEYS)
        return StagedBatch(batch=batch, run=run, started_at=started, tables=self._staging.described(batch))


def _opened(name: str, address: str) -> Database | DuckFile:
    """The database at an address."""
    if address.startswith("duckdb:"):
        from headwater.edges.sources.loading.duck import DuckFile

        return DuckFile(name, address)
    from headwater.edges.sources.loading.database import Database

    return Database(name, address)


def _state(home: Path, name: str) -> Path:
    """Where dlt keeps how far it got."""
    folder = home / "sources" / name / "dlt"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
