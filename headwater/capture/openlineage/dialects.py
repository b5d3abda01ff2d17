"""Which SQL dialect an event's statements are written in, by sqlglot's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_DIALECTS = {
    "ansi": None,
    "athena": "athena",
    "awsathena": "athena",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "cockroachdb": "postgres",
    "databricks": "databricks",
    "dremio": "dremio",
    "doris": "doris",
    "drill": "drill",
    "druid": "druid",
    "duckdb": "duckdb",
    "fabric": "fabric",
    "greenplum": "postgres",
    "headwater": "duckdb",
    "hive": "hive",
    "hive2": "hive",
    "mariadb": "mysql",
    "materialize": "materialize",
    "motherduck": "duckdb",
    "mssql": "tsql",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    "postgresql": "postgres",
    "presto": "presto",
    "redshift": "redshift",
    "risingwave": "risingwave",
    "singlestore": "singlestore",
    "snowflake": "snowflake",
    "spark": "spark",
    "sparksql": "spark",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
    "starrocks": "starrocks",
    "synapse": "tsql",
    "teradata": "teradata",
    "trino": "trino",
    "tsql": "tsql",
    "unitycatalog": "databricks",
}
_INTEGRATIONS = ("spark", "trino", "hive", "databricks", "snowflake", "bigquery", "presto")
"""Producers whose statements are in the dialect of their own engine, whatever stores the data."""

_LONGEST_NAME = 40


def dialect_named(name: str) -> str | None:
    """sqlglot's name for a dialect, platform or URI scheme; None where there is none."""
    return _DIALECTS.get(_plain(name))


def misnamed(name: str | None) -> str | None:
    """The name a producer gives a dialect, if it gives one that nobody knows."""
    return name.strip()[:_LONGEST_NAME] if name and name.strip() and _plain(name) not in _DIALECTS else None


def infer_dialect(named: str | None, namespaces: Iterable[str], engine: str) -> str | None:
    """What the producer says; else its engine's; else what all dataset namespaces agree on."""
    told = dialect_named(named) if named else None
    if told is not None:
        return told
    words = engine.lower().split()
    of_engine = dialect_named(words[0]) if words else None
    if of_engine is not None:
        return of_engine
    of_data = {dialect for namespace in namespaces if (dialect := dialect_named(_scheme(namespace))) is not None}
    return of_data.pop() if len(of_data) == 1 else None


def engine_of_producer(producer: str) -> str:
    """The engine an integration belongs to, told by the last part of its URI."""
    last = producer.rstrip("/").rpartition("/")[2].lower()
    return next((engine for engine in _INTEGRATIONS if last.startswith(engine)), "")


def dialect_of_event(event: Mapping[str, Any]) -> str | None:
    """The dialect of a checked event that is still plain JSON."""
    job, run = event.get("job"), event.get("run")
    sql = _facet(job, "sql")
    engine = _facet(run, "processing_engine").get("name")
    named_of = (event.get(role) for role in ("inputs", "outputs"))
    datasets = [dataset for listed in named_of if type(listed) is list for dataset in listed if type(dataset) is dict]
    if type(event.get("dataset")) is dict:
        datasets.append(event["dataset"])
    named, producer = sql.get("dialect"), event.get("producer")
    return infer_dialect(
        named if type(named) is str else None,
        [dataset["namespace"] for dataset in datasets if type(dataset.get("namespace")) is str],
        engine if type(engine) is str and engine else engine_of_producer(producer if type(producer) is str else ""),
    )


def _facet(holder: Any, name: str) -> Mapping[str, Any]:
    facets = holder.get("facets") if type(holder) is dict else None
    facet = facets.get(name) if type(facets) is dict else None
    return facet if type(facet) is dict else {}


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "").replace("_", "").replace("-", "")


def _scheme(namespace: str) -> str:
    return namespace.removeprefix("jdbc:").partition(":")[0]
