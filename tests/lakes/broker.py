"""A real broker of Apache Kafka in KRaft mode on loopback ports: one for plain clients, one that asks for TLS and a password."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions, NewTopic
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PROGRAM = "kafka-broker"
USER, PASSWORD = "lake", "stream-4711"
_SETTINGS = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{plain},SECURE://127.0.0.1:{secure},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location={folder}/broker.pem
log.dirs={folder}/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
log.segment.delete.delay.ms=0
auto.create.topics.enable=false
"""


@dataclass(frozen=True)
class Broker:
    """A broker under test."""

    plain: str
    secure: str
    certificate: Path
    admin: Any

    def create(self, topic: str, partitions: int = 1, **config: str) -> None:
        """Make a topic, and wait until it can be written."""
        for _ in range(200):
            try:
                self.admin.create_topics([NewTopic(topic, partitions, 1, config=config)])[topic].result(10)
                break
            except KafkaException:
                time.sleep(0.05)  # because a topic of this name may still be going
        self._await(topic, partitions)

    def delete(self, topic: str) -> None:
        """Take a topic away, and wait until it is gone."""
        self.admin.delete_topics([topic])[topic].result(10)
        while topic in self.admin.list_topics(timeout=10).topics:
            time.sleep(0.05)

    def widen(self, topic: str, partitions: int) -> None:
        """Give a topic more partitions."""
        self.admin.create_partitions([NewPartitions(topic, partitions)])[topic].result(10)
        self._await(topic, partitions)

    def expire(self, topic: str, partition: int, before: int) -> None:
        """Remove the messages of a partition before an offset, as retention does."""
        at = TopicPartition(topic, partition, before)
        self.admin.delete_records([at])[at].result(10)

    def send(self, topic: str, *values: object, partition: int = 0, key: str | None = None, **more: Any) -> None:
        """Write messages: bytes as they are, None as a tombstone, anything else as JSON."""
        producer = Producer({"bootstrap.servers": self.plain, "linger.ms": 0})
        for value in values:
            packed = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
            producer.produce(topic, value=packed, key=key, partition=partition, **more)
        assert producer.flush(20) == 0

    def transaction(self, topic: str, *values: object, commit: bool) -> None:
        """Write messages in one transaction, and commit or abort it."""
        producer = Producer({"bootstrap.servers": self.plain, "transactional.id": f"tx-{topic}", "linger.ms": 0})
        producer.init_transactions(20)
        producer.begin_transaction()
        for value in values:
            producer.produce(topic, value=json.dumps(value).encode(), partition=0)
        producer.flush(20)
        if commit:
            producer.commit_transaction(20)
        else:
            producer.abort_transaction(20)

    def _await(self, topic: str, partitions: int) -> None:
        for _ in range(200):
            told = self.admin.list_topics(timeout=10).topics.get(topic)
            if told is not None and len(told.partitions) == partitions and all(part.leader >= 0 for part in told.partitions.values()):
                return
            time.sleep(0.05)
        raise AssertionError("the topic does not appear")


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    """Run a broker until the block ends."""
    plain, secure, controller = _free_ports(3)
    certificate = _certify(folder)
    settings = folder / "server.properties"
    told = _SETTINGS.format(plain=plain, secure=secure, controller=controller, folder=folder, user=USER, password=PASSWORD)
    settings.write_text(told, encoding="utf-8")
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, str(settings)], stdout=log, stderr=log)
        try:
            admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{plain}", "log_level": 0})
            _await(admin, process)
            yield Broker(f"127.0.0.1:{plain}", f"localhost:{secure}", certificate, admin)
        finally:
            process.kill()
            process.wait(30)


def _await(admin: Any, process: subprocess.Popen[bytes]) -> None:
    for _ in range(120):
        assert process.poll() is None, "the broker did not start"
        try:
            if admin.list_topics(timeout=1).brokers:
                return
        except KafkaException:
            time.sleep(0.05)
    raise AssertionError("the broker does not answer")


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _certify(folder: Path) -> Path:
    """A certificate of its own making for localhost, with its key for the broker and alone for clients."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "broker.pem").write_bytes(private + made)
    certificate = folder / "certificate.pem"
    certificate.write_bytes(made)
    return certificate
