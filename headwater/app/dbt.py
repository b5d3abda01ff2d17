"""The use cases of dbt: a target folder becomes documents to record and a report; two of them become a comparison."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from headwater.answers.dbt.compare import compare
from headwater.answers.dbt.report import report
from headwater.capture.dbt.artifacts import (
    CATALOG,
    MANIFEST,
    RUN_RESULTS,
    Manifest,
    RunArguments,
    RunResults,
    inner,
    read_catalog,
    read_manifest,
    read_run_results,
    text,
)
from headwater.capture.dbt.documents import documents
from headwater.capture.dbt.naming import Connection
from headwater.capture.dbt.project import Project, project_of
from headwater.edges.sources.dbt_artifacts import Hints, fetch_artifacts, fetch_last_batch, fetch_profile
from headwater.model.answers import RecordReport
from headwater.model.dbt import DbtDiff, DbtReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a project's data is, as far as the artefacts do not say: a namespace, or a profile to read it from."""

    namespace: str | None = None
    profiles_dir: Path | None = None
    target: str | None = None
    job_namespace: str | None = None
    joins_dbt_ol: bool = False


def read_folder(folder: Path, place: Place, environ: Mapping[str, str] | None = None) -> Project:
    """The project that a target folder tells.

    Raises:  BadArtifact: no such folder, no manifest, or one that cannot be read.
    """
    files = fetch_artifacts(folder)
    results = read_run_results(files.run_results, files.path(RUN_RESULTS)) if files.run_results is not None else None
    manifest = read_manifest(files.manifest, files.path(MANIFEST))
    _add_batches(manifest, files.folder)
    return project_of(
        manifest,
        _connection(files.folder, place, results, os.environ if environ is None else environ),
        path=files.path(MANIFEST),
        catalog=read_catalog(files.catalog, files.path(CATALOG)) if files.catalog is not None else None,
        results=results,
    )


def record_folder(folder: Path, place: Place, record: Callable[[list[bytes]], RecordReport]) -> DbtReport:
    """Record what a target folder tells, and say how far each model was understood."""
    project = read_folder(folder, place)
    made = documents(project, job_namespace=place.job_namespace, joins_dbt_ol=place.joins_dbt_ol)
    return report(project, record(list(made)), joins_dbt_ol=place.joins_dbt_ol)


def compare_folders(base: Path, head: Path) -> DbtDiff:
    """What the change from one target folder to the other touches. Reads files, and nothing else: no home, no server."""
    nowhere = Place(namespace="dbt")
    return compare(read_folder(base, nowhere), read_folder(head, nowhere), str(base), str(head))


def _add_batches(manifest: Manifest, folder: Path) -> None:
    """Give models that are built batch by batch the SQL of their last batch, where the manifest has none."""
    for node in manifest.nodes.values():
        is_compiled = text(node, "compiled_code") or text(node, "compiled_sql")
        package, place = text(node, "package_name"), text(node, "original_file_path")
        if inner(node, "config").get("incremental_strategy") == "microbatch" and not is_compiled and package and place:
            sql = fetch_last_batch(folder, package, place)
            if sql is not None and sql.strip():
                node["compiled_code"] = sql


def _connection(folder: Path, place: Place, results: RunResults | None, environ: Mapping[str, str]) -> Connection:
    """Where the data is: as a person says, else by the profile that dbt used."""
    if place.namespace:
        return Connection(namespace=place.namespace)
    called = results.args if results is not None else RunArguments()
    hints = Hints(
        profiles_dir=place.profiles_dir,
        target=place.target,
        called_profiles_dir=Path(called.profiles_dir) if called.profiles_dir else None,
        called_profile=called.profile,
        called_target=called.target,
    )
    profile = fetch_profile(folder, hints, environ=environ, home=Path.home())
    return Connection.of(profile) if profile is not None else Connection()
