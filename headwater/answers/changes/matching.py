"""Gives what a lake holds (a commit, or a file of a folder) to the runs that may have written it.

What names its run by a stamp is believed only where that run wrote this dataset at that time. The rest is given to runs that were
under way, and where a run said how many rows it wrote, only as much as it said. So a change made beside a run, while it is under
way, is not taken for the run's own as long as the numbers tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from headwater.answers.changes.writings import TOLERANCE, Writing
from headwater.model.lakes import JOB_STAMP, POSITION_STAMP, RUN_STAMP
from headwater.model.times import Instant
from headwater.model.words import counted

MOST_TOGETHER = 14
"""Unstamped pieces of one run that are tried in every combination; of more only all together."""

Rule = Literal["stamp", "version", "run", "same content"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something written between two instants. `rows` are those that it added, `removed` those it took away; None where nobody says.

    `copied` are those among both that were only put into other files.
    """

    key: str
    start: Instant
    end: Instant
    version: str = ""
    parent: str = ""
    author: str = ""
    stamps: dict[str, str] = field(default_factory=dict)
    rows: int | None = None
    removed: int | None = None
    copied: int | None = None
    same_content: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a piece is explained, or in words why not. `doubtful` where something unseen could still explain it, or explains it badly."""

    rule: Rule | None
    writing: Writing | None = None
    why: str = ""
    doubtful: bool = False


def match(pieces: Sequence[Piece], writings: Sequence[Writing]) -> dict[str, Verdict]:
    """A verdict for every piece, by its key."""
    matched = _Matching(writings)
    for piece in pieces:
        if piece.same_content:
            matched.verdicts[piece.key] = Verdict("same content")
        elif RUN_STAMP in piece.stamps:
            matched.stamped(piece)
    rest = [piece for piece in pieces if piece.key not in matched.verdicts]
    matched.named(rest)
    matched.empty(rest)
    matched.counted(rest)
    matched.paired(rest)
    matched.uncounted(rest)
    for piece in rest:
        if piece.key not in matched.verdicts:
            matched.verdicts[piece.key] = matched.refused(piece)
    return matched.verdicts


class _Matching:
    """What was given to whom so far."""

    def __init__(self, writings: Sequence[Writing]) -> None:
        self._writings = sorted(writings, key=lambda writing: writing.start)
        self._given: dict[int, list[Piece]] = {}
        self._authors: dict[object, set[str]] = {}
        self.verdicts: dict[str, Verdict] = {}

    def stamped(self, piece: Piece) -> None:
        """Believe or refuse a stamp."""
        run = piece.stamps[RUN_STAMP]
        own = [writing for writing in self._writings if writing.run == run]
        if not own:
            why = "its stamp names a run that no event tells of as a writer of this dataset"
            self.verdicts[piece.key] = Verdict(None, None, why, doubtful=True)
            return
        writing = next((writing for writing in own if writing.overlaps(piece.start, piece.end)), None)
        if writing is None:
            own_open = any(writing.is_open and writing.start <= piece.end for writing in own)
            why = "its stamp names a run that was not under way then"
            self.verdicts[piece.key] = Verdict(None, own[-1], why, doubtful=own_open)
            return
        why = _misfit(piece, writing)
        if why:
            self.verdicts[piece.key] = Verdict(None, writing, why)
        elif self._is_full(writing, piece):
            why = f"its stamp names a run that wrote {counted(writing.rows or 0, 'row')} in all, which other commits hold already"
            self.verdicts[piece.key] = Verdict(None, writing, why)
        else:
            self._give(piece, writing, "stamp", doubtful=not _fits([piece], writing))

    def named(self, pieces: Iterable[Piece]) -> None:
        """Give what a run itself named by its version."""
        for piece in pieces:
            for writing in self._under_way(piece):
                if piece.version in writing.versions:
                    self._give(piece, writing, "version")
                    break

    def empty(self, pieces: Iterable[Piece]) -> None:
        """Give what touches no row, such as a new column, to a run that was under way, whatever it says it wrote."""
        for piece in pieces:
            if piece.key not in self.verdicts and piece.rows == 0 and not piece.removed:
                writing = next((writing for writing in self._under_way(piece) if self._author_fits(piece, writing)), None)
                if writing is not None:
                    self.verdicts[piece.key] = Verdict("run", writing)

    def counted(self, pieces: Iterable[Piece]) -> None:
        """Give pieces to runs that said how many rows they wrote: one that fits alone, then several that fit together."""
        left = [piece for piece in pieces if piece.key not in self.verdicts]
        for together in (False, True):
            for writing in sorted(self._writings, key=lambda known: known.end):
                if writing.rows is None or self._given.get(id(writing)):
                    continue  # because a run that says how much it wrote is accounted for by what it named itself
                candidates = [piece for piece in left if piece.key not in self.verdicts and self._may(piece, writing)]
                chosen = _several(candidates, writing) if together else _single(candidates, writing)
                for piece in chosen:
                    self._give(piece, writing, "run")

    def paired(self, pieces: Iterable[Piece]) -> None:
        """Give a deletion to the run whose rows took its place at once: some writers overwrite in two commits."""
        after = {piece.parent: piece for piece in pieces if piece.parent}
        for piece in pieces:
            follower = after.get(piece.version)
            verdict = self.verdicts.get(follower.key) if follower is not None else None
            if piece.key in self.verdicts or follower is None or verdict is None or verdict.writing is None or verdict.rule is None:
                continue
            at_once = follower.end - piece.end <= TOLERANCE and piece.author == follower.author
            if at_once and not piece.rows and piece.removed and verdict.writing.overlaps(piece.start, piece.end):
                self._give(piece, verdict.writing, verdict.rule)

    def uncounted(self, pieces: Iterable[Piece]) -> None:
        """Give what is left to runs that said nothing of rows and that no stamp shows to mark what they write.

        First what was written while they were under way; only a run that has nothing by then may owe its own to clocks that differ.
        """
        left = [piece for piece in pieces if piece.key not in self.verdicts]
        for tolerance in (Instant(0), TOLERANCE):
            exact = {number for number, given in self._given.items() if given} if tolerance else set()
            for piece in left:
                if piece.key not in self.verdicts:
                    self._give_uncounted(piece, tolerance, exact)

    def _give_uncounted(self, piece: Piece, tolerance: Instant, exact: set[int]) -> None:
        for writing in self._under_way(piece, tolerance):
            marks = any(RUN_STAMP in given.stamps for given in self._given.get(id(writing), ()))
            unknown = piece.rows is None and writing.rows is not None and not self._given.get(id(writing))
            takes = (writing.rows is None or unknown) and not marks and id(writing) not in exact
            if takes and self._author_fits(piece, writing):
                self._give(piece, writing, "run", doubtful=unknown)
                return

    def refused(self, piece: Piece) -> Verdict:
        """Why nothing explains a piece."""
        near = self._under_way(piece)
        if near:
            best = near[-1]
            if best.rows is not None and piece.rows is not None:
                given = any(self._given.get(id(writing)) for writing in near)
                rest = "which another commit holds" if given else f"and this holds {piece.rows:,}"
                why = f"a run was under way that wrote {counted(best.rows, 'row')}, {rest}"
                return Verdict(None, best, why, doubtful=not given)
            if any(RUN_STAMP in known.stamps for known in self._given.get(id(best), ())):
                return Verdict(None, best, "a run was under way that marks what it writes, and this is not marked")
            return Verdict(None, best, "a run was under way, but this was written by somebody who never wrote for its job")
        waiting = [writing for writing in self._writings if writing.is_open and writing.start <= piece.end]
        if waiting:
            return Verdict(None, waiting[-1], "no run was under way, though one that began before has told no end", doubtful=True)
        return Verdict(None, None, "no run that writes this dataset was under way")

    def _under_way(self, piece: Piece, tolerance: Instant = TOLERANCE) -> list[Writing]:
        return [writing for writing in self._writings if writing.overlaps(piece.start, piece.end, tolerance)]

    def _may(self, piece: Piece, writing: Writing) -> bool:
        return piece.rows is not None and writing.overlaps(piece.start, piece.end) and self._author_fits(piece, writing)

    def _author_fits(self, piece: Piece, writing: Writing) -> bool:
        """Whether somebody writes who wrote for this job before, as far as that is known."""
        known = self._authors.get(writing.job)
        return not piece.author or not known or piece.author in known

    def _is_full(self, writing: Writing, piece: Piece) -> bool:
        """Whether a run's rows are all accounted for already, so that one more piece that adds rows cannot be its own.

        Rewriting a file counts its rows as removed and added, so only what is more than before is added.
        """
        added = [_growth(given) for given in self._given.get(id(writing), [])]
        return any(added) and writing.rows is not None and _growth(piece) > 0 and sum(added) >= writing.rows

    def _give(self, piece: Piece, writing: Writing, rule: Rule, *, doubtful: bool = False) -> None:
        self._given.setdefault(id(writing), []).append(piece)
        if piece.author:
            self._authors.setdefault(writing.job, set()).add(piece.author)
        self.verdicts[piece.key] = Verdict(rule, writing, doubtful=doubtful)


def _misfit(piece: Piece, writing: Writing) -> str:
    """What else a stamp says that is not so of the run; empty where all is."""
    job = piece.stamps.get(JOB_STAMP, "")
    if job and job not in (writing.job.name, str(writing.job), f"{writing.job.namespace}:{writing.job.name}"):
        return "its stamp names a job that is not that of the run it names"
    position = piece.stamps.get(POSITION_STAMP, "")
    if position and position not in map(str, writing.positions):
        return "its stamp names an entry of the ledger that is not of the run it names"
    return ""


def _growth(piece: Piece) -> int:
    """How many rows more there are after a piece, none where there are fewer or nobody says."""
    return max(0, (piece.rows or 0) - (piece.removed or 0))


def _amounts(piece: Piece) -> set[int]:
    """What a run may count of a piece: rows added; where rows were taken away too, also the net and those taken away.

    Of rows that were only copied it may count none.
    """
    assert piece.rows is not None
    removed, copied = piece.removed or 0, piece.copied or 0
    if not removed:
        return {piece.rows}
    own = {piece.rows - copied, removed - copied} if copied <= min(piece.rows, removed) else set()
    return {piece.rows, piece.rows - removed, removed, removed - piece.rows, *own}


def _fits(pieces: Sequence[Piece], writing: Writing) -> bool:
    """Whether pieces together hold what a run says it wrote; also where one of the two does not say."""
    if writing.rows is None or any(piece.rows is None for piece in pieces):
        return True
    if len(pieces) == 1:
        return writing.rows in _amounts(pieces[0])
    return sum(piece.rows or 0 for piece in pieces) == writing.rows


def _single(candidates: Sequence[Piece], writing: Writing) -> Sequence[Piece]:
    """The piece that holds just what a run wrote; of several the one nearest to the run's end."""
    fitting = [piece for piece in candidates if _fits([piece], writing)]
    return [min(fitting, key=lambda piece: (abs(writing.end - piece.end), piece.end, piece.key))] if fitting else ()


def _several(candidates: Sequence[Piece], writing: Writing) -> Sequence[Piece]:
    """The one set of pieces that together hold what a run wrote; none where several sets do."""
    if len(candidates) > 1 and _fits(candidates, writing):
        return candidates
    if len(candidates) > MOST_TOGETHER:
        return ()
    fitting = [chosen for size in range(2, len(candidates)) for chosen in combinations(candidates, size) if _fits(chosen, writing)]
    return fitting[0] if len(fitting) == 1 else ()
