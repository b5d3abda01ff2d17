from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.characters import tokens_of
from headwater.capture.sql.scripts.kinds import OTHER, kind_of


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("select 1", "SELECT"),
        ("(select 1) union select 2", "SELECT"),
        ("from t", "SELECT"),
        ("with a as (insert into t select 1), b(x) as (select 1) delete from t", "DELETE"),
        ("insert into create_table select 1", "INSERT"),
        ("create or replace temp table if not exists t as select 1", "CREATE TABLE"),
        ("create materialized view v as select 1", "CREATE VIEW"),
        ("drop schema s", "DROP SCHEMA"),
        ("alter session set x = 1", "ALTER"),
        ("truncate table t", "TRUNCATE"),
        ('create "view" v', "CREATE"),
        ("frobnicate the lot", OTHER),
        ("x := 3", OTHER),
        ("with", OTHER),
    ],
)
def test_a_statement_is_known_by_its_first_words(sql: str, kind: str) -> None:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    assert kind_of(tokens_of(sql, grammar)) == kind
