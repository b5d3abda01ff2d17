"""Is this batch like those before it? Held against the history of its own source: `judge.py` is the door."""
