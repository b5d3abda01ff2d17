"""Which lakes are watched, what versions do their datasets have, how far have they been recorded?"""

from __future__ import annotations

from headwater.answers.changes.explained import judge
from headwater.answers.changes.question import Beside, shown_change
from headwater.answers.changes.watching import blind_spots, scan_step
from headwater.answers.findings.inbox import Inbox
from headwater.answers.findings.questions import dataset_of
from headwater.answers.findings.unexplained import raise_unexplained
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.errors import UnknownNode, UsageError
from headwater.model.lake_answers import DatasetHistory, DatasetState, LakeList, LakeState, LakeView, VersionDetail
from headwater.model.lakes import FileSeen
from headwater.model.questions import HistoryQuestion, LakesQuestion, LakeStateQuestion
from headwater.model.times import Instant, format_instant
from headwater.projections.lakes import LakeDataset, LakeRecord
from headwater.projections.views import Views


def ask_list(views: Views, question: LakesQuestion, sight: Sight) -> Answer[LakeList]:
    """List watched lakes by name."""
    moment = Moment.of(question, views)
    known = [lake for lake in views.lakes.lakes.values() if lake.position <= moment.known_at]
    seen = sorted((lake for lake in known if sight.sees(lake.namespace)), key=lambda lake: lake.name)
    page = seen[moment.offset : moment.offset + moment.limit]
    gaps = blind_spots(views, sight, moment)
    return Answer(
        question=question.name,
        asked={},
        result=LakeList(lakes=tuple(_lake(views, lake, moment) for lake in page), hidden=len(known) - len(seen)),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"lakes": len(seen)},
        entries=tuple(lake.position for lake in page),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(seen)),
    )


def ask_history(views: Views, question: HistoryQuestion, sight: Sight) -> Answer[DatasetHistory]:
    """List the versions of a dataset of a lake, newest first.

    Raises:  UnknownNode, AmbiguousNode; UsageError: the dataset is in no watched lake.
    """
    moment = Moment.of(question, views)
    dataset = dataset_of(views, sight, moment, question.node)
    record = views.lakes.datasets.get(dataset) if dataset is not None else None
    if dataset is None or record is None or not (record.looks and record.looks[0].position <= moment.known_at):
        problem = f"cannot show the history of `{question.node}`: expected a dataset that a scan of a lake has seen"
        raise UsageError(problem, next_step=scan_step(views, dataset))
    inbox = Inbox(views, sight, moment)
    judged = judge(views, dataset, moment.until, moment.known_at)
    states = {cause.id: inbox.state(cause) for cause in raise_unexplained(judged)}
    listed = judged[::-1][moment.offset : moment.offset + moment.limit]
    look, gone = record.look_at(moment.known_at), record.gone_at(moment.known_at)
    reach = {dataset: inbox.downstream(dataset)}
    changes = [(change, shown_change(change, Beside(sight, states, reach))) for change in listed]
    gaps = blind_spots(views, sight, moment, dataset)
    return Answer(
        question=question.name,
        asked={"node": str(dataset)},
        result=DatasetHistory(
            dataset=str(dataset),
            lake=record.lake,
            format=record.format,
            location=record.location,
            partitioning=record.partitioning,
            owner=inbox.owner(dataset),
            scanned=format_instant(look.at) if look is not None else None,
            current=look.current if look is not None else "",
            versions=tuple(
                VersionDetail(
                    change=shown,
                    parent=change.commit.seen.parent,
                    schema=change.commit.seen.schema,
                    rows=change.commit.seen.rows,
                    files=change.commit.seen.files_total,
                    size_bytes=change.commit.seen.size_bytes,
                    columns=change.commit.seen.columns,
                    is_current=look is not None and change.commit.version == look.current,
                    is_gone=change.commit.version in gone,
                )
                for change, shown in changes
            ),
        ),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"versions": len(judged)},
        entries=tuple(sorted({entry for _, shown in changes for entry in shown.entries})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(judged)),
    )


def ask_state(views: Views, question: LakeStateQuestion, sight: Sight) -> Answer[LakeState]:
    """Tell how far each dataset of a lake has been recorded; with `node`, of that dataset its versions and files too.

    A lake that nobody added has recorded nothing. `node` is a dataset's name within the lake.

    Raises:  UnknownNode: the lake may not be seen by the asker.
    """
    moment = Moment.of(question, views)
    lake = views.lakes.lakes.get(question.lake)
    if lake is not None and not sight.sees(lake.namespace):
        raise UnknownNode(f"cannot find lake `{question.lake}`: expected one you may see", next_step="headwater lake list")
    records = [record for record in views.lakes.of_lake(question.lake) if question.node in (None, record.id.name)]
    seen = [record for record in records if sight.sees(record.id.namespace) and record.look_at(moment.known_at) is not None]
    page = seen[moment.offset : moment.offset + moment.limit]
    return Answer(
        question=question.name,
        asked={"lake": question.lake, "node": question.node or "all"},
        result=LakeState(
            lake=question.lake,
            is_watched=lake is not None and lake.position <= moment.known_at,
            datasets=tuple(_state(views, record, moment, whole=question.node is not None) for record in page),
        ),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=True,
        total={"datasets": len(seen)},
        entries=(),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(seen)),
    )


def _lake(views: Views, lake: LakeRecord, moment: Moment) -> LakeView:
    scans = [scan for scan in lake.scans if scan.position <= moment.known_at]
    records = [record for record in views.lakes.of_lake(lake.name) if record.look_at(moment.known_at) is not None]
    return LakeView(
        name=lake.name,
        kind=lake.kind,
        namespace=lake.namespace,
        location=lake.location,
        added=format_instant(lake.added),
        scanned=format_instant(max(scan.ended for scan in scans)) if scans else None,
        datasets=len(records),
        versions=sum(len(record.commits_at(moment.until, moment.known_at)) for record in records),
    )


def _state(views: Views, record: LakeDataset, moment: Moment, *, whole: bool) -> DatasetState:
    look = record.look_at(moment.known_at)
    assert look is not None
    if not whole:
        return DatasetState(name=record.id.name, cursor=look.cursor, current=look.current, seen_at=format_instant(look.at))
    commits = [commit for commit in record.commits if commit.position <= moment.known_at]
    return DatasetState(
        name=record.id.name,
        cursor=look.cursor,
        current=look.current,
        seen_at=format_instant(look.at),
        unchanged_at=format_instant(max(look.at, _listed_at(views, record, moment))),
        schemas=tuple(sorted({commit.seen.schema for commit in commits if commit.seen.schema})),
        versions=tuple(commit.version for commit in commits),
        gone=tuple(sorted(record.gone_at(moment.known_at))),
        files=_files(record, moment),
    )


def _listed_at(views: Views, record: LakeDataset, moment: Moment) -> Instant:
    """When the newest whole scan began: what it did not look at was then as it was recorded before."""
    lake = views.lakes.lakes.get(record.lake)
    scans = [scan for scan in lake.scans if scan.position <= moment.known_at and scan.whole] if lake is not None else []
    return scans[-1].started if scans and record.id not in scans[-1].missing else Instant(0)


def _files(record: LakeDataset, moment: Moment) -> tuple[FileSeen, ...]:
    """The files of a folder as they stand after all its recorded states, in the order in which they were recorded."""
    files: dict[str, FileSeen] = {}
    if record.format != "folder":
        return ()
    for commit in sorted(record.commits, key=lambda known: (known.position, known.version)):
        if commit.position <= moment.known_at:
            for file in commit.seen.files:
                if file.change == "removed":
                    files.pop(file.path, None)
                else:
                    files[file.path] = file
    return tuple(files[path] for path in sorted(files))
