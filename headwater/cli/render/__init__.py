"""Answers as people see them: tables and trees for a terminal, pictures as SVG and HTML.

Nothing here asks, reads or computes an answer. `tables.py` and `tree.py` write to a terminal; a picture is made in steps:
`diagram.py` (what to draw), `collapse.py` (when there is too much of it), `layers.py` and `placement.py` (where), `svg.py`, `page.py`.
"""
