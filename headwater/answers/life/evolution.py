"""How did the schema of a dataset change, by which run, and who uses what changed? `headwater lake schema`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from headwater.answers.changes.explained import Judged, judge
from headwater.answers.changes.watching import blind_spots
from headwater.answers.evidence import HIDDEN
from headwater.answers.findings.questions import dataset_of
from headwater.answers.findings.unexplained import finding_of
from headwater.answers.life.differences import differences
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.answers.walk import Walked, Walker
from headwater.model.answers import Answer
from headwater.model.entries import Position
from headwater.model.errors import UsageError
from headwater.model.ids import ColumnId, DatasetId, run_node
from headwater.model.lakes import SchemaSeen
from headwater.model.life_answers import ColumnChange, ColumnNow, ColumnUse, SchemaHistory, SchemaStep
from headwater.model.naming import column_key
from headwater.model.questions import SchemaQuestion
from headwater.model.times import Instant, format_instant
from headwater.projections.lakes import HeldSchema, LakeDataset
from headwater.projections.views import Views

UNREAD = "unread"
"""The cursor of a look that has not told everything yet, or could read nothing."""
_BEGINNING = "0"
"""The id of the first schema of an Iceberg table."""
_SHOWN = 20
_USED = frozenset({"dropped", "renamed", "widened", "narrowed", "retyped", "required", "nullable"})


@dataclass(frozen=True, slots=True)
class Step:
    """A schema that came into force, with what it changed. `made` is the version of the lake that brought it, with its verdict."""

    at: Instant
    position: Position
    seen: SchemaSeen
    changes: tuple[ColumnChange, ...]
    producer: str = ""
    made: Judged | None = None


def ask(views: Views, question: SchemaQuestion, sight: Sight) -> Answer[SchemaHistory]:
    """List the schemas of a dataset, newest first, each with what it changed and who uses the columns that it changed.

    Raises:  UnknownNode, AmbiguousNode; UsageError: nobody ever told a schema of it.
    """
    moment = Moment.of(question, views)
    dataset = dataset_of(views, sight, moment, question.node)
    steps = list(steps_of(views, dataset, moment)) if dataset is not None else []
    if dataset is None or not steps:
        problem = f"cannot show the schemas of `{question.node}`: expected a dataset of which a lake or a producer told its columns"
        raise UsageError(problem, next_step=f"headwater catalog show {question.node}")
    page = steps[::-1][moment.offset : moment.offset + moment.limit]
    gaps = blind_spots(views, sight, moment, dataset) if dataset in views.lakes.datasets else ()
    shown = [_shown(views, sight, moment, dataset, step) for step in page]
    hidden = sum(change.use.hidden for step in shown for change in step.changes if change.use is not None)
    now = steps[-1].seen
    return Answer(
        question=question.name,
        asked={"node": str(dataset)},
        result=SchemaHistory(
            dataset=str(dataset),
            columns=tuple(
                ColumnNow(
                    name=column.name,
                    type=column.type,
                    id=now.ids[index] if index < len(now.ids) else None,
                    required=now.required[index] if index < len(now.required) else None,
                )
                for index, column in enumerate(now.columns)
            ),
            by_id=bool(now.ids),
            steps=tuple(shown),
        ),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps and not hidden,
        gaps=gaps,
        total={"schemas": len(steps), "changes": sum(len(step.changes) for step in steps), "hidden": hidden},
        entries=tuple(sorted({step.position for step in page})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(steps)),
    )


def steps_of(views: Views, dataset: DatasetId, moment: Moment) -> Iterator[Step]:
    """Every schema that came into force, oldest first: those of the lake where it has any, else what each producer told."""
    record = views.lakes.datasets.get(dataset)
    if record is not None and any(held.position <= moment.known_at for held in record.schemas.values()):
        yield from sorted(_of_lake(views, record, moment), key=lambda step: (step.at, step.position))
        return
    told = views.catalog.datasets.get(dataset)
    last: dict[str, SchemaSeen] = {}
    for word in told.schemas.until(moment.until, moment.known_at) if told is not None else ():
        if word.value.whole:
            seen, before = SchemaSeen(id="", columns=word.value.columns), last.get(word.producer)
            changes = tuple(differences(before, seen)) if before is not None else ()
            if before is None or changes:
                yield Step(word.at, word.position, seen, changes, word.producer)
            last[word.producer] = seen


def _of_lake(views: Views, record: LakeDataset, moment: Moment) -> Iterator[Step]:
    judged = judge(views, record.id, moment.until, moment.known_at)
    known = {name: held for name, held in record.schemas.items() if held.position <= moment.known_at}
    brought = [(change, known[change.commit.seen.schema]) for change in judged if change.commit.seen.schema in known]
    last: SchemaSeen | None = None
    first = _first(known, {held.seen.id for _, held in brought})
    if first is not None:
        at = min([first.at, *(change.commit.at for change, _ in brought[:1])])
        last = first.seen
        yield Step(at, first.position, last, ())
    for change, held in brought:
        if last is not None and held.seen.id == last.id:
            continue
        changes = differences(last, held.seen) if last is not None else []
        if last is None or changes:
            yield Step(change.commit.at, change.commit.position, held.seen, tuple(changes), made=change)
        last = held.seen
    for at, position, old, new in _partitionings(record, moment):
        assert last is not None, "there is a first schema where none was brought"
        yield Step(at, position, last, (ColumnChange(kind="partitioned", column=", ".join(new), was=", ".join(old), to=", ".join(new)),))


def _first(known: dict[str, HeldSchema], brought: set[str]) -> HeldSchema | None:
    """The schema that a dataset began with, where no version brought it: an Iceberg table may be made and changed without one."""
    if brought and not (_BEGINNING in known and _BEGINNING not in brought):
        return None
    return known.get(_BEGINNING) or min(known.values(), key=lambda held: (held.at, held.seen.id))


def _partitionings(record: LakeDataset, moment: Moment) -> list[tuple[Instant, Position, tuple[str, ...], tuple[str, ...]]]:
    """Where a look saw another partitioning than the one before."""
    found, last = [], None
    for look in record.looks:
        if look.position > moment.known_at or look.at > moment.until or look.cursor == UNREAD:
            continue
        if last is not None and last.cursor != look.cursor and last.partitioning != look.partitioning:
            found.append((look.at, look.position, last.partitioning, look.partitioning))
        if last is None or last.cursor != look.cursor:  # because a look that could read nothing keeps the cursor and knows no partitioning
            last = look
    return found


def _shown(views: Views, sight: Sight, moment: Moment, dataset: DatasetId, step: Step) -> SchemaStep:
    made = step.made
    writing = made.verdict.writing if made is not None and made.is_explained else None
    is_seen = writing is not None and sight.sees(writing.job.namespace)
    return SchemaStep(
        schema=step.seen.id,
        at=format_instant(step.at),
        version=made.commit.version if made is not None else None,
        run=(run_node(writing.run) if is_seen else HIDDEN) if writing is not None else None,
        job=(str(writing.job) if is_seen else HIDDEN) if writing is not None else None,
        producer=step.producer,
        finding=finding_of(made) if made is not None and made.is_watched and not made.is_explained else None,
        columns=len(step.seen.columns),
        changes=tuple(replace(change, use=_use(views, sight, moment, dataset, change)) for change in step.changes),
        position=step.position,
    )


def _use(views: Views, sight: Sight, moment: Moment, dataset: DatasetId, change: ColumnChange) -> ColumnUse | None:
    """What lies below a column that changed, under its old name and its new one, and the jobs that made it."""
    if change.kind not in _USED:
        return None
    resolver, walked = Resolver(views, sight, moment.known_at), Walked()
    walker, known = Walker(resolver, moment, False, None), resolver.columns_of(dataset)
    for name in {change.column, change.to} if change.kind == "renamed" else {change.column}:
        spelling = known.get(column_key(dataset.namespace, name))
        if spelling is not None:
            walker.columns(ColumnId(dataset, spelling), forward=True, into=walked)
    nodes = [node for node in walked.ordered_nodes() if DatasetId(node.namespace, node.name) != dataset]
    columns = [node.id for node in nodes if node.type == "column"]
    datasets = list(dict.fromkeys(str(DatasetId(node.namespace, node.name)) for node in nodes))
    records = [record for number in sorted(walked.derivations) if (record := views.derivations.record(number)) is not None]
    jobs = {record.claim.job for record in records if record.claim.job is not None}
    hidden = len([name for name in walked.hidden.values() if name != dataset]) + sum(not sight.sees(job.namespace) for job in jobs)
    if not nodes and not jobs and not hidden:
        return None
    return ColumnUse(
        columns=tuple(columns[:_SHOWN]),
        datasets=tuple(datasets[:_SHOWN]),
        jobs=tuple(sorted(str(job) for job in jobs if sight.sees(job.namespace))[:_SHOWN]),
        column_count=len(columns),
        dataset_count=len(datasets),
        hidden=hidden,
    )
