"""What is hit when this node changes or turns out bad? Everything downstream, by column, with the jobs that read it and its owners."""

from __future__ import annotations

from headwater.answers.departed import without_departed
from headwater.answers.evidence import Witness, kept_from
from headwater.answers.life.versions import at_version
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver, Target, node_id, own_nodes
from headwater.answers.sight import Sight
from headwater.answers.walk import Walked, Walker
from headwater.model.answers import Answer, Impact, NodeView, WrittenVersion
from headwater.model.ids import ColumnId, DatasetId, JobId
from headwater.model.questions import ImpactQuestion
from headwater.projections.views import Views


def ask(views: Views, question: ImpactQuestion, sight: Sight) -> Answer[Impact]:
    """Walk down from a node, over columns and, for whole datasets, over datasets too.

    Raises:  UnknownNode, AmbiguousNode, UsageError.
    Cost:    O(edges of the closure).
    """
    question, version = at_version(views, question, sight)
    moment = Moment.of(question, views)
    resolver = Resolver(views, sight, moment.known_at)
    target = resolver.resolve(question.node)
    walked = Walked()
    walker = Walker(resolver, moment, question.direct, question.depth)
    walker.columns(target, forward=True, into=walked)
    if not isinstance(target, ColumnId):
        walker.datasets(target, forward=True, into=walked)
    _reach_rows(walker, walked)
    return _answer(question, walker, Witness(views, sight, moment), target, walked, version)


def _reach_rows(walker: Walker, walked: Walked) -> None:
    """What reaches all rows of a dataset reaches every column it has, whether or not lineage speaks of that column."""
    for owner, (distance, tier) in walked.rows.items():
        name = walker.dataset_name(owner)
        if walker.resolver.sight.sees(name.namespace):
            columns = without_departed(walker.views, walker.moment, name, (owner,), walker.resolver.columns_of(name))
            for column in columns.values():
                node = ColumnId(name, column)
                walked.nodes.setdefault(str(node), NodeView(str(node), "column", name.namespace, name.name, column, distance, tier))
        else:
            walked.hidden[str(name)] = name


def _answer(
    question: ImpactQuestion, walker: Walker, witness: Witness, target: Target, walked: Walked, version: WrittenVersion | None
) -> Answer[Impact]:
    views, moment, sight, root = witness.views, witness.moment, witness.sight, walker.root(target)
    own, true_name = DatasetId(root.namespace, root.name), walker.own(target)
    reached = [node for node in walked.ordered_nodes() if DatasetId(node.namespace, node.name) != own]
    columns = [node for node in reached if node.type == "column"]
    datasets = _datasets(reached)
    records = [record for number in sorted(walked.derivations) if (record := views.derivations.record(number)) is not None]
    names = [DatasetId(node.namespace, node.name) for node in datasets]
    concerned = {record.claim.job for record in records} | _unread_readers(views, moment, [*names, own])
    jobs = sorted(str(job) for job in concerned if job is not None and sight.sees(job.namespace))
    hidden_jobs = len([job for job in concerned if job is not None and not sight.sees(job.namespace)])
    hidden = len([name for name in walked.hidden.values() if name != DatasetId(true_name.namespace, true_name.name)]) + hidden_jobs
    gaps = (*witness.gaps(records, {*walked.datasets(), *own_nodes(target)}), *kept_from(hidden, root.id))
    owners = _owners(views, moment, names)
    page = columns[moment.offset : moment.offset + moment.limit]
    return Answer(
        question=question.name,
        asked={
            "node": node_id(target),
            "direct": str(question.direct).lower(),
            "depth": "all" if question.depth is None else str(question.depth),
        },
        result=Impact(
            root=root,
            datasets=tuple(datasets),
            columns=tuple(page),
            jobs=tuple(jobs),
            owners=owners,
            hidden=hidden,
            version=version,
        ),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={
            "datasets": len(datasets),
            "columns": len(columns),
            "jobs": len(jobs),
            "gaps": len(gaps),
            "possible": sum(node.tier != "confirmed" for node in (*datasets, *columns)),
        },
        entries=tuple(sorted({position for record in records for position in witness.positions(record)[:20]})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(columns)),
    )


def _datasets(reached: list[NodeView]) -> list[NodeView]:
    """The datasets reached, each at its nearest; confirmed if any of its nodes is."""
    nearest: dict[str, NodeView] = {}
    for node in reached:
        dataset = DatasetId(node.namespace, node.name)
        known = nearest.get(str(dataset))
        if known is None:
            nearest[str(dataset)] = NodeView(str(dataset), "dataset", dataset.namespace, dataset.name, None, node.distance, node.tier)
        elif node.tier == "confirmed" and known.tier != "confirmed":
            nearest[str(dataset)] = NodeView(known.id, "dataset", known.namespace, known.name, None, known.distance, "confirmed")
    return list(nearest.values())


def _unread_readers(views: Views, moment: Moment, names: list[DatasetId]) -> set[JobId]:
    """Jobs that read what was hit and of which nobody told what they make of it; of the others the walk knows better."""
    told = {
        (record.claim.job, source)
        for record in views.derivations.records
        if record is not None and record.is_known(moment.known_at)
        for source in record.claim.datasets
    }
    records = (record for name in names if (record := views.catalog.datasets.get(name)) is not None)
    return {
        job
        for record in records
        for job, use in record.readers.items()
        if use.was(moment.until, moment.known_at) and (job, record.id) not in told
    }


def _owners(views: Views, moment: Moment, names: list[DatasetId]) -> tuple[str, ...]:
    found: set[str] = set()
    for name in names:
        record = views.catalog.datasets.get(name)
        told = record.owners.latest(moment.until, moment.known_at) if record is not None else None
        found |= {owner.name for owner in told or ()}
    return tuple(sorted(found))
