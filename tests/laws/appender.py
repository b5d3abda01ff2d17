"""A process that appends to a ledger until it is done or killed, and tells each acknowledgement at once.

    python -m tests.laws.appender LEDGER FIRST_NUMBER BATCHES

Writes `ack NUMBER POSITION` for every observation acknowledged, `fault` for every append that failed, before trying it again; `done` last.
"""

from __future__ import annotations

import random
import sys

from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.ledger.ledger import Ledger
from headwater.model.errors import StoreFault
from tests.ledgers import SIGNER, observed

MOST_FAULTS = 2000


def main() -> None:
    """Append batches of changing size; every fifth observation is a replay."""
    path, first, batches = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance, number, faults = random.Random(first), first, 0
    ledger = None
    while batches and faults < MOST_FAULTS:
        count = chance.choice((1, 2, 30, 256))
        numbers = [*range(number, number + count), *range(max(number - count // 5, first), number)]
        try:
            ledger = ledger or Ledger(SqliteEntryStore(path, run_entries=500), SIGNER)
            receipts = ledger.append([observed(one, size=chance.choice((40, 400, 3000))) for one in numbers])
        except StoreFault:
            faults += 1
            print("fault", flush=True)
            continue
        print("".join(f"ack {one} {receipt.position}\n" for one, receipt in zip(numbers, receipts, strict=True)), end="", flush=True)
        number, batches = number + count, batches - 1
    print("done", flush=True)


if __name__ == "__main__":
    main()
