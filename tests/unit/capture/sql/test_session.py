from __future__ import annotations

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.names import Defaults
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.session import Session
from tests.unit.capture.sql.reading import SCHEMAS, Catalog


def session() -> Session:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    return Session("", grammar, Catalog({**SCHEMAS, "empty": ()}), Defaults(), relation_of)


def test_a_table_is_open_until_its_columns_are_known() -> None:
    one = session()
    assert not one.table("t").is_open
    assert one.table("z").is_open and one.table("empty").is_open
    one.remember("z", ("k",))
    assert one.columns("z") == ("k",) and not one.table("z").is_open


def test_only_what_is_read_is_a_source() -> None:
    one = session()
    one.table("t")
    one.read("u")
    assert list(one.sources) == ["u"]


def test_what_a_text_drops_is_no_longer_known() -> None:
    one = session()
    one.remember("t", None)
    assert one.columns("t") is None
