"""From a version of a dataset to the time at which it was written, by which run and which batch: what `--as-of VERSION` means."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TypeVar

import msgspec

from headwater.answers.changes.explained import Judged, judge
from headwater.answers.evidence import HIDDEN
from headwater.answers.moment import LATEST, Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.model.answers import WrittenVersion
from headwater.model.entries import Position
from headwater.model.errors import AmbiguousNode, UsageError
from headwater.model.ids import ColumnId, DatasetId, JobId, RunId, run_node
from headwater.model.lakes import BATCH_STAMP
from headwater.model.questions import GroupsQuestion, ImpactQuestion, LineageQuestion, RowsQuestion
from headwater.model.times import FOREVER, Instant, format_instant, parse_instant
from headwater.projections.views import Views

Q = TypeVar("Q", bound=LineageQuestion | ImpactQuestion | RowsQuestion | GroupsQuestion)
PREFIX = "version:"
"""Says that what follows is a version even where it reads as a time."""
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Version:
    """A version with the last instant at which its lineage is as it was when it was written."""

    name: str
    at: Instant
    until: Instant
    operation: str = ""
    rule: str | None = None
    run: RunId | None = None
    job: JobId | None = None
    why: str = ""
    stamped_batch: str = ""


def at_version(views: Views, question: Q, sight: Sight) -> tuple[Q, WrittenVersion | None]:
    """A question whose `as_of` names a version, asked as of when that was written; any other question as it is.

    What reads as a time is one. The time is that of the commit, or the end of the run that made it where nobody else wrote before that.

    Raises:  UnknownNode, AmbiguousNode; UsageError: no version of the node's dataset begins so; AmbiguousNode: several do.
    """
    text = question.as_of
    if text is None or text == LATEST or _is_time(text):
        return question, None
    known_at = Moment.of(msgspec.structs.replace(question, as_of=None), views).known_at
    target = Resolver(views, sight, known_at).resolve(question.node)
    dataset = target.dataset if isinstance(target, ColumnId) else target
    versions = _versions(views, dataset, known_at) if isinstance(dataset, DatasetId) else []
    wanted = text.removeprefix(PREFIX)
    if not versions or not wanted:
        return question, None
    assert isinstance(dataset, DatasetId), "only datasets have versions"
    found = _found(versions, wanted, dataset)
    return msgspec.structs.replace(question, as_of=format_instant(found.until)), _shown(views, dataset, found, known_at, sight)


def _is_time(text: str) -> bool:
    try:
        parse_instant(text)
    except (ValueError, OverflowError):
        return False
    return True


def _found(versions: list[_Version], wanted: str, dataset: DatasetId) -> _Version:
    exact = [version for version in versions if version.name == wanted]
    fitting = exact or [version for version in versions if version.name.startswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    listed = fitting or versions
    names = ", ".join(f"`{version.name}` of {format_instant(version.at)}" for version in listed[: -_SHOWN - 1 : -1])
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    next_step = f"headwater lake history {quote(str(dataset))}"
    if fitting:
        raise AmbiguousNode(
            f"cannot tell which version `{wanted}` of `{dataset}` means: {len(fitting)} begin so: {names}{more}", next_step=next_step
        )
    raise UsageError(
        f"cannot find version `{wanted}` of `{dataset}`: expected a time (RFC 3339) or the beginning of one of {names}{more}",
        next_step=next_step,
    )


def _versions(views: Views, dataset: DatasetId, known_at: Position) -> list[_Version]:
    """Versions of a dataset, oldest first, each once: those that its lake holds, else those that runs named."""
    record = views.lakes.datasets.get(dataset)
    if record is not None and any(commit.position <= known_at for commit in record.commits):
        judged = judge(views, dataset, Instant(FOREVER - 1), known_at)
        return [_committed(change, later) for change, later in zip(judged, [*judged[1:], None], strict=True)]
    told = views.catalog.datasets.get(dataset)
    found: dict[str, _Version] = {}
    for word in told.versions.until(Instant(FOREVER - 1), known_at) if told is not None else ():
        name, run, role = word.value
        if role != "input" and (name not in found or found[name].run is None):
            jobs = views.catalog.run_jobs.get(run, ()) if run is not None else ()
            found[name] = _Version(name, word.at, word.at, rule="version" if run else None, run=run, job=next(iter(jobs), None))
    return list(found.values())


def _committed(change: Judged, later: Judged | None) -> _Version:
    writing = change.verdict.writing if change.is_explained else None
    at = change.commit.at
    until = max(at, writing.end) if writing is not None else at
    if later is not None and (later.verdict.writing is None or writing is None or later.verdict.writing.run != writing.run):
        until = min(until, max(at, Instant(later.commit.at - 1)))
    return _Version(
        change.commit.version,
        at,
        until,
        change.commit.seen.operation,
        change.verdict.rule,
        writing.run if writing is not None else None,
        writing.job if writing is not None else None,
        change.verdict.why,
        change.commit.seen.stamps.get(BATCH_STAMP, ""),
    )


def _shown(views: Views, dataset: DatasetId, found: _Version, known_at: Position, sight: Sight) -> WrittenVersion:
    arrivals = views.batches.datasets.get(dataset)
    told = arrivals.until(Instant(FOREVER - 1), known_at) if arrivals is not None else []
    batches = [batch for batch in told if batch.loaded.version == found.name or (found.stamped_batch and batch.id == found.stamped_batch)]
    is_seen = found.job is None or sight.sees(found.job.namespace)
    return WrittenVersion(
        version=found.name,
        at=format_instant(found.at),
        operation=found.operation,
        rule=found.rule,
        run=(run_node(found.run) if is_seen else HIDDEN) if found.run is not None else None,
        job=(str(found.job) if is_seen else HIDDEN) if found.job is not None else None,
        why=found.why,
        batches=tuple(batch.id for batch in batches),
        sources=tuple(dict.fromkeys(batch.loaded.source for batch in batches)),
    )
