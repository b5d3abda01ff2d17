"""How many messages a second come from Kafka into Iceberg, recorded, beside a plain consumer that only counts them.

    python bench/stream.py [--messages 300000] [--partitions 4]

The broker is Apache Kafka where its program `kafka-broker` is on the path (`make test` brings it), else the one that the Kafka client
brings along for tests. Messages are JSON of six fields, about 120 bytes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from confluent_kafka import Consumer, Producer, TopicPartition

from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.sources.places import StreamSource, StreamTopic, write_source
from headwater.sdk.local import LocalClient
from tests.lakes.broker import PROGRAM, broker

TOPIC = "vitals"


def main() -> int:
    """Fill a topic, count it, load it."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=300_000)
    arguments.add_argument("--partitions", type=int, default=4)
    told = arguments.parse_args()
    with TemporaryDirectory() as folder, brokers(Path(folder), told.partitions) as (address, producer, kind):
        size = fill(producer, told.messages, told.partitions)
        print(f"{told.messages:,} messages, {size / told.messages:.0f} bytes each, {told.partitions} partitions, {kind}\n")
        counted = count(address, told.messages, told.partitions)
        print(f"{'plain consumer, counts only':34}{told.messages / counted:>12,.0f} messages/s")
        loaded, rows, batches = load(Path(folder), address)
        print(f"{'into Iceberg, profiled, recorded':34}{rows / loaded:>12,.0f} messages/s   {batches} batches")
        return 0 if rows == told.messages else 1


@contextmanager
def brokers(folder: Path, partitions: int) -> Iterator[tuple[str, Any, str]]:
    """The address of a broker that runs until the block ends, and a producer for it."""
    if shutil.which(PROGRAM) and shutil.which("java"):
        with broker(folder) as running:
            running.create(TOPIC, partitions)
            yield running.plain, Producer({"bootstrap.servers": running.plain, "linger.ms": 20}), "Apache Kafka on this machine"
        return
    producer = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "127.0.0.1", "log_level": 0, "linger.ms": 20})
    told = next(iter(producer.list_topics(timeout=10).brokers.values()))
    yield f"{told.host}:{told.port}", producer, "the client's own brokers for tests"


def fill(producer: Any, messages: int, partitions: int) -> int:
    """Write the messages; their size in all."""
    size = 0
    for number in range(messages):
        value = (
            b'{"id": %d, "patient": "p%05d", "ward": "W%d", "pulse": %d, "temperature": %.1f, "taken_at": "2026-11-27T01:%02d:%02dZ"}'
            % (number, number % 5_000, number % 7, 60 + number % 50, 36 + number % 30 / 10, number // 60 % 60, number % 60)
        )
        size += len(value)
        while True:
            try:
                producer.produce(TOPIC, value=value, key=b"p%05d" % (number % 5_000), partition=number % partitions)
                break
            except BufferError:
                producer.poll(0.1)
    producer.flush(120)
    return size


def count(address: str, messages: int, partitions: int) -> float:
    """The seconds that a consumer takes to see all messages."""
    settings = {"bootstrap.servers": address, "group.id": "count", "isolation.level": "read_committed", "enable.auto.commit": False}
    consumer = Consumer(settings)
    began, seen = time.perf_counter(), 0
    consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in range(partitions)])
    while seen < messages:
        seen += sum(message.error() is None for message in consumer.consume(2_000, 1.0))
    taken = time.perf_counter() - began
    consumer.close()
    return taken


def load(folder: Path, address: str) -> tuple[float, int, int]:
    """The seconds that a run of the source takes, its rows and batches."""
    home = folder / "home"
    with LocalClient.open(home, create=True) as client:
        properties = {"warehouse": f"file://{folder}/warehouse"}
        place = LakePlace(kind="iceberg", location=f"sqlite:///{folder}/catalog.db", namespace="headwater://bench", properties=properties)
        write_place(home, "bench", place)
        write_source(home, TOPIC, StreamSource(lake="bench", address=f"kafka://{address}", topics=(StreamTopic(name=TOPIC),)))
        began = time.perf_counter()
        report = client.sources.run(TOPIC, home)
        return time.perf_counter() - began, report.rows, len(report.batches)


if __name__ == "__main__":
    raise SystemExit(main())
