from __future__ import annotations

import pytest

from headwater.cli.render.collapse import collapsed
from headwater.cli.render.diagram import draw_up
from headwater.cli.render.labels import BULGE, HEIGHT, label_wires
from headwater.cli.render.placement import Drawing, Placed, place
from headwater.model.answers import Answer, Lineage
from tests.unit.cli.render.telling import answered, column, dataset, derivation, job, lake, loop, one_job, small_columns, small_datasets


def drawn(answer: Answer[Lineage]) -> Drawing:
    return place(collapsed(draw_up(answer.result)))


def overlap(first: Placed, second: Placed) -> bool:
    apart_across = first.x + first.width <= second.x or second.x + second.width <= first.x
    apart_down = first.y + first.height <= second.y or second.y + second.height <= first.y
    return not (apart_across or apart_down)


@pytest.mark.parametrize("answer", [small_columns(), small_datasets(), lake(120)], ids=["columns", "datasets", "lake"])
def test_no_two_boxes_overlap_and_all_lie_within_the_drawing(answer: Answer[Lineage]) -> None:
    drawing = drawn(answer)
    for index, first in enumerate(drawing.boxes):
        assert (
            first.x >= 0
            and first.y >= 0
            and first.x + first.width <= drawing.width + 0.01
            and first.y + first.height <= drawing.height + 0.01
        )
        assert not any(overlap(first, second) for second in drawing.boxes[index + 1 :])


@pytest.mark.parametrize(
    "answer", [small_columns(), small_datasets(), lake(120), one_job(), loop()], ids=["columns", "datasets", "lake", "job", "loop"]
)
def test_every_wire_begins_and_ends_at_its_boxes(answer: Answer[Lineage]) -> None:
    drawing = drawn(answer)
    boxes = {placed.box.key: placed for placed in drawing.boxes}
    for run in drawing.runs:
        source, target = boxes[run.wire.source.box], boxes[run.wire.target.box]
        assert run.points[0][0] in (source.x, source.x + source.width)
        assert run.points[-1][0] in (target.x, target.x + target.width)


def test_rows_follow_the_order_of_the_rows_they_come_from() -> None:
    drawing = drawn(small_columns())
    boxes = {placed.box.title: placed for placed in drawing.boxes}
    heights = {row: boxes["features"].rows[row] for row in ("subject", "mail", "level")}
    from_patients_first = boxes["raw.patients"].y < boxes["raw.labs"].y
    assert (heights["subject"] < heights["level"]) == from_patients_first


def test_marks_do_not_cover_each_other_where_there_is_room() -> None:
    labels = label_wires(drawn(small_columns()).runs)
    assert not any(first.meets(second) for index, first in enumerate(labels) for second in labels[index + 1 :])


@pytest.mark.parametrize("answer", [small_columns(), small_datasets(), one_job(), loop()], ids=["columns", "datasets", "job", "loop"])
def test_marks_and_loops_lie_within_the_drawing(answer: Answer[Lineage]) -> None:
    drawing = drawn(answer)
    for label in drawing.labels:
        assert not label.text or (label.x + label.width / 2 <= drawing.width and label.y + HEIGHT / 2 <= drawing.height)
    for run in drawing.runs:
        assert max(x for x, _ in run.points) + (BULGE * 0.75 if run.is_loop else 0) <= drawing.width


def test_two_names_of_one_dataset_are_joined_by_one_wire_that_moves_no_box() -> None:
    a, b, source = dataset("a"), dataset("b"), dataset("source")
    flow, names = [(source, a, "IDENTITY", 1)], [(a, b, "ALIAS", -1), (b, a, "ALIAS", -1)]
    drawing = drawn(answered(a, [b, source], [*flow, *names], [derivation(1, "copy")]))
    (same,) = [run for run in drawing.runs if run.wire.same]
    assert same.wire.kinds == ("ALIAS",) and not same.wire.possible
    without = drawn(answered(a, [b, source], flow, [derivation(1, "copy")]))
    assert [(box.x, box.y) for box in drawing.boxes] == [(box.x, box.y) for box in without.boxes]


def test_two_names_are_one_wire_however_many_columns_say_so() -> None:
    ends = [(column("a", name), column("b", name)) for name in ("x", "y", "z")]
    edges = [(*pair, "ALIAS", -1) for one, other in ends for pair in ((one, other), (other, one))]
    drawing = drawn(answered(ends[0][0], [node for pair in ends for node in pair][1:], edges))
    assert [(run.wire.source.row, run.wire.target.row) for run in drawing.runs] == [("", "")]


def test_the_job_asked_about_is_one_marked_box_between_what_it_read_and_wrote() -> None:
    drawing = drawn(one_job())
    (root,) = [placed for placed in drawing.boxes if placed.box.root]
    assert (root.box.title, root.box.noun) == ("build", "job")
    boxes = {placed.box.title: placed for placed in drawing.boxes}
    assert max(boxes["visits"].x, boxes["patients"].x) < root.x < boxes["features"].x
    assert not any(run.wire.possible for run in drawing.runs)


def test_what_flowed_through_the_job_asked_about_passes_its_one_box() -> None:
    build, source, target = job("build"), dataset("source"), dataset("target")
    edges = [(source, target, "FILTER", 1), (source, build, "READ", -1), (build, target, "WRITTEN", -1)]
    drawing = drawn(answered(build, [source, target], edges, [derivation(1, "build")], direction="both"))
    assert [placed.box.title for placed in drawing.boxes if placed.box.is_job] == ["build"]
    assert [run.wire.kinds for run in drawing.runs] == [("FILTER",), ("FILTER",)]


def test_a_job_asked_about_keeps_its_box_where_datasets_are_folded() -> None:
    datasets = [dataset(f"t{number}", f"duckdb://{number % 2}") for number in range(302)]
    folded = collapsed(draw_up(answered(job("all"), datasets, [(one, job("all"), "READ", -1) for one in datasets]).result))
    assert [box.title for box in folded.boxes if box.root] == ["all"] and len(folded.wires) == 2


def test_a_cycle_is_drawn_with_one_wire_running_back() -> None:
    a, b = dataset("a"), dataset("b")
    drawing = drawn(answered(b, [a], [(a, b, "IDENTITY", 1), (b, a, "IDENTITY", 2)], [derivation(1, "there"), derivation(2, "back")]))
    backwards = [run for run in drawing.runs if run.points[0][0] > run.points[-1][0]]
    assert len(backwards) == 1


def test_an_answer_without_edges_is_one_box() -> None:
    drawing = drawn(answered(dataset("alone"), [], []))
    assert [placed.box.title for placed in drawing.boxes] == ["alone"] and drawing.runs == ()


def test_three_hundred_datasets_are_laid_out_singly_and_more_by_namespace() -> None:
    assert sum(not placed.box.is_job for placed in drawn(lake(300)).boxes) == 300
    folded = collapsed(draw_up(lake(302).result))
    assert sorted(box.title for box in folded.boxes) == ["duckdb://lake0", "duckdb://lake1", "duckdb://lake2", "table_0301"]
    assert sum(box.stands_for for box in folded.boxes) == 302
    assert folded.notes == ("302 datasets, shown as 3 namespaces: narrow with --depth or --direct to see them singly",)
