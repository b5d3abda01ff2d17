"""The command `classify` over tables that Spark knows, asked through Spark Connect; on a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.edges.engines.samples import spark as samples
from headwater.edges.engines.samples.relations import Bounds
from tests.spark.server import PROGRAM, connect_server
from tests.unit.cli.calling import Ended, headwater

pytestmark = [pytest.mark.slow, pytest.mark.service(PROGRAM, "java", "module:pyspark")]

PEOPLE = """
CREATE TABLE crm.people USING parquet AS
SELECT /*+ REPARTITION(4) */ id, concat('user', id, '@example.org') AS mail, CAST(id AS DOUBLE) / 2 AS share,
array(concat(id % 200 + 20, '.', id % 250, '.7.', id % 99)) AS seen_from, named_struct('note', 'x', 'n', id) AS more,
CAST(concat('user', id, '@example.org') AS BINARY) AS packed, X'FF00FF' AS bytes, CAST(NULL AS STRING) AS nothing, `id` AS `odd ``name.here`
FROM range(2000)
"""


class Server:
    """A server with a database of tables."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        with samples.spark(address, Bounds()) as engine:
            for statement in (
                "CREATE DATABASE crm",
                PEOPLE,
                "CREATE VIEW crm.mails AS SELECT mail FROM crm.people WHERE id < 500",
                "CREATE TABLE crm.spoilt USING parquet AS SELECT id FROM range(10)",
                "CREATE TABLE crm.empty (mail STRING) USING parquet",
            ):
                engine._rows(statement)
        for file in (folder / "warehouse" / "crm.db" / "spoilt").glob("*.parquet"):
            file.write_bytes(b"no longer a file of Parquet")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("spark")
    with connect_server(folder) as address:
        yield Server(address, folder)


def states(answer: Ended) -> dict[str, tuple[str, str | None]]:
    assert answer.err == ""
    return {f"{each['dataset']}:{each['column']}": (each["state"], each["info_type"]) for each in answer.json["columns"]}


def test_every_table_and_view_is_classified_and_what_cannot_be_read_is_told(server: Server) -> None:
    answer = headwater("classify", server.address, "--json")
    found = states(answer)
    assert {column: told for column, told in found.items() if told[0] == "labelled"} == {
        "crm.people:mail": ("labelled", "EMAIL"),
        "crm.people:packed": ("labelled", "EMAIL"),
        "crm.people:seen_from": ("labelled", "IP_ADDRESS"),
        "crm.people:seen_from[]": ("labelled", "IP_ADDRESS"),
        "crm.mails:mail": ("labelled", "EMAIL"),
    }
    assert {"crm.people:bytes", "crm.people:odd `name.here", "crm.people:more.n"} <= set(found)
    assert ("crm.spoilt", "DATASET-UNREADABLE") in {(gap["dataset"], gap["code"]) for gap in answer.json["gaps"]}
    assert {each["rows"] for each in answer.json["columns"] if each["dataset"] == "crm.mails"} == {500}
    assert answer.code == 4


def test_one_table_is_asked_for_by_the_end_of_its_name(server: Server) -> None:
    answer = headwater("classify", server.address, "--table", "mails", "--json")
    assert (set(states(answer)), answer.code) == ({"crm.mails:mail"}, 0)
    assert "expected a table `nobody`, got none" in headwater("classify", server.address, "--table", "nobody").fault[0]


def test_what_is_found_is_recorded_of_the_dataset_that_lies_where_the_table_does(server: Server, tmp_path: Path) -> None:
    place = str(server.folder / "warehouse" / "crm.db" / "people")
    event = {
        "producer": "https://example.com/etl",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "eventType": "COMPLETE",
        "eventTime": "2026-11-23T09:00:00Z",
        "run": {"runId": "01939a00-0000-7000-8000-00000000ffff"},
        "job": {"namespace": "etl", "name": "people"},
        "outputs": [{"namespace": "file", "name": place}],
    }
    (tmp_path / "event.json").write_text(json.dumps(event))
    home = tmp_path / "home"
    assert headwater("record", tmp_path / "event.json", "--home", home).code == 0
    assert "recorded 1 dataset" in headwater("classify", server.address, "--table", "people", "--home", home).out
    labels = headwater("label", "show", f"dataset:file:{place}", "--home", home, "--json").json["result"]["labels"]
    assert ("mail", "EMAIL") in {(label["column"], label["info_type"]) for label in labels}


def test_of_a_large_table_some_files_are_read_and_no_others(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with samples.spark(server.address, Bounds()) as engine:
        tables = {table.name: table for table in engine.tables()}
        size = engine._size(tables["crm.people"])
        monkeypatch.setattr(samples, "LARGE_BYTES", size // 2)
        some = engine.sample(tables["crm.people"])
        spread = engine.sample(tables["crm.mails"])
    assert some is not None and (some.rows, some.gaps) == (1000, (("", "ROWS-SAMPLED"),))
    assert spread is not None and 0 < spread.rows < 500 and spread.gaps == (("", "ROWS-SAMPLED"),)


def test_a_table_that_takes_too_long_is_read_in_part(server: Server) -> None:
    with samples.spark(server.address, Bounds(seconds=0.001)) as engine:
        [people] = [table for table in engine.tables() if table.name == "crm.people"]
        sampled = engine.sample(people)
    assert sampled is not None and sampled.gaps == (("", "ROWS-NOT-ALL-READ"),)


def test_a_catalog_that_cannot_be_listed_is_told(server: Server) -> None:
    answer = headwater("classify", server.address, "--json")
    assert ("bad", "CATALOG-UNREADABLE") in {(gap["dataset"], gap["code"]) for gap in answer.json["gaps"]}


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_a_server_that_goes_silent_or_away_is_told_and_waited_for_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    with connect_server(tmp_path) as address, samples.spark(address, Bounds(seconds=1)) as engine:
        assert engine.tables() == []
        monkeypatch.setattr(samples, "_SECONDS_OF_SILENCE", 2.0)
        os.killpg(server_group(address), how)
        with pytest.raises(samples.SparkUnreachable):
            engine.tables()


def server_group(address: str) -> int:
    """The processes of the server that listens there."""
    port = address.rpartition(":")[2]
    found = subprocess.run(["pgrep", "-f", f"binding.port={port}"], capture_output=True, text=True, check=True)
    return os.getpgid(int(found.stdout.split()[0]))


@pytest.mark.parametrize("address", ["sc://127.0.0.1:1", "sc://127.0.0.1:1/;token=hunter2", "sc://127.0.0.1:notaport", "sc://"])
def test_a_server_that_is_not_there_is_told_at_once_and_nothing_of_the_address(address: str) -> None:
    began = time.monotonic()
    answer = headwater("classify", address)
    assert answer.fault[2] == "DATABASE-UNREACHABLE" and "hunter2" not in answer.err
    assert time.monotonic() - began < 30


def test_a_program_without_a_file_may_ask_too(server: Server) -> None:
    script = (
        "from headwater.app.classify.databases import classify_database as c\n"
        "from headwater.edges.engines.samples.relations import Bounds\n"
        f"print(len(c({server.address!r}, 'mails', Bounds()).columns))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "1\n", "")
