from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.cli.calling import headwater, headwater_process, on_terminal

EXAMPLES = Path(__file__).parents[3] / "examples" / "sql"
GOLDEN = Path(__file__).parents[2] / "golden" / "statements"
SVG = "{http://www.w3.org/2000/svg}"
REVENUE = (EXAMPLES / "daily_revenue.sql", "--dialect", "duckdb", "--schema", EXAMPLES / "schema.json")


def written(tmp_path: Path, text: str) -> Path:
    """A file that holds a text."""
    path = tmp_path / "text.sql"
    path.write_text(text, encoding="utf-8")
    return path


def held(name: str, found: str) -> str:
    """What a golden file holds; written anew with UPDATE_GOLDEN."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def test_a_script_is_shown_as_it_was() -> None:
    ended = headwater("sql", *REVENUE, COLUMNS="120")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == held("daily_revenue.txt", ended.out)


def test_a_script_is_drawn_as_it_was(tmp_path: Path) -> None:
    svg, html = tmp_path / "a.svg", tmp_path / "a.html"
    ended = headwater("sql", *REVENUE, "--svg", svg, "--html", html)
    assert ended.err.splitlines() == [f"wrote {svg}", f"wrote {html}"]
    drawn = svg.read_text(encoding="utf-8").replace("><", ">\n<")
    assert drawn == held("daily_revenue.svg", drawn)
    page = html.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "11 influences as a table" in page and "What flows in daily_revenue.sql" in page


MASKS = """insert into mailing (contact, plain, both)
select md5(email), phone, case when ok then ssn else sha256(ssn) end from people where not opted_out"""


def test_masks_are_drawn_and_one_that_values_get_past_looks_different(tmp_path: Path) -> None:
    headwater("sql", written(tmp_path, MASKS), "--dialect", "duckdb", "--svg", tmp_path / "a.svg", "--html", tmp_path / "a.html")
    picture = ElementTree.parse(tmp_path / "a.svg")
    marks = {
        element.findtext(f"{SVG}text"): (element.get("class"), element.find(f"{SVG}rect").get("fill") == element.get("color"))  # type: ignore[union-attr]  # because a mark has both
        for element in picture.iter(f"{SVG}g")
        if "mark" in (element.get("class") or "").split() and "wire" in (element.get("class") or "").split()
    }
    assert marks == {
        "TX md5": ("wire mark masked", True),
        "TX sha256": ("wire mark", False),
        "ID": ("wire mark", False),
        "CO": ("wire mark", False),
        "FI": ("wire mark", False),
    }
    texts = [element.text for element in picture.iter(f"{SVG}text")]
    assert {"masked, by the function named", "masked, but not on every way"} <= set(texts)
    titles = [element.text for element in picture.iter(f"{SVG}title")]
    assert "people.ssn to mailing.both: transformation; masked by sha256, not on every way; through sha256" in titles
    assert "Masked: 1 influence." in (picture.findtext(f"{SVG}desc") or "")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert '["masked by",["sha256","not on every way"]]' in page and '["masked by",["md5"]]' in page


def test_without_masks_the_legend_tells_of_none(tmp_path: Path) -> None:
    headwater("sql", written(tmp_path, "select upper(a) as b from t"), "--svg", tmp_path / "a.svg")
    assert "masked" not in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_the_page_tells_functions_and_places(tmp_path: Path) -> None:
    headwater("sql", *REVENUE, "--html", tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    found = re.search('id="data">(.*?)</script>', page)
    assert found is not None
    [masked] = [wire for wire in json.loads(found[1])["wires"] if ["masked by", ["sha256"]] in wire["facts"]]
    assert ["through", ["lower", "sha256"]] in masked["facts"] and ["read at", ["2:29"]] in masked["facts"]


def test_json_holds_everything_and_agrees_with_the_batch() -> None:
    lineage = headwater("sql", *REVENUE, "--json").json
    assert list(lineage) == ["status", "reasons", "sources", "targets", "edges", "overwrites", "fingerprint", "analyser", "statements"]
    assert lineage["overwrites"] == ["stage"]
    request = {"sql": REVENUE[0].read_text(), "schema": json.loads((EXAMPLES / "schema.json").read_text())}
    batch = headwater_process("sql", "--batch", "--dialect", "duckdb", stdin=json.dumps(request)).json
    assert batch["edges"] == lineage["edges"]
    assert all(edge["line"] and edge["column"] for edge in lineage["edges"])
    assert all(batch[key] == lineage[key] for key in ("status", "reasons", "sources", "targets"))


def test_json_tells_a_script_by_statement(tmp_path: Path) -> None:
    text = "create table s as select md5(a) as a from t;\n\ninsert into u (a)\n  select a from s where b = 1;\nx y z"
    told = headwater("sql", written(tmp_path, text), "--dialect", "postgres", "--json").json
    shown = [[each[key] for key in ("number", "kind", "line", "column", "end_line", "end_column", "status")] for each in told["statements"]]
    assert shown == [
        [1, "CREATE TABLE", 1, 1, 1, 43, "complete"],
        [2, "INSERT", 3, 1, 4, 29, "partial"],
        [3, "OTHER", 5, 1, 5, 5, "failed"],
    ]
    first, second, third = told["statements"]
    assert [*first["edges"], *second["edges"]] == told["edges"] and first["edges"][0]["masked_by"] == "md5"
    assert [(each["code"], each["line"], each["column"]) for each in second["reasons"]] == [("unknown-column", 4, 25)]
    assert third["reasons"][0]["code"] == "parse-error" and told["reasons"] == [*second["reasons"], *third["reasons"]]


def test_a_single_statement_is_told_once(tmp_path: Path) -> None:
    path = written(tmp_path, "select a from t;")
    assert headwater("sql", path, "--json").json["statements"] == []
    assert "statement 1" not in headwater("sql", path).out


def test_statements_held_by_others_say_so(tmp_path: Path) -> None:
    path = written(tmp_path, "create procedure p() language plpgsql as $$ begin insert into u (x) select a from t; end $$;\ncall p()")
    told = headwater("sql", path, "--dialect", "postgres", "--json").json["statements"]
    assert [(each["kind"], each["within"]) for each in told] == [("CREATE PROCEDURE", None), ("INSERT", 1), ("CALL", None)]
    out = headwater("sql", path, "--dialect", "postgres").out
    assert "statement 2, within 1: INSERT, 1:51 to 1:83  complete" in out and out.index("the whole script") > out.index("statement 3: CALL")


def test_each_statement_of_a_script_is_drawn_under_its_heading(tmp_path: Path) -> None:
    path = written(tmp_path, "create table s as select a from t; commit; select FROM where; insert into u (a) select a from s")
    headwater("sql", path, "--dialect", "postgres", "--svg", tmp_path / "a.svg", "--html", tmp_path / "a.html")
    texts = [element.text or "" for element in ElementTree.parse(tmp_path / "a.svg").iter("{http://www.w3.org/2000/svg}text")]
    headings = [text for text in texts if text.startswith("statement ")] + [text for text in texts if text == "the whole script"]
    assert [heading.partition(",")[0] for heading in headings] == [
        "statement 1: CREATE TABLE",
        "statement 2: COMMIT",
        "statement 3: SELECT",
        "statement 4: INSERT",
        "the whole script",
    ]
    assert texts.count("t") == texts.count("u") == 2 and texts.count("s") == 3
    assert sum(text.startswith("not followed: parse-error at 1:") for text in texts) == 2
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count('<details class="part">') == 4 and "<summary>statement 4: INSERT, 1:63 to 1:95" in page


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("select a from t", (), 0),
        ("select * from t", (), 4),
        ("select * from t", ("--allow-gaps",), 0),
        ("select a b c from t", (), 3),
        ("select a b c from t", ("--allow-gaps",), 3),
        ("select a from t", ("--dialect", "klingon"), 2),
    ],
)
def test_the_exit_code_says_how_far_the_text_was_followed(tmp_path: Path, text: str, options: tuple[str, ...], code: int) -> None:
    assert headwater("sql", written(tmp_path, text), *options).code == code


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the text holds nothing but white space and comments at line 1, column 1"),
        ("select\n \0", "the text holds a NUL character, which engines treat differently at line 2, column 2"),
        ("select " + "(" * 1000 + "1" + ")" * 1000, "brackets or operators are nested beyond the limit at line 1, column 208"),
        ("select {{ a }} from t", "a template was not rendered at line 1, column 8"),
    ],
)
def test_a_text_that_cannot_be_read_is_a_fault_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    ended = headwater("sql", written(tmp_path, text))
    assert (ended.code, ended.out) == (3, "")
    assert (ended.fault[0], ended.fault[2]) == (f"cannot follow SQL `text.sql`: {problem}", "STATEMENT-FAILED")
    assert headwater(*ended.fault[1].split()[1:]).code == 0


def test_a_failed_text_is_still_told_as_json(tmp_path: Path) -> None:
    ended = headwater("sql", written(tmp_path, "select a b c from t"), "--json")
    assert (ended.code, ended.json["status"], ended.json["sources"], ended.fault[2]) == (3, "failed", ["t"], "STATEMENT-FAILED")


def test_values_in_the_text_never_reach_the_fault(tmp_path: Path) -> None:
    ended = headwater("sql", written(tmp_path, "select 'patient 4711' 'ssn 078' from where"))
    assert ended.code == 3 and "4711" not in ended.err and "078" not in ended.err


def test_an_empty_partial_answer_never_reads_as_no_lineage(tmp_path: Path) -> None:
    out = headwater("sql", written(tmp_path, "select * from t")).out
    assert out.startswith("no influence could be followed; read: t\n") and "--schema FILE names the columns of tables" in out
    assert "star-without-schema `t` at 1:15" in out and "nothing flows" not in out
    assert headwater("sql", written(tmp_path, "set x = 1"), "--dialect", "postgres").out.startswith("nothing flows")


def test_defaults_complete_names(tmp_path: Path) -> None:
    lineage = headwater("sql", written(tmp_path, "select a from t"), "--catalog", "lake", "--default-schema", "shop", "--json").json
    assert lineage["sources"] == ["lake.shop.t"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[]", "expected an object of tables, got a list"),
        (b"nope", "expected JSON"),
        (b"[" * 100_000, "expected tables of columns, got JSON nested too deep"),
        (b'{"t":{"a":{"b":"INT"}}}', "expected a type as text for column `t.a`, got an object"),
    ],
)
def test_a_schema_file_that_is_none_is_a_fault_in_words(tmp_path: Path, content: bytes, problem: str) -> None:
    schema = tmp_path / "s.json"
    schema.write_bytes(content)
    ended = headwater("sql", written(tmp_path, "select 1"), "--schema", schema)
    assert (ended.code, ended.fault[0], ended.fault[2]) == (2, f"cannot read schema `{schema}`: {problem}", "SCHEMA-INVALID")


@pytest.mark.parametrize(
    "words", [(), ("missing.sql",), (".",), ("--batch", "missing.jsonl"), ("--batch", "."), ("x.sql", "--schema", ".")]
)
def test_what_cannot_be_read_is_a_matter_of_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.chdir(tmp_path)
    assert headwater("sql", *words).code == 2
    assert len(headwater("sql", *words).fault) == 3


def test_bytes_that_are_no_utf8_and_texts_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(b"select '\xff'")
    assert headwater("sql", path).fault[0].endswith("expected UTF-8, got something else at byte 9")
    path.write_bytes(b"select 1 -- " + b"x" * 10_000_000)
    assert (headwater("sql", path).code, headwater("sql", path).fault[2]) == (2, "INPUT-TOO-LARGE")


def test_a_batch_is_not_drawn(tmp_path: Path) -> None:
    assert headwater("sql", "--batch", "x.jsonl", "--svg", tmp_path / "a.svg").fault[0].startswith("cannot draw a batch")


def test_hostile_names_reach_screen_and_pictures_as_text(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>&\u202e[bold]\x1b[31m\n"
    path = written(tmp_path, f'insert into "{name}" ("{name}") select "{name}" from "x{name}"')
    ended = headwater("sql", path, "--svg", tmp_path / "a.svg", "--html", tmp_path / "a.html")
    assert ended.code == 0 and "[bold]" in ended.out and not {"\u202e", "\x1b"} & set(ended.out)
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<script" not in svg and ElementTree.fromstring(svg) is not None
    assert "<script>alert" not in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_a_query_of_tables_called_like_its_result_keeps_them_apart(tmp_path: Path) -> None:
    headwater("sql", written(tmp_path, "select a from result"), "--svg", tmp_path / "a.svg")
    texts = [element.text for element in ElementTree.parse(tmp_path / "a.svg").iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("result") == 2 and "what the query gives its reader" in texts


def test_a_terminal_shows_the_table_in_colour() -> None:
    assert "\x1b[" in on_terminal("sql", *REVENUE)


def test_a_long_statement_is_placed_without_delay(tmp_path: Path) -> None:
    columns = ",\n".join(f"upper(c{number}) as d{number}" for number in range(3000))
    lineage = headwater("sql", written(tmp_path, f"select {columns} from t"), "--json").json
    assert {edge["line"] for edge in lineage["edges"]} == set(range(1, 3001))


def test_what_is_too_much_for_a_screen_is_counted_and_never_dropped_in_silence(tmp_path: Path) -> None:
    path = written(tmp_path, f"select {', '.join(f'a{number}' for number in range(2500))} from t")
    out = headwater("sql", path).out
    assert "and 500 more influences: see --json" in out and "2,500 influences, 1 table read" in out
    assert len(headwater("sql", path, "--json").json["edges"]) == 2500
    path = written(tmp_path, "".join(f"create table t{number:04} as select a from s; " for number in range(2500)))
    out = headwater("sql", path).out
    assert "and 500 more influences" in out and "no influence was found" not in out and "t0000" in out and "t2400" not in out
    assert "and 2,300 more statements: see --json" in out
    headwater("sql", path, "--svg", tmp_path / "a.svg")
    assert "and 2,440 more statements: use --json to see them singly" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_picture_of_many_tables_says_how_to_see_them_singly(tmp_path: Path) -> None:
    path = written(tmp_path, " union all ".join(f"select a from lake{number % 7}.t{number}" for number in range(400)))
    headwater("sql", path, "--svg", tmp_path / "a.svg")
    picture = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "400 tables read" in picture and "401 datasets, shown as 8 namespaces: use --json to see them singly" in picture


def test_a_schema_file_that_is_not_there_is_called_one(tmp_path: Path) -> None:
    ended = headwater("sql", written(tmp_path, "select 1"), "--schema", tmp_path / "none.json")
    assert (
        ended.code == 2
        and ended.fault[0].startswith(f"cannot read schema `{tmp_path / 'none.json'}`")
        and "standard input" not in ended.err
    )
