"""Carrying batches through a statement: a join and aggregation of 10 million rows on DuckDB, plain and rewritten, in one run.

    python bench/provenance.py [--rows 10000000] [--rounds 5] [--batches 24,60]

Both run on the same tables; those of the rewritten statement are lent with each row's batch as a small number, as `headwater lineage
--rows` numbers them. Results are checked to be the same. The last table says how much of what is claimed is needed, by taking batches
away, on random statements (`tests/laws/provenance.py`): a row that several rows of different batches give needs none of them alone.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import duckdb
from hypothesis import HealthCheck, Phase, given, seed, settings

from headwater.capture.sql.provenance import SET, Lending, program, rewritten
from headwater.edges.engines.provenance.sets import Sets
from headwater.model.lineage import Statement
from tests.laws.provenance import Lake, claimed, lakes, needed, queries

TARGET = 3.0
STATEMENTS = {
    "join, 25 groups": "SELECT c.nation, sum(o.amount) AS amount, count(*) AS n FROM orders o JOIN customers c ON o.customer = c.id "
    "GROUP BY c.nation",
    "join, 1 M groups": "SELECT c.id, sum(o.amount) AS amount, count(*) AS n FROM orders o JOIN customers c ON o.customer = c.id "
    "GROUP BY c.id",
    "filter, EXISTS, HAVING": "SELECT o.day, avg(o.amount) AS mean FROM orders o WHERE EXISTS (SELECT 1 FROM customers c "
    "WHERE c.id = o.customer AND c.nation < 5) GROUP BY o.day HAVING count(*) > 10",
    "window over groups": "SELECT day, n, sum(n) OVER (ORDER BY day) AS so_far FROM (SELECT day, count(*) AS n FROM orders GROUP BY day) d",
}


def main() -> int:
    """Measure and print the tables; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", default="24,60,400,1100")
    parser.add_argument("--examples", type=int, default=300)
    options = parser.parse_args()
    missed = False
    print(f"{options.rows:,} rows joined with {options.rows // 10:,}, medians of {options.rounds} rounds")
    print(f"{'statement':26}{'batches':>8}{'set':>10}{'plain':>10}{'carried':>10}{'ratio':>8}")
    for batches in map(int, options.batches.split(",")):
        with duckdb.connect() as connection:
            _fill(connection, options.rows, batches)
            for name, sql in STATEMENTS.items():
                kind, plain, carried = _measured(connection, sql, batches, options.rounds)
                print(f"{name:26}{batches:8}{kind:>10}{plain * 1000:8.0f} ms{carried * 1000:8.0f} ms{carried / plain:8.2f}", flush=True)
                missed |= batches <= 60 and "join" in name and carried / plain > TARGET
    print(f"\n{'random statements':26}{'rows':>8}{'needed':>8}{'sure':>8}{'possible':>10}{'needed of sure':>16}")
    for name, monotone in (("monotone", True), ("all", False)):
        rows, wanted, sure, possible = precision(options.examples, monotone=monotone)
        print(f"{name:26}{rows:8}{wanted:8}{sure:8}{possible:10}{wanted / max(1, sure):16.2f}")
    return int(missed)


def _fill(connection: duckdb.DuckDBPyConnection, rows: int, batches: int) -> None:
    """Orders and customers, each delivered in equal batches; orders have the first two thirds of the numbers."""
    first = batches * 2 // 3
    connection.execute(
        f"CREATE TABLE orders AS SELECT (range * {first} // {rows})::INTEGER AS batch, range::INTEGER AS id, "
        f"(hash(range) % {rows // 10})::INTEGER AS customer, (hash(range + 7) % 100000)::BIGINT AS amount, "
        f"(range * 365 // {rows})::INTEGER AS day "
        f"FROM range({rows})"
    )
    connection.execute(
        f"CREATE TABLE customers AS SELECT ({first} + range * {batches - first} // {rows // 10})::INTEGER AS batch, range::INTEGER AS id, "
        f"(hash(range) % 25)::INTEGER AS nation FROM range({rows // 10})"
    )


def _measured(connection: duckdb.DuckDBPyConnection, sql: str, batches: int, rounds: int) -> tuple[str, float, float]:
    sets = Sets(batches)
    lending = Lending(frozenset(["orders", "customers"]), sets.last) if sets.are_wide else Lending()
    [step] = program(Statement(sql, "duckdb"), ()).steps
    told = rewritten(step.told.filling, lending)
    own = {"orders": range(batches * 2 // 3), "customers": range(batches * 2 // 3, batches)}
    sets.prepare(connection, {number: own[name] for number, name in enumerate(told.inputs)})
    for number, name in enumerate(told.inputs):
        one = f"{sets.last} - batch" if sets.are_wide else f"{sets.literal(1)} << batch::{sets.kind}"
        connection.execute(f"CREATE OR REPLACE VIEW hw_input_{number} AS SELECT {one} AS {SET}, * EXCLUDE batch FROM {name}")
    same = f"SELECT count(*) FROM ((SELECT * EXCLUDE {SET} FROM ({told.sql})) EXCEPT ALL ({sql}))"
    assert connection.execute(same).fetchall() == [(0,)], "the rewritten statement gives other rows"
    plain, carried = [], []
    for _ in range(rounds):
        plain.append(_timed(lambda: connection.execute(f"CREATE OR REPLACE TEMP TABLE out AS {sql}")))
        carried.append(_timed(lambda: connection.execute(f"CREATE OR REPLACE TEMP TABLE out AS {told.sql}")))
    return sets.kind, statistics.median(plain), statistics.median(carried)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def precision(examples: int, *, monotone: bool) -> tuple[int, int, int, int]:
    """Rows of random statements, and how many batches they need, claim surely, and claim as possible."""
    counts = [0, 0, 0, 0]

    @seed(1)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(lakes, queries(2, monotone=monotone))
    def count(lake: Lake, sql: str) -> None:
        told, wanted = claimed(lake, sql), needed(lake, sql)
        for row, batches in wanted.items():
            for at, number in enumerate((1, len(batches), len(told.sure[row]), len(told.possible[row]))):
                counts[at] += number

    count()
    rows, wanted, sure, possible = counts
    return rows, wanted, sure, possible


if __name__ == "__main__":
    raise SystemExit(main())
