"""Topics of a real broker fill the lake: every message once, whatever ends in between, and what is lost or odd is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.sources.places import StreamSource, StreamTopic, write_source
from headwater.app.sources.run import staging_of
from headwater.capture.streams.offsets import Held
from headwater.edges.engines.iceberg_writer import IcebergWriter, LakeUnwritable
from headwater.edges.sources.loading import stream
from headwater.edges.sources.loading.stream import Stream
from headwater.edges.sources.loading.unreachable import SourceUnreachable
from headwater.model.errors import HeadwaterError, UnknownNode, UsageError
from headwater.model.lake_answers import BatchView
from headwater.model.lakes import OFFSETS_STAMP
from headwater.sdk.local import LocalClient
from tests.lakes.broker import PASSWORD, PROGRAM, USER, Broker, broker

pytestmark = pytest.mark.service("java", PROGRAM, "module:confluent_kafka", "module:pyiceberg")


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


class Clinic:
    """A home with an Iceberg lake, and a topic of its own on the broker."""

    def __init__(self, folder: Path, kafka: Broker, topic: str) -> None:
        self.folder, self.kafka, self.topic = folder, kafka, topic
        self.table = f"raw.{topic}"
        self.home = folder / "home"
        self.client = self.open("home")

    def open(self, name: str, **more: Any) -> LocalClient:
        """A home that fills this lake, made where it is not there."""
        home = self.folder / name
        client = LocalClient.open(home, create=True)
        place = LakePlace(
            kind="iceberg",
            location=f"sqlite:///{self.folder}/catalog.db",
            namespace="headwater://clinic",
            properties={"warehouse": f"file://{self.folder}/warehouse"},
        )
        write_place(home, "clinic", place)
        self.source(home, **more)
        return client

    def source(self, home: Path | None = None, topic: StreamTopic | None = None, **more: Any) -> None:
        told = {"address": f"kafka://{self.kafka.plain}", "batch_seconds": 0.2, **more}
        write_source(home or self.home, "vitals", StreamSource(lake="clinic", topics=(topic or StreamTopic(name=self.topic),), **told))

    def run(self) -> int:
        return self.client.sources.run("vitals", self.home).rows

    def catalog(self) -> Any:
        return SqlCatalog("clinic", uri=f"sqlite:///{self.folder}/catalog.db", warehouse=f"file://{self.folder}/warehouse")

    def lake(self) -> Any:
        return self.catalog().load_table(self.table)

    def rows(self) -> list[dict[str, Any]]:
        order = [("_kafka_partition", "ascending"), ("_kafka_offset", "ascending")]
        found: list[dict[str, Any]] = self.lake().scan().to_arrow().sort_by(order).to_pylist()
        return found

    def ids(self) -> list[Any]:
        return [row["id"] for row in self.rows()]

    def ranges(self) -> list[list[tuple[str, int | None, int | None, int | None]]]:
        told = self.client.sources.batches(self.table).result.batches
        return [
            [(piece.name.rpartition("/")[2], piece.first, piece.last, piece.rows) for piece in batch.pieces] for batch in reversed(told)
        ]

    def gaps(self) -> dict[str, str]:
        return {gap.code: gap.detail for gap in self.client.gaps().result.gaps if gap.code != "LAKE-UNSCANNED"}


@pytest.fixture
def clinic(tmp_path: Path, kafka: Broker) -> Iterator[Clinic]:
    topic = f"t{uuid.uuid4().hex[:10]}"
    kafka.create(topic)
    made = Clinic(tmp_path, kafka, topic)
    with made.client:
        yield made


def batches(client: LocalClient, table: str) -> Sequence[BatchView]:
    """What was recorded in a home, which may be nothing."""
    try:
        return client.sources.batches(table).result.batches
    except UnknownNode:
        return ()


def _refuse(*_: object, **__: object) -> None:
    raise LakeUnwritable("cannot write to lake `clinic`: its catalog does not answer", next_step="try again")


def records(*ids: int) -> list[dict[str, int]]:
    return [{"id": number} for number in ids]


def test_messages_come_in_with_their_place_and_each_once(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, {"id": 1, "ward": {"name": "A", "beds": [1, 2]}}, {"id": 2}, key="p1")
    assert (clinic.run(), clinic.run()) == (2, 0)
    clinic.kafka.send(clinic.topic, {"id": 3})
    assert (clinic.run(), clinic.run()) == (1, 0)
    rows = clinic.rows()
    assert [(row["id"], row["ward__name"], row["ward__beds"]) for row in rows] == [(1, "A", "[1,2]"), (2, None, None), (3, None, None)]
    assert [(row["_kafka_partition"], row["_kafka_offset"], row["_kafka_key"]) for row in rows] == [
        (0, 0, "p1"),
        (0, 1, "p1"),
        (0, 2, None),
    ]
    assert all(abs(row["_kafka_timestamp"].timestamp() - time.time()) < 60 for row in rows)
    assert clinic.ranges() == [[("0", 0, 1, 2)], [("0", 2, 2, 1)]]
    batch = clinic.client.sources.batches(clinic.table).result.batches[0]
    assert (batch.kind, batch.origin) == ("stream", f"dataset:kafka://{clinic.kafka.plain}:{clinic.topic}")
    stamped = json.loads(clinic.lake().current_snapshot().summary.additional_properties[OFFSETS_STAMP])
    assert (stamped["topic"], stamped["next"], stamped["first"]) == (clinic.topic, {"0": 3}, {"0": 2})
    clinic.client.lakes.scan("clinic", clinic.home)
    assert clinic.client.changes().total["changes"] == 0
    lineage = clinic.client.lineage(f"{clinic.table}.ward__name")
    assert clinic.topic in json.dumps(str(lineage.result))


def test_a_backlog_comes_in_as_several_batches(clinic: Clinic) -> None:
    clinic.source(batch_messages=4)
    clinic.kafka.send(clinic.topic, *records(*range(10)))
    assert clinic.run() == 10
    assert clinic.ids() == list(range(10))
    assert [pieces[0][1:] for pieces in clinic.ranges()] == [(0, 3, 4), (4, 7, 4), (8, 9, 2)]


KILLED = """
import os, signal, sys
from pathlib import Path
from headwater.app.sources.run import SourceRun
from headwater.edges.engines.iceberg_writer import IcebergWriter
from headwater.sdk.local import LocalClient
when, home = sys.argv[1], Path(sys.argv[2])
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
write = IcebergWriter.write
def cut(self, *told, **more):
    if when == "before":
        die()
    write(self, *told, **more)
    die()
IcebergWriter.write = cut
with LocalClient.open(home, create=False) as client:
    client.sources.run("vitals", home)
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("home", ["kept", "lost"])
def test_a_run_killed_around_its_commit_neither_loses_nor_doubles(clinic: Clinic, when: str, home: str) -> None:
    clinic.kafka.send(clinic.topic, *records(1, 2, 3))
    clinic.client.close()
    ended = subprocess.run([sys.executable, "-c", KILLED, when, str(clinic.home)], check=False)
    assert ended.returncode == -signal.SIGKILL
    clinic.kafka.send(clinic.topic, *records(4))
    if home == "lost":
        clinic.home = clinic.folder / "another"
    clinic.client = clinic.open(clinic.home.name)
    with clinic.client:
        clinic.run()
        assert clinic.ids() == [1, 2, 3, 4]
        told = sorted((piece[1], piece[2]) for pieces in clinic.ranges() for piece in pieces)
        assert told == ([(0, 3)] if (home, when) == ("lost", "before") else [(0, 2), (3, 3)])
        clinic.client.lakes.scan("clinic", clinic.home)
        assert clinic.client.changes().total["changes"] == 0


def test_two_runs_at_once_from_two_homes_bring_each_message_once(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, *records(*range(40)))
    clinic.catalog().create_namespace("raw")
    clinic.source(batch_messages=9)
    other = clinic.open("other", batch_messages=13)
    faults: list[BaseException] = []

    def run(client: LocalClient, home: Path) -> None:
        try:
            client.sources.run("vitals", home)
        except HeadwaterError as fault:
            faults.append(fault)

    runs = [threading.Thread(target=run, args=told) for told in ((clinic.client, clinic.home), (other, clinic.folder / "other"))]
    for one in runs:
        one.start()
    for one in runs:
        one.join(60)
    with other:
        assert faults == []
        assert clinic.ids() == list(range(40))
        both = [batch for client in (clinic.client, other) for batch in batches(client, clinic.table)]
        covered = {offset for batch in both for piece in batch.pieces for offset in range(piece.first or 0, (piece.last or 0) + 1)}
        assert covered == set(range(40))


def test_a_batch_left_behind_that_another_home_brought_meanwhile_is_let_go(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.kafka.send(clinic.topic, *records(1, 2))
    with monkeypatch.context() as broken:
        broken.setattr(IcebergWriter, "write", _refuse)
        with pytest.raises(LakeUnwritable):
            clinic.run()
    clinic.kafka.send(clinic.topic, *records(3))
    with clinic.open("other") as other:
        assert other.sources.run("vitals", clinic.folder / "other").rows == 3
    clinic.kafka.send(clinic.topic, *records(4))
    assert (clinic.run(), clinic.ids()) == (4, [1, 2, 3, 4])
    assert [pieces[0][1:] for pieces in clinic.ranges()] == [(0, 2, 3), (3, 3, 1)], "what the other home brought is recorded here too"
    assert not staging_of(clinic.home, "vitals").whole()


def test_aborted_transactions_do_not_come_in_and_open_ones_wait(clinic: Clinic) -> None:
    clinic.kafka.transaction(clinic.topic, *records(1, 2), commit=False)
    clinic.kafka.transaction(clinic.topic, *records(3), commit=True)
    clinic.kafka.transaction(clinic.topic, *records(4), commit=False)
    assert clinic.run() == 1
    assert clinic.ids() == [3]
    assert clinic.ranges() == [[("0", 0, 6, 1)]]
    clinic.kafka.transaction(clinic.topic, *records(5), commit=False)
    assert (clinic.run(), clinic.ids()) == (0, [3])
    before = clinic.lake().current_snapshot().snapshot_id
    assert clinic.run() == 0
    assert clinic.lake().current_snapshot().snapshot_id == before


def test_a_topic_made_anew_is_told_and_nothing_comes_twice(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, *records(1, 2), timestamp=1_700_000_000_000)
    clinic.kafka.send(clinic.topic, *records(3))
    assert clinic.run() == 3
    clinic.kafka.delete(clinic.topic)
    clinic.kafka.create(clinic.topic)
    clinic.kafka.send(clinic.topic, *records(1, 2), timestamp=1_700_000_000_000)
    clinic.kafka.send(clinic.topic, *records(30, 40, 50))
    assert clinic.run() == 3
    assert sorted(clinic.ids()) == [1, 2, 3, 30, 40, 50]
    gaps = clinic.gaps()
    assert "made anew" in gaps["STREAM-REWOUND"] and "partition 0 up to offset 2" in gaps["STREAM-REWOUND"]
    assert "2 messages came again and were left out, offsets 0 to 1" in gaps["STREAM-CAME-AGAIN"]
    assert clinic.run() == 0


def test_messages_removed_before_they_were_read_are_counted(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, *records(1, 2))
    assert clinic.run() == 2
    clinic.kafka.send(clinic.topic, *records(3, 4, 5))
    clinic.kafka.expire(clinic.topic, 0, 4)
    assert (clinic.run(), clinic.ids()) == (1, [1, 2, 5])
    assert "offsets 2 to 3 were removed before they were read, 2 messages at most" in clinic.gaps()["STREAM-MESSAGES-LOST"]
    told = clinic.client.sources.batches(clinic.table)
    assert (told.complete, [gap.code for gap in told.gaps]) == (False, ["STREAM-MESSAGES-LOST"])


def test_a_table_rolled_back_is_filled_again_from_there(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, *records(1))
    clinic.run()
    first = clinic.lake().current_snapshot().snapshot_id
    clinic.kafka.send(clinic.topic, *records(2))
    clinic.run()
    with clinic.lake().manage_snapshots() as manage:
        manage.rollback_to_snapshot(first)
    assert clinic.ids() == [1]
    clinic.kafka.send(clinic.topic, *records(3))
    clinic.run()
    assert clinic.ids() == [1, 2, 3]


def test_a_table_rolled_back_to_before_its_first_batch_is_filled_from_the_beginning(clinic: Clinic) -> None:
    catalog = clinic.catalog()
    catalog.create_namespace("raw")
    made = catalog.create_table(clinic.table, pa.schema([("id", pa.int64())]))
    made.append(pa.table({"id": [0]}))
    clinic.kafka.send(clinic.topic, *records(1, 2))
    clinic.run()
    with clinic.lake().manage_snapshots() as manage:
        manage.rollback_to_snapshot(made.current_snapshot().snapshot_id)
    assert clinic.lake().scan().to_arrow().num_rows == 1
    clinic.run()
    assert sorted(clinic.ids()) == [0, 1, 2]


def test_a_table_whose_stamped_snapshots_expired_still_says_how_far_it_has_the_topic(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, *records(1, 2))
    clinic.run()
    table = clinic.lake()
    table.append(table.scan().to_arrow().slice(0, 0))
    table.maintenance.expire_snapshots().by_ids([told.snapshot_id for told in table.snapshots()[:-1]]).commit()
    assert all(OFFSETS_STAMP not in told.summary.additional_properties for told in clinic.lake().snapshots())
    clinic.kafka.send(clinic.topic, *records(3))
    assert (clinic.run(), clinic.ids()) == (1, [1, 2, 3])


def test_messages_removed_between_looking_and_reading_are_counted_all_the_same(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.kafka.send(clinic.topic, *records(1))
    clinic.run()
    clinic.kafka.send(clinic.topic, *records(2, 3, 4))
    look = Stream.held

    def late(self: Stream, topic: str, partitions: Iterable[int]) -> dict[int, Held]:
        found = look(self, topic, partitions)
        clinic.kafka.expire(topic, 0, 3)
        return found

    monkeypatch.setattr(Stream, "held", late)
    assert (clinic.run(), clinic.ids()) == (1, [1, 4])
    assert "offsets 1 to 2 were removed" in clinic.gaps()["STREAM-MESSAGES-LOST"]


def test_several_topics_fill_a_table_each(clinic: Clinic) -> None:
    other = f"{clinic.topic}.More"
    clinic.kafka.create(other)
    topics = (StreamTopic(name=clinic.topic), StreamTopic(name=other))
    address = f"kafka://{clinic.kafka.plain}"
    write_source(clinic.home, "vitals", StreamSource(lake="clinic", address=address, topics=topics))
    clinic.kafka.send(clinic.topic, *records(1))
    clinic.kafka.send(other, *records(2, 3))
    report = clinic.client.sources.run("vitals", clinic.home)
    assert sorted((table.table, table.rows) for tables in report.batches.values() for table in tables) == [
        (clinic.table, 1),
        (f"{clinic.table}_more", 2),
    ]
    assert clinic.run() == 0
    same = (StreamTopic(name="a.b"), StreamTopic(name="a_b"))
    write_source(clinic.home, "vitals", StreamSource(lake="clinic", address=address, topics=same))
    with pytest.raises(UsageError, match=r"two parts for `raw\.a_b`"):
        clinic.run()


def test_fields_come_go_and_change_their_type(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, {"id": 1, "pulse": 70, "note": "a"})
    clinic.run()
    clinic.kafka.send(clinic.topic, {"id": 2, "pulse": "high", "ward": "A"}, {"id": 3, "pulse": 71.0}, {"id": 4, "pulse": 71.5})
    clinic.run()
    assert [(row["pulse"], row["pulse__v_text"], row["note"], row["ward"]) for row in clinic.rows()] == [
        (70, None, "a", None), (None, "high", None, "A"), (71, None, None, None), (None, "71.5", None, None),
    ]  # fmt: skip
    assert "`pulse__v_text`" in clinic.gaps()["COLUMN-CHANGED-TYPE"]
    assert "high" not in json.dumps(clinic.gaps())


def test_what_cannot_be_read_is_counted_and_the_stream_goes_on(clinic: Clinic) -> None:
    clinic.kafka.send(
        clinic.topic, {"id": 1}, b"secret-word", b"[1]", b"\x00\x00\x00\x00\x01avro", None, b'{"id": 5}', b"[" * 50_000, b'{"a\xff": 1}'
    )
    assert clinic.run() == 3
    assert [(row["id"], row["_kafka_tombstone"]) for row in clinic.rows()] == [(1, False), (None, True), (5, False)]
    told = [gap.detail for gap in clinic.client.gaps().result.gaps if gap.code == "STREAM-UNREADABLE"]
    assert sorted(detail.partition(": ")[2] for detail in told) == [
        "1 message is JSON and no object and was left out, offset 2",
        "1 message is packed with a schema (Avro or Protobuf) and was left out, offset 3",
        "3 messages are no JSON and were left out, offsets 1, 6 to 7",
    ]
    assert "secret" not in json.dumps(told)
    clinic.kafka.send(clinic.topic, b"nothing else")
    assert (clinic.run(), clinic.run()) == (0, 0)
    assert clinic.ranges()[-1] == [("0", 8, 8, 0)]


def test_the_newest_message_of_each_key_stands_and_tombstones_take_it_away(clinic: Clinic) -> None:
    clinic.source(topic=StreamTopic(name=clinic.topic, key=("_kafka_key",)))
    for key, number in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        clinic.kafka.send(clinic.topic, {"id": number}, key=key)
    clinic.run()
    assert {row["_kafka_key"]: row["id"] for row in clinic.rows()} == {"a": 3, "b": 2, "c": 4}
    clinic.kafka.send(clinic.topic, None, key="b")
    clinic.run()
    clinic.kafka.send(clinic.topic, {"id": 5}, None, key="a")
    clinic.kafka.send(clinic.topic, {"id": 6}, key="d")
    clinic.kafka.send(clinic.topic, {"id": 7})
    clinic.run()
    assert {row["_kafka_key"]: row["id"] for row in clinic.rows()} == {"c": 4, "d": 6}
    assert "without a key" in clinic.gaps()["STREAM-UNREADABLE"]
    assert clinic.run() == 0


def test_text_comes_in_as_it_is(clinic: Clinic) -> None:
    clinic.source(topic=StreamTopic(name=clinic.topic, format="text"))
    clinic.kafka.send(clinic.topic, b"MSH|^~", b"\xff", key="k")
    assert clinic.run() == 1
    assert [row["value"] for row in clinic.rows()] == ["MSH|^~"]


def test_partitions_added_later_are_read_from_their_beginning(clinic: Clinic) -> None:
    clinic.kafka.send(clinic.topic, *records(1))
    clinic.run()
    clinic.kafka.widen(clinic.topic, 3)
    clinic.kafka.send(clinic.topic, *records(2), partition=2)
    clinic.kafka.send(clinic.topic, *records(3), partition=1)
    assert (clinic.run(), clinic.ids()) == (2, [1, 3, 2])
    assert clinic.gaps() == {}


def test_following_goes_on_until_it_is_interrupted_and_ends_cleanly(clinic: Clinic) -> None:
    clinic.client.close()
    program = [sys.executable, "-m", "headwater.cli.main", "source", "run", "vitals", "--follow", "--json", "--home", str(clinic.home)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ})
    assert process.stdout is not None
    told = []
    for number in range(2):
        clinic.kafka.send(clinic.topic, *records(number))
        told.append(json.loads(process.stdout.readline()))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, b"", b"")
    assert [sum(table["rows"] for tables in report["batches"].values() for table in tables) for report in told] == [1, 1]
    clinic.client = LocalClient.open(clinic.home, create=False)
    with clinic.client:
        assert clinic.ids() == [0, 1]
        assert len(clinic.ranges()) == 2


def test_a_broker_that_asks_for_tls_and_a_password_is_read_with_them_and_refusals_say_why(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.kafka.send(clinic.topic, *records(1))
    monkeypatch.setenv("STREAM_PASSWORD", PASSWORD)
    monkeypatch.setenv("STREAM_OTHER", "wrong-4711")
    options = {"sasl.mechanism": "PLAIN", "sasl.username": USER, "ssl.ca.location": str(clinic.kafka.certificate)}
    address = f"kafka://{clinic.kafka.secure}"
    clinic.source(address=address, options={**options, "sasl.password": "env:STREAM_OTHER"})
    with pytest.raises(SourceUnreachable, match="refuses the credentials") as refused:
        clinic.run()
    assert "4711" not in str(refused.value)
    clinic.source(address=address, options={"sasl.mechanism": "PLAIN", "sasl.username": USER, "sasl.password": "env:STREAM_PASSWORD"})
    with pytest.raises(SourceUnreachable, match="TLS with it fails"):
        clinic.run()
    clinic.source(address=address, options={**options, "sasl.password": "env:STREAM_PASSWORD"})
    assert clinic.run() == 1
    with pytest.raises(UsageError, match="expected a secret by reference"):
        clinic.source(options={**options, "sasl.password": PASSWORD})


def test_brokers_topics_and_settings_that_are_none_are_named(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_TRIES_SECONDS", (0.2, 0.2))
    clinic.source(address="kafka://127.0.0.1:9")
    with pytest.raises(SourceUnreachable, match=r"at `127\.0\.0\.1:9`: no broker answers") as silent:
        clinic.run()
    assert silent.value.code == "SOURCE-UNREACHABLE"
    monkeypatch.undo()
    clinic.source(topic=StreamTopic(name=f"{clinic.topic}x"))
    with pytest.raises(SourceUnreachable, match=f"no topic `{clinic.topic}x`; there is `{clinic.topic}`"):
        clinic.run()
    for options, words in (({"enable.auto.commit": "true"}, "cannot use option"), ({"socket.nonsense": "x1y"}, "option `socket.nonsense`")):
        clinic.source(options=options)
        with pytest.raises(HeadwaterError, match=words):
            clinic.run()
    with pytest.raises(UsageError):
        clinic.source(address="kafka://me:secret@host:9092")
