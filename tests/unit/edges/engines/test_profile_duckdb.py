"""DuckDB profiles files, Arrow and tables of every kind of column, and keeps no value."""

from __future__ import annotations

from pathlib import Path

import duckdb
import msgspec
import pyarrow
import pytest

from headwater.edges.engines.profile_duckdb import profile_arrow, profile_files, profile_relation, table_source
from headwater.model.batches import BatchProfile, ColumnProfile, merge
from headwater.model.errors import UsageError
from tests.unit.edges.engines.batch import ABOUT, COLUMNS, KEY, ROWS, SECRETS


def profiled(query: str) -> BatchProfile:
    with duckdb.connect() as connection:
        return profile_relation(connection, f"({query})", ABOUT, key=KEY)


def column(profile: BatchProfile, name: str) -> ColumnProfile:
    found = profile.column(name)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def profile() -> BatchProfile:
    return profiled(f"SELECT {COLUMNS} FROM range({ROWS}) AS r(i)")


def test_every_kind_of_column_gets_its_kind_of_sketch(profile: BatchProfile) -> None:
    kinds = {told.name: told.kind for told in profile.columns}
    assert kinds["number"] == kinds["money"] == kinds["sometimes"] == "number"
    assert kinds["day"] == kinds["moment"] == "time"
    assert (kinds["flag"], kinds["place"]) == ("boolean", "text")
    assert profile.rows == ROWS
    assert column(profile, "sometimes").nulls == ROWS // 4
    assert column(profile, "never").nulls == ROWS
    assert column(profile, "place").empties == 133


def test_numbers_are_kept_to_four_digits_and_times_as_seconds_before_arrival(profile: BatchProfile) -> None:
    assert column(profile, "number").moments.mean == 199.5
    assert column(profile, "number").high == 399.0
    assert column(profile, "moment").high == 86_400.0
    assert column(profile, "money").high == 57.0
    assert column(profile, "flag").moments.mean == 0.335


def test_distinct_values_and_shares_are_told_by_tokens_and_hashes(profile: BatchProfile) -> None:
    place, serial = column(profile, "place"), column(profile, "serial")
    assert place.categories is not None and serial.categories is not None and serial.distinct is not None
    assert sorted(count for _, count in place.categories.counts) == [133, 133, 134]
    assert place.categories.complete
    assert serial.categories.counts == ()
    assert abs(serial.distinct.estimate / ROWS - 1) < 0.35
    assert serial.shapes is not None and 0.2 < serial.shapes.digits.mean < 0.35


def test_no_value_of_a_text_is_kept(profile: BatchProfile) -> None:
    kept = msgspec.json.encode(profile)
    assert not [secret for secret in SECRETS if secret.encode() in kept]
    assert msgspec.json.decode(kept, type=BatchProfile) == profile


def test_another_key_gives_other_tokens_and_hashes(profile: BatchProfile) -> None:
    with duckdb.connect() as connection:
        other = profile_relation(connection, f"(SELECT {COLUMNS} FROM range({ROWS}) AS r(i))", ABOUT, key=b"another")
    assert other.fingerprint != profile.fingerprint
    assert column(other, "place").categories != column(profile, "place").categories


def test_columns_that_move_together_explain_each_other_and_a_permuted_one_is_not_explained() -> None:
    ordered = profiled("SELECT i AS a, i * 3 + 7 AS b FROM range(500) AS r(i)")
    mixed = profiled("SELECT i AS a, (i * 211) % 500 * 3 + 7 AS b FROM range(500) AS r(i)")
    tied, untied = column(ordered, "b").unexplained, column(mixed, "b").unexplained
    assert tied is not None and tied < 0.01
    assert untied is not None and untied > 0.8
    assert column(ordered, "b").values == column(mixed, "b").values


def test_the_order_of_rows_does_not_change_the_fingerprint_and_repeated_rows_are_counted() -> None:
    forth = profiled("SELECT i % 90 AS a, 'x' || (i % 90) AS b FROM range(100) AS r(i) ORDER BY i")
    back = profiled("SELECT i % 90 AS a, 'x' || (i % 90) AS b FROM range(100) AS r(i) ORDER BY i DESC")
    assert forth.fingerprint == back.fingerprint
    assert forth.sample == back.sample
    assert forth.duplicates == 10


def test_a_stamp_of_the_load_does_not_make_the_same_rows_look_different() -> None:
    loads = [profiled(f"SELECT i AS a, 'file-{day}.csv' AS file, DATE '2026-03-0{day}' AS loaded FROM range(50) AS r(i)") for day in (1, 2)]
    assert loads[0].fingerprint == loads[1].fingerprint
    assert loads[0].hashed == loads[1].hashed


def test_an_empty_batch_has_its_columns_and_nothing_in_them() -> None:
    empty = profiled(f"SELECT {COLUMNS} FROM range(0) AS r(i)")
    assert (empty.rows, empty.duplicates, len(empty.columns)) == (0, 0, 11)
    assert all(told.values is None and told.filled == 0 for told in empty.columns)


def test_nested_and_binary_columns_are_sized_not_read() -> None:
    nested = profiled("SELECT [i, i + 1] AS l, {'a': i} AS s, MAP {'k': i} AS m, 'ab'::BLOB AS b, [[i]] AS ll FROM range(30) AS r(i)")
    assert [told.kind for told in nested.columns] == ["nested", "nested", "nested", "binary", "nested"]
    lengths = column(nested, "l").lengths
    assert lengths is not None and round(lengths.quantile(0.5)) == 2


def test_infinite_numbers_and_times_are_unusual_and_break_nothing() -> None:
    odd = profiled(
        "SELECT * FROM (VALUES (1.0::DOUBLE, TIMESTAMP '2026-03-01'), ('inf'::DOUBLE, 'infinity'::TIMESTAMP), "
        "('nan'::DOUBLE, NULL)) AS v(x, t)"
    )
    assert (column(odd, "x").unusual, column(odd, "x").moments.count) == (2, 1)
    assert column(odd, "t").unusual == 1


def test_a_thousand_columns_are_profiled() -> None:
    many = ", ".join(f"i % {place + 2} AS c{place}" for place in range(1_000))
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE wide AS SELECT {many} FROM range(300) AS r(i)")
        wide = profile_relation(connection, table_source("wide"), ABOUT, key=KEY)
    assert len(wide.columns) == 1_000
    assert all(told.values is not None and told.values.count == 300 for told in wide.columns)


def test_files_of_each_kind_give_the_profile_of_their_rows(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        for kind in ("parquet", "csv", "json"):
            connection.execute(f"COPY (SELECT i, i * 0.5 AS half, 'n' || i % 5 AS name FROM range(200) r(i)) TO '{tmp_path}/d.{kind}'")
    profiles = [profile_files([tmp_path / f"d.{kind}"], ABOUT, key=KEY) for kind in ("parquet", "csv", "json")]
    assert [told.rows for told in profiles] == [200] * 3
    assert len({column(told, "half").values for told in profiles}) == 1
    assert len({column(told, "name").categories for told in profiles}) == 1


def test_an_arrow_reader_is_profiled_like_the_table_it_reads() -> None:
    table = pyarrow.table({"a": [1, 2, 3], "b": ["x", "y", None]})
    assert profile_arrow(table.to_reader(), ABOUT, key=KEY) == profile_arrow(table, ABOUT, key=KEY)


def test_a_table_with_a_hostile_name_is_profiled() -> None:
    with duckdb.connect() as connection:
        connection.execute("""CREATE TABLE "a""; DROP" ("x""'" INTEGER)""")
        assert profile_relation(connection, table_source('a"; DROP'), ABOUT, key=KEY).columns[0].name == "x\"'"


def test_a_damaged_file_is_told_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 secret words PAR1")
    with pytest.raises(UsageError, match="expected whole parquet files") as raised:
        profile_files([tmp_path / "broken.parquet"], ABOUT, key=KEY)
    assert "secret" not in str(raised.value)


def test_the_profiles_of_two_parts_add_up_to_that_of_the_whole() -> None:
    whole = profiled(f"SELECT {COLUMNS} FROM range(400) AS r(i)")
    parts = [profiled(f"SELECT {COLUMNS} FROM range({start}, {stop}) AS r(i)") for start, stop in ((0, 150), (150, 220), (220, 400))]
    left, right = merge(merge(parts[0], parts[1]), parts[2]), merge(parts[0], merge(parts[1], parts[2]))
    for added in (left, right):
        assert (added.rows, added.fingerprint, added.sample) == (whole.rows, whole.fingerprint, whole.sample)
        for name in ("number", "moment", "money"):
            assert (column(added, name).values, column(added, name).distinct) == (column(whole, name).values, column(whole, name).distinct)
        assert column(added, "place").categories == column(whole, "place").categories
        assert abs(column(added, "grows").moments.deviation / column(whole, "grows").moments.deviation - 1) < 1e-3
