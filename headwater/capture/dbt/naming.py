"""Names of dbt's relations as OpenLineage names them, so that they join what engines and warehouses report.

Artefacts do not say which server they belong to; that is in `profiles.yml`. A `Connection` holds those settings of a profile that
a name is made of, and no other: never a user, a password or a token.

Source: https://openlineage.io/docs/spec/naming; for platforms it does not name, what OpenLineage's own dbt integration writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from headwater.capture.dbt.artifacts import text
from headwater.model.ids import DatasetId, JobId

SETTINGS = (
    "type",
    "host",
    "server",
    "port",
    "account",
    "path",
    "region",
    "region_name",
    "account_id",
    "cluster_id",
    "method",
    "software_host",
)
"""The settings of a profile that names are made of."""

_PORTS = {"postgres": 5432, "redshift": 5439, "trino": 8080, "clickhouse": 8123, "mysql": 3306, "sqlserver": 1433, "dremio": 9047}
_UPPER = frozenset({"snowflake", "oracle"})
_LOWER = frozenset({"postgres", "redshift", "materialize", "greenplum"})
_REDSHIFT = re.compile(r"([^.]+)\.[^.]+\.([a-z0-9-]+)\.redshift(?:-serverless)?\.amazonaws\.com")
_USER = re.compile(r"^([a-z]+://)?[^/@]*@")
_PART = re.compile(r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([^."`\[\]]+)')


class Connection(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a project's data is: what a profile says, or (first) the namespace that a person gave."""

    namespace: str | None = None
    settings: dict[str, str] = {}

    @classmethod
    def of(cls, profile: Mapping[str, Any]) -> Connection:
        """The connection of a profile's output."""
        named = {"hostname": "host", "database_path": "path"}
        told = {named.get(key, key): value for key, value in profile.items()}
        return cls(settings={key: _without_secrets(str(told[key])) for key in SETTINGS if isinstance(told.get(key), str | int)})

    @property
    def is_known(self) -> bool:
        """Whether names can be what other producers call the same data."""
        return bool(self.namespace or self.settings)


def namespace_of(connection: Connection, adapter: str, project: str) -> str:
    """The namespace of a project's datasets; where nobody told the server it is named after the project."""
    if connection.namespace:
        return connection.namespace
    if adapter == "bigquery":
        return "bigquery"
    settings = connection.settings
    told = _SPECIAL[adapter](settings) if adapter in _SPECIAL and settings else _at_host(adapter, settings)
    return told or f"{_SCHEMES.get(adapter, adapter) or 'dbt'}://{project}"


def relation_of(node: Mapping[str, Any], adapter: str) -> str:
    """A relation's dotted name as the platform keeps it: quoted parts to the letter, others folded as it folds them."""
    written = text(node, "relation_name")
    parts = _parts(written, adapter) if written else []
    if not parts:
        own = text(node, "identifier") or text(node, "alias") or text(node, "name") or ""
        parts = [part for part in (text(node, "database"), text(node, "schema"), own) if part]
    return ".".join(parts)


def told_by_integration(node: Mapping[str, Any], connection: Connection, adapter: str) -> DatasetId | None:
    """What dbt's own OpenLineage integration calls a relation: as configured, whatever the platform makes of it."""
    namespace = _at_host(adapter, connection.settings) if adapter == "redshift" else None
    if namespace is None and not connection.is_known:
        return None
    own = text(node, "name") if node.get("resource_type") == "source" else text(node, "alias") or text(node, "name")
    name = ".".join(part for part in (text(node, "database"), text(node, "schema"), own) if part)
    return DatasetId(namespace or namespace_of(connection, adapter, ""), name)


def dataset_of(node: Mapping[str, Any], namespace: str, adapter: str) -> DatasetId:
    """The dataset of a model, snapshot, seed or source."""
    return DatasetId(namespace, relation_of(node, adapter))


def own_namespace(project: str) -> str:
    """Where a project's jobs and consumers live: `dbt://{project}`."""
    return f"dbt://{project}"


def job_of(unique_id: str, namespace: str) -> JobId:
    """The job that makes a node."""
    return JobId(namespace, unique_id)


def column_of(name: str, adapter: str, *, quoted: bool) -> str:
    """A documented column as the platform keeps it."""
    return name if quoted else _folded(name, adapter)


def _without_secrets(setting: str) -> str:
    """A host or path without a user before it and parameters after it, where tokens are put, too."""
    return _USER.sub(r"\1", setting.partition("?")[0])


def _folded(name: str, adapter: str) -> str:
    return name.upper() if adapter in _UPPER else name.lower() if adapter in _LOWER else name


def _parts(written: str, adapter: str) -> list[str]:
    """The parts of a relation's name; a bare one may hold what no name may, then the text is taken as it stands."""
    found: list[str] = []
    position = 0
    for match in _PART.finditer(written):
        between = written[position : match.start()]
        if between != ("." if found else ""):
            return [written]
        quoted = next((each for each in match.groups()[:3] if each is not None), None)
        name = quoted.replace('""', '"').replace("``", "`") if quoted is not None else _folded(match[4], adapter)
        found.append(name)
        position = match.end()
    return found if position == len(written) else [written]


def _at_host(adapter: str, settings: Mapping[str, str]) -> str | None:
    host = settings.get("host") or settings.get("server")
    if not host:
        return None
    port = settings.get("port") or _PORTS.get(adapter)
    return f"{_SCHEMES.get(adapter, adapter)}://{host}" + (f":{port}" if port else "")


def _snowflake(settings: Mapping[str, str]) -> str | None:
    """Organisation and account, or a locator with its region and cloud."""
    parts = settings.get("account", "").split(".")
    if not parts[0]:
        return None
    if "-" in parts[0]:
        return f"snowflake://{parts[0]}"
    return f"snowflake://{'.'.join([*parts, *('us-west-1', 'aws')[len(parts) - 1 :]])}"


def _redshift(settings: Mapping[str, str]) -> str | None:
    """Cluster and region, as far as the host tells them."""
    found = _REDSHIFT.fullmatch(settings.get("host", ""))
    port = settings.get("port") or _PORTS["redshift"]
    return f"redshift://{found[1]}.{found[2]}:{port}" if found else _at_host("redshift", settings)


def _databricks(settings: Mapping[str, str]) -> str | None:
    host = settings.get("host")
    return f"databricks://{host.removeprefix('https://').rstrip('/')}" if host else None


def _duckdb(settings: Mapping[str, str]) -> str:
    return f"duckdb://{settings.get('path', ':memory:')}"


def _athena(settings: Mapping[str, str]) -> str | None:
    region = settings.get("region_name")
    return f"awsathena://athena.{region}.amazonaws.com" if region else None


def _glue(settings: Mapping[str, str]) -> str | None:
    region, account = settings.get("region"), settings.get("account_id")
    return f"arn:aws:glue:{region}:{account}" if region and account else None


def _dremio(settings: Mapping[str, str]) -> str | None:
    return _at_host("dremio", {"host": settings.get("software_host", ""), **settings})


def _spark(settings: Mapping[str, str]) -> str | None:
    host = settings.get("host")
    port = settings.get("port") or ("10001" if settings.get("method") == "thrift" else "443")
    return f"spark://{host}:{port}" if host else None


_SCHEMES = {"sqlserver": "mssql", "fabric": "fabric-warehouse", "athena": "awsathena"}
_SPECIAL = {
    "snowflake": _snowflake,
    "redshift": _redshift,
    "databricks": _databricks,
    "duckdb": _duckdb,
    "athena": _athena,
    "glue": _glue,
    "dremio": _dremio,
    "spark": _spark,
}
