"""Tells what a column holds from a sample of its values, its name and its lineage; pure, no model, no network.

`classify.py` weighs the three witnesses. `values/` is the first, `names.py` with `naming.py` the second; lineage comes in as an argument.
`catalogue.py` lists the types. Read docs/decisions/0022-how-witnesses-combine.md next.
"""

from headwater.capture.classify.classify import CLASSIFIER, classify

__all__ = ["CLASSIFIER", "classify"]
