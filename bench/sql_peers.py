"""The peers of the SQL benchmarks, each in a process of its own, and with its own environment, because their pins clash with ours.

Environments are made on first use under `.peers/` in this folder's parent. A peer that cannot be installed is told, not hidden.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".peers"
SQLGLOT = "sqlglot[c]==30.30.0"
PLAIN = ("sqlglot==30.30.0", "msgspec")
REQUIREMENTS: dict[str, tuple[str, ...]] = {
    "datahub": ("acryl-datahub[sql-parser]==1.7.0.17",),
    "sqllineage": ("sqllineage==1.5.9",),
    "openlineage": ("openlineage-sql==1.54.0",),
    "sqlglot_plain": (SQLGLOT,),
    "sqlglot_tuned": (SQLGLOT,),
    "headwater_plain": PLAIN,
}
"""What each peer's environment holds; Headwater's own row runs in ours."""
DIALECTS = ("duckdb", "postgres")
"""Peers are asked in both, and judged by the better: some are several times slower in one of them."""
TIMEOUT_SECONDS = 900


class Row(msgspec.Struct, frozen=True):
    """One statement as a peer read it: edges are source table and column, output column, is it direct."""

    seconds: float
    edges: list[tuple[str, str | None, str | None, bool]]
    error: str | None


class Measured(msgspec.Struct, frozen=True):
    """A peer's answer."""

    title: str
    seconds: float
    statements: list[Row]

    @property
    def per_second(self) -> float:
        """Statements per second of processor time."""
        return len(self.statements) / self.seconds

    @property
    def failed(self) -> int:
        """Statements it could not read at all."""
        return sum(row.error is not None for row in self.statements)

    @property
    def edges(self) -> int:
        """Edges over all statements."""
        return sum(len(row.edges) for row in self.statements)


def measure(peer: str, schema: dict[str, dict[str, str]], statements: list[str], *, rounds: int, seconds: float) -> Measured | str:
    """A peer over statements, in the dialect it does best in; a text where it could not be installed or did not answer."""
    python = environment(peer)
    if not isinstance(python, Path):
        return python
    job: dict[str, Any] = {"schema": schema, "statements": statements, "rounds": rounds, "seconds": seconds}
    dialects = DIALECTS if peer in REQUIREMENTS and not peer.startswith("headwater") else DIALECTS[:1]
    answers = [_run(python, peer, {**job, "dialect": dialect}) for dialect in dialects]
    read = [answer for answer in answers if isinstance(answer, Measured)]
    return min(read, key=lambda answer: (answer.failed, answer.seconds)) if read else answers[0]


def _run(python: Path, peer: str, job: dict[str, Any]) -> Measured | str:
    command = [str(python), str(ROOT / "bench" / "peers" / "run.py"), peer.removesuffix("_plain") if peer.startswith("headwater") else peer]
    path = {"PYTHONPATH": str(ROOT)} if peer.startswith("headwater") else {}
    try:
        done = subprocess.run(command, input=msgspec.json.encode(job), capture_output=True, timeout=TIMEOUT_SECONDS, env=path, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {TIMEOUT_SECONDS} s"
    if done.returncode:
        return (done.stderr.decode(errors="replace").strip().splitlines() or ["it ended"])[-1][:120]
    return msgspec.json.decode(done.stdout, type=Measured)


def environment(peer: str) -> Path | str:
    """The interpreter of a peer's environment, made on first use; what pip last said where it cannot be."""
    requirements = REQUIREMENTS.get(peer)
    if requirements is None:
        return Path(sys.executable)
    folder = HOME / "-".join(name.partition("=")[0].partition("[")[0] for name in requirements)
    python, stamp = folder / "bin" / "python", folder / "requirements"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == " ".join(requirements):
        return python
    print(f"installing {' '.join(requirements)}", file=sys.stderr)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        return f"not installed: {((made.stderr or made.stdout).strip().splitlines() or ['no reason given'])[-1][:100]}"
    stamp.write_text(" ".join(requirements), encoding="utf-8")
    return python
