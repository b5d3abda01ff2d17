"""Lineage of SQL texts on their own: no home, no ledger, no server.

`catalog` knows tables from a schema file, `lineage` reads one text, `requests` and `batch` read a stream of them,
`apart` and `worker` do the reading in a process that a text may end.
What a statement means is decided in `headwater.capture.sql`; here its answer gets the shape that people and programs are given.
"""
