"""The evidence behind an answer: derivations as people see them, the entries they stand in, and the gaps they leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver, splits
from headwater.answers.sight import Sight
from headwater.model.answers import DerivationView, Gap
from headwater.model.entries import Position
from headwater.model.facts import JOBS_OF
from headwater.model.ids import DatasetId, JobId, RunId, run_node
from headwater.model.lineage import Evidence, Reason
from headwater.model.times import format_instant
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.runs import TERMINAL
from headwater.projections.lineage.spans import Span
from headwater.projections.records import GapRecord
from headwater.projections.views import Views

SHOWN = 20
"""Runs and entries listed per derivation; their number is always given in full."""
HIDDEN = "hidden"
LONGEST_NAME = 200
_UNNAMED = "concerns something this key may not see"

_WORDS = {
    "no-column-information": "columns were told by nobody, and by no SQL that could be read: every input may reach every output column",
    "analyser-died": "reading this statement ended its worker",
    "model-not-sql": "no SQL makes it, so that whatever it reads may reach every column; it is written in",
    "upkeep-not-read": "dbt keeps the table by a setting of which the columns cannot be told:",
}
_CODES = {"model-not-sql": "MODEL-NOT-SQL"}
"""Reasons that have a code of their own; other gaps are told by what kind of claim leaves them."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Shows derivations of one view to one asker for one question."""

    views: Views
    sight: Sight
    moment: Moment

    def shown(self, record: Derivation) -> DerivationView:
        """A derivation with what was known of it at the question's position; what it says of hidden things is left out."""
        positions = self.positions(record)
        runs, job, open_to_all = self._runs(record), self.job(record.claim.job), self.sees_all_of(record)
        return DerivationView(
            id=record.id,
            job=job,
            evidence=record.claim.evidence.value,
            granularity=record.claim.granularity,
            status=record.claim.status,
            origin=record.claim.origin,
            fingerprint=record.claim.fingerprint if open_to_all else HIDDEN,
            reasons=tuple(spoken(reason, named=open_to_all) for reason in record.claim.reasons),
            valid=tuple((format_instant(start), format_instant(stop)) for start, stop in self._spans(record)),
            known=record.known_interval(self.moment.known_at),
            runs=runs[-SHOWN:] if job != HIDDEN else (),
            run_count=len(runs),
            entries=tuple(positions[:SHOWN]),
            superseded=record.claim.superseded,
        )

    def positions(self, record: Derivation) -> list[Position]:
        """The entries a derivation rests on, as known then."""
        return record.positions_at(self.moment.known_at)

    def job(self, job: JobId | None) -> str:
        """A job's id, if it may be seen."""
        if job is None:
            return ""
        return str(job) if self.sight.sees(job.namespace) else HIDDEN

    def sees_all_of(self, record: Derivation) -> bool:
        """Whether nothing that a derivation speaks of is hidden: else its reasons could name it and its fingerprint betray it."""
        claim = record.claim
        named = [claim.target.namespace, *(dataset.namespace for dataset in claim.datasets)]
        return self.job(claim.job) != HIDDEN and all(self.sight.sees(namespace) for namespace in set(named))

    def gaps(self, records: Iterable[Derivation], nodes: Iterable[str]) -> tuple[Gap, ...]:
        """What these derivations and nodes leave unseen: statements not read in full, inferences, and gaps recorded about them."""
        derived = list(records)
        found = [gap for record in derived if (gap := self.gap_of(record)) is not None]
        jobs = {record.claim.job for record in derived if record.claim.job is not None}
        subjects = {*nodes, *map(str, jobs), *(JOBS_OF.format(job.namespace) for job in jobs)}
        told = (told for told in self.views.catalog.gaps if told.subject in subjects or told.job in jobs or is_about_entry(told))
        found.extend(self.recorded(gap) for gap in told if self.was_told(gap))
        return tuple(sorted(set(found), key=lambda gap: (gap.code, gap.subject, gap.detail, gap.positions)))

    def was_told(self, gap: GapRecord) -> bool:
        """Whether a recorded gap was known at the position and lies before the time asked about."""
        return gap.position <= self.moment.known_at and gap.at <= self.moment.until

    def gap_of(self, record: Derivation) -> Gap | None:
        """The gap that a derivation leaves, None for one that is read in full."""
        claim = record.claim
        if claim.superseded:
            return None
        if claim.status == "complete" and claim.evidence is not Evidence.INFERRED:
            return self._failed(record)
        code = "LINEAGE-INFERRED" if claim.origin == "inputs-outputs" else f"STATEMENT-{claim.status.upper()}"
        code = next((_CODES[reason.code] for reason in claim.reasons if reason.code in _CODES), code)
        positions = tuple(self.positions(record)[:SHOWN])
        job, target = self.job(claim.job), str(claim.target) if self.sight.sees(claim.target.namespace) else HIDDEN
        if HIDDEN in (job, target):
            return Gap(code, target if job == HIDDEN else job or HIDDEN, _UNNAMED, positions)
        detail = "; ".join(spoken(reason, named=self.sees_all_of(record)) for reason in claim.reasons) or "no reason given"
        return Gap(code, job or target, f"into `{target}`: {detail}", positions)

    def _failed(self, record: Derivation) -> Gap | None:
        """The gap of a derivation all of whose runs failed: they may have written or not."""
        job = record.claim.job
        if job is None or not all(self._has_failed(RunId(key.partition("\x00")[0]), job) for key in record.runs_at(self.moment.known_at)):
            return None
        seen = self.sight.sees(job.namespace) and self.sight.sees(record.claim.target.namespace)
        detail = f"no run that wrote `{record.claim.target}` by it has completed: whether its rows are there is not known"
        return Gap("RUN-FAILED", self.job(job), detail if seen else _UNNAMED, tuple(self.positions(record)[:SHOWN]))

    def _has_failed(self, run: RunId, job: JobId) -> bool:
        known = self.views.catalog.runs.get((run, job))
        events = known.seen(self.moment.until, self.moment.known_at) if known is not None else []
        ended = [event.type for event in events if event.type in TERMINAL]
        return bool(ended) and "COMPLETE" not in ended

    def recorded(self, gap: GapRecord) -> Gap:
        """A gap that an entry told of; about hidden things only that there is one."""
        if not self._sees_subject(gap):
            return Gap(gap.code, HIDDEN, _UNNAMED, (gap.position,))
        subject = gap.subject or (str(gap.job) if gap.job is not None else run_node(gap.run) if gap.run is not None else "")
        return Gap(gap.code, subject, gap.detail, (gap.position,))

    def _sees_subject(self, gap: GapRecord) -> bool:
        """Whether job, run and dataset of a gap may be named; a dataset unknown otherwise only to those who see all."""
        if gap.job is not None and not self.sight.sees(gap.job.namespace):
            return False
        if gap.dataset is not None:
            return self.sight.sees(gap.dataset.namespace)
        if gap.job is None and gap.run is not None and not self._resolver.may_name(gap.run):
            return False
        scheme, _, rest = gap.subject.partition(":")
        if scheme == "run":
            return self._resolver.may_name(RunId(rest))
        known: set[str] = set()
        if scheme == "dataset":
            known = {namespace for namespace, name in splits(rest) if DatasetId(namespace, name) in self.views.catalog.datasets}
        elif scheme == "job" and gap.subject != str(gap.job):
            known = {namespace for namespace, name in splits(rest) if JobId(namespace, name) in self.views.catalog.jobs}
        else:
            return True
        return self.sight.sees_all or (bool(known) and all(self.sight.sees(namespace) for namespace in known))

    @property
    def _resolver(self) -> Resolver:
        return Resolver(self.views, self.sight, self.moment.known_at)

    def _spans(self, record: Derivation) -> tuple[Span, ...]:
        return tuple(record.spans) if self.moment.is_latest else self.views.derivations.spans_at(record, self.moment.known_at)

    def _runs(self, record: Derivation) -> tuple[str, ...]:
        runs = (key.partition("\x00")[0] for key in record.runs_at(self.moment.known_at))
        return tuple(run_node(RunId(run)) for run in runs if run)


def kept_from(asker_misses: int, node: str) -> tuple[Gap, ...]:
    """The gap that hidden neighbours leave in an answer: counted, not named, so that fewer names never read as fewer neighbours."""
    if not asker_misses:
        return ()
    return (Gap("NODES-HIDDEN", node, f"{asker_misses:,} more exist that this key may not read"),)


def is_about_entry(gap: GapRecord) -> bool:
    """Whether a whole entry was not read: what it speaks of is unknown, so it leaves every answer incomplete."""
    return gap.job is None and gap.subject.startswith("entry:")


def spoken(reason: Reason, *, named: bool = True) -> str:
    """A reason in words, with the place in the statement; the thing concerned only if it may be named."""
    words = _WORDS.get(reason.code, reason.code.replace("-", " "))
    subject = f" `{_short(reason.subject)}`" if reason.subject and named else ""
    place = f" at line {reason.line}, column {reason.column}" if reason.line is not None else ""
    return f"{words}{subject}{place}"


def _short(name: str) -> str:
    """A name as people can read it; the whole one stands in the statement."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
