"""Topics of the brokers that the Kafka client brings along for tests: for machines without Java, where the demo runs too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from headwater.app.lakes.places import LakePlace, write_place
from headwater.cli.tree import tree
from headwater.model.errors import UsageError
from headwater.sdk.local import LocalClient

pytestmark = pytest.mark.service("module:confluent_kafka", "module:pyiceberg")


@pytest.fixture
def producer() -> Iterator[Any]:
    from confluent_kafka import Producer

    made = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "127.0.0.1", "log_level": 0})
    yield made
    made.flush(10)


def test_commands_bring_a_topic_in_and_show_its_offsets(producer: Any, tmp_path: Path) -> None:
    told = next(iter(producer.list_topics(timeout=10).brokers.values()))
    home = ["--home", str(tmp_path / "home")]
    place = LakePlace(
        kind="iceberg",
        location=f"sqlite:///{tmp_path}/catalog.db",
        namespace="headwater://clinic",
        properties={"warehouse": f"file://{tmp_path}/warehouse"},
    )
    run = CliRunner().invoke
    LocalClient.open(tmp_path / "home", create=True).close()
    write_place(tmp_path / "home", "clinic", place)
    address = f"kafka://{told.host}:{told.port}"
    for number in range(1_000):
        producer.produce("ward.vitals", value=json.dumps({"pulse": number}).encode(), partition=number % 2)
    producer.flush(10)
    add = ["source", "add", "vitals", "--kind", "stream", "--lake", "clinic", "--part", "ward.vitals", *home, "--address"]
    added = run(tree(), [*add, address])
    assert added.exit_code == 0, added.output
    ran = run(tree(), ["source", "run", "vitals", *home])
    assert f"raw.ward_vitals: 1,000 rows from {address}/ward.vitals" in ran.output
    producer.produce("ward.vitals", value=b'{"pulse": 7}', partition=1)
    producer.flush(10)
    again = json.loads(run(tree(), ["source", "run", "vitals", "--json", *home]).output)
    assert [table["rows"] for tables in again["batches"].values() for table in tables] == [1]
    listed = run(tree(), ["batch", "list", "raw.ward_vitals", *home], env={"COLUMNS": "200"})
    assert "partitions 0: 0 to 499, 1: 0 to 499" in listed.output
    assert "partition 1: 500 to 500" in listed.output
    refused = run(tree(), [*add, "broker:9092"])
    assert isinstance(refused.exception, UsageError) and "kafka://" in str(refused.exception)
    refused = run(tree(), [*add, address, "--part", "b:id"])
    assert isinstance(refused.exception, UsageError) and "TOPIC:_kafka_key" in str(refused.exception)
