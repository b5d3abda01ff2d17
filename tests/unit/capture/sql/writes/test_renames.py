from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


@pytest.mark.parametrize(
    ("dialect", "sql", "after"),
    [
        ("postgres", "ALTER TABLE t RENAME TO n", "n"),
        ("postgres", "ALTER VIEW t RENAME TO n", "n"),
        ("postgres", "ALTER TABLE t SET SCHEMA s", "s.t"),
        ("mysql", "RENAME TABLE t TO n", "n"),
        ("clickhouse", "RENAME TABLE t TO s.n", "s.n"),
        ("tsql", "EXEC sp_rename 't', 'n'", "n"),
        ("tsql", "ALTER SCHEMA s TRANSFER t", "s.t"),
    ],
)
def test_a_renamed_table_brings_its_contents_and_columns(dialect: str, sql: str, after: str) -> None:
    moved = {f"t.{name} -> {after}.{name} IDENTITY" for name in ("id", "a", "b")}
    assert edges(sql, dialect) == moved
    assert edges(f"{sql}; INSERT INTO w SELECT a, b FROM {after}", dialect) == moved | {
        f"{after}.a -> w.p IDENTITY",
        f"{after}.b -> w.q IDENTITY",
    }
    assert read(sql, dialect).overwrites == ()


def test_a_new_name_stays_in_its_schema_unless_the_dialect_has_it_otherwise() -> None:
    tables = {"s.t": ("a",)}
    assert edges("ALTER TABLE s.t RENAME TO n", "postgres", tables) == {"s.t.a -> s.n.a IDENTITY"}
    assert edges("ALTER TABLE s.t RENAME TO n", "mysql", tables, schema="d") == {"s.t.a -> d.n.a IDENTITY"}


def test_two_tables_change_places_over_a_third_name() -> None:
    found = edges("RENAME TABLE t TO n, u TO t, n TO u; SELECT * FROM t", "mysql")
    assert {"u.x -> t.x IDENTITY", "t.a -> n.a IDENTITY", "n.a -> u.a IDENTITY", "t.x -> x IDENTITY"} <= found


@pytest.mark.parametrize(("dialect", "sql"), [("databricks", "ALTER TABLE t SWAP WITH u"), ("clickhouse", "EXCHANGE TABLES t AND u")])
def test_a_swap_moves_contents_both_ways(dialect: str, sql: str) -> None:
    both = {"t.a -> u.a IDENTITY", "t.b -> u.b IDENTITY", "t.id -> u.id IDENTITY", "u.id -> t.id IDENTITY", "u.x -> t.x IDENTITY"}
    found = edges(sql + "; CREATE TABLE m AS SELECT * FROM t", dialect)
    assert both <= found and "t.x -> m.x IDENTITY" in found and "t.a -> m.a IDENTITY" not in found


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgres", "ALTER TABLE t RENAME COLUMN a TO k", {"t.a -> t.k IDENTITY"}),
        ("mysql", "ALTER TABLE t CHANGE COLUMN a k INT", {"t.a -> t.k IDENTITY"}),
        ("tsql", "EXEC sp_rename 't.a', 'k', 'COLUMN'", {"t.a -> t.k IDENTITY"}),
        ("postgres", "ALTER TABLE t ALTER COLUMN a TYPE INT USING b::int", {"t.b -> t.a TRANSFORMATION"}),
        ("postgres", "ALTER TABLE t ADD COLUMN k INT, DROP COLUMN b", set()),
        ("databricks", "ALTER TABLE t ADD COLUMNS (k INT)", set()),
        ("databricks", "ALTER TABLE t SET TBLPROPERTIES ('x' = 'y')", set()),
        ("clickhouse", "ALTER TABLE t UPDATE a = b WHERE id = 1", {"t.b -> t.a IDENTITY", "t.id -> t.a FILTER"}),
        ("clickhouse", "ALTER TABLE t DELETE WHERE id = 1", {"t.id -> t.* FILTER"}),
        ("hive", "ALTER TABLE t DROP PARTITION (b = 1)", set()),
    ],
)
def test_changed_columns_are_followed(dialect: str, sql: str, expected: set[str]) -> None:
    assert edges(sql, dialect) == expected


def test_a_renamed_column_is_found_under_its_new_name() -> None:
    assert "t.k -> n.k IDENTITY" in edges("ALTER TABLE t RENAME COLUMN a TO k; CREATE TABLE n AS SELECT * FROM t", "postgres")
    assert codes("ALTER TABLE t DROP COLUMN a; SELECT a FROM t", "postgres") == ["unknown-column"]


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("hive", "ALTER TABLE k EXCHANGE PARTITION (d = '1') WITH TABLE j", {"j.c -> k.c IDENTITY"}),
        ("mysql", "ALTER TABLE k EXCHANGE PARTITION d WITH TABLE j", {"j.c -> k.c IDENTITY", "k.c -> j.c IDENTITY"}),
        ("redshift", "ALTER TABLE k APPEND FROM j", {"j.c -> k.c IDENTITY"}),
        ("tsql", "ALTER TABLE k SWITCH PARTITION 1 TO j PARTITION 2", {"k.c -> j.c IDENTITY"}),
        ("postgres", "ALTER TABLE k ATTACH PARTITION j FOR VALUES IN (1)", {"j.c -> k.c IDENTITY", "k.c -> j.c IDENTITY"}),
        ("clickhouse", "ALTER TABLE k REPLACE PARTITION 1 FROM j", {"j.c -> k.c IDENTITY"}),
    ],
)
def test_partitions_move_between_tables(dialect: str, sql: str, expected: set[str]) -> None:
    assert edges(sql, dialect, {"k": ("c",), "j": ("c",)}) == expected


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("hive", "ALTER TABLE t SET LOCATION 's3://x'"),
        ("hive", "ALTER TABLE z ADD PARTITION (d = '1') LOCATION 's3://x'"),
        ("tsql", "EXEC sp_rename @a, 'n'"),
        ("postgres", "ALTER TABLE z RENAME TO n"),
        ("postgres", "ALTER SCHEMA s RENAME TO n"),
    ],
)
def test_what_moves_unseen_is_a_reason_with_a_place(dialect: str, sql: str) -> None:
    reasons = read(sql, dialect).reasons
    assert reasons and all(reason.line == 1 for reason in reasons)


def test_what_is_done_to_an_old_name_ends_nothing_of_what_moved_on() -> None:
    assert read("CREATE TABLE t AS SELECT x FROM u; ALTER TABLE t RENAME TO n", "postgres").overwrites == ("t",)
    assert read("ALTER TABLE t RENAME TO n; CREATE TABLE t AS SELECT x FROM u", "postgres").overwrites == ()
    assert read("ALTER TABLE t SWAP WITH u; DROP TABLE u", "databricks").overwrites == ()


def test_a_new_name_without_a_schema_is_in_the_old_ones_or_the_default_one() -> None:
    tables = {"cat.a.t": ("k",), "a.t": ("k",)}
    assert read("ALTER TABLE a.t RENAME TO n", "spark", tables, catalog="cat", schema="b").targets == ("cat.a.n", "cat.a.t")
    assert read("ALTER TABLE a.t RENAME TO n", "hive", tables, schema="b").targets == ("a.t", "b.n")


def test_a_partition_brings_the_rows_of_its_place_but_not_its_key() -> None:
    found = edges("ALTER TABLE w ADD IF NOT EXISTS PARTITION (q = '1') LOCATION 's3://x'", "hive")
    assert found == {"s3://x.p -> w.p IDENTITY", "s3://x.* -> w.* FILTER"}
    assert edges("ALTER TABLE w ADD IF NOT EXISTS PARTITION (q = '1')", "hive") == set()
