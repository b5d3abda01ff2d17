"""Runs a pipeline on DuckDB with marked values and looks where the marks stand: the truth about what leaks, told by the data."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from headwater.model.sensitivity.labels import Level
from tests.leaks.dialects import DUCKDB
from tests.leaks.holding import BY_TYPE, REGIONS, ROWS, Held, marks
from tests.leaks.passing import MACROS
from tests.leaks.pipelines import Pipeline, pipeline


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a place that holds, or does not, values of a type that anybody can read in it."""

    dataset: str
    column: str
    info_type: str
    visible: bool


def play(seed: int) -> tuple[Pipeline, list[Shown]]:
    """Run a seed's pipeline; gives of each column of its places whether values of each type of the sources stand in it."""
    told = pipeline(seed, DUCKDB)
    with duckdb.connect() as connection:
        for macro in MACROS:
            connection.execute(macro)
        for dataset, columns in told.sources.items():
            _fill(connection, dataset, columns)
        made = set(told.sources)
        for step in told.steps:
            _schema(connection, step.writes)
            if step.prepare and step.writes not in made:
                connection.execute(step.prepare)
            connection.execute(step.sql)
            made.add(step.writes)
        types = sorted({info_type for columns in told.sources.values() for column in columns for info_type in column.holds})
        found = [shown for place in told.places if place.dataset in made for shown in _shown(connection, place.dataset, types)]
    return told, found


def disagreements(told: Pipeline, shown: list[Shown]) -> list[str]:
    """Where the data and what is said of them part: values that nobody told of, and values told of that are not there."""
    wrong = []
    for seen in shown:
        column = next(held for held in told.tables[seen.dataset] if held.name == seen.column)
        holds = column.holds.get(seen.info_type, Level.NONE)
        if seen.visible and holds < _level_seen(seen.info_type):
            wrong.append(f"{seen.dataset}.{seen.column} shows {seen.info_type}, said to hold {holds.word}; {', '.join(column.ways)}")
        if not seen.visible and column.plain and holds >= _level_seen(seen.info_type):
            wrong.append(f"{seen.dataset}.{seen.column} shows no {seen.info_type}, said to hold {holds.word}; {', '.join(column.ways)}")
    return wrong


def _level_seen(info_type: str) -> Level:
    return BY_TYPE[info_type].level


def _fill(connection: duckdb.DuckDBPyConnection, dataset: str, columns: tuple[Held, ...]) -> None:
    _schema(connection, dataset)
    rows = pa.table({column.name: [_value(column, number) for number in range(ROWS)] for column in columns})
    connection.register("rows_given", rows)
    connection.execute(f"CREATE TABLE {dataset} AS SELECT * FROM rows_given")


def _value(column: Held, number: int) -> str | int:
    if column.thread:
        return BY_TYPE[column.thread].value(number)
    usual: dict[str, str | int] = {"id": number, "region": f"zone-{number % REGIONS}", "day": f"2026-11-{number % 27 + 1:02d}"}
    return usual.get(column.name, f"plan-{number % 3}")


def _schema(connection: duckdb.DuckDBPyConnection, dataset: str) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {dataset.partition('.')[0]}")


def _shown(connection: duckdb.DuckDBPyConnection, dataset: str, types: list[str]) -> list[Shown]:
    names = [row[0] for row in connection.execute(f"DESCRIBE {dataset}").fetchall()]
    found = []
    for name in names:
        rows = connection.execute(f"SELECT DISTINCT lower(CAST({name} AS VARCHAR)) FROM {dataset} WHERE {name} IS NOT NULL").fetchall()
        everything = "\n".join(row[0] for row in rows)
        numbers = set(re.findall(r"\d+", everything))
        for info_type in types:
            looked_for = marks(info_type)
            if BY_TYPE[info_type].is_number:
                values, digests = looked_for[:ROWS], looked_for[ROWS:]
                visible = not numbers.isdisjoint(values) or any(mark in everything for mark in digests)
            else:
                visible = any(mark in everything for mark in looked_for)
            found.append(Shown(dataset, name, info_type, visible))
    return found
