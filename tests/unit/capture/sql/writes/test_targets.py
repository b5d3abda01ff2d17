from __future__ import annotations

from tests.unit.capture.sql.reading import edges, read, told


def test_select_into_makes_a_table() -> None:
    lineage = read("SELECT a INTO n FROM t", "postgres")
    assert (lineage.targets, told(lineage)) == (("n",), {"t.a -> n.a IDENTITY"})


def test_returning_hands_columns_to_the_reader() -> None:
    assert "w.p -> p IDENTITY" in edges("INSERT INTO w (p) SELECT a FROM t RETURNING p", "postgres")
    assert {"w.p -> p IDENTITY", "w.q -> q IDENTITY"} <= edges("DELETE FROM w WHERE p = 1 RETURNING *", "postgres")
