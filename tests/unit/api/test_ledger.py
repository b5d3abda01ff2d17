"""The ledger over HTTP: proofs that verify away from the server, content for administrators only."""

from __future__ import annotations

import io
import zipfile

import msgspec

from headwater.ledger.checkpoint import open_checkpoint
from headwater.ledger.note import Verifier
from headwater.ledger.tree.proofs import InclusionProof, check_consistency, check_proof
from headwater.model.keys import Scope
from tests.unit.api.running import Running, run_event


def verifier_of(server: Running) -> Verifier:
    return Verifier.parse(server.client.get("/api/v1/ledger/key").text.splitlines()[0])


def test_a_checkpoint_verifies_with_the_published_key(server: Running) -> None:
    server.client.post("/api/v1/lineage", json=run_event())
    note = server.client.get("/api/v1/ledger/checkpoint").content
    assert open_checkpoint(note, [verifier_of(server)]).size == server.headwater.ledger.size


def test_an_inclusion_proof_holds(server: Running) -> None:
    position = server.client.post("/api/v1/lineage", json=run_event()).json()["position"]
    answer = server.client.get(f"/api/v1/ledger/prove/{position}")
    proof = msgspec.json.decode(answer.content, type=InclusionProof)
    assert proof.position == position and proof.body is None
    assert check_proof(proof, [verifier_of(server)]) == []


def test_a_consistency_proof_holds_between_two_checkpoints(server: Running) -> None:
    old = server.client.get("/api/v1/ledger/checkpoint").content
    old_size = server.headwater.ledger.size
    server.client.post("/api/v1/lineage/batch", json=[run_event() for _ in range(10)])
    new = server.client.get("/api/v1/ledger/checkpoint").content
    body = server.client.get("/api/v1/ledger/consistency", params={"old": old_size}).json()
    assert check_consistency(old, new, [bytes.fromhex(part) for part in body["path"]], [verifier_of(server)]) == []


def test_verification_passes_and_holds_against_a_kept_checkpoint(server: Running) -> None:
    kept = server.client.get("/api/v1/ledger/checkpoint").content
    for body in (b"", kept):
        found = server.client.post("/api/v1/ledger/verify", content=body).json()
        assert found["ok"] and found["problems"] == []
    assert server.client.post("/api/v1/ledger/verify", content=b"no note").status_code == 400


def test_entries_are_paged_in_order(server: Running) -> None:
    server.client.post("/api/v1/lineage/batch", json=[run_event() for _ in range(5)])
    seen: list[int] = []
    start: int | None = 0
    while start is not None:
        page = server.client.get("/api/v1/ledger/entries", params={"start": start, "limit": 3}).json()
        seen += [entry["position"] for entry in page["entries"]]
        start = page["next"]
    assert seen == list(range(server.headwater.ledger.size))
    assert server.client.get("/api/v1/ledger/entries", params={"start": 10_000}).json()["entries"] == []


def test_an_export_is_a_bundle(server: Running) -> None:
    answer = server.client.get("/api/v1/ledger/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert "checkpoint" in bundle.namelist()


def test_wrong_parameters_are_400_in_our_words(server: Running) -> None:
    for path in ("/prove/never", "/prove/999999", "/consistency", "/consistency?old=-1", "/entries?limit=0", "/entries?start=x"):
        answer = server.client.get(f"/api/v1/ledger{path}")
        assert answer.status_code == 400, path
        assert answer.json()["code"] == "USAGE"


def test_readers_get_proofs_but_no_content(server: Running) -> None:
    headers = server.key(Scope("read"))
    assert server.client.get("/api/v1/ledger/checkpoint", headers=headers).status_code == 200
    assert server.client.get("/api/v1/ledger/prove/0", headers=headers).status_code == 200
    assert server.client.get("/api/v1/ledger/entries", headers=headers).status_code == 403
    assert server.client.get("/api/v1/ledger/export", headers=headers).status_code == 403
    assert server.client.post("/api/v1/ledger/verify", headers=headers).status_code == 403
    assert server.client.get("/api/v1/ledger/checkpoint", headers={"Authorization": ""}).status_code == 401
