from __future__ import annotations

import pytest

from headwater.cli.render.collapse import collapsed
from headwater.cli.render.diagram import draw_up
from headwater.cli.render.labels import label_wires
from headwater.cli.render.placement import Drawing, Placed, place
from headwater.model.answers import Answer, Lineage
from tests.unit.cli.render.telling import answered, dataset, derivation, lake, small_columns, small_datasets


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


@pytest.mark.parametrize("answer", [small_columns(), small_datasets(), lake(120)], ids=["columns", "datasets", "lake"])
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
