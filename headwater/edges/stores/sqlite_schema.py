"""The ledger's SQLite file: its tables, how it is opened, and the check that nothing was built into it.

`docs/ledger-format.md` describes the tables. A trigger or view in the file could swallow entries after they were acknowledged,
so the schema must be exactly ours.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import get_ident

from headwater.edges.stores.sqlite_faults import sqlite_faults
from headwater.model.errors import StoreFault, Tampered

APPLICATION_ID = 0x48445752
"""`HDWR`: tells a ledger from other SQLite files."""
FORMAT_VERSION = 1
BUSY_SECONDS = 30.0
PAGE_BYTES = 16_384
"""Segments are a few hundred KB: in large pages there is less to link, to sum and to write, and a commit takes a fifth less time."""
CHECKPOINT_PAGES = 500
"""The write-ahead log is folded in at 8 MB: its file is soon reused instead of grown, which makes every commit cheaper."""

_TABLES = {
    "head": "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, note BLOB NOT NULL)",
    "segments": "CREATE TABLE segments (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, note BLOB NOT NULL, "
    "envelopes BLOB NOT NULL, bodies BLOB NOT NULL)",
    "tiles": "CREATE TABLE tiles (level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL, "
    "PRIMARY KEY (level, number)) WITHOUT ROWID",
    "dedup_runs": "CREATE TABLE dedup_runs (first INTEGER PRIMARY KEY, stop INTEGER NOT NULL, fences BLOB NOT NULL, filter BLOB NOT NULL)",
    "dedup_pages": "CREATE TABLE dedup_pages (run INTEGER NOT NULL, page INTEGER NOT NULL, records BLOB NOT NULL, "
    "PRIMARY KEY (run, page)) WITHOUT ROWID",
}


def open_file(path: Path, *, create: bool) -> sqlite3.Connection:
    """A connection to a ledger file whose schema is ours; made first if wanted and missing.

    Raises:  StoreFault: it is missing, of another program or of a newer Headwater.  Tampered: damaged, or its schema was changed.
    """
    if create:
        _make(path)
    elif not path.is_file():
        raise StoreFault(f"cannot open ledger `{path}`: there is no such file", next_step="headwater up")
    connection = connect(path)
    try:
        check_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """A bare connection with our settings; the file must exist."""
    with sqlite_faults(f"open ledger `{path}`"):
        uri = f"{path.resolve().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        except BaseException:
            connection.close()
            raise
    return connection


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file whose tables are not exactly ours.

    Raises:  StoreFault: another program's file, or a newer format.  Tampered: something was added, changed or taken away.
    """
    with sqlite_faults(f"open ledger `{path}`"):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        found: dict[str, str] = dict(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())
    if found == _TABLES and application == APPLICATION_ID and version == FORMAT_VERSION:
        return
    if application != APPLICATION_ID and not set(found) & set(_TABLES):
        raise StoreFault(f"cannot open ledger `{path}`: it is a database of another program", next_step="choose another home")
    if version > FORMAT_VERSION and found != _TABLES:
        raise StoreFault(f"cannot open ledger `{path}`: a newer Headwater wrote it", next_step="pip install --upgrade headwater")
    raise Tampered(f"cannot open ledger `{path}`: its tables were changed", next_step="restore the home from a backup")


def _make(path: Path) -> None:
    """Create the file, readable by the owner alone; it appears whole or not at all, whoever else tries at the same moment."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.new-{os.getpid()}-{get_ident()}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        try:
            _build(draft)
            _publish(draft, path)
        finally:
            for part in (draft, draft.with_name(f"{draft.name}-journal")):
                part.unlink(missing_ok=True)
    except OSError as error:
        problem = f"cannot create ledger `{path}`: {error.strerror}"
        raise StoreFault(problem, next_step="check that its folder exists and is writable") from None


def _build(path: Path) -> None:
    """Make the tables under a rollback journal, so that all of it is in this one file before it gets its name."""
    connection = connect(path)
    try:
        with sqlite_faults(f"create ledger `{path}`"):
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("BEGIN IMMEDIATE")
            for statement in _TABLES.values():
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
            connection.execute("COMMIT")
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    finally:
        connection.close()
    if mode != "wal":
        problem = f"cannot create ledger `{path}`: its file system does not support write-ahead logs"
        raise StoreFault(problem, next_step="put the home on a local disk")


def _publish(draft: Path, path: Path) -> None:
    """Give the file its name unless another process was first, and make the name durable."""
    with suppress(FileExistsError):
        os.link(draft, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
