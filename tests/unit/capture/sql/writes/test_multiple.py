from __future__ import annotations

from tests.unit.capture.sql.reading import codes, edges, read


def test_each_table_takes_its_rows_under_its_condition() -> None:
    sql = "INSERT {} WHEN a > 1 THEN INTO w (p) VALUES (b) WHEN id > 1 THEN INTO z (k) VALUES (b) SELECT id, a, b FROM t"
    common = {"T.B -> W.P IDENTITY", "T.A -> W.* FILTER", "T.B -> Z.K IDENTITY", "T.ID -> Z.* FILTER"}
    assert edges(sql.format("ALL"), "snowflake") == common
    assert edges(sql.format("FIRST"), "snowflake") == common | {"T.A -> Z.* FILTER"}


def test_else_depends_on_every_condition() -> None:
    sql = "INSERT ALL WHEN a > 1 THEN INTO w (p) VALUES (b) ELSE INTO z (k, l) SELECT a, b FROM t"
    assert {"T.A -> Z.K IDENTITY", "T.B -> Z.L IDENTITY", "T.A -> Z.* FILTER"} <= edges(sql, "snowflake")


def test_oracle_inserts_into_several_tables() -> None:
    sql = "INSERT ALL INTO w (p) VALUES (a) INTO z (k) VALUES (b) SELECT a, b FROM t WHERE id > 1"
    assert edges(sql, "oracle") == {"T.A -> W.P IDENTITY", "T.B -> Z.K IDENTITY", "T.ID -> W.* FILTER", "T.ID -> Z.* FILTER"}
    assert codes("INSERT ALL INTO w VALUES (a) SELECT a FROM t", "oracle") == ["target-columns-unknown"]


def test_hive_reads_once_and_writes_twice() -> None:
    sql = "FROM t JOIN u ON t.id = u.id INSERT OVERWRITE TABLE w SELECT a, x WHERE b > 1 INSERT INTO TABLE z (k) SELECT y"
    lineage = read(sql, "hive")
    assert lineage.overwrites == ("w",)
    assert edges(sql, "hive") == {
        "t.a -> w.p IDENTITY",
        "u.x -> w.q IDENTITY",
        "t.b -> w.* FILTER",
        "t.id -> w.* JOIN",
        "u.id -> w.* JOIN",
        "u.y -> z.k IDENTITY",
        "t.id -> z.* JOIN",
        "u.id -> z.* JOIN",
    }
