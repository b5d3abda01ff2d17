"""Samples of tables that Spark knows, taken by Spark itself, which is reached through Spark Connect.

Only counts and samples leave the engine. Of a table that is larger than may be read, some of its files are, chosen from all over it; where
Spark does not say which file a row is from, a part of its rows. A statement that takes too long is interrupted on the server.
"""

# because names are quoted by _quoted() and the rest of each statement is our own text

from __future__ import annotations

import logging
import queue
import re
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from posixpath import basename
from typing import Any
from urllib.parse import unquote, urlsplit

from headwater.capture.classify.reading import spread
from headwater.edges.engines.samples.relations import CHARACTERS, DOCUMENT_CHARACTERS, FIRST_ROWS, FIRST_ROWS_SECONDS, Bounds, Sampled
from headwater.model.errors import HeadwaterError, UsageError
from headwater.model.sensitivity.classification import ColumnSample


@contextmanager
def _quietly() -> Iterator[None]:
    """Without what the client warns of and logs, statements with the server's stack beside every fault; and as a program to its taste.

    It takes a program without a file, as one that `python -c` runs, for its own tests, and ends it.
    """
    logging.getLogger("SQLQueryContextLogger").disabled = True
    main = sys.modules["__main__"]
    has_no_file = not hasattr(main, "__file__")
    if has_no_file:
        main.__file__ = __file__
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if has_no_file:
            del main.__file__


try:
    with _quietly():
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
except ImportError as missing:  # the extra is not installed
    raise UsageError(
        "cannot classify in Spark: expected package `pyspark` with Spark Connect, got none", next_step='pip install "headwater[spark]"'
    ) from missing

PORT = 15002
LARGE_BYTES = 1 << 30
FILES = 24
"""Of a table larger than that at most so many files are read."""
COLUMNS_AT_ONCE = 40
_LOWEST_HASH, _HASHES = -(2**63), 2**64
_SECONDS_TO_REACH = 15.0
_SECONDS_BETWEEN_INTERRUPTS = 0.2
_SECONDS_TO_LEAVE = 5.0
_NESTED = ("array", "map", "struct", "variant")
_SIZE = re.compile(r"sizeInBytes=([\d.]+(?:E\+?\d+)?) (B|[KMGTPE]iB)")
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_DEEPEST = 3
"""Levels of namespaces within a catalog."""
_CONFIGURED = re.compile(r"spark\.sql\.catalog\.([^.]+)")
_SECONDS_OF_SILENCE = 60.0
"""How long beyond its time a server may leave a statement without an answer."""
_TAG = "headwater-classify"
_CANCELED = "OPERATION_CANCELED"


class SparkUnreachable(HeadwaterError):
    """A Spark Connect server cannot be reached, or refuses to be asked."""

    code = "DATABASE-UNREACHABLE"


@dataclass(frozen=True, slots=True)
class SparkTable:
    """A table or view: its name as people write it, and its parts."""

    name: str
    parts: tuple[str, ...]

    @property
    def quoted(self) -> str:
        """The name as SQL."""
        return ".".join(map(_quoted, self.parts))


class Spark:
    """A session of a server; nothing that is sent there writes."""

    def __init__(self, session: SparkSession, bounds: Bounds, address: str) -> None:
        self._session, self._bounds, self._address = session, bounds, address
        self.unseen: list[str] = []
        self._is_timed = False

    def tables(self) -> list[SparkTable]:
        """Every table and view of every catalog, temporary ones apart; `unseen` then holds catalogs that cannot be listed."""
        found: list[SparkTable] = []
        default = str(self._rows("SELECT current_catalog()")[0][0])
        for catalog in self._catalogs():
            if not self._is_listed(catalog):
                self.unseen.append(catalog)
            for namespace in self._namespaces((str(catalog),), 1):
                for row in self._listed("TABLES", namespace):
                    if not row["isTemporary"]:
                        parts = (*namespace, str(row["tableName"]))
                        found.append(SparkTable(".".join(parts[1:] if catalog == default else parts), parts))
        return sorted(found, key=lambda table: table.name)

    def _catalogs(self) -> list[str]:
        """Catalogs that are open, and those that are configured: a server opens one only when it is first asked for."""
        opened = [str(catalog) for (catalog,) in self._rows("SHOW CATALOGS")]
        configured = (_CONFIGURED.fullmatch(str(row[0])) for row in self._rows("SET"))
        return sorted({*opened, *(name[1] for name in configured if name is not None)})

    def _is_listed(self, catalog: str) -> bool:
        try:
            self._rows(f"SHOW NAMESPACES IN {_quoted(catalog)}")
        except PySparkException:
            return False
        return True

    def location(self, table: SparkTable) -> str:
        """Where the files of a table lie; empty for a view, or where Spark does not say."""
        try:
            rows = self._rows(f"DESCRIBE TABLE EXTENDED {table.quoted}")
        except PySparkException:
            return ""
        return next((str(row["data_type"]) for row in reversed(rows) if row["col_name"] == "Location"), "")

    def sample(self, table: SparkTable) -> Sampled | None:
        """The samples of a table; None where it may not be read, or not in time."""
        try:
            source, gaps = self._source(table)
            columns = [(str(name), str(kind)) for name, kind in self._columns(table)]
        except PySparkException:
            return None
        try:
            sampled = self._taken(source, columns, self._bounds.seconds)
        except PySparkException as fault:
            if _CANCELED not in str(fault):
                return None
            gaps = ("ROWS-NOT-ALL-READ",)
            try:
                sampled = self._taken(
                    f"(SELECT * FROM {source} LIMIT {FIRST_ROWS})", columns, max(self._bounds.seconds, FIRST_ROWS_SECONDS)
                )
            except PySparkException:
                return None
        return Sampled(sampled.columns, sampled.rows, tuple(("", code) for code in gaps))

    def _namespaces(self, parent: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
        for row in self._listed("NAMESPACES", parent):
            namespace = (*parent, *str(row["namespace"]).split(".")[len(parent) - 1 :])
            yield namespace
            if depth < _DEEPEST:
                yield from self._namespaces(namespace, depth + 1)

    def _listed(self, what: str, namespace: Sequence[str]) -> list[Any]:
        """What a catalog lists; nothing where it has no such thing."""
        try:
            return self._rows(f"SHOW {what} IN {'.'.join(map(_quoted, namespace))}")
        except PySparkException:
            return []

    def _columns(self, table: SparkTable) -> list[tuple[str, str]]:
        return self._asked(lambda: [(str(name), str(kind)) for name, kind in self._session.table(table.quoted).dtypes])

    def _source(self, table: SparkTable) -> tuple[str, tuple[str, ...]]:
        """What to read of a table, and the gap that this leaves."""
        size = self._size(table)
        if size <= LARGE_BYTES:
            return table.quoted, ()
        with suppress(PySparkException):
            files = self._asked(lambda: sorted(self._session.table(table.quoted).inputFiles()))
            chosen = spread(files, max(1, min(FILES, int(len(files) * LARGE_BYTES / size))))
            names = ", ".join(_literal(unquote(basename(file))) for file in chosen)
            source = f"(SELECT * FROM {table.quoted} WHERE _metadata.file_name IN ({names}))"
            if len(chosen) < len(files) and self._rows(f"SELECT 1 FROM {source} LIMIT 1"):
                return source, ("ROWS-SAMPLED",)
        percent = max(100 * LARGE_BYTES / size, 0.0001)
        return f"(SELECT * FROM {table.quoted} TABLESAMPLE ({percent:.4f} PERCENT) REPEATABLE (1))", ("ROWS-SAMPLED",)

    def _size(self, table: SparkTable) -> int:
        """How many bytes Spark's planner takes all files behind a table to be."""
        [(plan,)] = self._rows(f"EXPLAIN COST SELECT * FROM {table.quoted}")
        logical = str(plan).partition("== Physical Plan ==")[0]
        sizes = [float(number) * 1024 ** _UNITS.index(unit) for number, unit in _SIZE.findall(logical)]
        return int(max(sizes, default=0))

    def _taken(self, source: str, columns: Sequence[tuple[str, str]], seconds: float) -> Sampled:
        samples: list[ColumnSample] = []
        rows = 0
        with self._deadline(seconds):
            for start in range(0, len(columns), COLUMNS_AT_ONCE):
                chunk = columns[start : start + COLUMNS_AT_ONCE]
                counted = ", ".join(_counts(*column) for column in chunk)
                [figures] = self._rows(f"SELECT count(*), {counted} FROM {source} AS source")
                rows = int(figures[0])
                told = [tuple(map(int, figures[1 + 4 * place : 5 + 4 * place])) for place in range(len(chunk))]
                values = self._values(source, chunk, [distinct for _, distinct, _, _ in told])
                samples += [
                    self._sample(*column, rows, figure, values.get(place, []))
                    for place, (column, figure) in enumerate(zip(chunk, told, strict=True))
                ]
        return Sampled(tuple(samples), rows)

    def _sample(self, name: str, kind: str, rows: int, figures: tuple[int, ...], held: list[tuple[str, int]]) -> ColumnSample:
        filled, distinct, cut, texts = figures
        return ColumnSample(
            column=name,
            type=kind,
            rows=rows,
            nulls=rows - filled,
            distinct=len(held) if len(held) < self._bounds.values else min(distinct, filled),
            values=tuple(value for value, _ in held),
            counts=tuple(count for _, count in held),
            cut=cut,
            unreadable=filled - texts,
        )

    def _values(self, source: str, columns: Sequence[tuple[str, str]], distinct: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
        """The values with the smallest hashes of each column, so many as are wanted, and how often each occurs."""
        wanted = self._bounds.values
        entries = []
        for place, ((name, kind), many) in enumerate(zip(columns, distinct, strict=True)):
            text = _bounded(_text(name, kind), kind)
            share = 1.0 if many <= wanted * 2 else wanted * 1.5 / many
            highest = min(_LOWEST_HASH + int(_HASHES * share), 2**63 - 1)
            entries.append(f"named_struct('c', {place}, 'x', CASE WHEN xxhash64({text}) <= {highest}L THEN {text} END)")
        statement = (
            f"WITH taken AS (SELECT explode(array({', '.join(entries)})) AS u FROM {source} AS source), "
            "grouped AS (SELECT u.c AS c, u.x AS x, count(*) AS n FROM taken WHERE u.x IS NOT NULL GROUP BY 1, 2), "
            "placed AS (SELECT c, x, n, row_number() OVER (PARTITION BY c ORDER BY xxhash64(x), x) AS place FROM grouped) "
            f"SELECT c, x, n FROM placed WHERE place <= {wanted} ORDER BY c, place"
        )
        found: dict[int, list[tuple[str, int]]] = {}
        for place, value, count in self._rows(statement):
            found.setdefault(int(place), []).append((str(value), int(count)))
        return found

    def _rows(self, statement: str) -> list[Any]:
        """What a statement gives."""
        return self._asked(lambda: self._session.sql(statement).collect())

    def _asked(self, question: Callable[[], list[Any]]) -> list[Any]:
        """What the server says, within its time.

        Raises:  PySparkException; SparkUnreachable: the server is gone, or says nothing any more.
        """
        answer: queue.Queue[list[Any] | Exception] = queue.Queue()

        def ask() -> None:
            try:
                if self._is_timed:
                    self._session.addTag(_TAG)  # of what this thread asks
                answer.put(question())
            except Exception as fault:  # noqa: BLE001  # because it is raised where it was waited for
                answer.put(fault)

        with _quietly():
            threading.Thread(target=ask, daemon=True).start()
            try:
                told = answer.get(timeout=self._bounds.seconds + _SECONDS_OF_SILENCE)
            except queue.Empty:
                raise _unreachable("got no answer any more") from None
        if isinstance(told, PySparkException) and _CANCELED not in str(told) and not _is_there(self._address):
            raise _unreachable("it is there no more") from None
        if isinstance(told, Exception):
            raise told
        return told

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """Interrupt on the server what is under way when the time is over, and what comes after it."""
        done = threading.Event()

        def watch() -> None:
            left = seconds
            while not done.wait(left):
                left = _SECONDS_BETWEEN_INTERRUPTS
                with suppress(PySparkException):
                    self._session.interruptTag(_TAG)

        watching = threading.Thread(target=watch, daemon=True)
        self._is_timed = True
        watching.start()
        try:
            yield
        finally:
            done.set()
            watching.join(_SECONDS_TO_LEAVE)
            self._is_timed = False


@contextmanager
def spark(address: str, bounds: Bounds) -> Iterator[Spark]:
    """A server by its address, `sc://HOST[:PORT][/;token=…;use_ssl=true]`.

    Raises:  SparkUnreachable.
    """
    session: SparkSession | None = None
    with _quietly():
        try:
            session = _session(address)
            assert session.version
        except (PySparkException, OSError, ValueError):
            _leave(session)
            raise _unreachable("got no session") from None
    try:
        yield Spark(session, bounds, address)
    finally:
        with _quietly():
            _leave(session)


def _session(address: str) -> SparkSession:
    """A session of its own; the client would try for minutes where nobody listens."""
    if not _is_there(address):
        raise OSError
    session = SparkSession.builder.remote(address).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=2)])
    return session


def _is_there(address: str) -> bool:
    """Whether anybody listens at an address."""
    try:
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname or "localhost", parts.port or PORT), _SECONDS_TO_REACH):
            return True
    except (OSError, ValueError):
        return False


def _unreachable(got: str) -> SparkUnreachable:
    problem = f"cannot classify in Spark: expected a Spark Connect server at the address, {got}"
    return SparkUnreachable(problem, next_step="check the address, and that the server runs: start-connect-server.sh")


def _leave(session: SparkSession | None) -> None:
    """Let go of a session, whether or not the server still hears of it."""

    def stop() -> None:
        with suppress(Exception):
            session.stop() if session is not None else None

    leaving = threading.Thread(target=stop, daemon=True)
    leaving.start()
    leaving.join(_SECONDS_TO_LEAVE)


def _counts(name: str, kind: str) -> str:
    """Filled, distinct, too long to be read in full, and readable as text."""
    text = _text(name, kind)
    most = DOCUMENT_CHARACTERS if _is_nested(kind) else CHARACTERS
    return f"count({_quoted(name)}), approx_count_distinct({_bounded(text, kind)}), count_if(length({text}) > {most}), count({text})"


def _text(name: str, kind: str) -> str:
    """A column as text: documents as JSON, bytes where they are UTF-8, numbers without the .0 of a float."""
    column = _quoted(name)
    if _is_nested(kind):
        return f"to_json({column})"
    if kind == "binary":
        return f"CASE WHEN is_valid_utf8(CAST({column} AS STRING)) THEN CAST({column} AS STRING) END"
    if kind in ("float", "double"):
        whole = f"{column} = floor({column}) AND abs({column}) < 1e18"
        return f"CASE WHEN {whole} THEN CAST(CAST({column} AS DECIMAL(38, 0)) AS STRING) ELSE CAST({column} AS STRING) END"
    return f"CAST({column} AS STRING)"


def _bounded(text: str, kind: str) -> str:
    """Not more of a value than is read; a document that would be cut is left out, because half of one cannot be read."""
    if _is_nested(kind):
        return f"CASE WHEN length({text}) <= {DOCUMENT_CHARACTERS} THEN {text} END"
    return f"left({text}, {CHARACTERS})"


def _is_nested(kind: str) -> bool:
    return kind.startswith(_NESTED)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
