"""The law of rows: a batch that a row does not claim can be taken out of the lake, and the row stands as it stood."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.effort import tries
from tests.laws.provenance import Lake, chains, changes, claimed, claimed_after, held_after, lakes, needed, queries
from tests.laws.provenance import given as rows_of

_MANY = settings(max_examples=tries(60, 150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def check_after(lake: Lake, sql: str) -> None:
    """The table is made as the engine leaves it, and its rows claim every batch that they need."""
    told, wanted = claimed_after(lake, sql), needed(lake, sql, held_after)
    assert told.rows == held_after(lake, sql, None), sql
    for row, batches in wanted.items():
        assert batches <= told.sure[row] | told.possible[row], (sql, row)


@_MANY
@given(lakes, queries(2, monotone=False))
def test_every_batch_that_a_row_needs_is_claimed(lake: Lake, sql: str) -> None:
    told, wanted = claimed(lake, sql), needed(lake, sql)
    assert told.rows == rows_of(lake, sql, None), sql
    for row, batches in wanted.items():
        assert batches <= told.sure[row] | told.possible[row], (sql, row)


@_MANY
@given(lakes, queries(2, monotone=True))
def test_a_monotone_statement_claims_nothing_as_only_possible_and_nothing_of_batches_without_its_rows(lake: Lake, sql: str) -> None:
    told, wanted = claimed(lake, sql), needed(lake, sql)
    for row, batches in wanted.items():
        assert batches <= told.sure[row], (sql, row)
        assert not told.possible[row], (sql, row)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(lakes, queries(1, monotone=False), st.sampled_from([5, 20, 60, 70]))
def test_a_set_says_the_same_however_wide_it_is(lake: Lake, sql: str, batches: int) -> None:
    narrow, wide = claimed(lake, sql), claimed(lake, sql, batches)
    assert (narrow.rows, narrow.sure, narrow.possible) == (wide.rows, wide.sure, wide.possible)


@_MANY
@given(lakes, changes())
def test_a_table_that_was_changed_is_made_as_it_is_and_every_batch_that_its_rows_need_is_claimed(lake: Lake, sql: str) -> None:
    check_after(lake, sql)


@_MANY
@example(
    Lake((((0, 1, 1), (2, 2, 2)), ((1, 1, 0),), ())),
    "CREATE TABLE q AS SELECT a.* FROM a ANTI JOIN b ON a.k = b.k; CREATE OR REPLACE TABLE a AS SELECT count(*) AS k, 0 AS v FROM q",
)
@given(lakes, chains())
def test_a_row_claims_the_batches_that_keep_others_from_what_it_was_made_of(lake: Lake, sql: str) -> None:
    check_after(lake, sql)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(lakes, changes())
def test_a_changed_table_has_the_same_sets_however_wide_they_are(lake: Lake, sql: str) -> None:
    narrow, wide = claimed_after(lake, sql), claimed_after(lake, sql, 70)
    assert (narrow.rows, narrow.sure, narrow.possible) == (wide.rows, wide.sure, wide.possible)
