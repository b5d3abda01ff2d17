"""SQLite's errors as ours: what was being done, and whether the data or the world is at fault."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from headwater.model.errors import HeadwaterError, StoreFault, Tampered

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_CONSTRAINT}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_RESTORE = "headwater ledger verify, then restore a backup"
_NEXT = {
    sqlite3.SQLITE_FULL: "free some disk space, then send again",
    sqlite3.SQLITE_READONLY: "make the home writable for this user",
    sqlite3.SQLITE_CANTOPEN: "check that the home exists and is readable",
    sqlite3.SQLITE_PERM: "check that the home is readable for this user",
}


@contextmanager
def sqlite_faults(doing: str) -> Iterator[None]:
    """Turn whatever SQLite raises inside into a fault that says what could not be done.

    Raises:  Tampered: the file is damaged or no database.  StoreFault: it could not be reached or written.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _fault(doing, error) from None
    except (UnicodeDecodeError, OverflowError, TypeError):  # text that is none, in a column or in SQLite's own message about it
        raise Tampered(f"cannot {doing}: the database is damaged", next_step=_RESTORE) from None


def _fault(doing: str, error: sqlite3.Error) -> HeadwaterError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _DAMAGED or (code == sqlite3.SQLITE_ERROR and _is_schema_fault(error)):
        return Tampered(f"cannot {doing}: the database is damaged", next_step=_RESTORE)
    if code in _BUSY:
        return StoreFault(f"cannot {doing}: another process holds the ledger", next_step="try again, or stop that process")
    return StoreFault(f"cannot {doing}: {_reason(error)}", next_step=_NEXT.get(code, "check the disk, then send again"))


def _is_schema_fault(error: sqlite3.Error) -> bool:
    """A table or column of ours that is not there was taken away."""
    text = str(error)
    return text.startswith(("no such table", "no such column", "malformed"))


def _reason(error: sqlite3.Error) -> str:
    """SQLite's own words, which never hold data of ours."""
    return str(error) or "no reason given"
