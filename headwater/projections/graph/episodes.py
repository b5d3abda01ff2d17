"""When each derivation held, in two times: in the world (valid, event time) and in our knowledge of it (known, ledger position).

Intervals are half open: from the first instant that counts up to the first that no longer does.
A derivation is alive as of a time, known at a position, when any of its rows covers both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.model.errors import HeadwaterError
from headwater.model.times import FOREVER
from headwater.projections.graph.frame import BrokenFrame, read_frame, write_frame

Table = NDArray[np.bool_]
_MAGIC = b"hwepisd1"
_DERIVATION, _VALID_FROM, _VALID_TO, _KNOWN_FROM, _KNOWN_TO = range(5)
_LATEST = FOREVER - 1
_REMEMBERED = 8


class BadEpisode(HeadwaterError):
    """A row of episodes is out of range, or one was named that does not exist: a bug in the caller."""

    code: ClassVar[str] = "GRAPH-EPISODE-INVALID"


@dataclass(frozen=True, slots=True)
class Episode:
    """One row: from when to when a derivation held, and from which position to which we knew it so."""

    derivation: int
    valid_from: int
    valid_to: int
    known_from: int
    known_to: int


class Episodes:
    """Rows of episodes, only ever appended; the one thing that changes is the end of what is known of a row.

    One writer at a time. Tables given out are read-only and stay as they were.
    """

    __slots__ = ("_cells", "_count", "_derivations", "_latest", "_remembered", "_rows_alive")

    def __init__(self) -> None:
        self._cells: NDArray[np.int64] = np.empty((5, 64), dtype=np.int64)
        self._count = 0
        self._derivations = 0
        self._rows_alive: NDArray[np.int32] = np.zeros(64, dtype=np.int32)
        self._latest: Table | None = None
        self._remembered: dict[tuple[int, int], Table] = {}

    def __len__(self) -> int:
        return self._count

    @property
    def derivation_count(self) -> int:
        """One more than the largest derivation that has a row."""
        return self._derivations

    def append(self, derivation: int, valid_from: int, valid_to: int, known_from: int, known_to: int = FOREVER) -> int:
        """Add a row; gives its number, by which `close_known` finds it.

        Raises:  BadEpisode: the derivation is negative.
        """
        self._refuse_negative(derivation)
        row = self._count
        self._make_room(row + 1, derivation + 1)
        self._cells[:, row] = (derivation, valid_from, valid_to, known_from, known_to)
        self._count = row + 1
        self._rows_alive[derivation] += valid_from <= _LATEST < valid_to and known_from <= _LATEST < known_to
        self._forget_from(known_from)
        return row

    def extend(self, derivations: ArrayLike, valid_from: ArrayLike, valid_to: ArrayLike, known_from: ArrayLike, known_to: ArrayLike) -> int:
        """Add many rows; gives the number of the first.

        Raises:  BadEpisode: lengths differ, or a derivation is negative.
        """
        columns = [np.atleast_1d(np.asarray(part, dtype=np.int64)) for part in (derivations, valid_from, valid_to, known_from, known_to)]
        if any(part.ndim != 1 or len(part) != len(columns[0]) for part in columns):
            raise BadEpisode("cannot add episodes: expected five sequences of one length", next_step="report this as a bug")
        new = np.stack(columns)
        first, added = self._count, new.shape[1]
        if added == 0:
            return first
        self._refuse_negative(int(new[_DERIVATION].min()))
        self._make_room(first + added, int(new[_DERIVATION].max()) + 1)
        self._cells[:, first : first + added] = new
        self._count = first + added
        np.add.at(self._rows_alive, new[_DERIVATION][_covers(new, _LATEST, _LATEST)], 1)
        self._forget_from(int(new[_KNOWN_FROM].min()))
        return first

    def close_known(self, row: int, known_to: int) -> None:
        """From this position on, the row is no longer what we know. Closing again can only bring the end forward.

        Raises:  BadEpisode: no such row.
        """
        self._check(row)
        cell = self._cells[:, row]
        if known_to >= cell[_KNOWN_TO]:
            return
        was_alive = bool(_covers(cell, _LATEST, _LATEST))
        cell[_KNOWN_TO] = known_to
        if was_alive and not bool(_covers(cell, _LATEST, _LATEST)):
            self._rows_alive[cell[_DERIVATION]] -= 1
        self._forget_from(known_to)

    def row(self, row: int) -> Episode:
        """One row as it is now.

        Raises:  BadEpisode: no such row.
        """
        self._check(row)
        return Episode(*(int(value) for value in self._cells[:, row]))

    def rows_of(self, derivation: int) -> NDArray[np.int64]:
        """The numbers of a derivation's rows, in the order they came."""
        return np.flatnonzero(self._cells[_DERIVATION, : self._count] == derivation)

    def alive(self, as_of: int | None = None, known_at: int | None = None) -> Table:
        """Whether each derivation is alive; None means after everything and with the latest knowledge.

        Cost:    the latest: one pass over derivations after a change, nothing otherwise. Any other: one pass over all rows, and the
                 last few asked for are remembered until something changes that they could have known.
        """
        valid, known = (_LATEST if as_of is None else as_of), (_LATEST if known_at is None else known_at)
        if (valid, known) == (_LATEST, _LATEST):
            if self._latest is None:
                self._latest = _sealed(self._rows_alive[: self._derivations] > 0)
            return self._latest
        table = self._remembered.get((valid, known))
        if table is None or len(table) < self._derivations:
            table = self._scan(valid, known) if table is None else _sealed(np.append(table, np.zeros(self._derivations - len(table), bool)))
            self._remember((valid, known), table)
        return table

    def to_bytes(self) -> bytes:
        """The rows as a file."""
        return write_frame(_MAGIC, [], list(self._cells[:, : self._count]))

    @classmethod
    def from_bytes(cls, data: bytes) -> Episodes:
        """The rows that `to_bytes` wrote.

        Raises:  BrokenFrame: cut, altered, or of another version; build them anew.
        """
        _, columns = read_frame(_MAGIC, data)
        if len(columns) != 5 or len({len(column) for column in columns}) != 1:
            raise BrokenFrame("cannot read saved episodes: expected five columns of one length", next_step="headwater rebuild")
        episodes = cls()
        episodes.extend(*columns)
        return episodes

    def _scan(self, as_of: int, known_at: int) -> Table:
        cells = self._cells[:, : self._count]
        table = np.zeros(self._derivations, dtype=np.bool_)
        table[cells[_DERIVATION][_covers(cells, as_of, known_at)]] = True
        return _sealed(table)

    def _remember(self, moment: tuple[int, int], table: Table) -> None:
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)), None)
        self._remembered[moment] = table

    def _forget_from(self, position: int) -> None:
        """Keep only tables pinned before a position: what is known from there on cannot have changed them."""
        self._latest = None
        if self._remembered:
            self._remembered = {moment: table for moment, table in self._remembered.items() if moment[1] < position}

    def _make_room(self, rows: int, derivations: int) -> None:
        if rows > self._cells.shape[1]:
            roomy = np.empty((5, rows + rows // 2), dtype=np.int64)
            roomy[:, : self._count] = self._cells[:, : self._count]
            self._cells = roomy
        if derivations > len(self._rows_alive):
            counts = np.zeros(derivations + derivations // 2, dtype=np.int32)
            counts[: self._derivations] = self._rows_alive[: self._derivations]
            self._rows_alive = counts
        self._derivations = max(self._derivations, derivations)

    def _refuse_negative(self, derivation: int) -> None:
        if derivation < 0:
            raise BadEpisode("cannot add episodes: expected derivations from 0 on", next_step="report this as a bug")

    def _check(self, row: int) -> None:
        if not 0 <= row < self._count:
            raise BadEpisode("cannot find an episode: expected the number of a row", next_step="report this as a bug")


def _covers(cells: NDArray[np.int64], as_of: int, known_at: int) -> Table:
    """Which rows cover both times; works on one row as well."""
    valid = (cells[_VALID_FROM] <= as_of) & (as_of < cells[_VALID_TO])
    covered: Table = valid & (cells[_KNOWN_FROM] <= known_at) & (known_at < cells[_KNOWN_TO])
    return covered


def _sealed(table: Table) -> Table:
    table.flags.writeable = False
    return table
