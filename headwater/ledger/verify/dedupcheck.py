"""The store's dedup index against the envelopes: a key too few lets a replay in twice, a key too many would swallow an event."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.ledger.ports import RECORD_BYTES, DedupRun, StoreView
from headwater.ledger.verify.problems import Problems

_KEY_BYTES = 16
_UNKNOWN = b""


class DedupCheck:
    """Takes dedup keys in order of position and compares each stored run once its entries are through."""

    def __init__(self, view: StoreView, size: int, problems: Problems) -> None:
        self._size, self._problems = size, problems
        self._runs = view.dedup_runs()
        self._keys: list[bytes] = []
        self._first = 0
        self._run = self._next_run()

    def add(self, keys: Sequence[bytes]) -> None:
        """The keys of the next entries; an empty one stands for an entry that cannot be read."""
        if self._run is None:
            return
        self._keys.extend(keys)
        while self._run is not None and self._first + len(self._keys) >= self._run.stop:
            self._compare(self._run)
            self._run = self._next_run()

    def skip(self, count: int) -> None:
        """Entries whose keys are not known."""
        self.add([_UNKNOWN] * count)

    def finish(self) -> None:
        """Report what is left over."""
        if self._run is not None:
            self._problems.add(self._run.first, f"the dedup index covers entries up to {self._run.stop - 1}, which are not there")

    def _next_run(self) -> DedupRun | None:
        """The next usable run; runs that do not join the one before are reported and passed over."""
        for run in self._runs:
            if run.fault:
                self._problems.add(run.first, f"the dedup index of entries {run.first} to {run.stop - 1}: {run.fault}")
            if run.first != self._first or not run.first < run.stop <= self._size:
                self._problems.add(
                    min(run.first, self._first), f"the dedup index has a run over {run.first} to {run.stop - 1}, which does not fit"
                )
                continue
            return run
        return None

    def _compare(self, run: DedupRun) -> None:
        count = run.stop - run.first
        keys, self._keys = self._keys[:count], self._keys[count:]
        self._first = run.stop
        records = [key + position.to_bytes(8, "big") for position, key in enumerate(keys, run.first) if key]
        records.sort()
        if b"".join(records) != run.records:
            self._report(run, records, complete=_UNKNOWN not in keys)

    def _report(self, run: DedupRun, expected: list[bytes], *, complete: bool) -> None:
        stored = [run.records[at : at + RECORD_BYTES] for at in range(0, len(run.records), RECORD_BYTES)]
        for record in sorted(set(expected) - set(stored), key=_position):
            self._problems.add(_position(record), "its dedup key is not in the index as recorded")
        strays = set(stored) - set(expected)
        if strays and complete:
            claimed = max(min(map(_position, strays)), run.first)
            self._problems.add(claimed, f"the dedup index of entries {run.first} to {run.stop - 1} holds {len(strays)} keys of no entry")
        if stored != sorted(set(stored)):
            self._problems.add(run.first, f"the dedup index of entries {run.first} to {run.stop - 1} is out of order")


def _position(record: bytes) -> int:
    return int.from_bytes(record[_KEY_BYTES:], "big")
