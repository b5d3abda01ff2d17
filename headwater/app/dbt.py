"""The use cases of dbt: a target folder becomes documents to record and a report; two of them become a comparison."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from headwater.answers.dbt.compare import compare
from headwater.answers.dbt.report import report
from headwater.capture.dbt.artifacts import CATALOG, MANIFEST, RUN_RESULTS, read_catalog, read_manifest, read_run_results
from headwater.capture.dbt.documents import documents
from headwater.capture.dbt.naming import Connection
from headwater.capture.dbt.project import Project, project_of
from headwater.edges.sources.dbt_artifacts import fetch_artifacts, fetch_profile
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
    connection = Connection(namespace=place.namespace) if place.namespace else _connection(files.folder, place, environ)
    return project_of(
        read_manifest(files.manifest, files.path(MANIFEST)),
        connection,
        path=files.path(MANIFEST),
        catalog=read_catalog(files.catalog, files.path(CATALOG)) if files.catalog is not None else None,
        results=read_run_results(files.run_results, files.path(RUN_RESULTS)) if files.run_results is not None else None,
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


def _connection(folder: Path, place: Place, environ: Mapping[str, str] | None) -> Connection:
    profile = fetch_profile(
        folder,
        place.profiles_dir,
        target=place.target,
        environ=os.environ if environ is None else environ,
        home=Path.home(),
    )
    return Connection.of(profile) if profile is not None else Connection()
