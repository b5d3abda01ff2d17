from __future__ import annotations

from headwater.model.facts import ClaimRefused, Fact, GapSeen
from headwater.model.ids import JobId, RunId
from headwater.model.questions import GapsQuestion, LineageQuestion
from headwater.model.times import Instant, format_instant
from tests.unit.telling import ZERO, Telling, copy, dataset, job


def gap(at: int = 10, *, subject: str = "", of: JobId | None = None, run: str | None = None) -> Fact:
    named = RunId(run) if run is not None else None
    return GapSeen(position=ZERO, at=Instant(at), code="EXTRACTION-ERROR", subject=subject, detail="words", job=of, run=named)


def lake() -> Telling:
    told = Telling()
    told.run("train", run="r1", reads=["features"], writes=["model"], at=10)
    told.entry(gap(20, of=job("train"), run="r1"))
    told.run("copy", run="r2", reads=["a"], writes=["b"], flows=[copy("a", "x", "x")], at=30)
    return told


def codes(told: Telling, node: str | None = None, *patterns: str) -> list[str]:
    return [found.code for found in told.ask(GapsQuestion(node=node), *patterns).result.gaps]


def test_gaps_are_listed_newest_first() -> None:
    assert codes(lake()) == ["EXTRACTION-ERROR", "LINEAGE-INFERRED"]


def test_a_node_narrows_to_what_concerns_it() -> None:
    told = lake()
    assert codes(told, "model") == codes(told, "features") == ["LINEAGE-INFERRED"]
    assert codes(told, "job:jobs:train") == codes(told, "run:r1") == ["EXTRACTION-ERROR", "LINEAGE-INFERRED"]
    assert codes(told, "b") == codes(told, "run:r2") == []


def test_an_inference_that_was_healed_or_overwritten_is_no_longer_open() -> None:
    told = lake()
    told.run("train", run="r1", reads=["features"], writes=["model"], flows=[copy("features", "x", "x")], at=11)
    assert codes(told) == ["EXTRACTION-ERROR"]
    assert [found.code for found in told.ask(GapsQuestion(known_at=2)).result.gaps] == ["EXTRACTION-ERROR", "LINEAGE-INFERRED"]


def test_a_gap_of_later_is_not_there_before() -> None:
    found = lake().ask(GapsQuestion(as_of=format_instant(Instant(15))))
    assert [gap.code for gap in found.result.gaps] == ["LINEAGE-INFERRED"]


def test_what_concerns_hidden_things_is_counted() -> None:
    told = lake()
    found = told.ask(GapsQuestion(), "elsewhere")
    assert (found.result.gaps, found.total) == ((), {"gaps": 0, "hidden": 2})


def test_a_visible_target_of_a_hidden_job_is_still_a_gap() -> None:
    found = lake().ask(GapsQuestion(), "postgres://*")
    assert [(gap.code, gap.subject) for gap in found.result.gaps] == [("LINEAGE-INFERRED", str(dataset("model")))]
    assert "train" not in found.result.gaps[0].detail


def test_a_refused_claim_about_a_hidden_dataset_is_not_named() -> None:
    told = lake()
    told.entry(ClaimRefused(position=ZERO, at=Instant(40), claim="alias", subject=dataset("secret://x|people"), producer_key="k"))
    told.entry(gap(41, subject="dataset:secret://x:people"))
    found = told.ask(GapsQuestion(), "jobs", "postgres://*")
    assert found.total == {"gaps": 2, "hidden": 2}
    assert codes(told)[:2] == ["EXTRACTION-ERROR", "CLAIM-REFUSED"]


def test_hidden_gaps_on_the_way_still_make_an_answer_incomplete() -> None:
    told = Telling()
    told.run("load", reads=["secret://x|people"], writes=["t"], flows=[copy("secret://x|people", "x", "x")], at=10)
    told.entry(gap(11, subject="dataset:secret://x:people"))
    found = told.ask(LineageQuestion(node="t"), "postgres://*", "jobs")
    assert not found.complete
    assert [gap.subject for gap in found.gaps if gap.code != "NODES-HIDDEN"] == ["hidden"]


def test_pages_cut_the_list_and_never_the_count() -> None:
    told = Telling()
    for number in range(5):
        told.entry(gap(number, subject=f"entry:{number}"))
    first = told.ask(GapsQuestion(limit=2))
    second = told.ask(GapsQuestion(limit=2, page=first.next_page))
    assert [found.subject for found in (*first.result.gaps, *second.result.gaps)] == ["entry:4", "entry:3", "entry:2", "entry:1"]
    assert first.total == second.total == {"gaps": 5, "hidden": 0}
