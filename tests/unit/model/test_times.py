from __future__ import annotations

from datetime import datetime

import pytest

from headwater.model.times import BEGINNING, FOREVER, Instant, format_instant, instant, parse_instant


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00.123456789+02:00", "2026-01-31T10:00:00.123456Z"),
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("2026-01-31T12:00:00", "2026-01-31T12:00:00Z"),
    ],
)
def test_a_time_is_read_and_written_in_utc(text: str, written: str) -> None:
    assert format_instant(parse_instant(text)) == written


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", "", "2026-13-01", "1" * 65, "2026-01-01T00:00:00+99:00"]
)
def test_what_is_no_time_in_utc_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # because datetime words it in many ways
        parse_instant(text)


@pytest.mark.parametrize("moment", [BEGINNING, FOREVER, Instant(-(2**61)), Instant(2**61), Instant(0)])
def test_any_instant_can_be_written(moment: Instant) -> None:
    assert format_instant(moment)


def test_instants_are_exact_to_the_microsecond() -> None:
    assert parse_instant("1970-01-01T00:00:00.000001Z") == 1
    assert instant(datetime(1970, 1, 1)) == 0  # because a naive one is taken as UTC
