"""How far each model was understood, in one row."""

from __future__ import annotations

from typing import Any

from headwater.answers.dbt.report import report
from headwater.capture.dbt.naming import Connection
from headwater.model.answers import RecordReport
from headwater.model.dbt import DbtReport, ModelRow
from tests.dbt.projects import catalog, exposure, manifest, model, project, result, run_results, source

NOTHING = RecordReport(received=0, recorded=0, duplicate=0)


def told(*nodes: dict[str, Any], **artefacts: Any) -> DbtReport:
    return report(project(manifest(*nodes), **artefacts), NOTHING)


def row(found: DbtReport, name: str) -> ModelRow:
    [only] = [each for each in found.models if each.id.endswith(f".{name}")]
    return only


def test_a_model_that_was_read_says_from_where_and_how_many_columns() -> None:
    found = told(source("t"), model("a", 'select id, 1 as one from "lake"."raw"."t"', "source.shop.raw.t"), exposure("board", "a"))
    assert row(found, "a") == ModelRow(
        id="model.shop.a",
        dataset="dataset:postgres://db:5432:lake.main.a",
        kind="table",
        status="complete",
        sources=("lake.raw.t",),
        columns=2,
        traced=1,
    )
    assert (found.sources, found.consumers, found.is_complete) == (1, ("exposure.shop.board",), True)


def test_a_star_over_a_table_nobody_described_is_partial_until_a_catalog_describes_it() -> None:
    nodes = (source("t"), model("a", 'select * from "lake"."raw"."t"', "source.shop.raw.t"))
    partial = row(told(*nodes), "a")
    assert (partial.status, partial.columns) == ("partial", None)
    assert "lake.raw.t" in partial.reasons[0]
    whole = row(told(*nodes, catalog=catalog(source__shop__raw__t=["id", "name"])), "a")
    assert (whole.status, whole.columns, whole.traced) == ("complete", 2, 2)


def test_another_models_columns_are_not_guessed_from_its_sql() -> None:
    found = told(model("a", "select 1 as id"), model("b", 'select * from "lake"."main"."a"', "a"))
    assert row(found, "b").status == "partial"


def test_what_dbt_did_not_compile_says_what_to_run() -> None:
    found = told(model("a", None))
    assert (row(found, "a").status, row(found, "a").reasons) == ("not compiled", ("run `dbt compile`",))
    assert not found.is_complete
    assert "what was recorded of their columns before still holds" in found.notes[0]


def test_a_python_model_is_no_sql() -> None:
    assert row(told(model("a", "def model(dbt, session): ...", language="python")), "a").status == "not sql"


def test_what_is_no_sql_at_all_is_a_failure_and_not_an_exception() -> None:
    assert row(told(model("a", "select from where )(")), "a").status == "failed"


def test_seeds_and_inlined_models_are_complete_in_themselves() -> None:
    found = told(model("s", None, kind="seed"), model("e", "select 1", config={"materialized": "ephemeral"}))
    assert {each.id: each.status for each in found.models} == {"seed.shop.s": "loaded", "model.shop.e": "inlined"}
    assert found.is_complete


def test_notes_say_what_would_tell_more() -> None:
    words = " ".join(told(source("t"), model("a", 'select * from "lake"."raw"."t"', "source.shop.raw.t")).notes)
    assert "dbt docs generate --no-compile" in words and "dbt build" in words
    whole = told(model("a", "select 1 as x"), catalog=catalog(), results=run_results(result("model.shop.a")))
    assert whole.notes == ()
    nowhere = report(project(manifest(), connection=Connection()), NOTHING)
    assert any("postgres://shop" in note for note in nowhere.notes)
