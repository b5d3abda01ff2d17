"""What dbt writes into its target folder, as far as it is read: manifest, catalog and run results.

Bytes in, values out. Nodes stay JSON objects until they are looked at, and what nobody reads is never decoded, so that a manifest
of hundreds of megabytes costs little more than its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from headwater.model.errors import UsageError

T = TypeVar("T")

MANIFEST, CATALOG, RUN_RESULTS = "manifest.json", "catalog.json", "run_results.json"
OLDEST_MANIFEST, NEWEST_MANIFEST = 4, 12
"""dbt 1.0 wrote version 4; version 12 holds since dbt 1.8."""
_VERSION = re.compile(r"/v(\d+)(?:\.json)?$")


class BadArtifact(UsageError):
    """A file that dbt wrote is missing, broken, or of a version that is not known."""

    code = "DBT-ARTIFACT"


class Metadata(msgspec.Struct, frozen=True):
    """What dbt says of the artefact itself."""

    dbt_schema_version: str = ""
    dbt_version: str = ""
    generated_at: str = ""
    invocation_id: str | None = None
    project_name: str | None = None
    adapter_type: str | None = None


class Manifest(msgspec.Struct, frozen=True):
    """The project as dbt parsed it, and the SQL of what it compiled."""

    metadata: Metadata
    nodes: dict[str, dict[str, Any]]
    sources: dict[str, dict[str, Any]] = {}
    exposures: dict[str, dict[str, Any]] = {}
    metrics: dict[str, dict[str, Any]] = {}
    semantic_models: dict[str, dict[str, Any]] = {}
    saved_queries: dict[str, dict[str, Any]] = {}
    functions: dict[str, dict[str, Any]] = {}
    macros: dict[str, msgspec.Raw] = {}
    unit_tests: dict[str, msgspec.Raw] = {}
    disabled: dict[str, msgspec.Raw] | None = None
    groups: dict[str, dict[str, Any]] | None = None


class CatalogColumn(msgspec.Struct, frozen=True):
    """A column as the warehouse has it."""

    name: str
    type: str | None = None
    index: int = 0
    comment: str | None = None


class CatalogTable(msgspec.Struct, frozen=True):
    """A table as the warehouse has it."""

    columns: dict[str, CatalogColumn]


class Catalog(msgspec.Struct, frozen=True):
    """What `dbt docs generate` asked the warehouse."""

    metadata: Metadata
    nodes: dict[str, CatalogTable]
    sources: dict[str, CatalogTable] = {}


class Timing(msgspec.Struct, frozen=True):
    """When a step of a node's run began and ended."""

    name: str
    started_at: str | None = None
    completed_at: str | None = None


class RunResult(msgspec.Struct, frozen=True):
    """What became of one node."""

    unique_id: str
    status: str
    timing: tuple[Timing, ...] = ()
    message: str | None = None
    compiled_code: str | None = None
    adapter_response: dict[str, Any] = {}


class RunArguments(msgspec.Struct, frozen=True):
    """How dbt was called; `which` is the command."""

    which: str | None = None
    full_refresh: bool | None = None
    profiles_dir: str | None = None
    profile: str | None = None
    target: str | None = None


class RunResults(msgspec.Struct, frozen=True):
    """What dbt did last."""

    metadata: Metadata
    results: tuple[RunResult, ...]
    args: RunArguments = RunArguments()


_REMEDIES = {"manifest": "dbt compile", "catalog": "dbt docs generate --no-compile", "run-results": "dbt build"}
"""The command of dbt that writes an artefact, and spoils no other."""


def read_manifest(raw: bytes, path: str) -> Manifest:
    """The manifest in a file's bytes; `path` is only for messages.

    Raises:  BadArtifact: it is no manifest, or of a version that is not known.
    """
    version = _version(raw, path, "manifest")
    if not OLDEST_MANIFEST <= version <= NEWEST_MANIFEST:
        problem = f"cannot read `{path}`: expected a manifest of version {OLDEST_MANIFEST} to {NEWEST_MANIFEST}, got version {version}"
        raise BadArtifact(problem, next_step="write it with dbt 1.0 to 1.11, or use a Headwater that knows this version")
    return _decoded(raw, path, Manifest, _REMEDIES["manifest"])


def read_catalog(raw: bytes, path: str) -> Catalog:
    """The catalog in a file's bytes.

    Raises:  BadArtifact: it is none.
    """
    _version(raw, path, "catalog")
    return _decoded(raw, path, Catalog, _REMEDIES["catalog"])


def read_run_results(raw: bytes, path: str) -> RunResults:
    """The run results in a file's bytes.

    Raises:  BadArtifact: they are none.
    """
    _version(raw, path, "run-results")
    return _decoded(raw, path, RunResults, _REMEDIES["run-results"])


class _Head(msgspec.Struct):
    metadata: Metadata


def _version(raw: bytes, path: str, kind: str) -> int:
    """The version that an artefact states for itself; it must be of the kind that its name says."""
    head = _decoded(raw, path, _Head, _REMEDIES[kind])
    stated = head.metadata.dbt_schema_version
    found = _VERSION.search(stated)
    if found is None or f"/{kind}/" not in stated:
        problem = f"cannot read `{path}`: expected `dbt_schema_version` to name a {kind} and its version, got neither"
        raise BadArtifact(problem, next_step=f"point at a target folder that dbt wrote: `{path}` is not dbt's {kind}")
    return int(found[1])


def _decoded(raw: bytes, path: str, kind: type[T], remedy: str) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as fault:
        where = str(fault).partition(" - at `")[2].rstrip("`") or "$"
        place = re.sub(r"\[\.\.\.\]", "", where)
        problem = f"cannot read `{path}`: expected what dbt writes at `{place}`, got something else"
    except (msgspec.DecodeError, UnicodeDecodeError):
        problem = f"cannot read `{path}`: expected JSON, got malformed or truncated text"
    except RecursionError:
        problem = f"cannot read `{path}`: expected JSON as dbt writes it, got objects nested too deep"
    raise BadArtifact(problem, next_step=f"write it again: {remedy}")


class _Macro(msgspec.Struct):
    macro_sql: str


def macro_of(manifest: Manifest, package: str, name: str) -> str | None:
    """The source of a macro; None where the manifest does not hold it."""
    raw = manifest.macros.get(f"macro.{package}.{name}")
    try:
        return msgspec.json.decode(raw, type=_Macro).macro_sql if raw is not None else None
    except msgspec.DecodeError:
        return None


def text(node: Mapping[str, Any], key: str) -> str | None:
    """A text that a node holds under a key; None where it holds none."""
    value = node.get(key)
    return value if isinstance(value, str) and value else None


def inner(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object that a node holds under a key; an empty one where it holds none."""
    value = node.get(key)
    return value if isinstance(value, dict) else {}
