"""Lineage: what runs claim, which derivations that makes, when they held, and the graphs woven from them.

`runs.py` adds up what a run said, `claims.py` reads claims from it, `derivations.py` keeps them over both times,
`incarnations.py` tells what a name meant when, `weave.py` puts edges into the graphs of `projections/graph`.
"""
