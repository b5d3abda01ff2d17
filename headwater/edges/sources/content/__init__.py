"""Reads files and streams of rows and gives digests of their content.

`logical` names types without what only says how they are stored; `plain` brings Arrow arrays into one plain form; `columns` hashes that
form value by value in order, `rows` hashes it row by row regardless of order; `parquet` and `delimited` read files; `digest` is the door.
Docs/decisions/0015-content-identity.md says why each is as it is, and `capture/lakes/content` combines what comes out.
"""
