from __future__ import annotations

from tests.unit.capture.sql.reading import edges


def test_copies_go_both_ways() -> None:
    assert "x.csv.p -> w.p IDENTITY" in edges("COPY w FROM 'x.csv'")
    assert edges("COPY t (a) TO 'x.csv'") == {"t.a -> x.csv.a IDENTITY"}
