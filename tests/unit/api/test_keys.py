"""Keys: shown once, stored as a digest, scoped, and dead the moment their revocation returns."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from headwater.app.headwater import Headwater
from headwater.model.keys import Scope
from tests.unit.api.running import Running, run_event, running


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_made_key_works_at_once_and_stops_when_revoked(server: Running) -> None:
    made = server.client.post("/api/v1/keys", json={"name": "airflow", "scopes": ["write:lake*"]})
    assert made.status_code == 201
    key = made.json()
    assert key["secret"].startswith(f"hw_{key['id']}_")
    assert server.client.post("/api/v1/lineage", json=run_event(), headers=bearer(key["secret"])).status_code == 201
    assert server.client.delete(f"/api/v1/keys/{key['id']}").status_code == 204
    assert server.client.post("/api/v1/lineage", json=run_event(), headers=bearer(key["secret"])).status_code == 401
    listed = {item["id"]: item for item in server.client.get("/api/v1/keys").json()["keys"]}
    assert listed[key["id"]]["revoked"] is not None
    assert listed[key["id"]]["scopes"] == ["write:lake*"]


def test_the_ledger_holds_no_secret(server: Running) -> None:
    secret = server.client.post("/api/v1/keys", json={"name": "reader", "scopes": ["read"]}).json()["secret"]
    stored = b"".join(path.read_bytes() for path in server.headwater.home.path.rglob("*") if path.is_file())
    public = b"".join(entry.payload.public for entry in server.headwater.ledger.read(0) if entry.payload)
    random_part = secret.split("_", 2)[2].encode()
    assert random_part not in stored + public


@pytest.mark.parametrize("scope", ["read", "write"])
def test_only_administrators_manage_keys(server: Running, scope: str) -> None:
    headers = server.key(Scope("read")) if scope == "read" else server.key(Scope("write"))
    assert server.client.get("/api/v1/keys", headers=headers).status_code == 403
    assert server.client.post("/api/v1/keys", json={"name": "x", "scopes": ["admin"]}, headers=headers).status_code == 403
    assert server.client.delete("/api/v1/keys/any", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "x"}, {"name": "x", "scopes": []}, {"name": "", "scopes": ["read"]}, {"name": "x", "scopes": ["root"]},
     {"name": "x", "scopes": ["admin:lake"]}, {"name": "x", "scopes": ["read"], "more": 1}, {"name": "x\n", "scopes": ["read"]},
     {"name": "x", "scopes": ["read:"]}, {"name": "x", "scopes": ["write:"]}, {"name": "x", "scopes": ["admin:"]},
     {"name": "x", "scopes": ["read:a\nb"]}, {"name": "x", "scopes": ["read:" + "a" * 201]}],
)  # fmt: skip
def test_a_bad_key_request_is_400(server: Running, body: dict[str, object]) -> None:
    assert server.client.post("/api/v1/keys", json=body).status_code == 400


def test_revoking_an_unknown_key_is_400(server: Running) -> None:
    assert server.client.delete("/api/v1/keys/nobody").status_code == 400


def test_keys_and_revocations_outlive_a_restart_and_the_first_key_is_made_once(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server:
        first = server.admin_key
        dead = server.client.post("/api/v1/keys", json={"name": "old", "scopes": ["admin"]}).json()
        server.client.delete(f"/api/v1/keys/{dead['id']}")
    assert first
    with running(tmp_path / "home") as server:
        assert server.admin_key == ""
        assert httpx.get(f"{server.url}/api/v1/keys", headers=bearer(first)).status_code == 200
        assert httpx.get(f"{server.url}/api/v1/keys", headers=bearer(dead["secret"])).status_code == 401


def test_what_another_process_does_to_keys_counts_here_too(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server, Headwater.open(tmp_path / "home", environ={}, flags={"analysers": 0}) as other:
        made = other.create_key("elsewhere", [Scope("read")])
        assert server.headwater.follower.wait_for(made.record.position, 10)
        assert server.client.get("/metrics", headers=bearer(made.secret)).status_code == 200
        other.revoke_key(made.record.id)
        size = server.headwater.ledger.size
        assert server.headwater.follower.wait_for(size - 1, 10)
        server.headwater.keyring.forget()
        assert server.client.get("/metrics", headers=bearer(made.secret)).status_code == 401


def test_the_owner_s_token_opens_the_server_and_goes_with_it(tmp_path: Path) -> None:
    import msgspec

    from headwater.app.server_note import ServerNote

    with running(tmp_path / "home") as server:
        note = msgspec.json.decode((tmp_path / "home" / "server.json").read_bytes(), type=ServerNote)
        assert note.url == server.url
        assert httpx.get(f"{server.url}/api/v1/keys", headers=bearer(note.token)).status_code == 200
        assert httpx.get(f"{server.url}/api/v1/keys", headers=bearer(note.token[:-1])).status_code == 401
    assert not (tmp_path / "home" / "server.json").exists()
