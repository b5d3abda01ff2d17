"""How fast lineage is read from SQL, beside its peers, and what they miss: throughput, long statements, known statements, memory.

    python bench/sql.py [--rounds 7] [--scale 1.0]

Everything is processor time on one core. Each peer runs in a process and an environment of its own, made on first use under `.peers/`;
it is given the schemas and asked without its cache. Throughput is statements over the median of the rounds.
Known statements go through the cache as the follower does it: tables first, then lineage, in its chunks; every text differs in its values.
Memory is the resident size of a process after so many statements, one in a hundred of them of a new shape, with a small cache.
"""

from __future__ import annotations

import argparse
import sys

import sql_cached
import sql_missed
import sql_peers
import sql_texts
from sql_peers import Measured

TARGET_PER_SECOND, TARGET_TIMES_DATAHUB = 250.0, 6.0
TARGET_THOUSAND_LINES_SECONDS = 0.1
TARGET_LINEAR = 1.5
"""Time per line at the longest over time per line at a thousand."""
TARGET_KNOWN_PER_SECOND = 50_000.0
TARGET_FLAT = 1.1
"""Resident size at the last mark over that at the first."""
LENGTHS = (1_000, 2_000, 5_000, 10_000)
PEER_SECONDS = 30.0
THROUGHPUT_PEERS = ("headwater", "headwater_plain", "datahub", "sqllineage", "sqlglot_plain", "sqlglot_tuned", "openlineage")
LONG_PEERS = ("datahub", "sqllineage", "sqlglot_tuned", "openlineage")


def main() -> int:
    """Run, print the tables, and fail if a target is missed."""
    arguments = _arguments()
    held = [
        throughput(arguments.rounds),
        long_statements(arguments.rounds),
        known(arguments.rounds),
        memory(arguments.scale),
        sql_missed.main(),
    ]
    return 0 if all(held) else 1


def throughput(rounds: int) -> bool:
    """Decision-support statements per second, ours with indirect lineage."""
    workload = sql_texts.decision_support()
    texts = list(workload.statements.values())
    print(f"{len(texts)} decision-support statements over {len(workload.schema)} tables\n")
    print(f"{'':52}{'statements/s':>13}{'x DataHub':>11}{'edges':>8}{'indirect':>10}{'failed':>8}")
    found = {peer: sql_peers.measure(peer, workload.schema, texts, rounds=rounds, seconds=PEER_SECONDS) for peer in THROUGHPUT_PEERS}
    datahub = found["datahub"]
    for peer, measured in found.items():
        if not isinstance(measured, Measured):
            print(f"{peer:52}{measured}")
            continue
        ratio = f"{measured.per_second / datahub.per_second:.1f}" if isinstance(datahub, Measured) else "–"
        indirect = sum(not edge[3] for row in measured.statements for edge in row.edges)
        print(f"{measured.title:52}{measured.per_second:13,.1f}{ratio:>11}{measured.edges:8}{indirect:10}{measured.failed:8}")
    ours = found["headwater"]
    print(f"targets: >= {TARGET_PER_SECOND:.0f} statements/s, >= {TARGET_TIMES_DATAHUB:.0f} x DataHub in the same run\n")
    if not isinstance(ours, Measured) or ours.failed or not isinstance(datahub, Measured):
        return False
    return ours.per_second >= TARGET_PER_SECOND and ours.per_second >= TARGET_TIMES_DATAHUB * datahub.per_second


def long_statements(rounds: int) -> bool:
    """One statement of common table expressions, 25 lines each, that build on each other."""
    print("one statement of common table expressions\n")
    print(f"{'':52}{'lines':>13}{'seconds':>11}{'us/line':>10}{'ratio':>8}{'edges':>8}")
    per_line: dict[int, float] = {}
    for lines in LENGTHS:
        per_line[lines] = _long("headwater", lines, rounds, per_line.get(LENGTHS[0])) or float("inf")
    for peer in LONG_PEERS:
        _long(peer, LENGTHS[0], 3, None)
    print(f"targets: <= {TARGET_THOUSAND_LINES_SECONDS} s for 1,000 lines, <= {TARGET_LINEAR} times as long per line for 10,000\n")
    shortest = per_line[LENGTHS[0]]
    return shortest * LENGTHS[0] <= TARGET_THOUSAND_LINES_SECONDS and per_line[LENGTHS[-1]] <= TARGET_LINEAR * shortest


def _long(peer: str, lines: int, rounds: int, base: float | None) -> float | None:
    """Print one row; gives the seconds per line."""
    workload = sql_texts.long_statement(lines)
    measured = sql_peers.measure(peer, workload.schema, list(workload.statements.values()), rounds=rounds, seconds=PEER_SECONDS)
    if not isinstance(measured, Measured):
        print(f"{peer:52}{measured}")
        return None
    each = measured.seconds / lines
    ratio = f"{each / base:.2f}" if base else "1.00" if peer == "headwater" else ""
    (row,) = measured.statements
    print(f"{measured.title:52}{lines:13,}{measured.seconds:11.3f}{each * 1e6:10.1f}{ratio:>8}{row.error or len(row.edges):>8}")
    return each


def known(rounds: int) -> bool:
    """Statements whose shape is known."""
    speed = sql_cached.per_second(sql_texts.decision_support(), 20_000, rounds)
    print(f"known statements, values always new: {speed:,.0f}/s, target >= {TARGET_KNOWN_PER_SECOND:,.0f}\n")
    return speed >= TARGET_KNOWN_PER_SECOND


def memory(scale: float) -> bool:
    """Resident size over a million statements."""
    looks = sql_cached.memory(scale)
    print(f"{'statements, 1 % of new shapes':34}{'resident MB':>13}{'cache says MB':>15}{'ratio':>8}")
    for seen, resident, held in looks:
        print(f"{seen:<34,}{resident / 1e6:13.1f}{held / 1e6:15.1f}{resident / looks[0][1]:8.2f}")
    print(f"target: <= {TARGET_FLAT} of the first at the last\n")
    return looks[-1][1] <= TARGET_FLAT * looks[0][1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="of the memory run, and of the cache it watches")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
