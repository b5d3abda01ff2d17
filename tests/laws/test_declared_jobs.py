"""What a job declares without a run yields to SQL that its runs showed, whatever came first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from headwater.model.facts import DatasetUsed, Role
from headwater.model.lineage import Kind, StatementLineage, TableEdge
from headwater.model.times import Instant
from headwater.projections.lineage.spans import Span
from tests.unit.telling import ZERO, Telling, dataset, job

Step = Callable[[Telling], object]
A, B = TableEdge("a", "x", "t", "x", Kind.IDENTITY), TableEdge("b", "x", "t", "y", Kind.IDENTITY)
READ = {
    "one": StatementLineage(
        status="complete", sources=("a",), targets=("t",), edges=(A,), overwrites=("t",), fingerprint="one", analyser="toy"
    ),
    "two": StatementLineage(status="complete", sources=("a", "b"), targets=("t",), edges=(A, B), fingerprint="two", analyser="toy"),
    "bad": StatementLineage(status="failed", sources=("a", "b"), targets=("t",), fingerprint="bad", analyser="toy"),
}
TABLES = {"one": ("a", "t"), "two": ("a", "b", "t"), "bad": ("a", "b", "t")}


def declared(*reads: str, at: int) -> Step:
    """The job says, without a run, what it reads and that it writes t."""
    roles: list[tuple[Role, str]] = [*(("input", name) for name in reads), ("output", "t")]
    facts = [
        DatasetUsed(position=ZERO, at=Instant(at), dataset=dataset(name), job=job("load"), run=None, role=role) for role, name in roles
    ]
    return lambda told: told.entry(*facts)


def ran(sql: str, run: str, at: int) -> Step:
    """A run of the job shows its SQL."""
    return lambda told: told.run("load", run=run, reads=TABLES[sql][:-1], writes=["t"], sql=sql, at=at)


STEPS: tuple[Step, ...] = (
    ran("one", "r1", 100),
    ran("two", "r2", 200),
    ran("bad", "r3", 300),
    declared("a", at=150),
    declared("a", "b", at=250),
    lambda told: told.drop("t", at=220),
    lambda told: told.rename("t", "t2", at=320),
)


def believed(steps: Sequence[int]) -> set[tuple[str, str, str, tuple[Span, ...]]]:
    """What holds in the end, positions set aside."""
    told = Telling(lambda request: READ[request.statement.sql], TABLES)
    for step in steps:
        STEPS[step](told)
    records = [record for record in told.views.derivations.records if record is not None and record.is_open]
    return {(record.claim.origin, record.claim.fingerprint, record.claim.target.name, tuple(record.spans)) for record in records}


@given(st.sets(st.integers(0, len(STEPS) - 1), min_size=2).flatmap(lambda chosen: st.permutations(sorted(chosen))))
def test_the_order_in_which_things_are_told_leaves_no_mark(steps: list[int]) -> None:
    assert believed(steps) == believed(sorted(steps))
