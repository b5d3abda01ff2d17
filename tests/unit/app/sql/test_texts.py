from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot.dialects.dialect import Dialects

from headwater.app.sql.catalog import BadSchema
from headwater.app.sql.texts import DIALECTS, known_dialect, read_catalog, read_text
from headwater.capture.sql import budget
from headwater.capture.sql.adapter import grammar_of
from headwater.model.errors import TooLarge, UsageError


def test_every_dialect_of_the_parser_is_named_and_no_other() -> None:
    assert set(DIALECTS) == {each.value for each in Dialects if each.value}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_that_is_named_has_a_grammar(dialect: str) -> None:
    assert grammar_of(dialect) is not None and grammar_of(known_dialect(dialect)) is not None


def test_a_misspelt_dialect_is_told_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        known_dialect("snowflak")
    assert caught.value.next_step == "did you mean --dialect snowflake?"
    with pytest.raises(UsageError) as caught:
        known_dialect("\0")
    assert "duckdb, dune" in caught.value.next_step


def test_a_text_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(b"\xef\xbb\xbfselect '\xc3\xa4'")
    assert read_text(str(path)) == "select 'ä'"


def test_a_text_in_another_encoding_is_told_where(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes("select 'ä'".encode("latin-1"))
    with pytest.raises(UsageError, match="expected UTF-8, got something else at byte 9"):
        read_text(str(path))


def test_a_text_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_TEXT_BYTES", 10)
    path = tmp_path / "a.sql"
    path.write_text("select 1, 2")
    with pytest.raises(TooLarge):
        read_text(str(path))


@pytest.mark.parametrize(
    "content", [b"", b"nope", b"[]", b"null", b'{"t":{"a":"\xff"}}', b"[" * 100_000, b'{"a":' * 100_000 + b"}" * 100_000]
)
def test_a_schema_file_that_is_none_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(BadSchema) as caught:
        read_catalog(path)
    assert caught.value.problem.startswith(f"cannot read schema `{path}`: expected ")


@pytest.mark.parametrize("name", ["missing", ".", "a\0b"])
def test_what_cannot_be_opened_is_told_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        read_text(str(tmp_path / name))
