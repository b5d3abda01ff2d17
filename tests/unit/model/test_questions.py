from __future__ import annotations

from typing import Any

import pytest

from headwater.model.errors import UsageError
from headwater.model.questions import MAX_LIMIT, ImpactQuestion, LineageQuestion


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("direction", "sideways"),
        ("direction", ["up"]),
        ("depth", 0),
        ("depth", -1),
        ("depth", "2"),
        ("limit", 0),
        ("limit", MAX_LIMIT + 1),
        ("columns", "yes"),
        ("node", 5),
        ("known_at", "now"),
    ],
)
def test_a_question_refuses_what_does_not_fit_whoever_builds_it(field: str, value: Any) -> None:
    with pytest.raises(UsageError) as refused:
        LineageQuestion(**{"node": "orders", field: value})
    assert refused.value.problem.startswith(f"cannot ask `lineage`: parameter `{field}`: expected ")
    assert refused.value.next_step == "headwater lineage --help"


def test_a_choice_is_refused_by_naming_what_there_is_and_not_what_was_given() -> None:
    with pytest.raises(UsageError) as refused:
        LineageQuestion(node="orders", direction="sideways")  # type: ignore[arg-type]  # because that is what is refused
    assert refused.value.problem.endswith("expected one of `up`, `down`, `both`")


def test_what_is_in_range_is_a_question() -> None:
    assert LineageQuestion(node="orders", direction="both", depth=1, limit=MAX_LIMIT).depth == 1
    assert ImpactQuestion(node="orders").depth is None
