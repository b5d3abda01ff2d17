from __future__ import annotations

from headwater.answers.evidence import Witness, spoken
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.lineage import Reason, StatementLineage
from headwater.model.questions import GapsQuestion
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.statements import AnalysisRequest
from tests.unit.telling import Telling


def read(request: AnalysisRequest) -> StatementLineage:
    """A statement that could not be read in full, for want of a table it names."""
    reasons = (Reason("star-without-schema", "hr.people", 3, 14),)
    return StatementLineage(status="partial", reasons=reasons, sources=("hr.people",), targets=("t",), fingerprint="f", analyser="toy")


def story() -> Telling:
    told = Telling(read, {"star": ("hr.people", "t")})
    told.run("load", run="r1", reads=["secret://x|hr.people"], writes=["t"], sql="star", at=10)
    for number in range(2, 27):
        told.run("load", run=f"r{number}", reads=["secret://x|hr.people"], writes=["t"], sql="star", at=10 * number)
    return told


def witness(told: Telling, *patterns: str, known_at: int | None = None) -> Witness:
    return Witness(told.views, Sight(patterns or ("*",)), Moment.of(GapsQuestion(known_at=known_at), told.views))


def only(told: Telling) -> Derivation:
    (record,) = (record for record in told.views.derivations.records if record is not None)
    return record


def test_a_derivation_shows_its_last_runs_and_counts_all() -> None:
    told = story()
    shown = witness(told).shown(only(told))
    assert (shown.run_count, len(shown.runs), shown.runs[-1]) == (26, 20, "run:r26")
    assert shown.entries[0] == 0
    assert shown.reasons == ("star without schema `hr.people` at line 3, column 14",)


def test_as_known_then_only_what_was_told_then_is_shown() -> None:
    told = story()
    shown = witness(told, known_at=1).shown(only(told))
    assert (shown.runs, shown.entries) == (("run:r1", "run:r2"), (0, 1))


def test_what_could_betray_a_hidden_source_is_left_out() -> None:
    told = story()
    shown = witness(told, "jobs", "postgres://*").shown(only(told))
    assert (shown.job, shown.fingerprint) == ("job:jobs:load", "hidden")
    assert shown.reasons == ("star without schema at line 3, column 14",)
    gap = witness(told, "jobs", "postgres://*").gap_of(only(told))
    assert gap is not None
    assert "people" not in gap.detail and "dataset:postgres://lake:t" in gap.detail


def test_runs_of_a_hidden_job_are_counted_and_not_named() -> None:
    told = story()
    shown = witness(told, "postgres://*", "secret://*").shown(only(told))
    assert (shown.job, shown.runs, shown.run_count) == ("hidden", (), 26)


def test_reasons_are_words() -> None:
    assert spoken(Reason("no-column-information")).startswith("columns were told by nobody")
    assert spoken(Reason("odd-thing", "x")) == "odd thing `x`"
    assert spoken(Reason("odd-thing", "x"), named=False) == "odd thing"
