"""Classifies columns: samples each dataset where it lies and weighs the samples. Files need no home, and nothing here needs a server.

`files.py`, `lakes.py` and `databases.py` find the datasets of a place, `verdicts.py` is common to them.
"""
