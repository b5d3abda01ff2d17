"""Answers which batches rows came from, and how small the groups are that they stand for.

The plan comes from the views, the rows from the lakes of `lake.toml`, the statements from the ledger.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from headwater.answers.rows.plan import Making, RowPlan, plan
from headwater.answers.sight import Sight
from headwater.app.ask import await_position
from headwater.app.follower import Follower
from headwater.app.lakes.drivers import open_lake
from headwater.app.lakes.places import find_place
from headwater.app.rows.following import Followed, follow
from headwater.app.rows.grouping import Counted, count_groups
from headwater.app.rows.leaves import Tag
from headwater.app.rows.unsealing import unsealed
from headwater.app.sealer import Sealer
from headwater.edges.sources.lakes.driver import LakeDriver
from headwater.ledger.ledger import Ledger
from headwater.model.answers import Answer
from headwater.model.errors import Forbidden
from headwater.model.ids import DatasetId, run_node
from headwater.model.keys import Principal
from headwater.model.lakes import DatasetName
from headwater.model.lineage import Statement
from headwater.model.questions import GroupsQuestion, RowsQuestion
from headwater.model.row_answers import GroupSizes, RowBatch, RowOrigins
from headwater.model.times import format_instant

CONFIRMED, POSSIBLE = "confirmed", "possible"


class RowsAsked:
    """What it takes to answer: a home's views, ledger and keys."""

    def __init__(self, home: Path, follower: Follower, ledger: Ledger, sealer: Sealer) -> None:
        self._home, self._follower, self._ledger, self._sealer = home, follower, ledger, sealer

    def ask(self, question: RowsQuestion | GroupsQuestion, principal: Principal) -> Answer[RowOrigins] | Answer[GroupSizes]:
        """Follow the rows of a dataset that satisfy a condition to their batches, or count the groups that they stand for.

        Raises:  Forbidden: a condition can find values out, so it takes the home's owner or an admin key. UnknownNode, BadCondition,
                 UnknownLake, VersionGone, LakeUnreachable, RowsTooCostly, UsageError.
        """
        if not principal.is_admin:
            raise Forbidden(
                "cannot read rows: what is asked of them can find out values, so the key needs the scope `admin`",
                next_step="headwater key create NAME --admin",
            )
        await_position(self._follower, question, principal)
        with self._follower.reading() as views:
            planned, analysers = plan(views, question, Sight.of(principal)), dict(views.analysers)
        with ExitStack() as opened:
            drivers: dict[str, LakeDriver] = {}

            def driver_of(lake: str) -> LakeDriver:
                if lake not in drivers:
                    drivers[lake] = open_lake(lake, find_place(self._home, lake))
                    opened.callback(drivers[lake].close)
                return drivers[lake]

            def unseal(making: Making) -> Statement:
                return unsealed(making, self._ledger, self._sealer.open)

            if isinstance(question, GroupsQuestion):
                return _sizes(question, planned, count_groups(planned, question.person, driver_of, unseal), analysers)
            return _answer(question, planned, follow(planned, question.rows, driver_of, unseal), analysers)


def _sizes(question: GroupsQuestion, planned: RowPlan, found: Counted, analysers: dict[str, str]) -> Answer[GroupSizes]:
    moment, root = planned.moment, planned.root
    gaps = (*planned.gaps, *found.gaps)
    name = DatasetName(root.dataset.namespace, root.dataset.name)
    return Answer(
        question=question.name,
        asked={"node": str(root.dataset), "person": question.person},
        result=GroupSizes(dataset=name, version=root.version, person=question.person, sizes=found.sizes),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"statements": len(found.sizes), "groups": sum(each.groups for each in found.sizes)},
        entries=tuple(sorted({int(entry) for making in planned.datasets[root].makings for entry in making.entries})),
        analysers=analysers,
    )


def _answer(question: RowsQuestion, planned: RowPlan, found: Followed, analysers: dict[str, str]) -> Answer[RowOrigins]:
    times = {
        (told.place.dataset, earlier.version): (format_instant(earlier.at), int(earlier.position))
        for told in planned.datasets.values()
        for earlier in told.history
    }
    counts: dict[Tag, tuple[int, bool]] = {tag: (count, tag.is_certain) for tag, count in found.sure.items()}
    for tag, count in found.possible.items():
        counts[tag] = (count + found.sure.get(tag, 0), False) if tag not in counts else counts[tag]
    batches = [_batch(tag, count, times, is_sure=is_sure) for tag, (count, is_sure) in counts.items()]
    batches.sort(key=lambda batch: (batch.tier != CONFIRMED, -batch.rows, batch.dataset, batch.at, batch.batch))
    gaps = (*planned.gaps, *found.gaps)
    moment, root = planned.moment, planned.root
    entries = {batch.position for batch in batches if batch.position is not None}
    entries |= {int(entry) for told in planned.datasets.values() for making in told.makings for entry in making.entries}
    return Answer(
        question=question.name,
        asked={"node": str(root.dataset)},
        result=RowOrigins(dataset=str(root.dataset), version=root.version, rows=found.rows, batches=tuple(batches), steps=found.steps),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"rows": found.rows, "batches": len(batches)},
        entries=tuple(sorted(entries)),
        analysers=analysers,
    )


def _batch(tag: Tag, count: int, times: dict[tuple[DatasetId, str], tuple[str, int]], *, is_sure: bool) -> RowBatch:
    tier = CONFIRMED if is_sure else POSSIBLE
    dataset = str(tag.dataset)
    if tag.batch is None:
        at, position = times.get((tag.dataset, tag.version), ("", None))
        return RowBatch(dataset=dataset, batch="", version=tag.version, at=at, rows=count, tier=tier, position=position)
    batch = tag.batch
    return RowBatch(
        dataset=dataset,
        batch=batch.id,
        version=batch.loaded.version,
        at=format_instant(batch.at),
        rows=count,
        tier=tier,
        source=batch.loaded.source,
        kind=batch.loaded.kind,
        origin=str(batch.origin),
        run=run_node(batch.run),
        job=str(batch.job),
        delivered_at=format_instant(batch.delivered) if batch.delivered is not None else None,
        position=int(batch.position),
    )
