"""What the server says of itself, and how it starts and stops."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from headwater.api.serve import Serving
from headwater.app.follower import Follower
from headwater.app.home import Home
from headwater.model.errors import ConfigFault, HomeFault
from tests.unit.api.running import Running, run_event, running
from tests.unit.cli.calling import heed_interrupts

SERVE = """
import sys
from pathlib import Path
from headwater.api.serve import up
up(Path(sys.argv[1]), {"port": 0, "analysers": 0}, lambda started: print(started.url, started.admin_key, flush=True))
"""

pytestmark = pytest.mark.service


def test_liveness_and_readiness_need_no_key(server: Running) -> None:
    assert httpx.get(f"{server.url}/healthz").text == "ok\n"
    ready = httpx.get(f"{server.url}/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)


def test_the_front_page_needs_no_key_holds_no_data_and_leads_on(server: Running) -> None:
    server.client.post("/api/v1/lineage", json=run_event("very-secret-job", namespace="very-secret-lake"))
    page = httpx.get(f"{server.url}/")
    assert page.status_code == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    assert "very-secret" not in page.text and not re.search(r"<(script|style|img|link|form)|style=", page.text)
    links = re.findall(r'href="([^"]+)"', page.text)
    assert {"/openapi.json", "/healthz"} <= set(links)
    assert all(httpx.get(f"{server.url}{link}").status_code == 200 for link in links)
    assert "/" not in httpx.get(f"{server.url}/openapi.json").json()["paths"]


def test_the_front_page_answers_a_head_request(server: Running) -> None:
    answer = httpx.head(server.url)
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_front_page_names_commands_and_documents_that_exist(server: Running) -> None:
    from typer.main import get_command

    from headwater.cli.tree import tree

    page = httpx.get(f"{server.url}/").text
    docs = Path(__file__).parents[3] / "docs"
    assert all((docs / name).exists() for name in re.findall(r"<code>([\w/-]+\.md|cookbook)</code>", page))
    named = {line.split()[1] for line in page.splitlines() if line.startswith("headwater ")}
    assert named <= set(getattr(get_command(tree()), "commands", {})) and "record" in named


def test_metrics_need_a_key_and_hold_no_names_of_data(server: Running) -> None:
    assert httpx.get(f"{server.url}/metrics").status_code == 401
    server.client.post("/api/v1/lineage", json=run_event("very-secret-job", namespace="very-secret-lake"))
    server.client.get("/api/v1/ask/lineage", params={"node": "very-secret-node"})
    text = server.client.get("/metrics").text
    assert 'headwater_http_requests_total{route="/api/v1/lineage",status="201"}' in text
    assert 'headwater_events_total{verdict="recorded"}' in text
    assert 'headwater_acknowledgement_seconds_bucket{le="+Inf"}' in text
    assert "very-secret" not in text


def test_metrics_can_be_opened(tmp_path: Path) -> None:
    with running(tmp_path / "home", metrics_open=True) as server:
        assert httpx.get(f"{server.url}/metrics").status_code == 200


def test_every_response_carries_the_security_headers(server: Running) -> None:
    for answer in (
        httpx.get(f"{server.url}/"),
        server.client.get("/healthz"),
        server.client.post("/api/v1/lineage", json=run_event()),
        server.client.post("/api/v1/lineage", content=b"{"),
        server.client.get("/nowhere"),
        httpx.get(f"{server.url}/api/v1/keys"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


def test_an_unknown_path_or_method_is_refused_in_our_words(server: Running) -> None:
    missing, wrong = server.client.get("/api/v1/nowhere"), server.client.delete("/healthz")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert {missing.json()["code"], wrong.json()["code"]} == {"USAGE"}


def test_the_description_is_complete(server: Running) -> None:
    document = httpx.get(f"{server.url}/openapi.json").json()
    components = document["components"]["schemas"]
    assert {"Refusal", "Lineage", "NodeDetail", "Recorded", "BatchReply", "NewKey", "InclusionProof", "Verification"} <= set(components)
    references = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert references <= set(components)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], f"{method} {path}"
            assert "422" not in operation["responses"]
            assert any(code.startswith("2") for code in operation["responses"])


def test_while_views_are_built_anew_events_are_taken_and_questions_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path / "home") as server:
        key = {"Authorization": f"Bearer {server.admin_key}"}
        server.client.post("/api/v1/lineage", json=run_event())
    (tmp_path / "home" / "views.sqlite").unlink()
    monkeypatch.setattr(Follower, "start", lambda _: None)
    monkeypatch.setattr(Follower, "wait_for", lambda *_: False)
    with running(tmp_path / "home") as server:
        assert server.client.post("/api/v1/lineage", json=run_event(), headers=key).status_code == 201
        refused = server.client.get("/api/v1/ask/status", headers=key)
        assert (refused.status_code, refused.json()["code"]) == (503, "NOT-READY")
        assert server.client.get("/api/v1/namespaces", headers=key).status_code == 503
        assert httpx.get(f"{server.url}/readyz").json()["reasons"] == ["the views are being brought up to date"]


def test_an_address_others_can_reach_needs_an_explicit_flag(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7", "example.org"):
        with (
            Serving(tmp_path / "home", {"host": host, "port": 0, "analysers": 0}, environ={}) as serving,
            pytest.raises(ConfigFault) as caught,
        ):
            serving.run()
        assert "--allow-remote" in caught.value.next_step


def test_a_taken_port_is_said_so(server: Running, tmp_path: Path) -> None:
    with (
        Serving(tmp_path / "home", {"port": server.port, "analysers": 0}, environ={}) as serving,
        pytest.raises(ConfigFault, match="in use"),
    ):
        serving.run()


def test_a_second_server_of_the_same_home_is_refused(server: Running) -> None:
    with pytest.raises(HomeFault, match="another server holds it"):
        Serving(server.headwater.home.path, {"port": 0}, environ={})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-c", SERVE, str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts)
    assert process.stdout is not None and process.stderr is not None
    with process:
        url, key = process.stdout.readline().split()
        assert (home / "server.json").exists()
        answer = httpx.post(f"{url}/api/v1/lineage", json=run_event("quiet-job"), headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 201
        process.send_signal(number)
        assert process.wait(20) == 0
        lines = [json.loads(line) for line in process.stderr.read().splitlines()]
    assert [line["event"] for line in lines] == ["server-started", "server-stopped"]
    assert not any(key in json.dumps(line) or "quiet-job" in json.dumps(line) for line in lines)
    assert not (home / "server.json").exists()
    assert (home / "views.sqlite").exists()
    with Home.open(home).lock():
        assert os.path.exists(home / "lock")
