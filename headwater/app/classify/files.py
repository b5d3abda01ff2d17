"""Classifies the columns of files: samples each dataset where it lies and weighs the samples. Needs no home and no server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from headwater.app.classify.verdicts import Alone, Beside, Gathering, require_validators
from headwater.capture.classify.textual import key_is_data
from headwater.edges.engines.samples.files import CannotRead, column_names, kind_of_file, sample_files
from headwater.edges.engines.samples.relations import Bounds, Sampled, opened
from headwater.model.errors import UsageError
from headwater.model.sensitivity.classification import Classification, FileGap, state_of

DESCRIBED_FILES = 500
_OWN_FOLDERS = frozenset({"_delta_log", "metadata", "__pycache__"})


@dataclass(frozen=True, slots=True)
class _Dataset:
    """Files that together are one dataset, by the name it is shown under."""

    name: str
    paths: tuple[Path, ...]
    kind: str


def classify_path(place: Path, bounds: Bounds | None = None, beside: Beside | None = None) -> Classification:
    """The verdicts of a file's columns, or of those of all files in a folder and below.

    Raises:  UsageError: there is nothing there, or nothing that is Parquet, CSV or JSON by its name.
             ClassifierNotInstalled: the extra `classify` is not installed.
    """
    require_validators()
    files, gaps = _files(place)
    if not files and not gaps:
        raise UsageError(f"cannot classify `{place}`: expected Parquet, CSV or JSON files, got none", next_step="headwater classify --help")
    with opened() as connection:
        datasets, unread = _datasets(connection, place, files)
        gathering = Gathering(beside if beside is not None else Alone(), len(datasets))
        gathering.note([*gaps, *unread])
        for dataset in datasets:
            _classify(connection, dataset, bounds or Bounds(), gathering)
    return gathering.classification()


def _classify(connection: duckdb.DuckDBPyConnection, dataset: _Dataset, bounds: Bounds, gathering: Gathering) -> None:
    try:
        state = state_of_files(dataset.paths)
        if gathering.stands(dataset.name, state):
            return
        sampled = sample_files(connection, dataset.paths, dataset.kind, bounds)
        if any(key_is_data(sample.column) for sample in sampled.columns):
            sampled = _without_header(connection, dataset, bounds, sampled)
    except (CannotRead, OSError) as fault:
        code = fault.code if isinstance(fault, CannotRead) else "FILE-UNREADABLE"
        gathering.miss(dataset.name, [FileGap(dataset=dataset.name, file=path.name, code=code) for path in dataset.paths])
        return
    gaps = tuple((file or dataset.paths[0].name, code) for file, code in sampled.gaps)
    gathering.take(dataset.name, replace(sampled, gaps=gaps), state)


def state_of_files(paths: Iterable[Path]) -> str:
    """A word that is another as soon as a file of these is written, replaced or touched.

    Raises:  OSError.
    """
    stats = [(path.name, path.stat()) for path in paths]
    return state_of(sign for name, told in stats for sign in (name, told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino))


def _without_header(connection: duckdb.DuckDBPyConnection, dataset: _Dataset, bounds: Bounds, sampled: Sampled) -> Sampled:
    """The samples with names that are no values: those of a CSV without a header are numbered, others too."""
    if dataset.kind == "csv":
        sampled = sample_files(connection, dataset.paths, dataset.kind, bounds, has_header=False)
    columns = [
        replace(sample, column=f"column{place}") if key_is_data(sample.column) else sample for place, sample in enumerate(sampled.columns)
    ]
    return Sampled(tuple(columns), sampled.rows, (*sampled.gaps, ("", "NAMES-ARE-DATA")))


def _files(place: Path) -> tuple[list[tuple[Path, str]], list[FileGap]]:
    """The files that can be classified, each with its kind, and gaps for the others."""
    if place.is_file():
        found = [place]
    elif place.is_dir():
        found = sorted(_walk(place))
    else:
        raise UsageError(f"cannot classify `{place}`: expected a file or a folder, got nothing there", next_step="check the path")
    files, gaps = [], []
    for path in found:
        kind = kind_of_file(path)
        if path.is_dir():
            gaps.append(FileGap(dataset=_shown(path, place), file=path.name, code="LINK-NOT-FOLLOWED"))
        elif kind is None:
            gaps.append(FileGap(dataset=_shown(path, place), file=path.name, code="FILE-KIND-UNKNOWN"))
        elif not os.access(path, os.R_OK):
            gaps.append(FileGap(dataset=_shown(path, place), file=path.name, code="FILE-UNREADABLE"))
        else:
            files.append((path, kind))
    return files, gaps


def _walk(place: Path) -> Iterator[Path]:
    """The files below a folder, and the links to other folders, which are not followed."""
    for folder, names, files in os.walk(place):
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in _OWN_FOLDERS)
        yield from (Path(folder, name) for name in names if Path(folder, name).is_symlink())
        yield from (Path(folder, file) for file in files if not file.startswith((".", "_")))


def _datasets(
    connection: duckdb.DuckDBPyConnection, place: Path, files: Sequence[tuple[Path, str]]
) -> tuple[list[_Dataset], list[FileGap]]:
    """Files of one kind, folder and set of columns are one dataset; folders named `key=value` are parts of the one above."""
    groups: dict[tuple[Path, str, tuple[str, ...]], list[Path]] = {}
    gaps: list[FileGap] = []
    several = len(files) > 1
    for index, (path, kind) in enumerate(files):
        try:
            names = column_names(connection, path, kind) if several and index < DESCRIBED_FILES else ()
        except CannotRead as fault:
            gaps.append(FileGap(dataset=_shown(path, place), file=path.name, code=fault.code if path.stat().st_size else "FILE-EMPTY"))
            continue
        groups.setdefault((_unpartitioned(path.parent), kind, names), []).append(path)
    datasets = [_Dataset(_name(paths, place), tuple(paths), kind) for (_, kind, _), paths in groups.items()]
    return sorted(datasets, key=lambda each: each.name), gaps


def _unpartitioned(folder: Path) -> Path:
    while "=" in folder.name:
        folder = folder.parent
    return folder


def _name(paths: Sequence[Path], place: Path) -> str:
    if len(paths) == 1:
        return _shown(paths[0], place)
    return f"{_shown(_unpartitioned(paths[0].parent) / _common([path.name for path in paths]), place)}*"


def _shown(path: Path, place: Path) -> str:
    if place.is_file():
        return place.name
    return str(path.relative_to(place)) if path.is_relative_to(place) else path.name


def _common(names: Sequence[str]) -> str:
    """What all names begin with."""
    low, high = min(names), max(names)
    return next((low[:place] for place, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), low)
