"""What a hook that only dbt can fill in may concern: the tables that it names, or all of the project."""

from __future__ import annotations

import pytest

from headwater.model.facts import GapSeen
from tests.dbt.projects import facts, manifest, model, project, source
from tests.unit.capture.dbt.test_hook_facts import hooked, operation
from tests.unit.capture.observed import only

HERE = "dataset:postgres://db:5432:lake."


def subjects(raw: str) -> set[str]:
    told = project(manifest(source("t"), model("a", "select 1 as id"), operation(None, raw)))
    return {gap.subject for gap in only(GapSeen, facts(told, "operation.shop.shop-on-run-end-0"))}


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("insert into log select n from {{ target.schema }}.a", {"main.log", "main.a"}),
        ("insert into log select '{{ invocation_id }}', id from {{ source('raw', 't') }}", {"main.log", "raw.t"}),
        ("create table if not exists x.log as select {{ now }} from (select 1) join raw.t", {"x.log", "raw.t"}),
        ("update {{ target.name }}.log set n = 1 -- from raw.t", {"main.log"}),
        ("delete from nowhere where d = {{ day }}", set()),
    ],
)
def test_the_tables_that_a_hook_names_are_incomplete_beside_the_hook(template: str, named: set[str]) -> None:
    job = "job:dbt://shop:operation.shop.shop-on-run-end-0"
    assert subjects(template.replace("\\", "")) == {job, *(f"{HERE}{name}" for name in named)}


@pytest.mark.parametrize("template", ["{{ log_all(results) }}", "{% for each in results %} select 1 {% endfor %}"])
def test_a_hook_of_a_run_that_may_do_anything_concerns_all_of_its_project(template: str) -> None:
    assert subjects(template) == {"jobs:dbt://shop"}


def test_a_models_hook_counts_with_its_model_and_with_what_it_names() -> None:
    gaps = only(GapSeen, hooked("insert into log select id, {{ day }} from {{ this }}"))
    assert {gap.subject for gap in gaps} == {"job:dbt://shop:model.shop.a.post-hook.1", f"{HERE}main.log"}
