"""Secrets in texts, names and keys."""

from __future__ import annotations

import pytest

from headwater.capture.redaction.credentials import holds_secret_column, name_edits, names_secret, secret_edits
from headwater.capture.redaction.edits import apply


def scrubbed(text: str) -> str:
    return apply(text, secret_edits(text)).text


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://bob:zebra@host:5432/db",
        "postgres://bob:zeb@zebra@host/db",
        "https://zebra@github.com/x",
        "jdbc:sqlserver://h;user=sa;password=zebra;db=x",
        "https://h/p?sv=1&sig=zebra&x=1",
        "fs.s3a.secret.key=zebra",
        'export DB_PASSWORD="zebra one"',
        '{"api_key": "zebra"}',
        "accessToken=zebra",
        "x-amz-signature=zebra",
        "Authorization: Bearer zebra0123456789zebra",
        "-----BEGIN RSA PRIVATE KEY-----\nzebra\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nzebra",
    ],
)
def test_a_secret_in_a_text_is_dropped(text: str) -> None:
    assert "zebra" not in scrubbed(text)
    assert "***" in scrubbed(text)


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "wJalrXUtnFEMIaK7MDENGabPxRfiCYEXAMPLEKEY",
        "dapi" + "0123456789abcdef" * 2,
        "xoxb-" + "1234567890-abc",
    ],
)
def test_a_secret_is_known_by_its_shape(text: str) -> None:
    assert scrubbed(f"see {text} there") == "see *** there"


@pytest.mark.parametrize(
    "text",
    [
        "abfss://container@account.dfs.core.windows.net/path",
        "s3://bucket/path/2024/part-0001.parquet",
        "Unexpected token: FROM",
        "the author wrote authentication tests for passengers",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "user@host",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_a_name_loses_its_credentials_and_nothing_else() -> None:
    name = "postgres://bob:zebra@host:5432/db.AKIAABCDEFGHIJKLMNOP"
    assert apply(name, name_edits(name)).text == "postgres://***@host:5432/db.AKIAABCDEFGHIJKLMNOP"


def test_dropping_twice_changes_nothing() -> None:
    once = scrubbed("postgres://bob:zebra@host/db")
    assert scrubbed(once) == once


@pytest.mark.parametrize(
    "key", ["DB_PASSWORD", "aws_secret_access_key", "apiKey", "github.token", "PGPASSWORD", "client-secret", "session_cookie"]
)
def test_a_key_tells_that_a_secret_stands_under_it(key: str) -> None:
    assert names_secret(key)


@pytest.mark.parametrize("key", ["tokenizer", "author", "passenger_count", "primary_key", "signature_date", "name"])
def test_other_keys_do_not(key: str) -> None:
    assert not names_secret(key)


def test_a_token_column_may_hold_words_but_a_password_column_may_not() -> None:
    assert not holds_secret_column("token")
    assert holds_secret_column("user_password")
