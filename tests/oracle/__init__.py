"""The oracle: what DuckDB shows when data changes, held against what the SQL engine says flows where.

`cases` reads the corpus, `domains` finds out which values a statement's columns should hold, `data` makes tables of them, `experiment`
changes one source after the other and notes which outputs move, `verdict` compares that with the lineage, `fuzzing` makes statements up.
`python -m tests.oracle` (or `make oracle`) runs all of it and prints a table.
"""
