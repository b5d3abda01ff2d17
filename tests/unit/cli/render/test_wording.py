from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from headwater.cli.render.wording import counted, fitted, text_width, visible


@given(st.text())
def test_nothing_unseen_is_left_in_a_shown_name(name: str) -> None:
    assert all(unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} for letter in visible(name))


@given(st.text())
def test_a_shown_name_is_as_long_as_the_name(name: str) -> None:
    assert len(visible(name)) == len(name)


def test_ordinary_names_of_any_script_are_shown_as_they_are() -> None:
    assert [visible(name) for name in ("orders", "größe", "患者", "имя")] == ["orders", "größe", "患者", "имя"]


@given(st.text(alphabet=st.characters(categories=["L", "N"]), max_size=200), st.floats(min_value=40, max_value=400))
def test_a_fitted_text_is_as_narrow_as_its_room(text: str, room: float) -> None:
    assert text_width(fitted(text, 12, room), 12) <= room


def test_a_long_name_keeps_both_its_ends() -> None:
    cut = fitted("warehouse.analytics.customer_lifetime_value", 12, 150)
    assert cut.startswith("ware") and cut.endswith("_value") and "…" in cut


def test_numbers_come_with_their_noun() -> None:
    assert [counted(1, "entry", "entries"), counted(1200, "entry", "entries"), counted(0, "gap")] == ["1 entry", "1,200 entries", "0 gaps"]
