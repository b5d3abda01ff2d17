"""Play the administrator who edits the record: change one byte of an entry in a home's ledger, past all of Headwater.

python3 examples/first/tamper.py .headwater
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path


def tamper(ledger: Path) -> None:
    """Flip one bit in the middle of the first segment's envelopes."""
    with sqlite3.connect(ledger) as database:
        first, envelopes = database.execute("SELECT first, envelopes FROM segments ORDER BY first LIMIT 1").fetchone()
        changed = bytearray(envelopes)
        changed[len(changed) // 2] ^= 1
        database.execute("UPDATE segments SET envelopes = ? WHERE first = ?", (bytes(changed), first))
    database.close()


if __name__ == "__main__":
    tamper(Path(sys.argv[1]) / "ledger.sqlite")
    print("one bit changed")
