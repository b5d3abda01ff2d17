"""A form that values of a type have, and the test of a whole column against it.

That a value passes a check digit proves little: one number in ten passes modulo ten. So a column's share of passes is set against
the share that passes by chance, and chance is measured on the column itself: the digits of each place are dealt out anew among its values,
which keeps every place's own digits and breaks what ties them to the check digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from headwater.capture.classify.reading import Look, spread
from headwater.capture.classify.weighing import check_weight, ratio_weight
from headwater.model.sensitivity.classification import ValueEvidence

Check = Callable[[str], bool]
PROBED = 24
CHECKED = 120
ENOUGH_TO_DEAL = 12
EXPECTED_FORM, EXPECTED_PASS = 0.93, 0.985


@dataclass(frozen=True)
class Form:
    """How values of a type are written, what that alone is worth in log-odds, and the check they pass, if any.

    `compact` forms are tested without blanks, dots and dashes. `chance` is the share of values in this form that pass the check for no reason.
    A check of ranges keeps its nominal chance (`dealt` is false), because dealing digits anew within each place does not break it.
    """

    info_type: str
    expression: str
    worth: float
    check: Check | None = None
    chance: float = 0.1
    cap: float = 8.0
    compact: bool = False
    provider: str | None = None
    expected: float = EXPECTED_PASS
    dealt: bool = True
    checked: int = CHECKED

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression)


def test_form(form: Form, look: Look) -> ValueEvidence | None:
    """What a column's values say for a form; None where hardly any has it."""
    values = look.compact if form.compact else look.values
    match = form.pattern.fullmatch
    probed = spread(values, PROBED)
    if not any(map(match, probed)):
        return None
    having = [value for value in values if match(value)]
    share = len(having) / len(values)
    if share < 0.3:
        return None
    weight = ratio_weight(len(having), len(values), expected=EXPECTED_FORM, chance=0.02, cap=max(form.worth, 0.0)) + min(form.worth, 0.0)
    passed = chance = None
    if form.check is not None:
        chosen = spread(having, form.checked)
        passed = sum(_holds(form.check, value) for value in chosen)
        chance = _measured_chance(form, chosen)
        weight += check_weight(passed, len(chosen), expected=form.expected, chance=chance, cap=form.cap)
        passed = round(passed * len(having) / len(chosen))
    return ValueEvidence(
        method="check" if form.check else "form",
        tested=len(values),
        matched=len(having),
        passed=passed,
        chance_ratio=None if chance is None else round(chance, 3),
        weight=round(weight, 2),
        provider=form.provider,
    )


def _holds(check: Check, value: str) -> bool:
    try:
        return bool(check(value))
    except (ValueError, IndexError, KeyError, TypeError):
        return False


def _measured_chance(form: Form, values: Sequence[str]) -> float:
    """The share of passes among values made of this column's own characters, dealt out anew at each place."""
    assert form.check is not None
    if len(values) < ENOUGH_TO_DEAL or not form.dealt:
        return form.chance
    dealt = deal(values)
    passes = sum(_holds(form.check, value) for value in dealt)
    measured = (passes + form.chance * 4) / (len(dealt) + 4)
    return min(max(measured, form.chance * 0.6), 0.97)


def deal(values: Sequence[str]) -> list[str]:
    """New values of the same lengths whose digit at each place is that of another value at the same place; always the same."""
    by_length: dict[int, list[str]] = {}
    for value in values:
        by_length.setdefault(len(value), []).append(value)
    dealt = []
    for length, group in sorted(by_length.items()):
        many = len(group)
        for index in range(many):
            picked = [group[(index * (2 * place + 1) + place * place * 7 + 3 * place) % many][place] for place in range(length)]
            own = group[index]
            dealt.append("".join(new if new.isdigit() and old.isdigit() else old for new, old in zip(picked, own, strict=True)))
    return dealt[:60]
