"""Lineage: what runs claim, which derivations that makes, when they held, and the graphs woven from them.

`runs.py` adds up what a run said, `claims.py` reads claims from it, `derivations.py` keeps them over both times, each in a
record of `derivation.py`. `wipes.py` and `spans.py` tell when a derivation held, `incarnations.py` what a name meant when,
`aliases.py` which names are one; `weave.py` puts edges into the graphs of `projections/graph`.
"""
