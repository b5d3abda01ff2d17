"""Statements are rewritten so that they give the sizes of their groups; what could count a row twice is refused."""

from __future__ import annotations

import duckdb
import pytest

from headwater.capture.sql.groups import GroupsNothing, NotCounted, input_name, query_of, sizes_of, source_of
from headwater.model.lineage import Statement

ROWS = """
CREATE TABLE visits AS SELECT i AS id, i % 30 AS patient, 'w' || i % 4 AS ward, (i + 1) * 1.5 AS cost FROM range(100) r(i);
INSERT INTO visits VALUES (100, 7, 'w9', 3.0), (101, 7, 'w9', 4.0);
"""


def sizes(sql: str, person: str = "", dialect: str = "duckdb") -> tuple[int | None, int]:
    """The smallest group and the number of groups of a statement over `visits`, whatever it calls that."""
    told = sizes_of(Statement(sql, dialect), person)
    with duckdb.connect() as connection:
        connection.execute(ROWS)
        for number, _ in enumerate(told.inputs):
            connection.execute(f"CREATE VIEW {input_name(number)} AS SELECT * FROM visits")
        [found] = connection.execute(told.sql).fetchall()
    return found


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE TABLE m AS SELECT ward, avg(cost) FROM visits GROUP BY ward", (2, 5)),
        ("CREATE TABLE m AS SELECT ward, avg(cost) AS c FROM lake.visits AS v GROUP BY ALL", (2, 5)),
        ("CREATE TABLE m AS SELECT visits.ward, sum(lake.visits.cost) FROM lake.visits GROUP BY 1", (2, 5)),
        ("INSERT INTO m SELECT ward, avg(cost) FROM visits GROUP BY ward HAVING count(*) >= 11", (25, 4)),
        ("SELECT count(*), sum(cost) FROM visits", (102, 1)),
        ("SELECT ward, avg(cost) FROM visits WHERE patient IN (SELECT patient FROM visits WHERE id < 5) GROUP BY ward", (4, 4)),
        ("WITH v AS (SELECT ward, cost FROM visits WHERE cost > 3) SELECT ward, max(cost) FROM v GROUP BY ward", (1, 5)),
        ("WITH visits AS (SELECT * FROM visits WHERE ward = 'w1') SELECT ward, max(cost) FROM visits GROUP BY ward", (25, 1)),
        ("SELECT ward, avg(cost) FROM (SELECT ward, cost FROM visits) AS v GROUP BY ward ORDER BY 2 LIMIT 3", (2, 3)),
        ("SELECT ward, patient, avg(cost) FROM visits GROUP BY GROUPING SETS ((ward), (patient))", (2, 35)),
        ("SELECT ward, avg(cost) FROM visits WHERE false GROUP BY ward", (None, 0)),
    ],
)
def test_the_smallest_group_is_counted_in_rows(sql: str, expected: tuple[int | None, int]) -> None:
    assert sizes(sql) == expected


def test_persons_are_counted_where_a_column_tells_them_apart() -> None:
    joined = "SELECT a.ward, avg(b.cost) FROM visits a JOIN visits b ON a.ward = b.ward GROUP BY a.ward"
    assert sizes("SELECT ward, avg(cost) FROM visits GROUP BY ward", "patient") == (1, 5)
    assert sizes(joined, "a.patient") == (1, 5)
    with pytest.raises(NotCounted, match="a join"):
        sizes(joined)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ward, avg(cost) FROM (SELECT * FROM visits UNION ALL SELECT * FROM visits) v GROUP BY ward",
        "SELECT ward, avg(cost) FROM (SELECT a.* FROM visits a, visits b) v GROUP BY ward",
        "SELECT ward, avg(c) FROM (SELECT ward, sum(cost) AS c FROM visits GROUP BY ALL) v GROUP BY ward",
        "WITH v AS (SELECT DISTINCT ward, cost FROM visits) SELECT ward, avg(cost) FROM v GROUP BY ward",
        "SELECT ward, avg(c) FROM (SELECT ward, unnest([cost, cost]) AS c FROM visits) v GROUP BY ward",
        "SELECT ward, avg(cost) FROM (SELECT ward, cost, regexp_split_to_table('a,b', ',') FROM visits) v GROUP BY ward",
        "WITH v AS (SELECT a.* FROM visits a, visits b) SELECT ward, avg(cost) FROM (WITH v AS (FROM v) FROM v) GROUP BY ward",
        "WITH v AS (FROM (WITH v AS (SELECT a.* FROM visits a, visits) FROM v)) SELECT ward, avg(cost) FROM v GROUP BY ward",
        "SELECT ward, avg(cost) FROM visits, unnest([1, 2]) GROUP BY ward",
        "SELECT avg(i) FROM range(5) r(i)",
        "SELECT avg(i) FROM 'a.parquet'",
        "SELECT ward, avg(cost) FROM visits WHERE random() < 0.5 GROUP BY ward",
        "SELECT ward, count(*) FROM visits GROUP BY ward UNION ALL SELECT 'x', 1",
        "MERGE INTO m USING visits ON true WHEN MATCHED THEN DELETE",
        "SELECT ward avg(cost FROM",
    ],
)
def test_what_may_count_a_row_twice_or_cannot_be_run_again_is_refused(sql: str) -> None:
    with pytest.raises(NotCounted) as refused:
        sizes_of(Statement(sql, "duckdb"))
    assert refused.value.next_step


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ward, max(c) FROM (SELECT ward, id, sum(cost) AS c FROM visits GROUP BY ALL) v GROUP BY ward",
        "SELECT ward, max((SELECT sum(cost) FROM visits q WHERE q.id = v.id)) FROM visits v GROUP BY ward",
        "SELECT ward, (SELECT favg(cost) FROM visits q WHERE q.id = min(v.id)) FROM visits v GROUP BY ward",
        "WITH t AS (SELECT id, sum(cost) AS c FROM visits GROUP BY 1) SELECT ward, max(c) FROM visits JOIN t USING (id) GROUP BY 1",
        "SELECT ward, max(a) FROM visits PIVOT (sum(cost) FOR id IN (1 AS a)) GROUP BY ward",
    ],
)
def test_groups_within_are_not_those_that_are_counted(sql: str) -> None:
    with pytest.raises(NotCounted, match="groups of the outermost query alone"):
        sizes_of(Statement(sql, "duckdb"), "patient")
    decides = "SELECT ward, avg(cost) FROM visits WHERE cost > (SELECT avg(cost) FROM visits) GROUP BY ward"
    assert sizes(decides) == (12, 4)


@pytest.mark.parametrize(
    ("total", "smallest"),
    [
        ("sum(cost - 1.5)", 24),
        ("sum(CASE WHEN id < 8 THEN cost END), count(*)", 2),
        ("avg(coalesce(CASE WHEN id < 8 THEN cost END, 0))", 2),
        ("sum(cost * (id = 9)::INTEGER)", 1),
        ("favg(nullif(cost, 3))", 24),
        ("corr(cost, nullif(id, 8))", 23),
        ("sum(DISTINCT cost), sum(cost ORDER BY id)", 25),
        ("max(CASE WHEN id < 8 THEN cost END), count(CASE WHEN id < 8 THEN cost END)", 25),
    ],
)
def test_of_what_is_totalled_only_what_adds_something_counts(total: str, smallest: int) -> None:
    told = f"SELECT ward, {total} FROM visits WHERE id < 100 GROUP BY ward"
    assert sizes(told)[0] == smallest
    assert (sizes(told, "patient")[0] or 0) <= smallest


def test_a_statement_without_groups_has_none_to_count() -> None:
    with pytest.raises(GroupsNothing):
        sizes_of(Statement("CREATE TABLE m AS SELECT ward, sum(cost) OVER (PARTITION BY ward) FROM visits", "duckdb"))


def test_other_dialects_are_run_on_duckdb() -> None:
    assert sizes("SELECT ward, AVG(cost) FROM `p.lake.visits` GROUP BY ward", dialect="bigquery") == (2, 5)
    assert sizes('INSERT INTO m SELECT "ward", AVG("cost") FROM lake.visits GROUP BY 1', dialect="postgres") == (2, 5)


def test_a_query_is_lent_its_tables() -> None:
    told = query_of(Statement("CREATE TABLE m (w, c) AS SELECT ward, cost FROM raw.visits", "duckdb"))
    assert (told.inputs, told.columns) == (("raw.visits",), ("w", "c")) and input_name(0) in told.sql


def test_what_a_view_gives_is_rows_of_one_table_or_refused() -> None:
    assert source_of(Statement("CREATE VIEW v AS SELECT ward FROM raw.visits WHERE cost > 3", "duckdb")) == "raw.visits"
    for query in (
        "SELECT a.ward FROM visits a, visits b",
        "SELECT ward FROM visits UNION ALL FROM visits",
        "SELECT DISTINCT ward FROM visits",
    ):
        with pytest.raises(NotCounted, match="nothing counts twice"):
            source_of(Statement(f"CREATE VIEW v AS {query}", "duckdb"))
