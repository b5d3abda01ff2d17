"""Raises identifiers in names: of datasets and files, of columns, of jobs, and in the texts of errors.

A name goes everywhere a catalog goes and no mask covers it. What is told never holds it: the identifier's type stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from headwater.answers.findings.raised import Raised, Showing
from headwater.answers.leaks.places import is_secret
from headwater.answers.moment import Moment
from headwater.capture.classify.identifiers import Identifier, identifiers_in, without_identifiers
from headwater.model.entries import Position
from headwater.model.findings import Severity, Tier
from headwater.model.ids import DatasetId, JobId
from headwater.model.sensitivity.leaks import IDENTIFIER_IN_NAME
from headwater.model.times import Instant
from headwater.model.words import counted
from headwater.projections.records import DatasetRecord, JobRecord, RunRecord, Since
from headwater.projections.views import Views


@dataclass(frozen=True, slots=True)
class _Held:
    """A name that holds an identifier: what it is a name of, as it may be shown, and since when it is known.

    Of a job `dataset` is its two names: whoever may write its namespace decides on the finding.
    """

    what: str
    dataset: DatasetId
    column: str
    identifier: Identifier
    at: Instant
    position: Position
    of_job: bool = False


def raise_dataset_names(record: DatasetRecord, moment: Moment) -> list[Raised]:
    """A cause per identifier's type in the name of a dataset or of its columns; many files of one form are one dataset here."""
    return _raised(_in_dataset(record, moment))


def raise_job_names(views: Views, jobs: Iterable[JobRecord], moment: Moment) -> list[Raised]:
    """A cause per job and identifier's type, in its name or in what its runs say went wrong."""
    return [cause for job in jobs for cause in _raised([*_in_job(job, moment), *_in_errors(views, job, moment)])]


def _in_dataset(record: DatasetRecord, moment: Moment) -> Iterator[_Held]:
    shown = DatasetId(record.id.namespace, without_identifiers(record.id.name))
    for identifier in identifiers_in(record.id.name):
        if record.seen.was(moment.until, moment.known_at):
            yield _Held("the name of the dataset or file", shown, "", identifier, *_first(record.seen, moment))
    for word in record.schemas.until(moment.until, moment.known_at):
        for column in word.value.columns:
            for identifier in identifiers_in(column.name):
                yield _Held("the name of a column", shown, without_identifiers(column.name), identifier, word.at, word.position)


def _in_job(job: JobRecord, moment: Moment) -> Iterator[_Held]:
    shown = DatasetId(job.id.namespace, without_identifiers(job.id.name))
    for identifier in identifiers_in(job.id.name):
        if job.seen.was(moment.until, moment.known_at):
            yield _Held("the name of a job", shown, "", identifier, *_first(job.seen, moment), of_job=True)


def _in_errors(views: Views, job: JobRecord, moment: Moment) -> Iterator[_Held]:
    shown = DatasetId(job.id.namespace, without_identifiers(job.id.name))
    for run in job.runs:
        record: RunRecord | None = views.catalog.runs.get((run, job.id))
        for word in record.errors.until(moment.until, moment.known_at) if record is not None and record.errors is not None else ():
            for identifier in identifiers_in(word.value):
                yield _Held("the text of an error of a job", shown, "", identifier, word.at, word.position, of_job=True)


def _first(seen: Since, moment: Moment) -> tuple[Instant, Position]:
    return seen.first(moment.known_at), seen.position


def _raised(found: Iterable[_Held]) -> list[Raised]:
    causes: dict[tuple[str, str, str, DatasetId], list[_Held]] = {}
    for held in found:
        causes.setdefault((held.what, held.column, held.identifier.info_type, held.dataset), []).append(held)
    return [_cause(what, column, info_type, several) for (what, column, info_type, _), several in causes.items()]


def _cause(what: str, column: str, info_type: str, several: list[_Held]) -> Raised:
    first = min(several, key=lambda held: (held.at, held.position))
    tier: Tier = "confirmed" if any(held.identifier.is_sure for held in several) else "possible"
    severity: Severity = "high" if is_secret(info_type) else "medium"
    where = f"{what} `{column}`" if column else what
    showing = Showing(
        at=first.at,
        known=first.position,
        what=f"{counted(len({held.position for held in several}), 'entry', 'entries')} with {info_type} in {where}",
        severity=severity,
        tier=tier,
        entries=tuple(sorted({held.position for held in several})[:20]),
    )
    return Raised(
        kind=IDENTIFIER_IN_NAME,
        dataset=first.dataset,
        cause={"in": what, "info_type": info_type, **({"column": column} if column else {})},
        subject=str(JobId(first.dataset.namespace, first.dataset.name)) if first.of_job else "",
        title=f"{info_type} in {where}",
        showings=(showing,),
        next="name it by something that stands for no person; headwater ledger tail shows the entries that hold it",
    )
