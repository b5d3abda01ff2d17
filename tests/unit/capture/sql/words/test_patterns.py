from __future__ import annotations

import pytest

from headwater.capture.sql.words.patterns import glob_test, harmless, like_test, regex_test


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [("a%", "abc", True), ("%b%c", "abxc", True), ("%b%c", "abcx", False), ("a_c", "abc", True), ("a%a", "a", False), ("%", "", True)],
)
def test_like_finds_its_pieces_in_order(pattern: str, name: str, fits: bool) -> None:
    assert like_test(pattern, ignore_case=False)(name) is fits


def test_glob_and_case() -> None:
    glob = glob_test("a*?d")
    assert glob is not None and glob("axyd") and not glob("ad")
    assert glob_test("[ab]") is None
    assert like_test("A%", ignore_case=True)("abc") and not like_test("A%", ignore_case=False)("abc")


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a+)+", "a" * 300, "(?=a)", "\\1", "a*b*c*d*e*", "(", "a{1000}", "(a|b)*"])
def test_a_pattern_that_may_run_long_or_read_differently_is_not_tried(pattern: str) -> None:
    assert harmless(pattern) is None


def test_a_plain_pattern_searches_or_fits_the_whole() -> None:
    somewhere, whole = regex_test("d"), regex_test("i.", whole=True)
    assert somewhere is not None and whole is not None
    assert somewhere("id") and whole("id") and not whole("idx")
