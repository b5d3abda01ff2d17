"""Finds deliveries in a drop folder or bucket, and reads their files.

A delivery is what a manifest promises: `2026-11-01/manifest.json` with files beside it, `2026-11-01.manifest.json`, or `SHA256SUMS`.
Without manifests (`manifest = "none"`) each file is a delivery by itself. Files without a manifest wait for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import pyarrow as pa

from headwater.edges.sources.feeds.files import Form, read_rows
from headwater.edges.sources.lakes.storage import Storage, Stored, open_storage

NO_MANIFEST = "none"
_PLAIN = Form()
_NAMES = ("manifest.json", "SHA256SUMS", "sha256sums.txt")
_SUFFIX = ".manifest.json"
_BLOCK = 1024 * 1024
_LARGEST_MANIFEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Dropped:
    """A delivery as it lies there: its name by its place, its manifest if there is one, and the files that may belong to it."""

    name: str
    manifest: Stored | None
    folder: str
    files: tuple[Stored, ...]

    @property
    def at(self) -> datetime:
        """When it was whole: the latest of its files."""
        manifest = [self.manifest.at] if self.manifest is not None else []
        return max([*manifest, *(file.at for file in self.files)])


class Drop:
    """A drop folder or bucket.

    Raises:  LakeUnreachable, UsageError: the location cannot be opened.
    """

    def __init__(self, location: str, options: Mapping[str, str], *, with_manifests: bool, form: Form = _PLAIN) -> None:
        self._storage: Storage = open_storage(location, options)
        self._with_manifests = with_manifests
        self._form = form

    def deliveries(self) -> tuple[list[Dropped], list[str]]:
        """Deliveries, oldest first, and the files that wait for a manifest.

        Raises:  LakeUnreachable.
        """
        files = [file for file in self._storage.listed() if not PurePosixPath(file.path).name.startswith((".", "_"))]
        if not self._with_manifests:
            return sorted((_alone(file) for file in files), key=_age), []
        manifests = [file for file in files if _is_manifest(file.path)]
        found = [_dropped(manifest, files) for manifest in manifests]
        taken = {file.path for dropped in found for file in dropped.files} | {file.path for file in manifests}
        return sorted(found, key=_age), sorted(file.path for file in files if file.path not in taken)

    def manifest(self, dropped: Dropped) -> bytes:
        """The manifest of a delivery.

        Raises:  OSError: it cannot be read. ValueError: it is larger than any manifest.
        """
        assert dropped.manifest is not None
        if dropped.manifest.size_bytes > _LARGEST_MANIFEST:
            raise ValueError("it is larger than 4 MB")
        with self._storage.opened(dropped.manifest.path) as stream:
            return stream.read()

    def digest(self, path: str) -> str:
        """SHA-256 of a file in hex.

        Raises:  OSError.
        """
        told = hashlib.sha256()
        with self._storage.opened(path) as stream:
            while block := stream.read(_BLOCK):
                told.update(block)
        return told.hexdigest()

    def rows(self, path: str) -> pa.Table:
        """The rows of a file, by what its name says it is: Parquet, CSV or TSV, JSON; compressed or not.

        Raises:  OSError, ValueError, ArrowException: it is not what its name says.
        """
        return read_rows(lambda: self._storage.opened(path), path, self._form)


def inside(dropped: Dropped, path: str) -> str:
    """A file's name within its delivery."""
    return path.removeprefix(f"{dropped.folder}/") if dropped.folder else path


def _alone(file: Stored) -> Dropped:
    return Dropped(file.path, None, str(PurePosixPath(file.path).parent).removeprefix("."), (file,))


def _is_manifest(path: str) -> bool:
    name = PurePosixPath(path).name
    return name in _NAMES or name.endswith(_SUFFIX)


def _dropped(manifest: Stored, files: list[Stored]) -> Dropped:
    """A delivery: all files of its folder, or beside a manifest of its own name those that it will name."""
    place = PurePosixPath(manifest.path)
    folder = str(place.parent).removeprefix(".")
    beside = [file for file in files if file.path != manifest.path and not _is_manifest(file.path) and _below(file.path, folder)]
    name = place.name.removesuffix(_SUFFIX) if place.name.endswith(_SUFFIX) else folder or place.name
    return Dropped(name, manifest, folder, tuple(beside))


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _age(dropped: Dropped) -> tuple[datetime, str]:
    return dropped.at, dropped.name


def shared_manifest(dropped: Dropped) -> bool:
    """Whether other deliveries may lie in the same folder, so that only the files that the manifest names are this one's."""
    return dropped.manifest is not None and dropped.manifest.path.endswith(_SUFFIX)
