"""What recognisers that others wrote say of values, as evidence of the values: counted, weighed and bounded like our own.

They only speak for a type; that they find nothing says nothing, as nobody knows what they look for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from headwater.capture.classify.weighing import ratio_weight
from headwater.model.sensitivity.classification import ValueEvidence

_WHOLE, _WITHIN = (0.85, 0.03, 5.0), (0.2, 0.01, 4.0)
"""The share that is expected, the share that chance gives, and the most that it weighs: of whole values, and within texts."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """That a recogniser found a type in so many of the values that it was shown."""

    info_type: str
    recogniser: str
    matched: int
    tested: int


def recognised_says(heard: Iterable[Recognised], *, in_texts: bool) -> dict[str, ValueEvidence]:
    """The evidence of recognisers by type; of several the one that says most."""
    found: dict[str, ValueEvidence] = {}
    for each in heard:
        expected, chance, cap = _WITHIN if in_texts else _WHOLE
        weight = round(ratio_weight(each.matched, each.tested, expected=expected, chance=chance, cap=cap), 2)
        if weight > 0 and (each.info_type not in found or found[each.info_type].weight < weight):
            found[each.info_type] = ValueEvidence(
                method="recogniser", tested=each.tested, matched=each.matched, weight=weight, provider=each.recogniser[:200]
            )
    return found
