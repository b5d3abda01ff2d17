from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

import headwater
from headwater.model.errors import (
    BadCheckpoint,
    Forbidden,
    HeadwaterError,
    ServerFault,
    Unauthenticated,
    UnknownNode,
    UsageError,
)
from headwater.model.keys import Scope
from headwater.sdk import Client
from headwater.sdk.local import LocalClient
from headwater.sdk.remote import RemoteClient
from tests.unit.api.running import Running, running
from tests.unit.cli.events import STORE, pipeline, written

REVENUE = f"dataset:{STORE}:revenue"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("served") / "home") as started:
        yield started


@pytest.fixture(scope="module")
def remote(server: Running) -> Iterator[Client]:
    with headwater.connect(server.url, server.admin_key) as client:
        client.record(pipeline())
        assert client.wait()
        yield client


@pytest.fixture(scope="module")
def local(server: Running, remote: Client) -> Client:
    """A client in process on the very home that the server has open."""
    return LocalClient(server.headwater)


ASKED: list[Callable[[Client], Any]] = [
    lambda client: client.lineage(REVENUE),
    lambda client: client.lineage(REVENUE, "both", columns=True, depth=1),
    lambda client: client.lineage("revenue.total", direct=True),
    lambda client: client.lineage(REVENUE, known_at=2, as_of="2026-03-01T12:00:01Z"),
    lambda client: client.lineage(REVENUE, limit=1),
    lambda client: client.impact("customers.id"),
    lambda client: client.gaps(),
    lambda client: client.search("revenue"),
    lambda client: client.show(REVENUE),
    lambda client: client.show("job:nightly:revenue"),
    lambda client: client.status(),
    lambda client: client.labels.review(),
    lambda client: client.labels.decisions("revenue.total"),
    lambda client: client.labels.classified(STORE, "headwater-classify-1"),
    lambda client: client.masking.list(),
    lambda client: client.keys.list(),
    lambda client: client.ledger.checkpoint(),
    lambda client: client.ledger.verifiers(),
    lambda client: client.ledger.prove(1),
    lambda client: client.ledger.consistency(1),
    lambda client: client.ledger.entries(0, 2),
]


@pytest.mark.parametrize("ask", ASKED, ids=range(len(ASKED)))
def test_both_clients_give_the_same_value(local: Client, remote: Client, ask: Callable[[Client], Any]) -> None:
    here, there = ask(local), ask(remote)
    assert here == there and type(here) is type(there)
    assert msgspec.json.encode(here) == msgspec.json.encode(there)


FAULTS: list[tuple[Callable[[Client], Any], type[HeadwaterError]]] = [
    (lambda client: client.lineage("no_such_table"), UnknownNode),
    (lambda client: client.lineage(REVENUE, as_of="soon"), UsageError),
    (lambda client: client.labels.set("revenue.total", "SALARY", "none", "why"), UsageError),
    (lambda client: client.labels.confirm("revenue.total", "SHOE_SIZE", "why"), UsageError),
    (lambda client: client.ledger.prove(10_000), UsageError),
    (lambda client: client.ledger.verify(against=b"not a checkpoint"), BadCheckpoint),
    (lambda client: client.keys.revoke("nosuch"), UsageError),
    (lambda client: client.keys.create("", [Scope("read")]), UsageError),
]


@pytest.mark.parametrize(("ask", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_both_clients_raise_the_same_fault(local: Client, remote: Client, ask: Callable[[Client], Any], kind: type[HeadwaterError]) -> None:
    told = []
    for client in (local, remote):
        with pytest.raises(kind) as raised:
            ask(client)
        told.append((type(raised.value), raised.value.problem, raised.value.next_step, raised.value.code))
    assert told[0] == told[1]


def test_answers_are_the_typed_values_of_the_model(remote: Client) -> None:
    answer = remote.lineage("revenue.total", direct=True)
    assert [(node.name, node.column, node.tier) for node in answer.result.nodes] == [("orders", "amount", "confirmed")]
    assert answer.result.edges[0].kind == "AGGREGATION" and answer.complete


def test_verification_and_export_work_over_both(local: Client, remote: Client) -> None:
    held = local.ledger.checkpoint()
    for client in (local, remote):
        verification = client.ledger.verify(against=held)
        assert verification.ok and verification.against == verification.size
        bundle = io.BytesIO()
        client.ledger.export(bundle)
        assert bundle.getvalue()[:2] == b"PK"


def test_what_people_decide_over_a_server_is_in_its_next_answer_and_needs_the_right_to_write(server: Running, remote: Client) -> None:
    remote.labels.set("orders.amount", "SALARY", "quasi", "what people are paid")
    told = remote.labels.lower("revenue.total", "SALARY", "aggregate", "sums of many", expires="30d").result
    [decision] = told.decisions["SALARY"]
    assert (decision.action, decision.fingerprints) == (
        "lower",
        tuple(dict.fromkeys(each.fingerprint for each in told.derivations if each.lowers)),
    )
    assert [each.namespace for each in remote.masking.approve("hmac", "pseudonymous", "keyed", namespaces=["jobs-*"]).result.approvals] == [
        "jobs-*"
    ]
    key = remote.keys.create("reader", ["read", "write:elsewhere"]).secret
    with headwater.connect(server.url, key) as other:
        for decide in (
            lambda: other.labels.confirm("orders.amount", "SALARY", "why"),
            lambda: other.masking.approve("hmac", "none", "why", namespaces=["else*"]),
            lambda: other.masking.withdraw("hmac", "why"),
        ):
            with pytest.raises(UsageError, match="write scope does not cover it"):
                decide()
        assert other.masking.approve("md5", "none", "why", namespaces=["elsewhere"]).total == {"approvals": 2}


def test_what_a_client_recorded_is_in_its_next_answer(server: Running, tmp_path: Path) -> None:
    with headwater.connect(server.url, server.admin_key) as client:
        for number in range(5):
            event = pipeline()[0] | {"outputs": [{"namespace": STORE, "name": f"fresh_{number}"}]}
            assert client.record(event).recorded == 1
            assert client.show(f"fresh_{number}").result.node.name == f"fresh_{number}"


@pytest.mark.parametrize("make", ["local", "remote"])
def test_dicts_bytes_files_and_mixtures_are_recorded(server: Running, tmp_path: Path, make: str) -> None:
    def event(number: int) -> dict[str, Any]:
        return pipeline()[0] | {"job": {"namespace": make, "name": f"job_{number}"}}

    lines = written(tmp_path, [event(0), event(1)])
    zipped = tmp_path / "more.jsonl.gz"
    zipped.write_bytes(gzip.compress(json.dumps(event(2)).encode() + b"\nbroken\n" + json.dumps(event(3)).encode()))
    progress: list[tuple[int, int | None]] = []
    client = headwater.open(tmp_path / "home") if make == "local" else headwater.connect(server.url, server.admin_key)
    with client:
        report = client.record(
            [lines, zipped, event(4), json.dumps([event(0), event(5)]).encode()], progress=lambda *told: progress.append(told)
        )
    assert (report.received, report.recorded, report.duplicate) == (8, 6, 1)
    assert [item.index for item in report.rejected] == [3]
    assert progress[-1] == (lines.stat().st_size + zipped.stat().st_size,) * 2


def test_a_delivery_larger_than_one_batch_keeps_its_indexes(server: Running) -> None:
    events = [pipeline()[0] | {"job": {"namespace": "many", "name": f"job_{number}"}} for number in range(1203)]
    events[1100] = {"eventType": "COMPLETE"}
    with headwater.connect(server.url, server.admin_key) as client:
        report = client.record(events)
    assert (report.received, report.recorded, [item.index for item in report.rejected]) == (1203, 1202, [1100])


def test_a_narrow_key_is_refused_what_its_scopes_do_not_cover(server: Running, remote: Client) -> None:
    made = remote.keys.create("reader", [Scope("read", "elsewhere*")])
    assert made.secret not in repr(made)
    with headwater.connect(server.url, made.secret) as client:
        with pytest.raises(Forbidden):
            client.keys.list()
        with pytest.raises(UnknownNode):
            client.show(REVENUE)
    remote.keys.revoke(made.id, "test")
    with headwater.connect(server.url, made.secret) as client, pytest.raises(Unauthenticated):
        client.status()


def test_an_address_that_is_none_is_refused_before_anything_is_sent() -> None:
    for url in ("", "localhost", "ftp://host", "http://", "http://[::1"):
        with pytest.raises(UsageError):
            RemoteClient.connect(url, None)


def test_a_server_that_is_not_there_is_a_fault_with_a_next_step() -> None:
    with headwater.connect("http://127.0.0.1:1") as client, pytest.raises(ServerFault) as raised:
        client.status()
    assert raised.value.next_step == "check the address, and that the server there is up"


def test_a_home_that_is_not_there_is_made_only_when_asked(tmp_path: Path) -> None:
    with pytest.raises(HeadwaterError):
        headwater.open(tmp_path / "home", create=False)
    with headwater.open(tmp_path / "home") as client:
        assert client.status().result.ledger_size == 0


@pytest.mark.parametrize(
    "misused",
    [
        lambda client: client.lineage(REVENUE, "sideways"),
        lambda client: client.lineage(REVENUE, depth=0),
        lambda client: client.impact(REVENUE, depth=0),
        lambda client: client.lineage(REVENUE, as_of=datetime(2026, 3, 1)),
        lambda client: client.search(5),
        lambda client: client.lineage(REVENUE, limit=10_001),
    ],
)
def test_both_clients_refuse_the_same_misuse_in_the_same_words(local: Client, remote: Client, misused: Callable[[Client], Any]) -> None:
    told = []
    for client in (local, remote):
        with pytest.raises(UsageError) as refused:
            misused(client)
        told.append(str(refused.value))
    assert told[0] == told[1]


def test_a_time_may_be_a_datetime(local: Client, remote: Client) -> None:
    at = datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)
    assert local.lineage(REVENUE, as_of=at) == remote.lineage(REVENUE, as_of=at) == local.lineage(REVENUE, as_of="2026-03-01T12:00:01Z")


def test_scopes_may_be_written_out_to_either_client(local: Client, remote: Client) -> None:
    for client in (local, remote):
        assert client.keys.create("written", ["read", "write:lake*"]).scopes == ("read", "write:lake*")
        with pytest.raises(UsageError, match="cannot read scope"):
            client.keys.create("written", ["reed"])


def test_a_closed_client_says_so(tmp_path: Path, server: Running) -> None:
    here, there = headwater.open(tmp_path / "home"), headwater.connect(server.url, server.admin_key)
    for client in (here, there):
        client.close()
        client.close()
        with pytest.raises(UsageError, match="got one that was closed"):
            client.status()
