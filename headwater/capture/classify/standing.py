"""How a recorded verdict stands by what its column says itself, without what lineage brought to it.

What arrives by lineage is carried there as long as it is true; a label that rested on it would stay when its source is withdrawn.
"""

from __future__ import annotations

from headwater.capture.classify.weighing import (
    BY_FORM_OR_NAME,
    LABELLED_FROM,
    LEARNED_SUSPECTS_FROM,
    NAME_SUSPECTS_FROM,
    SUSPECTED_FROM,
    VALUES_SUPPORT_FROM,
    confidence_of,
)
from headwater.model.sensitivity.classification import Evidence, State


def confidence_without_lineage(evidence: Evidence) -> float:
    """How sure a type is by the prior, the values, the name and what people decided of like-named columns."""
    witnesses = (evidence.values, evidence.name, evidence.learned)
    return confidence_of(evidence.prior + sum(witness.weight for witness in witnesses if witness is not None))


def state_without_lineage(state: State, evidence: Evidence) -> State:
    """The state that a type would have; never a stronger one than it has."""
    if state not in ("labelled", "suspected") or evidence.lineage is None or evidence.lineage.weight <= 0:
        return state
    values = evidence.values.weight if evidence.values is not None else 0.0
    name = evidence.name.weight if evidence.name is not None else 0.0
    confidence = confidence_without_lineage(evidence)
    if state == "labelled" and confidence >= LABELLED_FROM and values >= VALUES_SUPPORT_FROM:
        return "labelled"
    learned = evidence.learned.weight if evidence.learned is not None else 0.0
    told = (name >= NAME_SUSPECTS_FROM or learned >= LEARNED_SUSPECTS_FROM) and values > BY_FORM_OR_NAME
    return "suspected" if confidence >= SUSPECTED_FROM or told else "abstain"
