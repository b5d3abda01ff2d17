from __future__ import annotations

import msgspec
import pytest

from headwater.model.answers import Answer, Lineage
from headwater.model.errors import AmbiguousNode, UnknownNode, UsageError
from headwater.model.lineage import Kind, Reason, StatementLineage, TableEdge
from headwater.model.questions import Direction, ImpactQuestion, LineageQuestion
from headwater.model.times import Instant, format_instant
from headwater.projections.statements import AnalysisRequest
from tests.unit.telling import Telling, copy, names


def three_steps() -> Telling:
    told = Telling()
    told.run("load", reads=["raw"], writes=["stage"], flows=[copy("raw", "mrn", "mrn"), copy("raw", "day", None, Kind.FILTER)], at=10)
    told.run("build", reads=["stage"], writes=["features"], flows=[copy("stage", "mrn", "key", Kind.TRANSFORMATION, "md5")], at=20)
    told.run("train", reads=["features"], writes=["model"], at=30)
    return told


def test_a_column_is_followed_up_to_its_source_through_rows() -> None:
    found = three_steps().ask(LineageQuestion(node="features.key"))
    assert names(found.result.nodes) == ["stage", "stage.mrn", "raw.day", "raw.mrn"]
    assert {(edge.kind, edge.masking) for edge in found.result.edges} == {("IDENTITY", None), ("FILTER", None), ("TRANSFORMATION", "md5")}
    assert found.complete
    assert found.entries == (0, 1)


def test_direct_only_leaves_filters_out() -> None:
    found = three_steps().ask(LineageQuestion(node="features.key", direct=True))
    assert "raw.day" not in names(found.result.nodes)
    assert "raw.mrn" in names(found.result.nodes)


def test_depth_counts_datasets() -> None:
    found = three_steps().ask(LineageQuestion(node="raw.mrn", direction="down", depth=1))
    assert names(found.result.nodes) == ["stage.mrn"]
    assert {node.distance for node in found.result.nodes} == {1}


def test_what_nobody_told_is_a_gap_and_only_possible() -> None:
    found = three_steps().ask(LineageQuestion(node="model"))
    assert not found.complete
    assert [gap.code for gap in found.gaps] == ["LINEAGE-INFERRED"]
    assert {node.tier for node in found.result.nodes} == {"possible"}


def test_hidden_neighbours_are_counted_and_not_named() -> None:
    told = Telling()
    told.run("load", reads=["secret://hr|people"], writes=["stage"], flows=[copy("secret://hr|people", "name", "name")])
    found = told.ask(LineageQuestion(node="stage", columns=True), "postgres://*", "jobs")
    assert found.result.hidden == 1
    assert not found.complete and [gap.code for gap in found.gaps] == ["NODES-HIDDEN"]
    assert "people" not in msgspec.json.encode(found).decode()
    with pytest.raises(UnknownNode):
        told.ask(LineageQuestion(node="people"), "postgres://*")


def test_what_was_asked_about_is_no_hidden_neighbour_of_its_own() -> None:
    told = Telling()
    told.run("load", reads=["raw"], writes=["stage"], flows=[copy("raw", "x", "x")], at=10)
    told.rename("stage", "secret://hr|people", at=20)
    for question in (LineageQuestion(node="stage"), LineageQuestion(node="stage.x"), ImpactQuestion(node="stage")):
        found = told.ask(question, "postgres://*", "jobs")
        assert found.result.hidden == 0
        assert found.result.root.name == "stage"
        assert "people" not in msgspec.json.encode(found).decode()


def test_pages_cut_nodes_but_never_counts() -> None:
    told = Telling()
    told.run("fan", reads=["hub"], writes=["wide"], flows=[copy("hub", "id", f"c{number:02}") for number in range(30)])
    whole: Answer[Lineage] = told.ask(LineageQuestion(node="hub.id", direction="down"))
    pages = []
    page = told.ask(LineageQuestion(node="hub.id", direction="down", limit=7))
    later = told.run("more", reads=["hub"], writes=["other"], flows=[copy("hub", "id", "x")])
    while True:
        assert page.total == whole.total
        assert page.known_at == later - 1
        pages.append(page)
        if page.next_page is None:
            break
        page = told.ask(LineageQuestion(node="hub.id", direction="down", limit=7, page=page.next_page))
    assert [node for part in pages for node in part.result.nodes] == list(whole.result.nodes)
    assert sorted(edge.target for part in pages for edge in part.result.edges) == sorted(edge.target for edge in whole.result.edges)


def test_an_overwrite_ends_what_was_written_before_but_not_as_of_then() -> None:
    told = Telling()
    told.run("old", run="r1", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    told.run("new", run="r2", event="START", at=19)
    told.run("new", run="r2", reads=["b"], writes=["t"], flows=[copy("b", "x", "x")], change="OVERWRITE", at=20)
    assert names(told.ask(LineageQuestion(node="t.x")).result.nodes) == ["b.x"]
    then = format_instant(Instant(15))
    assert names(told.ask(LineageQuestion(node="t.x", as_of=then)).result.nodes) == ["a.x"]


def test_what_was_known_then_is_answered_the_same_later() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["t"], at=10)
    before = told.ask(LineageQuestion(node="t", columns=True))
    told.run("load", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=11)
    after = told.ask(LineageQuestion(node="t", columns=True))
    again = told.ask(LineageQuestion(node="t", columns=True, known_at=before.known_at))
    assert msgspec.json.encode(again) == msgspec.json.encode(before)
    assert {edge.kind for edge in after.result.edges} == {"IDENTITY"}


def test_a_recreated_name_does_not_inherit() -> None:
    told = Telling()
    told.run("old", run="r1", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    told.drop("t", at=20)
    told.run("new", run="r2", reads=["b"], writes=["t"], flows=[copy("b", "y", "y")], at=30)
    assert names(told.ask(LineageQuestion(node="t", columns=True)).result.nodes) == ["t.y", "b.y"]
    down = told.ask(LineageQuestion(node="a.x", direction="down"))
    assert names(down.result.nodes) == []


def test_a_renamed_dataset_keeps_its_lineage_under_the_new_name() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["old"], flows=[copy("a", "x", "x")], at=10)
    told.rename("old", "new", at=20)
    found = told.ask(LineageQuestion(node="a.x", direction="down"))
    assert names(found.result.nodes) == ["new.x"]
    assert names(told.ask(LineageQuestion(node="new.x")).result.nodes) == ["a.x"]


def test_aliases_are_walked_until_withdrawn() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["s3|path"], flows=[copy("a", "x", "x")], at=10)
    told.run("use", reads=["table"], writes=["out"], flows=[copy("table", "x", "x")], at=11)
    assert "a.x" not in names(told.ask(LineageQuestion(node="out.x")).result.nodes)
    told.alias("table", "s3|path")
    assert "a.x" in names(told.ask(LineageQuestion(node="out.x")).result.nodes)
    told.unalias("table", at=50)
    assert "a.x" not in names(told.ask(LineageQuestion(node="out.x")).result.nodes)
    assert "a.x" in names(told.ask(LineageQuestion(node="out.x", as_of=format_instant(Instant(40)))).result.nodes)


def test_a_complete_reading_supersedes_the_facet_which_stays_as_a_claim() -> None:
    def read(request: AnalysisRequest) -> StatementLineage:
        edge = TableEdge("a", "x", "t", "y", Kind.IDENTITY)
        return StatementLineage(status="complete", sources=("a",), targets=("t",), edges=(edge,), fingerprint="f", analyser="toy")

    told = Telling(read, {"insert": ("a", "t")})
    told.run("load", reads=["a"], writes=["t"], flows=[copy("a", "x", "_0")], sql="insert")
    found = told.ask(LineageQuestion(node="t", columns=True))
    assert "t._0" not in {edge.target for edge in found.result.edges}
    assert [(claim.origin, claim.superseded) for claim in found.result.claims] == [("columnLineage", True)]
    assert {node.tier for node in found.result.nodes} == {"confirmed"}


def test_a_partial_statement_lets_every_source_reach_every_column_until_its_schema_arrives() -> None:
    def read(request: AnalysisRequest) -> StatementLineage:
        known = request.tables[0].columns
        edges = tuple(TableEdge("a", column, "t", column, Kind.IDENTITY) for column, _ in known or ())
        return StatementLineage(
            status="complete" if known else "partial",
            reasons=() if known else (Reason("star-without-schema", "a"),),
            sources=("a",),
            targets=("t",),
            edges=edges,
            fingerprint="f",
            analyser="toy",
        )

    told = Telling(read, {"star": ("a", "t")})
    told.run("load", reads=["a"], writes=["t"], sql="star", at=10)
    before = told.ask(LineageQuestion(node="t"))
    assert [gap.code for gap in before.gaps] == ["STATEMENT-PARTIAL"]
    assert {edge.kind for edge in before.result.edges} == {"UNKNOWN"}
    told.schema("a", "x", "y", at=40)
    healed = told.ask(LineageQuestion(node="t", columns=True))
    assert healed.complete
    assert {edge.source.rpartition(":")[2] for edge in healed.result.edges} == {"x", "y"}
    again = told.ask(LineageQuestion(node="t", known_at=before.known_at))
    assert msgspec.json.encode(again) == msgspec.json.encode(before)


def test_a_column_that_feeds_itself_and_a_cycle_end() -> None:
    told = Telling()
    told.run("self", reads=["t"], writes=["t"], flows=[copy("t", "x", "x")])
    told.run("there", reads=["t"], writes=["u"], flows=[copy("t", "x", "x")])
    told.run("back", reads=["u"], writes=["t"], flows=[copy("u", "x", "x")])
    found = told.ask(LineageQuestion(node="t.x", direction="both"))
    assert names(found.result.nodes) == ["u.x"]
    assert found.total["edges"] == 3


def test_ten_thousand_columns_are_answered() -> None:
    told = Telling()
    told.run("wide", reads=["a"], writes=["b"], flows=[copy("a", f"c{number}", f"c{number}") for number in range(10_000)])
    found = told.ask(LineageQuestion(node="b", columns=True))
    assert found.total["edges"] == 10_000
    assert found.next_page is not None


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (LineageQuestion(node="nothing"), UnknownNode),
        (LineageQuestion(node=""), UnknownNode),
        (LineageQuestion(node="raw", as_of="yesterday"), UsageError),
        (LineageQuestion(node="raw", known_at=99), UsageError),
        (LineageQuestion(node="raw", page="%%%"), UsageError),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(question: LineageQuestion, fault: type[UsageError]) -> None:
    with pytest.raises(fault) as caught:
        three_steps().ask(question)
    assert caught.value.next_step


def test_an_ambiguous_name_lists_the_candidates() -> None:
    told = Telling()
    told.run("load", reads=["crm.orders"], writes=["shop.orders"])
    with pytest.raises(AmbiguousNode, match=r"crm\.orders.*shop\.orders"):
        told.ask(LineageQuestion(node="orders"))


def test_an_old_name_is_answered_under_the_new_one() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["old"], flows=[copy("a", "x", "x")], at=10)
    told.rename("old", "new", at=20)
    found = told.ask(LineageQuestion(node="old"))
    assert found.asked["node"].endswith(":old")
    assert found.result.root.name == "new"
    assert [(edge.source[-1], edge.target[-3:]) for edge in found.result.edges] == [("a", "new")]


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize(("direction", "edges"), [("up", {("raw", "READ")}), ("down", {("features", "WRITTEN")})])
def test_a_job_stands_in_its_own_lineage(direction: Direction, edges: set[tuple[str, str]], columns: bool) -> None:
    told = Telling()
    told.run("build", reads=["raw"], writes=["features"], flows=[copy("raw", "x", "y")])
    found = told.ask(LineageQuestion(node="job:jobs:build", direction=direction, columns=columns))
    root = found.result.root.id
    tied = [edge for edge in found.result.edges if root in (edge.source, edge.target)]
    assert {((edge.source if edge.kind == "READ" else edge.target).rpartition(":")[2], edge.kind) for edge in tied} == edges


def test_what_is_read_in_part_is_only_possible() -> None:
    def read(request: AnalysisRequest) -> StatementLineage:
        edge = TableEdge("a", "x", "t", "x", Kind.IDENTITY)
        reasons = (Reason("column-ambiguous", "x"),)
        return StatementLineage(
            status="partial", reasons=reasons, sources=("a", "b"), targets=("t",), edges=(edge,), fingerprint="f", analyser="toy"
        )

    told = Telling(read, {"join": ("a", "b", "t")})
    told.run("load", reads=["a", "b"], writes=["t"], sql="join")
    found = told.ask(LineageQuestion(node="t.x"))
    assert {node.tier for node in found.result.nodes if node.name == "a"} == {"possible"}


def test_what_only_failed_runs_wrote_is_a_gap() -> None:
    told = Telling()
    told.run("load", run="r1", event="ABORT", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    assert [gap.code for gap in told.ask(LineageQuestion(node="t")).gaps] == ["RUN-FAILED"]
    told.run("load", run="r2", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=20)
    assert told.ask(LineageQuestion(node="t")).complete


def test_many_by_many_still_lead_from_every_input_to_every_output() -> None:
    told = Telling()
    told.run("wide", reads=[f"i{number}" for number in range(50)], writes=[f"o{number}" for number in range(50)])
    found = told.ask(LineageQuestion(node="o7"))
    assert {node.name for node in found.result.nodes} >= {f"i{number}" for number in range(50)}
    assert not found.complete


def test_nobody_ends_the_lineage_of_what_it_may_not_write() -> None:
    def read(request: AnalysisRequest) -> StatementLineage:
        return StatementLineage(status="complete", targets=("sec.v",), overwrites=("sec.v",), fingerprint="f", analyser="toy")

    told = Telling(read, {"truncate": ("sec.v",)})
    told.run("owner", reads=["src"], writes=["sec.v"], flows=[copy("src", "ssn", "ssn")], at=10)
    told.run("stranger", writes=["sec.v"], sql="truncate", grant=("pub",), at=20)
    found = told.ask(LineageQuestion(node="sec.v.ssn"))
    assert names(found.result.nodes) == ["src.ssn"]
    assert [gap.code for gap in found.gaps] == ["CLAIM-REFUSED"]
    told.run("owner-again", writes=["sec.v"], sql="truncate", at=30)
    assert names(told.ask(LineageQuestion(node="sec.v.ssn")).result.nodes) == []


def test_the_nodes_that_rest_on_declarations_are_counted_over_all_pages() -> None:
    told = three_steps()
    whole = told.ask(LineageQuestion(node="model"))
    page = told.ask(LineageQuestion(node="model", limit=1))
    assert whole.total["possible"] == page.total["possible"] == len(whole.result.nodes) > 1
