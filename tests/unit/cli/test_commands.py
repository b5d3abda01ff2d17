from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.api.running import Running, running
from tests.unit.cli.calling import headwater, headwater_process, on_terminal
from tests.unit.cli.events import STORE, pipeline, written

REVENUE, ARCHIVE = f"dataset:{STORE}:revenue", f"dataset:{STORE}:archive"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the pipeline is recorded."""
    folder = tmp_path_factory.mktemp("recorded")
    assert headwater("record", written(folder), "--home", folder / "home").code == 0
    return folder / "home"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server in which the pipeline is recorded."""
    with running(tmp_path_factory.mktemp("served") / "home") as server:
        server.headwater.record(json.dumps(pipeline()).encode())
        yield server


def test_recording_counts_what_became_of_each_event_and_exits_1_where_one_was_rejected(tmp_path: Path) -> None:
    events = pipeline()
    path = written(tmp_path, [*events, events[0]])
    path.write_text(path.read_text() + '{"eventType": 7}\nnot json\n')
    ended = headwater("record", path, "--json", "--home", tmp_path / "home")
    report = ended.json
    assert ended.code == 1
    assert {key: report[key] for key in ("received", "recorded", "duplicate")} == {"received": 5, "recorded": 2, "duplicate": 1}
    assert [item["index"] for item in report["rejected"]] == [3, 4]


def test_standard_input_arrays_and_gzip_are_recorded_too(tmp_path: Path) -> None:
    events, zipped = pipeline(), tmp_path / "events.json.gz"
    zipped.write_bytes(gzip.compress(json.dumps(events).encode()))
    assert headwater("record", zipped, "--home", tmp_path / "home").out == "received 2, recorded 2, duplicate 0, rejected 0\n"
    again = headwater_process("record", "-", "--home", tmp_path / "home", stdin=json.dumps(events[0], indent=2))
    assert again.out == "received 1, recorded 0, duplicate 1, rejected 0\n"


def test_lineage_of_a_column_is_told_as_a_tree(home: Path) -> None:
    ended = headwater("lineage", "revenue.total", "--home", home)
    assert ended.code == 0 and ended.err == ""
    lines = ended.out.splitlines()
    assert lines[0] == "revenue.total  comes from"
    assert lines[1].split() == ["├─", "orders.amount", "aggregation", "revenue", "parsed"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["lineage", REVENUE], 0),
        (["lineage", "customers", "--up"], 0),
        (["lineage", ARCHIVE], 0),
        (["impact", "customers.id"], 0),
        (["gaps"], 1),
        (["gaps", "customers"], 0),
        (["catalog", "search", "revenue"], 0),
        (["catalog", "show", REVENUE], 0),
        (["status"], 0),
        (["ledger", "verify"], 0),
        (["ledger", "prove", "0"], 0),
        (["ledger", "checkpoint"], 0),
        (["ledger", "consistency", "1"], 0),
        (["ledger", "tail"], 0),
        (["key", "list"], 0),
        (["lineage", "no_such_table"], 2),
        (["lineage", "revenue"], 0),
        (["lineage", REVENUE, "--as-of", "soon"], 2),
        (["lineage", REVENUE, "--depth", "many"], 2),
        (["ledger", "prove", "99"], 2),
        (["ledger", "verify", "--against", "/no/such/file"], 2),
        (["key", "create", "empty"], 2),
        (["record", "/no/such/file"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_each_command_ends_with_its_exit_code_and_says_faults_in_three_lines(home: Path, words: list[str], code: int) -> None:
    ended = headwater(*words, "--home", home)
    assert ended.code == code, ended.err
    assert "Traceback" not in ended.err
    if code == 2:
        assert ended.out == "" and all(ended.fault)
    else:
        assert ended.out and ended.err == ""


@pytest.mark.parametrize("words", [["bogus"], ["lineage"], ["lineage", "x", "--bogus"], ["ledger", "prove", "x"]], ids=" ".join)
def test_a_command_line_that_makes_no_sense_is_a_usage_fault(words: list[str]) -> None:
    ended = headwater(*words)
    assert (ended.code, ended.fault[2]) == (2, "USAGE")
    assert ended.fault[1].endswith("--help")


def test_exit_codes_and_faults_reach_the_shell(home: Path, tmp_path: Path) -> None:
    calls = [(["status"], home), (["gaps"], home), (["lineage", "nope"], home), (["status"], tmp_path / "none")]
    ended = [headwater_process(*words, "--home", where) for words, where in calls]
    assert [item.code for item in ended] == [0, 1, 2, 3]
    assert [item.fault[2] for item in ended[2:]] == ["NODE-UNKNOWN", "HOME-FAULT"]


def test_without_a_verb_the_help_is_shown_as_an_error() -> None:
    for words in ([], ["ledger"]):
        ended = headwater(*words)
        assert ended.code == 2 and ended.out == "" and "Commands:" in ended.err


def test_a_missing_home_is_a_fault_that_says_how_to_make_one(tmp_path: Path) -> None:
    ended = headwater("status", "--home", tmp_path / "none")
    assert (ended.code, ended.fault[2]) == (3, "HOME-FAULT")
    assert not (tmp_path / "none").exists()


def test_a_server_that_does_not_answer_is_a_fault() -> None:
    ended = headwater("status", "--url", "http://127.0.0.1:1")
    assert (ended.code, ended.fault[2]) == (3, "SERVER-FAULT")


def test_a_key_that_the_server_does_not_know_is_refused_in_its_words(served: Running) -> None:
    ended = headwater("status", "--url", served.url, HEADWATER_API_KEY="hw_wrong")
    assert (ended.code, ended.fault[2]) == (3, "KEY-MISSING")
    assert "hw_wrong" not in ended.err


def test_a_tampered_ledger_ends_with_1_and_names_the_entry(tmp_path: Path) -> None:
    import sqlite3

    home = tmp_path / "home"
    headwater("record", written(tmp_path), "--home", home)
    held = tmp_path / "held"
    held.write_text(headwater("ledger", "checkpoint", "--home", home).out)
    assert "continues the checkpoint of 2 entries" in headwater("ledger", "verify", "--against", held, "--home", home).out
    with sqlite3.connect(home / "ledger.sqlite") as store:
        (bodies,) = store.execute("select bodies from segments limit 1").fetchone()
        store.execute("update segments set bodies = ?", (bodies[:-1] + bytes([bodies[-1] ^ 1]),))
    store.close()
    ended = headwater("ledger", "verify", "--home", home)
    assert ended.code == 1 and ended.out.startswith("TAMPERED: ") and "entry 0" in ended.out
    assert headwater("ledger", "verify", "--json", "--home", home).json["ok"] is False


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["lineage", REVENUE, "--both", "--columns"], f"/api/v1/ask/lineage?node={REVENUE}&direction=both&columns=true"),
        (["impact", "customers.id", "--depth", "1"], "/api/v1/ask/impact?node=customers.id&depth=1"),
        (["gaps", "--limit", "1"], "/api/v1/ask/gaps?limit=1"),
        (["catalog", "search", "revenue"], "/api/v1/ask/catalog-search?text=revenue&limit=100"),
        (["catalog", "show", REVENUE], f"/api/v1/ask/catalog-show?node={REVENUE}"),
        (["status"], "/api/v1/ask/status"),
        (["ledger", "prove", "1"], "/api/v1/ledger/prove/1"),
        (["ledger", "consistency", "1"], "/api/v1/ledger/consistency?old=1"),
        (["key", "list"], "/api/v1/keys"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_json_is_the_body_of_the_http_interface_and_a_line_end(served: Running, words: list[str], path: str) -> None:
    ended = headwater(*words, "--json", "--url", served.url, HEADWATER_API_KEY=served.admin_key)
    assert ended.out == served.client.get(path).text + "\n"


def test_a_running_server_of_the_home_is_asked_instead_of_the_files(served: Running) -> None:
    before = served.client.get("/metrics").text
    ended = headwater("status", "--home", served.headwater.home.path)
    assert ended.code == 0 and ended.err == ""
    assert served.client.get("/metrics").text != before
    assert headwater("rebuild", "--home", served.headwater.home.path).fault[2] == "HOME-FAULT"


def test_pictures_are_written_where_asked(home: Path, tmp_path: Path) -> None:
    ended = headwater("lineage", REVENUE, "--svg", tmp_path / "a.svg", "--html", tmp_path / "a.html", "--home", home)
    assert ended.code == 0 and ended.err.splitlines() == [f"wrote {tmp_path}/a.svg", f"wrote {tmp_path}/a.html"]
    assert (tmp_path / "a.svg").read_text().startswith("<svg ") and (tmp_path / "a.html").read_text().startswith("<!doctype html>")
    nowhere = headwater("lineage", REVENUE, "--svg", tmp_path / "none" / "a.svg", "--home", home)
    assert nowhere.code == 2 and nowhere.fault[0].startswith("cannot write picture")


def test_hostile_names_reach_the_terminal_as_text(tmp_path: Path) -> None:
    name = "evil\u202e<script>[bold]\u200b"
    event = pipeline()[0] | {"outputs": [{"namespace": STORE, "name": name}], "job": {"namespace": "nightly", "name": name}}
    home = tmp_path / "home"
    assert headwater("record", written(tmp_path, [event]), "--home", home).code == 0
    for words in (["gaps"], ["catalog", "search", "evil"], ["impact", "customers"], ["lineage", f"dataset:{STORE}:{name}"]):
        ended = headwater(*words, "--home", home)
        assert not {"\u202e", "\u200b"} & set(ended.out + ended.err)
    assert "[bold]" in headwater("catalog", "search", "evil", "--home", home).out


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = headwater("key", "create", "pipeline", "--write", "lake*", "--read", "*", "--json", "--home", home).json
    assert made["scopes"] == ["read", "write:lake*"] and made["secret"].startswith("hw_")
    assert headwater("key", "revoke", made["id"], "--reason", "lost", "--home", home).out == f"revoked {made['id']}\n"
    size = headwater("status", "--json", "--home", home).json["result"]["ledger_size"]
    assert headwater("key", "revoke", made["id"], "--home", home).out == f"already revoked {made['id']}\n"
    assert headwater("status", "--json", "--home", home).json["result"]["ledger_size"] == size
    (listed,) = headwater("key", "list", "--json", "--home", home).json["keys"]
    assert listed["id"] == made["id"] and listed["revoked"] is not None


@pytest.mark.parametrize("right", ["--read", "--write"])
def test_an_empty_pattern_opens_nothing_here_or_on_a_server(tmp_path: Path, served: Running, right: str) -> None:
    for ended in (
        headwater("key", "create", "slip", right, "", "--home", tmp_path / "home"),
        headwater("key", "create", "slip", right, "", "--url", served.url, HEADWATER_API_KEY=served.admin_key),
    ):
        assert (ended.code, ended.fault[2]) == (2, "USAGE")
    assert "slip" not in {key.name for key in served.headwater.list_keys()}


def test_rebuilt_views_give_the_same_answer(tmp_path: Path) -> None:
    home = tmp_path / "home"
    headwater("record", written(tmp_path), "--home", home)
    before = headwater("lineage", ARCHIVE, "--json", "--home", home).out
    assert headwater("rebuild", "--home", home).out == "rebuilt the views from 2 entries\n"
    assert headwater("lineage", ARCHIVE, "--json", "--home", home).out == before


def test_an_export_is_a_bundle_with_its_verifier(home: Path, tmp_path: Path) -> None:
    import zipfile

    assert headwater("ledger", "export", tmp_path / "all.zip", "--home", home).code == 0
    assert "verifier.py" in zipfile.ZipFile(tmp_path / "all.zip").namelist()


def test_tail_prints_the_latest_entries_also_as_json_lines(home: Path) -> None:
    assert [line.split()[0] for line in headwater("ledger", "tail", "--home", home).out.splitlines()] == ["0", "1"]
    (line,) = headwater("ledger", "tail", "-n", "1", "--json", "--home", home).out.splitlines()
    assert json.loads(line)["position"] == 1


def test_explain_prints_the_paragraph_of_a_code() -> None:
    assert headwater("explain", "node-unknown").out.startswith("NODE-UNKNOWN\n")
    assert headwater("explain", "NODE-UNKOWN").fault == (
        "cannot explain `NODE-UNKOWN`: expected a code that Headwater prints",
        "headwater explain NODE-UNKNOWN",
        "CODE-UNKNOWN",
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_made_for_each_shell(shell: str) -> None:
    ended = headwater_process(_HEADWATER_COMPLETE=f"source_{shell}")
    assert ended.code == 0 and "_HEADWATER_COMPLETE" in ended.out


def test_completion_offers_commands_and_options() -> None:
    offered = headwater_process(_HEADWATER_COMPLETE="complete_bash", COMP_WORDS="headwater led", COMP_CWORD="1").out
    assert offered.split() == ["ledger"]
    offered = headwater_process(_HEADWATER_COMPLETE="complete_bash", COMP_WORDS="headwater lineage x --as", COMP_CWORD="3").out
    assert offered.split() == ["--as-of"]


def test_the_tree_shows_what_json_holds_also_behind_a_statement_nobody_could_read(tmp_path: Path) -> None:
    first = Path(__file__).parents[3] / "examples" / "first" / "events.jsonl"
    assert headwater("record", first, "--home", tmp_path / "home").code == 0
    up = ["lineage", "orders_archive", "--columns"]
    tree = headwater(*up, "--home", tmp_path / "home").out
    for node in headwater(*up, "--json", "--home", tmp_path / "home").json["result"]["nodes"]:
        assert (f"{node['name']}.{node['column']}" if node["column"] else node["name"]) in tree
    assert "checkout.status" in tree and "also on these paths" not in tree
    assert "orders_archive" in headwater("lineage", "orders.status", "--down", "--columns", "--home", tmp_path / "home").out


def test_the_version_is_said() -> None:
    from headwater import __version__

    ended = headwater("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"headwater {__version__}\n", "")


def test_tail_heads_its_columns_on_a_terminal_only(home: Path) -> None:
    heading, *entries = on_terminal("ledger", "tail", "--home", home).splitlines()
    assert heading.split() == ["position", "received", "kind", "producer"] and [line.split()[0] for line in entries] == ["0", "1"]
    assert on_terminal("ledger", "tail", "--json", "--home", home).startswith("{")
