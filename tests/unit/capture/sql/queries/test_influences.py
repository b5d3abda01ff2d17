from __future__ import annotations

from headwater.capture.sql.queries.influences import UNPLACED, Influence, Relation, Way, joined, passed_through, placed, rows_of, union
from headwater.model.lineage import Kind

A = {Influence("t", "a", Kind.IDENTITY): Way(7)}
B = {Influence("t", "b", Kind.WINDOW): UNPLACED}


def test_direct_uses_add_up_and_indirect_ones_replace() -> None:
    assert passed_through(A, Kind.IDENTITY) is A
    assert passed_through(passed_through(A, Kind.AGGREGATION), Kind.TRANSFORMATION) == {Influence("t", "a", Kind.AGGREGATION): Way(7)}
    assert passed_through(B, Kind.AGGREGATION) == B
    assert passed_through(A | B, Kind.FILTER) == {Influence("t", "a", Kind.FILTER): Way(7), Influence("t", "b", Kind.FILTER): UNPLACED}


def test_masking_stays_with_values_only() -> None:
    masked = passed_through(A, Kind.TRANSFORMATION, "md5")
    assert masked == {Influence("t", "a", Kind.TRANSFORMATION, "md5"): Way(7)}
    assert passed_through(masked, Kind.JOIN) == {Influence("t", "a", Kind.JOIN): Way(7)}


def test_functions_add_up_on_the_way_of_values_up_to_a_limit() -> None:
    once = passed_through(A, Kind.TRANSFORMATION, None, ("lower",))
    assert passed_through(once, Kind.AGGREGATION, None, ("max",)) == {Influence("t", "a", Kind.AGGREGATION): Way(7, ("lower", "max"))}
    assert passed_through(B, Kind.TRANSFORMATION, None, ("lower",)) == B
    (deep,) = passed_through(A, Kind.TRANSFORMATION, None, ("f",) * 40).values()
    assert len(deep.functions) == 16


def test_a_source_is_read_where_it_is_first_named() -> None:
    assert placed(A | B, 30) == {Influence("t", "a", Kind.IDENTITY): Way(7), Influence("t", "b", Kind.WINDOW): Way(30)}
    assert placed(B, -1) is B
    assert union([A, B, A]) == A | B


def test_a_column_is_found_by_its_exact_name_or_the_only_one_that_differs_by_case() -> None:
    relation = Relation("t", [("Name", A), ("X", A), ("x", B)])
    assert relation.find("name") == relation.find("Name") == A
    assert relation.find("x") == B
    assert Relation("t", [("Ab", A), ("aB", B)]).find("AB") is None


def test_columns_of_one_name_are_both_meant() -> None:
    assert Relation("", [("a", A), ("a", B)]).find("a") == A | B


def test_renaming_keeps_the_rest() -> None:
    relation = Relation("t", [("a", A)], open_tables=("z",), presence=frozenset(["t"]), table="t")
    other = relation.renamed("k")
    assert (other.name, other.table, other.open_tables, other.find("a"), relation.name) == ("k", "t", ("z",), A, "t")


def test_open_relations_let_names_through() -> None:
    assert Relation("z", (), open_tables=("z",)).shining_through("c") == {Influence("z", "c", Kind.IDENTITY): UNPLACED}
    assert Relation("f", (), made_of=A).shining_through("c") == A
    assert not Relation("t", [("a", A)]).is_open


def test_fields_come_with_their_struct_but_not_with_a_star() -> None:
    relation = Relation("p", [("s", A), ("s.f", B)], table="p")
    assert relation.find("s") == A | B
    assert [name for name, _ in relation.top_level()] == ["s"]
    assert relation.field(["s", "f"]) == B | passed_through(A, Kind.TRANSFORMATION)
    assert relation.field(["s", "g"]) is None


def test_joined_relations_put_their_columns_side_by_side() -> None:
    both = joined([Relation("t", [("a", A)]), Relation("f", (), made_of=B)], rows=rows_of(["t"], Kind.JOIN), presence=frozenset(["t"]))
    assert (both.outputs, both.made_of, both.is_open) == ([("a", A)], B, True)
