"""What a lake holds is given to the runs that wrote it, and nothing else is."""

from __future__ import annotations

from typing import Any

from headwater.answers.changes.matching import Piece, Verdict, match
from headwater.answers.changes.writings import Writing
from headwater.model.ids import JobId, RunId
from headwater.model.times import Instant

MINUTE = 60_000_000


def writing(run: str, start: float, end: float, rows: int | None = None, job: str = "load", **more: Any) -> Writing:
    positions = [int(start), int(end)]
    times = Instant(int(start * MINUTE)), Instant(int(end * MINUTE))
    return Writing(RunId(run), JobId("jobs", job), *times, rows=rows, positions=positions, **more)  # type: ignore[arg-type]


def piece(key: str, at: float, rows: int | None = None, run: str = "", **more: Any) -> Piece:
    stamps = {"lineage.run-id": run, **more.pop("stamps", {})} if run else {}
    moment = Instant(int(at * MINUTE))
    return Piece(key, moment, moment, version=key, rows=rows, stamps=stamps, **more)


def explained(verdicts: dict[str, Verdict]) -> dict[str, str | None]:
    return {
        key: verdict.rule and f"{verdict.rule} {verdict.writing.run if verdict.writing else ''}".strip()
        for key, verdict in verdicts.items()
    }


def test_a_stamp_is_believed_while_its_run_is_under_way() -> None:
    told = match([piece("1", 5, run="a"), piece("2", 50, run="a"), piece("3", 5, run="unheard")], [writing("a", 0, 10)])
    assert explained(told) == {"1": "stamp a", "2": None, "3": None}
    assert told["3"].doubtful and not told["2"].doubtful


def test_a_stamp_with_the_entry_or_job_of_another_run_is_refused() -> None:
    runs = [writing("a", 0, 10)]
    told = match(
        [
            piece("1", 5, run="a", stamps={"lineage.ledger-position": "0", "lineage.job": "load"}),
            piece("2", 5, run="a", stamps={"lineage.ledger-position": "7"}),
            piece("3", 5, run="a", stamps={"lineage.job": "other"}),
        ],
        runs,
    )
    assert explained(told) == {"1": "stamp a", "2": None, "3": None}


def test_a_copied_stamp_beside_the_whole_of_what_a_run_wrote_is_refused() -> None:
    told = match([piece("1", 4, rows=100, run="a"), piece("2", 5, rows=3, run="a")], [writing("a", 0, 10, rows=100)])
    assert explained(told) == {"1": "stamp a", "2": None}


def test_without_stamps_a_run_explains_what_it_wrote_and_no_more() -> None:
    told = match([piece("1", 4, rows=100), piece("2", 5, rows=3)], [writing("a", 0, 10, rows=100)])
    assert explained(told) == {"1": "run a", "2": None}


def test_several_commits_of_one_run_are_given_together() -> None:
    told = match([piece("1", 4, rows=60), piece("2", 5, rows=40), piece("3", 6, rows=7)], [writing("a", 0, 10, rows=100)])
    assert explained(told) == {"1": "run a", "2": "run a", "3": None}


def test_concurrent_runs_share_what_was_written_by_their_counts_and_ends() -> None:
    told = match(
        [piece("1", 9, rows=10), piece("2", 14, rows=10), piece("3", 8, rows=20)],
        [writing("a", 0, 10, rows=10), writing("b", 5, 15, rows=10), writing("c", 0, 20, rows=20)],
    )
    assert explained(told) == {"1": "run a", "2": "run b", "3": "run c"}


def test_a_run_that_marks_what_it_writes_explains_nothing_unmarked() -> None:
    told = match([piece("1", 4, run="a"), piece("2", 5)], [writing("a", 0, 10)])
    assert explained(told) == {"1": "stamp a", "2": None}


def test_a_stranger_does_not_write_for_a_job_whose_author_is_known() -> None:
    told = match(
        [piece("1", 4, rows=5, author="etl"), piece("2", 24, author="mallory"), piece("3", 25, author="etl")],
        [writing("a", 0, 10, rows=5), writing("b", 20, 30)],
    )
    assert explained(told) == {"1": "run a", "2": None, "3": "run b"}


def test_a_rewrite_fits_by_rows_written_taken_away_or_the_net() -> None:
    pieces = [piece("1", 1, rows=100, removed=90), piece("2", 11, rows=100, removed=90), piece("3", 21, rows=0, removed=90)]
    told = match(pieces, [writing("a", 0, 2, rows=100), writing("b", 10, 12, rows=10), writing("c", 20, 22, rows=90)])
    assert explained(told) == {"1": "run a", "2": "run b", "3": "run c"}


def test_a_version_that_a_run_named_is_its_own() -> None:
    told = match([piece("v7", 5, rows=3), piece("v8", 6, rows=3)], [writing("a", 0, 10, rows=3, versions=frozenset({"v8"}))])
    assert explained(told) == {"v7": None, "v8": "version a"}


def test_what_changes_no_content_needs_no_run() -> None:
    assert explained(match([piece("1", 5, same_content=True)], [])) == {"1": "same content"}


def test_a_run_without_an_end_leaves_a_doubt() -> None:
    told = match([piece("1", 60)], [writing("a", 0, 10, is_open=True)])
    assert told["1"].rule is None and told["1"].doubtful
    assert not match([piece("1", 60)], [writing("a", 0, 10)])["1"].doubtful


def test_clocks_may_differ_by_seconds_and_not_by_minutes() -> None:
    told = match([piece("1", 10.05, rows=1), piece("2", 12, rows=1)], [writing("a", 0, 10, rows=1)])
    assert explained(told) == {"1": "run a", "2": None}


def test_what_lies_beside_a_run_that_wrote_in_its_own_time_is_not_its_own() -> None:
    close = [writing("merge", 10.0, 10.02, job="merge"), writing("drop", 10.021, 10.03, job="drop")]
    commits = [piece("by hand", 9.95), piece("merged", 10.01), piece("dropped", 10.025), piece("late", 10.08)]
    assert explained(match(commits, close)) == {"by hand": None, "merged": "run merge", "dropped": "run drop", "late": None}


def test_rows_that_were_only_put_into_other_files_need_not_be_counted_by_the_run() -> None:
    runs = [writing("a", 0, 10, rows=24)]
    assert explained(match([piece("1", 5, rows=149, removed=228, copied=125)], runs)) == {"1": "run a"}
    assert explained(match([piece("1", 5, rows=149, removed=228, copied=124)], runs)) == {"1": None}
    assert explained(match([piece("1", 5, rows=60, removed=84)], runs)) == {"1": "run a"}


def test_a_commit_cannot_hide_rows_by_saying_that_it_copied_more_than_there_are() -> None:
    told = match([piece("1", 5, rows=100, removed=10, copied=76)], [writing("a", 0, 10, rows=24)])
    assert explained(told) == {"1": None}
