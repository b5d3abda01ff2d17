"""Datasets at whose columns no classifier looked, not at all of them, or not since they changed: labels of them may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.answers.writers import writers
from headwater.model.answers import Gap
from headwater.model.ids import DatasetId
from headwater.projections.sensitivity.decided import Looked
from headwater.projections.views import Views

NOT_CLASSIFIED = "DATASET-NOT-CLASSIFIED"
_MAY_HOLD = "more may be there than is told"


def is_looked_at(views: Views, moment: Moment, dataset: DatasetId) -> bool:
    """Whether a classifier looked at all columns of a dataset as it is at a moment, and not only as it was before."""
    held, incarnations = views.lakes.datasets.get(dataset), views.derivations.incarnations
    scan = held.look_at(moment.known_at) if held is not None else None
    now = incarnations.of(dataset, moment.until, moment.known_at)
    return any(
        incarnations.of(dataset, look.at, moment.known_at) == now
        and (
            views.versions.still_has(dataset, look.version, look.at, moment.valid, moment.known_at)
            or (scan is not None and moment.valid is None and look.at >= scan.at)  # a version that no scan has seen yet
        )
        for look in reversed(_looks(views, moment, dataset))
    )


def is_accounted_for(views: Views, moment: Moment, dataset: DatasetId) -> bool:
    """Whether what its columns hold was looked at; once is enough where statements that are known make it, as labels then follow it."""
    if is_looked_at(views, moment, dataset):
        return True
    return bool(_looks(views, moment, dataset)) and _is_made(views, moment, dataset)


def _is_made(views: Views, moment: Moment, dataset: DatasetId) -> bool:
    derivations = views.derivations
    owner = derivations.nodes.known(derivations.incarnations.of(dataset, moment.until, moment.known_at), moment.known_at)
    return owner is not None and any(record.key.sources for record in writers(views, moment, [owner]))


def never_looked_at(views: Views, moment: Moment, datasets: Iterable[DatasetId]) -> Iterator[Gap]:
    """A gap for each of these at which nobody looked."""
    for dataset in sorted(datasets):
        if not is_accounted_for(views, moment, dataset):
            yield not_classified(views, moment, dataset)


def not_classified(views: Views, moment: Moment, dataset: DatasetId, hence: str = _MAY_HOLD) -> Gap:
    """The gap that one dataset is."""
    since = "it changed since anybody" if _looks(views, moment, dataset) else "nobody"
    return Gap(NOT_CLASSIFIED, str(dataset), f"{since} looked at the values and names of all its columns: {hence}")


def all_never_looked_at(views: Views, moment: Moment, sight: Sight) -> Iterator[Gap]:
    """One gap that says at how many of all datasets that the asker may see nobody looked."""
    catalog = views.catalog.datasets
    known = [name for name, record in catalog.items() if record.seen.position <= moment.known_at and sight.sees(name.namespace)]
    count = sum(1 for dataset in known if not is_accounted_for(views, moment, dataset))
    if count:
        of = f"{count:,} of {len(known):,} datasets as they are"
        yield Gap(NOT_CLASSIFIED, "all", f"nobody looked at the values and names of all columns of {of}: {_MAY_HOLD}")


def _looks(views: Views, moment: Moment, dataset: DatasetId) -> list[Looked]:
    """The looks at all columns of a dataset that were known."""
    record = views.decided.datasets.get(dataset)
    return [look for look in record.looks if look.whole and look.position <= moment.known_at] if record is not None else []
