"""How fast the content of Parquet is digested, beside what others do with the same file.

    python bench/content.py [--rows 2000000] [--rounds 5] [--folder DIR]

Two files: `numbers`, as features and measurements are (floating numbers, keys, times), and `mixed`, as business tables are (half of it
names, addresses and notes). Peers: sha256sum of the file; pyarrow decoding it and throwing the values away; DuckDB hashing each row to
64 bits and combining the hashes. Ours: the digest of bytes and of every column of every row group; the same with the sum over rows; and
a file whose bytes are known already. All in one thread, in gigabytes of the file per second of processor time; rounds alternate so that
all meet the same machine, and medians are compared.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.edges.sources.content.digest import digest_file
from headwater.edges.sources.content.rows import RowKey

KEY = RowKey(b"a key of the benchmark, of 32 bytes")
TARGET = 0.5
JUDGED = ("numbers", "snappy")
SHA, DECODE, DUCKDB = "sha256sum", "pyarrow, decoding alone", "duckdb, 64-bit hash of rows"
VALUES, ROWS, KNOWN = "headwater, bytes and values", "headwater, with sum over rows", "headwater, known bytes"


def numbers(rows: int) -> pa.Table:
    """Features and measurements."""
    chance = np.random.default_rng(1)
    moments = 1_700_000_000_000_000 + np.cumsum(chance.integers(1, 10**6, rows))
    columns = {f"feature_{number}": chance.normal(size=rows) for number in range(8)}
    key = {"id": chance.integers(0, 2**62, rows), "at": pa.array(moments).cast(pa.timestamp("us", "UTC"))}
    return pa.table({**key, **columns, "label": chance.integers(0, 5, rows).astype(np.int8)})


def mixed(rows: int) -> pa.Table:
    """Customers and what they bought."""
    chance = np.random.default_rng(2)
    notes = [f"product {number} of the range" for number in range(3000)]
    return pa.table(
        {
            "id": np.arange(rows),
            "amount": chance.gamma(2, 50, rows).round(2),
            "quantity": chance.integers(1, 50, rows).astype(np.int32),
            "score": pa.array(chance.normal(size=rows), mask=chance.random(rows) < 0.1),
            "at": pa.array(1_700_000_000_000_000 + chance.integers(0, 10**13, rows)).cast(pa.timestamp("us")),
            "country": chance.choice(["DE", "FR", "US", "JP"], rows),
            "name": [f"customer {number}" for number in chance.integers(0, 10**9, rows)],
            "address": [f"{number:x}@mail.example" for number in chance.integers(0, 10**12, rows)],
            "note": chance.choice(notes, rows),
            "flag": chance.random(rows) < 0.3,
        }
    )


def main() -> int:
    """Write the files, run everything, print the tables; fail where the target is missed on numbers in snappy, as most writers pack."""
    arguments = _arguments()
    met = True
    with TemporaryDirectory(dir=arguments.folder) as folder:
        for name, made in (("numbers", numbers), ("mixed", mixed)):
            for codec in ("snappy", "zstd"):
                path = Path(folder) / f"{name}-{codec}.parquet"
                table = made(arguments.rows)
                pq.write_table(table, path, compression=codec, row_group_size=500_000)
                speeds = _speeds(path, arguments.rounds)
                _print(f"{name}, {codec}", path.stat().st_size, table.nbytes, speeds)
                met = met and ((name, codec) != JUDGED or median(speeds[VALUES]) >= TARGET)
    return 0 if met else 1


def _speeds(path: Path, rounds: int) -> dict[str, list[float]]:
    known = digest_file(path, path="a", key=KEY)
    if known.unread is not None:
        raise SystemExit("the file that was just written cannot be read")
    work: dict[str, Callable[[], object]] = {
        SHA: lambda: subprocess.run(["sha256sum", str(path)], check=True, capture_output=True),
        DECODE: lambda: _decode(path),
        DUCKDB: lambda: _duckdb(path),
        VALUES: lambda: digest_file(path, path="a", key=None),
        ROWS: lambda: digest_file(path, path="a", key=KEY),
        KNOWN: lambda: digest_file(path, path="b", key=KEY, known={known.sha256: known}),
    }
    size, speeds = path.stat().st_size, {name: list[float]() for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            started = _processor_seconds()
            run()
            speeds[name].append(size / 1e9 / (_processor_seconds() - started))
    return speeds


def _processor_seconds() -> float:
    """Of this process and of those it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _decode(path: Path) -> int:
    file = pq.ParquetFile(path, pre_buffer=False)
    return sum(batch.num_rows for batch in file.iter_batches(32_768, use_threads=False))


def _duckdb(path: Path) -> object:
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute("SELECT bit_xor(hash(t)), sum(hash(t)) FROM read_parquet($path) t", {"path": str(path)}).fetchall()


def _print(title: str, size: int, decoded: int, speeds: dict[str, list[float]]) -> None:
    base = speeds[DECODE]
    print(f"\n{title}: {size / 1e6:.0f} MB, decoded {decoded / 1e6:.0f} MB, {len(base)} rounds, medians\n")
    print(f"{'':34}{'GB/s':>8}{'of decoding alone':>20}{'target':>9}{'from-to':>14}")
    for name, found in speeds.items():
        ratio = median(own / peer for own, peer in zip(found, base, strict=True))
        target = ">= 0.50" if name == VALUES and title == ", ".join(JUDGED) else ""
        print(f"{name:34}{median(found):8.2f}{ratio:20.2f}{target:>9}{min(found):9.2f}-{max(found):.2f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", default=None, help="where to write the files")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
