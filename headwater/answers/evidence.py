"""The evidence behind an answer: derivations as people see them, the entries they stand in, and the gaps they leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import DerivationView, Gap
from headwater.model.ids import DatasetId, JobId, RunId, run_node
from headwater.model.lineage import Evidence, Reason
from headwater.model.times import format_instant
from headwater.projections.catalog import GapRecord
from headwater.projections.lineage.derivations import Derivation
from headwater.projections.lineage.spans import Span
from headwater.projections.views import Views

SHOWN = 20
"""Runs and entries listed per derivation; their number is always given in full."""
HIDDEN = "hidden"

_WORDS = {
    "no-column-information": "no producer told columns and no SQL was seen: every input may reach every output column",
    "analyser-died": "reading this statement ended its worker",
}


@dataclass(frozen=True, slots=True)
class Witness:
    """Shows derivations of one view to one asker for one question."""

    views: Views
    sight: Sight
    moment: Moment

    def shown(self, record: Derivation) -> DerivationView:
        """A derivation with what was known of it at the question's position."""
        positions = self.positions(record)
        runs = self._runs(record)
        closed = record.known_to if record.known_to is not None and record.known_to <= self.moment.known_at else None
        return DerivationView(
            id=record.id,
            job=self.job(record.claim.job),
            evidence=record.claim.evidence.value,
            granularity=record.claim.granularity,
            status=record.claim.status,
            origin=record.claim.origin,
            fingerprint=record.claim.fingerprint,
            reasons=tuple(spoken(reason) for reason in record.claim.reasons),
            valid=tuple((format_instant(start), format_instant(stop)) for start, stop in self._spans(record)),
            known=(record.known_from, closed),
            runs=runs[-SHOWN:],
            run_count=len(runs),
            entries=tuple(positions[:SHOWN]),
            superseded=record.claim.superseded,
        )

    def positions(self, record: Derivation) -> list[int]:
        """The entries a derivation rests on, as known then."""
        return [position for position in record.positions if position <= self.moment.known_at]

    def job(self, job: JobId | None) -> str:
        """A job's id, if it may be seen."""
        if job is None:
            return ""
        return str(job) if self.sight.sees(job.namespace) else HIDDEN

    def gaps(self, records: Iterable[Derivation], datasets: Iterable[DatasetId]) -> tuple[Gap, ...]:
        """What these derivations and datasets leave unseen: statements not read in full, inferences, and gaps recorded about them."""
        derived = list(records)
        found = [gap for record in derived if (gap := self.gap_of(record)) is not None]
        jobs = {record.claim.job for record in derived if record.claim.job is not None}
        subjects = {str(dataset) for dataset in datasets} | {str(job) for job in jobs}
        found.extend(
            self.recorded(told)
            for told in self.views.catalog.gaps
            if told.position <= self.moment.known_at and (told.subject in subjects or told.job in jobs)
        )
        return tuple(sorted(set(found), key=lambda gap: (gap.code, gap.subject, gap.detail)))

    def gap_of(self, record: Derivation) -> Gap | None:
        """The gap that a derivation leaves, None for one that is read in full."""
        claim = record.claim
        if claim.superseded or (claim.status == "complete" and claim.evidence is not Evidence.INFERRED):
            return None
        code = "LINEAGE-INFERRED" if claim.origin == "inputs-outputs" else f"STATEMENT-{claim.status.upper()}"
        job = self.job(claim.job)
        target = str(claim.target) if self.sight.sees(claim.target.namespace) else HIDDEN
        detail = "; ".join(spoken(reason) for reason in claim.reasons) or "no reason given"
        if HIDDEN in (job, target):
            return Gap(code, job or target, "concerns something this key may not see", tuple(self.positions(record)[:SHOWN]))
        return Gap(code, job or target, f"into `{target}`: {detail}", tuple(self.positions(record)[:SHOWN]))

    def recorded(self, gap: GapRecord) -> Gap:
        """A gap that an entry told of; about hidden jobs only that there is one."""
        if gap.job is not None and not self.sight.sees(gap.job.namespace):
            return Gap(gap.code, HIDDEN, "concerns something this key may not see", (gap.position,))
        subject = gap.subject or (str(gap.job) if gap.job is not None else run_node(gap.run) if gap.run is not None else "")
        return Gap(gap.code, subject, gap.detail, (gap.position,))

    def _spans(self, record: Derivation) -> tuple[Span, ...]:
        if self.moment.is_latest:
            return record.spans
        episodes = self.views.derivations.episodes
        rows = [episodes.row(int(row)) for row in episodes.rows_of(record.id)]
        known = self.moment.known_at
        return tuple(sorted((row.valid_from, row.valid_to) for row in rows if row.known_from <= known < row.known_to))  # type: ignore[misc]  # because Instant is an int here

    def _runs(self, record: Derivation) -> tuple[str, ...]:
        known_at, told = self.moment.known_at, self.views.derivations.runs
        then = {key: span for key, (span, withdrawn) in record.former_runs.items() if withdrawn > known_at} | record.runs
        keys = sorted(then, key=lambda key: (then[key], key))
        return tuple(
            run_node(RunId(run)) for key in keys if (run := key.partition("\x00")[0]) and min(told[key].positions, default=0) <= known_at
        )


def spoken(reason: Reason) -> str:
    """A reason in words, with the place in the statement."""
    words = _WORDS.get(reason.code, reason.code.replace("-", " "))
    subject = f" `{reason.subject}`" if reason.subject else ""
    place = f" at line {reason.line}, column {reason.column}" if reason.line is not None else ""
    return f"{words}{subject}{place}"
