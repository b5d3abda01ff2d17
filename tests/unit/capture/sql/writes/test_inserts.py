from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read, told


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("INSERT INTO w SELECT a, b FROM t", {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}),
        ("INSERT INTO w (q, p) SELECT a, b FROM t", {"t.a -> w.q IDENTITY", "t.b -> w.p IDENTITY"}),
        ("INSERT INTO z (k) SELECT a FROM t", {"t.a -> z.k IDENTITY"}),
        ("INSERT INTO w BY NAME SELECT a AS q FROM t", {"t.a -> w.q IDENTITY"}),
        ("INSERT INTO w VALUES (1, 2)", set()),
        ("WITH c AS (SELECT a, b FROM t) INSERT INTO w SELECT * FROM c", {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}),
    ],
)
def test_insert_maps_by_position_list_or_name(sql: str, expected: set[str]) -> None:
    lineage = read(sql)
    assert (lineage.status, told(lineage), lineage.overwrites) == ("complete", expected, ())


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("INSERT INTO z SELECT a FROM t", "target-columns-unknown"),
        ("INSERT INTO w SELECT a FROM t", "column-count-mismatch"),
        ("INSERT INTO w SELECT * FROM z", "star-without-schema"),
        ("CREATE TABLE n AS SELECT sum(a) FROM t", "unnamed-column"),
        ("CREATE VIEW n (k, l) AS SELECT a FROM t", "column-count-mismatch"),
        ("COPY z FROM 'x.csv'", "target-columns-unknown"),
        ("UPDATE t SET (a, b) = (1, 2)", "unsupported-clause"),
        ("DROP SCHEMA s CASCADE", "unsupported-statement"),
    ],
)
def test_a_target_that_cannot_be_placed_is_partial(sql: str, code: str) -> None:
    assert code in codes(sql)


def test_insert_overwrite_replaces_all_or_one_partition() -> None:
    assert read("INSERT OVERWRITE TABLE w SELECT a, b FROM t", "spark").overwrites == ("w",)
    partition = read("INSERT OVERWRITE TABLE w PARTITION (q = 1) SELECT a FROM t", "spark")
    assert (partition.overwrites, told(partition)) == ((), {"t.a -> w.p IDENTITY"})


def test_upserts_write_and_compare() -> None:
    found = edges("INSERT INTO w (p, q) SELECT a, b FROM t ON CONFLICT (p) DO UPDATE SET q = excluded.q + w.q WHERE w.p > 1")
    assert {
        "t.b -> w.q IDENTITY",
        "t.b -> w.q TRANSFORMATION",
        "w.q -> w.q TRANSFORMATION",
        "t.a -> w.* FILTER",
        "w.p -> w.* FILTER",
    } <= found
