"""The bedside stream: topics of Kafka on brokers that the Kafka client brings along, so nothing needs to be installed or started.

They speak the protocol of Kafka over sockets of the loopback interface and hold their messages in memory, as long as this process runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from confluent_kafka import Producer

from headwater_clinic.cohort import Note, Vital
from headwater_clinic.names import NOTES_STREAM, VITALS_STREAM
from headwater_clinic.plain import plain

_PARTITIONS = 2
_PATIENCE_SECONDS = 30


@contextmanager
def streaming(vitals: Sequence[Vital], notes: Sequence[Note]) -> Iterator[str]:
    """Hold the ward's messages while the block runs; gives the address of the brokers."""
    producer = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "127.0.0.1", "log_level": 0})
    broker = next(iter(producer.list_topics(timeout=_PATIENCE_SECONDS).brokers.values()))
    _send(producer, VITALS_STREAM.name, vitals)
    _send(producer, NOTES_STREAM.name, notes)
    producer.flush(_PATIENCE_SECONDS)
    yield f"kafka://{broker.host}:{broker.port}"
    producer.flush(_PATIENCE_SECONDS)  # because the brokers go with their producer


def _send(producer: Producer, topic: str, messages: Iterable[Vital | Note]) -> None:
    """Messages of one visit go into one partition, so that they stay in order."""
    for message in messages:
        value = json.dumps(plain(asdict(message))).encode()
        producer.produce(topic, value, key=str(message.visit_id), partition=message.visit_id % _PARTITIONS)
        producer.poll(0)
