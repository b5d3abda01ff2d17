from __future__ import annotations

from headwater.model.entries import Position
from headwater.model.ids import DatasetId
from headwater.model.times import BEGINNING
from headwater.projections.lineage.incarnations import Incarnation
from headwater.projections.lineage.nodes import Node, NodeTable, Part


def table(namespace: str = "duckdb://lake") -> tuple[NodeTable, int]:
    made = NodeTable()
    return made, made.incarnation(Incarnation(DatasetId(namespace, "t"), BEGINNING))


def test_an_incarnation_keeps_its_number() -> None:
    made, owner = table()
    assert made.incarnation(made.incarnations[owner]) == owner
    assert made.incarnation(Incarnation(DatasetId("duckdb://lake", "u"), BEGINNING)) == owner + 1


def test_case_is_folded_where_the_platform_does_and_the_smallest_spelling_shown() -> None:
    made, owner = table()
    assert made.column_node(owner, "id") == made.column_node(owner, "ID")
    assert made.spelling(Node(Part.COLUMN, owner, "id")) == "ID"


def test_case_is_kept_elsewhere() -> None:
    made, owner = table("postgres://lake")
    assert made.column_node(owner, "id") != made.column_node(owner, "ID")


def test_a_column_is_spelled_as_it_was_known_then() -> None:
    made, owner = table()
    for position, spelling in ((1, "mrn"), (4, "Mrn"), (6, "MRN")):
        made.position = Position(position)
        node = made.column_node(owner, spelling)
        if made.find(node) is None:
            made.add(node)
    shown = [made.spelling(node, Position(known_at)) for known_at in (1, 3, 4, 5, 6, 9)]
    assert shown == ["mrn", "mrn", "Mrn", "Mrn", "MRN", "MRN"]
    assert made.columns_known(owner, Position(5)) == {"mrn": "Mrn"}
    assert made.columns_known(owner, Position(0)) == {}


def test_an_incarnation_is_known_from_the_entry_that_spoke_of_it() -> None:
    made, owner = table()
    made.position = Position(5)
    other = Incarnation(DatasetId("duckdb://lake", "u"), BEGINNING)
    number = made.incarnation(other)
    assert made.known(other, Position(4)) is None
    assert made.known(other, Position(5)) == number
    assert made.known(made.incarnations[owner], Position(0)) == owner
