"""Templates of hooks are filled in where the manifest tells all that they name, and refused with a reason where it does not."""

from __future__ import annotations

import pytest

from headwater.capture.dbt.templates import NotReadable, Templates
from tests.dbt.projects import manifest, model, project, source

MACROS = {
    "macro.shop.audit": "{% macro audit(relation, what='ran') %}insert into l values ('{{ what }}', '{{ relation.name }}') {% endmacro %}",
    "macro.shop.deep": "{% macro deep(x) %}{{ audit(x, what='deep') }}{% endmacro %}",
    "macro.shop.loop": "{% macro loop() %}{% for i in [1] %}x{% endfor %}{% endmacro %}",
    "macro.other.clean": "{%- macro clean(t) -%} delete from {{ t }} {%- endmacro -%}",
    "macro.shop.round": "{% macro round() %}{{ round() }}{% endmacro %}",
}
TOLD = project(
    manifest(
        model("orders", "select 1 as id"),
        model("paid", None, config={"materialized": "ephemeral"}),
        {**model("prices", "select 1 as id"), "unique_id": "model.shop.prices.v1", "version": 1, "latest_version": 2},
        {
            **model("prices", "select 1 as id", alias="prices_v2", relation_name='"lake"."main"."prices_v2"'),
            "version": 2,
            "latest_version": 2,
        },
        source("events"),
        macros={name: {"macro_sql": sql} for name, sql in MACROS.items()},
    )
)


def filled(template: str) -> tuple[str, list[str]]:
    parents = dict[str, object]()
    told = Templates(TOLD.manifest, TOLD.nodes).filled(template, TOLD.nodes["model.shop.orders"], parents)  # type: ignore[arg-type]  # because only the keys are looked at
    return told, list(parents)


@pytest.mark.parametrize(
    ("template", "text", "parents"),
    [
        ("delete from {{ this }}", 'delete from "lake"."main"."orders"', []),
        ("{# a note #}truncate {{this.schema}}.{{ this.identifier }}", "truncate main.orders", []),
        ("insert into x select * from {{ ref('orders') }}", 'insert into x select * from "lake"."main"."orders"', ["model.shop.orders"]),
        ("select * from {{ ref('shop', 'orders') }}", 'select * from "lake"."main"."orders"', ["model.shop.orders"]),
        ("select * from {{ ref('prices') }}", 'select * from "lake"."main"."prices_v2"', ["model.shop.prices"]),
        ("select * from {{ ref('prices', v=1) }}", 'select * from "lake"."main"."prices"', ["model.shop.prices.v1"]),
        ("select * from {{ source('raw', 'events') }}", 'select * from "lake"."raw"."events"', ["source.shop.raw.events"]),
        ("{{ audit(this) }}", "insert into l values ('ran', 'orders')", []),
        ("{{ deep(this) }}", "insert into l values ('deep', 'orders')", []),
        ("{{ other.clean(ref('orders')) }}", 'delete from "lake"."main"."orders"', ["model.shop.orders"]),
        ("{{ config(x=1) }}", "", []),
    ],
)
def test_what_the_manifest_tells_is_filled_in(template: str, text: str, parents: list[str]) -> None:
    assert filled(template) == (text, parents)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{% if execute %}delete from {{ this }}{% endif %}", "block `if`"),
        ("{{ loop() }}", "block `for`"),
        ("{{ grant_all(this) }}", "calls `grant_all`"),
        ("{{ round() }}", "calls `round`"),
        ("{{ var('x') }}", "calls `var`"),
        ("{{ target.name }}", "uses `target`"),
        ("{{ this.render() }}", "only dbt"),
        ("{{ ref('nothing') }}", "names `nothing`"),
        ("{{ ref('paid') }}", "names `paid`, which is no table"),
        ("{{ source('raw', 'nothing') }}", "source `raw.nothing`"),
        ("{{ 1 + 1 }}", "an expression"),
        ("{{ audit() }}", "uses `relation`"),
    ],
)
def test_what_only_dbt_can_tell_is_refused_with_the_reason(template: str, why: str) -> None:
    with pytest.raises(NotReadable, match=why.replace("(", r"\(")):
        filled(template)
