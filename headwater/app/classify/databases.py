"""Classifies the tables of a database by its address: PostgreSQL, a file of DuckDB, or a Spark Connect server."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from headwater.app.classify.files import state_of_files
from headwater.app.classify.verdicts import Alone, Beside, Gathering, require_validators
from headwater.edges.engines.profile_dialects import literal
from headwater.edges.engines.profile_duckdb import table_source
from headwater.edges.engines.samples.relations import Bounds, lock, opened, sample_relation
from headwater.model.errors import UsageError
from headwater.model.sensitivity.classification import Classification, FileGap

_POSTGRES = ("postgresql://", "postgres://")
_SPARK = "sc://"
_DUCKDB_FILES = (".duckdb", ".ddb")
_SQLITE_FILES = (".sqlite", ".sqlite3")
_SQLITE_BEGINS = b"SQLite format 3\x00"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_OTHERWISE = "classified"
_OPENED = "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> 'memory'"
_LISTED = """
SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal
UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = ? AND NOT internal ORDER BY 1, 2
"""


def is_database(place: str) -> bool:
    """Whether a place is a database's address or a file of one."""
    return place.startswith((*_POSTGRES, _SPARK, "duckdb:")) or place.endswith(_DUCKDB_FILES)


def refuse_others(place: str) -> None:
    """Refuse what is the address or the file of something that is not read here; what an address holds may be secret and is not repeated.

    Raises:  UsageError.
    """
    scheme, path = _SCHEME.match(place), Path(place)
    if scheme is not None and not path.exists():
        got = f"an address `{scheme[1]}://…`"
    elif place.endswith(_SQLITE_FILES) or _is_sqlite(path):
        got = f"SQLite in `{path.name}`"
    else:
        return
    expected = "a file of Parquet, CSV or JSON, a dataset of a lake, PostgreSQL, a file of DuckDB or Spark (sc://HOST)"
    problem = f"cannot classify: expected {expected}, got {got}"
    raise UsageError(problem, next_step="bring it into a lake by headwater source add, then headwater classify --lake NAME")


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_BEGINS)) == _SQLITE_BEGINS
    except OSError:
        return False


def classify_database(
    address: str, table: str | None, bounds: Bounds, beside: Beside | None = None, locations: dict[str, str] | None = None
) -> Classification:
    """The verdicts of every column of a database, or of one of its tables; views of DuckDB and Spark are tables here.

    `locations` is told where the files of each table of Spark lie before that is taken.

    Raises:  DatabaseUnreachable; UsageError: there is no such table or file; ClassifierNotInstalled.
    """
    require_validators()
    known = beside if beside is not None else Alone()
    if address.startswith(_POSTGRES):
        return _postgres(address, table, bounds, known)
    if address.startswith(_SPARK):
        return _spark(address, table, bounds, known, locations if locations is not None else {})
    return _duckdb(Path(address.removeprefix("duckdb:")), table, bounds, known)


def _postgres(address: str, table: str | None, bounds: Bounds, beside: Beside) -> Classification:
    from headwater.edges.engines.samples.postgres import database

    with database(address, bounds) as opened_database:
        tables = _chosen(opened_database.tables(), table)
        gathering = Gathering(beside, len(tables))
        for name, rows in tables:
            state = opened_database.state(name)
            if gathering.stands(name, state):
                continue
            sampled = opened_database.sample(name, rows)
            if sampled is None:
                gathering.miss(name, [FileGap(dataset=name, file="", code="DATASET-UNREADABLE")], state)
            else:
                gathering.take(name, sampled, state)
    return gathering.classification()


def _spark(address: str, asked: str | None, bounds: Bounds, beside: Beside, locations: dict[str, str]) -> Classification:
    from headwater.edges.engines.samples.spark import spark

    with spark(address, bounds) as engine:
        known = {table.name: table for table in engine.tables()}
        tables = _chosen([(name, 0) for name in known], asked)
        gathering = Gathering(beside, len(tables))
        if asked is None:
            gathering.note(FileGap(dataset=catalog, file="", code="CATALOG-UNREADABLE") for catalog in engine.unseen)
        for name, _ in tables:
            locations[name] = engine.location(known[name])
            sampled = engine.sample(known[name])
            if sampled is None:
                gathering.miss(name, [FileGap(dataset=name, file="", code="DATASET-UNREADABLE")])
            else:
                gathering.take(name, sampled)
    return gathering.classification()


def _duckdb(path: Path, table: str | None, bounds: Bounds, beside: Beside) -> Classification:
    with opened() as connection:
        database = _attached(connection, path)
        state = state_of_files(each for each in (path, path.with_name(f"{path.name}.wal")) if each.exists())
        lock(connection)
        tables = _chosen([(f"{schema}.{name}", 0) for schema, name in connection.execute(_LISTED, [database, database]).fetchall()], table)
        gathering = Gathering(beside, len(tables))
        for name, _ in tables:
            if gathering.stands(name, state):
                continue
            try:
                sampled = sample_relation(connection, table_source(database, *name.split(".", 1)), bounds)
            except duckdb.Error:
                gathering.miss(name, [FileGap(dataset=name, file="", code="DATASET-UNREADABLE")])
                continue
            gathering.take(name, sampled, state)
    return gathering.classification()


def _attached(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Open a file under the name that its views know it by; what is called like a database of DuckDB's own gets another."""
    for name in ("", f" AS {_OTHERWISE}"):
        try:
            connection.execute(f"ATTACH {literal(str(path))}{name} (READ_ONLY)")
        except duckdb.Error:
            continue
        [(database,)] = connection.execute(_OPENED).fetchall()
        return str(database)
    problem = f"cannot classify `{path}`: expected a database of DuckDB that nobody writes to, got none that opens"
    raise UsageError(problem, next_step="check the path, and close what writes to it")


def _chosen(tables: list[tuple[str, int]], asked: str | None) -> list[tuple[str, int]]:
    """All tables, or the one that was asked for by its name with or without schema."""
    found = [each for each in tables if asked is None or each[0] == asked or each[0].endswith(f".{asked}")]
    if not found:
        named = f"a table `{asked}`" if asked else "tables"
        raise UsageError(f"cannot classify the database: expected {named}, got none", next_step="headwater classify ADDRESS")
    return found
