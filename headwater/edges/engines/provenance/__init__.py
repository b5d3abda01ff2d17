"""Runs rewritten statements on DuckDB, with sets of batches as bits of a word.

`sets` is how a set is held, `lending` fills a locked database with the rows of versions, `asking` runs what was rewritten over them.
"""
