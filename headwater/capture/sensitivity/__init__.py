"""What is recorded of sensitivity: `checks.py` says at intake what a document must hold beyond its form, `translate.py` makes facts of it.

The words are in `model/sensitivity/documents.py`; what becomes of the facts in `projections/sensitivity/`.
"""
