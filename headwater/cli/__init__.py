"""The command line: `headwater <noun> <verb>`.

`main.py` is the entry and turns every ending into an exit code; `tree.py` hangs the commands together without importing what they
need; each `*_commands.py` holds the commands of a noun; `asking.py` finds the right client and shows its answers; `render/` draws.
"""
