from __future__ import annotations

import pytest

from headwater.capture.sql import analyse
from headwater.capture.sql.words.masking import FUNCTIONS, TYPED, masking_name, stronger
from headwater.model.lineage import Statement
from tests.unit.capture.sql.reading import SCHEMAS, Catalog


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
