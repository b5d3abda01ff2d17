"""Cutting SQL: quoting by dialect, and refusal where two readings are possible."""

from __future__ import annotations

import pytest

from headwater.capture.redaction.lexer import Lex, Unlexable, lex


def kinds(sql: str, dialect: str | None = None) -> list[tuple[str, str]]:
    return [(lexeme.kind.name, lexeme.text) for lexeme in lex(sql, dialect)]


def test_double_quotes_are_names_except_where_the_dialect_says_texts() -> None:
    assert kinds('"a"')[0][0] == "QUOTED"
    assert kinds('"a"', "postgres")[0][0] == "QUOTED"
    assert kinds('"a"', "mysql") == kinds('"a"', "bigquery") == [("STRING", "a")]


def test_backslashes_escape_only_where_the_dialect_says_so() -> None:
    assert kinds(r"'a\'b'", "mysql") == [("STRING", r"a\'b")]
    with pytest.raises(Unlexable):
        lex(r"'a\'b'", "postgres")
    assert kinds(r"E'a\'b'", "postgres") == [("STRING", r"a\'b")]


def test_an_unknown_dialect_takes_the_reading_that_works() -> None:
    assert kinds(r"a LIKE 'x' ESCAPE '\'")[-1] == ("STRING", "\\")
    assert kinds(r"'a\'b'")[0] == ("STRING", r"a\'b")


def test_doubled_quotes_stand_for_one() -> None:
    assert kinds("'it''s'") == [("STRING", "it's")]


def test_dollar_quotes_run_to_their_own_tag() -> None:
    assert kinds("$a$ x $b$ 'y' $a$ z", "postgres") == [("STRING", " x $b$ 'y' "), ("WORD", "Z")]
    assert kinds("a$b$", "mysql") == [("WORD", "A$B$")]


def test_comments_nest_where_the_dialect_nests_them() -> None:
    assert [kind for kind, _ in kinds("/* a /* b */ c */ d", "postgres")] == ["COMMENT", "WORD"]
    assert [kind for kind, _ in kinds("/* a /* b */ c", "mysql")] == ["COMMENT", "WORD"]


def test_hash_and_slashes_begin_comments_where_they_do() -> None:
    assert kinds("a # b", "mysql") == [("WORD", "A"), ("COMMENT", "")]
    assert kinds("a // b", "snowflake") == [("WORD", "A"), ("COMMENT", "")]
    assert ("OPERATOR", "#>") in kinds("a #> b", "postgres")


def test_a_bare_return_ends_a_comment_in_postgres_and_is_refused_elsewhere() -> None:
    assert kinds("-- x\ry", "duckdb") == [("COMMENT", ""), ("WORD", "Y")]
    with pytest.raises(Unlexable):
        lex("-- x\ry", "mysql")


def test_bracketed_names_are_names_in_transact_sql_only() -> None:
    assert kinds("[a b]", "tsql") == [("QUOTED", "a b")]
    assert kinds("[1]", "duckdb")[1] == ("NUMBER", "1")


def test_names_may_begin_with_digits_but_numbers_keep_their_suffix() -> None:
    assert kinds("1.5e3 10L 0xFF 2024_sales") == [("NUMBER", "1.5e3"), ("NUMBER", "10L"), ("NUMBER", "0xFF"), ("WORD", "2024_SALES")]


def test_unusual_white_space_is_white_space() -> None:
    assert [lexeme.kind for lexeme in lex("a\u00a0b\u3000c\ufeff", None)] == [Lex.WORD] * 3


def test_bigquery_texts_have_prefixes_and_three_quotes() -> None:
    assert kinds("r'a\\d'", "bigquery") == [("STRING", "a\\d")]
    assert kinds("'''a 'b' c'''", "bigquery") == [("STRING", "a 'b' c")]


@pytest.mark.parametrize("sql", ["'a", '"a', "`a", "/* a", "$x$ a", "\\", "a\x00"])
def test_what_does_not_end_is_refused(sql: str) -> None:
    with pytest.raises(Unlexable):
        lex(sql, "postgres")
