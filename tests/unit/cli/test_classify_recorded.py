"""`classify` on a home records what it finds in the home's datasets, once for each version, and goes on where it was interrupted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from headwater.app.classify.lakes import classify_lake
from headwater.app.classify.naming import in_lake
from headwater.app.classify.recording import ClassificationUnrecorded, Recording
from headwater.app.classify.verdicts import Seen
from headwater.app.lakes.places import find_place
from headwater.edges.engines.samples.relations import Bounds
from headwater.model.answers import RecordReport, Rejected
from headwater.model.ids import DatasetId
from headwater.model.sensitivity.classification import FileGap
from headwater.sdk.local import LocalClient
from tests.unit.cli.calling import Ended, headwater

PEOPLE = pa.table({"id": list(range(300)), "mail": [f"u{n}@example.org" for n in range(300)]})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that watches and has scanned a Delta lake of two datasets."""
    write_deltalake(tmp_path / "delta" / "people", PEOPLE)
    write_deltalake(tmp_path / "delta" / "orders", pa.table({"order_no": list(range(300))}))
    assert headwater("lake", "add", "drift", tmp_path / "delta", "--home", tmp_path / "home").code == 0
    assert headwater("lake", "scan", "drift", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


def classified(home: Path, *more: str) -> dict[str, Any]:
    ended: Ended = headwater("classify", "--lake", "drift", "--home", home, "--json", *more)
    assert ended.err == "" and ended.code in (0, 4)
    found: dict[str, Any] = ended.json
    return found


def looks(home: Path, name: str, namespace: str = "headwater://drift") -> list[tuple[str, tuple[str | None, ...]]]:
    with LocalClient.open(home, create=False) as client:
        client.wait()
        with client._headwater.follower.reading() as views:
            record = views.decided.datasets.get(DatasetId(namespace, name))
            return [(look.version, tuple(each.info_type for each in look.columns)) for look in record.looks] if record is not None else []


def test_what_is_found_is_recorded_once_for_each_version(home: Path, tmp_path: Path) -> None:
    first = classified(home)
    assert (first["recorded"], first["unchanged"], first["unknown"]) == (["orders", "people"], [], [])
    again = classified(home)
    assert (again["recorded"], again["unchanged"]) == ([], ["orders", "people"])
    assert again["columns"] == first["columns"]
    write_deltalake(tmp_path / "delta" / "people", PEOPLE, mode="append")
    third = classified(home)
    assert (third["recorded"], third["unchanged"]) == (["people"], ["orders"])
    assert looks(home, "people") == [("0", (None, "EMAIL")), ("1", (None, "EMAIL"))]
    assert classified(home, "--again")["recorded"] == ["orders", "people"]


def test_what_changed_since_it_was_looked_at_is_a_gap_and_no_all_clear(home: Path, tmp_path: Path) -> None:
    expected = tmp_path / "expect.toml"
    expected.write_text('namespace = "headwater://drift"\n[[expect]]\nname = "harmless"\ndataset = "orders"\n', encoding="utf-8")
    assert headwater("expect", expected, "--home", home).code == 0
    classified(home)
    assert (headwater("leaks", "--home", home).code, headwater("label", "show", "orders", "--home", home).code) == (0, 0)
    mails = pa.table({"order_no": list(range(300)), "remark": [f"u{n}@example.org" for n in range(300)]})
    write_deltalake(tmp_path / "delta" / "orders", mails, mode="append", schema_mode="merge")
    assert headwater("lake", "scan", "drift", "--home", home).code == 0
    for asked in (("leaks",), ("label", "show", "orders"), ("label", "review", "orders")):
        ended = headwater(*asked, "--home", home)
        assert (ended.code, "it changed since anybody looked" in " ".join(ended.out.split())) == (4, True), ended.out
    classified(home)
    assert headwater("leaks", "--home", home).code == 1


def test_csv_and_json_lines_of_a_folder_are_looked_into_like_parquet(tmp_path: Path) -> None:
    lake, home = tmp_path / "lake", tmp_path / "home"
    for folder, name, lines in (
        ("people", "a.csv", ["id,mail", *(f"{n},u{n}@example.org" for n in range(60))]),
        ("packed", "a.csv.gz", ["id,mail", *(f"{n},u{n}@example.org" for n in range(60))]),
        ("events", "a.jsonl", [json.dumps({"id": n, "mail": f"u{n}@example.org"}) for n in range(60)]),
    ):
        (lake / folder).mkdir(parents=True)
        text = ("\n".join(lines) + "\n").encode()
        (lake / folder / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    (lake / "torn").mkdir()
    (lake / "torn" / "a.csv").write_text("id,mail\n1\n2,x,y,z\n", encoding="utf-8")
    assert headwater("lake", "add", "drift", lake, "--home", home).code == 0
    headwater("lake", "scan", "drift", "--home", home)
    found = classified(home)
    assert {each["dataset"] for each in found["columns"] if each["info_type"] == "EMAIL"} == {"people", "packed", "events"}
    assert [(gap["dataset"], gap["code"]) for gap in found["gaps"]] == [("torn", "DATASET-UNREADABLE")]


def test_links_are_not_followed_and_that_is_said(tmp_path: Path) -> None:
    lake, home = tmp_path / "lake", tmp_path / "home"
    (lake / "people").mkdir(parents=True)
    (lake / "people" / "a.csv").write_text("id,mail\n1,a@example.org\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.csv").write_text("id\n1\n", encoding="utf-8")
    (lake / "linked").symlink_to(tmp_path / "elsewhere")
    assert headwater("lake", "add", "drift", lake, "--home", home).code == 0
    headwater("lake", "scan", "drift", "--home", home)
    assert [gap["code"] for gap in classified(home)["gaps"]] == ["LINK-NOT-FOLLOWED"]
    ended = headwater("classify", lake, "--json")
    assert (ended.code, [(gap["dataset"], gap["code"]) for gap in ended.json["gaps"]]) == (4, [("linked", "LINK-NOT-FOLLOWED")])


def test_nothing_is_recorded_where_that_is_said_or_no_scan_has_seen_it(home: Path, tmp_path: Path) -> None:
    assert classified(home, "--no-record")["recorded"] == []
    write_deltalake(tmp_path / "delta" / "new", PEOPLE)
    found = classified(home)
    assert (found["recorded"], found["unknown"]) == (["orders", "people"], ["new"])
    shown = headwater("classify", "--lake", "drift", "--home", home).out
    assert "not read again, as nothing changed: 2 datasets" in shown and "not recorded: 1 dataset that no scan has seen yet" in shown


def test_a_dataset_that_cannot_be_read_is_a_gap_and_looked_at_again(home: Path, tmp_path: Path) -> None:
    for file in DeltaTable(tmp_path / "delta" / "people").file_uris():
        Path(file.removeprefix("file://")).write_bytes(b"no parquet")
    ended = headwater("classify", "--lake", "drift", "--home", home, "--json")
    assert ended.code == 4
    assert [(gap["dataset"], gap["code"]) for gap in ended.json["gaps"]] == [("people", "DATASET-UNREADABLE")]
    assert ended.json["recorded"] == ["orders", "people"]
    assert looks(home, "people") == [("0", ())]
    assert classified(home)["unchanged"] == ["orders"]
    assert "DATASET-UNREADABLE" in headwater("gaps", "--home", home).out


def test_what_was_done_before_an_interruption_is_not_done_again(home: Path) -> None:
    place = find_place(home, "drift")
    with LocalClient.open(home, create=False) as client:
        told = 0

        def interrupted(done: int, total: int) -> None:
            nonlocal told
            told = done
            if done == 1:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            classify_lake(home, "drift", Bounds(), lambda _: Recording(client.ask, client.record, in_lake(place), progress=interrupted))
        assert told == 1
    found = classified(home)
    assert (found["unchanged"], found["recorded"]) == (["orders"], ["people"])


def test_a_refusal_that_concerns_all_stops_the_classification(home: Path) -> None:
    place = find_place(home, "drift")
    refused = RecordReport(received=1, recorded=0, duplicate=0, rejected=(Rejected(0, "the key may not", code="KEY-SCOPE", next="ask"),))
    with LocalClient.open(home, create=False) as client, pytest.raises(ClassificationUnrecorded):
        classify_lake(home, "drift", Bounds(), lambda _: Recording(client.ask, lambda _: refused, in_lake(place)))


def test_a_file_with_a_name_that_no_document_holds_is_a_gap_all_the_same(home: Path) -> None:
    unread = FileGap(dataset="people", file="b\udcff\nad.csv", code="FILE-UNREADABLE")
    with LocalClient.open(home, create=False) as client:
        recording = Recording(client.ask, client.record, in_lake(find_place(home, "drift")))
        assert recording.done(Seen("people", "0", (), (unread,))) == ()
        assert recording.recorded == ["people"]
        [gap] = [gap for gap in client.gaps().result.gaps if gap.code == "FILE-UNREADABLE"]
    assert gap.detail == r"while its columns were classified: b\udcff\nad.csv"


def test_a_decision_on_a_like_named_column_is_learned_and_told_as_a_witness(home: Path, tmp_path: Path) -> None:
    write_deltalake(tmp_path / "delta" / "staff", pa.table({"Badge_Ref": [f"M{n * 7919 % 100_003:06d}" for n in range(300)]}))
    write_deltalake(tmp_path / "delta" / "dues", pa.table({"badgeRef": [f"M{n * 7919 % 100_003:06d}" for n in range(300)]}))
    headwater("lake", "scan", "drift", "--home", home)
    before = {each["dataset"]: each["state"] for each in classified(home)["columns"] if each["dataset"] in ("staff", "dues")}
    assert before == {"staff": "clear", "dues": "clear"}
    said = ("--type", "EMPLOYEE_ID", "--reason", "numbers of members of staff", "--home", home)
    assert headwater("label", "set", "staff:Badge_Ref", "--level", "direct", *said).code == 0
    found = classified(home)
    assert (found["recorded"], found["unchanged"]) == (["dues"], ["orders", "people", "staff"])
    [dues] = [each for each in found["columns"] if each["dataset"] == "dues"]
    assert (dues["state"], dues["info_type"]) == ("suspected", "EMPLOYEE_ID")
    assert dues["evidence"]["learned"] == {"info_type": "EMPLOYEE_ID", "confirmed": 1, "rejected": 0, "weight": 1.04}
    assert "learned: 1" in headwater("classify", "--lake", "drift", "--home", home).out


def test_what_lineage_brings_is_told_as_a_witness_and_labels_a_copy_that_looks_like_it(home: Path, tmp_path: Path) -> None:
    write_deltalake(tmp_path / "delta" / "contacts", pa.table({"via": [f"u{n}@example.org" for n in range(300)]}))
    headwater("lake", "scan", "drift", "--home", home)
    classified(home)
    sql = "INSERT INTO contacts SELECT mail AS via FROM people"
    run = run_event("contacts", inputs=["people"], sql=sql)
    with LocalClient.open(home, create=False) as client:
        assert not client.record([json.dumps(run).encode()]).rejected
    found = classified(home, "--again")
    [via] = [each for each in found["columns"] if each["dataset"] == "contacts"]
    assert via["evidence"]["lineage"]["source"] == "datasetField:headwater://drift:people:mail"
    assert (via["state"], via["info_type"], via["evidence"]["lineage"]["weight"] >= 3) == ("labelled", "EMAIL", True)


def run_event(output: str, *, inputs: list[str], sql: str, namespace: str = "headwater://drift") -> dict[str, Any]:
    return {
        "eventTime": "2026-11-01T00:00:00Z",
        "eventType": "COMPLETE",
        "producer": "https://example.org",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0190f0f0-0000-7000-8000-000000000001"},
        "job": {"namespace": "jobs", "name": "load", "facets": {"sql": {"query": sql, "dialect": "spark"}} if sql else {}},
        "inputs": [{"namespace": namespace, "name": name} for name in inputs],
        "outputs": [{"namespace": namespace, "name": output}],
    }


def test_tables_of_a_database_that_the_home_knows_are_recorded(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.register("p", PEOPLE)
        connection.execute("CREATE TABLE people AS SELECT * FROM p; CREATE TABLE other AS SELECT * FROM p")
    home = tmp_path / "home"
    run = run_event("shop.main.people", inputs=[], sql="", namespace=f"duckdb://{path}")
    with LocalClient.open(home, create=True) as client:
        client.record([json.dumps(run).encode()])
    found = headwater("classify", path, "--home", home, "--json").json
    assert (found["recorded"], found["unknown"]) == (["main.people"], [])
    [(state, types)] = looks(home, "shop.main.people", f"duckdb://{path}")
    assert (state.startswith("state-"), types) == (True, (None, "EMAIL"))


def test_what_has_no_versions_is_looked_at_again_once_it_shows_a_change_or_a_run_wrote_it(tmp_path: Path) -> None:
    home, database, file = tmp_path / "home", tmp_path / "shop.duckdb", tmp_path / "people.csv"
    file.write_text("id,mail\n" + "".join(f"{n},u{n}@example.org\n" for n in range(60)), encoding="utf-8")
    with duckdb.connect(str(database)) as connection:
        connection.register("p", PEOPLE)
        connection.execute("CREATE TABLE people AS SELECT * FROM p")
    runs = {file: ("file", str(file)), database: (f"duckdb://{database}", "shop.main.people")}

    def ran(at: str) -> None:
        with LocalClient.open(home, create=True) as client:
            for space, name in runs.values():
                told = {**run_event(name, inputs=[], sql="", namespace=space), "eventTime": at}
                assert not client.record([json.dumps(told).encode()]).rejected

    def looked_at() -> list[int]:
        found = [headwater("classify", place, "--home", home, "--json").json for place in runs]
        assert all(len(each["recorded"]) + len(each["unchanged"]) == 1 for each in found)
        return [len(each["recorded"]) for each in found]

    ran("2026-11-01T00:00:00Z")
    assert (looked_at(), looked_at()) == ([1, 1], [0, 0])
    ran("2099-01-01T00:00:00Z")
    assert looked_at() == [1, 1]
    with duckdb.connect(str(database)) as connection:
        connection.execute("INSERT INTO people VALUES (1, 'x')")
    file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert looked_at() == [1, 1]
