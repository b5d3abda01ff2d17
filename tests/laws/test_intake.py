"""Laws of intake: every input is taken or refused in words, nothing planted gets through, what was taken can be restored and translated."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.openlineage import accept
from headwater.capture.openlineage.accept import Accepted
from headwater.capture.redaction import Redactor, restore
from headwater.capture.redaction.facets import FACETS as FACETS_WITH_RULES
from headwater.capture.translate import translate
from headwater.model.entries import Entry, Envelope, Payload, Position
from headwater.model.errors import BadEvent, TooLarge
from headwater.model.facts import Fact
from headwater.model.observations import OpenLineageObserved
from headwater.model.times import Instant

REDACTOR = Redactor(b"the key of the laws")
MARK = "zebra"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
FACET_NAMES = st.sampled_from(sorted({*FACETS_WITH_RULES, "spark.logicalPlan", "unheard_of"}))
FACETS = st.dictionaries(FACET_NAMES, JSON, max_size=4)
NAMES = st.text(min_size=1, max_size=12)
DATASETS = st.lists(
    st.fixed_dictionaries({"namespace": NAMES, "name": NAMES}, optional={"facets": FACETS, "inputFacets": FACETS}), max_size=3
)
EVENTS = st.fixed_dictionaries(
    {
        "eventTime": st.sampled_from(("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+02:00", "soon")),
        "producer": st.sampled_from(("https://example.org/p", "p")),
        "schemaURL": st.sampled_from(("x/RunEvent", "x/JobEvent", "x/DatasetEvent", "x")),
        "run": st.fixed_dictionaries({"runId": NAMES, "facets": FACETS}),
        "job": st.fixed_dictionaries({"namespace": NAMES, "name": NAMES, "facets": FACETS}),
        "dataset": st.fixed_dictionaries({"namespace": NAMES, "name": NAMES, "facets": FACETS}),
        "inputs": DATASETS,
        "outputs": DATASETS | JSON,
    }
)


def take(raw: bytes) -> Accepted | None:
    """The event, or None where it was refused in words."""
    try:
        return accept(raw, redactor=REDACTOR, grant=("a*",))
    except (BadEvent, TooLarge):
        return None


def facts_of(accepted: Accepted) -> list[Fact]:
    return translate(
        Entry(Envelope(Position(3), Instant(2_000_000_000_000_000), "k", accepted.media_type, b"", b""), b"", Payload(accepted.public))
    )


def restored(accepted: Accepted) -> Any:
    observed = msgspec.json.decode(accepted.public, type=OpenLineageObserved)
    return json.loads(restore(bytes(observed.event), accepted.sealed))


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_input_is_taken_or_refused_in_words(raw: bytes) -> None:
    accepted = take(raw)
    assert accepted is None or facts_of(accepted)


@given(EVENTS)
def test_any_event_that_is_taken_can_be_translated_and_restored(event: dict[str, Any]) -> None:
    accepted = take(json.dumps(event).encode())
    if accepted is None:
        return
    found = facts_of(accepted)
    assert msgspec.json.encode(found) == msgspec.json.encode(facts_of(accepted))
    if b"***" not in accepted.public:
        assert restored(accepted) == event


@given(event=EVENTS, cut=st.integers(min_value=0, max_value=400), put=st.binary(max_size=3))
def test_a_damaged_event_is_taken_or_refused_in_words(event: dict[str, Any], cut: int, put: bytes) -> None:
    raw = json.dumps(event).encode()
    accepted = take(raw[:cut] + put + raw[cut + len(put) :])
    assert accepted is None or facts_of(accepted)


def planted_event(value: str) -> dict[str, Any]:
    """An event with a data value in every place that producers are known to put one."""
    quoted = "'" + value.replace("'", "''") + "'"
    sql = f"INSERT INTO t SELECT a, {quoted} AS b FROM s WHERE c = {quoted} AND d IN ({quoted}, 'x') OR e LIKE {quoted} -- {value}"
    return {
        "eventTime": "2026-01-01T00:00:00Z",
        "eventType": "FAIL",
        "producer": "https://example.org/p",
        "schemaURL": "x/RunEvent",
        "run": {
            "runId": "r",
            "facets": {
                "errorMessage": {"message": f"bad value: {value}", "stackTrace": f"x.Y: value: {value}\n\tat a.b(C.java:1)"},
                "extractionError": {"errors": [{"errorMessage": f"got: {value}", "task": sql}]},
                "environmentVariables": {"environmentVariables": [{"name": "A", "value": value}]},
                "test": {"tests": [{"name": "t", "status": "fail", "expected": value, "actual": value, "params": {"x": [value]}}]},
                "spark.logicalPlan": {"plan": [{"class": "org.apache.spark.sql.catalyst.expressions.Literal", "value": value}]},
                "tool": {"sql": sql, "nested": [{"query": sql}], "text": sql},
            },
        },
        "job": {
            "namespace": "n",
            "name": "j",
            "facets": {"sql": {"query": sql}, "sourceCode": {"language": "python", "sourceCode": f"x = {value!r}"}},
        },
        "inputs": [
            {
                "namespace": "n",
                "name": "s",
                "facets": {"dataQualityMetrics": {"columnMetrics": {"a": {"min": value, "max": value, "quantiles": {"0.5": value}}}}},
                "inputFacets": {
                    "dataQualityAssertions": {"assertions": [{"assertion": "x", "success": True, "expected": value, "content": sql}]},
                    "subset": {
                        "inputCondition": {
                            "type": "compare",
                            "left": {"type": "field", "field": "f"},
                            "right": {"type": "literal", "value": value},
                        }
                    },
                },
            }
        ],
        "outputs": [
            {
                "namespace": "n",
                "name": "t",
                "facets": {
                    "columnLineage": {
                        "fields": {
                            "a": {
                                "transformationDescription": f"iff(x = {quoted}, 1, 2)",
                                "inputFields": [
                                    {
                                        "namespace": "n",
                                        "name": "s",
                                        "field": "a",
                                        "transformations": [{"type": "DIRECT", "description": f"x = {quoted}"}],
                                    }
                                ],
                            }
                        }
                    }
                },
            }
        ],
    }


WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\x85"), max_size=20)


@given(WORDS)
def test_no_planted_value_is_anywhere_in_the_public_part_or_in_a_fact(inner: str) -> None:
    event = planted_event(f"{MARK}{inner}{MARK}")
    accepted = take(json.dumps(event).encode())
    assert accepted is not None
    assert MARK.encode() not in accepted.public
    assert MARK.encode() not in msgspec.json.encode(facts_of(accepted))


@given(WORDS)
def test_the_sealed_part_restores_the_event_exactly(inner: str) -> None:
    event = planted_event(f"{MARK}{inner}{MARK}")
    accepted = take(json.dumps(event).encode())
    assert accepted is not None
    if b"***" not in accepted.public:
        assert restored(accepted) == event


@given(event=EVENTS, indent=st.sampled_from((None, 2)), upside_down=st.booleans())
def test_an_event_written_in_another_way_is_the_same_event(event: dict[str, Any], indent: int | None, upside_down: bool) -> None:
    other = dict(reversed(event.items())) if upside_down else copy.deepcopy(event)
    first, second = (
        take(json.dumps(event).encode()),
        take(json.dumps(other, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    )
    assert (first is None) == (second is None)
    assert first is None or second is None or first.dedup_material == second.dedup_material
