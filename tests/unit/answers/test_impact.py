from __future__ import annotations

from headwater.model.facts import DatasetDescribed, Owner
from headwater.model.lineage import Kind
from headwater.model.questions import ImpactQuestion
from headwater.model.times import Instant, format_instant
from tests.unit.telling import ZERO, Telling, copy, dataset, names


def lake() -> Telling:
    told = Telling()
    told.run("load", reads=["raw"], writes=["stage"], flows=[copy("raw", "mrn", "mrn"), copy("raw", "day", None, Kind.FILTER)], at=10)
    told.run("build", reads=["stage"], writes=["features"], flows=[copy("stage", "mrn", "key")], at=20)
    told.run("peek", reads=["features"], at=30)
    told.entry(DatasetDescribed(position=ZERO, at=Instant(5), dataset=dataset("features"), producer="p", owners=(Owner("ann"),)))
    return told


def test_everything_downstream_is_hit_nearest_first_with_its_readers_and_owners() -> None:
    found = lake().ask(ImpactQuestion(node="raw.mrn"))
    assert names(found.result.datasets) == ["stage", "features"]
    assert names(found.result.columns) == ["stage.mrn", "features.key"]
    assert found.result.jobs == ("job:jobs:build", "job:jobs:load", "job:jobs:peek")
    assert found.result.owners == ("ann",)
    assert found.total == {"datasets": 2, "columns": 2, "jobs": 3, "gaps": 0, "possible": 4}


def test_a_filter_hits_rows_unless_only_values_are_asked_for() -> None:
    assert names(lake().ask(ImpactQuestion(node="raw.day")).result.datasets) == ["stage", "features"]
    assert names(lake().ask(ImpactQuestion(node="raw.day", direct=True)).result.datasets) == []


def test_depth_stops_the_walk() -> None:
    assert names(lake().ask(ImpactQuestion(node="raw", depth=1)).result.datasets) == ["stage"]


def test_a_job_hits_what_it_writes() -> None:
    assert names(lake().ask(ImpactQuestion(node="job:jobs:build")).result.datasets) == ["features"]


def test_what_only_inference_leads_to_is_possible() -> None:
    told = lake()
    told.run("train", reads=["features"], writes=["model"], at=40)
    found = told.ask(ImpactQuestion(node="raw.mrn"))
    assert {node.name: node.tier for node in found.result.datasets}["model"] == "possible"
    assert not found.complete


def test_hidden_nodes_and_jobs_are_counted_and_not_named() -> None:
    told = lake()
    told.run("leak", reads=["features"], writes=["secret://x|out"], flows=[copy("features", "key", "key")], at=50)
    found = told.ask(ImpactQuestion(node="raw.mrn"), "postgres://*")
    assert found.result.jobs == ()
    assert found.result.hidden == 5
    assert names(found.result.datasets) == ["stage", "features"]


def test_a_reader_of_later_is_not_there_before() -> None:
    found = lake().ask(ImpactQuestion(node="raw", as_of=format_instant(Instant(25))))
    assert "job:jobs:peek" not in found.result.jobs


def test_a_filter_hits_every_column_of_what_it_filters() -> None:
    told = Telling()
    told.schema("out", "a", "b")
    told.run("load", reads=["src"], writes=["out"], flows=[copy("src", "flag", None, Kind.FILTER), copy("src", "a", "a")])
    found = told.ask(ImpactQuestion(node="src.flag"))
    assert names(found.result.columns) == ["out.a", "out.b"]


def test_jobs_that_read_other_columns_are_not_hit() -> None:
    told = Telling()
    told.run("mine", reads=["src"], writes=["one"], flows=[copy("src", "ssn", "id")])
    told.run("other", reads=["src"], writes=["two"], flows=[copy("src", "n", "n")])
    told.run("export", reads=["src"])
    found = told.ask(ImpactQuestion(node="src.ssn"))
    assert found.result.jobs == ("job:jobs:export", "job:jobs:mine")
