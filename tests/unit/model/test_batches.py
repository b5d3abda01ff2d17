"""Profiles of parts add up; what cannot be compared is dropped and not mixed."""

from __future__ import annotations

from headwater.model.batches import BatchProfile, ColumnProfile, merge
from headwater.model.sketches import Moments, smallest
from headwater.model.times import Instant


def part(rows: int, *columns: ColumnProfile, hashed: str = "e:1", announced: int | None = None) -> BatchProfile:
    return BatchProfile(
        batch="b",
        dataset="d",
        source="s",
        arrived=Instant(rows),
        rows=rows,
        announced=announced,
        hashed=hashed,
        fingerprint="ffffffffffffffff",
        sample=smallest(range(rows), 8),
        columns=columns,
    )


def test_a_column_that_one_part_lacks_is_null_there() -> None:
    both = merge(part(10, ColumnProfile(name="a", kind="number", type="INT", rows=10, nulls=1)), part(5))
    assert (both.columns[0].rows, both.columns[0].nulls, both.columns[0].filled) == (15, 6, 9)


def test_hashes_of_another_engine_are_dropped() -> None:
    both = merge(part(3, hashed="duckdb:1"), part(4, hashed="postgresql:1"))
    assert (both.hashed, both.fingerprint, both.sample) == ("", "", None)


def test_fingerprints_are_summed_and_wrap_round() -> None:
    assert merge(part(3), part(4)).fingerprint == "fffffffffffffffe"


def test_announced_rows_are_summed_only_if_both_parts_announce() -> None:
    assert merge(part(3, announced=3), part(4, announced=5)).announced == 8
    assert merge(part(3, announced=3), part(4)).announced is None


def test_parts_of_different_kinds_keep_what_every_kind_has() -> None:
    number = ColumnProfile(name="a", kind="number", type="INT", rows=4, moments=Moments(count=4, mean=1.0), unexplained=0.2)
    text = ColumnProfile(name="a", kind="text", type="TEXT", rows=6, nulls=2)
    (both,) = merge(part(4, number), part(6, text)).columns
    assert (both.kind, both.rows, both.nulls, both.moments, both.unexplained) == ("none", 10, 2, Moments(), None)


def test_a_part_of_nulls_only_takes_the_kind_of_the_other() -> None:
    nothing = ColumnProfile(name="a", kind="none", type="NULL", rows=6, nulls=6)
    text = ColumnProfile(name="a", kind="text", type="TEXT", rows=4)
    assert [merge(part(6, *one), part(4, *two)).columns[0].kind for one, two in (((nothing,), (text,)), ((text,), (nothing,)))] == [
        "text"
    ] * 2


def test_unexplained_shares_are_weighted_by_rows() -> None:
    columns = [ColumnProfile(name="a", kind="number", type="INT", rows=rows, unexplained=share) for rows, share in ((100, 0.2), (300, 0.4))]
    assert merge(part(100, columns[0]), part(300, columns[1])).columns[0].unexplained == 0.35
