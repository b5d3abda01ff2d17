"""How much do we see, and how fresh is it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.answers.evidence import Witness
from headwater.answers.gaps import open_gaps
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.model.answers import Answer, Coverage, Status
from headwater.model.ids import DatasetId, JobId
from headwater.model.questions import StatusQuestion
from headwater.projections.records import DatasetRecord, JobRecord, Timeline, Use
from headwater.projections.views import Views


def ask(views: Views, question: StatusQuestion, sight: Sight, ledger_size: int) -> Answer[Status]:
    """Counts, coverage and positions, of what the asker may see. `complete` when the views have reached the ledger's end.

    `ledger_size` and `views_position` are those of now, whatever position is asked about: they say how fresh the answer can be.
    """
    moment = Moment.of(question, views)
    gaps, hidden = open_gaps(views, Witness(views, sight, moment), moment)
    catalog, resolver = views.catalog, Resolver(views, sight, moment.known_at)
    datasets = {name: record for name, record in catalog.datasets.items() if resolver.knows(name)}
    jobs = [record for job, record in catalog.jobs.items() if resolver.knows(job)]
    runs = sum(told <= moment.known_at for record in jobs for told in record.runs.values())
    derivations = [
        record
        for record in views.derivations.records
        if record is not None and record.is_known(moment.known_at) and sight.sees(record.claim.target.namespace)
    ]
    status = Status(
        ledger_size=ledger_size,
        views_position=views.folded,
        datasets=len(datasets),
        columns=sum(len(resolver.columns_of(name)) for name in datasets),
        jobs=len(jobs),
        runs=runs,
        derivations=len(derivations),
        edges=sum(len(record.claim.flows) + len(record.claim.sources) for record in derivations),
        open_gaps=len(gaps),
        coverage=_coverage(catalog.jobs, datasets, {record.claim.target for record in derivations if record.claim.flows}, moment),
    )
    return Answer(
        question=question.name,
        asked={},
        result=status,
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=views.folded >= ledger_size,
        total={"datasets": len(datasets), "jobs": len(jobs), "runs": runs, "gaps": len(gaps), "hidden_gaps": hidden},
        analysers=dict(views.analysers),
    )


def _coverage(
    jobs: Mapping[JobId, JobRecord], datasets: dict[DatasetId, DatasetRecord], derived: set[DatasetId], moment: Moment
) -> tuple[Coverage, ...]:
    """Shares of datasets: named by a run, written with column lineage, owned, with a schema, documented."""

    def used(uses: Mapping[JobId, Use]) -> bool:
        return any(use.was(moment.until, moment.known_at) for use in uses.values())

    def told(timeline: Timeline[Any]) -> bool:
        return bool(timeline.latest(moment.until, moment.known_at))

    def run_of(record: DatasetRecord) -> bool:
        uses = [*record.writers.items(), *record.readers.items()]
        known = moment.known_at
        return any(use.was(moment.until, known) and any(first <= known for first in jobs[job].runs.values()) for job, use in uses)

    written = {name for name, record in datasets.items() if used(record.writers)}
    having = {
        "datasets with runs": (sum(run_of(record) for record in datasets.values()), len(datasets)),
        "written datasets with column lineage": (len(written & derived), len(written)),
        "datasets with a schema": (sum(told(record.schemas) for record in datasets.values()), len(datasets)),
        "datasets with an owner": (sum(told(record.owners) for record in datasets.values()), len(datasets)),
        "datasets with documentation": (sum(told(record.documentation) for record in datasets.values()), len(datasets)),
    }
    return tuple(Coverage(what, share, of) for what, (share, of) in having.items())
