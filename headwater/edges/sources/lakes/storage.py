"""Files of a lake wherever they are: a local folder, or an object store through obstore. Lists, opens, never writes.

Of a local file the change time counts, not the time of modification, which anybody may set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from headwater.edges.sources.lakes.driver import LakeUnreachable, Unseen
from headwater.model.errors import UsageError
from headwater.model.lakes import ScanGap

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = attrgetter("name")
_LONGEST_NAME = 1_000
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_UNSEEN_AT_MOST = 100
_CLIENT_OPTIONS = frozenset({"allow_http", "timeout", "connect_timeout"})


class Stored(NamedTuple):
    """A file: its path below the root, size, when it came to be as it is, and a mark that is another one whenever it is written.

    A tuple, as a listing makes one for each of very many files and a scan looks at few of them.
    """

    path: str
    size_bytes: int
    since_us: int
    mark: str

    @property
    def at(self) -> datetime:
        """When it came to be as it is."""
        return _EPOCH + timedelta(microseconds=self.since_us)


class Storage(Protocol):
    """Files below one root.

    Guarantees: `listed` gives every file once, links left out, in order of path; `opened` gives what the file holds now.
    """

    root: str
    """The root as people and engines write it."""
    unseen: list[Unseen]
    """What the last listing met and did not look into: links, as they may lead anywhere; folders that cannot be read; unfit names."""

    def listed(self) -> Iterator[Stored]:
        """Every file.

        Raises:  LakeUnreachable.
        """

    def opened(self, path: str) -> BinaryIO:
        """A file to read from, seekable.

        Raises:  OSError: it is not there or cannot be read.
        """


def open_storage(location: str, options: Mapping[str, str]) -> Storage:
    """The storage at a location: a path, `file://`, or the address of an object store such as `s3://bucket/prefix`.

    Raises:  LakeUnreachable: there is nothing, or nothing that can be read. UsageError: no such kind of storage.
    """
    scheme = urlsplit(location).scheme if "://" in location else "file"
    if scheme != "file":
        return ObjectStorage(location, options)
    path = unquote(urlsplit(location).path) if location.startswith("file://") else location
    return LocalStorage(Path(path))


class LocalStorage:
    """A local folder."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self.root = str(self._root)
        self.unseen: list[Unseen] = []
        if not self._root.is_dir():
            raise LakeUnreachable(f"cannot open lake at `{root}`: expected a directory", next_step="check the path")

    def listed(self) -> Iterator[Stored]:
        """Every file below the folder."""
        self.unseen = []
        levels = [self._entries("")]
        while levels:
            prefix, entries = levels[-1]
            for entry in entries:
                path = prefix + entry.name
                if not is_fit(path):
                    self._tell("NAME-UNFIT", f"`{_readable(path)}` is left out: expected a name in UTF-8 without control characters")
                elif entry.is_symlink():
                    self._tell("LINK-NOT-FOLLOWED", f"link `{path}` is not followed, as it may lead out of the lake")
                elif entry.is_dir(follow_symlinks=False):
                    levels.append(self._entries(f"{path}/"))
                    break
                elif entry.is_file(follow_symlinks=False):
                    with suppress(OSError):  # because it may have gone away since its folder was listed
                        yield _stored(path, entry.stat(follow_symlinks=False))
            else:
                levels.pop()

    def opened(self, path: str) -> BinaryIO:
        """A file of the folder; a link that has taken its place since is refused."""
        descriptor = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        return os.fdopen(descriptor, "rb")

    def _entries(self, prefix: str) -> tuple[str, Iterator[os.DirEntry[str]]]:
        """What lies in one folder, by name."""
        folder = self._root / prefix
        try:
            with os.scandir(folder) as entries:
                return prefix, iter(sorted(entries, key=_NAME))
        except OSError as error:
            if not prefix:
                raise LakeUnreachable(f"cannot list `{folder}`: {error.strerror}", next_step="check its permissions") from None
            self._tell("FOLDER-UNREADABLE", f"folder `{prefix.rstrip('/')}` cannot be listed ({error.strerror})", hides=True)
            return prefix, iter(())

    def _tell(self, code: str, detail: str, *, hides: bool = False) -> None:
        if len(self.unseen) < _UNSEEN_AT_MOST or (hides and not self.unseen[-1].hides):
            self.unseen.append(Unseen(ScanGap(code, detail), hides))


def _stored(path: str, told: os.stat_result) -> Stored:
    return Stored(path, told.st_size, told.st_ctime_ns // 1000, f"{told.st_ctime_ns}-{told.st_mtime_ns}-{told.st_ino}")


class ObjectStorage:
    """A bucket, or a prefix in one."""

    def __init__(self, location: str, options: Mapping[str, str]) -> None:
        try:
            import obstore
            from obstore.exceptions import BaseError
            from obstore.store import from_url
        except ImportError:
            problem = "cannot read object stores: expected the package obstore"
            raise UsageError(problem, next_step='pip install "headwater[objects]"') from None
        self.root = location.rstrip("/")
        self.unseen: list[Unseen] = []
        self._obstore, self._fault = obstore, BaseError
        client: dict[str, Any] = {
            key: value == "true" if key == "allow_http" else value for key, value in options.items() if key in _CLIENT_OPTIONS
        }
        config: dict[str, Any] = {key: value for key, value in options.items() if key not in _CLIENT_OPTIONS}
        try:
            opened: Any = from_url  # because its options depend on the kind of store, which only the address tells
            self._store = opened(location, config=config, client_options=client)
        except BaseError as fault:
            problem = f"cannot open lake at `{_bare(location)}`: {_first_words(fault)}"
            raise UsageError(problem, next_step="headwater lake add --help") from None

    def listed(self) -> Iterator[Stored]:
        """Every object below the prefix."""
        try:
            self.unseen = []
            for batch in self._obstore.list(self._store):
                for told in batch:
                    if not is_fit(told["path"]):
                        detail = f"`{_readable(told['path'])}` is left out: expected a name without control characters"
                        self.unseen.append(Unseen(ScanGap("NAME-UNFIT", detail)))
                        continue
                    at = told["last_modified"]
                    mark = f"{told.get('e_tag') or at.isoformat()}-{told.get('version') or ''}"
                    yield Stored(told["path"], int(told["size"]), (at - _EPOCH) // timedelta(microseconds=1), mark)
        except self._fault as fault:
            problem = f"cannot list lake at `{_bare(self.root)}`: {_first_words(fault)}"
            raise LakeUnreachable(problem, next_step="check its address and credentials") from None

    def opened(self, path: str) -> BinaryIO:
        """An object, read in pieces as they are asked for."""
        try:
            reader = self._obstore.open_reader(self._store, path)
        except (self._fault, FileNotFoundError) as fault:
            raise OSError(_first_words(fault)) from None
        return _Reader(reader, self._fault)  # type: ignore[return-value]  # because it has the methods that readers of files use


class _Reader:
    """An object as a file: bytes are bytes, and faults are those of files."""

    def __init__(self, reader: Any, fault: type[BaseException]) -> None:
        self._reader, self._fault = reader, fault
        self.closed = False
        self.mode = "rb"

    def read(self, size: int = -1) -> bytes:
        try:
            return bytes(self._reader.read(None if size is None or size < 0 else size))
        except self._fault as fault:
            raise OSError(_first_words(fault)) from None

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing is ever written."""

    def close(self) -> None:
        self.closed = True
        self._reader.close()

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_fit(name: str) -> bool:
    """Whether a name can be recorded and shown: UTF-8, no control characters, not endless."""
    return len(name) <= _LONGEST_NAME and (name.isprintable() or not _UNFIT.search(name))


def _readable(name: str) -> str:
    return name.encode("unicode_escape").decode("ascii")[:_LONGEST_NAME]


def _first_words(fault: BaseException) -> str:
    """The kind of a fault, in words; its message may hold addresses with credentials and is not shown."""
    return {
        "NotFoundError": "not found",
        "PermissionDeniedError": "permission denied",
        "UnauthenticatedError": "not authenticated",
        "UnknownConfigurationKeyError": "unknown option",
    }.get(type(fault).__name__, "it does not answer")


def _bare(location: str) -> str:
    """An address without what may stand before an `@`."""
    scheme, separator, rest = location.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
