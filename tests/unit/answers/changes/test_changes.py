"""Changes outside runs are told with who, when and how much, decided about by people, and told again when they happen again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.model.errors import HeadwaterError
from headwater.sdk.local import LocalClient
from tests.lakes.telling import NAMESPACE, at, lake_added, scanned, version, versions


def run(name: str, start: float, end: float, rows: int | None = None, table: str = "visits", state: str = "COMPLETE") -> list[bytes]:
    """A run that writes a table, in two events."""
    facets: dict[str, Any] = {"outputFacets": {"outputStatistics": {"rowCount": rows}}} if rows is not None else {}
    output = {"namespace": NAMESPACE, "name": table, **facets}
    told = (("START", start), (state, end))
    return [
        json.dumps(
            {
                "eventType": kind,
                "eventTime": at(minutes),
                "producer": "https://etl.example",
                "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                "run": {"runId": name},
                "job": {"namespace": "jobs", "name": "load"},
                "outputs": [output],
            }
        ).encode()
        for kind, minutes in told
    ]


RUN = "0198c0de-0000-7000-8000-000000000001"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LocalClient]:
    with LocalClient.open(tmp_path / "home", create=True) as made:
        yield made


def told(client: LocalClient, *pieces: bytes | list[bytes]) -> None:
    flat = [item for piece in pieces for item in (piece if isinstance(piece, list) else [piece])]
    report = client.record(flat)
    assert not report.rejected, report.rejected


def test_an_update_outside_every_run_is_a_change_with_its_author(client: LocalClient) -> None:
    bad = version("2", 50, "overwrite", added_rows=4, removed_rows=4, author="mallory", parent="1")
    told(client, lake_added(), run(RUN, 10, 20, rows=9), versions("visits", version("1", 15, added_rows=9), bad), scanned())
    answer = client.changes()
    [change] = answer.result.changes
    assert (change.version, change.author, change.added_rows, change.tier, change.state) == ("2", "mallory", 4, "confirmed", "open")
    assert answer.total == {"changes": 1, "settled": 0, "explained": 1, "before_watch": 0, "hidden": 0}
    assert answer.complete
    rules = {change.version: change.rule for change in client.changes(explained=True).result.changes}
    assert rules == {"1": "run", "2": None}


def test_a_late_event_explains_and_the_past_stays_as_it_was_known(client: LocalClient) -> None:
    told(client, lake_added(), run(RUN, 10, 20), versions("visits", version("1", 15), version("2", 50, added_rows=3)), scanned())
    before = client.changes().known_at
    told(client, run("0198c0de-0000-7000-8000-000000000002", 49, 51, rows=3))
    assert client.changes().total["changes"] == 0
    assert client.changes(known_at=before).total["changes"] == 1


def test_what_is_older_than_every_record_is_no_alarm(client: LocalClient) -> None:
    told(client, versions("visits", version("0", -500), version("1", 15)), lake_added(), run(RUN, 10, 20), scanned())
    assert client.changes().total == {"changes": 0, "settled": 0, "explained": 1, "before_watch": 1, "hidden": 0}


def test_a_decision_covers_what_was_known_and_the_same_again_reopens(client: LocalClient) -> None:
    told(client, lake_added(), run(RUN, 1, 2), versions("visits", version("1", 30, author="m", added_rows=1)), scanned())
    [finding] = client.findings.list().result.findings
    assert (finding.state, finding.count, finding.severity) == ("open", 1, "high")
    assert client.findings.acknowledge(finding.id[:5], "a  correction\nagreed with the ward").result.state == "acknowledged"
    assert client.changes().total["changes"] == 0 and client.changes().total["settled"] == 1
    told(client, versions("visits", version("2", 40, author="m", added_rows=1), minutes=1200))
    [again] = client.findings.list().result.findings
    assert (again.id, again.state, again.count) == (finding.id, "re-opened", 2)
    assert [decision.reason for decision in again.decisions] == ["a correction agreed with the ward"]
    assert client.findings.resolve(again.id, "rolled back").result.state == "resolved"
    assert not client.findings.list().result.findings
    assert len(client.findings.list(state="all").result.findings) == 1


def test_nothing_watched_is_never_nothing_wrong(client: LocalClient) -> None:
    told(client, run(RUN, 1, 2))
    answer = client.changes()
    assert not answer.complete and [gap.code for gap in answer.gaps] == ["LAKE-UNWATCHED"]
    told(client, lake_added())
    assert [gap.code for gap in client.changes().gaps] == ["LAKE-UNSCANNED"]


def test_a_dataset_that_vanished_is_told(client: LocalClient) -> None:
    told(client, lake_added(), versions("visits", version("1", 15)), scanned("visits"))
    assert [gap.code for gap in client.changes().gaps] == ["DATASET-VANISHED"]


def test_a_file_of_a_folder_is_judged_by_itself(client: LocalClient) -> None:
    files = tuple(
        {"path": name, "change": "added", "at": at(minutes), "rows": rows}
        for name, minutes, rows in (("a", 15, 9), ("b", 15, 2), ("c", 70, 1))
    )
    seen = json.loads(versions("visits", version("s1", 80, "files", not_before=at(5)), format="folder"))
    seen["versions"][0]["files"] = files
    told(client, lake_added(kind="folder"), run(RUN, 10, 20, rows=9), json.dumps(seen, separators=(",", ":")).encode(), scanned())
    [change] = client.changes().result.changes
    assert change.files == ("b", "c")


def test_a_reason_is_required_and_an_unknown_finding_is_named(client: LocalClient) -> None:
    with pytest.raises(HeadwaterError, match="expected a reason"):
        client.findings.acknowledge("0" * 12, " ")
    with pytest.raises(HeadwaterError, match="cannot find finding `abc`"):
        client.findings.show("abc")


def test_another_order_of_arrival_gives_the_same_changes(client: LocalClient) -> None:
    told(client, scanned(), versions("visits", version("1", 15, added_rows=9), version("2", 50)), run(RUN, 10, 20, rows=9), lake_added())
    assert [change.version for change in client.changes().result.changes] == ["2"]


def test_rows_taken_away_and_put_back_by_one_hand_in_two_commits_are_one_finding(client: LocalClient) -> None:
    one = version("2", 50, "delete", removed_rows=9, added_rows=0, author="m", parent="1")
    other = version("3", 50.01, "append", added_rows=9, removed_rows=0, author="m", parent="2")
    told(client, lake_added(), run(RUN, 10, 20, rows=9), versions("visits", version("1", 15, added_rows=9), one, other), scanned())
    assert client.changes().total["changes"] == 2
    [finding] = client.findings.list().result.findings
    assert (finding.count, finding.cause) == (2, {"operation": "overwrite", "author": "m"})


def of_one_transaction(second: str = "1", **last: Any) -> list[Any]:
    """A part of a table that is put in the place of another as PyIceberg does it: files go, one is cut, new rows come."""
    return [
        version("1", 15, "delete", added_rows=0, removed_rows=61, together="m"),
        version("2", 15.1, "overwrite", added_rows=49, removed_rows=91, parent=second, together="m"),
        version("3", 15.2, "append", **{"added_rows": 24, "removed_rows": 0, "parent": "2", "together": "m", **last}),
    ]


def test_versions_of_one_transaction_are_one_change_of_their_run(client: LocalClient) -> None:
    told(client, lake_added(), run(RUN, 10, 20, rows=24), versions("visits", *of_one_transaction()), scanned())
    assert client.changes().total == {"changes": 0, "settled": 0, "explained": 3, "before_watch": 0, "hidden": 0}


@pytest.mark.parametrize("last", [{"added_rows": 25}, {"author": "mallory"}, {"together": "other"}, {"parent": "1"}])
def test_versions_that_are_not_of_one_transaction_are_judged_one_by_one(client: LocalClient, last: dict[str, Any]) -> None:
    told(client, lake_added(), run(RUN, 10, 20, rows=24), versions("visits", *of_one_transaction(**last)), scanned())
    assert client.changes().total["changes"] > 0
