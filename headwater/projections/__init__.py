"""Folds: facts in, views out. Mutable in memory, pure in effect: the same facts give the same view in any order.

`views.py` bundles them at one position; `statements.py` runs ahead and asks the analyser; `derivations.py` is the lineage itself.
"""
