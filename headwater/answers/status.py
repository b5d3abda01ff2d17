"""How much do we see, and how fresh is it?"""

from __future__ import annotations

from headwater.answers.evidence import Witness
from headwater.answers.gaps import open_gaps
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.model.answers import Answer, Coverage, Status
from headwater.model.ids import DatasetId
from headwater.model.questions import StatusQuestion
from headwater.projections.catalog import DatasetRecord
from headwater.projections.views import Views


def ask(views: Views, question: StatusQuestion, sight: Sight, ledger_size: int) -> Answer[Status]:
    """Counts, coverage and positions, of what the asker may see. `complete` when the views have reached the ledger's end."""
    moment = Moment.of(question, views)
    gaps, hidden = open_gaps(views, Witness(views, sight, moment), moment)
    catalog = views.catalog
    datasets = {
        name: record for name, record in catalog.datasets.items() if sight.sees(name.namespace) and record.position <= moment.known_at
    }
    jobs = [job for job, record in catalog.jobs.items() if sight.sees(job.namespace) and record.position <= moment.known_at]
    runs = sum(len(catalog.jobs[job].runs) for job in jobs)
    derivations = [
        record
        for record in views.derivations.records
        if record is not None and record.known_to is None and sight.sees(record.claim.target.namespace)
    ]
    resolver = Resolver(views, sight)
    columns = sum(len(resolver.columns_of(name)) for name in datasets)
    status = Status(
        ledger_size=ledger_size,
        views_position=views.folded,
        datasets=len(datasets),
        columns=columns,
        jobs=len(jobs),
        runs=runs,
        derivations=len(derivations),
        edges=sum(len(record.claim.flows) + len(record.claim.sources) for record in derivations),
        open_gaps=len(gaps),
        coverage=_coverage(datasets, {record.claim.target for record in derivations if record.claim.flows}, moment),
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


def _coverage(datasets: dict[DatasetId, DatasetRecord], derived: set[DatasetId], moment: Moment) -> tuple[Coverage, ...]:
    """Shares of datasets: named by a run, written with column lineage, owned, with a schema, documented."""
    written = {name for name, record in datasets.items() if record.writers}
    having = {
        "datasets with runs": (sum(bool(record.writers or record.readers) for record in datasets.values()), len(datasets)),
        "written datasets with column lineage": (len(written & derived), len(written)),
        "datasets with a schema": (sum(bool(record.schemas.words) for record in datasets.values()), len(datasets)),
        "datasets with an owner": (
            sum(bool(record.owners.latest(moment.until, moment.known_at)) for record in datasets.values()),
            len(datasets),
        ),
        "datasets with documentation": (
            sum(bool(record.documentation.latest(moment.until, moment.known_at)) for record in datasets.values()),
            len(datasets),
        ),
    }
    return tuple(Coverage(what, share, of) for what, (share, of) in having.items())
