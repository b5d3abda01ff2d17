"""The SQL steps: one file each in `sql/`, whose first three lines say what it is for, what it reads and what it writes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from headwater_clinic.lake import Lake
from headwater_clinic.names import table
from headwater_clinic.reporting import Reporter


@dataclass(frozen=True, slots=True)
class Transform:
    """One SQL step; `sql` is the statement without its header, exactly as it is executed and reported."""

    name: str
    doc: str
    reads: tuple[str, ...]
    writes: str
    sql: str

    @property
    def needs_predictions(self) -> bool:
        """Whether it can only run once the models have predicted."""
        return any(read.startswith("predictions.") for read in self.reads)


LEAKING, HARMLESS = "lpad(f.subject_ref", "lpad(f.region"
"""What the public table makes its code of, and what it might."""


def transforms(*, with_leak: bool = True) -> list[Transform]:
    """Every SQL step, in order; without the leak the public table holds no record number."""
    folder = files("headwater_clinic") / "sql"
    texts = [(path.name, path.read_text()) for path in sorted(folder.iterdir(), key=lambda path: path.name) if path.name.endswith(".sql")]
    return [_parse(name, text if with_leak else text.replace(LEAKING, HARMLESS)) for name, text in texts]


def run_transform(lake: Lake, reporter: Reporter, transform: Transform) -> int:
    """Execute a step and report it; gives the number of rows of its table."""
    reads = [lake.read(dotted) for dotted in transform.reads]
    with reporter.step(transform.name, doc=transform.doc, reads=reads, writes=table(transform.writes), sql=transform.sql) as step:
        written = lake.make(transform.writes, transform.sql, step.stamps)
        step.wrote(written)
    return written.rows


def _parse(file_name: str, text: str) -> Transform:
    doc, reads, writes, sql = text.split("\n", 3)
    return Transform(
        name=file_name.removesuffix(".sql").partition("_")[2],
        doc=doc.removeprefix("-- "),
        reads=tuple(reads.removeprefix("-- reads: ").split(", ")),
        writes=writes.removeprefix("-- writes: "),
        sql=sql.strip(),
    )
