"""Sensitivity: what columns hold by themselves, what each hop leaves of it, and where it therefore is.

`seeds.py` is what labels start from, `transfers.py` what hops leave, `map.py` what comes of both.
"""
