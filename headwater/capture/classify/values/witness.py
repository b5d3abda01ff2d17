"""All that the values of a column say, by type."""

from __future__ import annotations

from headwater.capture.classify.reading import Look
from headwater.capture.classify.values.accounts import ACCOUNTS
from headwater.capture.classify.values.contact import CONTACT, phones
from headwater.capture.classify.values.formats import Form, test_form
from headwater.capture.classify.values.medical import MEDICAL
from headwater.capture.classify.values.national import NATIONAL
from headwater.capture.classify.values.people import birth_dates, people
from headwater.model.sensitivity.classification import ValueEvidence

FORMS: tuple[Form, ...] = (*CONTACT, *ACCOUNTS, *MEDICAL, *NATIONAL)
TOLD_BY_FORM = frozenset(form.info_type for form in FORMS) | {"PHONE", "BIRTH_DATE"}
_LONGEST_NUMBER = 40


def values_say(look: Look) -> dict[str, ValueEvidence]:
    """The evidence of the values for every type that some of them point to."""
    found: dict[str, ValueEvidence] = {}
    if not look.size:
        return found
    for form in FORMS:
        if form.compact and (look.digit_share < 0.3 or look.mean_length > _LONGEST_NUMBER):
            continue
        _keep(found, form.info_type, test_form(form, look))
    if look.digit_share > 0.4:
        _keep(found, "PHONE", phones(look))
        _keep(found, "BIRTH_DATE", birth_dates(look))
    for info_type, evidence in people(look).items():
        _keep(found, info_type, evidence)
    return found


def _keep(found: dict[str, ValueEvidence], info_type: str, evidence: ValueEvidence | None) -> None:
    """Of several forms of one type the best counts."""
    if evidence is not None and (info_type not in found or found[info_type].weight < evidence.weight):
        found[info_type] = evidence
