"""SQL without data values: nothing planted stays, nothing lineage needs goes, and the original can be had back."""

from __future__ import annotations

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from headwater.capture.redaction import Redactor
from headwater.capture.redaction.edits import undo
from tests.unit.capture.redaction.planted import SECRETS, STATEMENTS

REDACTOR = Redactor(b"a key of the tests" * 2)


def names_in(sql: str, dialect: str | None) -> list[tuple[set[tuple[str, str, str]], set[str], set[str]]]:
    """Tables, columns and aliases of each statement, as sqlglot reads them."""
    return [
        (
            {(table.catalog, table.db, table.name) for table in tree.find_all(exp.Table)},
            {column.sql() for column in tree.find_all(exp.Column)},
            {alias.alias for alias in tree.find_all(exp.Alias)},
        )
        for tree in sqlglot.parse(sql, dialect=dialect)
        if tree is not None
    ]


@pytest.mark.parametrize(("dialect", "sql"), STATEMENTS)
def test_no_planted_value_stays_in_a_statement(dialect: str | None, sql: str) -> None:
    public = REDACTOR.redact_sql(sql, dialect).text.lower()
    assert "zebra" not in public
    assert "7316455" not in public


@pytest.mark.parametrize(("dialect", "sql"), STATEMENTS)
def test_literals_that_lineage_needs_stay_and_tables_and_columns_are_the_same(dialect: str | None, sql: str) -> None:
    public = REDACTOR.redact_sql(sql, dialect).text
    assert public.count("keep") == sql.count("keep")
    assert names_in(public, dialect) == names_in(sql, dialect)


@pytest.mark.parametrize(("dialect", "sql"), [pair for pair in STATEMENTS if "CREDENTIALS" not in pair[1]])
def test_a_statement_can_be_restored_exactly(dialect: str | None, sql: str) -> None:
    redacted = REDACTOR.redact_sql(sql, dialect)
    assert undo(redacted.text, redacted.spans) == sql


@pytest.mark.parametrize(("dialect", "sql"), SECRETS)
def test_secrets_are_dropped_and_not_sealed(dialect: str | None, sql: str) -> None:
    redacted = REDACTOR.redact_sql(sql, dialect)
    assert "zebra" not in undo(redacted.text, redacted.spans)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        (None, "SELECT 'unterminated"),
        (None, "SELECT a /* unterminated"),
        (None, r"SELECT 'it\' -- ' FROM john"),
        (None, "SELECT a /* outer /* inner */ John */ FROM t"),
        ("mysql", "SELECT a FROM t -- one\rJohn\n"),
        ("postgres", "SELECT $x$ John"),
        (None, "SELECT \\ John"),
        (None, "SELECT a\x00 FROM t"),
    ],
)
def test_what_cannot_be_cut_with_certainty_is_sealed_whole(dialect: str | None, sql: str) -> None:
    redacted = REDACTOR.redact_sql(sql, dialect)
    assert REDACTOR.sealed_whole(redacted)
    assert undo(redacted.text, redacted.spans) == sql


def test_equal_values_give_equal_tokens_and_another_key_gives_others() -> None:
    public = REDACTOR.redact_sql("SELECT 1 FROM t WHERE a = 'x' OR b = 'x'").text
    first, second = (part.split("'")[1] for part in (public.split("OR")[0], public.split("OR")[1]))
    assert first == second
    assert first not in Redactor(b"another key").redact_sql("SELECT 1 FROM t WHERE a = 'x'").text


def test_thresholds_on_aggregates_and_windows_stay() -> None:
    sql = (
        "SELECT a FROM t GROUP BY a HAVING count(*) >= 11 AND 5 < sum(b) "
        "QUALIFY row_number() OVER (ORDER BY c ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING) = 1"
    )
    assert REDACTOR.redact_sql(sql).text == sql


def test_a_comment_is_kept_nowhere_but_in_the_sealed_part() -> None:
    redacted = REDACTOR.redact_sql("SELECT a -- for John Smith\nFROM t")
    assert redacted.text == "SELECT a  \nFROM t"
    assert redacted.spans[0].original == "-- for John Smith"


PLACES = (
    "SELECT a FROM t WHERE b = {}",
    "SELECT a FROM t WHERE b IN (1, {})",
    "INSERT INTO t VALUES ({}, 2)",
    "UPDATE t SET a = {}",
    "SELECT a FROM t WHERE b BETWEEN {} AND {}",
    "SELECT {} AS a, b FROM t",
    "SELECT CASE WHEN a > 1 THEN {} END FROM t",
    "SELECT coalesce(a, {}) FROM t WHERE upper(b) = upper({})",
)


@given(
    place=st.sampled_from(PLACES),
    value=st.text(min_size=1, max_size=30),
    dialect=st.sampled_from((None, "postgres", "duckdb", "trino", "tsql")),
)
def test_any_text_in_a_data_place_goes_and_comes_back(place: str, value: str, dialect: str | None) -> None:
    marked = f"zebra{value}zebra"
    sql = place.replace("{}", "'" + marked.replace("'", "''") + "'")
    redacted = REDACTOR.redact_sql(sql, dialect)
    assert "zebra" not in redacted.text
    if "=" not in value and ":" not in value:
        assert undo(redacted.text, redacted.spans) == sql


@given(
    sql=st.text(alphabet="abcSELECT FROMWHERE'\"`$/*-#\\()[]{}=,.:;<>!|%0123\n\r", max_size=120),
    dialect=st.sampled_from((None, "postgres", "mysql", "bigquery", "snowflake", "tsql", "spark", "duckdb")),
)
def test_any_text_is_redacted_without_a_fault_and_can_be_undone(sql: str, dialect: str | None) -> None:
    redacted = REDACTOR.redact_sql(sql, dialect)
    assert undo(redacted.text, redacted.spans) == sql


def test_a_setting_inside_a_text_is_part_of_the_text() -> None:
    sql = "SELECT a FROM t WHERE b = '; SET password=zebra; x' AND c = 'zebra'"
    redacted = REDACTOR.redact_sql(sql)
    assert "zebra" not in redacted.text
    assert redacted.text.endswith("'")


def test_a_text_longer_than_anyone_writes_is_sealed_whole() -> None:
    assert REDACTOR.sealed_whole(REDACTOR.redact_sql("SELECT a " * 200_000))


def test_very_many_secret_settings_go_with_their_statement() -> None:
    assert REDACTOR.redact_sql("SET a.password=zebra;" * 300).text == "'***'"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW v AS SELECT user, password FROM t",
        "CREATE TABLE user (password text, id int)",
        'SELECT "b" FROM t WHERE a = "b" AND c = t."d"',
        "SELECT * FROM s3('https://b/x.csv', 'CSV', 'a String')",
        "SELECT * FROM postgresql('h:5432', 'db', 't')",
    ],
)
def test_columns_called_like_secrets_and_names_of_tables_stay(sql: str) -> None:
    assert REDACTOR.redact_sql(sql).text == sql


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        (None, 'SELECT a FROM t WHERE b = "zebra" AND c IN ("zebra two", "zebra") AND d LIKE "zebra"'),
        (None, 'SELECT a FROM t WHERE b = """zebra "one" two""" AND c = $$zebra$$'),
        ("mysql", "SELECT a FROM t WHERE b = $$zebra$$"),
        ("tsql", "EXEC('select a from u where b = ''zebra''')"),
    ],
)
def test_texts_in_unusual_quotes_are_texts(dialect: str | None, sql: str) -> None:
    redacted = REDACTOR.redact_sql(sql, dialect)
    assert "zebra" not in redacted.text
    assert undo(redacted.text, redacted.spans) == sql


def test_very_many_literals_are_sealed_with_their_statement() -> None:
    assert REDACTOR.sealed_whole(REDACTOR.redact_sql("INSERT INTO t VALUES " + ",".join(["('a')"] * 20_001)))


def test_very_many_passwords_go_with_their_statement() -> None:
    assert REDACTOR.redact_sql("ALTER USER x " + "PASSWORD zebra " * 300).text == "'***'"


@pytest.mark.parametrize("dialect", ["mysql", "doris", "starrocks", "singlestore", "postgres", None])
@pytest.mark.parametrize(
    "comment", ["/*!50000 union select y from zebras */", "/*M!100100 union select y from zebras */", "/*! union all */"]
)
def test_a_comment_that_an_engine_runs_leaves_a_mark(dialect: str | None, comment: str) -> None:
    public = REDACTOR.redact_script(f"insert into b (x) select x from a {comment}", dialect).text
    assert public.split() == ["insert", "into", "b", "(x)", "select", "x", "from", "a", "/*!*/"]
