from __future__ import annotations

import pytest

from headwater.capture.sql.analysis import analyse_shape
from headwater.capture.sql.fingerprint import of_text
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import SCHEMAS, Catalog, read

SQL = "SELECT a, count(*) AS n FROM t WHERE b = 'x' GROUP BY a"


@pytest.mark.parametrize(
    "same",
    [
        "select A,COUNT( * ) as N\nfrom T -- note\nwhere B='x'\ngroup by a;",
        "/* head */ SELECT a , count(*) AS n FROM t WHERE b = 'x' GROUP   BY a ; ;",
        SQL,
    ],
)
def test_formatting_comments_and_case_do_not_move_it(same: str) -> None:
    assert read(same).fingerprint == read(SQL).fingerprint


@pytest.mark.parametrize(
    "other",
    [
        SQL.replace("'x'", "'X'"),
        SQL.replace("= 'x'", "<> 'x'"),
        SQL.replace("count(*)", "count(b)"),
        SQL.replace("GROUP BY a", "GROUP BY a, b"),
        SQL.replace("FROM t", "FROM z"),
        SQL.replace("'x'", "1"),
    ],
)
def test_what_is_computed_moves_it(other: str) -> None:
    assert read(other).fingerprint != read(SQL).fingerprint


def test_what_names_resolve_to_moves_it() -> None:
    assert read(SQL, schema="other").fingerprint != read(SQL).fingerprint
    star = "CREATE TABLE n AS SELECT * FROM t"
    assert read(star).fingerprint != read(star, tables={**SCHEMAS, "t": ("id", "a", "b", "c")}).fingerprint


def test_schemas_of_other_tables_do_not_move_it() -> None:
    assert read(SQL).fingerprint == read(SQL, tables={"t": SCHEMAS["t"]}).fingerprint


def test_quoted_names_count_to_the_letter_where_case_counts() -> None:
    assert read('SELECT "A" FROM z', "postgres").fingerprint != read("SELECT a FROM z", "postgres").fingerprint


def test_a_text_nobody_can_read_has_one_too() -> None:
    assert read("SELECT 'open").fingerprint == of_text("SELECT 'open ").fingerprint
    assert read("SELECT 'open").fingerprint != read("SELECT 'shut").fingerprint


def test_tokens_count_to_the_letter_and_share_a_stem() -> None:
    texts = [f"SELECT a FROM t WHERE b = 'hw:str:{letter * 16}'" for letter in "ab"]
    one, other = (analyse_shape(Statement(text, "duckdb"), Catalog(SCHEMAS)) for text in texts)
    assert one.stem is not None
    assert one.stem == other.stem
    assert one.lineage.fingerprint != other.lineage.fingerprint
    assert read(texts[0].replace("str", "num")).fingerprint != one.lineage.fingerprint


def test_a_stem_is_the_fingerprint_where_there_are_no_tokens() -> None:
    analysed = analyse_shape(Statement(SQL, "duckdb"), Catalog(SCHEMAS))
    assert analysed.stem == analysed.lineage.fingerprint
