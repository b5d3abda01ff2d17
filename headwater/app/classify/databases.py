"""Classifies the tables of a database by its address: PostgreSQL, or a file of DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb

from headwater.app.classify.verdicts import Alone, Beside, Gathering, require_validators
from headwater.edges.engines.profile_dialects import literal
from headwater.edges.engines.profile_duckdb import table_source
from headwater.edges.engines.samples.relations import Bounds, opened, sample_relation
from headwater.model.errors import UsageError
from headwater.model.sensitivity.classification import Classification, FileGap

_POSTGRES = ("postgresql://", "postgres://")
_DUCKDB_FILES = (".duckdb", ".ddb")


def is_database(place: str) -> bool:
    """Whether a place is a database's address or a file of one."""
    return place.startswith((*_POSTGRES, "duckdb:")) or place.endswith(_DUCKDB_FILES)


def classify_database(address: str, table: str | None, bounds: Bounds, beside: Beside | None = None) -> Classification:
    """The verdicts of every column of a database, or of one of its tables.

    Raises:  DatabaseUnreachable; UsageError: there is no such table or file; ClassifierNotInstalled.
    """
    require_validators()
    known = beside if beside is not None else Alone()
    if address.startswith(_POSTGRES):
        return _postgres(address, table, bounds, known)
    return _duckdb(Path(address.removeprefix("duckdb:")), table, bounds, known)


def _postgres(address: str, table: str | None, bounds: Bounds, beside: Beside) -> Classification:
    from headwater.edges.engines.samples.postgres import database

    with database(address, bounds) as opened_database:
        tables = _chosen(opened_database.tables(), table)
        gathering = Gathering(beside, len(tables))
        for name, rows in tables:
            sampled = opened_database.sample(name, rows)
            if sampled is None:
                gathering.miss(name, [FileGap(dataset=name, file="", code="DATASET-UNREADABLE")])
            else:
                gathering.take(name, sampled)
    return gathering.classification()


def _duckdb(path: Path, table: str | None, bounds: Bounds, beside: Beside) -> Classification:
    with opened() as connection:
        try:
            connection.execute(f"ATTACH {literal(str(path))} AS classified (READ_ONLY)")
        except duckdb.Error:
            problem = f"cannot classify `{path}`: expected a database of DuckDB that nobody writes to, got none that opens"
            raise UsageError(problem, next_step="check the path, and close what writes to it") from None
        listed = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'classified' AND NOT internal ORDER BY 1, 2"
        tables = _chosen([(f"{schema}.{name}", 0) for schema, name in connection.execute(listed).fetchall()], table)
        gathering = Gathering(beside, len(tables))
        for name, _ in tables:
            try:
                sampled = sample_relation(connection, table_source("classified", *name.split(".", 1)), bounds)
            except duckdb.Error:
                gathering.miss(name, [FileGap(dataset=name, file="", code="DATASET-UNREADABLE")])
                continue
            gathering.take(name, sampled)
    return gathering.classification()


def _chosen(tables: list[tuple[str, int]], asked: str | None) -> list[tuple[str, int]]:
    """All tables, or the one that was asked for by its name with or without schema."""
    found = [each for each in tables if asked is None or each[0] == asked or each[0].partition(".")[2] == asked]
    if not found:
        named = f"a table `{asked}`" if asked else "tables"
        raise UsageError(f"cannot classify the database: expected {named}, got none", next_step="headwater classify ADDRESS")
    return found
