from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import Grammar, grammar_of
from headwater.capture.sql.budget import MAX_WORDS
from headwater.capture.sql.rows import folded
from tests.unit.capture.sql.reading import codes, edges, read

TABLES = {"k": ("id", "a", "b"), "t": ("id", "a", "b")}
ROW = "(%d,'it\\'s a row, VALUES (1), ; -- x',-1.5e-3)"


def grammar(dialect: str) -> Grammar:
    found = grammar_of(dialect)
    assert found is not None
    return found


def dump(rows: int, last: str = ROW % 0) -> str:
    return "INSERT INTO k VALUES " + ", ".join([ROW % at for at in range(rows)] + [last]) + ";\nINSERT INTO k (id, a) SELECT id, b FROM t;"


def test_fifty_thousand_rows_of_literals_are_read() -> None:
    sql = dump(50_000)
    assert len(sql) > MAX_WORDS
    assert edges(sql, "mysql", TABLES) == {"t.id -> k.id IDENTITY", "t.b -> k.a IDENTITY"}


def test_a_row_of_another_width_is_seen_behind_fifty_thousand() -> None:
    assert codes(dump(50_000, "(1, 2, 3, 4)"), "mysql", TABLES) == ["column-count-mismatch"]


def test_a_row_that_reads_is_seen_behind_fifty_thousand() -> None:
    lineage = read(dump(50_000, "(1, (SELECT max(b) FROM t), 2)"), "mysql", TABLES)
    assert ("b", "a") in {(edge.source_column, edge.target_column) for edge in lineage.edges if edge.target_table == "k"}


def test_other_rows_are_another_statement() -> None:
    one, other = dump(50_000), dump(50_000, ROW % 1)
    assert read(one, "mysql", TABLES).fingerprint != read(other, "mysql", TABLES).fingerprint
    assert read(one, "mysql", TABLES).fingerprint == read(one, "mysql", TABLES).fingerprint


def test_folding_keeps_every_place() -> None:
    sql = dump(100)
    short = folded(sql, grammar("mysql"))
    assert len(short) == len(sql)
    assert short.index("SELECT") == sql.index("SELECT")
    assert len(short.split()) < 40


@pytest.mark.parametrize(
    ("rows", "dialect"),
    [
        (", ".join(["('VALUES (1),(2)')"] * 3), "mysql"),
        (", ".join(["(a, 1)"] * 100), "mysql"),
        (", ".join(["(now(), 1)"] * 100), "mysql"),
        (", ".join(["('a\\', 1)"] * 100), "mysql"),
        (", ".join(["(1)", *["(1, 2)"] * 100]), "mysql"),
    ],
)
def test_what_is_not_rows_of_literals_of_one_width_stays(rows: str, dialect: str) -> None:
    sql = "INSERT INTO k VALUES " + rows
    assert folded(sql, grammar(dialect)) == sql


@pytest.mark.parametrize("around", ["SELECT '{}'", 'SELECT "{}"', "SELECT 1 -- {}", "SELECT 1 /* {} */"])
def test_values_inside_of_quotes_and_comments_stay(around: str) -> None:
    sql = around.format("VALUES " + ", ".join(["(1, 2)"] * 200))
    assert folded(sql, grammar("mysql")) == sql


def test_a_backslash_escapes_only_where_the_dialect_says_so() -> None:
    rows = ", ".join(["('a\\')"] * 100)
    assert folded("INSERT INTO k VALUES " + rows, grammar("postgres")) != "INSERT INTO k VALUES " + rows
    assert folded("INSERT INTO k VALUES " + rows, grammar("mysql")) == "INSERT INTO k VALUES " + rows
