"""`leaks` and `expect` end with the exit code that a pipeline can gate on, and say what a person needs at night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.leaks.telling import Lake
from tests.unit.cli.calling import headwater

FILE = """namespace = "duckdb://lake"

[[expect]]
name = "partners"
dataset = "share.*"
owner = "data protection"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which a record number reached a table for partners."""
    with Lake(tmp_path) as lake:
        lake.found("raw.people", mrn="MEDICAL_RECORD_NUMBER", clear=["id"])
        stage = "CREATE TABLE stage.people AS SELECT id, trim(mrn) AS patient_no FROM raw.people"
        share = "CREATE TABLE share.people AS SELECT 'C' || patient_no AS code FROM stage.people"
        lake.ran("stage", stage, reads=["raw.people"], writes=["stage.people"])
        lake.ran("publish", share, reads=["stage.people"], writes=["share.people"], minutes=10, rows=861)
        return lake.home


def expect(home: Path, text: str, name: str = "expect.toml") -> Path:
    path = home.parent / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_leak_exits_1_and_tells_what_where_by_whom_and_what_to_do(home: Path) -> None:
    assert headwater("expect", expect(home, FILE), "--home", home).code == 0
    ended = headwater("leaks", "--home", home)
    assert ended.code == 1
    for words in (
        "MEDICAL_RECORD_NUMBER in `code`, naming a person or account outright",
        "duckdb://lake:share.people.code",
        "`partners` of expect.toml allows no PHI here, this is direct",
        "by      job:jobs:publish, statement ",
        "duckdb://lake:raw.people:mrn",
        "-> duckdb://lake:stage.people:patient_no  (transformation, stage)",
        "since   2026-11-02T12:10:00Z; 1 run: ",
        "861 rows written",
        "owner   data protection",
        "next    headwater lineage datasetField:duckdb://lake:share.people:code --up --columns",
        "leave `code` out in jobs:publish",
    ):
        assert words in ended.out


def test_without_expectations_there_is_no_leak_and_the_answer_is_incomplete(home: Path) -> None:
    assert headwater("leaks", "--home", home).code == 4
    assert headwater("leaks", "--allow-gaps", "--home", home).code == 0
    assert "EXPECTATIONS-NONE" in headwater("leaks", "--home", home).out


def test_a_clean_lake_that_was_seen_whole_exits_0(home: Path) -> None:
    allowed = expect(home, FILE + 'allow = [{ level = "direct" }]\n')
    headwater("expect", allowed, "--home", home)
    ended = headwater("leaks", "--home", home)
    assert (ended.code, ended.out.splitlines()[0]) == (0, "no leak: nothing sensitive is known to be where it may not be")


def test_a_leak_can_be_acknowledged_and_is_then_none(home: Path) -> None:
    headwater("expect", expect(home, FILE), "--home", home)
    [leak] = headwater("leaks", "--home", home, "--json").json["result"]["leaks"]
    assert headwater("finding", "ack", leak["finding"], "--reason", "agreed with the partners", "--home", home).code == 0
    assert headwater("leaks", "--home", home).code == 0
    assert headwater("leaks", "--state", "acknowledged", "--home", home).code == 1


def test_a_file_replaces_what_it_declared_before_and_says_what_changed(home: Path) -> None:
    first = headwater("expect", expect(home, FILE), "--home", home)
    assert first.out.splitlines()[:2] == ["+ partners", "expect.toml: 1 new, 0 changed, 0 gone, 0 as before; recorded at position 3"]
    again = headwater("expect", expect(home, FILE), "--home", home)
    assert again.out.splitlines() == ["1 expectation of expect.toml, as before; nothing recorded"]
    other = FILE.replace('"data protection"', '"research"') + '\n[[expect]]\nname = "exports"\ndataset = "out.*"\n'
    changed = headwater("expect", expect(home, other), "--home", home)
    assert changed.out.splitlines()[:4] == [
        "+ exports",
        "~ partners",
        "  exports: matches no dataset that is known yet",
        "expect.toml: 1 new, 1 changed, 0 gone, 0 as before; recorded at position 4",
    ]
    gone = headwater("expect", "declare", expect(home, 'namespace = "duckdb://lake"\n'), "--home", home)
    assert gone.out.splitlines()[:2] == ["- partners", "- exports"]
    assert headwater("expect", "list", "--home", home).out.startswith("nothing is expected of any place")


def test_of_anything_allowed_secrets_are_left_out_in_what_is_shown(home: Path) -> None:
    headwater("expect", expect(home, FILE + 'allow = [{ level = "direct" }]\n'), "--home", home)
    assert "may hold  anything up to direct, secrets up to pseudonymous" in headwater("expect", "list", "--home", home).out


def test_expectations_of_other_files_stand_beside(home: Path) -> None:
    headwater("expect", expect(home, FILE), "--home", home)
    headwater("expect", expect(home, FILE, "second.toml"), "--home", home)
    told = headwater("expect", "list", "--home", home, "--json").json["result"]["expectations"]
    assert [(each["origin"], each["expectation"]["name"], each["datasets"]) for each in told] == [
        ("expect.toml", "partners", 1),
        ("second.toml", "partners", 1),
    ]
    listed = headwater("expect", "list", "--origin", "second.toml", "--home", home).out
    assert "second.toml" in listed and "expect.toml" not in listed


def test_a_file_that_cannot_be_read_is_refused_with_line_and_field(home: Path) -> None:
    ended = headwater("expect", expect(home, FILE.replace("owner", "owners")), "--home", home)
    assert ended.code == 2
    assert "line 6, field `expect[1].owners`" in ended.fault[0]
    (home.parent / "binary.toml").write_bytes(b"\xff")
    ended = headwater("expect", home.parent / "binary.toml", "--home", home)
    assert ended.code == 2 and "expected readable UTF-8 text" in ended.fault[0]


def test_a_file_that_is_not_there_is_told_so(home: Path) -> None:
    for word in (str(home / "none.toml"), "lst"):
        ended = headwater("expect", word, "--home", home)
        assert (ended.code, f"`{word}`: expected a file, got none: there is no such file" in ended.fault[0]) == (2, True)
        assert ended.fault[1] == "headwater expect --help"


def test_an_expectation_that_matches_no_known_dataset_is_told_so(home: Path) -> None:
    file = expect(home, FILE + '[[expect]]\nname = "elsewhere"\ndataset = "shre.*"\n')
    for told in (headwater("expect", file, "--home", home).out, headwater("expect", file, "--home", home).out):
        assert "elsewhere: matches no dataset that is known yet" in told
        assert "partners: matches" not in told


@pytest.mark.parametrize(("option", "value"), [("--kind", "leaky"), ("--state", "closed")])
def test_a_word_that_is_none_is_refused_with_the_choices(home: Path, option: str, value: str) -> None:
    ended = headwater("leaks", option, value, "--home", home)
    assert ended.code == 2 and "expected one of `" in ended.fault[0]
    assert "typing" not in ended.fault[0] and "class" not in ended.fault[0]


def test_the_json_is_the_body_of_the_http_interface(home: Path) -> None:
    headwater("expect", expect(home, FILE), "--home", home)
    told = headwater("leaks", "--home", home, "--json").json
    assert told["question"] == "leaks" and told["total"]["leaks"] == 1
    hop = told["result"]["leaks"][0]["path"][told["result"]["leaks"][0]["first"]]
    assert hop["target"] == "datasetField:duckdb://lake:share.people:code"


def test_purposes_are_shown_and_one_that_no_place_serves_is_told(home: Path) -> None:
    file = 'allow = [{ level = "direct", purposes = ["care"] }]\n[[expect]]\nname = "wards"\ndataset = "ward.*"\nused_for = ["research"]\n'
    declared = headwater("expect", expect(home, FILE + file), "--home", home).out
    assert "care: no place is said to be used for it, so what is allowed for it is allowed nowhere" in declared
    listed = headwater("expect", "list", "--home", home).out
    assert "anything up to direct, secrets up to pseudonymous, where it is used for care alone" in listed
    assert "used for  research" in listed and "nothing of anybody" not in listed
