"""Laws of the SQL engine: any text has a status, formatting never moves a fingerprint, poorer knowledge is admitted."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from headwater import sql_lineage
from headwater.capture.sql import analyse, analyse_script
from headwater.capture.sql.adapter import TokenType, grammar_of
from headwater.capture.sql.reasons import CODES
from headwater.model.lineage import Statement, StatementLineage, TableEdge
from tests.oracle.cases import Catalog
from tests.oracle.small import SCHEMA, STATEMENTS, TABLES, TARGET, TARGET_COLUMNS
from tests.unit.capture.sql.scripts.samples import SCRIPTS

DIALECTS = (
    None,
    "duckdb",
    "postgres",
    "snowflake",
    "bigquery",
    "databricks",
    "trino",
    "redshift",
    "tsql",
    "mysql",
    "oracle",
    "hive",
    "clickhouse",
)
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
DISTURBANCES = WORDS.findall(
    "( ) , . ; * ' \" ` [ ] { } -- /* */ {{ }} $$ @ : :: -> => \0 \r "
    "select from where join on using lateral unnest pivot values with recursive union except over window qualify "
    "insert into update set delete merge when matched copy returning case end not exists all any "
    "begin declare if then else loop while for do create procedure as execute immediate call return := @x go output $1"
)

statements = st.sampled_from(STATEMENTS)
dialects = st.sampled_from(DIALECTS)


class Partly(Catalog):
    """The catalog of the experiments with some tables unknown."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known

    def columns(self, table: str) -> dict[str, str] | None:
        """None for what is not known."""
        return {**TABLES, TARGET: TARGET_COLUMNS}.get(table) if table in self.known else None


def assert_honest(lineage: StatementLineage) -> None:
    """A status that its reasons bear out, reasons with known codes, edges between listed tables."""
    codes = [reason.code for reason in lineage.reasons]
    assert "analyser-fault" not in codes
    assert set(codes) <= set(CODES)
    assert (lineage.status == "complete") == (not codes)
    assert {edge.source_table for edge in lineage.edges} <= set(lineage.sources)
    assert {edge.target_table for edge in lineage.edges} - {None} <= set(lineage.targets)
    assert set(lineage.overwrites) <= set(lineage.targets)
    assert len(lineage.fingerprint) == 32


@given(st.text(), dialects)
def test_any_text_has_a_status(text: str, dialect: str | None) -> None:
    assert_honest(analyse(Statement(text, dialect), Catalog(SCHEMA)))


@given(statements, dialects, st.data())
def test_disturbed_statements_have_a_status(sql: str, dialect: str | None, data: st.DataObject) -> None:
    words = WORDS.findall(sql)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at : at + data.draw(st.integers(0, 2))] = data.draw(st.lists(st.sampled_from(DISTURBANCES), max_size=2))
        words = words or [" "]
    assert_honest(analyse(Statement(" ".join(words), dialect), Catalog(SCHEMA)))


@given(st.sampled_from(SCRIPTS), st.data())
def test_disturbed_scripts_have_a_status_and_parts_that_bear_it_out(script: tuple[str, str], data: st.DataObject) -> None:
    dialect, sql = script
    words = WORDS.findall(sql)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at : at + data.draw(st.integers(0, 3))] = data.draw(st.lists(st.sampled_from(DISTURBANCES), max_size=2))
        words = words or [" "]
    text = "".join(f" {word}" if word.isalnum() else word for word in words)
    whole = analyse(Statement(text, dialect), Catalog(SCHEMA))
    assert_honest(whole)
    read = analyse_script(Statement(text, dialect), Catalog(SCHEMA))
    assert read.whole == whole
    if read.parts:
        told = {(each.code, each.subject) for part in read.parts for each in part.lineage.reasons}
        assert told <= {(each.code, each.subject) for each in whole.reasons}
        known = {replace(edge, functions=(), offset=None) for edge in whole.edges}
        assert {replace(edge, functions=(), offset=None) for part in read.parts for edge in part.lineage.edges} == known


@given(statements, st.sets(st.sampled_from([*TABLES, TARGET])))
def test_what_is_complete_with_less_knowledge_misses_no_edge_known_with_more(sql: str, known: set[str]) -> None:
    full = analyse(Statement(sql, "duckdb"), Catalog(SCHEMA))
    less = analyse(Statement(sql, "duckdb"), Partly(frozenset(known)))
    assert_honest(less)
    if less.status == "complete":
        assert {edge for edge in without_places(full).edges if edge.source_column is not None} <= set(without_places(less).edges)


def without_places(lineage: StatementLineage) -> StatementLineage:
    return replace(lineage, edges=tuple(replace(edge, offset=None) for edge in lineage.edges))


@given(statements, st.data())
def test_formatting_comments_and_case_never_move_a_fingerprint(sql: str, data: st.DataObject) -> None:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    gaps = st.sampled_from([" ", "\n", "\t  ", " /* a 'note' */ ", " -- select\n"])
    formatted = data.draw(gaps)
    for token in grammar.tokens(sql):
        text = sql[token.start : token.end + 1]
        if token.token_type is not TokenType.STRING:
            text = "".join(character.upper() if data.draw(st.booleans()) else character.lower() for character in text)
        formatted += text + data.draw(gaps)
    assert without_places(analyse(Statement(formatted, "duckdb"), Catalog(SCHEMA))) == without_places(
        analyse(Statement(sql, "duckdb"), Catalog(SCHEMA))
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_plain_sql_the_same_way(dialect: str | None) -> None:
    sql = "SELECT t.a AS c, sum(t.b) AS d FROM t JOIN u ON t.id = u.id WHERE u.y > 1 GROUP BY t.a"
    lineage = analyse(Statement(sql, dialect), Catalog(SCHEMA))
    assert lineage.status == "complete"
    assert sorted((edge.source_column or "", edge.target_column or "", edge.kind.name) for edge in _lower(lineage)) == [
        ("a", "", "GROUP_BY"),
        ("a", "c", "IDENTITY"),
        ("b", "d", "AGGREGATION"),
        ("id", "", "JOIN"),
        ("id", "", "JOIN"),
        ("y", "", "FILTER"),
    ]


def _lower(lineage: StatementLineage) -> list[TableEdge]:
    return [
        replace(
            edge,
            source_column=edge.source_column and edge.source_column.lower(),
            target_column=edge.target_column and edge.target_column.lower(),
        )
        for edge in lineage.edges
    ]


def test_threads_do_not_read_each_others_texts() -> None:
    texts = [
        "insert into audit_log select now(), ssn from main.dim_customers",
        "select id as customer_id, md5(lower(email)) as email_hash, 'it''s' as name from raw_customers",
        "with a as (select 'x' s, b from t) select s, b from a join u using (b)",
    ]
    wanted = [sql_lineage(text, dialect="duckdb", apart=False) for text in texts]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            numbers = [number % len(texts) for number in range(120)]
            found = list(threads.map(lambda number: sql_lineage(texts[number], dialect="duckdb", apart=False), numbers))
    finally:
        sys.setswitchinterval(interval)
    assert found == [wanted[number] for number in numbers]
