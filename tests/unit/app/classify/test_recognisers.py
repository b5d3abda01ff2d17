"""Recognisers from elsewhere are found by name, heard beside our own, and never end a scan."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import spacy
import tldextract

from headwater.app.classify.recognisers import hear, open_recogniser
from headwater.capture.classify import classify
from headwater.capture.classify.recognised import Recognised
from headwater.model.errors import UsageError
from headwater.model.sensitivity.classification import ColumnSample
from tests.unit.cli.calling import headwater

PLUGIN = """
class Club:
    def __init__(self, argument):
        if argument == "sulks":
            raise RuntimeError("kept to itself")
        self.name = f"club-1{argument}"

    def recognise(self, values):
        if self.name == "club-1!":
            raise RuntimeError(values[0])
        return {"USERNAME": sum(value.startswith("mbr_") for value in values), "SHOE_SIZE": 9}
"""


@pytest.fixture
def club(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that offers a recogniser, as it lies there once installed."""
    (tmp_path / "club_words.py").write_text(PLUGIN, encoding="utf-8")
    told = tmp_path / "club_words-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: club-words\nVersion: 1\n", encoding="utf-8")
    (told / "entry_points.txt").write_text("[headwater.recognisers]\nclub = club_words:Club\nlost = club_gone:Lost\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("club_words", None)


def sample(*values: str, column: str = "c") -> ColumnSample:
    return ColumnSample(column=column, type="text", rows=len(values), nulls=0, distinct=len(values), values=values)


MEMBERS = sample(*("mbr_" + "".join(chr(97 + (number * 7 + place * place * 3) % 26) for place in range(7)) for number in range(26)))


def test_what_a_recogniser_says_is_evidence_of_the_values_and_nobody_speaks_of_unknown_types(club: None) -> None:
    heard, gaps = hear([open_recogniser("club=x")], MEMBERS)
    assert (heard, gaps) == ((Recognised("USERNAME", "club-1x", 26, 26),), ())
    [verdict] = classify(MEMBERS, heard=heard)
    assert (verdict.state, verdict.info_type) == ("suspected", "USERNAME")
    assert verdict.evidence.values is not None
    assert (verdict.evidence.values.method, verdict.evidence.values.provider) == ("recogniser", "club-1x")
    assert classify(MEMBERS)[0].info_type is None


def test_one_that_fails_is_a_gap_and_its_words_go_nowhere(club: None) -> None:
    heard, gaps = hear([open_recogniser("club=!")], MEMBERS)
    assert (heard, [gap.code for gap in gaps]) == ((), ["RECOGNISER-FAILED"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("nobody", "expected one that an installed package offers (`club`, `lost`, `presidio`)"),
        ("lost", "got no module `club_gone`"),
        ("club=sulks", "it does not start (RuntimeError)"),
        ("presidio=no_such_model", "expected a spaCy model that is installed"),
    ],
)
def test_one_that_is_not_there_is_named(club: None, asked: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        open_recogniser(asked)
    assert words in refused.value.problem and refused.value.next_step and "kept to itself" not in refused.value.problem


def test_presidio_recognises_what_has_a_form(tmp_path: Path) -> None:
    presidio = open_recogniser("presidio")
    assert presidio.name.startswith("presidio-2.")
    assert presidio.recognise(["ana@example.com", "bo@example.com", "nothing"])["EMAIL"] == 2
    assert presidio.recognise(["4012888888881881"]).keys() >= {"CREDIT_CARD"}
    assert presidio.recognise(["plain words", "more of them"]) == {}


def test_presidio_reads_with_a_model_that_lies_in_a_folder_and_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tldextract, "extract", tldextract.TLDExtract(suffix_list_urls=("https://example.com/list",)))
    language = spacy.blank("en")
    language.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Ada Lovelace"}])  # type: ignore[attr-defined]
    language.to_disk(tmp_path / "model")
    presidio = open_recogniser(f"presidio={tmp_path / 'model'}")
    assert presidio.recognise(["Ada Lovelace wrote it", "nobody did"]) == {"PERSON_NAME": 1}
    assert presidio.recognise(["ana@example.com"]) == {"EMAIL": 1}
    assert tldextract.extract.suffix_list_urls == ()  # type: ignore[attr-defined]  # a function there, an object here


def test_the_command_hears_it_and_says_who_spoke(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("k\n" + "".join(f"ana{number}@example.com\n" for number in range(40)), encoding="utf-8")
    ended = headwater("classify", path, "--with", "presidio", "--json", "--no-record")
    told = json.loads(ended.out)
    assert ended.code == 0 and told["classifier"].startswith("headwater-classify-1+presidio-2.")
    assert told["columns"][0]["info_type"] == "EMAIL"
    assert "cannot use recogniser `presido`" in headwater("classify", path, "--with", "presido").err
