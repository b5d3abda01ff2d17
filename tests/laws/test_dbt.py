"""Laws of dbt documents: any document gives facts or a gap, and values in it never reach what is stored."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from headwater.answers.dbt.compare import compare
from headwater.answers.dbt.report import report
from headwater.capture.dbt.documents import documents
from headwater.capture.translate import translate
from headwater.cli.render.dbt_markdown import markdown
from headwater.model.answers import RecordReport
from headwater.model.errors import HeadwaterError
from tests.dbt.projects import catalog, exposure, manifest, model, project, result, run_results, source, taken
from tests.unit.capture.observed import entry

NODES = (
    source("t", columns={"id": {"name": "id", "tags": ["key"]}}),
    model("a", 'select id from "lake"."raw"."t"', "source.shop.raw.t", columns={"id": {"name": "id", "data_type": "int"}}, tags=["x"]),
    exposure("board", "a", owner={"name": "Sales"}),
)
RESULTS = run_results(result("model.shop.a", adapter_response={"rows_affected": 1}))
WHOLE = [json.loads(each) for each in documents(project(manifest(*NODES), catalog=catalog(model__shop__a=["id"]), results=RESULTS))]
GOOD = project(manifest(*NODES))
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2), max_leaves=4
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    inside = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [*([path] if path else []), *(found for key, each in inside for found in places(each, (*path, key)))]


def changed(value: Any, path: tuple[str | int, ...], to: Any) -> Any:
    """A copy with one place changed."""
    if not path:
        return to
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], to)
    return copy


ARTEFACTS = {"manifest": manifest(*NODES), "catalog": catalog(model__shop__a=["id"]), "results": RESULTS}


@st.composite
def spoilt(draw: st.DrawFn, whole: list[dict[str, Any]] = WHOLE) -> dict[str, Any]:
    document: dict[str, Any] = draw(st.sampled_from(whole))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(places(document)))
        document = changed(document, place, draw(VALUES))
    return document


@given(spoilt())
def test_a_spoilt_document_is_refused_or_becomes_facts_or_a_gap(document: dict[str, Any]) -> None:
    try:
        accepted = taken(json.dumps(document).encode())
    except HeadwaterError:
        return
    found = translate(entry(accepted.media_type, accepted.public))
    assert found or not document
    assert found == translate(entry(accepted.media_type, accepted.public))


@given(spoilt([ARTEFACTS]))
def test_spoilt_artefacts_are_refused_or_read_as_far_as_they_go(artefacts: dict[str, Any]) -> None:
    try:
        read = project(told=artefacts["manifest"], catalog=artefacts["catalog"], results=artefacts["results"])
    except HeadwaterError:
        return
    told = report(read, RecordReport(received=0, recorded=0, duplicate=0))
    assert msgspec.json.encode(told)
    for one, other in ((read, GOOD), (GOOD, read), (read, read)):
        found = compare(one, other, "base", "head")
        assert markdown(found).endswith("\n")
        assert one is not other or not found.has_changes
    for document in documents(read):
        with suppress(HeadwaterError):
            accepted = taken(document)
            assert translate(entry(accepted.media_type, accepted.public))


@given(st.text("abcdefgh", min_size=8, max_size=12).map(lambda word: f"zq{word}"))
def test_no_literal_of_a_statement_is_stored(secret: str) -> None:
    sql = f"select id, '{secret}' as note from t where name = '{secret}' and city in ('{secret}')"
    results = run_results(result("model.shop.a", compiled_code=sql))
    for document in documents(project(manifest(model("a", sql)), results=results)):
        assert secret.encode() not in taken(document).public
