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


@pytest.mark.parametrize(
    ("sql", "overwrites"),
    [
        ("CREATE TABLE n AS SELECT a FROM t", ("n",)),
        ("CREATE OR REPLACE TABLE n AS SELECT a FROM t", ("n",)),
        ("CREATE TABLE IF NOT EXISTS n AS SELECT a FROM t", ()),
        ("CREATE VIEW n AS SELECT a FROM t", ("n",)),
        ("TRUNCATE TABLE n", ("n",)),
        ("DROP VIEW n", ("n",)),
        ("DELETE FROM n", ("n",)),
        ("DELETE FROM n WHERE k = 1", ()),
        ("UPDATE n SET k = 1", ()),
        ("INSERT INTO n (k) SELECT a FROM t", ()),
        ("COPY (SELECT a FROM t) TO 'n.csv'", ("n.csv",)),
    ],
)
def test_overwrites_are_targets_of_which_no_row_remains(sql: str, overwrites: tuple[str, ...]) -> None:
    lineage = read(sql)
    assert (lineage.status, lineage.overwrites) == ("complete", overwrites)
    assert lineage.targets in (("n",), ("n.csv",))


def test_insert_overwrite_replaces_all_or_one_partition() -> None:
    assert read("INSERT OVERWRITE TABLE w SELECT a, b FROM t", "spark").overwrites == ("w",)
    partition = read("INSERT OVERWRITE TABLE w PARTITION (q = 1) SELECT a FROM t", "spark")
    assert (partition.overwrites, told(partition)) == ((), {"t.a -> w.p IDENTITY"})


def test_update_reaches_the_assigned_columns_only() -> None:
    found = edges("UPDATE t SET a = u.x FROM u WHERE t.id = u.id AND u.y > 1")
    assert found == {"u.x -> t.a IDENTITY", "t.id -> t.a FILTER", "u.id -> t.a FILTER", "u.y -> t.a FILTER"}


def test_update_through_an_alias_of_its_from() -> None:
    found = edges("UPDATE k SET k.a = u.x FROM t AS k JOIN u ON k.id = u.id", "tsql")
    assert found == {"u.x -> t.a IDENTITY", "t.id -> t.a JOIN", "u.id -> t.a JOIN"}


def test_update_with_a_joined_target() -> None:
    found = edges("UPDATE t JOIN u ON t.id = u.id SET t.a = u.x WHERE u.y = 1", "mysql")
    assert {"u.x -> t.a IDENTITY", "t.id -> t.a JOIN", "u.y -> t.a FILTER"} <= found


def test_delete_is_steered_by_what_it_compares() -> None:
    assert edges("DELETE FROM t USING u WHERE t.id = u.id") == {"t.id -> t.* FILTER", "u.id -> t.* FILTER"}


def test_select_into_makes_a_table() -> None:
    lineage = read("SELECT a INTO n FROM t", "postgres")
    assert (lineage.targets, told(lineage)) == (("n",), {"t.a -> n.a IDENTITY"})


def test_views_name_their_columns_themselves_or_by_list() -> None:
    assert edges("CREATE VIEW n AS SELECT a AS k FROM t") == {"t.a -> n.k IDENTITY"}
    assert edges("CREATE VIEW n (k) AS SELECT a FROM t") == {"t.a -> n.k IDENTITY"}


def test_a_known_target_names_unnamed_columns() -> None:
    assert edges("CREATE TABLE w AS SELECT a, sum(b) FROM t GROUP BY a") == {
        "t.a -> w.a IDENTITY",
        "t.b -> w.q AGGREGATION",
        "t.a -> w.* GROUP_BY",
    }


def test_upserts_write_and_compare() -> None:
    found = edges("INSERT INTO w (p, q) SELECT a, b FROM t ON CONFLICT (p) DO UPDATE SET q = excluded.q + w.q WHERE w.p > 1")
    assert {
        "t.b -> w.q IDENTITY",
        "t.b -> w.q TRANSFORMATION",
        "w.q -> w.q TRANSFORMATION",
        "t.a -> w.* FILTER",
        "w.p -> w.* FILTER",
    } <= found


def test_returning_hands_columns_to_the_reader() -> None:
    assert "w.p -> p IDENTITY" in edges("INSERT INTO w (p) SELECT a FROM t RETURNING p", "postgres")
    assert {"w.p -> p IDENTITY", "w.q -> q IDENTITY"} <= edges("DELETE FROM w WHERE p = 1 RETURNING *", "postgres")


def test_copies_go_both_ways() -> None:
    assert "x.csv.p -> w.p IDENTITY" in edges("COPY w FROM 'x.csv'")
    assert edges("COPY t (a) TO 'x.csv'") == {"t.a -> x.csv.a IDENTITY"}


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE n LIKE t", "CREATE FUNCTION f() AS (SELECT a FROM t)", "MERGE INTO t USING u USING (id) WHEN MATCHED THEN DELETE"]
)
def test_other_ways_to_make_or_change_things_are_partial(sql: str) -> None:
    assert read(sql).status != "complete"


def test_a_later_statement_sees_the_table_an_earlier_one_made() -> None:
    found = edges("CREATE TABLE n (k INT, l INT); INSERT INTO n SELECT a, b FROM t; CREATE TABLE m AS SELECT * FROM n")
    assert {"t.a -> n.k IDENTITY", "n.l -> m.l IDENTITY"} <= found


def test_a_dropped_tables_columns_are_forgotten() -> None:
    assert "star-without-schema" in codes("DROP TABLE t; CREATE TABLE n AS SELECT * FROM t")
