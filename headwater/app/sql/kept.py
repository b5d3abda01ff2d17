"""The process that reads SQL texts for this interpreter: started when first needed, kept, started again when it died.

It ends with the interpreter, whichever way that goes: its standard input closes. After a fork the new process starts one of its own.
Calls of several threads take turns; what a caller's own catalog is asked, it is asked while nobody waits for it.
"""

from __future__ import annotations

import atexit
import os
from threading import Lock

from headwater.app.sql.apart import Apart
from headwater.app.sql.catalog import Catalog
from headwater.capture.sql.names import SchemaLookup
from headwater.model.lineage import Script, Statement


class Kept:
    """One process for as long as the interpreter runs; for any number of threads."""

    def __init__(self, apart: Apart | None = None) -> None:
        self._apart = apart if apart is not None else Apart(mode="kept")
        self._lock = Lock()
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._begin_anew)

    @property
    def process(self) -> int | None:
        """The id of the process, while there is one."""
        return self._apart.process

    def read_script(self, statement: Statement, schemas: SchemaLookup) -> Script:
        """What a text says; `failed` with `analyser-died` where no process survives it.

        Raises:  NotStarted: no process comes up. What `schemas` raises passes.
        """
        if isinstance(schemas, Catalog):
            with self._lock:
                return self._apart.read_script(statement, schemas)
        known: dict[str, dict[str, str] | None] = {}
        while True:  # ends, because each round tells of a table more, and a text names only so many
            with self._lock:
                told = self._apart.read_with(statement, known)
            if not told.missing:
                return told.script
            for table in told.missing:
                columns = schemas.columns(table)
                known[table] = None if columns is None else {str(name): str(kind or "") for name, kind in columns.items()}

    def close(self) -> None:
        """End the process; the next text starts another."""
        with self._lock:
            self._apart.close()

    def _begin_anew(self) -> None:
        """In a process just forked: the one that reads belongs to the parent, and so did whoever held the lock."""
        self._lock = Lock()
        self._apart.abandon()


KEPT = Kept()
"""That of this interpreter."""
