"""Samples of files: Parquet, CSV in several encodings, JSON and JSON lines, each read as plainly as it can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.capture.classify.reading import spread
from headwater.edges.engines.profile_dialects import literal
from headwater.edges.engines.samples.relations import Bounds, Sampled, sample_readers, sample_relation

_READERS = {".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}
_PACKED = (".gz", ".zst")
LARGE_BYTES = 1 << 30
GROUPS, BATCH_ROWS = 24, 4_096
"""Of Parquet larger than that so many row groups are read, so many rows at a time."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PROBED_BYTES = 1 << 20


class CannotRead(Exception):
    """A file holds nothing that can be read as what its name says; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of_file(path: Path) -> str | None:
    """Parquet, CSV or JSON by the name, compressed or not; None for anything else."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] in _PACKED
    named = suffixes[:-1] if packed else suffixes
    kind = _READERS.get(named[-1]) if named else None
    return None if kind == "parquet" and packed else kind


def column_names(connection: duckdb.DuckDBPyConnection, path: Path, kind: str) -> tuple[str, ...]:
    """The columns of a file, without reading it.

    Raises:  CannotRead: it is not what its name says.
    """
    for source, _ in _sources([path], kind):
        try:
            return tuple(row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall())
        except duckdb.Error:
            continue
    raise CannotRead("FILE-UNREADABLE")


def sample_files(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], kind: str, bounds: Bounds, *, has_header: bool = True
) -> Sampled:
    """The samples of files that together are one dataset; of very large Parquet, row groups from all of it.

    Raises:  CannotRead: nothing of them can be read.
    """
    if not any(path.stat().st_size for path in paths):
        raise CannotRead("FILE-EMPTY")
    if kind == "parquet" and sum(path.stat().st_size for path in paths) > LARGE_BYTES:
        return _sampled_groups(connection, paths, bounds)
    reason = "FILE-UNREADABLE"
    for source, told in _sources(paths, kind, has_header=has_header):
        try:
            sampled = sample_relation(connection, source, bounds)
        except duckdb.OutOfMemoryException:
            reason = "VALUES-TOO-LARGE"
        except duckdb.Error:
            continue
        else:
            rejected = _rejected(connection) if kind == "csv" else 0
            lost = ([told] if told else []) + (["ROWS-MALFORMED"] if rejected else [])
            return Sampled(sampled.columns, sampled.rows, (*sampled.gaps, *((paths[0].name, code) for code in lost)))
    raise CannotRead(reason)


def _sampled_groups(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], bounds: Bounds) -> Sampled:
    """The samples of row groups taken evenly from all files.

    Raises:  CannotRead: a file is not Parquet.
    """
    try:
        groups = [(path, group) for path in paths for group in range(pq.read_metadata(path).num_row_groups)]
        schema = pq.read_schema(paths[0]).remove_metadata()
        chosen = spread(groups, GROUPS)

        def batches() -> Iterator[pa.RecordBatch]:
            for path, group in chosen:
                with pq.ParquetFile(path) as file:
                    for batch in file.iter_batches(BATCH_ROWS, row_groups=[group]):
                        yield pa.RecordBatch.from_arrays([batch.column(name) for name in schema.names], schema=schema)

        sampled = sample_readers(connection, lambda: pa.RecordBatchReader.from_batches(schema, batches()), bounds)
    except (pa.ArrowException, KeyError, OSError, duckdb.Error):
        raise CannotRead("FILE-UNREADABLE") from None
    gaps = (*sampled.gaps, (paths[0].name, "ROWS-SAMPLED")) if len(chosen) < len(groups) else sampled.gaps
    return Sampled(sampled.columns, sampled.rows, gaps)


def _sources(paths: Sequence[Path], kind: str, *, has_header: bool = True) -> Iterator[tuple[str, str | None]]:
    """Ways to read the files, the plainest first, each with the gap that it leaves."""
    listed = "[" + ", ".join(literal(_no_pattern(str(path))) for path in paths) + "]"
    if kind == "parquet":
        yield f"read_parquet({listed}, union_by_name = true)", None
        return
    if kind == "json":
        common = "union_by_name = true, maximum_object_size = 67108864, map_inference_threshold = -1"
        yield f"read_json({listed}, {common})", None
        yield f"read_json({listed}, {common}, format = 'newline_delimited', ignore_errors = true)", "ROWS-MALFORMED"
        return
    common = "all_varchar = true, max_line_size = 12582912, store_rejects = true" + ("" if has_header else ", header = false")
    encoding = _encoding(paths)
    if encoding != "utf-8":
        yield f"read_csv({listed}, {common}, encoding = '{encoding}')", "ENCODING-GUESSED"
    else:
        yield f"read_csv({listed}, {common})", None
        yield f"read_csv({listed}, {common}, encoding = 'latin-1')", "ENCODING-GUESSED"
    yield f"read_csv({listed}, {common}, strict_mode = false, null_padding = true)", "ROWS-MALFORMED"


def _encoding(paths: Sequence[Path]) -> str:
    """The encoding that the beginning of the first file speaks for; a compressed one is taken for UTF-8."""
    if paths[0].suffix.lower() in _PACKED:
        return "utf-8"
    with paths[0].open("rb") as file:
        start = file.read(_PROBED_BYTES)
    if start.startswith(_UTF16):
        return "utf-16"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as fault:
        return "utf-8" if fault.start > len(start) - 4 else "latin-1"
    return "utf-8"


def _no_pattern(path: str) -> str:
    """A path that stands for itself where patterns are understood."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)


def _rejected(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows of a CSV were left out."""
    try:
        found = connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()
        connection.execute("DELETE FROM reject_errors")
    except duckdb.Error:
        return 0
    return int(found[0]) if found else 0
