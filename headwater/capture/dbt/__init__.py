"""dbt: artefacts become one document per node, documents are accepted once and translated as often as views are rebuilt.

`artifacts.py` and `project.py` read a target folder's files, `documents.py` takes them apart, `accept.py` is what intake calls and
`translate.py` what the follower calls; `reading.py` and `described.py` are parts of that. `naming.py` says what dbt's relations are
called elsewhere. What is said of a project without a ledger is in `headwater/answers/dbt`.
"""
