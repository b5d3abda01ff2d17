from __future__ import annotations

from headwater.cli.render.collapse import MAX_BOXES, MAX_ROWS, collapsed
from headwater.cli.render.diagram import MORE, draw_up
from headwater.cli.render.strokes import row_label
from tests.unit.cli.render.telling import answered, column, dataset, derivation, lake


def test_a_box_of_many_columns_keeps_the_asked_one_and_counts_the_rest() -> None:
    asked = column("wide", "zz_asked")
    sources = [column("raw", f"c{number:03d}") for number in range(100)]
    targets = [column("wide", f"c{number:03d}") for number in range(100)]
    edges = [(source, target, "IDENTITY", 1) for source, target in zip(sources, targets, strict=True)]
    diagram = collapsed(draw_up(answered(asked, [*sources, *targets], edges, [derivation(1, "copy")]).result))
    wide = next(box for box in diagram.boxes if box.title == "wide")
    assert len(wide.rows) == MAX_ROWS and "zz_asked" in wide.rows and wide.rows[-1] == MORE
    assert row_label(MORE, wide.stands_for, len(wide.rows) - 1) == "and 62 more columns"
    assert any(wire.target.row == MORE for wire in diagram.wires)


def test_more_namespaces_than_boxes_share_one_box_with_a_count() -> None:
    diagram = collapsed(draw_up(lake(700, namespaces=400).result))
    assert len(diagram.boxes) <= MAX_BOXES
    rest = next(box for box in diagram.boxes if box.title.endswith("further namespaces"))
    assert rest.subtitle == "103 datasets"
    assert sum(box.stands_for for box in diagram.boxes) == 700


def test_folding_keeps_every_way_between_namespaces() -> None:
    diagram = collapsed(draw_up(lake(301, namespaces=2).result))
    titles = {box.key: box.title for box in diagram.boxes}
    ways = {(titles[wire.source.box], titles[wire.target.box]) for wire in diagram.wires}
    assert ("duckdb://lake1", "duckdb://lake0") in ways


def test_what_stands_within_a_namespace_is_not_drawn_as_a_loop() -> None:
    diagram = collapsed(draw_up(lake(301, namespaces=1).result))
    assert all(wire.source.box != wire.target.box for wire in diagram.wires)


def test_jobs_stand_between_datasets_and_not_between_columns() -> None:
    source, target = dataset("a"), dataset("b")
    by_dataset = draw_up(answered(target, [source], [(source, target, "IDENTITY", 1)], [derivation(1, "copy")]).result)
    assert [box.title for box in by_dataset.boxes if box.is_job] == ["copy"]
    first, second = column("a", "x"), column("b", "x")
    by_column = draw_up(answered(second, [first], [(first, second, "IDENTITY", 1)], [derivation(1, "copy")]).result)
    assert not any(box.is_job for box in by_column.boxes)
    assert {box.title: box.jobs for box in by_column.boxes} == {"a": (), "b": ("copy",)}


def test_an_edge_to_a_node_of_another_page_is_counted() -> None:
    source, target = dataset("elsewhere"), dataset("here")
    assert draw_up(answered(target, [], [(source, target, "IDENTITY", 1)]).result).notes == ("1 influence leads to nodes on other pages",)
