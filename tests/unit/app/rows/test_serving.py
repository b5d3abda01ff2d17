"""Rows are followed over HTTP too, for admin keys only, and `--json` writes what HTTP gives."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from deltalake import write_deltalake

from headwater.app.lakes.places import LakePlace, write_place
from headwater.model.keys import Scope
from tests.unit.api.running import running
from tests.unit.cli.calling import headwater


def test_rows_of_a_partitioned_delta_table_are_followed_over_http(tmp_path: Path) -> None:
    home, lake = tmp_path / "home", tmp_path / "lake"
    for number, ward in enumerate(("north", "south")):
        rows = pa.table({"ward": [ward], "id": [number]})
        write_deltalake(lake / "wards", rows, mode="append", partition_by=["ward"])
    with running(home) as server:
        write_place(home, "lake", LakePlace(kind="delta", location=str(lake), namespace="lake"))
        assert headwater("lake", "scan", "--home", home).code == 0
        asked = {"node": "wards", "rows": "ward = 'south'", "min_position": "3"}
        told = server.client.get("/api/v1/ask/lineage-rows", params=asked)
        assert told.status_code == 200, told.text
        [batch] = told.json()["result"]["batches"]
        assert (batch["version"], batch["rows"], batch["tier"]) == ("1", 1, "confirmed")
        words = ("lineage", "wards", "--rows", asked["rows"], "--json", "--url", server.url)
        assert headwater(*words, HEADWATER_API_KEY=server.admin_key).out == told.text + "\n"
        narrow = server.client.get("/api/v1/ask/lineage-rows", params=asked, headers=server.key(Scope("read")))
        assert narrow.status_code == 403 and "south" not in narrow.text and "admin" in narrow.text
        bad = server.client.get("/api/v1/ask/lineage-rows", params=asked | {"rows": "nothing = 'south'"})
        assert bad.status_code == 400 and "south" not in bad.text
