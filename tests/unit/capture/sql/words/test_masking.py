from __future__ import annotations

import pytest

from headwater.capture.sql.words.masking import FUNCTIONS, TYPED, masking_name, stronger


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
