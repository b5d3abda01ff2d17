"""Lineage remembered by shape: statements that differ only in the tokens redaction left for their values share one analysis.

A shape is the text without its tokens, which of these are equal, the dialect and the defaults. Under a shape lie the tables it names and,
for each set of schemas those had, what was found. What a token stands for cannot matter to lineage, unless a token is taken for a name;
then the analysis says so (`Analysed.stem` is None) and is kept for its own text alone. Only the fingerprint counts tokens to the letter.
Entries belong to one version of the analyser, because a cache lives no longer than its process. The least recently used go first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

import msgspec

from headwater.capture.redaction.tokens import MARK, apart
from headwater.capture.sql.analysis import Analysed, analyse_shape
from headwater.capture.sql.fingerprint import with_tokens
from headwater.capture.sql.names import SchemaLookup
from headwater.model.lineage import Mentions, Statement, StatementLineage

Columns = tuple[tuple[str, str], ...]
"""Names and types of a table's columns, in order."""
Asked = tuple[tuple[str, Columns | None], ...]
"""Tables an analysis asked for, with what was known of their columns; None for nothing certain."""
Holds = Callable[[Asked], bool]
"""Whether that is what is known now."""

CAPACITY_BYTES = 256 * 1024 * 1024
READINGS = 8
"""Sets of schemas remembered under one shape."""
_LATELY, _LONGEST = 256, 20_000
"""Statements whose shapes are at hand, because one is asked about several times in a row, and characters of the longest of them."""
_BYTES_PER_SHAPE, _BYTES_PER_NAME, _BYTES_PER_EDGE = 1_000, 120, 400
"""What things cost beside their texts, measured with room to spare."""


class Shape(msgspec.Struct, frozen=True, cache_hash=True):
    """What is alike in statements that share an analysis; `same` tells which tokens are equal, and is empty where all differ."""

    pieces: tuple[str, ...]
    kinds: tuple[str, ...]
    same: tuple[int, ...]
    dialect: str | None
    catalog: str | None
    schema: str | None


class _Reading(msgspec.Struct, frozen=True):
    """What was found with these schemas; None when each text must be asked for itself."""

    asked: Asked
    found: Analysed | None


class _Entry(msgspec.Struct):
    """What is known of a shape, or of one text of a shape whose texts differ."""

    mentions: Mentions | None = None
    readings: tuple[_Reading, ...] = ()
    size: int = 0


class Cache:
    """A bounded memory of analyses. Not for several threads at once."""

    def __init__(self, capacity_bytes: int = CAPACITY_BYTES) -> None:
        self._capacity = capacity_bytes
        self._entries: OrderedDict[Shape | Statement, _Entry] = OrderedDict()
        self._lately: dict[Statement, tuple[Shape, list[str]]] = {}
        self.size_bytes = 0
        """Roughly what is held, texts included."""

    def __len__(self) -> int:
        """How many shapes and single texts are known."""
        return len(self._entries)

    def mentions(self, statement: Statement) -> Mentions | None:
        """What a statement names; None where that is not known yet."""
        shape, _ = self._shape(statement)
        for key in (shape, statement):
            entry = self._entry(key)
            if entry is not None and entry.mentions is not None:
                return entry.mentions
        return None

    def keep_mentions(self, statement: Statement, mentions: Mentions) -> None:
        """Remember what a statement names."""
        shape, _ = self._shape(statement)
        self._update(statement if any(MARK in table.lower() for table in mentions.tables) else shape, statement, mentions=mentions)

    def find(self, statement: Statement, holds: Holds) -> StatementLineage | None:
        """A statement's lineage where it was found before with schemas that still hold; None where it must be analysed."""
        shape, tokens = self._shape(statement)
        reading = _read_with(self._entry(shape), holds)
        if reading is not None and reading.found is None:
            reading = _read_with(self._entry(statement), holds)
        if reading is None or reading.found is None:
            return None
        lineage, stem = reading.found.lineage, reading.found.stem
        return lineage if not tokens or stem is None else msgspec.structs.replace(lineage, fingerprint=with_tokens(stem, tokens))

    def keep(self, statement: Statement, asked: Asked, found: Analysed) -> None:
        """Remember what was found with these schemas; `asked` names at least the tables that the analysis looked up."""
        shape, tokens = self._shape(statement)
        if not tokens or (found.stem is not None and not _holds_token(asked)):
            self._update(shape, statement, reading=_Reading(asked, found))
        else:
            self._update(shape, statement, reading=_Reading(asked, None))
            self._update(statement, statement, reading=_Reading(asked, found))

    def _shape(self, statement: Statement) -> tuple[Shape, list[str]]:
        found = self._lately.get(statement)
        if found is None:
            found = shape_of(statement)
            if len(self._lately) >= _LATELY:
                self._lately.clear()
            if len(statement.sql) <= _LONGEST:
                self._lately[statement] = found
        return found

    def _entry(self, key: Shape | Statement) -> _Entry | None:
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def _update(
        self, key: Shape | Statement, statement: Statement, *, mentions: Mentions | None = None, reading: _Reading | None = None
    ) -> None:
        entry = self._entries.setdefault(key, _Entry())
        self._entries.move_to_end(key)
        entry.mentions = mentions if mentions is not None else entry.mentions
        if reading is not None:
            others = [each for each in entry.readings if each.asked != reading.asked]
            entry.readings = (reading, *others[: READINGS - 1])
        self.size_bytes -= entry.size
        entry.size = _size(statement, entry)
        self.size_bytes += entry.size
        while self.size_bytes > self._capacity and self._entries:
            self.size_bytes -= self._entries.popitem(last=False)[1].size


def shape_of(statement: Statement) -> tuple[Shape, list[str]]:
    """A statement's shape, and the digests of the tokens that tell it from others of that shape."""
    pieces, kinds, tokens = apart(statement.sql)
    first: dict[str, int] = {}
    same = () if len(set(tokens)) == len(tokens) else tuple([first.setdefault(token, at) for at, token in enumerate(tokens)])
    return Shape(tuple(pieces), tuple(kinds), same, statement.dialect, statement.catalog, statement.schema), tokens


class _Noting:
    """A catalog that notes what it was asked and answered."""

    def __init__(self, schemas: SchemaLookup) -> None:
        self._schemas = schemas
        self.asked: dict[str, Columns | None] = {}

    def columns(self, table: str) -> Mapping[str, str] | None:
        """As the catalog behind says."""
        found = self._schemas.columns(table)
        self.asked[table] = None if found is None else tuple(found.items())
        return found

    def answers_alike(self, asked: Asked) -> bool:
        """Whether the catalog would answer now as it did then."""
        for table, columns in asked:
            if table not in self.asked:
                self.columns(table)
            if self.asked[table] != columns:
                return False
        return True


def remembered(statement: Statement, schemas: SchemaLookup, cache: Cache) -> StatementLineage:
    """What `analyse` says of a statement, from the cache where its shape was analysed before with the same schemas.

    Cost: a glance at the text and at the schemas of its tables for a shape that is known; otherwise that of `analyse`.
    Law:  equal to `analyse(statement, schemas)` whatever was asked before (tests/laws/test_sql_cache.py).
    """
    noting = _Noting(schemas)
    found = cache.find(statement, noting.answers_alike)
    if found is not None:
        return found
    noting.asked.clear()
    analysed = analyse_shape(statement, noting)
    cache.keep(statement, tuple(noting.asked.items()), analysed)
    return analysed.lineage


def _read_with(entry: _Entry | None, holds: Holds) -> _Reading | None:
    if entry is not None:
        for reading in entry.readings:
            if holds(reading.asked):
                return reading
    return None


def _holds_token(asked: Asked) -> bool:
    """Whether a schema tells of a table or a column called like a token."""
    return any(MARK in table.lower() or any(MARK in name.lower() for name, _ in columns or ()) for table, columns in asked)


def _size(statement: Statement, entry: _Entry) -> int:
    names = edges = 0
    for reading in entry.readings:
        names += sum(1 + len(columns or ()) for _, columns in reading.asked)
        edges += len(reading.found.lineage.edges) if reading.found is not None else 0
    return _BYTES_PER_SHAPE + 2 * len(statement.sql) + _BYTES_PER_NAME * names + _BYTES_PER_EDGE * edges
