"""A delivery is told to be good, late, repeated, altered, not as promised, incomplete or unreadable, and why."""

from __future__ import annotations

from typing import Any

from headwater.capture.feeds.manifests import Manifest, Promise
from headwater.capture.feeds.verdicts import Before, Came, digest_of, judge
from headwater.model.loads import BatchPiece
from headwater.model.times import Instant

A, B = "a" * 64, "b" * 64
HOUR = 3_600_000_000


def piece(name: str = "f.csv", digest: str = A, rows: int | None = 3, size: int = 9) -> BatchPiece:
    return BatchPiece(name=name, digest=digest, rows=rows, size_bytes=size)


def came(*pieces: BatchPiece, name: str = "d2", **more: Any) -> Came:
    return Came(delivery=name, pieces=pieces or (piece(),), delivered=Instant(10 * HOUR), **more)


def promised(*files: Promise) -> Manifest:
    return Manifest(files=files)


def before(name: str = "d1", digest: str = A, loaded: bool = True) -> Before:
    return Before(name, digest_of([piece(digest=digest)]), loaded)


def test_what_was_promised_and_is_new_is_good() -> None:
    told = came(manifest=promised(Promise(name="f.csv", sha256=A.upper(), rows=3, size_bytes=9)))
    assert judge(told, [before(digest=B)]).verdict == "good"


def test_the_same_content_again_is_repeated_under_its_own_name_or_another() -> None:
    assert judge(came(), [before()]).verdict == "repeated"
    assert judge(came(), [before()]).like == "d1"
    assert judge(came(name="d1"), [before()]).verdict == "repeated"


def test_a_name_that_was_loaded_with_other_content_is_altered() -> None:
    told = judge(came(piece(digest=B), name="d1"), [before()])
    assert (told.verdict, told.like) == ("altered", "d1")


def test_a_name_that_was_held_back_may_come_again_mended() -> None:
    assert judge(came(piece(digest=B), name="d1"), [before(loaded=False)]).verdict == "good"


def test_a_promise_that_is_not_kept_is_told_with_the_file() -> None:
    for promise, words in (
        (Promise(name="f.csv", sha256=B), "checksum"),
        (Promise(name="f.csv", size_bytes=8), "has 9 bytes, promised were 8"),
        (Promise(name="f.csv", rows=4), "has 3 rows, promised were 4"),
    ):
        told = judge(came(manifest=promised(promise)), [])
        assert told.verdict == "not as promised" and words in told.why and "f.csv" in told.why


def test_files_that_are_missing_or_too_many_are_told() -> None:
    assert judge(came(manifest=promised(Promise(name="f.csv"), Promise(name="g.csv"))), []).verdict == "incomplete"
    assert judge(came(piece(), piece("h.csv", B), manifest=promised(Promise(name="f.csv"))), []).verdict == "not as promised"


def test_lateness_counts_from_when_it_was_due_with_grace() -> None:
    assert judge(came(due=Instant(9 * HOUR)), []).verdict == "late"
    assert "60 minutes" in judge(came(due=Instant(9 * HOUR)), []).why
    assert judge(came(due=Instant(9 * HOUR)), [], grace=HOUR).verdict == "good"


def test_what_cannot_be_read_says_why() -> None:
    assert judge(came(fault="its manifest cannot be read"), []).verdict == "unreadable"


def test_names_and_order_of_files_do_not_make_content() -> None:
    assert digest_of([piece("x", A), piece("y", B)]) == digest_of([piece("p", B), piece("q", A)])
    assert digest_of([piece("x", A)]) != digest_of([piece("x", A), piece("y", A)])
