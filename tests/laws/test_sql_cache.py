"""Laws of the cache by shape: whatever was asked before, an answer is the one that the statement would get by itself."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.capture.redaction.redactor import Redactor
from headwater.capture.sql import analyse
from headwater.capture.sql.adapter import TokenType, grammar_of
from headwater.capture.sql.analysis import analyse_shape
from headwater.capture.sql.cache import Cache, remembered, shape_of
from headwater.model.lineage import Statement
from tests.laws.test_sql import DIALECTS, Partly
from tests.oracle.small import STATEMENTS, TABLES, TARGET

VALUES = ("str:" + "a" * 16, "str:" + "b2" * 8, "num:" + "a" * 16, "num:" + "7z" * 8)
ODD_PLACES = (
    "select a as {0}, b as {1} from t order by {0}",
    'select a as {0}, {1} as b from t order by "hw:str:aaaaaaaaaaaaaaaa"',
    "create table z as select {0} union all select name from t",
    "create table z as select {0}, {0}, {1} from t",
    'insert into w (p) select a as {0} from t order by "hw:str:aaaaaaaaaaaaaaaa"',
    "insert into w (p) with c as (select a as {0} from t) select c.{1} from c",
    "insert into w (p) with c as (select a as x, b as x from t) select x from c where {0} = {1}",
    "insert into w (p) with {0} as (select a from t) select a from {1}",
    "select * from {0}",
    "copy z from {0}",
    "foo from {0} where {1}",
    "select 'x {0}', '{0}' from t -- {1}",
    "select $$ {0} $$, a from t where b = {1}",
    "select a from t where {0} = {1} group by {0}, {1}",
    "insert into z (a, b) select {0}, {1}",
    "select 'open {0}",
    "with c as (select a as {0} from t) select c.* from c, t where t.a = {1}",
    "{0}",
    "select unknown_function({0}, a), nowhere.{1} from t",
)

tokens = st.sampled_from(VALUES).map(lambda value: f"'hw:{value}'")
dialects = st.sampled_from(["duckdb", "duckdb", "duckdb", *DIALECTS])
catalogs = st.sampled_from([frozenset((*TABLES, TARGET)), frozenset(list(TABLES)[:1]), frozenset[str]()]).map(Partly)


def literals(sql: str) -> list[tuple[int, int]]:
    """Where texts and numbers stand in a statement."""
    grammar = grammar_of("duckdb")
    assert grammar is not None
    kinds = (TokenType.STRING, TokenType.NUMBER)
    return [(token.start, token.end + 1) for token in grammar.tokens(sql) if token.token_type in kinds]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A statement some of whose literals, or whose odd places, hold tokens."""
    if draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(ODD_PLACES)).format(draw(tokens), draw(tokens))
    sql = draw(st.sampled_from(STATEMENTS))
    for start, end in reversed(literals(sql)):
        if draw(st.booleans()):
            sql = sql[:start] + draw(tokens) + sql[end:]
    return sql


@settings(max_examples=200)
@given(st.lists(st.tuples(texts(), catalogs), min_size=1, max_size=6), dialects, st.sampled_from([2_000, 1_000_000]), st.data())
def test_what_the_cache_says_is_what_the_analyser_says(
    asked: list[tuple[str, Partly]], dialect: str | None, capacity: int, data: st.DataObject
) -> None:
    cache = Cache(capacity)
    for sql, catalog in asked:
        for text in (sql, re.sub(r"(?<='hw:)\w+:\w{16}", lambda _: data.draw(st.sampled_from(VALUES)), sql), sql):
            statement = Statement(text, dialect)
            assert remembered(statement, catalog, cache) == analyse(statement, catalog)


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake", "mysql"])
@pytest.mark.parametrize("sql", ODD_PLACES)
def test_tokens_that_are_taken_for_names_are_never_mixed_up(sql: str, dialect: str) -> None:
    cache, catalog = Cache(), Partly(frozenset((*TABLES, TARGET)))
    for pair in [*product(VALUES, VALUES), *product(VALUES[::-1], VALUES)]:
        statement = Statement(sql.format(*(f"'hw:{value}'" for value in pair)), dialect)
        assert remembered(statement, catalog, cache) == analyse(statement, catalog)


@given(st.sampled_from(STATEMENTS))
def test_statements_that_differ_by_their_values_alone_share_one_analysis(sql: str) -> None:
    one, other = (Statement(Redactor(key * 32).redact_sql(sql, "duckdb").text, "duckdb") for key in (b"1", b"2"))
    catalog, cache = Partly(frozenset((*TABLES, TARGET))), Cache()
    first = remembered(one, catalog, cache)
    second = cache.find(other, lambda asked: True)
    assert shape_of(one)[0] == shape_of(other)[0]
    if analyse_shape(one, catalog).stem is None:  # a token may matter by what it is, so each text is read for itself
        assert second is None
    else:
        assert second == analyse(other, catalog)
    assert (first.fingerprint == analyse(other, catalog).fingerprint) == (one == other)
