from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("tsql", "INSERT INTO w (p) OUTPUT inserted.p INTO z (k) SELECT a FROM t", {"t.a -> w.p IDENTITY", "w.p -> z.k IDENTITY"}),
        (
            "tsql",
            "DELETE FROM w OUTPUT deleted.p INTO z (k) WHERE q = 1",
            {"w.q -> w.* FILTER", "w.p -> z.k IDENTITY", "w.q -> z.* FILTER"},
        ),
        ("tsql", "UPDATE TOP (3) t SET a = b", {"t.b -> t.a IDENTITY"}),
        (
            "oracle",
            "MERGE INTO w USING u ON (w.p = u.id) WHEN MATCHED THEN UPDATE SET q = u.x WHERE u.y > 1 DELETE WHERE w.q = 2",
            {"W.P -> W.* JOIN", "U.ID -> W.* JOIN", "U.X -> W.Q IDENTITY", "U.Y -> W.* FILTER", "W.Q -> W.* FILTER"},
        ),
        ("oracle", "INSERT INTO (SELECT p, q FROM w) SELECT a, b FROM t", {"T.A -> W.P IDENTITY", "T.B -> W.Q IDENTITY"}),
        (
            "oracle",
            "UPDATE (SELECT t.a, u.x AS k FROM t JOIN u ON t.id = u.id) SET a = k",
            {"U.X -> T.A IDENTITY", "T.ID -> T.A JOIN", "U.ID -> T.A JOIN"},
        ),
        ("postgres", "INSERT INTO w OVERRIDING SYSTEM VALUE SELECT a, b FROM t", {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}),
        ("spark", "INSERT OVERWRITE DIRECTORY '/x' USING csv OPTIONS (k 'v') SELECT a FROM t", {"t.a -> /x.a IDENTITY"}),
        ("mysql", "INSERT DELAYED INTO w (p) SELECT a FROM t", {"t.a -> w.p IDENTITY"}),
    ],
)
def test_clauses_the_parser_lacks_are_followed(dialect: str, sql: str, expected: set[str]) -> None:
    assert edges(sql, dialect) == expected


def test_a_merge_that_adds_columns_needs_to_know_the_source() -> None:
    sql = "MERGE WITH SCHEMA EVOLUTION INTO w USING {} AS s ON w.p = s.id WHEN NOT MATCHED THEN INSERT *"
    assert {"u.x -> w.x IDENTITY", "u.y -> w.y IDENTITY"} <= edges(sql.format("u"), "databricks")
    assert codes(sql.format("z"), "databricks") == ["star-without-schema"]


def test_fewer_rows_than_all_end_nothing() -> None:
    assert read("DELETE TOP (3) FROM t", "tsql").overwrites == ()
    assert read("DELETE FROM t", "tsql").overwrites == ("t",)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("oracle", "INSERT INTO w SELECT a, b FROM t LOG ERRORS INTO e REJECT LIMIT 3"),
        ("tsql", "INSERT INTO w EXEC p"),
        ("oracle", "INSERT INTO (SELECT p + 1 AS p FROM w) SELECT a FROM t"),
        ("oracle", "UPDATE (SELECT sum(p) AS s FROM w) SET s = 1"),
    ],
)
def test_what_is_cut_and_cannot_be_followed_is_said(dialect: str, sql: str) -> None:
    (reason,) = [each for each in read(sql, dialect).reasons if each.code == "unsupported-clause"]
    assert reason.line == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET a = u.x FROM t JOIN u ON t.id = u.id OPTION (LABEL = 'x', LOOP JOIN)",
        "DELETE t FROM t JOIN u ON t.id = u.id OPTION (MAXDOP 1)",
        "MERGE t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = u.x OPTION (RECOMPILE);",
        "INSERT INTO w (p) SELECT a FROM t OPTION (USE HINT ('x'), OPTIMIZE FOR (@p UNKNOWN))",
        "SELECT a FROM t ORDER BY a OPTION (OPTIMIZE FOR (@p = 3))",
    ],
)
def test_words_for_the_optimiser_change_nothing(sql: str) -> None:
    plain = sql[: sql.index(" OPTION")]
    assert edges(sql, "tsql") == edges(plain, "tsql")
