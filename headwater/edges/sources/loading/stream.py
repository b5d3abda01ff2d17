"""Topics of Kafka, through confluent-kafka: what brokers hold of them, and their messages from one offset up to another.

Nothing is committed to a consumer group and nothing is skipped by itself: from where to read is said by whoever asks. Messages of
transactions that were aborted, or are still open, do not come.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

from headwater.capture.streams.messages import Message
from headwater.capture.streams.offsets import Held
from headwater.edges.sources.loading.unreachable import SourceRefused, SourceUnreachable
from headwater.model.errors import UsageError

try:
    from confluent_kafka import (
        TIMESTAMP_NOT_AVAILABLE,
        Consumer,
        KafkaError,
        KafkaException,
        TopicCollection,
        TopicPartition,
        admin,
    )
except ImportError:
    raise UsageError("cannot read a stream: expected the package confluent-kafka", next_step='pip install "headwater[kafka]"') from None

_client: Any = admin  # because its types are incomplete
_TRIES_SECONDS = (1.0, 2.0, 4.0, 8.0)
PATIENCE_SECONDS = sum(_TRIES_SECONDS)
_IDENTITY_SECONDS = 3.0
_BYTES = 256 * 2**20
_AT_ONCE = 2_000
_PORT = 9092
_ALLOWED = (
    "security.",
    "sasl.",
    "ssl.",
    "enable.ssl.",
    "enable.sasl.",
    "socket.",
    "fetch.",
    "client.",
    "broker.",
    "metadata.",
    "reconnect.",
)
_OURS: dict[str, Any] = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "error",
    "isolation.level": "read_committed",
    "allow.auto.create.topics": False,
}
_REFUSED = {
    KafkaError._AUTHENTICATION: "it refuses the credentials",
    KafkaError.SASL_AUTHENTICATION_FAILED: "it refuses the credentials",
    KafkaError.UNSUPPORTED_SASL_MECHANISM: "it does not take this SASL mechanism",
    KafkaError._SSL: "TLS with it fails: its certificate is not trusted, or it speaks no TLS on this port",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "these credentials may not read the topic",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "these credentials may not use the cluster",
    KafkaError.GROUP_AUTHORIZATION_FAILED: "these credentials may not use the group",
    KafkaError._RESOLVE: "its name cannot be resolved",
}
_WAITING = (KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN)
_GONE = (KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as brokers tell of it; `identity` is empty where they do not say."""

    cluster: str
    identity: str
    partitions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: messages in the order of each partition, and the offset that each partition was read up to."""

    messages: list[Message]
    ends: dict[int, int]


def servers(source: str, address: str) -> str:
    """The brokers of an address `kafka://host:port,host:port`.

    Raises:  UsageError: it is no such address.
    """
    scheme, separator, rest = address.partition("://")
    hosts = [host.strip() for host in rest.rstrip("/").split(",")]
    if scheme != "kafka" or not separator or not all(hosts) or any(character in rest for character in "@/ "):
        raise UsageError(
            f"cannot read the address of source `{source}`: expected kafka://HOST:PORT, without a user",
            next_step="say the brokers as kafka://HOST:PORT,HOST:PORT and credentials under options in lake.toml",
        )
    return ",".join(host if ":" in host else f"{host}:{_PORT}" for host in hosts)


class Stream:
    """A connection to brokers. `options` are librdkafka's properties, secrets filled in.

    Raises:  SourceUnreachable: a property is none. UsageError: one that would undo what is promised here.
    """

    def __init__(self, source: str, brokers: str, options: Mapping[str, str]) -> None:
        self._source, self._brokers = source, brokers
        self._fault: int | None = None
        self._left: tuple[str, dict[int, int]] | None = None
        self._tells_identity = True
        odd = sorted(name for name in options if not name.startswith(_ALLOWED) or name.startswith(("ssl.engine", "ssl.providers")))
        if odd:
            raise UsageError(
                f"cannot use option `{odd[0]}` of source `{source}`: expected one of how brokers are reached, as sasl.mechanism",
                next_step=f"take `{odd[0]}` out of lake.toml",
            )
        protected = {"security.protocol": "SASL_SSL"} if any(name.startswith("sasl.") for name in options) else {}
        told = {"bootstrap.servers": brokers, "client.id": "headwater", "socket.connection.setup.timeout.ms": 10_000, "log_level": 0}
        self._settings: dict[str, Any] = {**protected, **told, **options}
        try:
            self._consumer = Consumer(
                {**self._settings, **_OURS, "group.id": f"headwater-{source}", "error_cb": self._heard}, logger=_Silence()
            )
            self._asker = Consumer({**self._settings, **_OURS, "group.id": f"headwater-{source}-offsets"}, logger=_Silence())
        except (KafkaException, ValueError) as fault:
            named = [name for name in options if f'"{name}"' in str(fault)]
            which = f"option `{named[0]}`" if named else "an option"
            raise SourceRefused(
                f"cannot read source `{source}`: {which} is none that the Kafka client takes", next_step="check its options in lake.toml"
            ) from None

    def topic(self, name: str) -> Topic:
        """What brokers tell of a topic.

        Raises:  SourceUnreachable: they do not answer, refuse, or have no such topic.
        """
        told = self._ask(lambda seconds: self._consumer.list_topics(name, timeout=seconds))
        topic = told.topics.get(name)
        if topic is None or topic.error is not None or not topic.partitions:
            code = topic.error.code() if topic is not None and topic.error is not None else KafkaError.UNKNOWN_TOPIC_OR_PART
            if code == KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise self._unknown(name)
            raise self._unreachable(code, f" for topic `{name}`")
        cluster = str(told.cluster_id or "")
        has_controller = told.controller_id in told.brokers  # because who has none lets the question wait until it runs out
        return Topic(cluster, self._identity(name) if has_controller else "", tuple(sorted(topic.partitions)))

    def stuck(self, topic: str) -> SourceUnreachable:
        """The fault of brokers that say they hold messages and do not give them."""
        return self._unreachable(KafkaError.OFFSET_OUT_OF_RANGE, f" while topic `{topic}` is read")

    def held(self, topic: str, partitions: Iterable[int]) -> dict[int, Held]:
        """The offsets that brokers hold of partitions, up to the last one that is committed.

        Raises:  SourceUnreachable.
        """
        return {partition: self._ask(partial(self._offsets, TopicPartition(topic, partition))) for partition in partitions}

    def read(self, topic: str, starts: Mapping[int, int], until: Mapping[int, int], at_most: int) -> Read:
        """Messages of a topic from `starts` up to `until`, or as many as were asked for; what was removed meanwhile ends a partition early.

        Raises:  SourceUnreachable: nothing comes any more.
        """
        wanted = {partition: offset for partition, offset in starts.items() if until[partition] > offset}
        ends, open_ones = dict(wanted), set(wanted)
        if self._left != (topic, wanted):  # because what the client has fetched ahead is lost by assigning
            self._consumer.assign([TopicPartition(topic, partition, offset) for partition, offset in wanted.items()])
        self._left = None
        found: list[Message] = []
        size, quiet_since, is_straight = 0, time.monotonic(), True
        while open_ones and len(found) < at_most and size < _BYTES:
            arrived: list[Any] = self._consumer.consume(min(_AT_ONCE, at_most - len(found)), 0.25)
            for message in arrived:
                quiet_since = time.monotonic()
                partition, fault = message.partition(), message.error()
                if fault is not None:
                    is_straight &= self._take_fault(fault, topic, partition, message.offset(), ends, until, open_ones)
                elif message.offset() >= until[partition]:
                    ends[partition], is_straight = until[partition], False
                    open_ones.discard(partition)
                else:
                    found.append(_message(message))
                    size += len(message)
                    ends[partition] = message.offset() + 1
                    if ends[partition] == until[partition]:
                        open_ones.discard(partition)
            if time.monotonic() - quiet_since > PATIENCE_SECONDS:
                raise self._unreachable(self._fault, f" while topic `{topic}` is read")
        if is_straight:
            self._left = topic, dict(ends)
        return Read(found, ends)

    def close(self) -> None:
        """Let go of the connections."""
        self._consumer.close()
        self._asker.close()

    def _take_fault(
        self, fault: Any, topic: str, partition: int, offset: int, ends: dict[int, int], until: Mapping[int, int], open_ones: set[int]
    ) -> bool:
        """Whether the client can go on from here after an event in place of a message: a partition ends, or what is asked for is gone."""
        if fault.code() == KafkaError._PARTITION_EOF:
            if partition in ends and offset >= ends[partition]:
                ends[partition] = min(until[partition], offset)
                open_ones.discard(partition)
        elif fault.code() in _GONE:
            open_ones.discard(partition)
            return False
        elif not fault.retriable():
            raise self._unreachable(fault.code(), f" for topic `{topic}`")
        return True

    def _ask(self, call: Callable[[float], Any]) -> Any:
        """What a call gives that takes seconds to wait; in several tries, because the client tells only between them why it waits."""
        self._fault = None
        for last, seconds in enumerate(_TRIES_SECONDS, 1 - len(_TRIES_SECONDS)):
            try:
                return call(seconds)
            except (KafkaException, TimeoutError) as fault:
                code = fault.args[0].code() if isinstance(fault, KafkaException) else KafkaError._TIMED_OUT
                self._left = None  # INVARIANT: what polling takes is read again, because reading then begins at offsets that are said
                self._consumer.poll(0.05)
                why = code if code in _REFUSED else self._fault or code
                if why in _REFUSED or code not in _WAITING or not last:
                    raise self._unreachable(why, "") from None
        raise AssertionError("the last try returns or raises")

    def _offsets(self, at: TopicPartition, seconds: float) -> Held:
        """The first and the last offset of a partition, over a connection of its own: fetches that wait would hold it up.

        Not through the client's AdminClient: where one of its questions fails while another waits, it may take the process with it.
        """
        low, high = self._asker.get_watermark_offsets(at, timeout=seconds)
        return Held(low, high)

    def _identity(self, topic: str) -> str:
        """The id that brokers gave a topic, empty where they do not say."""
        if self._tells_identity:
            with suppress(KafkaException, ValueError, TimeoutError):
                client = _client.AdminClient({**self._settings}, logger=_Silence())
                asked = client.describe_topics(TopicCollection([topic]), request_timeout=_IDENTITY_SECONDS)
                return str(asked[topic].result(_IDENTITY_SECONDS * 2).topic_id)
            self._tells_identity = False
        return ""

    def _heard(self, fault: Any) -> None:
        """Keep why brokers refuse, rather than that all of them are down, which follows from it."""
        if fault.code() in _REFUSED or self._fault is None:
            self._fault = fault.code()

    def _unknown(self, topic: str) -> SourceUnreachable:
        names = [
            name for name in self._ask(lambda seconds: self._consumer.list_topics(timeout=seconds)).topics if not name.startswith("__")
        ]
        near = get_close_matches(topic, names, 1, 0.6)
        hint = f"; there is `{near[0]}`" if near else f", and {len(names)} others that these credentials may see"
        return SourceRefused(
            f"cannot read source `{self._source}`: the brokers have no topic `{topic}`{hint}", next_step="check its topics in lake.toml"
        )

    def _unreachable(self, code: int | None, what: str) -> SourceUnreachable:
        """The fault in words of ours: what the client says may hold names of hosts and users, and never helps more."""
        where = f"cannot reach the brokers of source `{self._source}` at `{self._brokers}`{what}"
        if code in _REFUSED:
            return SourceRefused(f"{where}: {_REFUSED[code]}", next_step="check its address and options in lake.toml")
        name = KafkaError(code).name() if code is not None else "timed out"
        waited = f" within {PATIENCE_SECONDS:g} s" if code is None or code in _WAITING else ""
        why = f"no broker answers as expected{waited} ({name})"
        return SourceUnreachable(f"{where}: {why}", next_step="check its address, and that its brokers run")


class _Silence:
    """Takes the client's own log lines, which go to the terminal otherwise; what matters is told as a fault."""

    def log(self, *_: Any, **__: Any) -> None:
        """Take one line."""


def _message(told: Any) -> Message:
    sort, at = told.timestamp()
    return Message(told.partition(), told.offset(), at if sort != TIMESTAMP_NOT_AVAILABLE else None, told.key(), told.value())
