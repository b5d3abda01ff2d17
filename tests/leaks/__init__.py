"""Made-up pipelines of real SQL in which sensitive columns leak or do not, with the truth about each.

`holding.py` says what a column truly holds, `dialects.py` how engines write things, `passing.py` what can happen to a column on its way,
`tables.py` in which forms a statement writes a table, `pipelines.py` draws whole pipelines from a seed, `recording.py` tells Headwater
of them as producers and people would, `played.py` runs them on DuckDB to see that the truth is true, `scoring.py` counts.
"""
