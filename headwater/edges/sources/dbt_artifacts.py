"""Reads what dbt left on disk: the artefacts in a target folder, and the profile that says where the data is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from headwater.capture.dbt.artifacts import CATALOG, MANIFEST, RUN_RESULTS, BadArtifact

MAX_BYTES = 1024 * 1024 * 1024
"""The largest artefact that is read; manifests of ten thousand models have about a quarter of it."""
_PROJECT_FILE, _PROFILES_FILE = "dbt_project.yml", "profiles.yml"
_VARIABLE = re.compile(
    r"\{\{\s*env_var\(\s*(['\"])(?P<name>[^'\"]+)\1\s*(?:,\s*(['\"])(?P<default>[^'\"]*)\3\s*)?\)\s*(?:\|\s*\w+\s*)?\}\}"
)


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The bytes of a target folder's files; None for one that is not there."""

    folder: Path
    manifest: bytes
    catalog: bytes | None
    run_results: bytes | None

    def path(self, name: str) -> str:
        """A file's path, for messages."""
        return str(self.folder / name)


def fetch_artifacts(folder: Path) -> Artifacts:
    """Read a target folder; a project's folder will do where it holds a `target`.

    Raises:  BadArtifact: there is no such folder or no manifest in it, or a file cannot be read.
    """
    try:
        if not folder.is_dir():
            problem = f"cannot read dbt artefacts `{folder}`: expected a folder, got {'a file' if folder.exists() else 'nothing'}"
            raise BadArtifact(problem, next_step="name dbt's target folder, such as `target`")
        if not (folder / MANIFEST).exists() and (folder / "target" / MANIFEST).exists():
            folder = folder / "target"
    except OSError as error:
        raise _unreadable(folder, error) from None
    manifest = _read(folder / MANIFEST)
    if manifest is None:
        problem = f"cannot read dbt artefacts `{folder}`: expected `{MANIFEST}` in it, got none"
        raise BadArtifact(problem, next_step="run `dbt compile` in the project, then name its target folder")
    return Artifacts(folder, manifest, _read(folder / CATALOG), _read(folder / RUN_RESULTS))


def fetch_last_batch(folder: Path, package: str, written_at: str) -> str | None:
    """The SQL of the last batch of a model that dbt builds batch by batch; of it the manifest holds none. None where there is no file.

    `written_at` is where the model stands in its package. What lies outside of the folder is not read.
    """
    compiled = folder / "compiled"
    batches = compiled / package / Path(written_at).with_suffix("")
    try:
        if not batches.resolve().is_relative_to(compiled.resolve()):
            return None
        last = max(batches.glob("*.sql"), default=None)
        raw = _read(last) if last is not None else None
        return raw.decode() if raw is not None else None
    except (OSError, ValueError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What may say which profile is meant: what a person gave, and how dbt was called last."""

    profiles_dir: Path | None = None
    target: str | None = None
    called_profiles_dir: Path | None = None
    called_profile: str | None = None
    called_target: str | None = None


def fetch_profile(target_folder: Path, hints: Hints, *, environ: Mapping[str, str], home: Path) -> dict[str, Any] | None:
    """The output of a profile that a project uses; None where no profile is found or it names no output.

    Looked for where dbt looks: the folder given, else the project's own, else `~/.dbt`; at last where dbt said it looked.

    Raises:  BadArtifact: a folder or target was given and is not there, or a file is no YAML.
    """
    project_folder = target_folder.resolve().parent
    name = hints.called_profile or _profile_name(project_folder)
    given = hints.profiles_dir or (Path(environ["DBT_PROFILES_DIR"]) if environ.get("DBT_PROFILES_DIR") else None)
    usual = (project_folder, home / ".dbt", *((hints.called_profiles_dir,) if hints.called_profiles_dir is not None else ()))
    for folder in (given,) if given is not None else usual:
        profiles = _yaml(folder / _PROFILES_FILE)
        profile = profiles.get(name) if name is not None else _only(profiles)
        if isinstance(profile, dict):
            return _output(profile, hints, environ)
    if hints.profiles_dir is not None:
        problem = f"cannot find a profile in `{hints.profiles_dir / _PROFILES_FILE}`: expected one called `{name or 'as the project says'}`"
        raise BadArtifact(problem, next_step="name the folder of your profiles.yml with --profiles-dir, or give --namespace")
    return None


def _profile_name(project_folder: Path) -> str | None:
    told = _yaml(project_folder / _PROJECT_FILE).get("profile")
    return told if isinstance(told, str) else None


def _only(profiles: Mapping[str, Any]) -> Any:
    """The profile of a file that holds no other."""
    named = [profile for name, profile in profiles.items() if name != "config"]
    return named[0] if len(named) == 1 else None


def _output(profile: Mapping[str, Any], hints: Hints, environ: Mapping[str, str]) -> dict[str, Any] | None:
    outputs = profile.get("outputs")
    if not isinstance(outputs, dict):
        return None
    wanted = hints.target or hints.called_target or _rendered(str(profile.get("target") or "default"), environ)
    output = outputs.get(wanted)
    if not isinstance(output, dict):
        if hints.target is None:
            return None
        problem = f"cannot find target `{hints.target}` in the profile: expected one of {', '.join(f'`{name}`' for name in outputs)}"
        raise BadArtifact(problem, next_step="name a target that the profile has with --target")
    rendered = {str(key): _rendered(value, environ) if isinstance(value, str) else value for key, value in output.items()}
    return {key: value for key, value in rendered.items() if value is not None}


def _rendered(value: str, environ: Mapping[str, str]) -> str | None:
    """A setting with the variables that it names filled in; None where one is not set, or it is another template."""
    missing: list[str] = []

    def fill(match: re.Match[str]) -> str:
        default: str | None = match["default"]
        found = environ.get(match["name"], default) if default is not None else environ.get(match["name"])
        if found is None:
            missing.append(match["name"])
        return found or ""

    told = _VARIABLE.sub(fill, value)
    is_template = "{{" in told or "{%" in told
    return None if missing or is_template else told


def _yaml(path: Path) -> dict[str, Any]:
    raw = _read(path)
    if raw is None:
        return {}
    try:
        told = msgspec.yaml.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadArtifact(f"cannot read `{path}`: expected YAML", next_step="dbt debug") from None
    return told if isinstance(told, dict) else {}


def _read(path: Path) -> bytes | None:
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise BadArtifact(f"cannot read `{path}`: expected a file, got something else", next_step="name dbt's target folder")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                problem = f"cannot read `{path}`: expected at most {MAX_BYTES} bytes, got {size}"
                raise BadArtifact(problem, next_step="split the project, or read the artefacts of a part: dbt compile --select PART")
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> BadArtifact:
    return BadArtifact(f"cannot read `{path}`: {(error.strerror or 'unreadable').lower()}", next_step="check the path and its permissions")
