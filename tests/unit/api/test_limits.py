"""Nothing a client sends can hang, flood or stop the server; every refusal says what the bound is."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from headwater.model.keys import Scope
from tests.unit.api.running import Running, encoded, run_event, running

BODY_LIMIT = 1024 * 1024


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    flags = {"max_body_bytes": BODY_LIMIT, "max_ratio": 50, "idle_timeout_seconds": 1, "request_timeout_seconds": 2, "max_connections": 40}
    with running(tmp_path_factory.mktemp("tight") / "home", **flags) as server:
        yield server


def exchange(server: Running, *parts: bytes, pause: float = 0.0, wait: float = 10.0) -> bytes:
    """Send bytes as they are and read until the server closes or answers with a whole head."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        answer = b""
        while b"\r\n\r\n" not in answer:
            chunk = connection.recv(65536)
            if not chunk:
                break
            answer += chunk
        return answer


def head(server: Running, *lines: str) -> bytes:
    fields = ["POST /api/v1/lineage HTTP/1.1", "Host: h", f"Authorization: Bearer {server.admin_key}", *lines]
    return "\r\n".join(fields).encode() + b"\r\n\r\n"


def still_serves(server: Running) -> bool:
    return server.client.post("/api/v1/lineage", json=run_event()).status_code == 201


def test_a_body_past_the_limit_is_413_with_the_limit_in_words(tight: Running) -> None:
    answer = tight.client.post("/api/v1/lineage", content=b"x" * (BODY_LIMIT + 1))
    assert answer.status_code == 413
    assert str(BODY_LIMIT) in answer.json()["problem"]
    assert still_serves(tight)


def test_a_body_of_unannounced_length_is_413_once_it_passes_the_limit(tight: Running) -> None:
    answer = tight.client.post("/api/v1/lineage", content=(b"x" * 65536 for _ in range(64)))
    assert answer.status_code == 413


def test_a_body_at_the_limit_is_read(tight: Running) -> None:
    event = encoded(run_event())
    padded = event + b" " * (BODY_LIMIT - len(event))
    assert tight.client.post("/api/v1/lineage", content=padded).status_code == 201


@pytest.mark.parametrize("plain", [b" " * (BODY_LIMIT + 1), b"\0" * 200_000_000], ids=["past the size", "bomb"])
def test_a_gzip_bomb_is_413_and_quick(tight: Running, plain: bytes) -> None:
    bomb = gzip.compress(plain, 1)
    began = time.monotonic()
    answer = tight.client.post("/api/v1/lineage", content=bomb[:BODY_LIMIT], headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(gzip.compress(encoded(run_event()))[:-9], "gzip"), (b"plain", "gzip"), (b"", "gzip"), (b"x", "br")],
    ids=["cut", "not gzip", "empty", "unknown encoding"],
)
def test_a_broken_encoding_is_400(tight: Running, body: bytes, encoding: str) -> None:
    answer = tight.client.post("/api/v1/lineage", content=body, headers={"Content-Encoding": encoding})
    assert answer.status_code == 400
    assert answer.json()["code"] == "EVENT-INVALID"


def test_endless_headers_are_cut_off(tight: Running) -> None:
    answer = exchange(tight, b"POST /api/v1/lineage HTTP/1.1\r\n", *[b"x-pad: " + b"y" * 8000 + b"\r\n"] * 6, pause=0.02)
    assert answer.startswith(b"HTTP/1.1 431")
    assert still_serves(tight)


def test_a_head_that_never_ends_is_cut_off(tight: Running) -> None:
    assert exchange(tight, b"POST /api/v1/lineage HTTP/1.1\r\nHost:").startswith(b"HTTP/1.1 408")


def test_a_connection_that_says_nothing_is_closed(tight: Running) -> None:
    assert exchange(tight).startswith(b"HTTP/1.1 408")


def test_a_body_that_never_comes_is_given_up_on(tight: Running) -> None:
    answer = exchange(tight, head(tight, "Content-Length: 1000"), b'{"half":')
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 1" in answer


def test_a_client_that_hangs_up_midway_leaves_no_trace(tight: Running) -> None:
    size = tight.headwater.ledger.size
    with socket.create_connection(("127.0.0.1", tight.port)) as connection:
        connection.sendall(head(tight, "Content-Length: 5000") + encoded(run_event())[:100])
    time.sleep(0.2)
    assert tight.headwater.ledger.size == size
    assert still_serves(tight)


def test_noise_is_400(tight: Running) -> None:
    assert exchange(tight, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert still_serves(tight)


def test_too_many_connections_are_turned_away_with_retry_after(tight: Running) -> None:
    held = [socket.create_connection(("127.0.0.1", tight.port), timeout=5) for _ in range(60)]
    try:
        time.sleep(0.2)
        turned_away = [answer for connection in held[45:] if (answer := connection.recv(1000))]
        assert turned_away
        assert all(answer.startswith(b"HTTP/1.1 503") and b"retry-after" in answer for answer in turned_away)
    finally:
        for connection in held:
            connection.close()


def test_pipelined_requests_are_answered_in_order(tight: Running) -> None:
    bodies = [encoded(run_event()), b"{", encoded(run_event())]
    sent = b"".join(head(tight, f"Content-Length: {len(body)}") + body for body in bodies)
    with socket.create_connection(("127.0.0.1", tight.port), timeout=10) as connection:
        connection.sendall(sent)
        answer = b""
        while answer.count(b"HTTP/1.1 ") < 3:
            answer += connection.recv(65536)
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"201", b"400", b"201"]


def test_a_batch_past_its_bound_is_413(tmp_path: Path) -> None:
    with running(tmp_path / "home", max_batch_events=3) as server:
        answer = server.client.post("/api/v1/lineage/batch", json=[run_event()] * 4)
        assert answer.status_code == 413
        assert server.headwater.ledger.size == 1


@pytest.mark.parametrize("length", [33_000, 100_000])
def test_a_head_past_its_bound_is_431_also_when_it_comes_in_one_piece(tight: Running, length: int) -> None:
    assert exchange(tight, head(tight, f"X-Padding: {'x' * length}", "Content-Length: 0")).startswith(b"HTTP/1.1 431 ")
    long_target = f"GET /healthz?{'x' * length} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    assert exchange(tight, long_target).startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))
    assert still_serves(tight)


def test_many_small_heads_on_one_connection_are_within_the_bound(tight: Running) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-Padding: " + b"x" * 1000 + b"\r\n\r\n"
    with socket.create_connection(("127.0.0.1", tight.port), timeout=10) as connection:
        connection.sendall(one * 40)
        answer = b""
        while answer.count(b"HTTP/1.1 200 ") < 40:
            chunk = connection.recv(65536)
            assert chunk, "the server closed the connection"
            answer += chunk


@pytest.mark.parametrize("path", ["/api/v1/lineage", "/api/v1/keys"])
def test_a_key_revoked_while_its_body_comes_is_refused_at_the_end(tight: Running, path: str) -> None:
    made = tight.headwater.create_key("leaver", [Scope("admin")])
    body = encoded(run_event() if path.endswith("lineage") else {"name": "heir", "scopes": ["admin"]})
    size = tight.headwater.ledger.size
    lines = (f"POST {path} HTTP/1.1", "Host: h", f"Authorization: Bearer {made.secret}", f"Content-Length: {len(body)}")
    with socket.create_connection(("127.0.0.1", tight.port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body[:10])
        time.sleep(0.2)
        tight.headwater.revoke_key(made.record.id)
        connection.sendall(body[10:])
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")
    assert tight.headwater.ledger.size == size + 1


def test_a_slash_behind_an_intake_path_changes_nothing_and_nothing_redirects(tight: Running) -> None:
    assert tight.client.post("/api/v1/lineage/", json=run_event()).status_code == 201
    assert tight.client.post("/api/v1/lineage/batch/", json=[run_event()]).status_code == 200
    for path in ("/api/v1/keys/", "/healthz/", "/api/v1/ledger/checkpoint/"):
        answer = tight.client.get(path, headers={"Host": "evil.example"})
        assert answer.status_code in {404, 405}
        assert "location" not in answer.headers


def held(server: Running, head_lines: bytes, *, seconds: float) -> tuple[bytes, float]:
    """Trickle a chunked body; gives what was answered and for how long the connection could be held."""
    began, answer = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.2) as connection:
        connection.sendall(head_lines)
        while time.monotonic() - began < seconds:
            try:
                connection.sendall(b"1\r\nx\r\n")
                answer += connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            time.sleep(0.05)
    return answer, time.monotonic() - began


@pytest.mark.parametrize("path", ["/api/v1/lineage", "/api/v1/lineage/batch", "/api/v1/keys", "/nowhere"])
def test_a_body_without_a_key_holds_no_connection(tight: Running, path: str) -> None:
    answer, seconds = held(tight, f"POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".encode(), seconds=12)
    assert answer.startswith((b"HTTP/1.1 401", b"HTTP/1.1 404"))
    assert b"connection: close" in answer
    assert seconds < 6


@pytest.mark.parametrize("path", ["/api/v1/lineage", "/api/v1/keys"])
def test_a_body_with_a_key_holds_a_connection_only_for_its_time(tight: Running, path: str) -> None:
    lines = f"POST {path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {tight.admin_key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer, seconds = held(tight, lines.encode(), seconds=15)
    assert answer.startswith((b"HTTP/1.1 503", b"HTTP/1.1 408"))
    assert seconds < 9


def test_an_early_refusal_reaches_a_client_that_is_still_sending(tight: Running) -> None:
    for _ in range(5):
        answer = httpx.post(f"{tight.url}/api/v1/lineage", content=(b"x" * 65536 for _ in range(100)))
        assert (answer.status_code, answer.headers["connection"]) == (401, "close")


def test_a_refusal_of_a_whole_request_keeps_the_connection(tight: Running) -> None:
    body = encoded(run_event())
    request = f"POST /api/v1/lineage HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    with socket.create_connection(("127.0.0.1", tight.port), timeout=5) as connection:
        for _ in range(3):
            connection.sendall(request)
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 401")
            assert b"connection: close" not in answer
