from __future__ import annotations

from headwater.capture.sql.reasons import CODES, Report, Trouble, place
from headwater.model.lineage import Reason


def test_places_count_from_one() -> None:
    assert place("ab\ncd", 0) == (1, 1)
    assert place("ab\ncd", 4) == (2, 2)
    assert place("ab", 99) == (1, 3)


def test_a_reason_is_kept_once_with_its_first_place() -> None:
    report = Report("a\nb")
    report.add("unknown-column", "x", 2)
    report.add("unknown-column", "x", 0)
    report.add("unknown-column", "y")
    assert report.reasons == (Reason("unknown-column", "x", 2, 1), Reason("unknown-column", "y"))


def test_trouble_becomes_a_reason() -> None:
    assert Trouble("parse-error", offset=2).as_reason("a\nb") == Reason("parse-error", "", 2, 1)
    assert Trouble("parse-error", line=3, column=4).as_reason("") == Reason("parse-error", "", 3, 4)


def test_every_code_is_words_for_a_person() -> None:
    assert all(len(words.split()) > 3 and words[0] in "`" + words[0].lower() for words in CODES.values())
