"""Scans that are interrupted, killed, doubled or sent to a server record every version once."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.lakes.scan import BATCH, Unrecorded
from headwater.model.keys import Scope
from headwater.model.lakes import VersionSeen
from headwater.sdk import connect
from headwater.sdk.local import LocalClient
from tests.lakes.watching import NAME, Watched, watch
from tests.unit.api.running import running
from tests.unit.cli.calling import COMMAND, headwater

DATASETS = BATCH * 2 + 30


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """More datasets than are recorded at once."""
    for each in range(DATASETS):
        (tmp_path / f"lake/d{each:03}").mkdir(parents=True)
        pq.write_table(pa.table({"id": [each]}), tmp_path / f"lake/d{each:03}/1.parquet")
    return tmp_path / "lake"


@pytest.fixture
def watched(tmp_path: Path, lake: Path) -> Iterator[Watched]:
    watched = watch(tmp_path / "home", "folder", lake)
    with watched.client:
        yield watched


def recorded(client: LocalClient) -> Counter[str]:
    """How many versions of each dataset are recorded."""
    states = client.lakes.state(NAME).result.datasets
    return Counter({state.name: len(client.lakes.history(state.name).result.versions) for state in states})


def test_an_interrupted_scan_keeps_what_it_saw_and_the_next_goes_on(watched: Watched) -> None:
    def stop(done: int, _: int) -> None:
        if done == BATCH + 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watched.scan(progress=stop)
    watched.client.wait()
    assert len(recorded(watched.client)) == BATCH + 10
    report = watched.scan()
    assert (report.unchanged, report.versions) == (BATCH + 10, DATASETS - BATCH - 10)
    assert set(recorded(watched.client).values()) == {1} and len(recorded(watched.client)) == DATASETS


def test_scans_that_are_killed_lose_nothing_and_double_nothing(tmp_path: Path, lake: Path) -> None:
    home = tmp_path / "home"
    watch(home, "folder", lake).client.close()
    ends = []
    for _ in range(3):
        process = subprocess.Popen([*COMMAND, "lake", "scan", "--home", str(home)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = _written(home)
        while _written(home) <= before and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        ends.append(process.wait(30))
    assert -signal.SIGKILL in ends
    assert headwater("lake", "scan", "--home", home).code == 0
    with LocalClient.open(home, create=False) as client:
        client.wait()
        counted = recorded(client)
        assert len(counted) == DATASETS and set(counted.values()) == {1}
        assert not client.ledger.verify().problems


def test_two_scans_at_once_through_a_server_record_each_version_once(tmp_path: Path, lake: Path) -> None:
    (tmp_path / "here").mkdir()
    write_place(tmp_path / "here", NAME, _place(lake))
    with running(tmp_path / "server") as server:
        faults: list[Exception] = []

        def scan() -> None:
            try:
                with connect(server.url, server.admin_key) as client:
                    client.lakes.scan(NAME, tmp_path / "here")
            except Exception as fault:  # noqa: BLE001  # because a thread tells nobody of its faults
                faults.append(fault)

        threads = [threading.Thread(target=scan) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not faults
        with connect(server.url, server.admin_key) as client:
            client.wait()
            history = client.lakes.history("d007").result
            report = client.lakes.scan(NAME, tmp_path / "here")
        assert len(history.versions) == 1
        assert (report.unchanged, report.versions) == (DATASETS, 0)


def test_a_scan_with_a_scoped_key_records_its_namespace_and_no_other(tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    write_place(here, NAME, _place(lake))
    write_place(here, "other", _place(lake, "headwater://other"))
    with running(tmp_path / "server") as server:
        secret = server.headwater.create_key("scanner", _scopes("headwater://lake")).secret
        monkeypatch.setenv("HEADWATER_API_KEY", secret)
        ended = headwater("lake", "scan", NAME, "--home", here, "--url", server.url)
        assert ended.code == 0, ended.err
        refused = headwater("lake", "scan", "other", "--home", here, "--url", server.url)
        assert refused.code == 3 and refused.fault[2] == Unrecorded.code
        assert headwater("lake", "history", "d007", "--home", here, "--url", server.url).code == 0


def test_a_scan_of_a_home_that_a_server_holds_goes_through_the_server(tmp_path: Path, lake: Path) -> None:
    home = tmp_path / "home"
    watch(home, "folder", lake).client.close()
    with running(home):
        ended = headwater("lake", "scan", "--home", home, "--json")
        assert ended.code == 0, ended.err
        assert ended.json[0]["versions"] == DATASETS


def test_the_lake_command_tells_what_it_saw_and_what_it_could_not(tmp_path: Path, lake: Path) -> None:
    home = tmp_path / "home"
    assert headwater("lake", "add", "clinic", lake, "--home", home).code == 0
    ended = headwater("lake", "scan", "clinic", "--home", home)
    assert ended.code == 0 and f"{DATASETS} datasets" in ended.out
    (lake / "d000/link.parquet").symlink_to("/etc/passwd")
    ended = headwater("lake", "scan", "clinic", "--home", home)
    assert ended.code == 4
    (lake / "d000/link.parquet").unlink()
    os.rename(lake, tmp_path / "gone")
    gone = headwater("lake", "scan", "clinic", "--home", home)
    assert gone.code == 3 and "cannot open lake at" in gone.fault[0]


def test_a_version_in_parts_counts_each_row_once() -> None:
    from headwater.app.lakes.scan import LINES_AT_ONCE, _pieces
    from headwater.model.lakes import FileSeen

    files = tuple(FileSeen(path=str(each), change="removed" if each % 3 else "added", rows=2) for each in range(LINES_AT_ONCE * 2 + 1))
    whole = VersionSeen(version="v", at="2026-11-01T00:00:00Z", operation="files", rows=7, files=files)
    pieces = list(_pieces(whole))
    assert [piece.version for piece in pieces] == ["v-part-1", "v-part-2", "v"]
    added = sum(file.change == "added" for file in files)
    assert sum(piece.added_files or 0 for piece in pieces) == added
    assert sum(piece.added_rows or 0 for piece in pieces) == added * 2
    assert sum(piece.removed_rows or 0 for piece in pieces) == (len(files) - added) * 2
    assert tuple(file for piece in pieces for file in piece.files) == files


def _written(home: Path) -> int:
    """Bytes of the ledger and what waits beside it."""
    return sum(file.stat().st_size for file in home.glob("ledger*"))


def _place(lake: Path, namespace: str = "headwater://lake") -> LakePlace:
    return LakePlace(kind="folder", location=str(lake), namespace=namespace)


def _scopes(namespace: str) -> tuple[Scope, ...]:
    return (Scope("write", namespace), Scope("read", namespace))
