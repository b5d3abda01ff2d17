"""The tables that sources fill: each is filled by one source alone, because rows of two would replace and deny each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from headwater.app.lakes.places import LakePlace, find_place
from headwater.app.sources.places import AnySource, ApiSource, DatabaseSource, FeedSource, read_sources
from headwater.model.errors import UsageError

_ODD = re.compile(r"[^a-z0-9_]+")


def table_named(words: str) -> str:
    """A name of a supplier or stream as one of a table."""
    return _ODD.sub("_", words.lower())


def tables_of(source: AnySource) -> list[str]:
    """The tables that a source fills in the namespace that is its own, one for each of its parts."""
    match source:
        case ApiSource():
            return [part.name for part in source.resources]
        case DatabaseSource():
            return [part.name.rpartition(".")[2].lower() for part in source.tables]
        case FeedSource():
            return [source.table or table_named(source.product)]
    return [topic.table or table_named(topic.name) for topic in source.topics]


def lake_of(home: Path, name: str, source: AnySource) -> LakePlace:
    """The lake that a source fills.

    Raises:  UnknownLake, ConfigFault; UsageError: it is none that can be written to.
    """
    place = find_place(home, source.lake)
    if place.kind != "iceberg":
        problem = f"cannot load source `{name}` into lake `{source.lake}`: expected an Iceberg lake, got `{place.kind}`"
        raise UsageError(problem, next_step="headwater lake add NAME sqlite:///CATALOG.db --property warehouse=FOLDER")
    return place


def check_targets(name: str, source: AnySource, others: Mapping[str, AnySource]) -> None:
    """Refuse a source that would fill a table twice, or one that another source fills.

    Raises:  UsageError: names the table and who fills it.
    """
    tables = [table.casefold() for table in tables_of(source)]
    for table in tables:
        if tables.count(table) > 1:
            problem = f"cannot use source `{name}`: expected a table for each of its parts, got two parts for `{source.into}.{table}`"
            raise UsageError(problem, next_step="make them two sources with another --into each")
    for other, told in others.items():
        shared = set(tables) & {table.casefold() for table in tables_of(told)}
        if other != name and (told.lake, told.into) == (source.lake, source.into) and shared:
            problem = (
                f"cannot use source `{name}`: source `{other}` fills table `{source.into}.{min(shared)}` of lake `{source.lake}` already"
            )
            raise UsageError(problem, next_step=f"say another --into, or another `into` in lake.toml, than `{source.into}`")


def check_new(home: Path, name: str, source: AnySource, *, replace: bool) -> None:
    """Refuse a source that cannot be run as it is told, or that would take the place of another.

    Raises:  UsageError, UnknownLake, ConfigFault.
    """
    known = read_sources(home)
    if name in known and not replace:
        problem = f"cannot add source `{name}`: expected a new name, got one that stands in lake.toml already"
        raise UsageError(problem, next_step=f"choose another name, or say --replace to set up `{name}` anew")
    lake_of(home, name, source)
    check_targets(name, source, known)
    if isinstance(source, FeedSource) and "://" not in source.location and not Path(source.location).is_dir():
        problem = f"cannot add source `{name}`: expected a folder at `{source.location}`, got none"
        raise UsageError(problem, next_step=f"mkdir -p {source.location}")
