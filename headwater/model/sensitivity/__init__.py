"""The words for what is sensitive: types of information, verdicts on columns, labels and how they pass on, and what people decide.

`info_types.py` is the catalogue, `classification.py` what looking at a column gives, `labels.py` the lattice that labels live in,
`documents.py` what is recorded of all that, `facts.py` what translators make of it, `answers.py` what people are told.
"""
