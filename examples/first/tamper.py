"""Play the administrator who edits the record: change who reported an entry in a home's ledger, past all of Headwater.

python3 examples/first/tamper.py .headwater
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path


def tamper(ledger: Path) -> None:
    """Give the first entry that the home's owner recorded another producer of the same length."""
    database = sqlite3.connect(ledger)
    with database:
        first, envelopes = database.execute("SELECT first, envelopes FROM segments ORDER BY first LIMIT 1").fetchone()
        database.execute("UPDATE segments SET envelopes = ? WHERE first = ?", (envelopes.replace(b"local", b"other", 1), first))
    database.close()


if __name__ == "__main__":
    tamper(Path(sys.argv[1]) / "ledger.sqlite")
    print("one name changed")
