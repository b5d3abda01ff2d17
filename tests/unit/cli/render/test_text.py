from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any, TypeVar

import pytest
from rich.console import Console

from headwater.app.lakes.diff import LakeDiff
from headwater.app.listing import KeyList, ListedEntry, ListedKey, NewKey
from headwater.cli.render.catalog import render_detail, render_hits
from headwater.cli.render.footer import render_footer
from headwater.cli.render.gaps import render_gap_list
from headwater.cli.render.impact import render_impact
from headwater.cli.render.keys import render_keys, render_new_key
from headwater.cli.render.lakes import render_diff
from headwater.cli.render.ledger import entry_line, render_verification
from headwater.cli.render.report import render_report
from headwater.cli.render.status import render_status
from headwater.cli.render.tree import render_lineage
from headwater.ledger.verify.problems import Problem
from headwater.ledger.verify.verification import Verification
from headwater.model.answers import (
    Answer,
    ColumnView,
    Coverage,
    Gap,
    GapList,
    Hit,
    Impact,
    NodeDetail,
    RecordReport,
    Rejected,
    RunView,
    SchemaView,
    SearchHits,
    Status,
)
from headwater.model.differences import RowDifference, RowPlace, RowSample
from tests.unit.cli.render.telling import HOSTILE, answered, column, dataset, derivation, hostile, small_columns, small_datasets

T = TypeVar("T")


def shown(render: Callable[[T, Console], None], value: T, width: int = 120) -> str:
    """What a renderer writes on a plain console."""
    written = StringIO()
    render(value, Console(file=written, width=width, highlight=False, markup=False, emoji=False, color_system=None))
    return written.getvalue()


def answer(result: T, **total: int) -> Answer[T]:
    return Answer(question="q", asked={}, result=result, as_of="latest", known_at=3, complete=True, total=total)


def test_lineage_is_a_tree_with_kind_job_and_evidence_beside_each_node() -> None:
    lines = shown(render_lineage, small_datasets()).splitlines()
    assert lines[0] == "features  comes from"
    assert lines[1].split() == ["├─", "features", "(as", "above)", "identity", "keep", "parsed"]
    assert lines[2].split() == ["├─", "visits", "aggregation", "build", "parsed"]
    assert lines[3].split() == ["└─", "patients", "postgres://hospital", "join", "build", "parsed"]


def test_a_column_s_tree_goes_on_through_what_decides_its_dataset_s_rows() -> None:
    mrn, status, subject, features = column("raw", "mrn"), column("raw", "status"), column("features", "subject"), dataset("features")
    edges = [(mrn, subject, "IDENTITY", 1), (status, features, "FILTER", 1)]
    text = shown(render_lineage, answered(subject, [mrn, status, features], edges, [derivation(1, "build")]))
    assert [line.strip().split("  ")[0] for line in text.splitlines()[1:4]] == ["├─ raw.mrn", "└─ features", "└─ raw.status"]
    assert "└─ features  every row" in text


def test_a_dataset_asked_by_column_begins_with_its_columns() -> None:
    lines = shown(render_lineage, small_columns()).splitlines()
    assert lines[1].startswith("├─ features.level")


def test_where_one_line_is_too_short_a_second_says_how() -> None:
    text = shown(render_lineage, small_datasets(), width=44)
    assert "├─ visits\n│    aggregation  build  parsed\n" in text


def test_what_is_incomplete_says_so_and_lists_its_gaps() -> None:
    text = shown(render_lineage, small_columns())
    assert "incomplete: 1 gap, so there may be more than is shown" in text
    assert "STATEMENT-PARTIAL  job:jobs:guess  unknown function `f`" in text
    assert "2 nodes more on these paths, hidden from this key" in text
    assert "parsed, partial" in text and "possible" in text


def test_a_further_page_is_offered_with_its_option() -> None:
    assert "--page abc" in shown(render_lineage, answered(dataset("a"), [], [], next_page="abc"))


def test_both_ways_are_two_trees() -> None:
    a, b, c = dataset("a"), dataset("b"), dataset("c")
    text = shown(render_lineage, answered(b, [a, c], [(a, b, "IDENTITY", 1), (b, c, "IDENTITY", 2)], direction="both"))
    assert text.index("b  comes from") < text.index("└─ a") < text.index("b  goes to") < text.index("└─ c")


def test_a_cycle_ends_where_it_began() -> None:
    a, b = dataset("a"), dataset("b")
    text = shown(render_lineage, answered(a, [b], [(a, b, "IDENTITY", 1), (b, a, "IDENTITY", 2)]))
    assert text.count("a  (as above)") == 1


def test_a_long_chain_needs_no_deep_recursion() -> None:
    nodes = [dataset(f"n{number}") for number in range(1200)]
    edges = [(nodes[number], nodes[number + 1], "IDENTITY", 1) for number in range(1199)]
    assert "n0" in shown(render_lineage, answered(nodes[-1], nodes, edges), width=100)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_hostile_names_move_no_cursor_and_turn_no_text(width: int) -> None:
    text = shown(render_lineage, hostile(), width)
    assert not {"\x1b", "\u202e", "\ud800"} & set(text)


def test_impact_names_what_is_hit_and_whom_to_tell() -> None:
    impact = Impact(
        root=column("a", "x"),
        datasets=(dataset("b"),),
        columns=(column("b", "y", tier="possible"),),
        jobs=("job:jobs:copy",),
        owners=("ann",),
    )
    text = shown(render_impact, answer(impact, datasets=1, columns=1))
    assert text.startswith("a.x  reaches\n") and "jobs: copy" in text and "tell: ann" in text and "b.y" in text and "possible" in text


def test_gaps_are_listed_with_their_entries() -> None:
    text = shown(render_gap_list, answer(GapList((Gap("STATEMENT-FAILED", "job:j:x", "cannot be read", (1, 2, 3, 4, 5)),)), gaps=1))
    assert "STATEMENT-FAILED" in text and "1, 2, 3, 4, +1" in text and "headwater explain STATEMENT-FAILED" in text
    assert "no open gaps" in shown(render_gap_list, answer(GapList(())))


def test_gaps_alike_are_one_line_that_names_where_they_are() -> None:
    gaps = tuple(Gap("SCHEMA-UNKNOWN", f"dataset:d:t{number}", "no schema was seen", (number,)) for number in range(7))
    other = Gap("STATEMENT-FAILED", "job:j:x", "cannot be read", (9,))
    for text in (
        shown(render_gap_list, answer(GapList((*gaps, other)), gaps=8), 200),
        shown(render_lineage, answered(dataset("a"), [], [], gaps=(*gaps, other)), 200),
    ):
        assert text.count("no schema was seen") == 1 and text.count("cannot be read") == 1
        assert "dataset:d:t4 and 2 more" in text and "dataset:d:t5" not in text


def test_what_only_producers_declared_is_said_of_a_complete_answer() -> None:
    nodes = [dataset("a", tier="possible"), dataset("b", tier="possible"), dataset("c")]
    text = shown(render_lineage, answered(dataset("d"), nodes, [(node, dataset("d"), "IDENTITY", 1) for node in nodes]))
    assert "complete: nothing was left unread; 2 nodes rest on what producers declared" in text
    assert "complete: everything that was seen was understood" in shown(render_lineage, small_datasets())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("label-show", "2 labels are only possible: suspected, or brought over a hop that does not prove it"),
        ("leaks", "2 leaks are only possible: suspected, or brought over a hop that does not prove it"),
        ("finding-list", "2 findings are only possible: what is known suggests it and proves it not"),
    ],
)
def test_what_is_only_possible_is_said_of_labels_leaks_and_findings_in_their_own_words(question: str, words: str) -> None:
    text = shown(render_footer, replace(answer(GapList(()), possible=2), question=question))
    assert words in text and "producers" not in text


def test_a_page_says_of_the_whole_how_much_rests_on_declarations() -> None:
    whole = answered(dataset("d"), [dataset("a"), dataset("b", tier="possible")], [])
    page = replace(whole, result=replace(whole.result, nodes=whole.result.nodes[:1]), next_page="abc")
    for text in (shown(render_lineage, whole), shown(render_lineage, page)):
        assert "complete: nothing was left unread; 1 node rests on what producers declared" in text


def test_status_shows_shares_as_bars_and_numbers() -> None:
    status = Status(
        ledger_size=5,
        views_position=4,
        datasets=2,
        columns=8,
        jobs=1,
        runs=1,
        derivations=1,
        edges=3,
        open_gaps=0,
        coverage=(Coverage("datasets with runs", 1, 2), Coverage("datasets with an owner", 0, 0)),
    )
    text = shown(render_status, answer(status))
    assert "1 entry behind" in text and "50%" in text and "1 / 2" in text and "–" in text


def test_a_report_counts_and_names_each_rejected_event() -> None:
    report = RecordReport(
        received=4,
        recorded=2,
        duplicate=1,
        rejected=(Rejected(3, "cannot read event", code="EVENT-INVALID", next="send valid JSON"),),
        warnings=("odd id",),
    )
    text = shown(render_report, report)
    assert (
        text.startswith("received 4, recorded 2, duplicate 1, rejected 1\n")
        and "event 3: cannot read event" in text
        and "odd id" in text
        and "next: send valid JSON  code: EVENT-INVALID" in text
    )


def test_a_report_lists_ten_rejected_events_and_counts_the_rest() -> None:
    rejected = tuple(Rejected(number, "expected JSON") for number in range(31))
    text = shown(render_report, RecordReport(received=31, recorded=0, duplicate=0, rejected=rejected))
    assert text.count("expected JSON") == 10 and "and 21 more: see --json" in text


def test_a_node_is_shown_with_all_that_is_known_of_it() -> None:
    detail = NodeDetail(
        node=dataset("orders"),
        documentation=f"all orders {HOSTILE}",
        owners=("ann",),
        schemas=(SchemaView("2026-01-01T00:00:00Z", "forever", "etl", False, 3, (ColumnView("id", "int", "", True),)),),
        runs=(RunView("run:1", "job:j:x", "FAIL", None, None, None, "boom", (), (), (1,)),),
    )
    text = shown(render_detail, answer(detail))
    assert "ann" in text and "as etl said in entry 3, not all of its columns" in text and "FAIL" in text and "\x1b" not in text


def test_search_hits_say_what_matched() -> None:
    text = shown(render_hits, answer(SearchHits((Hit("dataset:x:y", "dataset", "name", "orders", 1.0),), hidden=2)))
    assert "dataset:x:y" in text and "name" in text and "2 datasets and jobs not searched: hidden from this key" in text
    assert "nothing found" in shown(render_hits, answer(SearchHits(())))


def verification(**changes: Any) -> Verification:
    fine: dict[str, Any] = {
        "ok": True,
        "origin": "o",
        "size": 9,
        "root": "ab",
        "problems": (),
        "problem_count": 0,
        "first_bad": None,
        "checked_bytes": 1000,
    }
    return Verification(**(fine | changes))


def test_a_verified_ledger_says_whether_it_was_compared_with_a_held_checkpoint() -> None:
    assert "verified: 9 entries, 1,000 bytes" in shown(render_verification, verification())
    assert "not compared" in shown(render_verification, verification())
    assert "continues the checkpoint of 7 entries" in shown(render_verification, verification(against=7))


def test_a_tampered_ledger_names_the_first_bad_entry() -> None:
    bad = verification(ok=False, problems=(Problem(4, "the payload is not the one committed to"),), problem_count=1, first_bad=4)
    assert shown(render_verification, bad).startswith("TAMPERED: 1 problem, first at entry 4\n  entry 4  the payload")


def test_a_new_key_s_secret_stands_whole_on_a_line_of_its_own() -> None:
    made = NewKey(id="k1", name="pipeline", scopes=("write:*",), secret="hw_" + "x" * 60)
    assert f"\n{made.secret}\n" in shown(render_new_key, made, width=30)


def test_keys_are_listed_with_what_they_may_do() -> None:
    listed = KeyList((ListedKey(id="k1", name="pipeline", scopes=("read", "write:a*"), created="2026-01-01T00:00:00Z"),))
    assert "read, write:a*" in shown(render_keys, listed)
    assert shown(render_keys, KeyList(())) == "no keys\n"


def test_an_entry_is_one_line() -> None:
    import msgspec

    entry = ListedEntry(
        position=7,
        received="2026-01-01T00:00:00Z",
        producer=f"p{HOSTILE}",
        media_type="openlineage/run",
        dedup="",
        commitment="",
        erased=True,
        sealed_bytes=0,
        public=msgspec.Raw(b"null"),
    )
    line = entry_line(entry)
    assert "\n" not in line and "\x1b" not in line and line.endswith("erased")


def test_a_difference_names_the_folder_of_its_files_once_and_a_renamed_column() -> None:
    old, new = "file:///lake/t/data/day=1/a.parquet", "file:///lake/t/data/day=2/b.parquet"
    samples = (
        RowSample(side="removed", old=RowPlace(path=old, row=3), new=None),
        RowSample(side="added", old=None, new=RowPlace(path=new, row=0)),
    )
    rows = RowDifference(
        added=1,
        removed=1,
        changed=0,
        keys=(),
        columns=(),
        columns_added=(),
        columns_removed=(),
        samples=samples,
        read_old=(old,),
        read_new=(new,),
    )
    found = LakeDiff(
        dataset="t",
        old="1",
        new="2",
        files_shared=0,
        files_removed=(old,),
        files_added=(new,),
        rows=rows,
        columns_renamed=(("pay", "salary"),),
    )
    sink = StringIO()
    render_diff(found, Console(file=sink, width=200))
    lines = sink.getvalue().splitlines()
    assert "columns renamed: pay to salary" in lines and "1 row added, 1 removed, 0 changed" in lines
    assert lines[-3:] == ["in file:///lake/t/data/", "  removed: day=1/a.parquet row 3", "  added: day=2/b.parquet row 0"]
