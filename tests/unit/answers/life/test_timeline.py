"""Everything that happened to a dataset stands on one timeline, newest first, as far as the asker may see it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.answers.life.timeline import ask
from headwater.answers.sight import Sight
from headwater.capture.documents import encode
from headwater.cli.render.lanes import render_lanes_page, render_lanes_svg
from headwater.model.deliveries import DeliverySeen
from headwater.model.entries import FEED_DELIVERY
from headwater.model.errors import UsageError
from headwater.model.lakes import DatasetName, SchemaSeen
from headwater.model.life_answers import Happening
from headwater.model.questions import TimelineQuestion
from headwater.model.schemas import Column
from headwater.sdk.local import LocalClient
from tests.lakes.arriving import DAY, loaded, source_run
from tests.lakes.telling import NAMESPACE, at, lake_added, scanned, version, versions

FIRST = SchemaSeen("0", (Column("id", "int"), Column("ward", "string")), at=at(0), ids=(1, 2), required=(True, False))
SECOND = SchemaSeen("1", (Column("id", "long"), Column("station", "string")), at=at(4 * DAY), ids=(1, 2), required=(True, False))


def held(day: float, verdict: str = "altered") -> bytes:
    return encode(
        DeliverySeen(
            headwater=FEED_DELIVERY,
            seen_at=at(day * DAY),
            source="labs",
            origin=DatasetName("feed://labs", "results"),
            dataset=DatasetName(NAMESPACE, "visits"),
            delivery=f"d-{day}",
            verdict=verdict,  # type: ignore[arg-type]  # because these are verdicts
            delivered_at=at(day * DAY),
            why="not what it was",
        )
    )


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LocalClient]:
    """A dataset to which everything happens that may."""
    with LocalClient.open(tmp_path / "home", create=True) as made:
        report = made.record(
            [
                lake_added(),
                source_run(1, table="visits"),
                loaded(1).replace(b'"version":"101"', b'"version":"1"'),
                held(2),
                versions(
                    "visits",
                    version("1", DAY, added_rows=5, schema="0"),
                    version("2", 3 * DAY, "replace", added_rows=5, removed_rows=5, same_content=True, schema="0"),
                    version("schema-1", 4 * DAY, "schema", schema="1", added_rows=0),
                    version("3", 5 * DAY, "delete", removed_rows=2, author="mallory", schema="1"),
                    version("set-9", 6 * DAY, "set current version"),
                    schemas=(FIRST, SECOND),
                    minutes=7 * DAY,
                ),
                versions("visits", gone=("2",), minutes=8 * DAY),
                scanned(minutes=8 * DAY + 1),
            ]
        )
        assert not report.rejected, report.rejected
        made.wait()
        yield made


def told(happening: Happening) -> tuple[str, str]:
    return happening.lane, happening.what.partition(":")[0]


def test_everything_stands_on_one_timeline_newest_first(client: LocalClient) -> None:
    answer = client.lakes.timeline("visits")
    happenings = answer.result.happenings
    assert [happening.at for happening in happenings] == sorted((happening.at for happening in happenings), reverse=True)
    rows = {told(happening) for happening in happenings}
    assert {
        ("runs", "ended"),
        ("batches", "arrived"),
        ("deliveries", "altered, held back"),
        ("versions", "append"),
        ("maintenance", "compacted"),
        ("schema", "widened id, renamed ward"),
        ("versions", "delete"),
        ("maintenance", "rolled back"),
        ("maintenance", "1 version no longer in the lake"),
        ("findings", "raised"),
    } <= rows
    assert answer.total["happenings"] == len(happenings)
    assert sum(answer.total.values()) == 2 * len(happenings)
    append = next(happening for happening in happenings if happening.what == "append")
    assert append.job == "job:headwater://sources:labs" and append.rows == 5 and append.finding is None


def test_decisions_and_what_shows_again_are_told(client: LocalClient) -> None:
    finding = next(each for each in client.findings.list().result.findings if each.cause.get("author") == "mallory")
    client.findings.acknowledge(finding.id, "the ward asked for it")
    client.record([versions("visits", version("4", 9 * DAY, "delete", removed_rows=1, author="mallory"), minutes=10 * DAY)])
    client.wait()
    own = [happening for happening in client.lakes.timeline("visits").result.happenings if happening.finding == finding.id]
    assert {happening.what.partition(":")[0] for happening in own if happening.lane == "findings"} == {
        "raised",
        "acknowledged",
        "re-opened",
    }
    assert {happening.state for happening in own if happening.lane == "findings"} == {"re-opened"}
    client.findings.resolve(finding.id, "put back")
    client.wait()
    assert "resolved" in {told(happening)[1] for happening in client.lakes.timeline("visits").result.happenings}


def test_times_and_pages_cut_it_and_counts_stay_those_between_the_times(client: LocalClient) -> None:
    whole = client.lakes.timeline("visits").result.happenings
    between = client.lakes.timeline("visits", since=at(2 * DAY), until=at(4 * DAY))
    assert {happening.at for happening in between.result.happenings} <= {happening.at for happening in whole}
    assert all("2026-11-03T12" <= happening.at <= "2026-11-05T12:00:00Z" for happening in between.result.happenings)
    pages: list[Happening] = []
    page = None
    while True:
        answer = client.lakes.timeline("visits", limit=3, page=page)
        assert answer.total["happenings"] == len(whole)
        pages.extend(answer.result.happenings)
        page = answer.next_page
        if page is None:
            break
    assert tuple(pages) == whole
    with pytest.raises(UsageError, match="`since`"):
        client.lakes.timeline("visits", since="yesterday")


def test_the_past_stays_as_it_was_known(client: LocalClient) -> None:
    before = client.lakes.timeline("visits")
    client.record([held(7), loaded(7)])
    client.wait()
    assert client.lakes.timeline("visits").total["happenings"] > before.total["happenings"]
    assert client.lakes.timeline("visits", known_at=before.known_at) == before
    early = client.lakes.timeline("visits", as_of=at(3.5 * DAY)).result.happenings
    assert early and all(happening.at <= at(3.5 * DAY) for happening in early)


def test_runs_jobs_and_suppliers_that_may_not_be_seen_stay_hidden(client: LocalClient) -> None:
    with client._headwater.follower.reading() as views:
        answer = ask(views, TimelineQuestion(node="visits"), Sight((NAMESPACE,)))
    assert {happening.job for happening in answer.result.happenings} <= {None, "hidden"}
    assert {happening.run for happening in answer.result.happenings} <= {None, "hidden"}
    [delivery] = [happening for happening in answer.result.happenings if happening.lane == "deliveries"]
    assert delivery.detail == ""


def test_the_picture_has_a_lane_for_each_kind_and_a_mark_for_each_happening(client: LocalClient) -> None:
    answer = client.lakes.timeline("visits")
    root = ET.fromstring(render_lanes_svg(answer))  # because it is our own picture
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"runs", "batches", "deliveries", "versions", "schema", "maintenance", "findings"} <= texts
    titles = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert sum(len(title.splitlines()) for title in titles[1:]) == len(answer.result.happenings)
    page = render_lanes_page(answer)
    assert "default-src 'none'" in page and page.count("<tr>") == len(answer.result.happenings) + 1 and "<script" not in page


def test_a_picture_of_nothing_is_drawn_too(client: LocalClient) -> None:
    answer = client.lakes.timeline("visits", since=at(400 * DAY))
    assert answer.total["happenings"] == 0
    ET.fromstring(render_lanes_svg(answer))  # because it is our own picture
