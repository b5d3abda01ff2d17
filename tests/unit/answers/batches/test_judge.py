"""Each way a batch can deviate is told by its kind, on its column, in words without values; a batch as before is left alone."""

from __future__ import annotations

import msgspec
import numpy
import pyarrow
import pytest

from headwater.answers.batches.judge import judge
from headwater.model.batches import BatchProfile
from headwater.model.judgements import Deviation, ExpectedChange, Judgement
from headwater.model.times import Instant
from tests.unit.answers.batches.profiles import DAY, START, Columns, drawn, profiled

TODAY = 20
ROWS = 600
SOME = slice(0, 30)
"""One row in twenty."""


@pytest.fixture(scope="module")
def history() -> list[BatchProfile]:
    return [profiled(day, drawn(day)) for day in range(TODAY)]


def told(history: list[BatchProfile], columns: Columns, **more: object) -> dict[tuple[str, str], Deviation]:
    judgement = judge(profiled(TODAY, columns, **more), history)  # type: ignore[arg-type]  # because options are passed on
    assert not judgement.learning
    return {(deviation.kind, deviation.column): deviation for deviation in judgement.deviations}


def changed(name: str, change: object) -> Columns:
    return drawn(TODAY) | {name: change}


def test_a_batch_as_before_has_no_deviation(history: list[BatchProfile]) -> None:
    assert told(history, drawn(TODAY)) == {}


def test_nothing_is_judged_by_statistics_before_enough_was_learned(history: list[BatchProfile]) -> None:
    early = judge(profiled(TODAY, changed("amount", [None] * ROWS)), history[:9])
    assert (early.learning, early.deviations, early.tests) == (5, (), 0)


def test_nulls_in_one_row_of_twenty_are_told_with_both_shares(history: list[BatchProfile]) -> None:
    kinds = drawn(TODAY)["kind"]
    kinds[SOME] = [None] * 30
    found = told(history, changed("kind", kinds))
    assert list(found) == [("nulls", "kind")]
    assert found["nulls", "kind"].reason == "5.00% of 600 rows are null, 0.00% were expected"


def test_one_row_of_twenty_in_another_unit_is_told_with_the_factor(history: list[BatchProfile]) -> None:
    heights = drawn(TODAY)["height"].copy()
    heights[SOME] /= 2.54
    found = told(history, changed("height", heights))
    assert list(found) == [("units", "height")]
    assert "1/2.54 of what they were, the ratio of inches and centimetres" in found["units", "height"].reason


def test_all_rows_in_another_unit_are_told_as_such(history: list[BatchProfile]) -> None:
    found = told(history, changed("height", drawn(TODAY)["height"] * 1_000))
    assert found["units", "height"].reason.startswith("all its numbers are 1000 times what they were")


def test_numbers_beyond_all_before_are_told_without_naming_them(history: list[BatchProfile]) -> None:
    heights = drawn(TODAY)["height"].copy()
    heights[:10] = numpy.linspace(-31_337, -77_777, 10)
    found = told(history, changed("height", heights))
    assert list(found) == [("range", "height")]
    assert "31" not in found["range", "height"].reason.replace("1.67%", "")


def test_a_wider_spread_and_a_moved_middle_are_told_apart(history: list[BatchProfile]) -> None:
    wide = told(history, changed("height", 170 + 1.4 * (drawn(TODAY)["height"] - 170)))
    moved = told(history, changed("height", drawn(TODAY)["height"] + 8))
    assert {kind for kind, _ in wide} == {"spread"}
    assert {kind for kind, _ in moved} == {"level"}


def test_values_in_wrong_rows_are_told_though_the_column_has_the_same_values(history: list[BatchProfile]) -> None:
    doubles = drawn(TODAY)["double"].copy()
    doubles[SOME] = numpy.roll(doubles[SOME], 7)
    found = told(history, changed("double", doubles))
    assert [kind for kind, _ in found] == ["shuffled"]
    assert next(iter(found))[1] in ("amount", "double")


def test_a_new_category_and_a_moved_share_are_told(history: list[BatchProfile]) -> None:
    kinds = drawn(TODAY)["kind"]
    assert list(told(history, changed("kind", [*kinds[30:], *["z"] * 30]))) == [("new-categories", "kind")]
    assert ("shares", "kind") in told(history, changed("kind", ["c" if place % 4 == 0 else kind for place, kind in enumerate(kinds)]))


def test_a_flag_that_moved_is_told(history: list[BatchProfile]) -> None:
    assert list(told(history, changed("flag", numpy.arange(ROWS) % 2 == 0))) == [("shares", "flag")]


def test_texts_of_another_shape_are_told(history: list[BatchProfile]) -> None:
    assert ("shape", "code") in told(history, changed("code", [f"{number:05d}" for number in range(ROWS)]))


def test_rows_that_came_twice_and_rows_of_an_earlier_batch_are_told_apart(history: list[BatchProfile]) -> None:
    table = pyarrow.table(drawn(TODAY))
    twice = pyarrow.concat_tables([table, table.slice(0, 30)])
    again = pyarrow.concat_tables([table, pyarrow.table(drawn(TODAY - 3)).slice(0, 30)])
    found = told(history, {name: twice[name] for name in twice.column_names})
    assert ("duplicates", "") in found and ("redelivered", "") not in found
    found = told(history, {name: again[name] for name in again.column_names})
    assert "`b17`" in found["redelivered", ""].reason


def test_a_whole_earlier_batch_is_recognised_even_while_learning(history: list[BatchProfile]) -> None:
    early = judge(profiled(5, drawn(2)), history[:4])
    assert early.learning
    assert [(one.kind, one.tier) for one in early.deviations] == [("redelivered", "confirmed")]
    assert "all 600 rows came already in batch `b2`" in early.deviations[0].reason


def test_a_cut_file_is_told_by_rows_by_time_covered_by_the_suppliers_count_and_by_its_end(history: list[BatchProfile]) -> None:
    table = pyarrow.table(drawn(TODAY)).slice(0, 570)
    cut = {name: table[name] for name in table.column_names}
    assert {kind for kind, _ in told(history, cut)} >= {"volume", "truncated"}
    assert told(history, cut, announced=600)["truncated", ""].reason == "570 rows came, the supplier announced 600"
    assert told(history, cut, closed=False)["truncated", ""].tier == "confirmed"


def test_a_late_batch_is_told_with_hours(history: list[BatchProfile]) -> None:
    found = told(history, drawn(TODAY), late_hours=5.0)
    assert found["late", ""].reason.startswith("it came 5.1 hours after it was due")


def test_columns_that_came_went_or_changed_their_kind_are_told(history: list[BatchProfile]) -> None:
    columns = changed("height", [f"{height:.1f} cm" for height in drawn(TODAY)["height"]]) | {"new": [1] * ROWS}
    del columns["flag"]
    found = told(history, columns)
    assert {("type", "height"), ("columns", "new"), ("columns", "flag")} <= set(found)
    assert found["type", "height"].severity == "high"


def test_two_exchanged_columns_are_one_deviation(history: list[BatchProfile]) -> None:
    columns = drawn(TODAY)
    found = told(history, columns | {"amount": columns["height"], "height": columns["amount"]})
    assert ("exchanged", "amount") in found
    assert not [column for kind, column in found if kind in ("units", "range", "level", "spread")]


def test_an_announced_change_silences_exactly_itself(history: list[BatchProfile]) -> None:
    kinds = drawn(TODAY)["kind"]
    kinds[SOME] = [None] * 30
    batch = profiled(TODAY, changed("kind", kinds) | {"flag": [None] * ROWS})
    moment = Instant(START + TODAY * DAY)

    def judged(**change: object) -> Judgement:
        expected = msgspec.convert({"kind": "nulls", "column": "kind"} | change, ExpectedChange)
        return judge(batch, history, [expected])

    silenced = judged()
    assert [one.column for one in silenced.announced] == ["kind"]
    assert "kind" not in {one.column for one in silenced.deviations} and ("nulls", "flag") in {
        (d.kind, d.column) for d in silenced.deviations
    }
    for other in ({"column": "flag"}, {"column": ""}, {"kind": "units"}, {"end": moment}, {"start": moment + DAY}):
        assert "kind" in {one.column for one in judged(**other).deviations}


def test_an_empty_batch_is_told_by_its_volume_alone(history: list[BatchProfile]) -> None:
    table = pyarrow.table(drawn(TODAY)).slice(0, 0)
    assert [kind for kind, _ in told(history, {name: table[name] for name in table.column_names})] == ["volume"]


def test_a_bad_batch_in_the_history_dulls_the_judge_and_does_not_blind_it(history: list[BatchProfile]) -> None:
    columns, heights = drawn(TODAY - 1), drawn(TODAY)["height"].copy()
    columns["height"][SOME] /= 2.54
    heights[:90] /= 2.54
    bad = profiled(TODAY - 1, columns)
    assert "height" in {column for _, column in told([*history[:-1], bad], changed("height", heights))}
    assert told([*history[:-1], bad], drawn(TODAY)) == {}


def test_running_numbers_are_no_outliers() -> None:
    history = [profiled(day, {"id": numpy.arange(500) + 500 * day + 1_000}) for day in range(TODAY)]
    assert judge(profiled(TODAY, {"id": numpy.arange(500) + 500 * TODAY + 1_000}), history).deviations == ()
