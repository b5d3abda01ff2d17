from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from headwater.cli.render.page import render_page
from headwater.cli.render.svg import render_svg
from headwater.model.answers import Answer, Gap, Lineage
from tests.unit.cli.render.telling import HOSTILE, answered, dataset, hostile, lake, loop, one_job, small_columns, small_datasets

GOLDEN = Path(__file__).parents[3] / "golden" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("name", "answer"), [("columns", small_columns()), ("datasets", small_datasets()), ("job", one_job()), ("loop", loop())]
)
def test_a_small_graph_is_drawn_as_it_was(name: str, answer: Answer[Lineage]) -> None:
    drawn = render_svg(answer).replace("><", ">\n<")
    path = GOLDEN / f"{name}.svg"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_the_picture_says_in_words_what_it_shows() -> None:
    picture = ElementTree.fromstring(render_svg(small_columns()))
    assert picture.get("role") == "img"
    title, description = picture.findtext(f"{SVG}title"), picture.findtext(f"{SVG}desc") or ""
    assert title == "Where features comes from"
    assert "incomplete: 1 gap" in description and "unknown, any way" in description and "raw.patients" in description


def test_every_kind_is_named_in_the_legend_with_its_mark() -> None:
    shown = texts(render_svg(small_columns()))
    for mark, word in (("ID", "identity"), ("TX", "transformation"), ("AG", "aggregation"), ("JO", "join"), ("??", "unknown, any way")):
        assert mark in shown and word in shown
    assert "filter" not in shown


def test_what_is_hidden_or_unseen_is_said() -> None:
    shown = texts(render_svg(small_columns()))
    assert "2 nodes on these paths may not be seen with this key" in shown
    assert any(text.startswith("not seen: STATEMENT-PARTIAL") for text in shown)


def test_a_long_note_goes_on_in_a_line_of_its_own_within_the_picture() -> None:
    detail = "a statement that was too long to be read in one go and of which only so much could be told " * 3
    picture = ElementTree.fromstring(render_svg(answered(dataset("a"), [], [], gaps=[Gap("STATEMENT-FAILED", "job:j:x", detail.strip())])))
    notes = [element for element in picture.iter(f"{SVG}text") if (element.text or "").split(" ")[0] in ("not", *detail.split())]
    said = " ".join(element.text or "" for element in notes)
    assert detail.strip() in said and "\N{HORIZONTAL ELLIPSIS}" not in said and len(notes) > 1
    (below,) = [group for group in picture if group.tag == f"{SVG}g" and any(note in list(group) for note in notes)]
    down = float((below.get("transform") or "").rstrip(")").split(" ")[1])
    assert down + max(float(note.get("y") or 0) for note in notes) < float(picture.get("height") or 0)


def test_two_names_of_one_dataset_are_a_double_line_with_its_own_place_in_the_legend() -> None:
    drawn = render_svg(one_job())
    assert "same dataset as" in texts(drawn) and "=" in texts(drawn) and drawn.count('class="between"') == 2
    assert "features and features_v1: the same dataset" in drawn and "stroke-dasharray" not in drawn


def test_dashes_are_explained() -> None:
    assert "possible: declared by a producer, or not fully read" in texts(render_svg(small_columns()))


def test_what_is_only_possible_is_dashed() -> None:
    picture = ElementTree.fromstring(render_svg(small_columns()))
    wires = [
        group for group in picture.iter(f"{SVG}g") if "wire" in (group.get("class") or "").split() and group.find(f"{SVG}path") is not None
    ]
    dashed = [group.findtext(f"{SVG}title") or "" for group in wires if group.find(f"{SVG}path").get("stroke-dasharray")]  # type: ignore[union-attr]  # because the filter above found it
    assert [text.partition(":")[0] for text in dashed] == ["raw.labs.unit to features.level"]


def test_hostile_names_stay_text() -> None:
    drawn = render_svg(hostile())
    picture = ElementTree.fromstring(drawn)
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= {"svg", "title", "desc", "rect", "g", "path", "text"}
    assert not [name for element in picture.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    assert not set(HOSTILE) & {"\x1b", "\u202e", "\ud800"} & set(drawn)


def test_nothing_in_a_picture_is_fetched() -> None:
    for drawn in (render_svg(small_columns()), render_page(small_columns())):
        assert not re.findall(r"\b(?:src|href)\s*=|url\(|@import|fetch\(", drawn)


def test_a_page_runs_only_the_script_it_was_made_with() -> None:
    page = render_page(small_columns())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None and "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


def test_hostile_names_cannot_end_the_page_s_data() -> None:
    page = render_page(hostile())
    assert page.count("<script") == 2 and "alert(1)</script>" not in page
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert "<" not in data and "<script>alert(1)</script>" in json.loads(data)["boxes"][0]["title"]


def test_a_page_carries_every_influence_as_a_table() -> None:
    page = render_page(small_columns())
    assert page.count("<tr>") == 1 + 5
    assert "<td>STATEMENT" not in page and "<td>job:jobs:guess</td><td>parsed, partial</td>" in page


def test_details_of_a_page_point_to_statements_and_entries() -> None:
    (data,) = re.findall(r'id="data">(.*?)</script>', render_page(small_columns()), re.S)
    told = json.loads(data)
    assert told["derivations"]["2"]["status"] == "partial" and told["derivations"]["2"]["entries"] == "2"
    assert told["boxes"][told["root"]]["title"] == "features"


def test_three_hundred_datasets_fit_one_file_of_a_megabyte() -> None:
    assert len(render_svg(lake(300))) < 1_000_000
