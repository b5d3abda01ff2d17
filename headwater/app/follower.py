"""Follows the ledger: entries to facts to views. The only writer of views; saves them and starts again from there.

Statements run ahead: a chunk of entries is translated, the analyses it needs are done by the workers, and only then is the
chunk folded under the lock, so that readers always see every view at one position.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from headwater.app.analysis import Analyser, Workers
from headwater.app.logs import log_fault
from headwater.capture.sql import ANALYSER
from headwater.capture.translate import translate
from headwater.model.entries import Entry
from headwater.model.errors import HeadwaterError
from headwater.model.facts import Fact, GapSeen, StatementSeen
from headwater.projections.keys import Keys
from headwater.projections.saved import capture, restore
from headwater.projections.statements import AnalysisRequest, Statements
from headwater.projections.views import FORMAT, Views, ViewStore

CHUNK = 128
CHUNK_BYTES = 4 * 1024 * 1024
"""Entries are folded together up to this size: their facts take many times the memory."""
IDLE_SECONDS = 0.02
SAVE_SECONDS = 15.0
SAVE_SHARE = 50
"""Saving takes at most one fiftieth of the time, however large the views are."""
VERSION = f"{FORMAT}/{ANALYSER}"

Progress = Callable[[int, int], None]
Rest = Callable[[float, threading.Event], None]
"""Rests after a chunk: told the processor seconds it took, and the event by which a waiting reader cuts the rest short."""


class Entries(Protocol):
    """The part of a ledger that a follower needs."""

    @property
    def size(self) -> int:
        """How many entries there are now."""

    def read(self, start: int, stop: int | None = None) -> Iterator[Entry]:
        """Entries in order."""


class Follower:
    """Keeps views up with a ledger, on a thread of its own (`start`) or on demand (`catch_up`)."""

    def __init__(self, ledger: Entries, store: ViewStore, analyser: Analyser | None = None, *, rest: Rest = lambda *_: None) -> None:
        self._ledger = ledger
        self._store = store
        self._analyser = analyser if analyser is not None else Analyser(Workers(1))
        self._rest = rest
        self._lock = threading.RLock()
        self._step_lock = threading.Lock()
        self._moved = threading.Condition()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._saved_at: int | None = None
        self._saved_when, self._save_every = time.monotonic(), SAVE_SECONDS
        self._chunk_began: float | None = None
        self.fault: BaseException | None = None
        """What stopped the thread, if anything did; readiness checks look here."""
        self._views, self._statements = Views(), Statements()
        self._load()
        self._views.analysers = {"sql": ANALYSER}

    @property
    def position(self) -> int:
        """How many entries are folded."""
        return self._views.folded

    @property
    def ledger_size(self) -> int:
        """How many entries there are to fold."""
        return self._ledger.size

    @property
    def lag(self) -> int:
        """How many entries are not folded yet."""
        return max(0, self._ledger.size - self._views.folded)

    @property
    def busy_seconds(self) -> float:
        """How long the entries that are being folded have taken so far."""
        began = self._chunk_began
        return time.monotonic() - began if began is not None else 0.0

    def keys(self) -> tuple[int, Keys]:
        """API keys as far as folded, and how far that is; never waits for a chunk under way, as every request needs them.

        Copying a dict is one step to the interpreter, and what a chunk under way adds to keys is right already.
        """
        views = self._views
        folded = views.folded
        return folded, Keys(records=dict(views.keys.records), revoked=dict(views.keys.revoked))

    @contextmanager
    def reading(self) -> Iterator[Views]:
        """All views at one position; hold it briefly."""
        with self._lock:
            yield self._views

    def start(self) -> None:
        """Follow on a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        """Say that entries were appended, so that they are folded without waiting."""
        self._wake.set()

    def stop(self) -> None:
        """Stop following, save, let the workers go."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self.fault is None:
            self.save()
        self._analyser.close()
        self._store.close()

    def wait_for(self, position: int, timeout_seconds: float = 10.0) -> bool:
        """Wait until the entry at `position` is in the views; False when it is not within the time."""
        self._wake.set()
        with self._moved:
            return self._moved.wait_for(lambda: self._views.folded > position or self.fault is not None, timeout_seconds) and (
                self.fault is None
            )

    def catch_up(self, progress: Progress | None = None) -> None:
        """Fold everything there is now, on the calling thread."""
        target = self._ledger.size
        start = self._views.folded
        while self._views.folded < target and not self._stopping:
            if not self._step():
                break
            if progress is not None:
                progress(self._views.folded - start, target - start)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Fold the whole ledger anew beside the live views, then swap and save."""
        fresh = Follower(self._ledger, _Nothing(), self._analyser)
        fresh.catch_up(progress)
        with self._step_lock, self._lock:
            fresh.catch_up()
            self._views, self._statements = fresh._views, fresh._statements
            self._saved_at = None
        self.save()

    def save(self) -> bool:
        """Write what changed since the last save; False when another process saved meanwhile or nothing changed."""
        with self._step_lock:
            return self._save()

    def _save(self) -> bool:
        if self._saved_at == self._views.folded:
            return False
        with self._lock:
            started = time.monotonic()
            state = capture(self._views, self._statements, VERSION)
        done = self._store.save(state, base=self._saved_at)
        self._saved_at, self._saved_when = state.position, time.monotonic()
        self._save_every = max(SAVE_SECONDS, SAVE_SHARE * (self._saved_when - started))
        return done

    def _load(self) -> None:
        state = self._store.load(VERSION)
        if state is None or state.position > self._ledger.size:
            return
        try:
            self._views, self._statements = restore(state)
            self._saved_at = state.position
        except (msgspec.DecodeError, ValueError, TypeError, KeyError, IndexError, HeadwaterError):
            self._views, self._statements = Views(), Statements()

    def _run(self) -> None:
        try:
            while not self._stopping:
                began = time.thread_time()
                if self._step():
                    self._rest(time.thread_time() - began, self._wake)
                else:
                    self._wake.wait(IDLE_SECONDS)
                    self._wake.clear()
                if time.monotonic() - self._saved_when > self._save_every:
                    self.save()
        except BaseException as fault:  # noqa: BLE001  # because the thread ends here: readiness and one line of the log tell of it
            self.fault = fault
            log_fault("follower-stopped", fault, position=self._views.folded)
            with self._moved:
                self._moved.notify_all()

    def _step(self) -> bool:
        """Fold the next chunk; False when there is none."""
        with self._step_lock:
            self._chunk_began = time.monotonic() if self._ledger.size > self._views.folded else None
            moved = self._fold_chunk()
            self._chunk_began = None
        if moved:
            with self._moved:
                self._moved.notify_all()
        return moved

    def _fold_chunk(self) -> bool:
        start = self._views.folded
        entries = self._chunk(start) if self._ledger.size > start else []
        if not entries:
            return False
        told = [(entry, self._translated(entry)) for entry in entries]
        analysed = self._analysed(told)
        with self._lock:
            for entry, facts in told:
                self._fold(entry, [*facts, *analysed.get(entry.position, ())])
            self._views.flush()
        self._tidy()
        return True

    def _chunk(self, start: int) -> list[Entry]:
        """The next entries: a few, and not very many bytes."""
        entries: list[Entry] = []
        size = 0
        for entry in self._ledger.read(start, start + CHUNK):
            entries.append(entry)
            size += len(entry.payload.public) if entry.payload is not None else 0
            if size >= CHUNK_BYTES:
                break
        return entries

    def _translated(self, entry: Entry) -> list[Fact]:
        try:
            return translate(entry)
        except Exception as fault:  # noqa: BLE001  # because one entry must not stop all others: it becomes a gap
            return [_unfolded(entry, fault)]

    def _fold(self, entry: Entry, facts: list[Fact]) -> None:
        try:
            self._views.fold(entry.position, facts)
        except Exception as fault:  # noqa: BLE001  # because one entry must not stop all others: it becomes a gap
            self._views.give_up(_unfolded(entry, fault))

    def _analysed(self, told: list[tuple[Entry, list[Fact]]]) -> dict[int, list[Fact]]:
        """The statements that a chunk makes necessary to analyse, by the entry that does."""
        seen = [fact.statement for _, facts in told for fact in facts if isinstance(fact, StatementSeen)]
        self._analyser.prefetch(list(dict.fromkeys(seen)))
        analysed: dict[int, list[Fact]] = {}
        requests: list[AnalysisRequest] = []
        for entry, facts in told:
            try:
                requests.extend(self._statements.fold(entry.position, facts, self._analyser))
            except Exception as fault:  # noqa: BLE001  # because one entry must not stop all others: it becomes a gap
                analysed.setdefault(entry.position, []).append(_unfolded(entry, fault))
        for request, lineage in zip(requests, self._analyser.analyse(requests), strict=True):
            analysed.setdefault(request.position, []).extend([request.answered(lineage), *request.refused(lineage)])
        return analysed

    def _tidy(self) -> None:
        """Merge the graphs' small deltas into their bases, beside the readers, and swap."""
        weave = self._views.derivations.weave
        for graph in (weave.column_graph, weave.dataset_graph):
            if graph.needs_rebuild:
                rebuilt = graph.rebuilt()
                with self._lock:
                    graph.adopt(rebuilt)


def _unfolded(entry: Entry, fault: Exception) -> GapSeen:
    """What is said of an entry that a fault of ours kept out of the views; kinds and places only, never values."""
    place = fault.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).stem}:{place.tb_lineno}" if place is not None else "unknown place"
    return GapSeen(
        position=entry.position,
        at=entry.envelope.received,
        code="ENTRY-UNFOLDED",
        subject=f"entry:{entry.position}",
        detail=f"a fault kept this entry out of the views, wholly or in part ({type(fault).__name__} in {where})",
    )


class _Nothing:
    """A view store for views that are about to be handed over."""

    def load(self, version: str) -> None:
        """Nothing is kept."""

    def save(self, state: object, *, base: int | None) -> bool:
        """Nothing is kept."""
        return False

    def close(self) -> None:
        """Nothing to close."""
