from __future__ import annotations

import pytest

from headwater.cli.render.diagram import End, Wire, all_masked
from headwater.cli.render.kinds import is_masked


@pytest.mark.parametrize(
    ("ways", "masked"),
    [
        ([("TRANSFORMATION", "md5")], True),
        ([("TRANSFORMATION", "md5"), ("FILTER", None)], True),
        ([("TRANSFORMATION", "md5"), ("IDENTITY", None)], False),
        ([("TRANSFORMATION", "md5"), ("UNKNOWN", None)], False),
        ([("TRANSFORMATION", "declared")], False),
        ([("FILTER", None)], False),
        ([], False),
    ],
)
def test_values_are_masked_only_where_every_way_masks_them(ways: list[tuple[str, str | None]], masked: bool) -> None:
    assert is_masked(ways) is masked


def wire(kind: str, masked: bool) -> Wire:
    return Wire(End("a"), End("b"), (kind,), possible=False, masked=masked)


def test_wires_drawn_as_one_are_masked_where_all_that_carry_values_are() -> None:
    assert all_masked([wire("TRANSFORMATION", True), wire("JOIN", False)])
    assert not all_masked([wire("TRANSFORMATION", True), wire("IDENTITY", False)])
    assert not all_masked([wire("JOIN", False)])
