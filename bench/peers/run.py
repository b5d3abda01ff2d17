"""Runs one peer, or Headwater, over statements; started by `sql_peers.py` in that peer's own environment.

    python bench/peers/run.py PEER < job.json

A job is `{"dialect", "schema": {table: {column: type}}, "statements": [sql], "rounds", "seconds"}`. The answer holds the median processor
time of the rounds (they end early once `seconds` are used up), and per statement its own median, the edges found as
`[source table, source column, output column, is it direct]` (a null output means every row), and an error's kind or null.
Every peer gets what its manual offers: schemas made once, no work that its answer does not need.
Only Headwater's own row imports Headwater.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from statistics import median
from typing import Any, NamedTuple

Edge = tuple[str, str | None, str | None, bool]
Schema = dict[str, dict[str, str]]
UNKNOWN_PLACE = "main"
"""A schema's name for peers that cannot do without."""


class Peer(NamedTuple):
    """How a peer is asked, how its answer is read, and what it says of itself."""

    ask: Callable[[str], Any]
    edges: Callable[[Any], Iterator[Edge]]
    title: str


def headwater(schema: Schema, dialect: str) -> Peer:
    """This package's engine: statement in, edges out, no cache."""
    from headwater.capture.sql import ANALYSER, analyse
    from headwater.capture.sql.adapter import COMPILED
    from headwater.model.lineage import Statement, StatementLineage

    class Catalog:
        def columns(self, table: str) -> dict[str, str] | None:
            return schema.get(table)

    def edges(lineage: StatementLineage) -> Iterator[Edge]:
        if lineage.status == "failed":
            raise ValueError(lineage.reasons[0].code)
        for edge in lineage.edges:
            yield edge.source_table, edge.source_column, edge.target_column, edge.kind.is_direct

    catalog = Catalog()
    return Peer(lambda sql: analyse(Statement(sql, dialect), catalog), edges, f"{ANALYSER}{'' if COMPILED else ', plain'}")


def datahub(schema: Schema, dialect: str) -> Peer:
    """`sqlglot_lineage` of acryl-datahub, its cache of results apart, one resolver for all statements."""
    from datahub.sql_parsing import sqlglot_lineage as parser
    from datahub.sql_parsing.schema_resolver import SchemaResolver

    resolver = SchemaResolver(platform=dialect)
    names: dict[str, str] = {}
    for table, columns in schema.items():
        reference = parser._TableName(database=None, db_schema=UNKNOWN_PLACE, table=table)
        urn = resolver.get_urn_for_table(reference)
        resolver.add_raw_schema_info(urn, columns)
        names[urn] = table

    def edges(result: Any) -> Iterator[Edge]:
        if result.debug_info.error is not None:
            raise ValueError(type(result.debug_info.error).__name__)
        for info in result.column_lineage or ():
            for source in info.upstreams:
                yield names.get(source.table, source.table), source.column, info.downstream.column, True
        for join in result.joins or ():
            for source in join.columns_involved:
                yield names.get(source.table, source.table), source.column, None, False

    def ask(sql: str) -> Any:
        return parser._sqlglot_lineage_nocache(sql, resolver, default_schema=UNKNOWN_PLACE)

    return Peer(ask, edges, f"acryl-datahub {version('acryl-datahub')}, {_sqlglot()}")


def sqllineage(schema: Schema, dialect: str) -> Peer:
    """`LineageRunner` with the schema as its metadata."""
    from sqllineage.core.metadata.dummy import DummyMetaDataProvider
    from sqllineage.runner import LineageRunner

    provider = DummyMetaDataProvider({f"<default>.{table}": list(columns) for table, columns in schema.items()})

    def ask(sql: str) -> Any:
        is_query = sql.split(None, 1)[0].lower() in ("select", "with", "from")
        text = f"insert into answer {sql}" if is_query else sql
        return LineageRunner(text, dialect=dialect, metadata_provider=provider).get_column_lineage()

    def edges(paths: Any) -> Iterator[Edge]:
        for path in paths:
            table = path[0].parent
            if table is not None:
                yield str(table).rpartition(".")[2], path[0].raw_name, path[-1].raw_name, True

    return Peer(ask, edges, f"sqllineage {version('sqllineage')}")


def openlineage(schema: Schema, dialect: str) -> Peer:
    """`openlineage_sql.parse`, which knows no schemas."""
    import openlineage_sql

    def ask(sql: str) -> Any:
        return openlineage_sql.parse([sql], dialect=dialect)

    def edges(meta: Any) -> Iterator[Edge]:
        if meta is None or meta.errors:
            raise ValueError("not parsed")
        for each in meta.column_lineage:
            for source in each.lineage:
                yield source.origin.name if source.origin is not None else "", source.name, each.descendant.name, True

    return Peer(ask, edges, f"openlineage-sql {version('openlineage-sql')}")


def sqlglot_plain(schema: Schema, dialect: str) -> Peer:
    """`sqlglot.lineage.lineage()` as its manual shows it: once per output column, the schema a plain dictionary."""
    from sqlglot import exp, parse_one
    from sqlglot.lineage import lineage

    def ask(sql: str) -> dict[str, Any]:
        tree = parse_one(sql, dialect=dialect)
        names = tree.named_selects if isinstance(tree, exp.Query) else []
        return {name: lineage(name, sql, schema, dialect=dialect) for name in dict.fromkeys(names) if name != "*"}

    return Peer(ask, _leaves, f"{_sqlglot()}, as in its manual")


def sqlglot_tuned(schema: Schema, dialect: str) -> Peer:
    """The same with all that makes it fast: a mapping schema made once, one call for all columns, no trimming, no copying."""
    from sqlglot import parse_one
    from sqlglot.lineage import lineage
    from sqlglot.schema import MappingSchema

    mapping = MappingSchema({table: dict(columns) for table, columns in schema.items()}, dialect=dialect)

    def ask(sql: str) -> dict[str, Any]:
        return lineage(None, parse_one(sql, dialect=dialect), mapping, dialect=dialect, trim_selects=False, copy=False)

    return Peer(ask, _leaves, f"{_sqlglot()}, tuned")


def _leaves(nodes: dict[str, Any]) -> Iterator[Edge]:
    """The base columns below each output's node."""
    from sqlglot import exp

    for name, node in nodes.items():
        for each in node.walk():
            if not each.downstream and isinstance(each.expression, exp.Table):
                yield each.expression.name, each.name.rpartition(".")[2].strip('"'), name, True


def _sqlglot() -> str:
    import sqlglot.parser

    return f"sqlglot {version('sqlglot')}{'' if str(sqlglot.parser.__file__).endswith('.py') else ' compiled'}"


PEERS: dict[str, Callable[[Schema, str], Peer]] = {
    each.__name__: each for each in (headwater, datahub, sqllineage, openlineage, sqlglot_plain, sqlglot_tuned)
}


def measure(peer: Peer, statements: list[str], rounds: int, seconds: float) -> dict[str, Any]:
    """Rounds over all statements; a first untimed one warms up and gives the edges."""
    rows: list[dict[str, Any]] = []
    for sql in statements:
        row: dict[str, Any] = {"edges": [], "error": None}
        try:
            row["edges"] = sorted(set(peer.edges(peer.ask(sql))), key=repr)
        except Exception as error:  # noqa: BLE001  # because what a peer cannot do is part of the result
            row["error"] = f"{type(error).__name__} {error}"[:200]
        rows.append(row)
    times: list[list[float]] = []
    until = time.process_time() + seconds
    while len(times) < rounds and (not times or time.process_time() < until):
        times.append([_timed(peer, sql) for sql in statements])
    each = [median(column) for column in zip(*times, strict=True)]
    return {
        "title": peer.title,
        "seconds": median(sum(taken) for taken in times),
        "statements": [{**row, "seconds": taken} for row, taken in zip(rows, each, strict=True)],
    }


def _timed(peer: Peer, sql: str) -> float:
    """Processor time of one statement, collection of what it left behind included where it falls due."""
    began = time.process_time()
    with suppress(Exception):  # because it was counted before
        peer.ask(sql)
    return time.process_time() - began


def main() -> None:
    """Read the job, measure, write the answer."""
    job = json.load(sys.stdin)
    peer = PEERS[sys.argv[1]](job["schema"], job["dialect"])
    json.dump(measure(peer, job["statements"], job["rounds"], job["seconds"]), sys.stdout)


if __name__ == "__main__":
    main()
