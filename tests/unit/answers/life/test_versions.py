"""Lineage as of a version is that of the time when it was written, and says which run and batch wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.answers.lineage import ask
from headwater.answers.sight import Sight
from headwater.model.errors import AmbiguousNode, UsageError
from headwater.model.lakes import SchemaSeen
from headwater.model.questions import LineageQuestion
from headwater.model.schemas import Column
from headwater.sdk.local import LocalClient
from tests.lakes.arriving import DAY, loaded
from tests.lakes.telling import NAMESPACE, at, lake_added, scanned, version, versions


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LocalClient]:
    """Three versions of a table: the first two made by statements of runs, from one source each, the last by nobody."""
    with LocalClient.open(tmp_path / "home", create=True) as made:
        report = made.record(
            [
                lake_added(),
                *run(1, "old_source"),
                *run(2, "new_source"),
                versions(
                    "visits",
                    version("5101", 1 * DAY + 3, "overwrite", added_rows=5),
                    version("5102", 2 * DAY + 3, "overwrite", added_rows=5),
                    version("77", 3 * DAY, added_rows=1),
                    schemas=(SchemaSeen("0", (Column("id", "long"),), at=at(0)),),
                ),
                loaded(2).replace(b'"version":"102"', b'"version":"5102"'),
                scanned(),
            ]
        )
        assert not report.rejected, report.rejected
        made.wait()
        yield made


def run(day: int, source: str) -> list[bytes]:
    """A run that overwrites the table from a source, minutes long."""
    sql = {"query": f"INSERT OVERWRITE TABLE visits SELECT id FROM {source}", "dialect": "spark"}
    return [
        json.dumps(
            {
                "eventType": kind,
                "eventTime": at(day * DAY + minutes),
                "producer": "https://etl.example",
                "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                "run": {"runId": f"0198c0de-0000-7000-8000-00000000000{day}"},
                "job": {"namespace": "jobs", "name": "load", "facets": {"sql": sql}},
                "inputs": [{"namespace": NAMESPACE, "name": source}],
                "outputs": [{"namespace": NAMESPACE, "name": "visits"}],
            }
        ).encode()
        for kind, minutes in (("START", 0), ("COMPLETE", 9))
    ]


def sources(client: LocalClient, as_of: str | None) -> list[str]:
    return [node.name for node in client.lineage("visits", as_of=as_of).result.nodes]


def test_the_lineage_is_that_of_when_the_version_was_written(client: LocalClient) -> None:
    assert sources(client, "5101") == ["old_source"]
    assert sources(client, "5102") == sources(client, None) == ["new_source"]
    answer = client.lineage("visits", as_of="5101")
    told = answer.result.version
    assert told is not None
    assert (told.version, told.at, told.rule, told.job) == ("5101", "2026-11-02T12:03:00Z", "run", "job:jobs:load")
    assert told.run == "run:0198c0de-0000-7000-8000-000000000001" and told.batches == ()
    assert answer.as_of == "2026-11-02T12:09:00Z"
    assert client.lineage("visits").result.version is None


def test_the_batch_that_came_in_with_a_version_is_named(client: LocalClient) -> None:
    told = client.lineage("visits", as_of="version:5102").result.version
    assert told is not None and (told.batches, told.sources) == (("labs-2",), ("labs",))


def test_a_beginning_is_enough_and_works_for_impact_and_columns_too(client: LocalClient) -> None:
    told = client.impact("visits", as_of="7").result.version
    assert told is not None and told.version == "77" and told.run is None and told.why
    column = client.lineage("visits.id", as_of="5101")
    assert column.result.version is not None and [node.name for node in column.result.nodes if node.column] == ["old_source"]


def test_an_unknown_version_and_one_that_several_begin_with_list_candidates(client: LocalClient) -> None:
    with pytest.raises(UsageError, match=r"cannot find version `9`.*`77` of 2026-11-04.*`5102`.*`5101`") as unknown:
        client.lineage("visits", as_of="9")
    assert unknown.value.next_step == f"headwater lake history dataset:{NAMESPACE}:visits"
    with pytest.raises(AmbiguousNode, match="2 begin so: `5102` of 2026-11-03T12:03:00Z, `5101`"):
        client.impact("visits", as_of="51")


def test_where_nothing_has_versions_a_bad_time_is_a_bad_time(client: LocalClient) -> None:
    for node in ("old_source", "job:jobs:load"):
        with pytest.raises(UsageError, match="cannot read the time in `as_of`"):
            client.lineage(node, as_of="yesterday")


def test_a_run_that_may_not_be_seen_stays_hidden(client: LocalClient) -> None:
    with client._headwater.follower.reading() as views:
        told = ask(views, LineageQuestion(node="visits", as_of="5101"), Sight((NAMESPACE,))).result.version
    assert told is not None and (told.run, told.job) == ("hidden", "hidden")
