"""The command `classify` over files of every kind, whole and broken."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.unit.cli.calling import headwater

ROWS = [
    (n, f"u{n}@example.org", f"{n % 665 + 1:03}-{n % 90 + 1:02}-{n % 9000 + 1:04}", f"2024-01-{n % 28 + 1:02} 10:00:00") for n in range(300)
]


def written(folder: Path, name: str) -> Path:
    """The rows as a file of the kind that its name says."""
    path = folder / name
    lines = "\n".join(",".join(map(str, row)) for row in ROWS)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (id INTEGER, email VARCHAR, ref VARCHAR, made TIMESTAMP)")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", ROWS)
        if name.endswith(".csv.gz"):
            path.write_bytes(gzip.compress(f"id,email,ref,made\n{lines}\n".encode()))
        elif name.endswith(".csv"):
            path.write_text(f"id,email,ref,made\n{lines}\n")
        elif name.endswith(".parquet"):
            connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
        else:
            connection.execute(f"COPY t TO '{path}' (FORMAT json)")
    return path


def asked(*arguments: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(headwater("classify", *arguments, "--json").out)
    return told


def states(told: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {column["column"]: (column["state"], column["info_type"]) for column in told["columns"]}


@pytest.mark.parametrize("name", ["people.parquet", "people.csv", "people.csv.gz", "people.jsonl", "odd [name]*.csv"])
def test_a_file_of_any_kind_is_classified(tmp_path: Path, name: str) -> None:
    told = asked(written(tmp_path, name))
    assert states(told) == {"id": ("clear", None), "email": ("labelled", "EMAIL"), "ref": ("labelled", "US_SSN"), "made": ("clear", None)}
    assert told["complete"] is True
    assert set(told["columns"][0]) >= {"column", "state", "info_type", "category", "confidence", "evidence"}


def test_nothing_printed_is_a_value(tmp_path: Path) -> None:
    path = written(tmp_path, "people.csv")
    printed = headwater("classify", path, "--all").out + headwater("classify", path, "--json").out
    assert not [value for row in ROWS for value in row[1:3] if str(value) in printed]


def test_a_folder_is_classified_by_dataset(tmp_path: Path) -> None:
    for day in ("day=1", "day=2"):
        (tmp_path / "visits" / day).mkdir(parents=True)
        written(tmp_path / "visits" / day, "part.parquet")
    written(tmp_path, "people.csv")
    told = asked(tmp_path)
    assert {column["dataset"] for column in told["columns"]} == {"people.csv", "visits/part.parquet*"}
    assert {column["rows"] for column in told["columns"]} == {300, 600}


def test_nested_columns_are_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "nested.parquet"
    with duckdb.connect() as connection:
        made = "SELECT {'mail': 'u' || i || '@example.org', 'tags': ['a', 'b']} AS owner, [i, i + 1] AS numbers FROM range(100) t(i)"
        connection.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet)")
    found = states(asked(path))
    assert found["owner.mail"] == ("labelled", "EMAIL")
    assert found["numbers[]"] == ("clear", None)


def test_broken_files_are_gaps_and_the_others_are_classified(tmp_path: Path) -> None:
    written(tmp_path, "people.csv")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and then nothing")
    (tmp_path / "none.csv").write_bytes(b"")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    answer = headwater("classify", tmp_path, "--json")
    told = json.loads(answer.out)
    assert {(gap["file"], gap["code"]) for gap in told["gaps"]} == {
        ("torn.parquet", "FILE-UNREADABLE"),
        ("none.csv", "FILE-EMPTY"),
        ("picture.png", "FILE-KIND-UNKNOWN"),
    }
    assert (answer.code, told["complete"]) == (4, False)
    assert states(told)["email"] == ("labelled", "EMAIL")


def test_a_file_in_another_encoding_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("name;email\n".encode("latin-1") + b"".join(f"J\xf6rg {n};u{n}@example.org\n".encode("latin-1") for n in range(50)))
    told = asked(path)
    assert states(told)["email"] == ("labelled", "EMAIL")
    assert [gap["code"] for gap in told["gaps"]] == ["ENCODING-GUESSED"]


def test_a_csv_without_a_header_shows_no_value(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("".join(f"u{n}@example.org,plan{n % 3}\n" for n in range(50)))
    answer = headwater("classify", path, "--json")
    assert "@" not in answer.out
    assert states(answer.json) == {"column0": ("labelled", "EMAIL"), "column1": ("clear", None)}
    assert [gap["code"] for gap in answer.json["gaps"]] == ["NAMES-ARE-DATA"]
    assert answer.json["columns"][0]["rows"] == 50


def test_of_large_parquet_row_groups_are_sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.parquet"
    with duckdb.connect() as connection:
        made = "SELECT i, 'u' || i || '@example.org' AS email FROM range(200000) t(i)"
        connection.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    monkeypatch.setattr("headwater.edges.engines.samples.files.LARGE_BYTES", 1000)
    told = asked(path)
    assert states(told)["email"] == ("labelled", "EMAIL")
    assert told["columns"][0]["rows"] == 24 * 2048
    assert [gap["code"] for gap in told["gaps"]] == ["ROWS-SAMPLED"]


def test_broken_lines_are_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(f'{{"email": "u{n}@example.org"}}\n' for n in range(50)) + '{"email": "u\n')
    told = asked(path)
    assert states(told)["email"] == ("labelled", "EMAIL")
    assert [gap["code"] for gap in told["gaps"]] == ["ROWS-MALFORMED"]


def test_binary_and_huge_values_are_told(tmp_path: Path) -> None:
    path = tmp_path / "blobs.parquet"
    with duckdb.connect() as connection:
        email = "CASE WHEN i = 0 THEN repeat('x', 10000000) ELSE 'u' || i || '@example.org' END"
        made = f"SELECT '\\xff\\xfe\\x00'::BLOB AS picture, {email} AS email FROM range(50) t(i)"
        connection.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet)")
    told = asked(path)
    gaps = {column["column"]: [gap["code"] for gap in column["gaps"]] for column in told["columns"]}
    assert "VALUES-NOT-TEXT" in gaps["picture"]
    assert gaps["email"] == ["VALUES-CUT"]
    assert states(told)["email"] == ("labelled", "EMAIL")


def test_a_pipeline_can_stop_at_what_was_found(tmp_path: Path) -> None:
    assert headwater("classify", written(tmp_path, "people.csv"), "--expect-clear").code == 1


def test_nothing_there_says_what_to_do(tmp_path: Path) -> None:
    answer = headwater("classify", tmp_path / "absent.csv")
    assert answer.code == 2
    assert "expected a file or a folder" in answer.err
