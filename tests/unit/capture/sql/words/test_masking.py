from __future__ import annotations

from pathlib import Path

import pytest

from headwater.capture.sql import analyse
from headwater.capture.sql.words.masking import FUNCTIONS, PREFIXES, TYPED, can_be_undone, masking_name, stronger, undoes
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import SCHEMAS, Catalog, edges, read, told


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("MD5", "md5"),
        ("my_schema.Mask", "mask"),
        ("HMAC_SHA512", "hmac_sha512"),
        ("tokenise_card", "tokenise_card"),
        ("upper", None),
        ("masks", None),
    ],
)
def test_masking_functions_are_known_by_name(name: str, found: str | None) -> None:
    assert masking_name(name) == found


def test_the_stronger_of_two_on_a_path_is_kept() -> None:
    assert stronger("left", "md5") == "md5"
    assert stronger("hmac", "md5") == "hmac"
    assert stronger("md5", "sha256") == "md5"
    assert stronger(None, "left") == stronger("left", None) == "left"


def test_functions_with_a_class_of_their_own_are_in_the_registry() -> None:
    assert set(TYPED.values()) <= set(FUNCTIONS)


def test_a_caller_names_masking_functions_of_its_own() -> None:
    statement = Statement("SELECT veil(a) AS c, other(b) AS d FROM t", "duckdb")
    lineage = analyse(statement, Catalog(SCHEMAS), masking=["Veil"])
    assert [(edge.source_column, edge.masking) for edge in lineage.edges] == [("a", "veil"), ("b", None)]
    assert [reason.subject for reason in lineage.reasons] == ["other"]


@pytest.mark.parametrize(
    ("dialect", "call", "name"),
    [
        ("snowflake", "SHA2_HEX(a)", "sha2"),
        ("bigquery", "TO_HEX(SHA256(a))", "sha256"),
        ("bigquery", "FARM_FINGERPRINT(a)", "farm_fingerprint"),
        ("databricks", "mask(a)", "mask"),
        ("databricks", "xxhash64(a)", "xxhash64"),
        ("trino", "to_hex(md5(a))", "md5"),
        ("tsql", "HASHBYTES('SHA2_256', a)", "sha256"),
        ("oracle", "STANDARD_HASH(a, 'SHA256')", "standard_hash"),
        ("mysql", "SHA2(a, 256)", "sha256"),
        ("clickhouse", "cityHash64(a)", "cityhash64"),
        ("redshift", "FUNC_SHA1(a)", "func_sha1"),
        ("postgres", "digest(a, 'sha256')", "digest"),
        ("hive", "mask_hash(a)", "mask_hash"),
    ],
)
def test_masking_functions_of_the_dialects_are_noticed(dialect: str, call: str, name: str) -> None:
    lineage = analyse(Statement(f"SELECT {call} AS c FROM t", dialect), Catalog({"t": ("a",), "T": ("A",)}))
    assert (lineage.status, [edge.masking for edge in lineage.edges]) == ("complete", [name])


@pytest.mark.parametrize(
    ("dialect", "value", "masking"),
    [
        ("spark", "aes_decrypt(aes_encrypt(a, 'k'), 'k')", None),
        ("mysql", "aes_decrypt(aes_encrypt(a, 'k'), 'k')", None),
        ("snowflake", "decrypt(encrypt(a, 'k'), 'k')", None),
        ("postgres", "pgp_sym_decrypt(pgp_sym_encrypt(a, 'k'), 'k')", None),
        ("tsql", "decryptbykey(encryptbykey(key_guid('k'), a))", None),
        ("bigquery", "dlp_deterministic_decrypt('k', dlp_deterministic_encrypt('k', a, 's'), 's')", None),
        ("spark", "detokenize(tokenize(a))", None),
        ("spark", "unmask(mask(a))", None),
        ("spark", "decrypt_mask(a)", None),
        ("spark", "aes_decrypt(aes_encrypt(md5(a), 'k'), 'k')", "md5"),
        ("spark", "md5(aes_decrypt(aes_encrypt(a, 'k'), 'k'))", "md5"),
        ("spark", "unbase64(base64(a))", None),
        ("bigquery", "from_base64(to_base64(a))", None),
        ("spark", "aes_encrypt(aes_decrypt(a, 'k'), 'k2')", "aes_encrypt"),
    ],
)
def test_what_takes_a_mask_off_ends_it(dialect: str, value: str, masking: str | None) -> None:
    tables = {"T" if dialect == "snowflake" else "t": ("A",) if dialect == "snowflake" else ("a",)}
    masks = {edge.masking for edge in read(f"SELECT {value} AS c FROM t", dialect, tables).edges}
    assert masks == {masking}


def test_a_mask_that_an_earlier_step_put_on_ends_too() -> None:
    sql = "WITH v AS (SELECT aes_encrypt(a, 'k') AS e, md5(b) AS h FROM t) SELECT aes_decrypt(e, 'k') AS c, upper(h) AS d FROM v"
    assert edges(sql, "spark") == {"t.a -> c TRANSFORMATION", "t.b -> d TRANSFORMATION md5"}


@pytest.mark.parametrize(
    "value", ["concat(md5(a), a)", "coalesce(md5(a), a)", "CASE WHEN b = 1 THEN a ELSE md5(a) END", "if(b = 1, a, md5(a))"]
)
def test_a_value_beside_its_mask_comes_unmasked(value: str) -> None:
    found = edges(f"SELECT {value} AS c FROM t", "spark")
    assert {"t.a -> c TRANSFORMATION md5"} < found
    assert found & {"t.a -> c TRANSFORMATION", "t.a -> c IDENTITY"}


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("left(a, 5) || right(a, 4)", False),
        ("substr(a, 1, 5) || substr(a, 6, 4)", False),
        ("left(a, 1) || '***' || right(a, 1)", True),
        ("left(a, 6)", True),
        ("left(a, 7)", False),
    ],
)
def test_pieces_of_a_value_hide_only_while_they_show_little(value: str, masked: bool) -> None:
    found = read(f"SELECT {value} AS c FROM t", "postgres")
    assert [edge.masking is not None for edge in found.edges] == [masked] * len(found.edges), told(found)


@pytest.mark.parametrize(
    ("dialect", "call"),
    [
        ("tsql", "checksum(a)"),
        ("tsql", "binary_checksum(a)"),
        ("clickhouse", "javaHash(a)"),
        ("hive", "hash(a)"),
        ("databricks", "mask(a, NULL, NULL, NULL, NULL)"),
    ],
)
def test_what_gives_a_value_back_as_it_is_hides_nothing(dialect: str, call: str) -> None:
    assert edges(f"SELECT {call} AS c FROM t", dialect) == {"t.a -> c TRANSFORMATION"}
    assert edges("SELECT hash(a) AS c FROM t", "spark") == {"t.a -> c TRANSFORMATION hash"}
    assert edges("SELECT mask(a, 'X', 'x') AS c FROM t", "databricks") == {"t.a -> c TRANSFORMATION mask"}


def test_what_can_be_undone_is_no_digest() -> None:
    assert can_be_undone("aes_encrypt")
    assert can_be_undone("mask")
    assert not any(can_be_undone(name) for name in ("md5", "hmac_sha256", "left", "keyed_hash", "siphash64keyed"))
    assert not any(undoes(name) for name in FUNCTIONS)


def test_every_mask_is_in_the_docs() -> None:
    page = (Path(__file__).parents[5] / "docs" / "sql-lineage.md").read_text(encoding="utf-8")
    assert [name for name in (*FUNCTIONS, *PREFIXES) if f"`{name}`" not in page] == []
