"""What an answer on leaks could not see, and what a key may not see of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from headwater.answers.registry import answer
from headwater.answers.sight import Sight
from headwater.model.questions import FindingsQuestion, LeaksQuestion, Question
from headwater.model.sensitivity.documents import Allowance
from tests.leaks.telling import NAMESPACE, Lake, node

STAGE = "CREATE OR REPLACE TABLE stage.people AS SELECT id, mrn AS no FROM raw.people"
LOAD = "CREATE OR REPLACE TABLE raw.people AS SELECT id, mrn FROM src.people"
SHARE = "CREATE OR REPLACE TABLE share.people AS SELECT no AS code FROM stage.people"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake(tmp_path) as made:
        yield made


def codes(lake: Lake, node: str | None = None) -> set[tuple[str, str]]:
    return {(gap.code, gap.subject) for gap in lake.client.leaks(node).gaps}


def test_where_nothing_is_expected_that_is_a_gap(lake: Lake) -> None:
    lake.found("raw.people", mrn="MEDICAL_RECORD_NUMBER")
    lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"])
    found = lake.client.leaks()
    assert (found.total["leaks"], found.complete) == (0, False)
    assert codes(lake) == {("EXPECTATIONS-NONE", "expectations")}


def test_a_source_nobody_looked_at_is_a_gap_where_something_is_made_of_it(lake: Lake) -> None:
    lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"])
    lake.ran("share", SHARE, reads=["stage.people"], writes=["share.people"])
    lake.expects("share.*")
    assert codes(lake) == {("DATASET-NOT-CLASSIFIED", node("raw.people"))}
    lake.found("raw.people", clear=["id", "mrn"])
    found = lake.client.leaks()
    assert (found.total["leaks"], found.complete, found.gaps) == (0, True, ())


def test_a_source_that_only_a_statement_names_is_a_gap_too(lake: Lake) -> None:
    lake.ran("share", "CREATE TABLE share.people AS SELECT no AS code FROM other.people", writes=["share.people"])
    lake.expects("share.*")
    assert codes(lake) == {("DATASET-NOT-CLASSIFIED", node("other.people"))}


def test_a_column_that_was_not_there_when_somebody_looked_is_a_gap(lake: Lake) -> None:
    lake.found("raw.people", clear=["id", "doc"])
    lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"])
    lake.ran("share", SHARE, reads=["stage.people"], writes=["share.people"])
    lake.ran(
        "part", "CREATE TABLE share.part AS SELECT doc.a AS b FROM raw.people WHERE mrn > 3", reads=["raw.people"], writes=["share.part"]
    )
    lake.expects("share.part")
    assert codes(lake) == set()
    lake.expects("share.*")
    assert codes(lake) == {("DATASET-NOT-CLASSIFIED", node("raw.people"))}
    lake.found("raw.people", clear=["id", "doc", "mrn"], minutes=5)
    assert codes(lake) == set()


def test_a_statement_nobody_could_read_is_a_gap_behind_places_only(lake: Lake) -> None:
    lake.found("raw.people", clear=["id", "mrn"])
    lake.ran("stage", "CREATE TABLE stage.people AS PICK <<~ no FROM raw.people", reads=["raw.people"], writes=["stage.people"])
    lake.ran("share", SHARE, reads=["stage.people"], writes=["share.people"])
    lake.expects("share.*")
    assert {code for code, _ in codes(lake)} == {"STATEMENT-PARTIAL"}
    lake.expects("other.*")
    lake.found("other.things", clear=["x"])
    assert codes(lake) == set()


def test_what_a_key_may_not_see_is_not_named(lake: Lake) -> None:
    lake.found("raw.people", mrn="MEDICAL_RECORD_NUMBER")
    lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"], jobs="secret-jobs")
    lake.ran("share", SHARE, reads=["stage.people"], writes=["share.people"], jobs="secret-jobs")
    lake.expects("share.*", Allowance(level="none"))
    [whole] = lake.leaks()
    with lake.client._headwater.follower.reading() as views:  # type: ignore[attr-defined]  # because the home is in this process

        def ask(question: Question, *patterns: str) -> object:
            return answer(views, question, Sight(patterns), 0)

        part = ask(LeaksQuestion(), NAMESPACE)
        nothing = ask(LeaksQuestion(), "elsewhere")
        findings = ask(FindingsQuestion(), NAMESPACE)
    [leak] = part.result.leaks  # type: ignore[attr-defined]  # because the answer to this question holds them
    assert leak.finding == whole.finding
    assert [hop.job for hop in leak.path] == ["hidden", "hidden"]
    assert leak.runs == ()
    assert nothing.result.leaks == ()  # type: ignore[attr-defined]  # because as above
    for told in (part, nothing, findings):
        assert b"secret-jobs" not in msgspec.json.encode(told)
    assert b"people" not in msgspec.json.encode(nothing)


def test_what_was_not_read_where_secrets_are_is_a_gap_whatever_is_expected(lake: Lake) -> None:
    lake.found("raw.keys", token="API_TOKEN")
    lake.ran("archive", "CALL do_archive()", reads=["raw.keys"], writes=["old.keys"])
    lake.found("share.days", clear=["day"])
    lake.ran("share", "INSERT INTO share.days SELECT 1 AS day", writes=["share.days"], minutes=-90)
    assert "STATEMENT-FAILED" in {code for code, _ in codes(lake)}
    lake.expects("share.*")
    told = lake.client.leaks()
    assert [gap.code for gap in told.gaps] == ["STATEMENT-FAILED"] and not told.complete


def test_the_inbox_misses_what_leaks_miss(lake: Lake) -> None:
    lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"])
    lake.ran("share", SHARE, reads=["stage.people"], writes=["share.people"])
    assert "DATASET-NOT-CLASSIFIED" not in {gap.code for gap in lake.client.findings.list().gaps}
    lake.expects("share.*")
    told = lake.client.findings.list()
    assert not told.complete and set(lake.client.leaks().gaps) <= set(told.gaps)


def test_a_look_at_a_table_that_was_dropped_says_nothing_of_the_next_of_its_name(lake: Lake) -> None:
    lake.found("raw.people", clear=["id", "mrn"], minutes=-60)
    lake.ran("tidy", "DROP TABLE raw.people", writes=["raw.people"], minutes=-50)
    lake.ran("share", "CREATE TABLE share.people AS SELECT mrn AS code FROM raw.people", reads=["raw.people"], writes=["share.people"])
    lake.expects("share.*")
    assert codes(lake) == {("DATASET-NOT-CLASSIFIED", node("raw.people"))}
    lake.found("raw.people", clear=["id", "mrn"], minutes=10)
    assert codes(lake) == set()


def test_a_table_that_a_statement_made_once_and_no_longer_does_is_not_as_its_sources_were(lake: Lake) -> None:
    lake.found("src.people", clear=["id", "mrn"], minutes=-90)
    lake.ran("load", LOAD, reads=["src.people"], writes=["raw.people"], minutes=-80)
    lake.found("raw.people", clear=["id", "mrn"], minutes=-70)
    lake.ran("share", "CREATE TABLE share.people AS SELECT mrn AS code FROM raw.people", reads=["raw.people"], writes=["share.people"])
    lake.expects("share.*")
    lake.ran("load", LOAD, reads=["src.people"], writes=["raw.people"], minutes=-65)
    assert codes(lake) == set() and lake.client.labels.show("raw.people").complete
    lake.ran("empty", "TRUNCATE TABLE raw.people", writes=["raw.people"], minutes=-60)
    lake.ran("fill", "INSERT INTO raw.people VALUES (1, 'x')", writes=["raw.people"], minutes=-50)
    assert codes(lake) == {("DATASET-NOT-CLASSIFIED", node("raw.people"))}
    assert [gap.subject for gap in lake.client.labels.show("raw.people").gaps] == [node("raw.people")]


def test_a_table_that_is_made_anew_every_night_is_as_its_sources_are(lake: Lake) -> None:
    lake.found("raw.people", clear=["id", "mrn"], minutes=-60)
    lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"], minutes=-50)
    lake.found("stage.people", clear=["id", "no"], minutes=-40)
    for night in range(2):
        lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"], minutes=night)
        lake.ran("share", SHARE, reads=["stage.people"], writes=["share.people"], minutes=night)
    lake.expects("share.*")
    assert codes(lake) == set()
    assert lake.client.labels.show("stage.people").complete


def test_a_source_that_a_run_filled_since_without_saying_how_is_a_gap(lake: Lake) -> None:
    lake.found("people", mail="EMAIL")
    lake.ran("make", "CREATE OR REPLACE TABLE mart.mails AS SELECT count(*) AS n FROM people", reads=["people"], writes=["mart.mails"])
    lake.expects("mart.*", Allowance(level="quasi"))
    assert lake.client.leaks().complete
    lake.ran("fill", "", writes=["people"], minutes=10)
    assert "DATASET-NOT-CLASSIFIED" in {gap.code for gap in lake.client.leaks().gaps}
