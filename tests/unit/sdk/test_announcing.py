"""A person announces how a source will change; exactly that is then no finding, and `batch list` says who expected it and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater import connect
from headwater.capture.documents import encode
from headwater.model.entries import BATCH_LOADED, BATCH_PROFILED
from headwater.model.errors import HeadwaterError
from headwater.model.keys import Scope
from headwater.model.lakes import DatasetName
from headwater.model.loads import LoadedBatch, ProfiledBatch
from headwater.model.questions import FindingsQuestion
from headwater.model.times import format_instant
from headwater.sdk.local import LocalClient
from tests.lakes.telling import NAMESPACE
from tests.unit.answers.batches.profiles import DAY, START, drawn, profiled
from tests.unit.api.running import running
from tests.unit.cli.calling import headwater

LABS = "labs"


def day(number: float) -> str:
    return format_instant(int(START + number * DAY))  # type: ignore[arg-type]  # because an instant is a number


def brought(number: int, columns: dict[str, Any], dataset: str = LABS) -> list[bytes]:
    """What a run records of one batch."""
    profile = profiled(number, columns)
    name, at = DatasetName(NAMESPACE, dataset), format_instant(profile.arrived)
    loaded = LoadedBatch(
        headwater=BATCH_LOADED,
        seen_at=at,
        source="s",
        kind="feed",
        batch=profile.batch,
        dataset=name,
        origin=DatasetName("feed://lab", "results"),
        run=f"r{number}",
        job=DatasetName("headwater://sources", "s"),
        started_at=at,
        ended_at=at,
        rows=profile.rows,
    )
    event = {
        "eventType": "COMPLETE",
        "eventTime": at,
        "producer": "https://lab.example",
        "run": {"runId": f"0192f000-0000-7000-8000-{number:012d}"},
        "job": {"namespace": "headwater://sources", "name": "s"},
        "inputs": [{"namespace": "feed://lab", "name": "results"}],
        "outputs": [{"namespace": NAMESPACE, "name": dataset}],
    }
    return [
        json.dumps(event).encode(),
        encode(loaded),
        encode(ProfiledBatch(headwater=BATCH_PROFILED, seen_at=at, dataset=name, source="s", profile=profile)),
    ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was told of twenty days as ever, and of one with other units and half the rows."""
    folder = tmp_path_factory.mktemp("told") / "home"
    with LocalClient.open(folder, create=True) as client:
        for number in range(1, 21):
            client.record(brought(number, drawn(number)))
        changed = drawn(21, rows=150)
        changed["height"] = changed["height"] / 100
        client.record(brought(21, changed))
        client.wait()
    return folder


@pytest.fixture
def home(told: Path, tmp_path: Path) -> Iterator[tuple[Path, LocalClient]]:
    """A copy of it, opened."""
    shutil.copytree(told, tmp_path / "home")
    with LocalClient.open(tmp_path / "home", create=False) as client:
        yield tmp_path / "home", client


def found(client: LocalClient) -> set[str]:
    client.wait()
    told = client.findings.list().result.findings
    return {":".join(filter(None, (one.cause["deviation"], one.cause.get("column", "")))) for one in told}


def test_what_is_announced_is_no_finding_and_all_else_still_is(home: tuple[Path, LocalClient]) -> None:
    _, client = home
    assert found(client) == {"volume", "units:height"}
    told = client.sources.expect("s", ["units:height"], "the ward measures in metres", start=day(20.5), until=day(25))
    assert [(one.kind, one.column, one.reason, one.by) for one in told.result.sources[0].expected] == [
        ("units", "height", "the ward measures in metres", "local")
    ]
    assert found(client) == {"volume"}
    newest, before = client.sources.batches(LABS).result.batches[:2]
    assert {(one.kind, one.expected) for one in newest.deviations} == {("volume", None), ("units", "the ward measures in metres")}
    assert before.deviations == () and before.learning == 0
    assert client.sources.list().result.sources[0].state == "deviates"
    assert client.sources.expect("s", ["volume"], "half the ward is closed", start=day(20.5), until=day(25)).result.sources[0].state == (
        "expected"
    )
    assert found(client) == set()


@pytest.mark.parametrize(("start", "until"), [(day(22), day(25)), (day(1), day(21))])
def test_a_batch_outside_the_time_span_stays_a_finding(home: tuple[Path, LocalClient], start: str, until: str) -> None:
    _, client = home
    client.sources.expect("s", ["units:height", "volume"], "other days", start=start, until=until)
    assert found(client) == {"volume", "units:height"}


def test_an_announcement_of_another_column_or_kind_covers_nothing(home: tuple[Path, LocalClient]) -> None:
    _, client = home
    client.sources.expect("s", ["units:amount", "level:height", "late"], "something else", start=day(20.5), until=day(25))
    assert found(client) == {"volume", "units:height"}


def test_what_was_known_before_the_announcement_stays_as_it_was(home: tuple[Path, LocalClient]) -> None:
    _, client = home
    position = client.status().result.ledger_size - 1
    client.sources.expect("s", ["volume", "units:height"], "known too late", start=day(20.5), until=day(25))
    assert found(client) == set()
    assert client.ask(FindingsQuestion(known_at=position)).total["findings"] == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--change", "weather"], "expected one of `nulls`"),
        (["--change", "units"], "`units:COLUMN`"),
        (["--change", "volume:height"], "concerns whole batches"),
        (["--change", "volume", "--reason", "  "], "a reason of"),
        (["--change", "volume", "--until", "soon"], "a time such as"),
        (["--change", "volume", "--from", "2031-01-01"], "an end after its start"),
        (["--change", "volume", "--dataset", "visits"], "one of its datasets"),
    ],
)
def test_what_is_no_announcement_is_refused_in_words(home: tuple[Path, LocalClient], words: list[str], expected: str) -> None:
    folder, client = home
    client.close()
    given = {"--reason": "why", "--until": "2030-01-01"}
    for name, value in given.items():
        words = words if name in words else [*words, name, value]
    ended = headwater("batch", "expect", "s", *words, "--home", folder)
    problem, next_step, _ = ended.fault
    assert ended.code == 2 and expected in problem and "`s`" in problem and next_step == "headwater batch expect --help"


def test_the_command_announces_and_the_lists_say_so(home: tuple[Path, LocalClient]) -> None:
    folder, client = home
    client.close()
    nobody = headwater("batch", "expect", "nobody", "--change", "volume", "--reason", "why", "--until", "2030-01-01", "--home", folder)
    assert nobody.code == 2 and nobody.fault[1] == "headwater source list"
    words = ("--change", "volume", "--change", "units:height", "--reason", "half the ward moved", "--from", day(20.5), "--until", day(30))
    ended = headwater("batch", "expect", "s", *words, "--home", folder)
    assert ended.code == 0 and "units in `height` is expected" in ended.out and "headwater batch list labs" in ended.out
    listed = headwater("batch", "list", "labs", "--home", folder)
    assert listed.out.replace("\n", " ").count("expected:") == 2
    sources = headwater("source", "list", "--home", folder)
    for word in ("s ", "feed", "b21 (150 rows)", "expected"):
        assert word in sources.out
    assert headwater("source", "list", "--home", folder, "--json").json["result"]["sources"][0]["batches"] == 21


def test_a_source_of_several_datasets_needs_to_be_told_which(home: tuple[Path, LocalClient]) -> None:
    _, client = home
    client.record(brought(21, drawn(21), "visits"))
    client.wait()
    with pytest.raises(HeadwaterError, match="`labs`, `visits`"):
        client.sources.expect("s", ["volume"], "why", until=day(3000))
    told = client.sources.expect("s", ["volume"], "why", until=day(3000), dataset="visits")
    assert [one.dataset for one in told.result.sources[0].expected] == [f"dataset:{NAMESPACE}:visits"]


def test_over_http_it_needs_the_right_to_write_the_dataset(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server:
        with connect(server.url, server.admin_key) as admin:
            admin.record([event for number in range(1, 21) for event in brought(number, drawn(number))])
            assert admin.wait()
        words = ("s", ["volume"], "the ward closes")
        reader = server.headwater.create_key("reader", [Scope("read")]).secret
        other = server.headwater.create_key("other", [Scope("read"), Scope("write", "dbt://*")]).secret
        writer = server.headwater.create_key("writer", [Scope("read"), Scope("write", f"{NAMESPACE}*")])
        for secret in (reader, other):
            with connect(server.url, secret) as client, pytest.raises(HeadwaterError) as refused:
                client.sources.expect(*words, until=day(3000))
            assert refused.value.next_step and "announc" not in str(refused.value.code)
        with connect(server.url, writer.secret) as client:
            told = client.sources.expect(*words, until=day(3000)).result.sources[0].expected
        assert [(one.kind, one.by) for one in told] == [("volume", writer.record.id)]


def test_a_column_that_never_was_is_refused_and_one_to_come_is_not(home: tuple[Path, LocalClient]) -> None:
    _, client = home
    fields = [{"name": name, "type": "double"} for name in ("height", "amount")]
    schema = {"_producer": "https://lab.example", "_schemaURL": "https://lab.example/schema", "fields": fields}
    event = json.loads(brought(22, drawn(22))[0])
    event["outputs"][0]["facets"] = {"schema": schema}
    client.record([json.dumps(event).encode()])
    client.wait()
    with pytest.raises(HeadwaterError, match="such as `height`, got `heigt`"):
        client.sources.expect("s", ["units:heigt"], "a slip", start=day(20), until=day(25))
    told = client.sources.expect("s", ["units:height", "columns:weight"], "as it is", start=day(20), until=day(25))
    assert {one.column for one in told.result.sources[0].expected} == {"height", "weight"}
