"""Documents are checked, redacted and known again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headwater.capture.dbt.accept import is_document
from headwater.capture.dbt.documents import documents
from headwater.capture.redaction import restore
from headwater.model.errors import BadEvent
from tests.dbt.projects import exposure, manifest, model, project, result, run_results, taken

SECRET = "select * from t where note = 'Ann Smith'"


def document(**node: Any) -> dict[str, Any]:
    [made] = documents(project(manifest(model("a", SECRET, **node))))
    assert is_document(made)
    return dict(json.loads(made))


def encoded(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()


def test_values_leave_the_sql_and_come_back_from_the_sealed_part() -> None:
    raw = encoded(document())
    accepted = taken(raw)
    assert b"Ann Smith" not in accepted.public and b"hw:str:" in accepted.public
    public = json.loads(accepted.public)["document"]
    assert json.loads(restore(json.dumps(public).encode(), accepted.sealed)) == json.loads(raw)


def test_nothing_of_templates_macros_or_the_machine_is_recorded() -> None:
    told = document(raw_code="select '{{ var(1) }}'", root_path="/home/ann", meta={"token": "x"}, build_path="/home/ann/target")
    assert not {"raw_code", "root_path", "meta", "build_path"} & set(told["node"])


def test_secrets_in_what_people_wrote_are_dropped() -> None:
    [made] = documents(project(manifest(exposure("board", url="https://me:hunter2@bi/1", description="mail ann@shop.example"))))
    accepted = taken(made)
    assert b"hunter2" not in accepted.public and b"ann@shop.example" not in accepted.public


def test_an_error_of_the_warehouse_keeps_no_value() -> None:
    results = run_results(result("model.shop.a", "error", message="duplicate key (email)=(ann@shop.example)"))
    [made] = documents(project(manifest(model("a", SECRET)), results=results))
    assert b"ann@shop.example" not in taken(made).public


def test_the_same_document_in_another_form_is_the_same_observation() -> None:
    told = document()
    reordered = {"dbt": 1, **{key: told[key] for key in sorted(told, reverse=True) if key != "dbt"}}
    assert taken(encoded(told)).dedup_material == taken(encoded(reordered)).dedup_material


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"dbt": 2}, "dbt"),
        ({"header": 1}, "$.header"),
        ({"node": {"name": "a"}}, "`$`"),
        ({"node": {"unique_id": "a\nb"}}, "node.unique_id"),
        ({"parents": [1]}, "$.parents"),
        ({"catalog": {"a": 1}}, "$.catalog"),
    ],
)
def test_what_is_built_otherwise_is_refused_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(BadEvent) as caught:
        taken(encoded(document() | change))
    assert place.removeprefix("$.") in caught.value.problem


def test_the_key_must_cover_the_namespace_of_the_jobs() -> None:
    assert taken(encoded(document())).namespaces == ("dbt://shop",)
