"""Where saved views lie: in memory, or in a SQLite file beside the ledger that may be deleted at any time."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from headwater.projections.views import SavedState

_LOGGER = logging.getLogger("headwater")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), version TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS rows (kind TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS blobs (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""


class MemoryViewStore:
    """Keeps the last save in this process."""

    def __init__(self) -> None:
        self._state: SavedState | None = None

    def load(self, version: str) -> SavedState | None:
        """The last save of this version."""
        return self._state if self._state is not None and self._state.version == version else None

    def save(self, state: SavedState, *, base: int | None) -> bool:
        """Upsert rows and replace the rest, if the last save stands at `base`."""
        held = None if self._state is None else (self._state.version, self._state.position)
        if base is not None and held != (state.version, base):
            return False
        afresh = base is None
        rows = {} if afresh or self._state is None else {kind: dict(known) for kind, known in self._state.rows.items()}
        for kind, changed in state.rows.items():
            rows.setdefault(kind, {}).update(changed)
        self._state = SavedState(state.version, state.position, rows, dict(state.blobs))
        return True

    def close(self) -> None:
        """Nothing to let go of."""


class SqliteViewStore:
    """Keeps saves in one SQLite file; a file that cannot be read is as good as none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, version: str) -> SavedState | None:
        """The last save of this version; None when there is none, or it is damaged."""
        if not self._path.exists():
            return None
        try:
            with closing(self._connect()) as connection, connection:
                connection.execute("BEGIN")
                found = connection.execute("SELECT version, position FROM state").fetchone()
                if found is None or found[0] != version:
                    return None
                state = SavedState(version, found[1])
                for kind, key, value in connection.execute("SELECT kind, key, value FROM rows"):
                    state.rows.setdefault(kind, {})[key] = value
                state.blobs = dict(connection.execute("SELECT name, value FROM blobs").fetchall())
                return state
        except (OSError, sqlite3.Error):
            return None

    def save(self, state: SavedState, *, base: int | None) -> bool:
        """Upsert rows and replace the rest in one transaction, if the last save stands at `base`; a damaged file is started anew."""
        try:
            return self._write(state, base)
        except sqlite3.OperationalError:  # because a locked file or a full disk is no damage: the next save tries again
            pass
        except sqlite3.DatabaseError:
            with suppress(OSError, sqlite3.Error):
                for suffix in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
                return self._write(state, base) if base is None else False
        _LOGGER.warning("views-not-saved")
        return False

    def close(self) -> None:
        """Connections live only as long as one call."""

    def _write(self, state: SavedState, base: int | None) -> bool:
        with closing(self._connect()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            if base is None:
                connection.execute("DELETE FROM rows")
            elif connection.execute("SELECT version, position FROM state").fetchone() != (state.version, base):
                return False
            connection.executemany(
                "INSERT OR REPLACE INTO rows VALUES (?, ?, ?)",
                ((kind, key, value) for kind, changed in state.rows.items() for key, value in changed.items()),
            )
            connection.execute("DELETE FROM blobs")
            connection.executemany("INSERT INTO blobs VALUES (?, ?)", state.blobs.items())
            connection.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (state.version, state.position))
            return True

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        self._path.chmod(0o600)
        return connection
