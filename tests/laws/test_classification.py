"""Laws of classification: order does not matter, noise changes no type, a useless name raises nothing, odd input is no trouble."""

from __future__ import annotations

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.capture.classify import classify
from headwater.capture.classify.weighing import ratio_weight
from headwater.model.sensitivity.classification import ColumnSample
from headwater.model.sensitivity.info_types import INFO_TYPES
from tests.unit.capture.classify.samples import column, digits, drawn, nhs_number, part_number, ssn, verdict, with_luhn

KINDS = {
    "US_SSN": ssn,
    "UK_NHS_NUMBER": nhs_number,
    "CREDIT_CARD": with_luhn("4", 16),
    "EMAIL": lambda r: f"{r.choice('abcdef')}{r.randint(1, 99999)}@example.org",
    "IP_ADDRESS": lambda r: ".".join(str(r.randint(1, 254)) for _ in range(4)),
    None: part_number,
}
USELESS = ("col_7", "x", "value", "data", "attr12", "f3", "c0041", "tmp")
NOISE = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=12)
SOME = settings(max_examples=40, deadline=None)


@SOME
@given(kind=st.sampled_from(list(KINDS)), seed=st.integers(0, 10_000), many=st.integers(1, 150))
def test_the_order_of_values_does_not_matter(kind: str | None, seed: int, many: int) -> None:
    values = list(dict.fromkeys(drawn(KINDS[kind], many, seed)))
    turned = random.Random(seed).sample(values, len(values))
    assert classify(column(values)) == classify(column(turned))


@SOME
@given(kind=st.sampled_from([kind for kind in KINDS if kind]), seed=st.integers(0, 10_000), noise=st.lists(NOISE, max_size=12))
def test_noise_does_not_turn_a_label_into_another(kind: str, seed: int, noise: list[str]) -> None:
    before = verdict(drawn(KINDS[kind], 120, seed))
    after = verdict(drawn(KINDS[kind], 120, seed) + noise)
    assert before.info_type == kind
    assert after.state != "labelled" or after.info_type == kind


@SOME
@given(kind=st.sampled_from(list(KINDS)), seed=st.integers(0, 10_000), name=st.sampled_from(USELESS))
def test_a_useless_name_raises_no_type(kind: str | None, seed: int, name: str) -> None:
    found = verdict(drawn(KINDS[kind], 150, seed), name)
    assert found.info_type == kind
    assert found.evidence.name is None


@SOME
@given(seed=st.integers(0, 10_000), length=st.integers(8, 16))
def test_digits_that_mean_nothing_are_never_labelled(seed: int, length: int) -> None:
    assert verdict(drawn(digits(length), 200, seed)).state != "labelled"


@settings(max_examples=150, deadline=None)
@given(name=st.text(max_size=30), values=st.lists(st.text(max_size=60), max_size=20), nulls=st.integers(0, 5))
def test_anything_is_answered_and_answers_stay_in_bounds(name: str, values: list[str], nulls: int) -> None:
    distinct = tuple(dict.fromkeys(values))
    for found in classify(ColumnSample(name, "VARCHAR", len(values) + nulls, nulls, len(distinct), distinct)):
        assert 0.0 < found.confidence < 1.0
        assert (found.info_type is None) == (found.state in ("clear", "abstain"))
        assert found.info_type is None or INFO_TYPES[found.info_type].category == found.category
        msgspec.json.encode(found)


@given(tested=st.integers(1, 200), matched=st.integers(0, 199), chance=st.floats(0.001, 0.9))
def test_more_matches_never_weigh_less(tested: int, matched: int, chance: float) -> None:
    low = min(matched, tested - 1)
    expected = max(0.93, chance + 0.05)
    first = ratio_weight(low, tested, expected=expected, chance=chance, cap=8.0)
    assert first <= ratio_weight(low + 1, tested, expected=expected, chance=chance, cap=8.0)
