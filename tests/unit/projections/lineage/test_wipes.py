from __future__ import annotations

from headwater.model.times import FOREVER, Instant
from headwater.projections.lineage.wipes import Wipes


def test_a_wipe_concerns_the_time_until_the_next() -> None:
    wipes = Wipes()
    assert wipes.set(1, "late", Instant(30)) == [(30, FOREVER)]
    assert wipes.set(1, "early", Instant(10)) == [(10, 30)]
    assert wipes.of(1) == [10, 30]
    assert wipes.of(2) == []


def test_two_wipes_at_one_instant_count_once_and_stay_while_one_does() -> None:
    wipes = Wipes()
    wipes.set(1, "one", Instant(10))
    assert wipes.set(1, "other", Instant(10)) == []
    assert wipes.set(1, "one", None) == []
    assert wipes.set(1, "other", None) == [(10, FOREVER)]
    assert wipes.of(1) == []


def test_a_wipe_that_moves_concerns_both_places() -> None:
    wipes = Wipes()
    wipes.set(1, "run", Instant(20))
    assert wipes.set(1, "run", Instant(20)) == []
    assert wipes.set(1, "run", Instant(10)) == [(20, FOREVER), (10, FOREVER)]
    assert wipes.set(1, "never", None) == []
